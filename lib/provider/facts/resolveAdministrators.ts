/** Looks up the members of a computer's local Administrators: from the names in its list to SIDs. */
import type {
  AdministratorFacts,
  ComputerFacts,
  DomainFacts,
  Fact,
  ForestFacts,
  LocalMember,
  PrincipalFacts,
} from "../../facts";
import { known } from "../../facts";
import { memberDomain } from "../../rules/case";
import { runModeTraits } from "../../runModes";
import type { Step } from "../step/step";

/** Looks up an account or a group by its full name; null if the forest has none of this name. */
export type LookUp = (name: string) => Promise<Fact<PrincipalFacts | null>>;

/**
 * True if the computer has to list its Administrators: Setup will run under another account than the one that logs on.
 */
export function asksAdministrators({ kind, run, account, inputs }: Step): boolean {
  const user = inputs.computer.connection?.user?.toLowerCase();
  return (
    kind === "server" && !runModeTraits[run].inSession && account !== null && account.toLowerCase() !== user
  );
}

/**
 * The members of the computer's Administrators, looked up.
 * @param lookUp null if the step has no directory
 */
export async function administratorsOf(
  step: Step,
  computer: ComputerFacts,
  forest: ForestFacts,
  lookUp: LookUp | null,
): Promise<Fact<readonly AdministratorFacts[]>> {
  const { administrators, identity } = computer;
  if (!administrators.known) return administrators;
  const controller = identity.known && identity.value.productType === "LanmanNT";
  const own = controller ? ownDomain(step, forest) : undefined;
  const resolve = async (member: LocalMember): Promise<AdministratorFacts> => {
    const { name } = member;
    if (member.isLocalAccount) return { kind: "local account", name };
    const unresolved = (why: string): AdministratorFacts => ({ kind: "unresolved", name, why });
    const fullName = !name.includes("\\") && own !== undefined ? `${own.netbios}\\${name}` : name;
    if (!fullName.includes("\\")) return unresolved("the computer has no account of this name");
    if (lookUp === null) return unresolved("the step has no directory to look it up in");
    const principal = await lookUp(fullName);
    if (!principal.known) return unresolved(principal.why);
    if (principal.value === null) return unresolved("the forest has no account or group of this name");
    return { kind: "domain", name, ...principal.value };
  };
  return known(await Promise.all(administrators.value.map(resolve)), administrators.source);
}

function ownDomain(step: Step, forest: ForestFacts): DomainFacts | undefined {
  const { computer, inputs } = step;
  const own = memberDomain({ computer, computerDomain: inputs.computer.domain ?? null }, forest);
  if (!own.known || !forest.domains.known) return undefined;
  return forest.domains.value.find(({ name }) => name === own.value);
}
