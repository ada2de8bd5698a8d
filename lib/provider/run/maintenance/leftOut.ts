/** Servers that an earlier run has taken out of service and that the program no longer puts back. */
import type { HeldComputer, StartedOperation } from "../../../host";
import { maintenanceOf } from "../../../releases";
import type { Case } from "../../../rules/case";
import { leftOutText } from "../../../rules/maintenance/texts";
import type { Work } from "../../../rules/maintenance/work";
import { messageOf } from "../../../wire/answers";
import type { Step } from "../../step/step";
import type { Around } from "../onComputer";
import { keptOn, SaysAll } from "./phases";

/**
 * Runs a program whose resource has no `maintenance`, and proves its result. If an earlier run has taken the server out
 * of service, the program is not started; and if it has run already, or is followed, a message says that the server is
 * still out.
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
    /** @param operations those on the computer that have run; none if it was not looked at */
    settle(ran: RanSo, operations: readonly StartedOperation[]): Promise<Result>;
  },
): Promise<{ readonly ran: RanSo; readonly result: Result }> {
  let left: string | null = null;
  let operations: readonly StartedOperation[] = [];
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
      operations = await computer.operations();
    },
  };
  const ran = await run(isLookedAt(step, before) ? around : undefined);
  const withLeft = (error: unknown): never => {
    throw left === null ? error : new Error(`${messageOf(error)}\n${left}`);
  };
  const result = await settle(ran, operations).catch(withLeft);
  if (left !== null) throw new Error(left);
  return { ran, result };
}

/** The directory alone decides about a finished step whose computer does not answer. */
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
