/** How Setup is started in each run mode. lib/runModes.ts contains the other differences between the modes. */
import type { RunMode } from "../../model";
import { directLauncher } from "./direct";
import type { Launcher, LaunchOptions, LaunchSite, OperationSite } from "./launcher";
import { removeOwnTask, scheduledLauncher } from "./scheduledLauncher";
import { taskLauncher } from "./taskLauncher";

/** One way to start Setup on a computer. */
export interface LaunchMode {
  launcher(site: LaunchSite, options: LaunchOptions): Launcher;
  /**
   * Removes what a killed run of this mode may have left, whatever the mode of the next run. null if the mode leaves
   * nothing outside the operation's folder.
   */
  readonly removeLeftovers: ((site: OperationSite) => Promise<string | null>) | null;
}

/** Every run mode; `operator` if nobody starts Setup from here, and the run waits for the result. */
export const launchModes: { readonly [M in RunMode]: LaunchMode | "operator" } = {
  task: { launcher: taskLauncher, removeLeftovers: null },
  scheduled: { launcher: scheduledLauncher, removeLeftovers: removeOwnTask },
  direct: { launcher: directLauncher, removeLeftovers: null },
  manual: "operator",
};

/**
 * Removes what runs of any mode have left outside the operation's folder.
 *
 * @returns what remains and how to remove it, or null
 */
export async function removeLeftovers(site: OperationSite): Promise<string | null> {
  for (const mode of Object.values(launchModes)) {
    const left = mode === "operator" ? null : ((await mode.removeLeftovers?.(site)) ?? null);
    if (left !== null) return left;
  }
  return null;
}
