/** One step of an upgrade, made from a resource's inputs. Its plan, its facts and its run are derived from it. */
import { createHash } from "node:crypto";
import type { Planned, RunMode, StepKind } from "../../model";
import { expectedMinutes } from "../../plan/changeWindow";
import {
  commandOf,
  type PlannedStep,
  planOf,
  programOf,
  type StepPlan,
  switchesOf,
} from "../../plan/stepPlan";
import {
  type Catalogue,
  listReleases,
  offered,
  parseBuild,
  type Release,
  releaseNamed,
  startsFrom,
} from "../../releases";
import { catalogueOf, isDefined } from "../../releases/catalogue";
import type { About } from "../../rules/evaluate";
import type { ProgramPlace } from "../../rules/program/argumentTexts";
import { defaultRunMode, runModeTraits } from "../../runModes";
import type { Inputs, ParsedInputs } from "./inputs";
import { maintenanceMinutesOf, patienceOf } from "./maintenanceInputs";

/** A step with valid inputs. */
export interface Step {
  readonly kind: StepKind;
  readonly inputs: Inputs;
  /** The releases of this package with those that the program defines. */
  readonly catalogue: Catalogue;
  readonly target: Release;
  /** FQDN in lower case. */
  readonly computer: string;
  readonly account: string | null;
  readonly run: RunMode;
  /** Domains of a domain step: one FQDN, or `*`. A step without a domain prepares the computer's own. */
  readonly domains: readonly string[];
  /** False if the step names no domain, so that Setup runs with the bare switch. */
  readonly domainGiven: boolean;
  readonly prepared: Planned | null;
  /** The component argument that describes the step; null for a resource of its own. */
  readonly place: ProgramPlace | null;
}

/** The step, with all that a plan needs; `null` while a part of that is unknown. */
export function stepOf(kind: StepKind, parsed: ParsedInputs): Step | null {
  const { known } = parsed;
  // Unknown definitions could change the target.
  if (parsed.unknown.includes("releases")) return null;
  const catalogue = catalogueOf(known.releases ?? []);
  const target = known.target === undefined ? undefined : releaseNamed(known.target, catalogue);
  if (target === undefined || known.computer === undefined) return null;
  // The defaults of unknown arguments would make another step, which would then be judged.
  if (["run", "domain", "allDomains"].some((name) => parsed.unknown.includes(name))) return null;
  const inputs = known as Inputs;
  return {
    kind,
    inputs,
    catalogue,
    target,
    computer: known.computer.name,
    account: known.account?.name ?? null,
    run: known.run ?? defaultRunMode,
    domains: kind === "domain" ? domainsOf(inputs) : [],
    domainGiven: known.domain !== undefined || known.allDomains === true,
    prepared: known.prepared ?? null,
    place: parsed.place,
  };
}

function domainsOf(inputs: Inputs): readonly string[] {
  if (inputs.allDomains === true) return ["*"];
  return [inputs.domain ?? planDomain(inputs.computer)];
}

/** The planned domain of the computer: the one that the program names, else its DNS suffix. */
export function planDomain({
  name,
  domain,
}: {
  readonly name: string;
  readonly domain?: string | undefined;
}) {
  return domain ?? name.slice(name.indexOf(".") + 1);
}

/** Inputs that a plan is made from: while one of them is unknown, so is the plan. */
const planInputs = [
  "target",
  "releases",
  "computer",
  "computer.name",
  "computer.domain",
  "computer.media",
  "account",
  "run",
  "prepared",
  "after",
  "domain",
  "allDomains",
  "setup",
  "gone",
  "maintenance",
  "securityUpdate",
];

/**
 * True if everything in the plan is known. Absent planned values do not count. With `up --target` they are absent, and
 * check must not answer unknown values; the live directory then decides.
 */
export function isPlannable({ known, unknown }: ParsedInputs): boolean {
  if (planInputs.some((name) => unknown.includes(name))) return false;
  // Without an account, the plan names the connection's user.
  return (
    known.account !== undefined ||
    runModeTraits[known.run ?? defaultRunMode].runsAs !== "connection" ||
    !unknown.includes("computer.connection")
  );
}

/** The step's plan, for people. */
export function planOfStep(step: Step): StepPlan {
  return planOf(plannedStep(step));
}

/** What this step and the ones before it will have done, for the steps after it. */
export function plannedAfter(step: Step): Planned {
  const before: Planned = step.prepared ?? {
    target: step.target.name,
    from: listReleases(startsFrom(step.target, step.catalogue)),
    schema: false,
    organization: false,
    domains: [],
  };
  const { server: _, ...chain } = before;
  switch (step.kind) {
    case "schema":
      return { ...chain, schema: true };
    case "organization":
      return {
        ...chain,
        organization: true,
        domains: union(chain.domains, [planDomain(step.inputs.computer)]),
      };
    case "domain":
      return { ...chain, domains: union(chain.domains, step.domains) };
    case "server":
      return { ...chain, server: step.computer };
  }
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}

function plannedStep(step: Step): PlannedStep {
  return {
    step: step.kind,
    target: step.target,
    catalogue: step.catalogue,
    computer: step.computer,
    media: step.inputs.computer.media ?? null,
    overWinRm: step.inputs.computer.connection?.winrm !== undefined,
    account:
      step.account ??
      (runModeTraits[step.run].runsAs === "connection"
        ? (step.inputs.computer.connection?.user ?? null)
        : null),
    run: step.run,
    domains: step.domainGiven ? step.domains : [],
    following: (step.inputs.after ?? []).filter((name) => name !== ""),
    edge: step.prepared?.edge === true,
    byFirstServer: step.prepared?.byFirstServer === true,
    ...(step.inputs.commands === undefined ? {} : { commands: step.inputs.commands }),
    ...(step.inputs.gone === undefined ? {} : { gone: step.inputs.gone }),
    ...plannedMaintenance(step.inputs),
    ...plannedUpdate(step),
    answers: step.inputs.setup ?? {},
    toolsOnly: step.inputs.roles?.every((role) => role === "Management Tools") ?? null,
  };
}

/** What the program says of maintenance, as a plan tells it. */
export function plannedMaintenance({ maintenance, reboot }: Inputs): Pick<PlannedStep, "maintenance"> {
  if (maintenance === undefined || maintenance === "none")
    return maintenance === undefined ? {} : { maintenance };
  const { expected, patience, ...said } = maintenance;
  return {
    maintenance: {
      ...said,
      minutes: maintenanceMinutesOf({ expected }),
      patience: patienceOf({ patience }),
      restarts: reboot === "ifRequired",
    },
  };
}

/**
 * Minutes that the update of a server's step is expected to take: those of the program, else as many as a server's
 * Setup. Unverified: no source was found.
 */
export function updateMinutes({ inputs: { securityUpdate } }: Step): number {
  const given = securityUpdate === "none" ? undefined : securityUpdate?.expected;
  return expectedMinutes("server", { given });
}

/** What the program says of a security update after Setup. */
function plannedUpdate(step: Step): Pick<PlannedStep, "securityUpdate"> {
  const { securityUpdate } = step.inputs;
  if (securityUpdate === undefined || securityUpdate === "none")
    return securityUpdate === undefined ? {} : { securityUpdate };
  const build = parseBuild(securityUpdate.build);
  const { file, kb } = securityUpdate;
  return build === undefined ? {} : { securityUpdate: { file, kb, build, minutes: updateMinutes(step) } };
}

/** The command line as it is run: program and switches, quoted by the one quoting function. */
export function setupCommand(step: Step): {
  readonly program: string;
  readonly switches: readonly string[];
  readonly text: string;
} {
  const planned = plannedStep(step);
  return { program: programOf(planned), switches: switchesOf(planned), text: commandOf(planned) };
}

/** Identity of the Setup run on its computer: the same for every attempt at this step with this target. */
export function operationOf(step: Step): string {
  const what =
    step.kind === "domain" ? `domain-${step.domains[0] === "*" ? "all" : step.domains[0]}` : step.kind;
  const name = `${what}-${step.target.name}`.replace(/[^A-Za-z0-9.-]+/g, "-");
  // The identity names a folder, and paths on Windows end at 260 characters.
  if (name.length <= 90) return name;
  return `${name.slice(0, 80)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

/** The part of a finding that names the step. */
export function aboutOf({ kind, computer, target }: Step): About {
  return { step: kind, computer, target };
}

/** True if users may name this release as a target (R1): it is offered, or the program defines it. */
export function isOffered(release: Release): boolean {
  return isDefined(release) || offered.includes(release.name);
}
