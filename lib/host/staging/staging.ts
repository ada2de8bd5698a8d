/**
 * Media that are copied to a computer: the folder of the copy before every file is checked (stagingScript.ts), and its
 * final names. Pure.
 */
import { createHash } from "node:crypto";
import { quotePath } from "../cmd/quote";

/** One file of the media. */
export interface MediaFile {
  /** Path below the media's folder, with backslashes. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256, in lower-case hexadecimal. */
  readonly sha256: string;
}

/** The paths of one staging, besides the folder that it makes. */
export interface StagingPlace {
  /** The folder that `computer.media` names. */
  readonly folder: string;
  /** Folder of the copy until every file of it is checked. */
  readonly copying: string;
  /** The script that checks the copy. It stays, so that the folder can be checked again. */
  readonly script: string;
}

/** The longest path that cmd.exe and its companions take. */
const longestPath = 259;

/**
 * The form of a name in the media: no character that is special to cmd.exe, or to its `call`, and no other alphabet,
 * which a batch file would need in the computer's code page.
 */
const plainName = /^(?!.*[. ]$)[A-Za-z0-9 ._()+,#$@~{}[\]=;'-]+$/;

/**
 * @param folder full path on a drive, e.g. `D:\SP1`
 * @throws Error for a path that media cannot be copied to
 */
export function stagingPlace(folder: string): StagingPlace {
  const trimmed = folder.replace(/\\+$/, "");
  if (!/^[A-Za-z]:\\[^\\]/.test(trimmed) || /\\\\|\\\.{1,2}(\\|$)/.test(trimmed))
    throw new Error(
      `${JSON.stringify(folder)} is not the full path of a folder on a drive, such as "D:\\SP1"`,
    );
  quotePath(trimmed);
  const caught = /[%!^&()]/.exec(trimmed)?.[0];
  if (caught !== undefined)
    throw new Error(`${JSON.stringify(folder)} contains ${caught}, which a batch file acts on`);
  return { folder: trimmed, copying: `${trimmed}.copying`, script: `${trimmed}.check.cmd` };
}

/** A path on a drive in the form of Win32-OpenSSH's SFTP server: `/D:/SP1`. */
export function sftpPath(path: string): string {
  return `/${path.replaceAll("\\", "/")}`;
}

/** Names that keep the media from being checked on a Windows computer; empty if there are none. */
export function mediaProblems(place: StagingPlace, paths: readonly string[]): readonly string[] {
  const problems: string[] = [];
  for (const path of paths) {
    const wrong = path.split("\\").find((name) => !plainName.test(name));
    if (wrong !== undefined)
      problems.push(`the name ${JSON.stringify(wrong)} has characters that a batch file cannot carry`);
    const full = `${place.copying}\\${path}`;
    if (full.length > longestPath) problems.push(`${full} has more than ${longestPath} characters`);
  }
  return [...new Set(problems)];
}

/** A digest that identifies these media. */
export function mediaDigest(files: readonly MediaFile[]): string {
  const lines = files.map(({ path, size, sha256 }) => `${path}\t${size}\t${sha256}`).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/** A line for cmd.exe that runs the check. `call` keeps the quotes from being taken for those of `cmd /c`. */
export function checkCommand(place: StagingPlace): string {
  return `call ${quotePath(place.script)}`;
}
