/** The security update of a server's step, after its Setup. */
import { blocking } from "../../rules/evaluate";
import { updateWork } from "../../rules/maintenance/work";
import { renderFindings } from "../../rules/sharedFindings";
import { aboutUpdate } from "../../rules/update/evaluateUpdate";
import type { UpdateCase } from "../../rules/update/updateCase";
import type { Call } from "../call";
import { type EndedRun, runUnderLock } from "../run/onComputer";
import type { OutOfService } from "../run/restarted";
import { updateMinutes } from "../step/step";
import { windowRefusal } from "../step/windowRefusal";
import { appliedAround } from "./maintenance";
import { programOf, refuseOutsideWindow } from "./runUpdate";
import { judgeAfterSetup } from "./seeUpdate";
import { settledUpdate } from "./settleUpdate";
import type { Update } from "./update";

/** An update that is proven. */
export interface Applied {
  readonly applied: EndedRun;
  readonly seen: UpdateCase;
}

/** Applies the update while the server is out of service, under the lock that Setup had, and puts the server back. */
export async function updatedOutOfService(update: Update, call: Call, out: OutOfService): Promise<Applied> {
  const { step, kb } = update;
  let judged: UpdateCase | null = null;
  const applied = await out.next(updateWork(step.computer, kb, step.target), {
    whyNot: async () => {
      const { seen, refused } = await judgeNow(update, call);
      judged = seen;
      return refused ?? windowRefusal(step, seen.step, aboutUpdate(seen));
    },
    mayStart: () => {
      if (judged !== null) refuseOutsideWindow(update, judged);
    },
    run: (computer, before) =>
      runUnderLock(step, call, programOf(update, updateMinutes(step), call), computer, before),
  });
  return { applied, seen: await settledUpdate(update, applied, call, out) };
}

/** Applies the update on a server that nobody takes out of service, or that an operator updates. */
export async function updatedInService(update: Update, call: Call): Promise<Applied> {
  const { seen, refused } = await judgeNow(update, call);
  if (refused !== null) throw new Error(refused);
  return appliedAround(update, seen, call);
}

/** The update by the facts that count right before it. The step has told what is waived, and what is recommended. */
async function judgeNow(
  update: Update,
  { run }: Call,
): Promise<{ readonly seen: UpdateCase; readonly refused: string | null }> {
  const { seen, waived } = await judgeAfterSetup(run, update);
  const refused = blocking(waived.remaining);
  return { seen, refused: refused.length === 0 ? null : renderFindings(refused).join("\n") };
}
