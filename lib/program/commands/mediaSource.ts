/** Media in a folder of the machine that runs Pulumi: their files, and a digest that identifies them. */
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { type MediaFile, mediaDigest, mediaProblems, type StagingPlace } from "../../host/staging/staging";
import { checkScript } from "../../host/staging/stagingScript";
import { renderProblem } from "../../text";
import { refusal } from "../refusal";

/** A folder or file directly below the media's folder, which is copied as a whole. */
export interface MediaPart {
  readonly name: string;
  /** Its full path on this machine. */
  readonly path: string;
  readonly folder: boolean;
}

/** Media on this machine. */
export interface MediaSource {
  /** Full path of their folder on this machine. */
  readonly folder: string;
  readonly parts: readonly MediaPart[];
  readonly bytes: number;
  /** Path below the folder, with backslashes, and size. */
  readonly files: readonly Omit<MediaFile, "sha256">[];
}

/**
 * Lists the media of a folder.
 *
 * @param where its place in the program, e.g. `commands.media`
 *
 * @throws Error if it cannot be read, is empty, or contains something else than files and folders
 */
export function mediaSource(path: string, where: string): MediaSource {
  const folder = resolve(path);
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
    if (odd !== undefined)
      throw new Error(`${join(odd.parentPath, odd.name)} is neither a file nor a folder`);
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({
        path: file.slice(folder.length + 1).replaceAll("/", "\\"),
        size: statSync(file).size,
      }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    if (files.length === 0) throw new Error("there is no file in it");
    const parts = entries
      .filter((entry) => entry.parentPath === folder)
      .map((entry) => ({ name: entry.name, path: join(folder, entry.name), folder: entry.isDirectory() }))
      // A folder without files would be copied, but could not be checked.
      .filter((part) =>
        files.some(({ path: file }) => file === part.name || file.startsWith(`${part.name}\\`)),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return { folder, parts, files, bytes: files.reduce((sum, { size }) => sum + size, 0) };
  } catch (error) {
    throw refusal(
      renderProblem({
        summary: `the media in ${JSON.stringify(path)} cannot be copied`,
        found: (error as Error).message,
        needed: "a folder with the extracted files of the target's media, where Pulumi runs, in preview too",
        where: `in the program: \`${where}\``,
        fix: "name such a folder, or leave it out and put the media on the computer yourself",
        code: "XU-COMMANDS-MEDIA",
      }),
    );
  }
}

/** Refuses media that could not be checked on a Windows computer. @throws Error that names them */
export function refuseUncheckable(place: StagingPlace, { folder, files }: MediaSource, where: string): void {
  const problems = mediaProblems(
    place,
    files.map(({ path }) => path),
  );
  if (problems.length === 0) return;
  throw refusal(
    renderProblem({
      summary: `the media in ${JSON.stringify(folder)} cannot be checked on the computer`,
      found: `${problems.slice(0, 5).join("; ")}${problems.length > 5 ? `; and ${problems.length - 5} more` : ""}`,
      needed: "names of letters, digits, blanks and common signs of ASCII, in paths that Windows takes",
      where: `in the program: \`${where}\``,
      fix: "the files of Microsoft's media have such names: take away what is not theirs, or choose a shorter folder on the computer",
      code: "XU-COMMANDS-MEDIA",
    }),
  );
}

/** What is known of the files once all have been read. */
export interface MediaContents {
  readonly digest: string;
  readonly files: readonly MediaFile[];
}

/** By folder and the visible properties of its files: servers with the same media share one reading. */
const readings = new Map<string, Promise<MediaContents>>();

/** Reads every file once, for its SHA-256. */
export function mediaContents(source: MediaSource): Promise<MediaContents> {
  const key = JSON.stringify([source.folder, source.files]);
  const reading = readings.get(key) ?? readContents(source);
  readings.set(key, reading);
  return reading;
}

async function readContents({ folder, files }: MediaSource): Promise<MediaContents> {
  const read: MediaFile[] = [];
  // One after the other, since the disk is the limit.
  for (const { path, size } of files) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(folder, ...path.split("\\"))), hash);
    read.push({ path, size, sha256: hash.digest("hex") });
  }
  return { files: read, digest: mediaDigest(read) };
}

let folderOfScripts: string | undefined;

const folderName = /^exchange-upgrade-media-(\d+)-/;

/**
 * Writes the script that checks the media, for the engine to copy. It has a line per file: as a text it would be in the
 * state, once for every computer. The folder belongs to this process, and is removed with it. If the engine has killed
 * the process, the next one removes the folder, a day later.
 */
export function writeCheckScript(place: StagingPlace, { digest, files }: MediaContents): string {
  if (folderOfScripts === undefined) {
    removeAbandonedFolders(tmpdir());
    const folder = mkdtempSync(join(tmpdir(), `exchange-upgrade-media-${process.pid}-`));
    folderOfScripts = folder;
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  }
  const name = `${digest.slice(0, 16)}-${place.folder.replace(/[^A-Za-z0-9]+/g, "-")}.cmd`;
  const path = join(folderOfScripts, name);
  writeFileSync(path, checkScript(place, files), { mode: 0o600 });
  return path;
}

/**
 * Removes the folders of ended processes once they are a day old: a container that shares this folder has process ids
 * of its own.
 */
export function removeAbandonedFolders(parent: string): void {
  for (const name of readdirSync(parent)) {
    const owner = folderName.exec(name)?.[1];
    const path = join(parent, name);
    try {
      if (owner === undefined || isRunning(Number(owner))) continue;
      if (Date.now() - statSync(path).mtimeMs > 24 * 60 * 60_000) rmSync(path, { recursive: true });
    } catch {
      // The folder may be somebody else's, or another program may be removing it: nothing depends on it.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
