/** P5 to P9 against a model of their own: written from the document, with names and sets instead of SIDs. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { known, unknown } from "../../lib/facts";
import type { Case } from "../../lib/rules/case";
import type { Verdict } from "../../lib/rules/finding";
import type { RuleId } from "../../lib/rules/ids";
import { rules } from "../../lib/rules/table";
import { aCase, account, groupObjects, identityIs, noAccount, sids } from "./builder";

type Word = Verdict["verdict"];
type Judge = (c: Case) => Verdict;

function judgeOf(id: RuleId): Judge {
  const { enforced } = rules[id];
  assert.ok(enforced.by === "judge", id);
  return enforced.judge;
}

const groupSids = {
  "Schema Admins": sids.schemaAdmins,
  "Enterprise Admins": sids.enterpriseAdmins,
  "CONTOSO\\Domain Admins": sids.contosoDomainAdmins,
  "EMEA\\Domain Admins": sids.emeaDomainAdmins,
  "Exchange Organization Administrators": sids.organizationAdministrators,
  "Domain Users": sids.users,
} as const;
type GroupName = keyof typeof groupSids;
const groupNames = Object.keys(groupSids) as readonly GroupName[];

/** Who runs Setup and what for; `groups: null` for groups that could not be read. */
interface Membership {
  readonly member: readonly GroupName[] | "not read" | "no such account";
  readonly groupsRead: boolean;
  /** Domains whose Domain Admins have a SID that could be read. */
  readonly named: readonly string[];
  readonly domain: string;
  readonly apply: boolean;
}

const domainNames = ["contoso.com", "emea.contoso.com"];

const membership: fc.Arbitrary<Membership> = fc.record({
  member: fc.oneof(
    { weight: 8, arbitrary: fc.subarray([...groupNames]) },
    fc.constant("not read" as const),
    fc.constant("no such account" as const),
  ),
  groupsRead: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
  named: fc.oneof({ weight: 4, arbitrary: fc.constant(domainNames) }, fc.subarray(domainNames)),
  domain: fc.constantFrom(...domainNames, "*"),
  apply: fc.boolean(),
});

type PermissionRule = "P5" | "P7" | "P9";
const stepOf = { P5: "schema", P7: "organization", P9: "domain" } as const;

function permissionCase(id: PermissionRule, m: Membership): Case {
  const all: { readonly [domain: string]: string } = {
    "contoso.com": sids.contosoDomainAdmins,
    "emea.contoso.com": sids.emeaDomainAdmins,
  };
  const domainAdmins = Object.fromEntries(Object.entries(all).filter(([name]) => m.named.includes(name)));
  const { schemaAdmins, enterpriseAdmins, organizationAdministrators } = sids;
  return aCase({
    step: stepOf[id],
    apply: m.apply,
    ...(id === "P9" ? { domains: [m.domain] } : {}),
    found:
      m.member === "not read"
        ? unknown("no answer", "dc1.contoso.com")
        : m.member === "no such account"
          ? noAccount
          : account(
              "prep",
              m.member.map((name) => groupSids[name]),
            ),
    forest: {
      groups: m.groupsRead
        ? known(
            {
              schemaAdmins,
              enterpriseAdmins,
              domainAdmins,
              organizationAdministrators,
              delegatedSetup: null,
              objects: groupObjects,
              unread: {},
            },
            "objectSid",
          )
        : unknown("no answer", "dc1.contoso.com"),
    },
  });
}

/** What the document says: P5 both groups, P7 Enterprise Admins, P9 Domain Admins of the domain or Enterprise Admins. */
function expectedPermission(id: PermissionRule, m: Membership): Word {
  if (m.member === "not read") return "unknown";
  if (m.member === "no such account") return "fails";
  if (!m.groupsRead) return "unknown";
  const is = new Set<GroupName>(m.member);
  if (id === "P5") return is.has("Schema Admins") && is.has("Enterprise Admins") ? "ok" : "fails";
  if (is.has("Enterprise Admins")) return "ok";
  if (id === "P7" || m.domain === "*") return "fails";
  if (!m.named.includes(m.domain)) return "unknown";
  return is.has(m.domain === "contoso.com" ? "CONTOSO\\Domain Admins" : "EMEA\\Domain Admins")
    ? "ok"
    : "fails";
}

const sites = ["Operations", "London", "Dublin"];

/** Where a computer and the schema master are. */
interface Places {
  readonly computerDomain: string;
  /** The site that a member reports; null when it reports none. */
  readonly computerSite: string | null;
  readonly kind: "member" | "domain controller";
  readonly answers: boolean;
  readonly masterDomain: string;
  readonly masterSite: string;
  readonly masterRead: boolean;
  readonly controllersRead: boolean;
  readonly domainsRead: boolean;
  readonly apply: boolean;
}

const often = fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false));

const places: fc.Arbitrary<Places> = fc.record({
  computerDomain: fc.constantFrom(...domainNames),
  computerSite: fc.option(fc.constantFrom(...sites), { freq: 8 }),
  kind: fc.constantFrom("member" as const, "domain controller" as const),
  answers: often,
  masterDomain: fc.constantFrom(...domainNames),
  masterSite: fc.constantFrom(...sites),
  masterRead: often,
  controllersRead: often,
  domainsRead: often,
  apply: fc.boolean(),
});

type PlaceRule = "P6" | "P8";

function placeCase(id: PlaceRule, p: Places): Case {
  const computer = `pc1.${p.computerDomain}`;
  const none = unknown("no answer", "dc1.contoso.com");
  // A domain controller is always in a site; the one that this computer reports must not matter then.
  const site = p.computerSite ?? "Operations";
  const self = { name: computer, domain: p.computerDomain, site, globalCatalog: true };
  const master = {
    name: `dc9.${p.masterDomain}`,
    domain: p.masterDomain,
    site: p.masterSite,
    globalCatalog: true,
  };
  return aCase({
    step: id === "P6" ? "schema" : "organization",
    computer,
    apply: p.apply,
    machine: p.answers
      ? identityIs(computer, p.kind === "member" ? p.computerSite : null)
      : { identity: none },
    forest: {
      schemaMaster: p.masterRead ? known(master, "fSMORoleOwner") : none,
      domainControllers: p.controllersRead
        ? known(p.kind === "member" ? [master] : [master, self], "CN=Sites")
        : none,
      ...(p.domainsRead ? {} : { domains: none }),
    },
  });
}

/** What the document says: the same domain and the same site as the schema master. Nothing is guessed. */
function expectedPlace(p: Places): Word {
  if (!p.masterRead) return "unknown";
  const listed = p.kind === "domain controller" && p.controllersRead;
  const reports = p.kind === "member" && p.answers && p.domainsRead && p.computerSite !== null;
  if (!listed && !reports) return "unknown";
  const beside = p.computerDomain === p.masterDomain && (p.computerSite ?? "Operations") === p.masterSite;
  return beside ? "ok" : "fails";
}

function permissionProperty(id: PermissionRule, judge: Judge) {
  return fc.property(membership, (m) => {
    assert.equal(judge(permissionCase(id, m)).verdict, expectedPermission(id, m));
  });
}

function placeProperty(id: PlaceRule, judge: Judge) {
  return fc.property(places, (p) => {
    assert.equal(judge(placeCase(id, p)).verdict, expectedPlace(p));
  });
}

const runs = { numRuns: 600 };

describe("permissions, for any memberships", () => {
  for (const id of ["P5", "P7", "P9"] as const) {
    it(`${id} says what the document says`, () => {
      fc.assert(permissionProperty(id, judgeOf(id)), runs);
    });
  }

  it("more groups never take a permission away", () => {
    fc.assert(
      fc.property(membership, fc.constantFrom(...groupNames), (m, more) => {
        if (!Array.isArray(m.member)) return;
        const richer = { ...m, member: [...m.member, more] };
        for (const id of ["P5", "P7", "P9"] as const) {
          const before = judgeOf(id)(permissionCase(id, m)).verdict;
          if (before === "ok") assert.equal(judgeOf(id)(permissionCase(id, richer)).verdict, "ok");
        }
      }),
      runs,
    );
  });
});

describe("places, for any sites and domains", () => {
  for (const id of ["P6", "P8"] as const) {
    it(`${id} says what the document says`, () => {
      fc.assert(placeProperty(id, judgeOf(id)), runs);
    });
  }
});

describe("these properties", () => {
  const okay: Verdict = { verdict: "ok" };
  const has = (c: Case, sid: string) => {
    const found = c.facts.account;
    return found.known && found.value?.groups.includes(sid) === true;
  };

  const permissionMistakes: readonly (readonly [string, PermissionRule, Judge])[] = [
    [
      "one of the two groups is enough",
      "P5",
      (c) => (has(c, sids.schemaAdmins) || has(c, sids.enterpriseAdmins) ? okay : judgeOf("P5")(c)),
    ],
    ["Schema Admins is left out", "P5", judgeOf("P7")],
    [
      "Schema Admins stands in for Enterprise Admins",
      "P7",
      (c) => (has(c, sids.schemaAdmins) ? okay : judgeOf("P7")(c)),
    ],
    [
      "Domain Admins of any domain",
      "P9",
      (c) => (has(c, sids.contosoDomainAdmins) ? okay : judgeOf("P9")(c)),
    ],
    ["Enterprise Admins does not help", "P9", (c) => withoutEnterpriseAdmins(c)],
    [
      "all domains with Domain Admins of each",
      "P9",
      (c) => (has(c, sids.contosoDomainAdmins) && has(c, sids.emeaDomainAdmins) ? okay : judgeOf("P9")(c)),
    ],
    [
      "what could not be read counts as missing",
      "P5",
      (c) => {
        const verdict = judgeOf("P5")(c);
        return verdict.verdict === "unknown"
          ? { ...verdict, verdict: "fails", problem: "", found: "" }
          : verdict;
      },
    ],
    [
      "in preview, what could not be read counts as right",
      "P7",
      (c) => {
        const verdict = judgeOf("P7")(c);
        return verdict.verdict === "unknown" && !c.apply ? okay : verdict;
      },
    ],
  ];

  function withoutEnterpriseAdmins(c: Case): Verdict {
    const { account: found } = c.facts;
    if (!found.known || found.value === null) return judgeOf("P9")(c);
    const groups = found.value.groups.filter((sid) => sid !== sids.enterpriseAdmins);
    return judgeOf("P9")({ ...c, facts: { ...c.facts, account: account("prep", groups) } });
  }

  for (const [mistake, id, judge] of permissionMistakes) {
    it(`find the mistake in ${id}: ${mistake}`, () => {
      assert.equal(fc.check(permissionProperty(id, judge), runs).failed, true);
    });
  }

  /** The rule as it would be with the schema master moved to where the computer is. */
  const movedMaster =
    (part: "site" | "domain"): Judge =>
    (c) => {
      const master = c.facts.forest.schemaMaster;
      const identity = c.facts.computer.identity;
      if (!master.known || !identity.known) return judgeOf("P6")(c);
      const near =
        part === "site"
          ? { site: identity.value.site ?? master.value.site }
          : { domain: c.computer.slice("pc1.".length) };
      const schemaMaster = known({ ...master.value, ...near }, master.source);
      return judgeOf("P6")({ ...c, facts: { ...c.facts, forest: { ...c.facts.forest, schemaMaster } } });
    };

  const placeMistakes: readonly (readonly [string, Judge])[] = [
    ["the site does not matter", movedMaster("site")],
    ["the domain does not matter", movedMaster("domain")],
    [
      "a computer without a site is beside the schema master",
      (c) => {
        const { identity } = c.facts.computer;
        return identity.known && identity.value.site === null ? okay : judgeOf("P6")(c);
      },
    ],
    [
      "a schema master that could not be read is in order",
      (c) => (c.facts.forest.schemaMaster.known ? judgeOf("P6")(c) : okay),
    ],
  ];
  for (const [mistake, judge] of placeMistakes) {
    it(`find the mistake in P6: ${mistake}`, () => {
      assert.equal(fc.check(placeProperty("P6", judge), runs).failed, true);
    });
  }
});
