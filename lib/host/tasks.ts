/**
 * Scheduled tasks as schtasks.exe shows and starts them. Only names, exit codes and the numeric last result decide:
 * headers and status words are localised, and the columns differ between releases of Windows.
 */
import { linesOf } from "./decode";
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
  /** Last result as an unsigned 32-bit number; null when the column has none (never run, on 2003). */
  readonly lastResult: number | null;
}

/** Lists every task. */
export const listTasks = "schtasks /query /fo csv /v /nh";

/** Lists one task or, before Windows Server 2008, where /tn is not known, every task. */
export function queryTask(name: string, build: number): string {
  return hasSecondScheduler(build) ? `${listTasks} /tn ${quoteArgument(`\\${name}`)}` : listTasks;
}

/** Starts a task; that says only that the start was asked for. */
export function runTask(name: string): string {
  return `schtasks /run /tn ${quoteArgument(name)}`;
}

/** Removes a task, from Windows Server 2008 on; a program that it has started goes on. */
export function deleteTask(name: string): string {
  return `schtasks /delete /tn ${quoteArgument(name)} /f`;
}

/** Leading columns that are read, and where the last result may be among them: its place differs between releases. */
const leadingColumns = 8;
const firstPossibleResult = 4;

/**
 * Tasks from `schtasks /query /fo csv /v /nh`, of any release and in any language. What stands in front of the last
 * result (computer, name, next run, status, logon mode, last run) is never a whole number, so the first one is it.
 */
export function parseTasks(text: string): readonly ListedTask[] {
  return linesOf(text).flatMap((line) => {
    const fields = leadingFields(line);
    const name = fields[1]?.replace(/^\\/, "");
    if (fields.length < leadingColumns || name === undefined || name === "") return [];
    const result = fields.slice(firstPossibleResult).find((field) => wholeNumber.test(field.trim()));
    return [{ name, lastResult: result === undefined ? null : Number(result) >>> 0 }];
  });
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
 * What last results mean, for messages only. Sources: Task Scheduler error and success constants; system error codes
 * as HRESULT. Which of them schtasks shows after which failure is unverified.
 */
const meanings: { readonly [code: number]: string } = {
  267008: "it is ready to run",
  267009: "it is running: an earlier start of it has not ended",
  267010: "it is disabled",
  267011: "it has never run",
  267014: "its last run was ended by a user",
  267036: "its account may lack the right to log on as a batch job",
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

/** A last result, or an error of the scheduler, for people: the number, and what it means where that is known. */
export function describeResult(code: number, own: { readonly [code: number]: string } = {}): string {
  const meaning = own[code] ?? meanings[code >>> 0];
  const number = code >>> 0 > 0xffff ? `0x${(code >>> 0).toString(16)}` : String(code);
  return meaning === undefined ? number : `${number} (${meaning})`;
}

/** Where Windows says why a task did not start, by release. */
export function schedulerLog(build: number): string {
  return hasSecondScheduler(build)
    ? "the event log Microsoft-Windows-TaskScheduler/Operational"
    : "%windir%\\SchedLgU.txt";
}
