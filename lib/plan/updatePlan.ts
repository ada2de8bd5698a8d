/** The plan of a security update, for people. */

import type { Build } from "../facts";
import type { RunMode } from "../model";
import { describeUpdate, formatBuild, knownUpdates, type Release, windowsInstaller } from "../releases";
import { runModeTraits } from "../runModes";
import { maintenanceText, type PlannedMaintenance } from "./maintenanceText";

/**
 * What a security update will do. It contains nothing that was read from a computer, so an approved plan stays valid.
 */
export interface UpdatePlan {
  /** FQDN of the computer. */
  readonly computer: string;
  /** The command line that applies the update. */
  readonly command: string;
  /** Who runs it, in words. */
  readonly account: string;
  /** The run mode. */
  readonly run: RunMode;
  /** The cumulative update that has to be installed, e.g. `2019 CU15`. */
  readonly before: string;
  /** What is installed afterwards, e.g. `2019 CU15 Feb26SU (KB5074993, 15.2.1748.43)`. */
  readonly after: string;
  /** How the server is taken out of service around it; absent where the program says nothing of it. */
  readonly maintenance?: string | undefined;
}

/** What the plan of an update is made from. */
export interface PlannedUpdate {
  readonly computer: string;
  readonly release: Release;
  readonly kb: string;
  readonly build: Build;
  readonly file: string;
  readonly account: string | null;
  readonly run: RunMode;
  /** What the program says of maintenance around it. @default nothing */
  readonly maintenance?: PlannedMaintenance;
}

/** Program and arguments of the command line, without the path of the log. */
export function updateCommand({ file }: Pick<PlannedUpdate, "file">): {
  readonly program: string;
  readonly args: readonly string[];
} {
  const { program, apply, quiet, noRestart } = windowsInstaller;
  return { program, args: [apply, file, quiet, noRestart] };
}

/** The same as people read it. */
export function updateCommandLine(update: Pick<PlannedUpdate, "file">): string {
  const { program, args } = updateCommand(update);
  return [program, ...args.map((arg) => (arg.includes(" ") ? `"${arg}"` : arg))].join(" ");
}

/** The plan. */
export function planOfUpdate(update: PlannedUpdate): UpdatePlan {
  const { computer, release, account, run, maintenance } = update;
  return {
    computer,
    command: updateCommandLine(update),
    account:
      account ?? (runModeTraits[run].runsAs === "operator" ? "an operator" : "the account that connects"),
    run,
    before: release.name,
    after: `${release.name} ${updateText(update)}`,
    ...(maintenance === undefined ? {} : { maintenance: maintenanceText(release, maintenance, [update.kb]) }),
  };
}

/** `Feb26SU (KB5074993, 15.2.1748.43)`; without its name where the list does not have it. */
export function updateText({ release, kb, build }: Pick<PlannedUpdate, "release" | "kb" | "build">): string {
  const listed = knownUpdates(release).find(
    (each) => each.kb === kb && formatBuild(each.build) === formatBuild(build),
  );
  return listed === undefined ? `${kb} (${formatBuild(build)})` : describeUpdate(listed);
}
