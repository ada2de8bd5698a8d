/** What discovery finds: plain data, for the screen, for the file and as JSON. What could not be read is unknown. */
import type { Fact, ForestFacts, Role, SetAsideFacts, VirtualDirectoryFacts } from "../facts";
import type { LevelVerdict } from "../releases";

/** What one session with the directory reads for it. */
export interface DiscoveryFacts {
  readonly forest: ForestFacts;
  /** objectVersion of Microsoft Exchange System Objects by DNS name of the domain; null if it has none. */
  readonly domainLevels: { readonly [domain: string]: Fact<number | null> };
  readonly virtualDirectories: Fact<readonly VirtualDirectoryFacts[]>;
}

/** A level of the schema, of the organization or of a domain. */
export interface DiscoveredLevel {
  /** Its number; null if Exchange never prepared it. */
  readonly value: number | null;
  /** Releases with this level, e.g. `2007 SP2 or 2010 RTM`; null without a level. */
  readonly release: string | null;
  /** Compared with the target: `at` and `above` leave nothing to prepare. */
  readonly standing: LevelVerdict;
}

/** A domain of the forest. */
export interface DiscoveredDomain {
  /** DNS name. */
  readonly name: string;
  readonly netbios: string;
  readonly level: Fact<DiscoveredLevel>;
  /** FQDN of its first writable domain controller by name: a computer from which the domain can be prepared. */
  readonly controller: Fact<string>;
  /** Names of the servers that the directory shows in it. */
  readonly servers: readonly string[];
}

/** The computer for the preparations of the schema and of Active Directory (P6, P8). */
export interface DiscoveredSchemaMaster {
  /** FQDN. */
  readonly name: string;
  /** DNS name. */
  readonly domain: string;
  readonly site: string;
}

/** An external URL, and the virtual directory that has it; null if only the URL could be read. */
export interface ExternalUrl {
  readonly url: string;
  readonly virtualDirectory: string | null;
}

/** Whether a Client Access server faces the Internet, by its external URLs. */
export interface InternetFacing {
  readonly faces: boolean;
  /** The external URLs that show it; empty if it has none. */
  readonly externalUrls: readonly ExternalUrl[];
}

/** An Exchange server. */
export interface DiscoveredServer {
  /** Short name of letters a to z, digits, hyphens and underscores, unique among the servers. */
  readonly key: string;
  /** CN of its object. */
  readonly name: string;
  /** DN of its object; unknown if it has several. */
  readonly object: Fact<string>;
  readonly fqdn: Fact<string>;
  /** DNS name of its domain; null for an Edge Transport server, which is in none of the forest's. */
  readonly domain: Fact<string | null>;
  /** For an Edge Transport server the site that it is subscribed to. */
  readonly site: Fact<string>;
  readonly roles: Fact<readonly Role[]>;
  /** The build, and the release that it belongs to. */
  readonly version: Fact<{ readonly build: string; readonly release: string }>;
  /** True for an Edge Transport server, whose data in the directory are as old as its subscription. */
  readonly edge: boolean;
  /** Null without the Client Access role. */
  readonly internetFacing: Fact<InternetFacing> | null;
  /** Name of its database availability group; absent for a server that is in none. */
  readonly dag?: Fact<string>;
  /** Host names of its nodes, for a clustered mailbox server of 2007; absent for any other server. */
  readonly nodes?: readonly string[];
  /** `done`: at the target already. `unknown`: its release could not be read. */
  readonly standing: "pending" | "done" | "unknown";
}

/** A server that no upgrade in place leads to the target. */
export interface UnreachableServer extends Omit<DiscoveredServer, "standing"> {
  /** Why not, and which releases it can reach. */
  readonly why: string;
}

/** Something that could not be read. */
export interface NotRead {
  readonly what: string;
  /** Names of the servers or domains that it is about; empty if it is about the forest. */
  readonly of: readonly string[];
  readonly why: string;
  readonly source: string;
}

/** An organization as the directory shows it. */
export interface DiscoveredOrganization {
  /** Release that the upgrade goes to. */
  readonly target: string;
  /** DNS name of the forest root domain. */
  readonly forest: Fact<string>;
  readonly schema: Fact<DiscoveredLevel>;
  /** Null if the forest has no Exchange organization, or the account cannot see it. */
  readonly organization: Fact<{ readonly name: string; readonly level: DiscoveredLevel } | null>;
  readonly schemaMaster: Fact<DiscoveredSchemaMaster>;
  /** The root first, then by name. */
  readonly domains: Fact<readonly DiscoveredDomain[]>;
  /** By short name. */
  readonly servers: Fact<readonly DiscoveredServer[]>;
  /** Clustered mailbox servers, which are not among `servers` (D15); empty if `servers` is unknown. */
  readonly clustered: readonly DiscoveredServer[];
  /** By short name; empty if `servers` is unknown. */
  readonly unreachable: readonly UnreachableServer[];
  /** Objects of a server's class that are not servers; empty if `servers` is unknown. */
  readonly setAside: readonly SetAsideFacts[];
  readonly notRead: readonly NotRead[];
}
