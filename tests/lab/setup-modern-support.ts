/** Shared by the tests of the simulated Setup of 2013 and later. */
import { type Lab, type LabOptions, startLab } from "../../lab";
import { directoryNames } from "../../lab/directory";
import type { LabComputer, Organization } from "../../lab/organization";
import { command, setupLog } from "./setup-support";
import type { Outcome } from "./windows-support";

export const plain = "/IAcceptExchangeServerLicenseTerms";
export const on = `${plain}_DiagnosticDataON`;
export const off = `${plain}_DiagnosticDataOFF`;

/** An organization with changed computers, started with quick phases. */
export function startChanged(
  organization: Organization,
  changes: { readonly [host: string]: Partial<LabComputer> } = {},
  options: LabOptions = {},
): Promise<Lab> {
  const computers = organization.computers.map((each) => ({
    ...each,
    ...changes[each.name.split(".")[0] ?? ""],
  }));
  return startLab({ ...organization, computers }, { setupSeconds: 0.002, ...options });
}

/** FQDN of the computer with this host name. */
export function fqdnOf(lab: Lab, host: string): string {
  const found = lab.organization.computers.find(({ name }) => name.startsWith(`${host}.`));
  if (found === undefined) throw new Error(`${lab.organization.root} has no computer ${host}`);
  return found.name;
}

/** Runs Setup from a folder of drive D. */
export function setup(lab: Lab, host: string, account: string, line: string): Promise<Outcome> {
  return command(lab, fqdnOf(lab, host), account, `D:\\${line}`);
}

const end =
  "\r\nThe Exchange Server setup operation didn't complete.  More details can be found in ExchangeSetup.log located in the <SystemDrive>:\\ExchangeSetupLogs folder.\r\n\r\n";

/** What the console shows after the analysis has failed with these rules and their texts. */
export function refusal(rules: readonly (readonly [rule: string, text: string])[]): string {
  const help = "http://technet.microsoft.com/library(EXCHG.150)/ms.exch.setupreadiness";
  const lines = rules.map(
    ([rule, text]) => `     ${text}\r\n     For more information, visit: ${help}.${rule}.aspx\r\n\r\n`,
  );
  return `${lines.join("")}${end}`;
}

/** What the console showed after the analysis failed. */
export function afterAnalysis(stdout: string): string {
  const mark = `${"    Prerequisite Analysis".padEnd(102)}FAILED\r\n`;
  const at = stdout.indexOf(mark);
  return at < 0 ? stdout : stdout.slice(at + mark.length);
}

/** Lines of the log of a computer's last run, without the times. */
export function lastRun(lab: Lab, host: string): readonly string[] {
  const lines = setupLog(lab, fqdnOf(lab, host));
  return lines.slice(lines.findLastIndex((line) => /^Starting Microsoft Exchange Server/.test(line)));
}

/** Texts of an entry's attribute, seen without permissions. */
export function attribute(lab: Lab, dn: string, name: string): readonly string[] {
  return (lab.directory?.store.entry(dn)?.values(name) ?? []).map(String);
}

/** Schema, organization, product and the domains' levels. */
export function levelsOf(lab: Lab): readonly string[] {
  const names = directoryNames(lab.organization);
  return [
    ...attribute(lab, names.schemaVersion, "rangeUpper"),
    ...attribute(lab, names.organization, "objectVersion"),
    ...attribute(lab, names.organization, "msExchProductId"),
    ...lab.organization.domains.flatMap(({ name }) =>
      attribute(lab, names.systemObjects(name), "objectVersion"),
    ),
  ];
}
