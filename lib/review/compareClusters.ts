/** What changed of the clustered mailbox servers between two reviews. Pure. */
import { windowText } from "../plan/changeWindow";
import { stepNames } from "../rules/finding";
import { clusterWords } from "./clusters";
import { changes, type Difference, news, type StepReference } from "./differences";
import type { Review, ReviewCluster } from "./review";

/** Two are the same if the FQDN of the clustered mailbox server is. One that was done as planned is no difference. */
export function clusterDifferences(
  { clusters: old = [] }: Review,
  { clusters: now = [] }: Review,
): readonly Difference[] {
  const { added, gone } = changes(old, now, keyOf);
  return [
    ...gone.map((each) => appeared("step-removed", each)),
    ...added.flatMap((each) => [appeared("step-added", each), ...news(referenceTo(each), undefined, each)]),
    ...now.flatMap((after) => {
      const before = old.find((each) => keyOf(each) === keyOf(after));
      return before === undefined ? [] : changed(before, after);
    }),
  ];
}

function keyOf({ computer }: ReviewCluster): string {
  return computer.toLowerCase();
}

function referenceTo({ name, computer }: ReviewCluster): StepReference {
  return { name, step: stepNames.clusteredMailbox, computer };
}

function appeared(kind: "step-added" | "step-removed", each: ReviewCluster): Difference {
  return {
    kind,
    step: referenceTo(each),
    command: `its nodes ${clusterWords(each).nodes}: ${each.plan.run}`,
  };
}

function changed(before: ReviewCluster, after: ReviewCluster): readonly Difference[] {
  const step = referenceTo(after);
  const isDoneAsPlanned = before.progress === "pending" && after.progress === "done";
  const [old, now] = [fieldsOf(before, isDoneAsPlanned), fieldsOf(after, isDoneAsPlanned)];
  const fields = Object.keys(now).flatMap((field): readonly Difference[] =>
    old[field] === now[field]
      ? []
      : [{ kind: "step-changed", step, field, before: old[field] ?? "none", after: now[field] ?? "none" }],
  );
  return [
    ...fields,
    ...news(step, isDoneAsPlanned ? { ...before, findings: after.findings } : before, after),
  ];
}

/** Every compared field as text. @param isPlanned without what a step that was done changes */
function fieldsOf(each: ReviewCluster, isPlanned: boolean): { readonly [field: string]: string } {
  const { name, target, plan, after, changeWindow, progress, due, now } = each;
  return {
    name: name ?? "none",
    target,
    nodes: [...plan.nodes].sort().join(", "),
    "plan.run": plan.run,
    "plan.steps": plan.steps.join("; "),
    "plan.gone": plan.gone?.join("; ") ?? "none",
    after: [...after].sort().join(", ") || "none",
    changeWindow: changeWindow === null ? "none" : windowText(changeWindow),
    ...(isPlanned ? {} : { progress, due: due?.text ?? "none", now }),
  };
}
