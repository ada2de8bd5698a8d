/**
 * Whether servers face the Internet (D3), as the steps of a run declare it. The engine checks a step after the steps in its
 * `after`, and otherwise in any order, all in one process. So a step may be judged before a later step declares its server; the
 * later step then refuses in its place. If the engine used several processes, declarations would be lost, and D3 would judge by
 * the external URLs alone.
 */
import type { Case } from "../../rules/case";
import { broken, evaluate } from "../../rules/evaluate";
import type { Finding } from "../../rules/finding";
import { inOrder } from "../../rules/organization/clientAccess";

/** The servers that face the Internet, as the program declares them. */
export class DeclaredFacing {
  readonly #declared = new Map<string, boolean>();

  /** Client Access servers that D3 has not refused in this run, by FQDN. */
  readonly #passed = new Map<string, Case>();

  /** Whether servers face the Internet, by FQDN, as the steps that were checked so far declare it. */
  get declared(): ReadonlyMap<string, boolean> {
    return this.#declared;
  }

  /** Records the program's `internetFacing` of a server; undefined removes it. */
  declare(fqdn: string, facing: boolean | undefined): void {
    if (facing === undefined) this.#declared.delete(fqdn);
    else this.#declared.set(fqdn, facing);
  }

  /**
   * D3's findings on servers that were checked before this one and passed, because no step had declared yet that this server
   * faces the Internet. Records this server for the same question of later steps.
   */
  overtakenBy(c: Case): readonly Finding[] {
    const { roles } = c.facts.computer;
    const isClientAccess = roles.known && roles.value.some(({ role }) => role === "Client Access");
    if (isClientAccess && inOrder(c).verdict !== "fails") this.#passed.set(c.computer, c);
    else this.#passed.delete(c.computer);
    if (c.internetFacing !== true) return [];
    const overtaken = [...this.#passed.values()].filter((earlier) => inOrder(earlier).verdict === "fails");
    return overtaken.flatMap((earlier) => broken(evaluate(earlier))).filter(({ rule }) => rule === "D3");
  }
}
