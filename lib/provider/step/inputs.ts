/** The schema of a resource's inputs as they reach the provider, and the texts of problems with them. */
import { z } from "zod";
import { roles } from "../../facts";
import { taskNameForm } from "../../host";
import type { Planned, RunMode, StepKind } from "../../model";
import { windowProblems } from "../../plan/changeWindow";
import { extendedProtections, hasSetup, licenseSwitchForm, setupOf, unfitAnswers } from "../../releases";
import { catalogueOf } from "../../releases/catalogue";
import { DefinitionError, readDefinition } from "../../releases/definition";
import { isRuleId } from "../../rules/ids";
import { argumentPath, type ProgramPlace, placeFrom } from "../../rules/program/argumentTexts";
import { defaultRunMode, runModes, runModesWith, runModeTraits } from "../../runModes";
import { strayText } from "../../text";
import { isRecord, type Props, unknownPaths, withoutBookkeeping } from "../../wire/values";
import { connection, connectionProblems } from "./connectionInputs";
import { goneProblems } from "./gone";
import { maintenance, maintenanceProblems } from "./maintenanceInputs";
import { targetIn } from "./target";
import { certificates, credential, fqdn } from "./textInputs";
import { securityUpdate, securityUpdateProblems } from "./updateInputs";

const directoryUrl = z
  .string()
  .regex(
    /^ldaps?:\/\/(\[[0-9A-Fa-f:.]+\]|[^\s/:?#@]+)(:\d{1,5})?\/?$/i,
    "is not ldaps://host[:port] or ldap://host[:port]",
  );

const directory = z.strictObject({
  url: directoryUrl,
  user: z.string().min(1),
  password: credential,
  ca: certificates.optional(),
  serverName: z.string().optional(),
  minVersion: z.enum(["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]).optional(),
  insecureSkipVerify: z.boolean().optional(),
  domainControllers: z.record(z.string(), directoryUrl).optional(),
});

/** A folder on a Windows computer: a drive and a path, or a share, without characters that are special to cmd.exe. */
const folder = z
  .string()
  .regex(
    /^(?=[\x20-\x7e]*$)([A-Za-z]:\\|\\\\[^\\/:*?"<>|%&^!\r\n]+\\)[^/:*?"<>|%&^!\r\n]*$/,
    'is not a folder such as "D:\\Exchange2007SP1"',
  );

const computer = z.strictObject({
  name: fqdn,
  domain: fqdn.optional(),
  connection: connection.optional(),
  media: folder.optional(),
});

const plannedParts = z.object({
  target: z.string(),
  from: z.string(),
  schema: z.boolean(),
  organization: z.boolean(),
  domains: z.array(z.string()),
  server: z.string().optional(),
  wave: z.string().optional(),
  verify: z.boolean().optional(),
  edge: z.boolean().optional(),
  byFirstServer: z.boolean().optional(),
});
// The compiler distinguishes an absent part from an undefined one, but JSON has no undefined.
const planned = plannedParts as z.ZodType<Planned>;

/** All definitions together, since one release may be upgraded from another. */
const releases = z.array(z.unknown()).transform((given, { addIssue }) => {
  try {
    const definitions = given.map(readDefinition);
    catalogueOf(definitions);
    return definitions;
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    addIssue({ code: "custom", message: error.short });
    return z.NEVER;
  }
});

const inputs = z.strictObject({
  target: z.string(),
  releases: releases.optional(),
  directory: directory.optional(),
  computer,
  account: z.strictObject({ name: z.string().min(1), password: credential.optional() }).optional(),
  run: z.enum(runModes).optional(),
  taskName: z
    .string()
    .regex(taskNameForm, "is not a name of letters, digits, blanks, dots and hyphens")
    .optional(),
  timeouts: z
    .strictObject({
      setup: z.number().positive().optional(),
      facts: z.number().positive().optional(),
      replication: z.number().positive().optional(),
      expected: z.number().positive().optional(),
      reboot: z.number().positive().optional(),
    })
    .optional(),
  replication: z
    .strictObject({
      domainControllers: z
        .union([z.enum(["all", "none"]), z.array(fqdn).min(1)], {
          error: 'is neither "all", "none" nor a list of names of domain controllers',
        })
        .optional(),
      minutes: z.number().positive().optional(),
    })
    .optional(),
  changeWindow: z
    .strictObject({ start: z.string(), end: z.string(), timeZone: z.string().optional() })
    .optional(),
  setup: z
    .strictObject({
      acceptLicenseTerms: z.boolean().optional(),
      diagnosticData: z.boolean().optional(),
      extendedProtection: z.enum(extendedProtections).optional(),
      licenseSwitch: z
        .string()
        .regex(licenseSwitchForm, "is no license switch of Setup, such as /IAcceptExchangeServerLicenseTerms")
        .optional(),
    })
    .optional(),
  prepared: planned.optional(),
  after: z.array(z.string()).optional(),
  domain: fqdn.optional(),
  allDomains: z.boolean().optional(),
  internetFacing: z.boolean().optional(),
  roles: z.array(z.enum(roles)).min(1).optional(),
  site: z.string().min(1).optional(),
  dag: z.string().min(1).optional(),
  reboot: z.enum(["never", "ifRequired"]).optional(),
  maintenance: maintenance.optional(),
  securityUpdate: securityUpdate.optional(),
  commands: z
    .strictObject({ media: z.boolean().optional(), before: z.array(z.string()), after: z.array(z.string()) })
    .optional(),
  waive: z.record(z.string(), z.string().min(1, "needs a reason")).optional(),
  gone: z.record(z.string(), z.string().regex(/\S/, "needs a reason")).optional(),
  plan: z.unknown().optional(),
  planned: z.unknown().optional(),
});

/** The inputs of any of the four resources, checked. */
export type Inputs = z.infer<typeof inputs>;
export type PlannedInputs = z.infer<typeof plannedParts>;
export type DirectoryInputs = z.infer<typeof directory>;

/** Inputs that may be partly unknown. */
export interface ParsedInputs {
  /** The known ones, by name. An argument that contains anything unknown is left out. */
  readonly known: Partial<Inputs>;
  /** The names of those left out: top-level names and, for the computer, its parts, such as `computer.connection`. */
  readonly unknown: readonly string[];
  /** One line per problem: its place in the program and its kind, without any value that could be a secret. */
  readonly problems: readonly string[];
  /** The component argument that describes the step; null for a resource of its own. */
  readonly place: ProgramPlace | null;
}

/** What is wrong with an argument, and where it is. */
interface ArgumentProblem {
  readonly at: readonly string[];
  readonly what: string;
}

/** Checks a resource's inputs. An unknown value is not judged, nor is a part of it used. */
export function parseInputs(step: StepKind, props: Props): ParsedInputs {
  const given = withoutBookkeeping(props);
  const cuts = unknownPaths(given).map((path) => path.slice(0, path[0] === "computer" ? 2 : 1));
  const kept = cuts.reduce(without, given);
  const parsed = inputs.safeParse(kept);
  const problems = parsed.success
    ? []
    : parsed.error.issues
        .filter((issue) => !cuts.some((cut) => related(cut, issue.path.map(String))))
        .flatMap((issue) => problemsOf(issue, kept));
  const unknown = [...new Set(cuts.map((cut) => cut.join(".")))];
  const known = parsed.success ? parsed.data : knownParts(kept);
  const place = placeFrom(props.__place);
  const all = [...problems, ...combinations(step, known, unknown, kept)];
  return {
    known,
    unknown,
    // Several parts of one argument may be told in one text.
    problems: [...new Set(all.map(({ at, what }) => `${argumentPath(place, at)}: ${what}`))],
    place,
  };
}

/** The top-level parts that are valid on their own. */
function knownParts(given: Props): Partial<Inputs> {
  const parts: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(inputs.shape)) {
    const part = schema.safeParse(given[name]);
    if (part.success && part.data !== undefined) parts[name] = part.data;
  }
  return parts as Partial<Inputs>;
}

/** A copy of `value` without what is at `path`. */
function without(value: Props, path: readonly string[]): Props {
  const [key = "", ...rest] = path;
  const { [key]: part, ...others } = value;
  return rest.length === 0 || !isRecord(part) ? others : { ...others, [key]: without(part, rest) };
}

/** True when one path leads to or through the other. */
function related(a: readonly string[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((key, i) => key === b[i]);
}

/** Arguments that are outputs of other steps: a program in YAML or Go may hand on another output, or misspell a word. */
const handedOn: Readonly<Record<string, string>> = {
  prepared:
    'neither the output "planned" of a step nor one of the words "verify", "byFirstServer" and "edge"',
  after: 'not a list of outputs "planned.server" of steps that upgrade servers',
};

function problemsOf(issue: z.core.$ZodIssue, given: Props): readonly ArgumentProblem[] {
  const at = issue.path.map(String);
  const [first = ""] = at;
  const other = handedOn[first];
  if (other !== undefined) return [{ at: [first], what: other }];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ at: [...at, key], what: strayText(key, namesAt(at)) }));
  const needsOne = issue.code === "invalid_type" || issue.code === "invalid_union";
  if (needsOne && valueAt(given, at) === undefined) return [{ at, what: "missing" }];
  const names = namesAt(at);
  if (issue.code === "invalid_type" && issue.expected === "object" && names.length > 0)
    return [{ at, what: `is ${kindOf(valueAt(given, at))}, and no object { ${names.join(", ")} }` }];
  return [{ at, what: `${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}` }];
}

/** What a value is, without its content, which may be a secret. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/** The valid names at a path, without those that check itself adds. */
export function namesAt(path: readonly string[]): readonly string[] {
  const at = path.reduce<unknown>((schema, key) => {
    const inside = unwrapped(schema);
    if (inside instanceof z.ZodObject) return inside.shape[key];
    return inside instanceof z.ZodArray ? inside.element : undefined;
  }, inputs);
  const inside = unwrapped(at);
  return inside instanceof z.ZodObject
    ? Object.keys(inside.shape).filter((name) => !ofCheck.includes(name))
    : [];
}

const ofCheck: readonly string[] = ["plan", "planned"];

/** An optional schema without its wrapper; of a choice, its object. */
function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional) return unwrapped(schema.unwrap());
  return schema instanceof z.ZodUnion ? schema.options.find((each) => each instanceof z.ZodObject) : schema;
}

/** Names of all inputs that a program can write. Tests compare them with the gates' inputs. */
export const argumentNames: readonly string[] = namesAt([]);

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value);
}

/**
 * Answers for which the target's Setup has no switch. Dropping one silently would let the user believe that it is kept.
 */
function setupProblems({ target, releases, setup = {} }: Partial<Inputs>): readonly ArgumentProblem[] {
  const release = targetIn({ target, releases });
  if (release === undefined || !hasSetup(release)) return [];
  return unfitAnswers(setupOf(release), setup, true).unasked.map((name) => ({
    at: ["setup", name],
    what: `Setup of ${release.name} has no switch for it`,
  }));
}

/** Arguments that a run mode needs besides a reachable computer, and those that it does not accept. */
function runModeProblems(
  run: RunMode,
  known: Partial<Inputs>,
  given: (name: keyof Inputs) => boolean,
): readonly ArgumentProblem[] {
  const problems: ArgumentProblem[] = [];
  const { needs, takesTaskName } = runModeTraits[run];
  if (needs.account && !given("account"))
    problems.push({
      at: ["account"],
      what: `missing; run: "${run}" runs Setup as that account, and the rules judge it`,
    });
  if (needs.password && known.account !== undefined && known.account.password === undefined)
    problems.push({
      at: ["account", "password"],
      what: `missing; run: "${run}" registers a task under the account`,
    });
  if (!takesTaskName && given("taskName"))
    problems.push({
      at: ["taskName"],
      what: `only run: ${runModesWith((traits) => traits.takesTaskName)} has it`,
    });
  return problems;
}

/** Arguments that exclude, or need, each other. */
function combinations(
  step: StepKind,
  known: Partial<Inputs>,
  unknown: readonly string[],
  kept: Props,
): readonly ArgumentProblem[] {
  const problems: ArgumentProblem[] = [];
  const given = (name: keyof Inputs) => kept[name] !== undefined || unknown.includes(name);
  if (!given("directory") && known.prepared?.edge !== true && !unknown.includes("prepared")) {
    problems.push({
      at: ["directory"],
      what: "missing; only an Edge Transport server (Prepared.edge) needs none",
    });
  }
  if (known.computer !== undefined && !unknown.includes("run")) {
    const { media, connection } = known.computer;
    const run = known.run ?? defaultRunMode;
    const { needs } = runModeTraits[run];
    if (needs.media && media === undefined && !unknown.includes("computer.media")) {
      problems.push({
        at: ["computer", "media"],
        what: `missing; run: "${run}" needs the folder that holds Setup of the target`,
      });
    }
    problems.push(...connectionProblems(known.computer));
    const connects = connection !== undefined || unknown.includes("computer.connection");
    if (needs.connection && !connects) {
      problems.push({ at: ["computer", "connection"], what: `missing; run: "${run}" starts Setup over it` });
    }
    problems.push(...runModeProblems(run, known, given));
    if (!needs.connection && step === "server" && !connects) {
      problems.push({
        at: ["computer", "connection"],
        what: "missing; a server's result is verified in its registry, over it",
      });
    }
  }
  for (const [part, what] of known.changeWindow === undefined ? [] : windowProblems(known.changeWindow))
    problems.push({ at: ["changeWindow", part], what });
  for (const rule of Object.keys(known.waive ?? {})) {
    if (!isRuleId(rule))
      problems.push({ at: ["waive", rule], what: "is no rule; they are listed in docs/rules.md" });
  }
  const own = step === "server" && known.computer !== undefined ? [known.computer.name] : [];
  for (const [server, what] of goneProblems(known.gone ?? {}, [...own, ...(known.after ?? [])]))
    problems.push({ at: ["gone", server], what });
  for (const name of ["internetFacing", "roles", "site", "dag"] as const) {
    if (step !== "server" && given(name))
      problems.push({ at: [name], what: "only a server's upgrade has it" });
  }
  problems.push(...setupProblems(known));
  if (known.dag !== undefined && targetIn(known)?.product === "2007")
    problems.push({ at: ["dag"], what: "Exchange 2007 has no database availability groups" });
  if (step !== "server" && given("reboot"))
    problems.push({ at: ["reboot"], what: "only a server's upgrade has it" });
  problems.push(...maintenanceProblems(step, known, given("maintenance")));
  problems.push(...securityUpdateProblems(step, known, given));
  if (step !== "domain" && (given("domain") || given("allDomains"))) {
    problems.push({ at: ["domain"], what: "only a domain preparation has one" });
  }
  if (known.domain !== undefined && known.allDomains === true) {
    problems.push({ at: ["domain"], what: "cannot be given together with allDomains: true" });
  }
  return problems;
}
