/** The order of an organization's servers, for random organizations. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Role, roles } from "../../lib/facts";
import { type Wave, type WaveName, type WaveServer, wavesOf } from "../../lib/plan/waves";

const own = roles.filter((role) => role !== "Edge Transport" && role !== "Management Tools");
const rolesArbitrary: fc.Arbitrary<readonly Role[]> = fc.oneof(
  { weight: 8, arbitrary: fc.subarray([...own], { minLength: 1 }) },
  { weight: 1, arbitrary: fc.constant<readonly Role[]>(["Edge Transport"]) },
  { weight: 1, arbitrary: fc.constant<readonly Role[]>(["Management Tools"]) },
);
const organization = fc
  .array(
    fc.record({
      roles: rolesArbitrary,
      site: fc.constantFrom("London", "Dublin", "New York"),
      internetFacing: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((servers) =>
    servers.map(
      (server, i): WaveServer => ({
        ...server,
        name: `server${i}`,
        site: server.roles.includes("Edge Transport") ? null : server.site,
      }),
    ),
  );
const atOnce = fc.integer({ min: 1, max: 4 });

/** Everything that a server waits for: its own wave's, and all of the waves before. */
function earlierThan(waves: readonly Wave[], name: string): ReadonlySet<string> {
  const at = waves.findIndex((wave) => wave.servers.some((server) => server.name === name));
  const earlier = new Set(waves.slice(0, at).flatMap((wave) => wave.servers.map((server) => server.name)));
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const each of waves[at]?.servers.find((server) => server.name === next)?.after ?? []) {
      if (!earlier.has(each)) open.push(each);
      earlier.add(each);
    }
  }
  return earlier;
}

/** The most of `names` that can run at the same time: none of them waits for another of them. */
function canRunTogether(waves: readonly Wave[], a: string, b: string): boolean {
  return !earlierThan(waves, a).has(b) && !earlierThan(waves, b).has(a);
}

describe("the waves of an organization", () => {
  it("stand in the document's order, each server in the earliest that it belongs to", () => {
    const server = (name: string, of: readonly Role[], internetFacing = false): WaveServer => ({
      name,
      roles: of,
      site: "London",
      internetFacing,
    });
    const waves = wavesOf([
      server("tools", ["Management Tools"]),
      server("mbx", ["Mailbox", "Management Tools"]),
      server("edge", ["Edge Transport"]),
      server("um", ["Unified Messaging"]),
      server("all", ["Mailbox", "Hub Transport", "Client Access"]),
      server("hub", ["Mailbox", "Hub Transport"]),
      server("facing", ["Client Access"], true),
    ]);
    assert.deepEqual(
      waves.map(({ name, servers }) => [name, servers.map((each) => each.name)]),
      [
        ["Client Access that faces the Internet", ["facing"]],
        ["other Client Access", ["all"]],
        ["Hub Transport and Unified Messaging", ["um", "hub"]],
        ["Mailbox", ["mbx"]],
        ["Edge Transport", ["edge"]],
        ["management tools", ["tools"]],
      ],
    );
  });

  it("have Edge Transport where the options say", () => {
    const servers: readonly WaveServer[] = [
      { name: "mbx", roles: ["Mailbox"], site: "London", internetFacing: false },
      { name: "edge", roles: ["Edge Transport"], site: null, internetFacing: false },
      { name: "tools", roles: ["Management Tools"], site: null, internetFacing: false },
    ];
    const names = (edge: "first" | "afterMailbox" | "last"): readonly WaveName[] =>
      wavesOf(servers, { edge }).map((wave) => wave.name);
    assert.deepEqual(names("first"), ["Edge Transport", "Mailbox", "management tools"]);
    assert.deepEqual(names("afterMailbox"), ["Mailbox", "Edge Transport", "management tools"]);
    assert.deepEqual(names("last"), ["Mailbox", "management tools", "Edge Transport"]);
  });

  it("hold every server once, and no server before one that it waits for", () => {
    fc.assert(
      fc.property(organization, atOnce, (servers, n) => {
        const waves = wavesOf(servers, { atOnce: n });
        const order = waves.flatMap((wave) => wave.servers);
        assert.deepEqual([...order.map((s) => s.name)].sort(), servers.map((s) => s.name).sort());
        order.forEach(({ after }, i) => {
          for (const each of after) assert.ok(order.slice(0, i).some((s) => s.name === each));
        });
      }),
    );
  });

  it("keep D3: no Client Access server before one that faces the Internet, no other role before Client Access", () => {
    const facing = (s: WaveServer) => s.roles.includes("Client Access") && s.internetFacing;
    const clientAccess = (s: WaveServer) => s.roles.includes("Client Access");
    fc.assert(
      fc.property(organization, (servers) => {
        const waves = wavesOf(servers);
        for (const server of servers.filter((s) => !s.roles.includes("Edge Transport"))) {
          const first = facing(server) ? [] : servers.filter(clientAccess(server) ? facing : clientAccess);
          const earlier = earlierThan(waves, server.name);
          for (const each of first) assert.ok(earlier.has(each.name), `${each.name} before ${server.name}`);
        }
      }),
    );
  });

  it("never take all servers of a role from a site that has several, nor more than `atOnce` of them", () => {
    fc.assert(
      fc.property(organization, atOnce, (servers, n) => {
        const waves = wavesOf(servers, { atOnce: n });
        const groups = new Map<string, string[]>();
        for (const { name, roles: of, site } of servers) {
          for (const role of of.filter((each) => each !== "Management Tools")) {
            const key = JSON.stringify([site, role]);
            groups.set(key, [...(groups.get(key) ?? []), name]);
          }
        }
        for (const names of groups.values()) {
          const most = Math.max(1, Math.min(n, names.length - 1));
          for (const set of cliques(names, (a, b) => canRunTogether(waves, a, b)))
            assert.ok(set.length <= most);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("wait over as many dependencies as there are servers and roles", () => {
    fc.assert(
      fc.property(organization, atOnce, (servers, n) => {
        const edges = wavesOf(servers, { atOnce: n }).flatMap((wave) => wave.servers.flatMap((s) => s.after));
        assert.ok(edges.length <= servers.flatMap((s) => s.roles).length);
      }),
    );
  });
});

/** Greedily grown sets of which any two may run together, one from each start: each is maximal. */
function* cliques(
  names: readonly string[],
  together: (a: string, b: string) => boolean,
): Generator<string[]> {
  for (const start of names) {
    const set = [start];
    for (const each of names)
      if (each !== start && set.every((other) => together(each, other))) set.push(each);
    yield set;
  }
}
