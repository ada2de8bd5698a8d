/**
 * The order of servers for 2013 and later (D3) against a model of its own, written from the sources' sentences: sites that face the
 * Internet first, in a site of 2013 the Mailbox role before Client Access alone, Edge Transport last (practical365.com; frankysweb.de).
 * Truths have three values: what is not shown is neither yes nor no.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ExchangeServerFacts, type ForestFacts, known } from "../../lib/facts";
import type { Case } from "../../lib/rules/case";
import { ok, type Verdict } from "../../lib/rules/finding";
import { sitesInOrder } from "../../lib/rules/organization/siteOrder";
import { aCase, dnOf, installed, plannedUpTo, rolesAre, serverObject, serversAre } from "./builder";

type Truth = boolean | "?";

const not = (a: Truth): Truth => (a === "?" ? "?" : !a);
const all = (...each: readonly Truth[]): Truth =>
  each.includes(false) ? false : each.includes("?") ? "?" : true;
const any = (each: readonly Truth[]): Truth =>
  each.includes(true) ? true : each.includes("?") ? "?" : false;

/** One server as the world has it, and how much of it shows. */
interface Server {
  readonly name: string;
  readonly kind: "both" | "mailbox" | "front end" | "edge";
  readonly at: "old" | "target" | "another product";
  readonly site: "London" | "Dublin" | "Paris";
  readonly url: "yes" | "no" | "hidden";
  readonly declared: boolean | undefined;
  readonly shows: "all" | "no roles" | "no version" | "no site";
}

interface World {
  readonly target: "2013 CU23" | "2016 CU23" | "SE RTM";
  readonly own: Server;
  readonly others: readonly Server[];
  /** Servers that come before this step. */
  readonly after: readonly string[];
  readonly apply: boolean;
}

const versions = {
  "2013 CU23": { old: "15.0.1473.3", target: "15.0.1497.2", "another product": "15.1.2507.6" },
  "2016 CU23": { old: "15.1.2375.7", target: "15.1.2507.6", "another product": "15.0.1497.2" },
  "SE RTM": { old: "15.2.1748.10", target: "15.2.2562.17", "another product": "15.1.2507.6" },
} as const;

const rolesOf = {
  both: ["Client Access", "Mailbox"],
  mailbox: ["Mailbox"],
  "front end": ["Client Access"],
  edge: ["Edge Transport"],
} as const;

/** Most servers show all of themselves. */
const shows = fc.constantFrom("all", "all", "all", "all", "no roles", "no version", "no site" as const);
const serverNamed = (name: string): fc.Arbitrary<Server> =>
  fc.record({
    name: fc.constant(name),
    kind: fc.constantFrom("both", "both", "mailbox", "front end", "edge" as const),
    at: fc.constantFrom("old", "old", "target", "another product" as const),
    site: fc.constantFrom("London", "Dublin", "Paris" as const),
    url: fc.constantFrom("yes", "no", "no", "hidden" as const),
    declared: fc.constantFrom(true, false, undefined, undefined, undefined),
    shows,
  });
const aWorld: fc.Arbitrary<World> = fc.record({
  target: fc.constantFrom("2013 CU23", "2016 CU23", "SE RTM" as const),
  own: serverNamed("mbx-lon").map((own) => ({
    ...own,
    at: "old" as const,
    shows: own.shows === "no site" ? ("no site" as const) : ("all" as const),
  })),
  others: fc.tuple(serverNamed("s1"), serverNamed("s2"), serverNamed("s3")),
  after: fc.subarray(["s1", "s2", "s3"]),
  apply: fc.boolean(),
});

function objectOf(world: World, server: Server): ExchangeServerFacts {
  const version = server.shows === "no version" ? null : versions[world.target][server.at];
  const roles = server.shows === "no roles" ? null : rolesOf[server.kind];
  const site = server.shows === "no site" ? null : server.site;
  return serverObject(server.name, roles, version, { site });
}

function caseOf(world: World): Case {
  const { own, others, target } = world;
  const everyone = [own, ...others];
  const withUrl = everyone.filter(({ kind, url }) => kind !== "edge" && url === "yes");
  const hidden = everyone.filter(({ kind, url }) => kind !== "edge" && url === "hidden");
  const source = "virtual directories on dc1.contoso.com";
  const told = (servers: readonly Server[], text: (name: string) => string) =>
    Object.fromEntries(servers.map(({ name }) => [dnOf(name), text(name)]));
  const forest: Partial<ForestFacts> = {
    ...serversAre(...everyone.map((server) => objectOf(world, server))),
    externalUrls: known(
      Object.fromEntries(withUrl.map(({ name }) => [dnOf(name), [`https://${name}/owa`]])),
      source,
    ),
    unseenUrls: known(
      told(hidden, (name) => `no virtual directory of ${name} shows`),
      source,
    ),
  };
  const own_ = rolesOf[own.kind].map((role) => installed(role, versions[target].old));
  return aCase({
    target,
    planned: plannedUpTo({ target, edge: own.kind === "edge" }),
    after: world.after.map((name) => `${name}.contoso.com`),
    apply: world.apply,
    internetFacing: own.declared ?? null,
    declaredFacing: new Map(
      others.flatMap(({ name, declared }) =>
        declared === undefined ? [] : [[`${name}.contoso.com`, declared] as const],
      ),
    ),
    forest,
    machine: rolesAre(...own_),
  });
}

type Said = "ok" | "fails" | "unknown";
const word = (fails: Truth): Said => (fails === "?" ? "unknown" : fails ? "fails" : "ok");

/** Whether a server has to be upgraded yet, before this step: of the target's product, older, and not planned before. */
function isAwaited({ after, apply }: World, { name, kind, at, shows: shown }: Server): Truth {
  if (!apply && after.includes(name)) return false;
  const isEdge: Truth = shown === "no roles" ? "?" : kind === "edge";
  const isOld: Truth = shown === "no version" ? "?" : at === "old";
  return all(not(isEdge), isOld);
}

/** Whether a server makes its site one that faces the Internet: the program's word, or an external URL. */
function faces({ kind, url, declared, shows: shown }: Server): Truth {
  // Without its roles an Edge Transport server is only known to have no virtual directories.
  if (kind === "edge" && shown !== "no roles") return false;
  if (declared !== undefined) return declared;
  if (kind === "edge") return false;
  return url === "hidden" ? "?" : url === "yes";
}

const sites = ["London", "Dublin", "Paris"] as const;

const isIn = ({ shows: shown, site }: Server, wanted: string): Truth =>
  shown === "no site" ? "?" : site === wanted;

function expected(world: World): Said {
  const { own, others, target } = world;
  const awaited = (site: string, isMeant: (server: Server) => Truth = () => true): Truth =>
    any(others.map((server) => all(isAwaited(world, server), isIn(server, site), isMeant(server))));
  if (own.kind === "edge") return word(any(others.map((server) => isAwaited(world, server))));
  const facing = (site: string): Truth =>
    any([own, ...others].map((server) => all(isIn(server, site), faces(server))));
  const ownFaces = any([faces(own), ...sites.map((site) => all(isIn(own, site), facing(site)))]);
  // Servers of its own site have the same place in the order as it has.
  const isFirst = (site: string): Truth => all(facing(site), not(isIn(own, site)), awaited(site));
  const bySite = word(all(not(ownFaces), any(sites.map(isFirst))));
  if (bySite !== "ok" || target !== "2013 CU23" || own.kind !== "front end") return bySite;
  const hasMailbox = ({ shows: shown, kind }: Server): Truth =>
    shown === "no roles" ? "?" : kind === "both" || kind === "mailbox";
  return word(any(sites.map((site) => all(isIn(own, site), awaited(site, hasMailbox)))));
}

type Judge = (c: Case) => Verdict;

const property = (judge: Judge) =>
  fc.property(aWorld, (world) => {
    const { verdict, ...said } = judge(caseOf(world));
    assert.equal(verdict, expected(world), JSON.stringify({ world, said }));
  });

describe("the order of servers from 2013 on, against a model", () => {
  it("is what the sources say, of any servers, and not known where too little shows", () => {
    fc.assert(property(sitesInOrder), { numRuns: 3_000 });
  });
});

type Mistake = (judge: Judge) => Judge;

const seeing =
  (change: (c: Case) => Partial<Case>): Mistake =>
  (judge) =>
  (c) =>
    judge({ ...c, ...change(c) });
const onForest = (change: (forest: ForestFacts) => Partial<ForestFacts>): Mistake =>
  seeing(({ facts }) => ({ facts: { ...facts, forest: { ...facts.forest, ...change(facts.forest) } } }));
const onServers = (change: (server: ExchangeServerFacts) => Partial<ExchangeServerFacts>): Mistake =>
  onForest(({ servers }) =>
    servers.known
      ? {
          servers: known(
            servers.value.map((server) => ({ ...server, ...change(server) })),
            servers.source,
          ),
        }
      : {},
  );

const mistakes: readonly (readonly [what: string, mistake: Mistake])[] = [
  ["what is planned counts right before Setup", seeing(() => ({ apply: false }))],
  ["what is planned never counts", seeing(() => ({ apply: true }))],
  ["the program's word on others does not count", seeing(() => ({ declaredFacing: new Map() }))],
  ["the program's word on the server does not count", seeing(() => ({ internetFacing: null }))],
  [
    "only the word that another faces the Internet counts",
    seeing((c) => ({ declaredFacing: new Map([...c.declaredFacing].filter(([, says]) => says)) })),
  ],
  ["virtual directories that do not show are none", onForest(() => ({ unseenUrls: known({}, "") }))],
  ["a site that does not show is London", onServers(({ site }) => ({ site: site ?? "London" }))],
  ["all servers are in one site", onServers(({ site }) => ({ site: site === null ? null : "London" }))],
  [
    "roles that do not show are the Mailbox role",
    onServers(({ roles }) => ({ roles: roles ?? ["Mailbox"] })),
  ],
  [
    "a version that does not show is old",
    onServers(({ build }) => ({ build: build ?? { major: 15, minor: 2, build: 1748, revision: 10 } })),
  ],
  ["Edge Transport is a server like others", onServers(({ roles }) => ({ roles: roles && ["Mailbox"] }))],
  [
    "another product is awaited",
    onServers(({ build }) => ({
      build: build && { ...build, minor: 2, build: Math.min(build.build, 1748) },
    })),
  ],
  [
    "2013 has no order within a site",
    (judge) => (c) => {
      const said = judge(c);
      return said.verdict === "fails" && said.problem.startsWith("Mailbox servers") ? ok : said;
    },
  ],
  ["Edge Transport has no place", (judge) => (c) => (c.planned?.edge === true ? ok : judge(c))],
];

describe("these properties of the order", () => {
  it("are told in each word of the model, of Edge Transport and of others", () => {
    const worlds = fc.sample(aWorld, { numRuns: 2_000, seed: 7 });
    for (const isEdge of [true, false]) {
      const some = worlds.filter(({ own }) => (own.kind === "edge") === isEdge);
      assert.deepEqual([...new Set(some.map(expected))].sort(), ["fails", "ok", "unknown"]);
    }
  });

  for (const [what, mistake] of mistakes)
    it(`find the mistake: ${what}`, () => {
      // The same worlds each time: whether a mistake is found is no matter of luck.
      assert.equal(fc.check(property(mistake(sitesInOrder)), { numRuns: 3_000, seed: 7 }).failed, true);
    });
});
