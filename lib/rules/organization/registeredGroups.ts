/** R31 and R32: the groups that Setup has created exist, and Setup can find them by their registration. */
import type { RegisteredGroupFacts, SecurityGroupFacts } from "../../facts/health";
import { compareProducts, registeredGuids, securityGroupsUnit } from "../../releases";
import type { Case } from "../case";
import type { Verdict } from "../finding";
import { whenPreparing } from "./firstServer";
import { type Problem, verdictOf } from "./problems";

/** Bits of groupType ([MS-ADTS] 2.2.12). */
const groupTypes = { universal: 0x8, security: 0x80000000 } as const;

const readThem = "let `directory` read the groups of Exchange, with an account that sees them";

/** R31: no registered group is deleted, or of a kind that Setup does not accept. */
export function registeredGroupsAreThere(c: Case): Verdict {
  return whenPreparing(c, "organization", () => {
    const { groups } = c.facts.health;
    const problems = groups.known
      ? groups.value.registered.flatMap(problemsOf)
      : [{ why: groups.why, fix: readThem }];
    return verdictOf(problems, {
      problem: "/PrepareAD would stop halfway at a group that Exchange has registered",
      should: { problem: "what Exchange has registered is not in order" },
      needed:
        "each value of otherWellKnownObjects leading to a group that is there, universal, a security group and without mail",
      where: "in the configuration partition of the forest (ADSI Edit, LDP or ldifde)",
    });
  });
}

function problemsOf(group: RegisteredGroupFacts): readonly Problem[] {
  const { container, value, guid, state, groupType, mailEnabled } = group;
  const found = `${value} of ${container}`;
  // A group that Exchange does not register may be somebody else's, and Setup may ignore it.
  const isExchange = guid !== null && (guid in registeredGuids || /^CN=Microsoft Exchange,/i.test(container));
  const level = isExchange ? {} : ({ level: "should" } as const);
  switch (state) {
    case "malformed":
      return [
        {
          level: "should",
          found: `${found} has not the form B:32:GUID:DN`,
          fix: "look at the value with an LDAP editor, and correct or remove it",
        },
      ];
    case "deleted":
      return [
        {
          ...level,
          found: `${found}, a deleted object`,
          fix: "restore the group, or write otherWellKnownObjects again with all values but this one (ldifde, replace): /PrepareAD then makes an empty group anew, without its members and its delegated rights",
        },
      ];
    case "unseen":
      return [
        {
          ...level,
          why: `${found} leads to no object that this account sees`,
          fix: `${readThem}; if the group is gone, restore it or remove this value`,
        },
      ];
    case "other":
      return [];
    case "group":
      return [...kindProblems(found, level, groupType), ...(mailEnabled ? [mailProblem(found)] : [])];
  }
}

function kindProblems(
  found: string,
  level: Pick<Problem, "level">,
  groupType: number | null,
): readonly Problem[] {
  if (groupType === null) return [{ ...level, why: `groupType of ${found} cannot be seen`, fix: readThem }];
  const lacking = [
    ...((groupType & groupTypes.universal) === 0 ? ["universal"] : []),
    ...((groupType & groupTypes.security) === 0 ? ["a security group"] : []),
  ];
  if (lacking.length === 0) return [];
  return [
    {
      ...level,
      found: `${found} is not ${lacking.join(" and not ")} (groupType ${groupType})`,
      fix: "make the group Universal and Security in Active Directory Users and Computers (a domain-local or global group first loses what a universal one may not have as members)",
    },
  ];
}

function mailProblem(found: string): Problem {
  return {
    level: "should",
    found: `${found} is mail-enabled`,
    fix: "take mail away from the group (Disable-DistributionGroup)",
  };
}

/** R32: the OU of the groups is where Setup looks for it, and Exchange has registered every group in it. */
export function groupsInTheirUnit(c: Case): Verdict {
  return whenPreparing(c, "organization", () => {
    const { groups } = c.facts.health;
    const level = isPractice(c) ? ({ level: "should" } as const) : {};
    const problems: readonly Problem[] = groups.known
      ? [...unitProblems(groups.value, level), ...groups.value.unregistered.map(unregisteredProblem)]
      : [{ ...level, why: groups.why, fix: readThem }];
    return verdictOf(problems, {
      problem: `/PrepareAD would stop halfway without the OU ${securityGroupsUnit}`,
      should: { problem: "the groups of Exchange are not as Setup leaves them" },
      needed: `the OU ${securityGroupsUnit} directly below the forest root domain, and each group of Exchange in it registered`,
      where: "in the forest root domain",
    });
  });
}

/** Setup was seen to stop from 2010 on. 2007 has the OU, but not the group whose creation needs it. */
function isPractice({ target }: Case): boolean {
  return compareProducts(target.product, "2010") < 0;
}

function unitProblems(
  { units, readable }: SecurityGroupFacts,
  level: Pick<Problem, "level">,
): readonly Problem[] {
  if (units.some(({ atRoot }) => atRoot)) return [];
  const moved = units.map(({ dn }) => dn);
  const fix = `create the OU ${securityGroupsUnit} at the root of the forest root domain, or give the one that was renamed or moved its name and place back`;
  if (moved.length > 0) return [{ ...level, found: `only ${moved.join("; ")}`, fix }];
  return readable
    ? [{ ...level, found: "no OU of this name", fix }]
    : [
        {
          ...level,
          why: `no OU ${securityGroupsUnit} shows: there is none, or this account cannot see it`,
          fix: `${readThem}; if there is none, ${fix}`,
        },
      ];
}

function unregisteredProblem(dn: string): Problem {
  return {
    level: "should",
    found: `${dn} is registered nowhere`,
    fix: "register the group in otherWellKnownObjects of CN=Microsoft Exchange again before /PrepareAD, which otherwise makes a second one beside it, with 1 behind its name; rename it if it is no group of Exchange",
  };
}
