/**
 * A security update of a computer, made from a resource's inputs. Computer, account and run mode have the same form as
 * those of a server's step to the update's cumulative update, so they are read as such a step.
 */
import { z } from "zod";
import type { Build } from "../../facts";
import { planOfUpdate, type UpdatePlan } from "../../plan/updatePlan";
import { formatBuild, parseBuild, type Release, releaseOfUpdate } from "../../releases";
import { catalogueOf } from "../../releases/catalogue";
import { DefinitionError, readDefinition } from "../../releases/definition";
import { strayText } from "../../text";
import { hasUnknown, isRecord, type Props, unknownValue, withoutBookkeeping } from "../../wire/values";
import { type ParsedInputs, parseInputs } from "../step/inputs";
import { plannedMaintenance, type Step, stepOf } from "../step/step";

/** A security update with valid inputs. */
export interface Update {
  readonly step: Step;
  readonly file: string;
  readonly kb: string;
  readonly build: Build;
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

const own = {
  /** Must be on a drive of the computer: the installer's service reads it, and has no rights on a share. */
  file: z
    .string()
    .regex(
      /^(?=[\x20-\x7e]{1,259}$)[A-Za-z]:\\[^/:*?"<>|%&^!\r\n]+\.msp$/i,
      'is not the path of an .msp on a drive of the computer, such as "D:\\SU\\Exchange2019-KB5074993-x64-en.msp"',
    ),
  kb: z.string().regex(/^KB\d{6,8}$/, 'is not the number of an article such as "KB5074993"'),
  build: z
    .string()
    .regex(
      /^15\.[0-2]\.\d{1,5}\.\d{1,5}$/,
      'is not a build of Exchange 2013 or later with four parts, such as "15.2.1748.43"',
    ),
} as const;

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
export const updateArguments: readonly string[] = [...Object.keys(own), ...shared];

/** Checks an update's inputs. */
export function parseUpdate(props: Props): ParsedUpdate {
  const bookkeeping = Object.fromEntries(Object.entries(props).filter(([key]) => key.startsWith("__")));
  const given = Object.fromEntries(
    Object.entries(withoutBookkeeping(props)).filter(([key]) => !addedKeys.includes(key)),
  );
  const unknown = Object.keys(own).filter((name) => hasUnknown(given[name]));
  const text = (name: keyof typeof own) => {
    const value = unknown.includes(name) ? undefined : given[name];
    return typeof value === "string" && own[name].safeParse(value).success ? value : undefined;
  };
  const [file, kb, buildText] = [text("file"), text("kb"), text("build")];
  const build = buildText === undefined ? undefined : parseBuild(buildText);
  const release = build === undefined ? undefined : releaseOf(build, given.releases);
  const inputs = parseInputs("server", {
    ...bookkeeping,
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
    update: whole ? { step, file, kb, build } : null,
    unknown: [...unknown, ...inputs.unknown.filter((name) => name !== "target")],
    problems,
  };
}

function releaseOf(build: Build, definitions: unknown): Release | undefined {
  try {
    const catalogue = catalogueOf(
      Array.isArray(definitions) && !hasUnknown(definitions) ? definitions.map(readDefinition) : [],
    );
    return releaseOfUpdate(build, catalogue.releases);
  } catch (error) {
    // The step's own parser reports what is wrong with them.
    if (error instanceof DefinitionError) return undefined;
    throw error;
  }
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
  const problems = (Object.keys(own) as (keyof typeof own)[]).flatMap((name) => {
    if (unknown.includes(name)) return [];
    if (given[name] === undefined) return [`${name}: missing`];
    const parsed = own[name].safeParse(given[name]);
    return parsed.success ? [] : [`${name}: ${parsed.error.issues[0]?.message}`];
  });
  const strays = Object.keys(given)
    .filter((name) => !updateArguments.includes(name))
    .map((name) => `${name}: ${strayText(name, updateArguments)}`);
  if (isRecord(given.computer) && given.computer.media !== undefined)
    strays.push("computer.media: a security update has `file` instead");
  const { file, kb } = given;
  const named = typeof file === "string" ? /KB\d{6,8}/i.exec(file.split("\\").at(-1) ?? "")?.[0] : undefined;
  if (named !== undefined && typeof kb === "string" && !hasUnknown(kb) && named.toUpperCase() !== kb)
    problems.push(`file: names ${named.toUpperCase()}, and \`kb\` is ${kb}`);
  if (build !== undefined && release === undefined && !hasUnknown(given.releases))
    problems.push(
      `build: ${formatBuild(build)} is an update of no cumulative update that this version knows; define that one in \`releases\``,
    );
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

/** Identity of the run on its computer. */
export function operationOf({ kb, build }: Update): string {
  return `update-${kb}-${formatBuild(build)}`;
}

/** The update in words, e.g. `security update on mbx1.contoso.com`. */
export function wordsOf({ step }: Update): string {
  return `security update on ${step.computer}`;
}
