/** Arbitration, discovery and public folder mailboxes of the forest: Setup of 2010 and later works with them. */
import { type Entry, EqualityFilter, OrFilter } from "ldapts";
import { type Fact, known } from "../facts";
import type { SystemMailboxFacts } from "../facts/health";
import type { Search, Server } from "./client";
import type { Servers, Topology } from "./directoryServers";
import { byDn, dnKey, isDeleted, shownDn } from "./dn";
import { text } from "./entry";
import { type Readable, readableObjects } from "./readable";

/** Bits of msExchRecipientTypeDetails (microsoft/CSS-Exchange, Test-ValidMailboxProperties.ps1). */
const kinds = [
  [0x800000n, "arbitration"],
  [0x20000000n, "discovery"],
  [0x1000000000n, "public folder"],
] as const;

const anyKind = kinds.reduce((all, [bit]) => all | bit, 0n);

/** mailNickname is indexed, and the bits are not (LDAP_MATCHING_RULE_BIT_OR, [MS-ADTS] 3.1.1.3.4.4.2). */
function mailboxesSearch(domainDn: string): Search {
  return {
    base: domainDn,
    scope: "sub",
    filter: `(&(objectClass=user)(mailNickname=*)(msExchRecipientTypeDetails:1.2.840.113556.1.4.804:=${anyKind}))`,
    attributes: ["homeMDB", "msExchHomeServerName", "msExchRecipientTypeDetails", "userPrincipalName"],
  };
}

function namesSearch(domainDn: string, names: readonly string[]): Search {
  const filters = names.map((value) => new EqualityFilter({ attribute: "userPrincipalName", value }));
  return {
    base: domainDn,
    scope: "sub",
    filter: new OrFilter({ filters }),
    attributes: ["userPrincipalName"],
  };
}

interface Found {
  readonly entry: Entry;
  /** What this account may read completely, if an attribute of the domain's mailboxes is missing. */
  readonly readable: Readable;
}

/**
 * Reads them in every domain, which needs no global catalog.
 * @param withNames true to look for other objects with the same userPrincipalName, too
 * @throws DirectoryFailure
 */
export async function readSystemMailboxes(
  servers: Servers,
  topology: Topology,
  withNames: boolean,
): Promise<Fact<readonly SystemMailboxFacts[]>> {
  const { domains } = topology;
  if (!domains.known) return domains;
  const inAll = <T>(ask: (server: Server, dn: string) => Promise<readonly T[]>): Promise<readonly T[]> =>
    Promise.all(
      domains.value.map(({ name, dn }) => servers.inEachDomain(topology, name, (server) => ask(server, dn))),
    ).then((all) => all.flat());
  const mailboxes = await inAll(mailboxesIn);
  const names = mailboxes.flatMap(({ entry }) => text(entry, "userPrincipalName") ?? []);
  const holders =
    !withNames || names.length === 0
      ? []
      : await inAll((server, dn) => server.search(namesSearch(dn, names)));
  return known(
    mailboxes.map((mailbox) => factsOf(mailbox, holders)).sort(byDn),
    `msExchRecipientTypeDetails in ${domains.value.map(({ name }) => name).join(", ")}`,
  );
}

async function mailboxesIn(server: Server, domainDn: string): Promise<readonly Found[]> {
  const search = mailboxesSearch(domainDn);
  const entries = await server.search(search);
  const lacking = entries.some(
    (entry) => text(entry, "homeMDB") === null || text(entry, "msExchHomeServerName") === null,
  );
  const readable: Readable = lacking ? await readableObjects(server, search) : new Map();
  return entries.map((entry) => ({ entry, readable }));
}

function factsOf({ entry, readable }: Found, holders: readonly Entry[]): SystemMailboxFacts {
  const key = dnKey(entry.dn);
  const bits = BigInt(/^\d+$/.exec(text(entry, "msExchRecipientTypeDetails") ?? "")?.[0] ?? 0);
  const lacks = readable.has(key) ? "absent" : "unseen";
  const database = text(entry, "homeMDB");
  const userPrincipalName = text(entry, "userPrincipalName");
  return {
    dn: shownDn(entry.dn),
    kinds: kinds.filter(([bit]) => (bits & bit) !== 0n).map(([, kind]) => kind),
    database: database === null ? lacks : isDeleted(database) ? "deleted" : "there",
    homeServer: text(entry, "msExchHomeServerName") === null ? lacks : "there",
    userPrincipalName,
    sameName: holders
      .filter((other) => dnKey(other.dn) !== key)
      .filter(
        (other) =>
          userPrincipalName !== null &&
          text(other, "userPrincipalName")?.toLowerCase() === userPrincipalName.toLowerCase(),
      )
      .map(({ dn }) => shownDn(dn))
      .sort(),
  };
}
