/** Cases of the rules on what the installation that is there has left: R53 and R54. */
import { type InstallerPackage, known } from "../../../lib/facts";
import { aCase, cacheWith, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const head = (rule: string, level = "must") => `${rule} (${level}), server upgrade on mbx-lon.contoso.com: `;
const onServer = "  Where:  on mbx-lon.contoso.com";
const readRegistry =
  "  Fix:    let the connection reach the computer, with an account that may read its registry";
const scripts = "Microsoft's support scripts, microsoft/CSS-Exchange";

const logs = "%SystemDrive%\\ExchangeSetupLogs";
const ruleR53 = `  Rule:   R53, no interrupted Setup has left the start types of services (${scripts} (SetupAssist))`;
const neededR53 = "  Needed: no file Service*.xml that an interrupted Setup has left";

export const R53: CaseTable = [
  { name: "no file is there", of: aCase({ target: "2016 CU23", apply: true }), says: ok },
  {
    name: "both are there",
    of: aCase({
      target: "2016 CU23",
      machine: { startTypes: known(["ServiceStartupMode.xml", "ServiceState.xml"], logs) },
    }),
    says: fails(
      `${head("R53", "should")}an interrupted Setup has left start types of services, and the next one may take what is there now for them`,
      `  Found:  ServiceStartupMode.xml and ServiceState.xml in ${logs}`,
      neededR53,
      onServer,
      "  Fix:    set the services of Exchange to their start types (they stand in the file) and start them, then move the file away",
      ruleR53,
    ),
  },
  {
    name: "the folder could not be read",
    of: aCase({ target: "2016 CU23", machine: { startTypes: silent } }),
    says: notVerified(
      `${head("R53", "should")}not verified: no answer within 60 s`,
      neededR53,
      onServer,
      readRegistry,
      ruleR53,
    ),
  },
];

const ruleR54 = `  Rule:   R54, Windows Installer has its copies of the installed packages (${scripts} (FixInstallerCache): without it Setup fails midway with 1612 or 1603)`;
const neededR54 =
  "  Needed: the copies that Windows Installer keeps of every package named Exchange, Microsoft Lync Server, Microsoft Server Speech, Microsoft Unified Communications";
const cache = (...others: readonly InstallerPackage[]) =>
  aCase({ target: "2019 CU15", machine: { installerCache: cacheWith(...others) } });
const update = "Security Update for Exchange Server 2019 Cumulative Update 14 (KB5063221)";
const speech = "Microsoft Server Speech Platform Runtime (x64)";

export const R54: CaseTable = [
  { name: "all are there", of: aCase({ target: "2019 CU15", apply: true }), says: ok },
  {
    name: "an update and a part are gone",
    of: cache(
      { name: update, file: "C:\\Windows\\Installer\\77.msp", present: false },
      { name: speech, file: "C:\\Windows\\Installer\\78.msi", present: false },
    ),
    says: fails(
      `${head("R54")}Windows Installer has lost its copy of ${update} and ${speech}, and Setup would stop halfway`,
      `  Found:  no C:\\Windows\\Installer\\77.msp for ${update}; no C:\\Windows\\Installer\\78.msi for ${speech}`,
      neededR54,
      onServer,
      "  Fix:    copy the files from the media of the release that is installed, or from another server with the same release (Microsoft's script FixInstallerCache.ps1 does it)",
      ruleR54,
    ),
  },
  {
    name: "one lies elsewhere",
    of: cache({ name: speech, file: "D:\\cache\\78.msi", present: null }),
    says: notVerified(
      `${head("R54")}not verified: copies that Windows Installer keeps lie where nobody looked: ${speech}`,
      "  Found:  D:\\cache\\78.msi",
      neededR54,
      onServer,
      "  Fix:    look whether these files are there, and say so with `waive: { R54: reason }`",
      ruleR54,
    ),
  },
  {
    name: "Exchange itself is not among them",
    of: aCase({ target: "2019 CU15", machine: { installerCache: known([], "the key Products") } }),
    says: notVerified(
      `${head("R54")}not verified: no package of Exchange is among those that Windows Installer has installed for the whole computer`,
      "  Found:  none, read from the key Products",
      neededR54,
      onServer,
      "  Fix:    find the package by which Exchange is installed, look whether its copy is there, and say so with `waive: { R54: reason }`",
      ruleR54,
    ),
  },
  {
    name: "they could not be read",
    of: aCase({ target: "2019 CU15", machine: { installerCache: silent } }),
    says: notVerified(
      `${head("R54")}not verified: no answer within 60 s`,
      neededR54,
      onServer,
      readRegistry,
      ruleR54,
    ),
  },
];
