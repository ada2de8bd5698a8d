/**
 * The entries of a forest as one tree for all domain controllers: a change is at once visible on each of them. Where
 * replication to one is held back, that one has a copy of its own meanwhile.
 */
import { createHash } from "node:crypto";
import { octetsOf, type Value } from "./attributes";
import { type Attributes, changed, newAttributes, type StoredAttribute, toAttributes } from "./changes";
import { objectClass } from "./classes";
import { dnKey, isWithin, parentDn, parseDn } from "./dn";
import type { Entry, NamingContext } from "./entry";
import { attributeRefused, DirectoryError, invalidDn, noSuchObject } from "./errors";
import { type Filter, matches } from "./filter";
import { LinkIndex, linkPairs } from "./links";
import type { Change, SearchScope } from "./requests";
import { ridOf, sidToBytes, sidToText } from "./sid";

interface Node {
  readonly key: string;
  readonly dn: string;
  /** Key of the head of its partition. */
  readonly context: string;
  attributes: Attributes;
  readonly children: Set<Node>;
  readonly parent: Node | undefined;
}

/** What an account may see: whole entries (with everything below them), and attributes of an entry. */
export interface View {
  seesEntry(key: string): boolean;
  /** @param attribute name in lower case */
  seesAttribute(key: string, attribute: string): boolean;
}

/** The view of somebody who may read everything. */
export const fullView: View = { seesEntry: () => true, seesAttribute: () => true };

export interface StoreSearch {
  readonly base: string;
  readonly scope: SearchScope;
  readonly filter: Filter;
}

/** An entry as a reader sees it: with what the directory adds, without what the view hides. */
export interface SeenEntry {
  readonly dn: string;
  readonly key: string;
  /** All attributes. */
  attributes(): readonly StoredAttribute[];
  /** One attribute, whose name is compared without regard to case; undefined when it is absent or hidden. */
  attribute(name: string): StoredAttribute | undefined;
  /** Values of an attribute; none when it is absent or hidden. */
  values(name: string): readonly Value[];
}

/** RIDs that a domain gives to new principals begin above those that the lab's data uses. */
const lowestNewRid = 1000;

const principalClasses = new Set(["user", "group", "computer"]);

export class DirectoryStore {
  private readonly nodes = new Map<string, Node>();
  private readonly heads = new Map<string, NamingContext>();
  /** Who links to an entry: the source of its back links. */
  private readonly links = new LinkIndex<Node>();
  private readonly bySid = new Map<string, Node[]>();
  private readonly highestRid = new Map<string, number>();
  private readonly schemaDn: string;

  constructor(readonly contexts: readonly NamingContext[]) {
    for (const context of contexts) this.heads.set(dnKey(context.dn), context);
    this.schemaDn = contexts.find(({ kind }) => kind === "schema")?.dn ?? "";
    this.reset();
  }

  /** Puts all entries back to what they were at the start. */
  reset(): void {
    this.clear();
    for (const { entries } of this.contexts) {
      for (const entry of entries) this.load(entry);
    }
  }

  /** All entries as they are now, in a tree of their own. */
  copy(): DirectoryStore {
    const copied = new DirectoryStore(this.contexts);
    copied.clear();
    // Parents were made before their children, and attributes are replaced as a whole, never changed.
    for (const { dn, attributes } of this.nodes.values()) copied.insert(dn, new Map(attributes));
    return copied;
  }

  /** The partition that a DN lies in; undefined outside the forest. The entry itself need not exist. */
  contextOf(dn: string): NamingContext | undefined {
    return this.heads.get(this.contextKey(keyOf(dn)) ?? "");
  }

  /** An entry by DN; undefined when there is none, or when the view hides it. */
  entry(dn: string, view: View = fullView): SeenEntry | undefined {
    const node = this.nodes.get(keyOf(dn));
    return node === undefined || !sees(node, view) ? undefined : this.seen(node, view);
  }

  /** The DN of the deepest existing ancestor of a DN, itself included; empty when not even its partition exists. */
  deepest(dn: string, view: View = fullView): string {
    for (let at: string | undefined = dn; at !== undefined; at = parentDn(at)) {
      const found = this.entry(at, view);
      if (found !== undefined) return found.dn;
    }
    return "";
  }

  /** DNs of the objects with a SID: one, but for the built-in groups, which every domain has. */
  dnsOfSid(sid: Buffer): readonly string[] {
    return (this.bySid.get(sid.toString("hex")) ?? []).map(({ dn }) => dn);
  }

  /**
   * Entries below a base that match a filter, in the order in which they were made. A search stays within the partition
   * of its base.
   * @throws DirectoryError noSuchObject when the base does not exist or is hidden.
   */
  search({ base, scope, filter }: StoreSearch, view: View = fullView): SeenEntry[] {
    const node = this.nodes.get(keyOf(base));
    if (node === undefined || !sees(node, view)) throw noSuchObject(this.deepest(base, view));
    return [...inScope(node, scope, view)]
      .map((each) => this.seen(each, view))
      .filter((entry) => matches(filter, entry.values));
  }

  /**
   * SIDs of the security groups that a user or computer belongs to, nested ones and its primary group included: what
   * tokenGroups holds. Domain local groups count in the account's own domain only.
   */
  tokenGroups(dn: string): readonly Buffer[] {
    const start = this.nodes.get(keyOf(dn));
    if (start === undefined) return [];
    const groups = new Set<Node>();
    const visit = (node: Node): void => {
      for (const group of this.links.holders("member", node.key)) {
        if (groups.has(group) || !countsInToken(group, start.context)) continue;
        groups.add(group);
        visit(group);
      }
    };
    const primary = this.primaryGroup(start);
    if (primary !== undefined) {
      groups.add(primary);
      visit(primary);
    }
    visit(start);
    const sids = [...groups].flatMap((group) => group.attributes.get("objectsid")?.values ?? []);
    return sids.map(octetsOf);
  }

  /**
   * Adds an entry, and gives it what a directory gives: superclasses, a naming attribute, a SID to principals.
   * @throws DirectoryError entryAlreadyExists, noSuchObject (parent), objectClassViolation, or over an attribute.
   */
  add(dn: string, attributes: ReadonlyMap<string, readonly Value[]>): void {
    const key = keyOf(dn);
    if (this.nodes.has(key)) {
      throw new DirectoryError(
        "entryAlreadyExists",
        "00002071: UpdErr: DSID-031B0CDA, problem 6005 (ENTRY_EXISTS), data 0",
      );
    }
    const parent = this.nodes.get(keyOf(parentDn(dn) ?? ""));
    if (parent === undefined) throw noSuchObject(this.deepest(dn));
    const completed = newAttributes(attributes);
    this.checkLinks(completed);
    const node = this.insert(dn, completed);
    if (values(node, "objectClass").some((name) => principalClasses.has(String(name)))) this.assignSid(node);
  }

  /**
   * Changes an entry; either all changes are made or none.
   * @throws DirectoryError noSuchObject, or over an attribute.
   */
  modify(dn: string, changes: readonly Change[]): void {
    const node = this.nodes.get(keyOf(dn));
    if (node === undefined) throw noSuchObject(this.deepest(dn));
    const naming = parseDn(dn)[0]?.type.toLowerCase();
    if (changes.some(({ attribute }) => attribute.toLowerCase() === naming)) {
      throw attributeRefused("notAllowedOnRdn", naming ?? "");
    }
    const attributes = changes.reduce<Attributes>(changed, node.attributes);
    this.checkLinks(attributes);
    this.unlink(node);
    node.attributes = attributes;
    this.link(node);
  }

  /**
   * Removes an entry with everything below it.
   * @throws DirectoryError noSuchObject.
   */
  remove(dn: string): void {
    const node = this.nodes.get(keyOf(dn));
    if (node === undefined) throw noSuchObject(this.deepest(dn));
    for (const child of [...node.children]) this.remove(child.dn);
    for (const { forward } of linkPairs)
      for (const holder of this.links.holders(forward, node.key))
        this.modify(holder.dn, [{ operation: "delete", attribute: forward, values: [node.dn] }]);
    this.unlink(node);
    node.parent?.children.delete(node);
    this.nodes.delete(node.key);
  }

  private clear(): void {
    for (const index of [this.nodes, this.links, this.bySid, this.highestRid]) index.clear();
  }

  private load({ dn, attributes }: Entry): void {
    this.insert(dn, toAttributes(Object.entries(attributes)));
  }

  private insert(dn: string, attributes: Map<string, StoredAttribute>): Node {
    const key = keyOf(dn);
    const isHead = this.heads.has(key);
    const parent = isHead ? undefined : this.nodes.get(keyOf(parentDn(dn) ?? ""));
    const context = this.contextKey(key);
    if (context === undefined || (parent === undefined && !isHead)) throw noSuchObject(this.deepest(dn));
    const [naming] = parseDn(dn);
    if (naming !== undefined && !attributes.has(naming.type.toLowerCase())) {
      const name = naming.type.toLowerCase();
      attributes.set(name, { name, values: [naming.value] });
    }
    const node: Node = { key, dn, context, attributes, children: new Set(), parent };
    this.nodes.set(key, node);
    parent?.children.add(node);
    this.link(node);
    return node;
  }

  private contextKey(key: string): string | undefined {
    return [...this.heads.keys()]
      .filter((head) => isWithin(key, head))
      .reduce<string | undefined>(
        (deepest, head) => (deepest === undefined || head.length > deepest.length ? head : deepest),
        undefined,
      );
  }

  /** Enters a node into the indexes. */
  private link(node: Node): void {
    for (const { forward } of linkPairs)
      for (const target of values(node, forward)) this.links.add(forward, keyOf(String(target)), node);
    for (const sid of values(node, "objectSid")) {
      const octets = octetsOf(sid);
      const same = this.bySid.get(octets.toString("hex"));
      if (same === undefined) this.bySid.set(octets.toString("hex"), [node]);
      else same.push(node);
      const rid = ridOf(sidToText(octets));
      const isPrincipal = node.key !== node.context;
      if (isPrincipal && rid > (this.highestRid.get(node.context) ?? lowestNewRid)) {
        this.highestRid.set(node.context, rid);
      }
    }
  }

  /** Takes a node out of the indexes. */
  private unlink(node: Node): void {
    for (const { forward } of linkPairs)
      for (const target of values(node, forward)) this.links.remove(forward, keyOf(String(target)), node);
    for (const sid of values(node, "objectSid")) {
      const hex = octetsOf(sid).toString("hex");
      this.bySid.set(
        hex,
        (this.bySid.get(hex) ?? []).filter((each) => each !== node),
      );
    }
  }

  private assignSid(node: Node): void {
    const [domainSid] = values(this.nodes.get(node.context), "objectSid");
    if (domainSid === undefined) return;
    const rid = (this.highestRid.get(node.context) ?? lowestNewRid) + 1;
    const sid = sidToBytes(`${sidToText(octetsOf(domainSid))}-${rid}`);
    node.attributes = new Map([...node.attributes, ["objectsid", { name: "objectSid", values: [sid] }]]);
    this.link(node);
  }

  private primaryGroup(node: Node): Node | undefined {
    const [id] = values(node, "primaryGroupID");
    const [domainSid] = values(this.nodes.get(node.context), "objectSid");
    if (id === undefined || domainSid === undefined) return undefined;
    const sid = sidToBytes(`${sidToText(octetsOf(domainSid))}-${String(id)}`);
    return this.bySid.get(sid.toString("hex"))?.[0];
  }

  /** Refuses links to what does not exist. */
  private checkLinks(attributes: Attributes): void {
    const targets = linkPairs.flatMap(
      ({ forward }) => attributes.get(forward.toLowerCase())?.values.map(String) ?? [],
    );
    const missing = targets.find((target) => !this.nodes.has(keyOf(target)));
    if (missing !== undefined) throw noSuchObject(this.deepest(missing));
  }

  private seen(node: Node, view: View): SeenEntry {
    const attribute = (name: string): StoredAttribute | undefined => {
      const key = name.toLowerCase();
      if (!view.seesAttribute(node.key, key)) return undefined;
      return node.attributes.get(key) ?? this.added(node, key);
    };
    return {
      dn: node.dn,
      key: node.key,
      attribute,
      values: (name) => attribute(name)?.values ?? [],
      attributes: () =>
        [...node.attributes.keys(), ...addedAttributes].flatMap((name) => attribute(name) ?? []),
    };
  }

  /** What every object has without anybody setting it, by name in lower case. */
  private added(node: Node, name: string): StoredAttribute | undefined {
    switch (name) {
      case "distinguishedname":
        return { name: "distinguishedName", values: [node.dn] };
      case "name":
        return {
          name: "name",
          values: parseDn(node.dn)
            .slice(0, 1)
            .map(({ value }) => value),
        };
      case "objectguid":
        return { name: "objectGUID", values: [objectGuid(node.key)] };
      case "objectcategory": {
        const category = objectClass(String(values(node, "objectClass").at(-1)))?.category;
        return category === undefined
          ? undefined
          : { name: "objectCategory", values: [`CN=${category},${this.schemaDn}`] };
      }
      default: {
        const pair = linkPairs.find(({ back }) => back.toLowerCase() === name);
        const holders = pair === undefined ? [] : this.links.holders(pair.forward, node.key);
        return pair === undefined || holders.length === 0
          ? undefined
          : { name: pair.back, values: holders.map(({ dn }) => dn) };
      }
    }
  }
}

/** Names, in lower case, of what {@link DirectoryStore} adds to objects. */
const addedAttributes = [
  "distinguishedname",
  "name",
  "objectguid",
  "objectcategory",
  ...linkPairs.map(({ back }) => back.toLowerCase()),
];

/** A key of a DN that came from outside. */
function keyOf(dn: string): string {
  try {
    return dnKey(dn);
  } catch {
    throw invalidDn(dn);
  }
}

function values(node: Node | undefined, attribute: string): readonly Value[] {
  return node?.attributes.get(attribute.toLowerCase())?.values ?? [];
}

function objectGuid(key: string): Buffer {
  return createHash("sha256").update(`object ${key}`).digest().subarray(0, 16);
}

function sees(node: Node, view: View): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = at.parent) {
    if (!view.seesEntry(at.key)) return false;
  }
  return true;
}

function* inScope(node: Node, scope: SearchScope, view: View): Generator<Node> {
  if (scope !== "one") yield node;
  if (scope === "base") return;
  for (const child of node.children) {
    if (!view.seesEntry(child.key)) continue;
    if (scope === "one") yield child;
    else yield* inScope(child, "sub", view);
  }
}

/** groupType bits (MS-ADTS 2.2.12): domain local, and security-enabled as the sign. */
function countsInToken(group: Node, accountContext: string): boolean {
  const type = Number(values(group, "groupType")[0] ?? 0);
  const isDomainLocal = (type & 4) !== 0;
  return type < 0 && (!isDomainLocal || group.context === accountContext);
}
