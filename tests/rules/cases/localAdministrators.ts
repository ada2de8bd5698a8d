/** Cases of the rules that ask no more than local Administrators: P2 and P4. */
import { type AdministratorFacts, known } from "../../../lib/facts";
import {
  aCase,
  account,
  type Changes,
  installed,
  localAdministrators,
  loggedOnAs,
  noAccount,
  plannedUpTo,
  rolesAre,
  sids,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";

const localSid = "S-1-5-21-9-9-9-500";
const edgeRoles = rolesAre(installed("Edge Transport"), installed("Management Tools"));

/** An Edge Transport server under its own administrator, whom no directory knows. */
function edge(token: readonly string[] = [localAdministrators], changes: Changes = {}) {
  return aCase({
    computer: "edge1.perimeter.contoso.com",
    planned: plannedUpTo({ from: "as found", edge: true }),
    account: null,
    found: { ...silent, why: "the step has no directory" },
    ...changes,
    machine: { ...loggedOnAs(localSid, "EDGE1\\Administrator", token), ...edgeRoles, ...changes.machine },
  });
}

/** The members of local Administrators. */
const membersAre = (...members: readonly AdministratorFacts[]) =>
  known(members, 'net localgroup "Administrators"');
const local = (name: string): AdministratorFacts => ({ kind: "local account", name });
const unresolved = (name: string, why: string): AdministratorFacts => ({ kind: "unresolved", name, why });
const inDomain = (
  name: string,
  sid: string,
  other: { readonly domain?: string; readonly domainLocal?: boolean } = {},
): AdministratorFacts => ({ kind: "domain", name, sid, domain: "contoso.com", domainLocal: false, ...other });

const ruleP2 =
  "  Rule:   P2, an Edge Transport server needs local Administrators (How to upgrade to Exchange 2007 SP1)";

function edgeUnread(why: string, account = "the account that runs Setup"): Says {
  return notVerified(
    `P2 (must), server upgrade on edge1.perimeter.contoso.com: not verified: ${why}`,
    "  Needed: local Administrators of edge1.perimeter.contoso.com",
    `  Where:  ${account}, on edge1.perimeter.contoso.com`,
    "  Fix:    let the connection log on as the account that runs Setup, or waive the rule for a reason",
    ruleP2,
  );
}

export const P2: CaseTable = [
  { name: "a local administrator", of: edge(), says: ok },
  { name: "a local administrator, right before Setup", of: edge(undefined, { apply: true }), says: ok },
  {
    name: "somebody else",
    of: edge(["S-1-5-32-545"]),
    says: fails(
      String.raw`P2 (must), server upgrade on edge1.perimeter.contoso.com: EDGE1\Administrator is not in local Administrators`,
      String.raw`  Found:  EDGE1\Administrator (S-1-5-21-9-9-9-500) with 1 group in its logon token`,
      "  Needed: local Administrators of edge1.perimeter.contoso.com",
      "  Where:  account EDGE1\\Administrator, on edge1.perimeter.contoso.com",
      "  Fix:    add EDGE1\\Administrator to the local group Administrators and log off and on, or connect as one that is a member",
      ruleP2,
    ),
  },
  {
    name: "a member of the domain, known by its role where the program does not say Prepared.edge",
    of: aCase({
      apply: true,
      machine: {
        ...edgeRoles,
        ...loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", [sids.organizationAdministrators]),
      },
    }),
    says: fails(
      String.raw`P2 (must), server upgrade on mbx-lon.contoso.com: CONTOSO\exadmin is not in local Administrators`,
      String.raw`  Found:  CONTOSO\exadmin (S-1-5-21-1-1-1-1202) with 1 group in its logon token`,
      "  Needed: local Administrators of mbx-lon.contoso.com",
      "  Where:  account CONTOSO\\exadmin, on mbx-lon.contoso.com",
      "  Fix:    add CONTOSO\\exadmin to the local group Administrators and log off and on, or connect as one that is a member",
      ruleP2,
    ),
  },
  {
    name: "an operator under the local account that connects, which is known by its name alone",
    of: edge(undefined, { run: "manual", account: "Edge1\\administrator" }),
    says: ok,
  },
  {
    name: "the same, where a directory was asked for the account",
    of: edge(undefined, { run: "manual", account: "EDGE1\\Administrator", found: noAccount }),
    says: ok,
  },
  {
    name: "an operator under another account",
    of: edge(undefined, { run: "manual", account: "EDGE1\\setup" }),
    says: edgeUnread(
      "the SSH logon is EDGE1\\Administrator, which does not show the local groups of EDGE1\\setup, and the members of local Administrators: it was not asked",
      "account EDGE1\\setup",
    ),
  },
  {
    name: "an operator whom the program does not name",
    of: edge(undefined, { run: "manual" }),
    says: edgeUnread(
      "the SSH logon is EDGE1\\Administrator, which does not show the local groups of whoever runs Setup",
    ),
  },
  {
    name: "an operator under another local account, which the computer lists as a member",
    of: edge(undefined, {
      run: "manual",
      account: "edge1\\Setup",
      administrators: membersAre(local("Administrator"), local("setup")),
    }),
    says: ok,
  },
  {
    name: "the same, right before Setup, where it lists others alone",
    of: edge(undefined, {
      run: "manual",
      apply: true,
      account: "EDGE1\\setup",
      administrators: membersAre(local("Administrator"), local("setup2")),
    }),
    says: fails(
      String.raw`P2 (must), server upgrade on edge1.perimeter.contoso.com: EDGE1\setup is not in local Administrators`,
      String.raw`  Found:  Administrator and setup2 (net localgroup "Administrators"); EDGE1\setup, an account of the computer`,
      "  Needed: local Administrators of edge1.perimeter.contoso.com",
      "  Where:  account EDGE1\\setup, on edge1.perimeter.contoso.com",
      "  Fix:    add EDGE1\\setup to the local group Administrators, or set `account` to one that is a member",
      ruleP2,
    ),
  },
  {
    name: "the same, where it lists something that is no account of it",
    of: edge(undefined, {
      run: "manual",
      account: "EDGE1\\setup",
      administrators: membersAre(
        local("Administrator"),
        unresolved("Everyone", "the computer has no account of this name"),
      ),
    }),
    says: edgeUnread(
      'the SSH logon is EDGE1\\Administrator, which does not show the local groups of EDGE1\\setup, and of the members of local Administrators "Everyone" could not be looked up: the computer has no account of this name',
      "account EDGE1\\setup",
    ),
  },
  {
    name: "an operator under an account of a domain, where no directory knows it",
    of: edge(undefined, {
      run: "manual",
      account: "CONTOSO\\setup",
      administrators: membersAre(local("Administrator")),
    }),
    says: edgeUnread(
      "the SSH logon is EDGE1\\Administrator, which does not show the local groups of CONTOSO\\setup, and it cannot be looked for among its members: the step has no directory",
      "account CONTOSO\\setup",
    ),
  },
  {
    name: "a session that could not be asked who it is",
    of: edge(undefined, { machine: { logon: silent } }),
    says: edgeUnread("no answer within 60 s"),
  },
  {
    name: "a server whose roles could not be read, where the program says Prepared.edge",
    of: edge(["S-1-5-32-545"], { machine: { roles: silent, logon: silent } }),
    says: edgeUnread("no answer within 60 s"),
  },
  {
    name: "another server, under nobody: P1 judges",
    of: aCase({ machine: loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", []) }),
    says: ok,
  },
];

/** A computer with only the tools, under an account without any group. */
function tools(token: readonly string[], changes: Changes = {}) {
  return aCase({
    computer: "tools1.contoso.com",
    account: "CONTOSO\\helpdesk",
    found: account("helpdesk"),
    ...changes,
    machine: {
      ...loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk", token),
      ...rolesAre(installed("Management Tools")),
      ...changes.machine,
    },
  });
}

const ruleP4 =
  "  Rule:   P4, a computer with only the management tools needs local Administrators (How to upgrade to Exchange 2007 SP1)";
const toolsNeed = [
  "  Needed: local Administrators of tools1.contoso.com",
  "  Where:  account CONTOSO\\helpdesk, on tools1.contoso.com",
];

/** The same under an operator's account, where the connection is another account's. */
const byOperator = (members: Changes["administrators"], changes: Changes = {}) =>
  tools([], {
    run: "manual",
    ...(members === undefined ? {} : { administrators: members }),
    ...changes,
    machine: { ...loggedOnAs(sids.exadmin, "CONTOSO\\exadmin"), ...changes.machine },
  });
const domainAdmins = inDomain("CONTOSO\\Domain Admins", sids.contosoDomainAdmins);
const withoutToken =
  "the SSH logon is CONTOSO\\exadmin, which does not show the local groups of CONTOSO\\helpdesk";
const toolsUnread = (why: string): Says =>
  notVerified(
    `P4 (must), server upgrade on tools1.contoso.com: not verified: ${why}`,
    ...toolsNeed,
    "  Fix:    let the connection log on as the account that runs Setup, or waive the rule for a reason",
    ruleP4,
  );

export const P4: CaseTable = [
  {
    name: "an operator who is a member himself",
    of: byOperator(membersAre(local("Administrator"), inDomain("CONTOSO\\helpdesk", sids.helpdesk))),
    says: ok,
  },
  {
    name: "an operator in a group that is a member, however deep, beside one that nobody knows",
    of: byOperator(
      membersAre(unresolved("FABRIKAM\\x", "no such domain"), inDomain("CONTOSO\\Domain Users", sids.users)),
    ),
    says: ok,
  },
  {
    name: "an operator in none of the members, right before Setup",
    of: byOperator(membersAre(local("Administrator"), domainAdmins), { apply: true }),
    says: fails(
      String.raw`P4 (must), server upgrade on tools1.contoso.com: CONTOSO\helpdesk is not in local Administrators`,
      String.raw`  Found:  Administrator and CONTOSO\Domain Admins (net localgroup "Administrators"); CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group, nested ones included`,
      ...toolsNeed,
      "  Fix:    add CONTOSO\\helpdesk to the local group Administrators, or set `account` to one that is a member",
      ruleP4,
    ),
  },
  {
    name: "an operator, where one of the members could not be looked up",
    of: byOperator(membersAre(domainAdmins, unresolved("FABRIKAM\\x", "no such domain"))),
    says: toolsUnread(
      `${withoutToken}, and of the members of local Administrators "FABRIKAM\\x" could not be looked up: no such domain`,
    ),
  },
  {
    name: "an operator, where one of the members is a domain-local group of another domain",
    of: byOperator(
      membersAre(
        inDomain("EMEA\\Operators", "S-1-5-21-2-2-2-1400", { domain: "emea.contoso.com", domainLocal: true }),
      ),
    ),
    says: toolsUnread(
      `${withoutToken}, and of the members of local Administrators "EMEA\\Operators" is a domain-local group of another domain than the account's`,
    ),
  },
  {
    name: "an operator, where the members could not be read",
    of: byOperator({ ...silent, why: "the output is not of the form that is known" }),
    says: toolsUnread(
      `${withoutToken}, and the members of local Administrators: the output is not of the form that is known`,
    ),
  },
  {
    name: "an operator whom the directory does not know",
    of: byOperator(membersAre(domainAdmins), { found: noAccount }),
    says: toolsUnread(
      `${withoutToken}, and it cannot be looked for among its members: the directory has no account CONTOSO\\helpdesk`,
    ),
  },
  { name: "a local administrator without any other group", of: tools([localAdministrators]), says: ok },
  { name: "the same, right before Setup", of: tools([localAdministrators], { apply: true }), says: ok },
  {
    name: "the organization's administrator, who is no local one",
    of: tools([sids.organizationAdministrators], {
      found: account("helpdesk", [sids.organizationAdministrators]),
      apply: true,
    }),
    says: fails(
      String.raw`P4 (must), server upgrade on tools1.contoso.com: CONTOSO\helpdesk is not in local Administrators`,
      String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group in its logon token`,
      ...toolsNeed,
      "  Fix:    add CONTOSO\\helpdesk to the local group Administrators and log off and on, or connect as one that is a member",
      ruleP4,
    ),
  },
  {
    name: "a token that User Account Control has filtered",
    of: tools([sids.users], { machine: loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk", [sids.users], false) }),
    says: fails(
      String.raw`P4 (must), server upgrade on tools1.contoso.com: the logon of CONTOSO\helpdesk is not elevated, so it lacks the rights of local Administrators`,
      String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group in its logon token, not elevated`,
      ...toolsNeed,
      "  Fix:    if it is a member, let it log on with its full token (User Account Control filters this one); otherwise connect as one that is a member",
      ruleP4,
    ),
  },
  {
    name: "a filtered token that still lists the group",
    of: tools([], {
      apply: true,
      machine: loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk", [localAdministrators], false),
    }),
    says: fails(
      String.raw`P4 (must), server upgrade on tools1.contoso.com: the logon of CONTOSO\helpdesk is not elevated, so it lacks the rights of local Administrators`,
      String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group in its logon token, not elevated`,
      ...toolsNeed,
      "  Fix:    if it is a member, let it log on with its full token (User Account Control filters this one); otherwise connect as one that is a member",
      ruleP4,
    ),
  },
  {
    name: "the same for an operator, who elevates it",
    of: tools([], {
      run: "manual",
      machine: loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk", [localAdministrators], false),
    }),
    says: ok,
  },
  {
    name: "an operator, who is no local administrator",
    of: tools([sids.users], { run: "manual" }),
    says: fails(
      String.raw`P4 (must), server upgrade on tools1.contoso.com: CONTOSO\helpdesk is not in local Administrators`,
      String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 1 group in its logon token`,
      ...toolsNeed,
      "  Fix:    add CONTOSO\\helpdesk to the local group Administrators and log off and on, or set `account` to one that is a member",
      ruleP4,
    ),
  },
  {
    name: "a session that could not be asked who it is",
    of: tools([], { machine: { logon: silent } }),
    says: notVerified(
      "P4 (must), server upgrade on tools1.contoso.com: not verified: no answer within 60 s",
      ...toolsNeed,
      "  Fix:    let the connection log on as the account that runs Setup, or waive the rule for a reason",
      ruleP4,
    ),
  },
  { name: "a computer without Exchange: D1 judges", of: tools([], { machine: rolesAre() }), says: ok },
  {
    name: "a server with a role, under nobody: P1 judges",
    of: tools([], { machine: rolesAre(installed("Mailbox"), installed("Management Tools")) }),
    says: ok,
  },
  {
    name: "a computer whose roles could not be read: P1 judges",
    of: tools([], { machine: { roles: silent } }),
    says: ok,
  },
];
