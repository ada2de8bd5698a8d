/**
 * Facts for a preview on a machine that reaches neither directory nor computers, such as one that reviews pull
 * requests. A preview elsewhere writes them (EXCHANGE_UPGRADE_RECORD_FACTS names the file), and this one reads them
 * (EXCHANGE_UPGRADE_FACTS). `up` never uses them.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { unknown, unreadComputer, unreadForest } from "../../facts";
import { unreadHealth } from "../../facts/health";
import type { StepFacts } from "../../rules/case";
import { counted, renderProblem, withCode } from "../../text";
import { messageOf } from "../../wire/answers";
import type { ResourceLog } from "../../wire/engine";
import type { Step } from "../step/step";
import { type Answered, type Question, unanswered } from "./answered";
import {
  answerKey,
  type FactsFile,
  FactsFileError,
  factsHeader,
  notReadThen,
  parseFactsFile,
  type StepKey,
} from "./factsFile";

/** A snapshot that was read. */
interface Snapshot extends FactsFile {
  readonly file: string;
  /** Names of the targets of its steps, kept because each of thousands of steps asks for them. */
  readonly targets: readonly string[];
}

/** The snapshot that a run uses, and the snapshot that it writes. */
export class FactsSnapshot {
  #loaded: { readonly file: string; readonly snapshot: Snapshot | Error } | undefined;
  #announced = false;
  readonly #written = { file: "", lines: new Set<string>() };

  /** The snapshot that this preview uses; undefined if it reads directory and computers. */
  #inUse(): Snapshot | Error | undefined {
    const file = process.env.EXCHANGE_UPGRADE_FACTS;
    if (file === undefined || file === "") return undefined;
    if (this.#loaded?.file !== file) this.#loaded = { file, snapshot: load(file) };
    return this.#loaded.snapshot;
  }

  /**
   * Why the snapshot is not of this step's organization; null if it is, and if none is used. A single step that the
   * snapshot lacks is unread, and no reason to refuse.
   */
  refusal(step: Step): string | null {
    const snapshot = this.#inUse();
    if (snapshot === undefined) return null;
    if (snapshot instanceof Error)
      return refusalText(snapshot.message, "facts that this version has written");
    const { targets, forests, readAt } = snapshot;
    const what = `${targets.join(", ")} on ${[...forests.keys()].join(", ") || "no directory"}, read ${readAt}`;
    if (!targets.includes(step.target.name))
      return refusalText("it is about another target", `facts for ${step.target.name}`, what);
    const url = step.inputs.directory?.url;
    if (url !== undefined && !forests.has(url))
      return refusalText("it is about another directory", `facts that were read from ${url}`, what);
    return null;
  }

  /** True if this preview uses a snapshot, even an unusable one. */
  get isInUse(): boolean {
    return this.#inUse() !== undefined;
  }

  /** When the facts of the snapshot were read; null if none is used. */
  get readAt(): string | null {
    const snapshot = this.#inUse();
    return snapshot === undefined || snapshot instanceof Error ? null : snapshot.readAt;
  }

  /** Warns once in a preview that it uses a snapshot, and of the snapshot's age. */
  async announce(log: ResourceLog, now = new Date()): Promise<void> {
    const snapshot = this.#inUse();
    if (snapshot === undefined || snapshot instanceof Error || this.#announced) return;
    this.#announced = true;
    await log.warn(
      withCode(
        `judged on the facts snapshot ${snapshot.file}, ${ageOf(snapshot.readAt, now)} old (${snapshot.readAt}): nothing was read now; ` +
          "pulumi up reads for itself",
        "XU-FACTS",
      ),
    );
  }

  /** The step's facts in the snapshot, unread if it lacks them; undefined if no snapshot is used. */
  factsOf(step: Step): StepFacts | undefined {
    const snapshot = this.#inUse();
    if (snapshot === undefined) return undefined;
    if (snapshot instanceof Error)
      return unread(step, `the facts snapshot cannot be used: ${snapshot.message}`);
    const facts = snapshot.steps.get(keyOf(step));
    if (facts === undefined) return unread(step, hasNothingText(snapshot));
    const { directory, ...own } = facts;
    const url = step.inputs.directory?.url;
    if (url !== undefined && url !== directory)
      return unread(
        step,
        `the facts snapshot ${snapshot.file} is about ${directory ?? "no directory"}, not ${url}`,
      );
    const forest = directory === null ? undefined : snapshot.forests.get(directory);
    return { ...own, forest: forest ?? unreadForest("the step has no directory", step.computer) };
  }

  /**
   * The computer's further answer in the snapshot, unread if it lacks it; undefined if no snapshot is used.
   * @param about what is asked about, such as a file; empty for a question about the computer itself
   */
  answerOf<Q extends Question>(step: Step, question: Q, about: string): Answered[Q] | undefined {
    const snapshot = this.#inUse();
    if (snapshot === undefined) return undefined;
    const not = (why: string) => unanswered[question](unknown(why, step.computer));
    if (snapshot instanceof Error) return not(`the facts snapshot cannot be used: ${snapshot.message}`);
    if (snapshot.answers === null) return not(notReadThen(snapshot.readAt).why);
    const answer = snapshot.answers.get(answerKey(question, keyOf(step), about));
    return answer === undefined ? not(hasNothingText(snapshot)) : (answer as Answered[Q]);
  }

  /** Adds facts to the snapshot that this preview writes, each once. @throws Error if the file cannot be written */
  record(step: Step, facts: StepFacts): void {
    const directory = step.inputs.directory?.url ?? null;
    const { forest, ...own } = facts;
    if (directory !== null) this.#write(`forest ${directory}`, { forestOf: directory, forest });
    this.#write(`step ${keyOf(step)}`, { stepOf: keyOf(step), step: { ...own, directory } });
  }

  /** Adds a computer's further answer in the same way. @throws Error if the file cannot be written */
  recordAnswer<Q extends Question>(step: Step, question: Q, about: string, answer: Answered[Q]): void {
    const answerOf = answerKey(question, keyOf(step), about);
    this.#write(`answer ${answerOf}`, { answerOf, answer });
  }

  /** Writes a line, unless one of this name is written. */
  #write(name: string, line: unknown): void {
    const file = process.env.EXCHANGE_UPGRADE_RECORD_FACTS;
    if (file === undefined || file === "") return;
    if (this.#written.file !== file) {
      writeFileSync(file, `${factsHeader(new Date())}\n`, { mode: 0o600 });
      Object.assign(this.#written, { file, lines: new Set() });
    }
    if (this.#written.lines.has(name)) return;
    this.#written.lines.add(name);
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  }
}

function hasNothingText({ file, readAt }: Snapshot): string {
  return `the facts snapshot ${file} (${readAt}) has nothing of this step: make it again with this program`;
}

function load(file: string): Snapshot | Error {
  try {
    const parsed = parseFactsFile(readFileSync(file, "utf8"));
    const targets = [...parsed.steps.keys()].map((key) => (JSON.parse(key) as StepKey)[1]);
    return { file, ...parsed, targets: [...new Set(targets)] };
  } catch (error) {
    return new Error(
      error instanceof FactsFileError ? error.message : `it cannot be read: ${messageOf(error)}`,
    );
  }
}

function refusalText(why: string, needed: string, found?: string): string {
  return renderProblem({
    summary: `the facts snapshot ${process.env.EXCHANGE_UPGRADE_FACTS} cannot be used: ${why}`,
    found,
    needed,
    where: "the environment variable EXCHANGE_UPGRADE_FACTS, which `exchange-upgrade plan --facts` sets",
    fix: "write the snapshot again with this program and version (exchange-upgrade facts), or preview without it",
    code: "XU-FACTS",
  });
}

/** An age in the largest whole unit, for people: `3 days`. */
export function ageOf(readAt: string, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(readAt)) / 60_000));
  if (minutes < 120) return counted(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? counted(hours, "hour") : counted(Math.floor(hours / 24), "day");
}

function unread(step: Step, why: string): StepFacts {
  const not = unknown(why, step.computer);
  return {
    forest: unreadForest(why, step.computer),
    computer: unreadComputer(why, step.computer),
    account: not,
    serverAccess: not,
    administrators: not,
    health: unreadHealth(not),
    domainLevels: {},
  };
}

function keyOf({ kind, target, computer, account, domains, inputs }: Step): string {
  return JSON.stringify([
    kind,
    target.name,
    computer,
    account,
    domains,
    inputs.computer.media ?? null,
  ] satisfies StepKey);
}
