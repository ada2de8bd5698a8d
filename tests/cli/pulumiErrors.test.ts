/** The errors in what Pulumi prints; the texts are those that Pulumi 3.259 printed for such programs. */
import assert from "node:assert/strict";
import { errorText, isThrown, pulumiErrors, tells } from "../../lib/cli/pulumiErrors";

const folder = "/home/admin/upgrade";
const stack = "  pulumi:pulumi:Stack (upgrade-prod):";
const printed = (...diagnostics: readonly string[]) =>
  [
    "Previewing update (prod):",
    " +  pulumi:pulumi:Stack upgrade-prod create 1 error",
    "Diagnostics:",
    ...diagnostics,
    "",
    "Resources:",
    "    + 1 to create",
    "    error: not of a resource",
    "",
  ].join("\n");
const unhandled = `    error: Running program '${folder}/index.ts' failed with an unhandled exception:`;

const shown = (text: string) =>
  pulumiErrors(text)
    ?.map((error) => `${errorText(error, folder)}\n`)
    .join("") ?? null;

describe("cli: the errors that Pulumi has printed", () => {
  it("are those of the program, each with its place in it, whatever the colours", () => {
    const text = printed(
      stack,
      unhandled,
      "    TypeError: Cannot set properties of undefined (setting 'bar')",
      "        at mend (/home/admin/upgrade/node_modules/other/index.js:9:9)",
      "        at Object.<anonymous> \u001B[90m(/home/admin/upgrade/\u001B[39mservers.ts:36:14\u001B[90m)\u001B[39m",
      "    \u001B[90m    at Module._compile (node:internal/modules/cjs/loader:1521:14)\u001B[39m",
    );
    assert.equal(
      shown(text),
      "The program: TypeError: Cannot set properties of undefined (setting 'bar')\n  Where:  servers.ts:36:14\n",
    );
  });

  it("have no place where the program has none, and keep what they say in several lines", () => {
    const text = printed(
      stack,
      unhandled,
      "    /home/admin/upgrade/index.ts:15",
      "    const x = ;",
      "              ^",
      "    ",
      "    SyntaxError: Unexpected token ';'",
    );
    assert.equal(
      shown(text),
      "The program: /home/admin/upgrade/index.ts:15\nconst x = ;\n          ^\n\nSyntaxError: Unexpected token ';'\n",
    );
  });

  it("are those of every resource, without warnings and what is only told", () => {
    const text = printed(
      "  pulumi-nodejs:dynamic/exchange:ExchangeADPrep (ad):",
      "    dc1.contoso.com: D:\\SP1\\Setup.com /PrepareAD",
      "      needs Enterprise Admins (P7)",
      "    warning: D6 (should), something",
      "      Fix:    nothing",
      "    error: the first",
      "      Found:  one",
      "    warning: another",
      "    error: the second",
      "",
      stack,
      unhandled,
      "    Error: late",
      "        at file:///home/admin/upgrade/index.mjs:3:5",
    );
    assert.equal(
      shown(text),
      [
        "Pulumi, ExchangeADPrep ad: the first\n  Found:  one\n",
        "Pulumi, ExchangeADPrep ad: the second\n",
        "The program: Error: late\n  Where:  index.mjs:3:5\n",
      ].join(""),
    );
  });

  it("are none where Pulumi has not come to its diagnostics, or tells no error there", () => {
    assert.equal(shown("error: no stack selected\n"), null);
    assert.equal(shown(printed(stack, "    warning: only this")), null);
  });

  it("tell a refusal that the program did not catch, and errors of it apart", () => {
    const summary = 'ExchangeUpgrade "contoso" cannot be planned:';
    const refusal = [`    error: ${summary}`, "      tarhet: is no argument here; did you mean `target`?"];
    const late = [unhandled, "    Error: late"];
    const seen = (...lines: readonly string[]) =>
      pulumiErrors(printed(stack, ...lines))?.map((error) => [isThrown(error), tells(error, summary)]);
    assert.deepEqual(seen(...refusal, ...late), [
      [false, true],
      [true, false],
    ]);
    // What a program prints of a refusal that it has caught is no error.
    assert.deepEqual(seen(`    ${summary}`, ...late), [[true, false]]);
    assert.deepEqual(seen(unhandled, `    Error: at home: ${summary}`), [[true, true]]);
  });
});
