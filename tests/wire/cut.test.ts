/** Texts that are shortened, and what is no text any more: what people see as one character stays one. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import ts from "typescript";
import { decodeConsole } from "../../lib/host/transport/decode";
import { charactersOf, cut, cutLine, visible } from "../../lib/text";

const face = "\u{1f600}";
const family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";

describe("a text that is cut", () => {
  it("is whole where it is short enough", () => {
    assert.equal(cut("abc", 3), "abc");
    assert.equal(cut(`ab${face}`, 4), `ab${face}`);
    assert.equal(cut("", 0), "");
  });

  it("ends with a whole character, as people see it, and an ellipsis", () => {
    assert.equal(cut("abcd", 3), "abc…");
    assert.equal(cut(`ab${face}c`, 3), "ab…");
    assert.equal(cut(`ab${face}c`, 4), `ab${face}…`);
    for (let most = 1; most < 1 + family.length; most++) assert.equal(cut(`a${family}bc`, most), "a…");
    assert.equal(cut(`a${family}bc`, 1 + family.length), `a${family}…`);
    assert.equal(cut("ae\u0301x", 2), "a…");
    assert.equal(cut("a\u{1f1e9}\u{1f1ea}x", 3), "a…");
    assert.equal(cut("a\r\nb", 2), "a…");
  });

  it("ends with a whole code point where one character is all of it", () => {
    assert.equal(cut(`${face}${"\u0301".repeat(9)}`, 5), `${face}${"\u0301".repeat(3)}…`);
    assert.equal(cut(`\u0301${"\u{e0100}".repeat(9)}`, 4), "\u0301\u{e0100}…");
  });

  it("is nothing but the ellipsis where there is no room", () => {
    for (const most of [0, -3]) assert.equal(cut("abc", most), "…");
    assert.equal(cut(face, 1), "…");
  });

  it("is on one line, if it is to be", () => {
    assert.equal(cutLine(`  a\r\n\tb ${face} `, 5), "a b …");
    assert.equal(cutLine(" a \n b ", 3), "a b");
  });

  it("is a beginning of the text, well formed where the text is, and within the bound", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(fc.constantFrom("a", face, family, "\u0301", "\u{1f1e9}", "\r\n", "\ud83d"))
        .map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, fc.nat({ max: 40 }), (whole, most) => {
        const shown = cut(whole, most);
        if (whole.length <= most) return shown === whole;
        const kept = shown.slice(0, -1);
        return (
          shown.endsWith("…") &&
          whole.startsWith(kept) &&
          kept.length <= most &&
          (!whole.isWellFormed() || shown.isWellFormed())
        );
      }),
    );
  });

  it("has characters that are what people see", () => {
    assert.deepEqual(charactersOf(`a${family}e\u0301`), ["a", family, "e\u0301"]);
  });
});

describe("a half of a surrogate pair", () => {
  it("is shown as U+FFFD, and so is one that a tool has cut out of UTF-16", () => {
    assert.equal(visible(`a\ud83d b${face}\ude00`), `a\ufffd b${face}\ufffd`);
    const bytes = Buffer.from(`\ufeffab\ud83d`, "utf16le");
    assert.equal(decodeConsole(bytes), "ab\ufffd");
  });
});

/** Cuts of what is ASCII by its making, or no text for people, and of whole words. */
const allowed: readonly string[] = [
  "directory/dn.ts: value.slice(from, backslashes % 2 === 1 ? to + 1 : to)",
  "text.ts: text.slice(0, lastBoundary(text, Math.max(0, most)))",
  "text.ts: text.slice(0, at + 2)",
  "cli/doctorWays.ts: certificate.validTo.slice(0, 10)",
  'rules/netbiosName.ts: (name.split(".")[0] ?? name).toLowerCase().slice(0, longest)',
  "provider/step/step.ts: name.slice(0, 80)",
  'provider/step/step.ts: createHash("sha256").update(name).digest("hex").slice(0, 8)',
  "program/commands/mediaSource.ts: digest.slice(0, 16)",
  "review/summary.ts: iso.slice(0, 10)",
  "review/summary.ts: iso.slice(11, 16)",
  "review/markdown.ts: text.slice(0, Math.max(0, limit - note.length))",
  "review/svgText.ts: text.slice(0, space)",
  'discover/shortNames.ts: name .toLowerCase() .replace(/[^a-z0-9_]+/g, "-") .slice(0, longest)',
];

describe("lib", function () {
  this.timeout(60_000);

  it("shortens texts in one place", () => {
    const root = join(__dirname, "..", "..", "lib");
    const files = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(root, name));
    const program = ts.createProgram(files, {
      target: ts.ScriptTarget.ES2022,
      strict: true,
      noEmit: true,
      types: ["node"],
    });
    const checker = program.getTypeChecker();
    const isText = (node: ts.Expression) =>
      (checker.getTypeAtLocation(node).flags & ts.TypeFlags.StringLike) !== 0;
    /** A bound that is no place where something was found in the text: made of numbers, and of what was handed in. */
    const isFixed = (bound: ts.Node): boolean => {
      if (ts.isNumericLiteral(bound)) return Number(bound.text) > 2;
      if (ts.isPropertyAccessExpression(bound)) return false;
      const declared = ts.isIdentifier(bound) && checker.getSymbolAtLocation(bound)?.valueDeclaration;
      if (declared && ts.isParameter(declared)) return true;
      if (declared && ts.isVariableDeclaration(declared) && declared.initializer)
        return ts.isNumericLiteral(declared.initializer);
      return ts.forEachChild(bound, (child) => isFixed(child) || undefined) ?? false;
    };
    const found: string[] = [];
    for (const source of program.getSourceFiles()) {
      if (!source.fileName.startsWith(root)) continue;
      const visit = (node: ts.Node): void => {
        if (
          ts.isCallExpression(node) &&
          ts.isPropertyAccessExpression(node.expression) &&
          /^(slice|substring|substr)$/.test(node.expression.name.text) &&
          isText(node.expression.expression) &&
          node.arguments[1] !== undefined &&
          isFixed(node.arguments[1])
        )
          found.push(`${source.fileName.slice(root.length + 1)}: ${node.getText().replace(/\s+/g, " ")}`);
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
    assert.deepEqual([...found].sort(), [...allowed].sort());
  });
});
