/** After Setup: proves the result, makes or reports a required restart, and sums up in one line. */
import { type Fact, known, unknown } from "../../facts";
import { lastShutdown } from "../../host";
import { restartAfterSetup } from "../../releases";
import type { Case } from "../../rules/case";
import { isToolsOnly } from "../../rules/organization/servers";
import { argument } from "../../rules/program/argumentTexts";
import type { StepState } from "../../rules/state";
import { renderProblem } from "../../text";
import { messageOf } from "../../wire/answers";
import type { Call } from "../call";
import { seeAgain } from "../look";
import { now } from "../memory/clock";
import type { Step } from "../step/step";
import { restartMinutes } from "../step/windowRefusal";
import { NotProven, type Proven, provenState, type Ran } from "./perform";
import { summaryText } from "./progress";
import { reportServices } from "./reportServices";
import {
  afterFailedRestart,
  afterRefusal,
  looksMs,
  type OutOfService,
  patientSessions,
  reasonNotTo,
  restartIfRequired,
} from "./restarted";

/**
 * Minutes for which a restarted computer that answers may still show a pending restart: it may configure updates and go
 * down once more. Unverified: no source was found.
 */
const quietMinutes = 5;

/**
 * The step's state, proven, after everything that follows Setup. The operation's files are removed at the very end:
 * until then they tell the next pulumi up that this Setup was its own and that a restart may still be due.
 * @throws Error as {@link provenState}; also if a restarted computer did not come back, or is not proven then
 */
export async function stateAfterSetup(
  step: Step,
  before: Case,
  ran: Ran,
  call: Call,
  out?: OutOfService,
): Promise<StepState> {
  const { log, notify } = call;
  const proven = await provenState(step, ran, call, ran.seen);
  const after = step.kind === "server" ? await afterRestart(step, ran, proven, call, out) : proven;
  await out?.leave();
  // Services that start with Windows take their time.
  const patienceMs = after === proven ? 0 : quietMinutes * 60_000;
  if (step.kind === "server" && (ran.started || ran.resumed))
    await reportServices(step, after, call, patienceMs);
  const { controllers, state } = after;
  const summary = summaryText(step, before, state, { ...ran, controllers });
  await log.info(summary);
  if (ran.started || ran.resumed) notify("done", summary);
  if (out === undefined) await ran.discard();
  return state;
}

/** Restarts the computer if the program allows it and a restart is due; otherwise reports a due restart. */
async function afterRestart(
  step: Step,
  ran: Ran,
  proven: Proven,
  call: Call,
  out: OutOfService | undefined,
): Promise<Proven> {
  const { log } = call;
  const required = await requiredRestart(step, ran, proven, call);
  const signs = restartPending(proven.now);
  const asked = restartRequired(step, required);
  const pending = [signs, asked].find((each) => each?.open === null) ?? signs ?? asked;
  if (pending === null) return proven;
  const why = reasonNotTo(step, ran, "Setup was not run now") ?? pending.open;
  if (why !== null) {
    await log.warn(pendingText(step, pending, why));
    return proven;
  }
  const restarted = await restart(step, ran, required, call, out);
  const again = await provenAfterRestart(step, ran, call);
  const left = restartPending(again.now);
  if (left !== null) await log.warn(pendingText(step, left, "it has been restarted once already"));
  else if (restarted) await log.info(`${step.computer}: restarted, and verified again`);
  else await log.info(`${step.computer}: another run of this program has restarted it; verified again`);
  return again;
}

/**
 * Whether the release requires a restart after the Setup that was run, whatever Windows shows, and Windows has not been
 * restarted since. Only for servers: no source speaks of the tools alone.
 */
async function requiredRestart(step: Step, ran: Ran, { now: c }: Proven, call: Call): Promise<Fact<boolean>> {
  const asks = restartAfterSetup(step.target.product);
  if (asks === null || !(ran.started || ran.resumed) || isToolsOnly(c)) return known(false, "");
  const source = `ShutdownTime of ${step.computer}`;
  if (ran.shutdownBefore === null)
    return unknown("when Windows was last shut down before Setup was not written down", source);
  try {
    const last = await lastShutdown(patientSessions(step, call), call.signal);
    if (last !== undefined) return known(last === ran.shutdownBefore, source);
    return unknown("the registry does not say when Windows was last shut down", source);
  } catch (error) {
    return unknown(messageOf(error), source);
  }
}

/**
 * The step's state once Windows has come to rest. Windows may go down once more while it configures updates. So a state
 * that cannot be proven yet is looked at again as long as a restart may take, and signs of a pending restart for some
 * minutes.
 */
async function provenAfterRestart(step: Step, ran: Ran, call: Call): Promise<Proven> {
  const until = now() + restartMinutes(step) * 60_000;
  const isOver = () => now() >= until || call.signal.aborted;
  let answersSince = now();
  for (let wait = looksMs.first; ; wait = Math.min(2 * wait, looksMs.most)) {
    let seen: string;
    try {
      const proven = await provenState(step, ran, call);
      const pending = restartPending(proven.now);
      if (pending === null || isOver() || now() - answersSince >= quietMinutes * 60_000) return proven;
      seen = `${pending.state} (${pending.signs})`;
    } catch (error) {
      if (error instanceof NotProven && error.refused !== null)
        throw refusedAfterRestart(step, error.refused);
      if (isOver()) throw error;
      seen = `it may go down once more (${messageOf(error).split("\n", 1)[0]})`;
      answersSince = now();
    }
    await call.log.progress(`${step.computer}: restarted, and looked at again: ${seen}`);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function refusedAfterRestart({ computer, target }: Step, why: string): Error {
  return new Error(
    renderProblem({
      summary: `server upgrade on ${computer}: ${target.name} is installed, and could not be verified after the restart`,
      found: why,
      needed: "a logon that is taken, to read directory and registry again",
      where: `on ${computer}`,
      ...afterRefusal,
      code: "XU-RESTART-FAILED",
    }),
  );
}

/** A restart that is due or may be due: its name, and the evidence. */
interface PendingRestart {
  readonly state: string;
  readonly signs: string;
  readonly needed: string;
  /** Why the restart is uncertain; null if it is due. */
  readonly open: string | null;
}

const beforeUse = "a restart, before the server is used as upgraded";

/** The restart that Windows waits for, or may wait for; null without a sign of one. */
function restartPending({ facts }: Case): PendingRestart | null {
  const { pendingRestart } = facts.computer;
  const needed = `${beforeUse} and before Setup runs there again (R7)`;
  if (!pendingRestart.known) {
    const open = "the signs of one could not be read";
    return { state: "a restart may be pending", signs: `not known: ${pendingRestart.why}`, needed, open };
  }
  const signs = pendingRestart.value.join(", ");
  return signs === "" ? null : { state: "Windows waits for a restart", signs, needed, open: null };
}

/** The restart that the release requires after each Setup; null if it requires none, or if it was made. */
function restartRequired({ target }: Step, required: Fact<boolean>): PendingRestart | null {
  if (required.known && !required.value) return null;
  const state = `${target.name} asks for a restart after its Setup`;
  return required.known
    ? { state, signs: "Windows has not been shut down since Setup began", needed: beforeUse, open: null }
    : {
        state,
        signs: `not known: ${required.why}`,
        needed: beforeUse,
        open: "it may have been restarted since",
      };
}

function pendingText(step: Step, { state, signs, needed }: PendingRestart, why: string): string {
  return renderProblem({
    summary: `server upgrade on ${step.computer}: ${state}. The server is not restarted: ${why}`,
    found: signs,
    needed,
    where: `on ${step.computer}`,
    fix: `restart it; with ${argument(step, "reboot", ': "ifRequired"')} a step does so itself, right after its Setup and inside its change window`,
    code: "XU-RESTART-DUE",
  });
}

/** Restarts the computer; false if the lock's earlier owner has done so meanwhile. */
async function restart(
  step: Step,
  ran: Ran,
  required: Fact<boolean>,
  call: Call,
  out: OutOfService | undefined,
): Promise<boolean> {
  const isRequired = async (lastTime: bigint): Promise<boolean> => {
    if (required.known && required.value && lastTime === ran.shutdownBefore) return true;
    const { pendingRestart } = (await seeAgain(call.run, step, { why: "proof" }, call.kept)).case.facts
      .computer;
    if (pendingRestart.known) return pendingRestart.value.length > 0;
    throw new Error(`whether a restart is still required could not be read: ${pendingRestart.why}`);
  };
  try {
    return await restartIfRequired(step, call, out, isRequired);
  } catch (error) {
    throw new Error(
      renderProblem({
        summary: `server upgrade on ${step.computer}: ${step.target.name} is installed, and the restart that it requires failed`,
        found: messageOf(error),
        needed: `${beforeUse} and before Setup runs there again (R7)`,
        where: `on ${step.computer}`,
        ...afterFailedRestart(error),
        code: "XU-RESTART-FAILED",
      }),
    );
  }
}
