/** `exchange-upgrade doctor`: whether everything that an upgrade needs can be reached, logged on to and read. */
import type { Command } from "commander";
import { placesText } from "../rules/sharedFindings";
import { listedUpTo, visible, visibleLine } from "../text";
import { labelled, tableText, wrapped } from "./columns";
import { type GlobalOptions, type Outcome, runs, teaches, withPreviewOptions } from "./command";
import { type DoctorReport, doctorReport } from "./doctorReport";
import { type ExitCode, exitCodes } from "./exit";
import { type Observed, observe } from "./observe";
import type { PreviewOptions } from "./preview";
import { columnsOfAnswers } from "./terminal";

export function register(program: Command): void {
  const command = withPreviewOptions(program.command("doctor"))
    .summary("check that computers, media, rights and the directory are within reach")
    .description(
      "Checks what an upgrade needs before you read any plan: for each computer its name, port, host key, logon, shell, media and " +
        "rights; the directory's answer, logon and reading. It takes the program's own arguments, by `pulumi preview`, and tries no " +
        "account again that was refused once. Changes nothing.",
    )
    .action(runs(doctor));
  teaches(command, {
    where: "in the folder of a Pulumi project, on the machine that will run `pulumi up`",
    credentials: "those of `pulumi preview`: the backend's, and the readers that the program names",
    codes: {
      0: "all of it works",
      1: "the tool failed, or Pulumi did before any step was checked",
      2: "the command line is wrong",
      3: "something does not work; the answer says what mends it",
      4: "nothing is known to fail, and something could not be verified",
    },
    examples: ["doctor --stack prod", "doctor --json"],
  });
}

async function doctor(
  options: GlobalOptions & PreviewOptions,
  operands: readonly string[],
): Promise<Outcome> {
  const observed = await observe(options, operands);
  const report = doctorReport(observed.review, observed.facts);
  return {
    exitCode: exitCodeOf(report, observed),
    result: { ...report, missing: observed.missing },
    text: doctorText(report, observed.missing, columnsOfAnswers()),
  };
}

function exitCodeOf({ computers, directories, problems }: DoctorReport, { missing }: Observed): ExitCode {
  const cells = [...computers, ...directories].flatMap((row): readonly unknown[] => Object.values(row));
  const fails = problems.some(({ finding }) => finding.level === "must" && finding.verdict === "fails");
  if (fails || cells.includes("no")) return exitCodes.no;
  const open = problems.some(({ finding }) => finding.level === "must");
  return open || missing.length > 0 || cells.includes("?") ? exitCodes.unclear : exitCodes.ok;
}

/** The report for a terminal: a row for each computer, then what is in the way, each cause once. */
export function doctorText(
  { directories, computers, problems }: DoctorReport,
  missing: readonly string[],
  columns: number,
): string {
  const table = (rows: readonly (readonly string[])[]) => tableText(rows, { columns, flexible: 0 });
  // Where all are reached over SSH, nothing is told of it.
  const isMixed = computers.some(({ way }) => way !== undefined);
  const wayCell = (cell: string) => (isMixed ? [cell] : []);
  const parts = [
    ...(directories.length === 0
      ? []
      : [
          table([
            ["directory", "answers", "logon", "reads"],
            ...directories.map(({ url, answers, logon, reads }) => [url, answers, logon, reads]),
          ]),
        ]),
    ...(computers.length === 0
      ? []
      : [
          table([
            ["computer", ...wayCell("way"), "name", "port", "key", "logon", "shell", "media", "rights"],
            ...computers.map(
              ({ computer, way = "SSH", name, port, key, logon, shell, media, rights, spared }) => [
                computer,
                ...wayCell(way),
                ...(spared
                  ? [...Array<string>(6).fill("-"), "done"]
                  : [name, port, key, logon, shell, media, rights]),
              ],
            ),
          ]),
        ]),
    ...problems.map((problem) => problemText(problem, columns)),
    ...(missing.length === 0 ? [] : [`Not checked: ${visibleLine(missing.join(", "))}\n`]),
    ...(problems.length === 0 && missing.length === 0 ? ["Everything is within reach.\n"] : []),
  ];
  return parts.join("\n");
}

/** Computers that a terminal shows of one cause; JSON has all. */
const mostNames = 30;

function problemText({ computers: on, finding }: DoctorReport["problems"][number], columns: number): string {
  const { rule, cause, summary, text } = finding;
  // Each of its lines is an argument of its own.
  if (rule === "arguments") return `${visible(text)}\n`;
  // Whom a directory keeps from being read is every step.
  const isOfDirectory = rule.startsWith("XU-DIRECTORY");
  const where = isOfDirectory ? "" : `, ${placesText(on)}`;
  const what = cause === undefined ? summary : `${rule}${where}: ${cause.problem}`;
  const fix = cause?.fix ?? /^ {2}Fix: +(.*)$/m.exec(text)?.[1];
  const lines = [
    wrapped(visibleLine(what), columns - 2).join("\n  "),
    ...(on.length === 1 || isOfDirectory
      ? []
      : [labelled("  On:", visibleLine(listedUpTo(mostNames, on)), 6, columns)]),
    ...(fix === undefined ? [] : [labelled("  Fix:", visibleLine(fix), 6, columns)]),
  ];
  return `${lines.join("\n")}\n`;
}
