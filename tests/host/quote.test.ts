/**
 * Quoting for cmd.exe, against two readers of command lines: the model beside this file, and the lab's cmd.exe. What is
 * not refused reaches a program exactly as it is, and nothing else is run.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { expandPercent } from "../../lab/windows/cmd/environment";
import { type Node, parse } from "../../lab/windows/cmd/parser";
import { splitCommand } from "../../lab/windows/cmd/words";
import { splitArguments } from "../../lab/windows/programs/program";
import { type QuoteFor, quoteArgument, quotePath } from "../../lib/host/cmd/quote";
import { setupScript } from "../../lib/host/site/attemptScript";
import { visible } from "../../lib/text";
import { runs } from "../fuzz/settings";
import { argumentsOf, type CmdContext, overSsh, readLine } from "./cmd-model";

/** Variables of the computer, and some whose values would run something. */
const variables = { PATH: "C:\\Windows", OS: "Windows_NT", a: '" & del C:\\ & "', "": "x", " ": "& calc" };

const pieces = [
  ..."abzAZ059 -/:._\\\"'%^&|<>()!=,;@~*?`$[]{}+#",
  "\\\\",
  '\\"',
  '\\\\"',
  '""',
  '"^"',
  "%PATH%",
  "%a%",
  "%%",
  "%1",
  "%*",
  "%~dp0",
  "%a:~0,1%",
  "!OS!",
  "^!",
  " & calc",
  "&& calc",
  "|| calc",
  "| more",
  ">C:\\out",
  "2>&1",
  "<nul",
  ")&(calc",
  ") else (calc",
  "\n",
  "\r\n",
  "\t",
  "\0",
  "\x1a",
  "\x7f",
  "é",
  "ソ",
  "表\\",
  "\u00a5",
  "\u2028",
  "\ud83d",
];
const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(""));
const anything = fc.oneof(
  { weight: 4, arbitrary: hostile },
  { weight: 1, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
);

/** The line in whose place the argument stands, and what the line's commands are. */
const frames: readonly {
  readonly line: (quoted: string) => string;
  readonly commands: readonly (string | null)[];
}[] = [
  { line: (q) => `prog first ${q} last`, commands: [null] },
  { line: (q) => `prog first ${q} last 2>&1`, commands: [null] },
  { line: (q) => `echo eu^.mark& prog first ${q} last`, commands: ["echo eu.mark", null] },
  {
    line: (q) => `(echo eu^.0.begin& prog first ${q} last)&&(echo eu^.0.done)||(echo eu^.0.failed)`,
    commands: ["echo eu.0.begin", null, "echo eu.0.done", "echo eu.0.failed"],
  },
  {
    line: (q) => `>"C:\\eu.tmp" echo x&&move /y "C:\\eu.tmp" "C:\\eu.txt" >nul&&prog first ${q} last`,
    commands: ["echo x", 'move /y "C:\\eu.tmp" "C:\\eu.txt"', null],
  },
];

/** What the lab's cmd.exe makes of a line: each command with its arguments. */
function labCommands(line: string, { where, variables }: CmdContext): readonly string[] {
  const expanded = expandPercent(line, {
    variable: (name) =>
      Object.entries(variables).find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1],
    batchArguments: where === "batch" ? ["run.cmd"] : null,
    batchFile: "C:\\run.cmd",
    resolve: (path) => path,
    sizeOf: () => null,
  });
  return commandsOf(parse(expanded.split(/[\r\n]/)[0] ?? ""));
}

function commandsOf(node: Node): readonly string[] {
  switch (node.kind) {
    case "command":
      return [node.text.trim()];
    case "block":
      return commandsOf(node.body);
    case "sequence":
    case "and":
    case "or":
    case "pipe":
      return [...commandsOf(node.left), ...commandsOf(node.right)];
    case "if":
      return [...commandsOf(node.then), ...(node.otherwise === null ? [] : commandsOf(node.otherwise))];
    default:
      return [];
  }
}

/** The quoted text, or the message of the refusal, whose whole text is asserted elsewhere. */
function quotedOrRefused(quote: () => string): string | null {
  try {
    return quote();
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.equal(error.constructor, Error);
    assert.match(error.message, /^the (argument|path) .* (contains|is|ends) .*\.$/);
    // A message is shown on a screen and in a log.
    assert.equal(error.message, visible(error.message).replaceAll(/[\n\t]/g, ""));
    return null;
  }
}

describe("quoting for cmd.exe", () => {
  for (const where of ["exec", "batch"] satisfies QuoteFor[]) {
    it(`gives a program the argument as it is, or refuses it (${where})`, () => {
      let carried = 0;
      fc.assert(
        fc.property(anything, fc.constantFrom(...frames), fc.boolean(), (value, frame, delayed) => {
          const quoted = quotedOrRefused(() => quoteArgument(value, where));
          if (quoted === null) return;
          carried++;
          assert.match(quoted, /^[\x20-\x7e]*$/);
          const line = frame.line(quoted);
          // Over SSH whatever the registry says of delayed expansion; in a batch file it is switched off.
          const context: CmdContext = { where, variables, delayedExpansion: where === "exec" && delayed };
          const { commands } = readLine(where === "exec" ? overSsh(line) : line, context);
          for (const [witness, read, split] of [
            ["model", commands, argumentsOf],
            ["lab", labCommands(line, context), (text: string) => splitArguments(splitCommand(text).rest)],
          ] as const) {
            assert.equal(read.length, frame.commands.length, `${witness}: ${line}`);
            for (const [i, expected] of frame.commands.entries()) {
              if (expected !== null) assert.equal(read[i], expected, `${witness}: ${line}`);
              else assert.deepEqual(split(read[i] ?? ""), ["first", value, "last"], `${witness}: ${line}`);
            }
          }
        }),
        runs(3000),
      );
      assert.ok(carried > 100, `only ${carried} values could be carried at all`);
    });

    it(`opens, writes and runs nothing else for a path (${where})`, () => {
      let carried = 0;
      fc.assert(
        fc.property(anything, (tail) => {
          const path = `C:\\x\\${tail}`;
          const quoted = quotedOrRefused(() => quotePath(path, where));
          if (quoted === null) return;
          carried++;
          const context: CmdContext = { where, variables, delayedExpansion: where === "exec" };
          const line = `(echo x)>>${quoted}&& type ${quoted} 2>nul`;
          const { commands, redirections } = readLine(where === "exec" ? overSsh(line) : line, context);
          assert.deepEqual(commands, ["echo x", `type "${path}"`]);
          assert.deepEqual(redirections, [`"${path}"`, "nul"]);
          assert.deepEqual(argumentsOf(`type "${path}"`), [path]);
        }),
        runs(2000),
      );
      assert.ok(carried > 50, `only ${carried} paths could be carried at all`);
    });
  }

  it("carries every printable character of ASCII but the two that cmd.exe may expand over SSH", () => {
    for (let code = 0x20; code < 0x7f; code++) {
      const value = `a${String.fromCharCode(code)}b`;
      const carried = quotedOrRefused(() => quoteArgument(value)) !== null;
      assert.equal(carried, !/[%!]/.test(value), value);
      assert.notEqual(
        quotedOrRefused(() => quoteArgument(value, "batch")),
        null,
        value,
      );
    }
  });

  it("writes a line of Setup that runs Setup alone, with its arguments as they are", () => {
    fc.assert(
      fc.property(
        fc.array(anything, { maxLength: 4 }),
        fc.array(fc.constantFrom(..."ab &()^%=,;'"), { minLength: 1, maxLength: 8 }),
        (args, name) => {
          const program = `D:\\${name.join("")}\\Setup.com`;
          let script: string;
          try {
            script = setupScript({ program, args }, "C:\\ExchangeSetupLogs\\ExchangeSetup.log");
          } catch {
            return;
          }
          assert.match(script, /^[\x20-\x7e\r\n]*$/);
          const lines = script.split("\r\n");
          assert.equal(lines[1], "setlocal disabledelayedexpansion");
          assert.equal(
            lines.join("\n").split("\n").length,
            lines.length,
            "no line end comes out of an argument",
          );
          const line = lines.find((each) => each.includes("Setup.com")) ?? "";
          const { commands, redirections } = readLine(line, { where: "batch", variables });
          assert.deepEqual(commands.length, 1, line);
          assert.equal(commands[0]?.startsWith(`"${program}"`), true, line);
          assert.deepEqual(argumentsOf(commands[0] ?? ""), args, line);
          assert.equal(redirections[0], "nul");
        },
      ),
      runs(1500),
    );
  });

  for (const [value, where, message] of [
    [
      "a%b",
      "exec",
      'the argument "a%b" contains %, which cmd.exe may expand and which cannot be escaped on a command line. Use a name without it.',
    ],
    [
      "a!b",
      "exec",
      'the argument "a!b" contains !, which cmd.exe may expand and which cannot be escaped on a command line. Use a name without it.',
    ],
    ["a\nb", "exec", 'the argument "a\\nb" contains a line feed, which no command line can carry.'],
    ["a\rb", "batch", 'the argument "a\\rb" contains a carriage return, which no command line can carry.'],
    ["a\0b", "batch", 'the argument "a\\u0000b" contains a NUL, which no command line can carry.'],
    [
      "a\u001bb",
      "exec",
      'the argument "a\\u001bb" contains a control character, which no command line can carry.',
    ],
    [
      "ソ",
      "exec",
      'the argument "ソ" contains "ソ", which depends on the code page of the computer. Use a name of ASCII characters.',
    ],
    [
      "ü",
      "batch",
      'the argument "ü" contains "ü", which depends on the code page of the computer. Use a name of ASCII characters.',
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(value)} with the reason (${where})`, () => {
      assert.throws(() => quoteArgument(value, where), { name: "Error", message });
    });
  }

  for (const [path, message] of [
    ["", "the path is empty."],
    ["C:\\a\\", 'the path "C:\\\\a\\\\" ends with a backslash: write it without, or with a file name.'],
    ['C:\\a"b', 'the path "C:\\\\a\\"b" contains ", which Windows paths cannot have.'],
    ["C:\\a*", 'the path "C:\\\\a*" contains *, which Windows paths cannot have.'],
  ] as const) {
    it(`refuses the path ${JSON.stringify(path)} with the reason`, () => {
      assert.throws(() => quotePath(path), { name: "Error", message });
    });
  }
});

describe("the model of cmd.exe", () => {
  const exec: CmdContext = { where: "exec", variables };
  const batch: CmdContext = { where: "batch", variables };

  for (const [what, line, context, commands] of [
    ["runs one after the other with &", "a& b", exec, ["a", "b"]],
    ["takes & in quotes literally", '"a & b"', exec, ['"a & b"']],
    ["takes & after a caret literally", "a ^& b", exec, ["a & b"]],
    ["takes a caret in quotes literally", '"a ^& b"', exec, ['"a ^& b"']],
    ["expands in quotes too", '"%OS%"', exec, ['"Windows_NT"']],
    ["leaves an undefined variable on a command line", "a %no% b", exec, ["a %no% b"]],
    ["takes %% for two percent signs on a command line", "a 100%%", exec, ["a 100%%"]],
    ["takes %% for one in a batch file", "a 100%%", batch, ["a 100%"]],
    ["takes an undefined variable away in a batch file", "a %no% b", batch, ["a  b"]],
    ["runs what a variable holds", "a %a%", exec, ['a " & del C:\\ & "']],
    ["runs what a variable holds, where quotes are open", 'a "%a%"', exec, ['a ""', "del C:\\", '""']],
    ["cuts the line at a line feed", "a\ndel", exec, ["a"]],
    ['lets \\" toggle quoting', 'a "\\" & b', exec, ['a "\\"', "b"]],
    ["takes a file away from the command", "a >C:\\x& b", exec, ["a", "b"]],
  ] as const) {
    it(what, () => assert.deepEqual(readLine(line, context).commands, commands));
  }

  it("strips one pair of quotes of what SSH hands over", () => {
    assert.equal(overSsh('"a" b "c"'), '"a" b "c"');
  });

  for (const [commandLine, args] of [
    ['p "a b" c', ["a b", "c"]],
    ['p "a\\"b"', ['a"b']],
    ['p "a\\\\"', ["a\\"]],
    ['p "a\\\\\\"b"', ['a\\"b']],
    ["p a\\\\b", ["a\\\\b"]],
    ['p ""', [""]],
    ["p a^b", ["a^b"]],
    ['"C:\\p q\\x.exe" d', ["d"]],
  ] as const) {
    it(`splits ${commandLine} as the C runtime does`, () => assert.deepEqual(argumentsOf(commandLine), args));
  }
});
