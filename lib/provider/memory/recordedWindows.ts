/**
 * Windows of servers as the first gate saw it first (D5). It stands in the gate's inputs, of which check gets the old ones;
 * no step changes it, so that it locks no plan. The checks of a run are made in one process, after the gate's.
 */
import { isRecord, type Props, unknownValue } from "../../wire/values";
import type { JudgedStep, OrganizationStep } from "../gates/judgeOrganization";

const recorded = new Map<string, number>();

/** The build that the first gate has recorded of a computer; null where it has recorded nothing. */
export function recordedWindows(computer: string): number | null {
  return recorded.get(computer) ?? null;
}

/** Keeps what a gate's old inputs hold of the computers of these steps. */
export function noteWindows(olds: Props, steps: readonly OrganizationStep[]): void {
  const builds = isRecord(olds.windows) ? olds.windows : {};
  for (const computer of steps.flatMap(({ step }) => step?.computer ?? [])) {
    const build = builds[computer];
    if (typeof build === "number") recorded.set(computer, build);
    else recorded.delete(computer);
  }
}

/** The Windows builds of an organization's servers. */
type Windows = { readonly [computer: string]: number };

/** What is recorded, and of servers that are seen for the first time, what they show now. */
export function windowsWith(judged: readonly JudgedStep[]): Windows {
  const builds = judged.flatMap(({ step, case: { facts } }): [string, number][] => {
    const { identity } = facts.computer;
    const seen = identity.known && identity.value.fqdn === step.computer ? identity.value.windowsBuild : null;
    const build = recordedWindows(step.computer) ?? seen;
    return step.kind === "server" && build !== null ? [[step.computer, build]] : [];
  });
  return Object.fromEntries(builds.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same in preview, which records nothing: not known while one of the servers is not recorded. */
export function windowsPlanned(steps: readonly OrganizationStep[], judged: readonly JudgedStep[]): unknown {
  const servers = steps.filter(({ kind }) => kind === "server");
  const all = windowsWith(judged.filter(({ step }) => recorded.has(step.computer)));
  return Object.keys(all).length === servers.length ? all : unknownValue;
}
