/** Facts on what Microsoft's support finds in a directory when Setup has stopped there. Each is asked only for steps that it can stop. */
import type { AccessEntry, Fact, Unknown } from "../facts";

/** What Exchange has registered in otherWellKnownObjects of its container, or of the configuration partition. */
export interface RegisteredGroupFacts {
  /** DN of the container that names it. */
  readonly container: string;
  /** The value as it stands, its control characters escaped. */
  readonly value: string;
  /** The GUID in capitals; null where the value is none of `B:32:GUID:DN`. */
  readonly guid: string | null;
  /** `deleted`: the DN is that of a deleted object. `unseen`: no object shows there. `other`: an object that is no group. */
  readonly state: "malformed" | "deleted" | "unseen" | "other" | "group";
  /** groupType of a group; null where it does not show. */
  readonly groupType: number | null;
  /** True where the group shows mailNickname or proxyAddresses. */
  readonly mailEnabled: boolean;
  /** SID of a group; null where it does not show. */
  readonly sid: string | null;
}

/** The groups that Setup makes, and finds again by what is registered. */
export interface SecurityGroupFacts {
  readonly registered: readonly RegisteredGroupFacts[];
  /** DNs of the OUs named Microsoft Exchange Security Groups in the forest root domain. */
  readonly units: readonly { readonly dn: string; readonly atRoot: boolean }[];
  /** True where the account may see all that lies directly below the domain, so that an OU that does not show is not there. */
  readonly readable: boolean;
  /** DNs of groups directly in the OU at the root that have a name which Setup gives, and that nothing registers. */
  readonly unregistered: readonly string[];
}

/** Names in the schema that replication has changed, since two objects claimed them. */
export interface SchemaNameFacts {
  /** lDAPDisplayName of CN=ms-Exch-Resource-Property-Schema; null where the object does not show. */
  readonly resourceProperty: string | null;
  /** mayContain of CN=ms-Exch-Resource-Schema; null where the object does not show. */
  readonly resourceMayContain: readonly string[] | null;
  /** lDAPDisplayNames that rules look for and the schema surely lacks: nothing in the directory can have them. */
  readonly lacks: readonly string[];
  /** All objects whose lDAPDisplayName begins with `DUP-`. */
  readonly duplicates: readonly { readonly dn: string; readonly name: string }[];
}

/** Whether a name is one that replication has changed ([MS-ADTS] 3.1.1.2: the later of two definitions of one name). */
export function isDuplicateName(name: string): boolean {
  return /^DUP-/i.test(name);
}

/** What Setup meets in a domain partition. */
export interface DomainObjectFacts {
  /** Every container of the class of Microsoft Exchange System Objects, wherever it lies. */
  readonly systemObjects: readonly { readonly dn: string; readonly level: number | null }[];
  /** CN=Computers directly below the domain; `unseen` where it does not show and may be hidden. */
  readonly computers: "there" | "absent" | "unseen";
  /** DNs of read-only domain controllers' computer objects that lie outside OU=Domain Controllers. */
  readonly strayReadOnly: readonly string[];
  /** Access control lists of the domain, AdminSDHolder and system objects that could be read, by DN. */
  readonly access: { readonly [dn: string]: readonly AccessEntry[] };
}

/** What /PrepareAD meets below the Exchange organization. */
export interface OrganizationObjectFacts {
  /** DN of CN=Folder Hierarchies in the administrative group of Exchange 2007 and later; null where none shows. */
  readonly hierarchies: string | null;
  /** True where the account may read all of that container, so that a tree that does not show is not there. */
  readonly readable: boolean;
  /** DNs of public folder trees, in any administrative group. */
  readonly trees: readonly string[];
  /** Access control list of the organization by its DN; none where it could not be read. */
  readonly access: { readonly [dn: string]: readonly AccessEntry[] };
}

/** An arbitration, discovery or public folder mailbox. */
export interface SystemMailboxFacts {
  readonly dn: string;
  readonly kinds: readonly ("arbitration" | "discovery" | "public folder")[];
  /** `there`, `absent` or `deleted`; `unseen` where it did not come and may be hidden. */
  readonly database: "there" | "absent" | "deleted" | "unseen";
  /** The same of msExchHomeServerName. */
  readonly homeServer: "there" | "absent" | "unseen";
  readonly userPrincipalName: string | null;
  /** DNs of other objects with the same userPrincipalName. */
  readonly sameName: readonly string[];
}

/** A virtual directory with what tells ActiveSync's from others. */
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

/** All of them; what no rule asks for the step is unknown. */
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

/** Health facts that all have one reason not to be known. */
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
