/** Rules on transitions: no way back (D9), and only upgrades that the release graph contains (R2). */
import { type Fact, known } from "../../facts";
import { describeUnreachableFrom, formatBuild, listReleases, startsFrom, transition } from "../../releases";
import type { Case } from "../case";
import { type NotVerified, ok, type Verdict } from "../finding";
import {
  isDomainReading,
  organizationReading,
  otherProduct,
  ownDomain,
  type Reading,
  readingFacts,
  schemaReading,
  stepState,
  unplacedRole,
} from "../state";
import { isToolsOnly } from "./servers";

/** How to make the present release readable, as a fix. */
const readable = "let `directory` and the connection read the present levels, with accounts that see them";

/**
 * D9: nothing that the step changes or needs is already beyond the target. If a finished step finds a world that has
 * moved on, that is drift, which is reported and not refused.
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
  if (unread === undefined) return ok;
  return unplacedBuild(c) ?? { verdict: "unknown", why: unread, needed, where, fix: readable };
}

function everyReading(c: Case): readonly Fact<Reading>[] {
  // A reading that failed does not hide the others.
  const object = otherProduct(c);
  const mine = [...readingFacts(c), ...(object === undefined ? [] : [known(object, object.source)])];
  // Edge Transport belongs to no forest, and the management tools need nothing in it.
  if (c.planned?.edge === true || (c.step === "server" && isToolsOnly(c))) return mine;
  if (c.step === "schema") return mine;
  if (c.step === "organization") return [schemaReading(c), ...mine];
  const domain = c.step === "server" ? ownDomain(c) : [];
  return [schemaReading(c), organizationReading(c), ...domain, ...mine];
}

/** The verdict on a build that may be an update of the target or a later release; null if there is none. */
function unplacedBuild(c: Case): NotVerified | null {
  const unplaced = unplacedRole(c);
  if (unplaced === null) return null;
  const { role, build, why, source } = unplaced;
  const { name, build: own } = c.target;
  const text = formatBuild(build);
  // An update changes the last number alone.
  const isUpdate = build.build === own.build;
  const update = `give \`releases\` what defineUpdate makes of it if it is an update of ${name}`;
  const later = `set \`target\` to ${isUpdate ? "the release that it is if it is a later one" : "that release"}, defined with defineRelease where this version does not know it`;
  return {
    verdict: "unknown",
    why,
    found: `${role} ${text}, read from ${source}`,
    needed: `a build that is known to be ${name}, or one from which ${name} is reached in place`,
    where: "in the program: `releases` or `target`",
    fix: `look ${text} up in Microsoft's list of Exchange builds: ${isUpdate ? `${update}; ` : ""}${later}`,
  };
}

/**
 * R2: an upgrade in place leads from the present release to the target. A domain can be prepared from any level. If it
 * never contained more than Exchange 2003, it is not upgraded, and the organization, which is prepared first, decides.
 */
export function reachable(c: Case): Verdict {
  const state = stepState(c);
  const from = listReleases(startsFrom(c.target, c.catalogue));
  const needed = `${from}, from which ${c.target.name} is reached in place`;
  const where = "in the program: `target`";
  // If only the directory shows a server of another product, the directory decides, whether the registry can be read or
  // not.
  const object = otherProduct(c);
  if (!state.known && object === undefined)
    return unplacedBuild(c) ?? { verdict: "unknown", why: state.why, needed, where, fix: readable };
  const readings = state.known ? state.value.readings.filter((r) => !isDomainReading(r)) : [];
  const judged = object === undefined ? readings : [...readings, object];
  const stuck = judged.filter((r) => r.verdict === "below" && !leadsTo(r, c));
  if (stuck.length === 0)
    return state.known ? ok : { verdict: "unknown", why: state.why, needed, where, fix: readable };
  return {
    verdict: "fails",
    problem: `${c.target.name} is not reached in place from what is there`,
    found: stuck.map((r) => `${r.text}, read from ${r.source}`).join("; "),
    needed,
    where,
    fix: `${[...new Set(stuck.map((r) => wayFrom(r, c, from)))].join("; ")}${oneUpgradeAtATime(c)}`,
  };
}

/** A program of single steps may write two upgrades of one server: a preview sees the server before the first. */
function oneUpgradeAtATime({ after, computer, apply, place }: Case): string {
  if (apply || place !== null || !after.includes(computer)) return "";
  return "; where a step in `after` does that, run it first, and let the program have this step once it is done";
}

/**
 * Why it is not reachable, and which way leads on. For a level that no release has, only what the target needs is
 * known.
 */
function wayFrom({ releases }: Reading, { target, catalogue }: Case, from: string): string {
  const text = describeUnreachableFrom(releases, target.name, catalogue).replace(/\.$/, "");
  return text === "" ? `bring it to ${from} first, or choose a target that its release reaches` : text;
}

function leadsTo(reading: Reading, { target, catalogue }: Case): boolean {
  return reading.releases.some(
    (r) => r.name === target.name || transition(r.name, target.name, catalogue) !== undefined,
  );
}
