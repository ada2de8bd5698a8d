/**
 * The scheduled task of run "task": the fixed script that it runs, and how an administrator registers it once. Pure.
 *
 * We only start the task. The script runs what is prepared in its own folder, where only administrators may write, and
 * nothing else; no password passes through us.
 */

/** Version of the fixed script: raised with every change of its text. */
export const taskScriptVersion = 2;

/** Names in the folder of all operations. */
export const taskFiles = {
  /** The fixed script. */
  script: "run-next.cmd",
  /** The pointer to what runs next: `<operation>\<attempt>`, on one line. */
  pointer: "next.txt",
} as const;

/** Folder of all operations, and of the fixed script, as Windows itself names it. */
export const baseFolder = "%SystemRoot%\\ExchangeUpgrade";

/** Name of the task unless the program sets one. */
export const defaultTaskName = "ExchangeUpgrade";

/** The form of a task's name: no characters that are special to cmd.exe or schtasks, and within its limit of 238. */
export const taskNameForm = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,98}[A-Za-z0-9._-]$|^[A-Za-z0-9]$/;

/** Exit codes of the fixed script, which Windows shows as the task's last result, and what they mean. */
export const taskScriptCodes: { readonly [code: number]: string } = {
  191: "it found nothing prepared to run",
  192: "another start of it was faster",
  193: "what was prepared is not named as an attempt of an operation",
  194: "the attempt that was prepared has no script",
  198: "the attempt had been started already, or its files cannot be written by the task's account",
};

/**
 * The form of the pointer, as findstr reads it: the name of an operation, a backslash, a number. A class is what all releases
 * read as one backslash: two of them are one but for Vista and Server 2008 (FINDSTR article, Stack Overflow 8844868).
 */
const pointerForm = "[A-Za-z0-9][A-Za-z0-9._-]*[\\\\][0-9][0-9]*";

/** Builds of Windows whose findstr takes two backslashes of an expression for none: Vista, and Server 2008. */
const misread = { from: 6000, to: 6003 } as const;

/** Text of version 1, as administrators have put it on computers. */
export const firstTaskScript = textOf(1, "[A-Za-z0-9][A-Za-z0-9._-]*\\\\[0-9][0-9]*");

/**
 * Text of the fixed script: ASCII, CRLF, the same on every computer. Renaming the pointer claims it, so of two starts
 * only one goes on. The attempt's own script then ensures again that nothing runs twice.
 */
export const taskScript = textOf(taskScriptVersion, pointerForm);

/**
 * What is wrong with the script on a computer; null if it works, which an earlier version may, too.
 *
 * @param text null if there is none
 *
 * @param build of Windows; null if it is not known
 */
export function scriptProblem(text: string | null, build: number | null): string | null {
  if (text === taskScript) return null;
  if (text === null)
    return `is not there; needed is version ${taskScriptVersion} of the script that the scheduled task runs`;
  if (text !== firstTaskScript)
    return `is not version ${taskScriptVersion} of the script that the scheduled task runs`;
  if (build !== null && (build < misread.from || build > misread.to)) return null;
  return (
    `is version 1 of the script that the scheduled task runs, which cannot read on Windows Server 2008 what it is to run; ` +
    `needed is version ${taskScriptVersion}. The task itself may stay`
  );
}

function textOf(version: number, pointer: string): string {
  return [
    "@echo off",
    `rem pulumi-exchange-upgrade: script of the scheduled task, version ${version}.`,
    "rem It runs the attempt that is prepared in this folder, once. Only administrators may write here.",
    "setlocal",
    'set "prepared="',
    'set "claim=claim-%random%-%random%.txt"',
    `if not exist "%~dp0${taskFiles.pointer}" exit /b 191`,
    `ren "%~dp0${taskFiles.pointer}" "%claim%" 2>nul || exit /b 192`,
    `findstr /v /r /x "${pointer}" "%~dp0%claim%" >nul && goto :foreign`,
    'set /p prepared=<"%~dp0%claim%"',
    "if not defined prepared goto :foreign",
    'del /q "%~dp0%claim%"',
    'if not exist "%~dp0%prepared%\\run.cmd" exit /b 194',
    'call "%~dp0%prepared%\\run.cmd"',
    "exit /b %errorlevel%",
    "",
    ":foreign",
    'del /q "%~dp0%claim%"',
    "exit /b 193",
    "",
  ].join("\r\n");
}

/** Releases of Windows between which registering a task differs: 2003, and 2008 with everything later. */
export type TaskWindows = "2003" | "2008";

/** What to register. */
export interface TaskRegistrationOptions {
  /** Name of the task. @default "ExchangeUpgrade" */
  readonly taskName?: string;
  /** Account that the task runs as, `DOMAIN\name`: the one that the rules judge. */
  readonly account: string;
  readonly windows: TaskWindows;
}

/** A file that the administrator puts on the computer. */
export interface RegistrationFile {
  /** Where it belongs on the computer. */
  readonly path: string;
  readonly text: string;
}

/** Everything that registers the task. Commands are for cmd.exe on the computer itself, as an administrator. */
export interface TaskRegistration {
  readonly taskName: string;
  readonly account: string;
  readonly windows: TaskWindows;
  /** The fixed script. */
  readonly script: RegistrationFile;
  /** Creates the folder, writable by administrators and the system alone. */
  readonly folder: readonly string[];
  /**
   * Registers the task. schtasks asks for the account's password at the console: it is in no command line and no file.
   */
  readonly create: string;
  /** From 2008 on: the task as XML, without the limits that schtasks sets by itself; else null. */
  readonly xml: RegistrationFile | null;
  /** From 2008 on: registers the task from that file, instead of {@link create}; else null. */
  readonly createFromXml: string | null;
  /** Removes the task. */
  readonly remove: string;
}

/**
 * How the task of run "task" is registered. /rl, /f and /xml exist from Windows Server 2008 on only; there /rl highest is
 * needed, since the default is the filtered token. The start time is past whenever somebody registers it, and a start
 * at another time finds nothing prepared.
 *
 * @throws Error when the name of the task or of the account cannot stand in these commands
 */
export function taskRegistration(options: TaskRegistrationOptions): TaskRegistration {
  const { taskName = defaultTaskName, account, windows } = options;
  requireTaskName(taskName);
  requireAccountName(account);
  const later = windows === "2008";
  const script = { path: `${baseFolder}\\${taskFiles.script}`, text: taskScript };
  const xml = later ? { path: `${baseFolder}\\${taskName}.xml`, text: taskXml(account) } : null;
  const highest = later ? " /rl highest" : "";
  return {
    taskName,
    account,
    windows,
    script,
    folder: [
      `mkdir "${baseFolder}"`,
      later
        ? `icacls "${baseFolder}" /inheritance:r /grant:r "*S-1-5-32-544:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F"`
        : `cacls "${baseFolder}" /g Administrators:F SYSTEM:F`,
    ],
    create: `schtasks /create /tn "${taskName}" /tr "${script.path}" /sc once /st 00:00 /ru "${account}" /rp *${highest}`,
    xml,
    createFromXml:
      xml === null ? null : `schtasks /create /tn "${taskName}" /xml "${xml.path}" /ru "${account}" /rp *`,
    remove: `schtasks /delete /tn "${taskName}"`,
  };
}

/** @throws Error when it is no name for a task */
export function requireTaskName(name: string): void {
  if (taskNameForm.test(name)) return;
  throw new Error(
    `${JSON.stringify(name)} cannot be the name of a task: use letters, digits, blanks, dots, hyphens and ` +
      "underscores of ASCII, at most 100",
  );
}

/** Characters that no account has in its name (sAMAccountName), and those that cmd.exe would act on between quotes. */
function requireAccountName(name: string): void {
  const parts = name.split("\\");
  const printable = [...name].every((c) => c >= " " && c !== "\x7f");
  if (printable && parts.length <= 2 && parts.every((part) => /^[^"/[\]:;|=,+*?<>%!]+$/.test(part))) return;
  throw new Error(`${JSON.stringify(name)} cannot be the account of a task: write it as DOMAIN\\name`);
}

/**
 * The task for Task Scheduler 2: no trigger, started on demand only; the full token; no time limit (72 hours otherwise),
 * batteries and a UPS do not count, priority 5 instead of 7, which is below normal. Without an encoding in its first
 * line, and in ASCII, so that it may be written as it stands. Unverified on Windows.
 */
function taskXml(account: string): string {
  return [
    '<?xml version="1.0"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    "  <Principals>",
    '    <Principal id="Author">',
    `      <UserId>${escapeXml(account)}</UserId>`,
    "      <LogonType>Password</LogonType>",
    "      <RunLevel>HighestAvailable</RunLevel>",
    "    </Principal>",
    "  </Principals>",
    "  <Settings>",
    "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>",
    "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>",
    "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
    "    <AllowStartOnDemand>true</AllowStartOnDemand>",
    "    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>",
    "    <Priority>5</Priority>",
    "  </Settings>",
    '  <Actions Context="Author">',
    "    <Exec>",
    `      <Command>${baseFolder}\\${taskFiles.script}</Command>`,
    "    </Exec>",
    "  </Actions>",
    "</Task>",
    "",
  ].join("\r\n");
}

/** Text for XML in ASCII. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"']|[^\x20-\x7e]/gu, (c) => `&#${c.codePointAt(0)};`);
}
