/** What the registry of a computer holds from Windows Server 2012 R2 on, and of Exchange 2013 and later. */
import type { Build } from "../../lib/facts";
import { formatBuild } from "../../lib/releases";
import type { LabComputer } from "../organization";
import { type ModernLine, modernKey, modernServices, partsOf } from "../product-lines";
import type { LabRelease } from "../release-table";
import { seedInstaller } from "./installer-cache";
import type { WindowsRegistry } from "./registry";
import { bindCertificate, webCertificates } from "./web-certificates";

const software = "HKLM\\SOFTWARE\\Microsoft";
const scanner = `${software}\\Windows Defender`;
const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";

/** Where the .NET Framework 4.x says which one it is: the number Release. */
export const frameworkKey = `${software}\\NET Framework Setup\\NDP\\v4\\Full`;

/** Release of the .NET Framework 4.8 on each Windows, of 4.8.1 on 2025 (Microsoft, Determine which .NET Framework versions are installed). */
const frameworkOfWindows: { readonly [windows in LabComputer["windows"]]?: number } = {
  "2012 R2": 528049,
  "2016": 528049,
  "2019": 528049,
  "2022": 528449,
  "2025": 533325,
};

/** Revisions of Windows builds, as updates leave them; any number will do that is above what Exchange asks for. */
const updateRevisions: { readonly [windows in LabComputer["windows"]]?: number } = {
  "2016": 8422,
  "2019": 7919,
  "2022": 4294,
  "2025": 7171,
};

/** Where each component that Exchange needs is found, and what stands there (Microsoft, prerequisites; michelderooij/Install-Exchange15). */
export const components = {
  "Visual C++ 2012": {
    key: `${software}\\Windows\\CurrentVersion\\Uninstall\\{CF2BEA3C-26EA-32F8-AA9B-331F7E34BA97}`,
    values: {
      DisplayName: "Microsoft Visual C++ 2012 x64 Minimum Runtime - 11.0.61030",
      DisplayVersion: "11.0.61030",
      Version: 184610406,
    },
  },
  "Visual C++ 2013": {
    key: `${software}\\Windows\\CurrentVersion\\Uninstall\\{010792BA-551A-3AC0-A7EF-0FAB4156C382}`,
    values: {
      DisplayName: "Microsoft Visual C++ 2013 x64 Minimum Runtime - 12.0.40664",
      DisplayVersion: "12.0.40664",
      Version: 201367256,
    },
  },
  "UCMA 4.0": {
    key: `${software}\\UCMA\\{902F4F35-D5DC-4363-8671-D5EF0D26C21D}`,
    values: { Version: "5.0.8308.0" },
  },
  "URL Rewrite": {
    key: `${software}\\IIS Extensions\\URL Rewrite`,
    values: { Version: "7.1.1993.2336", Install: 1 },
  },
} as const;

/** Name of one of {@link components}. */
export type ComponentName = keyof typeof components;

/** Services of Windows as they start after it was installed, the web server among them (Microsoft, Windows services; Set-Service in public installers). */
const windowsServices: { readonly [name: string]: number } = {
  EventSystem: 2,
  MpsSvc: 2,
  MSDTC: 2,
  msiserver: 3,
  WinRM: 2,
};

/** What Windows itself has: its update revision, its kind of installation, and the .NET Framework. */
export function seedModernWindows(registry: WindowsRegistry, computer: LabComputer): void {
  const currentVersion = `${software}\\Windows NT\\CurrentVersion`;
  const revision = updateRevisions[computer.windows];
  if (revision !== undefined) registry.set(currentVersion, "UBR", revision);
  const framework = computer.framework ?? frameworkOfWindows[computer.windows];
  if (framework === undefined) return;
  // Of these keys Windows has some from the start (memory): policies, and the event logs.
  for (const hive of ["HKLM", "HKCU"])
    registry.create(`${hive}\\SOFTWARE\\Policies\\Microsoft\\SystemCertificates`);
  registry.create("HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows");
  for (const log of ["Application", "System"]) registry.create(`${services}\\EventLog\\${log}`);
  for (const [name, start] of Object.entries(windowsServices))
    registry.set(`${services}\\${name}`, "Start", start);
  registry.set(currentVersion, "InstallationType", "Server");
  // dsccommunity/ExchangeDsc, Set-WSManConfigStatus.
  registry.set(
    `${software}\\Windows\\CurrentVersion\\WSMAN`,
    "UpdatedConfig",
    "857C6BDB-A8AC-4211-93BB-8123C9ECE4E5",
  );
  // The scanner is a part of Windows from 2016 on (Microsoft Learn, Microsoft Defender Antivirus on Windows Server).
  if (/^20(?:16|19|22|25)/.test(computer.windows)) {
    registry.set(`${services}\\WinDefend`, "Start", 2);
    registry.create(`${scanner}\\Exclusions\\Paths`);
  }
  registry.set(frameworkKey, "Install", 1);
  registry.set(frameworkKey, "Release", framework);
}

/** What Setup has left of an Exchange that is finished, and what its administrators have put there for it. */
export function seedModernExchange(
  registry: WindowsRegistry,
  computer: LabComputer,
  release: LabRelease,
  line: ModernLine,
): void {
  registry.set(
    `${modernKey}\\Setup`,
    "MsiInstallPath",
    "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\",
  );
  if (registry.keys(scanner).length > 0)
    registry.set(`${scanner}\\Exclusions\\Paths`, "C:\\Program Files\\Microsoft\\Exchange Server\\V15", 0);
  writeProduct(registry, release.build);
  const version = formatBuild(release.build);
  for (const { key } of partsOf(line, computer.roles)) {
    registry.set(`${modernKey}\\${key}`, "ConfiguredVersion", version);
    registry.set(`${modernKey}\\${key}`, "UnpackedVersion", version);
  }
  seedInstaller(registry, line);
  bindCertificate(registry, webCertificates.valid);
  // Setup sets it to start automatically (its rule NetTcpPortSharingSvcNotAuto).
  registry.set(`${services}\\NetTcpPortSharing`, "Start", 2);
  for (const name of modernServices(line, computer.roles)) registry.set(`${services}\\${name}`, "Start", 2);
  const isMailbox = computer.roles.includes("Mailbox");
  for (const [name, { key, values }] of Object.entries(components))
    if (isMailbox || name === "Visual C++ 2012")
      for (const [value, data] of Object.entries(values)) registry.set(key, value, data);
}

/** The installed product, in the values that CSS-Exchange's scripts read. */
export function writeProduct(registry: WindowsRegistry, build: Build): void {
  const key = `${modernKey}\\Setup`;
  registry.set(key, "MsiProductMajor", build.major);
  registry.set(key, "MsiProductMinor", build.minor);
  registry.set(key, "MsiBuildMajor", build.build);
  registry.set(key, "MsiBuildMinor", build.revision);
}
