/** A server's Setup with the server out of service around it: everything under one lock of its computer. */
import type { HeldComputer } from "../../../host";
import { maintenanceOf, withSingleCopies } from "../../../releases";
import type { Case } from "../../../rules/case";
import type { FoundBefore } from "../../../rules/maintenance/found";
import type { HealthLine } from "../../../rules/maintenance/leaving";
import { notHealthyText, notStartedText, staysOutText } from "../../../rules/maintenance/texts";
import type { StepState } from "../../../rules/state";
import { messageOf } from "../../../wire/answers";
import type { Call } from "../../call";
import type { MaintenanceSettings } from "../../step/maintenance";
import type { Step } from "../../step/step";
import { type Ran, refuseOutsideWindow, runStep } from "../perform";
import { stateAfterSetup } from "../settle";
import { enterMaintenance, keptOn, leaveMaintenance, serverOf, undo } from "./phases";
import type { Served } from "./shell";

/**
 * Takes the server out of service, runs Setup, restarts it, puts it back and proves all of it; or finds what an earlier call has done
 * of that, and goes on.
 * @throws Error that says, where the server stays out of service, that it does and how to go on
 */
export async function upgradedOutOfService(
  step: Step,
  before: Case,
  settings: MaintenanceSettings,
  call: Call,
): Promise<{ readonly ran: Ran; readonly state: StepState }> {
  const described = maintenanceOf(step.target.product);
  if (described === "none") throw new Error(`no maintenance is described for ${step.target.name}`);
  const maintenance = settings.allowSingleCopies === true ? withSingleCopies(described) : described;
  const served: Served = { step, maintenance, settings, call };
  // What is to be put back while the server is out of service; null while it is in it, as far as this call has brought it.
  let out: FoundBefore | null = null;
  let state: StepState | undefined;
  const leave = async (computer: HeldComputer): Promise<void> => {
    out = null;
    await tellHealth(step, await leaveMaintenance(served, computer), call);
  };
  try {
    const ran = await runStep(step, before, call, {
      before: async (computer) => {
        const found = await enterMaintenance(served, computer);
        try {
          // Draining takes its time, in which the window may have closed.
          refuseOutsideWindow(step, before);
        } catch (error) {
          throw new Error(
            notStartedText(serverOf(served, found), messageOf(error), await undo(served, computer, found)),
          );
        }
        out = found;
      },
      after: async (computer, ran) => {
        await computer.hold();
        out = await keptOn(step, computer);
        state = await stateAfterSetup(step, before, ran, call, {
          restart: (options) => computer.restart(options),
          leave: () => leave(computer),
        });
      },
    });
    if (state === undefined)
      throw new Error(`${step.computer}: Setup has ended, and nobody has looked at its result`);
    await ran.discard();
    return { ran, state };
  } catch (error) {
    if (out === null) throw error;
    throw new Error(staysOutText(serverOf(served, out), messageOf(error)));
  }
}

/** A line on the server's health, and a warning for what is not as it should be (R68). */
async function tellHealth(step: Step, health: readonly HealthLine[] | null, { log }: Call): Promise<void> {
  if (health === null) return;
  const fine = health.filter((line) => line.state === "ok").map(({ text }) => text);
  const other = health.filter((line) => line.state !== "ok").map(({ text }) => text);
  await log.info(`${step.computer}: in service again${fine.length === 0 ? "" : `: ${fine.join(", ")}`}`);
  if (other.length > 0) await log.warn(notHealthyText(step.computer, other));
}
