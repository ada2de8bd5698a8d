/**
 * Media that are copied to a computer: the folder that they are copied into, until every file was checked
 * (stagingScript.ts), and the names under which that is said. Pure.
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

/** Where one staging works, beside the folder that it makes. */
export interface StagingPlace {
  /** The folder that `computer.media` names. */
  readonly folder: string;
  /** What is copied stands here until every file of it was checked. */
  readonly copying: string;
  /** The script that checks. It stays, so that the folder can be checked again. */
  readonly script: string;
}

/** The longest path that cmd.exe and its companions take. */
const longestPath = 259;

/**
 * What a name in the media may consist of: nothing that cmd.exe would act on, in `call` neither, and no other alphabet,
 * which a batch file would have to have in the computer's code page.
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

/** A path on a drive as Win32-OpenSSH's SFTP server takes it: `/D:/SP1`. */
export function sftpPath(path: string): string {
  return `/${path.replaceAll("\\", "/")}`;
}

/** Why the media cannot be checked on a Windows computer: their names. Empty when they can. */
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

/** What tells these media from others. */
export function mediaDigest(files: readonly MediaFile[]): string {
  const lines = files.map(({ path, size, sha256 }) => `${path}\t${size}\t${sha256}`).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/** A line for cmd.exe that runs the check. `call` keeps the quotes from being taken for those of `cmd /c`. */
export function checkCommand(place: StagingPlace): string {
  return `call ${quotePath(place.script)}`;
}
