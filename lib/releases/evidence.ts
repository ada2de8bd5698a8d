/**
 * How well a fact is supported.
 * - `documented`: the vendor's own documentation or team says so.
 * - `practice`: practitioners or published books report it; no vendor statement was found.
 * - `unverified`: no source was found; general knowledge only.
 */
export type Evidence = "documented" | "practice" | "unverified";

/** A statement about Exchange together with its support. */
export interface Evidenced {
  readonly evidence: Evidence;
  /** Where the source says it; for unverified statements, what supports them. */
  readonly source: string;
}

/** Public material that several tables rest on. */
export const citations = {
  documentation: "Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange",
  cssExchange: "Microsoft's support scripts, microsoft/CSS-Exchange",
  exchangeDsc: "dsccommunity/ExchangeDsc",
  installExchange: "michelderooij/Install-Exchange15",
  builds: "Microsoft, Exchange Server build numbers and release dates (builds)",
  buildNumbers: "Microsoft's list of builds, microsoft/Get-ExchangeBuildNumber",
  technetWiki: "TechNet wiki 2772, Exchange schema versions (levels, to 2013 CU2)",
  eightwone: "eightwone.com, Exchange schema versions (levels)",
  granikos: "granikos.eu, Exchange Server schema information (levels)",
  alitajran: "alitajran.com, Exchange schema versions (levels)",
  questions: "Microsoft Q&A 5611221 (msExchProductId of 2019 CU15 and SE RTM)",
  sp1Topic: 'Microsoft TechNet, "How to Upgrade to Exchange 2007 SP1", 2008-03-11',
  sp2Announcement: "Microsoft Exchange Team, techcommunity 599231 (Exchange 2007 SP2)",
  sp2010Topic: "Microsoft TechNet bb629560 (upgrading Exchange 2010 to a service pack)",
  seUpgrade: 'Microsoft Learn, "Upgrade to Exchange Server SE"; techcommunity 4410173',
  learn: "Microsoft Learn, Exchange Server",
  updateTopic: 'Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update"',
  failedUpdates: 'Microsoft Learn, "Fix failed Exchange Server updates"',
  updatePackages: "Microsoft, KB5011363 (new Exchange Server security update and hotfix packaging)",
  prepareTopic: 'Microsoft Learn, "Prepare Active Directory and domains for Exchange Server"',
  requirementsTopic: 'Microsoft Learn, "Exchange Server system requirements"',
  prerequisitesTopic: 'Microsoft Learn, "Exchange Server prerequisites"',
  supportabilityMatrix: 'Microsoft Learn, "Exchange Server supportability matrix"',
  japaneseSupport: "Microsoft Japan's Exchange support, jpmessaging/blog",
  setupLogs: "Setup logs among the tests of microsoft/CSS-Exchange",
  setupRun: "public transcript of an Exchange 2007 SP1 Setup.com /mode:upgrade run",
} as const;
