/** The tasks in an organization before Setup of a release is run there, as far as the directory shows them. Pure. */
import type { Build, ForestFacts } from "../facts";
import {
  type Coexistence,
  describeControllers,
  descriptionOf,
  type ForestSupport,
  functionalLevels,
  judgeCoexistence,
  judgeController,
  judgeForestLevel,
  judgeSchemaMaster,
  productOfBuild,
  type Release,
  schemaMasterFix,
} from "../releases";
import { describeCoexistence } from "../releases/coexistence";
import { listedUpTo } from "../text";
import { groupBy } from "./order";

/** A server after its own upgrades in place. */
export interface ServerOnTheWay {
  /** The name, with the release that it has now. */
  readonly name: string;
  readonly build: Build | null;
  /** True if the server also gets the update that media of the later product require. */
  readonly isUpdated: boolean;
}

/** Highest number of names in a line. */
const most = 5;

/** @param prepares whether media of the release have anything to prepare */
export function tasksBefore(
  release: Release,
  forest: ForestFacts,
  { servers, prepares }: { readonly servers: readonly ServerOnTheWay[]; readonly prepares: boolean },
): readonly string[] {
  const { forest: support } = descriptionOf(release);
  return [
    ...besideServers(release, servers),
    ...(typeof support === "string"
      ? []
      : [...levelTasks(support, forest), ...controllerTasks(support, forest)]),
    ...(prepares ? schemaMasterTasks(forest) : []),
  ];
}

/** Servers of earlier products that must not stay as they are at that stop. */
function besideServers(release: Release, servers: readonly ServerOnTheWay[]): readonly string[] {
  const { coexistence: rules } = descriptionOf(release);
  if (typeof rules === "string") return [];
  const judged = servers.map(({ name, build, isUpdated }) => {
    const product = (build === null ? undefined : productOfBuild(build)) ?? null;
    const { rule, verdict } = judgeCoexistence(rules, { name, product, build });
    return { name, rule, verdict: isUpdated && rule?.atLeast !== null ? "ok" : verdict };
  });
  const unseen = judged.filter(({ verdict }) => verdict === "unknown").map(({ name }) => name);
  const wrong = judged.filter(({ verdict }) => verdict === "refused" || verdict === "not supported");
  const byRule = groupBy(wrong, ({ rule }) => (rule === null ? "" : describeCoexistence(rule)));
  return [
    ...[...byRule].map(
      ([text, group]) => `${text}${doubtOf(group[0]?.rule ?? null)}: ${few(group.map(({ name }) => name))}`,
    ),
    ...(unseen.length === 0
      ? []
      : [`find out the version of ${few(unseen)}, beside which Setup of ${release.name} may refuse`]),
  ];
}

function doubtOf(rule: Coexistence | null): string {
  return rule === null || rule.evidence === "documented" ? "" : ` (${rule.evidence})`;
}

function levelTasks(support: ForestSupport, { functionalLevel }: ForestFacts): readonly string[] {
  if (!functionalLevel.known) return [`find out the functional level of the forest: ${functionalLevel.why}`];
  const has = `the forest has functional level ${levelName(functionalLevel.value)}`;
  const raise = `raise it to ${levelName(support.level.least)}${support.level.most === support.level.least ? "" : " or higher"}`;
  switch (judgeForestLevel(support, functionalLevel.value)) {
    case "supported":
      return [];
    case "refused":
      return [`${has}, and Setup refuses: ${raise}`];
    case "not supported":
      return [`${has}, which Setup takes and the documentation does not list: ${raise}`];
    case "not listed":
      return [
        `${has}, which is above what the documentation lists: look up whether Microsoft supports it today`,
      ];
  }
}

function levelName(level: number): string {
  const name = functionalLevels[level];
  return name === undefined ? String(level) : `${level} (${name})`;
}

function controllerTasks(
  support: ForestSupport,
  { domainControllers, domainControllerWindows }: ForestFacts,
): readonly string[] {
  if (!domainControllers.known)
    return [`find out the Windows of the domain controllers: ${domainControllers.why}`];
  const judged = domainControllers.value.map(({ name }) => {
    const windows = domainControllerWindows[name];
    if (windows?.known !== true || windows.value === null) return { name, verdict: "unseen" } as const;
    const { build, servicePack } = windows.value;
    return { name, verdict: judgeController(support, build, servicePack) };
  });
  const those = (...verdicts: readonly string[]) =>
    judged.filter(({ verdict }) => verdicts.includes(verdict)).map(({ name }) => name);
  const wrong = those("too old", "not listed");
  const open = those("unsettled", "unseen");
  const needed = describeControllers(support);
  return [
    ...(wrong.length === 0
      ? []
      : [`domain controllers on another Windows than ${needed}: replace ${few(wrong)}`]),
    ...(open.length === 0
      ? []
      : [`find out whether the Windows of ${few(open)} is supported for domain controllers: ${needed}`]),
  ];
}

function schemaMasterTasks({ schemaMaster, domainControllerWindows }: ForestFacts): readonly string[] {
  const { build, revision, update } = schemaMasterFix;
  if (!schemaMaster.known)
    return [`find out which domain controller is the schema master: ${schemaMaster.why}`];
  const { name } = schemaMaster.value;
  const windows = domainControllerWindows[name];
  if (windows?.known !== true || windows.value === null)
    return [
      `find out the Windows of the schema master ${name}: on Windows Server 2025 its build has to be ${build}.${revision} or later: ${update}`,
    ];
  // The directory does not contain the revision.
  if (judgeSchemaMaster(windows.value.build, null) === "ok") return [];
  return [
    `the schema master ${name} runs Windows Server 2025: look at its build (winver), which has to be ${build}.${revision} or later: ${update}`,
  ];
}

function few(names: readonly string[]): string {
  return listedUpTo(most, names);
}
