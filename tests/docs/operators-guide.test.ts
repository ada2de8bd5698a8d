/** docs/operators-guide.md has an entry for every message, and no entry for a message that is no more. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { causeCodes, messageCodes } from "../../lib/cause";
import * as host from "../../lib/host/transport/errors";
import { ruleIds } from "../../lib/rules/ids";
import { wordsOf } from "../../lib/rules/table";
import { named } from "../releases/named";
import { messages, sentencesOf } from "./messages";

const guide = readFileSync(join(__dirname, "..", "..", "docs", "operators-guide.md"), "utf8").replaceAll(
  "\r\n",
  "\n",
);
const headings = guide.split("\n").flatMap((line) => /^###? (.*)$/.exec(line)?.[1] ?? []);

/** Everything in backquotes that is a message, `…` for a value. */
const entries = [...new Set([...guide.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? ""))].filter(
  (text) => lettersOf(text) >= 10,
);

function lettersOf(text: string): number {
  return text.replace(/[^A-Za-z]/g, "").length;
}

/** An entry as an expression: `…` also stands for quotes of code, which cannot stand inside quotes of code. */
function patternOf(entry: string): RegExp {
  const parts = entry.split("…");
  return new RegExp(
    `^${parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("[\\s\\S]*?")}$`,
  );
}

const patterns = entries.map((entry) => ({ entry, pattern: patternOf(entry) }));
const said = messages();

describe("docs/operators-guide.md", () => {
  it("has an entry for every sentence that the package can say", () => {
    const without = said.filter(({ text }) => {
      const first = firstLine(text);
      return !patterns.some(({ pattern }) => pattern.test(text) || pattern.test(first));
    });
    assert.deepEqual(
      without.map(({ file, text }) => `${file}: ${text}`),
      [],
      "docs/operators-guide.md says nothing of these: add them, with what they mean and what to do",
    );
    assert.ok(said.length > 300, `only ${said.length} sentences were found`);
  });

  it("has one message in a cell of its tables, so that each is found with what to do", () => {
    // In parentheses stands another end of the same message.
    const crowded = guide.split("\n").filter((line) => messagesInFirstCell(line).length > 1);
    assert.deepEqual(crowded, []);
    assert.deepEqual(messagesInFirstCell("| `one of them is`, or `the other is not` | mend it |"), [
      "one of them is",
      "the other is not",
    ]);
    assert.ok(guide.split("\n").filter((line) => messagesInFirstCell(line).length === 1).length > 500);
  });

  it("explains no message that nobody says any more", () => {
    const texts = said.flatMap(({ text }) => [text, firstLine(text)]);
    const sentences = patterns.filter(({ entry }) => / .* .* /.test(entry) && !isCode(entry));
    const stale = sentences.filter(({ pattern }) => !texts.some((text) => pattern.test(text)));
    assert.deepEqual(
      stale.map(({ entry }) => entry),
      [],
    );
  });

  it("finds a sentence however it is said", () => {
    const code = [
      "throw new HostError(`the frame of @{name} ` + `is broken: @{why === '' ? 'nobody has said why it is' : why}`);",
      'const text = ok ? "it runs as it should" : "it does not run today";',
      'tell(["the first line of it", "  Fix:    do it again"].join("\\n"));',
      'const few = "three words only"; const key = "HKLM\\\\SOFTWARE";',
    ].join("\n");
    const found = (file: string, text: string) => sentencesOf(file, text.replaceAll("@{", "${"));
    assert.deepEqual(found("host/new.ts", code), [
      "the frame of … is broken: …",
      "nobody has said why it is",
      "it runs as it should",
      "it does not run today",
      "the first line of it",
    ]);
    const finding = "({ problem: `the wheel of @{x} is off`, fix: 'put it on again, please' });";
    assert.deepEqual(found("rules/new.ts", finding), ["the wheel of … is off"]);
  });

  it("has a section for every rule, by its number and title, for every cause and for every class of host error", () => {
    for (const id of ruleIds)
      assert.ok(headings.includes(`${id}: ${wordsOf(id, named("2007 SP1")).title}`), `no section on ${id}`);
    const codes = headings.filter((heading) => heading.startsWith("XU-"));
    assert.deepEqual(
      codes,
      [...causeCodes, ...messageCodes],
      "each code has a section, and each section a code",
    );
    for (const name of Object.keys(host).filter((each) => /^[A-Z]/.test(each)))
      assert.ok(headings.includes(name), `no section on ${name}`);
  });

  it("says every code of a message, and the program each of them", () => {
    const lib = join(__dirname, "..", "..", "lib");
    const code = readdirSync(lib, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && file !== "cause.ts")
      .map((file) => readFileSync(join(lib, file), "utf8"))
      .join("\n");
    const known: readonly string[] = [...causeCodes, ...messageCodes].sort();
    // A prefix stands for several.
    const isPrefix = (text: string) => !known.includes(text) && known.some((each) => each.startsWith(text));
    const written = [...new Set(code.match(/(?<=["\s])XU-[A-Z-]+(?=["`])/g))].filter(
      (text) => !isPrefix(text),
    );
    assert.deepEqual(written.sort(), known, "nobody says a code, or it is none");
    assert.deepEqual([...new Set(guide.match(/XU-[A-Z]+(-[A-Z]+)*/g))].sort(), known);
  });

  it("leads to sections that are there", () => {
    const anchors = headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    for (const [, anchor = ""] of guide.matchAll(/\]\(#([^)]+)\)/g))
      assert.ok(anchors.includes(anchor), anchor);
  });
});

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

/** Commands and arguments that the guide names. */
function isCode(entry: string): boolean {
  return /^(pulumi|npm|waive:|gone:|run:|exchange-upgrade|repadmin|schtasks|tasklist|one argument|the lock|the stack|%)/.test(
    entry,
  );
}

/** The messages of a row's first cell: what is in backquotes, of three words or more. */
function messagesInFirstCell(line: string): readonly string[] {
  const [, cell = ""] = /^\|((?:`[^`]*`|[^`|])*)\|/.exec(line) ?? [];
  return [...cell.replaceAll(/\([^()`]*`[^`]*`\)/g, "").matchAll(/`([^`]+)`/g)].flatMap(([, text = ""]) =>
    / .* /.test(text) && !isCode(text) ? [text] : [],
  );
}
