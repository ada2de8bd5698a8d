/** What is known of one way in which Setup fails, as data. */
import type { Evidence } from "../../releases";

/**
 * Where a text is looked for.
 * - `rule`: the name of a rule that failed (the whole name). Beside it, `error` is looked for in the rule's text.
 * - `error`: the message of an error, without the script that failed and without its stack.
 * - `stack`: types of exceptions, inner messages and stack frames of the same error, which Setup translates in part only.
 * - `script`: the script that failed, which Setup quotes in the error. It holds every message that it could print.
 * - `before`: the lines of the log right before the error.
 * - `detail`: what another file on the computer says of the error, such as ldif.err.
 * - `warning`: the warnings of a run that names no error.
 */
export type Place = "rule" | "error" | "stack" | "script" | "before" | "detail" | "warning";

/** A text that has to be there. Capitals, runs of blanks and the form of quotes do not count. */
export interface Key {
  readonly in: Place;
  readonly text: string;
}

/** How the thing that it is about is read out of a text. */
export interface Thing {
  readonly in: "rule" | "error" | "before" | "detail";
  /** What stands between each mark and the next one is a part; "" is the beginning and the end of the text. */
  readonly marks: readonly [string, string, ...string[]];
  /** The thing in words, with `{1}`, `{2}` for the parts. @default "{1}" */
  readonly words?: string;
}

/** How far it is known: `seen` in a real log; else as of any other statement. */
export type Certainty = "seen" | Evidence;

/** A way in which Setup fails. */
export interface KnownFailure {
  /** Its name in answers of programs. */
  readonly id: string;
  /** One of these has to be there, with all its keys; those in an error, in one and the same error. */
  readonly anyOf: readonly (readonly Key[])[];
  /** The first that is found names the thing. */
  readonly things?: readonly Thing[];
  /** What stopped Setup: a phrase without a full stop. */
  readonly cause: string;
  /** What to do: an imperative without a full stop. */
  readonly action: string;
  /** Rules that fail in its wake: they are counted, and not told as causes. */
  readonly inItsWake?: readonly string[];
  /** True where Setup's own sentence misleads, and is not quoted. @default false */
  readonly misleads?: true;
  /** Releases that it was met with. */
  readonly releases: string;
  readonly source: string;
  readonly certainty: Certainty;
}

/** An alternative of one key or more in errors. */
export function inError(...texts: readonly string[]): readonly Key[] {
  return texts.map((text) => ({ in: "error", text }));
}

/** Alternatives: each of these rules alone. */
export function anyRule(...names: readonly string[]): readonly (readonly Key[])[] {
  return names.map((text) => [{ in: "rule", text }]);
}

/** A key in what belongs to an error beside its message. */
export function inPlace(place: "stack" | "script" | "before" | "detail" | "warning", text: string): Key {
  return { in: place, text };
}

/** What another file on the computer says of the error, as a whole. */
export const wholeDetail: Thing = { in: "detail", marks: ["", ""] };
