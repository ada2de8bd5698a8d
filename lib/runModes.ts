/** The differences between run modes: whose Setup runs, what the program has to give, and how long it may take. */
import type { RunMode } from "./model";

/**
 * The properties of a run mode, except how Setup is started on the computer, which lib/host/launch/modes.ts contains.
 */
export interface RunModeTraits {
  /**
   * The account that Setup runs as: that of the connection, the step's own `account`, or that of an operator, who
   * starts it. An operator's Setup is not an operation of this package, and leaves no files of one.
   */
  readonly runsAs: "connection" | "account" | "operator";
  /** True if Setup runs in the connection's own logon session, which R4, R5 and R6 then judge. */
  readonly inSession: boolean;
  /**
   * The credentials of the management shell that maintenance uses. `connection`: those of the connection's own logon
   * session, of which a logon with a key has none. `account`: those of `account`.
   */
  readonly managementShell: "connection" | "account";
  /** True if an operator may use Setup's wizard instead of its command line (D7, R13). */
  readonly mayBeWizard: boolean;
  /**
   * What the program has to give. A server's upgrade needs a connection in every mode: its registry proves the result.
   */
  readonly needs: {
    /** Folder on the computer that holds Setup of the target. */
    readonly media: boolean;
    readonly connection: boolean;
    readonly account: boolean;
    /** The account's password, which this package passes to Windows on the computer. */
    readonly password: boolean;
  };
  /** True if `taskName` has an effect. */
  readonly takesTaskName: boolean;
  /** Minutes that Setup, or an operator, may take unless the program sets another limit. */
  readonly setupMinutes: number;
}

/** Every run mode with its traits. */
export const runModeTraits: { readonly [M in RunMode]: RunModeTraits } = {
  task: {
    runsAs: "account",
    inSession: false,
    managementShell: "connection",
    mayBeWizard: false,
    needs: { media: true, connection: true, account: true, password: false },
    takesTaskName: true,
    setupMinutes: 240,
  },
  scheduled: {
    runsAs: "account",
    inSession: false,
    managementShell: "connection",
    mayBeWizard: false,
    needs: { media: true, connection: true, account: true, password: true },
    takesTaskName: false,
    setupMinutes: 240,
  },
  direct: {
    runsAs: "connection",
    inSession: true,
    managementShell: "connection",
    mayBeWizard: false,
    needs: { media: true, connection: true, account: false, password: false },
    takesTaskName: false,
    setupMinutes: 240,
  },
  manual: {
    runsAs: "operator",
    inSession: false,
    managementShell: "connection",
    mayBeWizard: true,
    needs: { media: false, connection: false, account: false, password: false },
    takesTaskName: false,
    setupMinutes: 1_440,
  },
};

/** The run mode of a step that names none. */
export const defaultRunMode: RunMode = "direct";

/** Names of all run modes. */
export const runModes = Object.keys(runModeTraits) as readonly RunMode[];

/** Run modes with a trait, as a program writes them: `"task", "scheduled" or "manual"`. */
export function runModesWith(has: (traits: RunModeTraits) => boolean): string {
  const names = runModes.filter((mode) => has(runModeTraits[mode])).map((mode) => JSON.stringify(mode));
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((each) => each !== "").join(" or ");
}
