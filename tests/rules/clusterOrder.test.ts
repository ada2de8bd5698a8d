/**
 * The order in which a clustered mailbox server is upgraded: over every view of two nodes, and over random clusters whose
 * operator does what is next, while steps are killed, the cluster fails over and nodes do not come back.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Fact, known, unknown } from "../../lib/facts";
import {
  type ClusterSeen,
  type ClusterStep,
  type Next,
  nextStep,
  type Standing,
} from "../../lib/rules/cluster/nextStep";

const said = <T>(value: T): Fact<T> => known(value, "test");
const silent = unknown("it does not answer", "test");

type Machine = (seen: ClusterSeen) => Next;

/** What must hold of any step, whatever led to the view. */
function refuseUnsafe(seen: ClusterSeen, step: ClusterStep): void {
  const fresh = seen.nodes.filter(({ standing }) => standing.known && standing.value === "new");
  const isOld = seen.cms.known && seen.cms.value === "old";
  const { cluster } = seen;
  assert.ok(cluster.known, "a step without a look at the cluster");
  assert.ok(!["Pending", "Unknown"].includes(cluster.value.state), "a step in a state that is not known");
  if (step.action === "upgrade node") {
    assert.ok(!isOld || fresh.length === 0, "another node is upgraded before /UpgradeCMS");
    assert.notEqual(
      step.node,
      cluster.value.owner,
      "Setup on the node that owns the clustered mailbox server",
    );
    assert.deepEqual(cluster.value.groups[step.node] ?? [], [], "Setup on a node that owns a group");
  }
  if (step.action === "upgrade CMS") {
    assert.equal(step.node, cluster.value.owner);
    assert.equal(cluster.value.state, "Offline");
    assert.ok(
      fresh.some(({ name }) => name === step.node),
      "/UpgradeCMS on a node that is not upgraded",
    );
  }
  if (step.action === "start") assert.ok(!isOld && fresh.length === seen.nodes.length);
  if (step.action === "move") assert.ok(cluster.value.up.has(step.node), "moved to a node that is not up");
}

/** A cluster with its operator. */
class World {
  readonly nodes: {
    name: string;
    standing: Standing;
    restart: boolean;
    up: boolean;
    left: string[];
    gone: boolean;
  }[];
  cms: "old" | "new" = "old";
  state: "Online" | "Offline" | "Failed" = "Online";
  owner: string;
  readonly groups = new Map<string, string>();

  constructor(size: number, owner: number, groupOwners: readonly number[]) {
    const nameOf = (at: number) => `node${(at % size) + 1}`;
    this.nodes = Array.from({ length: size }, (_, at) => ({
      name: nameOf(at),
      standing: "old" as const,
      restart: false,
      up: true,
      left: [],
      gone: false,
    }));
    this.owner = nameOf(owner);
    groupOwners.forEach((each, at) => {
      this.groups.set(`Group ${at}`, nameOf(each));
    });
  }

  node(name: string) {
    const node = this.nodes.find((each) => each.name === name);
    assert.ok(node);
    return node;
  }

  seen(): ClusterSeen {
    const answers = this.nodes.some(({ up, gone }) => up && !gone);
    const groups: { [node: string]: string[] } = {};
    for (const [group, owner] of this.groups) groups[owner] = [...(groups[owner] ?? []), group];
    return {
      cms: said(this.cms),
      nodes: this.nodes.map(({ name, standing, restart, left, gone }) => ({
        name,
        standing: gone ? silent : said(standing),
        restart: gone ? silent : said(restart),
        unfinished: gone ? silent : said(left),
      })),
      cluster: answers
        ? said({
            owner: this.owner,
            state: this.state,
            up: new Set(this.nodes.flatMap(({ name, up, gone }) => (up && !gone ? [name] : []))),
            groups,
            others: [],
          })
        : silent,
    };
  }

  get isBroken(): boolean {
    return this.cms === "old" && this.nodes.every(({ standing }) => standing === "new");
  }

  /** The node leaves the cluster, and another one that is up takes over what it owned. */
  leave(name: string): void {
    this.node(name).up = false;
    const heir = this.nodes.find(({ up, gone }) => up && !gone)?.name;
    if (heir === undefined) return;
    if (this.owner === name) this.owner = heir;
    for (const [group, owner] of this.groups) if (owner === name) this.groups.set(group, heir);
  }

  failOver(to: number): void {
    const node = this.nodes[to % this.nodes.length];
    if (node?.up && !node.gone) this.owner = node.name;
  }

  /** Does a step. Killed, it is done in half. A node that owns the clustered mailbox server is refused by Setup itself. */
  act(step: ClusterStep, killed: boolean): void {
    const node = this.node(step.node);
    switch (step.action) {
      case "upgrade node":
        if (this.owner === node.name || node.gone) return;
        this.leave(node.name);
        node.standing = killed ? "unfinished" : "new";
        node.restart = true;
        if (killed) node.restart = false;
        return;
      case "restart node":
        if (node.gone) return;
        this.leave(node.name);
        if (killed) node.gone = true;
        node.up = true;
        node.restart = false;
        return;
      case "stop":
        if (!killed) this.state = "Offline";
        return;
      case "move":
        if (node.up && !node.gone && !killed) this.owner = node.name;
        return;
      case "move groups":
        for (const [group, owner] of this.groups)
          if (owner === node.name && this.node(step.to).up && !killed) this.groups.set(group, step.to);
        return;
      case "upgrade CMS":
        if (this.owner !== node.name || node.standing !== "new" || this.isBroken) return;
        node.left = killed ? ["watermark"] : [];
        if (!killed || this.cms === "new") this.cms = "new";
        return;
      case "start":
        this.state = this.isBroken ? "Failed" : "Online";
        return;
    }
  }
}

type Fault = {
  readonly kind: "kill" | "fail over" | "gone" | "back" | "restart" | "none";
  readonly at: number;
};

/** Lets an operator follow the machine. @returns the steps that were done */
function follow(world: World, machine: Machine, faults: readonly Fault[]): readonly ClusterStep[] {
  const done: ClusterStep[] = [];
  const most = faults.length + 40;
  for (let round = 0; round < most; round++) {
    const fault = faults[round] ?? { kind: "none", at: 0 };
    const node = world.nodes[fault.at % world.nodes.length];
    if (fault.kind === "gone" && node) {
      world.leave(node.name);
      node.gone = true;
    }
    if (fault.kind === "back" || round >= faults.length)
      for (const each of world.nodes)
        if (each.gone) {
          each.gone = false;
          each.up = true;
        }
    if (fault.kind === "restart" && node && !node.gone) {
      world.leave(node.name);
      node.up = true;
      node.restart = false;
    }
    if (world.owner !== "" && (!world.node(world.owner).up || world.node(world.owner).gone))
      world.leave(world.owner);
    const seen = world.seen();
    const next = machine(seen);
    if (next.kind === "done") return done;
    if (fault.kind === "fail over") world.failOver(fault.at);
    if (next.kind === "step") {
      refuseUnsafe(seen, next.step);
      done.push(next.step);
      world.act(next.step, fault.kind === "kill");
    } else assert.equal(next.kind, "unknown", JSON.stringify(next));
    assert.ok(!world.isBroken, "every node is new, and the clustered mailbox server is old");
  }
  assert.fail(`not done after ${most} rounds: ${JSON.stringify(done.slice(-6))}`);
}

const worlds = fc.record({
  size: fc.integer({ min: 2, max: 4 }),
  owner: fc.nat(3),
  groups: fc.array(fc.nat(3), { maxLength: 3 }),
  faults: fc.array(
    fc.record({
      kind: fc.constantFrom("kill", "fail over", "gone", "back", "restart", "none"),
      at: fc.nat(3),
    }) satisfies fc.Arbitrary<Fault>,
    { maxLength: 14 },
  ),
});

describe("the order of a clustered mailbox server", () => {
  it("is the one that practice knows, where nothing goes wrong", () => {
    const steps = follow(new World(2, 0, [0]), nextStep, []);
    assert.deepEqual(
      steps.map(({ action, node }) => `${action} ${node}`),
      [
        "upgrade node node2",
        "restart node node2",
        "stop node1",
        "move node2",
        "upgrade CMS node2",
        // The cluster's own group, which node1 has owned since the restart of node2.
        "move groups node1",
        "upgrade node node1",
        "restart node node1",
        "start node2",
      ],
    );
  });

  it("moves other groups away from the passive node first, and from the second node later", () => {
    const steps = follow(new World(2, 0, [1, 0]), nextStep, []);
    assert.deepEqual(steps.map(({ action, node }) => `${action} ${node}`).slice(0, 2), [
      "move groups node2",
      "upgrade node node2",
    ]);
    const second = steps.findLastIndex(({ action }) => action === "upgrade node");
    assert.deepEqual(steps[second - 1], {
      action: "move groups",
      node: "node1",
      to: "node2",
      groups: ["Group 0", "Group 1"],
    });
  });

  it("never makes every node new while the clustered mailbox server is old, whatever goes wrong", () => {
    fc.assert(
      fc.property(worlds, ({ size, owner, groups, faults }) => {
        follow(new World(size, owner, groups), nextStep, faults);
      }),
      { numRuns: 2000 },
    );
  });

  it("goes on where every node is new and it is old, once any one node is restored", () => {
    fc.assert(
      fc.property(worlds, fc.nat(3), ({ size, owner, groups, faults }, restored) => {
        const world = new World(size, owner, groups);
        for (const node of world.nodes) node.standing = "new";
        assert.equal(nextStep(world.seen()).kind, "broken");
        const node = world.nodes[restored % size];
        assert.ok(node);
        node.standing = "old";
        follow(world, nextStep, faults);
      }),
      { numRuns: 500 },
    );
  });

  it("is caught where it is wrong: a planted mistake", () => {
    const hasty: Machine = (seen) => {
      const next = nextStep(seen);
      const second = seen.nodes.find(
        ({ name, standing }) =>
          standing.known &&
          standing.value === "old" &&
          seen.cluster.known &&
          seen.cluster.value.owner !== name,
      );
      return next.kind === "step" && next.step.action === "upgrade CMS" && second !== undefined
        ? { kind: "step", step: { action: "upgrade node", node: second.name, again: false } }
        : next;
    };
    assert.throws(() => follow(new World(2, 0, []), hasty, []), /before \/UpgradeCMS/);
    const onOwner: Machine = (seen) => {
      const next = nextStep(seen);
      return next.kind === "step" && next.step.action === "upgrade node" && seen.cluster.known
        ? { kind: "step", step: { ...next.step, node: seen.cluster.value.owner } }
        : next;
    };
    assert.throws(() => follow(new World(2, 0, []), onOwner, []), /that owns the clustered mailbox server/);
  });

  it("is safe in every view of two nodes, and knows what to do in each", () => {
    const standings = ["old", "unfinished", "new", "above", null] as const;
    const kinds = new Map<string, number>();
    const flags = [true, false] as const;
    for (const cms of ["old", "new", "above", null] as const)
      for (const one of standings)
        for (const two of standings)
          for (const restart of [...flags, null])
            for (const left of flags)
              for (const up of flags)
                for (const owner of ["node1", "node2", "node9"])
                  for (const state of [
                    "Online",
                    "Offline",
                    "Failed",
                    "PartialOnline",
                    "Pending",
                    "Unknown",
                  ] as const)
                    for (const groups of flags) {
                      const node = (name: string, standing: Standing | null) => ({
                        name,
                        standing: standing === null ? silent : said(standing),
                        restart: restart === null ? silent : said(restart && name === "node2"),
                        unfinished: said(left && name === "node2" ? ["watermark"] : []),
                      });
                      const seen: ClusterSeen = {
                        cms: cms === null ? silent : said(cms),
                        nodes: [node("node1", one), node("node2", two)],
                        cluster: said({
                          owner,
                          state,
                          up: new Set(up ? ["node1", "node2"] : [owner]),
                          groups: groups ? { node2: ["Cluster Group"] } : {},
                          others: [],
                        }),
                      };
                      const next = nextStep(seen);
                      kinds.set(next.kind, (kinds.get(next.kind) ?? 0) + 1);
                      if (next.kind === "step") refuseUnsafe(seen, next.step);
                      if (cms === "above" || one === "above" || two === "above")
                        assert.equal(next.kind, "above");
                      else if (cms === null || one === null || two === null)
                        assert.equal(next.kind, "unknown");
                      else if (cms === "old" && one === "new" && two === "new")
                        assert.equal(next.kind, "broken");
                      else if (owner === "node9") assert.equal(next.kind, "unknown");
                      if (next.kind === "partial") {
                        assert.deepEqual(
                          [cms, one, two, state, left],
                          ["new", "new", "new", "PartialOnline", false],
                        );
                        assert.ok(up, "partial with a node that is not up");
                      }
                      if (next.kind === "done") {
                        assert.deepEqual(
                          [cms, one, two, state, left],
                          ["new", "new", "new", "Online", false],
                        );
                        assert.ok(up, "done with a node that is not up");
                      }
                    }
    assert.deepEqual([...kinds.keys()].sort(), [
      "above",
      "broken",
      "done",
      "leftover",
      "partial",
      "step",
      "unknown",
    ]);
  });

  it("says no step where the cluster hosts another one, as long as something is left to do", () => {
    for (const cms of ["old", "new"] as const)
      for (const one of ["old", "unfinished", "new"] as const)
        for (const state of ["Online", "Offline"] as const) {
          const node = (name: string, standing: Standing) => ({
            name,
            standing: said(standing),
            restart: said(false),
            unfinished: said([]),
          });
          const next = nextStep({
            cms: said(cms),
            nodes: [node("node1", one), node("node2", "new")],
            cluster: said({
              owner: "node2",
              state,
              up: new Set(["node1", "node2"]),
              groups: { node1: ["MBX2"] },
              others: ["MBX2"],
            }),
          });
          const expected =
            one === "new" ? (cms === "old" ? "broken" : state === "Online" ? "done" : "step") : "unknown";
          assert.equal(next.kind, expected, `${cms}, ${one}, ${state}`);
        }
  });

  it("moves it to no node where Setup has not ended", () => {
    const node = (name: string, standing: Standing, restart = false) => ({
      name,
      standing: said(standing),
      restart: said(restart),
      unfinished: said([]),
    });
    const seen = (third: Standing): ClusterSeen => ({
      cms: said("old"),
      nodes: [node("node1", "unfinished"), node("node2", "new", true), node("node3", third)],
      cluster: said({
        owner: "node2",
        state: "Offline",
        up: new Set(["node1", "node2", "node3"]),
        groups: {},
        others: [],
      }),
    });
    assert.deepEqual(nextStep(seen("old")), {
      kind: "step",
      step: { action: "move", node: "node3", aside: true },
    });
    assert.deepEqual(nextStep(seen("unfinished")), {
      kind: "step",
      step: { action: "restart node", node: "node2", why: "pending" },
    });
  });
});
