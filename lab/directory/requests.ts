/**
 * Requests, read from the wire. ldapjs is not used for them: it turns filters and values into text and back, which does
 * not keep every SID whole, and takes names for DNs, which `DOMAIN\user` and Active Directory's `<SID=…>` are not.
 */

import { decodeValue, type Value } from "./attributes";
import { integerOf, readElements, textOf } from "./ber";
import { type Filter, readFilter } from "./filter";

/** Tags of the operations (RFC 4511, 4.2 and after). */
export const operationTags = {
  unbind: 0x42,
  delete: 0x4a,
  abandon: 0x50,
  bind: 0x60,
  search: 0x63,
  modify: 0x66,
  add: 0x68,
  modifyDn: 0x6c,
  compare: 0x6e,
  extended: 0x77,
} as const;

export interface LdapControl {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer | undefined;
}

/** One LDAP message, its operation not yet read. */
export interface LdapEnvelope {
  readonly id: number;
  /** Tag of the operation, e.g. 0x63 for a search. */
  readonly tag: number;
  readonly operation: Buffer;
  readonly controls: readonly LdapControl[];
}

export interface BindRequest {
  /** A DN, `user@domain`, `DOMAIN\user`, or empty. */
  readonly name: string;
  /** The password of a simple bind; undefined for SASL. */
  readonly password: string | undefined;
}

export type SearchScope = "base" | "one" | "sub";

export interface SearchRequest {
  readonly base: string;
  readonly scope: SearchScope;
  /** The client's own limit; 0 for none. */
  readonly sizeLimit: number;
  readonly typesOnly: boolean;
  readonly filter: Filter;
  /** Names as the client wrote them; empty for all. */
  readonly attributes: readonly string[];
}

export interface Change {
  readonly operation: "add" | "delete" | "replace";
  readonly attribute: string;
  readonly values: readonly Value[];
}

export interface ModifyRequest {
  readonly dn: string;
  readonly changes: readonly Change[];
}

export interface AddRequest {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly Value[]>;
}

/** Asks for a result in pages (RFC 2696). */
export interface PageRequest {
  readonly size: number;
  readonly cookie: Buffer;
}

/** Thrown for octets that are not the LDAP message they claim to be. */
function malformed(what: string): SyntaxError {
  return new SyntaxError(`the ${what} is malformed`);
}

/** Reads a whole message, from the content of its outermost sequence. */
export function readEnvelope(content: Buffer): LdapEnvelope {
  const [id, operation, controls] = readElements(content);
  if (id === undefined || operation === undefined) throw malformed("message");
  return {
    id: integerOf(id),
    tag: operation.tag,
    operation: operation.content,
    controls:
      controls?.tag === 0xa0 ? readElements(controls.content).map((each) => readControl(each.content)) : [],
  };
}

function readControl(content: Buffer): LdapControl {
  const [oid, ...rest] = readElements(content);
  if (oid === undefined) throw malformed("control");
  return {
    oid: textOf(oid),
    critical: rest.find(({ tag }) => tag === 0x01)?.content[0] === 0xff,
    value: rest.find(({ tag }) => tag === 0x04)?.content,
  };
}

/** Reads the value of a paged results control. */
export function readPageRequest(value: Buffer | undefined): PageRequest {
  const [sequence] = readElements(value ?? Buffer.alloc(0));
  const [size, cookie] = sequence === undefined ? [] : readElements(sequence.content);
  if (size === undefined || cookie === undefined) throw malformed("paged results control");
  return { size: integerOf(size), cookie: cookie.content };
}

/**
 * Reads the value of LDAP_SERVER_SD_FLAGS_OID: the parts of a security descriptor that are wanted.
 * @throws SyntaxError for anything but a sequence of one integer.
 */
export function readDescriptorParts(value: Buffer | undefined): number {
  const [sequence] = readElements(value ?? Buffer.alloc(0));
  const [flags] = sequence === undefined ? [] : readElements(sequence.content);
  if (flags === undefined) throw malformed("security descriptor flags control");
  return integerOf(flags);
}

export function readBind(operation: Buffer): BindRequest {
  const [, name, authentication] = readElements(operation);
  if (name === undefined || authentication === undefined) throw malformed("bind request");
  return { name: textOf(name), password: authentication.tag === 0x80 ? textOf(authentication) : undefined };
}

/** The OID of an extended operation. */
export function readExtended(operation: Buffer): string {
  const [name] = readElements(operation);
  if (name === undefined) throw malformed("extended request");
  return textOf(name);
}

const scopes: readonly SearchScope[] = ["base", "one", "sub"];

export function readSearch(operation: Buffer): SearchRequest {
  const [base, scopeCode, , sizeLimit, , typesOnly, filter, attributes] = readElements(operation);
  if (base === undefined || scopeCode === undefined || sizeLimit === undefined || typesOnly === undefined) {
    throw malformed("search request");
  }
  const scope = scopes[integerOf(scopeCode)];
  if (scope === undefined || filter === undefined || attributes === undefined)
    throw malformed("search request");
  return {
    base: textOf(base),
    scope,
    sizeLimit: integerOf(sizeLimit),
    typesOnly: typesOnly.content[0] !== 0,
    filter: readFilter(filter),
    attributes: readElements(attributes.content).map(textOf),
  };
}

function readAttribute(content: Buffer): { attribute: string; values: Value[] } {
  const [name, set] = readElements(content);
  if (name === undefined || set === undefined) throw malformed("attribute");
  const attribute = textOf(name).replace(/;binary$/i, "");
  return {
    attribute,
    values: readElements(set.content).map((value) => decodeValue(attribute, value.content)),
  };
}

const changeOperations: readonly Change["operation"][] = ["add", "delete", "replace"];

export function readModify(operation: Buffer): ModifyRequest {
  const [dn, changes] = readElements(operation);
  if (dn === undefined || changes === undefined) throw malformed("modify request");
  return {
    dn: textOf(dn),
    changes: readElements(changes.content).map((change) => {
      const [code, attribute] = readElements(change.content);
      const kind = code === undefined ? undefined : changeOperations[integerOf(code)];
      if (kind === undefined || attribute === undefined) throw malformed("modify request");
      return { operation: kind, ...readAttribute(attribute.content) };
    }),
  };
}

export function readAdd(operation: Buffer): AddRequest {
  const [dn, attributes] = readElements(operation);
  if (dn === undefined || attributes === undefined) throw malformed("add request");
  const read = readElements(attributes.content).map(({ content }) => readAttribute(content));
  return { dn: textOf(dn), attributes: new Map(read.map(({ attribute, values }) => [attribute, values])) };
}
