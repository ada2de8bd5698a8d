/**
 * What Setup of 2007 and 2010 prints and logs: phases and sentences of real runs in public transcripts. What
 * no public run shows is marked in docs/assumptions.md.
 */
import type { Role } from "../../lib/facts";
import type { LabRelease } from "../release-table";

/** Texts of one product's Setup. */
export interface Dialect {
  readonly welcome: string;
  readonly preparing: string;
  readonly rolesHeading: string;
  /** Name of a role in the list of what will be upgraded. */
  readonly roleInList: (role: Role) => string;
  /** Phase of the prerequisite check for a role; the same for all roles where there is only one. */
  readonly checkPhase: (role: Role) => string;
  /** Phase of the prerequisite check of a preparation. */
  readonly directoryCheck: string;
  readonly schemaPhase: string;
  readonly organizationPhase: string;
  readonly domainPhase: string;
  readonly filePhases: readonly string[];
  readonly rolePhase: (role: Role) => string;
  readonly finalPhase: string;
  /** One finished phase. */
  readonly line: (phase: string, outcome: "COMPLETED" | "FAILED") => string;
  readonly success: string;
  readonly failure: readonly string[];
  /** A line of ExchangeSetup.log. */
  readonly logLine: (time: Date, level: number, text: string) => string;
  /** First line of a run in the log. */
  readonly logStart: string;
}

const headings = {
  check: "Performing Microsoft Exchange Server Prerequisite Check",
  configure: "Configuring Microsoft Exchange Server",
};

/** Headings that every Setup prints. */
export { headings };

/** The phase that updates the tools; the other roles' phases are made of their names. */
const toolsPhase = "Exchange Management Tools";

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** `[11/22/2025 6:05:09 PM] [1] text`. */
function oldLogLine(time: Date, level: number, text: string): string {
  const hours = time.getUTCHours();
  const clock = `${hours % 12 || 12}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`;
  const date = `${time.getUTCMonth() + 1}/${time.getUTCDate()}/${time.getUTCFullYear()}`;
  return `[${date} ${clock} ${hours < 12 ? "AM" : "PM"}] [${level}] ${text}`;
}

/** The spelling of 2007's phases: a real run has "Client Access server role" among "Server Role"s. */
function oldRolePhase(role: Role): string {
  if (role === "Management Tools") return toolsPhase;
  return role === "Client Access" ? "Client Access server role" : `${role} Server Role`;
}

const old: Omit<Dialect, "welcome" | "logStart"> = {
  preparing: "Preparing Exchange Setup",
  rolesHeading: "The following server roles will be upgraded",
  roleInList: (role) => (role === "Management Tools" ? role : `${role} Role`),
  checkPhase: (role) => (role === "Management Tools" ? "Management Tools Checks" : `${role} Role Checks`),
  directoryCheck: "Organization Checks",
  schemaPhase: "Organization Preparation",
  organizationPhase: "Organization Preparation",
  domainPhase: "Domain Preparation",
  filePhases: ["Preparing Setup", "Removing Exchange Files", "Preparing Files", "Copying Exchange files"],
  rolePhase: oldRolePhase,
  finalPhase: "Finalizing Setup",
  line: (phase, outcome) => `    ${phase.padEnd(33)}${".".repeat(25)} ${outcome}`,
  success: "The Microsoft Exchange Server setup operation completed successfully.",
  failure: [
    "The Exchange Server Setup operation did not complete. For more information, visit http://support.microsoft.com and enter the Error ID.",
    "Exchange Server setup encountered an error.",
  ],
  logLine: oldLogLine,
};

/** Texts of a release's Setup; those of 2013 and later have a Setup of their own. */
export function dialectOf(release: LabRelease): Dialect {
  return {
    ...old,
    welcome: `Welcome to Microsoft Exchange Server ${release.product} Unattended Setup`,
    logStart: `Starting Microsoft Exchange ${release.product} Setup`,
  };
}
