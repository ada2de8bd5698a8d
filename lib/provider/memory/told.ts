/** The causes that this run has told: the first resource that meets a cause tells it in full, and no other does. */
import type { Finding } from "../../rules/finding";
import { causeKey, renderShared, type SharedFinding, shareFindings } from "../../rules/sharedFindings";

export class Told {
  /** For each cause that was told, the computer that met it first. */
  readonly #first = new Map<string, string>();

  /** True if the gate before every step has refused arguments. */
  arguments = false;

  /** True if a message has said that a delete takes nothing back. */
  forgotten = false;

  /** The texts of causes that were not told yet, each with all its computers. */
  causesOf(findings: readonly Finding[]): readonly string[] {
    return shareFindings(findings).flatMap((shared) =>
      shared.cause === undefined ? [] : this.#textOf(shared, causeKey(shared.cause), true),
    );
  }

  /**
   * The texts of one step's findings.
   * @param gated true if the gate before every step lists all computers of a cause
   */
  textsOf(findings: readonly Finding[], gated: boolean): readonly string[] {
    return shareFindings(findings).flatMap((shared) =>
      shared.cause === undefined
        ? [renderShared(shared)]
        : this.#textOf(shared, causeKey(shared.cause), gated),
    );
  }

  #textOf(shared: SharedFinding, key: string, gated: boolean): readonly string[] {
    const [computer = ""] = shared.computers;
    const first = this.#first.get(key);
    if (first === undefined) {
      this.#first.set(key, computer);
      return [renderShared(shared)];
    }
    if (gated || first === computer) return [];
    return [
      `${computer}: not verified for the same reason as ${first}: ${shared.cause?.problem} (${shared.id})`,
    ];
  }
}
