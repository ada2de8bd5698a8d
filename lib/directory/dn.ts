/** Distinguished names, as far as Active Directory uses them (RFC 4514 strings, one value per RDN). */

/** One component of a distinguished name, unescaped. */
export interface Rdn {
  readonly type: string;
  readonly value: string;
}

/** Components of a distinguished name, the object's own first. `\,` and `\2C` escapes are resolved. */
export function parseDn(dn: string): readonly Rdn[] {
  return splitUnescaped(dn).map((component) => {
    const at = component.indexOf("=");
    return { type: component.slice(0, at).trim(), value: unescapeValue(component.slice(at + 1)) };
  });
}

/** Value of the object's own component: `DC1` of `CN=DC1,CN=Servers,…`; empty for an empty name. */
export function nameOf(dn: string): string {
  return parseDn(dn)[0]?.value ?? "";
}

/** A key that is equal for two spellings of the same name (letter case, escapes, blanks after commas). */
export function dnKey(dn: string): string {
  return keyOf(parseDn(dn));
}

/** {@link dnKey} of the object above. */
export function parentKey(dn: string): string {
  return keyOf(parseDn(dn).slice(1));
}

/** The name of the object so many levels above; the name itself for 0. */
export function ancestor(dn: string, levels: number): string {
  return splitUnescaped(dn).slice(levels).map(trimmed).join(",");
}

/** DN of the object above, as it was written. */
export function parentDn(dn: string): string {
  return ancestor(dn, 1);
}

/** A name for messages: the line feed of a conflict copy or a deleted object, and other control characters, as a blank. */
export function printable(name: string): string {
  return name.replace(/\p{Cc}+/gu, " ");
}

/** DNS name, in lower case, of the domain that a name lies in: the DC components from the end. */
export function dnsNameOf(dn: string): string {
  return parseDn(dn)
    .filter((rdn) => rdn.type.toUpperCase() === "DC")
    .map((rdn) => rdn.value.toLowerCase())
    .join(".");
}

/** Name of the site that an object under CN=Sites,CN=Configuration lies in; null when it lies in none. */
export function siteOf(dn: string): string | null {
  const rdns = parseDn(dn);
  const isCn = (rdn: Rdn | undefined, value: string): boolean =>
    rdn?.type.toUpperCase() === "CN" && rdn.value.toLowerCase() === value;
  const sites = rdns.findIndex((rdn, at) => isCn(rdn, "sites") && isCn(rdns[at + 1], "configuration"));
  const name = rdns[sites - 1]?.value;
  return sites > 0 && name !== undefined ? printable(name) : null;
}

/** The suffix that replication adds to the name of one of two objects that were created with the same name. */
const conflictMark = /\nCNF:[\s\S]*$/i;

/** Whether the object, or a container of it, is a copy from a replication conflict ([MS-ADTS] 3.1.1.1.6). */
export function isConflictCopy(dn: string): boolean {
  return parseDn(dn).some((rdn) => conflictMark.test(rdn.value));
}

/** A name without the suffix of a replication conflict. */
export function withoutConflict(name: string): string {
  return name.replace(conflictMark, "");
}

/** A distinguished name as messages show it: in one line, its control characters escaped as the directory does. */
export function shownDn(dn: string): string {
  return dn.replace(/\p{Cc}/gu, (found) =>
    Buffer.from(found).toString("hex").toUpperCase().replace(/../g, "\\$&"),
  );
}

/** Whether a name is that of a deleted object: Active Directory appends LF and `DEL:` with a GUID. */
export function isDeleted(dn: string): boolean {
  return parseDn(dn).some((rdn) => /\nDEL:/i.test(rdn.value));
}

function keyOf(rdns: readonly Rdn[]): string {
  return JSON.stringify(rdns.map((rdn) => `${rdn.type}=${rdn.value}`.toLowerCase()));
}

function splitUnescaped(dn: string): readonly string[] {
  return dn.match(/(?:\\[\s\S]|[^,\\])+/g) ?? [];
}

/** Blanks around a value do not count, unless they are escaped. */
function unescapeValue(value: string): string {
  return trimmed(value).replace(
    /(?:\\[0-9a-f]{2})+|\\([\s\S])/gi,
    (escaped, character: string | undefined) =>
      character === undefined ? Buffer.from(escaped.replaceAll("\\", ""), "hex").toString("utf8") : character,
  );
}

/** Removes the spaces around it, except an escaped one. */
function trimmed(value: string): string {
  let from = 0;
  while (value[from] === " ") from++;
  let to = value.length;
  while (to > from && value[to - 1] === " ") to--;
  let backslashes = 0;
  while (value[to - 1 - backslashes] === "\\") backslashes++;
  return value.slice(from, backslashes % 2 === 1 ? to + 1 : to);
}

/** Compares objects by their DN, independently of this computer's language. */
export function byDn(a: { readonly dn: string }, b: { readonly dn: string }): number {
  return a.dn < b.dn ? -1 : Number(a.dn > b.dn);
}
