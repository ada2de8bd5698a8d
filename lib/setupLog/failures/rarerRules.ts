/** Rules of Setup's prerequisite check that are met more rarely: each has its own cause. */
import { citations } from "../../releases";
import { anyRule, type KnownFailure } from "./knownFailure";

const { setupLogs } = citations;

const ofRule = {
  releases: "2013 and later",
  source: `a rule of Setup, named in ${setupLogs}`,
  certainty: "unverified",
} as const;

/** Asked for after the rules of which more is known. */
export const rarerRules: readonly KnownFailure[] = [
  {
    id: "readOnlyController",
    anyOf: anyRule("ComputerRODC"),
    cause: "this computer is a read-only domain controller",
    action: "install Exchange on a member server",
    ...ofRule,
  },
  {
    id: "splitPermissions",
    anyOf: anyRule("InstallOnDCInADSplitPermissionMode", "SetADSplitPermissionWhenExchangeServerRolesOnDC"),
    cause: "split permissions of Active Directory and Exchange on a domain controller exclude each other",
    action: "have Exchange on member servers only, or end the split permissions with Setup /PrepareAD",
    ...ofRule,
  },
  {
    id: "otherExchange",
    anyOf: anyRule("ExchangeAlreadyInstalled"),
    cause: "another release of Exchange is installed on this computer",
    action:
      "put the new release on another server and move to it; between these two there is no upgrade in place",
    ...ofRule,
  },
  {
    id: "shortNameTaken",
    anyOf: anyRule("DuplicateShortProvisionedName"),
    cause: "two servers of the organization have the same short name",
    action: "remove the server object that is left over, or give one computer another name",
    ...ofRule,
  },
  {
    id: "domainPermissions",
    anyOf: anyRule("InconsistentlyConfiguredDomain"),
    cause: "the group Exchange Servers lacks its rights on the domain",
    action: "run Setup /PrepareDomain for it, and see that nothing takes the rights away again",
    ...ofRule,
  },
  {
    id: "folderTreeInheritance",
    anyOf: anyRule("InhBlockPublicFolderTree"),
    cause: "the public folder tree does not inherit its permissions",
    action: "let it inherit again, with ADSI Edit on the object of the tree",
    ...ofRule,
  },
  {
    id: "offlineAddressBook",
    anyOf: anyRule("OffLineABServerDeleted"),
    cause: "an offline address book belongs to a server that was deleted",
    action: "give it to another server (Move-OfflineAddressBook), or remove it",
    ...ofRule,
  },
  {
    id: "sendConnector",
    anyOf: anyRule("SendConnectorException"),
    cause: "Setup could not read a send connector",
    action: "look at the connectors with Get-SendConnector, and mend or remove the one that cannot be read",
    ...ofRule,
  },
  {
    id: "serverNameInPolicy",
    anyOf: anyRule("ServerFQDNMatchesSMTPPolicy", "SmtpAddressLiteral"),
    cause: "a recipient policy has the full name of a server, or an address in brackets, as a mail domain",
    action: "take that entry out of the recipient policies",
    ...ofRule,
  },
  {
    id: "smtpService",
    anyOf: anyRule("SMTPSvcInstalled"),
    cause: "the SMTP service of IIS is installed, and Exchange has its own",
    action: "remove that feature of Windows",
    ...ofRule,
  },
  {
    id: "iisThirtyTwoBit",
    anyOf: anyRule("Iis32BitMode"),
    cause: "IIS runs in 32 bit mode",
    action: "set Enable32BitAppOnWin64 to false, and restart IIS",
    ...ofRule,
  },
  {
    id: "webServiceAgain",
    anyOf: anyRule("ShouldReRunSetupForW3SVC"),
    cause: "the World Wide Web Publishing service (W3SVC) was not ready for Setup",
    action: "start it, see that it stays, and run Setup again",
    ...ofRule,
  },
  {
    id: "schemaMasterTooOld",
    anyOf: anyRule("SchemaFSMONotWin2003SPn"),
    cause: "the schema master runs a Windows that is too old for this release",
    action: "move the role to a domain controller with a newer Windows",
    ...ofRule,
  },
  {
    id: "voiceQueue",
    anyOf: anyRule("VoiceMessagesInQueue"),
    cause: "voice messages still wait in a queue of Unified Messaging",
    action: "let the transport service take them, or move them away, and run Setup again",
    ...ofRule,
  },
  {
    id: "languagePackRoom",
    anyOf: anyRule("LangPackDiskSpaceCheck"),
    cause: "there is too little room on the drive for the language packs",
    action: "make room on the drive that Setup names",
    ...ofRule,
  },
];
