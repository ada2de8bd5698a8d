/**
 * Run mode `scheduled`: registers a task for one run, under an account with its password, and removes it afterwards.
 */

import { quotePath } from "../cmd/quote";
import {
  deleteTask,
  describeResult,
  findTask,
  hasSecondScheduler,
  lastResultText,
  listTasks,
  parseTasks,
  passwordsForbidden,
  queryTask,
  runTask,
  schedulerLog,
} from "../cmd/schtasks";
import { HostError, OperationRefused } from "../transport/errors";
import type { RunResult } from "../transport/session";
import type { Launcher, LaunchOptions, LaunchSite, OperationSite } from "./launcher";
import {
  probeInput,
  registerAnswer,
  registerCommand,
  registerFile,
  registerInput,
  registerScript,
} from "./registerScript";
import { startTask } from "./startTask";
import { printedText } from "./taskLauncher";

/** Name of an operation's own task: the same for every attempt, so that registering it replaces a leftover. */
export function ownTaskName(operation: string): string {
  return `exchange-upgrade-${operation}`;
}

const wayOut =
  'Use run: "task" with a task that an administrator has registered (`exchange-upgrade task` says how), "manual", or "direct" over SSH.';

/** Answers of Task Scheduler that count against an account: a wrong name or password, and locked out. */
const passwordRefusals: readonly number[] = [0x8007052e, 0x80070775];

/** Makes the launcher. @throws Error without an account and its password */
export function scheduledLauncher(site: LaunchSite, options: LaunchOptions): Launcher {
  const { link, place, folder, operation } = site;
  const account = passwordAccount(options);
  const name = ownTaskName(operation);
  const script = quotePath(`${folder.path}\\${registerFile}`);
  const build = place.windowsBuild ?? 0;

  const notStarted = async (said: RunResult | null) => {
    const answer = said === null ? null : registerAnswer(said.stdout, "register");
    if (said !== null && answer !== 0) {
      const why = answer === null ? printedText(`${said.stdout} ${said.stderr}`) : describeResult(answer);
      const what = `no scheduled task could be registered under ${account.name}: ${why}`;
      return new HostError(
        answer !== null && answer >>> 0 === passwordsForbidden
          ? `Setup was not run: ${what}. Disable that policy for the upgrade, or use run: "manual", or "direct" over SSH, which store none.`
          : `Setup was not run: ${what}. Check \`account\` and its password, then run pulumi up again.`,
      );
    }
    const listed = await link.askOne(`${queryTask(name, build)} 2>&1`);
    const task = findTask(parseTasks(listed.text), name);
    return new HostError(
      `Setup was not run: the scheduled task "${name}" was registered under ${account.name} and started, and its ` +
        `script did not begin within ${site.taskStartMs / 1000} s. ${lastResultText(task)}. ` +
        `Look on the computer at ${schedulerLog(build)} and at that account's right to log on as a batch job. Then ` +
        `run pulumi up again.`,
    );
  };

  return {
    check: async () => {
      if (place.windowsBuild === null || !hasSecondScheduler(place.windowsBuild)) {
        throw new OperationRefused(
          `Setup was not started: run: "scheduled" needs Windows Server 2008 or later, and the build of Windows here is ` +
            `${place.windowsBuild ?? "not known"}. ${wayOut}`,
        );
      }
      await folder.place(registerFile, registerScript);
      const probe = await link.feed(`${registerCommand(script)} 2>&1`, probeInput);
      const answer = registerAnswer(probe.stdout, "probe");
      if (answer === 0) return;
      const what =
        answer === null
          ? `cscript.exe cannot run a VBScript (${printedText(probe.stdout)})`
          : `Task Scheduler cannot be reached: ${describeResult(answer)}`;
      throw new OperationRefused(
        `Setup was not started: run: "scheduled" registers its task with cscript.exe and VBScript, and here ${what}. ` +
          `Add the Windows feature VBScript, or choose another way. ${wayOut}`,
      );
    },
    begin: (attempt) =>
      startTask(site, attempt, {
        command: `${registerCommand(script)}&&${runTask(name)} 2>&1`,
        stdin: registerInput({
          name,
          account: account.name,
          password: account.password,
          script: folder.scriptOf(attempt),
        }),
        account,
        refusedPassword: (said) =>
          said !== null && passwordRefusals.includes((registerAnswer(said.stdout, "register") ?? 0) >>> 0),
        notStarted,
      }),
    // Every mode removes the task, since the run that registered it may have been killed: see modes.ts.
    clear: async () => undefined,
  };
}

function passwordAccount({ account }: LaunchOptions): { readonly name: string; readonly password: string } {
  const { name, password } = account ?? {};
  if (name === undefined || password === undefined)
    throw new Error('run: "scheduled" needs an account with its password');
  return { name, password };
}

/**
 * Removes the task that an operation has registered for itself, if there is one; what it has started goes on.
 *
 * @returns what remains and how to remove it, or null
 */
export async function removeOwnTask({
  link,
  place,
  folder,
  operation,
}: OperationSite): Promise<string | null> {
  const script = quotePath(`${folder.path}\\${registerFile}`);
  const name = ownTaskName(operation);
  // The registering script exists before the task, and is removed after it.
  const marker = await link.askOne(`if exist ${script} (echo yes) else (echo no)`);
  if (!marker.text.startsWith("yes")) return null;
  const { gone, there, list } = await link.ask({
    gone: `${deleteTask(name)} >nul 2>nul`,
    there: `${queryTask(name, place.windowsBuild ?? 0)} >nul 2>nul`,
    list: `${listTasks} >nul 2>nul`,
  });
  // A scheduler that does not answer proves nothing.
  if (there.ok || (!gone.ok && !list.ok)) {
    return (
      `the scheduled task "${name}" could not be removed, and Windows keeps the password of its account with it. ` +
      `Remove it on the computer: ${deleteTask(name)}`
    );
  }
  await link.askOne(`del /q ${script}`);
  return null;
}
