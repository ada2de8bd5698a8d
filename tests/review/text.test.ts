/** A review at a terminal: what it fits into, and what it leaves out. */
import assert from "node:assert/strict";
import type { ReviewStep } from "../../lib/review/review";
import { reviewText } from "../../lib/review/text";
import { contoso, finding, hostileReview, large } from "./fixtures";

const ready = () => ({
  ...contoso(),
  steps: contoso().steps.map(
    (one): ReviewStep => ({ ...one, progress: "pending", findings: [], waived: [] }),
  ),
});

describe("review: text", () => {
  for (const columns of [80, 100, 160])
    it(`fits its table into ${columns} columns, one line for each step`, () => {
      const [, , ...table] = reviewText(ready(), { columns }).trimEnd().split("\n");
      assert.equal(table.length, 12 + 1);
      for (const line of table) assert.ok(line.length <= columns, line);
      for (const { computer } of ready().steps)
        assert.ok(
          table.some((line) => line.includes(computer)),
          computer,
        );
    });

  it("begins with the answer", () => {
    assert.deepEqual(reviewText(ready(), { columns: 80 }).split("\n").slice(0, 2), [
      "Ready: 12 steps to run (contoso.com to 2007 SP1)",
      "12 steps: 12 to do. Findings: none.",
    ]);
  });

  it("is what stands in the way, and no table, where pulumi up would refuse", () => {
    const text = reviewText(contoso(), { columns: 80 });
    assert.match(text, /^Refused: 1 finding in the way/);
    assert.ok(text.indexOf("P9 (must)") < text.indexOf("D4 (must)"));
    assert.doesNotMatch(text, /^ +\d+ {2}/m);
    assert.match(text, /^All steps: --verbose, or --out plan\.html$/m);
    assert.match(reviewText(contoso(), { columns: 80, all: true }), /^ +\d+ {2}/m);
  });

  it("breaks no word of a finding, and has no line that is wider than the terminal unless one word is", () => {
    for (const columns of [80, 100, 160]) {
      const lines = reviewText(contoso(), { columns, all: true }).split("\n");
      for (const line of lines) assert.ok(line.length <= columns || !line.trim().includes(" "), line);
      const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");
      const shown = lines.join(" ");
      for (const { findings } of contoso().steps)
        for (const { text } of findings)
          for (const word of words(text)) assert.ok(shown.includes(word), word);
    }
  });

  it("tells a recommendation in one line, and all of it only where that is asked for", () => {
    const advice = finding("D6", "server", "cas-lon.contoso.com", "fails", "it is disabled");
    const [first, ...others] = ready().steps;
    assert.ok(first);
    const review = { ...ready(), steps: [{ ...first, findings: [advice] }, ...others] };
    const lines = reviewText(review, { columns: 100 }).trimEnd().split("\n");
    assert.equal(lines.at(-1), `Recommended: ${advice.summary}`);
    assert.ok(reviewText(review, { columns: 160, all: true }).includes(advice.text));
  });

  it("moves no cursor, whatever servers and directories are called", () => {
    for (const review of [hostileReview(), large()])
      assert.doesNotMatch(reviewText(review, { columns: 80, all: true }), /(?![\n\t])[\p{Cc}\u202E]/u);
  });
});
