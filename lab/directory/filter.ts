/** Search filters (RFC 4511, 4.5.1.7): read from their octets, and matched as Active Directory matches them. */

import { rulesOf, type Value } from "./attributes";
import { type BerElement, readElements, textOf } from "./ber";
import { objectClass } from "./classes";
import { dnKey } from "./dn";
import { sidToBytes } from "./sid";

export type Filter =
  | { readonly type: "and" | "or"; readonly filters: readonly Filter[] }
  | { readonly type: "not"; readonly filter: Filter }
  | { readonly type: "present"; readonly attribute: string }
  | {
      readonly type: "equal" | "greaterOrEqual" | "lessOrEqual";
      readonly attribute: string;
      readonly value: Buffer;
    }
  | {
      readonly type: "substrings";
      readonly attribute: string;
      readonly initial: string;
      readonly any: readonly string[];
      readonly final: string;
    }
  | {
      readonly type: "extensible";
      readonly rule: string;
      readonly attribute: string;
      readonly value: string;
    };

/** The filter that every entry matches. */
export const everything: Filter = { type: "present", attribute: "objectClass" };

/** Matching rules of Active Directory: all, or any, of the bits are set (MS-ADTS 3.1.1.3.4.4). */
const bitRules = { all: "1.2.840.113556.1.4.803", any: "1.2.840.113556.1.4.804" } as const;

/**
 * Reads a filter from its BER element.
 * @throws SyntaxError for a filter of an unknown form.
 */
export function readFilter(element: BerElement): Filter {
  switch (element.tag) {
    case 0xa0:
      return { type: "and", filters: readElements(element.content).map(readFilter) };
    case 0xa1:
      return { type: "or", filters: readElements(element.content).map(readFilter) };
    case 0xa2: {
      const [inner] = readElements(element.content);
      if (inner === undefined) throw new SyntaxError("a filter negates nothing");
      return { type: "not", filter: readFilter(inner) };
    }
    case 0xa3:
    case 0xa8: // approxMatch, which Active Directory treats as equality.
      return readAssertion("equal", element);
    case 0xa4:
      return readSubstrings(element);
    case 0xa5:
      return readAssertion("greaterOrEqual", element);
    case 0xa6:
      return readAssertion("lessOrEqual", element);
    case 0x87:
      return { type: "present", attribute: textOf(element) };
    case 0xa9:
      return readExtensible(element);
    default:
      throw new SyntaxError(`a filter begins with the unknown tag 0x${element.tag.toString(16)}`);
  }
}

function readAssertion(type: "equal" | "greaterOrEqual" | "lessOrEqual", { content }: BerElement): Filter {
  const [attribute, value] = readElements(content);
  if (attribute === undefined || value === undefined)
    throw new SyntaxError("a filter has no attribute or value");
  return { type, attribute: textOf(attribute), value: value.content };
}

function readSubstrings({ content }: BerElement): Filter {
  const [attribute, parts] = readElements(content);
  if (attribute === undefined || parts === undefined)
    throw new SyntaxError("a filter has no attribute or value");
  const pieces = readElements(parts.content);
  const text = (tag: number): string[] => pieces.filter((piece) => piece.tag === tag).map(textOf);
  return {
    type: "substrings",
    attribute: textOf(attribute),
    initial: text(0x80).join(""),
    any: text(0x81),
    final: text(0x82).join(""),
  };
}

function readExtensible({ content }: BerElement): Filter {
  const pieces = readElements(content);
  const text = (tag: number): string =>
    pieces
      .filter((piece) => piece.tag === tag)
      .map(textOf)
      .join("");
  return { type: "extensible", rule: text(0x81), attribute: text(0x82), value: text(0x83) };
}

/** What a filter sees of an entry: the values of an attribute, none when it is absent or may not be read. */
export type ValuesOf = (attribute: string) => readonly Value[];

/** True when the entry matches. A comparison with an attribute that is absent is false, and its negation true. */
export function matches(filter: Filter, valuesOf: ValuesOf): boolean {
  switch (filter.type) {
    case "and":
      return filter.filters.every((each) => matches(each, valuesOf));
    case "or":
      return filter.filters.some((each) => matches(each, valuesOf));
    case "not":
      return !matches(filter.filter, valuesOf);
    case "present":
      return valuesOf(filter.attribute).length > 0;
    case "equal":
      return valuesOf(filter.attribute).some((value) => equals(filter.attribute, value, filter.value));
    case "greaterOrEqual":
      return valuesOf(filter.attribute).some((value) => compare(value, filter.value) >= 0);
    case "lessOrEqual":
      return valuesOf(filter.attribute).some((value) => compare(value, filter.value) <= 0);
    case "substrings":
      return valuesOf(filter.attribute).some((value) => hasSubstrings(value, filter));
    case "extensible":
      return valuesOf(filter.attribute).some((value) => matchesBits(value, filter.rule, filter.value));
  }
}

/** Equality by the attribute's syntax: octets, distinguished name, or text without regard to case. */
export function equals(attribute: string, value: Value, assertion: Buffer): boolean {
  if (Buffer.isBuffer(value)) {
    const text = assertion.toString("latin1");
    // Active Directory also takes the text of a SID in a filter.
    return value.equals(/^S-1-\d/i.test(text) ? sidOctets(text) : assertion);
  }
  const text = assertion.toString("utf8");
  if (fold(value) === fold(text)) return true;
  if (attribute.toLowerCase() === "objectcategory" && !text.includes("=")) return isCategory(value, text);
  return rulesOf(attribute).syntax === "dn" && sameDn(value, text);
}

/** objectCategory may be given as the name of a class instead of the DN of its category. */
function isCategory(value: string, className: string): boolean {
  const category = objectClass(className)?.category;
  return category !== undefined && fold(value).startsWith(`cn=${fold(category)},`);
}

function sidOctets(text: string): Buffer {
  try {
    return sidToBytes(text);
  } catch {
    return Buffer.alloc(0);
  }
}

function sameDn(value: string, text: string): boolean {
  try {
    return dnKey(value) === dnKey(text);
  } catch {
    return false;
  }
}

function fold(text: string): string {
  return text.toLowerCase();
}

function compare(value: Value, assertion: Buffer): number {
  if (Buffer.isBuffer(value)) return Buffer.compare(value, assertion);
  const text = assertion.toString("utf8");
  const integer = /^-?\d+$/;
  if (integer.test(value) && integer.test(text)) return Number(value) - Number(text);
  return fold(value) < fold(text) ? -1 : Number(fold(value) > fold(text));
}

function hasSubstrings(value: Value, filter: Extract<Filter, { type: "substrings" }>): boolean {
  if (Buffer.isBuffer(value)) return false;
  const text = fold(value);
  if (!text.startsWith(fold(filter.initial))) return false;
  let from = filter.initial.length;
  for (const piece of filter.any) {
    const found = text.indexOf(fold(piece), from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return text.length - filter.final.length >= from && text.endsWith(fold(filter.final));
}

function matchesBits(value: Value, rule: string, assertion: string): boolean {
  if (Buffer.isBuffer(value) || !/^-?\d+$/.test(assertion) || !/^-?\d+$/.test(value)) return false;
  const bits = BigInt.asUintN(64, BigInt(value)) & BigInt.asUintN(64, BigInt(assertion));
  if (rule === bitRules.all) return bits === BigInt.asUintN(64, BigInt(assertion));
  return rule === bitRules.any && bits !== 0n;
}
