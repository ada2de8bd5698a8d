/** The state of a server's upgrade that applies a security update after its Setup: both count. Pure. */
import { type Fact, known } from "../../facts";
import { formatBuild } from "../../releases";
import { exsetupKey, type Progress, type Reading, type StepState } from "../state";
import { progressOf } from "./evaluateUpdate";
import { buildText } from "./installed";
import type { UpdateCase, UpdateProgress } from "./updateCase";

const progresses: Readonly<Record<Exclude<UpdateProgress, "unknown">, Progress>> = {
  done: "done",
  pending: "pending",
  // Setup is done, so that something must be wrong with the files (R80).
  absent: "pending",
  above: "above",
};

/**
 * The state with the update: what Setup has finished is pending while the update is.
 * @param setup the state of Setup
 */
export function stateWithUpdate(setup: Fact<StepState>, u: UpdateCase): Fact<StepState> {
  if (!setup.known || setup.value.progress !== "done") return setup;
  const { installed } = u;
  const progress = progressOf(u);
  if (!installed.known || progress === "unknown") return installed.known ? setup : installed;
  const { value, source } = installed;
  const reading: Reading = {
    key: exsetupKey,
    value: value === null ? "none" : formatBuild(value),
    text: value === null ? `no ${exsetupKey}` : `${exsetupKey} of ${buildText(u, value)}`,
    verdict: progress === "done" ? "at" : progress === "above" ? "above" : "below",
    source,
    releases: [],
  };
  return known(
    { progress: progresses[progress], readings: [...setup.value.readings, reading] },
    setup.source === source ? source : `${setup.source}, ${source}`,
  );
}
