/** Registry entries that tell that Windows waits for a restart. Setup does not run before it. */
import type { Described } from "./described";
import { citations, type Evidenced } from "./evidence";
import type { Product } from "./products";

/**
 * One sign of a pending restart in the registry.
 * - `key`: the key exists.
 * - `number`: the value is a number other than 0.
 * - `content`: the value exists, with any content.
 */
export type RestartSign = Evidenced & { readonly key: string } & (
    | { readonly kind: "key" }
    | { readonly kind: "number"; readonly value: string }
    | { readonly kind: "content"; readonly value: string }
  );

const analyzer =
  "Microsoft, A Restart from a Previous Installation is Pending (TechNet cc164360, 2008-01-16)";
const updates = "HKLM\\SOFTWARE\\Microsoft\\Updates";
const currentVersion = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion";

const classicSigns: readonly RestartSign[] = [
  {
    kind: "number",
    key: updates,
    value: "UpdateExeVolatile",
    evidence: "documented",
    source: `${analyzer}, read literally`,
  },
  {
    // The article calls a value a key here and elsewhere; what update.exe writes is a volatile key with this value.
    kind: "number",
    key: `${updates}\\UpdateExeVolatile`,
    value: "Flags",
    evidence: "documented",
    source: `${analyzer}; the value's name: ${citations.cssExchange} (Get-ServerRebootPending)`,
  },
  {
    kind: "content",
    key: "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager",
    value: "PendingFileRenameOperations",
    evidence: "documented",
    source: analyzer,
  },
];

/** The note of Windows Update (Auto Update\RebootRequired) is left out: no log of Setup mentions it. */
const modernSigns: readonly RestartSign[] = [
  ...classicSigns,
  {
    kind: "key",
    key: `${currentVersion}\\Component Based Servicing\\RebootPending`,
    evidence: "documented",
    source: `${citations.setupLogs} (PendingRebootWindowsComponents); ${citations.cssExchange} (Get-ServerRebootPending)`,
  },
];

/** For Exchange 2010 the same article is used (practice); Setup of 2013 added the later keys. */
const signs: Readonly<Record<Product, Described<readonly RestartSign[]>>> = {
  "2000": "not described",
  "2003": "not described",
  "2007": classicSigns,
  "2010": classicSigns,
  "2013": modernSigns,
  "2016": modernSigns,
  "2019": modernSigns,
  SE: modernSigns,
};

/** What Setup of a product regards as a pending restart. */
export function restartSignsOf(product: Product): Described<readonly RestartSign[]> {
  return signs[product];
}

const afterEachUpdate: Evidenced = {
  evidence: "documented",
  source: `${citations.updateTopic}; ${citations.documentation}, Exchange 2013`,
};

/** For 2007 and 2010, a restart is only required if Windows or Setup tells so. */
const restartsAfterSetup: Readonly<Record<Product, Evidenced | null>> = {
  "2000": null,
  "2003": null,
  "2007": null,
  "2010": null,
  "2013": afterEachUpdate,
  "2016": afterEachUpdate,
  "2019": afterEachUpdate,
  SE: afterEachUpdate,
};

/**
 * The source that requires a restart after each upgrade to a release of the product, whatever Windows shows; null if
 * none does.
 */
export function restartAfterSetup(product: Product): Evidenced | null {
  return restartsAfterSetup[product];
}

/** Whether the article on removing an orphaned sign applies to all signs of a product. */
export function mayBeOrphaned(product: Product): boolean {
  return signs[product] === classicSigns;
}

/** What the numbers of UpdateExeVolatile wait for. */
export const waitingUpdates: Readonly<Record<number, string>> = {
  1: "the removal of an update",
  2: "the installation of an update",
  3: "the installation of an update and the removal of one",
};

/** A sign for messages: the key, or the key and its value. */
export function describeSign(sign: RestartSign): string {
  return sign.kind === "key" ? sign.key : `${sign.key}\\${sign.value}`;
}

/** The signs to look for on a computer; empty for a product without described signs, which R7 then reports. */
export function restartSignsToRead(product: Product): readonly RestartSign[] {
  const described = signs[product];
  return typeof described === "string" ? [] : described;
}
