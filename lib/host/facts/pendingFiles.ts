/** PendingFileRenameOperations: the files that Windows renames or deletes when it starts. */

import type { PendingFile } from "../../facts";
import { cutLine } from "../../text";

/** Files that are named in a message; the rest are counted. */
const shown = 3;
const shownLength = 160;

/**
 * What reg.exe prints of the value: pairs of a file and what becomes of it, which is empty where it is deleted. A path may
 * have `\0` in it (`C:\Temp\001.tmp`), so what separates is a `\0` with a path, another one or the end behind it.
 * Null where the text is no list of pairs.
 */
export function parsePendingFiles(data: string): readonly PendingFile[] | null {
  const entries = data.trim().split(/\\0(?=$|\\0|!?\\\?\?\\)/);
  while (entries.at(-1) === "") entries.pop();
  const files: PendingFile[] = [];
  for (let i = 0; i < entries.length; i += 2) {
    const [path, to] = [entries[i] ?? "", entries[i + 1] ?? ""];
    if (!isPath(path) || (to !== "" && !isPath(to))) return null;
    files.push({ path: plain(path), to: to === "" ? null : plain(to) });
  }
  return files;
}

/** The first files in words: `C:\x.tmp (to be deleted), C:\y.tmp (to become C:\y.dll), 4 more`. */
export function pendingFilesText(files: readonly PendingFile[]): string {
  const named = files.slice(0, shown).map(({ path, to }) => {
    const fate = to === null ? "to be deleted" : `to become ${cutLine(to, shownLength)}`;
    return `${cutLine(path, shownLength)} (${fate})`;
  });
  const more = files.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

function isPath(entry: string): boolean {
  return /^!?\\\?\?\\./.test(entry);
}

/** Without the prefix of the object manager and the mark that an existing file is replaced. */
function plain(entry: string): string {
  return entry.replace(/^!?\\\?\?\\/, "");
}
