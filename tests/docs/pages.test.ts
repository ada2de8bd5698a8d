/** Pages for people: short sentences, links that lead somewhere, and commands that there are. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..", "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const pages = readdirSync(join(root, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name}`);

/** Every page that people read, and that this repository writes by hand or by `npm run docs`. */
const everyPage = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...pages];

/**
 * Sentences of a page, code and addresses left out. A cell of a table, a line of a cell, an item of a list and of a row of links end
 * one; names in a row (`a`, `b`, `c`) count as one word.
 */
function sentencesOf(page: string): readonly string[] {
  const text = page
    .replaceAll(/^```[\s\S]*?^```$/gm, "")
    .replaceAll(/`[^`\n]+`/g, "code")
    .replaceAll(/\bcode(, code)+\b/g, "code")
    .replaceAll(/\]\([^)]*\)/g, "]");
  return text.split(/[.!?:](?=\s)|\n\n|\||<br>| · ?|\n(?=- |\d+\. |#)/);
}

/** The anchors that GitHub gives to the headings of a page, numbered where they are the same. */
function anchorsIn(page: string): readonly string[] {
  const names = [...page.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/^#{1,6} (.+)$/gm)].map(
    ([, heading = ""]) =>
      heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
  );
  return names.map((name, at) => {
    const before = names.slice(0, at).filter((each) => each === name).length;
    return before === 0 ? name : `${name}-${before}`;
  });
}

describe("docs: the pages", () => {
  it("say nothing in a sentence of more than 35 words", () => {
    const long = everyPage.flatMap((page) =>
      sentencesOf(read(page))
        .filter((sentence) => sentence.split(/\s+/).filter((word) => /\w/.test(word)).length > 35)
        .map((sentence) => `${page}: ${sentence.trim()}`),
    );
    assert.deepEqual(long, []);
    assert.equal(sentencesOf("One. Two: three\n\n- four\n- five").length, 5);
  });

  it("lead to files that are there", () => {
    const dead = ["README.md", ...pages].flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, target = ""]) => target)
        // typedoc writes these.
        .filter((target) => !/^(docs\/)?api\//.test(target) && !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    assert.deepEqual(dead, []);
  });

  it("lead to sections that are there", () => {
    const anchors = new Map<string, readonly string[]>();
    const anchorsOf = (page: string) => {
      const known = anchors.get(page) ?? anchorsIn(read(page));
      anchors.set(page, known);
      return known;
    };
    const dead = everyPage.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)]+)\)/g)]
        .map(([, to = "", anchor = ""]) => ({
          to: to === "" ? page : posix.join(posix.dirname(page), to),
          anchor,
        }))
        .filter(
          ({ to, anchor }) =>
            to.endsWith(".md") && !/^docs\/api\//.test(to) && !anchorsOf(to).includes(anchor),
        )
        .map(({ to, anchor }) => `${page}: ${to}#${anchor}`),
    );
    assert.deepEqual(dead, []);
    assert.deepEqual(anchorsIn("# One `two`, three\n\n```\n# no heading\n```\n## One two three"), [
      "one-two-three",
      "one-two-three-1",
    ]);
  });

  it("have code that can be read: TypeScript, JSON and shell", () => {
    const blocks = everyPage.flatMap((page) =>
      [...read(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", code = ""]) => ({
        place: `${page}: ${code.split("\n")[0]}`,
        language,
        code,
      })),
    );
    const ofLanguage = (language: string) => blocks.filter((block) => block.language === language);
    for (const { place, code } of ofLanguage("ts")) {
      // "…" stands for what the reader has there.
      const { diagnostics = [] } = ts.transpileModule(code.replaceAll("…", "x"), { reportDiagnostics: true });
      assert.deepEqual(
        diagnostics.map(({ messageText }) => messageText),
        [],
        place,
      );
    }
    for (const { place, code } of ofLanguage("json")) assert.doesNotThrow(() => JSON.parse(code), place);
    for (const { place, code } of ofLanguage("sh")) {
      const { status, stderr } = spawnSync("bash", ["-n"], { input: code, encoding: "utf8" });
      assert.equal(status, 0, `${place}: ${stderr}`);
    }
    assert.ok(ofLanguage("ts").length > 10 && ofLanguage("sh").length > 5 && ofLanguage("json").length > 0);
    const languages = new Set(blocks.map(({ language }) => language));
    assert.deepEqual([...languages].sort(), ["json", "sh", "text", "ts", "yaml"]);
  });

  it("name commands and options of exchange-upgrade that there are, in pipelines, too", () => {
    const files = [
      "README.md",
      ...pages,
      "examples/pipelines/github-actions.yml",
      "examples/pipelines/azure-pipelines.yml",
    ];
    const shared = read("lib/cli/command.ts");
    const lines = files.flatMap((file) =>
      [...read(file).matchAll(/npx exchange-upgrade ([a-z]+)([^\n`]*)/g)].map(
        ([whole, command = "", rest = ""]) => ({ place: `${file}: ${whole}`, command, rest }),
      ),
    );
    assert.ok(lines.length > 30, String(lines.length));
    for (const { place, command, rest } of lines) {
      assert.ok(existsSync(join(root, "lib", "cli", `${command}.ts`)), place);
      const source = `${read(`lib/cli/${command}.ts`)}${shared}`;
      const [own = ""] = rest.split(/ -- | && | \|\| |[#|]/);
      for (const [option] of own.matchAll(/(?<= )--[a-z-]+/g))
        assert.ok(
          option === "--help" || option === "--json" || source.includes(option),
          `${place}: ${option}`,
        );
    }
  });
});
