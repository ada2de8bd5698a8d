/** Run mode `task`: an administrator has registered a task with our fixed script, and we only start it. */
import { cutLine } from "../../text";
import { quotePath } from "../cmd/quote";
import { findTask, lastResultText, parseTasks, queryTask, runTask, schedulerLog } from "../cmd/schtasks";
import { HostError, OperationRefused } from "../transport/errors";
import type { RunResult } from "../transport/session";
import { writersOfFolder } from "./access";
import type { Launcher, LaunchOptions, LaunchSite } from "./launcher";
import { startTask } from "./startTask";
import { defaultTaskName, requireTaskName, scriptProblem, taskFiles, taskScriptCodes } from "./taskScript";

/** Makes the launcher. @throws Error when the name cannot be that of a task */
export function taskLauncher(site: LaunchSite, options: LaunchOptions): Launcher {
  const { link, place, operation } = site;
  const { taskName = defaultTaskName } = options;
  const account = options.account?.name ?? "its account";
  requireTaskName(taskName);
  const build = place.windowsBuild ?? 0;
  const script = `${place.base}\\${taskFiles.script}`;
  const pointer = `${place.base}\\${taskFiles.pointer}`;
  const wayOut =
    `Register it once on the computer, as an administrator: \`exchange-upgrade task\` says how. Or use run: ` +
    `"scheduled", "manual", or "direct" over SSH.`;

  const lastResult = async () => {
    const listed = await link.askOne(`${queryTask(taskName, build)} 2>&1`);
    return { listed, task: findTask(parseTasks(listed.text), taskName) };
  };

  /** Whoever can write in the folder decides what the task runs. */
  const requireProtected = async () => {
    const writers = await writersOfFolder(link, place.base, site.folder.path);
    if (!writers.known) {
      site.tell(`not verified: that only administrators can write in ${place.base}: ${writers.why}`);
      return;
    }
    if (writers.value.length === 0) return;
    throw new OperationRefused(
      `Setup was not started: in ${place.base}, whose scripts the scheduled task runs as ${account}, not only ` +
        `administrators can write, but also ${writers.value.join(", ")} (in SDDL, by icacls). Leave it to administrators ` +
        "and the system: `exchange-upgrade task` shows the command. Look at what is in it, then run pulumi up again.",
    );
  };

  const notStarted = async (said: RunResult | null) => {
    const { listed, task } = await lastResult();
    const result =
      task === undefined
        ? `It cannot be asked for its last result (schtasks: ${printedText(listed.text)}).`
        : `${lastResultText(task, taskScriptCodes)}.`;
    const refused =
      said !== null && said.exitCode !== 0
        ? ` could not be started (schtasks: ${printedText(said.stdout)})`
        : ` was started, and its script did not begin within ${site.taskStartMs / 1000} s`;
    return new HostError(
      `Setup was not run: the scheduled task "${taskName}"${refused}. ${result} Look on the computer at ` +
        `${schedulerLog(build)}, at whether the task is enabled and runs ${script} as ${account} with its present ` +
        `password, and at that account's right to log on as a batch job. Then run pulumi up again.`,
    );
  };

  return {
    check: async () => {
      const found = await link.askOne(`type ${quotePath(script)} 2>nul`);
      const problem = scriptProblem(found.ok ? found.text : null, place.windowsBuild);
      if (problem !== null)
        throw new OperationRefused(`Setup was not started: ${script} ${problem}. ${wayOut}`);
      await requireProtected();
      const { listed, task } = await lastResult();
      if (task !== undefined) return;
      const said = listed.ok ? "" : ` (schtasks: ${printedText(listed.text)})`;
      throw new OperationRefused(
        `Setup was not started: there is no scheduled task "${taskName}" that the account of the connection can see` +
          `${said}. ${wayOut}`,
      );
    },
    begin: (attempt) =>
      startTask(site, attempt, {
        // The pointer appears under its name complete; what follows runs only where that succeeded.
        command:
          `>${quotePath(`${pointer}.tmp`)} echo ${operation}\\${attempt}` +
          `&&move /y ${quotePath(`${pointer}.tmp`)} ${quotePath(pointer)} >nul&&${runTask(taskName)} 2>&1`,
        notStarted,
      }),
    clear: async () => {
      await link.askOne(`if exist ${quotePath(pointer)} del /q ${quotePath(pointer)}`);
    },
  };
}

/** What a program printed, for people. */
export function printedText(text: string): string {
  const line = cutLine(text, 200).replace(/\.$/, "");
  return line === "" ? "it printed nothing" : line;
}
