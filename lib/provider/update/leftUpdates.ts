/**
 * Security updates that an earlier run has begun and none has proven. Their operations are on the computer, whatever the
 * program now says.
 */
import type { Build } from "../../facts";
import type { StartedOperation } from "../../host";
import { compareBuilds } from "../../releases";
import type { Case } from "../../rules/case";
import { findingOf } from "../../rules/evaluate";
import { type NotVerified, renderFinding } from "../../rules/finding";
import { argument } from "../../rules/program/argumentTexts";
import { renderProblem } from "../../text";
import type { Call } from "../call";
import { discardOn } from "../run/onComputer";
import type { Step } from "../step/step";
import { refuseDisabled } from "./disabledServices";
import { updateOfOperation } from "./update";

/**
 * Judges the services after updates that the program no longer has, and warns of these updates.
 * @param operations those that have run, by {@link HeldComputer.operations}
 * @param before the step's case, with the installed roles
 * @throws Error with R83
 */
export async function requireNoneLeft(
  step: Step,
  before: Case,
  operations: readonly StartedOperation[],
  call: Call,
): Promise<void> {
  const { computer, target } = step;
  for (const operation of operations) {
    const update = updateOfOperation(operation.name);
    if (update === null || compareBuilds(update.build, target.build) < 0) continue;
    const state = `${update.kb} ${endText(operation)}`;
    const about = { step: "securityUpdate", computer, target } as const;
    if (operation.state === "running")
      throw new Error(renderFinding(findingOf("R83", about, atWork(step, state))));
    await refuseDisabled(step, before, about, call, `${state}, and is not proven`);
    await call.log.warn(
      renderProblem({
        summary: `security update on ${computer}: an earlier pulumi up has begun ${update.kb}, none has proven it, and the program no longer has it`,
        found: `${state}; no required service is disabled`,
        needed: "an update that is proven, or that somebody has settled",
        where: `on ${computer}`,
        fix: `give ${argument(step, "securityUpdate")} again: the next pulumi up applies it once more, or adopts it. Or look what has come of it, in its log %SystemRoot%\\ExchangeUpgrade\\${update.kb}.log; then delete ${operation.folder}`,
        code: "XU-UPDATE",
      }),
    );
  }
}

/** Services are disabled while an update is installed, so that they tell nothing. */
function atWork({ computer }: Step, why: string): NotVerified {
  return {
    verdict: "unknown",
    why,
    needed: "an installation that has come to its end",
    where: `on ${computer}`,
    fix: "say in the program what was begun, and run pulumi up again: it follows it and proves the result. Or wait for its end",
  };
}

function endText({ state, code }: StartedOperation): string {
  if (state === "running") return "still runs";
  return state === "interrupted" || code === null ? "was interrupted" : `ended with exit code ${code}`;
}

/**
 * Removes the operations of earlier updates that are part of what is proven now: updates are cumulative.
 * @param own the operation that has proven it, whose files its own run removes; null for Setup
 */
export async function discardContained(
  step: Step,
  operations: readonly StartedOperation[],
  { proven, own }: { readonly proven: Build; readonly own: string | null },
  call: Call,
): Promise<void> {
  for (const { name, state } of operations) {
    const update = updateOfOperation(name);
    if (update !== null && name !== own && state !== "running" && compareBuilds(update.build, proven) <= 0)
      await discardOn(step, name, call);
  }
}
