/** Cases of the rules on what Setup of 2013 and later finds on a server: R20 to R23. */
import { known, type Role } from "../../../lib/facts";
import { aCase, type Changes, installed, rolesAre, silent, softwareFor } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const head = (rule: string, level = "must") => `${rule} (${level}), server upgrade on mbx-lon.contoso.com: `;
const onServer = "  Where:  on mbx-lon.contoso.com";
const readRegistry =
  "  Fix:    let the connection reach the computer, with an account that may read its registry";
const source = 'Microsoft Learn, "Exchange Server prerequisites"';
const documentation = "Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange";
const setupLogs = "Setup logs among the tests of microsoft/CSS-Exchange";

const cpp2012 = "Visual C++ 2012 Redistributable (x64)";
const cpp2013 = "Visual C++ 2013 Redistributable (x64)";
const ucma = "Unified Communications Managed API 4.0";
const rewrite = "IIS URL Rewrite Module";

const ruleR20 = `  Rule:   R20, the software is installed that Setup of the target needs (${source}; michelderooij/Install-Exchange15)`;
const neededR20 = `  Needed: ${cpp2012}, ${cpp2013}, ${ucma} and ${rewrite}`;

/** A server of 2019 CU14 with a role, on its way to SE, where some of the software is not there. */
function without(missing: readonly string[], role: Role = "Mailbox", changes: Changes = {}) {
  const software = Object.fromEntries(missing.map((name) => [name, known(null, `the key of ${name}`)]));
  return aCase({
    target: "SE RTM",
    ...changes,
    machine: {
      ...rolesAre(installed(role, "15.2.1544.4")),
      software: { ...softwareFor("SE RTM"), ...software },
      ...changes.machine,
    },
  });
}

export const R20: CaseTable = [
  { name: "all of it is there, right before Setup", of: without([], "Mailbox", { apply: true }), says: ok },
  {
    name: "what only Mailbox servers need, on an Edge Transport server",
    of: without([cpp2013, ucma, rewrite], "Edge Transport"),
    says: ok,
  },
  {
    name: "two are missing",
    of: without([ucma, rewrite]),
    says: fails(
      `${head("R20")}software that Setup needs is not installed: ${ucma} and ${rewrite}`,
      `  Found:  nothing of it in the key of ${ucma} and the key of ${rewrite}`,
      neededR20,
      onServer,
      `  Fix:    install ${ucma} and ${rewrite}: an upgrade installs none of it`,
      ruleR20,
    ),
  },
  {
    name: "one could not be read",
    of: without([], "Mailbox", {
      machine: { software: { ...softwareFor("SE RTM"), [ucma]: silent } },
    }),
    says: notVerified(
      `${head("R20")}not verified: ${ucma}: no answer within 60 s`,
      neededR20,
      onServer,
      readRegistry,
      ruleR20,
    ),
  },
  {
    name: "nothing was asked for",
    of: without([], "Management Tools", { machine: { software: {} } }),
    says: notVerified(
      `${head("R20")}not verified: ${cpp2012}: it was not asked`,
      `  Needed: ${cpp2012}`,
      onServer,
      readRegistry,
      ruleR20,
    ),
  },
  {
    name: "a server that does not answer",
    of: without([], "Mailbox", { machine: { roles: silent, software: {} } }),
    says: notVerified(
      `${head("R20")}not verified: no answer within 60 s`,
      "  Needed: the software that Exchange SE RTM needs",
      onServer,
      readRegistry,
      ruleR20,
    ),
  },
];

const policy = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell";
const ruleR21 = `  Rule:   R21, no group policy defines PowerShell's execution policy (${documentation}; ${setupLogs}: with any value there, Setup stops WMI and breaks)`;
const neededR21 = "  Needed: no execution policy that a group policy defines, whatever its value is";

export const R21: CaseTable = [
  { name: "nothing is defined", of: aCase({ target: "2016 CU23", apply: true }), says: ok },
  {
    name: "it is defined, although to let everything run",
    of: aCase({
      target: "2016 CU23",
      machine: {
        executionPolicy: known([`${policy}\\ExecutionPolicy = Unrestricted`], policy),
      },
    }),
    says: fails(
      `${head("R21")}a group policy defines PowerShell's execution policy, and Setup would stop halfway`,
      `  Found:  ${policy}\\ExecutionPolicy = Unrestricted`,
      neededR21,
      onServer,
      "  Fix:    take the server, or the account, out of that policy until the upgrade is done (gpresult /r names the policy)",
      ruleR21,
    ),
  },
  {
    name: "it could not be read",
    of: aCase({ target: "2016 CU23", machine: { executionPolicy: silent } }),
    says: notVerified(
      `${head("R21")}not verified: no answer within 60 s`,
      neededR21,
      onServer,
      readRegistry,
      ruleR21,
    ),
  },
];

const ruleR22 = `  Rule:   R22, Administrators have their rights on the Application and System event logs (${documentation})`;
const neededR22 =
  "  Needed: rights 0x7 of Administrators on the event logs Application and System, where these have a security descriptor of their own";
const logs = (eventLogs: { readonly [log: string]: string }, changes: Changes = {}) =>
  aCase({ target: "2019 CU15", ...changes, machine: { eventLogs: known(eventLogs, "event logs") } });
const usual = "O:BAG:SYD:(A;;0xf0007;;;SY)(A;;0x7;;;BA)(A;;0x3;;;BO)";

export const R22: CaseTable = [
  { name: "both have the usual descriptor", of: logs({}), says: ok },
  {
    name: "their own grant the rights",
    of: logs({ Application: usual, System: usual }, { apply: true }),
    says: ok,
  },
  { name: "the same in letters", of: logs({ System: "O:BAG:SYD:P(A;;CCDCLC;;;BA)" }), says: ok },
  { name: "everything is granted", of: logs({ System: "D:(A;;GA;;;S-1-5-32-544)" }), says: ok },
  {
    name: "one lets Administrators read only, another denies writing first",
    of: logs({ Application: "D:(A;;0x1;;;BA)(A;;0x7;;;SY)", System: "D:(D;;0x2;;;BA)(A;;0x7;;;BA)" }),
    says: fails(
      `${head("R22")}Administrators lack rights on the event log Application and System, and Setup would stop halfway`,
      "  Found:  Application: D:(A;;0x1;;;BA)(A;;0x7;;;SY); System: D:(D;;0x2;;;BA)(A;;0x7;;;BA)",
      neededR22,
      onServer,
      "  Fix:    give Administrators these rights again (in CustomSD of the log's key, or in the group policy that sets it), and restart Windows",
      ruleR22,
    ),
  },
  {
    name: "one is of another form",
    of: logs({ Application: "D:(A;;QQ;;;BA)" }),
    says: notVerified(
      `${head("R22")}not verified: the rights of Administrators on the event log Application cannot be told from its security descriptor`,
      "  Found:  Application: D:(A;;QQ;;;BA)",
      neededR22,
      onServer,
      "  Fix:    look whether it grants Administrators (BA) these rights, and say so with `waive: { R22: reason }`",
      ruleR22,
    ),
  },
  {
    name: "they could not be read",
    of: aCase({ target: "2019 CU15", machine: { eventLogs: silent } }),
    says: notVerified(
      `${head("R22")}not verified: no answer within 60 s`,
      neededR22,
      onServer,
      readRegistry,
      ruleR22,
    ),
  },
];

const ruleR23 = `  Rule:   R23, no shell holds files of Exchange open (${setupLogs}, several)`;
const neededR23 =
  "  Needed: no shell and no compiler of .NET that holds files of Exchange open when Setup starts";
const shells = (...openShells: readonly string[]) =>
  aCase({ target: "2013 CU23", apply: true, machine: { openShells: known(openShells, "tasklist") } });

export const R23: CaseTable = [
  { name: "none is open", of: shells(), says: ok },
  {
    name: "two are open",
    of: shells("powershell.exe (812)", "mscorsvw.exe (4711)"),
    says: fails(
      `${head("R23", "should")}powershell.exe (812) and mscorsvw.exe (4711) may hold files of Exchange open, and Setup refuses then`,
      "  Found:  powershell.exe (812) and mscorsvw.exe (4711)",
      neededR23,
      onServer,
      "  Fix:    close these sessions before Setup starts; mscorsvw.exe ends by itself",
      ruleR23,
    ),
  },
  {
    name: "they could not be read",
    of: aCase({ target: "2013 CU23", machine: { openShells: silent } }),
    says: notVerified(
      `${head("R23", "should")}not verified: no answer within 60 s`,
      neededR23,
      onServer,
      readRegistry,
      ruleR23,
    ),
  },
];
