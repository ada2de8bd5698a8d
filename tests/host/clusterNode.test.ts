/** What wmic and cluster.exe print of a cluster: in every language, and where it does not fit together. */
import assert from "node:assert/strict";
import { clusterIn } from "../../lib/host/facts/clusterNode";

const printed = (text: string, ok = true) => ({ ok, text, bytes: Buffer.from(text) });
const rows = (...all: readonly (readonly [string, number | string])[]) =>
  printed(
    `\r\r\n\r\r\n${all.map(([name, state]) => `Name=${name}\r\r\nState=${state}\r\r\n`).join("\r\r\n")}`,
  );
const nodes = rows(["NODE1", 0], ["NODE2", 0]);
const groups = rows(["Cluster Group", 0], ["MBX1", 1]);
const table = (...lines: readonly string[]) =>
  printed(["Status aller Ressourcengruppen:", "", "Gruppe  Knoten  Status", ...lines].join("\r\n"));
const owners = table(
  "Cluster Group        NODE1           Online",
  "MBX1                 NODE2           Offline",
);
const why = (changes: object) => {
  const read = clusterIn({ nodes, groups, owners, ...changes });
  return read.known ? read.value : read.why;
};

describe("a cluster", () => {
  it("has states by number and owners by name, whatever the language says around them", () => {
    const german = table("Cluster Group        node1           Teilweise online", "MBX1   NODE2   Offline ");
    assert.deepEqual(why({ nodes: rows(["NODE1", 0], ["NODE2", 2]), owners: german }), {
      nodes: { node1: true, node2: false },
      groups: [
        { name: "Cluster Group", state: "Online", owner: "NODE1" },
        { name: "MBX1", state: "Offline", owner: "NODE2" },
      ],
    });
  });

  it("has every state that Windows numbers; any other number is unknown", () => {
    const states = [0, 1, 2, 3, 4, 5, 4294967295, -1].map((state) => {
      const read = why({ groups: rows(["MBX1", state]) });
      return typeof read === "string" ? read : read.groups[0]?.state;
    });
    assert.deepEqual(states, [
      "Online",
      "Offline",
      "Failed",
      "PartialOnline",
      "Pending",
      "Unknown",
      "Unknown",
      "Unknown",
    ]);
  });

  it("is not known where a part is missing, refused or contradictory", () => {
    for (const [changes, text] of [
      [{ nodes: printed("Access is denied.", false) }, "wmic: the command failed: Access is denied"],
      [
        { nodes: printed("No Instance(s) Available.") },
        "wmic lists no node of a cluster: No Instance(s) Available",
      ],
      [{ groups: printed("") }, "wmic lists no group of a cluster"],
      [
        { groups: printed("Name=MBX1\r\n") },
        "wmic does not list the name and the state of each group: Name=MBX1",
      ],
      [
        { groups: rows(["MBX1", "online"]) },
        "wmic does not list the name and the state of each group: Name=MBX1 State=online",
      ],
      [{ nodes: rows(["N", 0], ["N", 1]) }, "wmic lists a node twice: N and N"],
      [{ owners: printed("System error 1753", false) }, "cluster.exe: the command failed: System error 1753"],
      [{ owners: table("Cluster Group NODE1 Online") }, "cluster.exe shows no owner of the group MBX1"],
      [
        { owners: table("Cluster Group NODE1 Online", "MBX1 NODE3 Online") },
        "cluster.exe shows no owner of the group MBX1",
      ],
      [
        { owners: table("Cluster Group NODE1 Online", "MBX1 NODE1 Online", "MBX1 NODE2 Online") },
        "cluster.exe shows no owner of the group MBX1",
      ],
    ] as const)
      assert.equal(why(changes), text);
  });

  it("tells a group from one whose name begins alike", () => {
    const two = {
      groups: rows(["MBX", 0], ["MBX 2", 0], ["R&amp;D", 0]),
      owners: table("MBX   NODE1  Online", "MBX 2  NODE2 Online", "R&D   NODE2 Online"),
    };
    const read = why(two);
    assert.deepEqual(typeof read === "string" ? read : read.groups.map(({ name, owner }) => [name, owner]), [
      ["MBX", "NODE1"],
      ["MBX 2", "NODE2"],
      ["R&D", "NODE2"],
    ]);
  });
});
