/** The steps of a whole organization as the two gates receive them: one map by resource name, judged at once. */

import { z } from "zod";
import { type Planned, type StepKind, stepKinds } from "../../model";
import { withCode } from "../../text";
import { type Props, withoutBookkeeping } from "../../wire/values";
import type { Looked } from "../look";
import type { Run } from "../memory/run";
import { noteStep } from "../step/case";
import { type ParsedInputs, parseInputs } from "../step/inputs";
import { isOffered, plannedAfter, type Step, stepOf } from "../step/step";
import { type NeededCredentials, type UnsetVariable, unsetVariables } from "../step/variables";
import { clusterEntry, type OrganizationCluster, organizationCluster } from "./organizationClusters";

/** Computers that are read at the same time, so that a thousand of them exhaust no sockets. */
const connectionsAtOnce = 16;

/** Seconds for reading all facts, unless the program sets another time. */
const defaultSeconds = 300;

/** What the component adds to the step's own arguments. */
const entry = z.looseObject({
  kind: z.enum(stepKinds),
  /** Names of the steps, or waves, that precede it. */
  after: z.array(z.string()).optional(),
  /** Name of the preparation that it needs. */
  rests: z.string().optional(),
  /** Its place in the program, which the parser of inputs reads. */
  place: z.unknown().optional(),
});
const organization = z.looseObject({
  target: z.unknown(),
  /** The parser of inputs reads it, as it reads the target. */
  releases: z.unknown().optional(),
  directory: z.unknown(),
  steps: z.record(z.string(), entry),
  clusters: z.record(z.string(), clusterEntry).optional(),
  /** Names of the servers, by name of the wave. */
  waves: z.record(z.string(), z.array(z.string())).optional(),
  factsSeconds: z.number().positive().optional(),
});

/** A step of the organization. */
export interface OrganizationStep {
  /** Name of its resource. */
  readonly name: string;
  readonly kind: StepKind;
  readonly parsed: ParsedInputs;
  /** Credentials that this run needs and whose variables are not set. */
  readonly unset: readonly UnsetVariable[];
  /** null while too many inputs are unknown. */
  readonly step: Step | null;
}

/** An organization's steps, each after those that it needs. */
export interface Organization {
  readonly steps: readonly OrganizationStep[];
  readonly clusters: readonly OrganizationCluster[];
  /** Seconds for reading all facts. */
  readonly seconds: number;
}

/**
 * Makes the steps from a gate's inputs, and notes their order for the steps' own checks.
 *
 * @param needed which credentials of a step the run needs, by name; none if an earlier call has checked them
 *
 * @throws Error for inputs in another form than the component's
 */
export function organizationOf(
  run: Run,
  props: Props,
  needed?: (name: string) => NeededCredentials,
): Organization {
  const parsed = organization.safeParse(withoutBookkeeping(props));
  if (!parsed.success)
    throw new Error(
      withCode(
        `the gate's inputs are not those of an ExchangeUpgrade: ${parsed.error.issues[0]?.path.join(".")}`,
        "XU-DEFECT",
      ),
    );
  const {
    target,
    releases,
    directory,
    steps: entries,
    clusters: clusterEntries = {},
    waves = {},
    factsSeconds = defaultSeconds,
  } = parsed.data;
  const fqdnOf = (name: string): string => {
    const named = clusterEntries[name] ?? entries[name]?.computer;
    const fqdn = (named as { name?: unknown } | undefined)?.name;
    return typeof fqdn === "string" ? fqdn.toLowerCase() : name;
  };
  for (const [wave, names] of Object.entries(waves)) run.order.note(wave, names.map(fqdnOf));
  const steps = new Map<string, OrganizationStep>();
  /** The inputs that an entry would have as a resource: what all share, its own, and what comes before it. */
  const inputsOf = (
    { after, rests, place }: Pick<z.infer<typeof entry>, "after" | "rests" | "place">,
    own: Props,
  ): Props => {
    const base = rests === undefined ? undefined : plannedOf(steps.get(rests));
    return {
      directory,
      ...own,
      target,
      ...(releases === undefined ? {} : { releases }),
      ...(base === undefined ? {} : { prepared: base }),
      ...(after === undefined ? {} : { after: after.map(fqdnOf) }),
      __place: place,
    };
  };
  for (const kind of stepKinds) {
    for (const [name, { kind: own, after, rests, place, ...args }] of Object.entries(entries)) {
      if (own !== kind) continue;
      const found = parseInputs(kind, withoutNull(inputsOf({ after, rests, place }, args)));
      const step = stepOf(kind, found);
      if (step !== null) noteStep(run, step);
      const unset = needed === undefined ? [] : unsetVariables(found, needed(name));
      steps.set(name, { name, kind, parsed: found, unset, step });
    }
  }
  const clusters = Object.entries(clusterEntries).map(([name, { after, rests, place, ...args }]) =>
    organizationCluster(run, name, inputsOf({ after, rests, place }, args), needed),
  );
  return { steps: [...steps.values()], clusters, seconds: factsSeconds };
}

/** What a preparation and the ones before it will have done; undefined while the program does not know that. */
function plannedOf(earlier: OrganizationStep | undefined): Planned | undefined {
  return earlier?.step == null ? undefined : plannedAfter(earlier.step);
}

/** null in an entry means that the step lacks what the organization has: Edge Transport has no directory. */
function withoutNull(inputs: Props): Props {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
}

/** A step of an organization whose inputs suffice for judging. */
type WholeStep = OrganizationStep & { readonly step: Step };

/** A step with its findings. */
export interface JudgedStep extends WholeStep, Looked {}

/**
 * Calls `work` for every step that can be judged, in parallel and under one deadline.
 *
 * @param work receives the seconds that are left
 *
 * @param onProgress receives how many of how many steps have been read
 */
export async function eachStep<T>(
  { steps, seconds }: Pick<Organization, "steps" | "seconds">,
  work: (each: WholeStep, seconds: number) => Promise<T>,
  onProgress: (read: number, all: number) => void,
): Promise<readonly T[]> {
  const deadline = performance.now() + seconds * 1_000;
  const done: T[] = new Array(steps.length);
  let next = 0;
  let read = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < steps.length; at = next++) {
      const each = steps[at];
      if (each === undefined || !isWhole(each)) continue;
      done[at] = await work(each, Math.max(1, (deadline - performance.now()) / 1_000));
      onProgress(++read, steps.length);
    }
  };
  await Promise.all(Array.from({ length: connectionsAtOnce }, worker));
  return done.filter((each) => each !== undefined);
}

/**
 * Unusable arguments are refused all at once. A target that is refused as such is refused by each step, in its own
 * words.
 */
function isWhole(each: OrganizationStep): each is WholeStep {
  const { step, parsed, unset } = each;
  return step !== null && parsed.problems.length === 0 && unset.length === 0 && isOffered(step.target);
}
