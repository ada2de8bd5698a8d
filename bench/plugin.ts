/**
 * What a preview from YAML over the bundled plugin takes of the processor: of an organization with everything pending, against the same
 * program in TypeScript, and of many servers with nothing to do, against as many trivial dynamic resources.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { contoso, type Lab, startLab } from "../lab";
import { coordinatesOf, writeCoordinates } from "../lab/coordinates";
import { organizationOf } from "./organization";
import { example, Project, type Run, script, yaml } from "./project";
import { median } from "./statistics";

/** What is previewed. */
export type PluginWork = "pending" | "done";

/** Medians of seconds, and of CPU seconds of the CLI with all that it starts. */
export interface PluginCost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Previews in turn from YAML over the plugin, and of what it is compared to. */
export interface PluginMeasurement {
  readonly work: PluginWork;
  /** Resources of the stack, as the CLI counts them. */
  readonly resources: number;
  readonly previews: number;
  readonly plugin: PluginCost;
  readonly other: PluginCost;
}

/** CPU of the plugin's preview over that of the other, at most. */
export const largestPlugin: { readonly [W in PluginWork]: number } = { pending: 0.35, done: 0.75 };

/** Servers with nothing to do. */
export const pluginServers = 1_000;

/** What is compared, in words. */
export const pluginWork: {
  readonly [W in PluginWork]: { readonly state: string; readonly comparedTo: string };
} = {
  pending: { state: "everything pending", comparedTo: "the program in TypeScript" },
  done: { state: "nothing to do", comparedTo: "trivial dynamic resources" },
};

/** Bounds that do not hold, as sentences. */
export function pluginBounds({ work, resources, plugin, other }: PluginMeasurement): readonly string[] {
  const { state, comparedTo } = pluginWork[work];
  const ratio = plugin.cpuSeconds / other.cpuSeconds;
  if (ratio <= largestPlugin[work]) return [];
  return [
    `${resources} resources from YAML, ${state}: a preview takes ${ratio.toFixed(2)} times the processor of ${comparedTo}, and ` +
      `may take ${largestPlugin[work]}`,
  ];
}

/** @param folder for the projects; emptied afterwards */
export async function measurePlugin(
  folder: string,
  work: PluginWork,
  previews: number,
  servers = pluginServers,
): Promise<PluginMeasurement> {
  const lab = await startLab(work === "done" ? organizationOf(servers, "2007 SP1") : contoso);
  try {
    mkdirSync(folder, { recursive: true });
    const labFile = join(folder, "lab.json");
    writeCoordinates(lab, labFile);
    const { directory } = inventoryOf(lab);
    const own = yaml(work === "done" ? serversOf(lab) : { contoso: organizationIn(lab) }, { directory });
    const plugin = await Project.create(own, join(folder, "plugin"), labFile, [yamlHost()]);
    const compared = work === "done" ? script("trivial") : example("organization");
    const other = await Project.create(compared, join(folder, "other"), labFile);
    const unchanged = work === "done";
    for (const project of [plugin, other]) {
      if (unchanged) await project.up();
      // Not timed: the first preview finds nothing in the caches of the system.
      await project.preview({ unchanged });
    }
    const runs: { readonly plugin: Run[]; readonly other: Run[] } = { plugin: [], other: [] };
    for (let i = 0; i < previews; i++) {
      // Each goes first in every other round, so that a machine that grows slower or faster favours none.
      for (const kind of i % 2 === 0 ? (["plugin", "other"] as const) : (["other", "plugin"] as const))
        runs[kind].push(await (kind === "plugin" ? plugin : other).preview({ unchanged }));
    }
    const [resources, others] = [countOf(runs.plugin), countOf(runs.other)];
    if (resources !== others) throw new Error(`${resources} resources from YAML, and ${others} of the other`);
    return { work, resources, previews, plugin: costOf(runs.plugin), other: costOf(runs.other) };
  } finally {
    await lab.stop();
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
}

function costOf(runs: readonly Run[]): PluginCost {
  return {
    seconds: median(runs.map((run) => run.seconds)),
    cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
  };
}

/** Resources of the last preview. @throws Error where the CLI counts none */
function countOf(runs: readonly Run[]): number {
  const count = /^ +(?:\+ )?(\d+) (?:to create|unchanged)$/m.exec(runs.at(-1)?.printed ?? "")?.[1];
  if (count === undefined) throw new Error("the CLI has counted no resources");
  return Number(count);
}

/** Folder of the language host for YAML. */
function yamlHost(): string {
  const tool = resolve(__dirname, "..", "tools", "yaml-host.mjs");
  return execFileSync(process.execPath, [tool], { encoding: "utf8" }).trim();
}

function inventoryOf(lab: Lab) {
  const { directory, computers, accounts } = coordinatesOf(lab);
  return {
    directory: { ...directory, ...accounts["CONTOSO\\reader"] },
    computer: (name: string, account = "CONTOSO\\exadmin") => ({
      name,
      media: "D:\\SP1",
      connection: { ...computers[name], ...accounts[account] },
    }),
  };
}

const variable = (name: string) => `\${${name}}`;

/** The directory is a variable of the program, as the examples have it. */
const shared = { target: "2007 SP1", directory: variable("directory") };

/** As programs/exchange.js: one upgrade of each server. */
function serversOf(lab: Lab): object {
  const { computer } = inventoryOf(lab);
  return Object.fromEntries(
    Object.keys(coordinatesOf(lab).computers).map((name) => [
      name.split(".")[0],
      {
        type: "exchange-upgrade:ExchangeRoleUpgrade",
        properties: { ...shared, prepared: "verify", computer: computer(name) },
      },
    ]),
  );
}

/** As examples/organization has it. */
function organizationIn(lab: Lab): object {
  const { computer } = inventoryOf(lab);
  const server = (name: string, role: string, site: string, more: object = {}) => ({
    computer: computer(name),
    roles: [role],
    site,
    ...more,
  });
  const edge = "edge1.perimeter.contoso.com";
  const internetFacing = true;
  return {
    type: "exchange-upgrade:ExchangeUpgrade",
    properties: {
      ...shared,
      preparation: {
        schema: { computer: computer("dc1.contoso.com", "CONTOSO\\prep") },
        domains: {
          "emea.contoso.com": { computer: computer("emea-dc1.emea.contoso.com", "EMEA\\emeaprep") },
        },
      },
      servers: {
        "cas-lon": server("cas-lon.contoso.com", "Client Access", "London", { internetFacing }),
        "cas-nyc": server("cas-nyc.contoso.com", "Client Access", "NewYork", { internetFacing }),
        "cas-dub": server("cas-dub.emea.contoso.com", "Client Access", "Dublin"),
        "hub-lon": server("hub-lon.contoso.com", "Hub Transport", "London"),
        "um-lon": server("um-lon.contoso.com", "Unified Messaging", "London"),
        "mbx-lon": server("mbx-lon.contoso.com", "Mailbox", "London"),
        "mbx-dub": server("mbx-dub.emea.contoso.com", "Mailbox", "Dublin"),
        edge1: { computer: computer(edge, `${edge}\\Administrator`), roles: ["Edge Transport"] },
        tools1: { computer: computer("tools1.contoso.com"), roles: ["Management Tools"] },
      },
    },
  };
}
