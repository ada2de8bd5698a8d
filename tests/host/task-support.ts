/** An administrator at the console of a simulated computer, who registers the task that run "task" starts. */
import type { LabComputer } from "../../lab/organization";
import type { WindowsHost } from "../../lab/windows";
import type { Stream } from "../../lab/windows/cmd/streams";
import { logOn } from "../../lab/windows/logon-service";
import { type TaskRegistration, taskRegistration } from "../../lib/host";

/** What a command at the console left behind. */
export interface Said {
  readonly code: number;
  readonly text: string;
}

/** Runs one command at the console as somebody of the computer; `typed` is what he types. */
export async function atConsole(
  host: WindowsHost,
  command: string,
  who: { readonly user: string; readonly password: string },
  typed = "",
): Promise<Said> {
  const { computer } = host;
  const { spec, organization, tasks } = computer;
  const policy = { organization, directory: tasks.directory, filtered: false };
  const logon = await logOn(spec, who.user, { kind: "password", password: who.password }, policy);
  if (logon === null) throw new Error(`${who.user} cannot log on`);
  const out: Buffer[] = [];
  let waiting: Buffer | null = typed === "" ? null : Buffer.from(`${typed}\r\n`, "latin1");
  const read = async () => {
    const now = waiting;
    waiting = null;
    return now;
  };
  const write = (data: Buffer) => void out.push(data);
  const handles = new Map<number, Stream>([
    [0, { input: { read } }],
    [1, { output: { write } }],
    [2, { output: { write } }],
  ]);
  const code = await computer.runCommand(command, logon, handles);
  return { code, text: Buffer.concat(out).toString("latin1") };
}

/** What an administrator registers, as `exchange-upgrade task` tells him. */
export function registrationFor(
  windows: LabComputer["windows"],
  account: string,
  taskName?: string,
): TaskRegistration {
  return taskRegistration({
    account,
    windows: windows === "2003" ? "2003" : "2008",
    ...(taskName === undefined ? {} : { taskName }),
  });
}

/** Registers the task by exactly those commands, and types the password of its account. */
export async function registerTask(
  host: WindowsHost,
  registration: TaskRegistration,
  who: { readonly user: string; readonly password: string },
  accountPassword: string,
  how: "create" | "createFromXml" = "create",
): Promise<Said> {
  const literal = (path: string) => path.replace("%SystemRoot%", host.computer.systemRoot);
  for (const command of registration.folder) await atConsole(host, command, who, "y");
  for (const file of [registration.script, registration.xml])
    if (file !== null) host.files.write(literal(file.path), file.text);
  return atConsole(host, registration[how] ?? "", who, accountPassword);
}
