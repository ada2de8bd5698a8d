/** What every command shares: its options, how its work becomes an exit code, and its help. */
import { type Command, Option } from "commander";
import { thrownText, withCode } from "../text";
import { CliError, type ExitCode } from "./exit";
import { answer, fittedAnswer, note } from "./terminal";

/** Options that every command has. */
export interface GlobalOptions {
  /** The answer as JSON, on standard output. */
  readonly json?: boolean;
}

/** How a command ended. */
export interface Outcome {
  readonly exitCode: ExitCode;
  /** What `--json` prints; `command` and `exitCode` are added. */
  readonly result: { readonly [key: string]: unknown };
  /** What is printed without `--json`, if anything. */
  readonly text?: string;
}

/** Makes an action of a command's work: prints the answer and sets the exit code. */
export function runs<Options extends GlobalOptions>(
  work: (options: Options, operands: readonly string[]) => Promise<Outcome> | Outcome,
): (this: Command) => Promise<void> {
  return async function (this: Command): Promise<void> {
    const options = this.optsWithGlobals<Options>();
    const { exitCode, result, text } = await work(options, this.args);
    if (options.json === true) printJson({ command: this.name(), exitCode, ...result });
    else if (text !== undefined) answer(isForPeople(options) ? fittedAnswer(text) : text);
    process.exitCode = exitCode;
  };
}

/** Markdown, pages and JSON keep their lines: programs read them. */
function isForPeople(options: object): boolean {
  return !("format" in options) || options.format === "text";
}

/** Reports what ended a command before it had an answer. */
export function fail(error: unknown, json: boolean): void {
  const exitCode = error instanceof CliError ? error.exitCode : 1;
  const code = error instanceof CliError ? error.code : "XU-DEFECT";
  const message = thrownText(error);
  if (json) printJson({ exitCode, code, error: message });
  note(`exchange-upgrade: ${withCode(message, code)}`);
  process.exitCode = exitCode;
}

/** Prints an answer of `--json`. */
export function printJson(value: object): void {
  answer(`${JSON.stringify(value, null, 2)}\n`);
}

/** Options of the commands that look at a stack. */
export function withStackOptions(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the stack, where it is not the selected one")
    .option("-C, --cwd <folder>", "folder of the Pulumi project", ".");
}

/** Options of the commands that run `pulumi preview`. */
export function withPreviewOptions(command: Command): Command {
  return withStackOptions(command)
    .argument("[pulumi options...]", "after `--`: options of `pulumi preview`, e.g. -- --target URN")
    .option("-v, --verbose", "show what `pulumi preview` prints, and everything at length");
}

/** Formats in which something is written; the first is the default. */
export function formatOption(formats: readonly string[], more = ""): Option {
  return new Option("-f, --format <format>", `how it is written${more}`).choices([...formats]);
}

/** The help after a command's options: where it runs, with which rights, how it ends, examples. */
export function teaches(
  command: Command,
  lines: {
    readonly where: string;
    readonly credentials: string;
    readonly codes: { readonly [code: number]: string };
    readonly examples: readonly string[];
  },
): void {
  command.addHelpText("after", (context) => {
    const help = context.command.createHelp();
    const wrapped = (text: string) => indented(help.boxWrap(text, (help.helpWidth ?? 80) - 2));
    const codes = Object.entries(lines.codes).map(([code, meaning]) => `  ${code}  ${meaning}`);
    const text = [
      `Where it runs:\n${wrapped(lines.where)}`,
      `Credentials:\n${wrapped(lines.credentials)}`,
      fittedAnswer(["Exit codes:", ...codes].join("\n")),
      ["Examples:", ...lines.examples.map((example) => `  $ exchange-upgrade ${example}`)].join("\n"),
    ];
    return `\n${text.join("\n\n")}`;
  });
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
