/** R30: the members of a database availability group are upgraded one at a time. */
import type { AvailabilityGroupFacts, ExchangeServerFacts, ForestFacts } from "../../facts";
import { citations, isModern } from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import type { Rule } from "../rule";
import { buildVerdict } from "../state";
import { recommendation } from "../verdicts";
import { serverNamed } from "./serverObjects";
import { directoryServer, isEdge, isToolsOnly, nameOf, serverRoles } from "./servers";

/** What R30 requires. */
export const oneAtATime =
  "one member of a database availability group at a time, each proven before the next";

/** The source of R30. */
export const groupSource: Rule["source"] = ({ product }) =>
  isModern(product)
    ? { evidence: "documented", source: `${citations.documentation}; ${citations.updateTopic}` }
    : { evidence: "unverified", source: "no statement found for Exchange 2010; documented from 2013 on" };

/** R30: documented from 2013 on; for 2010 a recommendation. */
export function oneMemberAtATime(c: Case): Verdict {
  const verdict = withoutOthers(c);
  return isModern(c.target.product) ? verdict : recommendation(verdict);
}

function withoutOthers(c: Case): Verdict {
  if (isEdge(c) || isToolsOnly(c) || isUpgraded(c, c.computer)) return ok;
  const together = c.alongside.filter((fqdn) => !isUpgraded(c, fqdn));
  const group = groupOf(c.facts.forest, c.computer);
  const name = group?.name ?? c.declared.dag ?? "";
  if (together.length > 0)
    return {
      verdict: "fails",
      problem: `it is in the database availability group ${name} together with ${listed(together)}, and nothing keeps Setup from running on both at once`,
      found: `${name}: ${listed([...together, c.computer].sort())}, without an order between them`,
      needed: oneAtATime,
      ...wayToTakeTurns(c, name, together),
    };
  const why = whyUnseenGroup(c, group);
  if (why === null) return ok;
  return {
    verdict: "unknown",
    why,
    needed: oneAtATime,
    where: "in the configuration partition of the forest",
    fix: `let \`directory\` read the database availability groups, with an account that sees them, or say ${argument(c, "dag")}, and that of its other members`,
  };
}

/**
 * Why the other members of the server's group are not known; null if they are, or if the program names the group (R9
 * judges that).
 */
export function whyUnseenGroup(c: Case, own: AvailabilityGroupFacts | undefined): string | null {
  const roles = serverRoles(c);
  if (c.declared.dag !== null || (roles.known && !roles.value.includes("Mailbox"))) return null;
  const { availabilityGroups } = c.facts.forest;
  if (!availabilityGroups.known) return availabilityGroups.why;
  if (own !== undefined) return own.unseen;
  return availabilityGroups.value.find(({ unseen }) => unseen !== null)?.unseen ?? null;
}

function wayToTakeTurns(c: Case, group: string, others: readonly string[]) {
  return c.place === null
    ? {
        where: "in the program: the argument `after`",
        fix: `put ${listed(others)} in \`after\`, or this server in \`after\` there`,
      }
    : {
        where: "in the program: `servers`",
        fix: `say in \`servers\` of each of its members that its dag is ${JSON.stringify(group)}: they take turns`,
      };
}

/** True for a server at or above the target, whose step starts nothing. */
function isUpgraded(c: Case, fqdn: string): boolean {
  const objects = directoryServer(c, fqdn)?.objects ?? [];
  return (
    objects.length > 0 &&
    objects.every(({ build }) => build !== null && buildVerdict(build, c.target) !== "below")
  );
}

/** The group of a server; undefined if the directory shows none. */
export function groupOf(
  { servers, availabilityGroups }: Pick<ForestFacts, "servers" | "availabilityGroups">,
  fqdn: string,
): AvailabilityGroupFacts | undefined {
  if (!servers.known || !availabilityGroups.known || availabilityGroups.value.length === 0) return undefined;
  const groups = byMember(availabilityGroups.value);
  const objects = serverNamed(servers.value, fqdn)?.objects ?? [];
  return objects.map(({ dn }) => groups.get(dn.toLowerCase())).find((group) => group !== undefined);
}

/** FQDNs of the other members of a server's group that the directory shows. */
export function membersBeside(
  forest: Pick<ForestFacts, "servers" | "availabilityGroups">,
  fqdn: string,
): readonly string[] {
  const group = groupOf(forest, fqdn);
  if (group === undefined || !forest.servers.known) return [];
  const names = namesByDn(forest.servers.value);
  return group.members.flatMap((dn) => names.get(dn.toLowerCase()) ?? []).filter((name) => name !== fqdn);
}

/** Facts never change, and thousands of steps need the same groups and servers. */
const groupsByMember = new WeakMap<object, ReadonlyMap<string, AvailabilityGroupFacts>>();
const serverNames = new WeakMap<object, ReadonlyMap<string, string>>();

function byMember(groups: readonly AvailabilityGroupFacts[]): ReadonlyMap<string, AvailabilityGroupFacts> {
  const known =
    groupsByMember.get(groups) ??
    new Map(groups.flatMap((group) => group.members.map((dn) => [dn.toLowerCase(), group] as const)));
  groupsByMember.set(groups, known);
  return known;
}

function namesByDn(servers: readonly ExchangeServerFacts[]): ReadonlyMap<string, string> {
  const known =
    serverNames.get(servers) ??
    new Map(servers.map((server) => [server.dn.toLowerCase(), nameOf(server).toLowerCase()]));
  serverNames.set(servers, known);
  return known;
}
