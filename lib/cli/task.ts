/** `exchange-upgrade task`: how an administrator registers the scheduled task of run "task", and its files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  defaultTaskName,
  type TaskRegistration,
  type TaskWindows,
  taskNameForm,
  taskRegistration,
  taskScriptVersion,
} from "../host";
import { thrownText } from "../text";
import { type GlobalOptions, printJson, teaches } from "./command";
import { CliError } from "./exit";
import { systemReason } from "./files";
import { answer } from "./terminal";

interface TaskCommandOptions {
  readonly account: string;
  readonly taskName: string;
  readonly windows: TaskWindows;
  readonly out: string;
}

/** Placeholder for the account if the command line names none. */
const unnamed = "DOMAIN\\name";

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command("task")
    .summary('say how to register the scheduled task that run: "task" starts')
    .description(
      'Says how an administrator registers the scheduled task that run: "task" starts, and writes the files that belong on the ' +
        "computer. Registers nothing itself.",
    )
    .option("--account <name>", "account that the task runs as, which the rules judge", unnamed)
    .option("--task-name <name>", "name of the task", taskName, defaultTaskName)
    .addOption(
      new Option("--windows <release>", "Windows Server of the computer; 2008 stands for every later one")
        .choices(["2003", "2008"])
        .default("2008"),
    )
    .option("--out <folder>", "folder for the files that belong on the computer", ".")
    .action((_: TaskCommandOptions, command: Command) => {
      const options = command.optsWithGlobals<TaskCommandOptions & GlobalOptions>();
      const registration = registrationOf(options, command);
      const files = writeFiles(registration, options.out);
      if (options.json === true)
        printJson({ command: "task", exitCode: 0, ...answerOf(registration, files) });
      else answer(`${taskText(registration, files)}\n`);
    });
  teaches(command, {
    where: "anywhere; what it says and writes is for each computer on which such a step runs",
    credentials: "none; the account's password is asked for by schtasks, on the computer",
    codes: {
      0: "said, and the files are written",
      1: "a file could not be written",
      2: "the command line is wrong",
    },
    examples: [
      "task --account 'CONTOSO\\exadmin' --out files",
      "task --account 'CONTOSO\\exadmin' --windows 2003 --out files",
    ],
  });
}

function taskName(value: string): string {
  if (taskNameForm.test(value)) return value;
  throw new InvalidArgumentError(
    "Use letters, digits, blanks, dots, hyphens and underscores of ASCII, at most 100.",
  );
}

function registrationOf(
  { account, taskName, windows }: TaskCommandOptions,
  command: Command,
): TaskRegistration {
  try {
    return taskRegistration({ account, taskName, windows });
  } catch (error) {
    return command.error(`error: ${thrownText(error)}`);
  }
}

/** Writes the files under their names on the computer; answers where they are now, by where they belong. */
function writeFiles(
  { script, xml }: TaskRegistration,
  folder: string,
): readonly (readonly [string, string])[] {
  try {
    mkdirSync(folder, { recursive: true });
    return [script, ...(xml === null ? [] : [xml])].map(({ path, text }) => {
      const written = join(folder, path.slice(path.lastIndexOf("\\") + 1));
      writeFileSync(written, text, "ascii");
      return [path, written] as const;
    });
  } catch (error) {
    throw new CliError("XU-FILE", `--out ${folder}: the files cannot be written: ${systemReason(error)}`);
  }
}

/** What `--json` prints: the commands, and where each file was written and belongs. */
function answerOf(
  { taskName, account, windows, folder, create, createFromXml, remove }: TaskRegistration,
  files: readonly (readonly [string, string])[],
): object {
  const places = files.map(([path, written]) => ({ written, path }));
  return { taskName, account, windows, folder, files: places, create, createFromXml, remove };
}

/** The steps, for the administrator. @param files where each file belongs, and where it was written */
export function taskText(
  registration: TaskRegistration,
  files: readonly (readonly [string, string])[],
): string {
  const { taskName, account, windows, folder, create, createFromXml, remove } = registration;
  const programName = taskName === defaultTaskName ? "" : `, taskName: ${JSON.stringify(taskName)}`;
  const old = windows === "2003";
  return [
    `Registering the scheduled task "${taskName}" for run: "task" (script version ${taskScriptVersion}), on Windows Server ` +
      `${old ? "2003" : "2008 or later"}.`,
    "Do this once on every computer on which such a step runs, logged on there as an administrator" +
      `${old ? "" : ", in an elevated command prompt"}.`,
    ...(account === unnamed
      ? [`${unnamed} stands for the account: give it with --account, or write it there.`]
      : []),
    "",
    "1. Make the folder, and leave it to administrators and the system alone: whatever is in it may be run.",
    ...folder.map((line) => `     ${line}`),
    ...(old
      ? [
          "   cacls asks whether you are sure. Write the groups as this Windows calls them (Administratoren, ...).",
        ]
      : []),
    "",
    "2. Copy into it, unchanged:",
    ...files.map(([path, written]) => `     ${written}  ->  ${path}`),
    "",
    `3. Register the task. schtasks asks for the password of ${account}; it is in no command line and no file.`,
    `     ${createFromXml ?? create}`,
    ...(createFromXml === null
      ? ["   A warning that the start time is past is right: the task is only started on demand."]
      : [
          "   An error 0x80070520 (a logon session does not exist) is the policy against stored passwords: see the operator's guide.",
          "   or, with the limits that schtasks sets by itself (72 hours, not on batteries, low priority):",
          `     ${create}`,
        ]),
    "",
    `4. ${account} needs the right "Log on as a batch job" (registering grants it unless a domain policy owns the list),`,
    "   and what the rules ask of the account that runs Setup: see `pulumi preview`.",
    "",
    "5. Try it: started by hand the task finds nothing prepared, and its last result is 191.",
    `     schtasks /run /tn "${taskName}"`,
    old ? "     schtasks /query /fo csv /v" : `     schtasks /query /tn "${taskName}" /fo list /v`,
    "",
    `In the program: run: "task", account: { name: ${JSON.stringify(account)} }${programName}`,
    `To take it away again: ${remove}`,
  ].join("\n");
}
