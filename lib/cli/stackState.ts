/** The steps of a stack, from the state that Pulumi keeps of it: also while `pulumi up` runs, and without the program. */
import { execFile } from "node:child_process";
import type { StepKind } from "../model";
import { type OrganizationCluster, organizationCluster } from "../provider/gates/organizationClusters";
import {
  type Organization,
  type OrganizationStep,
  organizationOf,
} from "../provider/gates/organizationSteps";
import type { Run } from "../provider/memory/run";
import { noteStep } from "../provider/step/case";
import { parseInputs } from "../provider/step/inputs";
import { stepOf } from "../provider/step/step";
import { updateBuildOf } from "../provider/step/updateInputs";
import { unsetTexts, unsetVariables } from "../provider/step/variables";
import { recordedState } from "../rules/state";
import { CliError } from "./exit";
import { noPulumi, projectFolder } from "./preview";
import { note } from "./terminal";

/** Options of a command that reads the state. */
export interface StackOptions {
  readonly stack?: string;
  readonly cwd: string;
}

type Props = { readonly [key: string]: unknown };

/** A resource as the state has it. */
interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

/** What `pulumi stack export` prints, as far as it is looked into. */
export interface ExportedStack {
  readonly resources: readonly Resource[];
  /** Those that the engine was at work on when the state was written: an interrupted run leaves them, too. */
  readonly pending: readonly Resource[];
}

/** A step of the stack. */
export interface StackStep extends OrganizationStep {
  /** True where the state has it at its target. */
  readonly recorded: boolean;
  /** True where the engine is at work on it, or was when it was ended. */
  readonly pending: boolean;
}

export interface StackSteps extends Organization {
  readonly steps: readonly StackStep[];
  /** Name of the stack; null where the state does not say. */
  readonly stack: string | null;
}

/** Before the name of a resource's class: as a program in TypeScript makes it, and as the resource plugin does. */
const prefixes = ["pulumi-nodejs:dynamic/exchange:", "exchange-upgrade:index:"];
const kinds: Readonly<Record<string, StepKind>> = {
  ExchangeSchemaPrep: "schema",
  ExchangeADPrep: "organization",
  ExchangeDomainPrep: "domain",
  ExchangeRoleUpgrade: "server",
};

/** Seconds for reading all facts of steps without a gate that says otherwise. */
const defaultSeconds = 300;

/**
 * Reads the state of the selected stack, or of the named one, with its secrets where it has any.
 * @param tell takes Pulumi's own words where it fails
 * @throws CliError
 */
export async function readStack(options: StackOptions, tell = note): Promise<ExportedStack> {
  const plain = await exported(options, [], tell);
  // Secrets are asked for only where there are some: without them no passphrase is needed.
  return parseStack(
    plain.includes('"ciphertext"') ? await exported(options, ["--show-secrets"], tell) : plain,
  );
}

function exported(
  { stack, cwd }: StackOptions,
  more: readonly string[],
  tell: (words: string) => void,
): Promise<string> {
  const args = ["stack", "export", ...(stack === undefined ? [] : ["--stack", stack]), ...more];
  return new Promise((resolve, reject) => {
    const options = { cwd: projectFolder(cwd), maxBuffer: Number.POSITIVE_INFINITY };
    const child = execFile("pulumi", args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (!isMissing) tell(stderr.trimEnd());
      reject(
        new CliError(
          isMissing ? "XU-PULUMI" : "XU-STATE",
          isMissing
            ? noPulumi
            : "the state of the stack could not be read by `pulumi stack export`; its own words are above",
        ),
      );
    });
    child.stdin?.end();
  });
}

/** The resources of this package in an export. @throws CliError for what is none */
export function parseStack(text: string): ExportedStack {
  const { deployment } = parsed(text);
  const { resources, pending_operations: pending } = recordOf(deployment);
  return {
    resources: listOf(resources).flatMap(resourceOf),
    pending: listOf(pending).flatMap((operation) => resourceOf(recordOf(operation).resource)),
  };
}

function parsed(text: string): Props {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    throw new CliError("XU-STATE", "`pulumi stack export` printed no state that can be read");
  }
}

function resourceOf(value: unknown): readonly Resource[] {
  const { urn, type, inputs, outputs, delete: isDeleted } = recordOf(value);
  if (typeof urn !== "string" || typeof type !== "string" || isDeleted === true) return [];
  const prefix = prefixes.find((each) => type.startsWith(each));
  if (prefix === undefined) return [];
  return [
    {
      urn,
      type: type.slice(prefix.length),
      inputs: recordOf(withoutMarks(inputs)),
      outputs: recordOf(withoutMarks(outputs)),
    },
  ];
}

/** Key by which the engine marks values that are more than JSON, and its mark of a secret. */
const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/** Secrets as the values that they are. */
function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (!isRecord(value)) return value;
  const { [signature]: mark, plaintext } = value;
  if (mark === secretMark && typeof plaintext === "string") return withoutMarks(JSON.parse(plaintext));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutMarks(part)]));
}

/**
 * The steps that the state knows of: those that the first gate of an ExchangeUpgrade was given, also where they have not begun,
 * and those that stand for themselves, once they have.
 * @throws CliError where there are none
 */
export function stepsOf(run: Run, { resources, pending }: ExportedStack): StackSteps {
  const byName = new Map<string, OrganizationStep>();
  const all = [...resources, ...pending];
  let seconds = defaultSeconds;
  const clusters = new Map<string, OrganizationCluster>();
  for (const { type, inputs } of all) {
    if (type !== "ExchangeReadiness") continue;
    const organization = organizationOf(run, inputs, readsOnly);
    seconds = Math.max(seconds, organization.seconds);
    for (const step of organization.steps) byName.set(step.name, step);
    for (const cluster of organization.clusters) clusters.set(cluster.name, cluster);
  }
  for (const { urn, type, inputs } of all) {
    const kind = kinds[type];
    const name = nameIn(urn);
    if (type === "ExchangeClusteredMailboxUpgrade" && !clusters.has(name))
      clusters.set(name, organizationCluster(run, name, inputs, readsOnly));
    if (kind === undefined || byName.has(name)) continue;
    const found = parseInputs(kind, inputs);
    const step = stepOf(kind, found);
    if (step !== null) noteStep(run, step);
    const unset = unsetVariables(found, readsOnly());
    byName.set(name, { name, kind, parsed: found, unset, step });
  }
  if (byName.size + clusters.size === 0)
    throw new CliError(
      "XU-STATE",
      "the state of this stack has no step of an Exchange upgrade: run `pulumi up` first, or choose the stack with --stack",
    );
  const isPending = new Set(pending.map(({ urn }) => nameIn(urn)));
  const outputs = new Map(
    resources.filter(({ type }) => type in kinds).map((each) => [nameIn(each.urn), each.outputs]),
  );
  const steps = [...byName.values()].map((each) => ({
    ...each,
    recorded: isRecorded(each, outputs.get(each.name)),
    pending: isPending.has(each.name),
  }));
  return {
    steps,
    clusters: [...clusters.values()],
    seconds,
    stack: /^urn:pulumi:([^:]+)::/.exec(all[0]?.urn ?? "")?.[1] ?? null,
  };
}

/** Only the readers' credentials are needed. */
function readsOnly(): { readonly preview: true; readonly recorded: false } {
  return { preview: true, recorded: false };
}

/** Why a step is not read at all. */
export function whyNotRead({ parsed, unset }: Pick<StackStep, "parsed" | "unset">): string {
  return [...parsed.problems, ...unsetTexts(unset)][0] ?? "its arguments are not known";
}

function isRecorded({ kind, step }: OrganizationStep, outputs: Props | undefined): boolean {
  if (step === null || outputs === undefined || outputs.target !== step.target.name) return false;
  const update = updateBuildOf(step.inputs);
  const { progress } = recordedState(kind, recordOf(outputs.levels), step.target, update);
  return progress === "done" || progress === "above";
}

/** Name of a resource: what follows stack, project and type in its URN, whatever a program puts into it. */
function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function isRecord(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function recordOf(value: unknown): Props {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
