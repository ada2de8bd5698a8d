/** A server's Setup with the server out of service around it. */
import type { Case } from "../../../rules/case";
import { upgradeWork } from "../../../rules/maintenance/work";
import type { StepState } from "../../../rules/state";
import type { Call } from "../../call";
import type { MaintenanceSettings } from "../../step/maintenance";
import type { Step } from "../../step/step";
import { type Ran, refuseOutsideWindow, runStep } from "../perform";
import { stateAfterSetup } from "../settle";
import { outOfService, servedBy } from "./outOfService";

/** @throws Error as {@link outOfService} */
export async function upgradedOutOfService(
  step: Step,
  before: Case,
  settings: MaintenanceSettings,
  call: Call,
): Promise<{ readonly ran: Ran; readonly state: StepState }> {
  const served = servedBy(step, upgradeWork(step.computer, step.target), settings, call);
  const { ran, result } = await outOfService<Ran, StepState>(served, {
    mayStart: () => refuseOutsideWindow(step, before),
    run: (around) => runStep(step, before, call, around),
    settle: (ran, out) => stateAfterSetup(step, before, ran, call, out),
  });
  await ran.discard();
  return { ran, state: result };
}
