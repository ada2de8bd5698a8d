/**
 * An organization of today: Exchange 2019 CU14 in a forest of two domains and two sites, prepared by the same release, with a
 * database availability group across the sites. Only what is outside of the directory is at CU15: Setup of a Mailbox server of CU15 would have
 * raised the organization's level. Every password here belongs to the lab and to nothing else.
 */
import type { LabComputer, Organization } from "./organization";

const root = "fabrikam.com";
const child = "europe.fabrikam.com";

/** Files of the releases that the lab's tests and demonstrations upgrade to. */
const media = { "D:\\CU15": "2019 CU15", "D:\\SE": "SE RTM" };

/** Security updates of February 2026 (Microsoft's list of builds), for 2019 CU14, CU15 and SE RTM. */
const updates = {
  "D:\\SU\\Exchange2019-KB5074994-x64-en.msp": "15.2.1544.39",
  "D:\\SU\\Exchange2019-KB5074993-x64-en.msp": "15.2.1748.43",
  "D:\\SU\\ExchangeSE-KB5074992-x64-en.msp": "15.2.2562.37",
};

/** Windows Server 2022, as a domain controller's computer object shows it. */
const windows2022 = { version: "10.0 (20348)", servicePack: null } as const;

/** A Mailbox server. As in 2007, Setup puts those who manage the organization into local Administrators (for 2013 and later: memory). */
function mailboxServer(host: string, domain: string, site: string): LabComputer {
  return {
    name: `${host}.${domain}`,
    domain,
    site,
    windows: "2022",
    roles: ["Mailbox", "Management Tools"],
    release: "2019 CU14",
    media,
    updates,
    administrators: [
      `${domain === root ? "FABRIKAM" : "EUROPE"}\\Domain Admins`,
      "FABRIKAM\\Organization Management",
    ],
  };
}

/** A member server with what Setup /PrepareAD asks for, and no Exchange. */
function preparationComputer(host: string, domain: string, site: string, netbios: string): LabComputer {
  return {
    ...mailboxServer(host, domain, site),
    roles: [],
    release: null,
    administrators: [`${netbios}\\Domain Admins`, "FABRIKAM\\Enterprise Admins"],
  };
}

export const fabrikam: Organization = {
  root,
  domains: [
    { name: root, netbios: "FABRIKAM", functionalLevel: 7 },
    { name: child, netbios: "EUROPE", functionalLevel: 7 },
  ],
  sites: ["Seattle", "Munich"],
  domainControllers: [
    { name: `dc1.${root}`, domain: root, site: "Seattle", operatingSystem: windows2022 },
    { name: `dc2.${root}`, domain: root, site: "Munich", operatingSystem: windows2022 },
    { name: `europe-dc1.${child}`, domain: child, site: "Munich", operatingSystem: windows2022 },
  ],
  schemaMaster: `dc1.${root}`,
  // Windows Server 2016: the newest level that Exchange 2019 lists (Microsoft, supportability matrix).
  functionalLevel: 7,
  organizationName: "Fabrikam",
  release: "2019 CU14",
  groups: [
    {
      name: "Forest Preparation",
      domain: root,
      memberOf: ["FABRIKAM\\Schema Admins", "FABRIKAM\\Enterprise Admins"],
    },
    { name: "Exchange Team", domain: root, memberOf: ["FABRIKAM\\Organization Management"] },
  ],
  accounts: [
    { name: "prep", domain: root, password: "Lab-Prep-2", memberOf: ["FABRIKAM\\Forest Preparation"] },
    { name: "exadmin", domain: root, password: "Lab-Exadmin-2", memberOf: ["FABRIKAM\\Exchange Team"] },
    { name: "delegate", domain: root, password: "Lab-Delegate-2", memberOf: ["FABRIKAM\\Delegated Setup"] },
    { name: "reader", domain: root, password: "Lab-Reader-2", memberOf: [] },
    { name: "europeprep", domain: child, password: "Lab-Europeprep-2", memberOf: ["EUROPE\\Domain Admins"] },
  ],
  computers: [
    preparationComputer("prep1", root, "Seattle", "FABRIKAM"),
    preparationComputer("europe-prep1", child, "Munich", "EUROPE"),
    {
      ...mailboxServer("ex1", root, "Seattle"),
      externalUrl: "https://mail.fabrikam.com/owa",
      queues: { Submission: 2, "4": 6, "Shadow\\7": 3 },
      services: { MSExchangeImap4: 2, MSExchangePop3: 3 },
    },
    { ...mailboxServer("ex2", root, "Seattle"), externalUrl: "https://mail.fabrikam.com/owa" },
    mailboxServer("ex3", root, "Munich"),
    mailboxServer("ex4", root, "Munich"),
    { ...mailboxServer("ex5", child, "Munich"), windows: "2019" },
    {
      name: "edge1.perimeter.fabrikam.com",
      domain: null,
      site: null,
      windows: "2019",
      roles: ["Edge Transport", "Management Tools"],
      release: "2019 CU15",
      media,
      updates,
      administrators: ["Administrator"],
      localAccounts: { Administrator: "Lab-Edge-2" },
    },
    {
      ...mailboxServer("tools1", root, "Seattle"),
      roles: ["Management Tools"],
      administrators: ["FABRIKAM\\Domain Admins", "FABRIKAM\\Exchange Team"],
    },
  ],
  availabilityGroups: [
    { name: "DAG1", members: ["ex1", "ex2", "ex3", "ex4"].map((host) => `${host}.${root}`) },
  ],
  databases: [
    { name: "Seattle 1", copies: ["ex1", "ex2", "ex3"].map((host) => `${host}.${root}`) },
    { name: "Seattle 2", copies: ["ex2", "ex1", "ex4"].map((host) => `${host}.${root}`) },
    { name: "Munich 1", copies: ["ex3", "ex4", "ex1"].map((host) => `${host}.${root}`) },
    { name: "Munich 2", copies: ["ex4", "ex3", "ex2"].map((host) => `${host}.${root}`) },
    { name: "Europe", copies: [`ex5.${child}`] },
  ],
  // Subscribed before it was upgraded: the organization still sees CU14.
  edgeSubscriptions: [{ server: "edge1.perimeter.fabrikam.com", site: "Seattle", release: "2019 CU14" }],
  serverObjects: [
    {
      server: `ex6.${root}`,
      kind: "provisioned",
      release: null,
      roles: [],
      site: "Seattle",
      created: "20251103090000.0Z",
    },
  ],
};

/** The same organization where everything has been brought to 2019 CU15, whose levels are those of Subscription Edition. */
export const fabrikamAtCu15: Organization = {
  ...fabrikam,
  release: "2019 CU15",
  computers: fabrikam.computers.map((computer) => ({
    ...computer,
    release: computer.release === null ? null : "2019 CU15",
  })),
};

/** A server of Exchange 2013 that everybody has forgotten. */
const forgotten: LabComputer = {
  ...mailboxServer("old1", root, "Seattle"),
  windows: "2012 R2",
  roles: ["Mailbox", "Client Access", "Management Tools"],
  release: "2013 CU23",
};

/** Server of {@link neglectedFabrikam} that nobody has updated, and the folder with the media that it needs first. */
export const leftBehind = { name: `ex4.${root}`, media: "D:\\CU14" } as const;

/** FQDN of the server of Exchange 2013 in {@link neglectedFabrikam}. */
export const forgottenServer = forgotten.name;

/** The same organization as it is found: with a server of Exchange 2013, and with one that has missed a cumulative update. */
export const neglectedFabrikam: Organization = {
  ...fabrikam,
  computers: [
    ...fabrikam.computers.map((computer) =>
      computer.name === leftBehind.name
        ? { ...computer, release: "2019 CU13", media: { ...media, [leftBehind.media]: "2019 CU14" } }
        : computer,
    ),
    forgotten,
  ],
};
