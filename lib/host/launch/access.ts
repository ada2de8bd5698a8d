/** Who may change a folder on a computer, from its access control list in SDDL: the same in every language. */
import { type Fact, known, unknown } from "../../facts";
import { failureOf } from "../cmd/commands";
import { quotePath } from "../cmd/quote";
import type { Link } from "../site/link";

/**
 * Trustees that may change everything anyway: administrators (local, of domain and forest, and the built-in account),
 * the system, the creator of a file, and the service that installs Windows.
 */
const trusted = new Set([
  "BA",
  "S-1-5-32-544",
  "SY",
  "S-1-5-18",
  "CO",
  "S-1-3-0",
  "LA",
  "DA",
  "EA",
  "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
]);

/** Access rights by their SDDL codes (MS-DTYP 2.5.1.1). */
const rights: { readonly [code: string]: number } = {
  GA: 0x10000000,
  GX: 0x20000000,
  GW: 0x40000000,
  GR: 0x80000000,
  FA: 0x1f01ff,
  FX: 0x1200a0,
  FW: 0x120116,
  FR: 0x120089,
  WO: 0x80000,
  WD: 0x40000,
  RC: 0x20000,
  SD: 0x10000,
  CR: 0x100,
  LO: 0x80,
  DT: 0x40,
  WP: 0x20,
  RP: 0x10,
  SW: 0x8,
  LC: 0x4,
  DC: 0x2,
  CC: 0x1,
};

/**
 * Rights to create files and folders, to delete them, and to change the list or the owner; and the generic rights that
 * include these.
 */
const changing = 0x2 | 0x4 | 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000;

/**
 * Trustees, as SDDL names them, that may change the folder's content and are no administrators; null without a list.
 */
export function foreignWriters(sddl: string): readonly string[] | null {
  const [, flags, list] = /D:([A-Z_]*)((?:\([^()]*\))*)/.exec(sddl) ?? [];
  if (flags === undefined || list === undefined) return null;
  // Without a list everybody may do everything.
  if (flags.includes("NO_ACCESS_CONTROL")) return ["WD"];
  const writers = [...list.matchAll(/\(([^()]*)\)/g)].flatMap(([, ace = ""]) => {
    const [type = "", , mask = "", , , trustee = ""] = ace.split(";");
    const allows = type.startsWith("A") || type.startsWith("XA");
    return allows && !trusted.has(trustee) && (maskOf(mask) & changing) !== 0 ? [trustee] : [];
  });
  return [...new Set(writers)];
}

/** A mask from hexadecimal digits or from two-letter codes; an unknown code counts as every right. */
function maskOf(text: string): number {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number(text);
  return (text.match(/.{1,2}/g) ?? []).reduce((mask, code) => mask | (rights[code] ?? -1), 0);
}

/**
 * {@link foreignWriters} of a folder on the computer, by icacls (Windows Server 2003 with Service Pack 2, and later).
 * @param scratch folder that is removed with the operation, for the file that icacls writes
 */
export async function writersOfFolder(
  link: Link,
  folder: string,
  scratch: string,
): Promise<Fact<readonly string[]>> {
  const file = quotePath(`${scratch}\\acl.tmp`);
  const { save, list } = await link.ask({
    save: `icacls ${quotePath(folder)} /save ${file} 2>&1`,
    list: `type ${file} 2>nul`,
    rest: `if exist ${file} del /q ${file}`,
  });
  if (!save.ok) return unknown(failureOf(save), "icacls");
  // The file is in UTF-16, with or without a mark at its beginning; SDDL is ASCII.
  const writers = foreignWriters(list.bytes.toString("latin1").replaceAll("\0", ""));
  return writers === null
    ? unknown("icacls saved no access control list", "icacls")
    : known(writers, "icacls");
}
