/** The rules on a server's state that matter to Setup of Exchange 2013 and later. */

import { type ComponentSign, citations, serviceNeedsSource, signIn } from "../../releases";
import type { RuleId } from "../ids";
import {
  always,
  checkedBySetup,
  documentedIn,
  isModernTarget,
  judged,
  onSteps,
  type Rule,
  stepsTo,
} from "../rule";
import { installerCache, noSavedStartTypes } from "./installation";
import { configuredRemoteManagement, mediaOutsideExchange, room, validCertificates } from "./placeOfSetup";
import { exchangeServices, noDeletedService, windowsServices } from "./serverServices";
import {
  belongsToSite,
  foldersOfSetup,
  fullLanguage,
  scannerLeavesExchange,
  searchRuns,
  virtualDirectoriesInBoth,
} from "./setupGround";
import { settingSource } from "./setupNeeds";

const onModernServers = stepsTo(["server"], isModernTarget);

/** A rule of what the target's Setup has a sign for. */
const where = (kind: ComponentSign["kind"]) =>
  stepsTo(["server"], (target) => signIn(target, kind) !== undefined);

/** Rules on what Setup works with, beside its own files. */
const groundRules = {
  R43: {
    level: "must",
    appliesTo: where("language mode"),
    judges: "computer",
    title: always("PowerShell runs in its full language mode"),
    source: settingSource("language mode"),
    enforced: judged(fullLanguage, "the language mode of Windows PowerShell in the session"),
    waivableFailure:
      "where Setup runs under another account than the session, which script rules may not concern",
  },
  R44: {
    level: "must",
    appliesTo: where("web applications"),
    judges: "computer",
    title: always("IIS and the directory have the same virtual directories"),
    source: settingSource("web applications"),
    enforced: judged(
      virtualDirectoriesInBoth,
      "the sites and applications in applicationHost.config, and the virtual directories below the server's object; parts of an application are not read",
    ),
  },
  R45: {
    level: "must",
    appliesTo: where("folders"),
    judges: "computer",
    title: always("the folders of Unified Messaging are there"),
    source: settingSource("folders"),
    enforced: judged(foldersOfSetup, "the folders below that of Exchange"),
  },
  R46: {
    level: "should",
    appliesTo: where("processes"),
    judges: "computer",
    title: always("the processes of the search run"),
    source: settingSource("processes"),
    enforced: judged(
      searchRuns,
      "the processes noderunner.exe; their number alone is no proof, as they may be slow",
    ),
  },
  R47: {
    level: "should",
    appliesTo: where("virus scanner"),
    judges: "computer",
    title: always("the virus scanner leaves Exchange's files alone"),
    source: settingSource("virus scanner"),
    enforced: judged(
      scannerLeavesExchange,
      "the service WinDefend and its exclusions in the registry; other scanners are not read",
    ),
  },
  R48: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "computer",
    title: always("the computer belongs to a site of Active Directory"),
    source: checkedBySetup("InvalidADSite"),
    enforced: judged(
      belongsToSite,
      "SiteName, by Group Policy or not, and DynamicSiteName of Netlogon in the registry",
    ),
  },
} satisfies { readonly [Id in RuleId]?: Rule };

export const serverRules = {
  ...groundRules,
  R50: {
    level: "must",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("the services of Windows run that Setup needs"),
    source: () => serviceNeedsSource,
    enforced: judged(
      windowsServices,
      "the state and the start type of each service, for the roles in the registry; which roles need which is unverified",
    ),
  },
  R51: {
    level: "must",
    recommended:
      "for services that Setup was not seen to fail by, those that are only stopped, and where Setup has begun and is to go on",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("the services of Exchange run before Setup starts"),
    source: documentedIn(`${citations.cssExchange} (SetupAssist); ${citations.setupLogs}`),
    enforced: judged(exchangeServices, "the state and the start type of each service of the installed roles"),
  },
  R52: {
    level: "must",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("no service is marked for deletion"),
    source: checkedBySetup("ServicesAreMarkedForDeletion"),
    enforced: judged(
      noDeletedService,
      "DeleteFlag of the services of Exchange, and of those that Setup needs",
    ),
  },
  R53: {
    // Sources disagree: Microsoft's script fails a server with such files, but public logs show that Setup overwrites
    // them.
    level: "should",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("no interrupted Setup has left the start types of services"),
    source: settingSource("no files"),
    enforced: judged(noSavedStartTypes, "the names of the files in Setup's folder of logs"),
  },
  R54: {
    level: "must",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("Windows Installer has its copies of the installed packages"),
    source: settingSource("installer cache"),
    enforced: judged(
      installerCache,
      "LocalPackage of the installed products and updates in the registry, and the files in Windows' folder Installer; whether a file is the right one is not read",
    ),
  },
  R55: {
    level: "must",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("Setup runs from media, and not from Exchange's own folder"),
    source: documentedIn(`${citations.cssExchange} (Test-InstallFromBin)`),
    enforced: judged(mediaOutsideExchange, "`computer.media`, and MsiInstallPath in the registry"),
  },
  R56: {
    level: "should",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("there is room on the drives that Setup writes to"),
    source: settingSource("free space"),
    enforced: judged(
      room,
      "the free bytes of the system's drive, and of the one on which Exchange is installed",
    ),
  },
  R57: {
    level: "should",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("no certificate of a web site has expired"),
    source: settingSource("bound certificates"),
    enforced: judged(
      validCertificates,
      "the certificates that Windows' web server shows, in the registry; which of them Setup takes is not known",
    ),
  },
  R58: {
    level: "should",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("Windows Remote Management has its configuration"),
    source: settingSource("recommended value"),
    enforced: judged(configuredRemoteManagement, "UpdatedConfig of WSMAN in the registry"),
  },
} satisfies { readonly [Id in RuleId]?: Rule };
