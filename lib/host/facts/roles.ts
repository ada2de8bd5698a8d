/** The installed roles, below a release's Exchange key. */
import { type Build, type Fact, type InstalledRole, known, unknown } from "../../facts";
import { parseBuild } from "../../releases";
import { failureOf, type Part, type Parts, regQuery } from "../cmd/commands";
import { canonicalKey, dataOf, findKey, parseRegistry, type RegistryKey, textOf } from "../cmd/registry";
import type { ComputerQuestions, More, Question, RoleKeys } from "./question";

export const rolesQuestion: Question<"roles", "exchange"> = {
  commands: exchangeCommands,
  keysInQuestion: exchangeInQuestion,
  answer: async ({ exchange }, more) => {
    const { registryKey, roleKeys } = more.asked;
    const tree = await treeOf(exchange, more);
    return tree.known ? installedRoles(tree.value, registryKey, roleKeys) : tree;
  },
};

export const clusterKeysQuestion: Question<"clusterKeys", "exchange"> = {
  commands: exchangeCommands,
  keysInQuestion: exchangeInQuestion,
  answer: async ({ exchange }, more) => {
    const { registryKey, clusterKeys } = more.asked;
    const tree = await treeOf(exchange, more);
    return tree.known ? known(namedKeys(tree.value, registryKey, clusterKeys), registryKey) : tree;
  },
};

export const installFolderQuestion: Question<"installFolder", "exchange"> = {
  commands: exchangeCommands,
  keysInQuestion: exchangeInQuestion,
  answer: async ({ exchange }, more) => {
    const key = `${more.asked.registryKey}\\Setup`;
    const tree = await treeOf(exchange, more);
    if (!tree.known) return tree;
    const folder = textOf(findKey(tree.value, key), "MsiInstallPath");
    return known(folder?.replace(/\\+$/, "") ?? null, `${key}\\MsiInstallPath`);
  },
};

function exchangeCommands({ registryKey }: ComputerQuestions) {
  return { exchange: `${regQuery(registryKey, "tree")} 2>&1` };
}

function exchangeInQuestion(
  { exchange }: Parts<"exchange">,
  { registryKey }: ComputerQuestions,
): readonly string[] {
  return exchange.ok ? [] : [registryKey];
}

/** Everything below the Exchange key; empty if the key is absent. */
async function treeOf(
  part: Part,
  { asked: { registryKey }, hidden, presenceOf }: More,
): Promise<Fact<readonly RegistryKey[]>> {
  const why = hidden(registryKey);
  if (why !== null) return unknown(why, registryKey);
  if (part.ok) return known(parseRegistry(part.text), registryKey);
  switch (await presenceOf(registryKey)) {
    case "absent":
      return known([], registryKey);
    case "present":
      return unknown(`the key is there but cannot be read in full: ${failureOf(part)}`, registryKey);
    default:
      return unknown(failureOf(part), registryKey);
  }
}

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

/** The `names` that exist as keys, or contain keys, directly below the Exchange key. */
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
