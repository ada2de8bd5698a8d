/** The progress of a step, computed from the facts: it decides whether Setup has anything to do. */
import { type Build, type Fact, type InstalledRole, known, type Role, unknown } from "../facts";
import type { StepKind } from "../model";
import {
  bandPosition,
  compareBuilds,
  formatBuild,
  inBand,
  inSameLine,
  judgeLevel,
  judgePreparation,
  type LevelAttribute,
  type LevelVerdict,
  listReleases,
  parseBuild,
  type Release,
  releaseOfBuild,
  releasesWithLevel,
} from "../releases";
import { type Case, memberDomain } from "./case";
import { objectOf } from "./organization/serverObjects";

/** A level or version that a step changes, compared with the step's target. */
export interface Reading {
  /** What was read: `schema`, `organization`, `domain emea.contoso.com`, or the role. */
  readonly key: string;
  /** The bare value: a level, a build (with any unfinished part), or `none`. */
  readonly value: string;
  /** The reading in words, with its value and the releases that have it: `schema 10637 (2007 RTM)`. */
  readonly text: string;
  readonly verdict: LevelVerdict;
  /** Where it was read. */
  readonly source: string;
  /** Releases that have this value; empty if no known one has. */
  readonly releases: readonly Release[];
}

/** Key of the reading of the version of ExSetup.exe, which a security update changes and a release does not. */
export const exsetupKey = "ExSetup.exe";

/**
 * `done`: every reading is at the target. `above`: at least one is beyond it. `absent`: there is nothing to upgrade.
 * `pending`: Setup has work to do.
 */
export type Progress = "done" | "above" | "absent" | "pending";

/** A step's readings and the progress that they show; unknown if one of them could not be read. */
export interface StepState {
  readonly progress: Progress;
  readonly readings: readonly Reading[];
}

/** Computes a step's state from its facts. */
export function stepState(c: Case): Fact<StepState> {
  const state = states.get(c) ?? readState(c);
  states.set(c, state);
  return state;
}

/** A case never changes, and most rules need its state. */
const states = new WeakMap<Case, Fact<StepState>>();

function readState(c: Case): Fact<StepState> {
  const readings = readingsOf(c);
  if (!readings.known) return readings;
  return known({ progress: progressOf(c.step, readings.value), readings: readings.value }, readings.source);
}

function progressOf(step: StepKind, readings: readonly { readonly verdict: LevelVerdict }[]): Progress {
  const verdicts = readings.map((r) => r.verdict);
  if (verdicts.includes("above")) return "above";
  // A domain without a level was never prepared, which is a domain step's very purpose.
  if (verdicts.length === 0 || (step !== "domain" && verdicts[0] === "none")) return "absent";
  return verdicts.every((v) => v === "at") ? "done" : "pending";
}

/** Each reading of a step on its own, as far as it is known which readings there are. */
export function readingFacts(c: Case): readonly Fact<Reading>[] {
  if (c.step === "schema") return [schemaReading(c)];
  if (c.step === "organization") return [organizationReading(c), ...ownDomain(c)];
  const names = c.step === "domain" ? domainsOf(c) : null;
  if (names?.known) return names.value.map((name) => domainReading(c, name));
  const readings = readingsOf(c);
  return readings.known ? readings.value.map((r) => known(r, r.source)) : [readings];
}

/**
 * The server's object in the directory, if it shows a release of another product. The target's Setup does not know that
 * product's registry key. Undefined if there is none, or if the registry shows roles.
 */
export function otherProduct(c: Case): Reading | undefined {
  const { roles } = c.facts.computer;
  if (c.step !== "server" || (roles.known && roles.value.length > 0)) return undefined;
  const object = directoryReading(c);
  return object?.releases.every(({ build }) => !inSameLine(build, c.target.build)) === true &&
    object.releases.length > 0
    ? object
    : undefined;
}

function readingsOf(c: Case): Fact<readonly Reading[]> {
  switch (c.step) {
    case "schema":
      return all([schemaReading(c)]);
    case "organization":
      return all([organizationReading(c), ...ownDomain(c)]);
    case "domain":
      return domainReadings(c);
    case "server":
      return serverReadings(c);
  }
}

/** The schema's level against the case's target. */
export function schemaReading(c: Case): Fact<Reading> {
  return levelReading(c, "schema", "schema", c.facts.forest.schema);
}

/** The organization's level against the case's target. */
export function organizationReading(c: Case): Fact<Reading> {
  const { organization } = c.facts.forest;
  const level = organization.known
    ? known(organization.value?.level ?? null, organization.source)
    : organization;
  return levelReading(c, "organization", "organization", level);
}

/** One domain's level against the case's target. */
export function domainReading(c: Case, domain: string): Fact<Reading> {
  const level = c.facts.domainLevels[domain];
  const fact = level ?? unknown(`the level of ${domain} was not read`, domain);
  return levelReading(c, "domain", `domain ${domain}`, fact);
}

/** Whether a reading is one of {@link domainReading}. */
export function isDomainReading({ key }: Reading): boolean {
  return key.startsWith("domain ");
}

/**
 * The level of the computer's own domain, which /PrepareAD also prepares; empty for a computer outside the forest's
 * domains.
 */
export function ownDomain(c: Case): readonly Fact<Reading>[] {
  const own = memberDomain(c, c.facts.forest);
  if (!own.known) return [own];
  return own.value === null ? [] : [domainReading(c, own.value)];
}

function domainReadings(c: Case): Fact<readonly Reading[]> {
  const names = domainsOf(c);
  return names.known ? all(names.value.map((name) => domainReading(c, name))) : names;
}

/** The domains of a step: those that a domain step prepares, else the computer's own. */
export function domainsConcerned(c: Case): Fact<readonly string[]> {
  if (c.step === "domain") return domainsOf(c);
  const own = memberDomain(c, c.facts.forest);
  return own.known ? known(own.value === null ? [] : [own.value], own.source) : own;
}

/** The domains that a domain step prepares, with `*` expanded. */
export function domainsOf(c: Case): Fact<readonly string[]> {
  const { domains } = c.facts.forest;
  if (!c.domains.includes("*")) return known(c.domains, "the program");
  return domains.known
    ? known(
        domains.value.map((d) => d.name),
        domains.source,
      )
    : domains;
}

function levelReading(
  c: Case,
  attribute: "schema" | "organization" | "domain",
  what: string,
  level: Fact<number | null>,
): Fact<Reading> {
  if (!level.known) return level;
  const releases =
    level.value === null ? [] : releasesWithLevel(attribute, level.value, c.catalogue.releases);
  const value = level.value === null ? "none" : String(level.value);
  const verdict = levelVerdict(attribute, level.value, c.target);
  const newer = verdict === "at" && judgeLevel(attribute, level.value, c.target) === "above";
  const text = `${what} ${value}${level.value === null ? "" : named(releases)}${newer ? ", prepared by newer media" : ""}`;
  return known({ key: what, value, text, verdict, source: level.source, releases }, level.source);
}

/**
 * Compares a level with a target. From 2013 on, a level above the target's is as good as its own: newer media have
 * prepared for later servers, and Setup goes on. Only a server's builds show a rollback.
 */
function levelVerdict(attribute: LevelAttribute, value: number | null, target: Release): LevelVerdict {
  const verdict = judgeLevel(attribute, value, target);
  const isNewer = judgePreparation(attribute, value, target) === "nothing to do, prepared by newer media";
  return isNewer ? "at" : verdict;
}

function serverReadings(c: Case): Fact<readonly Reading[]> {
  const { roles } = c.facts.computer;
  const unplaced = unplacedRole(c);
  if (unplaced !== null) return unknown(unplaced.why, unplaced.source);
  if (roles.known)
    return known(eachOnce(roles.value.map((role) => roleReading(c, role, roles.source))), roles.source);
  const recorded = c.recorded ? directoryReading(c) : undefined;
  return recorded?.verdict === "at" ? known([recorded], recorded.source) : roles;
}

/** A role whose build counts neither as at the target nor as above it: it is above the newest update that is known. */
export interface UnplacedRole {
  readonly role: Role;
  readonly build: Build;
  readonly why: string;
  /** Where it was read. */
  readonly source: string;
}

/** The first such role in the registry of a server; null if there is none. */
export function unplacedRole(c: Case): UnplacedRole | null {
  const { roles } = c.facts.computer;
  if (c.step !== "server" || !roles.known) return null;
  for (const { role, configured, unpacked } of roles.value)
    for (const build of [configured, unpacked])
      if (build !== null && bandPosition(build, c.target) === "unknown") {
        const { newestUpdate } = c.target;
        const newest = newestUpdate === null ? "" : ` (${formatBuild(newestUpdate)})`;
        const why = `${role} has build ${formatBuild(build)}, above the newest update of ${c.target.name} that is known${newest}: it may be a newer update or a later release`;
        return { role, build, why, source: roles.source };
      }
  return null;
}

/**
 * The version in the server's directory object. It only suffices for a server that the state has at the target, too.
 */
export function directoryReading(c: Case): Reading | undefined {
  const { servers } = c.facts.forest;
  if (!servers.known) return undefined;
  const server = objectOf(servers.value, c.computer);
  if (server?.build === undefined || server.build === null) return undefined;
  const release = releaseOfBuild(server.build, c.catalogue.releases);
  return {
    key: "server object",
    value: formatBuild(server.build),
    text: `server object ${formatBuild(server.build)}${named(release === undefined ? [] : [release])}`,
    verdict: buildVerdict(server.build, c.target),
    source: servers.source,
    releases: release === undefined ? [] : [release],
  };
}

/** A role of 2013 and later has several registry keys. Equal values give one reading, different ones a reading each. */
function eachOnce(readings: readonly Reading[]): readonly Reading[] {
  const kept: Reading[] = [];
  for (const reading of readings) {
    const same = kept.filter(({ text }) => text === reading.text);
    if (same.length > 0) continue;
    const others = kept.filter(({ key }) => key.startsWith(reading.key)).length;
    kept.push(others === 0 ? reading : { ...reading, key: `${reading.key} (${others + 1})` });
  }
  return kept;
}

function roleReading(c: Case, role: InstalledRole, source: string): Reading {
  const build = role.configured ?? role.unpacked;
  const builds = [role.configured, role.unpacked].filter((each) => each !== null);
  const release = build === null ? undefined : releaseOfBuild(build, c.catalogue.releases);
  const releases = release === undefined ? [] : [release];
  const unfinished = unfinishedPart(role, c.catalogue.releases);
  const version = build === null ? "no version" : formatBuild(build);
  const value = unfinished === null ? version : `${version}, ${unfinished}`;
  const text = `${role.role} ${version}${build === null ? "" : named(releases)}${unfinished === null ? "" : `, ${unfinished}`}`;
  return {
    key: role.role,
    value,
    text,
    verdict: roleVerdict(builds, unfinished, c.target),
    source,
    releases,
  };
}

/** A role is at the target if its files and its configuration are, and above it if one of them is. */
function roleVerdict(builds: readonly Build[], unfinished: string | null, target: Release): LevelVerdict {
  const verdicts = builds.map((build) => buildVerdict(build, target));
  if (verdicts.includes("above")) return "above";
  return unfinished === null && verdicts.length > 0 && verdicts.every((verdict) => verdict === "at")
    ? "at"
    : "below";
}

/**
 * The part that shows an unfinished Setup of a role: a watermark, an action, a missing configured version, or files of
 * another release than the configured one. The management tools have no configuration and may lack its version
 * (Microsoft Exchange Team, 2007-05-21). If they do, their files count.
 */
export function unfinishedPart(role: InstalledRole, releases: readonly Release[]): string | null {
  const { configured, unpacked, watermark, action } = role;
  const marks = [
    ...(watermark === null ? [] : [`watermark ${watermark}`]),
    ...(action === null ? [] : [`action ${action}`]),
  ];
  if (marks.length > 0) return `${marks.join(" and ")} left by an unfinished Setup`;
  if (configured === null) return role.role === "Management Tools" ? null : "unpacked but not configured";
  if (unpacked === null || isSameRelease(configured, unpacked, releases)) return null;
  return compareBuilds(unpacked, configured) > 0
    ? `${formatBuild(unpacked)} unpacked but not configured`
    : `configured over files of ${formatBuild(unpacked)}`;
}

/** An update rollup may change one of two builds within their release's band. */
function isSameRelease(one: Build, other: Build, releases: readonly Release[]): boolean {
  if (compareBuilds(one, other) === 0) return true;
  const release = releaseOfBuild(one, releases);
  return release !== undefined && releaseOfBuild(other, releases)?.name === release.name;
}

/**
 * Compares a build with a target, whose band contains many builds. A build that may be an update or a later release is
 * at least the target, but does not prove it.
 */
export function buildVerdict(build: Build, target: Release): LevelVerdict {
  if (inBand(build, target)) return "at";
  return compareBuilds(build, target.build) > 0 ? "above" : "below";
}

function named(releases: readonly Release[]): string {
  return releases.length === 0 ? " (no known release)" : ` (${listReleases(releases)})`;
}

/** A step's state as recorded, compared with a target. */
export interface RecordedState {
  readonly progress: Progress;
  /** The recorded levels that are beyond the target, as `key value`. */
  readonly beyond: readonly string[];
}

/**
 * Judges the levels in a resource's outputs: the keys and values of {@link Reading}.
 * @param update build of the security update that belongs to the step @default none
 */
export function recordedState(
  step: StepKind,
  levels: { readonly [key: string]: unknown },
  target: Release,
  update: Build | null = null,
): RecordedState {
  const entries = Object.entries(levels).map(([key, value]) => ({ key, value: String(value) }));
  const judged = entries
    .filter(({ key }) => key !== exsetupKey)
    .map((e) => ({ ...e, verdict: recordedVerdict(step, e.key, e.value, target) }));
  const progress = progressOf(step, judged);
  return {
    progress: progress === "done" && !hasUpdate(levels, update) ? "pending" : progress,
    beyond: judged.filter((e) => e.verdict === "above").map((e) => `${e.key} ${e.value}`),
  };
}

/** Whether the recorded levels show a security update, or a newer one. @param update its build; null for none */
export function hasUpdate(levels: { readonly [key: string]: unknown }, update: Build | null): boolean {
  if (update === null) return true;
  const shown = parseBuild(String(levels[exsetupKey]));
  return shown !== undefined && compareBuilds(shown, update) >= 0;
}

function recordedVerdict(step: StepKind, key: string, value: string, target: Release): LevelVerdict {
  if (step === "server") {
    const build = parseBuild(value);
    if (build !== undefined) return buildVerdict(build, target);
    const builds = value.split(/,? /).flatMap((word) => parseBuild(word) ?? []);
    return builds.some((each) => buildVerdict(each, target) === "above") ? "above" : "below";
  }
  const level = /^\d+$/.test(value) ? Number(value) : null;
  return levelVerdict(key === "schema" || key === "organization" ? key : "domain", level, target);
}

function all<T>(facts: readonly Fact<T>[]): Fact<readonly T[]> {
  const values: T[] = [];
  for (const fact of facts) {
    if (!fact.known) return fact;
    values.push(fact.value);
  }
  return known(values, [...new Set(facts.map((f) => f.source))].join(", "));
}
