/** Judges traces of the present installation: saved start types (R53), copies of its packages (R54). */
import { signIn } from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import { computerNotVerified } from "./reachComputer";

/** R53: no unfinished Setup has left the saved start types of services behind. */
export function noSavedStartTypes(c: Case): Verdict {
  const { startTypes } = c.facts.computer;
  const needed = "no file Service*.xml that an interrupted Setup has left";
  if (!startTypes.known) return computerNotVerified(c, startTypes.why, needed);
  if (startTypes.value.length === 0) return ok;
  return {
    verdict: "fails",
    problem:
      "an interrupted Setup has left start types of services, and the next one may take what is there now for them",
    found: `${listed(startTypes.value)} in ${startTypes.source}`,
    needed,
    where: `on ${c.computer}`,
    fix: "set the services of Exchange to their start types (they stand in the file) and start them, then move the file away",
  };
}

/** R54: Windows Installer still has its copies of Exchange's packages, and of the packages that Exchange needs. */
export function installerCache(c: Case): Verdict {
  const { installerCache: cache } = c.facts.computer;
  const names = signIn(c.target, "installer cache")?.names ?? [];
  const needed = `the copies that Windows Installer keeps of every package named ${names.join(", ")}`;
  if (!cache.known) return computerNotVerified(c, cache.why, needed);
  const where = `on ${c.computer}`;
  const gone = cache.value.filter(({ present }) => present === false);
  if (gone.length > 0)
    return {
      verdict: "fails",
      problem: `Windows Installer has lost its copy of ${listed(gone.map(({ name }) => name))}, and Setup would stop halfway`,
      found: gone.map(({ name, file }) => `no ${file} for ${name}`).join("; "),
      needed,
      where,
      fix: "copy the files from the media of the release that is installed, or from another server with the same release (Microsoft's script FixInstallerCache.ps1 does it)",
    };
  const unseen = cache.value.filter(({ present }) => present === null);
  const say = `say so with ${argument(c, "waive", ": { R54: reason }")}`;
  if (unseen.length > 0)
    return {
      verdict: "unknown",
      why: `copies that Windows Installer keeps lie where nobody looked: ${listed(unseen.map(({ name }) => name))}`,
      found: unseen.map(({ file }) => file).join("; "),
      needed,
      where,
      fix: `look whether these files are there, and ${say}`,
    };
  if (cache.value.some(({ name }) => name.includes("Exchange"))) return ok;
  return {
    verdict: "unknown",
    why: "no package of Exchange is among those that Windows Installer has installed for the whole computer",
    found: `${cache.value.length === 0 ? "none" : listed(cache.value.map(({ name }) => name))}, read from ${cache.source}`,
    needed,
    where,
    fix: `find the package by which Exchange is installed, look whether its copy is there, and ${say}`,
  };
}
