/**
 * Facts: what the program read about a directory or a computer, as plain JSON-safe data.
 * Reading happens at the edges (directory/, host/); judging (rules/, plan/) only sees these types.
 */

import type { Cause } from "./cause";
import type { LocalMember } from "./facts/administrators";
import type { ClusteredMailboxFacts } from "./facts/clustered";
import type { IdentityFacts, LogonFacts, PendingFile } from "./facts/identity";
import type { MaintenanceReadings } from "./facts/maintenance";
import type { FurtherReadings, ServerReadings } from "./facts/server";

export type { AdministratorFacts, LocalMember, PrincipalFacts } from "./facts/administrators";
export type { ClusteredMailboxFacts } from "./facts/clustered";
export type { IdentityFacts, LogonFacts, PendingFile } from "./facts/identity";
export type {
  BoundCertificate,
  FurtherReadings,
  InstallerPackage,
  ServerReadings,
  ServiceReading,
} from "./facts/server";
export { isServiceUp, serviceStarts } from "./facts/server";

/** Something read, or the reason why it could not be read. Unknown is never the same as absent or false. */
export type Fact<T> = Known<T> | Unknown;

/** A value that was read. An absent value (no such attribute, key or object) is `value: null`, not unknown. */
export interface Known<T> {
  readonly known: true;
  readonly value: T;
  /** Where it was read, for messages: a DN and attribute on a server, or a registry key on a computer. */
  readonly source: string;
}

/** A value that could not be read. */
export interface Unknown {
  readonly known: false;
  /** Why, in one sentence without a final full stop, free of secrets. */
  readonly why: string;
  /** Where it would have been read. */
  readonly source: string;
  /** The one problem that makes every fact of this place unknown. @default the reason concerns this fact alone */
  readonly cause?: Cause;
}

/** Builds a known fact. */
export function known<T>(value: T, source: string): Known<T> {
  return { known: true, value, source };
}

/** Builds an unknown fact. */
export function unknown(why: string, source: string, cause?: Cause): Unknown {
  return { known: false, why, source, ...(cause === undefined ? {} : { cause }) };
}

/** The Exchange roles that this package knows, by the names of Microsoft's 2007 documentation. */
export const roles = [
  "Client Access",
  "Hub Transport",
  "Mailbox",
  "Unified Messaging",
  "Edge Transport",
  "Management Tools",
] as const;

/** One of {@link roles}. "Management Tools" is not a server role: a computer may carry it alone. */
export type Role = (typeof roles)[number];

/** An Exchange build: major.minor.build.revision, compared as four integers. */
export interface Build {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  readonly revision: number;
}

/** A domain of the forest, from its crossRef in the configuration partition. */
export interface DomainFacts {
  /** DNS name in lower case, e.g. `emea.contoso.com`. */
  readonly name: string;
  /** Distinguished name of the domain partition. */
  readonly dn: string;
  /** NetBIOS name, e.g. `EMEA`. */
  readonly netbios: string;
}

/** Location of a domain controller, from its server object under CN=Sites. */
export interface DomainControllerFacts {
  /** FQDN in lower case. */
  readonly name: string;
  /** DNS name of the domain whose writable copy it holds. */
  readonly domain: string;
  /** Name of its Active Directory site. */
  readonly site: string;
  /** True if it is a global catalog: bit 0 of options of its NTDS Settings. */
  readonly globalCatalog: boolean;
}

/** A writable domain controller of which the directory shows too little to read it, or to know what it holds. */
export interface UnreadController {
  /** DN of its server object under CN=Sites. */
  readonly dn: string;
  /** CN of that object: its host name. */
  readonly host: string;
  /** FQDN in lower case; null if it could not be read. */
  readonly name: string | null;
  /** DNS name of its domain; null if it could not be read. */
  readonly domain: string | null;
  /** Name of its Active Directory site; null if its object lies in none. */
  readonly site: string | null;
  readonly globalCatalog: boolean;
  /** What could not be read and, as far as that is known, whether it is absent or hidden: one sentence without a full stop. */
  readonly why: string;
}

/** Windows of a domain controller, from its computer object. */
export interface DomainControllerWindows {
  /** operatingSystemVersion's major, minor and build: `5.2 (3790)` is `{ major: 5, minor: 2, build: 3790 }`. */
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  /** Number in operatingSystemServicePack; 0 when absent. */
  readonly servicePack: number;
}

/** Functional level of a domain. */
export interface FunctionalLevel {
  /** msDS-Behavior-Version of the domain: 0 Windows 2000 (also when absent), 2 Windows Server 2003, 3 2008, … */
  readonly level: number;
  /** nTMixedDomain: true when domain controllers of Windows NT 4.0 are still allowed. */
  readonly mixed: boolean;
}

/** An access control entry that applies to a whole object. */
export interface AccessEntry {
  readonly sid: string;
  readonly allow: boolean;
  /** Access mask, 32 bits, unsigned. */
  readonly mask: number;
}

/** An Exchange server object in the configuration partition. */
export interface ExchangeServerFacts {
  /** Distinguished name of the object, its only unique name: several objects may share CN or FQDN. */
  readonly dn: string;
  /** CN of the object, the computer's host name. */
  readonly name: string;
  /** FQDN in lower case from networkAddress (`ncacn_ip_tcp:`); null when the object does not say. */
  readonly fqdn: string | null;
  /** From msExchCurrentServerRoles; null when the attribute is absent (2003 and earlier). */
  readonly roles: readonly Role[] | null;
  /** From serialNumber, 30000 subtracted where present, else from versionNumber; null when neither is of a known form. */
  readonly build: Build | null;
  /** serialNumber, unchanged. */
  readonly serialNumber: string | null;
  /** AD site name from msExchServerSite; null when absent. */
  readonly site: string | null;
  /** whenCreated, ISO 8601 in UTC; null when it could not be read. */
  readonly created: string | null;
  /** Its cluster, for a clustered mailbox server of 2007. @default it is none */
  readonly clustered?: ClusteredMailboxFacts;
}

/**
 * An object of a server's class that is not a server. `conflict copy`: two domain controllers had created objects of one
 * name, and replication renamed this one, or a container of it. `provisioned`: created for a server to be installed later.
 */
export interface SetAsideFacts {
  readonly kind: "conflict copy" | "provisioned";
  readonly dn: string;
  /** CN without the suffix of a conflict: the host name of the server that it is a copy of. */
  readonly name: string;
  /** FQDN in lower case from networkAddress; null if the attribute contains none. */
  readonly fqdn: string | null;
  /** whenCreated, ISO 8601 in UTC; null when it could not be read. */
  readonly created: string | null;
}

/** A database availability group: its members hold copies of the same databases, and are upgraded one at a time. */
export interface AvailabilityGroupFacts {
  readonly dn: string;
  /** CN of its object. */
  readonly name: string;
  /** DNs of the server objects that are known to be members, sorted. */
  readonly members: readonly string[];
  /** Why there may be more members than these; null if all could be read. */
  readonly unseen: string | null;
}

/** A virtual directory of a Client Access server, or another object below a server that has an external URL. */
export interface VirtualDirectoryFacts {
  /** Distinguished name of the server object above. */
  readonly server: string;
  /** CN, e.g. `owa (Default Web Site)`. */
  readonly name: string;
  /** msExchExternalHostName, sorted; empty when it has none. */
  readonly externalUrls: readonly string[];
}

/** The account as the directory knows it, with its nested groups (tokenGroups). */
export interface AccountFacts {
  /** objectSid in S-1-… form. */
  readonly sid: string;
  /** `NETBIOS\sAMAccountName`. */
  readonly name: string;
  /** DNS name of its domain. */
  readonly domain: string;
  /** SIDs of every group that tokenGroups lists, nested ones included. */
  readonly groups: readonly string[];
}

/** The name of a group in the directory. */
export interface GroupName {
  /** `NETBIOS\sAMAccountName`; null if it could not be read. */
  readonly name: string | null;
  readonly dn: string;
}

/** A group in the directory. */
export interface DirectoryGroup extends GroupName {
  readonly sid: string;
}

/** The groups that grant permissions, by SID. */
export interface GroupFacts {
  /** Forest root domain SID + 518; null if that SID could not be read. */
  readonly schemaAdmins: string | null;
  /** Forest root domain SID + 519; null if that SID could not be read. */
  readonly enterpriseAdmins: string | null;
  /** Domain SID + 512, by DNS name of the domain; a domain whose SID could not be read is missing. */
  readonly domainAdmins: { readonly [domain: string]: string };
  /** By otherWellKnownObjects (C262A929…), in either container; null if no entry names it or the named object could not be read. */
  readonly organizationAdministrators: string | null;
  /** Delegated Setup (D1281926…), found in the same way; null also if none is registered, as in an organization of 2007. */
  readonly delegatedSetup: string | null;
  /** Names of these groups, by SID; a group whose object could not be read is missing. */
  readonly objects: { readonly [sid: string]: GroupName };
  /** Why a group that is null could not be read; absent for a group that no entry names. */
  readonly unread: {
    readonly [group in
      | "schemaAdmins"
      | "enterpriseAdmins"
      | "organizationAdministrators"
      | "delegatedSetup"]?: string;
  };
}

/** What one session reads of the forest. A level is null if its object or attribute is absent. */
export interface ForestFacts {
  /** DNS name of the forest root domain. */
  readonly root: Fact<string>;
  /** rangeUpper of CN=ms-Exch-Schema-Version-Pt. */
  readonly schema: Fact<number | null>;
  /** The Exchange organization: its name and objectVersion; null when the forest has none. */
  readonly organization: Fact<{ readonly name: string; readonly level: number | null } | null>;
  /** Holder of the schema master role (fSMORoleOwner of the schema partition). */
  readonly schemaMaster: Fact<DomainControllerFacts>;
  readonly domains: Fact<readonly DomainFacts[]>;
  readonly sites: Fact<readonly string[]>;
  /** Domain controllers whose name and place could be read; the others are in {@link unreadControllers}. */
  readonly domainControllers: Fact<readonly DomainControllerFacts[]>;
  readonly unreadControllers: Fact<readonly UnreadController[]>;
  /** Every Exchange server's object, read with paging in one search. */
  readonly servers: Fact<readonly ExchangeServerFacts[]>;
  /** Objects that the same search found and that are not servers. */
  readonly setAside: Fact<readonly SetAsideFacts[]>;
  /** Database availability groups by DN, from the same search; empty before Exchange 2010. */
  readonly availabilityGroups: Fact<readonly AvailabilityGroupFacts[]>;
  readonly groups: Fact<GroupFacts>;
  /** Functional level of the forest: msDS-Behavior-Version of CN=Partitions, 0 when absent. */
  readonly functionalLevel: Fact<number>;
  /** Functional levels by DNS name of the domain, each read in its own domain. */
  readonly domainFunctionalLevels: { readonly [domain: string]: Fact<FunctionalLevel> };
  /** Windows by FQDN of the domain controller; null if its computer object does not contain it. */
  readonly domainControllerWindows: { readonly [fqdn: string]: Fact<DomainControllerWindows | null> };
  /** External URLs of Client Access virtual directories, by DN of the server object; servers without one are absent. */
  readonly externalUrls: Fact<{ readonly [server: string]: readonly string[] }>;
  /**
   * Why the external URLs of a Client Access server are not known, by DN of its object: its virtual directories could not
   * be read. A server that is known to have none is absent.
   */
  readonly unseenUrls: Fact<{ readonly [server: string]: string }>;
}

/** One installed role, from its registry key under the release's Exchange key. */
export interface InstalledRole {
  readonly role: Role;
  /** ConfiguredVersion; null if Setup of the role has not finished, and for the management tools, which have no configuration. */
  readonly configured: Build | null;
  /** UnpackedVersion; null when absent. */
  readonly unpacked: Build | null;
  /** Watermark value; null when there is none. A watermark means that a Setup run did not finish (D2). */
  readonly watermark: string | null;
  /** Action value that belongs to a watermark: what Setup was doing (Install, BuildToBuildUpgrade); null if there is none. */
  readonly action: string | null;
}

/** {@link ServerReadings} and {@link FurtherReadings}, each as a fact. */
type ServerFacts = { readonly [K in keyof ServerReadings]: Fact<ServerReadings[K]> } & {
  readonly [K in keyof FurtherReadings]?: Fact<FurtherReadings[K]>;
};

/** {@link MaintenanceReadings}, each as a fact. */
export type MaintenanceFacts = { readonly [K in keyof MaintenanceReadings]: Fact<MaintenanceReadings[K]> };

/** What is read of one computer in one SSH connection. */
export interface ComputerFacts extends ServerFacts {
  readonly identity: Fact<IdentityFacts>;
  readonly logon: Fact<LogonFacts>;
  /** Roles below the registry key given by the release; empty when Exchange is not installed. */
  readonly roles: Fact<readonly InstalledRole[]>;
  /** Names of the keys of a clustered mailbox server below the release's Exchange key; empty if it is not one. */
  readonly clusterKeys: Fact<readonly string[]>;
  /** Release of the .NET Framework 4.x, e.g. 528049 for 4.8; null when there is none from 4.5 on. */
  readonly framework: Fact<number | null>;
  /** What the registry shows of software that Setup of the target may need, by its name; null if nothing. Empty if not read. */
  readonly software: { readonly [name: string]: Fact<string | null> };
  /** Start value of the Remote Registry service (2 automatic, 3 manual, 4 disabled); null when there is none. */
  readonly remoteRegistry: Fact<number | null>;
  /** Registry values that tell that Windows waits for a restart, in words, with their data; empty if none does. */
  readonly pendingRestart: Fact<readonly string[]>;
  /** All files that Windows renames or deletes when it starts; only if they are the one sign of a restart, and all could be read. */
  readonly pendingFiles?: readonly PendingFile[];
  /** File version of Setup's program on the media; null when there is no such file. */
  readonly media: Fact<Build | null>;
  /** Members of local Administrators; only read if the logon is not that of the account that runs Setup. */
  readonly administrators: Fact<readonly LocalMember[]>;
}

/** Forest facts for a directory that could not be read at all, each with the reason. */
export function unreadForest(why: string, source: string, cause?: Cause): ForestFacts {
  const not = unknown(why, source, cause);
  return {
    root: not,
    schema: not,
    organization: not,
    schemaMaster: not,
    domains: not,
    sites: not,
    domainControllers: not,
    unreadControllers: not,
    servers: not,
    setAside: not,
    availabilityGroups: not,
    groups: not,
    functionalLevel: not,
    domainFunctionalLevels: {},
    domainControllerWindows: {},
    externalUrls: not,
    unseenUrls: not,
  };
}

/** Computer facts for a computer that could not be read at all, each with the reason. */
export function unreadComputer(why: string, source: string, cause?: Cause): ComputerFacts {
  const not = unknown(why, source, cause);
  return {
    identity: not,
    logon: not,
    roles: not,
    clusterKeys: not,
    framework: not,
    software: {},
    executionPolicy: not,
    eventLogs: not,
    openShells: not,
    services: not,
    startTypes: not,
    installerCache: not,
    installFolder: not,
    freeSpace: not,
    expiredCertificates: not,
    remoteManagement: not,
    languageMode: not,
    webApplications: not,
    folders: not,
    searchProcesses: not,
    scannerExclusions: not,
    remoteRegistry: not,
    pendingRestart: not,
    media: not,
    administrators: not,
  };
}
