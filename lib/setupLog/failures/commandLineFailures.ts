/** What Setup refuses about its command line, and about what it is to do here at all. */
import { citations } from "../../releases";
import { anyRule, inError, type KnownFailure } from "./knownFailure";

const { documentation, learn, setupLogs } = citations;

/** Refusals before any work. */
export const commandLineFailures: readonly KnownFailure[] = [
  {
    id: "licenceTerms",
    anyOf: [inError("IAcceptExchangeServerLicenseTerms")],
    cause: "the command line does not accept the licence terms in the form that this Setup wants",
    action:
      "from 2016 CU22 and 2019 CU11 on it is /IAcceptExchangeServerLicenseTerms_DiagnosticDataON or …OFF, before without a suffix",
    releases: "2013 and later",
    source: learn,
    certainty: "documented",
  },
  {
    id: "organizationName",
    anyOf: [inError("organization name is required for this mode")],
    cause: "Setup sees no Exchange organization in this forest",
    action:
      "if there is one, find out why account and domain controller do not see it; a name makes a new organization",
    releases: "2007 and later",
    source: documentation,
    certainty: "documented",
  },
  {
    id: "hostingMode",
    anyOf: [
      ...anyRule("HostingModeNotAvailable"),
      inError("prepared using hosting mode"),
      inError("prepared using the /hosting parameter"),
    ],
    cause: "Active Directory was prepared for another mode (hosting) than Setup is run in",
    action: "run Setup with /hosting where it was prepared so, and without where not",
    releases: "2010 SP1",
    source: "Microsoft KB 2280782",
    certainty: "documented",
  },
  {
    id: "hybridDetected",
    anyOf: [
      ...anyRule("DidTenantSettingCreatedAnException", "HybridIsEnabledAndTenantVersionIsNotUpgraded"),
      inError("HybridConfigurationDetectionException"),
      inError("/TenantOrganizationConfig"),
    ],
    cause: "the directory has a hybrid configuration, and Setup was not told of Exchange Online",
    action:
      "export Get-OrganizationConfig of Exchange Online with Export-Clixml, and give the file as /TenantOrganizationConfig",
    releases: "2016 (2021-02)",
    source: "Microsoft Q&A 255790; Microsoft KB 3121439",
    certainty: "documented",
  },
  {
    id: "roleAlone",
    anyOf: [inError("cannot be installed without Mailbox service")],
    cause: "the registry holds a part of the server's roles only, as after a removal that was not finished",
    action:
      "compare the role keys below HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15 with the roles, and repair or recover the server",
    releases: "2019 CU9",
    source: "Microsoft Q&A 406700 (the symptom)",
    certainty: "unverified",
  },
  {
    id: "setupParameter",
    anyOf: [inError("The parameter '", "' isn't valid"), inError("The parameter '", "' is not valid")],
    things: [{ in: "error", marks: ["The parameter '", "'"] }],
    cause: "Setup does not know a parameter of its command line, or not in this mode",
    action: "compare it with Setup /? of this release",
    releases: "2010 and later",
    source: "Microsoft KB 2801813",
    certainty: "documented",
  },
  {
    id: "roleUnfinished",
    anyOf: [inError("A Setup failure previously occurred while installing the")],
    things: [
      { in: "rule", marks: ["while installing the ", " role"] },
      { in: "error", marks: ["while installing the ", " role"] },
    ],
    cause: "an earlier run has left a role half installed",
    action: "run Setup's wizard, or Setup for this role alone, so that it resumes; delete no Watermark",
    releases: "2007 to 2019",
    source: "Microsoft Q&A 1042022",
    certainty: "practice",
  },
  {
    id: "domainSignature",
    anyOf: [...anyRule("PrepareDomainNotFound"), inError("has an unrecognized Exchange signature")],
    things: [
      { in: "rule", marks: ["domain '", "'"] },
      { in: "error", marks: ["domain '", "'"] },
    ],
    cause: "a domain was prepared by another release than this Setup knows, or Setup does not find it",
    action:
      "compare the level of the domain, and run Setup /PrepareDomain of the newest release in the organization",
    releases: "2007 and later",
    source: `a rule of Setup, named in ${setupLogs}`,
    certainty: "unverified",
  },
];
