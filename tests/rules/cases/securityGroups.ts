/** Cases of R31 and R32: the groups that Exchange has registered, and their OU. */
import type { HealthFacts, RegisteredGroupFacts, SecurityGroupFacts } from "../../../lib/facts/health";
import {
  aCase,
  type Changes,
  organizationAt,
  plannedUpTo,
  registeredGroup,
  schemaAt,
  securityGroups,
  silent,
  soundHealth,
} from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const step = "organization";
const onDc1 = "Active Directory preparation on dc1.contoso.com";
const exchange = "CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com";
const configuration = "CN=Configuration,DC=contoso,DC=com";
const servers = registeredGroup().value;

/** The groups, with what is otherwise. */
function groups(other: Partial<SecurityGroupFacts>): Partial<HealthFacts> {
  const { groups: sound } = soundHealth;
  return sound.known ? { groups: { ...sound, value: { ...sound.value, ...other } } } : {};
}

function registered(other: Partial<RegisteredGroupFacts>, changes: Changes = {}) {
  return aCase({
    step,
    ...changes,
    health: groups({ registered: [registeredGroup(), registeredGroup(other)] }),
  });
}

/** The first server, to which Active Directory is left. */
const firstServer: Changes = {
  step: "server",
  forest: { ...schemaAt(11116), ...organizationAt(10666) },
  planned: plannedUpTo({ byFirstServer: true }),
};

const stops = "/PrepareAD would stop halfway at a group that Exchange has registered";
const advice = "what Exchange has registered is not in order";
const needed31 =
  "  Needed: each value of otherWellKnownObjects leading to a group that is there, universal, a security group and without mail";
const where31 = "  Where:  in the configuration partition of the forest (ADSI Edit, LDP or ldifde)";
const rule31 =
  "  Rule:   R31, the groups that Exchange has registered are there, universal and security groups (public reports of Setup of 2007 and 2010; microsoft/CSS-Exchange, Test-DomainOtherWellKnownObjects.ps1)";
const restore =
  "restore the group, or write otherWellKnownObjects again with all values but this one (ldifde, replace): /PrepareAD then makes an empty group anew, without its members and its delegated rights";
const universal =
  "  Fix:    make the group Universal and Security in Active Directory Users and Computers (a domain-local or global group first loses what a universal one may not have as members)";
const readThem = "let `directory` read the groups of Exchange, with an account that sees them";

const deletedValue =
  "B:32:A7D2016C83F003458132789EEB127B84:CN=Exchange Servers\\0ADEL:6f1f1cde,CN=Deleted Objects,DC=contoso,DC=com";

export const R31: CaseTable = [
  { name: "a sound group", of: aCase({ step }), says: ok },
  {
    name: "a deleted group",
    of: registered({ state: "deleted", value: deletedValue, groupType: null, sid: null }),
    says: fails(
      `R31 (must), ${onDc1}: ${stops}: ${deletedValue} of ${exchange}, a deleted object`,
      `  Found:  ${deletedValue} of ${exchange}, a deleted object`,
      needed31,
      where31,
      `  Fix:    ${restore}`,
      rule31,
    ),
  },
  {
    name: "a deleted group of Exchange on the configuration partition, right before Setup",
    of: registered(
      { container: configuration, state: "deleted", value: deletedValue, groupType: null, sid: null },
      { apply: true },
    ),
    says: fails(
      `R31 (must), ${onDc1}: ${stops}: ${deletedValue} of ${configuration}, a deleted object`,
      `  Found:  ${deletedValue} of ${configuration}, a deleted object`,
      needed31,
      where31,
      `  Fix:    ${restore}`,
      rule31,
    ),
  },
  {
    name: "a deleted object there that is not Exchange's",
    of: registered({
      container: configuration,
      guid: "00000000000000000000000000000000",
      state: "deleted",
      value: "B:32:00000000000000000000000000000000:CN=x",
    }),
    says: fails(
      `R31 (should), ${onDc1}: ${advice}: B:32:00000000000000000000000000000000:CN=x of ${configuration}, a deleted object`,
      `  Found:  B:32:00000000000000000000000000000000:CN=x of ${configuration}, a deleted object`,
      needed31,
      where31,
      `  Fix:    ${restore}`,
      rule31,
    ),
  },
  {
    name: "a domain-local group",
    of: registered({ groupType: -2147483644 }),
    says: fails(
      `R31 (must), ${onDc1}: ${stops}: ${servers} of ${exchange} is not universal (groupType -2147483644)`,
      `  Found:  ${servers} of ${exchange} is not universal (groupType -2147483644)`,
      needed31,
      where31,
      universal,
      rule31,
    ),
  },
  {
    name: "a global distribution group, as the first server meets it",
    of: registered({ groupType: 2 }, firstServer),
    says: fails(
      `R31 (must), server upgrade on mbx-lon.contoso.com: preparing Active Directory is left to this server, and ${stops}: ${servers} of ${exchange} is not universal and not a security group (groupType 2)`,
      `  Found:  ${servers} of ${exchange} is not universal and not a security group (groupType 2)`,
      needed31,
      where31,
      `${universal}; if another server prepares it, put that one in \`after\``,
      rule31,
    ),
  },
  {
    name: "a deleted group, where a server prepares nothing",
    of: registered({ state: "deleted" }, { step: "server" }),
    says: ok,
  },
  {
    name: "a mail-enabled group",
    of: registered({ mailEnabled: true }),
    says: fails(
      `R31 (should), ${onDc1}: ${advice}: ${servers} of ${exchange} is mail-enabled`,
      `  Found:  ${servers} of ${exchange} is mail-enabled`,
      needed31,
      where31,
      "  Fix:    take mail away from the group (Disable-DistributionGroup)",
      rule31,
    ),
  },
  {
    name: "a value of another form",
    of: registered({ state: "malformed", value: "B:32:A7D2", guid: null, groupType: null }),
    says: fails(
      `R31 (should), ${onDc1}: ${advice}: B:32:A7D2 of ${exchange} has not the form B:32:GUID:DN`,
      `  Found:  B:32:A7D2 of ${exchange} has not the form B:32:GUID:DN`,
      needed31,
      where31,
      "  Fix:    look at the value with an LDAP editor, and correct or remove it",
      rule31,
    ),
  },
  { name: "what is no group", of: registered({ state: "other", groupType: null }), says: ok },
  {
    name: "a group that does not show",
    of: registered({ state: "unseen", groupType: null, sid: null }),
    says: notVerified(
      `R31 (must), ${onDc1}: not verified: ${servers} of ${exchange} leads to no object that this account sees`,
      needed31,
      where31,
      `  Fix:    ${readThem}; if the group is gone, restore it or remove this value`,
      rule31,
    ),
  },
  {
    name: "a group whose type does not show",
    of: registered({ groupType: null }),
    says: notVerified(
      `R31 (must), ${onDc1}: not verified: groupType of ${servers} of ${exchange} cannot be seen`,
      needed31,
      where31,
      `  Fix:    ${readThem}`,
      rule31,
    ),
  },
  {
    name: "groups that could not be read",
    of: aCase({ step, health: { groups: silent } }),
    says: notVerified(
      `R31 (must), ${onDc1}: not verified: no answer within 60 s`,
      needed31,
      where31,
      `  Fix:    ${readThem}`,
      rule31,
    ),
  },
];

const unit = "Microsoft Exchange Security Groups";
const withoutUnit = `/PrepareAD would stop halfway without the OU ${unit}`;
const notAsLeft = "the groups of Exchange are not as Setup leaves them";
const needed32 = `  Needed: the OU ${unit} directly below the forest root domain, and each group of Exchange in it registered`;
const where32 = "  Where:  in the forest root domain";
const create = `create the OU ${unit} at the root of the forest root domain, or give the one that was renamed or moved its name and place back`;
const title32 = "the groups of Exchange lie in their OU, and are registered";
const script = "microsoft/CSS-Exchange, Test-MSExchangeSecurityGroupsContainerDeleted.ps1";
const rule32 = `  Rule:   R32, ${title32} (unverified: public reports; ${script}, says it of 2013 and later)`;
const rule32Later = `  Rule:   R32, ${title32} (${script})`;

const later: Changes = { step, target: "2016 CU23" };

export const R32: CaseTable = [
  { name: "the OU in its place", of: aCase({ step }), says: ok },
  {
    name: "no OU, for 2007",
    of: aCase({ step, apply: true, health: groups({ units: [] }) }),
    says: fails(
      `R32 (should), ${onDc1}: ${notAsLeft}: no OU of this name`,
      "  Found:  no OU of this name",
      needed32,
      where32,
      `  Fix:    ${create}`,
      rule32,
    ),
  },
  {
    name: "no OU, for 2016",
    of: aCase({ ...later, health: groups({ units: [] }) }),
    says: fails(
      `R32 (must), ${onDc1}: ${withoutUnit}: no OU of this name`,
      "  Found:  no OU of this name",
      needed32,
      where32,
      `  Fix:    ${create}`,
      rule32Later,
    ),
  },
  {
    name: "an OU that was moved",
    of: aCase({
      ...later,
      health: groups({ units: [{ dn: `OU=${unit},OU=IT,DC=contoso,DC=com`, atRoot: false }] }),
    }),
    says: fails(
      `R32 (must), ${onDc1}: ${withoutUnit}: only OU=${unit},OU=IT,DC=contoso,DC=com`,
      `  Found:  only OU=${unit},OU=IT,DC=contoso,DC=com`,
      needed32,
      where32,
      `  Fix:    ${create}`,
      rule32Later,
    ),
  },
  {
    name: "no OU that shows",
    of: aCase({ ...later, health: groups({ units: [], readable: false }) }),
    says: notVerified(
      `R32 (must), ${onDc1}: not verified: no OU ${unit} shows: there is none, or this account cannot see it`,
      needed32,
      where32,
      `  Fix:    ${readThem}; if there is none, ${create}`,
      rule32Later,
    ),
  },
  {
    name: "a group that is registered nowhere, where the first server prepares",
    of: aCase({
      ...firstServer,
      health: groups({ unregistered: [`CN=Exchange View-Only Administrators,${securityGroups}`] }),
    }),
    says: fails(
      `R32 (should), server upgrade on mbx-lon.contoso.com: preparing Active Directory is left to this server, and ${notAsLeft}: CN=Exchange View-Only Administrators,${securityGroups} is registered nowhere`,
      `  Found:  CN=Exchange View-Only Administrators,${securityGroups} is registered nowhere`,
      needed32,
      where32,
      "  Fix:    register the group in otherWellKnownObjects of CN=Microsoft Exchange again before /PrepareAD, which otherwise makes a second one beside it, with 1 behind its name; rename it if it is no group of Exchange; if another server prepares it, put that one in `after`",
      rule32,
    ),
  },
  {
    name: "groups that could not be read, for 2007",
    of: aCase({ step, health: { groups: silent } }),
    says: notVerified(
      `R32 (should), ${onDc1}: not verified: no answer within 60 s`,
      needed32,
      where32,
      `  Fix:    ${readThem}`,
      rule32,
    ),
  },
];
