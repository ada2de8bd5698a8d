/** Facts in which as much as can be is wrong, for tests of what stands together and of every text. */
import { known } from "../../lib/facts";
import type { HealthFacts } from "../../lib/facts/health";
import type { Case } from "../../lib/rules/case";
import {
  account,
  cacheWith,
  domainsAt,
  facingTheInternet,
  groupObjects,
  groupsAre,
  identityIs,
  installed,
  loggedOnAs,
  organizationAt,
  registeredGroup,
  rolesAre,
  schemaAt,
  serverObject,
  serversAre,
  servicesFor,
  sids,
  systemObjectsOf,
} from "./builder";

const twoContainers = [systemObjectsOf("DC=contoso,DC=com"), systemObjectsOf("CN=Old,DC=contoso,DC=com")];
const denied = { "CN=Contoso": [{ sid: "S-1-5-11", allow: false, mask: 0x40000 }] };

/** All that support has seen Setup stop at. */
const flawedHealth: HealthFacts = {
  groups: known(
    {
      registered: [
        registeredGroup({ groupType: 2, mailEnabled: true }),
        registeredGroup({ state: "deleted" }),
      ],
      units: [],
      readable: true,
      unregistered: ["CN=Exchange Servers"],
    },
    "dc1",
  ),
  schemaNames: known(
    {
      resourceProperty: "DUP-a",
      resourceMayContain: ["DUP-a"],
      lacks: [],
      duplicates: [{ dn: "CN=b", name: "DUP-b" }],
    },
    "dc1",
  ),
  schemaMasterSynchronized: known(false, "dc1"),
  domains: Object.fromEntries(
    ["contoso.com", "emea.contoso.com"].map((name) => [
      name,
      known(
        {
          systemObjects: twoContainers,
          computers: "absent" as const,
          strayReadOnly: ["CN=RODC"],
          access: denied,
        },
        "dc1",
      ),
    ]),
  ),
  organization: known(
    { hierarchies: "CN=Folder Hierarchies", readable: true, trees: [], access: denied },
    "dc1",
  ),
  systemMailboxes: known(
    [
      {
        dn: "CN=Arbiter",
        kinds: ["arbitration"],
        database: "absent",
        homeServer: "absent",
        userPrincipalName: "arbiter@contoso.com",
        sameName: ["CN=Namesake"],
      },
    ],
    "dc1",
  ),
  virtualDirectories: known([], "dc1"),
  relationships: known([{ dn: "CN=Fabrikam", applicationUri: "absent" }], "dc1"),
};

/** Facts of an organization of 2019 CU14 in which as much as can be is wrong. */
export function everythingWrong(c: Case): Case["facts"] {
  const { forest, computer, ...facts } = c.facts;
  const group = { name: "CONTOSO\\Organization Management", dn: "CN=Organization Management" };
  const directory = known([{ name: "Phones", dn: "CN=Phones", activeSync: true }], "dc1");
  return {
    ...facts,
    health: {
      ...flawedHealth,
      virtualDirectories: { ...directory, value: [...directory.value, ...directory.value] },
    },
    account: account("helpdesk"),
    domainLevels: domainsAt({ "contoso.com": 13243, "emea.contoso.com": 13243 }),
    forest: {
      ...forest,
      ...schemaAt(17003),
      ...organizationAt(16763),
      ...serversAre(
        serverObject("mbx-lon", ["Mailbox"], "15.2.1118.7"),
        serverObject("cas-ny", ["Client Access"], "15.2.1118.7", { site: "NewYork" }),
        serverObject("old", ["Mailbox"], "15.0.1497.2"),
      ),
      ...facingTheInternet("cas-ny"),
      groups: groupsAre({ objects: { ...groupObjects, [sids.organizationAdministrators]: group } }),
      functionalLevel: known(3, "CN=Partitions"),
      domainControllerWindows: {
        "dc1.contoso.com": known({ major: 10, minor: 0, build: 26100, servicePack: 0 }, "dc1"),
      },
    },
    computer: {
      ...computer,
      ...identityIs("other.contoso.com", "NewYork", { windowsBuild: 14393 }),
      ...loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk", []),
      ...rolesAre(
        installed("Mailbox", "15.2.1118.7", { watermark: "4f2", action: "Install" }),
        installed("Management Tools", "15.2.1118.7"),
      ),
      framework: known(461814, "the key of .NET"),
      software: { "Unified Communications Managed API 4.0": known(null, "its key") },
      executionPolicy: known(["ExecutionPolicy = Restricted"], "policies"),
      eventLogs: known({ System: "D:(A;;0x1;;;BA)" }, "event logs"),
      openShells: known(["powershell.exe (1)"], "tasklist"),
      services: servicesFor(c.target.name, {
        MSDTC: null,
        MSExchangeServiceHost: { start: 4, state: 1, deleted: true },
      }),
      startTypes: known(["ServiceState.xml"], "Setup's folder"),
      installFolder: known("D:\\", "Setup"),
      freeSpace: known({ install: 1, system: 1 }, "dir"),
      expiredCertificates: known([{ thumbprint: "AB", subject: "CN=x", validTo: "2020" }], "bindings"),
      remoteManagement: known(false, "WSMAN"),
      installerCache: cacheWith({ name: "Exchange Update", file: "C:\\1.msp", present: false }),
      remoteRegistry: known(4, "the service RemoteRegistry"),
      pendingRestart: known(["RebootPending"], "its key"),
      media: known(null, "D:\\SE\\Setup.exe"),
    },
  };
}
