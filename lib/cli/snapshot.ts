/** What a snapshot of facts holds, as far as a person asks: which computers were read. */
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
 * Counts the computers of a snapshot: its `computers`, facts by FQDN. A fact is an object whose `known` says whether it was
 * read (lib/facts.ts), however deep it stands.
 */
export function countComputers(text: string, file: string): SnapshotCounts {
  let snapshot: { computers?: unknown } | null;
  try {
    snapshot = JSON.parse(text);
  } catch (error) {
    throw new CliError(`${file}, as the provider wrote it, is no JSON: ${(error as Error).message}`);
  }
  const computers = snapshot?.computers;
  if (typeof computers !== "object" || computers === null) {
    throw new CliError(
      `${file}, as the provider wrote it, has no \`computers\`; use the same version of pulumi-exchange-upgrade in the program and here`,
    );
  }
  const judged = Object.entries(computers).map(([name, facts]) => ({ name, known: knownFacts(facts) }));
  const named = (test: (known: readonly boolean[]) => boolean) =>
    judged.filter(({ known }) => test(known)).map(({ name }) => name);
  return {
    read: named((known) => known.length > 0 && known.every(Boolean)),
    partly: named((known) => known.some(Boolean) && !known.every(Boolean)),
    unread: named((known) => !known.some(Boolean)),
  };
}

/** Whether each fact in a value was read. What a known fact holds is data, and is not looked into. */
function knownFacts(value: unknown): readonly boolean[] {
  if (typeof value !== "object" || value === null) return [];
  const { known } = value as { known?: unknown };
  return typeof known === "boolean" ? [known] : Object.values(value).flatMap(knownFacts);
}
