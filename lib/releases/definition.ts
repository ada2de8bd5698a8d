/**
 * Releases that a program defines: a cumulative update that came out after this version of the package. A definition is
 * plain JSON, so that it can be passed to the provider and kept in the state unchanged.
 */
import type { z } from "zod";
import { type Problem, renderProblem } from "../text";
import type { FrameworkName } from "./framework";
import type { Product } from "./products";
import type { SoftwareName } from "./software";
import type { WindowsServerName } from "./windowsServer";

/** A version of Windows Server that a release supports. */
export interface WindowsVersionDefinition {
  /** Such as `Windows Server 2022`. */
  readonly name: WindowsServerName;
  /** Number of the least service pack. @default 0 */
  readonly servicePack?: number | undefined;
  /** True if sources disagree: rules then warn instead of refusing. @default false */
  readonly unsettled?: boolean | undefined;
}

/** The .NET Framework that a release supports. */
export interface FrameworkDefinition {
  /** Versions that are supported on every Windows, e.g. `4.8`. */
  readonly versions: readonly FrameworkName[];
  /** A version that is supported only from a version of Windows on. @default none */
  readonly onLaterWindows?:
    | { readonly version: FrameworkName; readonly windows: WindowsServerName }
    | undefined;
}

/** What a release requires of the Windows of its servers. */
export interface WindowsDefinition {
  readonly versions: readonly WindowsVersionDefinition[];
  /** Whether Server Core is supported. @default not known */
  readonly core?: boolean | undefined;
}

/** What a release requires of the forest. */
export interface ForestDefinition {
  /** Windows on domain controllers. */
  readonly domainControllers: readonly WindowsVersionDefinition[];
  /** Functional level of the forest, by its number (msDS-Behavior-Version). */
  readonly level: {
    /** Setup refuses below this level. */
    readonly refusedBelow: number;
    /** The lowest level that is supported. */
    readonly least: number;
    /** The highest level that is listed. @default every level above */
    readonly most?: number | undefined;
  };
}

/** What a release requires of the servers of an earlier product. */
export interface CoexistenceDefinition {
  readonly product: Product;
  /** `Setup`: Setup refuses. `support`: Setup runs, but the servers are not supported beside the release. */
  readonly by: "Setup" | "support";
  /**
   * The lowest build that its servers must have, and the name of that build.
   * @default no server of the product may exist
   */
  readonly atLeast?: { readonly build: string; readonly name: string } | undefined;
}

/**
 * A release that a program defines. Every field without a default is required. Write "not described" where nothing is known: rules then
 * answer "could not be verified". Builds are texts of four numbers.
 */
export interface ReleaseDefinition {
  /** Product and release, e.g. `SE CU1`. */
  readonly name: string;
  /** Where the release is published. Findings and plans quote it. */
  readonly source: string;
  /** The published build, e.g. `15.2.2562.17`. */
  readonly build: string;
  /** Lower builds that count as the release, such as that of Setup's program on the media. @default none */
  readonly otherBuilds?: readonly string[] | undefined;
  /** The newest update that is known: a higher build is judged as unknown. @default `build` */
  readonly newestUpdate?: string | undefined;
  readonly levels: {
    /** rangeUpper of CN=ms-Exch-Schema-Version-Pt after /PrepareSchema. */
    readonly schema: number;
    /** objectVersion of the organization container after /PrepareAD. */
    readonly organization: number;
    /** objectVersion of CN=Microsoft Exchange System Objects after /PrepareDomain. */
    readonly domain: number;
  };
  /** Releases that can be upgraded to it in place; empty if it needs new servers. */
  readonly upgradesFrom: readonly string[];
  readonly framework: FrameworkDefinition | "not described";
  readonly windows: WindowsDefinition | "not described";
  readonly forest: ForestDefinition | "not described";
  readonly coexistence: readonly CoexistenceDefinition[] | "none needed" | "not described";
  /**
   * Software that a server has to have before Setup runs, on the roles that need it for earlier releases; empty if none
   * is needed.
   * @default "not described"
   */
  readonly software?: readonly SoftwareName[] | "not described" | undefined;
  readonly setup: {
    /** Which switch Setup requires to accept the licence. */
    readonly licence: "none" | "accepted" | "accepted, with a choice of diagnostic data";
    /** Whether Setup switches Extended Protection on, and takes /DoNotEnableEP and /DoNotEnableEP_FEEWS. */
    readonly extendedProtection: boolean;
  };
}

/** A newer update of a release that is known, such as the newest security update of SE RTM. */
export interface UpdateDefinition {
  /** The release that it updates, e.g. `SE RTM`. */
  readonly release: string;
  /** The newest update that is known, e.g. `15.2.2562.53`. */
  readonly newestUpdate: string;
  /** Where this is published. */
  readonly source: string;
}

/** What a program may define of releases. */
export type Definition = ReleaseDefinition | UpdateDefinition;

/** A definition that cannot be used. Its message says what is wrong with it, where, and what is needed. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";

  constructor(
    message: string,
    /** What is wrong, in one line. */
    readonly short: string,
  ) {
    super(message);
  }
}

/**
 * Checks the form of a definition.
 * @param value what the program gave, or the state kept
 * @returns a frozen copy, plain JSON
 * @throws DefinitionError where it cannot be used
 */
export function readDefinition(value: unknown): Definition {
  return isUpdate(value)
    ? parsed(formats().updateFormat, value, `an update of ${nameIn(value.release)}`, "defineUpdate")
    : readRelease(value);
}

/** Loaded only if a program defines something: zod doubles what the package adds to the start of a program. */
const formats = () => require("./definitionFormat") as typeof import("./definitionFormat");

function isUpdate(value: unknown): value is { readonly release: unknown } {
  return typeof value === "object" && value !== null && "release" in value && !("name" in value);
}

function readRelease(value: unknown): ReleaseDefinition {
  const name = typeof value === "object" && value !== null && "name" in value ? value.name : undefined;
  return parsed(formats().releaseFormat, value, nameIn(name), "defineRelease");
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
 * Defines a release that this version of the package does not know, such as a later cumulative update of Subscription
 * Edition. Pass the result in the `releases` argument of each resource that names the release as its target. The rules
 * that judge the package's own releases judge it, too. Plans show that the program defined it, and the state keeps the
 * definition.
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
 *   software: ["Visual C++ 2012 Redistributable (x64)", "IIS URL Rewrite Module"],
 *   setup: { licence: "accepted, with a choice of diagnostic data", extendedProtection: true },
 * });
 * ```
 *
 * @param definition all that is known, with the numbers that Microsoft publishes; those of the example are invented
 * @returns the definition, checked and frozen: plain JSON
 * @throws DefinitionError with every part that cannot be used
 */
export function defineRelease(definition: ReleaseDefinition): ReleaseDefinition {
  return readRelease(definition);
}

/**
 * Defines a newer update of a release. Without it, servers with a build above the newest known update are judged as
 * unknown, since the build may be that of a later release. Pass the result in the `releases` argument, too.
 *
 * ```ts
 * const november = defineUpdate({ release: "SE RTM", newestUpdate: "15.2.2562.60", source: "KB…" });
 * ```
 *
 * @returns the definition, checked and frozen: plain JSON
 * @throws DefinitionError with every part that cannot be used
 */
export function defineUpdate(definition: UpdateDefinition): UpdateDefinition {
  return parsed(formats().updateFormat, definition, "an update", "defineUpdate");
}

export function definitionError(problem: Omit<Problem, "code">): DefinitionError {
  const found = [problem.found ?? []].flat().join("; ");
  return new DefinitionError(
    renderProblem({ ...problem, code: "XU-DEFINITION" }),
    `${problem.summary}: ${found}`,
  );
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the definition" : path.map(String).join(".");
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
