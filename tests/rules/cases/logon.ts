/** Cases of the rules on the logon that runs Setup: R4, R5, R6, R70. */
import { known } from "../../../lib/facts";
import {
  aCase,
  accessIs,
  account,
  groupObjects,
  installed,
  localAdministrators,
  loggedOnAs,
  noAccount,
  plannedUpTo,
  rolesAre,
  sids,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const schema = { step: "schema" } as const;
const organization = { step: "organization" } as const;
const domain = { step: "domain" } as const;

export const R4: CaseTable = [
  { name: "the session is the account, by SID and by name", of: aCase(), says: ok },
  { name: "the session of the schema's preparation is the account", of: aCase(schema), says: ok },
  { name: "the session of Active Directory's preparation is the account", of: aCase(organization), says: ok },
  { name: "the session of a domain's preparation is the account", of: aCase(domain), says: ok },
  {
    name: "Windows prints the name in other letters",
    of: aCase({ machine: loggedOnAs(sids.exadmin, "contoso\\EXADMIN") }),
    says: ok,
  },
  {
    name: "the program names the account by its principal name",
    of: aCase({ account: "exadmin@contoso.com" }),
    says: ok,
  },
  ...(["task", "scheduled", "manual"] as const).map((run) => ({
    name: `another account, where Setup is not started in its session (${run})`,
    of: aCase({ run, machine: loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk"), apply: true }),
    says: ok,
  })),
  {
    name: "another account",
    of: aCase({ machine: loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk") }),
    says: fails(
      String.raw`R4 (must), server upgrade on mbx-lon.contoso.com: the SSH session is CONTOSO\helpdesk, not CONTOSO\exadmin`,
      String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204); CONTOSO\exadmin is S-1-5-21-1-1-1-1202 in the directory`,
      String.raw`  Needed: an SSH logon as CONTOSO\exadmin, since run: "direct" starts Setup in that session`,
      "  Where:  in the program: `account` and `computer.connection.user`",
      "  Fix:    connect as that account, or leave `account` out to run Setup as the one that connects",
      "  Rule:   R4, Setup that is started over SSH runs as the account that logged on (how Setup is run)",
    ),
  },
  {
    name: "a local account of the same name, on a computer that is called like the domain",
    of: aCase({ machine: loggedOnAs("S-1-5-21-9-9-9-1202", "CONTOSO\\exadmin") }),
    says: fails(
      String.raw`R4 (must), server upgrade on mbx-lon.contoso.com: the SSH session is another account of the name CONTOSO\exadmin`,
      String.raw`  Found:  CONTOSO\exadmin (S-1-5-21-9-9-9-1202); CONTOSO\exadmin is S-1-5-21-1-1-1-1202 in the directory`,
      String.raw`  Needed: an SSH logon as CONTOSO\exadmin, since run: "direct" starts Setup in that session`,
      "  Where:  in the program: `account` and `computer.connection.user`",
      "  Fix:    connect as that account, or leave `account` out to run Setup as the one that connects",
      "  Rule:   R4, Setup that is started over SSH runs as the account that logged on (how Setup is run)",
    ),
  },
  {
    name: "an account that the directory does not have",
    of: aCase({ account: "CONTOSO\\ghost", found: noAccount }),
    says: fails(
      String.raw`R4 (must), server upgrade on mbx-lon.contoso.com: the SSH session is CONTOSO\exadmin, not CONTOSO\ghost`,
      String.raw`  Found:  CONTOSO\exadmin (S-1-5-21-1-1-1-1202)`,
      String.raw`  Needed: an SSH logon as CONTOSO\ghost, since run: "direct" starts Setup in that session`,
      "  Where:  in the program: `account` and `computer.connection.user`",
      "  Fix:    connect as that account, or leave `account` out to run Setup as the one that connects",
      "  Rule:   R4, Setup that is started over SSH runs as the account that logged on (how Setup is run)",
    ),
  },
  {
    name: "a local account of an Edge Transport server, which no directory knows",
    of: aCase({
      account: "EDGE1\\Administrator",
      found: silent,
      machine: loggedOnAs("S-1-5-21-9-9-9-500", "EDGE1\\Administrator"),
    }),
    says: ok,
  },
  { name: "no account named", of: aCase({ account: null, machine: { logon: silent } }), says: ok },
  {
    name: "an operator runs Setup",
    of: aCase({ run: "manual", machine: loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk") }),
    says: ok,
  },
  {
    name: "a session that could not be asked who it is",
    of: aCase({ machine: { logon: silent } }),
    says: notVerified(
      "R4 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      String.raw`  Needed: an SSH logon as CONTOSO\exadmin, since run: "direct" starts Setup in that session`,
      "  Where:  in the program: `account` and `computer.connection.user`",
      "  Fix:    connect as that account, or leave `account` out to run Setup as the one that connects",
      "  Rule:   R4, Setup that is started over SSH runs as the account that logged on (how Setup is run)",
    ),
  },
  {
    name: "an account that could not be read under a session of another name",
    of: aCase({ found: silent, account: "exadmin@contoso.com", apply: true }),
    says: notVerified(
      "R4 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      '  Needed: an SSH logon as exadmin@contoso.com, since run: "direct" starts Setup in that session',
      "  Where:  in the program: `account` and `computer.connection.user`",
      "  Fix:    connect as that account, or leave `account` out to run Setup as the one that connects",
      "  Rule:   R4, Setup that is started over SSH runs as the account that logged on (how Setup is run)",
    ),
  },
];

export const R5: CaseTable = [
  { name: "a password", of: aCase(schema), says: ok },
  ...(["task", "scheduled", "manual"] as const).map((run) => ({
    name: `a key, where Setup is not started in that session (${run})`,
    of: aCase({ ...schema, logon: "key", run, apply: true }),
    says: ok,
  })),
  {
    name: "a key, for the schema",
    of: aCase({ ...schema, logon: "key" }),
    says: fails(
      "R5 (must), schema preparation on dc1.contoso.com: a session that logged on with a key cannot reach the directory as its account",
      "  Found:  a connection with a private key or an agent",
      "  Needed: a connection with a password, so that Setup has network credentials",
      "  Where:  in the program: `computer.connection`",
      '  Fix:    give the connection a password instead, or use run: "task", "scheduled" or "manual"',
      "  Rule:   R5, a preparation needs network credentials, which a key logon does not have (how Setup is run)",
    ),
  },
  {
    name: "a key, for Active Directory",
    of: aCase({ ...organization, logon: "key", apply: true }),
    says: fails(
      "R5 (must), Active Directory preparation on dc1.contoso.com: a session that logged on with a key cannot reach the directory as its account",
      "  Found:  a connection with a private key or an agent",
      "  Needed: a connection with a password, so that Setup has network credentials",
      "  Where:  in the program: `computer.connection`",
      '  Fix:    give the connection a password instead, or use run: "task", "scheduled" or "manual"',
      "  Rule:   R5, a preparation needs network credentials, which a key logon does not have (how Setup is run)",
    ),
  },
  {
    name: "a key, for a domain",
    of: aCase({ ...domain, logon: "key" }),
    says: fails(
      "R5 (must), domain preparation on emea-dc1.emea.contoso.com: a session that logged on with a key cannot reach the directory as its account",
      "  Found:  a connection with a private key or an agent",
      "  Needed: a connection with a password, so that Setup has network credentials",
      "  Where:  in the program: `computer.connection`",
      '  Fix:    give the connection a password instead, or use run: "task", "scheduled" or "manual"',
      "  Rule:   R5, a preparation needs network credentials, which a key logon does not have (how Setup is run)",
    ),
  },
  {
    name: "a key, where an operator runs Setup",
    of: aCase({ ...schema, logon: "key", run: "manual" }),
    says: ok,
  },
  {
    name: "no connection, where an operator runs Setup",
    of: aCase({ ...schema, logon: null, run: "manual" }),
    says: ok,
  },
];

const ruleR6 =
  "  Rule:   R6, the logon that runs Setup has the groups that the directory shows (how Setup is run)";

/** The token of the account that prepares, without some of its groups. */
const prepToken = (groups: readonly string[], elevated: boolean | null = null) =>
  loggedOnAs(sids.prep, "CONTOSO\\prep", groups, elevated);

const delegates = "S-1-5-21-1-1-1-1301";
const allowed = (sid: string) => ({ sid, allow: true, mask: 0x000f01ff });

export const R6: CaseTable = [
  { name: "the groups of the directory are in the token", of: aCase(), says: ok },
  { name: "those of Active Directory's preparation", of: aCase(organization), says: ok },
  {
    name: "those of a domain's preparation, right before Setup",
    of: aCase({ ...domain, apply: true }),
    says: ok,
  },
  {
    name: "the token has groups more than the directory, local ones",
    of: aCase({ ...schema, machine: prepToken([sids.schemaAdmins, sids.enterpriseAdmins, "S-1-5-32-555"]) }),
    says: ok,
  },
  {
    name: "the token lacks a group that no rule is about",
    of: aCase({ ...schema, machine: prepToken([sids.schemaAdmins, sids.enterpriseAdmins]) }),
    says: ok,
  },
  {
    name: "a group that the account got after it logged on",
    of: aCase({ ...schema, machine: prepToken([sids.users, sids.enterpriseAdmins]) }),
    says: fails(
      String.raw`R6 (must), schema preparation on dc1.contoso.com: CONTOSO\prep is in Schema Admins, and its logon does not show it yet`,
      String.raw`  Found:  CONTOSO\prep (S-1-5-21-1-1-1-1201) with 2 groups in its token`,
      "  Needed: a logon token with the groups of the directory",
      "  Where:  on dc1.contoso.com",
      "  Fix:    end the SSH session, so that the next logon gets them (log off and on); then run pulumi again",
      ruleR6,
    ),
  },
  {
    name: "the organization's administrators, right before Setup of a server",
    of: aCase({
      apply: true,
      machine: loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", [localAdministrators]),
    }),
    says: fails(
      String.raw`R6 (must), server upgrade on mbx-lon.contoso.com: CONTOSO\exadmin is in Exchange Organization Administrators, and its logon does not show it yet`,
      String.raw`  Found:  CONTOSO\exadmin (S-1-5-21-1-1-1-1202) with 1 group in its token`,
      "  Needed: a logon token with the groups of the directory",
      "  Where:  on mbx-lon.contoso.com",
      "  Fix:    end the SSH session, so that the next logon gets them (log off and on); then run pulumi again",
      ruleR6,
    ),
  },
  {
    name: "several groups that User Account Control took out of the token",
    of: aCase({ ...schema, machine: prepToken([sids.users], false) }),
    says: fails(
      String.raw`R6 (must), schema preparation on dc1.contoso.com: CONTOSO\prep is in Schema Admins and Enterprise Admins, and its logon is not elevated, which takes that away`,
      String.raw`  Found:  CONTOSO\prep (S-1-5-21-1-1-1-1201) with 1 group in its token, not elevated`,
      "  Needed: a logon token with the groups of the directory",
      "  Where:  on dc1.contoso.com",
      "  Fix:    let it log on with its full token: User Account Control filters this one",
      ruleR6,
    ),
  },
  {
    name: "Domain Admins of the domain that is prepared",
    of: aCase({ ...domain, machine: loggedOnAs(sids.emeaprep, "EMEA\\emeaprep", [sids.users]) }),
    says: fails(
      String.raw`R6 (must), domain preparation on emea-dc1.emea.contoso.com: EMEA\emeaprep is in Domain Admins of emea.contoso.com, and its logon does not show it yet`,
      String.raw`  Found:  EMEA\emeaprep (S-1-5-21-2-2-2-1203) with 1 group in its token`,
      "  Needed: a logon token with the groups of the directory",
      "  Where:  on emea-dc1.emea.contoso.com",
      "  Fix:    end the SSH session, so that the next logon gets them (log off and on); then run pulumi again",
      ruleR6,
    ),
  },
  ...(
    [
      ["through which alone it controls the server's object", [allowed(delegates)], false],
      ["beside another through which it does", [allowed(delegates), allowed(sids.users)], true],
      ["which is denied what another allows", [{ ...allowed(delegates), allow: false }], true],
    ] as const
  ).map(([which, entries, isOk]) => ({
    name: `a group that the account got after it logged on, ${which}`,
    of: aCase({
      found: account("exadmin", [sids.users, delegates]),
      access: accessIs(...entries),
      machine: loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", [sids.users, localAdministrators]),
    }),
    says: isOk
      ? ok
      : fails(
          String.raw`R6 (must), server upgrade on mbx-lon.contoso.com: CONTOSO\exadmin is in the group S-1-5-21-1-1-1-1301, which controls the server's object, and its logon does not show it yet`,
          String.raw`  Found:  CONTOSO\exadmin (S-1-5-21-1-1-1-1202) with 2 groups in its token`,
          "  Needed: a logon token with the groups of the directory",
          "  Where:  on mbx-lon.contoso.com",
          "  Fix:    end the SSH session, so that the next logon gets them (log off and on); then run pulumi again",
          ruleR6,
        ),
  })),
  {
    name: "a group that controls the server's object and is in the token",
    of: aCase({
      found: account("exadmin", [sids.users, delegates]),
      access: accessIs(allowed(delegates)),
      machine: loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", [sids.users, delegates]),
    }),
    says: ok,
  },
  {
    name: "such a group that the token lacks, of one of the organization's administrators",
    of: aCase({
      found: account("exadmin", [sids.organizationAdministrators, delegates]),
      access: accessIs(allowed(delegates)),
      machine: loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", [sids.organizationAdministrators]),
    }),
    says: ok,
  },
  {
    name: "a group in neither",
    of: aCase({ ...schema, found: account("prep", []), machine: prepToken([]) }),
    says: ok,
  },
  {
    name: "a session of another account, which R4 refuses",
    of: aCase({ ...schema, machine: loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk") }),
    says: ok,
  },
  {
    name: "an operator, who logs on anew",
    of: aCase({ run: "manual", machine: { logon: silent } }),
    says: ok,
  },
  {
    name: "an Edge Transport server, where no group of the directory counts",
    of: aCase({
      planned: plannedUpTo({ edge: true }),
      machine: { ...rolesAre(installed("Edge Transport")), logon: silent },
    }),
    says: ok,
  },
  {
    name: "an account that could not be read, which other rules say",
    of: aCase({ ...schema, found: silent }),
    says: ok,
  },
  {
    name: "groups whose SIDs could not be read, which other rules say",
    of: aCase({ ...schema, forest: { groups: silent } }),
    says: ok,
  },
  {
    name: "no entry says which group the organization's administrators are",
    of: aCase({
      machine: loggedOnAs(sids.exadmin, "CONTOSO\\exadmin", []),
      forest: {
        groups: known(
          {
            schemaAdmins: sids.schemaAdmins,
            enterpriseAdmins: sids.enterpriseAdmins,
            domainAdmins: {},
            organizationAdministrators: null,
            delegatedSetup: null,
            objects: groupObjects,
            unread: {},
          },
          "objectSid of the domains on dc1.contoso.com",
        ),
      },
    }),
    says: ok,
  },
  {
    name: "a session that could not be asked who it is",
    of: aCase({ ...schema, machine: { logon: silent } }),
    says: notVerified(
      "R6 (must), schema preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "  Needed: a logon token with the groups of the directory",
      "  Where:  on dc1.contoso.com",
      "  Fix:    let the connection log on as the account that runs Setup, where whoami answers",
      ruleR6,
    ),
  },
];

const ofWinRm = [
  '  Found:  a connection over WinRM, and run: "direct"',
  "  Needed: a Setup that a lost connection and the quotas of WinRM's shells cannot end",
  "  Where:  in the program: `run` and `computer.connection.winrm`",
  '  Fix:    use run: "task" or "scheduled", or reach the computer over SSH',
  "  Rule:   R70, Setup is not started in a session of WinRM (how Setup is run)",
] as const;
const inWinRm =
  'run: "direct" would start Setup in a session of WinRM, which ends what runs in it and has no network credentials';

export const R70: CaseTable = [
  { name: "a connection over SSH", of: aCase({}), says: ok },
  { name: "a connection over SSH with a key", of: aCase({ logon: "key" }), says: ok },
  ...(["task", "scheduled", "manual"] as const).map((run) => ({
    name: `a connection over WinRM, where Setup is not started in that session (${run})`,
    of: aCase({ ...schema, logon: "winrm", run, apply: true }),
    says: ok,
  })),
  {
    name: "a connection over WinRM, for a server",
    of: aCase({ logon: "winrm", apply: true }),
    says: fails(`R70 (must), server upgrade on mbx-lon.contoso.com: ${inWinRm}`, ...ofWinRm),
  },
  {
    name: "a connection over WinRM, for Active Directory",
    of: aCase({ ...organization, logon: "winrm" }),
    says: fails(`R70 (must), Active Directory preparation on dc1.contoso.com: ${inWinRm}`, ...ofWinRm),
  },
  {
    name: "a connection over WinRM, for a domain",
    of: aCase({ ...domain, logon: "winrm" }),
    says: fails(`R70 (must), domain preparation on emea-dc1.emea.contoso.com: ${inWinRm}`, ...ofWinRm),
  },
  {
    name: "a connection over WinRM, for the schema, as another account than the one that is named",
    of: aCase({ ...schema, logon: "winrm", account: "CONTOSO\\other" }),
    says: fails(`R70 (must), schema preparation on dc1.contoso.com: ${inWinRm}`, ...ofWinRm),
  },
];
