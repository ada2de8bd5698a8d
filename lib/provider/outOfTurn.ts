/**
 * What keeps a resource from being created or changed whatever the rules say: missing predecessors, and inputs that
 * were not checked.
 */
import type { ClusterPlan } from "../plan/clusterPlan";
import type { StepPlan } from "../plan/stepPlan";
import type { UpdatePlan } from "../plan/updatePlan";
import { renderProblem } from "../text";
import { isCommand, nameIn } from "../wire/resourceNames";
import { type Props, sameJson } from "../wire/values";
import { notMade, type Passes } from "./memory/passes";

/**
 * Refuses a resource out of turn: the organization's gate has not let this run pass, or a predecessor is missing.
 * `pulumi up` calls it all the same if `--target` or `--exclude` leave those out.
 *
 * @param what the resource in words, e.g. `server upgrade on cas1.contoso.com`
 *
 * @throws Error that names what is missing; nothing was read or changed
 */
export function refuseOutOfTurn(passes: Passes, what: string, props: Props): void {
  const gate = passes.closedGate(props);
  const name = gate === null ? null : nameIn(gate.urn);
  const texts = [
    ...(gate === null ? [] : [gateText(what, gate)]),
    ...earlierText(
      what,
      notMade(props).filter((each) => each !== name),
      (each) => passes.wasAsked(each),
    ),
  ];
  if (texts.length > 0) throw new Error(texts.join("\n"));
}

function gateText(what: string, { urn, asked }: { readonly urn: string; readonly asked: boolean }): string {
  const name = nameIn(urn);
  return renderProblem({
    summary: `${what}: ${name}, the gate before every step, has not let this run pass`,
    found: asked
      ? "it was asked in this run, and refused"
      : "it was not asked in this run: `--target` or `--exclude` left it out; what an earlier run was allowed does not count",
    needed:
      "its judgement of the whole organization, on facts that are read in this run, before anything is started",
    where: asked ? `in the row of ${name}` : "in the options of pulumi up",
    fix: asked
      ? "do what its own refusal says, then run pulumi up again"
      : `run pulumi up without \`--target\` and \`--exclude\`, or ask for the gate, too: --target '${urn}'`,
    rule: "nothing is started while a rule is broken or could not be judged (docs/whole-organization.md)",
    code: "XU-GATE",
  });
}

function earlierText(
  what: string,
  missing: readonly string[],
  wasAsked: (name: string) => boolean,
): readonly string[] {
  if (missing.length === 0) return [];
  const part = (of: (name: string) => boolean, text: string) => {
    const names = missing.filter(of);
    return names.length === 0 ? [] : [`${text} ${names.join(", ")}`];
  };
  const leftOut = (name: string) => !isCommand(name) && !wasAsked(name);
  const found = [
    ...part(leftOut, "left out by --target or --exclude, and not in the state at the program's target:"),
    ...part(wasAsked, "failed in this run, or was not started:"),
    ...part(isCommand, "failed, or left out by --target or --exclude:"),
  ];
  return [
    renderProblem({
      summary: `${what}: what comes before it is not done: ${missing.join(", ")}`,
      found: found.join("; "),
      needed: "everything that the program puts before it",
      where: "in this run of pulumi up",
      fix: "remove the cause of what failed, ask for what was left out, too, and run pulumi up again; what is not to be done is taken out of the program",
      rule: "what comes before a step is done before it (docs/whole-organization.md)",
      code: "XU-OUT-OF-TURN",
    }),
  ];
}

/**
 * Refuses inputs that differ from the checked ones. The engine lets a policy that remediates change them after check,
 * so that the run would differ from preview and the recorded plan.
 *
 * @param what as for {@link refuseOutOfTurn}
 *
 * @param plan the plan of the present inputs; null for a resource without one
 *
 * @param runs false if nothing is started, so that only the recorded plan counts
 *
 * @throws Error that names what differs; nothing was read or changed
 */
export function refuseChanged(
  passes: Passes,
  what: string,
  props: Props,
  plan: StepPlan | UpdatePlan | ClusterPlan | null,
  runs = true,
): void {
  const planned = /^plan(ned)?(\.|$)/;
  const paths = runs ? passes.changedSinceCheck(props).filter((path) => !planned.test(path)) : [];
  const otherwise = plan !== null && passes.isOfThisRun(props.plan) ? planDifferences(props.plan, plan) : [];
  const found = [...(paths.length === 0 ? [] : [`changed since: ${paths.join(", ")}`]), ...otherwise];
  if (found.length === 0) return;
  throw new Error(
    renderProblem({
      summary: `${what}: its arguments are not those that were checked`,
      found: found.join("; "),
      needed:
        "the arguments that the check has judged and the recorded plan has been made of: nothing else is run",
      where: "in a policy pack with a policy that remediates: it acts after the check",
      fix: "make the change in the program, or let the policy report instead of remediate; then preview again",
      rule: "what runs is what the recorded plan says (docs/whole-organization.md)",
      code: "XU-CHANGED",
    }),
  );
}

/** Parts of a recorded plan that differ from the plan of the inputs. */
function planDifferences(recorded: Props, now: StepPlan | UpdatePlan | ClusterPlan): readonly string[] {
  const planned = now as unknown as Props;
  const keys = [...new Set([...Object.keys(recorded), ...Object.keys(planned)])];
  return keys
    .filter((key) => !sameJson(recorded[key], planned[key]))
    .map((key) => `plan.${key} is ${textOf(recorded[key])}, and would be ${textOf(planned[key])}`);
}

function textOf(value: unknown): string {
  return value === undefined ? "absent" : typeof value === "string" ? value : JSON.stringify(value);
}
