/**
 * The two gates of an organization's upgrade, its waves, and the gate before a server's commands. The engine stops at the first
 * resource whose check fails and then hides every later row: so in preview the first gate and all steps only warn, and the last gate refuses, with every finding.
 * In `up` the first gate refuses, before anything has been touched.
 */
import { createHash } from "node:crypto";
import type { GateKind } from "../../model";
import { stepKinds, targetOfWave } from "../../model";
import { findRelease } from "../../releases";
import { blocking, broken } from "../../rules/evaluate";
import type { Finding } from "../../rules/finding";
import { renderFinding, renderFindings } from "../../rules/finding";
import { countFindings, groupFindings, renderGroup } from "../../rules/findingGroups";
import { targetNotOffered } from "../../rules/handlerFindings";
import { argument } from "../../rules/program/argumentTexts";
import type { Progress } from "../../rules/state";
import { renderProblem } from "../../text";
import { type CheckAnswer, type CheckFailure, type DiffAnswer, refusal } from "../../wire/answers";
import type { ResourceLog } from "../../wire/engine";
import { reportSteps } from "../../wire/reportFile";
import { nameIn } from "../../wire/resourceNames";
import { credentialKeys } from "../../wire/secrets";
import {
  isRecord,
  isUnknown,
  type Props,
  sameJson,
  unknownValue,
  withoutBookkeeping,
} from "../../wire/values";
import { argumentText, tellKept } from "../check";
import { defaultFactsSeconds, forgetFacts } from "../facts/gather";
import { announceSnapshot, snapshotRefusal } from "../facts/snapshot";
import { noteForecast, noteParallel, tellWindows } from "../memory/foretoldWindows";
import {
  closedGate,
  isShut,
  noteChecked,
  noteGate,
  noteShut,
  notMade,
  plannedOf,
  withPlanned,
} from "../memory/pass";
import { noteWindows, windowsPlanned, windowsWith } from "../memory/recordedWindows";
import { noteOrder, rightBefore } from "../memory/serverOrder";
import { refuseChanged, refuseOutOfTurn } from "../outOfTurn";
import { reportComplete, reportProgress, reportWave } from "../report";
import { unprovenText } from "../run/perform";
import { tellGone } from "../step/gone";
import { parseInputs } from "../step/inputs";
import { nameOf } from "../step/sameStep";
import { isOffered, stepOf } from "../step/step";
import { windowRefusal } from "../step/windowRefusal";
import {
  type JudgedStep,
  judgeOrganization,
  judgeStep,
  type Organization,
  organizationOf,
} from "./judgeOrganization";

/** Answers check of a gate or a wave, and notes for the steps of this run what the first gate has let pass. */
export async function checkGate(
  kind: GateKind,
  olds: Props,
  news: Props,
  log: ResourceLog,
): Promise<CheckAnswer> {
  if (kind === "readiness") noteGate(news, false);
  const answer = await answerCheck(kind, olds, news, log);
  if (answer.failures.length > 0) return answer;
  if (kind === "readiness") noteGate(news, news.__stage !== unknownValue);
  noteChecked(answer.inputs);
  return answer;
}

async function answerCheck(kind: GateKind, olds: Props, news: Props, log: ResourceLog): Promise<CheckAnswer> {
  if (kind === "wave") return checkWave(news, log);
  if (kind === "commands") return checkCommands(olds, news, log);
  const { __parallel: parallel, ...inputs } = news;
  noteParallel(typeof parallel === "number" ? parallel : undefined);
  const preview = news.__stage === unknownValue;
  if (kind === "readiness" && isRecord(news.steps)) reportSteps(Object.keys(news.steps));
  // After the last step create proves the result, by reading everything; in preview all of it is judged here.
  if (kind === "verification" && !preview) return { inputs, failures: [] };
  if (!preview) await forgetFacts();
  const organization = organizationOf(news);
  if (kind === "readiness") noteWindows(olds, organization.steps);
  const unusable = preview ? snapshotRefusals(organization) : [];
  if (unusable.length > 0) return { inputs, failures: unusable };
  const wrong = argumentRefusals(organization);
  const judged = await judge(recordedIn(olds, news), news, preview, log);
  const findings = judged.flatMap((each) => each.waived.standing);
  for (const each of judged) noteForecast(each.step, each.case);
  if (kind === "readiness" && preview) {
    await announceSnapshot(log);
    // The last gate refuses with the whole text.
    for (const { reason } of wrong) await log.warn(`pulumi up will refuse: ${reason.split("\n")[0]}`);
    await tellReadiness(organization, judged, findings, log);
    await tellGone(
      judged.map((each) => each.case),
      log,
    );
    await tellWindows(log);
    return { inputs: { ...inputs, windows: windowsPlanned(organization.steps, judged) }, failures: [] };
  }
  if (kind === "verification") reportComplete();
  const refused = kind === "readiness" ? blocking(findings) : broken(findings);
  if (kind === "readiness") wrong.push(...targetRefusals(organization));
  const failures = [...wrong, ...(refused.length === 0 ? [] : refusals(findings))];
  return { inputs: kind === "readiness" ? { ...inputs, windows: windowsWith(judged) } : inputs, failures };
}

/** A facts snapshot of something else is said once, and before any row: no plan can be made from it. */
function snapshotRefusals({ steps }: Organization): CheckAnswer["failures"] {
  const reasons = steps.flatMap(({ step }) => (step === null ? [] : (snapshotRefusal(step) ?? [])));
  return reasons.slice(0, 1).map(refusal);
}

/** Arguments that cannot be used, in one refusal: what many steps take from one place in the program is said once. */
function argumentRefusals({ steps }: Organization): CheckFailure[] {
  const problems = new Set(
    steps.flatMap(({ name, parsed: { place, problems: own } }) =>
      place === null ? own.map((problem) => `${name}: ${problem}`) : own,
    ),
  );
  return problems.size === 0 ? [] : [refusal(argumentText([...problems], "nothing was started"))];
}

/** A target that is refused in itself: in preview by the steps' rows, in `up` before anything that comes ahead of a step. */
function targetRefusals({ steps }: Organization): CheckFailure[] {
  const wrong = steps.find(({ parsed: { known } }) => {
    const release = known.target === undefined ? undefined : findRelease(known.target);
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

async function checkWave(news: Props, log: ResourceLog): Promise<CheckAnswer> {
  const { __target: target } = news;
  const name = waveIn(news);
  // Of servers that failed in this run, what they have planned stands in: an approved plan then holds for the rest.
  const servers =
    notMade(news).length > 0 && Array.isArray(news.__waitsFor)
      ? plannedOf(news.__waitsFor).flatMap(({ server }) => server ?? [])
      : news.servers;
  if (news.__stage === unknownValue) await tellKept(String(name), news, log);
  if (typeof name === "string" && Array.isArray(servers)) {
    const computers = servers
      .filter((server) => !isUnknown(server))
      .map((fqdn) => String(fqdn).toLowerCase());
    // Of servers that this preview was not asked for, the first gate has told.
    const told = computers.length < servers.length ? rightBefore(name) : [];
    noteOrder(name, [...new Set([...told, ...computers])]);
    reportWave(name, news.__title, computers);
  }
  return { inputs: { ...news, servers, planned: { wave: name, target } }, failures: [] };
}

/** The wave's name; with what an earlier check has answered, what that has planned. */
function waveIn({ __wave: name, planned }: Props): unknown {
  return name ?? (isRecord(planned) ? planned.wave : undefined);
}

/** A wave is another one with other servers, or when they reach another release. */
function waveOf({ servers, planned }: Props): unknown {
  return isRecord(planned) ? { servers, wave: planned.wave, target: targetOfWave(planned) } : { servers };
}

/** What the gate before a server's commands lets pass. */
function passOf({ target, computer }: Props): string {
  return `${String(target)} on ${isRecord(computer) ? String(computer.name).toLowerCase() : ""}`;
}

function hasPassed(olds: Props, news: Props): boolean {
  return olds.passed === passOf(news);
}

/**
 * The gate before a server's commands. In `up` it refuses what the upgrade itself would refuse, its change window included:
 * the engine asks the upgrade only after the commands have run. It is asked in every run, as long as there is something to do.
 */
async function checkCommands(olds: Props, given: Props, log: ResourceLog): Promise<CheckAnswer> {
  const news = withPlanned(given);
  const inputs = { ...news };
  const preview = news.__stage === unknownValue;
  const mediaOf = stepKinds.find((each) => each === news.__mediaOf);
  const kind = mediaOf ?? "server";
  const parsed = parseInputs(kind, news);
  const step = stepOf(kind, parsed);
  const problems = [...parsed.problems, ...parsed.unknown.map((name) => `${name}: not known`)];
  const target = String(news.target);
  const unfit =
    problems.length > 0
      ? argumentText(problems)
      : step === null || !isOffered(step.target)
        ? renderFinding(
            targetNotOffered({ step: kind, computer: parsed.known.computer?.name ?? "its computer" }, target),
          )
        : null;
  // In preview the step's own row says so.
  if (unfit !== null || step === null)
    return { inputs, failures: preview || unfit === null ? [] : [refusal(unfit)] };
  // Check gets the old inputs, which are there once the gate has been passed.
  const same = passOf(olds) === passOf(news);
  // Before media what this run has read is good enough: it has logged on then.
  if (!preview && mediaOf === undefined) await forgetFacts();
  const judged = await judgeStep(
    { name: step.computer, kind, parsed, step },
    { preview, recorded: () => same, apply: !preview, onProgress: () => undefined },
    defaultFactsSeconds,
  );
  const done = judged.state.known && judged.state.value.progress === "done";
  // A step that the state has and the directory shows beyond its target asks no computer.
  const beyond = judged.state.known && judged.state.value.progress === "above";
  if (done && !same && mediaOf === undefined)
    await log.warn(
      `${step.computer}: it is at ${step.target.name} already, and its ${argument(step, "commands")} are run all the same: leave them out`,
    );
  // What is out of turn is not judged here: a refused check would end the run for everything else.
  const outOfTurn = notMade(news).length > 0 || closedGate(news) !== null;
  noteShut(news, !preview && !done && outOfTurn);
  if (preview || done || outOfTurn) return { inputs, failures: [] };
  if (mediaOf !== undefined) return { inputs, failures: same && beyond ? [] : logonRefusal(judged) };
  const refused = blocking(judged.waived.standing);
  const outside = windowRefusal(step, judged.case);
  const texts = [...renderFindings(refused), ...(outside === null ? [] : [outside])];
  return { inputs, failures: texts.map(refusal) };
}

/** Why media are not copied: the computer could not be logged on to just now. */
function logonRefusal({ step, case: { facts } }: JudgedStep): CheckFailure[] {
  const { identity } = facts.computer;
  if (identity.known || step === null) return [];
  const text = renderProblem({
    summary: `no media are copied to ${step.computer}: it could not be logged on to`,
    found: identity.why,
    needed:
      "a connection that logs on: each copy makes one of its own, and waits without end where nothing answers",
    where: `in the program: ${argument(step, "computer.connection")}`,
    fix: "correct the connection, or see to the computer; then run pulumi up again",
  });
  return [refusal(text)];
}

async function judge(
  recorded: (name: string) => boolean,
  news: Props,
  preview: boolean,
  log: ResourceLog,
): Promise<readonly JudgedStep[]> {
  return judgeOrganization(organizationOf(news), { preview, recorded, onProgress: telling(log) });
}

/**
 * Which steps the state knows by the gate's inputs: those need no computer where the directory, too, shows them done. The
 * first gate is made before anything is done; what has not been done since, the directory does not show.
 */
function recordedIn(olds: Props, news: Props): (name: string) => boolean {
  if (olds.target !== news.target || !isRecord(olds.steps) || !isRecord(news.steps)) return () => false;
  const [old, now] = [olds.steps, news.steps];
  return (name) => Object.hasOwn(old, name) && computerOf(old[name]) === computerOf(now[name]);
}

function computerOf(step: unknown): string | undefined {
  const name = isRecord(step) && isRecord(step.computer) ? step.computer.name : undefined;
  return typeof name === "string" ? name.toLowerCase() : undefined;
}

/** Tells ten times in all how far reading has come. */
function telling(log: ResourceLog): (read: number, all: number) => void {
  return (read, all) => {
    reportProgress(read, all);
    if (read % Math.ceil(all / 10) === 0) void log.progress(`read what ${read} of ${all} steps need`);
  };
}

/** One failure that counts, then one for each computer, with everything that is to be said of it. */
function refusals(findings: readonly Finding[]): CheckAnswer["failures"] {
  const head = `nothing was started: ${countFindings(findings)}; the worst come first`;
  return [head, ...groupFindings(findings).map(renderGroup)].map(refusal);
}

/** In preview: what is left to do, and what could not be seen; the last gate tells what fails. */
async function tellReadiness(
  { steps }: Organization,
  judged: readonly JudgedStep[],
  findings: readonly Finding[],
  log: ResourceLog,
): Promise<void> {
  const of = (progress: Progress): number =>
    judged.filter((each) => each.state.known && each.state.value.progress === progress).length;
  const seen = judged.filter((each) => each.state.known).length;
  const others: readonly (readonly [number, string])[] = [
    [of("above"), "beyond the target"],
    [of("absent"), "with nothing to upgrade"],
    [steps.length - seen, "not read"],
  ];
  const told = others.filter(([count]) => count > 0).map(([count, what]) => `, ${count} ${what}`);
  if (of("pending") > 0 || told.length > 0)
    await log.info(`${steps.length} steps: ${of("pending")} to do, ${of("done")} done${told.join("")}`);
  const must = blocking(findings);
  if (must.length > 0)
    await log.warn(
      `pulumi up will refuse: ${countFindings(findings)}; they stand in the rows of their steps`,
    );
}

/** Answers diff. A gate only remembers what the organization was; whether something stands in the way is check's to say. */
export function diffGate(kind: GateKind, olds: Props, news: Props): DiffAnswer {
  if (kind === "wave") return { changes: !sameJson(waveOf(olds), waveOf(news)) };
  if (kind === "commands") return { changes: !hasPassed(olds, news) || isShut(news) };
  return { changes: olds.digest !== digestOf(news) };
}

/**
 * What is created: nothing in the world. The first gate refuses what does not hold, the last what is not proven.
 * @param olds what an update finds in the state
 */
export async function createGate(
  kind: GateKind,
  inputs: Props,
  log: ResourceLog,
  olds: Props = {},
): Promise<Record<string, unknown>> {
  const what = wordsOf(kind, inputs);
  refuseChanged(what, inputs, null);
  if (kind === "wave" || kind === "commands") refuseOutOfTurn(what, inputs);
  if (kind === "wave") return withoutBookkeeping(inputs);
  if (kind === "commands") return { ...inputs, passed: passOf(inputs) };
  const organization = organizationOf(inputs);
  const wrong = [...argumentRefusals(organization), ...targetRefusals(organization)];
  if (wrong.length > 0) throw new Error(wrong.map((f) => f.reason).join("\n"));
  const own = { target: inputs.target, digest: digestOf(inputs) };
  if (kind === "readiness") {
    // What check has just read counts here, too: nothing has been done since.
    const recorded = olds.ready === true && olds.target === inputs.target;
    const judged = await judge(() => recorded, inputs, false, log);
    const findings = judged.flatMap((each) => each.waived.standing);
    const stands = blocking(findings).length > 0;
    if (stands) noteGate(inputs, false);
    if (stands)
      throw new Error(
        refusals(findings)
          .map((f) => f.reason)
          .join("\n"),
      );
    for (const text of renderFindings(findings)) await log.warn(text);
    return { ...own, ready: true };
  }
  return { ...own, proven: await prove(organization, log) };
}

/** The gate or the wave in words. */
function wordsOf(kind: GateKind, props: Props): string {
  const { __urn, computer } = props;
  if (kind === "wave") return String(waveIn(props));
  if (kind === "commands") return `commands before the server upgrade on ${nameOf(computer)}`;
  return typeof __urn === "string" ? nameIn(__urn) : kind;
}

/** Reads everything again: every step at the target, in the directory and in the registries (D13). */
async function prove(
  organization: Organization,
  log: ResourceLog,
): Promise<{ readonly [step: string]: string }> {
  await forgetFacts();
  const judged = await judgeOrganization(organization, {
    fresh: true,
    apply: true,
    recorded: () => false,
    onProgress: telling(log),
  });
  const unproven = judged.flatMap((each) => unprovenText(each.step, each.case, each.state) ?? []);
  if (unproven.length > 0) {
    const count = unproven.length === 1 ? "1 step is" : `${unproven.length} steps are`;
    throw new Error([`${count} not proven`, ...unproven].join("\n"));
  }
  await log.info(`${judged.length} steps are proven, in the directory and in the registries`);
  return Object.fromEntries(
    judged.map(({ name, state }) => [
      name,
      state.known ? state.value.readings.map((r) => r.text).join(", ") : "",
    ]),
  );
}

/** What a gate stands for, without credentials: a new password is no other organization. */
function digestOf(inputs: Props): string {
  const { windows: _, ...organization } = withoutBookkeeping(inputs);
  return createHash("sha256")
    .update(JSON.stringify(withoutCredentials(organization)))
    .digest("hex");
}

/** What makes no other organization: how computers are reached, and where in the program an argument stands. */
const leftOut: ReadonlySet<string> = new Set([...credentialKeys, "connection", "digest", "place"]);

/** Sorted, so that the order in which a program writes its servers does not matter. */
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
