/** Pages for people: short sentences, links that lead somewhere, and commands that there are. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

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
