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
 * Counts the computers of a snapshot: lines of JSON, of which those with `stepOf` hold what was read of a step's computer
 * (lib/resources/snapshot.ts). A fact is an object whose `known` says whether it was read, however deep it stands.
 */
export function countComputers(text: string, file: string): SnapshotCounts {
  const lines = text.split("\n").filter((line) => line !== "");
  const [header, ...rest] = lines.map((line) => parsed(line, file));
  if (header?.facts !== 1)
    throw new CliError(
      `${file}, as the provider wrote it, is no snapshot of this version; use the same version of pulumi-exchange-upgrade in the program and here`,
    );
  const known = new Map<string, boolean[]>();
  for (const { stepOf, step } of rest) {
    if (typeof stepOf !== "string") continue;
    const [, , computer] = JSON.parse(stepOf) as readonly string[];
    if (computer === undefined) continue;
    known.set(computer, [
      ...(known.get(computer) ?? []),
      ...knownFacts((step as { computer?: unknown }).computer),
    ]);
  }
  const named = (test: (facts: readonly boolean[]) => boolean) =>
    [...known].filter(([, facts]) => test(facts)).map(([name]) => name);
  return {
    read: named((facts) => facts.length > 0 && facts.every(Boolean)),
    partly: named((facts) => facts.some(Boolean) && !facts.every(Boolean)),
    unread: named((facts) => facts.length > 0 && !facts.some(Boolean)),
  };
}

function parsed(line: string, file: string): { readonly [key: string]: unknown } {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new CliError(`${file}, as the provider wrote it, is no JSON: ${(error as Error).message}`);
  }
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
