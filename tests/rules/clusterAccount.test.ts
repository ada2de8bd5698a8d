/** P1 and P3 for a clustered mailbox server: what is said of the operator's account, in the directory and on each node. */
import assert from "node:assert/strict";
import { known, unknown } from "../../lib/facts";
import type { ClusterCase } from "../../lib/rules/cluster/clusterCase";
import { evaluateCluster } from "../../lib/rules/cluster/evaluateCluster";
import { renderFinding } from "../../lib/rules/finding";
import {
  aCase,
  accessIs,
  account,
  type Changes,
  identityIs,
  installed,
  judged,
  localAdministrators,
  loggedOnAs,
  rolesAre,
  serverObject,
  serversAre,
  sids,
} from "./builder";

const cms = "mbx-lon.contoso.com";
const [node1, node2] = ["node1.contoso.com", "node2.contoso.com"] as const;
const helpdesk = "CONTOSO\\helpdesk";
const fullControl = { sid: sids.helpdesk, allow: true, mask: 0x000f01ff };

interface Scene {
  readonly name?: string | null;
  /** Whether it is in the organization's administrators. */
  readonly organization?: boolean;
  readonly delegated?: boolean;
  /** Whether it is in local Administrators, by node; null where that is not known. */
  readonly local?: readonly [boolean | null, boolean | null];
  /** Whether another Mailbox server is upgraded. */
  readonly further?: boolean;
  readonly servers?: "unread";
  readonly done?: boolean;
}

function scene({
  name = helpdesk,
  organization = false,
  delegated = false,
  local = [true, true],
  further = true,
  servers,
  done = false,
}: Scene): ClusterCase {
  const groups = [sids.users, ...(organization ? [sids.organizationAdministrators] : [])];
  const build = done ? "8.1.240.6" : "8.0.685.25";
  const object = {
    ...serverObject("mbx-lon", ["Mailbox"], build),
    clustered: { storage: 1, nodes: ["NODE1", "NODE2"] },
  };
  const forest =
    servers === "unread"
      ? { servers: unknown("the directory did not answer", "dc1.contoso.com") }
      : serversAre(object, ...(further ? [serverObject("mbx-ny", ["Mailbox"], "8.1.240.6")] : []));
  const common: Changes = {
    run: "manual",
    account: name,
    forest,
    found: name === null ? unknown("nobody is named", "the program") : account("helpdesk", groups),
  };
  const role = installed("Mailbox", build);
  const view = known(
    {
      nodes: { node1: true, node2: true },
      groups: [{ name: "MBX-LON", state: "Online" as const, owner: "NODE1" }],
    },
    "the cluster",
  );
  return {
    cms: aCase({
      ...common,
      computer: cms,
      machine: servers === "unread" ? { roles: forest.servers as never } : rolesAre(role),
      access: accessIs(...(delegated ? [fullControl] : [])),
    }),
    group: "MBX-LON",
    nodes: [node1, node2].map((computer, at) => ({
      case: aCase({
        ...common,
        computer,
        machine: {
          ...identityIs(computer, "London"),
          ...rolesAre(role),
          ...(local[at] === null
            ? { logon: unknown("whoami did not answer", computer) }
            : loggedOnAs(sids.helpdesk, helpdesk, local[at] === true ? [localAdministrators] : [])),
        },
      }),
      facts: { cluster: view, unfinished: known([], "the registry") },
    })),
  };
}

const said = (changes: Scene) =>
  evaluateCluster(scene(changes))
    .filter(({ rule }) => rule === "P1" || rule === "P3")
    .map(renderFinding);

const head = (rule: string, computer = cms) =>
  `${rule} (must), clustered mailbox server upgrade on ${computer}`;
const needed =
  "  Needed: Exchange Server Administrator of MBX-LON or Exchange Organization Administrators, and local Administrators of every node of MBX-LON";
const p3 =
  "  Rule:   P3, a further server needs Exchange Server Administrator and local Administrators (How to upgrade to Exchange 2007 SP1)";
const p1 =
  "  Rule:   P1, the first server of a role needs Exchange Organization Administrators and local Administrators (How to upgrade to Exchange 2007 SP1)";
const neededFirst =
  "  Needed: Exchange Organization Administrators, and local Administrators of every node of MBX-LON";

describe("the operator of a clustered mailbox server", () => {
  it("has it delegated, or administers the organization, and every node", () => {
    assert.deepEqual(said({ delegated: true }), []);
    assert.deepEqual(said({ organization: true }), []);
    assert.deepEqual(said({ organization: true, further: false }), []);
    // What is done is not refused for it.
    assert.deepEqual(said({ local: [false, null], done: true }), []);
  });

  it("P3: administers neither it nor the organization", () => {
    assert.deepEqual(said({}), [
      [
        `${head("P3")}: ${helpdesk} is neither Exchange Server Administrator for this server nor in Exchange Organization Administrators`,
        `  Found:  ${helpdesk} (S-1-5-21-1-1-1-1204) with 1 group, nested ones included, without full control on the server's object (0 entries in its access control list, nTSecurityDescriptor on dc1.contoso.com); judged by ${judged.organizationAdministrators}`,
        needed,
        `  Where:  account ${helpdesk}, on ${cms}`,
        `  Fix:    give ${helpdesk} the role Exchange Server Administrator for this server, or add it to Exchange Organization Administrators and log off and on, or set \`account\` to one that has either`,
        p3,
      ].join("\n"),
    ]);
  });

  it("P3: each node is judged, and told apart where it is not known", () => {
    assert.deepEqual(said({ delegated: true, local: [false, null] }), [
      [
        `${head("P3", node1)}: ${helpdesk} is not in local Administrators`,
        `  Found:  ${helpdesk} (S-1-5-21-1-1-1-1204) with 0 groups in its logon token`,
        needed,
        `  Where:  account ${helpdesk}, on ${node1}`,
        `  Fix:    add ${helpdesk} to the local group Administrators and log off and on, or set \`account\` to one that is a member`,
        p3,
      ].join("\n"),
      [
        `${head("P3", node2)}: not verified: whoami did not answer`,
        needed,
        `  Where:  account ${helpdesk}, on ${node2}`,
        "  Fix:    let the connection log on as the account that runs Setup, or waive the rule for a reason",
        p3,
      ].join("\n"),
    ]);
  });

  it("P1: of the first Mailbox server no source says what suffices, short of the organization's administrators", () => {
    assert.deepEqual(said({ delegated: true, further: false }), [
      [
        `${head("P1")}: not verified: it is the first Mailbox server to be upgraded, and no source says whether Exchange Server Administrator suffices for a clustered one`,
        neededFirst,
        `  Where:  account ${helpdesk}, on ${cms}`,
        `  Fix:    add ${helpdesk} to Exchange Organization Administrators and log off and on, or set \`account\` to one that is a member`,
        p1,
      ].join("\n"),
    ]);
    assert.match(said({ further: false })[0] ?? "", /^P1 \(must\), .*: CONTOSO\\helpdesk is neither /);
  });

  it("P3: one finding where the program does not name the account", () => {
    assert.deepEqual(said({ name: null, local: [null, null] }), [
      [
        `${head("P3")}: not verified: the program does not name the operator's account`,
        needed,
        "  Where:  in the program: `account`",
        "  Fix:    name the account that does the steps as `account`, in the form DOMAIN\\name; where several people do them, waive the rule with who they are and what was looked at",
        p3,
      ].join("\n"),
    ]);
  });

  it("P3: is not verified where the directory does not show the servers", () => {
    const [first = ""] = said({ delegated: true, servers: "unread" });
    assert.match(first, /^P3 \(must\), .*: not verified: the directory did not answer\n/);
    assert.deepEqual(said({ organization: true, servers: "unread" }), []);
  });
});
