/** One domain controller: what it answers, without sockets and encodings. */

import { randomBytes } from "node:crypto";
import type { Organization } from "../organization";
import {
  descriptorOf,
  type HiddenRule,
  mayReadAudit,
  requireWriteAccess,
  sidOfAccount,
  tokenOf,
  viewOf,
} from "./access";
import type { Value } from "./attributes";
import type { StoredAttribute } from "./changes";
import { dnKey, domainOfDn, parentDn } from "./dn";
import type { NamingContext } from "./entry";
import {
  bindRequired,
  encryptionRequired,
  invalidCredentials,
  noSuchObject,
  notSchemaMaster,
  referral,
  referralUrl,
  refused,
} from "./errors";
import { matches } from "./filter";
import type { DirectoryNames } from "./names";
import type { AddRequest, ModifyRequest, PageRequest, SearchRequest } from "./requests";
import { rootDse } from "./root-dse";
import { descriptorParts, selectParts } from "./security-descriptor";
import { sidToBytes } from "./sid";
import type { DirectoryStore, SeenEntry, View } from "./store";

/** What all domain controllers of the forest share. */
export interface Forest {
  readonly organization: Organization;
  readonly names: DirectoryNames;
  readonly store: DirectoryStore;
  readonly hidden: readonly HiddenRule[];
  /** Most entries in one answer: MaxPageSize of the LDAP policy. */
  readonly maxPageSize: number;
  /** Accounts that may log on, by the key of their DN. */
  readonly accounts: ReadonlyMap<string, LogonAccount>;
}

export interface LogonAccount {
  readonly dn: string;
  /** `NETBIOS\sAMAccountName`. */
  readonly name: string;
  readonly userPrincipalName: string;
  readonly password: string;
}

/** One connection's state. A connection begins anonymous. */
export interface Session {
  /** True on LDAPS and after StartTLS. */
  encrypted: boolean;
  account: LogonAccount | undefined;
  /** Rests of paged searches, by cookie in hexadecimal. */
  readonly pages: Map<string, Answer>;
}

/** A session of a new connection. */
export function newSession(encrypted: boolean): Session {
  return { encrypted, account: undefined, pages: new Map() };
}

export interface AnswerEntry {
  readonly dn: string;
  readonly attributes: readonly StoredAttribute[];
}

interface Answer {
  readonly entries: readonly AnswerEntry[];
  /** URLs of partitions below the base that are to be searched elsewhere. */
  readonly references: readonly string[];
  /** True when an empty page was sent before the one to come. */
  readonly delayed?: boolean;
}

export interface SearchAnswer extends Answer {
  /** True when entries were left out because the answer may not be larger. */
  readonly truncated: boolean;
  /** For a paged search: the cookie of the next page, empty after the last. */
  readonly cookie: Buffer | undefined;
}

/** What a client asks for beside the search itself. */
export interface SearchControls {
  readonly page?: PageRequest | undefined;
  /** True to send an empty page before each page. */
  readonly emptyPages?: boolean;
  /** True to leave out references to other partitions (LDAP_SERVER_DOMAIN_SCOPE_OID). */
  readonly searchesHere?: boolean;
  /** Parts of security descriptors that are wanted (LDAP_SERVER_SD_FLAGS_OID). */
  readonly descriptorParts?: number | undefined;
}

export class DomainController {
  /** What this domain controller holds while nothing is replicated to it. */
  private held: DirectoryStore | undefined;

  constructor(
    private readonly shared: Forest,
    readonly fqdn: string,
    readonly domain: string,
    readonly site: string,
  ) {}

  private get forest(): Forest {
    return this.held === undefined ? this.shared : { ...this.shared, store: this.held };
  }

  /** From now on nothing is replicated to this domain controller; what is written here still goes to the others. */
  hold(): void {
    this.held ??= this.shared.store.copy();
  }

  /** Replicates everything that was held back, and goes on doing so. */
  release(): void {
    this.held = undefined;
  }

  /**
   * Logs a connection on: by DN, `user@domain` or `DOMAIN\user`. As in Active Directory, an empty password makes the
   * connection anonymous and succeeds.
   * @throws DirectoryError invalidCredentials, or strongerAuthRequired without TLS.
   */
  bind(session: Session, name: string, password: string): void {
    session.account = undefined;
    session.pages.clear();
    if (name === "" || password === "") return;
    if (!session.encrypted) throw encryptionRequired();
    const account = this.findAccount(name);
    if (account === undefined || account.password !== password) throw invalidCredentials();
    session.account = account;
  }

  /**
   * Answers a search.
   * @throws DirectoryError operationsError without a logon, noSuchObject, referral, or invalidDnSyntax.
   */
  search(session: Session, request: SearchRequest, controls: SearchControls = {}): SearchAnswer {
    const { page } = controls;
    const answer = this.restOf(session, page) ?? this.collect(session, request, controls);
    if (page !== undefined && controls.emptyPages === true && answer.delayed !== true)
      return { ...nothing, cookie: keepRest(session, { ...answer, delayed: true }) };
    if (page !== undefined) return this.page(session, answer, page);
    const { maxPageSize } = this.forest;
    const limit = request.sizeLimit === 0 ? maxPageSize : Math.min(request.sizeLimit, maxPageSize);
    return {
      entries: answer.entries.slice(0, limit),
      references: answer.references,
      truncated: answer.entries.length > limit,
      cookie: undefined,
    };
  }

  /**
   * Changes an entry. On the rootDSE only schemaUpdateNow can be written.
   * @throws DirectoryError operationsError without a logon, insufficientAccessRights, unwillingToPerform (schema, on a
   *   domain controller that is not schema master), referral, or what the store refuses.
   */
  modify(session: Session, { dn, changes }: ModifyRequest): void {
    if (dn === "") {
      const onlyUpdate = changes.every(({ attribute }) => attribute.toLowerCase() === "schemaupdatenow");
      if (!onlyUpdate) throw refused("unwillingToPerform", "no such operation of the rootDSE in the lab");
      this.requireWrite(session, this.forest.names.schema);
      return;
    }
    this.requireWrite(session, dn);
    this.held?.modify(dn, changes);
    this.shared.store.modify(dn, changes);
  }

  /**
   * Adds an entry.
   * @throws DirectoryError as {@link modify}.
   */
  add(session: Session, { dn, attributes }: AddRequest): void {
    this.requireWrite(session, dn, parentDn(dn));
    this.held?.add(dn, attributes);
    this.shared.store.add(dn, attributes);
  }

  private findAccount(name: string): LogonAccount | undefined {
    const accounts = [...this.forest.accounts.values()];
    const folded = name.toLowerCase();
    if (name.includes("=")) {
      const held = this.holds(this.forest.store.contextOf(name));
      return held ? this.forest.accounts.get(dnKey(name)) : undefined;
    }
    return accounts.find(
      (account) =>
        account.name.toLowerCase() === folded || account.userPrincipalName.toLowerCase() === folded,
    );
  }

  /** True for the partitions that this domain controller has a copy of. */
  private holds(context: NamingContext | undefined): boolean {
    return context !== undefined && (context.kind !== "domain" || context.dnsRoot === this.domain);
  }

  /** The DN that a base stands for: a DN, or `<SID=…>` with the SID as text or as hexadecimal octets. */
  private baseDn(base: string): string {
    const sid = /^<SID=(.+)>$/i.exec(base)?.[1];
    if (sid === undefined) return base;
    const octets = /^S-/i.test(sid) ? sidToBytes(sid) : Buffer.from(sid, "hex");
    const { store } = this.forest;
    const dn = store.dnsOfSid(octets).find((each) => this.holds(store.contextOf(each)));
    if (dn === undefined) throw noSuchObject("");
    return dn;
  }

  /** Refuses names that this domain controller does not hold, with a referral where there is somebody to ask. */
  private requireHeld(dn: string): void {
    const context = this.forest.store.contextOf(dn);
    if (this.holds(context)) return;
    const host = context?.dnsRoot ?? domainOfDn(dn);
    throw host === undefined ? noSuchObject("") : referral(host, dn);
  }

  private requireWrite(session: Session, dn: string, accessTo: string | undefined = dn): void {
    const { account } = session;
    if (account === undefined) throw bindRequired();
    this.requireHeld(dn);
    const { store, names, hidden } = this.forest;
    // What is not there is not there for everybody, before anybody's rights are looked at.
    const view = viewOf(hidden, account.name);
    if (store.entry(accessTo, view) === undefined) throw noSuchObject(store.deepest(accessTo, view));
    requireWriteAccess(store, names, account.dn, accessTo);
    if (store.contextOf(dn)?.kind === "schema" && !this.isSchemaMaster()) throw notSchemaMaster();
  }

  private isSchemaMaster(): boolean {
    const { store, names } = this.forest;
    const [owner] = store.entry(names.schema)?.values("fSMORoleOwner") ?? [];
    const own = names.settings({ name: this.fqdn, site: this.site });
    return typeof owner === "string" && dnKey(owner) === dnKey(own);
  }

  private collect(session: Session, request: SearchRequest, controls: SearchControls): Answer {
    const { account } = session;
    if (request.base === "" && request.scope === "base") return this.readRootDse(request, account);
    if (account === undefined) throw bindRequired();
    const base = this.baseDn(request.base);
    this.requireHeld(base);
    const { store, hidden } = this.forest;
    const view = viewOf(hidden, account.name);
    const found = store.search({ base, scope: request.scope, filter: request.filter }, view);
    const descriptors = new DescriptorAnswer(controls.descriptorParts, () => mayReadAudit(store, account.dn));
    return {
      entries: found.map((entry) => ({
        dn: entry.dn,
        attributes: this.select(entry, request, view, descriptors, account),
      })),
      references: request.scope === "base" || controls.searchesHere ? [] : this.references(base),
    };
  }

  private readRootDse(request: SearchRequest, account: LogonAccount | undefined): Answer {
    const { organization, names, store } = this.forest;
    const asksToken = request.attributes.map(plainName).includes("tokengroups");
    const token = account === undefined || !asksToken ? [] : tokenOf(store, account.dn).map(sidToBytes);
    const all = [...rootDse(organization, names, this), { name: "tokenGroups", values: token }];
    const valuesOf = (attribute: string): readonly Value[] => {
      const key = attribute.toLowerCase();
      // The rootDSE has no class, but everybody asks for it with a filter on objectClass.
      return key === "objectclass"
        ? ["top"]
        : (all.find(({ name }) => name.toLowerCase() === key)?.values ?? []);
    };
    if (!matches(request.filter, valuesOf)) return { entries: [], references: [] };
    const asked = new Set(request.attributes.map(plainName));
    const wanted = all.filter(
      ({ name }) => asked.size === 0 || asked.has("*") || asked.has(name.toLowerCase()),
    );
    return { entries: [{ dn: "", attributes: answered(wanted, request) }], references: [] };
  }

  /** The attributes of an entry that a request asks for: by name, all for `*` or an empty list, none for `1.1`. */
  private select(
    entry: SeenEntry,
    request: SearchRequest,
    view: View,
    descriptors: DescriptorAnswer,
    account: LogonAccount,
  ): readonly StoredAttribute[] {
    const names = new Set(request.attributes.map(plainName));
    const own =
      names.size === 0 || names.has("*")
        ? [...entry.attributes()]
        : [...names].flatMap((name) => entry.attribute(name) ?? []);
    const all = descriptors.isAsked(names) ? this.withDescriptor(own, entry, view, account) : own;
    const wanted = all.flatMap((attribute) => descriptors.answer(attribute, names) ?? []);
    const hasToken = names.has("tokengroups") && request.scope === "base";
    if (hasToken && view.seesAttribute(entry.key, "tokengroups")) {
      wanted.push({ name: "tokenGroups", values: this.forest.store.tokenGroups(entry.dn) });
    }
    return answered(wanted, request);
  }

  private withDescriptor(
    attributes: readonly StoredAttribute[],
    { dn, key }: SeenEntry,
    view: View,
    account: LogonAccount,
  ): readonly StoredAttribute[] {
    const name = "nTSecurityDescriptor";
    if (!view.seesAttribute(key, name.toLowerCase())) return attributes;
    const { store, hidden } = this.forest;
    const [stored] = store.entry(dn)?.values(name) ?? [];
    const who = { name: account.name, sid: sidOfAccount(store, account.dn) };
    const value = descriptorOf(Buffer.isBuffer(stored) ? stored : undefined, { dn, key }, hidden, who);
    return [
      ...attributes.filter((each) => each.name.toLowerCase() !== name.toLowerCase()),
      { name, values: [value] },
    ];
  }

  /** Partitions directly or indirectly below a base, for the client to search where they are held. */
  private references(base: string): string[] {
    const { store } = this.forest;
    const own = store.contextOf(base);
    const key = dnKey(base);
    return store.contexts
      .filter((context) => context !== own && dnKey(context.dn).endsWith(`,${key}`))
      .filter((context) => store.contextOf(parentDn(context.dn) ?? "") === own)
      .map((context) => referralUrl(context.dnsRoot, context.dn));
  }

  private restOf(session: Session, page: PageRequest | undefined): Answer | undefined {
    if (page === undefined || page.cookie.length === 0) return undefined;
    const key = page.cookie.toString("hex");
    const rest = session.pages.get(key);
    if (rest === undefined) throw refused("unavailableCriticalExtension", "Error processing control");
    session.pages.delete(key);
    return rest;
  }

  private page(session: Session, answer: Answer, page: PageRequest): SearchAnswer {
    const size = Math.min(page.size, this.forest.maxPageSize);
    const entries = answer.entries.slice(0, size);
    const isLast = entries.length === answer.entries.length;
    // A page of no entries is how a client gives up the rest.
    if (isLast || size <= 0) {
      return {
        entries,
        references: answer.references,
        truncated: false,
        cookie: Buffer.alloc(0),
      };
    }
    const rest = { entries: answer.entries.slice(size), references: answer.references };
    return { ...nothing, entries, cookie: keepRest(session, rest) };
  }
}

const nothing = { entries: [], references: [], truncated: false };

/** @returns the cookie by which the client gets it */
function keepRest(session: Session, rest: Answer): Buffer {
  const cookie = randomBytes(16);
  session.pages.set(cookie.toString("hex"), rest);
  return cookie;
}

/**
 * How security descriptors are answered: when asked for by name, or with the control, which says what parts. Without
 * it all parts are meant, and whoever may not read the audit entries then gets nothing (MS-ADTS 3.1.1.3.4.1.11).
 */
class DescriptorAnswer {
  private mayRead: boolean | undefined;

  constructor(
    private readonly parts: number | undefined,
    private readonly mayReadAudit: () => boolean,
  ) {}

  /** Whether the descriptor is asked for. @param names asked for, in lower case */
  isAsked(names: ReadonlySet<string>): boolean {
    const all = names.size === 0 || names.has("*");
    return names.has("ntsecuritydescriptor") || (all && this.parts !== undefined);
  }

  /** The attribute as it is answered; undefined to leave it out. @param names asked for, in lower case */
  answer(attribute: StoredAttribute, names: ReadonlySet<string>): StoredAttribute | undefined {
    const name = attribute.name.toLowerCase();
    if (name !== "ntsecuritydescriptor") return attribute;
    if (this.parts === undefined && !names.has(name)) return undefined;
    const flags = this.parts ?? Object.values(descriptorParts).reduce((all, flag) => all | flag, 0);
    this.mayRead ??= (flags & descriptorParts.sacl) === 0 || this.mayReadAudit();
    if (!this.mayRead) return undefined;
    return {
      name: attribute.name,
      values: attribute.values.map((value) => (Buffer.isBuffer(value) ? selectParts(value, flags) : value)),
    };
  }
}

/** Name of an attribute without the ";binary" that Active Directory accepts, in lower case. */
function plainName(requested: string): string {
  return requested.replace(/;binary$/i, "").toLowerCase();
}

/** Attributes as they are answered: none without values, and names alone when only types were asked for. */
function answered(
  attributes: readonly StoredAttribute[],
  { typesOnly }: SearchRequest,
): readonly StoredAttribute[] {
  const existing = attributes.filter(({ values }) => values.length > 0);
  return typesOnly ? existing.map(({ name }) => ({ name, values: [] })) : existing;
}
