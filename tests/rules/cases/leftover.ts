/** Cases of the rules on what is left on a server: a pending restart (R7), an unfinished installation (R13). */
import { known, type PendingFile } from "../../../lib/facts";
import { aCase, type Changes, exchangeKey, installed, rolesAre, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";

const onServer = "  Where:  on mbx-lon.contoso.com";
const readRegistry =
  "  Fix:    let the connection reach the computer, with an account that may read its registry";

const setupLogs = "Setup logs among the tests of microsoft/CSS-Exchange";
const ruleR7 = "  Rule:   R7, no restart is pending (Exchange analyzer, rule RebootPending)";
const neededR7 = "  Needed: no pending restart: Setup's prerequisite check refuses one";
const renames =
  "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\PendingFileRenameOperations: C:\\x.tmp (to be deleted)";
const components =
  "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending";
const updates = "HKLM\\SOFTWARE\\Microsoft\\Updates\\UpdateExeVolatile = 2 (the installation of an update)";
const restartIt =
  "  Fix:    restart it; if it is found again after the restart, it is an orphaned value: save its key with reg export, and remove it as Microsoft's article has it (TechNet cc164360)";
const restartModern =
  "  Fix:    restart it; do not delete what says so, and if it is found again after the restart, stop what writes it";
const mayWaive =
  '; all that waits is the removal of temporary files, so `waive: { R7: "the reason" }` lets Setup judge it by itself';

function waiting(fix: string, ...signs: readonly string[]): Says {
  const isModern = fix.startsWith(restartModern);
  return fails(
    "R7 (must), server upgrade on mbx-lon.contoso.com: Windows waits for a restart",
    `  Found:  ${signs.join("; ")}`,
    neededR7,
    onServer,
    fix,
    isModern ? ruleR7.replace("Exchange analyzer", setupLogs) : ruleR7,
  );
}

const files = (...pendingFiles: readonly PendingFile[]): Changes => ({
  machine: { pendingRestart: known([renames], "Session Manager"), pendingFiles },
});
const temporary = { path: "C:\\Documents and Settings\\x\\Local Settings\\Temp\\a\\b.tmp", to: null };

export const R7: CaseTable = [
  {
    name: "files are to be renamed, and what else waits is not known, before a preparation with media of 2013 or later",
    of: aCase({
      step: "schema",
      target: "2019 CU15",
      machine: { pendingRestart: known([renames], "Session Manager") },
    }),
    says: fails(
      "R7 (must), schema preparation on dc1.contoso.com: Windows waits for a restart",
      `  Found:  ${renames}`,
      neededR7,
      "  Where:  on dc1.contoso.com",
      restartModern,
      ruleR7.replace("Exchange analyzer", setupLogs),
    ),
  },
  {
    name: "the same, and nothing else waits: Setup lets that pass",
    of: aCase({ step: "domain", target: "2019 CU15", apply: true, ...files(temporary) }),
    says: fails(
      "R7 (should), domain preparation on emea-dc1.emea.contoso.com: Windows waits for a restart",
      `  Found:  ${renames}`,
      "  Needed: no pending restart, although Setup prepares while only files wait for one",
      "  Where:  on emea-dc1.emea.contoso.com",
      restartModern,
      ruleR7.replace("Exchange analyzer", setupLogs),
    ),
  },
  {
    name: "Windows components wait, before a preparation",
    of: aCase({
      step: "schema",
      target: "SE RTM",
      machine: { pendingRestart: known([components], "Component Based Servicing") },
    }),
    says: fails(
      "R7 (must), schema preparation on dc1.contoso.com: Windows waits for a restart",
      `  Found:  ${components}`,
      neededR7,
      "  Where:  on dc1.contoso.com",
      restartModern,
      ruleR7.replace("Exchange analyzer", setupLogs),
    ),
  },
  {
    name: "a preparation that an operator runs, without a connection",
    of: aCase({
      step: "organization",
      target: "2019 CU15",
      run: "manual",
      machine: { pendingRestart: silent },
    }),
    says: ok,
  },
  { name: "nothing says so", of: aCase(), says: ok },
  { name: "nothing says so, right before Setup", of: aCase({ apply: true }), says: ok },
  {
    name: "files are to be renamed",
    of: aCase({ machine: { pendingRestart: known([renames], "Session Manager") } }),
    says: waiting(restartIt, renames),
  },
  {
    name: "files and updates, right before Setup",
    of: aCase({ apply: true, machine: { pendingRestart: known([updates, renames], "Session Manager") } }),
    says: waiting(restartIt, updates, renames),
  },
  {
    name: "files are to be renamed, before a later product's upgrade",
    of: aCase({ target: "2019 CU15", machine: { pendingRestart: known([renames], "Session Manager") } }),
    says: waiting(restartModern, renames),
  },
  {
    name: "temporary files are to be deleted, and nothing else waits",
    of: aCase(files(temporary, { path: "C:\\WINDOWS\\TEMP\\c.dll", to: null })),
    says: waiting(`${restartIt}${mayWaive}`, renames),
  },
  {
    name: "temporary files are to be deleted, before a later product's upgrade",
    of: aCase({ target: "2019 CU15", ...files(temporary) }),
    says: waiting(`${restartModern}${mayWaive}`, renames),
  },
  {
    name: "a temporary file is to become another one",
    of: aCase(files(temporary, { path: "C:\\WINDOWS\\Temp\\c.dll", to: "C:\\WINDOWS\\system32\\c.dll" })),
    says: waiting(restartIt, renames),
  },
  {
    name: "one of the files to be deleted is a program's",
    of: aCase(files(temporary, { path: "C:\\Config.Msi\\4f2.rbf", to: null })),
    says: waiting(restartIt, renames),
  },
  {
    name: "a file that is called like the folder, and one that leads out of it",
    of: aCase(files({ path: "C:\\Temp", to: null })),
    says: waiting(restartIt, renames),
  },
  {
    name: "a path that leads out of the folder",
    of: aCase(files({ path: "C:\\Temp\\..\\WINDOWS\\x.dll", to: null })),
    says: waiting(restartIt, renames),
  },
  {
    name: "it could not be read",
    of: aCase({ machine: { pendingRestart: silent } }),
    says: notVerified(
      "R7 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      neededR7,
      onServer,
      readRegistry,
      ruleR7,
    ),
  },
];

const ruleR13 =
  "  Rule:   R13, no installation of a role was left unfinished (Exchange analyzer, rule InstallWatermark)";
const neededR13 =
  "  Needed: no role with a watermark and the action Install: Setup's prerequisite check refuses an upgrade over one";
const begun = { watermark: "4f2", action: "Install" };
const twoLeft = rolesAre(
  installed("Hub Transport", "8.0.685.25", { configured: null, ...begun }),
  installed("Mailbox"),
  installed("Client Access", "8.0.685.25", { watermark: "5a1", action: "install " }),
);
const left = (fix: string, rule = ruleR13): Says =>
  fails(
    "R13 (must), server upgrade on mbx-lon.contoso.com: the installation of Hub Transport and Client Access was left unfinished, and has to be finished before an upgrade",
    `  Found:  Hub Transport: watermark 4f2, action Install; Client Access: watermark 5a1, action install , read from ${exchangeKey}`,
    neededR13,
    onServer,
    fix,
    rule,
  );
const classicFix =
  "  Fix:    run Setup.com /mode:install /roles:HubTransport,ClientAccess there, from the media of the release that is installed, or take the roles off with /mode:uninstall; do not delete the watermark";

export const R13: CaseTable = [
  { name: "nothing is left", of: aCase(), says: ok },
  { name: "an installation is left", of: aCase({ machine: twoLeft }), says: left(classicFix) },
  {
    name: "an installation is left, right before Setup",
    of: aCase({ machine: twoLeft, apply: true }),
    says: left(classicFix),
  },
  {
    name: "an installation is left, and an operator upgrades: 2007 does not go on by itself",
    of: aCase({ machine: twoLeft, run: "manual" }),
    says: left(classicFix),
  },
  {
    name: "an installation of a later product is left",
    of: aCase({ machine: twoLeft, target: "2019 CU15" }),
    says: left(
      '  Fix:    start Setup.exe there without switches, from the media of the release that is installed: its wizard goes on where it stopped, which unattended Setup does not; or let an operator upgrade it (`run: "manual"`); do not delete the watermark',
      ruleR13.replace("Exchange analyzer", setupLogs),
    ),
  },
  {
    name: "an installation of a later product is left, and an operator upgrades",
    of: aCase({ machine: twoLeft, target: "2019 CU15", run: "manual" }),
    says: ok,
  },
  {
    name: "an upgrade is left: it may be run again (D2)",
    of: aCase({
      machine: rolesAre(
        installed("Mailbox", "8.0.685.25", { watermark: "4f2", action: "BuildToBuildUpgrade" }),
      ),
    }),
    says: ok,
  },
  {
    name: "an action without a watermark, and a watermark without an action",
    of: aCase({
      machine: rolesAre(
        installed("Mailbox", "8.0.685.25", { action: "Install" }),
        installed("Client Access", "8.0.685.25", { watermark: "4f2" }),
      ),
    }),
    says: ok,
  },
  {
    name: "it could not be read",
    of: aCase({ machine: { roles: silent } }),
    says: notVerified(
      "R13 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      neededR13,
      onServer,
      readRegistry,
      ruleR13,
    ),
  },
];
