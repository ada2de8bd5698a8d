/**
 * Scheduled tasks as schtasks.exe shows and starts them. Only names, exit codes and the numeric last result decide:
 * headers and status words are localised, and the columns differ between releases of Windows.
 */
import { linesOf } from "../transport/decode";
import { quoteArgument } from "./quote";

/** First Windows build with the second Task Scheduler (Windows Server 2008): /rl, /xml, /f and /query /tn. */
const secondScheduler = 6000;

/** True from Windows Server 2008 on. */
export function hasSecondScheduler(build: number): boolean {
  return build >= secondScheduler;
}

/** A task as schtasks lists it. */
export interface ListedTask {
  /** Without the backslash of the root folder, which later releases print. */
  readonly name: string;
  /** Last result as an unsigned 32-bit number; null when the column has none. */
  readonly lastResult: number | null;
  /** True if the task has never run: its last result then has no meaning. */
  readonly neverRan: boolean;
}

/** Lists every task. */
export const listTasks = "schtasks /query /fo csv /v /nh";

/** Lists one task or, before Windows Server 2008, where /tn is not known, every task. */
export function queryTask(name: string, build: number): string {
  return hasSecondScheduler(build) ? `${listTasks} /tn ${quoteArgument(`\\${name}`)}` : listTasks;
}

/** Starts a task; success only means that Windows accepted the request. */
export function runTask(name: string): string {
  return `schtasks /run /tn ${quoteArgument(name)}`;
}

/** Removes a task, from Windows Server 2008 on; a program that it has started goes on. */
export function deleteTask(name: string): string {
  return `schtasks /delete /tn ${quoteArgument(name)} /f`;
}

/** Number of leading columns that are read; the position of the last result among them differs between releases. */
const leadingColumns = 8;
const firstPossibleResult = 4;

/**
 * Tasks from `schtasks /query /fo csv /v /nh`, of any release and in any language. The columns before the last result
 * (computer, name, next run, status, logon mode, last run) are never whole numbers, so the first whole number is the
 * last result.
 */
export function parseTasks(text: string): readonly ListedTask[] {
  return linesOf(text).flatMap((line) => {
    const fields = leadingFields(line);
    const name = fields[1]?.replace(/^\\/, "");
    if (fields.length < leadingColumns || name === undefined || name === "") return [];
    const at = fields.findIndex((field, i) => i >= firstPossibleResult && wholeNumber.test(field.trim()));
    const lastResult = at < 0 ? null : Number(fields[at]) >>> 0;
    return [{ name, lastResult, neverRan: hasNeverRun(lastResult, fields[at - 1] ?? "") }];
  });
}

/** From Windows 10 on, this last result means that the task has never run. */
const neverRun = 267011;

/**
 * Before a task's first run schtasks shows no date, but a word, and a last result of 0 (2003) or 1 (2008 R2 to 2016); from Windows 10
 * on 267011, and a date of 1999 (public captures).
 */
function hasNeverRun(result: number | null, lastRun: string): boolean {
  return result === neverRun || ((result === 0 || result === 1) && !/\p{Nd}/u.test(lastRun));
}

const wholeNumber = /^(-?\d{1,10}|0x[0-9a-f]{1,8})$/i;

/** The first fields of a line. Later ones hold command lines, whose quotes schtasks does not double. */
function leadingFields(line: string): readonly string[] {
  const fields: string[] = [];
  let rest = line;
  while (fields.length < leadingColumns) {
    const match = /^"([^"]*)"(?:,|\s*$)/.exec(rest);
    if (match === null) break;
    fields.push(match[1] ?? "");
    rest = rest.slice(match[0].length);
  }
  return fields;
}

/** The task with this name, compared as Windows does; undefined when the list has none. */
export function findTask(tasks: readonly ListedTask[], name: string): ListedTask | undefined {
  return tasks.find((task) => task.name.toLowerCase() === name.toLowerCase());
}

/**
 * Error of Task Scheduler if Windows may not store passwords (Lsa, DisableDomainCreds): a task with a password is
 * neither registered nor started (dahall/TaskScheduler issue 455).
 */
export const passwordsForbidden = 0x80070520;

/**
 * What last results mean, for messages only. Sources: Task Scheduler error and success constants; system error codes
 * as HRESULT. Which of them schtasks shows after which failure is unverified.
 */
const meanings: { readonly [code: number]: string } = {
  267008: "it is ready to run",
  267009: "it is running: an earlier start of it has not ended",
  267010: "it is disabled",
  267014: "its last run was ended by a user",
  267036: "its account may lack the right to log on as a batch job",
  [passwordsForbidden]:
    'the policy "Network access: Do not allow storage of passwords and credentials for network authentication" forbids ' +
    "stored passwords",
  2147946720:
    "Windows refused the start: an earlier one has not ended, or a condition of the task does not hold",
  2147750687: "it is running: an earlier start of it has not ended",
  2147750671: "no account information: the account or its password is not stored, or no longer valid",
  2147750694: "it is disabled",
  2147942402: "the file that it runs was not found",
  2147942405: "access was denied",
  2147943726: "the account's name or password is wrong",
  2147943730: "the account's password has expired",
  2147943731: "the account is disabled",
  2147943732: "there is no such account",
  2147943785: "the account lacks the right to log on as a batch job",
  2147944309: "the account is locked",
};

/** A task's last result for people, without a full stop. @param own the meanings of its program's exit codes */
export function lastResultText(
  task: ListedTask | undefined,
  own: { readonly [code: number]: string } = {},
): string {
  if (task?.neverRan === true) return "It has never run";
  if (task === undefined || task.lastResult === null) return "It shows no last result";
  return `Its last result is ${describeResult(task.lastResult, own)}`;
}

/** A last result, or an error of the scheduler, for people: the number, and its meaning if that is known. */
export function describeResult(code: number, own: { readonly [code: number]: string } = {}): string {
  const meaning = own[code] ?? meanings[code >>> 0];
  const number = code >>> 0 > 0xffff ? `0x${(code >>> 0).toString(16)}` : String(code);
  return meaning === undefined ? number : `${number} (${meaning})`;
}

/** The log in which Windows tells why a task did not start, by release. */
export function schedulerLog(build: number): string {
  return hasSecondScheduler(build)
    ? "the event log Microsoft-Windows-TaskScheduler/Operational"
    : "%windir%\\SchedLgU.txt";
}
