/** Cases of R35 to R38: containers of a domain, names of domain controllers, and denied permissions. */
import { type AccessEntry, known } from "../../../lib/facts";
import type { DomainObjectFacts, HealthFacts } from "../../../lib/facts/health";
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
  sids,
  silent,
  soundHealth,
  systemObjectsOf,
} from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const onServer = "server upgrade on mbx-lon.contoso.com";
const onEmea = "domain preparation on emea-dc1.emea.contoso.com";
const onDc1 = "Active Directory preparation on dc1.contoso.com";
const contoso = "DC=contoso,DC=com";
const emea = "DC=emea,DC=contoso,DC=com";

/** The domains, one of them with what is otherwise. */
function domains(name: string, other: Partial<DomainObjectFacts>): Partial<HealthFacts> {
  const sound = soundHealth.domains[name];
  return sound?.known === true
    ? { domains: { ...soundHealth.domains, [name]: { ...sound, value: { ...sound.value, ...other } } } }
    : {};
}

/** A server of 2016 on its way to CU23. */
const modern: Changes = {
  target: "2016 CU23",
  machine: rolesAre(installed("Mailbox", "15.1.2375.7")),
};

const several = (dn: string) => ({
  systemObjects: [systemObjectsOf(dn), { dn: `CN=Old,${dn}`, level: null }],
});
const two = (dn: string) =>
  `CN=Microsoft Exchange System Objects,${dn} (objectVersion 10628); CN=Old,${dn} (objectVersion not seen)`;
const problem35 =
  "several containers Microsoft Exchange System Objects in a domain, which Setup takes for not prepared";
const needed35 = "  Needed: one container Microsoft Exchange System Objects in the domain";
const where35 =
  "  Where:  in the domain (ADSI Edit, or Active Directory Users and Computers with Advanced Features)";
const fix35 =
  "  Fix:    find the empty one, see that nothing valid is in it, delete it, and let that replicate; preparing the domain again does not help";
const title35 = "a domain has one container Microsoft Exchange System Objects";
const rule35 = `  Rule:   R35, ${title35} (unverified: microsoft/CSS-Exchange, Test-ExchangeADSetupLevel.ps1, says it of 2013 and later)`;
const rule35Later = `  Rule:   R35, ${title35} (microsoft/CSS-Exchange, Test-ExchangeADSetupLevel.ps1; Microsoft, AdInitErrorRule)`;
const readDomain =
  "let `directory` read the domain on one of its domain controllers, with an account that sees it";

export const R35: CaseTable = [
  { name: "one container", of: aCase({ step: "domain" }), says: ok },
  {
    name: "two, for 2007, right before Setup",
    of: aCase({ step: "domain", apply: true, health: domains("emea.contoso.com", several(emea)) }),
    says: fails(
      `R35 (should), ${onEmea}: ${problem35}: emea.contoso.com: ${two(emea)}`,
      `  Found:  emea.contoso.com: ${two(emea)}`,
      needed35,
      where35,
      fix35,
      rule35,
    ),
  },
  {
    name: "two, as a server of 2016 meets them",
    of: aCase({ ...modern, health: domains("contoso.com", several(contoso)) }),
    says: fails(
      `R35 (must), ${onServer}: ${problem35}: contoso.com: ${two(contoso)}`,
      `  Found:  contoso.com: ${two(contoso)}`,
      needed35,
      where35,
      fix35,
      rule35Later,
    ),
  },
  {
    name: "two in another domain than the server's",
    of: aCase({ ...modern, health: domains("emea.contoso.com", several(emea)) }),
    says: ok,
  },
  {
    name: "two, where a server of 2007 prepares nothing",
    of: aCase({ health: domains("contoso.com", several(contoso)) }),
    says: ok,
  },
  {
    name: "two, on a computer with the tools alone",
    of: aCase({
      ...modern,
      machine: rolesAre(installed("Management Tools", "15.1.2375.7")),
      health: domains("contoso.com", several(contoso)),
    }),
    says: ok,
  },
  {
    name: "a domain that could not be read",
    of: aCase({ ...modern, health: { domains: { "contoso.com": silent } } }),
    says: notVerified(
      `R35 (must), ${onServer}: not verified: no answer within 60 s`,
      needed35,
      where35,
      `  Fix:    ${readDomain}`,
      rule35Later,
    ),
  },
  {
    name: "a domain that was not read",
    of: aCase({ ...modern, health: { domains: {} } }),
    says: notVerified(
      `R35 (must), ${onServer}: not verified: the containers of contoso.com were not read`,
      needed35,
      where35,
      `  Fix:    ${readDomain}`,
      rule35Later,
    ),
  },
];

const problem36 = "objects of a domain lie where some Setups of 2021 do not find them, and stop (KB 5005319)";
const needed36 =
  "  Needed: CN=Computers directly below each domain, and read-only domain controllers in OU=Domain Controllers, unless the media are known to do without";
const where36 = "  Where:  in the domains of the forest";
const rule36 =
  "  Rule:   R36, computers and read-only domain controllers lie in the usual containers (microsoft/CSS-Exchange, ComputersContainer.md and ReadOnlyDomainControllerContainer.md (KB 5005319))";
const giveBack =
  "give the container of computers in emea.contoso.com its name CN=Computers back, or create it; where new computers go may be redirected all the same";
const stray = `CN=RODC1,OU=Branches,${emea}`;
const modernForest: Changes = { step: "organization", target: "2016 CU23" };

export const R36: CaseTable = [
  { name: "all in its place", of: aCase(modernForest), says: ok },
  {
    name: "no CN=Computers, right before Setup",
    of: aCase({ ...modernForest, apply: true, health: domains("emea.contoso.com", { computers: "absent" }) }),
    says: fails(
      `R36 (should), ${onDc1}: ${problem36}: emea.contoso.com has no CN=Computers`,
      "  Found:  emea.contoso.com has no CN=Computers",
      needed36,
      where36,
      `  Fix:    ${giveBack}`,
      rule36,
    ),
  },
  {
    name: "a read-only domain controller elsewhere, where its domain is prepared",
    of: aCase({
      step: "domain",
      target: "2019 CU14",
      health: domains("emea.contoso.com", { computers: "absent", strayReadOnly: [stray] }),
    }),
    says: fails(
      `R36 (should), ${onEmea}: ${problem36}: the read-only domain controller ${stray}`,
      `  Found:  the read-only domain controller ${stray}`,
      needed36,
      where36,
      "  Fix:    move it into OU=Domain Controllers of its domain, or take media of a later cumulative update",
      rule36,
    ),
  },
  {
    name: "no CN=Computers that shows",
    of: aCase({ ...modernForest, health: domains("emea.contoso.com", { computers: "unseen" }) }),
    says: notVerified(
      `R36 (should), ${onDc1}: not verified: CN=Computers of emea.contoso.com does not show: it is not there, or this account cannot see it`,
      needed36,
      where36,
      `  Fix:    ${readDomain}; if it is not there, ${giveBack}`,
      rule36,
    ),
  },
  {
    name: "domains that could not be read",
    of: aCase({ ...modernForest, forest: { domains: silent } }),
    says: notVerified(
      `R36 (should), ${onDc1}: not verified: no answer within 60 s`,
      needed36,
      where36,
      `  Fix:    ${readDomain}`,
      rule36,
    ),
  },
];

const problem37 = "a domain controller has no full DNS name, and Setup may fail";
const needed37 = "  Needed: a dNSHostName with a dot on each domain controller";
const where37 = "  Where:  below CN=Sites in the configuration partition of the forest";
const cleanUp =
  "correct dNSHostName of the domain controller; where it is gone for good, remove its metadata (ntdsutil, metadata cleanup)";
const rule37 =
  "  Rule:   R37, every domain controller has a full DNS name (microsoft/CSS-Exchange, Test-DomainControllerDnsHostName.ps1)";
const short = {
  domainControllers: known(
    [{ name: "dc9", domain: "contoso.com", site: "London", globalCatalog: true }],
    "CN=Sites",
  ),
};

export const R37: CaseTable = [
  { name: "full names", of: aCase(modernForest), says: ok },
  {
    name: "a name without a dot, right before Setup",
    of: aCase({ ...modernForest, apply: true, forest: short }),
    says: fails(
      `R37 (should), ${onDc1}: ${problem37}: dc9 has no dot in its dNSHostName`,
      "  Found:  dc9 has no dot in its dNSHostName",
      needed37,
      where37,
      `  Fix:    ${cleanUp}`,
      rule37,
    ),
  },
  {
    name: "a domain controller without a name that shows",
    of: aCase({ ...modernForest, forest: alsoLeft(leftController()) }),
    says: notVerified(
      `R37 (should), ${onDc1}: not verified: ${leftController().why}`,
      needed37,
      where37,
      `  Fix:    let \`directory\` read it with an account that sees it; else ${cleanUp}`,
      rule37,
    ),
  },
  {
    name: "domain controllers that could not be read",
    of: aCase({ ...modernForest, forest: { domainControllers: silent } }),
    says: notVerified(
      `R37 (should), ${onDc1}: not verified: no answer within 60 s`,
      needed37,
      where37,
      "  Fix:    let `directory` read CN=Sites, with an account that sees it",
      rule37,
    ),
  },
];

const writeDac = 0x40000;
const full = 0xf01ff;
const entry = (sid: string, allow: boolean, mask = writeDac): AccessEntry => ({ sid, allow, mask });
const systemObjects = systemObjectsOf(emea).dn;
const onEmeaObjects = (...entries: readonly AccessEntry[]) =>
  domains("emea.contoso.com", { access: { [systemObjects]: entries } });
const problem38 = "permissions that Setup changes cannot be changed, and it would stop halfway";
const needed38 = (account: string) =>
  `  Needed: the right to change permissions (WRITE_DAC) for ${account} on what Setup prepares, and no entry that denies it`;
const where38 = "  Where:  in the access control lists of these objects (ADSI Edit, or dsacls)";
const rule38 =
  "  Rule:   R38, nothing denies the account to change the permissions that Setup changes (unverified: microsoft/CSS-Exchange, Test-InitializePermissionsOfDomain.ps1, says it of 2013 and later)";
const organization = { hierarchies: null, readable: false, trees: [] };

export const R38: CaseTable = [
  {
    name: "a right that a group has",
    of: aCase({ step: "domain", health: onEmeaObjects(entry(sids.emeaDomainAdmins, true, full)) }),
    says: ok,
  },
  {
    name: "a deny for a group that the account is in, before what allows it, right before Setup",
    of: aCase({
      step: "domain",
      apply: true,
      health: onEmeaObjects(entry(sids.users, false), entry(sids.emeaDomainAdmins, true, full)),
    }),
    says: fails(
      `R38 (should), ${onEmea}: ${problem38}: ${systemObjects} denies it to ${sids.users}`,
      `  Found:  ${systemObjects} denies it to ${sids.users}`,
      needed38("EMEA\\emeaprep"),
      where38,
      "  Fix:    remove the entry that denies it",
      rule38,
    ),
  },
  {
    name: "a deny behind what allows it",
    of: aCase({
      step: "domain",
      health: onEmeaObjects(entry(sids.emeaDomainAdmins, true, full), entry(sids.users, false)),
    }),
    says: ok,
  },
  {
    name: "a deny for somebody else",
    of: aCase({
      step: "domain",
      health: onEmeaObjects(entry(sids.schemaAdmins, false), entry(sids.emeaDomainAdmins, true, full)),
    }),
    says: ok,
  },
  {
    name: "a deny for everybody on the organization",
    of: aCase({
      step: "organization",
      health: {
        organization: known(
          { ...organization, access: { "CN=Contoso": [entry("S-1-5-11", false)] } },
          "CN=Contoso",
        ),
      },
    }),
    says: fails(
      `R38 (should), ${onDc1}: ${problem38}: CN=Contoso denies it to S-1-5-11`,
      "  Found:  CN=Contoso denies it to S-1-5-11",
      needed38("CONTOSO\\prep"),
      where38,
      "  Fix:    remove the entry that denies it",
      rule38,
    ),
  },
  {
    name: "nobody who has the right",
    of: aCase({ step: "domain", health: onEmeaObjects(entry(sids.users, true, 0x20094)) }),
    says: fails(
      `R38 (should), ${onEmea}: ${problem38}: ${systemObjects} grants it to nobody`,
      `  Found:  ${systemObjects} grants it to nobody`,
      needed38("EMEA\\emeaprep"),
      where38,
      "  Fix:    let the object inherit permissions again: Enterprise Admins and Administrators have the right by default",
      rule38,
    ),
  },
  { name: "where a server prepares nothing", of: aCase({ health: { domains: {} } }), says: ok },
  {
    name: "lists that could not be read",
    of: aCase({
      step: "domain",
      health: { domains: { "emea.contoso.com": silent } },
    }),
    says: notVerified(
      `R38 (should), ${onEmea}: not verified: no answer within 60 s`,
      needed38("EMEA\\emeaprep"),
      where38,
      "  Fix:    let `directory` read the domain on one of its domain controllers, with an account that sees it",
      rule38,
    ),
  },
  {
    name: "an account that could not be read, on the first server",
    of: aCase({
      ...identityIs("mbx-lon.contoso.com", "London"),
      found: silent,
      forest: { ...schemaAt(11116), ...organizationAt(10666) },
      planned: plannedUpTo({ byFirstServer: true }),
    }),
    says: notVerified(
      `R38 (should), ${onServer}: not verified: no answer within 60 s`,
      "  Needed: the right to change permissions (WRITE_DAC) on what Setup prepares, and no entry that denies it",
      where38,
      "  Fix:    let `directory` read the account and its groups",
      rule38,
    ),
  },
];
