/**
 * An organization as data: what the lab (a simulation of Active Directory and of Windows computers on
 * loopback) builds its directory and its computers from.
 */
import type { Role } from "../lib/facts";

export interface Organization {
  /** DNS name of the forest root domain; it is also the first of `domains`. */
  readonly root: string;
  readonly domains: readonly LabDomain[];
  readonly sites: readonly string[];
  readonly domainControllers: readonly LabDomainController[];
  /** What is left in the directory of domain controllers that are gone: their objects under CN=Sites, without a name. @default none */
  readonly leftControllers?: readonly Omit<LabDomainController, "operatingSystem">[];
  /** FQDN of the domain controller that holds the schema master role. */
  readonly schemaMaster: string;
  /** Functional level of the forest: 0 Windows 2000, 2 Windows Server 2003 (the default), 3 2008, … */
  readonly functionalLevel?: number;
  /** Name of the Exchange organization. */
  readonly organizationName: string;
  /** Release whose levels the directory starts with, e.g. "2007 RTM". */
  readonly release: string;
  readonly groups: readonly LabGroup[];
  readonly accounts: readonly LabAccount[];
  readonly computers: readonly LabComputer[];
  /** Objects of a server's class beside those of the computers. @default none */
  readonly serverObjects?: readonly LabServerObject[];
  /** Database availability groups. @default none */
  readonly availabilityGroups?: readonly LabAvailabilityGroup[];
  /** Mailbox databases, for servers' management shells alone: the directory does not show them. @default none */
  readonly databases?: readonly LabDatabase[];
  /** Clusters of 2007 with a clustered mailbox server. @default none */
  readonly clusters?: readonly LabCluster[];
  /** What Setup stops at. @default nothing */
  readonly flaws?: readonly LabFlaw[];
  /** FQDNs of domain controllers that have not replicated since their start. @default none */
  readonly unsynchronized?: readonly string[];
  /** Edge Transport servers that the organization knows. @default none */
  readonly edgeSubscriptions?: readonly LabEdgeSubscription[];
}

/** Something in the directory at which Setup stops, as Microsoft's support has met it. */
export type LabFlaw =
  /** An Exchange group that was deleted: what is registered names a deleted object. */
  | { readonly kind: "deleted group"; readonly group: string }
  | { readonly kind: "unregistered group"; readonly group: string }
  | { readonly kind: "malformed registration"; readonly value: string }
  | { readonly kind: "wrong group type"; readonly group: string; readonly type: "global" | "distribution" }
  | { readonly kind: "mail-enabled group"; readonly group: string }
  /** The OU of the groups, with another DN. */
  | { readonly kind: "moved unit"; readonly to: string }
  /** The name of the attribute that Microsoft KB 948214 is about. */
  | { readonly kind: "duplicate schema name" }
  /** A second container of Exchange's system objects. */
  | { readonly kind: "further system objects"; readonly domain: string; readonly level: string }
  | { readonly kind: "renamed computers container"; readonly domain: string }
  | { readonly kind: "stray read-only controller"; readonly domain: string; readonly host: string }
  /** `NETBIOS\\Name` may not change the permissions of a domain or of its Exchange system objects. */
  | {
      readonly kind: "denied permissions";
      readonly to: string;
      readonly of: "domain" | "system objects";
      readonly domain: string;
    }
  | { readonly kind: "hierarchies without a tree" }
  /** Two ActiveSync virtual directories of a server for clients. */
  | { readonly kind: "further ActiveSync"; readonly server: string }
  | { readonly kind: "relationship without URI"; readonly name: string }
  | { readonly kind: "system mailbox"; readonly lacks: "homeMDB" | "msExchHomeServerName" }
  | { readonly kind: "second user of its name" };

/** A database availability group. */
export interface LabAvailabilityGroup {
  readonly name: string;
  /** FQDNs of Mailbox servers. */
  readonly members: readonly string[];
}

/** A cluster of 2007 with one clustered mailbox server. */
export interface LabCluster {
  /** FQDN of the clustered mailbox server. */
  readonly name: string;
  readonly storage: "CCR" | "SCC";
  /** FQDNs of its nodes, which are computers with the Mailbox role; the first one owns every group at the start. */
  readonly nodes: readonly string[];
  /** Names of groups beside the clustered mailbox server's own. @default "Cluster Group" */
  readonly groups?: readonly string[];
}

/** A mailbox database. */
export interface LabDatabase {
  readonly name: string;
  /** FQDNs of the servers that have a copy, in the order of activation preference: the first has the active one. */
  readonly copies: readonly string[];
}

/** What New-EdgeSubscription has left in the directory of an Edge Transport server. */
export interface LabEdgeSubscription {
  /** FQDN of the Edge Transport server. */
  readonly server: string;
  /** Active Directory site that it is subscribed to. */
  readonly site: string;
  /** Release that the server had at that time: the object keeps it, whatever becomes of the server. */
  readonly release: string;
}

/** An object of a server's class that is no running server's: what years leave behind, and what only looks like a server. */
export interface LabServerObject {
  /** FQDN that it shows; the host name is its CN. */
  readonly server: string;
  /**
   * `conflict copy`: renamed by replication. `other group`: in the administrative group of Exchange 2003 and earlier.
   * `provisioned`: made ahead. `transport`: transport services of Exchange 2013 and later, below the server's object.
   */
  readonly kind: "conflict copy" | "other group" | "provisioned" | "transport";
  /** Release and roles that it shows; a provisioned object shows none. */
  readonly release: string | null;
  readonly roles: readonly Role[];
  /** An Active Directory site. */
  readonly site: string;
  /** whenCreated, as generalized time. */
  readonly created: string;
  readonly externalUrl?: string;
}

export interface LabDomain {
  /** DNS name. */
  readonly name: string;
  readonly netbios: string;
  /** Functional level, numbered like the forest's; 2 by default. */
  readonly functionalLevel?: number;
  /** True where domain controllers of Windows NT 4.0 are still allowed; false by default. */
  readonly mixed?: boolean;
}

export interface LabDomainController {
  /** FQDN. */
  readonly name: string;
  /** DNS name of its domain. */
  readonly domain: string;
  readonly site: string;
  /** True by default. */
  readonly globalCatalog?: boolean;
  /**
   * Windows as its computer object shows it, by default Windows Server 2003 with Service Pack 2; null for one that has
   * not told the directory yet.
   */
  readonly operatingSystem?: { readonly version: string; readonly servicePack: string | null } | null;
}

/** A group that is made in addition to the well-known ones (Schema Admins, Enterprise Admins, Domain Admins …). */
export interface LabGroup {
  readonly name: string;
  /** DNS name of its domain. */
  readonly domain: string;
  /** Groups it is a member of, as `NETBIOS\Name`. */
  readonly memberOf: readonly string[];
}

export interface LabAccount {
  /** sAMAccountName. */
  readonly name: string;
  readonly domain: string;
  readonly password: string;
  /** Groups, as `NETBIOS\Name`. */
  readonly memberOf: readonly string[];
}

export interface LabComputer {
  /** FQDN. */
  readonly name: string;
  /** DNS name of the domain it is a member (or controller) of; null for a workgroup computer (Edge). */
  readonly domain: string | null;
  /** AD site; null outside a domain. */
  readonly site: string | null;
  readonly windows: "2003" | "2008" | "2008 R2" | "2012 R2" | "2016" | "2019" | "2022" | "2025";
  /** Release of the .NET Framework 4.x. @default the newest that the Windows may have, and none before Windows Server 2012 R2 */
  readonly framework?: number;
  /** Installed roles, as the product's own Setup has them; empty for a computer without Exchange (a domain controller that only runs preparations). */
  readonly roles: readonly Role[];
  /** Release that the roles are installed with, e.g. "2007 RTM". */
  readonly release: string | null;
  /** Names of keys below the release's Exchange key that a clustered mailbox server has. @default none */
  readonly clusterKeys?: readonly string[];
  /** External URL of a Client Access server that faces the Internet. */
  readonly externalUrl?: string;
  /** Whether a Client Access server has its virtual directories. @default true */
  readonly virtualDirectories?: boolean;
  /** Folders with Setup media and the release they hold: `{ "D:\\SP1": "2007 SP1" }`. */
  readonly media: { readonly [folder: string]: string };
  /** Files of security updates and the build that each brings: `{ "D:\\SU\\Exchange2019-KB5074993-x64-en.msp": "15.2.1748.43" }`. */
  readonly updates?: { readonly [file: string]: string };
  /** Members of local Administrators, as `NETBIOS\Name` or the name of a local account. */
  readonly administrators: readonly string[];
  /**
   * Exchange Server Administrators of this server, as `NETBIOS\Name` of accounts or groups: they have full control of
   * its object in the directory. Being a local administrator does not follow from it.
   */
  readonly serverAdministrators?: readonly string[];
  /** Messages in its transport queues by what stands behind the server's name: `{ "Shadow\\2": 3 }`. @default an empty Submission */
  readonly queues?: { readonly [queue: string]: number };
  /** Services that somebody has set up differently from Setup, or beside it: name to start type. @default none */
  readonly services?: { readonly [name: string]: number };
  /** Local accounts (workgroup computers): name to password. */
  readonly localAccounts?: { readonly [name: string]: string };
}
