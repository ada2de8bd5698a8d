/** The words for an upgrade that program, provider, plan and rules share. */

/** The four kinds of steps, in the order in which an organization goes through them. */
export const stepKinds = ["schema", "organization", "domain", "server"] as const;

/** One of {@link stepKinds}: /PrepareSchema, /PrepareAD, /PrepareDomain or /PrepareAllDomains, /mode:upgrade. */
export type StepKind = (typeof stepKinds)[number];

/** Everything that a rule can judge: a step, a security update of a computer, or a clustered mailbox server. */
export const judgedKinds = [...stepKinds, "securityUpdate", "clusteredMailbox"] as const;

/** One of {@link judgedKinds}. */
export type JudgedKind = (typeof judgedKinds)[number];

/** How Setup is started on the computer. lib/runModes.ts lists the differences. */
export type RunMode = "task" | "scheduled" | "direct" | "manual";

/**
 * What the steps up to and including one will have done if they go as planned. Later steps are judged by it, since
 * nothing has happened yet in preview.
 */
export interface Planned {
  /** Release that all steps reach, e.g. `2007 SP1`. */
  readonly target: string;
  /** Release, or releases, at which the plan starts: `2007 RTM`. */
  readonly from: string;
  readonly schema: boolean;
  readonly organization: boolean;
  /** DNS names of the domains that are prepared; `*` when all of them are. */
  readonly domains: readonly string[];
  /** FQDN of the server that is upgraded; absent for preparations. */
  readonly server?: string;
  /** Name of the wave, if this is a whole wave of servers. */
  readonly wave?: string;
  /** True if somebody else prepares, so that the live directory has to show it (`Prepared.verify`). */
  readonly verify?: boolean;
  /** True if the server needs no directory at all (`Prepared.edge`). */
  readonly edge?: boolean;
  /** True if the first server's own upgrade prepares what is not prepared (`Prepared.byFirstServer`). */
  readonly byFirstServer?: boolean;
}

/**
 * The release, or releases, that a wave's servers reach. Waves of 0.1.0 have recorded none, since that version offered
 * only one.
 */
export function targetOfWave({ target = "2007 SP1" }: Partial<Planned>): string {
  return target;
}

/**
 * `readiness` comes before every step and `verification` after all of them. A `wave` comes after its servers, and
 * `commands` before the commands that a program runs ahead of a server's upgrade.
 */
export type GateKind = "readiness" | "wave" | "verification" | "commands";

/** The kinds of resources: a step, a security update, a clustered mailbox server, a wave, or a gate. */
export type ProviderKind = JudgedKind | GateKind;

/** A known failure of Setup. */
export interface SetupCause {
  /** What stopped Setup, and on what: a phrase without a full stop. */
  readonly cause: string;
  /** What to do: an imperative without a full stop. */
  readonly action: string;
}

/** The end of an attempt to run Setup that did not reach its result. */
export interface SetupFailure {
  /** In a word or two: `exit code 1`, `interrupted`, `not run`. */
  readonly how: string;
  /** What that means, if Setup itself did not fail; else null. */
  readonly why: string | null;
  /** Setup's own words; null if it wrote none. */
  readonly said: string | null;
  /** The known failure that it is. @default none */
  readonly cause?: SetupCause | undefined;
  /** The phase that failed, or the last one that began; null if Setup printed none. */
  readonly phase: string | null;
  /** Number of the attempt on that computer. */
  readonly attempt: number;
  /** Paths of Setup's log and of its console output. */
  readonly log: string;
  readonly output: string;
}
