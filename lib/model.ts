/** What an upgrade is made of, in words that programs, provider, plan and rules share. */

/** The four kinds of steps, in the order in which an organization goes through them. */
export const stepKinds = ["schema", "organization", "domain", "server"] as const;

/** One of {@link stepKinds}: /PrepareSchema, /PrepareAD, /PrepareDomain or /PrepareAllDomains, /mode:upgrade. */
export type StepKind = (typeof stepKinds)[number];

/** Everything that a rule can be about: a step, or a security update of a computer. */
export const judgedKinds = [...stepKinds, "securityUpdate"] as const;

/** One of {@link judgedKinds}. */
export type JudgedKind = (typeof judgedKinds)[number];

/** How Setup is started on the computer; what the modes differ in is in lib/runModes.ts. */
export type RunMode = "task" | "scheduled" | "direct" | "manual";

/**
 * What the steps up to and including one will have done, as planned: this is what later steps are judged on,
 * because in preview nothing has happened yet.
 */
export interface Planned {
  /** Release that everything is planned to reach, e.g. `2007 SP1`. */
  readonly target: string;
  /** Release, or releases, that the plan starts from: `2007 RTM`. */
  readonly from: string;
  readonly schema: boolean;
  readonly organization: boolean;
  /** DNS names of the domains that are prepared; `*` when all of them are. */
  readonly domains: readonly string[];
  /** FQDN of the server that is upgraded; absent for preparations. */
  readonly server?: string;
  /** Name of the wave, where this is a whole wave of servers. */
  readonly wave?: string;
  /** True when somebody else prepared and the live directory has to show it (`Prepared.verify`). */
  readonly verify?: boolean;
  /** True when the server needs no directory at all (`Prepared.edge`). */
  readonly edge?: boolean;
  /** True when the first server's own upgrade prepares what is not prepared (`Prepared.byFirstServer`). */
  readonly byFirstServer?: boolean;
}

/** The release, or releases, that a wave's servers reach. Waves of 0.1.0 have recorded none: that version offered one. */
export function targetOfWave({ target = "2007 SP1" }: Partial<Planned>): string {
  return target;
}

/**
 * `readiness` stands before every step and `verification` after all of them; a `wave` after its servers; `commands` before the
 * commands that a program runs ahead of a server's upgrade.
 */
export type GateKind = "readiness" | "wave" | "verification" | "commands";

/** What a provider serves: a step, a security update, a wave, or a gate. */
export type ProviderKind = JudgedKind | GateKind;

/** A failure of Setup that is known. */
export interface SetupCause {
  /** What stopped Setup, and what it is about: a phrase without a full stop. */
  readonly cause: string;
  /** What to do: an imperative without a full stop. */
  readonly action: string;
}

/** How an attempt to run Setup ended that did not bring its result. */
export interface SetupFailure {
  /** In a word or two: `exit code 1`, `interrupted`, `not run`. */
  readonly how: string;
  /** What that means, where it is not Setup's own failure; else null. */
  readonly why: string | null;
  /** Setup's own words; null where it left none. */
  readonly said: string | null;
  /** What is known of it. @default nothing */
  readonly cause?: SetupCause | undefined;
  /** The phase that failed, or the last one that began; null where Setup printed none. */
  readonly phase: string | null;
  /** Number of the attempt on that computer. */
  readonly attempt: number;
  /** Paths of Setup's log and of what it printed. */
  readonly log: string;
  readonly output: string;
}
