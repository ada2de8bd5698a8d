/**
 * The order of servers of 2013 and later, for random organizations: against what the sources say, written down once more here, and
 * against the rules, which judge what the component makes.
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { known, type Role } from "../../lib/facts";
import { type Wave, type WaveServer, wavesOf } from "../../lib/plan/waves";
import { oneMemberAtATime } from "../../lib/rules/organization/availabilityGroup";
import { inOrder } from "../../lib/rules/organization/clientAccess";
import { aCase, dnOf, installed, plannedUpTo, rolesAre, serverObject, serversAre } from "../rules/builder";

const products = {
  "2013": {
    target: "2013 CU23",
    from: "15.0.1473.3",
    roles: [["Mailbox"], ["Client Access"], ["Client Access", "Mailbox"]],
  },
  "2016": { target: "2016 CU23", from: "15.1.2375.7", roles: [["Client Access", "Mailbox"]] },
  SE: { target: "SE RTM", from: "15.2.1748.10", roles: [["Client Access", "Mailbox"], ["Mailbox"]] },
} as const satisfies Record<string, { target: string; from: string; roles: readonly (readonly Role[])[] }>;
type Name = keyof typeof products;

interface Organization {
  readonly product: Name;
  readonly servers: readonly WaveServer[];
}

const organization: fc.Arbitrary<Organization> = fc
  .constantFrom<Name>("2013", "2016", "SE")
  .chain((product) =>
    fc
      .array(
        fc.record({
          kind: fc.oneof(
            { weight: 8, arbitrary: fc.constantFrom<readonly Role[]>(...products[product].roles) },
            { weight: 1, arbitrary: fc.constant<readonly Role[]>(["Edge Transport"]) },
            { weight: 1, arbitrary: fc.constant<readonly Role[]>(["Management Tools"]) },
          ),
          site: fc.constantFrom("Seattle", "Munich", "Oslo", "Rome"),
          internetFacing: fc.nat(4).map((n) => n === 0),
          dag: fc.constantFrom(undefined, "DAG1", "DAG2"),
        }),
        { minLength: 1, maxLength: 25 },
      )
      .map((servers) => ({
        product,
        servers: servers.map(({ kind, site, internetFacing, dag }, i): WaveServer => {
          const name = `server${i}`;
          if (kind.includes("Edge Transport"))
            return { name, roles: kind, site: null, internetFacing: false };
          const inGroup = kind.includes("Mailbox") && dag !== undefined ? { dag } : {};
          return {
            name,
            roles: kind,
            site,
            internetFacing: internetFacing && kind.includes("Client Access"),
            ...inGroup,
          };
        }),
      })),
  );
const atOnce = fc.integer({ min: 1, max: 4 });

const wavesFor = ({ product, servers }: Organization, n: number): readonly Wave[] =>
  wavesOf(servers, { product, atOnce: n });

/** Whatever a server waits for, in its wave and before it. */
function earlierThan(waves: readonly Wave[], name: string): ReadonlySet<string> {
  const at = waves.findIndex((wave) => wave.servers.some((server) => server.name === name));
  const earlier = new Set(waves.slice(0, at).flatMap((wave) => wave.servers.map((server) => server.name)));
  const visit = (each: string): void => {
    for (const before of waves[at]?.servers.find((server) => server.name === each)?.after ?? []) {
      if (earlier.has(before)) continue;
      earlier.add(before);
      visit(before);
    }
  };
  visit(name);
  return earlier;
}

const is = (role: Role) => (server: WaveServer) => server.roles.includes(role);

/** What has to come before a server, from the sources alone (practical365.com of 2013 and 2016; frankysweb.de). */
function mustComeFirst({ product, servers }: Organization, server: WaveServer): readonly WaveServer[] {
  const others = servers.filter((each) => each !== server);
  const exchange = others.filter((each) => !is("Management Tools")(each));
  if (is("Edge Transport")(server)) return exchange.filter((each) => !is("Edge Transport")(each));
  if (is("Management Tools")(server)) return [];
  const faces = (site: string | null) => servers.some((each) => each.site === site && each.internetFacing);
  return exchange.filter(
    (each) =>
      each.site !== null &&
      ((faces(each.site) && !faces(server.site)) ||
        (product === "2013" && each.site === server.site && is("Mailbox")(each) && !is("Mailbox")(server))),
  );
}

describe("the waves of 2013 and later", () => {
  it("stand site by site, whichever server of the site faces the Internet, the tools before Edge Transport", () => {
    const server = (
      name: string,
      site: string,
      roles: readonly Role[],
      internetFacing = false,
    ): WaveServer => ({
      name,
      roles,
      site,
      internetFacing,
    });
    const both: readonly Role[] = ["Client Access", "Mailbox"];
    const servers = [
      { ...server("edge", "", ["Edge Transport"]), site: null },
      server("tools", "Munich", ["Management Tools"]),
      server("ex4", "Munich", both),
      server("ex2", "seattle", both),
      server("ex1", "Seattle", both, true),
      server("front", "Seattle", ["Client Access"]),
      server("other-front", "Munich", ["Client Access"]),
    ];
    assert.deepEqual(
      wavesOf(servers, { product: "2013" }).map((wave) => [wave.name, wave.servers.map(({ name }) => name)]),
      [
        ["sites that face the Internet", ["ex2", "ex1"]],
        ["Client Access of sites that face the Internet", ["front"]],
        ["other sites", ["ex4"]],
        ["Client Access of other sites", ["other-front"]],
        ["management tools", ["tools"]],
        ["Edge Transport", ["edge"]],
      ],
    );
    const places = (["first", "afterMailbox", "last"] as const).map((edge) =>
      wavesOf(servers, { product: "SE", edge }).findIndex(({ name }) => name === "Edge Transport"),
    );
    assert.deepEqual(places, [0, 4, 5]);
  });

  it("keep the order of the sources", () => {
    fc.assert(
      fc.property(organization, atOnce, (all, n) => {
        const waves = wavesFor(all, n);
        assert.deepEqual(
          waves.flatMap((wave) => wave.servers.map(({ name }) => name)).sort(),
          all.servers.map(({ name }) => name).sort(),
        );
        for (const server of all.servers) {
          const earlier = earlierThan(waves, server.name);
          for (const each of mustComeFirst(all, server))
            assert.ok(earlier.has(each.name), `${each.name} before ${server.name}`);
          assert.ok(!earlier.has(server.name));
        }
      }),
    );
  });

  it("have the members of a database availability group one after the other, however many at once and in whatever sites", () => {
    fc.assert(
      fc.property(organization, atOnce, (all, n) => {
        const waves = wavesFor(all, n);
        for (const one of all.servers)
          for (const other of all.servers)
            if (one !== other && one.dag !== undefined && one.dag === other.dag)
              assert.ok(
                earlierThan(waves, one.name).has(other.name) || earlierThan(waves, other.name).has(one.name),
                `${one.name} and ${other.name}`,
              );
      }),
    );
  });

  it("are what D3 and R30 ask for: the component and the rules agree", () => {
    fc.assert(
      fc.property(organization, atOnce, (all, n) => {
        const waves = wavesFor(all, n);
        const { from, target } = products[all.product];
        const objects = all.servers
          .filter((server) => !is("Management Tools")(server))
          .map(({ name, roles, site }) => serverObject(name, roles, from, { site: site ?? "Seattle" }));
        const urls = Object.fromEntries(
          all.servers
            .filter(({ internetFacing }) => internetFacing)
            .map(({ name }) => [dnOf(name), [`https://${name}.contoso.com/owa`]]),
        );
        for (const { name, roles, dag } of all.servers) {
          const earlier = earlierThan(waves, name);
          const c = aCase({
            target,
            computer: `${name}.contoso.com`,
            after: [...earlier].map((each) => `${each}.contoso.com`),
            alongside: all.servers
              .filter((each) => each.name !== name && dag !== undefined && each.dag === dag)
              .filter((each) => !earlier.has(each.name) && !earlierThan(waves, each.name).has(name))
              .map((each) => `${each.name}.contoso.com`),
            planned: plannedUpTo(is("Edge Transport")({ roles } as WaveServer) ? { edge: true } : {}),
            forest: { ...serversAre(...objects), externalUrls: known(urls, "virtual directories") },
            machine: rolesAre(...roles.map((role) => installed(role, from))),
          });
          assert.equal(inOrder(c).verdict, "ok", JSON.stringify(inOrder(c)));
          assert.equal(oneMemberAtATime(c).verdict, "ok", JSON.stringify(oneMemberAtATime(c)));
        }
      }),
      { numRuns: 60 },
    );
  });
});
