/**
 * An organization that has stood still: two Exchange 2016 CU12 servers, whose .NET Framework stands between them and CU23, and one server of
 * 2013, beside which Setup of 2019 CU15 and later does not run. Every password here belongs to the lab and to nothing else.
 */
import type { LabComputer, Organization } from "./organization";

const root = "wingtip.com";

/** Windows Server 2016, as a domain controller's computer object shows it. */
const windows2016 = { version: "10.0 (14393)", servicePack: null } as const;

function mailboxServer(host: string, release: string): LabComputer {
  return {
    name: `${host}.${root}`,
    domain: root,
    site: "Denver",
    windows: "2016",
    // 4.7.2, the newest that 2016 CU12 and 2013 CU22 support (Microsoft, supportability matrix).
    framework: 461814,
    roles: ["Mailbox", "Management Tools"],
    release,
    media: {
      "D:\\CU14": "2016 CU14",
      "D:\\CU21": "2016 CU21",
      "D:\\CU23": "2016 CU23",
      "D:\\2013": "2013 CU23",
      "D:\\CU15": "2019 CU15",
      "D:\\SE": "SE RTM",
    },
    administrators: ["WINGTIP\\Domain Admins", "WINGTIP\\Organization Management"],
  };
}

export const wingtip: Organization = {
  root,
  domains: [{ name: root, netbios: "WINGTIP", functionalLevel: 6 }],
  sites: ["Denver"],
  domainControllers: [{ name: `dc1.${root}`, domain: root, site: "Denver", operatingSystem: windows2016 }],
  schemaMaster: `dc1.${root}`,
  functionalLevel: 6,
  organizationName: "Wingtip Toys",
  release: "2016 CU12",
  groups: [],
  accounts: [
    {
      name: "prep",
      domain: root,
      password: "Lab-Prep-3",
      memberOf: ["WINGTIP\\Schema Admins", "WINGTIP\\Enterprise Admins", "WINGTIP\\Domain Admins"],
    },
    {
      name: "exadmin",
      domain: root,
      password: "Lab-Exadmin-3",
      memberOf: ["WINGTIP\\Organization Management"],
    },
    { name: "reader", domain: root, password: "Lab-Reader-3", memberOf: [] },
  ],
  computers: [
    { ...mailboxServer("prep1", "2016 CU12"), windows: "2019", framework: 528049, roles: [], release: null },
    mailboxServer("mbx1", "2016 CU12"),
    { ...mailboxServer("mbx2", "2016 CU12"), externalUrl: "https://mail.wingtip.com/owa" },
    {
      ...mailboxServer("old1", "2013 CU22"),
      windows: "2012 R2",
      roles: ["Mailbox", "Client Access", "Management Tools"],
    },
  ],
};
