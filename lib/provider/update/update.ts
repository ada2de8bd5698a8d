/**
 * A security update of a computer, made from a resource's inputs. Computer, account and run mode have the same form as
 * those of a server's step to the update's cumulative update, so they are read as such a step.
 */
import type { Build } from "../../facts";
import { planOfUpdate, type UpdatePlan } from "../../plan/updatePlan";
import {
  compareBuilds,
  describeUpdate,
  formatBuild,
  newestKnownUpdate,
  parseBuild,
  type Release,
} from "../../releases";
import { strayText } from "../../text";
import {
  bookkeepingOf,
  hasUnknown,
  isRecord,
  type Props,
  unknownValue,
  withoutBookkeeping,
} from "../../wire/values";
import { type ParsedInputs, parseInputs } from "../step/inputs";
import { plannedMaintenance, type Step, stepOf } from "../step/step";
import { fileProblem, releaseOf, unknownBuildProblem, updateParts } from "../step/updateInputs";

/** A security update with valid inputs. */
export interface Update {
  readonly step: Step;
  readonly file: string;
  readonly kb: string;
  readonly build: Build;
  /** True for the update of a server's upgrade, whose arguments are in `securityUpdate` of the step. */
  readonly isOfStep: boolean;
}

/** The update that a server's step applies after its Setup; null if the program gives none. */
export function updateIn(step: Step): Update | null {
  const { securityUpdate } = step.inputs;
  if (step.kind !== "server" || securityUpdate === undefined || securityUpdate === "none") return null;
  const build = parseBuild(securityUpdate.build);
  const { file, kb } = securityUpdate;
  return build === undefined ? null : { step, file, kb, build, isOfStep: true };
}

/** Inputs of an update, which may be partly unknown. */
export interface ParsedUpdate {
  /** The inputs in the form of a server's step. */
  readonly inputs: ParsedInputs;
  /** Null while a part of it is unknown, or wrong. */
  readonly update: Update | null;
  readonly unknown: readonly string[];
  readonly problems: readonly string[];
}

/** Inputs that an update shares with a server's step. */
const shared: readonly string[] = [
  "releases",
  "directory",
  "computer",
  "account",
  "run",
  "taskName",
  "timeouts",
  "changeWindow",
  "reboot",
  "maintenance",
  "waive",
  "after",
];

/** Keys that check and create add. */
export const addedKeys: readonly string[] = ["plan", "planned", "installedBuild", "adopted"];

/** Names of all arguments, for tests. */
export const updateArguments: readonly string[] = [...Object.keys(updateParts), ...shared];

/** Checks an update's inputs. */
export function parseUpdate(props: Props): ParsedUpdate {
  const given = withoutBookkeeping(props, addedKeys);
  const unknown = Object.keys(updateParts).filter((name) => hasUnknown(given[name]));
  const text = (name: keyof typeof updateParts) => {
    const value = unknown.includes(name) ? undefined : given[name];
    return typeof value === "string" && updateParts[name].safeParse(value).success ? value : undefined;
  };
  const [file, kb, buildText] = [text("file"), text("kb"), text("build")];
  const build = buildText === undefined ? undefined : parseBuild(buildText);
  const release = build === undefined ? undefined : releaseOf(build, given.releases);
  const inputs = parseInputs("server", {
    ...bookkeepingOf(props),
    ...Object.fromEntries(Object.entries(given).filter(([key]) => shared.includes(key))),
    ...(isRecord(given.computer) ? { computer: { ...given.computer, media: "C:\\" } } : {}),
    target: release?.name ?? unknownValue,
    prepared: preparedFor(release, given),
  });
  const problems = [...ownProblems(given, unknown, build, release), ...inputs.problems];
  const step = problems.length > 0 ? null : stepOf("server", inputs);
  const whole = step !== null && file !== undefined && kb !== undefined && build !== undefined;
  return {
    inputs,
    update: whole ? { step, file, kb, build, isOfStep: false } : null,
    unknown: [...unknown, ...inputs.unknown.filter((name) => name !== "target")],
    problems,
  };
}

/** An update needs no preparation. Without a directory, it is read like a server outside of any forest. */
function preparedFor(release: Release | undefined, { directory }: Props): Props {
  const everything = { from: "as found", schema: true, organization: true, domains: ["*"] };
  const target = release?.name ?? "unknown";
  return { target, ...everything, ...(directory === undefined ? { edge: true } : { verify: true }) };
}

function ownProblems(
  given: Props,
  unknown: readonly string[],
  build: Build | undefined,
  release: Release | undefined,
): readonly string[] {
  const problems = (Object.keys(updateParts) as (keyof typeof updateParts)[]).flatMap((name) => {
    if (unknown.includes(name)) return [];
    if (given[name] === undefined) return [`${name}: missing`];
    const parsed = updateParts[name].safeParse(given[name]);
    return parsed.success ? [] : [`${name}: ${parsed.error.issues[0]?.message}`];
  });
  const strays = Object.keys(given)
    .filter((name) => !updateArguments.includes(name))
    .map((name) => `${name}: ${strayText(name, updateArguments)}`);
  if (isRecord(given.computer) && given.computer.media !== undefined)
    strays.push("computer.media: a security update has `file` instead");
  const file = fileProblem(given.file, given.kb);
  if (file !== null) problems.push(`file: ${file}`);
  if (build !== undefined && release === undefined && !hasUnknown(given.releases))
    problems.push(`build: ${unknownBuildProblem(build)}`);
  return [...problems, ...strays];
}

/** The plan, for people. */
export function planOf({ step, file, kb, build }: Update): UpdatePlan {
  const connects = step.run === "direct" ? (step.inputs.computer.connection?.user ?? null) : null;
  return planOfUpdate({
    computer: step.computer,
    release: step.target,
    kb,
    build,
    file,
    account: step.account ?? connects,
    run: step.run,
    ...plannedMaintenance(step.inputs),
  });
}

/** The newest update that this package knows, with its source: a newer one may exist. */
export function newestText({ step, build }: Update): string {
  const newest = newestKnownUpdate(step.target);
  if (newest === undefined) return `no update of ${step.target.name} is known here`;
  const order = compareBuilds(newest.build, build);
  const isNewest = order === 0 ? "this is" : order < 0 ? "older than this:" : "newer:";
  return `${isNewest} the newest that is known here of ${step.target.name}, ${describeUpdate(newest)} (${newest.evidence}: ${newest.source})`;
}

/** Identity of the run on its computer. */
export function operationOf({ kb, build }: Update): string {
  return `update-${kb}-${formatBuild(build)}`;
}

/** The update of an operation's name; null for an operation of another kind. */
export function updateOfOperation(name: string): Pick<Update, "kb" | "build"> | null {
  const [, kb = "", text = ""] = /^update-(KB\d+)-([\d.]+)$/i.exec(name) ?? [];
  const build = parseBuild(text);
  return build === undefined ? null : { kb, build };
}

/** The update in words, e.g. `security update on mbx1.contoso.com`. */
export function wordsOf({ step }: Update): string {
  return `security update on ${step.computer}`;
}
