/** Errors of single tasks of Setup: packages of Windows Installer, programs, virtual directories, and what an earlier run has left. */
import { citations } from "../../releases";
import { anyRule, inError, inPlace, type Key, type KnownFailure } from "./knownFailure";

const { setupLogs } = citations;

/** An error of Windows Installer by its number, also in a language in which its sentence is another one. */
function installerError(...codes: readonly number[]): readonly (readonly Key[])[] {
  return codes.flatMap((code) => [
    inError(`Error code is ${code}`),
    [...inError(` ${code}`), inPlace("stack", "Win32Exception")],
  ]);
}

const installerCodes = {
  things: [{ in: "before", marks: ["Package: ", ".msi"], words: "{1}.msi" }],
  releases: "all (errors of Windows Installer)",
  source: "Microsoft Learn, MsiExec.exe and InstMsi.exe error messages",
  certainty: "documented",
} as const;

/** Asked for after the failures of what is more particular. */
export const taskFailures: readonly KnownFailure[] = [
  {
    id: "installerBusy",
    anyOf: installerError(1618),
    ...installerCodes,
    things: [],
    cause: "another installation is under way on the computer",
    action: "let it finish, or restart the computer; then run Setup again",
  },
  {
    id: "installerFile",
    anyOf: installerError(1619, 1620, 1635, 1636),
    ...installerCodes,
    cause: "Windows Installer cannot open a package",
    action:
      "copy the media again, to a drive of the computer, and see that the account and SYSTEM may read them",
  },
  {
    id: "mediaDamaged",
    anyOf: [
      inError("cabinet file '", "is corrupt"),
      [...inError("Error code is 1603"), inPlace("detail", "Error 1335")],
    ],
    things: [{ in: "error", marks: ["cabinet file '", "'"] }],
    cause: "a file of the media is damaged",
    action: "copy the media again, and compare their checksum with the one that is published",
    releases: "all (error 1335 of Windows Installer)",
    source: "Microsoft Learn, Windows Installer error messages",
    certainty: "documented",
  },
  {
    id: "installerForbidden",
    anyOf: installerError(1625, 1643),
    ...installerCodes,
    cause: "a policy of the computer forbids the installation",
    action: "allow it until Setup is done (Windows Installer, AppLocker and Software Restriction Policies)",
  },
  {
    id: "installerCancelled",
    anyOf: installerError(1602),
    ...installerCodes,
    things: [],
    cause: "the installation was cancelled on the computer",
    action: "find out who cancelled it, and run Setup again",
  },
  {
    id: "installerService",
    anyOf: installerError(1601),
    ...installerCodes,
    things: [],
    cause: "the service Windows Installer (msiserver) cannot be reached",
    action: "see that it is not disabled and starts",
  },
  {
    id: "installerOtherBuild",
    anyOf: installerError(1638),
    ...installerCodes,
    cause: "another build of a package is installed already",
    action: "see in Programs and Features which build it is, and take media that are newer",
  },
  {
    id: "installerPatch",
    anyOf: installerError(1642, 1647, 1648),
    ...installerCodes,
    cause: "an update does not fit the package that it is to be installed with",
    action: "take it out of the folder Updates of the media, run Setup, and install the update afterwards",
  },
  {
    id: "virtualDirectoryInDirectory",
    anyOf: [inError("The AD configuration for virtual directory '", "' already exists")],
    things: [
      {
        in: "error",
        marks: ["for virtual directory '", "' already exists in 'CN=", ","],
        words: "{2}",
      },
    ],
    cause: "a virtual directory is in the directory and not in IIS",
    action: "remove it with its Remove-…VirtualDirectory cmdlet, else this object alone with ADSI Edit",
    releases: "2016 CU23",
    source: "Microsoft Q&A 2285279",
    certainty: "practice",
  },
  {
    id: "virtualDirectoryNotFound",
    anyOf: [
      [
        ...inError("Cannot bind argument to parameter", "because it is null"),
        inPlace("script", "VirtualDirectory"),
      ],
    ],
    cause: "a virtual directory that Setup wants to change is not there",
    action: "compare IIS with the directory, and make it again with the New-…VirtualDirectory cmdlet",
    releases: "2016, 2019",
    source: "Microsoft Q&A, PushNotifications and RequireSSL",
    certainty: "practice",
  },
  {
    id: "visualCplusplus",
    anyOf: [[...inError("Process execution failed with exit code 3"), inPlace("script", "ExSMIME.dll")]],
    cause: "a component of Exchange could not be registered, as Visual C++ 2012 is missing",
    action: "install the Visual C++ 2012 Redistributable (x64)",
    releases: "2013, 2016, 2019",
    source: "Microsoft KB 4495264",
    certainty: "documented",
  },
  {
    id: "assemblyGenerator",
    anyOf: [
      [...inError("StackOverflowException"), inPlace("script", "DependentAssemblyGenerator.exe")],
      [...inError("RemoteException"), inPlace("script", "DependentAssemblyGenerator.exe")],
      [inPlace("stack", "RemoteException"), inPlace("script", "DependentAssemblyGenerator.exe")],
    ],
    cause: "DependentAssemblyGenerator.exe failed, which writes SharedWebConfig.config",
    action: "run it by hand as Setup's script does, and read what it prints",
    releases: "2013, 2019 CU9",
    source: "Orange-Cyberdefense/GOAD, issue 440",
    certainty: "practice",
  },
  {
    id: "webServerRestart",
    anyOf: [[...inError("Process execution failed with exit code"), inPlace("before", "Starting: iisreset")]],
    things: [{ in: "before", marks: ["Process standard error: ", ""] }],
    cause: "iisreset failed: a service of the web server does not start",
    action: "start WAS and W3SVC by hand, read their errors in the system log, and run Setup again",
    releases: "2013 CU23",
    source: "Microsoft Q&A 344527 (the symptom)",
    certainty: "unverified",
  },
  {
    id: "contentFilter",
    anyOf: [inError("register the content filter")],
    cause:
      "the content filter was not registered within a minute, as where names are looked up in all trusted domains",
    action:
      "set LsaLookupRestrictIsolatedNameLevel to 1 on the domain controllers (key Lsa), and run Setup again",
    releases: "2013 to 2019, on Windows in other languages",
    source: "Microsoft Learn, can't install an Exchange cumulative update on a localized Windows Server",
    certainty: "documented",
  },
  {
    id: "certificateKey",
    anyOf: [
      inError("Network Service access to the certificate with thumbprint"),
      [inPlace("stack", "AddAccessRuleCryptographicException")],
      [inPlace("stack", "AddAccessRuleUnauthorizedAccessException")],
    ],
    things: [
      { in: "error", marks: ["with thumbprint ", " because"] },
      { in: "error", marks: ["access to the certificate with thumbprint ", ""] },
    ],
    cause: "Setup may not change the rights on the private key of a certificate, or the key is not there",
    action: "mend the rights on ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys, or replace the certificate",
    releases: "2007 to 2019 CU14",
    source: "community.certifytheweb.com, topic 2173; frankysweb.de, win-acme and a CU of Exchange 2016",
    certainty: "practice",
  },
  {
    id: "certificateUnusable",
    anyOf: [
      inError("certificate with thumbprint", "found but is not valid"),
      inError("certificate with the thumbprint", "found but is not valid"),
      inError("certificate with thumbprint", "found but isn't valid"),
    ],
    things: [
      { in: "error", marks: ["thumbprint ", " was found", "(reason: ", ")"], words: "{1}, {3}" },
      { in: "error", marks: ["thumbprint ", " was found"] },
    ],
    cause: "Exchange cannot use a certificate that is on the server, as when its private key is not there",
    action: "mend it (a lost key: certutil -repairstore my <serial number>), or let Exchange use another one",
    releases: "2007 and later",
    source: "the message itself; supforce.com, SSL certificate repair (the private key)",
    certainty: "unverified",
  },
  {
    id: "certificateMissing",
    anyOf: ["n't found", "not found", "n't be found", "not be found"].flatMap((words) => [
      inError("certificate with the thumbprint", words),
      inError("certificate with thumbprint", words),
    ]),
    things: [
      { in: "error", marks: ["with the thumbprint ", " "] },
      { in: "error", marks: ["with thumbprint ", " "] },
    ],
    cause: "a certificate that Exchange is configured with is not on the server",
    action: "make or import one, and let Set-AuthConfig or Enable-ExchangeCertificate point to it",
    releases: "2013 and later",
    source: "the message itself",
    certainty: "unverified",
  },
  {
    id: "iisAccess",
    anyOf: [
      inError("An IIS directory entry couldn't be created"),
      [inPlace("stack", "IISGeneralCOMException")],
    ],
    cause: "Setup cannot open the configuration of IIS",
    action:
      "see that W3SVC runs, that IIS 6 Metabase Compatibility is installed, and that Exchange Trusted Subsystem is a local administrator",
    releases: "2010 and later",
    source: "Microsoft Q&A 2103368; mikefrobbins.com, 2010-09-02",
    certainty: "practice",
  },
  {
    id: "programFailed",
    anyOf: [inError("Process execution failed with exit code")],
    things: [
      { in: "before", marks: ["Starting: ", " with arguments"] },
      { in: "error", marks: ["with exit code ", ""], words: "exit code {1}" },
    ],
    cause: "a program that Setup starts failed",
    action: "run it by hand as the log shows it, and mend what it complains of",
    releases: "2013 and later",
    source: "Microsoft Q&A, several",
    certainty: "practice",
  },
  {
    id: "edgeInDomain",
    anyOf: [inError("Cannot get child of ADObjectId")],
    cause: "Setup's command line does not install an Edge Transport server that belongs to a domain",
    action: "run Setup's wizard, or take the computer out of the domain until Setup is done",
    releases: "2013 CU14, 2016 CU2 and later",
    source: "Microsoft KB 3205799",
    certainty: "documented",
  },
  {
    id: "addressPolicy",
    anyOf: [inError("must have exactly one primary e-mail address")],
    things: [{ in: "before", marks: ['Processing object "', '"'] }],
    cause: "an e-mail address policy, or a recipient, has several primary addresses of a kind, or none",
    action: "leave it one primary address of each kind",
    releases: "2010",
    source: "umesh.geekswithblogs.net, 2010-06-30",
    certainty: "practice",
  },
  {
    id: "otherAction",
    anyOf: [inError("Setup previously failed while performing the action")],
    things: [{ in: "error", marks: ["performing the action ", "."] }],
    cause: "an earlier run did another thing and has not finished",
    action:
      "run Setup again with the action that it names, so that it resumes; ask support before you delete a Watermark",
    releases: "2007, 2010",
    source: "null.53bits.co.uk, resuming exchange installer",
    certainty: "practice",
  },
  {
    id: "languagePackBundle",
    anyOf: [
      ...anyRule("LangPackBundleCheck"),
      inError("The language pack bundle could not be found or is corrupt"),
    ],
    cause: "an earlier run has left a note of language packs that Setup does not find",
    action:
      "save and delete the key Language Packs below HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15, run Setup again",
    releases: "2013",
    source: "Microsoft KB 3069005",
    certainty: "documented",
  },
  {
    id: "languagePackOfVoice",
    anyOf: anyRule("AdditionalUMLangPackExists"),
    cause: "further language packs of Unified Messaging are installed",
    action: "remove them first (Setup /RemoveUMLanguagePack), and install those of the new build afterwards",
    releases: "2013, 2016",
    source: `a rule of Setup, named in ${setupLogs}`,
    certainty: "unverified",
  },
  {
    id: "buildNotUpgraded",
    anyOf: anyRule(
      "BridgeheadUpgradeMinVersionBlock",
      "MailboxUpgradeMinVersionBlock",
      "UnifiedMessagingUpgradeMinVersionBlock",
      "ExchangeVersionBlock",
      "LangPackUpgradeVersioning",
    ),
    cause: "this Setup does not upgrade the build that is installed",
    action: "upgrade to a build first from which it does",
    releases: "2013 and later",
    source: `rules of Setup, named in ${setupLogs}`,
    certainty: "unverified",
  },
  {
    id: "newerServers",
    anyOf: anyRule("AllServersOfHigherVersionRule"),
    cause: "the organization has servers of a newer build than this Setup",
    action: "take media of the newest build in the organization",
    releases: "2013 and later",
    source: `a rule of Setup, named in ${setupLogs}`,
    certainty: "unverified",
  },
  {
    id: "wrongWindows",
    anyOf: anyRule("ValidOSVersion", "WindowsServer2008CoreServerEdition", "IsServerCoreInstalled"),
    cause: "this Windows does not carry this release of Exchange",
    action: "use a Windows that it supports; Windows is not upgraded beneath Exchange",
    releases: "2013 and later",
    source: `rules of Setup, named in ${setupLogs}`,
    certainty: "unverified",
  },
  {
    id: "namesDiffer",
    anyOf: anyRule(
      "ComputerNameDiscrepancy",
      "ConfigDCHostNameMismatch",
      "ServerNameNotValid",
      "DNSDomainNameNotValid",
    ),
    cause: "a name of the computer, its domain or a domain controller is not valid, or names do not agree",
    action: "compare host name and DNS suffix with the names that Setup quotes, and correct them",
    releases: "2013 and later",
    source: `rules of Setup, named in ${setupLogs}`,
    certainty: "unverified",
  },
  {
    id: "objectNotFound",
    anyOf: [
      inError("The operation couldn't be performed because object '", "' couldn't be found on '"),
      [inPlace("stack", "ManagementObjectNotFoundException")],
    ],
    things: [
      { in: "error", marks: ["because object '", "' couldn't be found on '", "'"], words: "{1} on {2}" },
    ],
    cause: "Setup does not find an object in the directory",
    action: "see that it is there and has replicated to that domain controller, then run Setup again",
    releases: "2016 CU19",
    source: "Microsoft Q&A 275013",
    certainty: "practice",
  },
];
