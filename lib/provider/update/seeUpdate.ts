/** One look at a security update: its facts are read, the case is made of them, and the rules judge it. */
import { type Fact, unknown } from "../../facts";
import { type ExchangeFiles, readExchangeFiles } from "../../host";
import { setupOf } from "../../releases";
import { type Waived, waive } from "../../rules/evaluate";
import { evaluateUpdate } from "../../rules/update/evaluateUpdate";
import type { UpdateCase } from "../../rules/update/updateCase";
import { askComputer } from "../facts/askComputer";
import type { Run } from "../memory/run";
import { caseOf, rightBefore } from "../step/case";
import type { Update } from "./update";

/** How an update is looked at. */
export interface Look {
  /** True right before it is applied, where only facts count. */
  readonly apply: boolean;
  /** True where the state has it applied. */
  readonly recorded: boolean;
  /** Arguments that are not known yet. */
  readonly unknown: readonly string[];
}

/** Notes the order that the program gives to the updates of a run. */
export function noteUpdate(run: Run, { step }: Update): void {
  run.updates.note(step.computer, rightBefore(step));
}

/** Reads what an update is judged on, as it is now. What could not be read is unknown; nothing throws. */
export async function seeUpdate(run: Run, update: Update, look: Look): Promise<UpdateCase> {
  const { step, kb, build, file } = update;
  run.facts.forget();
  const [facts, files] = await Promise.all([
    run.facts.read(step, { recorded: false, computer: true, unknown: look.unknown, fresh: true }),
    filesOn(run, update, look.unknown),
  ]);
  const told = {
    order: run.updates,
    facing: run.facing,
    groups: run.groups,
    staged: run.staged,
    windows: run.windows,
  };
  const { roles } = facts.computer;
  // What hides the registry from the connection hides it from both.
  const installed =
    !roles.known && files.installed.known && files.installed.value === null ? roles : files.installed;
  return {
    step: caseOf(told, step, facts, { recorded: false, apply: look.apply, recordedWindows: null }),
    kb,
    build,
    file,
    installed,
    fileThere: files.fileThere,
  };
}

/** The same, judged. */
export async function lookAtUpdate(
  run: Run,
  update: Update,
  look: Look,
): Promise<{ readonly seen: UpdateCase; readonly waived: Waived }> {
  const seen = await seeUpdate(run, update, look);
  return { seen, waived: waive(evaluateUpdate(seen, look.recorded), update.step.inputs.waive) };
}

async function filesOn(
  run: Run,
  { step, file }: Update,
  notKnown: readonly string[],
): Promise<ExchangeFiles> {
  const not = (why: string): ExchangeFiles => {
    const fact: Fact<never> = unknown(why, step.computer);
    return { installed: fact, fileThere: fact };
  };
  if (notKnown.includes("computer.connection")) return not("`computer.connection` is not known yet");
  if (step.inputs.computer.connection === undefined) return not("the program gives no connection to it");
  const { registryKey } = setupOf(step.target);
  return askComputer(step, run.logons, (session) => readExchangeFiles(session, { registryKey, file }), {
    unread: not,
    late: (seconds) => `it has not answered within ${seconds} s`,
  });
}
