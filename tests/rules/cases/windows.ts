/** Cases of the rules on Windows of the server: D5, D6. */
import { known } from "../../../lib/facts";
import { aCase, type Changes, identityIs, installed, rolesAre, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";

const onServer = "  Where:  on mbx-lon.contoso.com";
const readRegistry =
  "  Fix:    let the connection reach the computer, with an account that may read its registry";

const ruleD5 =
  "  Rule:   D5, the operating system is not upgraded to Windows Server 2008 before or after the upgrade (How to upgrade to Exchange 2007 SP1)";
const neededD5 =
  "  Needed: the operating system that Exchange was installed on: Windows Server 2008 comes before Exchange or never";

const ruleOther =
  '  Rule:   D5, the operating system is not upgraded with Exchange on it (Microsoft Learn, "Exchange Server system requirements")';
const neededOther =
  "  Needed: the operating system that Exchange was installed on: another one comes before Exchange or never";

/** A server at a build of Windows; `null` where the registry does not say it. */
const at = (windowsBuild: number | null, changes: Changes = {}, productType = "ServerNT") =>
  aCase({
    ...changes,
    machine: {
      ...identityIs("mbx-lon.contoso.com", "London", { windowsBuild, productType }),
      ...changes.machine,
    },
  });

function crossed(now: number): Says {
  return fails(
    `D5 (must), server upgrade on mbx-lon.contoso.com: Windows was upgraded to Windows Server 2008 or later with Exchange on it`,
    `  Found:  Windows build ${now}, and 3790 recorded in the state`,
    neededD5,
    onServer,
    "  Fix:    install Exchange 2007 SP1 on another computer with a fresh Windows Server 2008, and move what is here",
    ruleD5,
  );
}

function notRecorded(now: number): Says {
  return notVerified(
    `D5 (must), server upgrade on mbx-lon.contoso.com: not verified: it runs Windows Server 2008 or later (build ${now}), and nothing is recorded of what Exchange was installed on`,
    neededD5,
    onServer,
    "  Fix:    waive D5 if this Windows was there before Exchange was; it is then recorded",
    ruleD5,
  );
}

export const D5: CaseTable = [
  { name: "Windows Server 2003, nothing recorded", of: at(3790), says: ok },
  {
    name: "Windows Server 2003, recorded, right before Setup",
    of: at(3790, { recordedWindows: 3790, apply: true }),
    says: ok,
  },
  {
    name: "Windows Server 2008 since Windows Server 2003 was recorded",
    of: at(6001, { recordedWindows: 3790 }),
    says: crossed(6001),
  },
  {
    name: "the same, right before Setup, with a service pack",
    of: at(6002, { recordedWindows: 3790, apply: true }),
    says: crossed(6002),
  },
  {
    name: "the same, on a domain controller",
    of: at(6001, { recordedWindows: 3790 }, "LanmanNT"),
    says: crossed(6001),
  },
  {
    name: "Windows Server 2008 R2 since Windows Server 2003 was recorded",
    of: at(7600, { recordedWindows: 3790 }),
    says: crossed(7600),
  },
  { name: "Windows Server 2008, which was recorded", of: at(6001, { recordedWindows: 6001 }), says: ok },
  {
    name: "Windows Server 2008 with a service pack since",
    of: at(6002, { recordedWindows: 6001 }),
    says: ok,
  },
  { name: "Windows Server 2008, nothing recorded", of: at(6001), says: notRecorded(6001) },
  {
    name: "Windows Server 2008, nothing recorded, right before Setup",
    of: at(6002, { apply: true }),
    says: notRecorded(6002),
  },
  {
    name: "the tools alone on a server that crossed",
    of: at(6001, { recordedWindows: 3790, machine: rolesAre(installed("Management Tools")) }),
    says: crossed(6001),
  },
  {
    name: "the tools alone on a workstation, which is no Windows Server 2008",
    of: at(6001, { recordedWindows: 2600, machine: rolesAre(installed("Management Tools")) }, "WinNT"),
    says: ok,
  },
  {
    name: "a registry that does not say the build",
    of: at(null, { recordedWindows: 3790 }),
    says: notVerified(
      "D5 (must), server upgrade on mbx-lon.contoso.com: not verified: the registry does not say the build of Windows",
      neededD5,
      onServer,
      readRegistry,
      ruleD5,
    ),
  },
  {
    name: "a server that does not answer",
    of: aCase({ machine: { identity: silent }, recordedWindows: 3790 }),
    says: notVerified(
      "D5 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      neededD5,
      onServer,
      readRegistry,
      ruleD5,
    ),
  },
  {
    name: "2019 on the oldest Windows that it runs on, nothing recorded",
    of: at(17763, { target: "2019 CU15" }),
    says: ok,
  },
  {
    name: "2019 on a later one, which was recorded, with an update since",
    of: at(20348, { target: "2019 CU15", recordedWindows: 20348, apply: true }),
    says: ok,
  },
  {
    name: "2010 on Windows Server 2008 R2, with its service pack since",
    of: at(7601, { target: "2010 SP3", recordedWindows: 7600 }),
    says: ok,
  },
  {
    name: "2019 on Windows Server 2022 since Windows Server 2019 was recorded",
    of: at(20348, { target: "2019 CU15", recordedWindows: 17763 }),
    says: fails(
      "D5 (must), server upgrade on mbx-lon.contoso.com: Windows was upgraded to Windows Server 2022 with Exchange on it",
      "  Found:  Windows build 20348, and 17763 recorded in the state",
      neededOther,
      onServer,
      "  Fix:    install Exchange 2019 CU15 on another computer with a fresh Windows Server, and move what is here",
      ruleOther,
    ),
  },
  {
    name: "2019 on Windows Server 2022, nothing recorded",
    of: at(20348, { target: "2019 CU15" }),
    says: notVerified(
      "D5 (should), server upgrade on mbx-lon.contoso.com: not verified: it runs Windows Server 2022 or later (build 20348), and nothing is recorded of what Exchange was installed on",
      neededOther,
      "  Where:  on the server",
      "  Fix:    waive D5 if this Windows was there before Exchange was; it is then recorded",
      ruleOther,
    ),
  },
];

const ruleD6 =
  "  Rule:   D6, the Remote Registry service can be started, and is best restarted before the upgrade (How to upgrade to Exchange 2007 SP1)";
const neededD6 =
  "  Needed: the Remote Registry service, which Setup uses; stopping and restarting it first is recommended";
const service = "the service RemoteRegistry";
const starts = (value: number | null, changes: Changes = {}) =>
  aCase({ ...changes, machine: { remoteRegistry: known(value, service) } });

function disabled(): Says {
  return fails(
    "D6 (should), server upgrade on mbx-lon.contoso.com: the Remote Registry service is disabled",
    "  Found:  start type 4, disabled, read from the service RemoteRegistry",
    neededD6,
    onServer,
    "  Fix:    sc config RemoteRegistry start= auto, then net start RemoteRegistry",
    ruleD6,
  );
}

export const D6: CaseTable = [
  { name: "it starts with Windows", of: starts(2), says: ok },
  { name: "it starts on demand, right before Setup", of: starts(3, { apply: true }), says: ok },
  { name: "it is disabled", of: starts(4), says: disabled() },
  { name: "it is disabled, right before Setup", of: starts(4, { apply: true }), says: disabled() },
  {
    name: "it is not there",
    of: starts(null),
    says: fails(
      "D6 (should), server upgrade on mbx-lon.contoso.com: the Remote Registry service is not there",
      "  Found:  no such service, read from the service RemoteRegistry",
      neededD6,
      onServer,
      "  Fix:    bring the service RemoteRegistry back, which belongs to Windows",
      ruleD6,
    ),
  },
  {
    name: "it could not be read",
    of: aCase({ machine: { remoteRegistry: silent } }),
    says: notVerified(
      "D6 (should), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      neededD6,
      onServer,
      "  Fix:    let the connection read the service's registry key",
      ruleD6,
    ),
  },
];

const source19 =
  'Microsoft Learn, "Exchange Server system requirements"; Microsoft Japan\'s Exchange support, jpmessaging/blog has CU14 on Windows Server 2025, michelderooij/Install-Exchange15 refuses it below CU15';
const requirements =
  '(Microsoft Learn, "Exchange Server system requirements"; michelderooij/Install-Exchange15)';
const ruleR18 = (source: string) => `  Rule:   R17, the target runs on the Windows of the server ${source}`;
const on2019 = "  Needed: Windows Server 2019, 2022 or 2025";
const refused18 = (windows: string) =>
  fails(
    `R17 (must), server upgrade on mbx-lon.contoso.com: SE RTM does not run on ${windows.replace(/ \(.*/, "")}`,
    `  Found:  ${windows}`,
    on2019,
    onServer,
    "  Fix:    install Exchange on another computer with a fresh Windows that is listed, and move what is here: Windows is not upgraded with Exchange on it (D5)",
    ruleR18(requirements),
  );

export const R17: CaseTable = [
  { name: "SE on Windows Server 2025", of: at(26100, { target: "SE RTM" }), says: ok },
  {
    name: "SE on Windows Server 2016, right before Setup",
    of: at(14393, { target: "SE RTM", apply: true }),
    says: refused18("Windows Server 2016 (build 14393)"),
  },
  {
    name: "the tools alone on a workstation",
    of: at(19045, { target: "SE RTM", machine: rolesAre(installed("Management Tools")) }, "WinNT"),
    says: ok,
  },
  { name: "2010 SP3 on Windows Server 2008 R2 SP1", of: at(7601, { target: "2010 SP3" }), says: ok },
  {
    name: "2010 SP3 on Windows Server 2008 R2 without its service pack",
    of: at(7600, { target: "2010 SP3" }),
    says: fails(
      "R17 (must), server upgrade on mbx-lon.contoso.com: 2010 SP3 does not run on Windows Server 2008 R2",
      "  Found:  Windows Server 2008 R2 (build 7600)",
      "  Needed: Windows Server 2008 SP2, 2008 R2 SP1, 2012 or 2012 R2",
      onServer,
      "  Fix:    install Exchange on another computer with a fresh Windows that is listed, and move what is here: Windows is not upgraded with Exchange on it (D5)",
      ruleR18("(Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange)"),
    ),
  },
  {
    name: "2019 CU14 on Windows Server 2025, of which sources disagree",
    of: at(26100, { target: "2019 CU14" }),
    says: notVerified(
      "R17 (should), server upgrade on mbx-lon.contoso.com: not verified: sources do not agree whether 2019 CU14 runs on Windows Server 2025",
      "  Found:  Windows Server 2025 (build 26100)",
      "  Needed: Windows Server 2019, 2022 or 2025 (not settled)",
      onServer,
      `  Fix:    look up whether Microsoft supports it today (known here: ${source19}), and say so with \`waive: { R17: reason }\``,
      ruleR18(`(${source19})`),
    ),
  },
  {
    name: "2007 SP2 on Windows Server 2003, whose build is that of each service pack",
    of: at(3790, { target: "2007 SP2" }),
    says: notVerified(
      "R17 (must), server upgrade on mbx-lon.contoso.com: not verified: the build of Windows Server 2003 does not tell its service pack",
      "  Found:  Windows Server 2003 (build 3790)",
      "  Needed: Windows Server 2003 SP2 or 2008 SP2",
      onServer,
      "  Fix:    look at the service pack (winver), and say so with `waive: { R17: reason }`",
      ruleR18(
        "(Microsoft Exchange Team, techcommunity 599231 (Exchange 2007 SP2); TechNet ee694713; that SP3 runs on 2008 R2 is general knowledge)",
      ),
    ),
  },
  {
    name: "a Windows of an annual channel",
    of: at(25398, { target: "SE RTM" }),
    says: notVerified(
      "R17 (must), server upgrade on mbx-lon.contoso.com: not verified: build 25398 is that of no Windows Server that is described here",
      "  Found:  Windows build 25398",
      on2019,
      onServer,
      "  Fix:    look up whether Exchange SE RTM runs on it, and say so with `waive: { R17: reason }`",
      ruleR18(requirements),
    ),
  },
  {
    name: "a release of which it is not described",
    of: at(9200, { target: "2013 CU1" }),
    says: notVerified(
      "R17 (must), server upgrade on mbx-lon.contoso.com: not verified: on which Windows servers run is not described for Exchange 2013 CU1 in this version of the package",
      "  Found:  no description of Exchange 2013 CU1",
      "  Needed: a Windows Server that the system requirements of Exchange 2013 CU1 list",
      onServer,
      "  Fix:    look up Microsoft's system requirements of Exchange 2013 CU1, compare the Windows that runs there with them, and where they hold say so with `waive: { R17: reason }`",
      ruleR18("(unverified: no source is described for 2013 CU1)"),
    ),
  },
  {
    name: "a server that does not answer",
    of: aCase({ target: "SE RTM", machine: { identity: silent } }),
    says: notVerified(
      "R17 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      on2019,
      onServer,
      readRegistry,
      ruleR18(requirements),
    ),
  },
  {
    name: "a registry that does not say the build",
    of: at(null, { target: "SE RTM" }),
    says: notVerified(
      "R17 (must), server upgrade on mbx-lon.contoso.com: not verified: the registry does not say the build of Windows",
      on2019,
      onServer,
      readRegistry,
      ruleR18(requirements),
    ),
  },
];
