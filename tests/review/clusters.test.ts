/** Clustered mailbox servers in a plan: headline, rows in each format, what changed, and that no time counts them. */
import assert from "node:assert/strict";
import { planOfCluster } from "../../lib/plan/clusterPlan";
import { findRelease } from "../../lib/releases";
import { assembleReview, missingSteps, parseReport } from "../../lib/review/assemble";
import { compareReviews } from "../../lib/review/compare";
import { comparisonText } from "../../lib/review/compareText";
import { parseReview, reviewJson } from "../../lib/review/format";
import { reviewHtml } from "../../lib/review/html";
import { reviewMarkdown } from "../../lib/review/markdown";
import { reviewMermaid } from "../../lib/review/mermaid";
import type { Review, ReviewCluster } from "../../lib/review/review";
import { summaryOf, verdictText } from "../../lib/review/summary";
import { reviewText } from "../../lib/review/text";
import { withTimeline } from "../../lib/review/timeline";
import { cluster, clustered, cms, lineOf, nodes, upgradeCms } from "./clusterFixture";
import { finding, review, step } from "./fixtures";

const cas = (more: object = {}) => ({
  ...step({ kind: "server", name: "cas1", computer: "cas1.adatum.com", roles: ["Client Access"] }),
  ...more,
});
const done = { progress: "done", now: "Client Access 8.1.240.6 (2007 SP1)" } as const;
const notLookedAt = {
  progress: "unknown",
  due: null,
  now: "not looked at: this run does not come to it",
} as const;
const all = (own: readonly ReviewCluster[], ofCas: object = {}): Review =>
  review([cas(ofCas)], { forest: "adatum.com", clusters: own });
const headline = (one: Review) => verdictText(summaryOf(one), one.incomplete);

describe("review: clustered mailbox servers", () => {
  it("are never ready or done while one is not seen at its target", () => {
    assert.equal(headline(all([cluster()])), "Waits for a person: 1 clustered mailbox server, 1 step to run");
    assert.equal(headline(all([cluster()], done)), "Waits for a person: 1 clustered mailbox server");
    assert.equal(
      headline(all([cluster(), cluster({ computer: "mbx2.adatum.com" })], { begun: true })),
      "Waits for a person: 2 clustered mailbox servers, 1 server half upgraded, 1 step to run",
    );
    assert.equal(headline(all([cluster(notLookedAt)], done)), "Not verified: 1 step could not be read");
    const refusal = finding("R79", "server", cms, "fails", "every node is upgraded, and it is not");
    assert.equal(
      headline(all([cluster({ due: null, findings: [refusal] })])),
      "Refused: 1 finding in the way",
    );
    for (const progress of ["pending", "unknown"] as const)
      assert.equal(summaryOf(all([cluster({ progress, due: null })], done)).verdict, "attention");
    assert.equal(
      headline(all([cluster({ progress: "done", due: null })], done)),
      "Done: all 2 steps are at 2007 SP1",
    );
    assert.equal(headline(all([cluster({ progress: "done", due: null })])), "Ready: 1 step to run");
    assert.equal(
      headline(review([], { clusters: [cluster()] })),
      "Waits for a person: 1 clustered mailbox server",
    );
  });

  it("have a row with nodes, the step that is due and its support", () => {
    assert.equal(
      reviewText(all([cluster()]), { columns: 100 }),
      `Waits for a person: 1 clustered mailbox server, 1 step to run (adatum.com to 2007 SP1)
2 steps: 2 to do. Findings: none.
No time is known for 1 clustered mailbox server: a person does its steps; what waits for it starts
  later.
   stage          computer         progress
1  Client Access  cas1.adatum.com  to do
Clustered mailbox servers:
mbx1.adatum.com on node1.adatum.com, node2.adatum.com: waits for a person: the next step is due:
  Setup /UpgradeCMS on node2.adatum.com, before any other node is upgraded (practice:
  enowconsulting.com, October 2009, and siliconexus.com, August 2010 (two reports of a CCR upgrade))
`,
    );
    const markdown = reviewMarkdown(all([cluster()]));
    assert.equal(
      markdown.slice(markdown.indexOf("### Clustered"), markdown.indexOf("<details>")).trimEnd(),
      [
        "### Clustered mailbox servers",
        "",
        "| server | nodes | next |",
        "| --- | --- | --- |",
        `| <code>${cms}</code><br><code>mbx1</code> | ${nodes.join(", ")} | **waits for a person**<br>${upgradeCms.text} (practice: ${upgradeCms.source}) |`,
      ].join("\n"),
    );
    const html = reviewHtml(all([cluster()]));
    assert.match(html, /<h2 id="clusters">Clustered mailbox servers<\/h2>/);
    for (const text of [upgradeCms.text, `(practice: ${upgradeCms.source})`, ...nodes])
      assert.ok(html.includes(text), text);
    assert.ok(!html.includes("There is no step"));
  });

  it("have what they take for gone in every format, each once with the steps, and in what changed", () => {
    const reasons = ["cas9.adatum.com: CHG0051", "hub9.adatum.com: CHG0052"];
    const own = cluster({ plan: { ...cluster().plan, gone: reasons } });
    const ofCas = { plan: { ...cas().plan, gone: reasons.slice(0, 1) } };
    const page = reviewHtml(all([own], ofCas));
    for (const reason of reasons) assert.equal(page.split(`<p>${reason}</p>`).length, 2, reason);
    for (const stopped of [
      {},
      { findings: [finding("D4", "server", "cas1.adatum.com", "fails", "too old")] },
    ]) {
      const lines = reviewText(all([own], { ...ofCas, ...stopped }), { columns: 80 }).split("\n");
      assert.deepEqual(
        lines.filter((line) => line.startsWith("Taken for gone")),
        reasons.map((reason) => `Taken for gone: ${reason}`),
      );
    }
    assert.doesNotMatch(reviewText(all([cluster()]), { columns: 80, all: true }), /Taken for gone/);
    assert.ok(
      reviewMarkdown(all([own])).includes(
        "### Taken for gone\n\n- cas9.adatum.com: CHG0051\n- hub9.adatum.com: CHG0052\n",
      ),
    );
    assert.deepEqual(parseReview(reviewJson(all([own]))), all([own]));
    assert.deepEqual(
      comparisonText(compareReviews(all([cluster()]), all([own])))
        .split("\n")
        .slice(1, -1),
      [`~ plan.gone changed, clustered mailbox server upgrade on ${cms}: none -> ${reasons.join("; ")}`],
    );
  });

  it("take no time in the plan, and the others keep theirs", () => {
    const [timed] = withTimeline([cas({ minutes: 60, reboot: "never", changeWindow: null })], {
      now: 0,
      parallel: undefined,
    });
    assert.deepEqual([timed?.starts, timed?.ends], [0, 60]);
    const text = reviewText(all([cluster()], timed ?? {}), { columns: 200 });
    assert.match(
      text,
      /^1 step is expected to take 60 min, at any time\.\nBegins: \+0 min Client Access\nNo time is known for 1 clustered mailbox server: a person does its steps; what waits for it starts later\.$/m,
    );
    assert.ok(
      !reviewText(all([cluster({ progress: "done", due: null })], timed ?? {}), { columns: 200 }).includes(
        "No time is known",
      ),
    );
  });

  it("have their place in the order of both drawings, and in the stages of the page", () => {
    const one = clustered();
    const page = reviewHtml(one);
    const described = [...page.matchAll(/<desc id="wide-[^>]*>([^<]*)<\/desc>/g)].map(([, text]) => text);
    const long = one.clusters?.[0]?.computer;
    assert.deepEqual(described, [
      "1 step: hub1.adatum.com, done",
      `2 steps, after 1. Hub Transport and Unified Messaging: mbx9.adatum.com, to do; ${cms}, waits for a person`,
      `1 step, after 2. Mailbox: ${long}, not known`,
      "1 step, after 3. Mailbox of other sites: admin.adatum.com, to do",
    ]);
    assert.match(page, /<text class="what"[^>]*>waits for a person · /);
    const headings = [...page.matchAll(/<h3 id="stage-\d">([^<]*)<\/h3>(<p[^>]*><b>[^<]*)?/g)];
    assert.deepEqual(
      headings.map(([, title, note = ""]) => [title, note.replace(/<[^>]*>/g, "")]),
      [
        ["1. Hub Transport and Unified Messaging", ""],
        ["2. Mailbox", cms],
        ["3. Mailbox of other sites", long],
        ["4. management tools", ""],
      ],
    );
    assert.equal(
      reviewMermaid(one),
      `flowchart TB
  subgraph s0["Hub Transport and Unified Messaging"]
    s0_0["done#58; hub1.adatum.com"]
  end
  subgraph s1["Mailbox"]
    s1_0["to do#58; mbx9.adatum.com"]
    s1_1["waits for a person#58; mbx1.adatum.com"]
  end
  subgraph s2["Mailbox of other sites"]
    s2_0["not known#58; a-clustered-mail.a-domain-with-a-rather-long-name.adatum.com"]
  end
  subgraph s3["management tools"]
    s3_0["to do#58; admin.adatum.com"]
  end
  s0 --> s1
  s1 --> s2
  s2 --> s3`,
    );
    const name = `${"a-host.".repeat(9)}adatum.com`;
    assert.match(
      reviewMermaid(review([cas({ computer: name })])) ?? "",
      /^ {4}s0_0\["to do#58; (a-host\.){8}a-ho…"\]$/m,
    );
    // A program of clusters alone has an order, too.
    const alone = review([], { clusters: [cluster()] });
    assert.ok(!reviewHtml(alone).includes("There is no step"));
    assert.match(reviewMermaid(alone) ?? "", /mbx1\.adatum\.com/);
    assert.match(reviewHtml(review([])), /There is no step/);
  });

  it("let what waits for them start after what they wait for", () => {
    const times = clustered().steps.map(({ computer, starts, ends }) => [computer, starts, ends]);
    assert.deepEqual(times, [
      ["hub1.adatum.com", undefined, undefined],
      ["mbx9.adatum.com", 0, 60],
      ["admin.adatum.com", 60, 120],
    ]);
  });

  it("have the wave that the report names", () => {
    const line = { review: 1, wave: { name: "mailbox", title: "Mailbox", servers: [cms] } };
    const report = parseReport([line, lineOf(cluster())].map((each) => JSON.stringify(each)).join("\n"));
    assert.deepEqual(
      report.clusters.map(({ cluster: { wave, waveTitle } }) => [wave, waveTitle]),
      [["mailbox", "Mailbox"]],
    );
  });

  it("are kept in JSON, and told where they have no line", () => {
    const one = all([cluster(), cluster({ ...notLookedAt, computer: "mbx2.adatum.com", name: null })]);
    assert.deepEqual(parseReview(reviewJson(one)), one);
    const names = JSON.stringify({ review: 1, steps: ["mbx1", "mbx2"] });
    const report = parseReport(
      [names, JSON.stringify(lineOf(cluster(notLookedAt))), JSON.stringify(lineOf(cluster()))].join("\n"),
    );
    assert.deepEqual(missingSteps(report), ["mbx2"]);
    const made = assembleReview([], { version: "0.1.0", clusters: report.clusters });
    assert.deepEqual([made.forest, made.clusters], ["adatum.com", [cluster()]]);
  });

  it("that were added, removed or changed are named", () => {
    const text = (before: Review, after: Review) =>
      comparisonText(compareReviews(before, after)).split("\n").slice(1, -1);
    const operator =
      "guided: an operator does each step; each run of pulumi up verifies it, and says the next one";
    const appeared = `clustered mailbox server upgrade on ${cms}: its nodes ${nodes.join(", ")}: ${operator}`;
    const without = review([cas()], { forest: "adatum.com" });
    assert.deepEqual(text(without, all([cluster()])), [`+ step added, ${appeared}`]);
    assert.deepEqual(text(all([cluster()]), without), [`- step removed, ${appeared}`]);
    assert.deepEqual(text(all([cluster()]), all([cluster({ progress: "done", due: null, now: "new" })])), []);
    const other = planOfCluster({
      server: cms,
      nodes: ["node1.adatum.com", "node3.adatum.com"],
      target: findRelease("2007 SP1") ?? assert.fail(),
    });
    assert.deepEqual(
      text(all([cluster()]), all([cluster({ plan: other, due: { ...upgradeCms, text: "it is started" } })])),
      [
        `~ nodes changed, clustered mailbox server upgrade on ${cms}: ${nodes.join(", ")} -> node1.adatum.com, node3.adatum.com`,
        `~ due changed, clustered mailbox server upgrade on ${cms}: ${upgradeCms.text} -> it is started`,
      ],
    );
    const refusal = finding("R79", "server", cms, "fails", "every node is upgraded, and it is not");
    assert.deepEqual(text(all([cluster()]), all([cluster({ findings: [refusal] })])), [
      `+ new finding: ${refusal.summary}`,
    ]);
  });
});
