/** A Samba forest as the lab's computers and programs reach it, and as a witness sees it who is none of them. */
import { Attribute, Change, Client, type Entry } from "ldapts";
import type { DirectoryTarget } from "../../lab";
import { directoryNames } from "../../lab/directory";
import type { Entry as LabEntry } from "../../lab/directory/entry";
import type { Organization } from "../../lab/organization";
import { administratorPassword } from "./forest";
import type { SambaForest } from "./samba";

/** Nothing listens there: the address of every domain controller that does not run. */
const nowhere = "ldaps://127.0.0.1:1";

/** The forest in place of the lab's own directory. */
export function targetOf(forest: SambaForest): DirectoryTarget {
  return {
    ca: forest.ca,
    schemaMaster: forest.schemaMaster,
    urlOf: (fqdn) => (fqdn in forest.addresses ? forest.urlOf(fqdn) : nowhere),
    dcOfDomain: forest.dcOfDomain,
  };
}

/** What Samba itself holds of Exchange. */
export interface SambaLevels {
  readonly schema: string;
  readonly organization: string;
  /** By DNS name. */
  readonly domains: { readonly [domain: string]: string };
  /** serialNumber and versionNumber by CN. */
  readonly servers: { readonly [name: string]: readonly [string, string] };
}

/** Reads and writes as each domain's Administrator, with a client of its own: nothing of the product is in between. */
export class Witness {
  constructor(
    private readonly forest: SambaForest,
    private readonly organization: Organization,
  ) {}

  async levels(): Promise<SambaLevels> {
    const { root, domains } = this.organization;
    const names = directoryNames(this.organization);
    const value = async (domain: string, dn: string, attribute: string): Promise<string> => {
      const read = { scope: "base" as const, attributes: [attribute] };
      return this.on(domain, async (client) =>
        only((await client.search(dn, read)).searchEntries, attribute),
      );
    };
    const servers = await this.on(root, (client) =>
      client.search(names.servers, {
        scope: "one",
        filter: "(objectClass=msExchExchangeServer)",
        attributes: ["cn", "serialNumber", "versionNumber"],
      }),
    );
    const ofDomains = domains.map(
      async ({ name }) => [name, await value(name, names.systemObjects(name), "objectVersion")] as const,
    );
    return {
      schema: await value(root, names.schemaVersion, "rangeUpper"),
      organization: await value(root, names.organization, "objectVersion"),
      domains: Object.fromEntries(await Promise.all(ofDomains)),
      servers: Object.fromEntries(
        servers.searchEntries.map((entry) => [
          String(entry.cn),
          [String(entry.serialNumber), String(entry.versionNumber)] as const,
        ]),
      ),
    };
  }

  /** How many logons of an account of the root domain were refused since one succeeded. */
  async badPasswords(account: string): Promise<number> {
    const { root } = this.organization;
    const dn = `CN=${account},CN=Users,${directoryNames(this.organization).domain(root)}`;
    const read = { scope: "base" as const, attributes: ["badPwdCount"] };
    return this.on(root, async (client) =>
      Number(only((await client.search(dn, read)).searchEntries, "badPwdCount")),
    );
  }

  /** Sets one attribute, as somebody else's Setup would. */
  async set(domain: string, dn: string, type: string, value: string): Promise<void> {
    const modification = new Attribute({ type, values: [value] });
    await this.on(domain, (client) => client.modify(dn, new Change({ operation: "replace", modification })));
  }

  /** Gives an object another owner and access control list. */
  async protect(domain: string, dn: string, descriptor: Buffer): Promise<void> {
    const modification = new Attribute({ type: "nTSecurityDescriptor", values: [descriptor] });
    await this.on(domain, (client) => client.modify(dn, new Change({ operation: "replace", modification })));
  }

  /** Adds attributes and classes to the schema, on its master, and lets it know them at once. */
  async extendSchema(entries: readonly LabEntry[]): Promise<void> {
    const modification = new Attribute({ type: "schemaUpdateNow", values: ["1"] });
    await this.on(this.organization.root, async (client) => {
      for (const { dn, attributes } of entries) {
        const values = Object.entries(attributes).map(
          ([type, all]) => new Attribute({ type, values: all.map(String) }),
        );
        await client.add(dn, values);
        await client.modify("", new Change({ operation: "add", modification }));
      }
    });
  }

  /** Deletes an object: Samba keeps it among the deleted ones, as Windows does. */
  async remove(domain: string, dn: string): Promise<void> {
    await this.on(domain, (client) => client.del(dn));
  }

  /** Makes an object. */
  async add(domain: string, dn: string, values: { readonly [name: string]: string }): Promise<void> {
    await this.on(domain, (client) => client.add(dn, { ...values }));
  }

  /** Gives an object another DN. */
  async move(domain: string, dn: string, to: string): Promise<void> {
    await this.on(domain, (client) => client.modifyDN(dn, to));
  }

  private async on<T>(domain: string, use: (client: Client) => Promise<T>): Promise<T> {
    const netbios = this.organization.domains.find(({ name }) => name === domain)?.netbios;
    const url = this.forest.urlOf(this.forest.dcOfDomain(domain));
    const client = new Client({ url, tlsOptions: { ca: [this.forest.ca] }, timeout: 10_000 });
    try {
      await client.bind(`${netbios}\\Administrator`, administratorPassword);
      return await use(client);
    } finally {
      await client.unbind();
    }
  }
}

function only([entry]: readonly Entry[], attribute: string): string {
  return String(entry?.[attribute]);
}
