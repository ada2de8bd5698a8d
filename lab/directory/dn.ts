/** Distinguished names (RFC 4514) as Active Directory compares them: without regard to case and spacing. */

/** One name of a DN: `CN=Sites` is `{ type: "CN", value: "Sites" }`, the value without escapes. */
export interface Rdn {
  readonly type: string;
  readonly value: string;
}

/** `contoso.com` to `DC=contoso,DC=com`. */
export function domainDn(domain: string): string {
  return domain
    .split(".")
    .map((label) => `DC=${label}`)
    .join(",");
}

/** `DC=emea,DC=contoso,DC=com` to `emea.contoso.com`; undefined unless the DN ends in DC names. */
export function domainOfDn(dn: string): string | undefined {
  const labels = parseDn(dn).filter(({ type }) => type.toUpperCase() === "DC");
  return labels.length === 0 ? undefined : labels.map(({ value }) => value.toLowerCase()).join(".");
}

/** Writes one name with the escapes that its value needs. */
export function rdn(type: string, value: string): string {
  const escaped = value
    .replace(/[",;+<>\\]/g, "\\$&")
    .replace(/^[ #]| $/g, "\\$&")
    // What a replication conflict puts into a name.
    .replaceAll("\n", "\\0A");
  return `${type}=${escaped}`;
}

/** A DN below `parent` whose first name is CN. */
export function childDn(name: string, parent: string): string {
  return `${rdn("CN", name)},${parent}`;
}

/** Splits a DN at its unescaped commas, as written. */
function split(dn: string): string[] {
  const names: string[] = [];
  let start = 0;
  for (let index = 0; index < dn.length; index++) {
    if (dn[index] === "\\") index++;
    else if (dn[index] === ",") {
      names.push(dn.slice(start, index));
      start = index + 1;
    }
  }
  if (dn.trim() !== "") names.push(dn.slice(start));
  return names;
}

/** Undoes the escapes of a value: `\,` and the hexadecimal `\2C`, whose octets are UTF-8. */
function withoutEscapes(value: string): string {
  return value.replace(/(?:\\[0-9a-fA-F]{2})+|\\(.)/gs, (match, character: string | undefined) =>
    character === undefined ? Buffer.from(match.replaceAll("\\", ""), "hex").toString("utf8") : character,
  );
}

/** Removes the spaces around a value, but not one that is escaped. */
function trimValue(value: string): string {
  const trimmed = value.replace(/^ +| +$/g, "");
  const endsInEscape = /(?<!\\)(?:\\\\)*\\$/.test(trimmed);
  return endsInEscape && value.endsWith(" ") ? `${trimmed} ` : trimmed;
}

/**
 * Takes a DN apart, the object's own name first. The empty DN (the rootDSE) has no names.
 * @throws SyntaxError when a name has no type or no value.
 */
export function parseDn(dn: string): Rdn[] {
  return split(dn).map((name) => {
    const equals = name.indexOf("=");
    const type = name.slice(0, Math.max(equals, 0)).trim();
    const value = withoutEscapes(trimValue(name.slice(equals + 1)));
    if (!/^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)$/.test(type) || value === "") {
      throw new SyntaxError(`"${dn}" is not a distinguished name`);
    }
    return { type, value };
  });
}

/** The form in which two spellings of the same DN are equal; for look-ups only. */
export function dnKey(dn: string): string {
  return parseDn(dn)
    .map(({ type, value }) => rdn(type, value).toLowerCase())
    .join(",");
}

/** The DN of the parent as written; undefined for a DN of one name. */
export function parentDn(dn: string): string | undefined {
  const [first, ...rest] = split(dn);
  return first === undefined || rest.length === 0 ? undefined : rest.join(",").trimStart();
}

/** True when the key is `ancestor` itself or below it. Both are {@link dnKey}s. */
export function isWithin(key: string, ancestor: string): boolean {
  return key === ancestor || ancestor === "" || key.endsWith(`,${ancestor}`);
}
