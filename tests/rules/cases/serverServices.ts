/** Cases of the rules on services before Setup of 2013 and later runs: R50 to R52. */
import { known, type ServiceReading } from "../../../lib/facts";
import { aCase, type Changes, installed, rolesAre, servicesFor, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const head = (rule: string, level = "must") => `${rule} (${level}), server upgrade on mbx-lon.contoso.com: `;
const onServer = "  Where:  on mbx-lon.contoso.com";
const readRegistry =
  "  Fix:    let the connection reach the computer, with an account that may read its registry";
const setupLogs = "Setup logs among the tests of microsoft/CSS-Exchange";

const stopped: ServiceReading = { start: 2, state: 1, deleted: false };
const disabled: ServiceReading = { start: 4, state: 1, deleted: false };
const manual: ServiceReading = { start: 3, state: 4, deleted: false };

/** A server of 2019 CU14 on its way to SE with services that are not as usual. */
function server(others: { readonly [name: string]: ServiceReading | null }, changes: Changes = {}) {
  return aCase({
    target: "SE RTM",
    ...changes,
    machine: {
      ...rolesAre(installed("Mailbox", "15.2.1544.4")),
      services: servicesFor("SE RTM", others),
      ...changes.machine,
    },
  });
}

const toolsAlone = rolesAre(installed("Management Tools", "15.2.1544.4"));

const ruleR50 = `  Rule:   R50, the services of Windows run that Setup needs (${setupLogs}, rules MSDTCStopped, MpsSvcStopped, EventSystemStopped, W3SVCDisabledOrNotInstalled, WinRMServiceDisabledOrNotInstalled, WindowsInstallerServiceDisabledOrNotInstalled, NetTcpPortSharingSvcNotAuto)`;
const neededR50 =
  "  Needed: MSDTC running, EventSystem running, MpsSvc running, W3SVC not disabled, WinRM not disabled, msiserver not disabled and NetTcpPortSharing starting automatically";

export const R50: CaseTable = [
  { name: "all are as they should be, right before Setup", of: server({}, { apply: true }), says: ok },
  {
    name: "what need not run is stopped, and what runs starts on demand or is starting",
    of: server({
      W3SVC: stopped,
      msiserver: { ...manual, state: 1 },
      MSDTC: manual,
      MpsSvc: { ...manual, state: 2 },
    }),
    says: ok,
  },
  {
    name: "services of the web, on an Edge Transport server",
    of: server(
      { MSDTC: stopped, W3SVC: null, WinRM: disabled, NetTcpPortSharing: null },
      { machine: rolesAre(installed("Edge Transport", "15.2.1544.4")) },
    ),
    says: ok,
  },
  {
    name: "the tools alone need none",
    of: server({}, { machine: { ...toolsAlone, services: silent } }),
    says: ok,
  },
  {
    name: "one is stopped, one is disabled, one starts on demand, and one is not there",
    of: server({ MpsSvc: stopped, WinRM: disabled, NetTcpPortSharing: manual, MSDTC: null }),
    says: fails(
      `${head("R50")}services of Windows are not as Setup needs them: MSDTC, MpsSvc, WinRM and NetTcpPortSharing`,
      "  Found:  MSDTC: no such service; MpsSvc: start type 2 (automatic), not running (state 1); WinRM: start type 4 (disabled), not running (state 1); NetTcpPortSharing: start type 3 (manual), running",
      neededR50,
      onServer,
      "  Fix:    set to automatic and start MpsSvc, WinRM and NetTcpPortSharing (sc config NAME start= auto, then net start NAME); bring back MSDTC, which belongs to Windows",
      ruleR50,
    ),
  },
  {
    name: "one was not asked for",
    of: server({}, { machine: { services: known({}, "sc query") } }),
    says: notVerified(
      `${head("R50")}not verified: MSDTC, EventSystem, MpsSvc, W3SVC, WinRM, msiserver and NetTcpPortSharing: it was not asked`,
      neededR50,
      onServer,
      readRegistry,
      ruleR50,
    ),
  },
  {
    name: "a server that does not answer",
    of: server({}, { machine: { roles: silent, services: silent } }),
    says: notVerified(
      `${head("R50")}not verified: no answer within 60 s`,
      "  Needed: the services of Windows that Setup checks",
      onServer,
      readRegistry,
      ruleR50,
    ),
  },
];

const ruleR51 = `  Rule:   R51, the services of Exchange run before Setup starts (Microsoft's support scripts, microsoft/CSS-Exchange (SetupAssist); ${setupLogs})`;
const neededR51 = "  Needed: the services of Exchange enabled and running until Setup stops them itself";

export const R51: CaseTable = [
  { name: "all run, right before Setup", of: server({}, { apply: true }), says: ok },
  {
    name: "one is not there, and those of Windows are the matter of R50",
    of: server({ MSExchangeDagMgmt: null, W3SVC: disabled }),
    says: ok,
  },
  {
    name: "the tools have none",
    of: server({}, { machine: { ...toolsAlone, services: silent } }),
    says: ok,
  },
  {
    name: "one by which Setup was seen to fail is disabled",
    of: server({ MSExchangeServiceHost: disabled, MSExchangeRepl: stopped }),
    says: fails(
      `${head("R51")}services are disabled by which Setup would stop halfway: MSExchangeServiceHost`,
      "  Found:  MSExchangeServiceHost: start type 4 (disabled), not running (state 1); MSExchangeRepl: start type 2 (automatic), not running (state 1)",
      neededR51,
      onServer,
      "  Fix:    set to automatic and start MSExchangeServiceHost and MSExchangeRepl (sc config NAME start= auto, then net start NAME), unless it is off on purpose",
      ruleR51,
    ),
  },
  {
    name: "another one is disabled",
    of: server({ MSExchangeTransport: disabled }),
    says: fails(
      `${head("R51", "should")}services of Exchange are disabled or do not run: MSExchangeTransport`,
      "  Found:  MSExchangeTransport: start type 4 (disabled), not running (state 1)",
      neededR51,
      onServer,
      "  Fix:    set to automatic and start MSExchangeTransport (sc config NAME start= auto, then net start NAME), unless it is off on purpose",
      ruleR51,
    ),
  },
  {
    name: "a Setup that is to go on has disabled it",
    of: server(
      { MSExchangeServiceHost: disabled },
      {
        machine: rolesAre(
          installed("Mailbox", "15.2.1544.4", { watermark: "4f2", action: "BuildToBuildUpgrade" }),
        ),
      },
    ),
    says: fails(
      `${head("R51", "should")}services of Exchange are disabled or do not run: MSExchangeServiceHost`,
      "  Found:  MSExchangeServiceHost: start type 4 (disabled), not running (state 1)",
      neededR51,
      onServer,
      "  Fix:    set to automatic and start MSExchangeServiceHost (sc config NAME start= auto, then net start NAME), unless it is off on purpose",
      ruleR51,
    ),
  },
  {
    name: "they could not be read",
    of: server({}, { machine: { services: silent } }),
    says: notVerified(
      `${head("R51")}not verified: no answer within 60 s`,
      neededR51,
      onServer,
      readRegistry,
      ruleR51,
    ),
  },
];

const ruleR52 = `  Rule:   R52, no service is marked for deletion (${setupLogs}, rule ServicesAreMarkedForDeletion)`;
const neededR52 = "  Needed: no service that is marked for deletion";

export const R52: CaseTable = [
  { name: "none is", of: server({ MSDTC: null, W3SVC: disabled }, { apply: true }), says: ok },
  {
    name: "two are",
    of: server({ WinRM: { ...stopped, deleted: true }, MSExchangeRPC: { ...disabled, deleted: true } }),
    says: fails(
      `${head("R52")}services are marked for deletion, and Setup refuses then: WinRM and MSExchangeRPC`,
      "  Found:  DeleteFlag 1 of WinRM; DeleteFlag 1 of MSExchangeRPC",
      neededR52,
      onServer,
      "  Fix:    close every console that shows services (services.msc, Task Manager, mmc), and restart Windows",
      ruleR52,
    ),
  },
  {
    name: "they could not be read",
    of: server({}, { machine: { services: silent } }),
    says: notVerified(
      `${head("R52")}not verified: no answer within 60 s`,
      neededR52,
      onServer,
      readRegistry,
      ruleR52,
    ),
  },
];
