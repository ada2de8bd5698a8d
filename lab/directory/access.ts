/** Who may change what, and what is hidden from whom. */
import { createHash } from "node:crypto";
import { dnKey, isWithin, parentDn } from "./dn";
import { accessDenied } from "./errors";
import { organizationAdministratorsGuid } from "./exchange-groups";
import type { DirectoryNames } from "./names";
import {
  type AccessControl,
  accessRights,
  grants,
  securityDescriptor,
  withDenials,
} from "./security-descriptor";
import { builtinSids, domainSid, sidToText, wellKnownRids } from "./sid";
import type { DirectoryStore, View } from "./store";

/** An entry, or one attribute of it, that an account cannot see. */
export interface HiddenRule {
  readonly dn: string;
  /** The attribute that is hidden; without it the entry is, with everything below it. */
  readonly attribute?: string;
  /** The account that cannot see it, as `NETBIOS\Name`; without it nobody can. */
  readonly from?: string;
}

/** What an account sees; `account` is its `NETBIOS\Name`. */
export function viewOf(rules: readonly HiddenRule[], account: string): View {
  const own = rules.filter(({ from }) => from === undefined || from.toLowerCase() === account.toLowerCase());
  const entries = new Set(own.filter((rule) => rule.attribute === undefined).map(({ dn }) => dnKey(dn)));
  const attributes = new Set(
    own.flatMap(({ dn, attribute }) =>
      attribute === undefined ? [] : [`${attribute.toLowerCase()} ${dnKey(dn)}`],
    ),
  );
  return {
    seesEntry: (key) => !entries.has(key),
    seesAttribute: (key, attribute) => !attributes.has(`${attribute} ${key}`),
  };
}

/**
 * The security descriptor of an entry, as an account reads it: its own, or the default of its class. The classes of
 * CN=Sites and of Exchange's configuration let authenticated users read them (`RPLCLORC`). Entries that deny hide parts
 * from this account.
 */
export function descriptorOf(
  stored: Buffer | undefined,
  entry: { readonly dn: string; readonly key: string },
  hidden: readonly HiddenRule[],
  account: { readonly name: string; readonly sid: string | undefined },
): Buffer {
  const own = stored ?? securityDescriptor(builtinSids.administrators, [ofSystem, readByAll]);
  const denials = hidden.flatMap(({ dn, attribute, from }): AccessControl[] => {
    const isOfAccount = from === undefined || from.toLowerCase() === account.name.toLowerCase();
    const about = attribute === undefined ? (parentDn(dn) ?? "") : dn;
    if (!isOfAccount || dnKey(about) !== entry.key) return [];
    const trustee = from === undefined ? authenticatedUsers : (account.sid ?? authenticatedUsers);
    const denied = { trustee, allow: false, flags: 0 };
    return attribute === undefined
      ? [{ ...denied, mask: accessRights.listChildren }]
      : [{ ...denied, mask: accessRights.readProperty, property: guidOf(attribute) }];
  });
  return denials.length === 0 ? own : withDenials(own, denials);
}

const authenticatedUsers = "S-1-5-11";

/** Local System has full control by the classes' default (MS-ADSC, defaultSecurityDescriptor of container). */
const ofSystem: AccessControl = { trustee: "S-1-5-18", allow: true, mask: accessRights.full, flags: 0 };

const readByAll: AccessControl = {
  trustee: authenticatedUsers,
  allow: true,
  mask: accessRights.read,
  flags: 0,
};

/** Stands for the attribute's schemaIDGUID, which the lab's schema does not hold. */
function guidOf(attribute: string): Buffer {
  return createHash("md5").update(attribute.toLowerCase()).digest();
}

/** SIDs of an account's token: what tokenGroups of the rootDSE shows. */
export function tokenOf(store: DirectoryStore, accountDn: string): readonly string[] {
  return [...sidsOf(store, accountDn)];
}

/** SID, as text, of an account. */
export function sidOfAccount(store: DirectoryStore, accountDn: string): string | undefined {
  return sidOf(store, accountDn);
}

/**
 * Refuses a change that Active Directory's default permissions do not allow. The schema needs Schema Admins. The
 * configuration needs Enterprise Admins, or below CN=Microsoft Exchange also Exchange Organization Administrators. A
 * domain needs its Domain Admins or Enterprise Admins. A server's own security descriptor may let Exchange Server
 * Administrators change the server and what is below it. No other delegation is simulated.
 *
 * @param dn entry to change, or parent-to-be of an entry to add
 *
 * @throws DirectoryError insufficientAccessRights
 */
export function requireWriteAccess(
  store: DirectoryStore,
  names: DirectoryNames,
  accountDn: string,
  dn: string,
): void {
  const context = store.contextOf(dn);
  const held = sidsOf(store, accountDn);
  const isIn = (sid: string | undefined): boolean => sid !== undefined && held.has(sid);
  const rootSid = domainSidOf(store, names.root);
  const enterpriseAdmins = isIn(`${rootSid}-${wellKnownRids["Enterprise Admins"]}`);
  const allowed = (): boolean => {
    switch (context?.kind) {
      case "schema":
        return isIn(`${rootSid}-${wellKnownRids["Schema Admins"]}`);
      case "configuration":
        return (
          enterpriseAdmins ||
          (isWithin(dnKey(dn), dnKey(names.exchange)) && isIn(organizationAdministratorsSid(store, names))) ||
          isDelegated(store, names, held, dn)
        );
      case "domain":
        return (
          enterpriseAdmins || isIn(`${domainSidOf(store, context.dn)}-${wellKnownRids["Domain Admins"]}`)
        );
      case undefined:
        return false;
    }
  };
  if (!allowed()) throw accessDenied();
}

/** True for an account of the administrators of its domain, who may read what is audited. */
export function mayReadAudit(store: DirectoryStore, accountDn: string): boolean {
  return sidsOf(store, accountDn).has(builtinSids.administrators);
}

/** SIDs that an account logs on with. */
function sidsOf(store: DirectoryStore, accountDn: string): ReadonlySet<string> {
  const own = sidOf(store, accountDn);
  const groups = store.tokenGroups(accountDn).map(sidToText);
  return new Set([...(own === undefined ? [] : [own]), ...groups, ...everybody]);
}

/** Everyone, and Authenticated Users. */
const everybody = ["S-1-1-0", "S-1-5-11"];

/** Whether the descriptor of the server that an object is, or lies below, lets it be changed. */
function isDelegated(
  store: DirectoryStore,
  names: DirectoryNames,
  held: ReadonlySet<string>,
  dn: string,
): boolean {
  const servers = dnKey(names.servers);
  for (let at: string | undefined = dn; at !== undefined && isWithin(dnKey(at), servers); at = parentDn(at)) {
    const [descriptor] = store.entry(at)?.values("nTSecurityDescriptor") ?? [];
    if (Buffer.isBuffer(descriptor)) {
      return grants(descriptor, held, accessRights.writeProperty | accessRights.createChild);
    }
  }
  return false;
}

function sidOf(store: DirectoryStore, dn: string): string | undefined {
  const [sid] = store.entry(dn)?.values("objectSid") ?? [];
  return Buffer.isBuffer(sid) ? sidToText(sid) : undefined;
}

function domainSidOf(store: DirectoryStore, domainHead: string): string {
  return sidOf(store, domainHead) ?? domainSid(domainHead);
}

/** The group is found as Exchange finds it, by its entry in otherWellKnownObjects, wherever it is and whatever its name. */
function organizationAdministratorsSid(store: DirectoryStore, names: DirectoryNames): string | undefined {
  const prefix = `B:32:${organizationAdministratorsGuid}:`;
  const known = store.entry(names.exchange)?.values("otherWellKnownObjects").map(String) ?? [];
  const dn = known.find((value) => value.toUpperCase().startsWith(prefix))?.slice(prefix.length);
  return dn === undefined ? undefined : sidOf(store, dn);
}
