/** Cases of R33 and R34: names of duplicates in the schema, and a schema master that waits for replication. */
import { known } from "../../../lib/facts";
import type { HealthFacts, SchemaNameFacts } from "../../../lib/facts/health";
import { aCase, type Changes, organizationAt, plannedUpTo, schemaAt, silent, soundHealth } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const step = "schema";
const onDc1 = "schema preparation on dc1.contoso.com";

/** What was read of the schema, with another answer. */
export function names(other: Partial<SchemaNameFacts>): Partial<HealthFacts> {
  const { schemaNames: sound } = soundHealth;
  return sound.known ? { schemaNames: { ...sound, value: { ...sound.value, ...other } } } : {};
}

/** The first server, to which all is left. */
const firstServer: Changes = {
  step: "server",
  forest: { ...schemaAt(10637), ...organizationAt(10666) },
  planned: plannedUpTo({ byFirstServer: true }),
};

const duplicate = "DUP-msExchResourcePropertySchema-6f1f1cde-3bd4-4d69-8b3c-0c0e6c6a1a11";
const problem = "a name in the schema is that of a duplicate, and Setup would stop halfway";
const needed33 =
  "  Needed: lDAPDisplayName msExchResourcePropertySchema of CN=ms-Exch-Resource-Property-Schema, and no name that begins with DUP-";
const where33 = "  Where:  in the schema, on the schema master";
const fix33 =
  "  Fix:    set lDAPDisplayName of CN=ms-Exch-Resource-Property-Schema to msExchResourcePropertySchema on the schema master (ADSI Edit, as Schema Admins), and let it replicate: mayContain of CN=ms-Exch-Resource-Schema then shows the new name";
const title33 = "the schema has no name of a duplicate where Setup looks for its own";
const rule33 = `  Rule:   R33, ${title33} (Microsoft KB 948214)`;
const readSchema = "  Fix:    let `directory` read the schema, with an account that sees it";
const property = `CN=ms-Exch-Resource-Property-Schema has lDAPDisplayName ${duplicate}`;
const mayContain = `mayContain of CN=ms-Exch-Resource-Schema holds ${duplicate}`;

export const R33: CaseTable = [
  { name: "names of their own", of: aCase({ step }), says: ok },
  {
    name: "the attribute and the class that KB 948214 is about, right before Setup",
    of: aCase({
      step,
      apply: true,
      health: names({
        resourceProperty: duplicate,
        resourceMayContain: [duplicate],
        duplicates: [{ dn: "CN=ms-Exch-Resource-Property-Schema,CN=Schema", name: duplicate }],
      }),
    }),
    says: fails(
      `R33 (must), ${onDc1}: ${problem}: ${property}`,
      `  Found:  ${property}; ${mayContain}`,
      needed33,
      where33,
      fix33,
      rule33,
    ),
  },
  {
    name: "the class alone, for Active Directory of 2010",
    of: aCase({
      step: "organization",
      target: "2010 SP3",
      health: names({ resourceMayContain: [duplicate] }),
    }),
    says: fails(
      `R33 (must), Active Directory preparation on dc1.contoso.com: ${problem}: ${mayContain}`,
      `  Found:  ${mayContain}`,
      needed33,
      where33,
      fix33,
      `  Rule:   R33, ${title33} (Microsoft KB 2872882)`,
    ),
  },
  {
    name: "another duplicate, for 2016",
    of: aCase({
      step,
      target: "2016 CU23",
      health: names({ duplicates: [{ dn: "CN=Acme-Badge,CN=Schema", name: "DUP-acmeBadge-1" }] }),
    }),
    says: fails(
      `R33 (should), ${onDc1}: a name in the schema is that of a duplicate: CN=Acme-Badge,CN=Schema has lDAPDisplayName DUP-acmeBadge-1`,
      "  Found:  CN=Acme-Badge,CN=Schema has lDAPDisplayName DUP-acmeBadge-1",
      needed33,
      where33,
      "  Fix:    find out which two definitions claimed the name, and let the maker of the other one change or deactivate it",
      `  Rule:   R33, ${title33} (Setup logs among the tests of microsoft/CSS-Exchange, rule ResourcePropertySchemaException)`,
    ),
  },
  {
    name: "the attribute, as the first server meets it",
    of: aCase({ ...firstServer, health: names({ resourceProperty: duplicate }) }),
    says: fails(
      `R33 (must), server upgrade on mbx-lon.contoso.com: preparing the schema is left to this server, and ${problem}: ${property}`,
      `  Found:  ${property}`,
      needed33,
      where33,
      `${fix33}; if another server prepares it, put that one in \`after\``,
      rule33,
    ),
  },
  { name: "where a server prepares nothing", of: aCase({ health: { schemaNames: silent } }), says: ok },
  {
    name: "a schema that surely has no such attribute yet",
    of: aCase({ step, health: names({ resourceProperty: null, lacks: ["msExchResourcePropertySchema"] }) }),
    says: ok,
  },
  {
    name: "an attribute that does not show",
    of: aCase({ step, health: names({ resourceProperty: null }) }),
    says: notVerified(
      `R33 (should), ${onDc1}: not verified: CN=ms-Exch-Resource-Property-Schema does not show: the schema lacks it, or this account cannot see it`,
      needed33,
      where33,
      readSchema,
      rule33,
    ),
  },
  {
    name: "a schema that could not be read",
    of: aCase({ step, health: { schemaNames: silent } }),
    says: notVerified(
      `R33 (must), ${onDc1}: not verified: no answer within 60 s`,
      needed33,
      where33,
      readSchema,
      rule33,
    ),
  },
];

const waits =
  "the schema master has not replicated with a partner since its start, and refuses changes of the schema";
const source34 = "isSynchronized in the root DSE of dc1.contoso.com";
const needed34 = "  Needed: isSynchronized TRUE in the root DSE of the schema master";
const where34 = "  Where:  on the schema master";
const fix34 =
  "  Fix:    repair the replication of the schema master (repadmin /showrepl), and wait until it has replicated with a partner";
const rule34 =
  "  Rule:   R34, the schema master has replicated since its start (public reports of ldifde error 8206 (0x21a2); that isSynchronized shows it is unverified)";
const reach =
  "  Fix:    let `directory` reach the schema master (`directory.domainControllers`), or ask it: isSynchronized in its root DSE";
const notSynchronized = { schemaMasterSynchronized: known(false, source34) };

export const R34: CaseTable = [
  { name: "a schema master that has replicated", of: aCase({ step }), says: ok },
  {
    name: "one that has not, right before Setup",
    of: aCase({ step, apply: true, health: notSynchronized }),
    says: fails(
      `R34 (should), ${onDc1}: ${waits}: isSynchronized FALSE (${source34})`,
      `  Found:  isSynchronized FALSE (${source34})`,
      needed34,
      where34,
      fix34,
      rule34,
    ),
  },
  {
    name: "the same for Active Directory",
    of: aCase({ step: "organization", health: notSynchronized }),
    says: fails(
      `R34 (should), Active Directory preparation on dc1.contoso.com: ${waits}: isSynchronized FALSE (${source34})`,
      `  Found:  isSynchronized FALSE (${source34})`,
      needed34,
      where34,
      fix34,
      rule34,
    ),
  },
  { name: "the same, where a server prepares nothing", of: aCase({ health: notSynchronized }), says: ok },
  {
    name: "a schema master that could not be asked",
    of: aCase({ step, health: { schemaMasterSynchronized: silent } }),
    says: notVerified(
      `R34 (should), ${onDc1}: not verified: no answer within 60 s`,
      needed34,
      where34,
      reach,
      rule34,
    ),
  },
  {
    name: "a schema master that is not known",
    of: aCase({
      step,
      forest: { schemaMaster: { ...silent, why: "this account cannot see fSMORoleOwner" } },
    }),
    says: notVerified(
      `R34 (should), ${onDc1}: not verified: this account cannot see fSMORoleOwner`,
      needed34,
      where34,
      reach,
      rule34,
    ),
  },
];
