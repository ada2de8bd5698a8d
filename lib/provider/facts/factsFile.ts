/**
 * A facts snapshot as a file: lines of JSON, a header first, then a line for each directory, each step and each further
 * answer of a computer. A file that is not a whole snapshot of a form that this version reads is refused, because nothing
 * may be judged on half of one.
 */
import type { ForestFacts, Unknown } from "../../facts";
import { unknown, unreadComputer, unreadForest } from "../../facts";
import { unreadHealth } from "../../facts/health";
import type { StepFacts } from "../../rules/case";
import { isRecord } from "../../wire/values";
import { type Answered, isQuestion, type Question, unanswered } from "./answered";

/** The number of the form that this version writes. It is raised if a fact is added or removed. */
const form = 5;

/** An older form, which this version still reads: it has no answers beside the facts of steps. */
const formWithoutAnswers = 4;

/** The form before that, which this version still reads: it has no facts on the directory's health either. */
const formWithoutHealth = 3;

/** The first line. */
export interface FactsHeader {
  readonly facts: number;
  /** When reading began, ISO 8601 in UTC. */
  readonly readAt: string;
}

/** The facts of one step. The forest stands apart, once for each directory. */
export type FactsOfStep = Omit<StepFacts, "forest"> & {
  /** URL of the directory that was read; null if the step has none. */
  readonly directory: string | null;
};

/** A snapshot. */
export interface FactsFile {
  readonly readAt: string;
  /** Forests by the URL of their directory. */
  readonly forests: ReadonlyMap<string, ForestFacts>;
  /** Steps by their {@link StepKey} in JSON. */
  readonly steps: ReadonlyMap<string, FactsOfStep>;
  /** Further answers by their {@link answerKey}; null in a form that has none. */
  readonly answers: ReadonlyMap<string, unknown> | null;
}

/**
 * Kind, target, computer, account, domains and media of a step. A snapshot does not serve a program in which one of
 * them differs.
 */
export type StepKey = readonly [string, string, string, string | null, readonly string[], string | null];

/**
 * Names an answer.
 * @param step {@link StepKey} in JSON
 * @param about what was asked about, such as a file; empty for a question about the computer itself
 */
export function answerKey(question: Question, step: string, about: string): string {
  return JSON.stringify([question, step, about]);
}

/** The {@link StepKey} in JSON of an {@link answerKey}. */
export function stepOfAnswer(key: string): string {
  const [, step] = JSON.parse(key) as readonly [Question, string, string];
  return step;
}

/** Why a file cannot be used as a snapshot. Its message is half a sentence. */
export class FactsFileError extends Error {}

/** The first line of a new snapshot. */
export function factsHeader(now: Date): string {
  return JSON.stringify({ facts: form, readAt: now.toISOString() } satisfies FactsHeader);
}

/** Reads a snapshot. @throws FactsFileError */
export function parseFactsFile(text: string): FactsFile {
  const [header, ...rest] = text
    .split("\n")
    .filter((line) => line !== "")
    .map(parsed);
  const { facts, readAt } = header ?? {};
  if (typeof facts !== "number") throw new FactsFileError("it is no facts snapshot");
  if (facts !== form && facts !== formWithoutAnswers && facts !== formWithoutHealth)
    throw new FactsFileError(
      `it is of another version: its form is ${facts}, and this version reads ${formWithoutHealth}, ${formWithoutAnswers} and ${form}`,
    );
  if (typeof readAt !== "string" || Number.isNaN(Date.parse(readAt)))
    throw new FactsFileError("it does not say when it was read");
  const forests = new Map<string, ForestFacts>();
  const steps = new Map<string, FactsOfStep>();
  const answers = new Map<string, unknown>();
  for (const [i, { forestOf, forest, stepOf, step: read, answerOf, answer }] of rest.entries()) {
    const step =
      facts === formWithoutHealth && isRecord(read)
        ? { ...read, health: unreadHealth(notReadThen(readAt)) }
        : read;
    if (typeof forestOf === "string" && isForest(forest)) forests.set(forestOf, forest);
    else if (typeof stepOf === "string" && isKey(stepOf) && isOfStep(step)) steps.set(stepOf, step);
    else if (facts === form && typeof answerOf === "string" && isAnswer(answerOf, answer))
      answers.set(answerOf, answer);
    else throw new FactsFileError(`its line ${i + 2} does not hold the facts that this version reads`);
  }
  for (const { directory } of steps.values())
    if (directory !== null && !forests.has(directory))
      throw new FactsFileError(`it lacks what was read of ${directory}`);
  if (steps.size === 0) throw new FactsFileError("it holds no facts");
  return { readAt, forests, steps, answers: facts === form ? answers : null };
}

/** What a snapshot of an older form lacks. */
export function notReadThen(readAt: string): Unknown {
  const why = `the facts of ${readAt} are of an earlier version, which did not read it: write them again`;
  return unknown(why, "the facts snapshot");
}

function parsed(line: string, index: number): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    if (isRecord(value)) return value;
  } catch {
    // The text of JSON.parse does not help a reader.
  }
  throw new FactsFileError(index === 0 ? "it is no facts snapshot" : `its line ${index + 1} is damaged`);
}

function isKey(text: string): boolean {
  const key = arrayIn(text);
  return typeof key[1] === "string" && typeof key[2] === "string";
}

/** The values of an array in JSON; none if the text is something else. */
function arrayIn(text: string): readonly unknown[] {
  try {
    const values: unknown = JSON.parse(text);
    return Array.isArray(values) ? values : [];
  } catch {
    return [];
  }
}

function isAnswer(key: string, value: unknown): value is Answered[Question] {
  const [question, step, about, ...more] = arrayIn(key);
  return (
    isQuestion(question) &&
    typeof step === "string" &&
    isKey(step) &&
    typeof about === "string" &&
    more.length === 0 &&
    isLike(value, unanswered[question](unknown("", "")))
  );
}

function isForest(value: unknown): value is ForestFacts {
  return isLike(value, unreadForest("", ""));
}

function isOfStep(value: unknown): value is FactsOfStep {
  if (!isRecord(value)) return false;
  const { directory, computer, account, serverAccess, administrators, domainLevels, health } = value;
  return (
    (directory === null || typeof directory === "string") &&
    isLike(computer, unreadComputer("", "")) &&
    isLike(health, unreadHealth(unknown("", ""))) &&
    [account, serverAccess, administrators].every(isFact) &&
    isRecord(domainLevels) &&
    Object.values(domainLevels).every(isFact)
  );
}

/** True for facts with the template's names. A template without names, such as levels by domain, fits any names. */
function isLike(value: unknown, template: object): boolean {
  if (!isRecord(value)) return false;
  return Object.entries(template).every(([name, like]) => {
    const own = value[name];
    return isFact(like) ? isFact(own) : isRecord(own) && Object.values(own).every(isFact);
  });
}

function isFact(value: unknown): boolean {
  if (!isRecord(value) || typeof value.source !== "string") return false;
  return value.known === true ? "value" in value : value.known === false && typeof value.why === "string";
}
