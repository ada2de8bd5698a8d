/**
 * What the steps of a run say of their servers: whether they face the Internet (D3). The checks of a run are made in one
 * process, and in no other order than that of `after`.
 */
import type { Case } from "../../rules/case";
import { broken, evaluate } from "../../rules/evaluate";
import type { Finding } from "../../rules/finding";
import { clientAccessFirst } from "../../rules/organization/clientAccess";
import type { Step } from "../step/step";

const declared = new Map<string, boolean>();

/** Whether servers face the Internet, by FQDN, as the steps that were checked so far have said. */
export const declaredFacing: ReadonlyMap<string, boolean> = declared;

/** Keeps what the program says of the step's server. */
export function declareFacing({ kind, computer, inputs }: Step): void {
  if (kind !== "server") return;
  if (inputs.internetFacing === undefined) declared.delete(computer);
  else declared.set(computer, inputs.internetFacing);
}

/** Client Access servers that D3 has not refused in this run, by FQDN. */
const passed = new Map<string, Case>();

/**
 * What D3 says of servers that were checked before this one, and passed because nobody had said yet that this one faces
 * the Internet. This one is kept for those that are checked after it.
 */
export function overtakenBy(c: Case): readonly Finding[] {
  const { roles } = c.facts.computer;
  const isClientAccess = roles.known && roles.value.some(({ role }) => role === "Client Access");
  if (isClientAccess && clientAccessFirst(c).verdict !== "fails") passed.set(c.computer, c);
  else passed.delete(c.computer);
  if (c.internetFacing !== true) return [];
  const overtaken = [...passed.values()].filter((earlier) => clientAccessFirst(earlier).verdict === "fails");
  return overtaken.flatMap((earlier) => broken(evaluate(earlier))).filter(({ rule }) => rule === "D3");
}

/** Forgets what was declared, for another run in the same process. */
export function forgetFacing(): void {
  declared.clear();
  passed.clear();
}
