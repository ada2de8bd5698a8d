/** Measures previews of ours and of trivial resources, in turn, on a lab of their own. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Lab, startLab } from "../lab";
import { writeCoordinates } from "../lab/coordinates";
import { openSession } from "../lib/host";
import { Logons } from "../lib/logons";
import { type BenchProduct, modernOrganizationOf, organizationOf } from "./organization";
import { Project, type Run, script } from "./project";
import { median } from "./statistics";

/** What the previews of one kind of resource took: medians, and the provider's peak memory in bytes. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly providerPeak: number;
  /** Bytes of the state that the largest resource takes; 0 without a state. */
  readonly stateBytes: number;
}

/** Previews of as many servers. */
export interface Measurement {
  readonly servers: number;
  readonly previews: number;
  readonly ours: Cost;
  readonly trivial: Cost;
  /** SSH connections of one of our previews. */
  readonly ssh: number;
  /** LDAP searches of one of our previews, without those that the lab's computers send to log a user on. */
  readonly searches: number;
}

/** `done`: every server is in the state and at the target. `pending`: none is. */
export type Progress = "done" | "pending";

/** What is measured, and how often. */
export interface Size {
  readonly servers: number;
  readonly progress: Progress;
  /** @default "2007" */
  readonly product?: BenchProduct;
  /** Previews of each kind that are timed. */
  readonly previews: number;
}

/**
 * Measures previews for a number of servers.
 * @param folder for the projects; emptied afterwards
 */
export async function measure(
  folder: string,
  { servers, progress, product = "2007", previews }: Size,
): Promise<Measurement> {
  const lab = await startLab(
    product === "SE"
      ? modernOrganizationOf(servers)
      : organizationOf(servers, progress === "done" ? "2007 SP1" : "2007 RTM"),
  );
  try {
    const labFile = join(folder, "lab.json");
    writeCoordinates(lab, labFile);
    const ours = await Project.create(script("exchange"), join(folder, "exchange"), labFile);
    const trivial = await Project.create(script("trivial"), join(folder, "trivial"), labFile);
    if (progress === "done") {
      await ours.up();
      await trivial.up();
    }
    return await compare(lab, ours, trivial, { servers, previews, unchanged: progress === "done" });
  } finally {
    await lab.stop();
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
}

interface Comparison {
  readonly servers: number;
  readonly previews: number;
  readonly unchanged: boolean;
}

async function compare(
  lab: Lab,
  ours: Project,
  trivial: Project,
  { servers, previews, unchanged }: Comparison,
): Promise<Measurement> {
  const searchesOfLogons = await searchesByDomain(lab);
  const before = counted(lab);
  const watched = {
    ours: await ours.preview({ unchanged, watched: true }),
    trivial: await trivial.preview({ unchanged, watched: true }),
  };
  const after = counted(lab);
  const runs: { readonly ours: Run[]; readonly trivial: Run[] } = { ours: [], trivial: [] };
  for (let i = 0; i < previews; i++) {
    // Each goes first in every other round, so that a machine that grows slower or faster favours none.
    const round = i % 2 === 0 ? (["ours", "trivial"] as const) : (["trivial", "ours"] as const);
    for (const kind of round) {
      runs[kind].push(await (kind === "ours" ? ours : trivial).preview({ unchanged }));
    }
  }
  const logons = [...after.logons].map(([name, count]) => ({
    name,
    count: count - (before.logons.get(name) ?? 0),
  }));
  const bySsh = logons.reduce(
    (sum, { name, count }) => sum + count * (searchesOfLogons.get(domainOf(name)) ?? 0),
    0,
  );
  return {
    servers,
    previews,
    ours: costOf(runs.ours, watched.ours, ours),
    trivial: costOf(runs.trivial, watched.trivial, trivial),
    ssh: logons.reduce((sum, { count }) => sum + count, 0),
    searches: after.searches - before.searches - bySsh,
  };
}

function costOf(runs: readonly Run[], { providerPeak }: Run, project: Project): Cost {
  return {
    seconds: median(runs.map((run) => run.seconds)),
    cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
    providerPeak,
    stateBytes: Math.max(0, ...project.stateSizes()),
  };
}

/** What the lab was asked so far: LDAP searches, and SSH logons by computer. */
function counted(lab: Lab) {
  return {
    searches: lab.directory?.stats().searches ?? 0,
    logons: new Map(Object.values(lab.computers).map(({ name, counts }) => [name, counts.logons])),
  };
}

/** How many LDAP searches a computer of each domain sends to its domain controller when a user logs on there. */
async function searchesByDomain(lab: Lab): Promise<ReadonlyMap<string, number>> {
  const searches = new Map<string, number>();
  for (const { name } of Object.values(lab.computers)) {
    if (searches.has(domainOf(name))) continue;
    const before = counted(lab).searches;
    const account = name.endsWith("fabrikam.com") ? "FABRIKAM\\exadmin" : "CONTOSO\\exadmin";
    const session = await openSession(lab.connection(name, account), new Logons());
    session.close();
    searches.set(domainOf(name), counted(lab).searches - before);
  }
  return searches;
}

function domainOf(fqdn: string): string {
  return fqdn.slice(fqdn.indexOf(".") + 1);
}
