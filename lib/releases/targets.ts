/** The releases that are offered as targets: those of which everything is described that a step's rules rest on. */
import { descriptionOf, type ReleaseDescription } from "./catalogue";
import type { Described } from "./described";
import { keptFor } from "./keep";
import { type Permissions, permissionsOf } from "./permissions";
import { type RestartSign, restartSignsOf } from "./restart";
import { type RoleServices, roleServicesOf } from "./services";
import { hasSetup, type SetupFacts, setupOf } from "./setup";
import { type Release, releases } from "./table";
import { predecessors } from "./transitions";
import { listReleases } from "./wording";

/** Every part of what is said of a release as a target. A new part does not compile before it is said of all of them. */
export interface TargetFacts extends ReleaseDescription {
  readonly setup: Described<SetupFacts>;
  readonly permissions: Described<Permissions>;
  readonly restartSigns: Described<readonly RestartSign[]>;
  readonly services: Described<RoleServices>;
}

/**
 * Parts without which a release is not offered: a rule that refuses (*must*) is judged by each, or Setup is run by it. Of
 * the others, no rule speaks yet, or nothing is refused for them.
 */
const needed = [
  "setup",
  "permissions",
  "restartSigns",
  "forest",
] as const satisfies readonly (keyof TargetFacts)[];

/** Everything that is said of a release, one of the table or one that a program has defined. */
export const targetFactsOf = keptFor((release: Release): TargetFacts => {
  const described = hasSetup(release);
  return {
    ...descriptionOf(release),
    setup: described ? setupOf(release) : "not described",
    permissions: described ? permissionsOf(release.product) : "not described",
    restartSigns: restartSignsOf(release.product),
    services: roleServicesOf(release.product),
  };
});

/** The parts that keep a release from being offered; empty where none does. */
export function missingParts(facts: TargetFacts): readonly (keyof TargetFacts)[] {
  return needed.filter((part) => facts[part] === "not described");
}

const offeredReleases = releases.filter(
  (release) => predecessors(release.name).length > 0 && missingParts(targetFactsOf(release)).length === 0,
);

/** Targets that users may name now, by name: each is described, and an upgrade in place leads to it. */
export const offered: readonly string[] = offeredReleases.map(({ name }) => name);

/** The same for messages: "2007 SP1 to 2007 SP3, … or SE RTM". */
export const offeredText = listReleases(offeredReleases);
