/** How a server is taken out of service around what is run on it, as reviewers read it. Pure. */
import { maintenanceOf, type Release } from "../releases";
import { listed } from "../text";

/** Maintenance around what is run on a server, as a program plans it. */
export type PlannedMaintenance =
  | "none"
  | {
      readonly redirectTo?: string | undefined;
      /** Minutes that entering and leaving are expected to take together. */
      readonly minutes: number;
      /** Minutes to wait for each of the two. */
      readonly patience: number;
      readonly restarts: boolean;
      readonly allowSingleCopies?: boolean | undefined;
      readonly overrideMinimumTwoCopies?: boolean | undefined;
    };

/** `out of service, Setup, restart, back in service as found: …`. @param runs what is run meanwhile, in order */
export function maintenanceText(
  target: Release,
  maintenance: PlannedMaintenance,
  runs: readonly string[],
): string {
  if (maintenance === "none") return "none, as the program says";
  const { redirectTo, minutes, patience, restarts, allowSingleCopies, overrideMinimumTwoCopies } =
    maintenance;
  const redirects =
    maintenanceOf(target.product) !== "none" && redirectTo !== undefined
      ? [redirectTo === "none" ? "messages are not redirected" : `messages go to ${redirectTo}`]
      : [];
  return [
    [
      "out of service",
      ...runs.flatMap((each) => (restarts ? [each, "restart"] : [each])),
      "back in service as found",
    ].join(", "),
    `expected ${minutes} min besides ${listed(runs)}, patience ${patience} min`,
    ...redirects,
    ...(allowSingleCopies === true ? ["databases without another copy go down"] : []),
    ...(overrideMinimumTwoCopies === true ? ["one copy may be left"] : []),
  ].join("; ");
}
