/** What is installed below a release's Exchange key. */
import { type Build, type Fact, type InstalledRole, known, type Role, unknown } from "../../facts";
import { parseBuild } from "../../releases";
import { canonicalKey, dataOf, findKey, type RegistryKey, textOf } from "../cmd/registry";

/** Role by the name of its key below the release's Exchange key, e.g. `{ MailboxRole: "Mailbox" }`. */
export type RoleKeys = { readonly [keyName: string]: Role };

/** Roles from everything below the Exchange key. */
export function installedRoles(
  keys: readonly RegistryKey[],
  registryKey: string,
  roleKeys: RoleKeys,
): Fact<readonly InstalledRole[]> {
  const found: InstalledRole[] = [];
  for (const [keyName, role] of Object.entries(roleKeys)) {
    const path = `${registryKey}\\${keyName}`;
    const key = findKey(keys, path);
    const configured = buildOf(key, "ConfiguredVersion");
    const unpacked = buildOf(key, "UnpackedVersion");
    for (const [name, build] of [
      ["ConfiguredVersion", configured],
      ["UnpackedVersion", unpacked],
    ] as const) {
      if (build === "unreadable")
        return unknown(
          `the value ${name} is no version: ${JSON.stringify(dataOf(key, name))}`,
          canonicalKey(path),
        );
    }
    if (configured === "unreadable" || unpacked === "unreadable") continue;
    const watermark = dataOf(key, "Watermark");
    const action = dataOf(key, "Action");
    if (configured === null && unpacked === null && watermark === null && action === null) continue;
    found.push({ role, configured, unpacked, watermark, action });
  }
  return known(found, registryKey);
}

function buildOf(key: RegistryKey | undefined, name: string): Build | null | "unreadable" {
  const data = textOf(key, name);
  if (data === null) return null;
  try {
    return parseBuild(data) ?? "unreadable";
  } catch {
    return "unreadable";
  }
}

/** Those of `names` that are keys, or have keys, directly below the Exchange key. */
export function namedKeys(
  keys: readonly RegistryKey[],
  registryKey: string,
  names: readonly string[],
): readonly string[] {
  const paths = keys.map((key) => canonicalKey(key.path));
  return names.filter((name) => {
    const wanted = canonicalKey(`${registryKey}\\${name}`);
    return paths.some((path) => path === wanted || path.startsWith(`${wanted}\\`));
  });
}
