/** What this run has told of causes: each is told in full once, whoever meets it first. */
import type { Finding } from "../../rules/finding";
import { causeKey, renderShared, type SharedFinding, shareFindings } from "../../rules/sharedFindings";

export class Told {
  /** The first computer of each cause that was told. */
  readonly #first = new Map<string, string>();

  /** True when the gate before every step has told of arguments that cannot be used. */
  arguments = false;

  /** True when it was told that deleting takes nothing back. */
  forgotten = false;

  /** The texts of causes that nobody has told yet, over all computers. */
  causesOf(findings: readonly Finding[]): readonly string[] {
    return shareFindings(findings).flatMap((shared) =>
      shared.cause === undefined ? [] : this.#textOf(shared, causeKey(shared.cause), true),
    );
  }

  /**
   * The texts of one step's findings.
   * @param gated true where the gate before every step lists all computers of a cause
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
