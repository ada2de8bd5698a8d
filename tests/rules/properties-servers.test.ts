/**
 * P1 to P4 and D3 against a model of their own: written from the document, with names instead of SIDs and three values
 * (true, false and "?" for what could not be seen) instead of verdicts.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type AccessEntry,
  type AdministratorFacts,
  type ComputerFacts,
  type ExchangeServerFacts,
  type ForestFacts,
  known,
  type Role,
} from "../../lib/facts";
import { withoutGone } from "../../lib/provider/step/gone";
import type { Case } from "../../lib/rules/case";
import type { Verdict } from "../../lib/rules/finding";
import type { RuleId } from "../../lib/rules/ids";
import { rules } from "../../lib/rules/table";
import { buildOf, installed, localAdministrators, rolesAre, sids, silent } from "./builder";
import {
  caseOf,
  type Entry,
  type Member,
  objectsOf as objectsIn,
  type Right,
  rights,
  type Server,
  type Upgrade,
  upgrade,
} from "./organizations";

type Judge = (c: Case) => Verdict;
type ServerRule = "P1" | "P2" | "P3" | "P4" | "D3" | "R12";
const serverRules: readonly ServerRule[] = ["P1", "P2", "P3", "P4", "D3", "R12"];

function judgeOf(id: RuleId): Judge {
  const { enforced } = rules[id];
  assert.ok(enforced.by === "judge", id);
  return enforced.judge;
}

/** True, false, or not seen. */
type Truth = boolean | "?";
const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === "?" || b === "?" ? "?" : true;
const not = (a: Truth): Truth => (a === "?" ? "?" : !a);
const or = (a: Truth, b: Truth): Truth => not(and(not(a), not(b)));
const implies = (a: Truth, b: Truth): Truth => or(not(a), b);
const word = (t: Truth): Verdict["verdict"] => (t === "?" ? "unknown" : t ? "ok" : "fails");

/** What one object shows. */
type Object = Pick<Server, "roles" | "release" | "facesInternet">;

/** Objects of a server. One that a server of 2003 has left counts only where there is no other. */
function objectsOf(s: Server): readonly Object[] {
  const all: readonly Object[] = s.double === null ? [s] : [s, s.double];
  const later = all.filter(({ release }) => release !== "2003");
  return later.length === 0 ? all.slice(0, 1) : later;
}

/** Nobody knows which object is the server's: only what holds for each of them is known. */
const ofEach = (s: Server, holds: (object: Object) => Truth): Truth => {
  const [first = "?", ...others] = objectsOf(s).map(holds);
  return others.every((other) => other === first) ? first : "?";
};

/** A server of another product is upgraded to another one. */
const isConcerned = ({ release }: Pick<Object, "release">) => release !== "2003" && release !== "2010";
const isPlanned = (u: Upgrade, s: Server) => !u.apply && u.after.includes(s.name);
const isUpgraded = ({ release }: Object): Truth => (release === "not said" ? "?" : release.startsWith("SP"));
const carries = ({ roles }: Object, role: Role): Truth => (roles === "not said" ? "?" : roles.includes(role));
const any = (all: readonly Truth[]): Truth => all.reduce(or, false);

/** Whether the upgrade is that of a server with one of the four roles. */
function hasRoles(u: Upgrade): Truth {
  if (u.kind === "edge by the program") return false;
  return u.rolesRead ? u.kind === "server" : "?";
}

/** P1: the first server with one of its roles; the upgrade of each role has been done otherwise. */
function isFirst(u: Upgrade): Truth {
  const done = (role: Role) =>
    any(
      u.others.map((s) =>
        isPlanned(u, s) && objectsOf(s).some(isConcerned)
          ? ofEach(s, (object) => carries(object, role))
          : ofEach(s, (object) => and(carries(object, role), isUpgraded(object))),
      ),
    );
  const first = u.serversRead ? any(u.roles.map((role) => not(done(role)))) : "?";
  return hasRoles(u) === true ? first : hasRoles(u);
}

function isOrganizationAdministrator(u: Upgrade): Truth {
  if (u.account === "no such account") return false;
  if (u.account === "not read" || !u.groupsRead || !u.organizationGroupNamed) return "?";
  return u.groups.includes("Exchange Organization Administrators");
}

/** Full control: of each right, the first entry that is about it and about the account decides. */
function isServerAdministrator(u: Upgrade): Truth {
  if (u.account === "no such account") return false;
  if (u.account === "not read" || typeof u.access === "string") return "?";
  const mine = (to: Entry["to"]) =>
    to === "the account" ||
    to === "Everyone" ||
    to === "Authenticated Users" ||
    (to !== "another account" && u.groups.includes(to));
  const covers = (e: Entry, right: Right) => e.rights === "all in one" || e.rights.includes(right);
  const entries = u.access;
  return rights.every((right) => entries.find((e) => mine(e.to) && covers(e, right))?.allow === true);
}

/**
 * The local group, as the token on the computer shows it; Setup that is started in the session has that token. Of another
 * account than the one that logs on, as the members of the group show it.
 */
function isLocalAdministrator(u: Upgrade): Truth {
  if (!u.logonRead) return "?";
  if (u.run !== "direct" && !u.logonIsAccount) return isListed(u);
  if (u.token === "filtered") return u.run === "direct" ? false : "?";
  return u.localAdministrator;
}

function isListed(u: Upgrade): Truth {
  if (u.account !== "read" || u.members === "not asked") return "?";
  const is: Readonly<Record<Member, Truth>> = {
    "the account": true,
    "a group of the account": true,
    "another account": false,
    "a local account": false,
    "a domain-local group of another domain": "?",
    "nobody knows": "?",
  };
  return any(u.members.map((member) => is[member]));
}

function expectedPermission(id: Exclude<ServerRule, "D3" | "R12">, u: Upgrade): string {
  const local = isLocalAdministrator(u);
  switch (id) {
    case "P1":
      return word(implies(isFirst(u), and(isOrganizationAdministrator(u), local)));
    case "P2": {
      const edge = u.kind === "edge by the program" || (u.kind === "edge" && u.rolesRead);
      return word(implies(edge, local));
    }
    case "P3": {
      const either = or(isOrganizationAdministrator(u), isServerAdministrator(u));
      return word(implies(and(hasRoles(u), not(isFirst(u))), and(either, local)));
    }
    case "P4":
      return word(implies(u.kind === "tools" && u.rolesRead, local));
  }
}

/** D3 in words: the verdict, and how strong it is. */
function expectedOrder(u: Upgrade): string {
  const isPending = (object: Object): Truth =>
    isConcerned(object) ? and(carries(object, "Client Access"), not(isUpgraded(object))) : false;
  const awaited = u.others.filter((s) => !isPlanned(u, s));
  const pending = u.serversRead ? any(awaited.map((s) => ofEach(s, isPending))) : "?";
  if (hasRoles(u) === false || pending === false) return "ok";
  if (hasRoles(u) === "?") return "must unknown";
  if (!u.roles.includes("Client Access")) return pending === "?" ? "should unknown" : "should fails";
  // Whose external URLs they are is seen only together with the servers.
  const byUrl = (s: Server): Truth =>
    u.urlsRead && u.serversRead && s.urlsShown ? ofEach(s, ({ facesInternet }) => facesInternet) : "?";
  const itself = u.saysFacing ?? (u.own !== null ? byUrl(u.own) : u.urlsRead && u.serversRead ? false : "?");
  if (itself === true) return "ok";
  const faces = (s: Server): Truth => and(ofEach(s, isPending), u.saysOfOthers[s.name] ?? byUrl(s));
  const another = u.serversRead ? any(awaited.map(faces)) : "?";
  return { ok: "ok", unknown: "must unknown", fails: "must fails" }[word(not(and(not(itself), another)))];
}

/** R12 in words. */
function expectedIdentity(u: Upgrade): string {
  if (u.kind === "edge by the program") return "ok";
  if (u.rolesRead && (u.kind === "edge" || u.kind === "tools")) return "ok";
  if (!u.serversRead) return "must unknown";
  if (u.own === null) return "ok";
  if (objectsOf(u.own).length > 1) return "must fails";
  return u.own.conflictCopy ? "should fails" : "ok";
}

/** What a rule says of a case, in the model's words. */
function saidOf(id: ServerRule, judge: Judge, c: Case): string {
  const said = judge(c);
  if ((id !== "D3" && id !== "R12") || said.verdict === "ok") return said.verdict;
  return `${said.level ?? rules[id].level} ${said.verdict}`;
}

const expected = (id: ServerRule, u: Upgrade) =>
  id === "D3" ? expectedOrder(u) : id === "R12" ? expectedIdentity(u) : expectedPermission(id, u);

function serverProperty(id: ServerRule, judge: Judge) {
  return fc.property(upgrade, (u) => {
    assert.equal(saidOf(id, judge, caseOf(u)), expected(id, u));
  });
}

const runs = { numRuns: 1000 };

describe("servers, for any organization, account and plan", () => {
  for (const id of serverRules) {
    it(`${id} says what the document says`, () => {
      fc.assert(serverProperty(id, judgeOf(id)), runs);
    });

    it(`${id} says all of its words on these organizations`, () => {
      const words = new Set(fc.sample(upgrade, { numRuns: 2000, seed: 7 }).map((u) => expected(id, u)));
      const wanted =
        id === "D3"
          ? ["must fails", "must unknown", "ok", "should fails", "should unknown"]
          : id === "R12"
            ? ["must fails", "must unknown", "ok", "should fails"]
            : ["fails", "ok", "unknown"];
      assert.deepEqual([...words].sort(), wanted);
    });
  }

  it("of P1 to P4 no two fail at once", () => {
    fc.assert(
      fc.property(upgrade, (u) => {
        const c = caseOf(u);
        const failing = serverRules.filter((id) => /^P/.test(id) && judgeOf(id)(c).verdict === "fails");
        assert.ok(failing.length <= 1, failing.join(", "));
      }),
      runs,
    );
  });

  for (const id of serverRules)
    it(`${id} says of an organization with servers that are gone what it says of one without them`, () => {
      const all = fc.tuple(upgrade, fc.subarray(["s1", "s2", "s3"], { minLength: 1 }), fc.boolean());
      fc.assert(
        fc.property(all, ([u, names, byDn]) => {
          // By FQDN where the directory has it; by the DN of each of its objects otherwise.
          const gone = Object.fromEntries(
            u.others
              .filter(({ name }) => names.includes(name))
              .flatMap((s) =>
                s.namedInFull && !byDn
                  ? [`${s.name}.contoso.com`]
                  : objectsIn(s).map(({ dn }) => dn.toUpperCase()),
              )
              .map((server) => [server, "CHG0051"]),
          );
          const left = { ...u, others: u.others.filter(({ name }) => !names.includes(name)) };
          const c = caseOf({ ...u, after: u.after.filter((name) => !names.includes(name)) });
          const living = withoutGone(c.facts.forest, gone);
          const facts = { ...c.facts, forest: living.forest };
          const after = left.after.filter((name) => !names.includes(name));
          assert.equal(
            saidOf(id, judgeOf(id), { ...c, gone: living.gone, facts }),
            expected(id, { ...left, after }),
          );
        }),
        runs,
      );
    });

  it("a server more in `after` never makes an upgrade worse", () => {
    const worse = { ok: 0, unknown: 1, fails: 2 };
    fc.assert(
      fc.property(upgrade, fc.constantFrom("s1", "s2", "s3"), (u, more) => {
        const before = judgeOf("D3")(caseOf(u)).verdict;
        const after = judgeOf("D3")(caseOf({ ...u, after: [...u.after, more] })).verdict;
        assert.ok(worse[after] <= worse[before]);
      }),
      runs,
    );
  });
});

const okay: Verdict = { verdict: "ok" };

/** A mistake: the rule becomes another one. */
type Mistake = (judge: Judge) => Judge;

/** The rule on other facts than the real ones: what it would say if it overlooked the difference. */
const seeing =
  (change: (c: Case) => Partial<Case>): Mistake =>
  (judge) =>
  (c) =>
    judge({ ...c, ...change(c) });
const onForest = (change: (forest: ForestFacts) => Partial<ForestFacts>): Mistake =>
  seeing(({ facts }) => ({ facts: { ...facts, forest: { ...facts.forest, ...change(facts.forest) } } }));
const onComputer = (change: (computer: ComputerFacts) => Partial<ComputerFacts>): Mistake =>
  seeing(({ facts }) => ({
    facts: { ...facts, computer: { ...facts.computer, ...change(facts.computer) } },
  }));
const onAccess = (change: (entries: readonly AccessEntry[]) => readonly AccessEntry[]): Mistake =>
  seeing(({ facts }) => {
    const { serverAccess } = facts;
    if (!serverAccess.known || serverAccess.value === null) return {};
    return { facts: { ...facts, serverAccess: known(change(serverAccess.value), "") } };
  });

type Members = Case["facts"]["administrators"];
const onMembers = (change: (members: Members) => Members): Mistake =>
  seeing(({ facts }) => ({ facts: { ...facts, administrators: change(facts.administrators) } }));
const ofKind = (members: Members, keep: (member: AdministratorFacts) => boolean): Members =>
  members.known ? known(members.value.filter(keep), "") : members;

const everyLocal = onComputer(({ logon }) =>
  logon.known
    ? {
        logon: known(
          { ...logon.value, groups: [...logon.value.groups, localAdministrators], elevated: true },
          "",
        ),
      }
    : {},
);
const noLabels = onComputer(({ logon }) =>
  logon.known && logon.value.elevated === false
    ? {
        logon: known(
          { ...logon.value, elevated: null, groups: [...logon.value.groups, localAdministrators] },
          "",
        ),
      }
    : {},
);
const withServers = (change: (server: ExchangeServerFacts) => Partial<ExchangeServerFacts>) =>
  onForest(({ servers }) =>
    servers.known
      ? {
          servers: known(
            servers.value.map((s) => ({ ...s, ...change(s) })),
            "",
          ),
        }
      : {},
  );
const allRtm = withServers(() => ({ build: buildOf("8.0.685.25") }));
const hiddenRolesAreNone = withServers(({ roles }) => ({ roles: roles ?? [] }));
const hiddenVersionsAreOld = withServers(({ build }) => ({ build: build ?? buildOf("8.0.685.25") }));
const everyProduct = withServers(({ build }) => ({
  build: build?.major === 14 ? buildOf("8.3.83.6") : build?.major === 6 ? buildOf("8.0.685.25") : build,
}));
const withoutDoubles = onForest(({ servers }) =>
  servers.known
    ? {
        servers: known(
          servers.value.filter(
            ({ name }, at) => servers.value.findIndex((each) => each.name === name) === at,
          ),
          "",
        ),
      }
    : {},
);
const unreadUrlsAreNone = onForest(({ externalUrls }) =>
  externalUrls.known ? {} : { externalUrls: known({}, "") },
);
const unreadServersAreNone = onForest(({ servers }) => (servers.known ? {} : { servers: known([], "") }));

const mistakes: readonly (readonly [what: string, rule: ServerRule, mistake: Mistake])[] = [
  ["what is planned counts right before Setup", "P1", seeing(() => ({ apply: false }))],
  ["what is planned never counts", "P1", seeing(() => ({ apply: true }))],
  ["its own object counts as another server", "P1", seeing(() => ({ computer: "none.contoso.com" }))],
  ["no server counts as upgraded", "P1", allRtm],
  ["servers that could not be read are none", "P1", unreadServersAreNone],
  ["a server whose roles are not shown has none", "P1", hiddenRolesAreNone],
  ["a server whose version is not shown is not upgraded", "P1", hiddenVersionsAreOld],
  ["a server of a later product is an upgraded one", "P1", everyProduct],
  ["local Administrators does not matter", "P1", everyLocal],
  ["a filtered token is a full one", "P1", noLabels],
  [
    "one role that others carry is enough",
    "P1",
    onComputer(({ roles }) => (roles.known ? rolesAre(...roles.value.slice(0, 1)) : {})),
  ],
  ["an operator's token is that of whoever connects", "P1", seeing(() => ({ run: "direct" }))],
  [
    "the organization's group does not matter",
    "P1",
    (judge) => (c) => {
      const said = judge(c);
      return said.verdict === "fails" && said.problem.includes("is not in Exchange Organization")
        ? okay
        : said;
    },
  ],
  [
    "Edge Transport is what the program says, and nothing else",
    "P2",
    (judge) => (c) => (c.planned?.edge === true ? judge(c) : okay),
  ],
  ["a filtered token is a full one", "P2", noLabels],
  ["local Administrators does not matter", "P3", everyLocal],
  ["what is denied does not matter", "P3", onAccess((all) => all.filter((e) => e.allow))],
  [
    "what is denied matters wherever it stands",
    "P3",
    onAccess((all) => [...all.filter((e) => !e.allow), ...all.filter((e) => e.allow)]),
  ],
  ["any right is enough", "P3", onAccess((all) => all.map((e) => ({ ...e, mask: 0x10000000 })))],
  [
    "all rights in one are not understood",
    "P3",
    onAccess((all) => all.map((e) => ({ ...e, mask: e.mask & 0xfffff }))),
  ],
  [
    "entries for everybody do not count",
    "P3",
    onAccess((all) => all.filter((e) => e.sid.startsWith("S-1-5-21"))),
  ],
  ["entries for groups do not count", "P3", onAccess((all) => all.filter((e) => e.sid === sids.helpdesk))],
  ["entries for others count", "P3", onAccess((all) => all.map((e) => ({ ...e, sid: "S-1-1-0" })))],
  [
    "a list that could not be read is empty",
    "P3",
    seeing(({ facts }) =>
      facts.serverAccess.known ? {} : { facts: { ...facts, serverAccess: known([], "") } },
    ),
  ],
  [
    "the first server is judged, too",
    "P3",
    seeing(() => ({ apply: false, after: ["s1", "s2", "s3"].map((n) => `${n}.contoso.com`) })),
  ],
  [
    "the tools on a server count",
    "P4",
    onComputer(({ roles }) =>
      roles.known && roles.value.length > 0 ? rolesAre(installed("Management Tools")) : {},
    ),
  ],
  ["local Administrators does not matter", "P4", everyLocal],
  ["who is a member is not asked", "P1", onMembers(() => silent)],
  [
    "only the account itself can be a member",
    "P1",
    onMembers((all) => ofKind(all, (m) => !("domainLocal" in m && m.domainLocal))),
  ],
  [
    "a member that nobody knows does not matter",
    "P1",
    onMembers((all) => ofKind(all, (m) => m.kind !== "unresolved")),
  ],
  [
    "a domain-local group of another domain is like any other",
    "P1",
    onMembers((all) =>
      all.known
        ? known(
            all.value.map((m) => (m.kind === "domain" ? { ...m, domainLocal: false } : m)),
            "",
          )
        : all,
    ),
  ],
  ["what is planned counts right before Setup", "D3", seeing(() => ({ apply: false }))],
  ["what is planned never counts", "D3", seeing(() => ({ apply: true }))],
  ["the program's word does not count", "D3", seeing(() => ({ internetFacing: null }))],
  ["its word on other servers does not count", "D3", seeing(() => ({ declaredFacing: new Map() }))],
  [
    "only its word that another faces the Internet counts",
    "D3",
    seeing((c) => ({ declaredFacing: new Map([...c.declaredFacing].filter(([, says]) => says)) })),
  ],
  [
    "only its word that another does not counts",
    "D3",
    seeing((c) => ({ declaredFacing: new Map([...c.declaredFacing].filter(([, says]) => !says)) })),
  ],
  [
    "a server that faces the Internet waits for the others",
    "D3",
    seeing((c) => ({ internetFacing: c.internetFacing ?? false })),
  ],
  ["upgraded servers count as pending", "D3", allRtm],
  ["external URLs that could not be read are none", "D3", unreadUrlsAreNone],
  ["servers that could not be read are none", "D3", unreadServersAreNone],
  ["a server whose roles are not shown is no Client Access server", "D3", hiddenRolesAreNone],
  ["a server whose version is not shown is not upgraded", "D3", hiddenVersionsAreOld],
  ["a server of another product is awaited", "D3", everyProduct],
  ["of two objects the first is the server's", "D3", withoutDoubles],
  ["of two objects the first is the server's", "P1", withoutDoubles],
  ["of two objects the first is the server's", "R12", withoutDoubles],
  ["what a conflict has left is overlooked", "R12", onForest(() => ({ setAside: known([], "") }))],
  [
    "an object that a server of 2003 has left counts beside a later one",
    "R12",
    withServers(() => ({ build: buildOf("8.0.685.25") })),
  ],
  [
    "a recommendation refuses",
    "D3",
    (judge) => (c) => {
      const said = judge(c);
      if (said.verdict === "ok") return said;
      const { level: _, ...must } = said;
      return must;
    },
  ],
];

describe("these properties of servers", () => {
  for (const [what, id, mistake] of mistakes) {
    it(`find the mistake in ${id}: ${what}`, () => {
      // The same organizations each time: whether a mistake is found is no matter of luck.
      const found = fc.check(serverProperty(id, mistake(judgeOf(id))), { numRuns: 3000, seed: 7 });
      assert.equal(found.failed, true);
    });
  }
});
