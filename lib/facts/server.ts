/**
 * Facts about a server that matter to Setup of Exchange 2013 and later; they are only read before a server's upgrade.
 */

/** A Windows service. */
export interface ServiceReading {
  /** Start type: 2 automatic, 3 manual, 4 disabled. */
  readonly start: number;
  /** State: 1 stopped, 2 start pending, 3 stop pending, 4 running, 5 continue pending, 6 pause pending, 7 paused. */
  readonly state: number;
  /** True if somebody has deleted it, and something still holds it open. */
  readonly deleted: boolean;
}

/** Numbers of Windows' service control manager. */
export const serviceStarts = { automatic: 2, disabled: 4 } as const;

/** Whether a service in this state runs, or is about to. */
export function isServiceUp(state: number): boolean {
  return state === 2 || state === 4 || state === 5;
}

/** A package of which Windows Installer keeps a copy. */
export interface InstallerPackage {
  /** DisplayName of the product or update. */
  readonly name: string;
  /** Full path of the copy. */
  readonly file: string;
  /** Whether the copy exists; null if its folder was not listed. */
  readonly present: boolean | null;
}

/** The values of the facts, by name. */
export interface ServerReadings {
  /**
   * Definitions of PowerShell's execution policy by group policies of the computer and of the session's account, each
   * as value and data.
   */
  readonly executionPolicy: readonly string[];
  /** Security descriptors (SDDL) of event logs that have one of their own, by the name of the log. */
  readonly eventLogs: { readonly [log: string]: string };
  /** Processes that may hold files of Exchange open, e.g. `powershell.exe (4711)`; empty for none. */
  readonly openShells: readonly string[];
  /** The services that were read, by name; null for a missing one. */
  readonly services: { readonly [name: string]: ServiceReading | null };
  /** Files in which an unfinished Setup has left the start types of services; empty if there are none. */
  readonly startTypes: readonly string[];
  /** Packages, of Exchange and of what it needs, of which Windows Installer should keep a copy. */
  readonly installerCache: readonly InstallerPackage[];
  /** Folder in which Exchange is installed, without a trailing backslash; null if the registry names none. */
  readonly installFolder: string | null;
  /** Free bytes of the system drive, and of the drive on which Exchange is installed. */
  readonly freeSpace: { readonly system: number; readonly install: number };
  /** Certificates of web sites on this computer that were expired when they were read. */
  readonly expiredCertificates: readonly BoundCertificate[];
  /** Whether Windows Remote Management reports that its configuration belongs to this Windows. */
  readonly remoteManagement: boolean;
}

/** What versions of this package before 0.1.0 was released did not read: a facts snapshot may lack it. */
export interface FurtherReadings {
  /** PowerShell's language mode for the session's account, e.g. `FullLanguage`. */
  readonly languageMode: string;
  /** Applications of IIS, each as site and path: `Default Web Site/owa`. */
  readonly webApplications: readonly string[];
  /** Folders that Setup changes and does not make, by what they are called below Exchange's folder, and whether each is there. */
  readonly folders: { readonly [name: string]: boolean };
  /** How many processes run of a program that Setup waits for. */
  readonly searchProcesses: number;
  /** Folders and files that Windows' own virus scanner leaves alone; null where it does not run. */
  readonly scannerExclusions: readonly string[] | null;
}

/** A certificate that Windows' web server uses on a port. */
export interface BoundCertificate {
  /** SHA-1 of the certificate, 40 hexadecimal digits in upper case. */
  readonly thumbprint: string;
  readonly subject: string;
  /** ISO 8601 in UTC. */
  readonly validTo: string;
}
