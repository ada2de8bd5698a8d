/** What the first and the last gate of an organization have in common: what they judge, and what they refuse. */
import { createHash } from "node:crypto";
import { releaseNamed } from "../../releases";
import { catalogueOf } from "../../releases/catalogue";
import type { Finding } from "../../rules/finding";
import { renderFinding } from "../../rules/finding";
import { countFindings, groupFindings, renderGroup } from "../../rules/findingGroups";
import { targetNotOffered } from "../../rules/handlerFindings";
import { type CheckAnswer, type CheckFailure, refusal } from "../../wire/answers";
import type { ResourceLog } from "../../wire/engine";
import { nameIn } from "../../wire/resourceNames";
import { credentialKeys } from "../../wire/secrets";
import { isRecord, type Props, sameJson, withoutBookkeeping } from "../../wire/values";
import type { Call } from "../call";
import { argumentText } from "../check";
import { look } from "../look";
import type { Run } from "../memory/run";
import { refuseChanged } from "../outOfTurn";
import { reportProgress } from "../report";
import { isOffered } from "../step/step";
import { type NeededCredentials, unsetTexts } from "../step/variables";
import type { JudgedCluster } from "./organizationClusters";
import { eachStep, type JudgedStep, type Organization, organizationOf } from "./organizationSteps";

/**
 * Judges every step as if all planned steps were done.
 * @param recorded whether the state has a step at its target, by name
 */
export function judgePlanned(
  { run, preview, log }: Call,
  organization: Organization,
  recorded: (name: string) => boolean,
): Promise<readonly JudgedStep[]> {
  return eachStep(
    organization,
    async (each, seconds) => ({
      ...each,
      ...(await look(run, each.step, {
        why: "preview",
        preview,
        recorded: recorded(each.name) ? "if shown" : false,
        unknown: each.parsed.unknown,
        seconds,
      })),
    }),
    progressReporter(log),
  );
}

/** The findings of all steps and clustered mailbox servers that no waiver accepts. */
export function unwaivedFindings(
  judged: readonly JudgedStep[],
  clusters: readonly JudgedCluster[],
): readonly Finding[] {
  return [
    ...judged.flatMap(({ waived }) => waived.remaining),
    ...clusters.flatMap(({ findings }) => findings),
  ];
}

/**
 * The organization of a gate that is created or updated.
 *
 * @throws Error for inputs that were not checked, and for unusable ones
 */
export function organizationToCreate(run: Run, kind: string, inputs: Props): Organization {
  const { __urn: urn } = inputs;
  refuseChanged(run.passes, typeof urn === "string" ? nameIn(urn) : kind, inputs, null);
  const organization = organizationOf(run, inputs);
  const wrong = [...argumentRefusals(organization), ...targetRefusals(organization)];
  if (wrong.length > 0) throw new Error(wrong.map((f) => f.reason).join("\n"));
  return organization;
}

/** The state's record of a gate. */
export function recordOf(inputs: Props): { readonly target: unknown; readonly digest: string } {
  return { target: inputs.target, digest: digestOf(inputs) };
}

/** Which credentials a check needs, by the name of the step. */
export function neededBy(
  { run, preview }: Call,
  recorded: (name: string) => boolean,
): ((name: string) => NeededCredentials) | undefined {
  if (!run.facts.needsCredentials(preview)) return undefined;
  return (name) => ({ preview, recorded: recorded(name) });
}

/** Notes how many steps run at once, and returns the inputs without that number. */
export function withoutParallel(run: Run, { __parallel: parallel, ...inputs }: Props): Props {
  run.forecast.parallel = typeof parallel === "number" ? parallel : undefined;
  return inputs;
}

/** Refuses a facts snapshot of something else once, before any row: no plan can be made from it. */
export function snapshotRefusals({ facts }: Run, { steps, clusters }: Organization): CheckAnswer["failures"] {
  const all = [
    ...steps.map(({ step }) => step),
    ...clusters.map(({ parsed }) => parsed.cluster?.cms ?? null),
  ];
  const reasons = all.flatMap((step) => (step === null ? [] : (facts.snapshot.refusal(step) ?? [])));
  return reasons.slice(0, 1).map(refusal);
}

/** Merges unusable arguments into one refusal: an argument that many steps take from one place appears once. */
export function argumentRefusals({ steps, clusters }: Organization): CheckFailure[] {
  const problems = new Set(
    [...steps, ...clusters].flatMap(({ name, parsed: { place, problems: own } }) =>
      place === null ? own.map((problem) => `${name}: ${problem}`) : own,
    ),
  );
  const all = [...problems, ...unsetTexts([...steps, ...clusters].flatMap(({ unset }) => unset))];
  return all.length === 0 ? [] : [refusal(argumentText(all, "nothing was started"))];
}

/** A target that is refused as such: in preview by the steps' rows, in `up` before anything that precedes a step. */
export function targetRefusals({ steps }: Organization): CheckFailure[] {
  const wrong = steps.find(({ parsed: { known } }) => {
    const release =
      known.target === undefined ? undefined : releaseNamed(known.target, catalogueOf(known.releases ?? []));
    return known.target !== undefined && (release === undefined || !isOffered(release));
  });
  if (wrong === undefined) return [];
  const { target = "", computer } = wrong.parsed.known;
  return [
    refusal(
      renderFinding(
        targetNotOffered({ step: wrong.kind, computer: computer?.name ?? "its computer" }, target),
      ),
    ),
  ];
}

/** One failure with the counts, then one for each computer with all of its findings. */
export function refusals(findings: readonly Finding[]): CheckAnswer["failures"] {
  const head = `nothing was started: ${countFindings(findings)}; the worst come first`;
  return [head, ...groupFindings(findings).map(renderGroup)].map(refusal);
}

/** Reports the progress of reading, ten times in all. */
export function progressReporter(log: ResourceLog): (read: number, all: number) => void {
  return (read, all) => {
    reportProgress(read, all);
    if (read % Math.ceil(all / 10) === 0) void log.progress(`read what ${read} of ${all} steps need`);
  };
}

/**
 * The steps that the state has, by the gate's inputs. Their computers are not contacted if the directory shows them
 * done. The first gate is created before anything is done, so the directory decides what has been done since.
 */
export function recordedIn(olds: Props, news: Props): (name: string) => boolean {
  if (olds.target !== news.target || !isRecord(olds.steps) || !isRecord(news.steps)) return () => false;
  const [old, now] = [olds.steps, news.steps];
  return (name) =>
    Object.hasOwn(old, name) &&
    computerOf(old[name]) === computerOf(now[name]) &&
    sameJson(updateOf(old[name]), updateOf(now[name]));
}

function updateOf(step: unknown): unknown {
  return isRecord(step) ? step.securityUpdate : undefined;
}

function computerOf(step: unknown): string | undefined {
  const name = isRecord(step) && isRecord(step.computer) ? step.computer.name : undefined;
  return typeof name === "string" ? name.toLowerCase() : undefined;
}

/** The identity of a gate's organization, without credentials: a new password does not change it. */
export function digestOf(inputs: Props): string {
  const { windows: _, ...organization } = withoutBookkeeping(inputs);
  return createHash("sha256")
    .update(JSON.stringify(withoutCredentials(organization)))
    .digest("hex");
}

/** Keys that do not change the organization: how to reach computers, and the place of an argument in the program. */
const leftOut: ReadonlySet<string> = new Set([...credentialKeys, "connection", "digest", "place"]);

/** Sorted, so that the order of servers in the program does not matter. */
function withoutCredentials(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !leftOut.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, withoutCredentials(each)]),
  );
}
