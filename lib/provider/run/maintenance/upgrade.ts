/** A server's Setup and its security update, with the server out of service around both if the program wants that. */
import { known } from "../../../facts";
import type { Case } from "../../../rules/case";
import { upgradeWork } from "../../../rules/maintenance/work";
import type { StepState } from "../../../rules/state";
import { stateWithUpdate } from "../../../rules/update/updateState";
import type { Call } from "../../call";
import { type MaintenanceSettings, maintenanceIn } from "../../step/maintenance";
import type { Step } from "../../step/step";
import { type Applied, updatedInService, updatedOutOfService } from "../../update/afterSetup";
import { operationOf, updateIn } from "../../update/update";
import { discardOn } from "../onComputer";
import { type Ran, refuseOutsideWindow, runStep } from "../perform";
import { stateAfterSetup } from "../settle";
import { inService } from "./leftOut";
import { outOfService, servedBy } from "./outOfService";

/** A step that is proven, and whether this call has run anything for it. */
export interface Upgraded {
  readonly state: StepState;
  readonly started: boolean;
}

/**
 * Runs the step's Setup, and for a server its security update after it, and proves both.
 * @throws Error; if the server stays out of service, it says so and how to go on
 */
export function upgraded(step: Step, before: Case, call: Call): Promise<Upgraded> {
  const settings = maintenanceIn(step);
  return settings === null
    ? upgradedInService(step, before, call)
    : upgradedOutOfService(step, before, settings, call);
}

async function upgradedInService(step: Step, before: Case, call: Call): Promise<Upgraded> {
  const work = upgradeWork(step.computer, step.target);
  const { ran, result: state } = await inService<Ran, StepState>(step, work, before, {
    run: (around) => runStep(step, before, call, around),
    settle: (ran) => stateAfterSetup(step, before, ran, call),
  });
  const update = updateIn(step);
  return withApplied(ran, state, update === null ? null : await updatedInService(update, call));
}

/** @throws Error as {@link outOfService} */
async function upgradedOutOfService(
  step: Step,
  before: Case,
  settings: MaintenanceSettings,
  call: Call,
): Promise<Upgraded> {
  const served = servedBy(step, upgradeWork(step.computer, step.target), settings, call);
  const update = updateIn(step);
  const { ran, result } = await outOfService<Ran, Upgraded>(served, {
    mayStart: () => refuseOutsideWindow(step, before),
    run: (around) => runStep(step, before, call, around),
    settle: async (ran, out) => {
      // Only the last program puts the server back.
      const own = update === null ? out : { ...out, leave: async () => undefined };
      const state = await stateAfterSetup(step, before, ran, call, own);
      return withApplied(ran, state, update === null ? null : await updatedOutOfService(update, call, out));
    },
  });
  await ran.discard();
  if (update !== null) await discardOn(step, operationOf(update), call);
  return result;
}

function withApplied({ started }: Ran, setup: StepState, update: Applied | null): Upgraded {
  if (update === null) return { state: setup, started };
  const state = stateWithUpdate(known(setup, ""), update.seen);
  if (!state.known) throw new Error(`the build of ExSetup.exe could not be read: ${state.why}`);
  return { state: state.value, started: started || update.applied.started };
}
