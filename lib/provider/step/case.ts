/** Makes the case of a step, which the rules judge: its inputs, the facts, and what the run knows of other steps. */

import type { Release } from "../../releases";
import type { Case, StepFacts } from "../../rules/case";
import { membersBeside } from "../../rules/organization/availabilityGroup";
import type { DeclaredFacing } from "../memory/declaredFacing";
import type { DeclaredGroups } from "../memory/declaredGroups";
import type { RecordedWindows } from "../memory/recordedWindows";
import type { ServerOrder } from "../memory/serverOrder";
import type { StagedMedia } from "../memory/stagedMedia";
import { logonOf } from "./connectionOptions";
import { withoutGone } from "./gone";
import type { Step } from "./step";

/** What a run knows from the inputs of its other steps so far. */
export interface ToldByOthers {
  readonly order: ServerOrder;
  readonly facing: DeclaredFacing;
  readonly groups: DeclaredGroups;
  readonly staged: StagedMedia;
  readonly windows: RecordedWindows;
  /** Releases to which steps of this run upgrade servers, by FQDN. */
  readonly upgrades: Map<string, Release>;
}

/** Servers and waves right before this step. */
export function rightBefore(step: Step): readonly string[] {
  return (step.inputs.after ?? []).map((name) => (name.startsWith("wave ") ? name : name.toLowerCase()));
}

/** FQDNs of the servers that are planned before this step, directly or through others of this run. */
function plannedBefore({ order }: ToldByOthers, step: Step): readonly string[] {
  if (step.kind !== "server") return [];
  order.note(step.computer, rightBefore(step));
  return [...order.allBefore(rightBefore(step))].filter((fqdn) => fqdn !== step.computer);
}

/** Members of the server's database availability group that this run upgrades neither before nor after it. */
function plannedAlongside(
  { order, groups }: ToldByOthers,
  { kind, computer }: Step,
  forest: StepFacts["forest"],
): readonly string[] {
  if (kind !== "server") return [];
  const members = new Set([...membersBeside(forest, computer), ...groups.membersBeside(computer)]);
  return [...members].filter((member) => order.isUnordered(computer, member)).sort();
}

/** Notes a step's declarations about its server, since later steps of the run are judged by them, too. */
export function noteStep({ order, facing, groups, staged, upgrades }: ToldByOthers, step: Step): void {
  if (step.kind === "server") {
    upgrades.set(step.computer, step.target);
    order.note(step.computer, rightBefore(step));
    facing.declare(step.computer, step.inputs.internetFacing);
    groups.declare(step.computer, step.inputs.dag);
  }
  if (step.inputs.commands?.media === true) staged.note(step.inputs.computer);
}

/** The case of the step, for the rules. */
export function caseOf(
  told: ToldByOthers,
  step: Step,
  facts: StepFacts,
  how: Pick<Case, "recorded" | "apply" | "recordedWindows">,
): Case {
  const { forest, gone } = withoutGone(facts.forest, step.inputs.gone);
  return {
    step: step.kind,
    place: step.place,
    computer: step.computer,
    computerDomain: step.inputs.computer.domain ?? null,
    target: step.target,
    catalogue: step.catalogue,
    domains: step.domains,
    run: step.run,
    media: step.inputs.computer.media ?? null,
    staged: told.staged.has(step.inputs.computer),
    account: step.account,
    logon: logonOf(step.inputs.computer.connection),
    planned: step.prepared,
    after: plannedBefore(told, step),
    alongside: plannedAlongside(told, step, forest),
    internetFacing: step.inputs.internetFacing ?? null,
    declared: {
      roles: step.inputs.roles ?? null,
      site: step.inputs.site ?? null,
      dag: step.inputs.dag ?? null,
    },
    declaredFacing: told.facing.declared,
    gone,
    answers: step.inputs.setup ?? {},
    facts: forest === facts.forest ? facts : { ...facts, forest },
    ...how,
    recordedWindows: how.recordedWindows ?? told.windows.recorded(step.computer),
  };
}
