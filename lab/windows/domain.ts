/**
 * What a simulated Windows computer asks a domain controller: is the password right, who is this account and
 * which groups is it in. It works with any Active Directory over LDAP, the lab's own or Samba's.
 */
import { createSecureContext, type SecureContext } from "node:tls";
import { Client, EqualityFilter, InvalidCredentialsError, OrFilter } from "ldapts";
import { domainSidOf, sidToBytes, sidToText } from "../../lib/directory/sid";
import type { NetworkCredentials } from "./logon";

/** Where the directory of an organization is reached. */
export interface DirectoryTarget {
  /** PEM of the certificate authority. */
  readonly ca: string;
  /** LDAPS URL of a domain controller by FQDN. Throws for an unknown one. */
  urlOf(domainController: string): string;
  /** FQDN of a domain controller of a domain. */
  dcOfDomain(domain: string): string;
  /** FQDN of the schema master. */
  readonly schemaMaster: string;
}

/** Base DN of a domain by its DNS name. */
export function domainDn(domain: string): string {
  return domain
    .split(".")
    .map((label) => `DC=${label}`)
    .join(",");
}

const timeoutMs = 10_000;

/** Contexts by authority: its certificate is not read anew for each of a thousand logons. */
const trusts = new Map<string, SecureContext>();

function trustIn(ca: string): SecureContext {
  const trust = trusts.get(ca) ?? createSecureContext({ ca });
  trusts.set(ca, trust);
  return trust;
}

/** Binds to one domain controller, runs `use`, and closes the connection. */
export async function withDirectory<T>(
  target: DirectoryTarget,
  domainController: string,
  credentials: NetworkCredentials,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    url: target.urlOf(domainController),
    tlsOptions: { secureContext: trustIn(target.ca) },
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
  });
  try {
    await client.bind(credentials.user, credentials.password);
    return await use(client);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

/** A group as the directory names it. */
export interface DomainGroup {
  readonly sid: string;
  /** `NETBIOS\sAMAccountName`; empty when no domain knows the SID. */
  readonly name: string;
  /** True for a domain-local group, which whoami calls an alias. */
  readonly local: boolean;
}

/** An account with its nested groups. */
export interface DomainAccount {
  readonly sid: string;
  readonly groups: readonly DomainGroup[];
}

interface NamedDomain {
  readonly name: string;
  readonly netbios: string;
}

const domainLocal = 4;

/**
 * Logs an account on: null when the password is wrong or there is no such account. Throws when the directory
 * cannot be asked.
 */
export async function logOnToDomain(
  target: DirectoryTarget,
  domains: readonly NamedDomain[],
  domain: string,
  account: string,
  credentials: NetworkCredentials,
): Promise<DomainAccount | null> {
  try {
    return await withDirectory(target, target.dcOfDomain(domain), credentials, (client) =>
      readAccount(client, target, domains, domain, account, credentials),
    );
  } catch (error) {
    if (error instanceof InvalidCredentialsError) return null;
    throw error;
  }
}

async function readAccount(
  client: Client,
  target: DirectoryTarget,
  domains: readonly NamedDomain[],
  domain: string,
  account: string,
  credentials: NetworkCredentials,
): Promise<DomainAccount | null> {
  const found = await client.search(domainDn(domain), {
    scope: "sub",
    filter: new EqualityFilter({ attribute: "sAMAccountName", value: account }),
    attributes: ["objectSid"],
    explicitBufferAttributes: ["objectSid"],
  });
  const user = found.searchEntries[0];
  const [sid] = user ? buffers(user.objectSid) : [];
  if (!user || !sid) return null;
  const groups = await tokenGroups(client, user.dn);
  return {
    sid: sidToText(sid),
    groups: await nameGroups(client, target, domains, domain, credentials, groups),
  };
}

function buffers(value: unknown): Buffer[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((each): each is Buffer => Buffer.isBuffer(each) && each.length > 0);
}

/** SIDs of every group of an account, nested ones included. */
export async function tokenGroups(client: Client, dn: string): Promise<readonly string[]> {
  const { searchEntries } = await client.search(dn, {
    scope: "base",
    filter: "(objectClass=*)",
    attributes: ["tokenGroups"],
    explicitBufferAttributes: ["tokenGroups"],
  });
  return buffers(searchEntries[0]?.tokenGroups).map(sidToText);
}

/** Names for SIDs: in the account's own domain first, then in the others; a domain that does not answer is skipped. */
async function nameGroups(
  own: Client,
  target: DirectoryTarget,
  domains: readonly NamedDomain[],
  domain: string,
  credentials: NetworkCredentials,
  sids: readonly string[],
): Promise<readonly DomainGroup[]> {
  const known = new Map<string, DomainGroup>();
  const missing = (): readonly string[] => sids.filter((sid) => !known.has(sid));
  const look = async (client: Client, { name, netbios }: NamedDomain): Promise<void> => {
    const { searchEntries } = await client.search(domainDn(name), {
      scope: "sub",
      filter: new OrFilter({
        filters: missing().map(
          (sid) => new EqualityFilter({ attribute: "objectSid", value: sidToBytes(sid) }),
        ),
      }),
      attributes: ["sAMAccountName", "objectSid", "groupType"],
      explicitBufferAttributes: ["objectSid"],
    });
    for (const entry of searchEntries) {
      const [bytes] = buffers(entry.objectSid);
      if (!bytes) continue;
      const sid = sidToText(bytes);
      const builtin = domainSidOf(sid) === "S-1-5-32";
      known.set(sid, {
        sid,
        name: `${builtin ? "BUILTIN" : netbios}\\${String(entry.sAMAccountName)}`,
        local: builtin || (Number(entry.groupType) & domainLocal) !== 0,
      });
    }
  };
  for (const each of [...domains].sort((a, b) => Number(b.name === domain) - Number(a.name === domain))) {
    // A domain of which nothing is asked may be out of reach.
    if (missing().length === 0) break;
    if (each.name === domain) await look(own, each);
    else
      await withDirectory(target, target.dcOfDomain(each.name), credentials, (client) =>
        look(client, each),
      ).catch(() => undefined);
  }
  return sids.map((sid) => known.get(sid) ?? { sid, name: "", local: false });
}
