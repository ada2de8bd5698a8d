/** R11: after a preparation, the domain controllers that hold its level have received it. Pure. */
import { type Fact, known, type UnreadController } from "../../facts";
import { describeLevel, judgeLevel, levelsOf } from "../../releases";
import { counted, listed } from "../../text";
import { type Case, unreadControllersOf } from "../case";
import { ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import { domainsConcerned } from "../state";

/** A level that a domain controller must receive. */
export interface AwaitedLevel {
  /** FQDN in lower case. */
  readonly controller: string;
  readonly attribute: "schema" | "organization" | "domain";
  /** DNS name of the domain whose level it is; for attribute `domain` only. */
  readonly domain?: string;
  /** Why the domain controller cannot be read; absent if it can. */
  readonly unread?: string;
}

/** What a domain controller was found to have. */
export interface HeldReading extends AwaitedLevel {
  readonly level: Fact<number | null>;
}

/** The domain controllers to wait for: all that hold the changed data, or only the named ones of these. */
export type AwaitedControllers = "all" | readonly string[];

/**
 * The levels that a preparation must bring to domain controllers. Every domain controller of the forest holds schema
 * and configuration, and each holds its own domain. Read-only ones are not among the facts: they copy from the others.
 */
export function awaitedLevels(c: Case, among: AwaitedControllers): Fact<readonly AwaitedLevel[]> {
  const { domainControllers } = c.facts.forest;
  if (!domainControllers.known) return domainControllers;
  const domains = c.step === "schema" ? known([], "") : domainsConcerned(c);
  if (!domains.known) return domains;
  const ofForest = c.step === "schema" || c.step === "organization" ? c.step : null;
  const awaited = domainControllers.value
    .filter(({ name }) => among === "all" || among.includes(name))
    .flatMap(({ name: controller, domain }): AwaitedLevel[] => [
      ...(ofForest === null ? [] : [{ controller, attribute: ofForest }]),
      ...(domains.value.includes(domain) ? [{ controller, attribute: "domain" as const, domain }] : []),
    ]);
  // A domain controller without readable name holds what the others hold; one without readable domain may hold any.
  const open = unreadControllersOf(c)
    .filter((each) => among === "all" || among.some((name) => isNamed(each, name)))
    .flatMap((each): AwaitedLevel[] => {
      const about = { controller: each.name ?? `${each.host} in site ${each.site}`, unread: each.why };
      const held = domains.value.filter((domain) => (each.domain ?? domain) === domain);
      return [
        ...(ofForest === null ? [] : [{ ...about, attribute: ofForest }]),
        ...held.map((domain) => ({ ...about, attribute: "domain" as const, domain })),
      ];
    });
  return known([...awaited, ...open], domainControllers.source);
}

/** Whether a name in the program may belong to a domain controller whose own name could not be read. */
function isNamed({ name, host }: UnreadController, given: string): boolean {
  return name === null ? host.toLowerCase() === given.split(".")[0] : name === given;
}

/** The program's names that belong to no writable domain controller of the forest. */
export function unknownControllers(c: Case, among: AwaitedControllers): readonly string[] {
  const { domainControllers } = c.facts.forest;
  if (among === "all" || !domainControllers.known) return [];
  const unread = unreadControllersOf(c);
  return among.filter(
    (name) =>
      !domainControllers.value.some((each) => each.name === name) &&
      !unread.some((each) => isNamed(each, name)),
  );
}

/** True when the domain controller has the level, or a later one. */
export function hasLevel(c: Case, { attribute, level }: HeldReading): boolean {
  if (!level.known) return false;
  const verdict = judgeLevel(attribute, level.value, c.target);
  return verdict === "at" || verdict === "above";
}

/** Domain controllers that lack a level or could not be read, each with its levels or the reason, once. */
export function lagTexts(readings: readonly HeldReading[]): readonly string[] {
  return [...new Set(readings.map(lagText))];
}

function lagText({ controller, attribute, domain, level }: HeldReading): string {
  // A directory's error has its own fix behind the last semicolon; the finding's fix is for all of them.
  if (!level.known) return `${controller} (not read: ${level.why.replace(/; (?:(?!; ).)*$/, "")})`;
  const what = attribute === "domain" ? `domain ${domain}` : attribute;
  const value = level.value === null ? "none" : `${level.value}, ${describeLevel(attribute, level.value)}`;
  return `${controller} (${what} ${value})`;
}

function wayToReach(c: Case): string {
  return (
    "let each of them be reached from where Pulumi runs (name in DNS, port, certificate, or its URL in " +
    "`directory.domainControllers`); remove from the directory what is left of one that is gone for good; or name those to " +
    `wait for in ${argument(c, "replication.domainControllers")}, or accept it with ${acceptance(c)}`
  );
}

/** How a program accepts that the arrival of a level could not be verified. */
function acceptance(c: Pick<Case, "place">): string {
  return argument(c, "waive", ": { R11: reason }");
}

/** What to do if a level is written and has not arrived. */
export const wayToReplicate =
  "let them replicate (`repadmin /showrepl` on each shows what stops it, `repadmin /syncall` starts it), then run pulumi up " +
  "again, also with the same approved plan: it waits again, and does not run Setup again";

/**
 * Judges what was read. A domain controller without the level breaks the rule. If all readable ones have it, an
 * unreadable one makes it not verified.
 * @param minutes how long the check waited
 */
export function replicated(c: Case, readings: readonly HeldReading[], minutes: number): Verdict {
  const missing = readings.filter((r) => !hasLevel(c, r));
  if (missing.length === 0) return ok;
  const behind = missing.filter(({ level }) => level.known);
  const unread = missing.filter(({ level }) => !level.known);
  const needed = `${levelsText(c, readings)} on ${controllersText(readings)}`;
  const where = "in the directory, on each of these domain controllers";
  const texts = lagTexts([...behind, ...unread]).join("; ");
  if (behind.length === 0)
    return {
      verdict: "unknown",
      why: `it could not be seen to arrive on ${texts}`,
      needed,
      where,
      fix: wayToReach(c),
    };
  return {
    verdict: "fails",
    problem: `after ${minutes} min, ${count(behind)} of ${controllersText(readings)} ${count(behind) === 1 ? "has" : "have"} an earlier level`,
    found: texts,
    needed,
    where,
    fix: unread.length === 0 ? wayToReplicate : `${wayToReplicate}; ${wayToReach(c)}`,
  };
}

/**
 * Judges before Setup whether the arrival of the level can be read afterwards. If not, a step that cannot be undone
 * must not begin.
 */
export function reachable(c: Case, readings: readonly HeldReading[]): Verdict {
  const unread = readings.filter(({ level }) => !level.known);
  if (unread.length === 0) return ok;
  return {
    verdict: "unknown",
    why: `it could not be seen to arrive on ${lagTexts(unread).join("; ")}`,
    needed: `${levelsText(c, readings)} on ${controllersText(readings)}, after Setup; each is looked at before it, too`,
    where: "in the directory, on each of these domain controllers",
    fix: wayToReach(c),
  };
}

/** Refuses names in `replication.domainControllers` that are none of the forest's writable domain controllers. */
export function namedControllers(c: Case, among: AwaitedControllers): Verdict {
  const strangers = unknownControllers(c, among);
  const { domainControllers } = c.facts.forest;
  if (strangers.length === 0 || !domainControllers.known) return ok;
  const named = argument(c, "replication.domainControllers");
  return {
    verdict: "fails",
    problem: `${listed(strangers)} ${strangers.length === 1 ? "is no" : "are no"} writable domain controller of the forest`,
    found: `${strangers.join(", ")} in ${named}`,
    needed: `names out of ${domainControllers.value.map(({ name }) => name).join(", ")}`,
    where: `in the program: ${named}`,
    fix: "correct the names; a read-only domain controller is never waited for",
  };
}

/** The verdict if the list of domain controllers cannot be read. */
export function unreadControllers(c: Pick<Case, "place">, why: string): Verdict {
  return {
    verdict: "unknown",
    why: `the domain controllers to wait for cannot be found: ${why}`,
    needed: "the sites of the forest, with the names of its domain controllers",
    where: "in the configuration partition of the forest",
    fix: `let \`directory\` read them with an account that sees them, or accept it with ${acceptance(c)}`,
  };
}

function count(readings: readonly HeldReading[]): number {
  return new Set(readings.map(({ controller }) => controller)).size;
}

function controllersText(readings: readonly HeldReading[]): string {
  return counted(count(readings), "domain controller");
}

/** `schema 11116`, `organization 11221 and domain contoso.com 11221`. */
function levelsText(c: Case, readings: readonly HeldReading[]): string {
  const names = readings.map(({ attribute, domain }) => {
    const values = levelsOf(c.target, attribute).join(" or ");
    return `${attribute === "domain" ? `domain ${domain}` : attribute} ${values}`;
  });
  return listed([...new Set(names)]);
}
