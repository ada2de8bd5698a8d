/**
 * What Setup prints and logs, per product: phases and sentences of real runs (exchange-facts.md, section 5). What
 * no public run shows is marked in docs/assumptions.md.
 */
import type { Role } from "../../lib/facts";
import type { Release } from "../../lib/releases";

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

/** `[11/22/2025 18:05:09.0042] [1] text`: the form of later products. */
function modernLogLine(time: Date, level: number, text: string): string {
  const date = `${two(time.getUTCMonth() + 1)}/${two(time.getUTCDate())}/${time.getUTCFullYear()}`;
  const clock = `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`;
  return `[${date} ${clock}.${String(time.getUTCMilliseconds()).padStart(4, "0")}] [${level}] ${text}`;
}

/** `[11/22/2025 6:05:09 PM] [1] text`: the form of 2007. */
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

const modern: Omit<Dialect, "welcome" | "logStart"> = {
  ...old,
  preparing:
    "Copying Files...\nFile copy complete. Setup will now collect additional information needed for installation.",
  rolesHeading: "",
  roleInList: (role) => (role === "Management Tools" ? "Management tools" : `${role} role`),
  checkPhase: () => "Prerequisite Analysis",
  directoryCheck: "Prerequisite Analysis",
  schemaPhase: "Extending Active Directory schema",
  domainPhase: "Prepare Domain Progress",
  filePhases: ["Preparing Setup", "Stopping Services", "Copying Exchange Files", "Restoring Services"],
  rolePhase: (role) => (role === "Management Tools" ? toolsPhase : `${role} role`),
  line: (phase, outcome) => `    ${phase.padEnd(98)}${outcome}`,
  success: "The Exchange Server setup operation completed successfully.",
  failure: [
    "The Exchange Server setup operation didn't complete. More details can be found in ExchangeSetup.log located in the <SystemDrive>:\\ExchangeSetupLogs folder.",
  ],
  logLine: modernLogLine,
};

/** `CU12` as `Cumulative Update 12`. */
function spelledOut(label: string): string {
  return label.replace(/^CU(\d+)/, "Cumulative Update $1");
}

/** Texts of a release's Setup. */
export function dialectOf(release: Release): Dialect {
  if (release.product === "2007" || release.product === "2010") {
    return {
      ...old,
      welcome: `Welcome to Microsoft Exchange Server ${release.product} Unattended Setup`,
      logStart: `Starting Microsoft Exchange ${release.product} Setup`,
    };
  }
  const product = `Microsoft Exchange Server ${release.product === "SE" ? "Subscription Edition" : release.product}`;
  return {
    ...modern,
    welcome: `${product} ${spelledOut(release.label)} Unattended Setup`,
    logStart: `Starting ${product} Setup`,
  };
}
