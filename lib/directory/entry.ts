/**
 * Attributes of an LDAP entry. For a requested attribute that is missing, ldapts gives `[]`, whether it is absent or
 * hidden from this account. LDAP does not tell the two apart, so the caller decides by what Active Directory would
 * always show.
 */
import type { Entry } from "ldapts";

/** All values as text, in the server's order; empty when the attribute did not come. */
export function texts(entry: Entry, attribute: string): readonly string[] {
  return values(entry, attribute).map((value) => (Buffer.isBuffer(value) ? value.toString("utf8") : value));
}

/** First value as text; null when the attribute did not come. */
export function text(entry: Entry, attribute: string): string | null {
  return texts(entry, attribute)[0] ?? null;
}

/** First value as a decimal integer; null when the attribute did not come or is not one. */
export function integer(entry: Entry, attribute: string): number | null {
  const value = text(entry, attribute);
  return value !== null && /^-?\d+$/.test(value) ? Number(value) : null;
}

/** First value of generalized time (`20190301100000.0Z`) as ISO 8601; null when the attribute did not come or is none. */
export function time(entry: Entry, attribute: string): string | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text(entry, attribute) ?? "");
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/** All values as bytes. The attribute must have been asked for as binary, or text has already been lost. */
export function octets(entry: Entry, attribute: string): readonly Buffer[] {
  return values(entry, attribute).map((value) =>
    Buffer.isBuffer(value) ? value : Buffer.from(value, "utf8"),
  );
}

/** Whether the object is of a class, itself or by inheritance. */
export function hasClass(entry: Entry, name: string): boolean {
  return texts(entry, "objectClass").some((value) => value.toLowerCase() === name.toLowerCase());
}

function values(entry: Entry, attribute: string): readonly (string | Buffer)[] {
  const wanted = attribute.toLowerCase();
  const found = Object.entries(entry).filter(([name]) => name.toLowerCase() === wanted && name !== "dn");
  return found.flatMap(([, value]) => value);
}
