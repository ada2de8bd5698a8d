/**
 * Facts about conditions that Microsoft's support finds in a directory after Setup has stopped there. Each is read only
 * for steps that it can stop.
 */
import type { AccessEntry, Fact, Unknown } from "../facts";

/** A registration of Exchange in otherWellKnownObjects of its container, or of the configuration partition. */
export interface RegisteredGroupFacts {
  /** DN of the container with the registration. */
  readonly container: string;
  /** The value, with its control characters escaped. */
  readonly value: string;
  /** The GUID in capitals; null if the value does not have the form `B:32:GUID:DN`. */
  readonly guid: string | null;
  /**
   * `deleted`: the DN is that of a deleted object. `unseen`: no readable object has this DN. `other`: the object is not
   * a group.
   */
  readonly state: "malformed" | "deleted" | "unseen" | "other" | "group";
  /** groupType of a group; null if it could not be read. */
  readonly groupType: number | null;
  /** True if the group has mailNickname or proxyAddresses. */
  readonly mailEnabled: boolean;
  /** SID of a group; null if it could not be read. */
  readonly sid: string | null;
}

/** The groups that Setup creates, and finds again by their registration. */
export interface SecurityGroupFacts {
  readonly registered: readonly RegisteredGroupFacts[];
  /** DNs of the OUs named Microsoft Exchange Security Groups in the forest root domain. */
  readonly units: readonly { readonly dn: string; readonly atRoot: boolean }[];
  /**
   * True if the account may see all that lies directly below the domain, so that an OU that it does not see does not
   * exist.
   */
  readonly readable: boolean;
  /** DNs of groups directly in the OU at the root that have a name given by Setup, and no registration. */
  readonly unregistered: readonly string[];
}

/** Names in the schema that replication has changed, since two objects claimed them. */
export interface SchemaNameFacts {
  /** lDAPDisplayName of CN=ms-Exch-Resource-Property-Schema; null if the object could not be read. */
  readonly resourceProperty: string | null;
  /** mayContain of CN=ms-Exch-Resource-Schema; null if the object could not be read. */
  readonly resourceMayContain: readonly string[] | null;
  /** lDAPDisplayNames that rules look for and the schema certainly lacks: nothing in the directory can have them. */
  readonly lacks: readonly string[];
  /** All objects whose lDAPDisplayName begins with `DUP-`. */
  readonly duplicates: readonly { readonly dn: string; readonly name: string }[];
}

/** Whether replication has changed a name ([MS-ADTS] 3.1.1.2: the later of two definitions of one name). */
export function isDuplicateName(name: string): boolean {
  return /^DUP-/i.test(name);
}

/** The objects of a domain partition that matter to Setup. */
export interface DomainObjectFacts {
  /** Every container of the class of Microsoft Exchange System Objects, wherever it lies. */
  readonly systemObjects: readonly { readonly dn: string; readonly level: number | null }[];
  /** CN=Computers directly below the domain; `unseen` if it was not found but may be hidden. */
  readonly computers: "there" | "absent" | "unseen";
  /** DNs of read-only domain controllers' computer objects that lie outside OU=Domain Controllers. */
  readonly strayReadOnly: readonly string[];
  /** Access control lists of the domain, AdminSDHolder and system objects that could be read, by DN. */
  readonly access: { readonly [dn: string]: readonly AccessEntry[] };
}

/** The objects below the Exchange organization that matter to /PrepareAD. */
export interface OrganizationObjectFacts {
  /** DN of CN=Folder Hierarchies in the administrative group of Exchange 2007 and later; null if none was found. */
  readonly hierarchies: string | null;
  /** True if the account may read all of that container, so that a hierarchy that it does not see does not exist. */
  readonly readable: boolean;
  /** DNs of public folder hierarchies, in any administrative group. */
  readonly trees: readonly string[];
  /** Access control list of the organization by its DN; empty if it could not be read. */
  readonly access: { readonly [dn: string]: readonly AccessEntry[] };
}

/** An arbitration, discovery or public folder mailbox. */
export interface SystemMailboxFacts {
  readonly dn: string;
  readonly kinds: readonly ("arbitration" | "discovery" | "public folder")[];
  /** `there`, `absent` or `deleted`; `unseen` if it was not found but may be hidden. */
  readonly database: "there" | "absent" | "deleted" | "unseen";
  /** The same for msExchHomeServerName. */
  readonly homeServer: "there" | "absent" | "unseen";
  readonly userPrincipalName: string | null;
  /** DNs of other objects with the same userPrincipalName. */
  readonly sameName: readonly string[];
}

/** A virtual directory, and whether it is one of ActiveSync. */
export interface ServerDirectoryFacts {
  readonly name: string;
  readonly dn: string;
  readonly activeSync: boolean;
}

/** An organization relationship. */
export interface RelationshipFacts {
  readonly dn: string;
  readonly applicationUri: "there" | "absent" | "unseen";
}

/** All health facts; a fact that no rule needs for the step is unknown. */
export interface HealthFacts {
  readonly groups: Fact<SecurityGroupFacts>;
  readonly schemaNames: Fact<SchemaNameFacts>;
  /** isSynchronized in the root DSE of the schema master: whether it has replicated with a partner since its start. */
  readonly schemaMasterSynchronized: Fact<boolean>;
  /** By DNS name of the domain. */
  readonly domains: { readonly [domain: string]: Fact<DomainObjectFacts> };
  readonly organization: Fact<OrganizationObjectFacts>;
  readonly systemMailboxes: Fact<readonly SystemMailboxFacts[]>;
  /** Virtual directories of the step's own server. */
  readonly virtualDirectories: Fact<readonly ServerDirectoryFacts[]>;
  readonly relationships: Fact<readonly RelationshipFacts[]>;
}

/** Health facts that are all unknown for one reason. */
export function unreadHealth(not: Unknown): HealthFacts {
  return {
    groups: not,
    schemaNames: not,
    schemaMasterSynchronized: not,
    domains: {},
    organization: not,
    systemMailboxes: not,
    virtualDirectories: not,
    relationships: not,
  };
}
