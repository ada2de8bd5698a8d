/** What it means that rules of Setup's prerequisite check failed which judge directory and account. In this order: a cause stands before what follows from it. */
import { citations } from "../../releases";
import { anyRule, inError, type KnownFailure } from "./knownFailure";

const { cssExchange, documentation, setupLogs } = citations;

/** Rules that judge what Setup has read of the directory as if it had been read. */
const readFromDirectory = [
  "ForestLevelNotWin2003Native",
  "ForestLevelNotWin2012R2",
  "LocalDomainModeMixed",
  "RootDomainModeMixed",
  "PrepareDomainModeMixed",
  "MailboxRoleNotInstalled",
  "BridgeheadRoleNotInstalled",
  "UnifiedMessagingRoleNotInstalled",
] as const;

const delegated = [
  "DelegatedBridgeheadFirstInstall",
  "DelegatedBridgeheadFirstSP1upgrade",
  "DelegatedCafeFirstInstall",
  "DelegatedClientAccessFirstInstall",
  "DelegatedClientAccessFirstSP1upgrade",
  "DelegatedFrontendTransportFirstInstall",
  "DelegatedMailboxFirstInstall",
  "DelegatedMailboxFirstSP1upgrade",
  "DelegatedUnifiedMessagingFirstInstall",
  "DelegatedUnifiedMessagingFirstSP1upgrade",
] as const;

/** Failures that Setup names by its rules. */
export const ruleFailures: readonly KnownFailure[] = [
  {
    id: "directoryNotReached",
    anyOf: [
      "LDAP server is unavailable",
      "timeout period expired",
      "A native error 0x",
      "find any available",
    ].map((text) => [...anyRule("AdInitErrorRule").flat(), ...inError(text)]),
    things: [
      { in: "rule", marks: ["Active Directory server ", " is not available"] },
      { in: "rule", marks: ['in domain "', '"'] },
    ],
    cause: "no domain controller answered while Setup looked at Active Directory",
    action:
      "take domain controllers that are gone out of DNS and sites; see that those of this site answer on LDAP",
    inItsWake: ["CannotAccessAD", ...readFromDirectory],
    releases: "2016 CU12 and later",
    source: "Microsoft Q&A 2337120 and 226990",
    certainty: "practice",
  },
  {
    id: "directoryNotPrepared",
    anyOf: [...anyRule("AdInitErrorRule"), inError("while validating the state of Active Directory:")],
    things: [
      {
        in: "rule",
        marks: ["on a computer in the domain ", " and site ", ", and wait"],
        words: "domain {1}, site {2}",
      },
      {
        in: "error",
        marks: ["on a computer in the domain ", " and site ", ", and wait"],
        words: "domain {1}, site {2}",
      },
    ],
    cause: "Active Directory is not prepared for this Setup, and this computer is not where that is done",
    action:
      "run Setup /PrepareAD in the schema master's domain and site and wait for replication; or delete a second, empty " +
      "Microsoft Exchange System Objects container",
    inItsWake: ["CannotAccessAD", ...readFromDirectory],
    releases: "2016",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "directoryNotRead",
    anyOf: [
      ...anyRule("CannotAccessAD"),
      inError("Either Active Directory doesn't exist, or it can't be contacted"),
    ],
    cause: "Setup could not read Active Directory",
    action: "check this computer's DNS and site, and that a global catalog there answers",
    inItsWake: readFromDirectory,
    releases: "2016",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "notAtSchemaMaster",
    anyOf: [
      ...anyRule("NotInSchemaMasterDomain", "NotInSchemaMasterSite", "LocalComputerIsDCInChildDomain"),
      inError("isn't in the same Active Directory site as the schema master"),
      inError("isn't in the same Active Directory domain as the schema master"),
    ],
    things: [
      { in: "rule", marks: ["as the schema master (", ")"] },
      { in: "error", marks: ["as the schema master (", ")"] },
    ],
    cause: "the schema or the organization has to be prepared, and this computer is not at the schema master",
    action: "prepare on a computer in the schema master's domain and site",
    releases: "2013 CU23",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "domainControllerOutOfSite",
    anyOf: [
      ...anyRule("DomainControllerIsOutOfSite"),
      inError("Setup can't use the domain controller '", "because it belongs to Active Directory site '"),
    ],
    // Setup fills its own sentence in the wrong order: this computer's site, the controller's site, the controller.
    things: (["rule", "error"] as const).map((place) => ({
      in: place,
      marks: [
        "use the domain controller '",
        "' because it belongs to Active Directory site '",
        "'. Setup must use a domain controller in the same site as this computer (",
        ")",
      ],
      words: "{3} in site {2}, this computer in site {1}",
    })),
    cause: "the domain controller that Setup uses is not in this computer's site",
    action: "bind the subnets to the right sites, or bring a domain controller into this computer's site",
    misleads: true,
    releases: "2013 CU23",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "noSite",
    anyOf: anyRule("InvalidADSite", "ComputerNotPartofDomain", "LoggedOntoDomain"),
    cause: "this computer or its account does not belong to a domain or a site",
    action: "join the domain, bind the subnet to a site, and log on with an account of the domain",
    releases: "2013 and later",
    source: documentation,
    certainty: "documented",
  },
  {
    id: "schemaRights",
    anyOf: [...anyRule("SchemaUpdateRequired"), inError("'Schema Admins' and/or 'Enterprise Admins' groups")],
    cause: "the schema is older than this Setup, and the account may not change it",
    action:
      "prepare the schema first, or add the account to Schema Admins and Enterprise Admins and log on again",
    releases: "2019",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "organizationRights",
    anyOf: [
      ...anyRule("GlobalUpdateRequired"),
      inError("Global updates need to be made to Active Directory"),
    ],
    cause: "the organization is older than this Setup, and the account is not in Enterprise Admins",
    action: "run Setup /PrepareAD first, or add the account to Enterprise Admins and log on again",
    releases: "2016, 2019",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "directoryOlder",
    anyOf: anyRule("AdUpdateRequired", "DomainPrepWithoutADUpdate", "ProvisionedUpdateRequired"),
    cause: "Active Directory is older than this Setup",
    action: "run Setup /PrepareAD first, and wait for replication",
    releases: "2013 and later",
    source: documentation,
    certainty: "documented",
  },
  {
    id: "domainNotPrepared",
    anyOf: [
      ...anyRule("DomainPrepRequired"),
      inError("The local domain needs to be prepared using Setup /PrepareDomain"),
    ],
    cause: "the domain is not prepared, or it has a second Microsoft Exchange System Objects container",
    action: "run Setup /PrepareDomain for it; if that was done, find and delete the empty second container",
    releases: "2019",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "domainRights",
    anyOf: [
      ...anyRule("LocalDomainPrep", "PrepareDomainNotAdmin"),
      inError("The local domain needs to be updated. You must be a member"),
    ],
    cause: "the domain has to be prepared, and the account may not do it",
    action: "prepare it first, or add the account to the groups that Setup names and log on again",
    releases: "2016",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "organizationGroup",
    anyOf: [
      ...anyRule("GlobalServerInstall", ...delegated),
      inError("Organization Management' role group or a member of the 'Enterprise Admins' group"),
      inError("account that's a member of the Organization Management role group"),
    ],
    cause: "the account is not in the group that may install Exchange servers",
    action:
      "add it to the group that Setup names, and log on again; if there is no such group, run Setup /PrepareAD",
    releases: "2016, 2019",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "delegatedRights",
    anyOf: anyRule("ServerAlreadyExists", "HasServerDelegatedPermsBlocked", "ServerManagement"),
    cause: "the account has rights of its own on the server object, and is in no group that may upgrade it",
    action: "add it to Server Management, or take its own rights on the server object away",
    releases: "2013 and later",
    source: cssExchange,
    certainty: "documented",
  },
  {
    id: "noAdministrator",
    anyOf: anyRule("NotLocalAdmin"),
    cause: "the account is no administrator of this computer, or Setup was not elevated",
    action: "add it to the local Administrators, log on again, and run Setup elevated",
    releases: "2013 and later",
    source: documentation,
    certainty: "documented",
  },
];
