/**
 * What must be installed on a computer, and how the computer must be set, before Setup of a release runs. Setup
 * upgrades without installing any of it. Windows features are left out: their names differ between versions of Windows.
 */
import type { Role } from "../facts";
import { type DefinedRelease, isDefined } from "./catalogue";
import { rowOf, type Spanning } from "./described";
import { citations, type Evidenced } from "./evidence";
import { keptFor } from "./keep";
import { isModern, type Product } from "./products";
import type { Release } from "./table";

/** How a component is recognised. */
export type ComponentSign =
  /**
   * An entry below the Uninstall key whose DisplayName begins with this text, and whose Version is at least this
   * number.
   */
  | { readonly kind: "program"; readonly displayName: string; readonly version: number }
  /** A registry key that exists. */
  | { readonly kind: "key"; readonly key: string }
  /** A registry value that exists. */
  | { readonly kind: "value"; readonly key: string; readonly value: string }
  /** Registry values that do not exist, whatever their content would be. */
  | { readonly kind: "no values"; readonly keys: readonly string[]; readonly value: string }
  /** Security descriptors of event logs that grant Administrators these rights. A log without a descriptor passes. */
  | { readonly kind: "log rights"; readonly logs: readonly string[]; readonly rights: number }
  /** At least this revision, if the computer has this build of Windows. */
  | { readonly kind: "windows revision"; readonly build: number; readonly revision: number }
  /** A service that starts automatically and runs. */
  | { readonly kind: "service"; readonly service: string }
  /** No file with such a name in the folder, whose path may contain a variable of cmd.exe. */
  | { readonly kind: "no files"; readonly folder: string; readonly name: RegExp }
  /** Copies that Windows Installer keeps of products whose DisplayName contains one of these. */
  | { readonly kind: "installer cache"; readonly names: readonly string[] }
  /** Certificates that are bound to the web server, none of them expired. */
  | { readonly kind: "bound certificates" }
  /** A registry value that is recommended. */
  | { readonly kind: "recommended value"; readonly key: string; readonly value: string }
  /** Processes that must not run. */
  | { readonly kind: "no process"; readonly images: readonly string[] }
  /** PowerShell's language mode. */
  | { readonly kind: "language mode"; readonly mode: string }
  /** Virtual directories, by their names in the directory, that IIS and the directory both have or both lack. */
  | { readonly kind: "web applications"; readonly directories: readonly WebDirectory[] }
  /** Folders below Exchange's own that are there. */
  | { readonly kind: "folders"; readonly names: readonly string[] }
  /** At least so many processes. */
  | { readonly kind: "processes"; readonly image: string; readonly count: number }
  /** Exchange's folder among what Windows' own virus scanner leaves alone. */
  | { readonly kind: "virus scanner" }
  /** Free space in megabytes. */
  | {
      readonly kind: "free space";
      readonly install: number;
      readonly system: number;
      readonly queue: number;
    }
  /** Something that no single reading can decide; the text tells what to look at. */
  | { readonly kind: "by hand"; readonly what: string };

/** A virtual directory that Setup makes. */
export interface WebDirectory {
  /** Its name in the directory, e.g. `owa (Default Web Site)`. */
  readonly name: string;
  /** The same in small letters. */
  readonly key: string;
  /** Its site and path in IIS, in small letters: `default web site/owa`. */
  readonly application: string;
}

/** One thing that must be on a computer, or be set there. */
export interface Component extends Evidenced {
  readonly name: string;
  /** True for software that has to be installed; false for a setting or a state of the computer. */
  readonly software: boolean;
  /** Computers with one of these roles need it. */
  readonly roles: readonly Role[];
  readonly sign: ComponentSign;
  /** Setup's rule that refuses without it; null if none is known. Setup may then fail midway, or run all the same. */
  readonly rule: string | null;
}

interface Row extends Component {
  readonly spans: readonly Spanning[];
  /** Products alone that a source names for how a computer has to be set. @default all from 2013 on */
  readonly products?: readonly Product[];
}

const everywhere: readonly Role[] = [
  "Client Access",
  "Hub Transport",
  "Mailbox",
  "Unified Messaging",
  "Edge Transport",
  "Management Tools",
];
const servers: readonly Role[] = everywhere.filter((role) => role !== "Management Tools");
const mailbox: readonly Role[] = ["Mailbox"];

const from2013: readonly Spanning[] = [{ from: "2013 RTM", to: "SE RTM" }];
const prerequisites = citations.prerequisitesTopic;
const scripts = citations.cssExchange;
/** Of each site the virtual directories that Setup makes, by name. */
const webSites = {
  "Default Web Site": ["mapi", "Rpc"],
  "Exchange Back End": ["PushNotifications"],
} as const;
const inBothSites = ["Autodiscover", "ecp", "EWS", "Microsoft-Server-ActiveSync", "OAB", "owa", "PowerShell"];
const policies = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell";
const userPolicies = "HKCU\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell";

const rows: readonly Row[] = [
  {
    name: "Windows Installer 4.5",
    software: true,
    roles: everywhere,
    spans: [{ from: "2007 SP2", to: "2007 SP3" }],
    sign: { kind: "by hand", what: "the version of %SystemRoot%\\System32\\msi.dll" },
    rule: null,
    evidence: "documented",
    source: citations.sp2Announcement,
  },
  {
    name: "Visual C++ 2012 Redistributable (x64)",
    software: true,
    roles: everywhere,
    spans: [{ from: "2016 RTM", to: "SE RTM" }],
    // 11.0.61030
    sign: { kind: "program", displayName: "Microsoft Visual C++ 2012", version: 184610406 },
    rule: null,
    evidence: "documented",
    source: `${prerequisites}; ${citations.installExchange}`,
  },
  {
    name: "Visual C++ 2013 Redistributable (x64)",
    software: true,
    roles: mailbox,
    spans: [
      { from: "2013 CU21", to: "2013 CU23" },
      { from: "2016 CU10", to: "2016 CU23" },
      { from: "2019 RTM", to: "SE RTM" },
    ],
    // 12.0.40664
    sign: { kind: "program", displayName: "Microsoft Visual C++ 2013", version: 201367256 },
    rule: "VC2013RedistDependencyRequirement",
    evidence: "documented",
    source: `${prerequisites}; ${citations.installExchange}`,
  },
  {
    name: "Unified Communications Managed API 4.0",
    software: true,
    roles: mailbox,
    spans: from2013,
    sign: { kind: "key", key: "HKLM\\SOFTWARE\\Microsoft\\UCMA\\{902F4F35-D5DC-4363-8671-D5EF0D26C21D}" },
    rule: "UcmaRedistMsi",
    evidence: "documented",
    source: `${prerequisites}; ${citations.installExchange}`,
  },
  {
    name: "IIS URL Rewrite Module",
    software: true,
    roles: mailbox,
    spans: [
      { from: "2016 CU22", to: "2016 CU23" },
      { from: "2019 CU11", to: "SE RTM" },
    ],
    sign: { kind: "value", key: "HKLM\\SOFTWARE\\Microsoft\\IIS Extensions\\URL Rewrite", value: "Version" },
    rule: null,
    evidence: "documented",
    source: `${prerequisites} (on Windows Server 2012 R2 after KB2999226); ${citations.installExchange}`,
  },
  {
    name: "KB3206632 on Windows Server 2016",
    software: true,
    roles: servers,
    spans: [{ from: "2016 CU3", to: "2016 CU23" }],
    sign: { kind: "windows revision", build: 14393, revision: 576 },
    rule: null,
    evidence: "documented",
    source: prerequisites,
  },
  {
    name: "Remote Registry, started automatically and running",
    software: false,
    roles: everywhere,
    spans: from2013,
    sign: { kind: "service", service: "RemoteRegistry" },
    rule: "RemoteRegException",
    evidence: "documented",
    source: `${prerequisites}; ${citations.setupLogs}`,
  },
  {
    name: "no execution policy by group policy",
    software: false,
    roles: everywhere,
    spans: from2013,
    sign: { kind: "no values", keys: [policies, userPolicies], value: "ExecutionPolicy" },
    rule: "PowerShellExecutionPolicyCheckSet",
    evidence: "documented",
    source: `${citations.documentation}; ${citations.setupLogs}: with any value there, Setup stops WMI and breaks`,
  },
  {
    name: "rights of Administrators on the Application and System event logs",
    software: false,
    roles: servers,
    spans: from2013,
    sign: { kind: "log rights", logs: ["Application", "System"], rights: 0x7 },
    rule: null,
    evidence: "documented",
    source: citations.documentation,
  },
  {
    name: "no shell that holds Exchange's files open",
    software: false,
    roles: everywhere,
    spans: from2013,
    sign: { kind: "no process", images: ["powershell.exe", "mscorsvw.exe"] },
    rule: "ProcessNeedsToBeClosedOnUpgrade",
    evidence: "documented",
    source: `${citations.setupLogs}, several`,
  },
  {
    name: "the installed release's package in Windows' installer cache",
    software: false,
    roles: everywhere,
    spans: from2013,
    sign: {
      kind: "installer cache",
      names: [
        "Exchange",
        "Microsoft Lync Server",
        "Microsoft Server Speech",
        "Microsoft Unified Communications",
      ],
    },
    rule: null,
    evidence: "documented",
    source: `${citations.cssExchange} (FixInstallerCache): without it Setup fails midway with 1612 or 1603`,
  },
  {
    name: "no start types of services that an interrupted Setup has saved",
    software: false,
    roles: everywhere,
    spans: from2013,
    sign: { kind: "no files", folder: "%SystemDrive%\\ExchangeSetupLogs", name: /^Service.*\.xml$/i },
    rule: null,
    evidence: "documented",
    source: `${citations.cssExchange} (SetupAssist)`,
  },
  {
    name: "a certificate on the web site that is not expired",
    software: false,
    roles: servers.filter((role) => role !== "Edge Transport"),
    spans: from2013,
    sign: { kind: "bound certificates" },
    rule: null,
    evidence: "documented",
    source: `${citations.cssExchange}; ${citations.setupLogs}: "The certificate is expired." comes midway`,
  },
  {
    name: "the configuration of Windows Remote Management",
    software: false,
    roles: servers,
    spans: from2013,
    sign: {
      kind: "recommended value",
      key: "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WSMAN",
      value: "UpdatedConfig",
    },
    rule: null,
    evidence: "practice",
    source: `${citations.exchangeDsc}, once Microsoft's xExchange (Set-WSManConfigStatus): without it Setup asks for a restart at once`,
  },
  {
    name: "PowerShell in its full language mode",
    software: false,
    roles: everywhere,
    spans: from2013,
    sign: { kind: "language mode", mode: "FullLanguage" },
    rule: null,
    evidence: "documented",
    source: `${scripts} (SetupAssist refuses to work in another one)`,
  },
  {
    name: "virtual directories in IIS as in the directory",
    software: false,
    roles: ["Client Access", "Mailbox"],
    spans: from2013,
    sign: {
      kind: "web applications",
      directories: Object.entries(webSites).flatMap(([site, names]) =>
        [...inBothSites, ...names].map((name) => ({
          name: `${name} (${site})`,
          key: `${name} (${site})`.toLowerCase(),
          application: `${site}/${name}`.toLowerCase(),
        })),
      ),
    },
    rule: null,
    evidence: "documented",
    source: `${scripts} (Test-VirtualDirectoryConfiguration); ${citations.setupLogs}, several`,
  },
  {
    name: "the folders of Unified Messaging",
    software: false,
    roles: mailbox,
    spans: from2013,
    products: ["2013", "2016"],
    sign: { kind: "folders", names: ["UnifiedMessaging\\Grammars", "UnifiedMessaging\\Prompts"] },
    rule: null,
    evidence: "documented",
    source: `${scripts} (Test-MissingDirectory); ${citations.setupLogs}`,
  },
  {
    name: "the four processes of the search",
    software: false,
    roles: mailbox,
    spans: from2013,
    products: ["2013", "2016", "2019"],
    sign: { kind: "processes", image: "noderunner.exe", count: 4 },
    rule: null,
    evidence: "documented",
    source: `${scripts} (Test-FailedSearchFoundation); ${citations.setupLogs}`,
  },
  {
    name: "Exchange's folders among the exclusions of the virus scanner",
    software: false,
    roles: servers,
    spans: from2013,
    products: ["2013", "2016", "2019"],
    sign: { kind: "virus scanner" },
    rule: null,
    evidence: "documented",
    source: `${scripts} (SetExchAVExclusions)`,
  },
  {
    name: "free disk space: 30 GB for the installation, 200 MB on the system drive, 500 MB for the queue",
    software: false,
    roles: servers,
    spans: from2013,
    sign: { kind: "free space", install: 30 * 1024, system: 200, queue: 500 },
    rule: null,
    evidence: "documented",
    source: citations.requirementsTopic,
  },
];

/**
 * What a computer with these roles needs for a release; roles without needs are ignored. Settings depend on the
 * product, software on the release. Software is left out if {@link isSoftwareDescribed} is false.
 */
export function componentsOf(release: Release, roles: readonly Role[]): readonly Component[] {
  return everyComponentOf(release).filter((component) =>
    component.roles.some((role) => roles.includes(role)),
  );
}

const everyComponentOf = keptFor((release: Release): readonly Component[] =>
  rows.filter((row) => holdsFor(row, release)).map(({ spans: _, products: __, ...component }) => component),
);

function holdsFor({ name, software, spans, products }: Row, release: Release): boolean {
  if (software && isDefined(release)) return softwareIn(release).some((defined) => defined === name);
  if (software) return rowOf(spans, release) !== undefined;
  return isModern(release.product) && (products?.includes(release.product) ?? true);
}

/** The sign of this kind that a server of a release shows. */
export function signIn<K extends ComponentSign["kind"]>(
  release: Release,
  kind: K,
): (ComponentSign & { readonly kind: K }) | undefined {
  const isIt = (sign: ComponentSign): sign is ComponentSign & { readonly kind: K } => sign.kind === kind;
  // Every rule of every server asks: no list is made for it.
  for (const { sign } of everyComponentOf(release)) if (isIt(sign)) return sign;
  return undefined;
}

/** Whether the software that a release needs is described: by the table or, for a defined release, by its program. */
export const isSoftwareDescribed = keptFor((release: Release): boolean =>
  isDefined(release)
    ? typeof release.definition.software === "object"
    : rowOf(from2013, release) !== undefined,
);

function softwareIn({ definition: { software } }: DefinedRelease): readonly string[] {
  return typeof software === "object" ? software : [];
}
