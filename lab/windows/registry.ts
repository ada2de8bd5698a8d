/** The registry of one simulated Windows computer: a typed tree, case-insensitive, with the types of reg.exe. */

/** A registry value. Numbers are REG_DWORD. */
export type RegistryValue =
  | { readonly type: "REG_SZ" | "REG_EXPAND_SZ"; readonly data: string }
  | { readonly type: "REG_DWORD"; readonly data: number }
  | { readonly type: "REG_MULTI_SZ"; readonly data: readonly string[] }
  | { readonly type: "REG_BINARY"; readonly data: Buffer };

interface Key {
  readonly name: string;
  readonly keys: Map<string, Key>;
  readonly values: Map<string, { name: string; value: RegistryValue }>;
}

const roots: { readonly [short: string]: string } = {
  HKLM: "HKEY_LOCAL_MACHINE",
  HKCU: "HKEY_CURRENT_USER",
  HKU: "HKEY_USERS",
  HKCR: "HKEY_CLASSES_ROOT",
  HKCC: "HKEY_CURRENT_CONFIG",
};

/** `HKLM\x` as `HKEY_LOCAL_MACHINE\x`; null when the root is none of Windows. */
export function fullKeyPath(path: string): string | null {
  const [root = "", ...rest] = path.replace(/\\+$/, "").split("\\");
  const upper = root.toUpperCase();
  const full = roots[upper] ?? (Object.values(roots).includes(upper) ? upper : undefined);
  return full === undefined ? null : [full, ...rest].join("\\");
}

function newKey(name: string): Key {
  return { name, keys: new Map(), values: new Map() };
}

/** One registry. Paths are `HKLM\…` or with the long root name. The name "" is a key's default value. */
export class WindowsRegistry {
  readonly #root = newKey("");
  readonly #refused = new Set<string>();

  #find(path: string): Key | undefined {
    let key: Key | undefined = this.#root;
    for (const name of (fullKeyPath(path) ?? path).split("\\")) key = key?.keys.get(name.toLowerCase());
    return key;
  }

  /** True when the key is there. */
  has(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  /** From now on nobody may read the key itself, nor what is below it; the key above still names it. */
  refuse(path: string): void {
    this.#refused.add((fullKeyPath(path) ?? path).toLowerCase());
  }

  /** True when the key, or one above it, is refused. */
  refuses(path: string): boolean {
    const wanted = `${fullKeyPath(path) ?? path}\\`.toLowerCase();
    return [...this.#refused].some((refused) => wanted.startsWith(`${refused}\\`));
  }

  /** The key's own spelling from its root. */
  spelling(path: string): string {
    const names: string[] = [];
    let key: Key | undefined = this.#root;
    for (const name of (fullKeyPath(path) ?? path).split("\\")) {
      key = key?.keys.get(name.toLowerCase());
      names.push(key?.name ?? name);
    }
    return names.join("\\");
  }

  /** Makes a key and those above it. */
  create(path: string): void {
    const full = fullKeyPath(path);
    if (full === null) throw new Error(`"${path}" does not start with a registry root such as HKLM.`);
    let key = this.#root;
    for (const name of full.split("\\")) {
      const next = key.keys.get(name.toLowerCase()) ?? newKey(name);
      key.keys.set(name.toLowerCase(), next);
      key = next;
    }
  }

  /** Removes a key and everything below it. */
  removeKey(path: string): void {
    const full = fullKeyPath(path) ?? path;
    const cut = full.lastIndexOf("\\");
    this.#find(full.slice(0, cut))?.keys.delete(full.slice(cut + 1).toLowerCase());
  }

  /** Sets a value; a string is REG_SZ, a number REG_DWORD. The key is made as needed. */
  set(path: string, name: string, value: string | number | RegistryValue): void {
    this.create(path);
    const typed: RegistryValue =
      typeof value === "string"
        ? { type: "REG_SZ", data: value }
        : typeof value === "number"
          ? { type: "REG_DWORD", data: value }
          : value;
    this.#find(path)?.values.set(name.toLowerCase(), { name, value: typed });
  }

  /** A value; undefined when the key or the value is absent. */
  get(path: string, name: string): RegistryValue | undefined {
    return this.#find(path)?.values.get(name.toLowerCase())?.value;
  }

  /** A REG_SZ value as text; undefined when it is absent or of another type. */
  text(path: string, name: string): string | undefined {
    const value = this.get(path, name);
    return value?.type === "REG_SZ" || value?.type === "REG_EXPAND_SZ" ? value.data : undefined;
  }

  /** Deletes a value. */
  remove(path: string, name: string): void {
    this.#find(path)?.values.delete(name.toLowerCase());
  }

  /** Names of the keys below, in the order in which they were made. */
  keys(path: string): readonly string[] {
    return [...(this.#find(path)?.keys.values() ?? [])].map((key) => key.name);
  }

  /** Values of a key, in the order in which they were made. */
  values(path: string): readonly { readonly name: string; readonly value: RegistryValue }[] {
    return [...(this.#find(path)?.values.values() ?? [])];
  }
}

/** A value's data as reg.exe prints it. */
export function formatData(value: RegistryValue): string {
  switch (value.type) {
    case "REG_SZ":
    case "REG_EXPAND_SZ":
      return value.data;
    case "REG_DWORD":
      return `0x${value.data.toString(16)}`;
    case "REG_MULTI_SZ":
      return value.data.join("\\0");
    case "REG_BINARY":
      return value.data.toString("hex").toUpperCase();
  }
}
