/** Cases of D4: what the forest must be like. */
import { type DomainControllerWindows, type ForestFacts, known } from "../../../lib/facts";
import {
  aCase,
  alsoLeft,
  type Changes,
  identityIs,
  installed,
  leftController,
  organizationAt,
  plannedUpTo,
  rolesAre,
  schemaAt,
  serverObject,
  serversAre,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";

const rule =
  "  Rule:   D4, the organization meets the system requirements (How to upgrade to Exchange 2007 SP1)";
const needed =
  "  Needed: a schema master and, in each site with Exchange, a global catalog on Windows Server 2003 SP1 or later; domains that are not mixed";
const schema = { step: "schema" } as const;
const organization = { step: "organization" } as const;
const domain = { step: "domain" } as const;

const windows2000 = { major: 5, minor: 0, build: 2195, servicePack: 4 };
const windows2003 = { major: 5, minor: 2, build: 3790, servicePack: 2 };
const windows2012 = { major: 6, minor: 2, build: 9200, servicePack: 0 };

/** The domain controllers' Windows; 2003 SP2 unless said otherwise. */
function windows(others: { readonly [name: string]: DomainControllerWindows | null | "silent" }) {
  const all: typeof others = { "dc1.contoso.com": windows2003, "dc2.contoso.com": windows2003, ...others };
  return {
    domainControllerWindows: Object.fromEntries(
      Object.entries(all).map(([name, of]) => [
        name,
        of === "silent" ? silent : known(of, `operatingSystemVersion of ${name}`),
      ]),
    ),
  };
}

/** Domain controllers in these sites, each a global catalog or not. */
function controllers(...of: readonly (readonly [name: string, site: string, globalCatalog: boolean])[]) {
  const all = of.map(([name, site, globalCatalog]) => ({
    name: `${name}.contoso.com`,
    domain: "contoso.com",
    site,
    globalCatalog,
  }));
  return { domainControllers: known(all, "CN=Sites on dc1.contoso.com") };
}

const inForest = "  Where:  in the forest";
const needed2019 =
  "  Needed: a forest of functional level 6 (Windows Server 2012 R2) to 7 (Windows Server 2016); a schema master and, in each site with Exchange, a global catalog on Windows Server 2012 R2, 2016, 2019, 2022 or 2025";
const rule2019 =
  '  Rule:   D4, the organization meets the system requirements (Microsoft Learn, "Exchange Server system requirements"; Microsoft\'s Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange)';
const windows2019 = { major: 10, minor: 0, build: 17763, servicePack: 0 };
const windows2025 = { major: 10, minor: 0, build: 26100, servicePack: 0 };

const forestLevel = (level: number) => ({
  functionalLevel: known(level, "msDS-Behavior-Version of CN=Partitions on dc1.contoso.com"),
});

/** Domain controllers on Windows Server 2019, but for these. */
function dcs(others: { readonly [name: string]: DomainControllerWindows }) {
  const names = ["dc1.contoso.com", "dc2.contoso.com", "emea-dc1.emea.contoso.com"];
  return windows({ ...Object.fromEntries(names.map((name) => [name, windows2019])), ...others });
}

/** A step to 2019 CU15 in a forest as its documentation lists it. */
const modern = (changes: Changes = {}) =>
  aCase({
    target: "2019 CU15",
    ...changes,
    forest: { ...forestLevel(7), ...dcs({}), ...changes.forest },
  });

const levels = (level: number, mixed: boolean, name = "contoso.com") => ({
  domainFunctionalLevels: {
    "contoso.com": known({ level: 2, mixed: false }, "DC=contoso,DC=com"),
    "emea.contoso.com": known({ level: 2, mixed: false }, "DC=emea,DC=contoso,DC=com"),
    [name]: known({ level, mixed }, name),
  },
});

const steps = {
  schema: "schema preparation on dc1.contoso.com",
  organization: "Active Directory preparation on dc1.contoso.com",
  domain: "domain preparation on emea-dc1.emea.contoso.com",
  server: "server upgrade on mbx-lon.contoso.com",
} as const;

function broken(step: keyof typeof steps, first: string, found: string, fix: string): Says {
  return fails(
    `D4 (must), ${steps[step]}: the forest is not ready for 2007 SP1: ${first}`,
    `  Found:  ${found}`,
    needed,
    "  Where:  in the forest",
    `  Fix:    ${fix}`,
    rule,
  );
}

function unseen(step: keyof typeof steps, why = "no answer within 60 s"): Says {
  return notVerified(
    `D4 (must), ${steps[step]}: not verified: ${why}`,
    needed,
    "  Where:  in the forest",
    "  Fix:    let `directory` read it on a domain controller of each domain, with an account that sees it",
    rule,
  );
}

const oldMaster = "dc1.contoso.com, the schema master, runs Windows 5.0 (2195), service pack 4";
const oldCatalog = (site: string, name: string) =>
  `${name}, the global catalog of site ${site}, runs Windows 5.0 (2195), service pack 4`;
const noCatalog = "no global catalog in site London";
const openCatalog = notVerified(
  `D4 (must), ${steps.server}: not verified: whether site London has such a global catalog: ${leftController().why}`,
  needed,
  "  Where:  in the forest",
  "  Fix:    let `directory` read it with an account that sees it; where that domain controller is gone for good, remove from the directory what is left of it",
  rule,
);
const makeCatalog = "make a domain controller in London a global catalog, on Windows Server 2003 SP1";
const ofOneServer = (name: string) =>
  `; if ${name}.contoso.com, for which this site counts, is gone for good, remove its object (ADSI Edit, connected to Configuration), or name it in \`gone\`, with the reason`;
const ofTwoServers =
  "; if mbx-lon.contoso.com and mbx-lon2.contoso.com, for which this site counts, are gone for good, remove their objects (ADSI Edit, connected to Configuration), or name them in `gone`, with the reason";
const mixed = (name: string) => `the domain ${name} is in mixed mode, with room for Windows NT 4.0`;
const raise = (name: string) => `raise the functional level of ${name} (Active Directory Domains and Trusts)`;

const master = ["dc1", "Operations", true] as const;

const byFirstServer = plannedUpTo({ from: "as found", byFirstServer: true });
const unprepared = { ...schemaAt(10637), ...organizationAt(10666) };

/** A computer with only the tools, or an Edge Transport server, where nothing of the forest is as it should be. */
const wrong: Partial<ForestFacts> = {
  ...controllers(),
  ...levels(0, true),
  ...windows({ "dc1.contoso.com": windows2000 }),
};

export const D4: CaseTable = [
  { name: "contoso, for the schema", of: aCase(schema), says: ok },
  { name: "contoso, for Active Directory", of: aCase(organization), says: ok },
  { name: "contoso, for a domain", of: aCase(domain), says: ok },
  { name: "contoso, for a server, right before Setup", of: aCase({ apply: true }), says: ok },
  {
    name: "functional levels of Windows 2000, native",
    of: aCase({
      ...organization,
      forest: { functionalLevel: known(0, "CN=Partitions"), ...levels(0, false) },
    }),
    says: ok,
  },
  {
    name: "a schema master on Windows 2000",
    of: aCase({ ...schema, forest: windows({ "dc1.contoso.com": windows2000 }) }),
    says: broken("schema", oldMaster, oldMaster, "bring dc1.contoso.com to Windows Server 2003 SP1 or later"),
  },
  {
    name: "a schema master on Windows Server 2003 without a service pack, right before Setup",
    of: aCase({
      ...schema,
      apply: true,
      forest: windows({ "dc1.contoso.com": { ...windows2003, servicePack: 0 } }),
    }),
    says: broken(
      "schema",
      "dc1.contoso.com, the schema master, runs Windows 5.2 (3790), service pack 0",
      "dc1.contoso.com, the schema master, runs Windows 5.2 (3790), service pack 0",
      "bring dc1.contoso.com to Windows Server 2003 SP1 or later",
    ),
  },
  {
    name: "a schema master on Windows Server 2003 SP1",
    of: aCase({ ...schema, forest: windows({ "dc1.contoso.com": { ...windows2003, servicePack: 1 } }) }),
    says: ok,
  },
  {
    name: "a schema master on a later Windows, without a service pack",
    of: aCase({ ...schema, forest: windows({ "dc1.contoso.com": windows2012 }) }),
    says: ok,
  },
  {
    name: "an old schema master, for a domain",
    of: aCase({ ...domain, forest: windows({ "dc1.contoso.com": windows2000 }) }),
    says: ok,
  },
  {
    name: "a domain in mixed mode that is prepared",
    of: aCase({ ...domain, forest: levels(0, true, "emea.contoso.com") }),
    says: broken("domain", mixed("emea.contoso.com"), mixed("emea.contoso.com"), raise("emea.contoso.com")),
  },
  {
    name: "another domain in mixed mode",
    of: aCase({ ...domain, forest: levels(0, true) }),
    says: ok,
  },
  {
    name: "a domain in mixed mode, where all domains are prepared",
    of: aCase({ ...domain, domains: ["*"], forest: levels(0, true) }),
    says: broken("domain", mixed("contoso.com"), mixed("contoso.com"), raise("contoso.com")),
  },
  {
    name: "a server in a domain in mixed mode",
    of: aCase({ forest: levels(0, true) }),
    says: broken("server", mixed("contoso.com"), mixed("contoso.com"), raise("contoso.com")),
  },
  {
    name: "a server in a site without a domain controller",
    of: aCase({ forest: controllers(master) }),
    says: broken("server", noCatalog, noCatalog, makeCatalog),
  },
  {
    name: "a server in a site whose domain controller is no global catalog",
    of: aCase({ forest: controllers(master, ["dc2", "London", false]) }),
    says: broken("server", noCatalog, noCatalog, makeCatalog),
  },
  {
    name: "a server in a site whose only domain controller cannot be named",
    of: aCase({ forest: { ...controllers(master), ...alsoLeft(leftController({ site: "LONDON" })) } }),
    says: openCatalog,
  },
  {
    name: "a server in a site with an old global catalog and one that cannot be named",
    of: aCase({
      forest: { ...windows({ "dc2.contoso.com": windows2000 }), ...alsoLeft(leftController()) },
    }),
    says: openCatalog,
  },
  {
    name: "a server in a site with a global catalog that is new enough and a domain controller that cannot be named",
    of: aCase({ forest: alsoLeft(leftController()) }),
    says: ok,
  },
  {
    name: "a server in a site without a global catalog, where the domain controller that cannot be named is none either, or elsewhere",
    of: aCase({
      forest: {
        ...controllers(master),
        ...alsoLeft(leftController({ globalCatalog: false }), leftController({ site: "Dublin" })),
      },
    }),
    says: broken("server", noCatalog, noCatalog, makeCatalog),
  },
  {
    name: "a server in a site of which only an earlier schema master has left an object",
    of: aCase({ forest: controllers(master, ["dc1", "London", true]) }),
    says: broken("server", noCatalog, noCatalog, makeCatalog),
  },
  {
    name: "a server in a site whose global catalog has an object in another site, too",
    of: aCase({ forest: controllers(master, ["dc2", "London", true], ["dc2", "Dublin", true]) }),
    says: notVerified(
      `D4 (must), ${steps.server}: not verified: whether site London has such a global catalog: the domain controller dc2.contoso.com has objects in the sites Dublin and London; remove those that are left of an earlier one (ntdsutil, metadata cleanup)`,
      needed,
      "  Where:  in the forest",
      "  Fix:    let `directory` read it with an account that sees it; where that domain controller is gone for good, remove from the directory what is left of it",
      rule,
    ),
  },
  {
    name: "a server in a site with its name in other letters",
    of: aCase({ machine: identityIs("mbx-lon.contoso.com", "LONDON") }),
    says: ok,
  },
  {
    name: "a server in a site whose global catalog is old",
    of: aCase({ forest: windows({ "dc2.contoso.com": windows2000 }) }),
    says: broken(
      "server",
      oldCatalog("London", "dc2.contoso.com"),
      oldCatalog("London", "dc2.contoso.com"),
      "bring dc2.contoso.com to Windows Server 2003 SP1 or later",
    ),
  },
  {
    name: "a server in a site with an old global catalog and a newer one",
    of: aCase({
      forest: {
        ...controllers(["dc2", "London", true], ["dc3", "London", true]),
        ...windows({ "dc2.contoso.com": windows2000, "dc3.contoso.com": windows2003 }),
      },
    }),
    says: ok,
  },
  {
    name: "a server in a site with an old global catalog and one that could not be read",
    of: aCase({
      forest: {
        ...controllers(["dc2", "London", true], ["dc3", "London", true]),
        ...windows({ "dc2.contoso.com": windows2000, "dc3.contoso.com": "silent" }),
      },
    }),
    says: unseen("server"),
  },
  {
    name: "another site with Exchange without a global catalog, for a server",
    of: aCase({
      forest: serversAre(serverObject("mbx-x", ["Mailbox"], "8.0.685.25", { site: "Nowhere" })),
    }),
    says: ok,
  },
  {
    name: "another site with Exchange without a global catalog, for Active Directory",
    of: aCase({
      ...organization,
      forest: {
        ...controllers(master),
        ...serversAre(
          serverObject("mbx-lon", ["Mailbox"]),
          serverObject("mbx-lon2", ["Mailbox"]),
          serverObject("mbx-x", ["Mailbox"], "8.0.685.25", { site: null }),
        ),
      },
    }),
    says: broken("organization", noCatalog, noCatalog, `${makeCatalog}${ofTwoServers}`),
  },
  {
    name: "several things at once",
    of: aCase({
      ...organization,
      forest: { ...windows({ "dc1.contoso.com": windows2000 }), ...levels(0, true), ...controllers(master) },
    }),
    says: broken(
      "organization",
      oldMaster,
      `${oldMaster}; ${mixed("contoso.com")}; ${noCatalog}`,
      `bring dc1.contoso.com to Windows Server 2003 SP1 or later; ${raise("contoso.com")}; ${makeCatalog}${ofOneServer("mbx-lon")}`,
    ),
  },
  {
    name: "one thing that is wrong and one that could not be read: it fails",
    of: aCase({ ...organization, forest: { functionalLevel: silent, ...controllers(master) } }),
    says: broken("organization", noCatalog, noCatalog, `${makeCatalog}${ofOneServer("mbx-lon")}`),
  },
  {
    name: "a functional level of the forest that could not be read",
    of: aCase({ ...schema, forest: { functionalLevel: silent } }),
    says: unseen("schema"),
  },
  {
    name: "a schema master that could not be read",
    of: aCase({ ...schema, forest: { schemaMaster: silent }, apply: true }),
    says: unseen("schema"),
  },
  {
    name: "a schema master whose computer object does not say its Windows",
    of: aCase({ ...schema, forest: windows({ "dc1.contoso.com": null }) }),
    says: unseen("schema", "the computer object of dc1.contoso.com does not say its Windows version"),
  },
  {
    name: "a schema master whose computer object was not read",
    of: aCase({ ...schema, forest: { domainControllerWindows: {} } }),
    says: unseen("schema", "the Windows version of dc1.contoso.com was not read"),
  },
  {
    name: "a functional level of the domain that could not be read",
    of: aCase({ forest: { domainFunctionalLevels: { "contoso.com": silent } } }),
    says: unseen("server"),
  },
  {
    name: "a domain that was not asked for its functional level",
    of: aCase({ ...domain, forest: { domainFunctionalLevels: {} } }),
    says: unseen("domain", "the functional level of emea.contoso.com was not read"),
  },
  {
    name: "domains that could not be read",
    of: aCase({ ...domain, domains: ["*"], forest: { domains: silent } }),
    says: unseen("domain"),
  },
  {
    name: "servers that could not be read",
    of: aCase({ ...organization, forest: { servers: silent } }),
    says: unseen("organization"),
  },
  {
    name: "domain controllers that could not be read",
    of: aCase({ forest: { domainControllers: silent } }),
    says: unseen("server"),
  },
  {
    name: "a server that does not report its site",
    of: aCase({ machine: identityIs("mbx-lon.contoso.com", null) }),
    says: unseen("server", "mbx-lon.contoso.com does not report an Active Directory site"),
  },
  ...[false, true].map((apply) => ({
    name: `an old schema master, where it is left to the first server to prepare${apply ? ", right before Setup" : ""}`,
    of: aCase({
      apply,
      planned: byFirstServer,
      forest: { ...unprepared, ...windows({ "dc1.contoso.com": windows2000 }) },
    }),
    says: broken("server", oldMaster, oldMaster, "bring dc1.contoso.com to Windows Server 2003 SP1 or later"),
  })),
  {
    name: "another site with Exchange without a global catalog, where it is left to the first server to prepare",
    of: aCase({
      planned: byFirstServer,
      forest: {
        ...unprepared,
        ...serversAre(serverObject("mbx-x", ["Mailbox"], "8.0.685.25", { site: "Nowhere" })),
      },
    }),
    says: broken(
      "server",
      "no global catalog in site Nowhere",
      "no global catalog in site Nowhere",
      `make a domain controller in Nowhere a global catalog, on Windows Server 2003 SP1${ofOneServer("mbx-x")}`,
    ),
  },
  {
    name: "an old schema master, where an earlier server prepares",
    of: aCase({
      planned: byFirstServer,
      after: ["mbx-ny.contoso.com"],
      forest: {
        ...unprepared,
        ...windows({ "dc1.contoso.com": windows2000 }),
        ...serversAre(serverObject("mbx-lon", ["Mailbox"]), serverObject("mbx-ny", ["Mailbox"])),
      },
    }),
    says: ok,
  },
  {
    name: "an old schema master, where all is prepared",
    of: aCase({ planned: byFirstServer, forest: windows({ "dc1.contoso.com": windows2000 }) }),
    says: ok,
  },
  {
    name: "the tools alone need nothing of it",
    of: aCase({ forest: wrong, machine: rolesAre(installed("Management Tools")) }),
    says: ok,
  },
  {
    name: "an Edge Transport server needs nothing of it",
    of: aCase({ forest: wrong, machine: rolesAre(installed("Edge Transport")) }),
    says: ok,
  },
  {
    name: "an Edge Transport server that does not answer needs nothing of it",
    of: aCase({ forest: wrong, planned: plannedUpTo({ edge: true }), machine: { roles: silent } }),
    says: ok,
  },
  {
    name: "a release whose requirements are not described",
    of: aCase({ ...schema, target: "2019 Preview", forest: wrong }),
    says: notVerified(
      "D4 (must), schema preparation on dc1.contoso.com: not verified: what the forest has to be is not described for Exchange 2019 Preview in this version of the package",
      "  Found:  no description of Exchange 2019 Preview",
      "  Needed: the forest that the system requirements of Exchange 2019 Preview ask for",
      "  Where:  in the forest",
      "  Fix:    look up Microsoft's system requirements of Exchange 2019 Preview, compare the functional levels, the domain controllers and the global catalogs of the forest with them, and where they hold say so with `waive: { D4: reason }`",
      "  Rule:   D4, the organization meets the system requirements (unverified: no source is described for 2019 Preview)",
    ),
  },
  {
    name: "an Edge Transport server of such a release needs nothing of it",
    of: aCase({ target: "2019 Preview", forest: wrong, machine: rolesAre(installed("Edge Transport")) }),
    says: ok,
  },
  { name: "2019 in a forest as it is listed", of: modern({ step: "organization" }), says: ok },
  {
    name: "2019, a level that Setup refuses",
    of: modern({ step: "organization", forest: forestLevel(5), apply: true }),
    says: fails(
      "D4 (must), Active Directory preparation on dc1.contoso.com: the forest is not ready for 2019 CU15: the forest has functional level 5 (Windows Server 2012)",
      "  Found:  the forest has functional level 5 (Windows Server 2012)",
      needed2019,
      inForest,
      "  Fix:    raise the functional level of the forest to 6 (Windows Server 2012 R2) or higher: Setup refuses (ForestLevelNotWin2012R2)",
      rule2019,
    ),
  },
  {
    name: "2019, a level above those that are listed",
    of: modern({ ...schema, forest: forestLevel(10) }),
    says: fails(
      "D4 (should), schema preparation on dc1.contoso.com: the forest is not as 2019 CU15 is supported in: the forest has functional level 10 (Windows Server 2025), which is above what the documentation lists",
      "  Found:  the forest has functional level 10 (Windows Server 2025), which is above what the documentation lists",
      needed2019,
      inForest,
      "  Fix:    look up whether Microsoft supports 2019 CU15 in such a forest today, and waive D4 if it does",
      rule2019,
    ),
  },
  {
    name: "2016 CU23, a level that Setup takes and the documentation does not list",
    of: modern({ ...schema, target: "2016 CU23", forest: forestLevel(4) }),
    says: fails(
      "D4 (should), schema preparation on dc1.contoso.com: the forest is not as 2016 CU23 is supported in: the forest has functional level 4 (Windows Server 2008 R2), which Setup takes and the documentation does not list",
      "  Found:  the forest has functional level 4 (Windows Server 2008 R2), which Setup takes and the documentation does not list",
      "  Needed: a forest of functional level 5 (Windows Server 2012) or higher; a schema master and, in each site with Exchange, a global catalog on Windows Server 2012, 2012 R2, 2016, 2019 or 2022",
      inForest,
      "  Fix:    raise the functional level of the forest to 5 (Windows Server 2012) or higher",
      '  Rule:   D4, the organization meets the system requirements (Microsoft Learn, "Exchange Server system requirements"; michelderooij/Install-Exchange15)',
    ),
  },
  {
    name: "2019 CU13 with a domain controller on Windows Server 2025",
    of: modern({ ...schema, target: "2019 CU13", forest: dcs({ "emea-dc1.emea.contoso.com": windows2025 }) }),
    says: fails(
      "D4 (should), schema preparation on dc1.contoso.com: the forest is not as 2019 CU13 is supported in: emea-dc1.emea.contoso.com runs another Windows than domain controllers are supported on",
      "  Found:  emea-dc1.emea.contoso.com runs another Windows than domain controllers are supported on",
      "  Needed: a forest of functional level 6 (Windows Server 2012 R2) to 7 (Windows Server 2016); a schema master and, in each site with Exchange, a global catalog on Windows Server 2012 R2, 2016, 2019 or 2022",
      inForest,
      "  Fix:    replace it by domain controllers on Windows Server 2012 R2, 2016, 2019 or 2022",
      rule2019,
    ),
  },
  {
    name: "2019, the only global catalog of the server's site is too old",
    of: modern({ forest: dcs({ "dc2.contoso.com": windows2012 }) }),
    says: fails(
      "D4 (should), server upgrade on mbx-lon.contoso.com: the forest is not as 2019 CU15 is supported in: dc2.contoso.com, the global catalog of site London, runs Windows 6.2 (9200), service pack 0",
      "  Found:  dc2.contoso.com, the global catalog of site London, runs Windows 6.2 (9200), service pack 0",
      needed2019,
      inForest,
      "  Fix:    bring dc2.contoso.com to Windows Server 2012 R2, 2016, 2019, 2022 or 2025",
      rule2019,
    ),
  },
  {
    name: "2019, no global catalog in the server's site",
    of: modern({ forest: controllers(["dc1", "Operations", true]) }),
    says: fails(
      "D4 (must), server upgrade on mbx-lon.contoso.com: the forest is not ready for 2019 CU15: no global catalog in site London",
      "  Found:  no global catalog in site London",
      needed2019,
      inForest,
      "  Fix:    make a domain controller in London a global catalog, on Windows Server 2012 R2, 2016, 2019, 2022 or 2025",
      rule2019,
    ),
  },
  {
    name: "2019, whose domains may be of any kind",
    of: modern({ step: "organization", forest: levels(0, true) }),
    says: ok,
  },
  {
    name: "2010 SP2, of whose domain controllers no source speaks",
    of: modern({
      ...schema,
      target: "2010 SP2",
      forest: windows({ "emea-dc1.emea.contoso.com": windows2003 }),
    }),
    says: notVerified(
      "D4 (should), schema preparation on dc1.contoso.com: not verified: dc1.contoso.com, the schema master, runs Windows 5.2 (3790), service pack 2, of which no source says whether it is supported",
      "  Needed: a forest of functional level 2 (Windows Server 2003) or higher; a schema master and, in each site with Exchange, a global catalog on Windows Server 2003 SP2 (not settled), 2008 (not settled) or 2008 R2 (not settled)",
      inForest,
      "  Fix:    look up the system requirements of the release, and waive D4 where they list it",
      "  Rule:   D4, the organization meets the system requirements (Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange (the level of the forest); of Windows on domain controllers no statement was found before 2010 SP3)",
    ),
  },
];
