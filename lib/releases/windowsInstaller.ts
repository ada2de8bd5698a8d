/** How Windows Installer applies an update to Exchange, and what its exit codes say. */
import { citations, type Evidenced } from "./evidence";

/**
 * Programs and switches. Microsoft offers an update as .msp, which it recommends for automated installation, and as
 * .exe, which requests elevation itself. An .msp that is applied without elevation leaves the server in a bad state.
 */
export const windowsInstaller = {
  /** Part of Windows. The service of the same name does the work, and keeps running for minutes. */
  program: "msiexec.exe",
  apply: "/update",
  /** No window, no question. */
  quiet: "/qn",
  /** Never restarts Windows: exit code 3010 tells that a restart is due. */
  noRestart: "/norestart",
  /** Stands before the path of the log, which is overwritten: everything, verbose. */
  log: "/l*v",
  evidence: "documented",
  source: `Microsoft, KB5011363 (new Exchange Server security update and hotfix packaging); Microsoft Learn, "Command-line options" of Windows Installer; ${citations.installExchange} (/update)`,
} as const satisfies Evidenced & Record<string, string>;

/** The meaning of an exit code, and what to do. */
interface InstallerAnswer {
  /** A phrase without a full stop. */
  readonly cause: string;
  /** An imperative without a full stop. */
  readonly action: string;
}

/** Exit codes after which the update is applied. With the latter two, a restart is due or has begun. */
export const appliedCodes: readonly number[] = [0, 3010, 1641];

/** The exit code of an update that needs a restart to finish. */
export const restartCode = 3010;

/**
 * Exit codes of a failure (Microsoft Learn, "MsiExec.exe and InstMsi.exe error messages"). Their meaning for Exchange
 * updates is from Microsoft Learn, "Fix failed Exchange Server updates", and CSS-Exchange (FixInstallerCache).
 */
export const installerAnswers: { readonly [code: number]: InstallerAnswer } = {
  1602: {
    cause: "the installation was cancelled on the computer",
    action: "find out who cancelled it",
  },
  1603: {
    cause: "Windows Installer failed in the middle of the installation",
    action:
      "look in its log for `return value 3`; set services that stayed disabled back with ServiceControl.ps1 AfterPatch in the folder Bin of Exchange",
  },
  1612: {
    cause: "Windows Installer does not find the package of the installed cumulative update",
    action:
      "put the missing package back into %SystemRoot%\\Installer from the media of the installed cumulative update (CSS-Exchange, FixInstallerCache)",
  },
  1618: {
    cause: "another installation was under way on the computer",
    action: "let it finish",
  },
  1619: {
    cause: "Windows Installer could not open the file of the update",
    action: "copy the file again, and see that the account may read it",
  },
  1620: {
    cause: "the file is no package that Windows Installer can open",
    action: "copy the file again",
  },
  1622: {
    cause: "Windows Installer could not open its log",
    action: "make room on the disk, and let the account write there",
  },
  1625: {
    cause: "a policy of the computer forbids the installation",
    action: "allow it for the account (Windows Installer, DisablePatch)",
  },
  1635: {
    cause: "Windows Installer could not open the file of the update",
    action: "copy the file again, and see that the account may read it",
  },
  1636: {
    cause: "the file is no update that Windows Installer can apply",
    action: "copy the file again",
  },
  1642: {
    cause: "the update is not for the Exchange that is installed",
    action: "take the update for the installed cumulative update",
  },
  1643: {
    cause: "a policy of the computer forbids the update",
    action: "allow it for the account (Windows Installer, DisablePatch)",
  },
};
