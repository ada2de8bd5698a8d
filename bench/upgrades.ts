/** What `up` of many servers costs the provider: each is upgraded, or found upgraded and adopted. */
import { fork } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startLab } from "../lab";
import { coordinatesOf } from "../lab/coordinates";
import type { Props } from "../lib/wire/values";
import { organizationOf } from "./organization";

/** What the provider is to do. */
export interface UpgradeTask {
  /** Inputs of each server. */
  readonly servers: readonly Props[];
  /** Creates at once, as `--parallel` says. */
  readonly parallel: number;
  readonly directoryPorts: readonly number[];
  /** Checks all of them at once, and creates none. @default false */
  readonly previewOnly?: boolean;
}

/** What it took, all servers together. */
export interface ProviderCost {
  /** SSH connections, and commands over them. */
  readonly ssh: number;
  readonly commands: number;
  /** LDAP searches, and the octets of their answers, TLS included. */
  readonly searches: number;
  readonly directoryBytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Peak memory of the process, in bytes. */
  readonly peak: number;
  readonly errors: readonly string[];
}

/** What is measured: `upgrade` runs Setup on every server, `adopt` finds every server at the target. */
export type UpgradeWork = "upgrade" | "adopt";

/** One measurement. */
export interface UpgradeMeasurement extends ProviderCost {
  readonly work: UpgradeWork;
  readonly servers: number;
  readonly parallel: number;
}

/** Servers that are upgraded, or adopted. */
export const upgradeSizes = [8, 40, 100, 400] as const;

/** Creates at once. */
export const parallelCreates = 16;

/**
 * What may be counted for one server, at any number of them: SSH connections, commands, and octets of the directory's answers.
 * Adoption runs nothing.
 */
export const largestUpgrade: {
  readonly [W in UpgradeWork]: Pick<ProviderCost, "ssh" | "commands" | "directoryBytes">;
} = {
  upgrade: { ssh: 3, commands: 36, directoryBytes: 40_000 },
  adopt: { ssh: 3, commands: 20, directoryBytes: 40_000 },
};

/** Bytes of memory that the provider may take, whatever the number of servers. */
export const largestProvider = 220 * 2 ** 20;

/** Bounds of `up` that do not hold, as sentences. */
export function upgradeBounds(m: UpgradeMeasurement): readonly string[] {
  const { work, servers, errors, peak } = m;
  const may = largestUpgrade[work];
  const what = `${work} of ${servers} servers`;
  const counted = (["ssh", "commands", "directoryBytes"] as const).flatMap((key) =>
    m[key] / servers > may[key]
      ? [`${what}: ${(m[key] / servers).toFixed(1)} ${countNames[key]} a server, and may be ${may[key]}`]
      : [],
  );
  return [
    ...counted,
    ...(peak > largestProvider
      ? [`${what}: the provider takes ${(peak / 2 ** 20).toFixed(0)} MiB, and may take 220`]
      : []),
    ...(errors.length > 0 ? [`${what}: ${errors.length} errors: ${errors[0]}`] : []),
  ];
}

const countNames = {
  ssh: "SSH connections",
  commands: "commands",
  directoryBytes: "octets from the directory",
} as const;

/** @param folder for a file; emptied afterwards */
export async function measureUpgrade(
  folder: string,
  work: UpgradeWork,
  servers: number,
  parallel: number,
): Promise<UpgradeMeasurement> {
  const lab = await startLab(organizationOf(servers, work === "adopt" ? "2007 SP1" : "2007 RTM"), {
    setupSeconds: 0.01,
  });
  try {
    const { directory, accounts, computers } = coordinatesOf(lab);
    const prepared = {
      target: "2007 SP1",
      from: "2007 RTM",
      schema: true,
      organization: true,
      domains: ["*"],
    };
    const task: UpgradeTask = {
      servers: Object.entries(computers).map(([name, at]) => ({
        target: "2007 SP1",
        directory: { ...directory, ...accounts["CONTOSO\\reader"] },
        computer: { name, media: "D:\\SP1", connection: { ...at, ...accounts["CONTOSO\\exadmin"] } },
        prepared,
      })),
      parallel,
      directoryPorts: lab.organization.domainControllers.map(({ name }) =>
        Number(new URL(lab.target.urlOf(name)).port),
      ),
    };
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "task.json");
    writeFileSync(file, JSON.stringify(task));
    const cost = await provider(file);
    rmSync(file);
    return { work, servers, parallel, ...cost };
  } finally {
    await lab.stop();
  }
}

/** Lets a process of its own do the task in a file. */
export function provider(file: string): Promise<ProviderCost> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, "upgradeProvider.ts"), [file], {
      execArgv: ["--require", "tsx/cjs"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.once("message", (cost) => resolve(cost as ProviderCost));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the provider ended with exit code ${code}`)));
  });
}
