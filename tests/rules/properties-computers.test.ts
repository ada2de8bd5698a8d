/**
 * D1, D4 to D7, D9, D10 and D15, and P5 to P9 where it is left to the first server to prepare, against a model of their own:
 * written from the document, in words and three values (true, false, "?"). And what waivers accept, on whatever is found.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Fact, known } from "../../lib/facts";
import type { Case } from "../../lib/rules/case";
import { evaluate, waive } from "../../lib/rules/evaluate";
import type { Verdict } from "../../lib/rules/finding";
import type { RuleId } from "../../lib/rules/ids";
import { rules } from "../../lib/rules/table";
import {
  aCase,
  account,
  domainsAt,
  exchangeKey,
  identityIs,
  installed,
  organizationAt,
  plannedUpTo,
  rolesAre,
  schemaAt,
  serverObject,
  serversAre,
  sids,
  silent,
} from "./builder";

type Judge = (c: Case) => Verdict;
const judged = ["D1", "D4", "D5", "D6", "D7", "D9", "D10", "D15", "P5", "P6", "P7", "P8", "P9"] as const;
type Judged = (typeof judged)[number];

function judgeOf(id: RuleId): Judge {
  const { enforced } = rules[id];
  assert.ok(enforced.by === "judge", id);
  return enforced.judge;
}

type Truth = boolean | "?";
const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === "?" || b === "?" ? "?" : true;
const not = (a: Truth): Truth => (a === "?" ? "?" : !a);
const or = (a: Truth, b: Truth): Truth => not(and(not(a), not(b)));
const implies = (a: Truth, b: Truth): Truth => or(not(a), b);
const every = (all: readonly Truth[]): Truth => all.reduce(and, true);
const some = (all: readonly Truth[]): Truth => all.reduce(or, false);

const levels = ["never", "RTM", "SP1", "SP2", "?"] as const;
type Level = (typeof levels)[number];
const parts = ["schema", "organization", "domain"] as const;
type Part = (typeof parts)[number];
const windowsNames = ["2000", "2003", "2003 SP1", "2008", "?"] as const;
type ControllerWindows = (typeof windowsNames)[number];

/** The upgrade of a server in London, and what is there. */
interface World {
  readonly carries: "a role" | "Edge Transport" | "the tools alone" | "nothing" | "?";
  readonly version: "RTM" | "SP1" | "SP1, unfinished" | "SP2";
  /** What the state has of it: this target, and the Windows that was seen first. */
  readonly recorded: boolean;
  readonly recordedWindows: "2003" | "2008" | null;
  readonly windows: "2003" | "2008" | "2008 R2" | "a workstation's" | "not said";
  readonly answers: "itself" | "another" | "of another domain" | "?";
  readonly remoteRegistry: "automatic" | "on demand" | "disabled" | "none" | "?";
  readonly cluster: "no" | "by its old key" | "by its new key" | "?";
  readonly run: "direct" | "manual" | "task";
  readonly apply: boolean;
  readonly live: { readonly [part in Part]: Level };
  /** What is to prepare: something apart, or the upgrade of the first server. */
  readonly preparation: "apart" | "the first server";
  /** What is planned before it. */
  readonly before: "nothing" | "a server" | "a server of the child domain" | "Edge Transport" | "the tools";
  readonly groups: readonly (
    | "Schema Admins"
    | "Enterprise Admins"
    | "Domain Admins"
    | "EMEA\\Domain Admins"
  )[];
  readonly besideSchemaMaster: boolean;
  readonly master: ControllerWindows;
  /** Windows of the global catalogs in its site. */
  readonly catalogs: readonly ControllerWindows[];
  readonly mixed: Truth;
}

const level = fc.constantFrom<Level>("never", "RTM", "RTM", "SP1", "SP1", "SP2", "?");
const controller = fc.constantFrom<ControllerWindows>(...windowsNames, "2003 SP1", "2008");

const world: fc.Arbitrary<World> = fc.record({
  carries: fc.constantFrom("a role", "a role", "a role", "Edge Transport", "the tools alone", "nothing", "?"),
  version: fc.constantFrom("RTM", "RTM", "SP1", "SP1, unfinished", "SP2"),
  recorded: fc.constantFrom(false, false, true),
  recordedWindows: fc.constantFrom("2003", "2008", null),
  windows: fc.constantFrom("2003", "2008", "2008 R2", "a workstation's", "not said"),
  answers: fc.constantFrom("itself", "itself", "another", "of another domain", "?"),
  remoteRegistry: fc.constantFrom("automatic", "on demand", "disabled", "none", "?"),
  cluster: fc.constantFrom("no", "by its old key", "by its new key", "?"),
  run: fc.constantFrom("direct", "manual", "task"),
  apply: fc.boolean(),
  live: fc.record({ schema: level, organization: level, domain: level }),
  preparation: fc.constantFrom("apart", "the first server", "the first server", "the first server"),
  before: fc.constantFrom(
    "nothing",
    "nothing",
    "a server",
    "a server of the child domain",
    "Edge Transport",
    "the tools",
  ),
  groups: fc.subarray(["Schema Admins", "Enterprise Admins", "Domain Admins", "EMEA\\Domain Admins"]),
  besideSchemaMaster: fc.boolean(),
  master: controller,
  catalogs: fc.array(controller, { maxLength: 2 }),
  mixed: fc.constantFrom<Truth>(false, false, false, true, "?"),
});

const own = "mbx-lon.contoso.com";
const names = {
  nothing: [],
  "a server": ["mbx-ny.contoso.com"],
  "a server of the child domain": ["mbx-dub.emea.contoso.com"],
  "Edge Transport": ["edge1.contoso.com"],
  "the tools": ["tools1.contoso.com"],
} as const;
const numbers = {
  schema: { RTM: 10637, SP1: 11116, SP2: 14622 },
  organization: { RTM: 10666, SP1: 11221, SP2: 11222 },
  domain: { RTM: 10628, SP1: 11221, SP2: 11222 },
} as const;
const builds = {
  RTM: "8.0.685.25",
  SP1: "8.1.240.6",
  "SP1, unfinished": "8.1.240.6",
  SP2: "8.2.176.2",
} as const;
const windowsBuilds = {
  "2003": 3790,
  "2008": 6001,
  "2008 R2": 7600,
  "a workstation's": 6001,
  "not said": null,
} as const;
const controllerBuilds = {
  "2000": [2195, 4],
  "2003": [3790, 0],
  "2003 SP1": [3790, 1],
  "2008": [6001, 1],
} as const;
const groupSids = {
  "Schema Admins": sids.schemaAdmins,
  "Enterprise Admins": sids.enterpriseAdmins,
  "Domain Admins": sids.contosoDomainAdmins,
  "EMEA\\Domain Admins": sids.emeaDomainAdmins,
} as const;

function windowsOf(of: ControllerWindows) {
  if (of === "?") return silent;
  const [build, servicePack] = controllerBuilds[of];
  return known({ major: 5, minor: 2, build, servicePack }, "operatingSystemVersion");
}

function caseOf(w: World): Case {
  const number = (part: Part): Fact<number | null> => {
    const at = w.live[part];
    return at === "?" ? silent : known(at === "never" ? null : numbers[part][at], part);
  };
  const [schema, organization, domain] = [number("schema"), number("organization"), number("domain")];
  const role = (name: Parameters<typeof installed>[0]) =>
    installed(name, builds[w.version], w.version === "SP1, unfinished" ? { watermark: "Mailbox" } : {});
  const site = w.besideSchemaMaster ? "Operations" : "London";
  const catalogs = w.catalogs.map((_, i) => ({
    name: `gc${i}.contoso.com`,
    domain: "contoso.com",
    site,
    globalCatalog: true,
  }));
  const master = { name: "dc1.contoso.com", domain: "contoso.com", site: "Operations", globalCatalog: false };
  const answering = {
    itself: own,
    another: "mbx-ny.contoso.com",
    "of another domain": "mbx-lon.emea.contoso.com",
  };
  const planned =
    w.carries === "Edge Transport"
      ? { edge: true }
      : w.preparation === "the first server"
        ? { byFirstServer: true }
        : { schema: true, organization: true, domains: ["*"] };
  return aCase({
    run: w.run,
    apply: w.apply,
    recorded: w.recorded,
    recordedWindows: w.recordedWindows === null ? null : windowsBuilds[w.recordedWindows],
    planned: plannedUpTo(planned),
    after: names[w.before],
    found: account("exadmin", [sids.users, ...w.groups.map((name) => groupSids[name])]),
    forest: {
      ...(schema.known ? schemaAt(schema.value) : { schema }),
      ...(organization.known ? organizationAt(organization.value) : { organization }),
      ...serversAre(
        serverObject("mbx-lon", ["Mailbox"], "8.0.685.25", { site: null }),
        serverObject("mbx-ny", ["Mailbox"], "8.0.685.25", { site: null }),
        serverObject("mbx-dub", ["Mailbox"], "8.0.685.25", { fqdn: "mbx-dub.emea.contoso.com", site: null }),
        serverObject("edge1", ["Edge Transport"], "8.0.685.25", { site: null }),
      ),
      schemaMaster: known(master, "fSMORoleOwner"),
      domainControllers: known([master, ...catalogs], "CN=Sites"),
      domainControllerWindows: Object.fromEntries([
        ["dc1.contoso.com", windowsOf(w.master)],
        ...w.catalogs.map((of, i) => [`gc${i}.contoso.com`, windowsOf(of)] as const),
      ]),
      domainFunctionalLevels: {
        "contoso.com": w.mixed === "?" ? silent : known({ level: 0, mixed: w.mixed }, "DC=contoso,DC=com"),
      },
    },
    domainLevels: domainsAt({ "contoso.com": domain.known ? domain.value : silent }),
    machine: {
      ...{
        "a role": rolesAre(role("Mailbox"), role("Management Tools")),
        "Edge Transport": rolesAre(role("Edge Transport"), role("Management Tools")),
        "the tools alone": rolesAre(role("Management Tools")),
        nothing: rolesAre(),
        "?": { roles: silent },
      }[w.carries],
      ...(w.answers === "?"
        ? { identity: silent }
        : identityIs(answering[w.answers], site, {
            windowsBuild: windowsBuilds[w.windows],
            productType: w.windows === "a workstation's" ? "WinNT" : "ServerNT",
          })),
      remoteRegistry:
        w.remoteRegistry === "?"
          ? silent
          : known(
              { automatic: 2, "on demand": 3, disabled: 4, none: null }[w.remoteRegistry],
              "RemoteRegistry",
            ),
      clusterKeys:
        w.cluster === "?"
          ? silent
          : known(
              { no: [], "by its old key": ["ClusteredMailboxServer"], "by its new key": ["CMS"] }[w.cluster],
              exchangeKey,
            ),
    },
  });
}

/** What is left to this server's own Setup to prepare. A computer that could not be read counts as a server. */
function prepares(w: World, part: Part): Truth {
  if (w.preparation === "apart" || w.carries === "Edge Transport" || w.carries === "the tools alone")
    return false;
  const at = w.live[part];
  const isPrepared: Truth = at === "?" ? "?" : at === "SP1" || at === "SP2";
  const isPlanned =
    !w.apply &&
    (w.before === "a server" || (w.before === "a server of the child domain" && part !== "domain"));
  return and(not(isPrepared), not(isPlanned));
}

const isNewEnough = (of: ControllerWindows): Truth => (of === "?" ? "?" : of === "2003 SP1" || of === "2008");

/** True where the rule holds. */
function holds(id: Judged, w: World): Truth {
  const has = (group: World["groups"][number]): boolean => w.groups.includes(group);
  // The schema master stands in its own site; a computer that does not answer says nothing of its site.
  const isBeside: Truth = w.answers === "?" ? "?" : w.besideSchemaMaster;
  const isCluster: Truth = w.cluster === "?" ? "?" : w.cluster !== "no";
  const isDone: Truth = w.carries === "?" ? "?" : w.carries !== "nothing" && w.version === "SP1";
  switch (id) {
    case "D1":
      return w.carries === "?" ? "?" : w.carries !== "nothing";
    case "D4": {
      if (w.carries === "Edge Transport" || w.carries === "the tools alone") return true;
      const catalog = some(w.catalogs.map(isNewEnough));
      const forest = or(prepares(w, "schema"), prepares(w, "organization"));
      // Whoever may have to prepare is held to what preparing needs.
      const master = forest === false ? true : isNewEnough(w.master);
      return every([w.answers === "?" ? "?" : catalog, not(w.mixed), master]);
    }
    case "D5":
      if (w.answers === "?" || w.windows === "not said") return "?";
      if (w.windows === "2003" || w.windows === "a workstation's") return true;
      return w.recordedWindows === null ? "?" : w.recordedWindows === "2008";
    case "D6":
      return w.remoteRegistry === "?"
        ? "?"
        : w.remoteRegistry === "automatic" || w.remoteRegistry === "on demand";
    case "D7":
      return implies(w.run === "manual", not(isCluster));
    case "D15":
      return not(isCluster);
    case "D9": {
      if (w.recorded) return true;
      const alone = w.carries === "Edge Transport" || w.carries === "the tools alone";
      const below = (part: Part): Truth => (w.live[part] === "?" ? "?" : w.live[part] !== "SP2");
      const server: Truth = w.carries === "?" ? "?" : w.carries === "nothing" || w.version !== "SP2";
      return every([server, ...(alone ? [] : parts.map(below))]);
    }
    case "D10":
      if (w.answers !== "?") return w.answers === "itself";
      return w.recorded || isDone === true ? true : "?";
    case "P5":
      return implies(prepares(w, "schema"), has("Schema Admins") && has("Enterprise Admins"));
    case "P6":
      return implies(prepares(w, "schema"), isBeside);
    case "P7":
      return implies(prepares(w, "organization"), has("Enterprise Admins"));
    case "P8":
      return implies(prepares(w, "organization"), isBeside);
    case "P9":
      return implies(prepares(w, "domain"), has("Domain Admins") || has("Enterprise Admins"));
  }
}

const expected = (id: Judged, w: World): Verdict["verdict"] => {
  const truth = holds(id, w);
  return truth === "?" ? "unknown" : truth ? "ok" : "fails";
};

const property = (id: Judged, judge: Judge) =>
  fc.property(world, (w) => {
    assert.equal(judge(caseOf(w)).verdict, expected(id, w));
  });

describe("computers and the first server, for any world", () => {
  const sampled = fc.sample(world, { numRuns: 2000, seed: 7 });
  for (const id of judged) {
    it(`${id} says what the document says, with all of its words`, () => {
      fc.assert(property(id, judgeOf(id)), { numRuns: 800 });
      const words = new Set(sampled.map((w) => expected(id, w)));
      assert.deepEqual([...words].sort(), ["fails", "ok", "unknown"]);
    });
  }
});

const okay: Verdict = { verdict: "ok" };
type Mistake = (judge: Judge) => Judge;
const seeing =
  (change: (c: Case) => Partial<Case>): Mistake =>
  (judge) =>
  (c) =>
    judge({ ...c, ...change(c) });
const onComputer = (change: (of: Case["facts"]["computer"]) => Partial<Case["facts"]["computer"]>) =>
  seeing(({ facts }) => ({
    facts: { ...facts, computer: { ...facts.computer, ...change(facts.computer) } },
  }));
const onForest = (change: (of: Case["facts"]["forest"]) => Partial<Case["facts"]["forest"]>) =>
  seeing(({ facts }) => ({ facts: { ...facts, forest: { ...facts.forest, ...change(facts.forest) } } }));
const unlessUnknown: Mistake = (judge) => (c) => {
  const said = judge(c);
  return said.verdict === "unknown" ? okay : said;
};

const mistakes: readonly (readonly [what: string, rule: Judged, mistake: Mistake])[] = [
  [
    "the tools alone are no installation",
    "D1",
    onComputer((of) => (of.roles.known && of.roles.value.length === 1 ? rolesAre() : {})),
  ],
  ["roles that could not be read are none", "D1", onComputer((of) => (of.roles.known ? {} : rolesAre()))],
  [
    "one global catalog is as good as another",
    "D4",
    onForest((of) => ({
      domainControllerWindows: Object.fromEntries(
        Object.keys(of.domainControllerWindows).map((name) => [name, windowsOf("2008")]),
      ),
    })),
  ],
  [
    "the first server does not prepare the forest",
    "D4",
    seeing((c) => ({ planned: c.planned === null ? null : { ...c.planned, byFirstServer: false } })),
  ],
  [
    "the tools alone need a global catalog",
    "D4",
    onComputer((of) => (of.roles.known && of.roles.value.length === 1 ? rolesAre(installed("Mailbox")) : {})),
  ],
  [
    "mixed mode does not matter",
    "D4",
    onForest(() => ({ domainFunctionalLevels: { "contoso.com": known({ level: 2, mixed: false }, "") } })),
  ],
  ["what is recorded does not matter", "D5", seeing(() => ({ recordedWindows: null }))],
  ["Windows Server 2008 was always there", "D5", seeing(() => ({ recordedWindows: 6001 }))],
  [
    "a workstation is a server",
    "D5",
    onComputer((of) =>
      of.identity.known ? { identity: known({ ...of.identity.value, productType: "ServerNT" }, "") } : {},
    ),
  ],
  [
    "a service that starts on demand does not start",
    "D6",
    onComputer((of) =>
      of.remoteRegistry.known && of.remoteRegistry.value === 3 ? { remoteRegistry: known(4, "") } : {},
    ),
  ],
  [
    "a service that is not there starts",
    "D6",
    onComputer((of) =>
      of.remoteRegistry.known && of.remoteRegistry.value === null ? { remoteRegistry: known(2, "") } : {},
    ),
  ],
  ["the wizard is the command prompt", "D7", seeing(() => ({ run: "direct" }))],
  ["the command prompt is the wizard", "D7", seeing(() => ({ run: "manual" }))],
  [
    "one of the two keys is not known",
    "D15",
    onComputer((of) =>
      of.clusterKeys.known
        ? {
            clusterKeys: known(
              of.clusterKeys.value.filter((key) => key !== "CMS"),
              "",
            ),
          }
        : {},
    ),
  ],
  ["keys that could not be read are none", "D15", unlessUnknown],
  ["the schema may be beyond the target", "D9", onForest(() => schemaAt(11116))],
  ["the organization may be beyond the target", "D9", onForest(() => organizationAt(11221))],
  [
    "the domain may be beyond the target",
    "D9",
    seeing(({ facts }) => ({ facts: { ...facts, domainLevels: domainsAt({ "contoso.com": 11221 }) } })),
  ],
  [
    "the roles may be beyond the target",
    "D9",
    onComputer((of) =>
      of.roles.known && of.roles.value.length > 0
        ? {
            roles: known(
              of.roles.value.map(({ role }) => installed(role)),
              "",
            ),
          }
        : {},
    ),
  ],
  [
    "the tools alone rest on the forest",
    "D9",
    onComputer((of) =>
      of.roles.known && of.roles.value.length === 1 ? rolesAre(installed("Mailbox", "8.1.240.6")) : {},
    ),
  ],
  ["a finished step is refused in a world that moved on", "D9", seeing(() => ({ recorded: false }))],
  [
    "the host name is enough",
    "D10",
    onComputer((of) =>
      of.identity.known && of.identity.value.fqdn.startsWith("mbx-lon.")
        ? { identity: known({ ...of.identity.value, fqdn: own }, "") }
        : {},
    ),
  ],
  ["a finished server has to answer", "D10", seeing(() => ({ recorded: false }))],
  ["a computer that does not answer is the right one", "D10", unlessUnknown],
  ...(["P5", "P7", "P9"] as const).flatMap((id): [string, Judged, Mistake][] => [
    ["what is planned counts right before Setup", id, seeing(() => ({ apply: false }))],
    ["what is planned never counts", id, seeing(() => ({ apply: true }))],
    [
      "Edge Transport prepares",
      id,
      seeing((c) => ({
        after: c.after.map((name) => (name.startsWith("edge1") ? "mbx-ny.contoso.com" : name)),
      })),
    ],
    [
      "the tools prepare",
      id,
      seeing((c) => ({
        after: c.after.map((name) => (name.startsWith("tools1") ? "mbx-ny.contoso.com" : name)),
      })),
    ],
    ["a level that could not be read is the target's", id, unlessUnknown],
    [
      "a server with only the tools has to prepare",
      id,
      onComputer((of) =>
        of.roles.known && of.roles.value.length === 1 ? rolesAre(installed("Mailbox")) : {},
      ),
    ],
  ]),
  [
    "Enterprise Admins is enough",
    "P5",
    (judge) => (c) =>
      c.facts.account.known && c.facts.account.value?.groups.includes(sids.enterpriseAdmins)
        ? okay
        : judge(c),
  ],
  [
    "Schema Admins is needed, too",
    "P7",
    (judge) => (c) =>
      c.facts.account.known && c.facts.account.value?.groups.includes(sids.schemaAdmins)
        ? judge(c)
        : judgeOf("P5")(c),
  ],
  [
    "Domain Admins of another domain are enough",
    "P9",
    (judge) => (c) =>
      c.facts.account.known && c.facts.account.value?.groups.includes(sids.emeaDomainAdmins)
        ? okay
        : judge(c),
  ],
  [
    "a server of another domain prepares this one",
    "P9",
    seeing((c) => ({
      after: c.after.map((name) => (name.startsWith("mbx-dub") ? "mbx-ny.contoso.com" : name)),
    })),
  ],
  ...(["P6", "P8"] as const).flatMap((id): [string, Judged, Mistake][] => [
    [
      "the site does not matter",
      id,
      onComputer((of) =>
        of.identity.known ? { identity: known({ ...of.identity.value, site: "Operations" }, "") } : {},
      ),
    ],
    [
      "it holds where all is prepared",
      id,
      onForest(() => ({ ...schemaAt(10637), ...organizationAt(10666) })),
    ],
    [
      "it holds for the tools",
      id,
      onComputer((of) =>
        of.roles.known && of.roles.value.length === 1 ? rolesAre(installed("Mailbox")) : {},
      ),
    ],
    ["a computer that does not answer is beside it", id, unlessUnknown],
  ]),
];

describe("these properties of computers and the first server", () => {
  for (const [what, id, mistake] of mistakes) {
    it(`find the mistake in ${id}: ${what}`, () => {
      assert.equal(fc.check(property(id, mistake(judgeOf(id))), { numRuns: 3000, seed: 7 }).failed, true);
    });
  }

  it("have a mistake in every rule", () => {
    assert.deepEqual([...new Set(mistakes.map(([, id]) => id))].sort(), [...judged].sort());
  });
});

describe("waivers, on whatever is found", () => {
  const waivers = fc.dictionary(fc.constantFrom(...judged), fc.constant("CHG0042"), {
    noNullPrototype: true,
  });

  /** The words: a should, or what could not be verified; never a must that fails. */
  function acceptedBy(w: World, given: { readonly [rule: string]: string }): readonly string[] {
    const found = evaluate(caseOf(w));
    const may = found.filter(
      ({ rule, verdict }) => rule === "D6" || rule === "D3" || verdict.verdict === "unknown",
    );
    return may.map(({ rule }) => rule as string).filter((rule) => rule in given);
  }

  function said(w: World, given: { readonly [rule: string]: string }, judge: typeof waive) {
    const findings = evaluate(caseOf(w));
    const { remaining, accepted, refused } = judge(findings, given);
    const ids = accepted.map(({ finding }) => finding.rule as string);
    assert.deepEqual(ids, acceptedBy(w, given));
    assert.ok(accepted.every(({ reason }) => reason === "CHG0042"));
    // Nothing is lost, and nothing stands twice.
    assert.deepEqual(
      [...ids, ...remaining.map(({ rule }) => rule as string)].sort(),
      findings.map(({ rule }) => rule as string).sort(),
    );
    assert.deepEqual(
      refused,
      remaining.map(({ rule }) => rule).filter((rule) => rule in given),
    );
  }

  it("accept what may be accepted, and nothing else", () => {
    fc.assert(
      fc.property(world, waivers, (w, given) => said(w, given, waive)),
      { numRuns: 500 },
    );
  });

  for (const [what, judge] of [
    [
      "a must that fails is waived, too",
      (all, given) =>
        waive(
          all.map((f) => ({ ...f, level: "should" })),
          given,
        ),
    ],
    [
      "what could not be verified is not waived",
      (all, given) =>
        waive(
          all,
          Object.fromEntries(
            Object.entries(given ?? {}).filter(([rule]) =>
              all.some((f) => f.rule === rule && f.verdict.verdict === "fails"),
            ),
          ),
        ),
    ],
    [
      "a waiver of one rule is one of all",
      (all, given) =>
        waive(
          all,
          Object.keys(given ?? {}).length === 0
            ? given
            : Object.fromEntries(judged.map((id) => [id, "CHG0042"])),
        ),
    ],
  ] as const satisfies readonly (readonly [string, typeof waive])[])
    it(`find the mistake: ${what}`, () => {
      const check = fc.check(
        fc.property(world, waivers, (w, given) => said(w, given, judge)),
        { numRuns: 500, seed: 7 },
      );
      assert.equal(check.failed, true);
    });
});
