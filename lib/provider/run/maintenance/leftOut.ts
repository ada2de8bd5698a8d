/** A server that an earlier run has taken out of service, and that the program no longer takes care of. */
import type { HeldComputer } from "../../../host";
import { maintenanceOf } from "../../../releases";
import type { Case } from "../../../rules/case";
import { leftOutText } from "../../../rules/maintenance/texts";
import type { Work } from "../../../rules/maintenance/work";
import { messageOf } from "../../../wire/answers";
import type { Step } from "../../step/step";
import type { Around } from "../onComputer";
import { keptOn, SaysAll } from "./phases";

/**
 * Runs a program whose resource says nothing of maintenance, and proves its result. Where an earlier run has taken the server out of
 * service, it is not started; and one that ran already, or is followed, does not hide that nobody puts the server back.
 */
export async function inService<RanSo, Result>(
  step: Step,
  work: Work,
  before: Case,
  {
    run,
    settle,
  }: {
    run(around: Around<RanSo> | undefined): Promise<RanSo>;
    settle(ran: RanSo): Promise<Result>;
  },
): Promise<{ readonly ran: RanSo; readonly result: Result }> {
  let left: string | null = null;
  const look = async (computer: HeldComputer): Promise<void> => {
    left = await leftOutOn(step, work, computer);
  };
  const around: Around<RanSo> = {
    before: async (computer) => {
      await look(computer);
      if (left !== null) throw new Error(left);
    },
    after: async (computer) => {
      try {
        await look(computer);
      } catch (error) {
        // What came of Setup is told, too.
        if (!(error instanceof SaysAll)) throw error;
        left = error.message;
      }
    },
  };
  const ran = await run(isLookedAt(step, before) ? around : undefined);
  const withLeft = (error: unknown): never => {
    throw left === null ? error : new Error(`${messageOf(error)}\n${left}`);
  };
  const result = await settle(ran).catch(withLeft);
  if (left !== null) throw new Error(left);
  return { ran, result };
}

/** A step that is done, and whose computer does not answer, is taken for done by the directory alone. */
function isLookedAt({ kind, target }: Step, { facts }: Case): boolean {
  return kind === "server" && maintenanceOf(target.product) !== "none" && facts.computer.identity.known;
}

/** What is said of a server that is out of service; null where nothing is kept on it. @throws Error for a record that is none of ours */
async function leftOutOn(step: Step, work: Work, held: HeldComputer): Promise<string | null> {
  const maintenance = maintenanceOf(step.target.product);
  const found = await keptOn(step, work, held);
  if (found === null || maintenance === "none") return null;
  return leftOutText({ computer: step.computer, work, maintenance, found }, held.recordFolder);
}
