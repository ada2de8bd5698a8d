/** Errors of Setup whose cause is on the server, or in what the directory holds of it. */
import { citations } from "../../releases";
import { inError, inPlace, type KnownFailure, type Thing, wholeDetail } from "./knownFailure";

const { cssExchange, setupLogs } = citations;

const msiPackage: readonly Thing[] = [
  wholeDetail,
  { in: "error", marks: ["product with code ", ". "] },
  { in: "error", marks: ["Installing product ", " failed"] },
];

const noSharedDc = inError("Unable to set shared config DC");

/** Errors while Setup works on a server. */
export const serverFailures: readonly KnownFailure[] = [
  {
    id: "mailboxDatabase",
    anyOf: [inError("Database is mandatory on UserMailbox")],
    things: [{ in: "before", marks: ['Processing object "', '"'] }],
    cause: "a system mailbox has no database, or one that is gone",
    action:
      "give it a database with Set-Mailbox -Database, from a plain PowerShell with the snap-in if need be",
    releases: "2013 CU23, 2016",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "severalActiveSync",
    anyOf: [inError("'System.Object[]'", "VirtualDirectoryIdParameter")],
    cause: "the server has several ActiveSync virtual directories",
    action: "remove the additional one: Get-ActiveSyncVirtualDirectory -Server has to list one",
    releases: "2019 CU11",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "virtualDirectoryMissing",
    anyOf: [
      inError("couldn't be found on", "(Default Web Site)"),
      inError("couldn't be found on", "(Exchange Back End)"),
    ],
    things: [{ in: "error", marks: ["object '", "' couldn't be found"] }],
    cause: "a virtual directory is in IIS and not in the directory, or only in part",
    action:
      "take its rest out of applicationHost.config, and make it again with the New-…VirtualDirectory cmdlet",
    releases: "2016 CU18",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "virtualDirectoryExists",
    anyOf: [inError("The virtual directory '", "' already exists under '")],
    things: [
      {
        in: "error",
        marks: ["virtual directory '", "' already exists under '", "'"],
        words: "{1} under {2}",
      },
    ],
    cause: "a virtual directory is in IIS and not in the directory",
    action: "take it out of IIS and applicationHost.config",
    releases: "2016 CU19",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "iisConfiguration",
    anyOf: [
      [
        ...inError("Process execution failed with exit code 50"),
        inPlace("before", "appcmd.exe with arguments"),
      ],
      [
        ...inError("'System.Object[]'", "parameter 'Message'"),
        inPlace("script", "appcmd.exe"),
        inPlace("script", "Write-ExchangeSetupLog"),
      ],
    ],
    things: [{ in: "error", marks: ["with exit code ", ""], words: "appcmd.exe ended with {1}" }],
    cause: "IIS does not have what Setup wants to change: its configuration and the directory do not fit",
    action: "compare applicationHost.config with the server's virtual directories, and mend it",
    releases: "2016 CU18, CU20",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "topologyServiceStopped",
    anyOf: [
      [
        ...noSharedDc,
        inPlace("before", "coundn't find the Microsoft Exchange Active Directory Topology service"),
      ],
      [
        ...noSharedDc,
        inPlace("before", "couldn't find the Microsoft Exchange Active Directory Topology service"),
      ],
    ],
    cause: "the service Microsoft Exchange Active Directory Topology is stopped or disabled",
    action: "set it to automatic and keep it started while Setup runs",
    releases: "2019 CU14",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "noSuitableController",
    anyOf: [
      [...noSharedDc, inPlace("before", "No Suitable Directory Servers Found")],
      inError("No Suitable Directory Servers Found"),
      inError("Could not find any available Global Catalog"),
      inError("Could not find any available Domain Controller"),
      [inPlace("stack", "NoSuitableServerFoundException")],
    ],
    things: [
      { in: "before", marks: ["Found in Forest ", " Site ", " and"], words: "forest {1}, site {2}" },
      { in: "error", marks: ["Found in Forest ", " Site ", " and"], words: "forest {1}, site {2}" },
      { in: "error", marks: ["any available Global Catalog in ", ""] },
      { in: "error", marks: ["any available Domain Controller in ", ""] },
    ],
    cause: "Exchange finds no usable domain controller in its site",
    action: "read MSExchange ADAccess in the application log, and let a global catalog there serve the site",
    releases: "2010 to 2019 CU14",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "sharedConfigController",
    anyOf: [noSharedDc],
    cause: "Setup could not agree with Exchange on a domain controller",
    action: "see that Microsoft Exchange Active Directory Topology runs, and read the application log",
    releases: "2019 CU14",
    source: cssExchange,
    certainty: "documented",
  },
  {
    id: "searchNodesLeft",
    anyOf: [inError("SearchFoundation", "Old nodes belonging to the system")],
    things: [{ in: "error", marks: ["already exist in '", "'"] }],
    cause: "nodes of the search foundation are left of an earlier installation",
    action: "stop MSExchangeFastSearch and HostControllerService, and delete the folder Nodes\\Fsis",
    releases: "2019 CU10",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "searchFoundation",
    anyOf: [inError("Failure configuring SearchFoundation")],
    cause: "the search foundation did not start",
    action: "see that HostControllerService is not disabled and four noderunner.exe run",
    releases: "2016 CU18",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "databaseNotMounted",
    anyOf: [inError("Failed to mount database")],
    things: [{ in: "error", marks: ['Failed to mount database "', '"'] }],
    cause: "a database of this server does not mount",
    action: "mount or restore it first",
    releases: "2013 CU23",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "installedSetup",
    anyOf: [
      inError("\\Bin\\ManageScheduledTask.ps1'"),
      inError("Couldn't open package '", "\\bin\\Setup\\", "Error code is 1619"),
    ],
    cause: "Setup was started from the installed Bin folder, and not from the media",
    action: "start the media's Setup.exe by its full path",
    releases: "2016 CU19",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "missingRegistryKey",
    anyOf: [
      inError("Cannot find path 'HK"),
      inError("Cannot find path 'Registry::"),
      inError("Cannot find path 'Microsoft.PowerShell.Core\\Registry::"),
      [...inError("HKLM:"), inPlace("stack", "ItemNotFoundException")],
    ],
    things: [{ in: "error", marks: ["Cannot find path '", "'"] }],
    cause: "a key of the registry is missing that Setup reads or changes",
    action:
      "compare it with a healthy server of the same build; restore what belongs there, with support if need be",
    releases: "all (an error of PowerShell)",
    source: "Microsoft Learn, about_Registry_Provider",
    certainty: "documented",
  },
  {
    id: "missingInIis",
    anyOf: [
      inError("Cannot find path 'IIS:"),
      [...inError("IIS:"), inPlace("stack", "ItemNotFoundException")],
    ],
    things: [{ in: "error", marks: ["Cannot find path '", "'"] }],
    cause: "a site, a virtual directory or an application pool is missing in IIS that Setup changes",
    action: "compare IIS with the directory and with a healthy server of the same build, and make it again",
    releases: "all (an error of PowerShell)",
    source: "Microsoft Learn, WebAdministration",
    certainty: "documented",
  },
  {
    id: "missingFolder",
    anyOf: [inError("Cannot find path '"), [inPlace("stack", "ItemNotFoundException")]],
    things: [{ in: "error", marks: ["Cannot find path '", "'"] }],
    cause: "a folder of Exchange is missing",
    action: "create it, empty",
    releases: "2013 CU23",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "noActiveServices",
    anyOf: [[...inError('"Reverse"'), inPlace("script", "ServiceControl.ps1")]],
    cause: "no service of Exchange is active, and Setup's ServiceControl.ps1 does not expect that",
    action: "set the Exchange services to automatic, start them",
    releases: "2016 CU23",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "malwareConfiguration",
    anyOf: [inError("Upgrade of Configuration.xml was unsuccessful")],
    cause: "Setup may not write FIP-FS\\Data\\Configuration.xml, or a virus scanner holds it",
    action: "give the account and SYSTEM full control of it, and exclude it from the scanner",
    releases: "2016 CU18",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "installerSource",
    anyOf: [
      inError("Error code is 1612"),
      inError("The installation source for this product is not available"),
      [...inError(" 1612"), inPlace("stack", "Win32Exception")],
    ],
    things: msiPackage,
    cause: "Windows Installer misses a package of the installed build in its cache",
    action:
      "copy the files from the media of the build that is installed (FixInstallerCache.ps1), not of the new one",
    releases: "2013 CU23",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "installerFolder",
    anyOf: [
      inError("insufficient privileges to access this directory"),
      [inPlace("detail", "Error 1303"), ...inError("Error code is 1603")],
    ],
    things: [
      { in: "error", marks: ["to access this directory: ", ".  "] },
      { in: "error", marks: ["to access this directory: ", ". The "] },
      { in: "error", marks: ["to access this directory: ", "'"] },
      wholeDetail,
    ],
    cause: "Windows Installer may not write to a folder of Exchange",
    action:
      "let it inherit its permissions, give SYSTEM and the local Administrators full control; start the services that were stopped",
    releases: "2016 CU12 and later",
    source: citations.failedUpdates,
    certainty: "documented",
  },
  {
    id: "installerServiceStop",
    anyOf: [
      inError("sufficient privileges to stop system services"),
      [inPlace("detail", "Error 1921"), ...inError("Error code is 1603")],
    ],
    things: [
      { in: "error", marks: ["MSI package is 'Service '", "' could not be stopped"] },
      { in: "error", marks: ["Service '", "' could not be stopped"] },
      wholeDetail,
    ],
    cause: "Windows Installer could not stop a service",
    action: "stop it by hand, end its process if it hangs, and exclude Exchange from the virus scanner",
    releases: "all (error 1921 of Windows Installer)",
    source: "Microsoft Learn, Windows Installer error messages",
    certainty: "documented",
  },
  {
    id: "installerPackage",
    anyOf: [
      inError("Error code is 1603"),
      inError("Fatal error during installation"),
      [...inError(" 1603"), inPlace("stack", "Win32Exception")],
    ],
    things: [
      wholeDetail,
      // What the package says may quote a service itself.
      { in: "error", marks: ["reported by the MSI package is '", ".'"] },
      { in: "error", marks: ["reported by the MSI package is '", "'"] },
      ...msiPackage,
    ],
    cause: "Windows Installer failed on a package",
    action:
      "read the .msilog of that package; mend the installer's cache from the media of the installed build",
    releases: "2013 CU23, 2016 CU21",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "installerCache",
    anyOf: [
      [...inError("Object reference not set"), inPlace("before", "Installing a new product. Package:")],
      [inPlace("stack", "NullReferenceException"), inPlace("before", "Installing a new product. Package:")],
    ],
    things: [
      wholeDetail,
      { in: "before", marks: ["Installing a new product. Package: ", ".msi"], words: "{1}.msi" },
    ],
    cause: "Windows Installer failed on a package, most likely for its cache",
    action: "mend the installer's cache from the media of the installed build (FixInstallerCache.ps1)",
    releases: "2016 CU18",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "iisMetabase",
    anyOf: [inError("while trying to update metabase properties")],
    cause:
      "IIS does not have the virtual directory that Setup wants to change, or something holds its configuration",
    action:
      "remove the damaged virtual directory with its Remove-…VirtualDirectory cmdlet; stop scanner and backup",
    releases: "2010 SP3",
    source: "ficilitydotnet.wordpress.com, 2013-10",
    certainty: "practice",
  },
  {
    id: "alreadyInstalled",
    anyOf: [inError("already installed", "service"), inError("server roles are already installed")],
    things: [
      { in: "error", marks: ["roles are already installed: ", ""] },
      { in: "error", marks: ["Service '", "'"] },
    ],
    cause: "Setup takes for installed what an earlier run has begun, or left half done",
    action: "run Setup again so that it resumes; ask support before you delete a Watermark or an Action",
    releases: "2007 SP3",
    source: "null.53bits.co.uk, resuming exchange installer; Exchange team blog, 2007-05-21",
    certainty: "practice",
  },
  {
    id: "inconsistentServer",
    anyOf: [
      inError("Exchange Server is in an inconsistent state"),
      inError("Only disaster recovery mode is available"),
    ],
    cause: "the directory has this server, and nothing of Exchange is installed on the computer",
    action: "recover it with Setup /m:RecoverServer and the media of its release",
    releases: "2010",
    source: "practical365.com, Exchange 2010 setup error",
    certainty: "practice",
  },
  {
    id: "certificateExpired",
    anyOf: [inError("The certificate is expired")],
    things: [
      {
        in: "before",
        marks: ["Installing certificate signed by '", "' for site '", "'"],
        words: "of {1}, for {2}",
      },
    ],
    cause: "the certificate that Setup binds to a web site is expired",
    action: "renew it, and restart",
    releases: "2013 and later",
    source: cssExchange,
    certainty: "documented",
  },
  {
    id: "eventLogRights",
    anyOf: [[inPlace("warning", "Cannot open log for source 'MSExchangeSetup'")]],
    cause: "the administrators may not write to an event log",
    action:
      "give them back their right in the value CustomSD of the logs Application and System, and restart",
    releases: "2019",
    source: "Microsoft Learn, error message when upgrading cumulative updates",
    certainty: "documented",
  },
];
