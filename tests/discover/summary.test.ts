/** What the screen shows of organizations that are not all well. */
import assert from "node:assert/strict";
import { describeDiscovery, discover } from "../../lib/discover";
import { known, unknown } from "../../lib/facts";
import { dnOf, releaseNamed } from "../rules/builder";
import { type Changes, directoryOf, facts, server, version } from "./facts";

const shown = (changes: Changes) =>
  describeDiscovery(discover(facts(changes), { target: releaseNamed("2007 SP1") }));

describe("the summary of a discovery", () => {
  it("lists clustered mailbox servers with their nodes, apart from the servers to upgrade", () => {
    const nodes = ["NODE1", "NODE2"];
    const text = shown({
      servers: [
        server("CAS1", { roles: ["Client Access"] }),
        server("MBX1", { clustered: { storage: 1, nodes } }),
        server("MBX2", { ...version("8.1.240.6"), clustered: { storage: 2, nodes: [] } }),
      ],
    });
    assert.ok(
      text.includes(
        `Clustered mailbox servers (D15):
  mbx1: London, 2007 RTM, nodes NODE1, NODE2: ExchangeClusteredMailboxUpgrade guides its upgrade
  mbx2: London, 2007 SP1, the target, nodes not read: ExchangeClusteredMailboxUpgrade guides its upgrade
`.trimEnd(),
      ),
      text,
    );
    assert.match(text, /Servers to upgrade:\n.*\n {2}Client Access .* 1 +cas1\n\n/);
  });

  it("groups servers, and names what is not read, faces the Internet or cannot be upgraded in place", () => {
    const cas = { roles: ["Client Access"] as const };
    const text = shown({
      servers: [
        ...["1", "2", "3", "4", "5"].map((number) => server(`MBX${number}`)),
        server("MBX6", version("8.1.240.6")),
        server("CAS1", cas),
        server("CAS2", cas),
        server("CAS3", cas),
        server("EDGE", { roles: ["Edge Transport"], fqdn: "edge.perimeter.net" }),
        server("OLD", { ...version("6.5.7638.2"), roles: null, site: null }),
        server("HIDDEN", { roles: null, build: null, serialNumber: null, site: null }),
      ],
      virtualDirectories: known(
        [
          directoryOf("CAS1", ["https://a", "https://b"]),
          directoryOf("CAS2"),
          directoryOf("HIDDEN", ["https://c"]),
        ],
        "virtual directories",
      ),
      forest: { schemaMaster: unknown("this account cannot see fSMORoleOwner", "the schema") },
    });
    assert.equal(
      text,
      `Exchange organization Contoso, forest contoso.com, for an upgrade to 2007 SP1

Schema                   10637 (2007 RTM), to be prepared
Organization             10666 (2007 RTM), to be prepared
Domain contoso.com       10628 (2007 RTM), to be prepared
Domain emea.contoso.com  10628 (2007 RTM), to be prepared
Schema master            not read: this account cannot see fSMORoleOwner

Servers to upgrade:
  Roles           Site      Release                   Servers
  Client Access   London    2007 RTM                  3        cas1, cas2, cas3
  Edge Transport  -         2007 RTM when subscribed  1        edge
  Mailbox         London    2007 RTM                  5        mbx1, mbx2, mbx3 and 2 more
  Mailbox         London    2007 SP1, the target      1        mbx6
  not read        not read  not read                  1        hidden

Facing the Internet (D3):
  cas1: external URL https://a of owa (Default Web Site), https://b of owa (Default Web Site)
  hidden: external URL https://c of owa (Default Web Site)
  no: cas2: no virtual directory has an external URL
  not read: cas3

No upgrade in place to 2007 SP1:
  OLD (old.contoso.com, 2003 SP2): Exchange 2003 SP2 cannot be upgraded in place to 2007 SP1: install Exchange 2007 on a new server and move mailboxes and services to it; it needs Exchange 2003 SP2 on every Exchange 2003 server.

Not read:
  the schema master: this account cannot see fSMORoleOwner
  whether a server faces the Internet (CAS3): no virtual directory of it shows: it has none, or this account cannot see them
  the roles of a server (HIDDEN): it has no msExchCurrentServerRoles, or this account cannot see it
  the release of a server (HIDDEN): it has no serialNumber, or this account cannot see it
  the site of a server (HIDDEN): it has no msExchServerSite, or this account cannot see it`,
    );
  });

  it("lists what stands for no server, each object once, in one line each", () => {
    const copy = { name: "MBX", fqdn: "mbx.contoso.com", created: "2019-03-01T10:11:12Z" };
    const text = shown({
      servers: [server("MBX")],
      setAside: [
        { ...copy, kind: "conflict copy", dn: dnOf("MBX\\0ACNF:6f1f1cde") },
        { kind: "provisioned", dn: dnOf("NEW"), name: "NEW", fqdn: null, created: null },
      ],
    });
    const lines = text.split("\n");
    assert.deepEqual(lines.slice(lines.indexOf("Set aside:")), [
      "Set aside:",
      `  mbx.contoso.com: ${dnOf("MBX\\0ACNF:6f1f1cde")}, created 2019-03-01T10:11:12Z: a replication conflict has left it; compare it with the other object and delete it`,
      `  NEW: ${dnOf("NEW")}: made ahead for a server that is not installed yet`,
    ]);
    assert.equal(text.split("MBX\\0ACNF").length, 2);
  });

  it("says why where nothing could be read", () => {
    const nothing = unknown("no answer", "dc1");
    assert.equal(
      shown({
        forest: {
          root: nothing,
          schema: nothing,
          organization: nothing,
          schemaMaster: nothing,
          domains: nothing,
          servers: nothing,
        },
      }),
      `Exchange organization not read, forest not read: no answer, for an upgrade to 2007 SP1

Schema         not read: no answer
Organization   not read: no answer
Domains        not read: no answer
Schema master  not read: no answer

Servers to upgrade:
  not read: no answer

Not read:
  the forest root domain: no answer
  the schema level: no answer
  the organization: no answer
  the schema master: no answer
  the domains: no answer
  the servers: no answer`,
    );
  });

  it("stays short, whatever the size", () => {
    const servers = Array.from({ length: 500 }, (_, at) => server(`MBX${at}`, { site: `Site ${at}` }));
    const lines = shown({ servers }).split("\n");
    assert.equal(lines.at(-1), "  and 481 more");
    assert.equal(lines.length, 30);
  });
});
