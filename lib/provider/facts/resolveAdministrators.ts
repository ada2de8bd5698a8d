/** Members of a computer's local Administrators, looked up: from the names that it lists to SIDs. */
import type { DirectorySession } from "../../directory";
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

/** Names that were looked up so far. */
export type Principals = Map<string, Promise<Fact<PrincipalFacts | null>>>;

/** Whether the computer is asked for the members: where Setup is to run under another account than the one that logs on. */
export function asksAdministrators({ kind, run, account, inputs }: Step): boolean {
  const user = inputs.computer.connection?.user?.toLowerCase();
  return (
    kind === "server" && !runModeTraits[run].inSession && account !== null && account.toLowerCase() !== user
  );
}

/**
 * Looks the members up, each name once for all computers.
 * @param directory null where the step has none
 */
export async function administratorsOf(
  step: Step,
  computer: ComputerFacts,
  forest: ForestFacts,
  directory: { readonly session: DirectorySession; readonly principals: Principals } | null,
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
    if (directory === null) return unresolved("the step has no directory to look it up in");
    const found = directory.principals.get(fullName) ?? directory.session.principal(fullName);
    directory.principals.set(fullName, found);
    const principal = await found;
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
