/**
 * A plan for review, as data: `npx exchange-upgrade plan` renders and compares it. It is made from the results of the
 * resources' checks, so it is exactly the plan that a preview computes.
 */
import type { Role } from "../facts";
import type { RunMode, StepKind } from "../model";
import type { ChangeWindow } from "../plan/changeWindow";
import type { ClusterPlan } from "../plan/clusterPlan";
import type { Phase } from "../plan/phases";
import type { StepPlan } from "../plan/stepPlan";
import type { DueStep } from "../rules/cluster/clusterState";
import type { ProgramPlace } from "../rules/program/argumentTexts";

/** A finding as reviewers see it. */
export interface ReviewFinding {
  /** Id of the rule, e.g. `D3`; or code of a cause, e.g. `XU-LOGON`. */
  readonly rule: string;
  readonly level: "must" | "should";
  /** `fails`: the rule is broken; `unknown`: it could not be judged. */
  readonly verdict: "fails" | "unknown";
  /** First line: rule, level, step, computer, what is wrong. */
  readonly summary: string;
  /** The whole message, several lines, as preview prints it. */
  readonly text: string;
  /**
   * The cause that keeps several rules, or those of several computers, from being judged; absent if the finding is
   * about one rule.
   */
  readonly cause?: ReviewCause | undefined;
  /** FQDNs of the nodes that it is about; absent if it is about the step's own computer. */
  readonly on?: readonly string[] | undefined;
}

/** A cause as reviewers see it: its rule, problem and fix are the same everywhere. */
export interface ReviewCause {
  readonly problem: string;
  readonly found: string | null;
  readonly needed: string;
  /** Arguments of the program, by their paths. */
  readonly arguments: readonly string[];
  readonly fix: string;
  /** Rules that cannot be judged because of it. */
  readonly rules: readonly string[];
}

/**
 * A step that was refused as such and has no plan: its arguments are wrong, it is a rollback, or its target is not
 * offered. Or the program, where it was refused before it had made a step (`program`).
 */
export interface ReviewRefusal {
  /** As {@link ReviewStep.name}. */
  readonly name: string | null;
  readonly kind: StepKind | "clusteredMailbox" | "program";
  /** FQDN; null if that argument is wrong, too. */
  readonly computer: string | null;
  /** Its rule is `arguments` if no rule is broken. */
  readonly finding: ReviewFinding;
}

/** One step: one line of the file that EXCHANGE_UPGRADE_REPORT names, which checks write. */
export interface ReviewStep {
  /** Name of the Pulumi resource; null if the engine did not pass it to check. */
  readonly name: string | null;
  readonly kind: StepKind;
  /** Release that the step installs. */
  readonly target: string;
  /** FQDN. */
  readonly computer: string;
  readonly run: RunMode;
  /** How the computer is reached; absent over SSH, and without a connection. */
  readonly way?: "WinRM" | undefined;
  readonly plan: StepPlan;
  /** Roles and site of a server as far as they are known. A preparation has an empty list and null. */
  readonly roles: readonly Role[];
  readonly site: string | null;
  /** Domains that a domain step prepares (`*` for all); empty for the others. */
  readonly domains: readonly string[];
  /** Name of the wave that the step belongs to, as `after` names it; null outside waves. */
  readonly wave: string | null;
  /** What the wave's servers are, e.g. `other Client Access`; null if the program does not tell. */
  readonly waveTitle: string | null;
  /** FQDNs of servers, and names of waves, that must be finished first. */
  readonly after: readonly string[];
  /**
   * When it may be started (R10); null at any time. Like the next four, absent in reviews of versions that did not
   * write it.
   */
  readonly changeWindow?: ChangeWindow | null | undefined;
  /** The component argument that sets the change window; absent for a resource of its own. */
  readonly windowPlace?: ProgramPlace | undefined;
  /** Minutes that it is expected to take when it runs, including those reserved for a restart. */
  readonly minutes?: number | undefined;
  /** What these minutes are for, in order. Absent in reviews of versions that did not write it. */
  readonly phases?: readonly Phase[] | undefined;
  /** Whether a server may be restarted after its Setup; null for a preparation. */
  readonly reboot?: "never" | "ifRequired" | null | undefined;
  /**
   * When it is expected to start and to end, in minutes after the first step of this run. If a program has several
   * windows: after the first step in its window. Absent also for a step that has nothing to do.
   */
  readonly starts?: number | undefined;
  readonly ends?: number | undefined;
  /**
   * `pending`: Setup has work to do. `done`: at the target. `above`: beyond it. `absent`: Exchange is not installed
   * there.
   */
  readonly progress: "pending" | "done" | "above" | "absent" | "unknown";
  /** True if an earlier Setup has begun the server's upgrade and not finished it; else absent. */
  readonly begun?: boolean | undefined;
  /** The current state in words; if progress is `unknown`, why it could not be read. */
  readonly now: string;
  readonly findings: readonly ReviewFinding[];
  /** Findings that a reviewer has accepted, with the reason. */
  readonly waived: readonly { readonly rule: string; readonly reason: string; readonly summary: string }[];
}

/** A clustered mailbox server. A person does its steps, so it has no command, no account of a Setup, and no minutes. */
export interface ReviewCluster {
  /** As {@link ReviewStep.name}. */
  readonly name: string | null;
  /** Release that it and its nodes reach. */
  readonly target: string;
  /** FQDN of the clustered mailbox server. */
  readonly computer: string;
  /** All steps, in their order. */
  readonly plan: ClusterPlan;
  /** As {@link ReviewStep.after}. */
  readonly after: readonly string[];
  /** As {@link ReviewStep.wave}; absent where it is in none. */
  readonly wave?: string | undefined;
  /** As {@link ReviewStep.waveTitle}. */
  readonly waveTitle?: string | null | undefined;
  /** When a step is said (R10); null at any time. */
  readonly changeWindow: ChangeWindow | null;
  /** FQDNs of the nodes that are reached over WinRM; absent where none is. */
  readonly overWinRm?: readonly string[] | undefined;
  /** As {@link ReviewStep.progress}. `done` only where the server object and every node were seen at the target. */
  readonly progress: "pending" | "done" | "above" | "unknown";
  /** The step that is due, with its support; null where none is, or none is known. */
  readonly due: DueStep | null;
  /** What was seen, or why it was not looked at. */
  readonly now: string;
  readonly findings: readonly ReviewFinding[];
  /** As {@link ReviewStep.waived}. */
  readonly waived: ReviewStep["waived"];
}

/** The whole plan: the content of the JSON that `plan` writes. */
export interface Review {
  readonly schemaVersion: 1;
  /** When it was made, ISO 8601 in UTC. */
  readonly madeAt: string;
  /** When the facts were read. Differs from `madeAt` if the preview used a facts snapshot; null if it read live. */
  readonly factsReadAt: string | null;
  /** DNS name of the forest root domain; null if it could not be read. */
  readonly forest: string | null;
  /** Version of this package. */
  readonly version: string;
  /** Names of the Pulumi project and stack that were previewed; absent if the engine passed them to no check. */
  readonly project?: string | undefined;
  readonly stack?: string | undefined;
  /** Commit of the program, and whether files were changed since; absent outside a git repository. */
  readonly commit?: string | undefined;
  /** Why steps may be missing, in one sentence: the preview ended with an error. Absent if the review is complete. */
  readonly incomplete?: string | undefined;
  /** Steps that were refused as such; absent if there are none. */
  readonly refused?: readonly ReviewRefusal[] | undefined;
  /** The clustered mailbox servers, by name; absent if there are none. */
  readonly clusters?: readonly ReviewCluster[] | undefined;
  /** How many steps the preview's `--parallel` allows at once; absent if that is not known. */
  readonly parallel?: number | undefined;
  /** In the order in which they may run: each step comes after those that it waits for. */
  readonly steps: readonly ReviewStep[];
}

/**
 * Line of a report that tells that every step has its line. The gate after the last step writes it, and its check may
 * then make the preview fail.
 */
export const completeLine = JSON.stringify({ review: 1, complete: true });

/** A wave's line in the file that EXCHANGE_UPGRADE_REPORT names, needed since a step does not know its wave. */
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

/**
 * A line of the report with the names of steps: those that the program creates, or those that the gate before all steps
 * was given.
 */
export interface StepsLine {
  readonly review: 1;
  readonly steps: readonly string[];
}

/** A line of the report with the program's definitions of releases, for `exchange-upgrade path`. */
export interface DefinitionsLine {
  readonly review: 1;
  /** The definitions, unchanged; readDefinition checks them. */
  readonly definitions: readonly unknown[];
}

/** The stack that a line is about; absent if the engine did not pass the resource's URN to check. */
export interface StackNames {
  readonly project?: string | undefined;
  readonly stack?: string | undefined;
}

/** A line of the report about a step that was refused as such. */
export interface RefusedLine extends StackNames {
  readonly review: 1;
  /** When check ran, ISO 8601 in UTC. */
  readonly at: string;
  readonly refused: ReviewRefusal;
}

/** A line of the report for whoever waits: how many computers the gate before all steps has read so far. */
export interface ProgressLine {
  readonly review: 1;
  readonly progress: { readonly read: number; readonly all: number };
}

/** What the lines of steps and of clustered mailbox servers share. */
interface LineHead extends StackNames {
  readonly review: 1;
  /** When check ran, ISO 8601 in UTC. */
  readonly at: string;
  /** As {@link Review.forest}. */
  readonly forest: string | null;
  /** As {@link Review.factsReadAt}. */
  readonly factsReadAt: string | null;
}

/** A line of the report about a clustered mailbox server, from its check. */
export interface ClusterLine extends LineHead {
  readonly cluster: ReviewCluster;
}

/** A line of the file that EXCHANGE_UPGRADE_REPORT names: each check of a step appends one. */
export interface ReportLine extends LineHead {
  /** As {@link Review.parallel}. */
  readonly parallel?: number | undefined;
  readonly step: ReviewStep;
}
