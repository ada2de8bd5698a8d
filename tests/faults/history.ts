/** What a campaign has seen: plain data, in the order of time, from the world's own records and never from the product's. */

/** Levels and versions of the whole world: `schema`, `organization`, `domain NAME`, and `COMPUTER ROLE` or `COMPUTER object`. */
export type Levels = { readonly [key: string]: string };

/** One thing that happened. `at` is in milliseconds of one monotonic clock. */
export type Event =
  /** A Setup began on a computer. */
  | {
      readonly kind: "began";
      readonly at: number;
      readonly computer: string;
      readonly run: number;
      /** Its arguments: what it is to bring about there. */
      readonly command: string;
      /** True when the product did not start it. */
      readonly foreign: boolean;
    }
  | {
      readonly kind: "ended";
      readonly at: number;
      readonly computer: string;
      readonly run: number;
      readonly result: "completed" | "refused" | "failed" | "killed";
    }
  /** The lock of a computer has another name: `free`, `owner-ID.BEAT`, or null while there is none. */
  | { readonly kind: "lock"; readonly at: number; readonly computer: string; readonly name: string | null }
  /** The product has sent the line that starts Setup, as this owner of the lock. */
  | { readonly kind: "launch"; readonly at: number; readonly computer: string; readonly owner: string }
  /** The product has been answered which processes run on a computer. */
  | { readonly kind: "looked"; readonly at: number; readonly computer: string }
  /** The product has told a computer to restart; `pending` where Windows waits for a restart. */
  | { readonly kind: "restart"; readonly at: number; readonly computer: string; readonly pending: boolean }
  /** Something in the world has changed. */
  | { readonly kind: "world"; readonly at: number; readonly levels: Levels }
  /** A stack was told that a step is done, or that it is not. */
  | {
      readonly kind: "reported";
      readonly at: number;
      readonly stack: string;
      readonly step: string;
      readonly done: boolean;
    };

/** What a step brings about. */
export interface Goal {
  readonly step: string;
  /** Levels of the world that it is about, at the target. */
  readonly levels: Levels;
}

/** A stack's record of a step at the end. */
export interface Recorded {
  readonly stack: string;
  readonly step: string;
  /** By the keys of the world. */
  readonly levels: Levels;
}

/** A whole campaign. */
export interface History {
  readonly events: readonly Event[];
  readonly goals: readonly Goal[];
  /** Milliseconds without a sign of life after which a lock may be taken over. */
  readonly lockTtlMs: number;
  readonly end: {
    /** True when every stack had every step within the bounded number of tries. */
    readonly converged: boolean;
    /** Why the last try of each stack failed, where it did. */
    readonly failures: readonly string[];
    readonly recorded: readonly Recorded[];
    readonly world: Levels;
    /** Stacks that were not told of a restart for which Windows still waits. */
    readonly untold: readonly string[];
    /** What is still on a computer and is not an administrator's, each with the computer in front: paths, tasks, processes. */
    readonly left: readonly string[];
    /** Computers of which a stack was told that their logon, refused, kept the product from removing its files there. */
    readonly refused: readonly string[];
    /** Where a secret was found: what was printed, logged, or left on a computer. */
    readonly secrets: readonly string[];
  };
}
