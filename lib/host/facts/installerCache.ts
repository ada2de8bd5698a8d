/** The copies that Windows Installer keeps of the packages of Exchange, and of the packages that Exchange needs. */
import { type InstallerPackage, known, unknown } from "../../facts";
import { failureOf, regQuery, regQueryEveryValue } from "../cmd/commands";
import { canonicalKey, dataOf, parseRegistry } from "../cmd/registry";
import { linesOf } from "../transport/decode";
import type { Question } from "./question";
import { notAsked, signOf } from "./settings";

/** Products that are installed for the whole computer, under the account LocalSystem. */
const installed = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\S-1-5-18";
const products = `${installed}\\Products`;
const patches = `${installed}\\Patches`;

export const installerCacheQuestion: Question<"installerCache"> = {
  commands: (asked): { readonly [part: string]: string } =>
    signOf(asked, "installer cache") === undefined
      ? {}
      : {
          "installed-names": `${regQueryEveryValue(products, "DisplayName")} 2>&1`,
          "installed-files": `${regQueryEveryValue(products, "LocalPackage")} 2>&1`,
          // Reads all values, since a search for one fails if there is no patch.
          "patch-files": `${regQuery(patches, "tree")} 2>&1`,
          // The first line is the folder of Windows, and then follow the files.
          "cached-files": 'echo %SystemRoot%& dir /b /a-d "%SystemRoot%\\Installer" 2>&1',
        },
  keysInQuestion: (parts) => (parts["patch-files"]?.ok === false ? [patches] : []),
  answer: async (parts, { asked, hidden, presenceOf }) => {
    const sign = signOf(asked, "installer cache");
    if (sign === undefined) return notAsked("the installer cache");
    const why = hidden(products);
    if (why !== null) return unknown(why, products);
    const part = (name: string) => parts[name] ?? { ok: false, text: "", bytes: Buffer.alloc(0) };
    for (const name of ["installed-names", "installed-files"] as const)
      if (!part(name).ok) return unknown(failureOf(part(name)), products);
    const cached = part("cached-files");
    if (!cached.ok) return unknown(failureOf(cached), "%SystemRoot%\\Installer");
    const patched = part("patch-files");
    if (!patched.ok && (await presenceOf(patches)) !== "absent") return unknown(failureOf(patched), patches);
    const files = filesIn(part("installed-files").text + (patched.ok ? patched.text : ""));
    const [root = "", ...present] = linesOf(cached.text).map((line) => line.trim().toLowerCase());
    const folder = `${root}\\installer\\`;
    const packages: InstallerPackage[] = [];
    for (const [name, key] of namesIn(part("installed-names").text, sign.names)) {
      const file = files.get(key);
      if (file === undefined) continue;
      const path = file.toLowerCase();
      const listed = path.startsWith(folder);
      packages.push({ name, file, present: listed ? present.includes(path.slice(folder.length)) : null });
    }
    return known(packages, `${products}, ${patches} and ${folder.slice(0, -1)}`);
  },
};

/** Below the key of a product: its properties, and its patches. */
const ofProduct = /\\products\\([^\\]+)\\installproperties$/;
const ofPatch = /\\products\\([^\\]+)\\patches\\([^\\]+)$/;

/** Names of the wanted products, and of their patches, by the key that tells the file of each. */
function namesIn(text: string, wanted: readonly string[]): ReadonlyMap<string, string> {
  const keys = parseRegistry(text).map((key) => ({
    path: canonicalKey(key.path),
    name: dataOf(key, "DisplayName")?.trim() ?? "",
  }));
  const ours = new Set<string>();
  const found = new Map<string, string>();
  for (const { path, name } of keys) {
    const product = ofProduct.exec(path)?.[1];
    if (product === undefined || !wanted.some((each) => name.includes(each))) continue;
    ours.add(product);
    found.set(name, path);
  }
  for (const { path, name } of keys) {
    const [, product = "", patch = ""] = ofPatch.exec(path) ?? [];
    if (ours.has(product)) found.set(name, canonicalKey(`${patches}\\${patch}`));
  }
  return found;
}

/** Paths of copies, by the key that tells them. */
function filesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    parseRegistry(text).flatMap((key) => {
      const file = dataOf(key, "LocalPackage")?.trim() ?? "";
      return file === "" ? [] : [[canonicalKey(key.path), file] as const];
    }),
  );
}
