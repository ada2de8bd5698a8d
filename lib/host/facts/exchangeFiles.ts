/**
 * The build of Exchange's files on a computer, from the version of ExSetup.exe. Updates change it, while the versions
 * of roles in the registry stay. Microsoft tells administrators to read it there.
 */
import { type Build, type Fact, known, unknown } from "../../facts";
import { parseBuild } from "../../releases";
import { cutLine } from "../../text";
import { failureOf, regQuery, runParts } from "../cmd/commands";
import { quotePath } from "../cmd/quote";
import { findKey, parseRegistry, textOf } from "../cmd/registry";
import { linesOf } from "../transport/decode";
import type { HostSession } from "../transport/session";
import { absence, askVersion, noWmic, versionIn } from "./media";
import { Listings, presencesOf } from "./presence";
import type { More } from "./question";

/** The facts about files that an update needs. */
export interface ExchangeFiles {
  /** File version of ExSetup.exe; null if Exchange is not installed. */
  readonly installed: Fact<Build | null>;
  /** Whether the update's file exists. */
  readonly fileThere: Fact<boolean>;
}

/**
 * Reads both.
 * @param registryKey of Exchange, e.g. `HKLM\SOFTWARE\Microsoft\ExchangeServer\v15`
 * @param file full path on a drive of the computer
 * @throws ConnectionLost, CommandTimeout, OutputTooLarge, NotWindowsShell
 */
export async function readExchangeFiles(
  session: HostSession,
  { registryKey, file }: { readonly registryKey: string; readonly file: string },
): Promise<ExchangeFiles> {
  const ask: More["ask"] = (commands, options) => runParts(session, commands, options);
  const installed = await installedBuild(session, ask, `${registryKey}\\Setup`);
  return { installed, fileThere: await isThere(ask, file) };
}

async function installedBuild(
  session: HostSession,
  ask: More["ask"],
  key: string,
): Promise<Fact<Build | null>> {
  const { setup } = await ask({ setup: `${regQuery(key)} 2>&1` });
  if (!setup.ok) {
    const presence = (await presencesOf(session, [key], new Listings())).get(key);
    return presence === "absent" ? known(null, key) : unknown(failureOf(setup), key);
  }
  const folder = textOf(findKey(parseRegistry(setup.text), key), "MsiInstallPath")?.trim();
  if (folder === undefined || folder === "")
    return unknown("the registry does not say where Exchange is installed", `${key}\\MsiInstallPath`);
  return versionOf(ask, `${folder.replace(/\\+$/, "")}\\Bin\\ExSetup.exe`);
}

/**
 * Uses Windows PowerShell where wmic is not installed, as on Windows Server 2025: Exchange 2013 and later need
 * PowerShell.
 */
async function versionOf(ask: More["ask"], path: string): Promise<Fact<Build | null>> {
  const asking = askVersion(path);
  if (asking.command === null) return unknown(asking.why, path);
  const { version } = await ask({ version: asking.command });
  if (version.text.trim() !== noWmic) return versionIn(version, { asked: { media: path }, ask });
  const { shell } = await ask({
    shell:
      'powershell.exe -NoProfile -NonInteractive -Command "(Get-Item -LiteralPath ' +
      `'${path.replaceAll("'", "''")}').VersionInfo.FileVersion" <nul 2>&1`,
  });
  const said = cutLine(linesOf(shell.text).join(" "), 160).replace(/\.$/, "");
  const build = parseBuild(said);
  return build === undefined
    ? unknown(`PowerShell tells no version of the file: ${said === "" ? "it printed nothing" : said}`, path)
    : known(build, path);
}

async function isThere(ask: More["ask"], path: string): Promise<Fact<boolean>> {
  const { there } = await ask({ there: `if exist ${quotePath(path)} (echo yes) else (echo no)` });
  if (there.text.trim() === "yes") return known(true, path);
  const absent = await absence(ask, path);
  return absent.known ? known(false, path) : absent;
}
