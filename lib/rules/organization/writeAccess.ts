/**
 * R38: no entry denies the account the right to change the permissions that Setup changes. A recommendation, since
 * nested groups of other domains could not be read.
 */
import type { AccessEntry } from "../../facts";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { domainsConcerned } from "../state";
import { inEachDomain } from "./domainObjects";
import { mayPrepare, whenPreparing } from "./firstServer";
import { type Problem, verdictOf } from "./problems";

/** Right to change an object's permissions ([MS-DTYP] 2.4.3, WRITE_DAC). */
const writeDac = 0x40000;

/** Groups of everybody who has logged on: Everyone, Authenticated Users. */
const everybody = ["S-1-1-0", "S-1-5-11"] as const;

const level = "should";

/** R38: judged by the access control lists whose permissions /PrepareAD and /PrepareDomain change. */
export function mayWritePermissions(c: Case): Verdict {
  const what = mayPrepare(c, "organization") ? "organization" : "domain";
  return whenPreparing(c, what, () => {
    const { account, health } = c.facts;
    const where = "in the access control lists of these objects (ADSI Edit, or dsacls)";
    if (!account.known)
      return {
        verdict: "unknown",
        level,
        why: account.why,
        needed:
          "the right to change permissions (WRITE_DAC) on what Setup prepares, and no entry that denies it",
        where,
        fix: "let `directory` read the account and its groups",
      };
    // Other rules report an account that does not exist.
    if (account.value === null) return ok;
    const token = new Set([account.value.sid, ...account.value.groups, ...everybody]);
    const judge = (access: { readonly [dn: string]: readonly AccessEntry[] }): readonly Problem[] =>
      Object.entries(access).flatMap(([dn, entries]) => problemOf(dn, entries, token));
    const { organization } = health;
    const names = domainsConcerned(c);
    const readThem = "let `directory` read the access control lists, with an account that sees them";
    const problems: readonly Problem[] = [
      ...(what === "domain"
        ? []
        : organization.known
          ? judge(organization.value.access)
          : [{ level, why: organization.why, fix: readThem } as const]),
      ...(names.known
        ? inEachDomain(c, names.value, (_, { access }) => judge(access), { level })
        : [{ level, why: names.why, fix: readThem } as const]),
    ];
    return verdictOf(problems, {
      problem: "permissions that Setup changes cannot be changed, and it would stop halfway",
      needed: `the right to change permissions (WRITE_DAC) for ${account.value.name} on what Setup prepares, and no entry that denies it`,
      where,
    });
  });
}

/** The first entry about the right decides, as in Windows. */
function problemOf(
  dn: string,
  entries: readonly AccessEntry[],
  token: ReadonlySet<string>,
): readonly Problem[] {
  const about = entries.filter(({ mask }) => (mask & writeDac) !== 0);
  const first = about.find(({ sid }) => token.has(sid));
  if (first?.allow === false)
    return [
      {
        level,
        found: `${dn} denies it to ${first.sid}`,
        fix: "remove the entry that denies it",
      },
    ];
  if (entries.length > 0 && !about.some(({ allow }) => allow))
    return [
      {
        level,
        found: `${dn} grants it to nobody`,
        fix: "let the object inherit permissions again: Enterprise Admins and Administrators have the right by default",
      },
    ];
  return [];
}
