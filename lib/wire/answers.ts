/** Answers to the engine: explicit, plain JSON, redacted. Every failure is a plain Error with an empty stack. */
import { visible } from "../text";
import { redact } from "./secrets";
import { isRecord, plainJson } from "./values";

/** One reason why inputs are refused. `property` stays empty, since the engine prints the value of a named one. */
export interface CheckFailure {
  readonly property: "";
  readonly reason: string;
}

/** The answer of check. */
export interface CheckAnswer {
  readonly inputs: Record<string, unknown>;
  readonly failures: CheckFailure[];
}

/** The answer of diff; `changes` is always set. */
export interface DiffAnswer {
  readonly changes: boolean;
  readonly replaces?: string[];
}

/** Builds a check failure. */
export function refusal(reason: string): CheckFailure {
  return { property: "", reason };
}

/**
 * Runs one provider call so that only plain JSON or a plain Error leaves it. It removes a numeric `code`, which would
 * become a gRPC status, an `id`, which would be recorded as a partial success, stacks and secrets.
 */
export async function answer<T>(secrets: readonly string[], call: () => Promise<T>): Promise<T> {
  try {
    return withCleanReasons(plainJson(await call()), secrets);
  } catch (thrown) {
    throw plainError(thrown, secrets);
  }
}

/** A new Error that carries only the redacted message of what was thrown. */
export function plainError(thrown: unknown, secrets: readonly string[]): Error {
  const error = new Error(clean(messageOf(thrown), secrets));
  error.stack = "";
  return error;
}

/** A text for people, without secrets, and without characters that a terminal would act on: servers word some of it. */
export function clean(text: string, secrets: readonly string[]): string {
  return visible(redact(text, secrets));
}

/** The reasons of a refusal are texts for people, so they are cleaned; the inputs beside them stay unchanged. */
function withCleanReasons<T>(answer: T, secrets: readonly string[]): T {
  if (!isRecord(answer) || !Array.isArray(answer.failures)) return answer;
  const failures = answer.failures.map(({ reason }: CheckFailure) => refusal(clean(reason, secrets)));
  return { ...answer, failures };
}

/** The message of anything that can be thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error && thrown.message !== "") return thrown.message;
  return typeof thrown === "string" && thrown !== "" ? thrown : `unexpected failure (${String(thrown)})`;
}
