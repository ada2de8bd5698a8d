/**
 * The lab: a simulated Active Directory, simulated Windows computers and a simulated Exchange Setup, on loopback.
 * It is the embedded default of the demo and the equipment of the tests; nothing in lib/ imports it.
 */
import { formatBuild } from "../lib/releases";
import { type Certificate, CertificateAuthority } from "./certificates";
import { type DirectoryOptions, type LabDirectory, startDirectory } from "./directory";
import { type Kdc, startKdc } from "./kerberos/kdc";
import type { ManagementFaults } from "./management/faults";
import { Management } from "./management/model";
import { managementShell } from "./management/shell";
import type { LabComputer, Organization } from "./organization";
import { type OrganizationName, organizationNamed } from "./ready-organizations";
import { type SetupEnvironment, setupProgram } from "./setup";
import { msiexec, updateContent, writeExsetup } from "./setup/modern/update";
import { programOf } from "./setup/programs";
import type { SetupFaults, SetupRun } from "./setup/runs";
import { startWindows, type WindowsHost, type WindowsOptions } from "./windows";
import { SimulatedCluster } from "./windows/cluster";
import type { DirectoryTarget } from "./windows/domain";
import { netbiosName } from "./windows/logon-service";
import { releaseNamed } from "./windows/seed";
import { gssapiAcceptors } from "./windows/winrm/gssapi";
import type { Acceptor } from "./windows/winrm/security";

export { adatum } from "./adatum";
export { contoso } from "./contoso";
export type { ControllerFaults, DirectoryPoint, LabDirectory } from "./directory";
export { fabrikam, fabrikamAtCu15 } from "./fabrikam";
export type { ManagementFaults } from "./management/faults";
export type { ManagedDatabase, ManagedServer, Management } from "./management/model";
export { type OrganizationName, organizationNamed, organizations } from "./ready-organizations";
export type { SetupFailure, SetupFaults, SetupRun } from "./setup/runs";
export type { WindowsHost, WindowsOptions } from "./windows";
export type { DirectoryTarget } from "./windows/domain";
export type { TransportFaults, TransportPoint } from "./windows/sshd";
export type { WinRmFaults, WinRmListener } from "./windows/winrm/listener";
export { wingtip } from "./wingtip";

/** Options of one computer of the lab. */
export interface ComputerOptions extends WindowsOptions {
  /** Faults of Setup from the start. @default none */
  readonly setup?: SetupFaults;
}

/** Options of the lab. */
export interface LabOptions {
  /** Seconds that each phase of Setup takes. @default 0.2 */
  readonly setupSeconds?: number;
  /** By FQDN. */
  readonly computers?: { readonly [fqdn: string]: ComputerOptions };
  /**
   * A directory that runs already (Samba's, say), which the lab then does not start and does not stop.
   * @default the lab starts its own
   */
  readonly target?: DirectoryTarget;
  /** Options of the lab's own directory. */
  readonly directory?: DirectoryOptions;
  /** Lets every computer listen on WinRM, too. @default only those whose own options say so */
  readonly winrm?: LabWinRm;
}

/** How a lab's computers listen on WinRM. */
export interface LabWinRm {
  /**
   * By whom Kerberos is served: a center of MIT Kerberos for each domain, which the lab starts, or one that runs already (Samba's, say) and has
   * exported the keys of the computers. @default nobody: Negotiate and Kerberos are not offered
   */
  readonly kerberos?: "mit" | { readonly keytab: string };
  /** Listens on HTTPS with a certificate of {@link Lab.winrmAuthority} for its name. @default false */
  readonly https?: boolean;
}

/** A running computer with its Setup. */
export interface LabWindows extends WindowsHost {
  /** Every run of Setup on this computer, oldest first. */
  readonly setupRuns: readonly SetupRun[];
  /** Faults of Setup; may be changed at any time. */
  readonly faults: SetupFaults;
  /** Faults of the management shell, and of what it manages; may be changed at any time. */
  readonly managementFaults: ManagementFaults;
}

/** How to log on to a computer: host, port and credentials in the form of lib/host's connection. */
export interface LabConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** OpenSSH public key line. */
  readonly hostKey: string;
}

/** A running lab. */
export interface Lab {
  readonly organization: Organization;
  /** The lab's own directory; null when it was given another one. */
  readonly directory: LabDirectory | null;
  /** Where the directory is. */
  readonly target: DirectoryTarget;
  /** What the servers' management shells show and change; tests may look at it, and change it. */
  readonly management: Management;
  /** By FQDN. */
  readonly computers: { readonly [fqdn: string]: LabWindows };
  /** Clusters of the organization, in its order. */
  readonly clusters: readonly SimulatedCluster[];
  /** The computer with this FQDN. Throws for an unknown one. */
  computer(fqdn: string): LabWindows;
  /** Centers of MIT Kerberos that the lab has started, by the DNS name of their domain. */
  readonly kdcs: { readonly [domain: string]: Kdc };
  /** PEM of whoever has issued the certificates for HTTPS; null without any. */
  readonly winrmAuthority: string | null;
  /** How `account` (`NETBIOS\name`, or a name of the root domain or of the computer itself) logs on there. */
  connection(fqdn: string, account: string): LabConnection;
  stop(): Promise<void>;
}

/** The lab's own directory as computers reach it. */
function targetOf(directory: LabDirectory, organization: Organization): DirectoryTarget {
  return {
    ca: directory.ca,
    schemaMaster: organization.schemaMaster,
    urlOf: (fqdn) => {
      const url = directory.controllers[fqdn]?.url;
      if (url === undefined) throw new Error(`The lab has no domain controller "${fqdn}".`);
      return url;
    },
    dcOfDomain: (domain) => {
      const controller = organization.domainControllers.find((each) => each.domain === domain);
      if (!controller) throw new Error(`The lab has no domain controller of "${domain}".`);
      return controller.name;
    },
  };
}

/** The files of a release's simulated media, by path below their folder: what a copy of them is made from. */
export function mediaFiles(name: string): { readonly [path: string]: string } {
  const release = releaseNamed(name);
  return {
    [programOf(release)]: `MZ simulated Setup of ${release.name}`,
    "exchangeserver.msi": `Simulated media of ${release.name}`,
  };
}

/** Puts Exchange's own program, and what applies updates to it, on the computer. */
function placeUpdates(host: WindowsHost, spec: LabComputer, environment: SetupEnvironment): void {
  const { computer } = host;
  const system = `${computer.systemRoot}\\system32`;
  host.files.write(`${system}\\msiexec.exe`, "MZ", msiexec(environment));
  for (const [name, start] of Object.entries(spec.services ?? {})) {
    host.registry.set(`HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`, "Start", start);
    if (start === 2) computer.runningServices.add(name.toLowerCase());
  }
  if (spec.release !== null) writeExsetup(computer, formatBuild(releaseNamed(spec.release).build));
  for (const [path, build] of Object.entries(spec.updates ?? {}))
    host.files.write(path, updateContent(build));
}

/** Puts the media on the computer: Setup's program in the root of each folder. Copies of them will run, too. */
function placeMedia(host: WindowsHost, spec: LabComputer, environment: SetupEnvironment): void {
  const all = environment.organization.computers.flatMap(({ media }) => Object.values(media));
  for (const name of new Set(all)) {
    const release = releaseNamed(name);
    const known = { program: setupProgram(release, environment), version: formatBuild(release.build) };
    host.computer.knownPrograms.set(mediaFiles(name)[programOf(release)] ?? "", known);
  }
  for (const [folder, name] of Object.entries(spec.media)) {
    for (const [path, content] of Object.entries(mediaFiles(name))) {
      const known = host.computer.knownPrograms.get(content);
      host.files.write(`${folder}\\${path}`, content, known?.program, known?.version);
    }
  }
}

async function startComputer(
  spec: LabComputer,
  organization: Organization,
  target: DirectoryTarget,
  phaseMs: number,
  management: Management,
  options: ComputerOptions,
): Promise<LabWindows> {
  const host = await startWindows(spec, organization, target, options);
  const setupRuns: SetupRun[] = [];
  const faults: SetupFaults = { ...options.setup };
  const environment = { organization, directory: target, phaseMs, faults, runs: setupRuns, management };
  placeMedia(host, spec, environment);
  placeUpdates(host, spec, environment);
  const managementFaults: ManagementFaults = {};
  const shell = managementShell(management, managementFaults);
  host.files.write(`${host.computer.systemRoot}\\system32\\powershell.exe`, "MZ", shell);
  host.computer.onRestart(() => {
    if (host.computer.restartBehaviour.ignored !== true) management.goesDown(spec.name);
  });
  return { ...host, setupRuns, faults, managementFaults };
}

/** Starts the directory and every computer of an organization, which is one of the lab's by name, or data. */
export async function startLab(
  given: OrganizationName | Organization,
  options: LabOptions = {},
): Promise<Lab> {
  const organization = typeof given === "string" ? organizationNamed(given) : given;
  const directory = options.target ? null : await startDirectory(organization, options.directory);
  const target = options.target ?? (directory && targetOf(directory, organization));
  if (!target) throw new Error("A lab needs a directory.");
  const phaseMs = (options.setupSeconds ?? 0.2) * 1000;
  const computers: { [fqdn: string]: LabWindows } = {};
  const winrm = await prepareWinRm(organization, options.winrm ?? {});
  // What a computer's SSH server forwards to: it finds the lab's other computers by their names, and the centers at any name of their domains.
  const forward = (host: string, port: number): number | null => {
    if (/^(127\.|localhost$)/.test(host)) return port;
    const name = host.toLowerCase();
    const found = Object.values(computers).find((each) => each.name.toLowerCase() === name);
    if (port === 5985) return found?.winrm?.port ?? null;
    if (port === 5986) return found?.winrm?.httpsPort ?? null;
    if (port === 22) return found?.port ?? null;
    const domain = Object.keys(winrm.kdcs).find((each) => name === each || name.endsWith(`.${each}`));
    return port === 88 && domain !== undefined ? (winrm.kdcs[domain]?.port ?? null) : null;
  };
  const management = new Management(
    organization,
    (release) => releaseNamed(release).product,
    (fqdn) => computers[fqdn]?.computer.down === true,
  );
  const starts = await Promise.allSettled(
    organization.computers.map((spec) =>
      startComputer(spec, organization, target, phaseMs, management, {
        forward,
        ...(options.winrm ? { winrm: winrm.optionsOf(spec) } : {}),
        ...options.computers?.[spec.name],
      }),
    ),
  );
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all([
      ...started.map((host) => host.stop()),
      ...Object.values(winrm.kdcs).map((kdc) => kdc.stop()),
    ]);
    await directory?.stop();
  };
  const failed = starts.find((start) => start.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  for (const host of started) computers[host.name] = host;
  const clusters = (organization.clusters ?? []).map(
    (spec) => new SimulatedCluster(spec, (node) => computers[node]?.computer.down === true),
  );
  for (const cluster of clusters)
    for (const node of cluster.spec.nodes) {
      const host = computers[node];
      if (host) host.computer.cluster = cluster;
    }
  const computer = (fqdn: string): LabWindows => {
    const host = computers[fqdn];
    if (!host)
      throw new Error(`The lab has no computer "${fqdn}"; it has ${Object.keys(computers).join(", ")}.`);
    return host;
  };
  return {
    organization,
    directory,
    target,
    management,
    computers,
    clusters,
    computer,
    kdcs: winrm.kdcs,
    winrmAuthority: winrm.authority,
    connection: (fqdn, account) => {
      const { port, hostKey, computer: windows } = computer(fqdn);
      return { host: "127.0.0.1", port, hostKey, ...credentialsOf(organization, windows.spec, account) };
    },
    stop,
  };
}

/** What the listeners of an organization need before its computers start. */
interface PreparedWinRm {
  readonly kdcs: { readonly [domain: string]: Kdc };
  readonly authority: string | null;
  optionsOf(computer: LabComputer): NonNullable<WindowsOptions["winrm"]>;
}

async function prepareWinRm(
  organization: Organization,
  { kerberos, https }: LabWinRm,
): Promise<PreparedWinRm> {
  const kdcs: { [domain: string]: Kdc } = {};
  const acceptors = new Map<string | null, () => Acceptor>();
  const members = organization.computers.flatMap(({ name, domain }) =>
    domain === null ? [] : [{ name, domain }],
  );
  for (const domain of new Set(members.map((each) => each.domain))) {
    if (kerberos === undefined) continue;
    if (kerberos === "mit")
      kdcs[domain] = await startKdc({
        domain,
        accounts: organization.accounts.filter((account) => account.domain === domain),
        computers: members.filter((each) => each.domain === domain).map(({ name }) => name),
      });
    const keytab = kerberos === "mit" ? kdcs[domain]?.keytab : kerberos.keytab;
    acceptors.set(domain, await gssapiAcceptors(keytab ?? ""));
  }
  const authority = https ? await CertificateAuthority.create("Lab WinRM authority") : null;
  const certificates = new Map<string, Certificate>();
  for (const { name } of authority ? organization.computers : [])
    if (authority) certificates.set(name, await authority.issue({ names: [name] }));
  return {
    kdcs,
    authority: authority?.certificate ?? null,
    optionsOf: ({ name, domain }) => {
      const acceptor = acceptors.get(domain);
      const certificate = certificates.get(name);
      return { ...(acceptor ? { acceptor } : {}), ...(certificate ? { certificate } : {}) };
    },
  };
}

/** User name for SSH, and password, of an account of the organization or of the computer. */
export function credentialsOf(
  organization: Organization,
  computer: LabComputer,
  account: string,
): { user: string; password: string } {
  const [authority, name] = account.includes("\\") ? account.split("\\") : [undefined, account];
  const local = Object.entries(computer.localAccounts ?? {}).find(
    ([each]) => each === name && (authority === undefined || authority === netbiosName(computer)),
  );
  if (local) return { user: local[0], password: local[1] };
  const domain = organization.domains.find(({ name: dns, netbios }) =>
    authority === undefined ? dns === organization.root : netbios === authority,
  );
  const found = organization.accounts.find((each) => each.name === name && each.domain === domain?.name);
  if (!found || !domain) throw new Error(`The lab has no account "${account}" for ${computer.name}.`);
  return { user: `${domain.netbios}\\${found.name}`, password: found.password };
}
