/** Clustered mailbox servers in an organization's component: their place in the order, their resources, and what the gates are handed. */
import assert from "node:assert/strict";
import { output, RunError } from "@pulumi/pulumi";
import {
  ExchangeClusteredMailboxUpgrade,
  type ExchangeClusteredMailboxUpgradeArgs,
  ExchangeUpgrade,
  type ExchangeUpgradeArgs,
  Prepared,
} from "../../lib";
import { blueprintOf } from "../../lib/program/upgrade/blueprint";
import { clusterArguments, parseCluster } from "../../lib/provider/cluster/cluster";
import { clustersIn } from "../../lib/provider/gates/organizationClusters";
import { organizationOf } from "../../lib/provider/gates/organizationSteps";
import { Run } from "../../lib/provider/memory/run";
import type { Props } from "../../lib/wire/values";
import { verifiedBefore } from "../resources/builder";
import { forgetRegistered, mockEngine, registration, secret, unmockEngine } from "../resources/registered";

const connection = { host: "127.0.0.1", user: "CONTOSO\\exadmin", password: "Exadmin-Secret-1" };
const computer = (name: string) => ({ name, media: "D:\\SP1", connection });
const cluster = {
  name: "mbx1.emea.contoso.com",
  site: "London",
  nodes: { one: computer("node1.emea.contoso.com"), two: computer("node2.emea.contoso.com") },
  group: "MBX1",
  account: { name: "CONTOSO\\exadmin" },
  waive: { R3: "CHG0042" },
};
const server = (name: string, roles: readonly ("Mailbox" | "Client Access" | "Edge Transport")[]) => ({
  computer: computer(name),
  roles,
  site: "London",
});
const args = {
  target: "2007 SP1",
  directory: { url: "ldaps://dc1.contoso.com", user: "CONTOSO\\reader", password: "Reader-Secret-1" },
  preparation: {
    schema: { computer: computer("dc1.contoso.com") },
    domains: { "emea.contoso.com": { computer: computer("emea-dc1.emea.contoso.com") } },
  },
  servers: {
    cas: server("cas.contoso.com", ["Client Access"]),
    mbx: server("mbx.contoso.com", ["Mailbox"]),
    edge: server("edge.contoso.com", ["Edge Transport"]),
  },
  clusteredMailboxServers: { mbx1: cluster },
  changeWindow: { start: "2026-12-05T22:00", end: "2026-12-06T06:00" },
  gone: { "cas9.contoso.com": "CHG0051" },
  defaults: { timeouts: { facts: 40 }, waive: { D5: "CHG0043" } },
} satisfies ExchangeUpgradeArgs;

describe("clustered mailbox servers of an organization", () => {
  it("are in the wave of the Mailbox servers, after those of their site", () => {
    const { waves, clusters, servers } = blueprintOf("contoso", args);
    assert.deepEqual(
      waves.map(({ title, servers: own }) => [title, own]),
      [
        ["other Client Access", ["contoso-cas"]],
        ["Mailbox", ["contoso-mbx", "contoso-mbx1"]],
        ["Edge Transport", ["contoso-edge"]],
      ],
    );
    assert.deepEqual(
      [...servers, ...clusters].map(({ name, after }) => [name, after]),
      [
        ["contoso-cas", []],
        ["contoso-mbx", ["wave contoso-1-client-access"]],
        ["contoso-edge", ["wave contoso-2-mailbox"]],
        ["contoso-mbx1", ["contoso-mbx"]],
      ],
    );
    // The step that prepares its domain, as for a server.
    assert.equal(clusters[0]?.rests, "contoso-emea.contoso.com");
  });

  it("do not change what an organization without any is handed", () => {
    const { clusteredMailboxServers: _, ...without } = args;
    const { waves, clusters } = blueprintOf("contoso", without);
    assert.deepEqual(clusters, []);
    assert.deepEqual(
      waves.map(({ servers: own }) => own),
      [["contoso-cas"], ["contoso-mbx"], ["contoso-edge"]],
    );
  });

  it("are those of the state whatever their nodes are called, and in whatever order and capitals", () => {
    const gate = (nodes: Props, name = cluster.name): Props => ({
      target: "2007 SP1",
      clusters: { mbx1: { name, nodes } },
    });
    const { one, two } = cluster.nodes;
    const isKept = (news: Props) => clustersIn(gate({ one, two }), news)("mbx1");
    assert.equal(
      isKept(gate({ a: two, b: { ...one, name: "NODE1.emea.contoso.com" } }, "MBX1.emea.contoso.com")),
      true,
    );
    assert.equal(isKept(gate({ one })), false);
    assert.equal(isKept(gate({ one, two }, "mbx2.emea.contoso.com")), false);
    assert.equal(clustersIn({ target: "2007 SP1", clusters: {} }, gate({ one, two }))("mbx1"), false);
  });

  it("are refused as arguments, all at once", () => {
    const refused = (changes: object): readonly string[] => {
      try {
        blueprintOf("contoso", { ...args, ...changes } as unknown as ExchangeUpgradeArgs);
      } catch (error) {
        assert.ok(error instanceof RunError);
        return error.message.split("\n").slice(1, -1);
      }
      return [];
    };
    assert.deepEqual(refused({}), []);
    assert.deepEqual(
      refused({
        target: "2010 SP3",
        preparation: "byFirstServer",
        clusteredMailboxServers: {
          mbx1: {
            ...cluster,
            groups: "MBX1",
            site: undefined,
            nodes: { one: computer("mbx.contoso.com"), two: {} },
          },
          "mbx-2": { name: 7, site: 7, nodes: "NODE1" },
          mbx3: { ...cluster, nodes: { one: { ...computer("node9.emea.contoso.com"), medias: "D:" } } },
          mbx4: null,
        },
      }),
      [
        "  clusteredMailboxServers.mbx1.groups: is no argument here; did you mean `group`?",
        "  clusteredMailboxServers.mbx3.nodes.one.medias: is no argument here; did you mean `media`?",
        "  clusteredMailboxServers: only Exchange 2007 has clustered mailbox servers, and the target is 2010 SP3",
        '  clusteredMailboxServers: they need a forest that is prepared before them: instead of "byFirstServer" say in `preparation` a computer that prepares it, such as the first server\'s own (it needs the same rights and place), or "verify" where somebody else prepares it',
        "  clusteredMailboxServers.mbx1.site: missing; servers of one role take turns within their site",
        "  clusteredMailboxServers.mbx1.nodes.one: mbx.contoso.com is servers.mbx already",
        "  clusteredMailboxServers.mbx1.nodes.two.name: nothing is no name",
        '  clusteredMailboxServers["mbx-2"].name: 7 is no name',
        '  clusteredMailboxServers["mbx-2"].site: 7 is no name',
        '  clusteredMailboxServers["mbx-2"].nodes: "NODE1" is no map of nodes by a name',
        "  clusteredMailboxServers.mbx3: mbx1.emea.contoso.com is clusteredMailboxServers.mbx1 already",
        "  clusteredMailboxServers.mbx4: null is no clustered mailbox server",
      ],
    );
    // What the refusal of "byFirstServer" offers.
    for (const preparation of [{ schema: { computer: args.servers.mbx?.computer } }, "verify"])
      assert.deepEqual(refused({ preparation }), []);
    assert.deepEqual(refused({ clusteredMailboxServers: [] }), [
      "  clusteredMailboxServers: an array is no map of clustered mailbox servers by a short name",
    ]);
    assert.deepEqual(refused({ clusteredMailboxServers: { mbx: cluster } }), [
      "  clusteredMailboxServers.mbx: its resource would be contoso-mbx, as servers.mbx is; give it another name",
    ]);
  });

  describe("as resources", () => {
    before(mockEngine);
    beforeEach(forgetRegistered);
    after(unmockEngine);

    const made = async () => {
      const upgrade = new ExchangeUpgrade("contoso", args);
      const { mbx1 } = upgrade.clusteredMailboxServers;
      assert.ok(mbx1);
      const [own, ...gates] = await Promise.all(
        [mbx1, upgrade.readiness, upgrade.verification].map((each) => registration(each)),
      );
      const waves = await Promise.all(upgrade.waves.map((each) => registration(each)));
      assert.ok(own);
      return { own: own.inputs, gates: gates.map(({ inputs }) => inputs), waves };
    };

    it("have the arguments of the program and its defaults, each with its place, behind the first gate", async () => {
      const { own, waves } = await made();
      assert.deepEqual(
        [own.timeouts, own.waive, own.gone, own.changeWindow, own.account, own.__gated],
        [
          { facts: 40 },
          { D5: "CHG0043", R3: "CHG0042" },
          args.gone,
          args.changeWindow,
          { name: "CONTOSO\\exadmin" },
          true,
        ],
      );
      assert.match(String(own.__gate), /::contoso-readiness$/);
      assert.deepEqual(own.__waitsFor, ["contoso-readiness", "contoso-emea.contoso.com", "contoso-mbx"]);
      assert.deepEqual(own.__place, {
        at: "clusteredMailboxServers.mbx1",
        elsewhere: {
          changeWindow: "changeWindow",
          "gone.cas9.contoso.com": 'gone["cas9.contoso.com"]',
          "timeouts.facts": "defaults.timeouts.facts",
          "waive.D5": "defaults.waive.D5",
        },
      });
      assert.deepEqual(waves[1]?.inputs.__waitsFor, ["contoso-mbx", "contoso-mbx1"]);
    });

    it("are handed to both gates with every argument, secrets as secrets", async () => {
      const { own, gates } = await made();
      const seen = new Set<string>();
      for (const gate of gates) {
        const { "contoso-mbx1": entry = {} } = gate.clusters as { readonly [name: string]: Props };
        for (const argument of clusterArguments.filter(
          (each) => !["target", "releases", "directory", "prepared", "after"].includes(each),
        )) {
          assert.deepEqual(entry[argument], own[argument], argument);
          if (own[argument] !== undefined) seen.add(argument);
        }
        assert.deepEqual(entry.place, own.__place);
        assert.deepEqual([entry.after, entry.rests], [["contoso-mbx"], "contoso-emea.contoso.com"]);
        assert.doesNotMatch(JSON.stringify(gate).replaceAll(/\{"secret":"[^"]*"\}/g, ""), /-Secret-1/);
        assert.deepEqual(
          (entry.nodes as { one: { connection: Props } }).one.connection.password,
          secret("Exadmin-Secret-1"),
        );
      }
      assert.deepEqual([...seen].sort(), [
        "account",
        "changeWindow",
        "gone",
        "group",
        "name",
        "nodes",
        "timeouts",
        "waive",
      ]);
    });

    it("are made by the gates of what they were handed, after the servers before them", async () => {
      const { gates } = await made();
      const run = new Run();
      const { clusters, steps } = organizationOf(run, withoutSecrets(gates[0]) as Props);
      const [{ parsed } = {}] = clusters;
      assert.deepEqual([parsed?.problems, parsed?.unknown], [[], []]);
      assert.equal(parsed?.cluster?.cms.prepared?.schema, true);
      assert.deepEqual(parsed?.cluster?.cms.prepared?.domains, ["contoso.com", "emea.contoso.com"]);
      assert.deepEqual([...run.order.allBefore(["mbx1.emea.contoso.com"])].sort(), [
        "cas.contoso.com",
        "mbx.contoso.com",
        "mbx1.emea.contoso.com",
      ]);
      // The Edge Transport server comes after the wave, the clustered mailbox server included.
      const edge = steps.find(({ name }) => name === "contoso-edge");
      assert.ok(run.order.allBefore(edge?.step?.inputs.after ?? []).has("mbx1.emea.contoso.com"));
    });

    it("keep a password secret wherever a program wrongly has it", async () => {
      const password = "Operator-Secret-1";
      const inputsOf = async (what: string, changes: object) => {
        const made = new ExchangeClusteredMailboxUpgrade(what, {
          ...{ name: cluster.name, nodes: cluster.nodes, ...changes },
          prepared: Prepared.verify({ target: "2007 SP1", directory: args.directory }),
        } as ExchangeClusteredMailboxUpgradeArgs);
        return (await registration(made)).inputs;
      };
      const account = { name: "CONTOSO\\exadmin", password };
      assert.deepEqual((await inputsOf("of-output", { account: output(account) })).account, secret(account));
      const nodes = {
        one: { ...computer("node1.emea.contoso.com") },
        two: "ssh://exadmin:Exadmin-Secret-1@node2",
      };
      assert.deepEqual((await inputsOf("output-of-nodes", { nodes: output(nodes) })).nodes, secret(nodes));
      assert.deepEqual(((await inputsOf("text", { nodes })).nodes as Props).two, secret(nodes.two));
      assert.deepEqual((await inputsOf("no-map", { nodes: nodes.two })).nodes, secret(nodes.two));
      assert.deepEqual((await inputsOf("list", { nodes: [nodes.one] })).nodes, secret([nodes.one]));
    });

    it("have what is wrong with them told by its place in the program", () => {
      const place = {
        at: 'clusteredMailboxServers["mbx-1"]',
        elsewhere: { "waive.D5": "defaults.waive.D5" },
      };
      const { problems } = parseCluster({
        target: "2007 SP1",
        directory: args.directory,
        prepared: verifiedBefore,
        name: "mbx1",
        nodes: {
          "node-1": { ...computer("node1.emea.contoso.com"), media: "SP1" },
          two: computer("node2.emea.contoso.com"),
        },
        account: { name: "CONTOSO\\exadmin", password: "Operator-Secret-1" },
        waive: { D5: "" },
        timeouts: { facts: -1 },
        __place: place,
      });
      assert.deepEqual(problems, [
        'clusteredMailboxServers["mbx-1"].name: is not a fully qualified domain name such as cas1.contoso.com',
        'clusteredMailboxServers["mbx-1"].account.password: is no argument here',
        'clusteredMailboxServers["mbx-1"].nodes["node-1"].media: is not a folder such as "D:\\Exchange2007SP1"',
        'clusteredMailboxServers["mbx-1"].timeouts.facts: too small: expected number to be >0',
        "defaults.waive.D5: needs a reason",
      ]);
    });
  });
});

/** What a provider gets of the inputs. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if ("secret" in value) return withoutSecrets(value.secret);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutSecrets(each)]));
}
