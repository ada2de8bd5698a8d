/** A review as a pull request comment: what it says, that data stays data, and that it fits. */
import assert from "node:assert/strict";
import { marked } from "marked";
import { compareReviews } from "../../lib/review/compare";
import { commentLimit, reviewMarkdown } from "../../lib/review/markdown";
import { markdownBlock, markdownCode, markdownText } from "../../lib/review/markdownText";
import type { Review } from "../../lib/review/review";
import { visible, visibleLine } from "../../lib/text";
import { contoso, hostile, hostileReview, large, review } from "./fixtures";

/** What a reader sees of rendered Markdown, and the elements that it is made of. */
function rendered(markdown: string): { readonly text: string; readonly tags: ReadonlySet<string> } {
  const html = marked.parse(markdown, { async: false, gfm: true });
  const bare = html.replace(/<!--[\s\S]*?-->/g, "");
  const tags = new Set(
    [...bare.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map((match) => match[1]?.toLowerCase() ?? ""),
  );
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', amp: "&" };
  const text = bare
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:#(\d+)|(\w+));/g, (whole, code, name) =>
      code === undefined ? (named[name] ?? whole) : String.fromCodePoint(Number(code)),
    );
  return { text, tags };
}

describe("review: Markdown", () => {
  it("keeps every hostile text a text: in a line, a cell, code and a block", () => {
    for (const text of hostile) {
      const line = rendered(`x ${markdownText(text)}`);
      assert.equal(line.text.trim(), `x ${visibleLine(text)}`);
      assert.deepEqual([...line.tags], ["p"], text);

      const item = rendered(`- ${markdownText(text)}`);
      assert.equal(item.text.trim(), visibleLine(text));
      assert.deepEqual([...item.tags], ["ul", "li"], text);

      const cell = rendered(`| a | b |\n| --- | --- |\n| ${markdownText(text)} | ${markdownCode(text)} |`);
      const cells = cell.text
        .split("\n")
        .map((each) => each.trim())
        .filter((each) => each !== "");
      assert.deepEqual(cells, ["a", "b", visibleLine(text), visibleLine(text)]);
      assert.deepEqual([...cell.tags].sort(), ["code", "table", "tbody", "td", "th", "thead", "tr"], text);

      const block = rendered(markdownBlock(text));
      assert.equal(block.text.trimEnd(), visible(text).trimEnd());
      assert.deepEqual([...block.tags], ["pre", "code"], text);
    }
  });

  it("mentions nobody, and links to nothing", () => {
    const text = markdownText("@everyone and #12, https://evil.example or www.evil.example");
    assert.doesNotMatch(text, /@\w|#\d|:\/\/|www\.\w/);
  });

  it("renders a hostile review with the elements of any other", () => {
    const known = rendered(
      reviewMarkdown(contoso(), { comparison: compareReviews(large(), contoso()) }),
    ).tags;
    const tags = rendered(reviewMarkdown(hostileReview())).tags;
    assert.deepEqual(
      [...tags].filter((tag) => !known.has(tag) && tag !== "blockquote"),
      [],
    );
    for (const tag of ["script", "img", "style", "a"]) assert.ok(!tags.has(tag), tag);
  });

  it("begins with what a reviewer asks first", () => {
    assert.equal(
      reviewMarkdown(contoso()).split("### Findings")[0],
      `## Exchange upgrade of contoso.com to 2007 SP1

**Refused: 1 finding in the way**

12 steps: 10 to do, 1 done, 1 not known. Findings: refused: 1, not verified: 1. Waived: 1.  
Facts read live; made 2008-03-14 09:30 UTC by pulumi-exchange-upgrade <code>0.1.0</code>.

`,
    );
  });

  it("has every step's command, account, groups and levels, the findings worst first, and the waivers' reasons", () => {
    const { text } = rendered(reviewMarkdown(contoso()));
    for (const { plan, computer, now } of contoso().steps) {
      for (const part of [
        computer,
        plan.command,
        plan.account,
        plan.groups,
        `${plan.before} → ${plan.after}`,
        now,
      ]) {
        assert.ok(text.includes(part), part);
      }
    }
    assert.ok(text.indexOf("P9 (must)") < text.indexOf("D4 (must)"));
    assert.match(text, /Reason: CHG0042: the service is started by hand/);
  });

  it("has the commands around a step under its own, in their order", () => {
    const [first, ...others] = contoso().steps;
    assert.ok(first);
    const plan = { ...first.plan, commandsBefore: ["stop: net stop a|b", "D6"], commandsAfter: ["start: x"] };
    const page = reviewMarkdown({ ...contoso(), steps: [{ ...first, plan }, ...others] });
    assert.ok(
      page.includes(
        "/PrepareSchema</code><br>before: <code>stop: net stop a&#124;b</code><br>before: <code>D6</code><br>after: <code>start: x</code> |",
      ),
      page,
    );
  });

  it("names the servers that the program takes for gone, each once for all steps", () => {
    const gone = ["cas9.contoso.com: CHG0051, *gone*"];
    const steps = contoso().steps.map((step) => ({ ...step, plan: { ...step.plan, gone } }));
    const text = reviewMarkdown({ ...contoso(), steps });
    assert.equal(
      text.split("### Taken for gone\n\n- cas9.contoso.com: CHG0051, &#42;gone&#42;\n").length,
      2,
      text,
    );
    assert.doesNotMatch(reviewMarkdown(contoso()), /Taken for gone/);
  });

  it("draws small plans only, and nothing of the data gets into the drawing's syntax", () => {
    assert.match(reviewMarkdown(contoso()), /```mermaid\nflowchart TB\n/);
    assert.doesNotMatch(reviewMarkdown(large()), /mermaid/);
    const drawing = reviewMarkdown(hostileReview()).split("```mermaid\n")[1]?.split("\n```")[0] ?? "";
    for (const line of drawing.split("\n").slice(1)) {
      assert.match(
        line,
        /^ {2}(subgraph s\d+\["[^"`<>|\]]*"\]| {2}s\d+_\d+\["[^"`<>|\]]*"\]|end|s\d+ --> s\d+)$/,
      );
    }
  });

  it("says what changed, before the findings", () => {
    const before = { ...contoso(), steps: contoso().steps.slice(0, -1) };
    const text = reviewMarkdown(contoso(), { comparison: compareReviews(before, contoso()) });
    assert.ok(text.indexOf("### 1 difference since the review of") < text.indexOf("### Findings"));
  });

  it("says that steps may be missing", () => {
    const text = reviewMarkdown({ ...contoso(), incomplete: "pulumi preview ended with exit code 1" });
    assert.match(text, /^> \*\*Steps may be missing:\*\* pulumi preview ended with exit code 1$/m);
  });

  it("names each rule by its title, once, and leaves the titles of a defined release's rules out", () => {
    const page = reviewMarkdown(contoso());
    assert.match(page, /<summary>The 4\d rules that the steps are judged by<\/summary>/);
    assert.equal(
      page.match(/^- \*\*D9\*\* an upgrade cannot be taken back to the earlier release$/gm)?.length,
      1,
    );
    const defined = contoso().steps.map((step) => ({ ...step, target: "SE CU9, defined by the program" }));
    assert.match(reviewMarkdown({ ...contoso(), steps: defined }), /^- \*\*D9\*\*$/m);
  });

  it("says from which program it was planned, and has a place to sign where there is something to approve", () => {
    const told = { ...contoso(), stack: "prod", project: "exchange", commit: "1a2b3c4d5e6f, changed since" };
    const head = "Planned from stack prod, project exchange, commit 1a2b3c4d5e6f, changed since.";
    assert.ok(reviewMarkdown(told).includes(head));
    const ready = told.steps.map((step) => ({ ...step, findings: [] }));
    const sign =
      "### Approval\n\n| change | approved by | date |\n| --- | --- | --- |\n| &nbsp; | &nbsp; | &nbsp; |\n";
    assert.ok(reviewMarkdown({ ...told, steps: ready }).endsWith(sign));
    for (const other of [told, { ...told, steps: ready, incomplete: "stopped" }])
      assert.doesNotMatch(reviewMarkdown(other), /Approval/);
  });

  it("says of no steps that there are none", () => {
    assert.match(reviewMarkdown(review([])), /### Steps\n\nNone\.\n$/);
  });

  describe("GitHub's limit", () => {
    /** As many steps, with findings that are long. */
    const long = (count: number): Review => {
      const { steps } = large();
      const many = Array.from({ length: count }, (_, at) => steps[4 + (at % 60)]).flatMap((one) => one ?? []);
      return review(
        many.map((one, at) => ({
          ...one,
          computer: `s${at}.contoso.com`,
          findings: [
            {
              rule: "D4",
              level: at % 10 === 0 ? "must" : "should",
              verdict: "fails",
              summary: `D4 on s${at}.contoso.com: not met`,
              text: `D4 on s${at}.contoso.com: not met\n${"  Found: |`<b>\n".repeat(30)}`,
            },
          ],
        })),
      );
    };

    it("is never passed, and what was left out is said", () => {
      for (const count of [120, 200, 1000, 3000]) {
        const text = reviewMarkdown(long(count));
        assert.ok(text.length <= commentLimit, `${count}: ${text.length}`);
        assert.match(text, /^> Left out, for a comment's limit of length: /m);
      }
    });

    it("leaves out first what is needed least", () => {
      assert.doesNotMatch(reviewMarkdown(large()), /Left out/);
      const left = /^> Left out.*: (.*)\.$/m.exec(reviewMarkdown(long(150)))?.[1];
      assert.equal(
        left,
        "the diagram; the titles of the rules; the details of findings that do not refuse; the account, groups and levels of each step",
      );
      assert.match(reviewMarkdown(long(150)), /Found: \|/);
    });

    it("keeps every refusal's first line as long as that fits", () => {
      const text = reviewMarkdown(long(300));
      for (let at = 0; at < 300; at += 10)
        assert.ok(text.includes(`D4 on s${at}.contoso.com: not met`), `s${at}`);
    });

    it("cuts at the end of a line where nothing else helps", () => {
      const text = reviewMarkdown(contoso(), { limit: 700 });
      assert.ok(text.length <= 700);
      assert.match(
        text,
        /\n\n\*\*The rest does not fit\.\*\* The JSON and the HTML page have all of it\.\n$/,
      );
    });
  });
});
