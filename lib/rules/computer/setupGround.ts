/**
 * Judges what Setup of 2013 and later works with on a server beside its own files: PowerShell (R43), IIS (R44), folders (R45), the
 * search (R46), a virus scanner (R47) and the server's site (R48).
 */
import { type Fact, unknown } from "../../facts";
import { signIn } from "../../releases";
import { runModeTraits } from "../../runModes";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { isEdge, isToolsOnly } from "../organization/servers";
import { argument } from "../program/argumentTexts";
import { isWithin } from "./placeOfSetup";
import { computerNotVerified } from "./reachComputer";

/** A fact that a snapshot of an earlier version does not have. */
function read<T>(fact: Fact<T> | undefined): Fact<T> {
  return fact ?? unknown("it was not read: the facts are of an earlier version of this package", "facts");
}

/** R43: Setup's scripts run in PowerShell's full language mode. */
export function fullLanguage(c: Case): Verdict {
  const mode = read(c.facts.computer.languageMode);
  const needed = signIn(c.target, "language mode")?.mode ?? "FullLanguage";
  if (!mode.known) return computerNotVerified(c, mode.why, needed);
  if (mode.value === needed) return ok;
  const fails = {
    verdict: "fails",
    problem: "PowerShell runs in a restricted language mode, in which Setup's scripts fail",
    found: `${mode.value} (${mode.source})`,
    needed,
    where: `on ${c.computer}`,
  } as const;
  const fix =
    "exempt the server from the script rules of AppLocker or Windows Defender Application Control until the upgrade is done";
  if (runModeTraits[c.run].runsAs === "connection") return { ...fails, fix };
  // AppLocker restricts accounts, and this one does not run Setup.
  return {
    ...fails,
    found: `${fails.found}, for the account of the connection`,
    waivable: true,
    fix: `${fix}; where the account that runs Setup is exempt already, ${argument(c, "waive", ': { R43: "the reason" }')}`,
  };
}

const seeDirectories =
  "let `directory` read the virtual directories of the server, with an account that sees them";

/** R44: of the virtual directories that Setup changes, IIS and the directory have the same. */
export function virtualDirectoriesInBoth(c: Case): Verdict {
  if (isEdge(c) || isToolsOnly(c)) return ok;
  const { virtualDirectories } = c.facts.health;
  const applications = read(c.facts.computer.webApplications);
  const needed = "each virtual directory of Exchange both in IIS and in the directory";
  if (!applications.known) return computerNotVerified(c, applications.why, needed);
  const where = `on ${c.computer}, and below its object in the configuration partition`;
  if (!virtualDirectories.known)
    return {
      verdict: "unknown",
      why: virtualDirectories.why,
      needed,
      where,
      fix: seeDirectories,
    };
  if (applications.value.length === 0 && virtualDirectories.value.length === 0) return ok;
  const inIis = new Set(applications.value.map((path) => path.toLowerCase()));
  const inDirectory = new Set(virtualDirectories.value.map(({ name }) => name.toLowerCase()));
  const apart = (signIn(c.target, "web applications")?.directories ?? []).filter(
    ({ key, application }) => inIis.has(application) !== inDirectory.has(key),
  );
  if (apart.length === 0) return ok;
  const namesOf = (directories: typeof apart) => listed(directories.map(({ name }) => name));
  // A server of which IIS has some, and the directory none at all, is one whose objects the account does not see.
  if (virtualDirectories.value.length === 0)
    return {
      verdict: "unknown",
      why: `the directory shows no virtual directory of the server, and IIS has ${namesOf(apart)}: the account of \`directory\` cannot see them, or they are gone`,
      needed,
      where,
      fix: seeDirectories,
    };
  const onlyInIis = apart.filter(({ application }) => inIis.has(application));
  const onlyInDirectory = apart.filter(({ key }) => inDirectory.has(key));
  return {
    verdict: "fails",
    problem: `IIS and the directory do not have the same virtual directories, and Setup would stop halfway: ${namesOf(apart)}`,
    found: [
      ...(onlyInDirectory.length > 0 ? [`in the directory alone: ${namesOf(onlyInDirectory)}`] : []),
      ...(onlyInIis.length > 0 ? [`in IIS alone: ${namesOf(onlyInIis)}`] : []),
    ].join("; "),
    needed,
    where,
    fix:
      "take what is in IIS alone out of applicationHost.config; remove what is in the directory alone with its " +
      "Remove-…VirtualDirectory cmdlet, and make it again with New-…VirtualDirectory (Microsoft's SetupAssist writes a cleaned configuration)",
  };
}

/** R45: the folders are there that Setup changes without making them. */
export function foldersOfSetup(c: Case): Verdict {
  const names = signIn(c.target, "folders")?.names ?? [];
  if (names.length === 0 || !isMailbox(c)) return ok;
  const folders = read(c.facts.computer.folders);
  const needed = `the folders ${listed(names)} of Exchange, empty or not`;
  if (!folders.known) return computerNotVerified(c, folders.why, needed);
  const gone = names.filter((name) => folders.value[name] === false);
  const unread = names.filter((name) => folders.value[name] === undefined);
  if (gone.length > 0)
    return {
      verdict: "fails",
      problem: `a folder of Exchange is missing, and Setup would stop halfway: ${listed(gone)}`,
      found: gone.map((name) => `no folder ${folders.source}${name}`).join("; "),
      needed,
      where: `on ${c.computer}`,
      fix: "create it, empty",
    };
  return unread.length === 0
    ? ok
    : computerNotVerified(c, `${listed(unread)}: it was not asked about`, needed);
}

/** R46: the processes of the search run, which Setup waits for. */
export function searchRuns(c: Case): Verdict {
  const sign = signIn(c.target, "processes");
  if (sign === undefined || !isMailbox(c)) return ok;
  const processes = read(c.facts.computer.searchProcesses);
  const needed = `${sign.count} processes ${sign.image} while HostControllerService runs`;
  if (!processes.known) return computerNotVerified(c, processes.why, needed);
  if (processes.value >= sign.count) return ok;
  return {
    verdict: "fails",
    problem: "the search does not run in full, and Setup may wait for it until it stops halfway",
    found: `${processes.value} ${sign.image} (${processes.source})`,
    needed,
    where: `on ${c.computer}`,
    fix:
      "start HostControllerService and MSExchangeFastSearch, and wait for their processes; if they do not come, run " +
      "Bin\\Search\\Ceres\\Installer\\InstallConfig.ps1 with -action U and then with -action I",
  };
}

/** R47: Windows' own virus scanner leaves Exchange's files alone. Others cannot be asked. */
export function scannerLeavesExchange(c: Case): Verdict {
  if (signIn(c.target, "virus scanner") === undefined) return ok;
  const { installFolder } = c.facts.computer;
  const exclusions = read(c.facts.computer.scannerExclusions);
  const needed = "the folders of Exchange among the exclusions of Microsoft Defender Antivirus";
  if (!exclusions.known) return computerNotVerified(c, exclusions.why, needed);
  if (exclusions.value === null) return ok;
  if (!installFolder.known) return computerNotVerified(c, installFolder.why, needed);
  const folder = installFolder.value;
  if (folder === null) return ok;
  const isOfExchange = (path: string) =>
    /%ExchangeInstallPath%/i.test(path) || isWithin(folder, path) || isWithin(path, folder);
  if (exclusions.value.some(isOfExchange)) return ok;
  return {
    verdict: "fails",
    problem: "the virus scanner looks into Exchange's files, and may hold them while Setup replaces them",
    found: `Microsoft Defender Antivirus runs, and ${folder} is not among its ${exclusions.value.length === 0 ? "exclusions, of which there are none" : `exclusions: ${listed(exclusions.value)}`}`,
    needed,
    where: `on ${c.computer}`,
    fix: "add the exclusions that Microsoft lists for Exchange (its script Set-ExchAVExclusions.ps1 does it), or turn the scanner off for the upgrade",
  };
}

/** R48: the server is a member of a domain and belongs to a site. */
export function belongsToSite(c: Case): Verdict {
  if (isEdge(c)) return ok;
  const { identity } = c.facts.computer;
  const needed = "a site of Active Directory that the computer's address belongs to";
  if (!identity.known) return computerNotVerified(c, identity.why, needed);
  const { site, productType, withoutSite } = identity.value;
  // A domain controller's site is that of its object in the directory.
  if (site !== null || productType === "LanmanNT") return ok;
  if (withoutSite !== true) return computerNotVerified(c, "the site has a name that cannot be read", needed);
  return {
    verdict: "fails",
    problem:
      "the computer belongs to no site of Active Directory, and Setup finds no domain controller of it",
    found:
      "neither SiteName nor DynamicSiteName in the Netlogon parameters of the registry, nor a SiteName by Group Policy",
    needed,
    where: `on ${c.computer}, and in Active Directory Sites and Services`,
    fix: "bind the subnet of the computer's address to its site, then restart the Netlogon service; nltest /dsgetsite names the site that was found",
  };
}

/** Whether the computer has the Mailbox role, or may have it. */
function isMailbox({ facts: { computer } }: Case): boolean {
  const { roles } = computer;
  return !roles.known || roles.value.some(({ role }) => role === "Mailbox");
}
