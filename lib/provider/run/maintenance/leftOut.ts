/** A server that an earlier run has taken out of service, and that the program no longer takes care of. */
import type { HeldComputer } from "../../../host";
import { maintenanceOf } from "../../../releases";
import type { Case } from "../../../rules/case";
import { leftOutText } from "../../../rules/maintenance/texts";
import type { StepState } from "../../../rules/state";
import { messageOf } from "../../../wire/answers";
import type { Call } from "../../call";
import type { Step } from "../../step/step";
import { type AroundSetup, type Ran, runStep } from "../perform";
import { stateAfterSetup } from "../settle";
import { keptOn } from "./phases";

/**
 * Runs a step whose program says nothing of maintenance, and proves it. Where an earlier run has taken the server out of service, no
 * Setup is started; and one that ran already, or is followed, does not hide that nobody puts the server back.
 */
export async function upgradedInService(
  step: Step,
  before: Case,
  call: Call,
): Promise<{ readonly ran: Ran; readonly state: StepState }> {
  let left: string | null = null;
  const look = async (computer: HeldComputer): Promise<void> => {
    left = await leftOutOn(step, computer);
  };
  const around: AroundSetup = {
    before: async (computer) => {
      await look(computer);
      if (left !== null) throw new Error(left);
    },
    after: look,
  };
  const ran = await runStep(step, before, call, isLookedAt(step, before) ? around : undefined);
  const withLeft = (error: unknown): never => {
    throw left === null ? error : new Error(`${messageOf(error)}\n${left}`);
  };
  const state = await stateAfterSetup(step, before, ran, call).catch(withLeft);
  if (left !== null) throw new Error(left);
  return { ran, state };
}

/** A step that is done, and whose computer does not answer, is taken for done by the directory alone. */
function isLookedAt({ kind, target }: Step, { facts }: Case): boolean {
  return kind === "server" && maintenanceOf(target.product) !== "none" && facts.computer.identity.known;
}

/** What is said of a server that is out of service; null where nothing is kept on it. @throws Error for a record that is none of ours */
async function leftOutOn(step: Step, held: HeldComputer): Promise<string | null> {
  const maintenance = maintenanceOf(step.target.product);
  const found = await keptOn(step, held);
  if (found === null || maintenance === "none") return null;
  return leftOutText({ computer: step.computer, target: step.target, maintenance, found }, held.recordFolder);
}
