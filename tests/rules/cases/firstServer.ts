/** Cases of P5 to P9 for a server whose program leaves preparation to the first server. */
import {
  aCase,
  account,
  type Changes,
  domainsAt,
  identityIs,
  installed,
  judged,
  localAdministrators,
  loggedOnAs,
  organizationAt,
  plannedUpTo,
  rolesAre,
  schemaAt,
  serverObject,
  serversAre,
  sids,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";

const asAccount = "  Where:  account CONTOSO\\exadmin, on mbx-lon.contoso.com";
const seeAccount =
  "  Fix:    let `directory` reach a domain controller that shows CONTOSO\\exadmin and its groups";
const other = "; if another server prepares it, put that one in `after`";

const byFirstServer = plannedUpTo({ from: "as found", byFirstServer: true });

/** The first server of an organization in which nothing is prepared, under these groups. */
function first(groups: readonly string[], changes: Changes = {}) {
  return aCase({
    planned: byFirstServer,
    found: account("exadmin", groups),
    ...changes,
    forest: { ...schemaAt(10637), ...organizationAt(10666), ...changes.forest },
    domainLevels: domainsAt({ "contoso.com": 10628, "emea.contoso.com": 10628, ...levelsOf(changes) }),
    machine: {
      ...loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", [...groups, localAdministrators]),
      ...changes.machine,
    },
  });
}

function levelsOf({ domainLevels = {} }: Changes) {
  return Object.fromEntries(
    Object.entries(domainLevels).map(([name, level]) => [name, level.known ? level.value : level]),
  );
}

const exchange = [sids.users, sids.organizationAdministrators];
const enterprise = [...exchange, sids.enterpriseAdmins];
const everyGroup = [...enterprise, sids.schemaAdmins];

const atTarget = {
  forest: { ...schemaAt(11116), ...organizationAt(11221) },
  domainLevels: domainsAt({ "contoso.com": 11221 }),
};
const edge = serverObject("edge1", ["Edge Transport"]);
const self = serverObject("mbx-lon", ["Mailbox"]);
/** Two servers of contoso.com, and two of its child. */
const all = serversAre(
  self,
  serverObject("mbx-ny", ["Mailbox"]),
  serverObject("mbx-dub", ["Mailbox"], undefined, { fqdn: "mbx-dub.emea.contoso.com" }),
  serverObject("cas-dub", ["Client Access"], undefined, { fqdn: "cas-dub.emea.contoso.com" }),
);

/** Cases in which nothing is left to this server to prepare, whoever runs it. */
const nothingLeft: CaseTable = [
  {
    name: "a server with its preparations planned apart",
    of: first(exchange, { planned: plannedUpTo({ schema: true, organization: true, domains: ["*"] }) }),
    says: ok,
  },
  {
    name: "a server whose preparations somebody else did",
    of: first(exchange, { planned: plannedUpTo({ verify: true }) }),
    says: ok,
  },
  {
    name: "the first server, where all is prepared already, right before Setup",
    of: first(exchange, { ...atTarget, apply: true }),
    says: ok,
  },
  {
    name: "the first server, where a later release has prepared",
    of: first(exchange, {
      forest: { ...schemaAt(14622), ...organizationAt(11222) },
      domainLevels: domainsAt({ "contoso.com": 12639 }),
    }),
    says: ok,
  },
  {
    name: "a server after the one that prepares",
    of: first(exchange, { forest: all, after: ["mbx-ny.contoso.com"] }),
    says: ok,
  },
  {
    name: "Edge Transport, which prepares nothing",
    of: first([], { machine: rolesAre(installed("Edge Transport")) }),
    says: ok,
  },
  {
    name: "the tools alone, which prepare nothing",
    of: first([], { machine: rolesAre(installed("Management Tools")) }),
    says: ok,
  },
];

const ruleP5 =
  "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)";
const neededP5 = "  Needed: Schema Admins and Enterprise Admins, of the forest root domain";

function schemaLeft(lacking: string, groups: number, add: string): Says {
  const by = [
    ...(add.includes("Schema Admins") ? [judged.schemaAdmins] : []),
    ...(add.includes("Enterprise Admins") ? [judged.enterpriseAdmins] : []),
  ].join(" and ");
  return fails(
    String.raw`P5 (must), server upgrade on mbx-lon.contoso.com: preparing the schema is left to this server, and CONTOSO\exadmin is ${lacking}`,
    String.raw`  Found:  CONTOSO\exadmin (S-1-5-21-1-1-1-1202) with ${groups} groups, nested ones included; judged by ${by}`,
    neededP5,
    asAccount,
    `  Fix:    add CONTOSO\\exadmin to ${add} and log off and on, or set \`account\` to one that is a member${other}`,
    ruleP5,
  );
}

const schemaUnread = (why: string) =>
  notVerified(
    `P5 (must), server upgrade on mbx-lon.contoso.com: not verified: ${why}`,
    neededP5,
    asAccount,
    seeAccount,
    ruleP5,
  );

export const P5: CaseTable = [
  ...nothingLeft,
  { name: "the first server under both groups", of: first(everyGroup), says: ok },
  {
    name: "the first server under both groups, right before Setup",
    of: first(everyGroup, { apply: true }),
    says: ok,
  },
  {
    name: "the first server under Exchange Organization Administrators alone",
    of: first(exchange),
    says: schemaLeft(
      "neither in Schema Admins nor in Enterprise Admins",
      2,
      "Schema Admins and Enterprise Admins",
    ),
  },
  {
    name: "the first server without Schema Admins, right before Setup",
    of: first(enterprise, { apply: true }),
    says: schemaLeft("not in Schema Admins", 3, "Schema Admins"),
  },
  {
    name: "a server after the one that prepares, which has not done so right before Setup",
    of: first(enterprise, { forest: all, after: ["mbx-ny.contoso.com"], apply: true }),
    says: schemaLeft("not in Schema Admins", 3, "Schema Admins"),
  },
  {
    name: "a server after an Edge Transport server, which prepares nothing",
    of: first(enterprise, { forest: serversAre(self, edge), after: ["edge1.contoso.com"] }),
    says: schemaLeft("not in Schema Admins", 3, "Schema Admins"),
  },
  {
    name: "a server after a computer that the directory shows no server of: it has only the tools",
    of: first(enterprise, { forest: all, after: ["tools1.contoso.com"] }),
    says: schemaLeft("not in Schema Admins", 3, "Schema Admins"),
  },
  {
    name: "a server after another, where the servers could not be read",
    of: first(enterprise, { forest: { servers: silent }, after: ["mbx-ny.contoso.com"] }),
    says: notVerified(
      "P5 (must), server upgrade on mbx-lon.contoso.com: not verified: whether the schema is prepared: no answer within 60 s",
      neededP5,
      asAccount,
      "  Fix:    let `directory` read its level, or prepare the schema apart",
      ruleP5,
    ),
  },
  {
    name: "a schema that Exchange never extended",
    of: first(enterprise, { forest: schemaAt(null) }),
    says: schemaLeft("not in Schema Admins", 3, "Schema Admins"),
  },
  {
    name: "a schema that could not be read, under both groups",
    of: first(everyGroup, { forest: { schema: silent } }),
    says: ok,
  },
  {
    name: "a schema that could not be read, without Schema Admins",
    of: first(enterprise, { forest: { schema: silent } }),
    says: notVerified(
      "P5 (must), server upgrade on mbx-lon.contoso.com: not verified: whether the schema is prepared: no answer within 60 s",
      neededP5,
      asAccount,
      "  Fix:    let `directory` read its level, or prepare the schema apart",
      ruleP5,
    ),
  },
  {
    name: "an account that could not be read",
    of: first(exchange, { found: silent }),
    says: schemaUnread("no answer within 60 s"),
  },
];

const ruleP7 =
  "  Rule:   P7, preparing Active Directory needs Enterprise Admins (How to upgrade to Exchange 2007 SP1)";
const neededP7 = "  Needed: Enterprise Admins, of the forest root domain";

function organizationLeft(groups: number): Says {
  return fails(
    String.raw`P7 (must), server upgrade on mbx-lon.contoso.com: preparing Active Directory is left to this server, and CONTOSO\exadmin is not in Enterprise Admins`,
    String.raw`  Found:  CONTOSO\exadmin (S-1-5-21-1-1-1-1202) with ${groups} groups, nested ones included; judged by ${judged.enterpriseAdmins}`,
    neededP7,
    asAccount,
    `  Fix:    add CONTOSO\\exadmin to Enterprise Admins and log off and on, or set \`account\` to one that is a member${other}`,
    ruleP7,
  );
}

export const P7: CaseTable = [
  ...nothingLeft,
  { name: "the first server under Enterprise Admins", of: first(enterprise), says: ok },
  {
    name: "the first server without Enterprise Admins",
    of: first([...exchange, sids.schemaAdmins]),
    says: organizationLeft(3),
  },
  {
    name: "the schema is prepared and Active Directory is not, right before Setup",
    of: first(exchange, { forest: schemaAt(11116), apply: true }),
    says: organizationLeft(2),
  },
  {
    name: "an organization that could not be read",
    of: first(exchange, { forest: { organization: silent } }),
    says: notVerified(
      "P7 (must), server upgrade on mbx-lon.contoso.com: not verified: whether Active Directory is prepared: no answer within 60 s",
      neededP7,
      asAccount,
      "  Fix:    let `directory` read its level, or prepare Active Directory apart",
      ruleP7,
    ),
  },
];

const ruleP9 =
  "  Rule:   P9, preparing a domain needs Domain Admins of that domain or Enterprise Admins; all domains, Enterprise Admins (How to upgrade to Exchange 2007 SP1)";
const neededP9 = "  Needed: Domain Admins of contoso.com, or Enterprise Admins";
const domainOnly = { forest: atTarget.forest };

function domainLeft(computer: string, domain: string): Says {
  return fails(
    String.raw`P9 (must), server upgrade on ${computer}: preparing its domain is left to this server, and CONTOSO\exadmin is neither in Domain Admins of ${domain} nor in Enterprise Admins`,
    String.raw`  Found:  CONTOSO\exadmin (S-1-5-21-1-1-1-1202) with 2 groups, nested ones included; judged by ${domain === "contoso.com" ? judged.contosoDomainAdmins : judged.emeaDomainAdmins} and ${judged.enterpriseAdmins}`,
    `  Needed: Domain Admins of ${domain}, or Enterprise Admins`,
    `  Where:  account CONTOSO\\exadmin, on ${computer}`,
    `  Fix:    add CONTOSO\\exadmin to Domain Admins of ${domain} and log off and on, or set \`account\` to one that is a member${other}`,
    ruleP9,
  );
}

export const P9: CaseTable = [
  ...nothingLeft,
  {
    name: "the first server under Domain Admins of its domain",
    of: first([...exchange, sids.contosoDomainAdmins]),
    says: ok,
  },
  { name: "the first server under Enterprise Admins", of: first(enterprise, { apply: true }), says: ok },
  {
    name: "the first server under neither",
    of: first(exchange),
    says: domainLeft("mbx-lon.contoso.com", "contoso.com"),
  },
  {
    name: "only its domain is left",
    of: first(exchange, { ...domainOnly, apply: true }),
    says: domainLeft("mbx-lon.contoso.com", "contoso.com"),
  },
  {
    name: "the first server of a domain, after the first of another: Setup prepares no domain but its own",
    of: first([sids.contosoDomainAdmins, sids.organizationAdministrators], {
      computer: "mbx-dub.emea.contoso.com",
      forest: all,
      after: ["mbx-ny.contoso.com"],
      machine: identityIs("mbx-dub.emea.contoso.com", "Dublin"),
    }),
    says: domainLeft("mbx-dub.emea.contoso.com", "emea.contoso.com"),
  },
  {
    name: "a further server of that domain",
    of: first(exchange, {
      computer: "mbx-dub.emea.contoso.com",
      forest: all,
      after: ["mbx-ny.contoso.com", "cas-dub.emea.contoso.com"],
      machine: identityIs("mbx-dub.emea.contoso.com", "Dublin"),
    }),
    says: ok,
  },
  {
    name: "a domain whose level could not be read",
    of: first(exchange, { domainLevels: domainsAt({ "contoso.com": silent }) }),
    says: notVerified(
      "P9 (must), server upgrade on mbx-lon.contoso.com: not verified: whether its domain is prepared: no answer within 60 s",
      neededP9,
      asAccount,
      "  Fix:    let `directory` read its level, or prepare its domain apart",
      ruleP9,
    ),
  },
  {
    name: "domains that could not be read",
    of: first(exchange, { forest: { domains: silent } }),
    says: notVerified(
      "P9 (must), server upgrade on mbx-lon.contoso.com: not verified: whether its domain is prepared: no answer within 60 s",
      "  Needed: Domain Admins of the server's own domain, or Enterprise Admins",
      asAccount,
      "  Fix:    let `directory` read its level, or prepare its domain apart",
      ruleP9,
    ),
  },
  {
    name: "domains that could not be read, under Enterprise Admins",
    of: first(enterprise, { forest: { domains: silent } }),
    says: ok,
  },
  {
    name: "a computer in no domain of the forest: R3 judges",
    of: first(exchange, {
      computer: "mbx1.fabrikam.com",
      machine: identityIs("mbx1.fabrikam.com", "London"),
    }),
    says: ok,
  },
];

/** A first server in another site than the schema master's, which no program asks to prepare apart. */
function beside(id: "P6" | "P8", what: string, switches: string, resource: string): CaseTable {
  const general = "a computer in the domain and in the site of the schema master";
  const rule = {
    P6: "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    P8: "  Rule:   P8, Active Directory is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
  }[id];
  const refused = fails(
    `${id} (must), server upgrade on mbx-lon.contoso.com: preparing ${what} is left to this server, and it is not beside the schema master: site London instead of Operations`,
    "  Found:  domain contoso.com, site London (Tcpip and Netlogon parameters)",
    "  Needed: domain contoso.com, site Operations: those of the schema master dc1.contoso.com",
    `  Where:  run Setup ${switches} on a computer in domain contoso.com and site Operations, such as dc1.contoso.com`,
    `  Fix:    add an ${resource} on such a computer, the schema master itself for one, and pass it as \`prepared\`${other}`,
    rule,
  );
  const beside = { machine: identityIs("mbx-lon.contoso.com", "Operations") };
  return [
    ...nothingLeft,
    { name: "the first server beside the schema master", of: first(exchange, beside), says: ok },
    { name: "the same, right before Setup", of: first(exchange, { ...beside, apply: true }), says: ok },
    { name: "the first server in another site", of: first(everyGroup), says: refused },
    {
      name: "the first server in another site, right before Setup",
      of: first(everyGroup, { apply: true }),
      says: refused,
    },
    {
      name: "a level that could not be read, in another site",
      of: first(everyGroup, { forest: { schema: silent, organization: silent } }),
      says: notVerified(
        `${id} (must), server upgrade on mbx-lon.contoso.com: not verified: whether ${what} is prepared: no answer within 60 s`,
        "  Needed: domain contoso.com, site Operations: those of the schema master dc1.contoso.com",
        `  Where:  run Setup ${switches} on a computer in domain contoso.com and site Operations, such as dc1.contoso.com`,
        `  Fix:    let \`directory\` read its level, or prepare ${what} apart`,
        rule,
      ),
    },
    {
      name: "a schema master that could not be read",
      of: first(everyGroup, { forest: { schemaMaster: silent } }),
      says: notVerified(
        `${id} (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s`,
        `  Needed: ${general}`,
        `  Where:  run Setup ${switches} on ${general}`,
        `  Fix:    let \`directory\` and the connection be read, or prepare apart: add an ${resource} on the schema master itself, and pass it as \`prepared\``,
        rule,
      ),
    },
  ];
}

export const P6: CaseTable = beside("P6", "the schema", "/PrepareSchema", "ExchangeSchemaPrep");
export const P8: CaseTable = beside("P8", "Active Directory", "/PrepareAD", "ExchangeADPrep");
