/** Rules on the account that upgrades a server: P1 to P4. */
import { type AccessEntry, type AccountFacts, type Fact, known, type Role, type Unknown } from "../../facts";
import { type Permission, permissionsOf } from "../../releases";
import { counted, listed } from "../../text";
import type { Case } from "../case";
import { reachComputer } from "../computer/reachComputer";
import { type NotVerified, ok, type Verdict } from "../finding";
import { removeGone } from "../organization/serverObjects";
import { isEdge, isToolsOnly, serverRoles, upgradedBefore } from "../organization/servers";
import { argument, wayToBeLater } from "../program/argumentTexts";
import { allOf, ifItApplies } from "../verdicts";
import { accountNotVerified, describeAccount, notMember, whereLoggedOn, withAccount } from "./account";
import { describeGroups, groupName, organizationGroupName, registeredGroup } from "./groups";
import { localAdministrator } from "./localAdministrators";

/** SIDs that every account of the forest has in its token: Everyone, Authenticated Users, This Organization. */
const everybody: readonly string[] = ["S-1-1-0", "S-1-5-11", "S-1-5-15"];

/** All standard and object-specific rights of a directory object. */
const fullControl = 0x000f01ff;
const genericAll = 0x10000000;

/** P1: the first server of one of its roles needs the organization's administrators, and local Administrators. */
export function firstOfRole(c: Case): Verdict {
  const order = orderOf(c);
  if (order.known && order.value.first.length === 0) return ok;
  const roles = order.known ? listed(order.value.first) : "a role";
  const needed = `${organizationGroupName(c)}, and local Administrators of ${c.computer}, for the first server with ${roles}`;
  const administrator = organizationAdministrator(c, needed);
  const verdict = allOf([administrator, localAdministrator(c, needed)]);
  // An account that may upgrade the first server may upgrade every other.
  if (!order.known) return ifItApplies(verdict, order, wayToOrder(c));
  if (verdict.verdict !== "fails") return verdict;
  const later = wayToBeLater(c, roles);
  return {
    ...verdict,
    problem: `it is the first server with ${roles} to be upgraded, and ${verdict.problem}`,
    fix: administrator.verdict === "fails" ? `${verdict.fix}; or ${later}` : verdict.fix,
  };
}

/** P2: an Edge Transport server needs local Administrators. */
export function edgeTransport(c: Case): Verdict {
  return isEdge(c) ? localAdministrator(c, `local Administrators of ${c.computer}`) : ok;
}

/** P3: a further server needs control of its own object or the organization's administrators, and local Administrators. */
export function furtherServer(c: Case): Verdict {
  const order = orderOf(c);
  if (order.known && (order.value.roles.length === 0 || order.value.first.length > 0)) return ok;
  const { server } = permissionsOf(c.target.product);
  const delegated = server?.kind === "server object" ? `${server.name} for this server` : server?.name;
  const administrators = delegated === undefined ? "" : `${delegated} or `;
  const needed = `${administrators}${organizationGroupName(c)}, and local Administrators of ${c.computer}`;
  const verdict = allOf([serverAdministrator(c, needed), localAdministrator(c, needed)]);
  return order.known ? verdict : ifItApplies(verdict, order, wayToOrder(c));
}

/** P4: a computer with only the management tools needs local Administrators. */
export function managementTools(c: Case): Verdict {
  return isToolsOnly(c) ? localAdministrator(c, `local Administrators of ${c.computer}`) : ok;
}

/** The roles that P1 and P3 are about, and which of them no earlier server has. */
export interface Order {
  readonly roles: readonly Role[];
  readonly first: readonly Role[];
}

/** Edge Transport and the management tools alone have rules of their own, so they have no roles here. */
export function orderOf(c: Case): Fact<Order> {
  const own = serverRoles(c);
  if (isEdge(c)) return known({ roles: [], first: [] }, own.source);
  if (!own.known) return own;
  if (own.value.length === 0) return known({ roles: [], first: [] }, own.source);
  const before = upgradedBefore(c);
  if (!before.known) return before;
  const answers = own.value.map((role) => ({ role, upgraded: before.value(role) }));
  const first = answers.filter(({ upgraded }) => upgraded === false).map(({ role }) => role);
  // One role of which this server is the first decides, even if the order of other roles is not known.
  const unseen = answers.map(({ upgraded }) => upgraded).find((answer) => typeof answer === "string");
  if (first.length === 0 && typeof unseen === "string") return notRead(unseen, before.source);
  return known({ roles: own.value, first }, before.source);
}

/** How the program or the directory can show whether the server is the first of its roles. */
export function wayToOrder(c: Case): Partial<NotVerified> {
  if (!c.facts.computer.roles.known) return { fix: reachComputer };
  return {
    fix:
      `let \`directory\` read the servers of the organization, or run Setup under ${organizationGroupName(c)}` +
      (c.facts.forest.servers.known ? `; ${removeGone}` : ""),
  };
}

/** Requires membership among the organization's administrators. */
export function organizationAdministrator(c: Case, needed: string): Verdict {
  return withAccount(c, needed, (account, groups) => {
    const group = registeredGroup(c, groups, "organizationAdministrators");
    if (group.sid === null)
      return {
        ...accountNotVerified(c, group.why, needed),
        fix:
          "let `directory` read otherWellKnownObjects of CN=Microsoft Exchange and the group that it names, with an account " +
          "that sees both; an entry whose group was deleted has to be repaired first",
      };
    if (account.groups.includes(group.sid)) return ok;
    const name = groupName(groups, group);
    const judged = describeGroups(groups, [group]);
    return notMember(c, account, { lacking: [name], needed, add: name, judged });
  });
}

/** Requires control of this server's object or membership among the organization's administrators. */
export function serverAdministrator(c: Case, needed: string): Verdict {
  const organization = organizationAdministrator(c, needed);
  const { server } = permissionsOf(c.target.product);
  if (organization.verdict === "ok" || server === null) return organization;
  const { account } = c.facts;
  if (!account.known || account.value === null) return organization;
  const delegated = isDelegated(c, account.value, server);
  if (delegated.known && delegated.value) return ok;
  if (organization.verdict === "unknown") return organization;
  const group = organizationGroupName(c);
  const { name } = account.value;
  if (!delegated.known)
    return {
      ...accountNotVerified(c, delegated.why, needed),
      fix:
        server.kind === "group"
          ? `add ${name} to ${group}, or set ${argument(c, "account")} to one that is a member`
          : "let `directory` read the server's object and its access control list, with an account that may",
    };
  if (server.kind === "group")
    return notMember(c, account.value, {
      lacking: [delegatedName(c, server), group],
      needed,
      add: `${delegatedName(c, server)} or ${group}`,
      judged: judgedBy(c, ["delegatedSetup", "organizationAdministrators"]),
    });
  const entries = c.facts.serverAccess.known ? (c.facts.serverAccess.value?.length ?? 0) : 0;
  return {
    verdict: "fails",
    problem: `${name} is neither ${server.name} for this server nor in ${group}`,
    found:
      `${describeAccount(account.value)}, without full control on the server's object ` +
      `(${counted(entries, "entry", "entries")} in its access control list, ${delegated.source}); ` +
      judgedBy(c, ["organizationAdministrators"]),
    needed,
    where: whereLoggedOn(c),
    fix: `give ${name} the role ${server.name} for this server, or add it to ${group} and log off and on, or set ${argument(c, "account")} to one that has either`,
  };
}

/** Whether the account administers this one server. */
function isDelegated(c: Case, account: AccountFacts, { kind }: Permission): Fact<boolean> {
  const { serverAccess } = c.facts;
  if (kind === "group") return isInDelegatedSetup(c, account);
  if (!serverAccess.known) return serverAccess;
  // The object may exist although this account cannot see it.
  if (serverAccess.value === null)
    return notRead(`the directory shows no server object of ${c.computer}`, serverAccess.source);
  return known(controls(account, serverAccess.value), serverAccess.source);
}

/** Whether the account is in the group whose members may upgrade servers. */
function isInDelegatedSetup(c: Case, account: AccountFacts): Fact<boolean> {
  const { groups } = c.facts.forest;
  if (!groups.known) return groups;
  const group = registeredGroup(c, groups.value, "delegatedSetup");
  return group.sid === null
    ? notRead(group.why, groups.source)
    : known(account.groups.includes(group.sid), groups.source);
}

function delegatedName(c: Case, server: Permission): string {
  const { groups } = c.facts.forest;
  return groups.known
    ? groupName(groups.value, registeredGroup(c, groups.value, "delegatedSetup"))
    : server.name;
}

function judgedBy(c: Case, which: readonly ("delegatedSetup" | "organizationAdministrators")[]): string {
  const { groups } = c.facts.forest;
  if (!groups.known) return "";
  const facts = groups.value;
  return describeGroups(
    facts,
    which.map((each) => registeredGroup(c, facts, each)),
  );
}

function notRead(why: string, source: string): Unknown {
  return { known: false, why, source };
}

/**
 * Whether an account has full control by an access control list. Evaluates it as Windows does: in the list's order, the
 * first entry about a right decides it.
 */
export function controls(
  account: Pick<AccountFacts, "sid" | "groups">,
  entries: readonly AccessEntry[],
): boolean {
  const token = new Set([account.sid, ...account.groups, ...everybody]);
  let granted = 0;
  let denied = 0;
  for (const { sid, allow, mask } of entries) {
    if (!token.has(sid)) continue;
    const rights = (mask & genericAll) !== 0 ? fullControl : mask & fullControl;
    if (allow) granted |= rights & ~denied;
    else denied |= rights;
  }
  return granted === fullControl;
}
