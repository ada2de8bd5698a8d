/** Rules on the account that prepares: its groups (P5, P7, P9). */
import type { AccountFacts, GroupFacts } from "../../facts";
import { isModern } from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";
import type { Verdict } from "../finding";
import { whenPreparing } from "../organization/firstServer";
import { domainsConcerned } from "../state";
import { accountNotVerified, notMember, withAccount } from "./account";
import {
  describeGroups,
  domainAdmins,
  forestGroup,
  groupName,
  type JudgedGroup,
  organizationGroupName,
  registeredGroup,
} from "./groups";

/** P5: Schema Admins and Enterprise Admins. */
export function schema(c: Case): Verdict {
  return whenPreparing(c, "schema", () =>
    memberOfAll(c, "Schema Admins and Enterprise Admins, of the forest root domain", (groups) => [
      forestGroup(groups, "schemaAdmins"),
      forestGroup(groups, "enterpriseAdmins"),
    ]),
  );
}

/** P7: Enterprise Admins. */
export function activeDirectory(c: Case): Verdict {
  return whenPreparing(c, "organization", () =>
    memberOfAll(c, "Enterprise Admins, of the forest root domain", enterpriseAdmins),
  );
}

/**
 * P9: Domain Admins of each prepared domain; from 2013 on also the organization's administrators. Enterprise Admins
 * suffices instead, and is required to prepare all domains.
 */
export function domain(c: Case): Verdict {
  return whenPreparing(c, "domain", () => {
    if (c.domains.includes("*")) {
      const needed = "Enterprise Admins, of the forest root domain, to prepare all domains";
      return memberOfAll(c, needed, enterpriseAdmins);
    }
    return domainAdministrator(c);
  });
}

function domainAdministrator(c: Case): Verdict {
  const domains = domainsConcerned(c);
  const names = domains.known ? listed(domains.value) : "the server's own domain";
  const modern = isModern(c.target.product);
  const needed = `Domain Admins of ${names}${modern ? ` and ${organizationGroupName(c)}` : ""}, or Enterprise Admins`;
  return withAccount(c, needed, (account, groups) => {
    const enterprise = forestGroup(groups, "enterpriseAdmins");
    if (isIn(account, enterprise)) return { verdict: "ok" };
    if (!domains.known) return accountNotVerified(c, domains.why, needed);
    // One domain whose group is known to be missing decides, even if groups of others could not be read.
    const judged = [
      ...domains.value.map((d) => domainAdmins(groups, d)),
      // Setup's own rule requires this for every domain. The topic requires it only for domains that are younger than
      // the last /PrepareAD.
      ...(modern ? [registeredGroup(c, groups, "organizationAdministrators")] : []),
    ];
    const lacking = judged.filter((group) => group.sid !== null && !isIn(account, group));
    const unread = judged.filter(({ sid }) => sid === null);
    if (lacking.length > 0) {
      // Only Enterprise Admins could still grant the permission, and that group could not be found.
      if (enterprise.sid === null) return accountNotVerified(c, enterprise.why, needed);
      const names = lacking.map((group) => groupName(groups, group));
      return notMember(c, account, {
        lacking: [namesOf(names), groupName(groups, enterprise)],
        needed,
        add: namesOf(names),
        judged: describeGroups(groups, [...lacking, enterprise]),
      });
    }
    const why = unread.map((group) => group.why).join("; ");
    return unread.length === 0 ? { verdict: "ok" } : accountNotVerified(c, why, needed);
  });
}

/** `Domain Admins of a and b` if both groups have the default name; else the name of each. */
function namesOf(names: readonly string[]): string {
  const usual = "Domain Admins of ";
  return names.every((name) => name.startsWith(usual))
    ? `${usual}${listed(names.map((name) => name.slice(usual.length)))}`
    : listed(names);
}

function enterpriseAdmins(groups: GroupFacts): readonly JudgedGroup[] {
  return [forestGroup(groups, "enterpriseAdmins")];
}

/** One group that is known to be missing decides, even if others could not be read. */
function memberOfAll(
  c: Case,
  needed: string,
  wanted: (groups: GroupFacts) => readonly JudgedGroup[],
): Verdict {
  return withAccount(c, needed, (account, groups) => {
    const open = wanted(groups).filter((group) => !isIn(account, group));
    const lacking = open.filter(({ sid }) => sid !== null);
    if (open.length === 0) return { verdict: "ok" };
    if (lacking.length === 0)
      return accountNotVerified(c, [...new Set(open.map(({ why }) => why))].join("; "), needed);
    const names = lacking.map((group) => groupName(groups, group));
    const judged = describeGroups(groups, lacking);
    return notMember(c, account, { lacking: names, needed, add: listed(names), judged });
  });
}

function isIn({ groups }: AccountFacts, { sid }: JudgedGroup): boolean {
  return sid !== null && groups.includes(sid);
}
