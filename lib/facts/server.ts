/** What Setup of Exchange 2013 and later finds on a server: each is asked for the upgrade of a server alone. */

/** A Windows service. */
export interface ServiceReading {
  /** Start type: 2 automatic, 3 manual, 4 disabled. */
  readonly start: number;
  /** State: 1 stopped, 2 start pending, 3 stop pending, 4 running, 5 continue pending, 6 pause pending, 7 paused. */
  readonly state: number;
  /** True where somebody has deleted it, and something still holds it open. */
  readonly deleted: boolean;
}

/** Numbers of Windows' service control manager. */
export const serviceStarts = { automatic: 2, disabled: 4 } as const;

/** Whether a state is that of a service that runs, or is on its way there. */
export function isServiceUp(state: number): boolean {
  return state === 2 || state === 4 || state === 5;
}

/** A package of which Windows Installer keeps a copy. */
export interface InstallerPackage {
  /** DisplayName of the product or update. */
  readonly name: string;
  /** Full path of the copy. */
  readonly file: string;
  /** Whether it is there; null where the copy lies in a folder that was not listed. */
  readonly present: boolean | null;
}

/** The facts by name, as they are once they have been read. */
export interface ServerReadings {
  /** What group policies of the computer and of the session's account define of PowerShell's execution policy, each as value and data. */
  readonly executionPolicy: readonly string[];
  /** Security descriptors (SDDL) that event logs have instead of the usual one, by the name of the log. */
  readonly eventLogs: { readonly [log: string]: string };
  /** Processes that may hold files of Exchange open, e.g. `powershell.exe (4711)`; empty for none. */
  readonly openShells: readonly string[];
  /** Services that were asked about, by name; null for one that is not there. */
  readonly services: { readonly [name: string]: ServiceReading | null };
  /** Files in which a Setup that did not finish has left the start types of services; empty for none. */
  readonly startTypes: readonly string[];
  /** Packages of Exchange, and of what it needs, of which Windows Installer keeps a copy. */
  readonly installerCache: readonly InstallerPackage[];
  /** Folder in which Exchange is installed, without a backslash at its end; null where the registry names none. */
  readonly installFolder: string | null;
  /** Free bytes of the system's drive, and of the one on which Exchange is installed. */
  readonly freeSpace: { readonly system: number; readonly install: number };
  /** Certificates of web sites of this computer that were no longer valid when they were read. */
  readonly expiredCertificates: readonly BoundCertificate[];
  /** Whether Windows Remote Management says that its configuration is of this Windows. */
  readonly remoteManagement: boolean;
}

/** A certificate that Windows' web server shows on a port. */
export interface BoundCertificate {
  /** SHA-1 of the certificate, 40 hexadecimal digits in upper case. */
  readonly thumbprint: string;
  readonly subject: string;
  /** ISO 8601 in UTC. */
  readonly validTo: string;
}
