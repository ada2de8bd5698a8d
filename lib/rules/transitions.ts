/** Rules on transitions: never back (D9), and only along the release graph (R2). */
import { type Fact, known } from "../facts";
import { predecessors, transition } from "../releases";
import type { Case } from "./case";
import { ok, type Verdict } from "./finding";
import { isToolsOnly } from "./servers";
import {
  isDomainReading,
  organizationReading,
  ownDomain,
  type Reading,
  schemaReading,
  stepState,
} from "./state";

/** Asks for what shows the present release. */
const readable = "let `directory` and the connection read the present levels, with accounts that see them";

/**
 * D9: nothing that the step touches or rests on is already beyond the target. A finished step in a world that has
 * moved on is drift, which is reported, not refused.
 */
export function noRollback(c: Case): Verdict {
  if (c.recorded) return ok;
  const needed = `levels of ${c.target.name} or of a release before it`;
  const where = "in the program: `target`";
  const beyond: Reading[] = [];
  let unread: string | undefined;
  for (const reading of everyReading(c)) {
    if (!reading.known) unread ??= reading.why;
    else if (reading.value.verdict === "above") beyond.push(reading.value);
  }
  if (beyond.length > 0) {
    return {
      verdict: "fails",
      problem: `${c.target.name} is below what is already there, and nothing can be taken back`,
      found: beyond.map((r) => `${r.text}, read from ${r.source}`).join("; "),
      needed,
      where,
      fix: "set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
    };
  }
  return unread === undefined ? ok : { verdict: "unknown", why: unread, needed, where, fix: readable };
}

function everyReading(c: Case): readonly Fact<Reading>[] {
  const own = stepState(c);
  const mine: readonly Fact<Reading>[] = own.known
    ? own.value.readings.map((r) => known(r, r.source))
    : [own];
  // Edge Transport is in no forest, and the tools alone rest on nothing in it.
  if (c.planned?.edge === true || (c.step === "server" && isToolsOnly(c))) return mine;
  if (c.step === "schema") return mine;
  if (c.step === "organization") return [schemaReading(c), ...mine];
  const domain = c.step === "server" ? ownDomain(c) : [];
  return [schemaReading(c), organizationReading(c), ...domain, ...mine];
}

/**
 * R2: from what is there, the target is reached in place. A domain is prepared from whatever it has: one that never had
 * more than Exchange 2003 is not upgraded, and the organization, which has to be prepared first, tells the rest.
 */
export function reachable(c: Case): Verdict {
  const state = stepState(c);
  const from = predecessors(c.target.name).map((t) => t.from);
  const needed = `${from.join(" or ")}, from which ${c.target.name} is reached in place`;
  const where = "in the program: `target`";
  if (!state.known) return { verdict: "unknown", why: state.why, needed, where, fix: readable };
  const judged = state.value.readings.filter((r) => !isDomainReading(r));
  const stuck = judged.filter((r) => r.verdict === "below" && !leadsTo(r, c.target.name));
  if (stuck.length === 0) return ok;
  return {
    verdict: "fails",
    problem: `${c.target.name} is not reached in place from what is there`,
    found: stuck.map((r) => `${r.text}, read from ${r.source}`).join("; "),
    needed,
    where,
    fix: `bring it to ${from.join(" or ")} first, or choose a target that its release reaches`,
  };
}

function leadsTo(reading: Reading, target: string): boolean {
  return reading.releases.some((r) => r.name === target || transition(r.name, target) !== undefined);
}
