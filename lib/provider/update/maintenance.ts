/** Applies a security update with the server out of service around it, if the program says so. */
import type { StartedOperation } from "../../host";
import { updateWork } from "../../rules/maintenance/work";
import type { UpdateCase } from "../../rules/update/updateCase";
import type { Call } from "../call";
import { inService } from "../run/maintenance/leftOut";
import { outOfService, servedBy } from "../run/maintenance/outOfService";
import { discardOn, type EndedRun } from "../run/onComputer";
import { maintenanceIn } from "../step/maintenance";
import { discardContained } from "./leftUpdates";
import { applyUpdate, refuseOutsideWindow } from "./runUpdate";
import { settledUpdate } from "./settleUpdate";
import { operationOf, type Update } from "./update";

/**
 * Applies the update, or follows an installation under way, and proves the result.
 * @throws Error; if the server stays out of service, it says so and how to go on
 */
export async function appliedAround(
  update: Update,
  before: UpdateCase,
  call: Call,
): Promise<{ readonly applied: EndedRun; readonly seen: UpdateCase }> {
  const { step, kb } = update;
  const settings = maintenanceIn(step);
  const work = updateWork(step.computer, kb, step.target);
  const own = operationOf(update);
  let operations: readonly StartedOperation[] = [];
  const finished = async (applied: EndedRun, seen: UpdateCase) => {
    await discardContained(step, operations, { proven: update.build, own }, call);
    return { applied, seen };
  };
  if (settings === null) {
    const { ran, result } = await inService<EndedRun, UpdateCase>(step, work, before.step, {
      run: (around) => applyUpdate(update, before, call, around),
      settle: (applied, found) => {
        operations = found;
        return settledUpdate(update, applied, call);
      },
    });
    return finished(ran, result);
  }
  const { ran, result } = await outOfService<EndedRun, UpdateCase>(servedBy(step, work, settings, call), {
    mayStart: () => refuseOutsideWindow(update, before),
    run: (around) => applyUpdate(update, before, call, around),
    settle: async (applied, out) => {
      operations = await out.operations();
      return settledUpdate(update, applied, call, out);
    },
  });
  await discardOn(step, own, call);
  return finished(ran, result);
}
