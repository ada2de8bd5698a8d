/** The phases of a step, in the order in which they run, with the minutes that each is expected to take. Pure. */
import { maintenanceMinutes } from "../releases";

/** Names of phases. A server is restarted after each program that has run, so `restart` may come twice. */
export const phaseNames = [
  "enter maintenance",
  "Setup",
  "security update",
  "restart",
  "leave maintenance",
  "prove",
] as const;

/**
 * Where the minutes of a phase come from: the program, the vendor's documentation, or nobody. Two phases that share one
 * argument are `unverified`, because only their sum is known.
 */
export const phaseSupports = ["program", "documented", "unverified"] as const;

/** A phase of a step. */
export interface Phase {
  readonly what: (typeof phaseNames)[number];
  /** Null for the proof: no minutes of the change window are kept for it. */
  readonly minutes: number | null;
  readonly support: (typeof phaseSupports)[number];
}

/** The minutes of a program, or of what is done around it. */
export interface PhaseMinutes {
  readonly minutes: number;
  readonly support: Phase["support"];
}

/** What a step consists of. */
export interface PhasesOfStep {
  /** What is still to be run, in order. */
  readonly runs: readonly (PhaseMinutes & { readonly what: "Setup" | "security update" })[];
  /** Minutes of one restart; null where the program allows none. */
  readonly restart: PhaseMinutes | null;
  /** Minutes of entering and leaving together; null where the server stays in service. */
  readonly maintenance: number | null;
}

/** The phases. The sum of their minutes is that of the step. */
export function phasesFrom({ runs, restart, maintenance }: PhasesOfStep): readonly Phase[] {
  const { enter, leave } = maintenanceMinutes;
  const entering = maintenance === null ? 0 : Math.round((maintenance * enter) / (enter + leave));
  const around = (what: Phase["what"], minutes: number): readonly Phase[] =>
    maintenance === null ? [] : [{ what, minutes, support: "unverified" }];
  return [
    ...around("enter maintenance", entering),
    ...runs.flatMap((run): readonly Phase[] =>
      restart === null ? [run] : [run, { what: "restart", ...restart }],
    ),
    ...around("leave maintenance", (maintenance ?? 0) - entering),
    { what: "prove", minutes: null, support: "unverified" },
  ];
}
