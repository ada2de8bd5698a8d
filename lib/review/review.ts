/**
 * A plan for review, as data: what `npx exchange-upgrade plan` renders and compares. It is made from what each
 * resource's check found, so it is the very plan that a preview computes.
 */
import type { Role } from "../facts";
import type { RunMode, StepKind } from "../model";
import type { ChangeWindow } from "../plan/changeWindow";
import type { StepPlan } from "../plan/stepPlan";
import type { ProgramPlace } from "../rules/program/argumentTexts";

/** A finding as reviewers see it. */
export interface ReviewFinding {
  /** Number of the rule, e.g. `D3`; the code of a cause, e.g. `XU-LOGON`. */
  readonly rule: string;
  readonly level: "must" | "should";
  /** `fails`: the rule is broken; `unknown`: it could not be judged. */
  readonly verdict: "fails" | "unknown";
  /** First line: rule, level, step, computer, what is wrong. */
  readonly summary: string;
  /** The whole message, several lines, as preview prints it. */
  readonly text: string;
  /** What keeps several rules, or those of several computers, from being judged; absent where the finding is one rule's. */
  readonly cause?: ReviewCause | undefined;
}

/** A cause as reviewers see it: those of one rule, problem and fix are one. */
export interface ReviewCause {
  readonly problem: string;
  readonly found: string | null;
  readonly needed: string;
  /** Arguments of the program, by their paths. */
  readonly arguments: readonly string[];
  readonly fix: string;
  /** Rules that it keeps from being judged. */
  readonly rules: readonly string[];
}

/** A step that was refused in itself, so that it has no plan: wrong arguments, a rollback, a target that is not offered. */
export interface ReviewRefusal {
  /** As {@link ReviewStep.name}. */
  readonly name: string | null;
  readonly kind: StepKind;
  /** FQDN; null where even that is wrong. */
  readonly computer: string | null;
  /** Its rule is `arguments` where no rule is broken. */
  readonly finding: ReviewFinding;
}

/** One step: one line of the file that checks write where EXCHANGE_UPGRADE_REPORT names one. */
export interface ReviewStep {
  /** Name of the Pulumi resource; null where check was not told. */
  readonly name: string | null;
  readonly kind: StepKind;
  /** Release that the step brings about. */
  readonly target: string;
  /** FQDN. */
  readonly computer: string;
  readonly run: RunMode;
  readonly plan: StepPlan;
  /** Roles and site of a server as far as they are known; empty and null for a preparation. */
  readonly roles: readonly Role[];
  readonly site: string | null;
  /** Domains that a domain step prepares (`*` for all); empty for the others. */
  readonly domains: readonly string[];
  /** Name of the wave that the step belongs to, as `after` names it; null outside waves. */
  readonly wave: string | null;
  /** What the wave's servers are, e.g. `other Client Access`; null where the program does not say. */
  readonly waveTitle: string | null;
  /** FQDNs of servers, and names of waves, that come before it. */
  readonly after: readonly string[];
  /** When it may be started (R10); null at any time. Like the next four absent in reviews of versions that did not tell. */
  readonly changeWindow?: ChangeWindow | null | undefined;
  /** Where the program has the change window, in the words of a component; absent for a resource of its own. */
  readonly windowPlace?: ProgramPlace | undefined;
  /** Minutes that it is expected to take when it runs, those that are kept for a restart included. */
  readonly minutes?: number | undefined;
  /** Whether a server may be restarted after its Setup; null for a preparation. */
  readonly reboot?: "never" | "ifRequired" | null | undefined;
  /**
   * When it is expected to start and to end, in minutes after the first step of this run; of a program with several windows, the
   * first step that runs in its window. Absent, too, for a step that has nothing to do.
   */
  readonly starts?: number | undefined;
  readonly ends?: number | undefined;
  /** `pending`: Setup has work to do. `done`: at the target. `above`: beyond it. `absent`: nothing there. */
  readonly progress: "pending" | "done" | "above" | "absent" | "unknown";
  /** True where an earlier Setup has begun a server's upgrade and did not finish it; else absent. */
  readonly begun?: boolean | undefined;
  /** What is there now, in words; why it could not be read where progress is `unknown`. */
  readonly now: string;
  readonly findings: readonly ReviewFinding[];
  /** Findings that a reviewer has accepted, with the reason. */
  readonly waived: readonly { readonly rule: string; readonly reason: string; readonly summary: string }[];
}

/** The whole plan: what the JSON that `plan` writes holds. */
export interface Review {
  readonly schemaVersion: 1;
  /** When it was made, ISO 8601 in UTC. */
  readonly madeAt: string;
  /** When the facts were read: differs from `madeAt` where the preview ran from a facts snapshot; null when read live. */
  readonly factsReadAt: string | null;
  /** DNS name of the forest root domain; null where it could not be read. */
  readonly forest: string | null;
  /** Version of this package. */
  readonly version: string;
  /** Names of the Pulumi project and stack that were previewed; absent where no check has told them. */
  readonly project?: string | undefined;
  readonly stack?: string | undefined;
  /** Commit of the program, and whether something was changed since; absent outside a git repository. */
  readonly commit?: string | undefined;
  /** Why steps may be missing, in one sentence: the preview ended with an error. Absent where every step is here. */
  readonly incomplete?: string | undefined;
  /** Steps that were refused in themselves; absent where there are none. */
  readonly refused?: readonly ReviewRefusal[] | undefined;
  /** How many steps the preview's `--parallel` lets run at once; absent where that is not known. */
  readonly parallel?: number | undefined;
  /** In the order in which they may run: every step after those that it waits for. */
  readonly steps: readonly ReviewStep[];
}

/**
 * Line of a report that says that every step has its line: the gate after the last step writes it, whose check may then
 * make the preview fail.
 */
export const completeLine = JSON.stringify({ review: 1, complete: true });

/** A wave's line in the file that EXCHANGE_UPGRADE_REPORT names: a step does not know which wave it belongs to. */
export interface WaveLine {
  readonly review: 1;
  readonly wave: {
    /** As {@link ReviewStep.wave}. */
    readonly name: string;
    /** As {@link ReviewStep.waveTitle}. */
    readonly title: string | null;
    /** FQDNs, in lower case. */
    readonly servers: readonly string[];
  };
}

/** A line of the report that says which steps the program makes, or the gate before all of them was given, by the names of their resources. */
export interface StepsLine {
  readonly review: 1;
  readonly steps: readonly string[];
}

/** A line of the report with what the program defines of releases, for `exchange-upgrade path`. */
export interface DefinitionsLine {
  readonly review: 1;
  /** As they were given; readDefinition checks them. */
  readonly definitions: readonly unknown[];
}

/** Which stack a line is about; absent where check was not told the resource's URN. */
export interface StackNames {
  readonly project?: string | undefined;
  readonly stack?: string | undefined;
}

/** A line of the report on a step that was refused in itself. */
export interface RefusedLine extends StackNames {
  readonly review: 1;
  /** When check ran, ISO 8601 in UTC. */
  readonly at: string;
  readonly refused: ReviewRefusal;
}

/** A line of the report that says how far the gate before all steps has come with reading: for who waits for it. */
export interface ProgressLine {
  readonly review: 1;
  readonly progress: { readonly read: number; readonly all: number };
}

/** A line of the file that EXCHANGE_UPGRADE_REPORT names: check appends one per step, and per time that it runs. */
export interface ReportLine extends StackNames {
  readonly review: 1;
  /** When check ran, ISO 8601 in UTC. */
  readonly at: string;
  /** As {@link Review.forest}. */
  readonly forest: string | null;
  /** As {@link Review.factsReadAt}. */
  readonly factsReadAt: string | null;
  /** As {@link Review.parallel}. */
  readonly parallel?: number | undefined;
  readonly step: ReviewStep;
}
