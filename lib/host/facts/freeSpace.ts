/** Free space on the drives that Setup of 2013 and later writes to. */
import { known, unknown } from "../../facts";
import { failureOf, type Part } from "../cmd/commands";
import { linesOf } from "../transport/decode";
import type { Question } from "./question";
import { notAsked, signOf } from "./settings";

const system = "%SystemDrive%\\";
/** Setup defines this variable for all programs of the computer, with a trailing backslash. */
const install = "%ExchangeInstallPath%";

export const freeSpaceQuestion: Question<"freeSpace"> = {
  commands: (asked): { readonly [part: string]: string } =>
    signOf(asked, "free space") === undefined
      ? {}
      : { "space-system": `dir /-c "${system}" 2>&1`, "space-install": `dir /-c "${install}" 2>&1` },
  answer: (parts, { asked }) => {
    if (signOf(asked, "free space") === undefined) return notAsked("free space");
    const ofSystem = bytesIn(parts["space-system"]);
    if (typeof ofSystem === "string") return unknown(ofSystem, system);
    const ofInstall = bytesIn(parts["space-install"]);
    if (typeof ofInstall === "string") return unknown(ofInstall, install);
    return known({ system: ofSystem, install: ofInstall }, `dir /-c ${system} and ${install}`);
  },
};

/** The free bytes in a listing, or why they are not known. */
function bytesIn(part: Part | undefined): number | string {
  if (part === undefined) return "it was not asked";
  if (!part.ok) return failureOf(part);
  return parseFreeBytes(part.text) ?? "the listing of the folder does not end with two numbers";
}

/**
 * Free bytes in the output of `dir /-c`, or null. Its last line contains the number of folders and the free bytes.
 * Their order and the words depend on the language, so the larger number is taken.
 */
export function parseFreeBytes(text: string): number | null {
  const last = linesOf(text)
    .filter((line) => line.trim() !== "")
    .at(-1);
  const numbers = (last?.match(/\d+/g) ?? []).map(Number);
  return numbers.length === 2 ? Math.max(...numbers) : null;
}
