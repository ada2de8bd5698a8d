/** The releases that are offered as targets: those for which all parts are described that a step's rules need. */
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

/** All parts of the description of a target. A new part does not compile before it is given for every release. */
export interface TargetFacts extends ReleaseDescription {
  readonly setup: Described<SetupFacts>;
  readonly permissions: Described<Permissions>;
  readonly restartSigns: Described<readonly RestartSign[]>;
  readonly services: Described<RoleServices>;
}

/**
 * Parts that must be described before a release is offered: a refusing rule (*must*) uses each of them, or Setup is run
 * with it. No refusing rule uses the other parts.
 */
const needed = [
  "setup",
  "permissions",
  "restartSigns",
  "forest",
] as const satisfies readonly (keyof TargetFacts)[];

/** All parts of the description of a release, of the table or defined by a program. */
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

/** The missing parts that keep a release from being offered; empty if none does. */
export function missingParts(facts: TargetFacts): readonly (keyof TargetFacts)[] {
  return needed.filter((part) => facts[part] === "not described");
}

const offeredReleases = releases.filter(
  (release) => predecessors(release.name).length > 0 && missingParts(targetFactsOf(release)).length === 0,
);

/** Names of the targets that users may write: each is described, and an upgrade in place leads to it. */
export const offered: readonly string[] = offeredReleases.map(({ name }) => name);

/** The same for messages: "2007 SP1 to 2007 SP3, … or SE RTM". */
export const offeredText = listReleases(offeredReleases);
