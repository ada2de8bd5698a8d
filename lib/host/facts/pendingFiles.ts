/** PendingFileRenameOperations: the files that Windows renames or deletes when it starts. */

import type { PendingFile } from "../../facts";
import { cutLine } from "../../text";

/** Number of files that a message names; it counts the rest. */
const shown = 3;
const shownLength = 160;

/**
 * Parses the value as reg.exe prints it: pairs of a file and its new path, which is empty for a deletion. A path may
 * contain `\0` (`C:\Temp\001.tmp`), so a separator is a `\0` before a path, before another separator or at the end.
 * Null if the text is not a list of pairs.
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

/** Removes the prefix of the object manager, and the mark that an existing file is replaced. */
function plain(entry: string): string {
  return entry.replace(/^!?\\\?\?\\/, "");
}
