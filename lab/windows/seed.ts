/** The registry that a simulated computer starts with: identity, place in the forest, Exchange, services. */
import type { Role } from "../../lib/facts";
import { formatBuild } from "../../lib/releases";
import { inventedRelease } from "../invented-release";
import type { LabComputer, Organization } from "../organization";
import { modernLineOf } from "../product-lines";
import { type LabRelease, labRelease } from "../release-table";
import { classicServices } from "./classic-services";
import { seedModernExchange, seedModernWindows } from "./modern-registry";
import { WindowsRegistry } from "./registry";
import { windowsVersions } from "./versions";

const controlSet = "HKLM\\SYSTEM\\CurrentControlSet";

const updates = "HKLM\\SOFTWARE\\Microsoft\\Updates";
const autoUpdate = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update";
const servicing = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing";

/** Services with their start type: 2 automatic, 3 manual, 4 disabled. */
const services: { readonly [name: string]: number } = {
  RemoteRegistry: 2,
  Netlogon: 2,
  W32Time: 2,
  wuauserv: 3,
};

/** The release with this name. Throws for a name that the release table does not have. */
export function releaseNamed(name: string): LabRelease {
  const release = labRelease(name) ?? inventedRelease(name);
  if (!release) throw new Error(`The lab knows no release "${name}"; use a name such as "2007 RTM".`);
  return release;
}

/** Exchange's key in 2007 and 2010: Microsoft, cc540457 (v8.0); public scripts for 2010 (v14). */
const classicRoots: { readonly [product: string]: string } = {
  "2007": "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
  "2010": "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v14",
};

/** Names of the roles' keys: public scripts read MailboxRole, EdgeTransportRole and AdminTools; the others are memory. */
const classicKeys: { readonly [R in Role]: string } = {
  "Client Access": "ClientAccessRole",
  "Hub Transport": "HubTransportRole",
  Mailbox: "MailboxRole",
  "Unified Messaging": "UnifiedMessagingRole",
  "Edge Transport": "EdgeTransportRole",
  "Management Tools": "AdminTools",
};

/** Exchange's key of a release of 2007 or 2010. */
export function exchangeKeyOf({ product }: LabRelease): string {
  const root = classicRoots[product];
  if (root === undefined) throw new Error(`The lab has no registry key for Exchange ${product} here.`);
  return root;
}

/** Registry key of a role of 2007 and 2010. */
export function keyOfRole(release: LabRelease, role: Role): string {
  return `${exchangeKeyOf(release)}\\${classicKeys[role]}`;
}

function setText(registry: WindowsRegistry, key: string, values: { readonly [name: string]: string }): void {
  for (const [name, value] of Object.entries(values)) registry.set(key, name, value);
}

/** Builds the registry of a computer. */
export function seedRegistry(computer: LabComputer, organization: Organization): WindowsRegistry {
  const registry = new WindowsRegistry();
  const windows = windowsVersions[computer.windows];
  const [host = "", ...suffix] = computer.name.split(".");
  const controller = organization.domainControllers.some(({ name }) => name === computer.name);

  const currentVersion = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
  setText(registry, currentVersion, {
    ProductName: windows.productName,
    CurrentVersion: windows.currentVersion,
    CurrentBuild: String(windows.build),
    CurrentBuildNumber: String(windows.build),
    SystemRoot: windows.systemRoot,
  });
  if (computer.windows === "2003") registry.set(currentVersion, "CSDVersion", "Service Pack 2");
  if (windows.build >= 14393) {
    registry.set(currentVersion, "CurrentMajorVersionNumber", 10);
    registry.set(currentVersion, "CurrentMinorVersionNumber", 0);
  }

  const domain = suffix.join(".");
  setText(registry, `${controlSet}\\Services\\Tcpip\\Parameters`, {
    Hostname: host,
    "NV Hostname": host,
    Domain: domain,
    "NV Domain": domain,
  });
  registry.set(`${controlSet}\\Control\\ProductOptions`, "ProductType", controller ? "LanmanNT" : "ServerNT");
  registry.create(`${controlSet}\\Services\\Netlogon\\Parameters`);
  if (computer.site !== null && !controller)
    registry.set(`${controlSet}\\Services\\Netlogon\\Parameters`, "DynamicSiteName", computer.site);
  registry.create(`${controlSet}\\Control\\Session Manager`);
  // Where Windows notes that it waits for a restart. Component based servicing came with 2008.
  for (const key of [updates, autoUpdate, ...(computer.windows === "2003" ? [] : [servicing])])
    registry.create(key);
  for (const [name, start] of Object.entries(services))
    registry.set(`${controlSet}\\Services\\${name}`, "Start", start);

  seedModernWindows(registry, computer);
  if (computer.release !== null) seedExchange(registry, computer, releaseNamed(computer.release));
  return registry;
}

function seedExchange(registry: WindowsRegistry, computer: LabComputer, release: LabRelease): void {
  const line = modernLineOf(release);
  if (line !== null) {
    seedModernExchange(registry, computer, release, line);
    return;
  }
  for (const name of classicServices(computer.roles))
    registry.set(`${controlSet}\\Services\\${name}`, "Start", 2);
  const root = exchangeKeyOf(release);
  const version = formatBuild(release.build);
  registry.set(`${root}\\Setup`, "MsiInstallPath", "C:\\Program Files\\Microsoft\\Exchange Server\\");
  for (const name of computer.clusterKeys ?? []) registry.create(`${root}\\${name}`);
  for (const role of computer.roles) {
    registry.set(keyOfRole(release, role), "ConfiguredVersion", version);
    registry.set(keyOfRole(release, role), "UnpackedVersion", version);
  }
}
