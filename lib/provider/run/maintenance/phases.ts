/**
 * Takes a server out of service before Setup, and puts it back after Setup and the restart. Each phase looks first, so
 * that a run after a killed one finds what is done and goes on.
 */
import type { MaintenanceFacts } from "../../../facts";
import type { HeldComputer } from "../../../host";
import { transportComponent, wholeServer } from "../../../releases";
import { dueToEnter, isInGroup, waitedFor, whyNeverRead } from "../../../rules/maintenance/entering";
import {
  type FoundBefore,
  foundFirst,
  foundIn,
  recordOf,
  recordText,
} from "../../../rules/maintenance/found";
import {
  dueToLeave,
  type HealthLine,
  healthOf,
  leftBySetup,
  notRestored,
  setByOthers,
} from "../../../rules/maintenance/leaving";
import { redirectTarget } from "../../../rules/maintenance/redirect";
import { notEnteredText, notLeftText, recordUnreadText, type Server } from "../../../rules/maintenance/texts";
import type { Work } from "../../../rules/maintenance/work";
import { listed } from "../../../text";
import { messageOf } from "../../../wire/answers";
import { now } from "../../memory/clock";
import { patienceOf } from "../../step/maintenanceInputs";
import type { Step } from "../../step/step";
import { act, entering, leaving, lookAtServer, repairing, type Served, textOf } from "./shell";

/** Milliseconds between the first looks, and between the later ones. Each look takes its own time, too. */
const looksMs = { first: 250, most: 15_000 };

/** An error whose message already says how the server is left, so that no caller adds to it. */
export class SaysAll extends Error {}

/**
 * The state before the maintenance, from the record on the computer; null without a record.
 * @param isInstalled true if Setup, or Windows Installer, has ended well
 * @throws SaysAll for a record that this package has not written
 */
export async function keptOn(
  { computer: name }: Step,
  work: Work,
  computer: HeldComputer,
  isInstalled = false,
): Promise<FoundBefore | null> {
  const text = await computer.kept();
  if (text === null) return null;
  const found = recordOf(text);
  if (found === null) throw new SaysAll(recordUnreadText(name, work, computer.recordFolder, isInstalled));
  return found;
}

/**
 * Takes the server out of service, or finds it out of service. If that cannot be done, takes it back.
 * @param takeBack puts it back as it was found. @returns why it is not back; null if it is
 * @param begins receives the state that was found, right before anything is changed
 * @throws SaysAll that says what is waited for, and whether the server is back
 */
export async function enterMaintenance(
  served: Served,
  computer: HeldComputer,
  takeBack: (found: FoundBefore) => Promise<string | null>,
  begins: (found: FoundBefore) => void,
): Promise<FoundBefore> {
  const { step, work, maintenance, call } = served;
  const { log } = call;
  const earlier = await keptOn(step, work, computer);
  if (earlier !== null) begins(earlier);
  const first = await lookUntil(served, computer, (look) => {
    const group = isInGroup(look);
    const found = foundIn(look);
    return [...new Set([group, found].flatMap((each) => (each.known ? [] : [each.why])))];
  });
  const group = isInGroup(first.look);
  const present = foundIn(first.look);
  if (!group.known || !present.known) {
    const why = first.waits.map((each) => `it could not be read: ${each}`);
    // This call has changed nothing yet; an earlier run may have.
    const found = earlier ?? emptyRecord;
    throw new SaysAll(
      notEnteredText(
        serverOf(served, found),
        why,
        earlier === null ? null : "an earlier pulumi up has begun to take it out of service",
      ),
    );
  }
  const found = foundFirst(earlier, present.value);
  const inGroup = group.value;
  const waits = waitedFor(maintenance, first.look, inGroup);
  if (waits.length === 0 && earlier === null) {
    await log.info(
      `${step.computer}: found out of service; it is left as it was found, after ${work.program} too`,
    );
  }
  await computer.keep(recordText(found));
  begins(found);
  if (waits.length > 0) {
    await computer.note("maintenance is entered");
    const failed = await takeMeasures(served, computer, first.look, inGroup);
    const last =
      failed === null
        ? await lookUntil(served, computer, (look) => waitedFor(maintenance, look, inGroup), {
            what: "waiting until it is out of service",
            isOver: (look) => whyNeverRead(look) !== null,
          })
        : { waits: [failed] };
    if (last.waits.length > 0) {
      throw new SaysAll(notEnteredText(serverOf(served, found), last.waits, await takeBack(found)));
    }
  }
  await computer.note("maintenance is entered and verified");
  const others = setByOthers(first.look);
  if (others.length > 0)
    await log.warn(`${step.computer}: states that others have set are left: ${listed(others)}`);
  await log.info(`${step.computer}: out of service: ${outText(inGroup)}`);
  return found;
}

/** One line on what was seen. */
function outText(inGroup: boolean): string {
  return inGroup
    ? "components inactive, queues empty, no active copy, node paused, activation blocked"
    : "components inactive, queues empty";
}

/** Stands for a state that was never read. */
const emptyRecord: FoundBefore = {
  maintenance: {},
  functional: {},
  effective: {},
  activationPolicy: null,
  activationDisabledAndMoveNow: null,
  node: null,
  running: [],
  healthy: [],
  suspended: [],
};

export function serverOf({ step, work, maintenance }: Served, found: FoundBefore): Server {
  return { computer: step.computer, work, maintenance, found };
}

/** Takes the measures that are due. @returns why one has failed; null if the shell reports all as done */
async function takeMeasures(
  served: Served,
  computer: HeldComputer,
  look: MaintenanceFacts,
  inGroup: boolean,
): Promise<string | null> {
  const { step, maintenance, settings, call } = served;
  const target = redirectTarget(look, settings.redirectTo);
  const due = dueToEnter(maintenance, look, { inGroup, redirects: target !== null });
  for (const measure of due) {
    await call.log.progress(`${step.computer}: taking it out of service: ${measure}`);
    const failed = await act(served, computer, entering(measure, served, target ?? ""));
    if (failed !== null) return failed;
  }
  return null;
}

/**
 * Looks until nothing is lacking any more, or the time is over.
 * @param waits what a look still lacks
 * @param what the words for progress
 * @param isOver whether waiting cannot help any more
 */
async function lookUntil(
  served: Served,
  computer: HeldComputer,
  waits: (look: MaintenanceFacts) => readonly string[],
  {
    what = "waiting until it can be read",
    isOver = () => false,
  }: { readonly what?: string; readonly isOver?: (look: MaintenanceFacts) => boolean } = {},
): Promise<{ readonly look: MaintenanceFacts; readonly waits: readonly string[] }> {
  const { step, settings, call } = served;
  const until = now() + patienceOf(settings) * 60_000;
  for (let wait = looksMs.first; ; wait = Math.min(2 * wait, looksMs.most)) {
    const look = await lookAtServer(served, computer);
    const left = waits(look);
    if (left.length === 0 || now() >= until || isOver(look)) return { look, waits: left };
    await call.log.progress(`${step.computer}: ${what}: ${listed(left)}`);
    await computer.pause(wait);
  }
}

/** Puts the server back after it could not be taken out of service. @returns why it is not back; null if it is */
export async function undo(
  served: Served,
  computer: HeldComputer,
  found: FoundBefore,
): Promise<string | null> {
  try {
    const left = await putBack(served, computer, found);
    if (left.waits.length > 0) return listed(left.waits);
    await computer.forget();
    await computer.note("maintenance is taken back");
    return null;
  } catch (error) {
    if (served.call.signal.aborted) throw error;
    return messageOf(error);
  }
}

/** Restores the state that was found, and looks until it is there. */
async function putBack(
  served: Served,
  computer: HeldComputer,
  found: FoundBefore,
): Promise<{ readonly look: MaintenanceFacts; readonly waits: readonly string[] }> {
  const { step, maintenance, settings, call } = served;
  const inGroup = found.node !== null;
  let fresh = true;
  const until = now() + patienceOf(settings) * 60_000;
  for (let wait = looksMs.first; ; wait = Math.min(2 * wait, looksMs.most)) {
    const look = await lookAtServer(served, computer);
    const waits = notRestored(maintenance, look, found, inGroup);
    const isOver = now() >= until;
    if (waits.length === 0) return { look, waits };
    const failed: string[] = [];
    // A state that could not be read is left alone: somebody else may have set it.
    const readable = look.components.known && look.mailboxServer.known && look.clusterNode.known;
    let tried = false;
    if (readable && !isOver) {
      const acts = [
        ...leftBySetup(look, found).map(repairing),
        ...dueToLeave(maintenance, look, found, inGroup).flatMap((measure) => leaving(measure, found, look)),
      ];
      tried = acts.length > 0 && fresh;
      fresh = false;
      for (const each of acts) {
        await call.log.progress(`${step.computer}: putting it back into service: ${textOf(each)}`);
        const why = await act(served, computer, each);
        if (why !== null) failed.push(why);
      }
    }
    if (isOver) return { look, waits: [...waits, ...failed] };
    // After a change the next look follows at once.
    if (tried && failed.length === 0) continue;
    await call.log.progress(
      `${step.computer}: waiting until it is back in service: ${listed([...waits, ...failed])}`,
    );
    await computer.pause(wait);
  }
}

/**
 * Puts the server back as it was found, if it was taken out of service, and tells how it is.
 * @param entered the state that this call found before it entered, for a record that is lost or spoilt
 * @returns its health; null if the computer has no record, so that nothing was to be done
 * @throws SaysAll that says what is not back
 */
export async function leaveMaintenance(
  served: Served,
  computer: HeldComputer,
  entered: FoundBefore | null,
): Promise<Left | null> {
  const { step, call } = served;
  await computer.hold();
  const found = await keptOrEntered(served, computer, entered, true);
  if (found === null) return null;
  await computer.note("maintenance is left");
  const { look, waits } = await putBack(served, computer, found);
  if (waits.length > 0) throw new SaysAll(notLeftText(serverOf(served, found), waits));
  await computer.forget();
  await computer.note("maintenance is left and verified");
  const out = [wholeServer, transportComponent].filter(
    (name) => found.maintenance[name] !== undefined && found.maintenance[name] !== "Active",
  );
  if (out.length > 0)
    await call.log.warn(
      `${step.computer}: left out of service, as it was found: ${listed(out)} not Active for the requester Maintenance`,
    );
  const others = setByOthers(look);
  if (others.length > 0)
    await call.log.warn(`${step.computer}: states that others have set are left: ${listed(others)}`);
  // A transport service that was just started does not show its queues at once.
  const { look: last } = await lookUntil(served, computer, (seen) =>
    healthOf(seen, found).flatMap(({ text, state, isFinal }) =>
      state === "unknown" && isFinal !== true ? [text] : [],
    ),
  );
  return { health: healthOf(last, found), isOut: out.length > 0 };
}

/** How a server was left. */
export interface Left {
  readonly health: readonly HealthLine[];
  /** True if the server was found out of service, and is so again. */
  readonly isOut: boolean;
}

/**
 * The record on the computer, or what this call has found itself if the record is lost or spoilt.
 * @throws SaysAll as {@link keptOn}, if this call has found nothing
 */
export async function keptOrEntered(
  { step, work }: Served,
  computer: HeldComputer,
  entered: FoundBefore | null,
  isInstalled = false,
): Promise<FoundBefore | null> {
  try {
    return (await keptOn(step, work, computer, isInstalled)) ?? entered;
  } catch (error) {
    if (entered === null || !(error instanceof SaysAll)) throw error;
    return entered;
  }
}
