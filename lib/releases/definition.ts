/**
 * Releases that a program defines: a cumulative update that has come out since this version of the package. A definition
 * is plain JSON, so that it crosses to the provider and is kept in the state as it was given.
 */
import { z } from "zod";
import { type Problem, renderProblem } from "../text";
import { parseBuild } from "./build";
import { frameworkNames } from "./framework";
import { products } from "./products";
import { windowsServerNames } from "./windowsServer";

const text = (meaning: string) => z.string().trim().min(1).describe(meaning);
const level = (meaning: string) => z.int().min(1).max(0x7fffffff).describe(meaning);
const build = (meaning: string) =>
  z
    .string()
    .refine((value) => /^\d+\.\d+\.\d+\.\d+$/.test(value) && parseBuild(value) !== undefined, {
      message: "is no build of four numbers, such as 15.2.2562.17",
    })
    .describe(`${meaning}: four numbers, e.g. 15.2.2562.17`);
const notDescribed = z.literal("not described");

/** Products whose Setup, registry and permissions this package describes. */
const definable = products.filter((product) => product !== "2000" && product !== "2003");

const windowsVersion = z.strictObject({
  name: z.enum(windowsServerNames).describe("Version of Windows Server"),
  servicePack: z.int().min(0).optional().describe("Least service pack; 0 where absent"),
  unsettled: z.boolean().optional().describe("True where sources disagree: a warning instead of a refusal"),
});

const frameworkFormat = z.strictObject({
  versions: z
    .array(z.enum(frameworkNames))
    .min(1)
    .describe("Versions of the .NET Framework that are supported on every Windows"),
  onLaterWindows: z
    .strictObject({ version: z.enum(frameworkNames), windows: z.enum(windowsServerNames) })
    .optional()
    .describe("A version that is supported only from a version of Windows on"),
});

const windowsFormat = z.strictObject({
  versions: z.array(windowsVersion).min(1),
  core: z.boolean().optional().describe("Whether Server Core is supported; absent where no source says"),
});

const forestFormat = z.strictObject({
  domainControllers: z.array(windowsVersion).min(1).describe("Windows on domain controllers"),
  level: z.strictObject({
    refusedBelow: z
      .int()
      .min(0)
      .describe("Setup refuses below this functional level (msDS-Behavior-Version)"),
    least: z.int().min(0).describe("The lowest level that is supported"),
    most: z.int().min(0).optional().describe("The highest level that is listed; absent where all above are"),
  }),
});

const coexistenceFormat = z.strictObject({
  product: z.enum(products).describe("The earlier product"),
  by: z
    .enum(["Setup", "support"])
    .describe("Whether Setup refuses, or servers are only not supported beside it"),
  atLeast: z
    .strictObject({ build: build("The lowest build that may stay"), name: text("What it is called") })
    .optional()
    .describe("What its servers must have; absent where none may be there"),
});

const definitionFormat = z.strictObject({
  name: z
    .string()
    .refine((name) => definable.some((product) => name.startsWith(`${product} `)), {
      message: `begins with none of the products ${definable.join(", ")}, followed by a space`,
    })
    .refine((name) => /^\S+( [A-Za-z0-9()]+)+$/.test(name), {
      message: "is no product and release, such as SE CU1",
    })
    .describe("Product and release, e.g. SE CU1"),
  source: text("Where this is published: findings quote it"),
  build: build("The published build"),
  otherBuilds: z
    .array(build("Another build that counts as the release"))
    .optional()
    .describe("Such as that of Setup's program on the media, where it is lower than what servers have"),
  newestUpdate: build("The newest update that is known; a higher build is judged as unknown").optional(),
  levels: z.strictObject({
    schema: level("rangeUpper of CN=ms-Exch-Schema-Version-Pt after /PrepareSchema"),
    organization: level("objectVersion of the organization container after /PrepareAD"),
    domain: level("objectVersion of CN=Microsoft Exchange System Objects after /PrepareDomain"),
  }),
  upgradesFrom: z
    .array(z.string())
    .describe("Releases that are upgraded to it in place; empty where there are only new servers"),
  framework: z.union([notDescribed, frameworkFormat], {
    error: 'is neither "not described" nor { versions, onLaterWindows? }',
  }),
  windows: z.union([notDescribed, windowsFormat], {
    error: 'is neither "not described" nor { versions, core? }',
  }),
  forest: z.union([notDescribed, forestFormat], {
    error: 'is neither "not described" nor { domainControllers, level: { refusedBelow, least, most? } }',
  }),
  coexistence: z.union([notDescribed, z.literal("none needed"), z.array(coexistenceFormat).min(1)], {
    error: 'is neither "not described" nor "none needed" nor a list of { product, by, atLeast? }',
  }),
  setup: z.strictObject({
    licence: z
      .enum(["none", "accepted", "accepted, with a choice of diagnostic data"])
      .describe("Which licence switch Setup asks for"),
    extendedProtection: z
      .boolean()
      .describe(
        "Whether Setup switches Extended Protection on, and takes /DoNotEnableEP and /DoNotEnableEP_FEEWS",
      ),
  }),
});

/**
 * A release that a program defines. All of it has to be said; "not described" where nothing is known, which rules judge
 * as "could not be verified".
 */
export type ReleaseDefinition = DeepReadonly<z.infer<typeof definitionFormat>>;

const updateFormat = z.strictObject({
  release: z.string().describe("The release that it updates, e.g. SE RTM"),
  newestUpdate: build("The newest update that is known"),
  source: text("Where this is published"),
});

/** A newer update of a release that is known, such as the newest security update of SE RTM. */
export type UpdateDefinition = DeepReadonly<z.infer<typeof updateFormat>>;

/** What a program may define of releases. */
export type Definition = ReleaseDefinition | UpdateDefinition;

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A definition that cannot be used. Its message says what is wrong with it, where, and what is needed. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";
}

/**
 * Checks the form of a definition.
 * @param value what the program gave, or the state kept
 * @returns a frozen copy, plain JSON
 * @throws DefinitionError where it cannot be used
 */
export function readDefinition(value: unknown): Definition {
  return isUpdate(value)
    ? parsed(updateFormat, value, `an update of ${nameIn(value.release)}`, "defineUpdate")
    : readRelease(value);
}

function isUpdate(value: unknown): value is { readonly release: unknown } {
  return typeof value === "object" && value !== null && "release" in value && !("name" in value);
}

function readRelease(value: unknown): ReleaseDefinition {
  const name = typeof value === "object" && value !== null && "name" in value ? value.name : undefined;
  return parsed(definitionFormat, value, nameIn(name), "defineRelease");
}

function nameIn(name: unknown): string {
  return typeof name === "string" ? `release "${name}"` : "a release";
}

function parsed<T>(format: z.ZodType<T>, value: unknown, what: string, call: string): T {
  const result = format.safeParse(value);
  if (result.success) return frozen(result.data);
  throw definitionError({
    summary: `The definition of ${what} cannot be used`,
    found: result.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`),
    where: call,
    fix: `give every part in the form that the documentation of ${call} describes`,
  });
}

/**
 * Defines a release that this version of the package does not know, such as a cumulative update of Subscription Edition that
 * came out later. Its value goes into the `releases` argument of what names it as its target. It is judged by the same rules as
 * the releases of the package; plans say that it is defined by the program, and the state keeps the definition.
 *
 * ```ts
 * const cu1 = defineRelease({
 *   name: "SE CU1",
 *   source: "the release's announcement",
 *   build: "15.2.3000.1",
 *   levels: { schema: 17004, organization: 16764, domain: 13244 },
 *   upgradesFrom: ["2019 CU14", "2019 CU15", "SE RTM"],
 *   framework: { versions: ["4.8"], onLaterWindows: { version: "4.8.1", windows: "Windows Server 2022" } },
 *   windows: { versions: [{ name: "Windows Server 2022" }, { name: "Windows Server 2025" }] },
 *   forest: "not described",
 *   coexistence: [{ product: "2013", by: "Setup" }],
 *   setup: { licence: "accepted, with a choice of diagnostic data", extendedProtection: true },
 * });
 * ```
 *
 * @param definition all that is known; numbers are those that Microsoft publishes, and none of the example's
 * @returns the definition, checked and frozen: plain JSON
 * @throws DefinitionError with every part that cannot be used
 */
export function defineRelease(definition: ReleaseDefinition): ReleaseDefinition {
  return readRelease(definition);
}

/**
 * Tells of a newer update of a release: servers with a build above the newest one that is known are judged as unknown, since
 * the build may be that of a later release. Its value goes into the `releases` argument, too.
 *
 * ```ts
 * const november = defineUpdate({ release: "SE RTM", newestUpdate: "15.2.2562.60", source: "KB…" });
 * ```
 *
 * @returns the definition, checked and frozen: plain JSON
 * @throws DefinitionError with every part that cannot be used
 */
export function defineUpdate(definition: UpdateDefinition): UpdateDefinition {
  return parsed(updateFormat, definition, "an update", "defineUpdate");
}

export function definitionError(problem: Problem): DefinitionError {
  return new DefinitionError(renderProblem(problem));
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the definition" : path.map(String).join(".");
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
