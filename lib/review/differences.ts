/** The differences between two reviews, as data. Pure. */
import type { ReviewFinding, ReviewStep } from "./review";

/** The step that a difference is about. */
export interface StepReference {
  /** Name of the Pulumi resource; null where it is not known. */
  readonly name: string | null;
  /** The step in words, e.g. `server upgrade`. */
  readonly step: string;
  readonly computer: string;
}

/** Which review a difference between the reviews themselves is about. */
export type ReviewField = "forest" | "version" | "project" | "stack" | "incomplete" | "expected time";

export type Difference =
  | {
      readonly kind: "review-changed";
      readonly field: ReviewField;
      readonly before: string | null;
      readonly after: string | null;
    }
  | { readonly kind: "step-added" | "step-removed"; readonly step: StepReference; readonly command: string }
  | {
      readonly kind: "step-changed";
      readonly step: StepReference;
      /** Path in {@link ReviewStep}: `plan.command`, `after`, … */
      readonly field: string;
      /** The value as text; several values separated by `, `. */
      readonly before: string;
      readonly after: string;
    }
  /**
   * The step has another position among the steps that both reviews contain. Positions count from 1 in the whole plan.
   */
  | {
      readonly kind: "step-moved";
      readonly step: StepReference;
      readonly before: number;
      readonly after: number;
    }
  | {
      readonly kind: "finding-new" | "finding-gone";
      readonly step: StepReference;
      readonly finding: ReviewFinding;
    }
  | {
      readonly kind: "waiver-new" | "waiver-gone";
      readonly step: StepReference;
      readonly rule: string;
      readonly reason: string;
    };

type Judged = Pick<ReviewStep, "findings" | "waived">;

/** Findings and waivers that only one of the two steps has. */
export function news(step: StepReference, before: Judged | undefined, after: Judged): readonly Difference[] {
  const findingKey = ({ rule, level, verdict, summary }: ReviewFinding) =>
    JSON.stringify([rule, level, verdict, summary]);
  const waiverKey = ({ rule, reason }: ReviewStep["waived"][number]) => JSON.stringify([rule, reason]);
  const findings = changes(before?.findings ?? [], after.findings, findingKey);
  const waivers = changes(before?.waived ?? [], after.waived, waiverKey);
  return [
    ...findings.added.map((finding): Difference => ({ kind: "finding-new", step, finding })),
    ...findings.gone.map((finding): Difference => ({ kind: "finding-gone", step, finding })),
    ...waivers.added.map(({ rule, reason }): Difference => ({ kind: "waiver-new", step, rule, reason })),
    ...waivers.gone.map(({ rule, reason }): Difference => ({ kind: "waiver-gone", step, rule, reason })),
  ];
}

/** What only one of two lists has, by a key. */
export function changes<T>(before: readonly T[], after: readonly T[], key: (value: T) => string) {
  const old = new Set(before.map(key));
  const now = new Set(after.map(key));
  return {
    added: after.filter((one) => !old.has(key(one))),
    gone: before.filter((one) => !now.has(key(one))),
  };
}
