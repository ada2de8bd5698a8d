/**
 * Security updates that an earlier run has begun and none has proven. Their operations are on the computer, whatever the
 * program now says.
 */
import type { Build } from "../../facts";
import { lookAtOperations, type StartedOperation } from "../../host";
import { compareBuilds, isModern } from "../../releases";
import type { Case } from "../../rules/case";
import { findingOf } from "../../rules/evaluate";
import { type NotVerified, renderFinding } from "../../rules/finding";
import { argument } from "../../rules/program/argumentTexts";
import { renderProblem, withCode } from "../../text";
import type { Call } from "../call";
import { askComputer } from "../facts/askComputer";
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
        ...leftProblem(step, update.kb),
        found: `${state}; no required service is disabled`,
        fix: `give ${argument(step, "securityUpdate")} again: the next pulumi up applies it once more, or adopts it. ${settleText(update.kb, operation)}`,
      }),
    );
  }
}

function leftProblem({ computer }: Step, kb: string) {
  return {
    summary: `security update on ${computer}: an earlier pulumi up has begun ${kb}, none has proven it, and the program no longer has it`,
    needed: "an update that is proven, or that somebody has settled",
    where: `on ${computer}`,
    code: "XU-UPDATE",
  } as const;
}

function settleText(kb: string, { folder }: StartedOperation): string {
  return `Or look what has come of it, in its log %SystemRoot%\\ExchangeUpgrade\\${kb}.log; then delete ${folder}`;
}

/**
 * Looks for such updates without a lock, where a step is not brought to its target: a program that leaves
 * `securityUpdate` out as the state does changes nothing, so that only a refresh comes to the computer.
 *
 * @param proven build that the state has proven; what it contains is settled
 * @returns the warnings; none for computers without operations
 */
export async function leftUpdateTexts(
  step: Step,
  { run }: Pick<Call, "run">,
  proven: Build | null,
): Promise<readonly string[]> {
  const { computer, target, inputs } = step;
  if (step.kind !== "server" || !isModern(target.product) || inputs.computer.connection === undefined)
    return [];
  const notLooked = (why: string) =>
    withCode(
      `${computer}: updates that an earlier run has begun could not be looked for: ${why}`,
      "XU-UNREAD",
    );
  return askComputer(
    step,
    run.logons,
    async (session) => {
      const operations = await lookAtOperations(session);
      return operations.flatMap((operation) => {
        const update = updateOfOperation(operation.name);
        if (update === null || compareBuilds(update.build, target.build) < 0) return [];
        if (proven !== null && compareBuilds(update.build, proven) <= 0) return [];
        const given = argument(step, "securityUpdate");
        return renderProblem({
          ...leftProblem(step, update.kb),
          found: `${update.kb} ${endText(operation)}`,
          fix: `give ${given} again: the next pulumi up applies it once more, or adopts it. Or say ${argument(step, "securityUpdate", ': "none"')}: the next one looks at the services (R83). ${settleText(update.kb, operation)}`,
        });
      });
    },
    { unread: (why) => [notLooked(why)], late: (seconds) => `it has not answered within ${seconds} s` },
  );
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
