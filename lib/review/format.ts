/** The format of a review's JSON. The reader, its errors and the published schema are made from this one definition. */
import { z } from "zod";
import { roles } from "../facts";
import { stepKinds } from "../model";
import { windowProblems } from "../plan/changeWindow";
import { phaseNames, phaseSupports } from "../plan/phases";
import { runModes } from "../runModes";
import type {
  ClusterLine,
  DefinitionsLine,
  RefusedLine,
  ReportLine,
  Review,
  StepsLine,
  WaveLine,
} from "./review";

const text = (meaning: string) => z.string().describe(meaning);
const names = (meaning: string) => z.array(z.string()).describe(meaning);
const time = (meaning: string) => z.iso.datetime().describe(`${meaning}, ISO 8601 in UTC`);

const goneFormat = names(
  "Servers that the program takes for gone, each with the reason; absent where there are none",
).optional();

const planFormat = z
  .object({
    step: text("The step in words"),
    computer: text("FQDN of the computer on which Setup runs"),
    command: text("The command line, as it is run there"),
    account: text("Who runs Setup"),
    groups: text("Groups and permissions that this account needs"),
    place: text("Where the computer has to be"),
    before: text("Level before the step, as the steps before it are planned to leave it"),
    after: text("Level after the step"),
    undo: text("Whether it can be taken back"),
    rules: text("Rules that are judged for this step"),
    commandsBefore: names(
      "Commands of the program before the step, in order; absent where there are none",
    ).optional(),
    commandsAfter: names(
      "Commands of the program after the step, in order; absent where there are none",
    ).optional(),
    gone: goneFormat,
    maintenance: text(
      "How a server is taken out of service around Setup; absent where the program says nothing of it",
    ).optional(),
    securityUpdate: text(
      "The security update after Setup and its restart; absent where the program says nothing of it",
    ).optional(),
  })
  .describe("Planned values only: what an approved plan locks");

const causeFormat = z.object({
  problem: text("What is wrong, in words that fit one computer and many"),
  found: z.string().nullable().describe("What was seen of this computer; null where that says nothing more"),
  needed: text("What is needed"),
  arguments: names("Arguments of the program that it rests on"),
  fix: text("What mends it"),
  rules: names("Rules that it keeps from being judged"),
});

const findingFormat = z.object({
  rule: text("Number of the rule, e.g. D3, or code of a cause, e.g. XU-LOGON"),
  level: z.enum(["must", "should"]),
  verdict: z.enum(["fails", "unknown"]).describe("fails: broken; unknown: it could not be judged"),
  summary: text("First line: rule, level, step, computer, what is wrong"),
  text: text("The whole message, several lines, as preview prints it"),
  cause: causeFormat
    .optional()
    .describe("What keeps several rules from being judged; those of one rule, problem and fix are one"),
  on: names(
    "FQDNs of the nodes that it is about; absent where it is about the step's own computer",
  ).optional(),
});

const refusalFormat = z.object({
  name: z.string().nullable().describe("Name of the Pulumi resource; null where it is not known"),
  kind: z
    .enum([...stepKinds, "clusteredMailbox", "program"])
    .describe("program: its arguments are refused before it has made a step"),
  computer: z.string().nullable().describe("FQDN; null where even that is wrong"),
  finding: findingFormat.describe("Its rule is arguments where no rule is broken"),
});

const waiverFormat = z.object({
  rule: text("Number of the rule"),
  reason: text("Why a reviewer has accepted it"),
  summary: text("First line of the finding"),
});

const windowFormat = z
  .object({
    start: text("First minute, in local time, e.g. 2026-12-05T22:00"),
    end: text("End, which is no longer part of it"),
    timeZone: z.string().optional().describe("IANA name; UTC where absent"),
  })
  .superRefine((window, context) => {
    for (const [name, message] of windowProblems(window))
      context.addIssue({ code: "custom", message, path: [name] });
  });

const phaseFormat = z.object({
  what: z.enum(phaseNames),
  minutes: z.number().nullable().describe("Expected minutes; null for the proof, for which none are kept"),
  support: z.enum(phaseSupports).describe("Where the minutes come from"),
});

const stepFormat = z.object({
  name: z.string().nullable().describe("Name of the Pulumi resource; null where it is not known"),
  kind: z.enum(stepKinds),
  target: text("Release that the step brings about"),
  computer: text("FQDN"),
  run: z.enum(runModes).describe("How Setup is started"),
  way: z.literal("WinRM").optional().describe("How the computer is reached; absent over SSH"),
  plan: planFormat,
  roles: z.array(z.enum(roles)).describe("Roles of a server, as far as they are known"),
  site: z.string().nullable().describe("Active Directory site; null where it is not known"),
  domains: names("Domains that a domain step prepares; * for all"),
  wave: z.string().nullable().describe("Name of the wave that the step belongs to, as after names it"),
  waveTitle: z
    .string()
    .nullable()
    .describe("What the wave's servers are; null where the program does not say"),
  after: names("FQDNs of servers, and names of waves, that come before it"),
  changeWindow: windowFormat
    .nullable()
    .optional()
    .describe("When it may be started; null at any time; absent in reviews of versions that did not tell"),
  windowPlace: z
    .object({
      at: text("Where the step's arguments are"),
      elsewhere: z
        .record(z.string(), z.string())
        .describe("Arguments that it takes from elsewhere, by their own path"),
    })
    .optional()
    .describe("Where the arguments of a component have the change window; absent for a resource of its own"),
  minutes: z
    .number()
    .optional()
    .describe("Minutes that it is expected to take, those kept for a restart included"),
  phases: z.array(phaseFormat).optional().describe("What these minutes are for, in order"),
  reboot: z
    .enum(["never", "ifRequired"])
    .nullable()
    .optional()
    .describe("Whether the server may be restarted after its Setup; null for a preparation"),
  starts: z
    .number()
    .optional()
    .describe(
      "When it is expected to start, in minutes after the first step (of several windows: the first in its window); absent where it has nothing to do",
    ),
  ends: z.number().optional().describe("Likewise, when it is expected to end"),
  progress: z.enum(["pending", "done", "above", "absent", "unknown"]),
  begun: z
    .boolean()
    .optional()
    .describe("True where an earlier Setup has begun a server's upgrade and did not finish it"),
  now: text("What is there now, or why it could not be read"),
  findings: z.array(findingFormat),
  waived: z.array(waiverFormat).describe("Findings that a reviewer has accepted"),
});

const clusterFormat = z.object({
  name: z.string().nullable().describe("Name of the Pulumi resource; null where it is not known"),
  target: text("Release that it and its nodes reach"),
  computer: text("FQDN of the clustered mailbox server"),
  plan: z
    .object({
      server: text("FQDN of the clustered mailbox server"),
      nodes: names("FQDNs of its nodes"),
      run: text("Who does the steps"),
      steps: names("The steps in order, each with its command and its support"),
      undo: text("Whether it can be taken back"),
      after: text("Level of it and of every node afterwards"),
      gone: goneFormat,
    })
    .describe("Planned values only: what an approved plan locks"),
  after: names("FQDNs of servers, and names of waves, that come before it"),
  wave: text("Name of its wave; absent where it is in none").optional(),
  waveTitle: z.string().nullable().optional().describe("Title of its wave; null where it is not known"),
  changeWindow: windowFormat.nullable().describe("When a step is said; null at any time"),
  overWinRm: names("FQDNs of the nodes that are reached over WinRM; absent where none is").optional(),
  progress: z
    .enum(["pending", "done", "above", "unknown"])
    .describe("pending: a person has a step to do; done: it and all its nodes were seen at the target"),
  due: z
    .object({
      text: text("The step in words"),
      evidence: z.enum(["documented", "practice", "unverified"]).describe("Its support"),
      source: text("Where the source says it"),
    })
    .nullable()
    .describe("The step that is due; null where none is, or none is known"),
  now: text("What was seen, or why it was not looked at"),
  findings: z.array(findingFormat),
  waived: z.array(waiverFormat).describe("Findings that a reviewer has accepted"),
});

/** A review's JSON. Unknown fields are ignored, so that a later version may add some. */
export const reviewFormat = z.object({
  schemaVersion: z.literal(1),
  madeAt: time("When it was made"),
  factsReadAt: time("When the facts were read; null when read live").nullable(),
  forest: z
    .string()
    .nullable()
    .describe("DNS name of the forest root domain; null where it could not be read"),
  version: text("Version of pulumi-exchange-upgrade that made it"),
  project: text("Name of the Pulumi project; absent where it is not known").optional(),
  stack: text("Name of the Pulumi stack; absent where it is not known").optional(),
  commit: text(
    "Commit of the program, and whether something was changed since; absent outside git",
  ).optional(),
  refused: z
    .array(refusalFormat)
    .optional()
    .describe("Steps that were refused in themselves and have no plan; absent where there are none"),
  clusters: z
    .array(clusterFormat)
    .optional()
    .describe("Clustered mailbox servers, whose steps a person does; absent where there are none"),
  parallel: z.number().optional().describe("How many steps run at once, as far as it is known"),
  incomplete: z.string().optional().describe("Why steps may be missing; absent where every step is here"),
  steps: z.array(stepFormat).describe("In an order in which they may run"),
}) satisfies z.ZodType<Review>;

const stackNames = { project: z.string().optional(), stack: z.string().optional() };

/** A line of a report. */
export const reportLineFormat = z.object({
  review: z.literal(1),
  at: time("When check ran"),
  forest: z.string().nullable(),
  factsReadAt: time("When the facts were read").nullable(),
  parallel: z.number().optional(),
  ...stackNames,
  step: stepFormat,
}) satisfies z.ZodType<ReportLine>;

/** A line of a report about a clustered mailbox server. */
export const clusterLineFormat = z.object({
  review: z.literal(1),
  at: time("When check ran"),
  forest: z.string().nullable(),
  factsReadAt: time("When the facts were read").nullable(),
  ...stackNames,
  cluster: clusterFormat,
}) satisfies z.ZodType<ClusterLine>;

/** A wave's line of a report. */
export const waveLineFormat = z.object({
  review: z.literal(1),
  wave: z.object({ name: z.string(), title: z.string().nullable(), servers: z.array(z.string()) }),
}) satisfies z.ZodType<WaveLine>;

/** A line of a report that lists the steps. */
export const stepsLineFormat = z.object({
  review: z.literal(1),
  steps: z.array(z.string()),
}) satisfies z.ZodType<StepsLine>;

/** A line of a report with the program's definitions of releases. */
export const definitionsLineFormat = z.object({
  review: z.literal(1),
  definitions: z.array(z.unknown()),
}) satisfies z.ZodType<DefinitionsLine>;

/** A line of a report about a step that was refused as such. */
export const refusedLineFormat = z.object({
  review: z.literal(1),
  at: time("When check ran"),
  ...stackNames,
  refused: refusalFormat,
}) satisfies z.ZodType<RefusedLine>;

/** The names of all fields, at any depth: `steps.plan.command`. */
type Fields<T> = T extends readonly (infer E)[]
  ? Fields<E>
  : T extends object
    ? { [K in keyof T & string]-?: K | `${K}.${Fields<T[K]>}` }[keyof T & string]
    : never;
type None<T extends never> = T;

/** The other direction of `satisfies`: a field of the interface that is missing in the format does not compile. */
export type FieldsWithoutFormat = None<
  | Exclude<Fields<Review>, Fields<z.infer<typeof reviewFormat>>>
  | Exclude<Fields<ReportLine>, Fields<z.infer<typeof reportLineFormat>>>
  | Exclude<Fields<ClusterLine>, Fields<z.infer<typeof clusterLineFormat>>>
  | Exclude<Fields<RefusedLine>, Fields<z.infer<typeof refusedLineFormat>>>
  | Exclude<Fields<DefinitionsLine>, Fields<z.infer<typeof definitionsLineFormat>>>
  | Exclude<Fields<StepsLine>, Fields<z.infer<typeof stepsLineFormat>>>
  | Exclude<Fields<WaveLine>, Fields<z.infer<typeof waveLineFormat>>>
>;

/** A review as JSON, indented, with a final line break: what `plan --format json` writes. */
export function reviewJson(review: Review): string {
  return `${JSON.stringify(review, null, 2)}\n`;
}

/** The JSON Schema (draft 2020-12) of {@link reviewJson}: published as docs/review.schema.json. */
export function reviewJsonSchema(): object {
  const schema = z.toJSONSchema(reviewFormat, { io: "input" });
  return { title: "Plan of an Exchange upgrade, for review", ...schema };
}

/** A text in the wrong format. The message tells what was found and what is needed. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}

/**
 * Reads a review's JSON. `source` names it in errors, e.g. a file.
 * @throws {FormatError} with everything that is wrong, one line each
 */
export function parseReview(json: string, source = "the review"): Review {
  const value = parseJson(json, source);
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === "number" && version !== 1) {
    throw new FormatError(
      `${source}: schemaVersion is ${version}, and this version reads 1; use the version of pulumi-exchange-upgrade that wrote it`,
    );
  }
  const hint = "a review that `exchange-upgrade plan --format json` has written";
  return checked(reviewFormat, value, source, hint);
}

/**
 * Reads one line of a report.
 * @throws {FormatError} with everything that is wrong
 */
export function parseReportLine(json: string, source: string): AnyLine {
  const hint = "the same version of pulumi-exchange-upgrade in the program and at the command line";
  const value = parseJson(json, source);
  const has = (name: string) => typeof value === "object" && value !== null && name in value;
  const format = has("wave")
    ? waveLineFormat
    : has("refused")
      ? refusedLineFormat
      : has("steps")
        ? stepsLineFormat
        : has("definitions")
          ? definitionsLineFormat
          : has("cluster")
            ? clusterLineFormat
            : reportLineFormat;
  return checked<AnyLine>(format, value, source, hint);
}

/** A line of a report, other than a progress line. */
export type AnyLine = ReportLine | ClusterLine | WaveLine | StepsLine | DefinitionsLine | RefusedLine;

function parseJson(json: string, source: string): unknown {
  try {
    // Editors of Windows write a byte order mark first.
    return JSON.parse(json.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new FormatError(`${source} is no JSON: ${(error as Error).message}`);
  }
}

const shownProblems = 10;

function checked<T>(format: z.ZodType<T>, value: unknown, source: string, needed: string): T {
  const result = format.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `  ${path.length === 0 ? "the whole" : pathText(path)}: ${message}`,
  );
  const more = problems.length - shownProblems;
  throw new FormatError(
    [
      `${source} is not in the expected format:`,
      ...problems.slice(0, shownProblems),
      ...(more > 0 ? [`  and ${more} more`] : []),
      `  Needed: ${needed}`,
    ].join("\n"),
  );
}

/** `steps[3].plan.command` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at === 0 ? "" : "."}${String(part)}`))
    .join("");
}
