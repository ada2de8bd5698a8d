/**
 * What Setup reads and writes in Active Directory, as the account that runs it: the directory's own access
 * control decides what succeeds.
 */
import { Attribute, Change, type Client, EqualityFilter, NoSuchObjectError } from "ldapts";
import { sidToText } from "../../lib/directory/sid";
import type { Role } from "../../lib/facts";
import { encodeVersionNumber, formatSerialNumber } from "../../lib/releases";
import type { Organization } from "../organization";
import type { LabRelease } from "../release-table";
import { type DirectoryTarget, domainDn, tokenGroups, withDirectory } from "../windows/domain";
import type { Logon, NetworkCredentials } from "../windows/logon";

/** Why the directory could not be used. */
export class DirectoryRefusal extends Error {}

/** What Setup knows after reading. Levels are null where nothing is set. */
export interface DirectoryState {
  readonly schema: number | null;
  readonly organization: { readonly dn: string; readonly level: number | null } | null;
  /** Level of each domain by DNS name, and why it could not be read. */
  readonly domains: ReadonlyMap<string, { readonly level: number | null } | { readonly unreadable: string }>;
  readonly schemaMaster: { readonly domain: string; readonly site: string };
  /** Functional level of the forest; Windows 2000 has none, which is 0. */
  readonly forestLevel: number;
  readonly groups: {
    readonly schemaAdmins: boolean;
    readonly enterpriseAdmins: boolean;
    /** Domains (DNS names) whose Domain Admins the account is in. */
    readonly domainAdmins: ReadonlySet<string>;
    readonly organizationAdministrators: boolean;
  };
  readonly servers: readonly ServerObject[];
}

/** An Exchange server object. */
export interface ServerObject {
  readonly dn: string;
  readonly name: string;
  /** msExchCurrentServerRoles. */
  readonly roleBits: number;
  readonly serialNumber: string;
}

/** Bits of msExchCurrentServerRoles. */
export const roleBits: { readonly [role in Role]: number } = {
  Mailbox: 2,
  "Client Access": 4,
  "Unified Messaging": 16,
  "Hub Transport": 32,
  "Edge Transport": 64,
  "Management Tools": 0,
};

/** GUID of Exchange Organization Administrators in otherWellKnownObjects. */
const organizationAdministratorsGuid = "C262A929D691B74A9E068728F8F842EA";

const rids = { schemaAdmins: 518, enterpriseAdmins: 519, domainAdmins: 512 };

type Entry = Awaited<ReturnType<Client["search"]>>["searchEntries"][number];

function text(value: Entry[string] | undefined): string | null {
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined || first.length === 0 ? null : String(first);
}

function number(value: Entry[string] | undefined): number | null {
  const found = text(value);
  return found === null ? null : Number(found);
}

/** One object with some attributes; null when it is not there. */
async function readObject(client: Client, dn: string, attributes: string[]): Promise<Entry | null> {
  try {
    const buffers = attributes.filter((name) => name === "objectSid");
    const { searchEntries } = await client.search(dn, {
      scope: "base",
      filter: "(objectClass=*)",
      attributes,
      explicitBufferAttributes: buffers,
    });
    return searchEntries[0] ?? null;
  } catch (error) {
    if (error instanceof NoSuchObjectError) return null;
    throw error;
  }
}

async function readSid(client: Client, dn: string): Promise<string | null> {
  const value = (await readObject(client, dn, ["objectSid"]))?.objectSid;
  const bytes = Array.isArray(value) ? value[0] : value;
  return Buffer.isBuffer(bytes) && bytes.length > 0 ? sidToText(bytes) : null;
}

/** A session of Setup with the directory. */
export class SetupDirectory {
  readonly #configuration: string;

  constructor(
    private readonly target: DirectoryTarget,
    private readonly organization: Organization,
    private readonly logon: Logon,
  ) {
    this.#configuration = `CN=Configuration,${domainDn(organization.root)}`;
  }

  get #credentials(): NetworkCredentials {
    if (this.logon.credentials) return this.logon.credentials;
    throw new DirectoryRefusal(
      "Setup cannot contact Active Directory: the logged-on session has no credentials that other computers accept.",
    );
  }

  /** Runs `use` on a domain controller; whatever goes wrong becomes one {@link DirectoryRefusal}. */
  async #on<T>(controller: string, use: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await withDirectory(this.target, controller, this.#credentials, use);
    } catch (error) {
      if (error instanceof DirectoryRefusal) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new DirectoryRefusal(`Active Directory operation failed on ${controller}: ${why}`);
    }
  }

  /** Reads everything that Setup's checks look at. */
  async read(): Promise<DirectoryState> {
    const forest = await this.#on(this.target.schemaMaster, (client) => this.#readForest(client));
    const levels = new Map<string, { level: number | null } | { unreadable: string }>();
    const domainAdmins = new Set<string>();
    for (const { name } of this.organization.domains) {
      try {
        const { level, sid } = await this.#on(this.target.dcOfDomain(name), (client) =>
          this.#readDomain(client, name),
        );
        levels.set(name, { level });
        if (sid !== null && forest.tokens.has(`${sid}-${rids.domainAdmins}`)) domainAdmins.add(name);
      } catch (error) {
        if (!(error instanceof DirectoryRefusal)) throw error;
        levels.set(name, { unreadable: error.message });
      }
    }
    return { ...forest.state, domains: levels, groups: { ...forest.state.groups, domainAdmins } };
  }

  async #readDomain(client: Client, name: string): Promise<{ level: number | null; sid: string | null }> {
    const meso = `CN=Microsoft Exchange System Objects,${domainDn(name)}`;
    const entry = await readObject(client, meso, ["objectVersion"]);
    return { level: number(entry?.objectVersion), sid: await readSid(client, domainDn(name)) };
  }

  async #readForest(
    client: Client,
  ): Promise<{ state: Omit<DirectoryState, "domains">; tokens: Set<string> }> {
    const root = domainDn(this.organization.root);
    const schemaDn = `CN=Schema,${this.#configuration}`;
    const version = await readObject(client, `CN=ms-Exch-Schema-Version-Pt,${schemaDn}`, ["rangeUpper"]);
    const owner = text((await readObject(client, schemaDn, ["fSMORoleOwner"]))?.fSMORoleOwner);
    const partitions = await readObject(client, `CN=Partitions,${this.#configuration}`, [
      "msDS-Behavior-Version",
    ]);
    const rootSid = await readSid(client, root);
    if (owner === null || rootSid === null)
      throw new DirectoryRefusal("Setup cannot determine the schema master or the forest root domain.");
    const tokens = new Set(await this.#tokens());
    const organization = await this.#organization(client);
    return {
      tokens,
      state: {
        schema: number(version?.rangeUpper),
        organization,
        schemaMaster: await this.#locate(client, owner),
        forestLevel: number(partitions?.["msDS-Behavior-Version"]) ?? 0,
        groups: {
          schemaAdmins: tokens.has(`${rootSid}-${rids.schemaAdmins}`),
          enterpriseAdmins: tokens.has(`${rootSid}-${rids.enterpriseAdmins}`),
          domainAdmins: new Set(),
          organizationAdministrators: await this.#isOrganizationAdministrator(client, tokens),
        },
        servers: organization ? await this.#servers(client, organization.dn) : [],
      },
    };
  }

  /** Groups of the account, nested ones included, from a domain controller of its own domain. */
  async #tokens(): Promise<readonly string[]> {
    const domain = this.logon.domain ?? this.organization.root;
    return this.#on(this.target.dcOfDomain(domain), async (client) => {
      const { searchEntries } = await client.search(domainDn(domain), {
        scope: "sub",
        filter: new EqualityFilter({ attribute: "sAMAccountName", value: this.logon.account }),
        attributes: ["objectSid"],
      });
      const dn = searchEntries[0]?.dn;
      return dn === undefined ? [] : tokenGroups(client, dn);
    });
  }

  /** Domain and site of the domain controller whose NTDS settings object is given. */
  async #locate(client: Client, ntdsSettings: string): Promise<{ domain: string; site: string }> {
    const serverDn = ntdsSettings.slice(ntdsSettings.indexOf(",") + 1);
    const site = /,CN=Servers,CN=([^,]+),CN=Sites,/i.exec(ntdsSettings)?.[1] ?? "";
    const host = text((await readObject(client, serverDn, ["dNSHostName"]))?.dNSHostName) ?? "";
    return { domain: host.slice(host.indexOf(".") + 1).toLowerCase(), site };
  }

  async #organization(client: Client): Promise<DirectoryState["organization"]> {
    const base = `CN=Microsoft Exchange,CN=Services,${this.#configuration}`;
    if ((await readObject(client, base, ["cn"])) === null) return null;
    const { searchEntries } = await client.search(base, {
      scope: "one",
      filter: "(objectClass=msExchOrganizationContainer)",
      attributes: ["objectVersion"],
    });
    const entry = searchEntries[0];
    return entry ? { dn: entry.dn, level: number(entry.objectVersion) } : null;
  }

  /** Sources disagree on which container names the groups: both are read. */
  async #isOrganizationAdministrator(client: Client, tokens: ReadonlySet<string>): Promise<boolean> {
    for (const dn of [`CN=Microsoft Exchange,CN=Services,${this.#configuration}`, this.#configuration]) {
      const values = (await readObject(client, dn, ["otherWellKnownObjects"]))?.otherWellKnownObjects ?? [];
      for (const value of Array.isArray(values) ? values : [values]) {
        const match = new RegExp(`^B:32:${organizationAdministratorsGuid}:(.*)$`, "i").exec(String(value));
        const sid = match?.[1] === undefined ? null : await readSid(client, match[1]);
        if (sid !== null && tokens.has(sid)) return true;
      }
    }
    return false;
  }

  async #servers(client: Client, organizationDn: string): Promise<readonly ServerObject[]> {
    const { searchEntries } = await client.search(organizationDn, {
      scope: "sub",
      filter: "(objectClass=msExchExchangeServer)",
      attributes: ["cn", "objectClass", "msExchCurrentServerRoles", "serialNumber"],
      paged: { pageSize: 500 },
    });
    // Transport services are of a derived class, which no filter may name where the schema does not have it.
    const servers = searchEntries.filter(
      (entry) => ![entry.objectClass].flat().map(String).includes("msExchExchangeTransportServer"),
    );
    return servers.map((entry) => ({
      dn: entry.dn,
      name: text(entry.cn) ?? "",
      roleBits: number(entry.msExchCurrentServerRoles) ?? 0,
      serialNumber: text(entry.serialNumber) ?? "",
    }));
  }

  async #replace(controller: string, dn: string, values: { readonly [type: string]: string }): Promise<void> {
    const changes = Object.entries(values).map(
      ([type, value]) =>
        new Change({ operation: "replace", modification: new Attribute({ type, values: [value] }) }),
    );
    await this.#on(controller, (client) => client.modify(dn, changes));
  }

  /** Extends the schema: writes its level on the schema master. */
  async writeSchema(level: number): Promise<void> {
    const dn = `CN=ms-Exch-Schema-Version-Pt,CN=Schema,${this.#configuration}`;
    await this.#replace(this.target.schemaMaster, dn, { rangeUpper: String(level) });
  }

  /** @param productId msExchProductId, where Setup keeps it */
  async writeOrganization(dn: string, level: number, productId?: string): Promise<void> {
    await this.#replace(this.target.schemaMaster, dn, {
      objectVersion: String(level),
      ...(productId === undefined ? {} : { msExchProductId: productId }),
    });
  }

  async writeDomain(domain: string, level: number): Promise<void> {
    const dn = `CN=Microsoft Exchange System Objects,${domainDn(domain)}`;
    await this.#replace(this.target.dcOfDomain(domain), dn, { objectVersion: String(level) });
  }

  /** Writes the version of an upgraded server to its object. */
  async writeServer(dn: string, release: LabRelease): Promise<void> {
    await this.#replace(this.target.schemaMaster, dn, {
      serialNumber: formatSerialNumber(release.build),
      versionNumber: String(encodeVersionNumber(release.build)),
    });
  }
}
