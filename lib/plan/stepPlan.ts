/** The plan of one step, as reviewers see it: pure, and made of planned values only. */

import type { Build } from "../facts";
import type { RunMode, StepKind } from "../model";
import {
  answerSwitches,
  type Catalogue,
  either,
  formatBuild,
  isDefined,
  isModern,
  keptFor,
  listReleases,
  permissionsOf,
  type Release,
  type SetupAnswers,
  setupOf,
  startsFrom,
} from "../releases";
import { stepNames } from "../rules/finding";
import { type RuleId, ruleIds } from "../rules/ids";
import { whereMaintained } from "../rules/maintenance/maintenanceRules";
import { rulesFor } from "../rules/table";
import { runModeTraits } from "../runModes";
import { maintenanceText, type PlannedMaintenance } from "./maintenanceText";
import { updateCommandLine, updateText } from "./updatePlan";

/**
 * What check adds to a resource's inputs as `plan`. `pulumi preview --diff` shows it, and an approved plan locks it. It
 * contains nothing that an earlier step of the same run changes.
 */
export interface StepPlan {
  readonly step: string;
  /** FQDN of the computer on which Setup runs. */
  readonly computer: string;
  /** The command line that is run there. */
  readonly command: string;
  /** Who runs Setup. */
  readonly account: string;
  /** Groups and permissions that this account needs. */
  readonly groups: string;
  /** Domain and site where the computer has to be. */
  readonly place: string;
  /** Level before the step, if the steps before it are done as planned. */
  readonly before: string;
  /** Level after the step. */
  readonly after: string;
  /** Whether the step can be undone. */
  readonly undo: string;
  /** Rules that are judged for this step: those of the source document, and this package's own. */
  readonly rules: string;
  /** Commands that the program runs before the step, in order; absent where there are none. */
  readonly commandsBefore?: readonly string[] | undefined;
  /** Likewise after the step. */
  readonly commandsAfter?: readonly string[] | undefined;
  /** Servers that the program declares gone, each with the reason; absent if there are none. */
  readonly gone?: readonly string[] | undefined;
  /** How a server is taken out of service around Setup; absent if the program does not set it. */
  readonly maintenance?: string | undefined;
  /** The security update after Setup and its restart; absent if the program does not set it. */
  readonly securityUpdate?: string | undefined;
}

/** What a step's plan is made from. */
export interface PlannedStep {
  readonly step: StepKind;
  readonly target: Release;
  /** Releases to look names up in. @default those of this package */
  readonly catalogue?: Catalogue;
  readonly computer: string;
  /** Folder on the computer with the target's Setup; null if the operator chooses it (`manual`). */
  readonly media: string | null;
  readonly account: string | null;
  readonly run: RunMode;
  /** Domains of a domain step; `*` for all, empty for the computer's own. */
  readonly domains: readonly string[];
  /** Servers planned before this one. */
  readonly following: readonly string[];
  /** True for a server that needs no directory. */
  readonly edge: boolean;
  /** True if this server also prepares what is not prepared yet. @default false */
  readonly byFirstServer?: boolean;
  /** The program's answers to the questions of Setup. */
  readonly answers: SetupAnswers;
  /** Commands of the program around the step. @default none */
  readonly commands?: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Servers that the program declares gone, with the reasons. @default none */
  readonly gone?: { readonly [server: string]: string };
  /** True where the computer is reached over WinRM. @default false */
  readonly overWinRm?: boolean;
  /** Maintenance around a server's Setup, as the program sets it. @default not set */
  readonly maintenance?: PlannedMaintenance;
  /** The security update after Setup, as the program sets it. @default not set */
  readonly securityUpdate?: "none" | PlannedUpdateOfStep;
  /** Whether only the management tools are installed; null if the program does not tell. @default false */
  readonly toolsOnly?: boolean | null;
}

/** A security update after a server's Setup. */
export interface PlannedUpdateOfStep {
  readonly file: string;
  readonly kb: string;
  readonly build: Build;
  /** Minutes that it is expected to take. */
  readonly minutes: number;
}

/** Rules about connections over WinRM. */
const ofWinRm: readonly RuleId[] = ["R70"];

/** Makes the plan of a step. */
export function planOf(s: PlannedStep): StepPlan {
  const update = updateOf(s);
  return {
    step: stepNames[s.step],
    computer: s.computer,
    command: commandOf(s),
    account:
      s.account ??
      (runModeTraits[s.run].runsAs === "operator"
        ? "the operator who runs Setup"
        : "the account that connects"),
    groups: groupsOf(s),
    place: placeText(s),
    before: beforeText(s),
    after: levelText(s, [s.target]),
    undo: "irreversible (D9)",
    rules: rulesOf(s).join(", "),
    ...(s.commands === undefined || s.commands.before.length === 0
      ? {}
      : { commandsBefore: s.commands.before }),
    ...(s.commands === undefined || s.commands.after.length === 0 ? {} : { commandsAfter: s.commands.after }),
    ...(s.gone === undefined ? {} : { gone: goneTexts(s.gone) }),
    ...(s.maintenance === undefined
      ? {}
      : {
          maintenance: maintenanceText(s.target, s.maintenance, [
            "Setup",
            ...(update === null ? [] : [update.kb]),
          ]),
        }),
    ...(s.securityUpdate === undefined
      ? {}
      : {
          securityUpdate: update === null ? "none, as the program says" : updateOfStepText(s.target, update),
        }),
  };
}

function updateOf({ securityUpdate }: PlannedStep): PlannedUpdateOfStep | null {
  return securityUpdate === undefined || securityUpdate === "none" ? null : securityUpdate;
}

/** `Oct25SU (KB5066366, 15.2.2562.29) after Setup and its restart: msiexec …; expected 60 min`. */
function updateOfStepText(release: Release, update: PlannedUpdateOfStep): string {
  return `${updateText({ release, ...update })} after Setup and its restart: ${updateCommandLine(update)}; expected ${update.minutes} min`;
}

/**
 * Servers that the program declares gone: `cas9.contoso.com: CHG0051, decommissioned in 2019`, sorted, so that the order in the program does not change the
 * plan.
 */
export function goneTexts(gone: { readonly [server: string]: string }): readonly string[] {
  return Object.entries(gone)
    .map(([server, reason]) => `${server}: ${reason}`)
    .sort();
}

/** Rules about preparations: they apply to a server only if it is the first one and prepares. */
const ofPreparations: readonly RuleId[] = [
  ...(["P5", "P6", "P7", "P8", "P9"] as const),
  ...(["R31", "R32", "R33", "R34", "R36", "R38", "R39"] as const),
];

function rulesOf(s: PlannedStep): readonly RuleId[] {
  // R35 is about the containers of a domain. From 2013 on every server's Setup uses them; before, only the preparation
  // of a domain does.
  const spared = isModern(s.target.product) ? ofPreparations : [...ofPreparations, "R35"];
  const without = s.step === "server" && s.byFirstServer !== true ? spared : [];
  const { maintenance } = s;
  const isMaintained = maintenance !== undefined && maintenance !== "none";
  const own = rulesFor(s);
  const ofUpdate = updateOf(s) === null ? [] : rulesFor({ step: "securityUpdate", target: s.target });
  const all = ofUpdate.length === 0 ? own : ruleIds.filter((id) => own.includes(id) || ofUpdate.includes(id));
  return all.filter(
    (id) =>
      !without.includes(id) &&
      (isMaintained || !whereMaintained.includes(id)) &&
      (s.overWinRm === true || !ofWinRm.includes(id)),
  );
}

/** The command line of a step: the program in its media folder and the step's switches (D12, P6, P8, P10). */
export function commandOf(s: PlannedStep): string {
  const program = programOf(s);
  return [program.includes(" ") ? `"${program}"` : program, ...switchesOf(s)].join(" ");
}

/** Path of Setup on the computer; the program's name alone if the operator chooses the folder. */
export function programOf(s: Pick<PlannedStep, "target" | "media">): string {
  const { program } = setupOf(s.target);
  return s.media === null ? program : `${s.media.replace(/\\+$/, "")}\\${program}`;
}

/** The switches of a step, including the answers to the questions of Setup (R14). */
export function switchesOf(
  s: Pick<PlannedStep, "step" | "target" | "domains" | "answers">,
): readonly string[] {
  const setup = setupOf(s.target);
  return [stepSwitch(s, setup), ...answerSwitches(setup, s.answers, s.step === "server")];
}

function stepSwitch(s: Pick<PlannedStep, "step" | "domains">, setup: ReturnType<typeof setupOf>): string {
  switch (s.step) {
    case "schema":
      return setup.prepareSchema;
    case "organization":
      return setup.prepareAD;
    case "domain":
      return s.domains.includes("*") ? setup.prepareAllDomains : setup.prepareDomain(s.domains[0]);
    case "server":
      return setup.upgrade;
  }
}

function groupsOf(s: PlannedStep): string {
  switch (s.step) {
    case "schema":
      return "Schema Admins and Enterprise Admins (P5)";
    case "organization":
      return "Enterprise Admins (P7)";
    case "domain":
      return s.domains.includes("*")
        ? "Enterprise Admins (P9)"
        : `Domain Admins of ${s.domains[0] ?? "the computer's domain"}${
            isModern(s.target.product) ? ` and ${permissionsOf(s.target.product).organization.name}` : ""
          }, or Enterprise Admins (P9)`;
    case "server":
      return serverGroups(s);
  }
}

function serverGroups(s: PlannedStep): string {
  if (s.edge) return "local Administrators (P2)";
  // No source says which other rights the tools of 2013 and later need.
  const modern = isModern(s.target.product);
  if (s.toolsOnly === true) return `local Administrators${modern ? " at least" : ""} (P4)`;
  const { organization, server } = permissionsOf(s.target.product);
  // `pulumi preview --diff` cuts long values off, so this fits into one line.
  const preparing = s.byFirstServer === true ? "; the first server also what P5, P7 and P9 say" : "";
  // The plan does not contain what is installed. If the program does not tell, the text names both cases.
  const tools =
    s.toolsOnly === null ? `, ${modern ? "the least" : "enough"} where there are only the tools (P4)` : "";
  const group =
    server === null ? `${organization.name} (P1, P3)` : `${organization.name} (P1), or ${server.name} (P3)`;
  return `${group}; local Administrators${tools}${preparing}`;
}

function placeText(s: PlannedStep): string {
  switch (s.step) {
    case "schema":
      return "in the domain and site of the schema master (P6)";
    case "organization":
      return "in the domain and site of the schema master (P8)";
    case "domain":
      return "anywhere in the forest";
    case "server":
      return s.following.length === 0 ? "on the server" : `on the server, after ${s.following.join(", ")}`;
  }
}

/**
 * What a step starts from: a release for a server; for a preparation from 2013 on, any level below that of the media.
 */
function beforeText(s: PlannedStep): string {
  if (s.step === "server" || !isModern(s.target.product))
    return levelText(s, startsFrom(s.target, s.catalogue));
  const what = s.step === "domain" ? domainsText(s) : s.step;
  return `${what} below ${numberOf(s, s.target)}; at it or above nothing is run`;
}

function domainsText({ domains }: Pick<PlannedStep, "domains">): string {
  return domains.includes("*") ? "every domain" : `domain ${domains[0] ?? "of the computer"}`;
}

function levelText(s: PlannedStep, releases: readonly Release[]): string {
  const names = namesOf(releases);
  const values = spanned([...new Set(releases.map((r) => numberOf(s, r)))]);
  switch (s.step) {
    case "schema":
      return `schema ${values} (${names})`;
    case "organization":
      return `organization ${values} (${names})`;
    case "domain":
      return `${domainsText(s)} ${values} (${names})`;
    case "server":
      return `${names} (${values})`;
  }
}

/** Thousands of steps share a few lists of releases, so each text is made once. */
const namesOf = keptFor((releases: readonly Release[]) =>
  listReleases(releases, (r) => (isDefined(r) ? `${r.name}, defined by the program` : r.name)),
);

/** Joins values, lowest first; of many, only the first and the last. */
function spanned(values: readonly string[]): string {
  return values.length > 3 ? `${values[0]} to ${values.at(-1)}` : either(values);
}

function numberOf(s: PlannedStep, release: Release): string {
  if (s.step === "server") return formatBuild(release.build);
  const level = release[s.step];
  return level === null ? "unpublished" : String(level);
}
