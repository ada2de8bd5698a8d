/** Cases of R39 to R42: public folder trees, system mailboxes, ActiveSync and organization relationships. */
import { known } from "../../../lib/facts";
import type {
  HealthFacts,
  OrganizationObjectFacts,
  RelationshipFacts,
  ServerDirectoryFacts,
  SystemMailboxFacts,
} from "../../../lib/facts/health";
import {
  aCase,
  type Changes,
  installed,
  organizationAt,
  plannedUpTo,
  rolesAre,
  schemaAt,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";
import { names } from "./schemaHealth";

const onServer = "server upgrade on mbx-lon.contoso.com";
const onDc1 = "Active Directory preparation on dc1.contoso.com";
const scripts = "microsoft/CSS-Exchange";
const modernForest: Changes = { step: "organization", target: "2016 CU23" };
const modern: Changes = {
  target: "2016 CU23",
  machine: rolesAre(installed("Mailbox", "15.1.2375.7")),
};
const toolsOnly = rolesAre(installed("Management Tools", "15.1.2375.7"));

const hierarchies =
  "CN=Folder Hierarchies,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=Contoso";

function organization(other: Partial<OrganizationObjectFacts>): Partial<HealthFacts> {
  const sound = { hierarchies, readable: true, trees: [], access: {} };
  return { organization: known({ ...sound, ...other }, "CN=Microsoft Exchange on dc1.contoso.com") };
}

const empty = "the container of public folder hierarchies holds no tree";
const needed39 = "  Needed: an object of class msExchPFTree in CN=Folder Hierarchies, or no such container";
const where39 =
  "  Where:  in the administrative group of Exchange, in the configuration partition (ADSI Edit)";
const create39 =
  "create an object of class msExchPFTree in it, with any name and msExchPFTreeType 1, and let it replicate";
const title39 = "a container of public folder hierarchies holds a tree";
const script39 = `${scripts}, Test-ExceptionADOperationFailedAlreadyExist.ps1`;
const rule39 = `  Rule:   R39, ${title39} (unverified: ${script39}, says it of 2013 and later)`;
const rule39Later = `  Rule:   R39, ${title39} (${script39})`;
const readOrganization = "let `directory` read the organization, with an account that sees it";

export const R39: CaseTable = [
  { name: "no container", of: aCase(modernForest), says: ok },
  {
    name: "a tree in it",
    of: aCase({ ...modernForest, health: organization({ trees: [`CN=Public Folders,${hierarchies}`] }) }),
    says: ok,
  },
  {
    name: "no tree, right before Setup",
    of: aCase({ ...modernForest, apply: true, health: organization({}) }),
    says: fails(
      `R39 (must), ${onDc1}: ${empty}, and /PrepareAD would stop halfway: ${hierarchies} is empty`,
      `  Found:  ${hierarchies} is empty`,
      needed39,
      where39,
      `  Fix:    ${create39}`,
      rule39Later,
    ),
  },
  {
    name: "no tree, where the schema has no trees",
    of: aCase({ ...modernForest, health: { ...organization({}), ...names({ lacks: ["msExchPFTree"] }) } }),
    says: ok,
  },
  {
    name: "no tree, for 2007",
    of: aCase({ step: "organization", health: organization({}) }),
    says: fails(
      `R39 (should), ${onDc1}: ${empty}: ${hierarchies} is empty`,
      `  Found:  ${hierarchies} is empty`,
      needed39,
      where39,
      `  Fix:    ${create39}`,
      rule39,
    ),
  },
  {
    name: "a tree in another administrative group",
    of: aCase({ ...modernForest, health: organization({ trees: ["CN=Public Folders,CN=First"] }) }),
    says: fails(
      `R39 (should), ${onDc1}: ${empty}: ${hierarchies} is empty; the tree is CN=Public Folders,CN=First`,
      `  Found:  ${hierarchies} is empty; the tree is CN=Public Folders,CN=First`,
      needed39,
      where39,
      `  Fix:    ${create39}`,
      rule39Later,
    ),
  },
  { name: "no tree, where a server prepares nothing", of: aCase({ health: organization({}) }), says: ok },
  {
    name: "a container of which not all shows",
    of: aCase({ ...modernForest, health: organization({ readable: false }) }),
    says: notVerified(
      `R39 (must), ${onDc1}: not verified: ${hierarchies} shows no tree: there is none, or this account cannot see it`,
      needed39,
      where39,
      `  Fix:    ${readOrganization}; if there is none, ${create39}`,
      rule39Later,
    ),
  },
  {
    name: "an organization that could not be read",
    of: aCase({ ...modernForest, health: { organization: silent } }),
    says: notVerified(
      `R39 (must), ${onDc1}: not verified: no answer within 60 s`,
      needed39,
      where39,
      `  Fix:    ${readOrganization}`,
      rule39Later,
    ),
  },
];

function mailbox(other: Partial<SystemMailboxFacts>): Partial<HealthFacts> {
  const sound: SystemMailboxFacts = {
    dn: "CN=Arbiter,CN=Users,DC=contoso,DC=com",
    kinds: ["arbitration"],
    database: "there",
    homeServer: "there",
    userPrincipalName: "arbiter@contoso.com",
    sameName: [],
  };
  return { systemMailboxes: known([{ ...sound, ...other }], "contoso.com") };
}

const arbiter = "CN=Arbiter,CN=Users,DC=contoso,DC=com (arbitration)";
const noDatabase = "a system mailbox has no database, and Setup would stop halfway";
const notWhole = "a system mailbox is not as Setup expects it";
const needed40 =
  "  Needed: arbitration, discovery and public folder mailboxes with a database and a home server, each with a userPrincipalName of its own";
const where40 =
  "  Where:  in the domains of the forest (Get-Mailbox -Arbitration, Get-Mailbox -PublicFolder)";
const give = (switches: string) =>
  `give the mailbox a database that is there: Set-Mailbox -Database${switches}; never delete its account`;
const readMailboxes =
  "let `directory` read the accounts of system mailboxes in each domain, with an account that sees them";
const title40 = "system mailboxes have a database and a name of their own";
const rule40 = `  Rule:   R40, ${title40} (${scripts}, Test-ValidMailboxProperties.ps1, Test-MissingHomeMdb.ps1 and Test-ArbitrationMailbox.ps1)`;
const writeHome =
  "write legacyExchangeDN of an Exchange server into msExchHomeServerName of the mailbox (ADSI Edit)";
const other40 =
  "  Fix:    give the other account another userPrincipalName; never delete a system mailbox or its account";
const namesakes = `arbiter@contoso.com is the userPrincipalName of ${arbiter}, and of CN=Namesake,DC=contoso,DC=com`;

export const R40: CaseTable = [
  { name: "sound mailboxes", of: aCase(modern), says: ok },
  {
    name: "no database, right before Setup",
    of: aCase({ ...modern, apply: true, health: mailbox({ database: "absent" }) }),
    says: fails(
      `R40 (must), ${onServer}: ${noDatabase}: ${arbiter} has no homeMDB`,
      `  Found:  ${arbiter} has no homeMDB`,
      needed40,
      where40,
      `  Fix:    ${give(" -Arbitration")}`,
      rule40,
    ),
  },
  {
    name: "a deleted database of a public folder mailbox, for 2010",
    of: aCase({
      target: "2010 SP3",
      machine: rolesAre(installed("Mailbox", "14.2.247.5")),
      health: mailbox({ kinds: ["public folder"], database: "deleted", homeServer: "absent" }),
    }),
    says: fails(
      `R40 (must), ${onServer}: ${noDatabase}: homeMDB of CN=Arbiter,CN=Users,DC=contoso,DC=com (public folder) is a deleted database`,
      "  Found:  homeMDB of CN=Arbiter,CN=Users,DC=contoso,DC=com (public folder) is a deleted database",
      needed40,
      where40,
      `  Fix:    ${give(" -PublicFolder")}`,
      `  Rule:   R40, ${title40} (unverified: ${scripts}, Test-ValidMailboxProperties.ps1, says it of 2013 and later)`,
    ),
  },
  {
    name: "no home server",
    of: aCase({ ...modern, health: mailbox({ homeServer: "absent" }) }),
    says: fails(
      `R40 (should), ${onServer}: ${notWhole}: ${arbiter} has no msExchHomeServerName`,
      `  Found:  ${arbiter} has no msExchHomeServerName`,
      needed40,
      where40,
      `  Fix:    ${writeHome}`,
      rule40,
    ),
  },
  {
    name: "a home server that does not show",
    of: aCase({ ...modern, health: mailbox({ homeServer: "unseen" }) }),
    says: notVerified(
      `R40 (should), ${onServer}: not verified: ${arbiter} shows no msExchHomeServerName: it has none, or this account cannot see it`,
      needed40,
      where40,
      `  Fix:    ${readMailboxes}; if it has none, ${writeHome}`,
      rule40,
    ),
  },
  {
    name: "no mailbox, where the schema has nothing that makes one",
    of: aCase({
      ...modern,
      health: {
        systemMailboxes: known([], "contoso.com"),
        ...names({ lacks: ["msExchRecipientTypeDetails"] }),
      },
    }),
    says: ok,
  },
  {
    name: "a mailbox without what the schema does not define",
    of: aCase({
      ...modern,
      health: {
        ...mailbox({ database: "absent", homeServer: "absent" }),
        ...names({ lacks: ["homeMDB", "msExchHomeServerName"] }),
      },
    }),
    says: ok,
  },
  {
    name: "no mailbox that shows",
    of: aCase({ ...modern, health: { systemMailboxes: known([], "contoso.com") } }),
    says: notVerified(
      `R40 (should), ${onServer}: not verified: no arbitration, discovery or public folder mailbox shows: there is none, or this account cannot see them`,
      needed40,
      where40,
      `  Fix:    ${readMailboxes}; if there is none, prepare Active Directory again, which makes their accounts, and enable them (Enable-Mailbox -Arbitration)`,
      rule40,
    ),
  },
  {
    name: "no database, on a computer with the tools alone",
    of: aCase({ ...modern, machine: toolsOnly, health: mailbox({ database: "absent" }) }),
    says: ok,
  },
  {
    name: "a second object with its name, where Active Directory is prepared",
    of: aCase({
      ...modernForest,
      health: mailbox({ database: "absent", sameName: ["CN=Namesake,DC=contoso,DC=com"] }),
    }),
    says: fails(
      `R40 (should), ${onDc1}: ${notWhole}: ${namesakes}`,
      `  Found:  ${namesakes}`,
      needed40,
      where40,
      other40,
      rule40,
    ),
  },
  {
    name: "the same, where the first server prepares",
    of: aCase({
      ...modern,
      forest: { ...schemaAt(15334), ...organizationAt(16213) },
      planned: plannedUpTo({ byFirstServer: true }),
      health: mailbox({ sameName: ["CN=Namesake,DC=contoso,DC=com"] }),
    }),
    says: fails(
      `R40 (should), ${onServer}: preparing Active Directory is left to this server, and ${notWhole}: ${namesakes}`,
      `  Found:  ${namesakes}`,
      needed40,
      where40,
      `${other40}; if another server prepares it, put that one in \`after\``,
      rule40,
    ),
  },
  {
    name: "a database that does not show",
    of: aCase({ ...modern, health: mailbox({ database: "unseen" }) }),
    says: notVerified(
      `R40 (must), ${onServer}: not verified: ${arbiter} shows no homeMDB: it has none, or this account cannot see it`,
      needed40,
      where40,
      `  Fix:    ${readMailboxes}; if it has none, ${give(" -Arbitration")}`,
      rule40,
    ),
  },
  {
    name: "mailboxes that could not be read",
    of: aCase({ ...modern, health: { systemMailboxes: silent } }),
    says: notVerified(
      `R40 (must), ${onServer}: not verified: no answer within 60 s`,
      needed40,
      where40,
      `  Fix:    ${readMailboxes}`,
      rule40,
    ),
  },
];

function directories(...names: readonly string[]): Partial<HealthFacts> {
  const of = (name: string): ServerDirectoryFacts => ({ name, dn: `CN=${name}`, activeSync: true });
  return {
    virtualDirectories: known(
      [...names.map(of), { name: "owa", dn: "CN=owa", activeSync: false }],
      "CN=Microsoft Exchange",
    ),
  };
}

const needed41 = "  Needed: one ActiveSync virtual directory beside that of the Exchange Back End";
const where41 = "  Where:  below the object of mbx-lon.contoso.com in the configuration partition";
const rule41 = `  Rule:   R41, a server has one ActiveSync virtual directory beside that of the back end (${scripts}, Test-DomainMultiActiveSyncVirtualDirectories.ps1)`;
const own = "Microsoft-Server-ActiveSync (Default Web Site)";
const back = "Microsoft-Server-ActiveSync (Exchange Back End)";
const second = "Microsoft-Server-ActiveSync (Phones)";

export const R41: CaseTable = [
  { name: "none", of: aCase(modern), says: ok },
  { name: "one in each web site", of: aCase({ ...modern, health: directories(own, back) }), says: ok },
  {
    name: "a second one for clients, right before Setup",
    of: aCase({ ...modern, apply: true, health: directories(own, back, second) }),
    says: fails(
      `R41 (must), ${onServer}: it has 2 ActiveSync virtual directories, and Setup would stop halfway: CN=${own}; CN=${second}`,
      `  Found:  CN=${own}; CN=${second}`,
      needed41,
      where41,
      "  Fix:    remove the additional one (Remove-ActiveSyncVirtualDirectory): Get-ActiveSyncVirtualDirectory -Server has to give one",
      rule41,
    ),
  },
  {
    name: "a second one, on a computer with the tools alone",
    of: aCase({ ...modern, machine: toolsOnly, health: directories(own, second) }),
    says: ok,
  },
  {
    name: "directories that could not be read",
    of: aCase({ ...modern, health: { virtualDirectories: silent } }),
    says: notVerified(
      `R41 (must), ${onServer}: not verified: no answer within 60 s`,
      needed41,
      where41,
      "  Fix:    let `directory` read the virtual directories of the server, with an account that sees them",
      rule41,
    ),
  },
];

function relationship(applicationUri: RelationshipFacts["applicationUri"]): Partial<HealthFacts> {
  return { relationships: known([{ dn: "CN=Fabrikam", applicationUri }], "CN=Microsoft Exchange") };
}

const problem42 = "an organization relationship has no application URI, and Setup may refuse";
const needed42 = "  Needed: msExchFedTargetApplicationURI of each organization relationship";
const where42 = "  Where:  in the configuration partition of the forest";
const give42 =
  "give it the application URI of the other organization (Set-OrganizationRelationship -TargetApplicationUri), or remove it";
const read42 = "let `directory` read the organization relationships, with an account that sees them";
const rule42 =
  "  Rule:   R42, every organization relationship has an application URI (unverified: Setup logs among the tests of microsoft/CSS-Exchange, rule DidOnPremisesSettingCreatedAnException; that msExchFedTargetApplicationURI is what it reads)";

export const R42: CaseTable = [
  { name: "none", of: aCase(modern), says: ok },
  { name: "one with a URI", of: aCase({ ...modern, health: relationship("there") }), says: ok },
  {
    name: "one without, right before Setup",
    of: aCase({ ...modern, apply: true, health: relationship("absent") }),
    says: fails(
      `R42 (should), ${onServer}: ${problem42}: CN=Fabrikam`,
      "  Found:  CN=Fabrikam",
      needed42,
      where42,
      `  Fix:    ${give42}`,
      rule42,
    ),
  },
  {
    name: "one without, where the schema has no such URI",
    of: aCase({
      ...modern,
      health: { ...relationship("absent"), ...names({ lacks: ["msExchFedTargetApplicationURI"] }) },
    }),
    says: ok,
  },
  {
    name: "one without, on a computer with the tools alone",
    of: aCase({ ...modern, machine: toolsOnly, health: relationship("absent") }),
    says: ok,
  },
  {
    name: "one whose URI does not show",
    of: aCase({ ...modern, health: relationship("unseen") }),
    says: notVerified(
      `R42 (should), ${onServer}: not verified: CN=Fabrikam shows no application URI: it has none, or this account cannot see it`,
      needed42,
      where42,
      `  Fix:    ${read42}; if it has none, ${give42}`,
      rule42,
    ),
  },
  {
    name: "relationships that could not be read",
    of: aCase({ ...modern, health: { relationships: silent } }),
    says: notVerified(
      `R42 (should), ${onServer}: not verified: no answer within 60 s`,
      needed42,
      where42,
      `  Fix:    ${read42}`,
      rule42,
    ),
  },
];
