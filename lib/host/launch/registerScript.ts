/**
 * The script of run "scheduled" that registers a task on the computer, for cscript.exe: fixed text, which takes
 * everything from standard input, so that the password stands in no command line and in no file. Pure.
 *
 * schtasks cannot do it: /rp stands in the process list, and its prompt waits for a console that is not there.
 */

/** Version of the script and of what it reads and answers. */
const version = 1;

/** Name of the script in the operation's folder; its presence tells that a task may be registered. */
export const registerFile = "register.vbs";

/** Word at the beginning of the script's answer. */
const answerMark = `eu${version}`;

/**
 * Text of the script: ASCII, CRLF. Standard input has a word, `probe` or `register`. For `register`, the task's name,
 * account, password and script follow, one per line. Each character is four hexadecimal digits, so that no code page
 * and no special character of cmd.exe can change it. Then follows `end`: without it, a lost connection may have cut the
 * input, and the script does nothing. It answers `eu1 <word> <number>`: 0, or the number of the error, never its text.
 *
 * The task has no trigger, the full token (run level 1), logs on with the password (logon type 1), has no time limit
 * and starts on batteries, too; a second start is ignored (2). 6 means create or replace.
 */
export const registerScript = [
  `' pulumi-exchange-upgrade: registers the scheduled task of one run of Setup, version ${version}.`,
  "Option Explicit",
  "Dim word, name, account, password, script, number",
  "word = WScript.StdIn.ReadLine",
  'If word = "register" Then',
  "  name = Decoded(WScript.StdIn.ReadLine)",
  "  account = Decoded(WScript.StdIn.ReadLine)",
  "  password = Decoded(WScript.StdIn.ReadLine)",
  "  script = Decoded(WScript.StdIn.ReadLine)",
  '  If WScript.StdIn.ReadLine <> "end" Then WScript.Quit 1',
  "End If",
  "On Error Resume Next",
  "Work",
  "number = Err.Number",
  "On Error GoTo 0",
  `WScript.StdOut.WriteLine "${answerMark} " & word & " " & number`,
  "If number <> 0 Then WScript.Quit 1",
  "",
  "Sub Work",
  "  Dim service, task, action",
  '  Set service = CreateObject("Schedule.Service")',
  "  service.Connect",
  '  If word <> "register" Then Exit Sub',
  "  Set task = service.NewTask(0)",
  "  task.Principal.RunLevel = 1",
  "  task.Settings.AllowDemandStart = True",
  "  task.Settings.DisallowStartIfOnBatteries = False",
  "  task.Settings.StopIfGoingOnBatteries = False",
  "  task.Settings.MultipleInstances = 2",
  '  task.Settings.ExecutionTimeLimit = "PT0S"',
  "  task.Settings.Priority = 5",
  "  Set action = task.Actions.Create(0)",
  '  action.Path = "%SystemRoot%\\System32\\cmd.exe"',
  '  action.Arguments = "/d /c """"" & script & """"""',
  '  service.GetFolder("\\").RegisterTaskDefinition name, task, 6, account, password, 1',
  "End Sub",
  "",
  "Function Decoded(digits)",
  "  Dim i",
  '  Decoded = ""',
  "  For i = 1 To Len(digits) Step 4",
  '    Decoded = Decoded & ChrW(CLng("&H" & Mid(digits, i, 4)))',
  "  Next",
  "End Function",
  "",
].join("\r\n");

/** The task to register. */
export interface TaskToRegister {
  readonly name: string;
  /** `DOMAIN\name`. */
  readonly account: string;
  readonly password: string;
  /** Full path of the batch file that the task runs. */
  readonly script: string;
}

/** Standard input that only tries whether the script can run. */
export const probeInput = "probe\r\n";

/** Standard input that registers a task. It holds the password: it goes to standard input and nowhere else. */
export function registerInput(task: TaskToRegister): string {
  const fields = [task.name, task.account, task.password, task.script].map(encoded);
  return ["register", ...fields, "end"].map((line) => `${line}\r\n`).join("");
}

function encoded(text: string): string {
  return [...Array(text.length).keys()].map((i) => text.charCodeAt(i).toString(16).padStart(4, "0")).join("");
}

/** The command that runs the script. */
export function registerCommand(quotedPath: string): string {
  return `cscript //nologo //e:vbscript ${quotedPath}`;
}

/** The number that the script answered: 0 for success, else an error; null when it did not answer. */
export function registerAnswer(output: string, word: "probe" | "register"): number | null {
  const answer = new RegExp(`^${answerMark} ${word} (-?\\d+)\\s*$`, "m").exec(output)?.[1];
  return answer === undefined ? null : Number(answer);
}
