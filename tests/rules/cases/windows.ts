/** Cases of the rules on Windows of the server: D5, D6. */
import { known } from "../../../lib/facts";
import { aCase, type Changes, identityIs, installed, rolesAre, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";

const unread = "  Found:  nothing: it could not be read";
const onServer = "  Where:  on mbx-lon.contoso.com";
const readRegistry =
  "  Fix:    let the connection reach the computer, with an account that may read its registry";

const ruleD5 =
  "  Rule:   D5, the operating system is not upgraded to Windows Server 2008 before or after the upgrade (How to upgrade to Exchange 2007 SP1)";
const neededD5 =
  "  Needed: the operating system that Exchange was installed on: Windows Server 2008 comes before Exchange or never";

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
    unread,
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
      unread,
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
      unread,
      neededD5,
      onServer,
      readRegistry,
      ruleD5,
    ),
  },
  {
    name: "a release of which such a limit is not described, although nothing was upgraded",
    of: at(9200, { target: "2013 CU1", recordedWindows: 9200 }),
    says: notVerified(
      "D5 (must), server upgrade on mbx-lon.contoso.com: not verified: to which Windows the operating system may be upgraded with Exchange on it is not described for Exchange 2013 CU1 in this version of the package",
      "  Found:  no description of Exchange 2013 CU1",
      "  Needed: the operating system that Exchange was installed on",
      onServer,
      "  Fix:    look up Microsoft's system requirements of Exchange 2013 CU1, compare the Windows that runs there with the one that Exchange was installed on, and where they hold say so with `waive: { D5: reason }`",
      "  Rule:   D5, the operating system is not upgraded with Exchange on it (unverified: no source is described for 2013 CU1)",
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
      unread,
      neededD6,
      onServer,
      "  Fix:    let the connection read the service's registry key",
      ruleD6,
    ),
  },
];
