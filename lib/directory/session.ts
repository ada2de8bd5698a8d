/** A session with the directory of one forest: facts out, failures as unknown facts with their reason. */
import type {
  AccessEntry,
  AccountFacts,
  Fact,
  ForestFacts,
  PrincipalFacts,
  VirtualDirectoryFacts,
} from "../facts";
import { unknown, unreadForest } from "../facts";
import type {
  DomainObjectFacts,
  OrganizationObjectFacts,
  SchemaNameFacts,
  SecurityGroupFacts,
  SystemMailboxFacts,
} from "../facts/health";
import type { Logons } from "../logons";
import { thrownText } from "../text";
import { findAccount } from "./accountLookup";
import type { DirectoryConnection } from "./directoryConnection";
import { Servers, type Topology } from "./directoryServers";
import { readDomainObjects } from "./domainObjects";
import { readDomainLevelIn } from "./domains";
import { DirectoryFailure } from "./failure";
import {
  forestFacts,
  type OwnObjects,
  readServerAccessOf,
  readServerObjectsOf,
  readTopology,
  readVirtualDirectoriesOf,
} from "./forest";
import { type HeldLevel, readHeldLevels } from "./heldLevels";
import { readOrganizationObjects, readServerObjects, type ServerObjects } from "./organizationObjects";
import { findPrincipal } from "./principals";
import { readSchemaNames, readSynchronized } from "./schemaNames";
import { factOf } from "./searchFacts";
import { readSecurityGroups } from "./securityGroups";
import { readSystemMailboxes } from "./systemMailboxes";
import { readRootDse, rootDseSearch } from "./topology";

/**
 * Reads Active Directory over LDAP. Every answer comes from a connection that is logged on. A connection that was cut,
 * or that did not answer in time, is replaced by a new one, or the reading fails.
 */
export class DirectorySession {
  private sent = 0;
  private readonly servers: Servers;
  private topology: Promise<Topology> | null = null;

  private constructor(connection: DirectoryConnection, logons: Logons) {
    this.servers = new Servers(connection, logons, () => {
      this.sent += 1;
    });
  }

  /**
   * Connects to the domain controller and logs on.
   *
   * @param logons what the run has learned of its accounts: a password that was refused is not sent again
   *
   * @throws Error, one sentence on what was found and how to fix it, without the password. The causes are an
   *   unusable URL or logon, no connection, no answer in time, and no StartTLS; a certificate that is not valid for the
   *   server; a refused logon, with Active Directory's reason. Or the server is no domain controller.
   */
  static async open(connection: DirectoryConnection, logons: Logons): Promise<DirectorySession> {
    const session = new DirectorySession(connection, logons);
    try {
      await session.servers.first.connect();
      const [entry] = await session.servers.first.search(rootDseSearch);
      if (readRootDse(entry) === null) {
        throw new DirectoryFailure(
          `${session.servers.first.label} is no Active Directory domain controller: its root DSE does not name a ` +
            "forest; give the URL of a domain controller",
          "answer",
        );
      }
      return session;
    } catch (error) {
      session.servers.close();
      throw plainError(error);
    }
  }

  /** How many searches were sent, to all domain controllers together; a paged search counts once. */
  get searches(): number {
    return this.sent;
  }

  /**
   * Reads the forest, its parts in parallel. A part that cannot be read is an unknown fact. The number of searches
   * depends on the number of domains only.
   */
  async forest(): Promise<ForestFacts> {
    this.topology = null;
    try {
      return await forestFacts(this.servers, await this.currentTopology());
    } catch (error) {
      return unreadForest(failureText(error), this.servers.first.label);
    }
  }

  /**
   * Reads objectVersion of Microsoft Exchange System Objects on a writable domain controller of the domain: a null
   * value when the domain holds no such container. Read anew each time.
   * @param domain DNS name.
   */
  async domainLevel(domain: string): Promise<Fact<number | null>> {
    const name = domain.toLowerCase();
    return this.factOf(`objectVersion of Microsoft Exchange System Objects in ${name}`, (topology) =>
      readDomainLevelIn(this.servers, topology, name),
    );
  }

  /**
   * Reads levels as particular domain controllers hold them, one answer for each in the same order. The level of a domain
   * controller that cannot be asked, or is another than its name says, is unknown. Every call reads anew.
   * @param seconds after which the session asks no further domain controller
   */
  async heldLevels(asked: readonly HeldLevel[], seconds = 60): Promise<readonly Fact<number | null>[]> {
    try {
      return await readHeldLevels(this.servers, await this.currentTopology(), asked, seconds);
    } catch (error) {
      const why = failureText(error);
      return asked.map(({ controller }) => unknown(why, controller));
    }
  }

  /**
   * Finds an account and its groups: `DOMAIN\name` (NetBIOS or DNS name of a domain of this forest),
   * `name@suffix` (userPrincipalName, or sAMAccountName at a domain's DNS name) or its SID. A null value when the
   * forest has no such account; unknown when a domain that may hold it cannot be asked.
   *
   * `groups` is tokenGroups: domain-local groups of other domains than the account's own are not in it.
   */
  async account(nameOrSid: string): Promise<Fact<AccountFacts | null>> {
    return this.factOf(`account ${nameOrSid}`, (topology) => findAccount(this.servers, topology, nameOrSid));
  }

  /**
   * Finds an account or a group by `DOMAIN\name` (NetBIOS or DNS name of a domain of this forest). A null value when the
   * domain has none of this name, or the forest no such domain.
   */
  async principal(name: string): Promise<Fact<PrincipalFacts | null>> {
    return this.factOf(`account or group ${name}`, (topology) => findPrincipal(this.servers, topology, name));
  }

  /**
   * Reads the permissions on each Exchange server object, by its DN: the discretionary access control list in Windows'
   * order, without entries about single properties or rights. A server whose list this account cannot see is missing.
   * @param dn of the one object that is asked for; null for all
   */
  async serverAccess(
    dn: string | null = null,
  ): Promise<Fact<{ readonly [server: string]: readonly AccessEntry[] }>> {
    return this.factOf("nTSecurityDescriptor of the Exchange servers", (topology) =>
      readServerAccessOf(this.servers, topology, dn),
    );
  }

  /** Reads the objects of one server, in one search: what {@link forest} has of it, and of names that begin alike. @param fqdn in lower case */
  async serverObjectsOf(fqdn: string): Promise<Fact<OwnObjects>> {
    return this.factOf(`objects of ${fqdn}`, (topology) => readServerObjectsOf(this.servers, topology, fqdn));
  }

  /**
   * Reads every virtual directory with its external URLs, in one search: they tell why a server faces the Internet,
   * which {@link forest} does not contain. If a Client Access server shows none, {@link forest} tells whether it may
   * have some.
   */
  async virtualDirectories(): Promise<Fact<readonly VirtualDirectoryFacts[]>> {
    return this.factOf("virtual directories of the Exchange servers", (topology) =>
      readVirtualDirectoriesOf(this.servers, topology),
    );
  }

  /**
   * Reads the groups of Exchange: in one search of the root domain, and one of each other domain with registered
   * groups.
   * @param names that Setup gives
   */
  async securityGroups(names: readonly string[]): Promise<Fact<SecurityGroupFacts>> {
    return this.factOf("otherWellKnownObjects", (topology) =>
      readSecurityGroups(this.servers, topology, names),
    );
  }

  /** Reads names in the schema that replication has changed, in one search. */
  async schemaNames(): Promise<Fact<SchemaNameFacts>> {
    return this.factOf("lDAPDisplayName", (topology) => readSchemaNames(this.servers, topology));
  }

  /** Asks the schema master whether it has replicated since its start. @param schemaMaster FQDN in lower case */
  async synchronized(schemaMaster: string): Promise<Fact<boolean>> {
    return this.factOf(`isSynchronized of ${schemaMaster}`, (topology) =>
      readSynchronized(this.servers, topology, schemaMaster),
    );
  }

  /**
   * Reads the objects of a domain partition that matter to Setup, in one search there.
   * @param domain DNS name in lower case
   */
  async domainObjects(domain: string): Promise<Fact<DomainObjectFacts>> {
    return this.factOf(`containers of ${domain}`, (topology) =>
      readDomainObjects(this.servers, topology, domain),
    );
  }

  /** Reads the objects below the organization that matter to /PrepareAD, in one search. */
  async organizationObjects(): Promise<Fact<OrganizationObjectFacts>> {
    return this.factOf("msExchOrganizationContainer", (topology) =>
      readOrganizationObjects(this.servers, topology),
    );
  }

  /** Reads the objects below the organization that matter to a server's Setup, for all servers in one search. */
  async serverObjects(): Promise<Fact<ServerObjects>> {
    return this.factOf("virtual directories and organization relationships", (topology) =>
      readServerObjects(this.servers, topology),
    );
  }

  /**
   * Reads the system mailboxes, in one search of each domain.
   * @param withNames true to search also for other objects with their names
   */
  async systemMailboxes(withNames: boolean): Promise<Fact<readonly SystemMailboxFacts[]>> {
    return this.factOf("system mailboxes", (topology) =>
      readSystemMailboxes(this.servers, topology, withNames),
    );
  }

  /** Ends every connection. The session cannot be used afterwards. */
  async close(): Promise<void> {
    this.servers.close();
  }

  private factOf<T>(source: string, read: (topology: Topology) => Promise<Fact<T>>): Promise<Fact<T>> {
    return factOf(source, async () => read(await this.currentTopology()));
  }

  /** The shape of the forest changes rarely: it is read once, and again with each reading of the forest. */
  private currentTopology(): Promise<Topology> {
    const pending = this.topology ?? readTopology(this.servers.first);
    this.topology = pending;
    pending.catch(() => {
      if (this.topology === pending) {
        this.topology = null;
      }
    });
    return pending;
  }
}

/** The failure as the text of a fact; a defect of this package is thrown again. */
function failureText(error: unknown): string {
  if (error instanceof DirectoryFailure) {
    return error.message;
  }
  throw error;
}

/** The domain controller refused the logon: a second attempt with the same password would only lock the account. */
export class LogonRefused extends Error {}

/** The directory could not be asked: no connection, no TLS session, no answer. */
export class DirectoryUnread extends Error {}

/** Errors that leave this folder carry text only: no LDAP code, no cause, nothing that could hold a secret. */
function plainError(error: unknown): Error {
  if (error instanceof DirectoryFailure) {
    const text = `Directory ${error.message}`;
    return error.kind === "credentials" ? new LogonRefused(text) : new DirectoryUnread(text);
  }
  return new Error(thrownText(error));
}
