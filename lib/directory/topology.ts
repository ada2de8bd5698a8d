/** Domains, sites and domain controllers of the forest, from the configuration partition. */
import type { Entry } from "ldapts";
import {
  type DomainControllerFacts,
  type DomainFacts,
  type Fact,
  known,
  type UnreadController,
  unknown,
} from "../facts";
import type { Search } from "./client";
import {
  dnKey,
  dnsNameOf,
  isConflictCopy,
  isDeleted,
  nameOf,
  parentDn,
  parentKey,
  printable,
  shownDn,
  siteOf,
} from "./dn";
import { hasClass, integer, text, texts } from "./entry";
import { absentOrHidden, type Readable } from "./readable";

/** The names of a domain controller and of its partitions in the root DSE. */
export interface RootDse {
  readonly rootDn: string;
  readonly configurationDn: string;
  readonly schemaDn: string;
  /** FQDN in lower case of the server; empty if the root DSE does not contain it. */
  readonly server: string;
}

/** Reads the root DSE: every LDAP server shows it to everybody. */
export const rootDseSearch: Search = {
  base: "",
  attributes: ["rootDomainNamingContext", "configurationNamingContext", "schemaNamingContext", "dnsHostName"],
};

/** Names from the root DSE; null when the server is no Active Directory domain controller. */
export function readRootDse(entry: Entry | undefined): RootDse | null {
  const rootDn = entry && text(entry, "rootDomainNamingContext");
  const configurationDn = entry && text(entry, "configurationNamingContext");
  const schemaDn = entry && text(entry, "schemaNamingContext");
  if (!rootDn || !configurationDn || !schemaDn) {
    return null;
  }
  return { rootDn, configurationDn, schemaDn, server: (text(entry, "dnsHostName") ?? "").toLowerCase() };
}

/** The crossRef objects, one for each partition of the forest, and the container above them. */
export function partitionsSearch(configurationDn: string): Search {
  return {
    base: `CN=Partitions,${configurationDn}`,
    scope: "sub",
    filter: "(|(objectClass=crossRef)(objectClass=crossRefContainer))",
    attributes: [
      "objectClass",
      "nCName",
      "dnsRoot",
      "nETBIOSName",
      "systemFlags",
      "enabled",
      "fSMORoleOwner",
      "msDS-Behavior-Version",
    ],
  };
}

/** FLAG_CR_NTDS_DOMAIN: the partition is a domain ([MS-ADTS] 2.2.10). */
const domainPartition = 0x2;

/**
 * Domains of the forest, the root first, then by name. A crossRef that is not enabled was made ahead for a domain that does
 * not exist yet ([MS-ADTS] 6.1.1.2.1.1), and one with a deleted nCName stands for none any more. Of two with the same DNS
 * name, replication has made one in a conflict.
 */
export function readDomains(
  entries: readonly Entry[],
  rootDn: string,
  source: string,
): Fact<readonly DomainFacts[]> {
  const found = new Map<string, DomainFacts>();
  const isConflict = (entry: Entry): boolean =>
    isConflictCopy(entry.dn) || isConflictCopy(text(entry, "nCName") ?? "");
  for (const entry of [...entries].sort((a, b) => Number(isConflict(a)) - Number(isConflict(b)))) {
    const isDomain = ((integer(entry, "systemFlags") ?? 0) & domainPartition) !== 0;
    const dn = text(entry, "nCName");
    if (!isDomain || text(entry, "enabled") === "FALSE" || isDeleted(dn ?? "")) {
      continue;
    }
    const netbios = text(entry, "nETBIOSName");
    if (dn === null || netbios === null) {
      return unknown(`${shownDn(entry.dn)} does not show its nCName and nETBIOSName to this account`, source);
    }
    const name = (text(entry, "dnsRoot") ?? dnsNameOf(dn)).toLowerCase();
    if (!found.has(name)) found.set(name, { name, dn, netbios });
  }
  const domains = [...found.values()];
  if (!domains.some((domain) => dnKey(domain.dn) === dnKey(rootDn))) {
    return unknown("the forest root domain is not among the partitions that this account can see", source);
  }
  const first = dnKey(rootDn);
  return known(
    domains.sort(
      (a, b) => Number(dnKey(b.dn) === first) - Number(dnKey(a.dn) === first) || compare(a.name, b.name),
    ),
    source,
  );
}

/** Sites, their server objects, and the NTDS Settings that make a server object a domain controller. */
export function sitesSearch(configurationDn: string): Search {
  return {
    base: `CN=Sites,${configurationDn}`,
    scope: "sub",
    filter: "(|(objectClass=site)(objectClass=server)(objectClass=nTDSDSA))",
    attributes: [
      "objectClass",
      "cn",
      "dNSHostName",
      "hasMasterNCs",
      "msDS-HasMasterNCs",
      "msDS-isRODC",
      "options",
    ],
  };
}

/** Names of the sites, sorted. Every forest has one, so none means that this account cannot see them. */
export function readSites(entries: readonly Entry[], source: string): Fact<readonly string[]> {
  const sites = entries
    .filter((entry) => hasClass(entry, "site") && !isConflictCopy(entry.dn))
    .map((entry) => nameOf(entry.dn));
  return sites.length === 0
    ? unknown("this account cannot see any site, and every forest has one", source)
    : known(sites.sort(compare), source);
}

/** Bit of options of an NTDS Settings object: a global catalog ([MS-ADTS] 6.1.1.2.2.1.2.1.1). */
const isGlobalCatalog = 0x1;

/** A domain controller with the key of its server object, to which role owners point. */
export interface LocatedController extends DomainControllerFacts {
  /** {@link dnKey} of the server object. */
  readonly key: string;
  /** Keys of its copies from replication conflicts, to which a role owner may point. */
  readonly copies?: readonly string[];
}

/** A domain controller without readable name or place, with the key of its server object. */
export interface LocatedUnread extends UnreadController {
  /** {@link dnKey} of the server object. */
  readonly key: string;
}

/** The domain controllers in the directory. */
export interface Controllers {
  readonly named: Fact<readonly LocatedController[]>;
  /** Domain controllers without readable name or place: a step that waits for all must not miss one. */
  readonly unread: readonly LocatedUnread[];
}

/**
 * Writable domain controllers, by name: server objects with an nTDSDSA child. Read-only ones are left out
 * (class nTDSDSARO, or msDS-isRODC): nothing is ever prepared on them.
 * @param readable objects that this account can read fully, so that a missing value is absent
 */
export function readControllers(
  entries: readonly Entry[],
  domains: readonly DomainFacts[],
  readable: Readable,
  source: string,
): Controllers {
  const domainOfDn = new Map(domains.map((domain) => [dnKey(domain.dn), domain.name]));
  const servers = new Map(
    entries.filter((entry) => hasClass(entry, "server")).map((entry) => [dnKey(entry.dn), entry]),
  );
  const named: LocatedController[] = [];
  const copies: LocatedController[] = [];
  const unread: LocatedUnread[] = [];
  for (const settings of entries.filter((entry) => hasClass(entry, "nTDSDSA"))) {
    if (hasClass(settings, "nTDSDSARO") || text(settings, "msDS-isRODC") === "TRUE") {
      continue;
    }
    const key = parentKey(settings.dn);
    const server = servers.get(key);
    const name = (server && text(server, "dNSHostName")?.toLowerCase()) || null;
    const held = [...texts(settings, "hasMasterNCs"), ...texts(settings, "msDS-HasMasterNCs")];
    const domain = held.map((dn) => domainOfDn.get(dnKey(dn))).find((found) => found !== undefined) ?? null;
    const site = siteOf(settings.dn);
    const globalCatalog = ((integer(settings, "options") ?? 0) & isGlobalCatalog) !== 0;
    const isCopy = isConflictCopy(settings.dn);
    if (name !== null && domain !== null && site !== null) {
      (isCopy ? copies : named).push({ key, name, domain, site, globalCatalog });
    } else {
      const dn = shownDn(server?.dn ?? parentDn(settings.dn));
      const why = whyUnread({
        settings: shownDn(settings.dn),
        server: server && dn,
        dn,
        name,
        domain,
        held,
        readable,
      });
      unread.push({ key, dn, host: printable(nameOf(dn)), name, domain, site, globalCatalog, why });
    }
  }
  for (const copy of copies) {
    const at = named.findIndex(({ name }) => name === copy.name);
    const own = named[at];
    // If a domain controller has one object only, that is its object, whatever its name.
    if (own === undefined) named.push(copy);
    else named[at] = { ...own, copies: [...(own.copies ?? []), copy.key] };
  }
  named.sort((a, b) => compare(a.name, b.name));
  unread.sort((a, b) => compare(a.dn, b.dn));
  if (named.length > 0) return { named: known(named, source), unread };
  const why = unread[0]?.why ?? "this account cannot see any domain controller, and every forest has one";
  return { named: unknown(why, source), unread };
}

/** The value of a domain controller that is missing, and why. */
function whyUnread(found: {
  readonly settings: string;
  /** DN of the server object, if it could be read. */
  readonly server: string | undefined;
  /** DN that it must have. */
  readonly dn: string;
  readonly name: string | null;
  readonly domain: string | null;
  readonly held: readonly string[];
  readonly readable: Readable;
}): string {
  const { settings, server, dn, name, domain, held, readable } = found;
  if (server === undefined)
    return `${settings} is a domain controller, and this account cannot see ${dn}, which has its name`;
  const missing = [
    name === null ? absentOrHidden(server, "dNSHostName", readable) : null,
    domain !== null
      ? null
      : held.length > 0
        ? `hasMasterNCs of ${settings} names no domain that this account sees`
        : absentOrHidden(settings, "hasMasterNCs", readable),
  ].filter((each) => each !== null);
  return `a domain controller cannot be ${name === null ? "named" : "placed"}: ${missing.join("; ")}`;
}

/** The domain controller that an fSMORoleOwner names by the DN of its NTDS Settings. */
export function readRoleOwner(
  owner: string | null,
  { named, unread }: Controllers,
  source: string,
): Fact<DomainControllerFacts> {
  if (owner === null) {
    return unknown("this account cannot see fSMORoleOwner", source);
  }
  if (isDeleted(owner)) {
    return unknown(
      "the role belongs to a domain controller that has been deleted; seize the schema master role on a live one",
      source,
    );
  }
  if (!named.known) return named;
  const key = parentKey(owner);
  const found = named.value.find((each) => each.key === key || each.copies?.includes(key) === true);
  if (found !== undefined) return known(withoutKey(found), source);
  const open = unread.find((controller) => controller.key === key);
  return unknown(
    open === undefined
      ? `the role belongs to ${shownDn(owner)}, which is not among the writable domain controllers`
      : `the role belongs to ${shownDn(owner)}, and ${open.why}`,
    source,
  );
}

/** The facts of a domain controller without the key. */
export function withoutKey<T extends { readonly key: string; readonly copies?: readonly string[] }>({
  key: _,
  copies: __,
  ...facts
}: T): Omit<T, "key" | "copies"> {
  return facts;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
