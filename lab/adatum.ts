/**
 * A small organization of Exchange 2007 with a cluster: one domain, one site, a server for clients and transport, and a
 * pair of nodes with cluster continuous replication. Every password here belongs to the lab and to nothing else.
 */
import type { Role } from "../lib/facts";
import type { LabComputer, Organization } from "./organization";

const root = "adatum.com";

function computer(host: string, roles: readonly Role[]): LabComputer {
  return {
    name: `${host}.${root}`,
    domain: root,
    site: "Paris",
    windows: "2003",
    roles,
    release: roles.length === 0 ? null : "2007 RTM",
    media: { "D:\\SP1": "2007 SP1" },
    administrators: [
      "ADATUM\\Domain Admins",
      ...(roles.length === 0
        ? ["ADATUM\\Enterprise Admins"]
        : ["ADATUM\\Exchange Organization Administrators"]),
    ],
  };
}

export const adatum: Organization = {
  root,
  domains: [{ name: root, netbios: "ADATUM" }],
  sites: ["Paris"],
  domainControllers: [{ name: `dc1.${root}`, domain: root, site: "Paris" }],
  schemaMaster: `dc1.${root}`,
  organizationName: "Adatum",
  release: "2007 RTM",
  groups: [],
  accounts: [
    {
      name: "prep",
      domain: root,
      password: "Lab-Prep-4",
      memberOf: ["ADATUM\\Schema Admins", "ADATUM\\Enterprise Admins"],
    },
    {
      name: "exadmin",
      domain: root,
      password: "Lab-Exadmin-4",
      memberOf: ["ADATUM\\Exchange Organization Administrators"],
    },
    { name: "reader", domain: root, password: "Lab-Reader-4", memberOf: [] },
  ],
  computers: [
    computer("dc1", []),
    computer("cas1", ["Client Access", "Hub Transport", "Management Tools"]),
    // The node that owns the clustered mailbox server has the keys of sources; whether a passive one has them is not known.
    { ...computer("node1", ["Mailbox", "Management Tools"]), clusterKeys: ["ClusteredMailboxServer", "CMS"] },
    computer("node2", ["Mailbox", "Management Tools"]),
  ],
  clusters: [{ name: `mbx1.${root}`, storage: "CCR", nodes: [`node1.${root}`, `node2.${root}`] }],
};
