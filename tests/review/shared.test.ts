/** Findings that one cause has, as pages show them: the same text as preview's. */
import assert from "node:assert/strict";
import { parseReview, reviewJson } from "../../lib/review/format";
import { reviewHtml } from "../../lib/review/html";
import { reviewMarkdown } from "../../lib/review/markdown";
import type { ReviewFinding } from "../../lib/review/review";
import { sharedByComputers, sharedFindings } from "../../lib/review/shared";
import { summaryOf } from "../../lib/review/summary";
import { type Finding, renderFinding } from "../../lib/rules/finding";
import { renderFindings } from "../../lib/rules/sharedFindings";
import { contoso } from "./fixtures";

const unread = (
  rule: Finding["rule"],
  level: Finding["level"],
  why = "192.0.2.17:22 does not answer",
): Finding => ({
  rule,
  level,
  title: `the title of ${rule}`,
  source: "how Setup is run",
  step: "server",
  computer: "um-lon.contoso.com",
  verdict: {
    verdict: "unknown",
    why,
    needed: `what ${rule} needs`,
    where: "on um-lon.contoso.com",
    fix: "let it be read",
  },
});
const failing: Finding = {
  ...unread("R9", "must"),
  verdict: {
    verdict: "fails",
    problem: "it carries Mailbox",
    found: "Mailbox",
    needed: "Unified Messaging",
    where: "in the program",
    fix: "correct it",
  },
};
const asReview = (finding: Finding): ReviewFinding => {
  const text = renderFinding(finding);
  const { rule, level, verdict } = finding;
  return { rule, level, verdict: verdict.verdict, summary: text.split("\n")[0] ?? "", text };
};

/** A finding that names its computer and the computer's arguments, as findings on media do. */
const noMedia = (
  host: string,
  fix = `put the files there, or correct \`servers["${host}"].media\``,
): Finding => ({
  ...unread("R8", "must"),
  computer: `${host}.contoso.com`,
  verdict: {
    verdict: "fails",
    problem: "there is no Setup in D:\\SP1",
    found: "no such file: D:\\SP1\\Setup.com",
    needed: "Setup of 2007 SP1 in D:\\SP1",
    where: `on ${host}.contoso.com, and in the program`,
    fix,
  },
});

describe("review: findings that several computers have", () => {
  const inReview = (findings: readonly Finding[]) =>
    sharedByComputers(
      findings.map((finding) => ({ computer: finding.computer, findings: [asReview(finding)] })),
    );

  it("are one where only the computer's name and its arguments are different, as in preview", () => {
    const findings = ["mbx-lon", "hub-lon", "um.lon"].map((host) => noMedia(host));
    const text = [
      "R8 (must), server upgrade on 2 computers: there is no Setup in D:\\SP1",
      "  On:     mbx-lon.contoso.com, hub-lon.contoso.com",
      "  Found:  no such file: D:\\SP1\\Setup.com",
      "  Needed: Setup of 2007 SP1 in D:\\SP1",
      "  Where:  on each of them, and in the program",
      "  Fix:    put the files there, or correct `servers[…].media`",
      "  Rule:   R8, the title of R8 (how Setup is run)",
    ].join("\n");
    assert.deepEqual(renderFindings(findings)[0], text);
    assert.deepEqual(
      inReview(findings).map(({ finding }) => finding.text),
      [text, renderFinding(noMedia("um.lon"))],
    );
  });

  it("stay apart where they name another computer, or are of one alone", () => {
    const findings = [
      noMedia("mbx-lon", "correct `servers.hub`"),
      noMedia("hub-lon", "correct `servers.cas`"),
    ];
    assert.deepEqual(renderFindings(findings), findings.map(renderFinding));
    assert.deepEqual(
      inReview(findings).map(({ finding }) => finding.text),
      findings.map(renderFinding),
    );
  });
});

describe("review: findings that one cause has", () => {
  const findings = [
    ...[unread("D1", "must"), failing, unread("D10", "must"), unread("D6", "should"), unread("R7", "must")],
    unread("D4", "must", "the forest could not be read"),
  ];

  it("are one, as in preview", () => {
    const shared = sharedFindings(findings.map(asReview));
    assert.deepEqual(
      shared.map(({ text }) => text),
      renderFindings(findings),
    );
    assert.deepEqual(
      shared.map(({ rule, summary }) => [rule, summary]),
      renderFindings(findings).map((text) => [/^[^(]+(?= \()/.exec(text)?.[0], text.split("\n")[0]]),
    );
  });

  it("are one in reviews of 0.1.0, too, whose findings had a line where nothing was found", () => {
    const old = findings.map(asReview).map((finding) => ({
      ...finding,
      text:
        finding.verdict === "unknown"
          ? finding.text.replace("\n", "\n  Found:  nothing: it could not be read\n")
          : finding.text,
    }));
    const merged = sharedFindings(old).filter(({ rule }) => rule.includes(", "));
    assert.deepEqual(
      merged.map(({ text }) => text),
      renderFindings(findings).filter((text) => /^\w+, /.test(text)),
    );
    assert.ok(merged.length > 0);
  });

  it("stand alone where their texts have another form", () => {
    const odd = findings.map(asReview).map((one) => ({ ...one, text: `${one.summary}\n${one.rule} is odd` }));
    assert.deepEqual(new Set(sharedFindings(odd)), new Set(odd));
  });

  it("stand once on the page and in the comment, and each in the JSON and the counts", () => {
    const review = contoso();
    const steps = review.steps.map((step) =>
      step.name === "um-lon" ? { ...step, findings: findings.map(asReview) } : { ...step, findings: [] },
    );
    const unreachable = { ...review, steps };
    const first =
      "D1, D10, R7 (must), server upgrade on um-lon.contoso.com: not verified: 192.0.2.17:22 does not answer";
    for (const page of [reviewHtml(unreachable), reviewMarkdown(unreachable)]) {
      assert.equal(page.split(first).length - 1, 1);
      assert.ok(page.includes("waiting: D1, D10, R7"), page);
    }
    assert.equal(summaryOf(unreachable).findings.unverified, 4);
    assert.deepEqual(parseReview(reviewJson(unreachable)), unreachable);
  });
});
