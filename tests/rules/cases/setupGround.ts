/** Cases of what Setup of 2013 and later works with beside its own files: R43 to R48. */
import { known } from "../../../lib/facts";
import { aCase, type Changes, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const head = (rule: string, level = "must") => `${rule} (${level}), server upgrade on mbx-lon.contoso.com: `;
const onServer = "  Where:  on mbx-lon.contoso.com";
const readRegistry =
  "  Fix:    let the connection reach the computer, with an account that may read its registry";
const scripts = "Microsoft's support scripts, microsoft/CSS-Exchange";
const logs = "Setup logs among the tests of microsoft/CSS-Exchange";
const server = (machine: Changes["machine"] = {}, changes: Changes = {}) =>
  aCase({ target: "2016 CU23", ...changes, machine });
const build = { major: 15, minor: 1, build: 2375, revision: 7 };
const edge = {
  roles: known(
    [{ role: "Edge Transport" as const, configured: build, unpacked: build, watermark: null, action: null }],
    "the registry",
  ),
};
const ofEarlierVersion = "it was not read: the facts are of an earlier version of this package";

const silently = (rule: string, needed: string, last: string, level = "must") =>
  notVerified(
    `${head(rule, level)}not verified: no answer within 60 s`,
    needed,
    onServer,
    readRegistry,
    last,
  );

const last43 = `  Rule:   R43, PowerShell runs in its full language mode (${scripts} (SetupAssist refuses to work in another one))`;
const needed43 = "  Needed: FullLanguage";

const { languageMode: _, ...ofEarlier } = server().facts.computer;
const withoutLanguageMode = { ...server(), facts: { ...server().facts, computer: ofEarlier } };

export const R43: CaseTable = [
  { name: "the full one", of: server(), says: ok },
  { name: "the full one, right before Setup", of: server({}, { apply: true }), says: ok },
  {
    name: "a restricted one",
    of: server({ languageMode: known("ConstrainedLanguage", "PowerShell") }),
    says: fails(
      `${head("R43")}PowerShell runs in a restricted language mode, in which Setup's scripts fail`,
      "  Found:  ConstrainedLanguage (PowerShell)",
      needed43,
      onServer,
      "  Fix:    exempt the server from the script rules of AppLocker or Windows Defender Application Control until the upgrade is done",
      last43,
    ),
  },
  {
    name: "a restricted one, of an account that does not run Setup",
    of: server({ languageMode: known("ConstrainedLanguage", "PowerShell") }, { run: "task" }),
    says: fails(
      `${head("R43")}PowerShell runs in a restricted language mode, in which Setup's scripts fail`,
      "  Found:  ConstrainedLanguage (PowerShell), for the account of the connection",
      needed43,
      onServer,
      "  Fix:    exempt the server from the script rules of AppLocker or Windows Defender Application Control until the upgrade is done; " +
        'where the account that runs Setup is exempt already, `waive: { R43: "the reason" }`',
      last43,
    ),
  },
  {
    name: "PowerShell does not answer",
    of: server({ languageMode: silent }),
    says: silently("R43", needed43, last43),
  },
  {
    name: "a snapshot that does not have it",
    of: withoutLanguageMode,
    says: notVerified(
      `${head("R43")}not verified: ${ofEarlierVersion}`,
      needed43,
      onServer,
      readRegistry,
      last43,
    ),
  },
];

const last44 = `  Rule:   R44, IIS and the directory have the same virtual directories (${scripts} (Test-VirtualDirectoryConfiguration); ${logs}, several)`;
const needed44 = "  Needed: each virtual directory of Exchange both in IIS and in the directory";
const where44 = "  Where:  on mbx-lon.contoso.com, and below its object in the configuration partition";
const fix44 =
  "  Fix:    take what is in IIS alone out of applicationHost.config; remove what is in the directory alone with its Remove-…VirtualDirectory cmdlet, and make it again with New-…VirtualDirectory (Microsoft's SetupAssist writes a cleaned configuration)";
const directories = (...names: readonly string[]): Changes => ({
  health: {
    virtualDirectories: known(
      names.map((name) => ({ name, dn: `CN=${name},CN=HTTP`, activeSync: false })),
      "CN=Microsoft Exchange on dc1.contoso.com",
    ),
  },
});
const inIis = (...paths: readonly string[]): Changes["machine"] => ({
  webApplications: known(paths, "applicationHost.config"),
});

export const R44: CaseTable = [
  { name: "neither has one", of: server(), says: ok },
  {
    name: "both have the same, in other capitals, and IIS has others",
    of: server(
      inIis("Default Web Site/OWA", "default web site/rpc", "Intranet/app", "Default Web Site/"),
      directories("owa (Default Web Site)", "Rpc (Default Web Site)", "owa (Intranet)"),
    ),
    says: ok,
  },
  {
    name: "an Edge Transport server has none",
    of: server({ ...edge, webApplications: silent }),
    says: ok,
  },
  {
    name: "each has one that the other lacks, right before Setup",
    of: server(inIis("Default Web Site/owa", "Default Web Site/mapi"), {
      apply: true,
      ...directories("owa (Default Web Site)", "ecp (Exchange Back End)"),
    }),
    says: fails(
      `${head("R44")}IIS and the directory do not have the same virtual directories, and Setup would stop halfway: mapi (Default Web Site) and ecp (Exchange Back End)`,
      "  Found:  in the directory alone: ecp (Exchange Back End); in IIS alone: mapi (Default Web Site)",
      needed44,
      where44,
      fix44,
      last44,
    ),
  },
  {
    name: "the directory shows none at all, as to an account that sees none",
    of: server(inIis("Default Web Site/owa", "Default Web Site/mapi", "Intranet/app")),
    says: notVerified(
      `${head("R44")}not verified: the directory shows no virtual directory of the server, and IIS has owa (Default Web Site) and mapi (Default Web Site): the account of \`directory\` cannot see them, or they are gone`,
      needed44,
      where44,
      "  Fix:    let `directory` read the virtual directories of the server, with an account that sees them",
      last44,
    ),
  },
  {
    name: "applicationHost.config could not be read",
    of: server({ webApplications: silent }),
    says: silently("R44", needed44, last44),
  },
  {
    name: "the directory could not be read",
    of: server({}, { health: { virtualDirectories: silent } }),
    says: notVerified(
      `${head("R44")}not verified: no answer within 60 s`,
      needed44,
      where44,
      "  Fix:    let `directory` read the virtual directories of the server, with an account that sees them",
      last44,
    ),
  },
];

const last45 = `  Rule:   R45, the folders of Unified Messaging are there (${scripts} (Test-MissingDirectory); ${logs})`;
const needed45 =
  "  Needed: the folders UnifiedMessaging\\Grammars and UnifiedMessaging\\Prompts of Exchange, empty or not";
const folders = (value: { readonly [name: string]: boolean }): Changes["machine"] => ({
  folders: known(value, "%ExchangeInstallPath%"),
});

export const R45: CaseTable = [
  { name: "both are there", of: server(), says: ok },
  { name: "2019 has no Unified Messaging", of: server(folders({}), { target: "2019 CU15" }), says: ok },
  { name: "no Mailbox role", of: server({ ...folders({}), ...edge }), says: ok },
  {
    name: "one is gone, right before Setup",
    of: server(folders({ "UnifiedMessaging\\Grammars": true, "UnifiedMessaging\\Prompts": false }), {
      apply: true,
    }),
    says: fails(
      `${head("R45")}a folder of Exchange is missing, and Setup would stop halfway: UnifiedMessaging\\Prompts`,
      "  Found:  no folder %ExchangeInstallPath%UnifiedMessaging\\Prompts",
      needed45,
      onServer,
      "  Fix:    create it, empty",
      last45,
    ),
  },
  {
    name: "one was not asked about",
    of: server(folders({ "UnifiedMessaging\\Grammars": true })),
    says: notVerified(
      `${head("R45")}not verified: UnifiedMessaging\\Prompts: it was not asked about`,
      needed45,
      onServer,
      readRegistry,
      last45,
    ),
  },
  {
    name: "they could not be looked at",
    of: server({ folders: silent }),
    says: silently("R45", needed45, last45),
  },
];

const last46 = `  Rule:   R46, the processes of the search run (${scripts} (Test-FailedSearchFoundation); ${logs})`;
const needed46 = "  Needed: 4 processes noderunner.exe while HostControllerService runs";
const processes = (count: number): Changes["machine"] => ({ searchProcesses: known(count, "tasklist") });

export const R46: CaseTable = [
  { name: "four run", of: server(processes(4), { apply: true }), says: ok },
  { name: "no source says it of SE", of: server(processes(0), { target: "SE RTM" }), says: ok },
  { name: "no Mailbox role", of: server({ ...processes(0), ...edge }), says: ok },
  {
    name: "three run",
    of: server(processes(3)),
    says: fails(
      `${head("R46", "should")}the search does not run in full, and Setup may wait for it until it stops halfway`,
      "  Found:  3 noderunner.exe (tasklist)",
      needed46,
      onServer,
      "  Fix:    start HostControllerService and MSExchangeFastSearch, and wait for their processes; if they do not come, run Bin\\Search\\Ceres\\Installer\\InstallConfig.ps1 with -action U and then with -action I",
      last46,
    ),
  },
  {
    name: "processes could not be listed",
    of: server({ searchProcesses: silent }),
    says: silently("R46", needed46, last46, "should"),
  },
];

const last47 = `  Rule:   R47, the virus scanner leaves Exchange's files alone (${scripts} (SetExchAVExclusions))`;
const needed47 = "  Needed: the folders of Exchange among the exclusions of Microsoft Defender Antivirus";
const fix47 =
  "  Fix:    add the exclusions that Microsoft lists for Exchange (its script Set-ExchAVExclusions.ps1 does it), or turn the scanner off for the upgrade";
const problem47 =
  "the virus scanner looks into Exchange's files, and may hold them while Setup replaces them";
const excluded = (paths: readonly string[] | null): Changes["machine"] => ({
  scannerExclusions: known(paths, "Exclusions"),
});
const folder = "C:\\Program Files\\Microsoft\\Exchange Server\\V15";

export const R47: CaseTable = [
  { name: "it does not run", of: server(excluded(null), { apply: true }), says: ok },
  { name: "the folder itself", of: server(excluded([folder.toUpperCase()])), says: ok },
  { name: "a folder above", of: server(excluded(["D:\\x", "C:\\Program Files"])), says: ok },
  { name: "folders below", of: server(excluded([`${folder}\\Mailbox`])), says: ok },
  { name: "by its variable", of: server(excluded(["%ExchangeInstallPath%Bin"])), says: ok },
  {
    name: "no folder of Exchange is known",
    of: server({ ...excluded([]), installFolder: known(null, "Setup") }),
    says: ok,
  },
  { name: "no source says it of SE", of: server(excluded([]), { target: "SE RTM" }), says: ok },
  {
    name: "none",
    of: server(excluded([])),
    says: fails(
      `${head("R47", "should")}${problem47}`,
      `  Found:  Microsoft Defender Antivirus runs, and ${folder} is not among its exclusions, of which there are none`,
      needed47,
      onServer,
      fix47,
      last47,
    ),
  },
  {
    name: "others alone, of which one begins alike",
    of: server(excluded(["D:\\Databases", `${folder}-old`])),
    says: fails(
      `${head("R47", "should")}${problem47}`,
      `  Found:  Microsoft Defender Antivirus runs, and ${folder} is not among its exclusions: D:\\Databases and ${folder}-old`,
      needed47,
      onServer,
      fix47,
      last47,
    ),
  },
  {
    name: "they could not be read",
    of: server({ scannerExclusions: silent }),
    says: silently("R47", needed47, last47, "should"),
  },
  {
    name: "Exchange's folder could not be read",
    of: server({ ...excluded([]), installFolder: silent }),
    says: silently("R47", needed47, last47, "should"),
  },
];

const last48 = `  Rule:   R48, the computer belongs to a site of Active Directory (${logs}, rule InvalidADSite)`;
const needed48 = "  Needed: a site of Active Directory that the computer's address belongs to";
const identity = (
  changes: { readonly site: string | null; readonly withoutSite?: true; readonly productType?: string },
  more: Changes["machine"] = {},
) =>
  server({
    ...more,
    identity: known(
      { fqdn: "mbx-lon.contoso.com", windowsBuild: 14393, productType: "ServerNT", ...changes },
      "Tcpip",
    ),
  });

export const R48: CaseTable = [
  { name: "in a site", of: server({}, { apply: true }), says: ok },
  {
    name: "a domain controller, whose site is that of its object",
    of: identity({ site: null, productType: "LanmanNT" }),
    says: ok,
  },
  {
    name: "an Edge Transport server, which is in no domain",
    of: identity({ site: null, withoutSite: true }, edge),
    says: ok,
  },
  {
    name: "in none",
    of: identity({ site: null, withoutSite: true }),
    says: fails(
      `${head("R48")}the computer belongs to no site of Active Directory, and Setup finds no domain controller of it`,
      "  Found:  neither SiteName nor DynamicSiteName in the Netlogon parameters of the registry, nor a SiteName by Group Policy",
      needed48,
      "  Where:  on mbx-lon.contoso.com, and in Active Directory Sites and Services",
      "  Fix:    bind the subnet of the computer's address to its site, then restart the Netlogon service; nltest /dsgetsite names the site that was found",
      last48,
    ),
  },
  {
    name: "in none, before an upgrade to 2007 SP1",
    of: aCase({
      machine: {
        identity: known(
          {
            fqdn: "mbx-lon.contoso.com",
            windowsBuild: 3790,
            productType: "ServerNT",
            site: null,
            withoutSite: true,
          },
          "Tcpip",
        ),
      },
    }),
    says: fails(
      "R48 (must), server upgrade on mbx-lon.contoso.com: the computer belongs to no site of Active Directory, and Setup finds no domain controller of it",
      "  Found:  neither SiteName nor DynamicSiteName in the Netlogon parameters of the registry, nor a SiteName by Group Policy",
      needed48,
      "  Where:  on mbx-lon.contoso.com, and in Active Directory Sites and Services",
      "  Fix:    bind the subnet of the computer's address to its site, then restart the Netlogon service; nltest /dsgetsite names the site that was found",
      "  Rule:   R48, the computer belongs to a site of Active Directory (Exchange analyzer, rule InvalidADSite)",
    ),
  },
  {
    name: "a site whose name cannot be read",
    of: identity({ site: null }),
    says: notVerified(
      `${head("R48")}not verified: the site has a name that cannot be read`,
      needed48,
      onServer,
      readRegistry,
      last48,
    ),
  },
  {
    name: "the computer could not be read",
    of: server({ identity: silent }),
    says: silently("R48", needed48, last48),
  },
];
