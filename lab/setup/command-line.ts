/** Setup's command line: which switches it knows, in full and in short (public transcripts of Setup /?). */

/** What a Setup run was asked to do. */
export type SetupTask =
  | { readonly kind: "schema" }
  | { readonly kind: "organization" }
  /** A domain by DNS name; null for the computer's own. */
  | { readonly kind: "domain"; readonly domain: string | null }
  | { readonly kind: "allDomains" }
  | { readonly kind: "upgrade" }
  /** /UpgradeCMS of 2007. */
  | { readonly kind: "upgradeCms" };

/** A command line that was understood. */
export interface SetupCommand {
  readonly task: SetupTask;
  /** Domain controller that Setup was told to use; null for its own choice. */
  readonly domainController: string | null;
  /** Every parameter as name and value, for the log. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** A command line that Setup rejects, with the reason it prints. */
export interface Rejected {
  readonly reason: string;
}

/** Names that later releases take, too. */
export const longNames: { readonly [short: string]: string } = {
  ps: "prepareschema",
  p: "preparead",
  pd: "preparedomain",
  pad: "preparealldomains",
  m: "mode",
  dc: "domaincontroller",
  on: "organizationname",
};

/** What asks for a task; the same in every release. */
export const tasks: { readonly [name: string]: (value: string) => SetupTask } = {
  prepareschema: () => ({ kind: "schema" }),
  preparead: () => ({ kind: "organization" }),
  preparedomain: (value) => ({ kind: "domain", domain: value === "" ? null : value.toLowerCase() }),
  preparealldomains: () => ({ kind: "allDomains" }),
  mode: () => ({ kind: "upgrade" }),
};

/** Reads the arguments of Setup. Names have no case; `/name:value`, `-name:value`. */
export function readCommandLine(args: readonly string[]): SetupCommand | Rejected {
  const found: SetupTask[] = [];
  const parameters: [string, string][] = [];
  let domainController: string | null = null;
  for (const arg of args) {
    const match = /^[/-]([A-Za-z_]+)(?::(.*))?$/s.exec(arg);
    if (!match) return { reason: `The parameter '${arg}' is not valid.` };
    const given = (match[1] ?? "").toLowerCase();
    const name = longNames[given] ?? given;
    const value = match[2] ?? "";
    parameters.push([name, value]);
    if (name === "mode" && value.toLowerCase() !== "upgrade") return { reason: modeReason(value) };
    const task = name === "upgradecms" ? () => ({ kind: "upgradeCms" }) as const : tasks[name];
    if (task) found.push(task(value));
    else if (name === "domaincontroller") domainController = value.toLowerCase();
    else if (name !== "organizationname") return { reason: `The parameter '${given}' is not valid.` };
  }
  const [task, ...more] = found;
  if (!task) return { reason: "No task was given on the command line." };
  if (more.length > 0) return { reason: "Only one of the tasks on the command line can run at a time." };
  return { task, domainController, parameters };
}

/** Why a mode is not taken: there is none of that name, or the lab does not have it. */
export function modeReason(value: string): string {
  const real = ["install", "uninstall", "recoverserver"].includes(value.toLowerCase());
  return real ? `The lab does not simulate the mode '${value}'.` : `The mode '${value}' is not a valid mode.`;
}
