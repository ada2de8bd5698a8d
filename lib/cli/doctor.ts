/** `exchange-upgrade doctor`: whether everything that an upgrade needs can be reached, logged on to and read. */
import { isIPv6 } from "node:net";
import type { Command } from "commander";
import { type Ways, waysTo } from "../host/transport/ways";
import { placesText } from "../rules/sharedFindings";
import { listedUpTo, visible, visibleLine } from "../text";
import { labelled, tableText, wrapped } from "./columns";
import { type GlobalOptions, type Outcome, runs, teaches, withPreviewOptions } from "./command";
import { type DoctorReport, doctorReport } from "./doctorReport";
import { exitCodeOfWays, otherWaysText, type Unreached, unreachedIn, waysText } from "./doctorWays";
import { CliError, type ExitCode, exitCodes } from "./exit";
import { type Observed, observe } from "./observe";
import type { PreviewOptions } from "./preview";
import { columnsOfAnswers, Status } from "./terminal";

export function register(program: Command): void {
  const command = withPreviewOptions(program.command("doctor"))
    .summary("check that computers, media, rights and the directory are within reach")
    .description(
      "Checks what an upgrade needs before you read any plan: for each computer its name, port, host key, logon, shell, media and " +
        "rights; the directory's answer, logon and reading. It takes the program's own arguments, by `pulumi preview`, and tries no " +
        "account again that was refused once. Changes nothing.",
    )
    .option(
      "--host <names...>",
      "without a program: which ways lead to these computers (SSH, WinRM), and what `connection` takes for each",
    )
    .action(runs(doctor));
  teaches(command, {
    where:
      "in the folder of a Pulumi project, on the machine that will run `pulumi up`; with --host anywhere on that machine",
    credentials:
      "those of `pulumi preview`: the backend's, and the readers that the program names; with --host none, and nobody is logged on",
    codes: {
      0: "all of it works",
      1: "the tool failed, or Pulumi did before any step was checked",
      2: "the command line is wrong",
      3: "something does not work; the answer says what mends it. With --host: no way leads to one of the computers",
      4: "nothing is known to fail, and something could not be verified",
    },
    examples: ["doctor --host cas1.contoso.com mbx1.contoso.com", "doctor --stack prod", "doctor --json"],
  });
}

interface DoctorOptions extends GlobalOptions, PreviewOptions {
  readonly host?: readonly string[];
}

async function doctor(options: DoctorOptions, operands: readonly string[]): Promise<Outcome> {
  if (options.host !== undefined) return doctorOfHosts(options.host, options.stack);
  const observed = await observe(options, operands);
  const report = doctorReport(observed.review, observed.facts);
  const others = await otherWays(unreachedIn(observed.review));
  const ways = others.map(({ computer, ways }) => otherWaysText(computer, ways));
  const text = doctorText(report, observed.missing, columnsOfAnswers());
  return {
    exitCode: exitCodeOf(report, observed),
    result: { ...report, missing: observed.missing, otherWays: others },
    text:
      ways.length === 0
        ? text
        : [
            text,
            "Other ways to what did not answer:",
            ...ways.map((way) => `  ${visibleLine(way)}`),
            "",
          ].join("\n"),
  };
}

async function doctorOfHosts(names: readonly string[], stack: string | undefined): Promise<Outcome> {
  if (stack !== undefined)
    throw new CliError(
      "XU-USAGE",
      "--host asks computers without a program: leave --stack out",
      exitCodes.usage,
    );
  const hosts = [...new Set(names.map(hostNamed))];
  const status = new Status(() => "looking which ways lead there");
  const all = await Promise.all(hosts.map((host) => waysTo(host))).finally(() => status.stop());
  return { exitCode: exitCodeOfWays(all), result: { hosts: all }, text: waysText(all) };
}

/** A name or an address; an IPv6 address also in brackets. */
function hostNamed(text: string): string {
  const host = /^\[([0-9A-Fa-f:.%a-z]+)\]$/.exec(text)?.[1] ?? text;
  if (/^[^\s/@[\]]+$/.test(host) && (!host.includes(":") || isIPv6(host.replace(/%.*/, "")))) return host;
  throw new CliError(
    "XU-USAGE",
    `--host ${JSON.stringify(text)} is no computer: give a name or an address, without a port`,
    exitCodes.usage,
  );
}

/** Looks at the first computers; with many of them the network itself is in the way. */
async function otherWays(
  unreached: readonly Unreached[],
): Promise<readonly { readonly computer: string; readonly ways: Ways | null }[]> {
  return Promise.all(
    unreached
      .slice(0, mostNames)
      .map(async ({ computer, host }) => ({ computer, ways: host === null ? null : await waysTo(host) })),
  );
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
    ...(problems.length === 0 && missing.length === 0 ? [`${reachedText(computers)}\n`] : []),
  ];
  return parts.join("\n");
}

/** Where nothing is in the way. A stack that is done asks no computer. */
function reachedText(computers: DoctorReport["computers"]): string {
  return computers.length > 0 && computers.every(({ spared }) => spared)
    ? "Every step is at its target: no computer was asked."
    : "Everything is within reach.";
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
