/** What Setup is called, which switches it takes and what it leaves behind, per product. */
import type { Role } from "../facts";
import { isDefined } from "./catalogue";
import type { ReleaseDefinition } from "./definition";
import { citations, type Evidenced } from "./evidence";
import { keptFor } from "./keep";
import { type Product, productNames } from "./products";
import type { ReleaseName } from "./rows";
import { compareReleases, findRelease, type Release } from "./table";

/** How Setup of one release is run and recognised. */
export interface SetupFacts {
  /** The program in the root folder of the media. */
  readonly program: "Setup.com" | "Setup.exe";
  /** Switches that accept the licence: exactly one of them must be given; empty when Setup asks for none. */
  readonly licence: readonly string[];
  /** Whether Setup enables Extended Protection by default, so that the program must tell whether it shall. */
  readonly extendedProtection: boolean;
  readonly prepareSchema: "/PrepareSchema";
  readonly prepareAD: "/PrepareAD";
  /** Prepares the domain with this FQDN; without one, the domain of the computer. */
  readonly prepareDomain: (fqdn?: string) => string;
  readonly prepareAllDomains: "/PrepareAllDomains";
  /** Upgrades every role of the computer; the switch accepts no roles. */
  readonly upgrade: "/mode:upgrade";
  /** Has Setup use the domain controller with this FQDN; for the schema it must be the schema master. */
  readonly domainController: (fqdn: string) => string;
  /** Registry key whose subkeys are the installed roles. */
  readonly registryKey: string;
  /** Role of each subkey. Several subkeys may belong to one role, and other subkeys do not stand for a role. */
  readonly roleKeys: { readonly [keyName: string]: Role };
  /** Evidence for the names of the subkeys and their meaning. */
  readonly roleKeysEvidence: Evidenced;
  /** Subkeys with the state of a clustered mailbox server: sources differ on the name, so all are read. */
  readonly clusterKeys: readonly string[];
  /** Whether Setup's wizard can resume an installation that stopped; unattended Setup never can. */
  readonly wizardResumes: boolean;
  /** Image name of the process that does Setup's work. */
  readonly process: "exsetup.exe";
  /** Image names of other programs of Setup, such as its wizard, which may be at work when it is open. Unverified. */
  readonly otherProcesses: readonly string[];
  /** The log, appended to by each run, with the environment variable unexpanded. */
  readonly logFile: string;
  readonly sources: readonly string[];
}

/** Where every Setup from 2007 on appends its log. */
const logFile = "%SystemDrive%\\ExchangeSetupLogs\\ExchangeSetup.log";

const common = {
  prepareSchema: "/PrepareSchema",
  prepareAD: "/PrepareAD",
  prepareDomain: (fqdn?: string): string =>
    fqdn === undefined ? "/PrepareDomain" : `/PrepareDomain:${fqdn}`,
  prepareAllDomains: "/PrepareAllDomains",
  upgrade: "/mode:upgrade",
  domainController: (fqdn: string): string => `/DomainController:${fqdn}`,
  clusterKeys: [] as readonly string[],
  wizardResumes: false,
  process: "exsetup.exe",
  otherProcesses: ["ExSetupUI.exe"],
  logFile,
} as const;

const classicRoleKeys: SetupFacts["roleKeys"] = {
  ClientAccessRole: "Client Access",
  HubTransportRole: "Hub Transport",
  MailboxRole: "Mailbox",
  UnifiedMessagingRole: "Unified Messaging",
  EdgeTransportRole: "Edge Transport",
  AdminTools: "Management Tools",
};

/**
 * From 2013 on, CafeRole and FrontendTransportRole are the Client Access role. The Mailbox role creates the keys of the
 * other former server roles.
 */
const modernRoleKeys: SetupFacts["roleKeys"] = {
  CafeRole: "Client Access",
  FrontendTransportRole: "Client Access",
  MailboxRole: "Mailbox",
  ClientAccessRole: "Mailbox",
  HubTransportRole: "Mailbox",
  UnifiedMessagingRole: "Mailbox",
  EdgeTransportRole: "Edge Transport",
  AdminTools: "Management Tools",
};

type ProductSetup = Omit<SetupFacts, "licence" | "extendedProtection">;

const modernSetup: ProductSetup = {
  ...common,
  program: "Setup.exe",
  wizardResumes: true,
  registryKey: "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15",
  roleKeys: modernRoleKeys,
  roleKeysEvidence: {
    evidence: "practice",
    source: `${citations.exchangeDsc} (server roles), ${citations.cssExchange} (EdgeTransportRole), public scripts (AdminTools); which role a key belongs to is unverified`,
  },
  sources: [citations.documentation, citations.cssExchange, citations.exchangeDsc],
};

/** null: Setup before 2007 is another program with other switches, and nothing here runs it. */
const setups: Readonly<Record<Product, ProductSetup | null>> = {
  "2000": null,
  "2003": null,
  "2007": {
    ...common,
    program: "Setup.com",
    registryKey: "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
    roleKeys: classicRoleKeys,
    roleKeysEvidence: {
      evidence: "unverified",
      source:
        "general knowledge; the names have the style of the later versions; public scripts read MailboxRole and AdminTools",
    },
    clusterKeys: ["ClusteredMailboxServer", "CMS"],
    sources: [citations.sp1Topic, citations.setupRun, "Microsoft Exchange Team, techcommunity 593389"],
  },
  "2010": {
    ...common,
    program: "Setup.com",
    registryKey: "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v14",
    roleKeys: classicRoleKeys,
    roleKeysEvidence: {
      evidence: "unverified",
      source: "general knowledge; public scripts test for EdgeTransportRole and AdminTools",
    },
    sources: [citations.sp2010Topic],
  },
  "2013": modernSetup,
  "2016": modernSetup,
  "2019": modernSetup,
  SE: modernSetup,
};

const plainLicence = ["/IAcceptExchangeServerLicenseTerms"] as const;
const diagnosticLicence = [
  "/IAcceptExchangeServerLicenseTerms_DiagnosticDataON",
  "/IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF",
] as const;

/** From which release on the licence switch also tells whether diagnostic data is sent. */
const licenceRules: Readonly<
  Record<Product, { readonly plain: boolean; readonly diagnosticFrom: ReleaseName | null }>
> = {
  "2000": { plain: false, diagnosticFrom: null },
  "2003": { plain: false, diagnosticFrom: null },
  "2007": { plain: false, diagnosticFrom: null },
  "2010": { plain: false, diagnosticFrom: null },
  "2013": { plain: true, diagnosticFrom: null },
  "2016": { plain: true, diagnosticFrom: "2016 CU22" },
  "2019": { plain: true, diagnosticFrom: "2019 CU11" },
  SE: { plain: true, diagnosticFrom: "SE RTM" },
};

/** Licence switches, by what a program states about the release that it defines. */
const definedLicences = {
  none: [],
  accepted: plainLicence,
  "accepted, with a choice of diagnostic data": diagnosticLicence,
} as const satisfies Readonly<Record<ReleaseDefinition["setup"]["licence"], readonly string[]>>;

function licenceOf(release: Release): readonly string[] {
  if (isDefined(release)) return definedLicences[release.definition.setup.licence];
  const { plain, diagnosticFrom } = licenceRules[release.product];
  const start = diagnosticFrom === null ? undefined : findRelease(diagnosticFrom);
  if (start !== undefined && compareReleases(release, start) >= 0) return diagnosticLicence;
  return plain ? plainLicence : [];
}

/** Microsoft's documentation of Extended Protection: Setup of 2019 CU14 and later enables it. */
function switchesProtectionOn(release: Release): boolean {
  if (isDefined(release)) return release.definition.setup.extendedProtection;
  const start = findRelease("2019 CU14");
  return start !== undefined && compareReleases(release, start) >= 0;
}

/**
 * How Setup of a release is run and recognised.
 * @throws RangeError for Exchange 2000 and 2003, whose Setup is not described.
 */
export const setupOf = keptFor((release: Release): SetupFacts => {
  const setup = setups[release.product];
  if (setup === null) {
    throw new RangeError(
      `Setup of ${productNames[release.product]} is not described; the first product with this Setup is ${productNames["2007"]}`,
    );
  }
  return { ...setup, licence: licenceOf(release), extendedProtection: switchesProtectionOn(release) };
});

/** True when the Setup of a release is described: from Exchange 2007 on. */
export function hasSetup(release: Release): boolean {
  return setups[release.product] !== null;
}
