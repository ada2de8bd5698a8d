/** Answers to the engine: explicit, plain JSON, redacted; every failure a plain Error with an emptied stack. */
import { redact } from "./secrets";
import { plainJson, printable } from "./values";

/** One reason why inputs are refused. `property` stays empty: the engine prints the value of a named one. */
export interface CheckFailure {
  readonly property: "";
  readonly reason: string;
}

/** What check answers. */
export interface CheckAnswer {
  readonly inputs: Record<string, unknown>;
  readonly failures: CheckFailure[];
}

/** What diff answers: `changes` is always said. */
export interface DiffAnswer {
  readonly changes: boolean;
  readonly replaces?: string[];
}

/** Builds a check failure. */
export function refusal(reason: string): CheckFailure {
  return { property: "", reason: printable(reason) };
}

/**
 * Runs one provider call so that nothing but plain JSON or a plain Error leaves it: no numeric `code` that
 * would become a gRPC status, no `id` that would be recorded as a partial success, no stack, no secret.
 */
export async function answer<T>(secrets: readonly string[], call: () => Promise<T>): Promise<T> {
  try {
    return plainJson(await call());
  } catch (thrown) {
    throw plainError(thrown, secrets);
  }
}

/** A new Error that carries nothing but the redacted message of what was thrown. */
export function plainError(thrown: unknown, secrets: readonly string[]): Error {
  const error = new Error(printable(redact(messageOf(thrown), secrets)));
  error.stack = "";
  return error;
}

/** The message of anything that can be thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error && thrown.message !== "") return thrown.message;
  return typeof thrown === "string" && thrown !== "" ? thrown : `unexpected failure (${String(thrown)})`;
}
