/** Rules on the account that prepares: its groups (P5, P7, P9). */
import type { GroupFacts } from "../facts";
import { accountNotVerified, notMember, withAccount } from "./account";
import type { Case } from "./case";
import type { Verdict } from "./finding";
import { whenPreparing } from "./firstServer";
import { domainsConcerned } from "./state";
import { listed } from "./verdicts";

/** A group that is needed: its SID, and how messages name it. */
interface Group {
  readonly name: string;
  readonly sid: string;
}

/** P5: Schema Admins and Enterprise Admins. */
export function schema(c: Case): Verdict {
  return whenPreparing(c, "schema", () =>
    memberOfAll(c, "Schema Admins and Enterprise Admins, of the forest root domain", (groups) => [
      { name: "Schema Admins", sid: groups.schemaAdmins },
      { name: "Enterprise Admins", sid: groups.enterpriseAdmins },
    ]),
  );
}

/** P7: Enterprise Admins. */
export function activeDirectory(c: Case): Verdict {
  return whenPreparing(c, "organization", () =>
    memberOfAll(c, "Enterprise Admins, of the forest root domain", enterpriseAdmins),
  );
}

/** P9: Domain Admins of each domain that is prepared, or Enterprise Admins; all domains need Enterprise Admins. */
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
  const needed = `Domain Admins of ${names}, or Enterprise Admins`;
  return withAccount(c, needed, (account, groups) => {
    if (account.groups.includes(groups.enterpriseAdmins)) return { verdict: "ok" };
    if (!domains.known) return accountNotVerified(c, domains.why, needed);
    // One domain that is known to be missing decides, whatever could not be read of the others.
    const lacking = domains.value.filter((d) => {
      const sid = groups.domainAdmins[d];
      return sid !== undefined && !account.groups.includes(sid);
    });
    if (lacking.length > 0) {
      const group = `Domain Admins of ${listed(lacking)}`;
      return notMember(c, account, { lacking: [group, "Enterprise Admins"], needed, add: group });
    }
    const unread = domains.value.filter((d) => groups.domainAdmins[d] === undefined);
    if (unread.length === 0) return { verdict: "ok" };
    return accountNotVerified(c, `the SID of ${listed(unread)} could not be read`, needed);
  });
}

function enterpriseAdmins(groups: GroupFacts): readonly Group[] {
  return [{ name: "Enterprise Admins", sid: groups.enterpriseAdmins }];
}

function memberOfAll(c: Case, needed: string, wanted: (groups: GroupFacts) => readonly Group[]): Verdict {
  return withAccount(c, needed, (account, groups) => {
    const lacking = wanted(groups)
      .filter((g) => !account.groups.includes(g.sid))
      .map((g) => g.name);
    if (lacking.length === 0) return { verdict: "ok" };
    return notMember(c, account, { lacking, needed, add: listed(lacking) });
  });
}
