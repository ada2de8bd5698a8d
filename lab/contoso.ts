/**
 * The default organization of the lab: a forest of two domains and four sites, and a computer for everything that
 * the upgrade to 2007 SP1 treats differently. Every password here belongs to the lab and to nothing else.
 */
import type { Role } from "../lib/facts";
import type { LabComputer, Organization } from "./organization";

const root = "contoso.com";
const child = "emea.contoso.com";

/** What every lab computer has: Windows Server 2003 and the SP1 files on its second disk. */
const windows2003 = { windows: "2003", media: { "D:\\SP1": "2007 SP1" } } as const;

/** Setup puts Exchange Organization Administrators into local Administrators of a server. */
const serverAdministrators = ["CONTOSO\\Exchange Organization Administrators"];

/** An Exchange 2007 RTM server with one role; RTM's Setup installs the management tools with every role. */
function server(name: string, domain: string, site: string, role: Role): LabComputer {
  return {
    ...windows2003,
    name: `${name}.${domain}`,
    domain,
    site,
    roles: [role, "Management Tools"],
    release: "2007 RTM",
    administrators: [`${domain === root ? "CONTOSO" : "EMEA"}\\Domain Admins`, ...serverAdministrators],
  };
}

/** A Mailbox server that is administered by delegates, who are neither domain nor organization administrators. */
function delegatedMailbox(name: string, domain: string, site: string): LabComputer {
  const mailbox = server(name, domain, site, "Mailbox");
  const delegates = "CONTOSO\\Mailbox Delegates";
  return {
    ...mailbox,
    administrators: [...mailbox.administrators, delegates],
    serverAdministrators: [delegates],
  };
}

/** A domain controller on which Setup prepares the directory. */
function preparationComputer(name: string, domain: string, site: string, netbios: string): LabComputer {
  return {
    ...windows2003,
    name: `${name}.${domain}`,
    domain,
    site,
    roles: [],
    release: null,
    administrators: [`${netbios}\\Domain Admins`, "CONTOSO\\Enterprise Admins"],
  };
}

export const contoso: Organization = {
  root,
  domains: [
    { name: root, netbios: "CONTOSO" },
    { name: child, netbios: "EMEA" },
  ],
  sites: ["Operations", "London", "NewYork", "Dublin"],
  domainControllers: [
    { name: `dc1.${root}`, domain: root, site: "Operations" },
    { name: `dc2.${root}`, domain: root, site: "London" },
    { name: `dc3.${root}`, domain: root, site: "NewYork" },
    { name: `emea-dc1.${child}`, domain: child, site: "Dublin" },
  ],
  schemaMaster: `dc1.${root}`,
  organizationName: "Contoso",
  release: "2007 RTM",
  groups: [
    {
      name: "Forest Preparation",
      domain: root,
      memberOf: ["CONTOSO\\Schema Admins", "CONTOSO\\Enterprise Admins"],
    },
    {
      name: "Exchange Change Team",
      domain: root,
      memberOf: ["CONTOSO\\Exchange Organization Administrators"],
    },
    { name: "Mailbox Delegates", domain: root, memberOf: [] },
    { name: "Mailbox Team", domain: root, memberOf: ["CONTOSO\\Mailbox Delegates"] },
  ],
  accounts: [
    { name: "prep", domain: root, password: "Lab-Prep-1", memberOf: ["CONTOSO\\Forest Preparation"] },
    { name: "exadmin", domain: root, password: "Lab-Exadmin-1", memberOf: ["CONTOSO\\Exchange Change Team"] },
    { name: "emeaprep", domain: child, password: "Lab-Emeaprep-1", memberOf: ["EMEA\\Domain Admins"] },
    { name: "reader", domain: root, password: "Lab-Reader-1", memberOf: [] },
    { name: "mbxadmin", domain: root, password: "Lab-Mbxadmin-1", memberOf: ["CONTOSO\\Mailbox Team"] },
    { name: "helpdesk", domain: root, password: "Lab-Helpdesk-1", memberOf: [] },
  ],
  computers: [
    preparationComputer("dc1", root, "Operations", "CONTOSO"),
    preparationComputer("emea-dc1", child, "Dublin", "EMEA"),
    { ...server("cas-lon", root, "London", "Client Access"), externalUrl: "https://mail.contoso.com/owa" },
    {
      ...server("cas-nyc", root, "NewYork", "Client Access"),
      externalUrl: "https://us.mail.contoso.com/owa",
    },
    server("cas-dub", child, "Dublin", "Client Access"),
    server("hub-lon", root, "London", "Hub Transport"),
    server("um-lon", root, "London", "Unified Messaging"),
    delegatedMailbox("mbx-lon", root, "London"),
    delegatedMailbox("mbx-dub", child, "Dublin"),
    {
      ...windows2003,
      name: "edge1.perimeter.contoso.com",
      domain: null,
      site: null,
      roles: ["Edge Transport", "Management Tools"],
      release: "2007 RTM",
      administrators: ["Administrator"],
      localAccounts: { Administrator: "Lab-Edge-1" },
    },
    {
      ...windows2003,
      name: `tools1.${root}`,
      domain: root,
      site: "London",
      roles: ["Management Tools"],
      release: "2007 RTM",
      administrators: ["CONTOSO\\Domain Admins", "CONTOSO\\Exchange Change Team"],
    },
  ],
};
