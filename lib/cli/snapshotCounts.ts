/** Snapshots of facts, as far as the tool looks into them: whether they can be used, and which computers were read. */
import {
  type FactsFile,
  FactsFileError,
  parseFactsFile,
  type StepKey,
  stepOfAnswer,
} from "../provider/facts/factsFile";
import { CliError } from "./exit";

/** Computers of a snapshot. */
export interface SnapshotCounts {
  /** Every fact of them was read. */
  readonly read: readonly string[];
  /** Some facts were read. */
  readonly partly: readonly string[];
  /** None was. */
  readonly unread: readonly string[];
}

/**
 * Reads a snapshot of facts.
 * @param file what it is called in the message
 * @throws CliError for what is none of this version
 */
export function readSnapshot(text: string, file: string): FactsFile {
  try {
    return parseFactsFile(text);
  } catch (error) {
    if (!(error instanceof FactsFileError)) throw error;
    throw new CliError(
      "XU-FACTS",
      `${file} cannot be used: ${error.message}; write it with: exchange-upgrade facts, of the same version of ` +
        "pulumi-exchange-upgrade as the program's",
    );
  }
}

/** Counts the computers of a snapshot. A fact is an object whose `known` says whether it was read, however deep it stands. */
export function countComputers({ steps, answers }: FactsFile): SnapshotCounts {
  const known = new Map<string, boolean[]>();
  const add = (key: string, value: unknown) => {
    const [, , computer] = JSON.parse(key) as StepKey;
    known.set(computer, [...(known.get(computer) ?? []), ...knownFacts(value)]);
  };
  for (const [key, step] of steps) add(key, step.computer);
  for (const [key, answer] of answers ?? []) add(stepOfAnswer(key), answer);
  const named = (test: (facts: readonly boolean[]) => boolean) =>
    [...known].filter(([, facts]) => test(facts)).map(([name]) => name);
  return {
    read: named((facts) => facts.length > 0 && facts.every(Boolean)),
    partly: named((facts) => facts.some(Boolean) && !facts.every(Boolean)),
    unread: named((facts) => facts.length > 0 && !facts.some(Boolean)),
  };
}

/**
 * Whether each fact in a value was read. What a known fact holds is data, and is not looked into; what nobody asked for, since
 * nothing depends on it, is neither read nor unread.
 */
function knownFacts(value: unknown): readonly boolean[] {
  if (typeof value !== "object" || value === null) return [];
  const { known, why } = value as { known?: unknown; why?: unknown };
  if (typeof known !== "boolean") return Object.values(value).flatMap(knownFacts);
  return known || !String(why).startsWith("it was not asked") ? [known] : [];
}
