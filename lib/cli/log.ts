/** `exchange-upgrade log`: what a log of Setup says of its last run, and why that failed. */
import { createReadStream } from "node:fs";
import type { Command } from "commander";
import { type EarlierRun, parseConsole, RunReader, type SetupReport } from "../setupLog";
import { accountOf, accountText, type RunResult } from "../setupLog/account";
import { renderProblem } from "../text";
import { type GlobalOptions, type Outcome, runs, teaches } from "./command";
import { CliError, type ExitCode, exitCodes } from "./exit";
import { systemReason } from "./files";
import { eachLine } from "./logLines";

const codes: Readonly<Record<RunResult, ExitCode>> = {
  succeeded: exitCodes.ok,
  failed: exitCodes.no,
  unclear: exitCodes.unclear,
  unfinished: exitCodes.unclear,
};

export function register(program: Command): void {
  const command = program
    .command("log")
    .summary("explain a log of Setup: why its last run failed")
    .description(
      "Explains ExchangeSetup.log of Exchange 2007 and later, or a piece of it: the last run, what stopped it, and what to do. It " +
        "needs no directory, no computer and no program.",
    )
    .argument("<file>", "the log, e.g. C:\\ExchangeSetupLogs\\ExchangeSetup.log; - is standard input")
    .action(runs(explainLog));
  teaches(command, {
    where: "anywhere; it reads the file and nothing else",
    credentials: "none",
    codes: {
      0: "the last run in the log succeeded, as Setup says",
      1: "the file cannot be read, or is no log of Setup",
      2: "the command line is wrong",
      3: "the last run failed; the answer says why",
      4: "the log does not say how the last run ended",
    },
    examples: ["log ExchangeSetup.log", "log ExchangeSetup.log --json", "log - < piece-of-a-log.txt"],
  });
}

async function explainLog(_: GlobalOptions, [file = ""]: readonly string[]): Promise<Outcome> {
  const name = file === "-" ? "standard input" : file;
  const { report, console, earlier } = await reportsOf(file, name);
  if (report === null || !(report.isOfSetup || (console?.failedRules.length ?? 0) > 0))
    throw new CliError("XU-SETUP-LOG", notOfSetup(name, report));
  const account = accountOf(report, console, earlier);
  return { exitCode: codes[account.result], result: { file: name, ...account }, text: accountText(account) };
}

/** Characters of a text that may be what Setup has printed: a log is much longer. */
const longestConsole = 512 * 1024;

/** What is read of a text. */
interface Read {
  readonly report: SetupReport | null;
  readonly console: SetupReport | null;
  readonly earlier: EarlierRun | null;
}

/** What the text says as a log, with the run before; and as Setup's console, where it is short, and neither begins a run as a log does nor names an error. */
async function reportsOf(file: string, name: string): Promise<Read> {
  const reader = new RunReader();
  const lines: string[] = [];
  let length = 0;
  const stream: AsyncIterable<Buffer> = file === "-" ? process.stdin : createReadStream(file);
  try {
    await eachLine(stream, (line) => {
      reader.take(line);
      length += line.length;
      if (length <= longestConsole) lines.push(line);
    });
  } catch (error) {
    throw new CliError("XU-FILE", `${name} cannot be read: ${systemReason(error)}`);
  }
  const report = reader.end();
  const isNamed = report !== null && (report.errors.length > 0 || report.failedRules.length > 0);
  // In a log, earlier runs would be taken for this one's console.
  const isLog = isNamed || (report !== null && report.runs > 0) || length > longestConsole;
  return { report, console: isLog ? null : parseConsole(lines.join("\n")), earlier: reader.earlier };
}

function notOfSetup(name: string, report: SetupReport | null): string {
  return renderProblem({
    summary: `${name} is no log of Exchange Setup`,
    found:
      report === null
        ? "nothing: it is empty"
        : report.lastLines.some((line) => /Beginning Setup run|CAtom\w+::Sc/.test(line))
          ? "the progress log of Setup of Exchange 2000 or 2003, whose lines are others"
          : `it ends like this: ${report.lastLines.at(-1) ?? ""}`,
    needed: "lines of Setup, such as [03/14/2008 9:30:00 AM] [0] Starting Microsoft Exchange 2007 Setup",
    where: "on the server whose Setup ran: %SystemDrive%\\ExchangeSetupLogs\\ExchangeSetup.log",
    fix: "give that file, or the lines of it around the first [ERROR]",
    code: "XU-SETUP-LOG",
  });
}
