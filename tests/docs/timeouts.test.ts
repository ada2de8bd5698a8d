/** docs/running-setup.md has every timeout that a step takes, with its default. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (...path: string[]) => readFileSync(join(__dirname, "..", "..", ...path), "utf8");

describe("docs/running-setup.md", () => {
  it("has every timeout with its unit and its default, as the arguments say", () => {
    const args =
      /export interface TimeoutArgs \{([\s\S]*?)\n\}/.exec(read("lib", "program", "args.ts"))?.[1] ?? "";
    const numbers = (text: string) => text.match(/\d+/g)?.filter((n) => n !== "2007") ?? [];
    const declared = [...args.matchAll(/\/\*\*([\s\S]*?)\*\/\s*readonly (\w+)\?/g)].map(
      ([, doc = "", name = ""]) => [
        name,
        /^[\s*]*(Minutes|Seconds)/.exec(doc)?.[1]?.toLowerCase(),
        ...numbers(/@default ([\s\S]*)/.exec(doc)?.[1] ?? ""),
      ],
    );
    const table = read("docs", "running-setup.md").split("## Timeouts")[1]?.split("\n## ")[0] ?? "";
    const documented = [...table.matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]*) \|/gm)].map(
      ([, name, unit, value = ""]) => [name, unit, ...numbers(value)],
    );
    assert.equal(declared.length, 5);
    assert.deepEqual(documented.map(String).sort(), declared.map(String).sort());
  });
});
