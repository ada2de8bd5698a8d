/** The Windows releases that the lab simulates: builds, and what differs between them at the command line. */
import type { LabComputer } from "../organization";

/** What the simulation knows of one Windows release. */
export interface WindowsVersion {
  /** As `ver` prints it. */
  readonly version: string;
  /** CurrentBuildNumber. */
  readonly build: number;
  /** CurrentVersion, which stays 6.3 from 2016 on. */
  readonly currentVersion: string;
  readonly productName: string;
  /** Folder of Windows and of the profiles. */
  readonly systemRoot: string;
  readonly profiles: string;
  /** reg.exe prints a version line and tabs. */
  readonly oldReg: boolean;
  /** Tokens carry a mandatory label. */
  readonly integrity: boolean;
  /** wmic.exe comes with Windows; from 2025 on it is an optional feature. */
  readonly wmic: boolean;
  /** How `certutil -hashfile` prints a digest; null where it has no such verb (memory, windows-facts section 9). */
  readonly digests: "spaced" | "plain" | null;
}

function later(version: string, build: number, currentVersion: string, name: string): WindowsVersion {
  return {
    version,
    build,
    currentVersion,
    productName: `Windows Server ${name} Standard`,
    systemRoot: "C:\\Windows",
    profiles: "C:\\Users",
    oldReg: false,
    integrity: true,
    wmic: build < 26100,
    digests: build < 7600 ? null : build < 14393 ? "spaced" : "plain",
  };
}

/** By the name that {@link LabComputer} uses (builds: memory, windows-facts section 1). */
export const windowsVersions: { readonly [windows in LabComputer["windows"]]: WindowsVersion } = {
  "2003": {
    version: "5.2.3790",
    build: 3790,
    currentVersion: "5.2",
    productName: "Microsoft Windows Server 2003",
    systemRoot: "C:\\WINDOWS",
    profiles: "C:\\Documents and Settings",
    oldReg: true,
    integrity: false,
    wmic: true,
    digests: null,
  },
  "2008": later("6.0.6002", 6002, "6.0", "2008"),
  "2008 R2": later("6.1.7601", 7601, "6.1", "2008 R2"),
  "2012 R2": later("6.3.9600", 9600, "6.3", "2012 R2"),
  "2016": later("10.0.14393.0", 14393, "6.3", "2016"),
  "2019": later("10.0.17763.0", 17763, "6.3", "2019"),
  "2022": later("10.0.20348.0", 20348, "6.3", "2022"),
  "2025": later("10.0.26100.0", 26100, "6.3", "2025"),
};
