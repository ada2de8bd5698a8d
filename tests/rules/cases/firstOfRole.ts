/** Cases of P1: the account that upgrades the first server of a role. */
import {
  aCase,
  accessIs,
  installed,
  judged,
  localAdministrators,
  loggedOnAs,
  noAccount,
  plannedUpTo,
  rolesAre,
  serverObject,
  serversAre,
  sids,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";
import { another, helpdesk, onServer, self, unnamedGroup, upgraded, users } from "./helpdesk";

const asAdministrator = "  Where:  account CONTOSO\\exadmin, on mbx-lon.contoso.com";

const first = {
  head: "P1 (must), server upgrade on mbx-lon.contoso.com",
  needed:
    "  Needed: Exchange Organization Administrators, and local Administrators of mbx-lon.contoso.com, for the first server with Mailbox",
  rule: "  Rule:   P1, the first server of a role needs Exchange Organization Administrators and local Administrators (How to upgrade to Exchange 2007 SP1)",
};

/** The text for helpdesk, which administers the computer and not the organization, about roles. */
function notAdministrator(roles: string, groups: string): Says {
  return fails(
    String.raw`${first.head}: it is the first server with ${roles} to be upgraded, and CONTOSO\helpdesk is not in Exchange Organization Administrators`,
    String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with ${groups}, nested ones included; judged by ${judged.organizationAdministrators}`,
    first.needed.replace("server with Mailbox", `server with ${roles}`),
    onServer,
    `  Fix:    add CONTOSO\\helpdesk to Exchange Organization Administrators and log off and on, or set \`account\` to one that is a member; or upgrade another server with ${roles} before it, and put that one in \`after\``,
    first.rule,
  );
}

/** The text for a logon that could not be taken for the account's. */
function tokenUnread(why: string): Says {
  return notVerified(
    `${first.head}: not verified: ${why}`,
    first.needed,
    asAdministrator,
    "  Fix:    let the connection log on as the account that runs Setup, or waive the rule for a reason",
    first.rule,
  );
}

const accountUnread = (of: string, why = "no answer within 60 s", fix?: string) =>
  notVerified(
    `${first.head}: not verified: ${why}`,
    first.needed,
    asAdministrator,
    `  Fix:    ${fix ?? `let \`directory\` reach a domain controller that shows ${of} and its groups`}`,
    first.rule,
  );

/** The text for a server that may be an upgraded one with the role. */
const orderUnseen = (attribute: string) =>
  notVerified(
    `${first.head}: not verified: the directory does not show ${attribute} of new.contoso.com`,
    first.needed.replace("with Mailbox", "with a role"),
    onServer,
    "  Fix:    let `directory` read the servers of the organization, or run Setup under Exchange Organization Administrators; where such a server is gone for good, remove its object (ADSI Edit, connected to Configuration), or name it in `gone`, with the reason",
    first.rule,
  );

export const P1: CaseTable = [
  { name: "the first Mailbox server, under both groups", of: aCase(), says: ok },
  { name: "the same, right before Setup", of: aCase({ apply: true }), says: ok },
  {
    name: "the organization's group through another group",
    of: aCase(helpdesk([...users, sids.schemaAdmins, sids.organizationAdministrators])),
    says: ok,
  },
  { name: "under no group", of: aCase(helpdesk()), says: notAdministrator("Mailbox", "1 group") },
  {
    name: "under the administrators of the forest and of the domain, and in control of the server's object",
    of: aCase({
      ...helpdesk([sids.schemaAdmins, sids.enterpriseAdmins, sids.contosoDomainAdmins]),
      access: accessIs({ sid: sids.helpdesk, allow: true, mask: 0x000f01ff }),
      apply: true,
    }),
    says: notAdministrator("Mailbox", "3 groups"),
  },
  {
    name: "another server with the role that is not upgraded",
    of: aCase({ ...helpdesk(), forest: another }),
    says: notAdministrator("Mailbox", "1 group"),
  },
  {
    name: "another server with the role that is planned before it",
    of: aCase({ ...helpdesk(), forest: another, after: ["mbx-ny.contoso.com"] }),
    says: ok,
  },
  {
    name: "planned before it, but not upgraded right before Setup",
    of: aCase({ ...helpdesk(), forest: another, after: ["mbx-ny.contoso.com"], apply: true }),
    says: notAdministrator("Mailbox", "1 group"),
  },
  {
    name: "another server with the role that is upgraded: P3 judges",
    of: aCase({ ...helpdesk(), forest: upgraded, apply: true }),
    says: ok,
  },
  {
    name: "an upgraded server of another role",
    of: aCase({
      ...helpdesk(),
      forest: serversAre(self, serverObject("cas-lon", ["Client Access"], "8.1.240.6")),
    }),
    says: notAdministrator("Mailbox", "1 group"),
  },
  {
    name: "its own object, which a failed upgrade brought to the target already",
    of: aCase({ ...helpdesk(), forest: serversAre(serverObject("mbx-lon", ["Mailbox"], "8.1.240.6")) }),
    says: notAdministrator("Mailbox", "1 group"),
  },
  {
    name: "its own object under its host name alone",
    of: aCase({
      ...helpdesk(),
      forest: serversAre(serverObject("MBX-LON", ["Mailbox"], "8.1.240.6", { fqdn: null })),
    }),
    says: notAdministrator("Mailbox", "1 group"),
  },
  {
    name: "a server without a name in the network, planned before it by host name",
    of: aCase({
      ...helpdesk(),
      forest: serversAre(self, serverObject("MBX-NY", ["Mailbox"], "8.0.685.25", { fqdn: null })),
      after: ["mbx-ny.emea.contoso.com"],
    }),
    says: ok,
  },
  {
    name: "an upgraded server whose roles the directory does not show",
    of: aCase({ ...helpdesk(), forest: serversAre(self, serverObject("new", null, "8.1.240.6")) }),
    says: orderUnseen("msExchCurrentServerRoles"),
  },
  {
    name: "a server with the role whose version the directory does not show, right before Setup",
    of: aCase({
      ...helpdesk(),
      forest: serversAre(self, serverObject("new", ["Mailbox"], null)),
      apply: true,
    }),
    says: orderUnseen("serialNumber"),
  },
  {
    name: "the same, under both groups",
    of: aCase({ forest: serversAre(self, serverObject("new", null, null)) }),
    says: ok,
  },
  {
    name: "a server that is planned before it and whose roles the directory does not show",
    of: aCase({
      ...helpdesk(),
      forest: serversAre(self, serverObject("new", null)),
      after: ["new.contoso.com"],
    }),
    says: orderUnseen("msExchCurrentServerRoles"),
  },
  {
    name: "a server that is not upgraded, and one of 2003, whose roles do not matter",
    of: aCase({
      ...helpdesk(),
      forest: serversAre(self, serverObject("old", null), serverObject("ex-2003", null, "6.5.7638.2")),
    }),
    says: notAdministrator("Mailbox", "1 group"),
  },
  {
    name: "a server of a later product, which is no upgraded one",
    of: aCase({
      ...helpdesk(),
      forest: serversAre(self, serverObject("mbx-2010", ["Mailbox"], "14.3.123.4")),
    }),
    says: notAdministrator("Mailbox", "1 group"),
  },
  {
    name: "two roles, one of which is the first",
    of: aCase({
      ...helpdesk(),
      machine: { ...helpdesk().machine, ...rolesAre(installed("Mailbox"), installed("Hub Transport")) },
      forest: upgraded,
    }),
    says: notAdministrator("Hub Transport", "1 group"),
  },
  {
    name: "two roles that are both the first",
    of: aCase({
      ...helpdesk(),
      machine: { ...helpdesk().machine, ...rolesAre(installed("Unified Messaging"), installed("Mailbox")) },
    }),
    says: notAdministrator("Unified Messaging and Mailbox", "1 group"),
  },
  {
    name: "the organization's administrator, who is no local one",
    of: aCase({ machine: loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", [sids.organizationAdministrators]) }),
    says: fails(
      String.raw`${first.head}: it is the first server with Mailbox to be upgraded, and CONTOSO\exadmin is not in local Administrators`,
      String.raw`  Found:  CONTOSO\exadmin (S-1-5-21-1-1-1-1202) with 1 group in its logon token`,
      first.needed,
      asAdministrator,
      "  Fix:    add CONTOSO\\exadmin to the local group Administrators and log off and on, or connect as one that is a member",
      first.rule,
    ),
  },
  {
    name: "neither of the two",
    of: aCase(helpdesk(users, users)),
    says: fails(
      String.raw`${first.head}: it is the first server with Mailbox to be upgraded, and CONTOSO\helpdesk is not in Exchange Organization Administrators; CONTOSO\helpdesk is not in local Administrators`,
      String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group, nested ones included; judged by ${judged.organizationAdministrators}; CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group in its logon token`,
      first.needed,
      onServer,
      "  Fix:    add CONTOSO\\helpdesk to Exchange Organization Administrators and log off and on, or set `account` to one that is a member; add CONTOSO\\helpdesk to the local group Administrators and log off and on, or connect as one that is a member; or upgrade another server with Mailbox before it, and put that one in `after`",
      first.rule,
    ),
  },
  {
    name: "a token that User Account Control has filtered",
    of: aCase({
      machine: loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", [sids.organizationAdministrators], false),
    }),
    says: fails(
      String.raw`${first.head}: it is the first server with Mailbox to be upgraded, and the logon of CONTOSO\exadmin is not elevated, so it lacks the rights of local Administrators`,
      String.raw`  Found:  CONTOSO\exadmin (S-1-5-21-1-1-1-1202) with 1 group in its logon token, not elevated`,
      first.needed,
      asAdministrator,
      "  Fix:    if it is a member, let it log on with its full token (User Account Control filters this one); otherwise connect as one that is a member",
      first.rule,
    ),
  },
  {
    name: "a full token of a Windows that knows such labels",
    of: aCase({
      machine: loggedOnAs(
        sids.exadmin,
        "CONTOSO\\exadmin",
        [sids.organizationAdministrators, localAdministrators],
        true,
      ),
    }),
    says: ok,
  },
  {
    name: "an account that could not be read, and is no local administrator",
    of: aCase({ ...helpdesk(users, users), found: silent }),
    says: fails(
      String.raw`${first.head}: it is the first server with Mailbox to be upgraded, and CONTOSO\helpdesk is not in local Administrators`,
      String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group in its logon token`,
      first.needed,
      onServer,
      "  Fix:    add CONTOSO\\helpdesk to the local group Administrators and log off and on, or connect as one that is a member",
      first.rule,
    ),
  },
  {
    name: "an account that the directory does not have",
    of: aCase({ account: "CONTOSO\\ghost", found: noAccount }),
    says: fails(
      String.raw`${first.head}: it is the first server with Mailbox to be upgraded, and the directory has no account CONTOSO\ghost`,
      String.raw`  Found:  no such account (account CONTOSO\ghost in contoso.com, emea.contoso.com)`,
      first.needed,
      "  Where:  account CONTOSO\\ghost, on mbx-lon.contoso.com",
      "  Fix:    name an account of the forest as `account`, in the form DOMAIN\\name; or upgrade another server with Mailbox before it, and put that one in `after`",
      first.rule,
    ),
  },
  {
    name: "an account that could not be read",
    of: aCase({ found: silent }),
    says: accountUnread("CONTOSO\\exadmin"),
  },
  {
    name: "no account, where an operator runs Setup",
    of: aCase({
      run: "manual",
      account: null,
      found: { ...silent, why: "the program does not name the account that will run Setup" },
      machine: { logon: silent },
    }),
    says: notVerified(
      `${first.head}: not verified: the program does not name the account that will run Setup; no answer within 60 s`,
      first.needed,
      "  Where:  the account that runs Setup, on mbx-lon.contoso.com",
      "  Fix:    name the account that runs Setup as `account`, and let `directory` read its groups; let the connection log on as the account that runs Setup, or waive the rule for a reason",
      first.rule,
    ),
  },
  {
    name: "groups whose SIDs could not be read, right before Setup",
    of: aCase({ forest: { groups: silent }, apply: true }),
    says: accountUnread("CONTOSO\\exadmin"),
  },
  {
    name: "no entry says which group the organization's administrators are",
    of: aCase({ forest: unnamedGroup }),
    says: accountUnread(
      "",
      "otherWellKnownObjects does not lead to Exchange Organization Administrators: it has no entry, or one whose group is deleted or not shown",
      "let `directory` read otherWellKnownObjects of CN=Microsoft Exchange and the group that it names, with an account that sees both; an entry whose group was deleted has to be repaired first",
    ),
  },
  {
    name: "a session that could not be asked who it is",
    of: aCase({ machine: { logon: silent } }),
    says: tokenUnread("no answer within 60 s"),
  },
  { name: "an operator whose account connects", of: aCase({ run: "manual" }), says: ok },
  {
    name: "an operator under another account than the one that connects",
    of: aCase({ run: "manual", machine: loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk") }),
    says: tokenUnread(
      "the SSH logon is CONTOSO\\helpdesk, which does not show the local groups of CONTOSO\\exadmin, and the members of local Administrators: it was not asked",
    ),
  },
  {
    name: "an operator whose account connects with a filtered token",
    of: aCase({ run: "manual", machine: loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", users, false) }),
    says: tokenUnread("the SSH logon of CONTOSO\\exadmin is not elevated, which hides its local groups"),
  },
  {
    name: "a server whose roles could not be read, under both groups",
    of: aCase({ machine: { roles: silent } }),
    says: ok,
  },
  {
    name: "a server whose roles could not be read, under none",
    of: aCase({ ...helpdesk(), machine: { ...helpdesk().machine, roles: silent } }),
    says: notVerified(
      `${first.head}: not verified: no answer within 60 s`,
      first.needed.replace("with Mailbox", "with a role"),
      onServer,
      "  Fix:    let the connection reach the computer, with an account that may read its registry",
      first.rule,
    ),
  },
  {
    name: "servers of the organization that could not be read, under both groups",
    of: aCase({ forest: { servers: silent }, apply: true }),
    says: ok,
  },
  {
    name: "servers of the organization that could not be read, under none",
    of: aCase({ ...helpdesk(), forest: { servers: silent } }),
    says: notVerified(
      `${first.head}: not verified: no answer within 60 s`,
      first.needed.replace("with Mailbox", "with a role"),
      onServer,
      "  Fix:    let `directory` read the servers of the organization, or run Setup under Exchange Organization Administrators",
      first.rule,
    ),
  },
  ...(
    [rolesAre(), rolesAre(installed("Management Tools")), rolesAre(installed("Edge Transport"))] as const
  ).map((roles, i) => ({
    name: `without a role that it is about: ${["none", "the management tools", "Edge Transport"][i]}`,
    of: aCase({ ...helpdesk(), machine: { ...helpdesk().machine, ...roles } }),
    says: ok,
  })),
  {
    name: "an Edge Transport server that does not answer",
    of: aCase({
      ...helpdesk(),
      planned: plannedUpTo({ edge: true }),
      machine: { roles: silent, logon: silent },
    }),
    says: ok,
  },
];
