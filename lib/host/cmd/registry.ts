/**
 * Parser of what reg.exe prints for `reg query`.
 *
 * Windows Server 2003 prints a version line first and puts tabs around the type; later releases put four spaces
 * there. The name of the default value and closing lines are localised, so neither decides anything.
 */
import { linesOf, withoutEnd } from "../transport/decode";

/** A value of a registry key. */
export interface RegistryValue {
  /** As printed; the default value is `<NO NAME>` or a localised word in parentheses. */
  readonly name: string;
  /** REG_SZ, REG_DWORD … */
  readonly type: string;
  /** As printed: text, `0x…` for REG_DWORD and REG_QWORD, hexadecimal digits for REG_BINARY. */
  readonly data: string;
}

/** A registry key as listed: its full path as printed, e.g. `HKEY_LOCAL_MACHINE\SOFTWARE\…`, and its values. */
export interface RegistryKey {
  readonly path: string;
  readonly values: readonly RegistryValue[];
}

const keyLine = /^HKEY_[A-Z_]+(\\.*)?$/;
const valueType = /REG_[A-Z_]+/g;
/** The separator before the data: four spaces, or on Windows Server 2003 a tab. */
const beforeData = /^(?: {4}|\t+ *)/;

/** Short names of the hives, which commands take and which are printed in full. */
const hives: { readonly [short: string]: string } = {
  HKLM: "HKEY_LOCAL_MACHINE",
  HKU: "HKEY_USERS",
  HKCU: "HKEY_CURRENT_USER",
  HKCR: "HKEY_CLASSES_ROOT",
  HKCC: "HKEY_CURRENT_CONFIG",
};

/**
 * Every key in the output, in its order. Without `/s`, the subkeys of the queried key appear as keys without
 * values. A line that belongs to no value (version, closing line, error text) is left out.
 */
export function parseRegistry(text: string): readonly RegistryKey[] {
  const keys: { path: string; values: { name: string; type: string; data: string }[] }[] = [];
  let open: { data: string } | null = null;
  for (const line of linesOf(text)) {
    const key = keys.at(-1);
    if (keyLine.test(line)) {
      keys.push({ path: line, values: [] });
      open = null;
      continue;
    }
    const value = parseValue(line);
    if (key !== undefined && value !== null) {
      key.values.push(value);
      open = value;
    } else if (line.trim() === "") {
      open = null;
    } else if (open !== null) {
      open.data += `\n${line}`;
    }
  }
  return keys;
}

/**
 * Reads the line of a value: four spaces, its name, its type and its data; null for any other line. It looks for the
 * first possible type: one pattern for the whole line would go through a long line once for each of its blanks.
 */
function parseValue(line: string): RegistryValue | null {
  if (!line.startsWith("    ")) return null;
  for (const { 0: type, index } of line.matchAll(valueType)) {
    const end = endOfName(line, index);
    if (end === null) continue;
    const rest = line.slice(index + type.length);
    const separator = beforeData.exec(rest)?.[0];
    if (separator === undefined && !/^\s*$/.test(rest)) continue;
    return {
      name: line.slice(4, end),
      type,
      data: separator === undefined ? "" : rest.slice(separator.length),
    };
  }
  return null;
}

/** The end of a name before a type: tabs with spaces behind them, or four spaces. */
function endOfName(line: string, type: number): number | null {
  let at = type;
  while (at > 4 && line[at - 1] === " ") at--;
  const spaces = type - at;
  if (at > 4 && line[at - 1] === "\t") {
    while (at > 4 && line[at - 1] === "\t") at--;
    return at;
  }
  return spaces >= 4 ? type - 4 : null;
}

/** The key of that path, whatever its letters' case and whether its hive is written short or long. */
export function findKey(keys: readonly RegistryKey[], path: string): RegistryKey | undefined {
  const wanted = canonicalKey(path);
  return keys.find((key) => canonicalKey(key.path) === wanted);
}

/** Data of a named value of a key, or null when the key has no such value. */
export function dataOf(key: RegistryKey | undefined, name: string): string | null {
  const wanted = name.toLowerCase();
  return key?.values.find((value) => value.name.toLowerCase() === wanted)?.data ?? null;
}

/** Data of a named value without the padding that some writers leave; null when nothing remains. */
export function textOf(key: RegistryKey | undefined, name: string): string | null {
  const trimmed = dataOf(key, name)?.trim() ?? "";
  return trimmed === "" ? null : trimmed;
}

/** Data of a key's default value, however it is called in the computer's language; null when it has none. */
export function defaultDataOf(key: RegistryKey | undefined): string | null {
  return key?.values.find((value) => value.name === "<NO NAME>" || /^\(.*\)$/.test(value.name))?.data ?? null;
}

/** Number of a REG_DWORD (`0x1f`), or null when the text is none. */
export function parseDword(data: string | null): number | null {
  return data !== null && /^0x[0-9a-f]{1,8}$/i.test(data.trim())
    ? Number.parseInt(data.trim().slice(2), 16)
    : null;
}

/** Entries of a REG_MULTI_SZ, which reg.exe prints with `\0` between and, on 2003, behind them. */
export function parseMultiString(data: string): readonly string[] {
  return data.split("\\0").filter((entry) => entry !== "");
}

/** The full path in lower case, for comparison. */
export function canonicalKey(path: string): string {
  const [hive = "", ...rest] = withoutEnd(path.replace(/^\\\\[^\\]+\\/, ""), "\\").split("\\");
  return [hives[hive.toUpperCase()] ?? hive, ...rest].join("\\").toLowerCase();
}

/** The key above, or null at a hive. */
export function parentKey(path: string): string | null {
  const at = path.lastIndexOf("\\");
  return at < 0 ? null : path.slice(0, at);
}

/** True when the listing of a key (without `/s`) names `child` as its direct subkey. */
export function listsSubkey(listing: readonly RegistryKey[], child: string): boolean {
  return findKey(listing, child) !== undefined;
}
