/** Where the registry says that Windows waits for a restart, before which Setup does not run. */
import type { Described } from "./described";
import { citations, type Evidenced } from "./evidence";
import type { Product } from "./products";

/**
 * One sign of a pending restart in the registry.
 * - `key`: that the key is there.
 * - `number`: that the value is another number than 0.
 * - `content`: that the value is there with any content.
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

/** What Windows Update notes (Auto Update\RebootRequired) is none: no log of Setup names it. */
const modernSigns: readonly RestartSign[] = [
  ...classicSigns,
  {
    kind: "key",
    key: `${currentVersion}\\Component Based Servicing\\RebootPending`,
    evidence: "documented",
    source: `${citations.setupLogs} (PendingRebootWindowsComponents); ${citations.cssExchange} (Get-ServerRebootPending)`,
  },
];

/** Of Exchange 2010 the article is used as well (practice); the later keys came with the Setup of 2013. */
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

/** What Setup of a product takes for a pending restart. */
export function restartSignsOf(product: Product): Described<readonly RestartSign[]> {
  return signs[product];
}

const afterEachUpdate: Evidenced = {
  evidence: "documented",
  source: `${citations.updateTopic}; ${citations.documentation}, Exchange 2013`,
};

/** Of 2007 and 2010 a restart is required where Windows or Setup says so. */
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

/** What says that a server is restarted after each upgrade to a release of the product, whatever Windows shows; else null. */
export function restartAfterSetup(product: Product): Evidenced | null {
  return restartsAfterSetup[product];
}

/** Whether the article that says how an orphaned sign is removed is about all signs of a product. */
export function mayBeOrphaned(product: Product): boolean {
  return signs[product] === classicSigns;
}

/** What UpdateExeVolatile waits for, by its number. */
export const waitingUpdates: Readonly<Record<number, string>> = {
  1: "the removal of an update",
  2: "the installation of an update",
  3: "the installation of an update and the removal of one",
};

/** A sign for messages: the key, or the key and its value. */
export function describeSign(sign: RestartSign): string {
  return sign.kind === "key" ? sign.key : `${sign.key}\\${sign.value}`;
}

/** The signs to look for on a computer: none for a product of which none are described, which R7 then says. */
export function restartSignsToRead(product: Product): readonly RestartSign[] {
  const described = signs[product];
  return typeof described === "string" ? [] : described;
}
