/** A server's Setup and its security update, with the server out of service around both if the program wants that. */
import { known } from "../../../facts";
import type { StartedOperation } from "../../../host";
import type { Case } from "../../../rules/case";
import { upgradeWork } from "../../../rules/maintenance/work";
import type { StepState } from "../../../rules/state";
import { stateWithUpdate } from "../../../rules/update/updateState";
import type { Call } from "../../call";
import { type MaintenanceSettings, maintenanceIn } from "../../step/maintenance";
import type { Step } from "../../step/step";
import { type Applied, updatedInService, updatedOutOfService } from "../../update/afterSetup";
import { discardContained, requireNoneLeft } from "../../update/leftUpdates";
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
  const update = updateIn(step);
  const { ran, result: state } = await inService<Ran, StepState>(step, work, before, {
    run: (around) => runStep(step, before, call, around),
    settle: async (ran, operations) => {
      const state = await stateAfterSetup(step, before, ran, call);
      if (update === null) await requireNoneLeft(step, before, operations, call);
      await discardContained(step, operations, { proven: step.target.build, own: null }, call);
      return state;
    },
  });
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
  let operations: readonly StartedOperation[] = [];
  const { ran, result } = await outOfService<Ran, Upgraded>(served, {
    mayStart: () => refuseOutsideWindow(step, before),
    run: (around) => runStep(step, before, call, around),
    settle: async (ran, out) => {
      operations = await out.operations();
      // Only the last program puts the server back.
      const leave = async () => {
        if (update !== null) return;
        // What still runs is refused on leaving.
        const ended = operations.filter(({ state }) => state !== "running");
        await requireNoneLeft(step, before, ended, call);
        await out.leave();
      };
      const own = { ...out, leave };
      const state = await stateAfterSetup(step, before, ran, call, own);
      return withApplied(ran, state, update === null ? null : await updatedOutOfService(update, call, out));
    },
  });
  await ran.discard();
  const own = update === null ? null : operationOf(update);
  await discardContained(step, operations, { proven: update?.build ?? step.target.build, own }, call);
  if (own !== null) await discardOn(step, own, call);
  return result;
}

function withApplied({ started }: Ran, setup: StepState, update: Applied | null): Upgraded {
  if (update === null) return { state: setup, started };
  const state = stateWithUpdate(known(setup, ""), update.seen);
  if (!state.known) throw new Error(`the build of ExSetup.exe could not be read: ${state.why}`);
  return { state: state.value, started: started || update.applied.started };
}
