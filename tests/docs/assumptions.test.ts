/** docs/assumptions.md: each belief names its evidence in known words, and the page counts them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const page = readFileSync(join(__dirname, "..", "..", "docs", "assumptions.md"), "utf8");

/** Words of a source for what somebody only remembers, or for what this repository has made up. */
const unfounded =
  /\b(memory|unverified|not tried|not known|unknown|no source|the lab's own|nothing was found)\b/;
/** A source that is nothing but such words. */
const alone =
  /^(memory|unverified|the lab's own)([,;:] (memory|unverified|no source was found|nothing was found))?$/;

const kinds = ["confirmed", "in part", "memory", "contradicted"] as const;

interface Belief {
  readonly section: string;
  readonly cells: readonly string[];
}

function beliefs(): readonly Belief[] {
  let section = "";
  return page.split("\n").flatMap((line): readonly Belief[] => {
    if (line.startsWith("## ")) section = line.slice(3);
    const isRow = line.startsWith("| ") && !/^\| (belief|evidence) \|/.test(line);
    if (!isRow || section === "How much is known") return [];
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    return [{ section, cells: cells.map((cell) => cell.trim()) }];
  });
}

function evidenceOf(source: string): (typeof kinds)[number] {
  if (/\bcontradicted\b/.test(source)) return "contradicted";
  if (alone.test(source)) return "memory";
  return unfounded.test(source) ? "in part" : "confirmed";
}

describe("docs/assumptions.md", () => {
  const all = beliefs();

  it("has a source for each belief, and who depends on it", () => {
    assert.ok(all.length > 300, `${all.length} rows`);
    for (const { section, cells } of all) {
      const [belief = "", source = "", by = ""] = cells;
      assert.equal(cells.length, 3, `${section}: ${belief}`);
      assert.notEqual(source, "", `${section}: ${belief}`);
      assert.notEqual(by, "", `${section}: ${belief}`);
    }
  });

  it("believes nothing twice", () => {
    const texts = all.map(({ cells }) => cells[0] ?? "");
    assert.deepEqual(
      texts.filter((text, at) => texts.indexOf(text) !== at),
      [],
    );
  });

  it("counts its evidence", () => {
    const told = Object.fromEntries(
      kinds.map((kind) => [kind, Number(new RegExp(`^\\| ${kind} \\| (\\d+) \\|`, "m").exec(page)?.[1])]),
    );
    const counted = Object.fromEntries(
      kinds.map((kind) => [kind, all.filter(({ cells }) => evidenceOf(cells[1] ?? "") === kind).length]),
    );
    assert.deepEqual(told, counted);
    assert.match(page, new RegExp(`^The ${all.length} beliefs `, "m"));
  });

  it("tells what is confirmed from what is not by the words of its sources", () => {
    for (const [source, kind] of [
      ["Wine, programs/cmd/tests", "confirmed"],
      ["documentation; exit code: memory", "in part"],
      ["memory", "memory"],
      ["unverified: no source was found", "memory"],
      ["memory; contradicted by Wine 10", "contradicted"],
    ] as const)
      assert.equal(evidenceOf(source), kind, source);
  });
});
