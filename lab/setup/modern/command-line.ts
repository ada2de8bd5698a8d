/**
 * The command line of Setup.exe of 2013 and later. The one refusal that a public log shows is that of a mode ("The mode 'prepareschema' is
 * not a valid mode."); the other sentences are the lab's own.
 */
import {
  longNames,
  modeReason,
  type Rejected,
  type SetupCommand,
  type SetupTask,
  tasks,
} from "../command-line";
import type { SetupAnswers } from "../runs";
import type { Media } from "./media";

/** A command line that Setup takes. */
export interface ModernCommand extends SetupCommand {
  readonly answers: SetupAnswers;
}

const modernLongNames: typeof longNames = { ...longNames, t: "targetdir", u: "updatesdir" };

const licence = "iacceptexchangeserverlicenseterms";
const diagnosticLicences = [`${licence}_diagnosticdataon`, `${licence}_diagnosticdataoff`];
const protections = ["donotenableep", "donotenableep_feews"];

/** Which switches go with the mode Upgrade: Microsoft, Use unattended mode in Exchange Setup. */
const withUpgrade = ["domaincontroller", "enableerrorreporting", "updatesdir"];
const notWithUpgrade = [
  "donotstarttransport",
  "installwindowscomponents",
  "organizationname",
  "targetdir",
  "tenantorganizationconfig",
];
/** Which go with a preparation. */
const withPreparation = ["domaincontroller", "organizationname", "tenantorganizationconfig"];

/** Reads the arguments. Names have no case; `/name:value`, `-name:value`. */
export function readModernCommandLine(args: readonly string[], media: Media): ModernCommand | Rejected {
  const accepted = media.asksForDiagnosticData ? diagnosticLicences : [licence];
  const known = [
    ...accepted,
    ...(media.setsExtendedProtection ? protections : []),
    ...withUpgrade,
    ...notWithUpgrade,
    ...withPreparation,
  ];
  const found: SetupTask[] = [];
  const parameters: [string, string][] = [];
  for (const arg of args) {
    const match = /^[/-]([A-Za-z_]+)(?::(.*))?$/s.exec(arg);
    const given = (match?.[1] ?? "").toLowerCase();
    const name = modernLongNames[given] ?? given;
    const value = match?.[2] ?? "";
    if (!match || (tasks[name] === undefined && !known.includes(name)))
      return { reason: `The parameter '${match?.[1] ?? arg}' is not valid.` };
    if (name === "mode" && value.toLowerCase() !== "upgrade") return { reason: modeReason(value) };
    parameters.push([name, name === "mode" ? "Upgrade" : value]);
    const task = tasks[name];
    if (task) found.push(task(value));
  }
  const [task, ...more] = found;
  if (!task) return { reason: "No task was given on the command line." };
  if (more.length > 0) return { reason: "Only one of the tasks on the command line can run at a time." };
  const names = parameters.map(([name]) => name);
  const reason = licenceReason(names, accepted) ?? combinationReason(names, task);
  if (reason !== null) return { reason };
  const value = (wanted: string): string | null =>
    parameters.find(([name]) => name === wanted)?.[1]?.toLowerCase() ?? null;
  return {
    task,
    domainController: value("domaincontroller"),
    parameters,
    answers: {
      diagnosticData: media.asksForDiagnosticData ? names.includes(`${licence}_diagnosticdataon`) : null,
      extendedProtection:
        !media.setsExtendedProtection || task.kind !== "upgrade"
          ? null
          : names.includes("donotenableep")
            ? "off"
            : names.includes("donotenableep_feews")
              ? "off for front-end EWS"
              : "on",
    },
  };
}

function licenceReason(names: readonly string[], accepted: readonly string[]): string | null {
  const given = names.filter((name) => accepted.includes(name));
  if (given.length === 1) return null;
  const spelled = accepted.map(
    (name) =>
      `/${name
        .replace(licence, "IAcceptExchangeServerLicenseTerms")
        .replace("_diagnosticdataon", "_DiagnosticDataON")
        .replace("_diagnosticdataoff", "_DiagnosticDataOFF")}`,
  );
  return `Accept the license terms with ${spelled.length === 1 ? "" : "one of "}${spelled.join(", ")}.`;
}

function combinationReason(names: readonly string[], task: SetupTask): string | null {
  if (protections.every((name) => names.includes(name)))
    return "Only one of /DoNotEnableEP, /DoNotEnableEP_FEEWS can be given.";
  const allowed = task.kind === "upgrade" ? [...withUpgrade, ...protections] : withPreparation;
  const wrong = names.find(
    (name) => tasks[name] === undefined && !name.startsWith(licence) && !allowed.includes(name),
  );
  if (wrong === undefined) return null;
  return task.kind === "upgrade"
    ? `The parameter '${wrong}' can't be used with the mode 'Upgrade'.`
    : `The parameter '${wrong}' can't be used when Active Directory is prepared.`;
}
