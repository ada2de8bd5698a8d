/** How Setup is started in each run mode. What else the modes differ in: lib/runModes.ts. */
import type { RunMode } from "../../model";
import { directLauncher } from "./direct";
import type { Launcher, LaunchOptions, LaunchSite, OperationSite } from "./launcher";
import { removeOwnTask, scheduledLauncher } from "./scheduledLauncher";
import { taskLauncher } from "./taskLauncher";

/** One way to start Setup on a computer. */
export interface LaunchMode {
  launcher(site: LaunchSite, options: LaunchOptions): Launcher;
  /**
   * Removes what a run of this mode may have left when it was killed, whatever the mode of the run that comes next; null
   * where the mode leaves nothing that outlives the operation's folder.
   */
  readonly removeLeftovers: ((site: OperationSite) => Promise<string | null>) | null;
}

/** Every run mode; `operator` where nobody starts Setup from here, and the result is waited for. */
export const launchModes: { readonly [M in RunMode]: LaunchMode | "operator" } = {
  task: { launcher: taskLauncher, removeLeftovers: null },
  scheduled: { launcher: scheduledLauncher, removeLeftovers: removeOwnTask },
  direct: { launcher: directLauncher, removeLeftovers: null },
  manual: "operator",
};

/**
 * Removes what runs of any mode have left besides the operation's folder.
 * @returns what is left and how to remove it, or null
 */
export async function removeLeftovers(site: OperationSite): Promise<string | null> {
  for (const mode of Object.values(launchModes)) {
    const left = mode === "operator" ? null : ((await mode.removeLeftovers?.(site)) ?? null);
    if (left !== null) return left;
  }
  return null;
}
