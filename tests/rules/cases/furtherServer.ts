/** Cases of P3: the account that upgrades a further server. */
import { known } from "../../../lib/facts";
import {
  aCase,
  accessIs,
  type Changes,
  installed,
  judged,
  loggedOnAs,
  rolesAre,
  serverObject,
  serversAre,
  sids,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";
import { another, helpdesk, onServer, unnamedGroup, upgraded, users } from "./helpdesk";

const fullControl = 0x000f01ff;
const genericAll = 0x10000000;
const everyone = "S-1-1-0";
const authenticatedUsers = "S-1-5-11";
const delegates = "S-1-5-21-1-1-1-1301";

const allow = (sid: string, mask = fullControl) => ({ sid, allow: true, mask });
const deny = (sid: string, mask: number) => ({ sid, allow: false, mask });

const further = {
  head: "P3 (must), server upgrade on mbx-lon.contoso.com",
  needed:
    "  Needed: Exchange Server Administrator for this server or Exchange Organization Administrators, and local Administrators of mbx-lon.contoso.com",
  rule: "  Rule:   P3, a further server needs Exchange Server Administrator and local Administrators (How to upgrade to Exchange 2007 SP1)",
};

/** A further server under helpdesk. */
const later = (changes: Changes = {}) => aCase({ ...helpdesk(), forest: upgraded, ...changes });

function notDelegated(groups: string, entries: string): Says {
  return fails(
    String.raw`${further.head}: CONTOSO\helpdesk is neither Exchange Server Administrator for this server nor in Exchange Organization Administrators`,
    String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with ${groups}, nested ones included, without full control on the server's object (${entries} in its access control list, nTSecurityDescriptor on dc1.contoso.com); judged by ${judged.organizationAdministrators}`,
    further.needed,
    onServer,
    "  Fix:    give CONTOSO\\helpdesk the role Exchange Server Administrator for this server, or add it to Exchange Organization Administrators and log off and on, or set `account` to one that has either",
    further.rule,
  );
}

function delegationUnread(why: string, fix: string): Says {
  const head = `${further.head}: not verified: ${why}`;
  return notVerified(head, further.needed, onServer, `  Fix:    ${fix}`, further.rule);
}

const seeObject =
  "let `directory` read the server's object and its access control list, with an account that may";
const seeHelpdesk = "let `directory` reach a domain controller that shows CONTOSO\\helpdesk and its groups";

const delegatedSetup = "S-1-5-21-1-1-1-1401";

/** A group of Exchange; one that Setup made once more has a number behind its name. */
const inSecurityGroups = (name: string) => ({
  name: `CONTOSO\\${name}`,
  dn: `CN=${name},OU=Microsoft Exchange Security Groups,DC=contoso,DC=com`,
});

/** A further server of a product whose delegates are a group; helpdesk is in these groups. */
function ofRoleGroups(
  product: "2010" | "2016",
  groups: readonly string[],
  named: string | null = delegatedSetup,
  changes: Changes = {},
) {
  const { from, to, target } = {
    "2010": { from: "14.0.639.21", to: "14.3.123.4", target: "2010 SP3" },
    "2016": { from: "15.1.2375.7", to: "15.1.2507.6", target: "2016 CU23" },
  }[product];
  const servers = serversAre(
    serverObject("mbx-lon", ["Mailbox"], from),
    serverObject("mbx-ny", ["Mailbox"], to),
  );
  const { schemaAdmins, enterpriseAdmins, organizationAdministrators } = sids;
  return aCase({
    ...helpdesk(groups),
    target,
    ...changes,
    forest: {
      ...servers,
      groups: known(
        {
          schemaAdmins,
          enterpriseAdmins,
          domainAdmins: {},
          organizationAdministrators,
          delegatedSetup: named,
          objects: {
            [organizationAdministrators]: inSecurityGroups("Organization Management"),
            [delegatedSetup]: inSecurityGroups("Delegated Setup1"),
          },
          unread: {},
        },
        "objectSid of the domains on dc1.contoso.com",
      ),
    },
    machine: { ...helpdesk(groups).machine, ...rolesAre(installed("Mailbox", from)) },
  });
}

const roleGroups =
  "  Needed: Delegated Setup or Organization Management, and local Administrators of mbx-lon.contoso.com";
const title = "  Rule:   P3, a further server needs Delegated Setup and local Administrators";
const rule2010 = `${title} (Microsoft TechNet bb629560 (upgrading Exchange 2010 to a service pack))`;
const rule2016 =
  '  Rule:   P3, a further server needs Organization Management and local Administrators (Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update"; Setup logs among the tests of microsoft/CSS-Exchange (GlobalServerInstall))';
const notInOrganization: Says = fails(
  String.raw`${further.head}: CONTOSO\helpdesk is not in Organization Management`,
  String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group, nested ones included; judged by CONTOSO\Organization Management (CN=Organization Management,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com, S-1-5-21-1-1-1-1101)`,
  "  Needed: Organization Management, and local Administrators of mbx-lon.contoso.com",
  onServer,
  "  Fix:    add CONTOSO\\helpdesk to Organization Management and log off and on, or set `account` to one that is a member",
  rule2016,
);
const inNeither = (add: string, rule: string): Says =>
  fails(
    String.raw`${further.head}: CONTOSO\helpdesk is neither in CONTOSO\Delegated Setup1 (Delegated Setup) nor in Organization Management`,
    String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group, nested ones included; judged by CONTOSO\Delegated Setup1 (CN=Delegated Setup1,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com, S-1-5-21-1-1-1-1401) and CONTOSO\Organization Management (CN=Organization Management,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com, S-1-5-21-1-1-1-1101)`,
    roleGroups,
    onServer,
    `  Fix:    add CONTOSO\\helpdesk to ${add} and log off and on, or set \`account\` to one that is a member`,
    rule,
  );
const groupUnread = (why: string, rule: string): Says =>
  notVerified(
    `${further.head}: not verified: ${why}`,
    roleGroups,
    onServer,
    "  Fix:    add CONTOSO\\helpdesk to Organization Management, or set `account` to one that is a member",
    rule,
  );

export const P3: CaseTable = [
  { name: "of 2010, a member of Delegated Setup", of: ofRoleGroups("2010", [delegatedSetup]), says: ok },
  {
    name: "of 2010, a member of neither group",
    of: ofRoleGroups("2010", [sids.users]),
    says: inNeither("CONTOSO\\Delegated Setup1 (Delegated Setup) or Organization Management", rule2010),
  },
  {
    name: "of 2016, the organization's administrators",
    of: ofRoleGroups("2016", [sids.organizationAdministrators]),
    says: ok,
  },
  {
    name: "of 2016, a member of Delegated Setup, which only installs on server objects made ahead",
    of: ofRoleGroups("2016", [delegatedSetup]),
    says: notInOrganization,
  },
  {
    name: "of 2016, a member of neither group, right before Setup",
    of: ofRoleGroups("2016", [sids.users], delegatedSetup, { apply: true }),
    says: notInOrganization,
  },
  {
    name: "of 2010, where no entry says which group Delegated Setup is",
    of: ofRoleGroups("2010", [sids.users], null),
    says: groupUnread(
      "otherWellKnownObjects does not lead to Delegated Setup: it has no entry, or one whose group is deleted or not shown",
      rule2010,
    ),
  },
  {
    name: "the first of its role, under nobody: P1 judges",
    of: aCase({ ...helpdesk(users, users), access: accessIs() }),
    says: ok,
  },
  { name: "the organization's administrators", of: aCase({ forest: upgraded }), says: ok },
  { name: "delegated to the account", of: later({ access: accessIs(allow(sids.helpdesk)) }), says: ok },
  {
    name: "delegated to the account, right before Setup",
    of: later({ access: accessIs(allow(sids.helpdesk)), apply: true }),
    says: ok,
  },
  {
    name: "delegated, where the first server is only planned",
    of: later({ access: accessIs(allow(sids.helpdesk)), forest: another, after: ["mbx-ny.contoso.com"] }),
    says: ok,
  },
  {
    name: "delegated to a group in which it is through another",
    of: later({ ...helpdesk([...users, delegates]), access: accessIs(allow(delegates)) }),
    says: ok,
  },
  {
    name: "delegated to Authenticated Users",
    of: later({ access: accessIs(allow(authenticatedUsers)) }),
    says: ok,
  },
  {
    name: "delegated to Everyone, as all rights in one",
    of: later({ access: accessIs(allow(everyone, genericAll)) }),
    says: ok,
  },
  {
    name: "delegated by two entries that come to full control",
    of: later({ access: accessIs(allow(sids.helpdesk, 0x000f0000), allow(sids.users, 0x000001ff)) }),
    says: ok,
  },
  {
    name: "allowed before it is denied",
    of: later({ access: accessIs(allow(sids.helpdesk), deny(everyone, genericAll)) }),
    says: ok,
  },
  {
    name: "denied before it is allowed",
    of: later({ access: accessIs(deny(sids.users, 0x00040000), allow(sids.helpdesk)) }),
    says: notDelegated("1 group", "2 entries"),
  },
  {
    name: "all rights denied before they are allowed",
    of: later({ access: accessIs(deny(everyone, genericAll), allow(sids.helpdesk, genericAll)) }),
    says: notDelegated("1 group", "2 entries"),
  },
  {
    name: "another account is denied",
    of: later({ access: accessIs(deny(sids.exadmin, genericAll), allow(sids.helpdesk)) }),
    says: ok,
  },
  {
    name: "all rights but the one to delete",
    of: later({ access: accessIs(allow(sids.helpdesk, fullControl & ~0x00010000)), apply: true }),
    says: notDelegated("1 group", "1 entry"),
  },
  {
    name: "delegated to nobody",
    of: later({ access: accessIs() }),
    says: notDelegated("1 group", "0 entries"),
  },
  {
    name: "delegated to others",
    of: later({ ...helpdesk([...users, sids.enterpriseAdmins]), access: accessIs(allow(delegates)) }),
    says: notDelegated("2 groups", "1 entry"),
  },
  {
    name: "delegated, and no local administrator",
    of: later({ ...helpdesk(users, users), access: accessIs(allow(sids.helpdesk)) }),
    says: fails(
      String.raw`${further.head}: CONTOSO\helpdesk is not in local Administrators`,
      String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group in its logon token`,
      further.needed,
      onServer,
      "  Fix:    add CONTOSO\\helpdesk to the local group Administrators and log off and on, or connect as one that is a member",
      further.rule,
    ),
  },
  {
    name: "delegated, where the account's group in the organization could not be told",
    of: later({ access: accessIs(allow(sids.helpdesk)), forest: { ...upgraded, ...unnamedGroup } }),
    says: ok,
  },
  {
    name: "not delegated, where the account's group in the organization could not be told",
    of: later({ access: accessIs(), forest: { ...upgraded, ...unnamedGroup } }),
    says: delegationUnread(
      "otherWellKnownObjects does not lead to Exchange Organization Administrators: it has no entry, or one whose group is deleted or not shown",
      "let `directory` read otherWellKnownObjects of CN=Microsoft Exchange and the group that it names, with an account that sees both; an entry whose group was deleted has to be repaired first",
    ),
  },
  {
    name: "an access control list that could not be read",
    of: later({ access: silent }),
    says: delegationUnread("no answer within 60 s", seeObject),
  },
  {
    name: "a server object that the directory does not show",
    of: later({ access: known(null, "servers on dc1.contoso.com") }),
    says: delegationUnread("the directory shows no server object of mbx-lon.contoso.com", seeObject),
  },
  {
    name: "an account that could not be read",
    of: later({ found: silent, access: accessIs(allow(sids.helpdesk)) }),
    says: delegationUnread("no answer within 60 s", seeHelpdesk),
  },
  {
    name: "a server whose roles could not be read",
    of: later({ machine: { ...helpdesk().machine, roles: silent } }),
    says: delegationUnread(
      "no answer within 60 s",
      "let the connection reach the computer, with an account that may read its registry",
    ),
  },
  {
    name: "servers of the organization that could not be read, delegated",
    of: later({ access: accessIs(allow(sids.helpdesk)), forest: { servers: silent } }),
    says: ok,
  },
  {
    name: "an operator under another account than the one that connects",
    of: later({
      run: "manual",
      access: accessIs(allow(sids.helpdesk)),
      machine: loggedOnAs(sids.exadmin, "CONTOSO\\exadmin"),
    }),
    says: delegationUnread(
      "the SSH logon is CONTOSO\\exadmin, which does not show the local groups of CONTOSO\\helpdesk, and the members of local Administrators: it was not asked",
      "let the connection log on as the account that runs Setup, or waive the rule for a reason",
    ),
  },
  {
    name: "Edge Transport, under nobody: P2 judges",
    of: later({ machine: { ...helpdesk(users, users).machine, ...rolesAre(installed("Edge Transport")) } }),
    says: ok,
  },
];
