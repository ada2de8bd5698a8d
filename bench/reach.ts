/** What a preview of many pending servers costs the provider over WinRM, against SSH: processor time of a process that does nothing else. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Lab, startLab } from "../lab";
import { coordinatesOf } from "../lab/coordinates";
import type { Organization } from "../lab/organization";
import type { Props } from "../lib/wire/values";
import { organizationOf } from "./organization";
import { provider, type UpgradeTask } from "./upgrades";

/** Servers of one preview. */
export const reachedServers = 100;

/** How much more of the processor WinRM may take. */
export const largestRatio = 1.2;

/** Seconds of processor that one preview has taken, the least of several rounds. */
export interface Reach {
  readonly ssh: number;
  readonly winrm: number;
  readonly rounds: number;
}

/** In one domain, whose account needs one key distribution centre. */
function organization(): Organization {
  const given = organizationOf(reachedServers, "2007 RTM");
  return {
    ...given,
    computers: given.computers.map((each, index) => ({
      ...each,
      name: `srv${String(index + 1).padStart(4, "0")}.contoso.com`,
      domain: "contoso.com",
      windows: "2008 R2",
    })),
  };
}

/**
 * @param folder for a file; emptied afterwards
 * @throws Error where a preview could not read a server, or finds something else over the other way
 */
export async function measureReach(folder: string, rounds: number): Promise<Reach> {
  const lab = await startLab(organization(), { winrm: { kerberos: "mit" } });
  try {
    mkdirSync(folder, { recursive: true });
    const seconds = { ssh: [] as number[], winrm: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      for (const way of ["ssh", "winrm"] as const) {
        const file = join(folder, "task.json");
        writeFileSync(file, JSON.stringify(taskOf(lab, way)));
        const { cpuSeconds, errors, ssh } = await provider(file);
        rmSync(file);
        if (errors.length > 0) throw new Error(`over ${way}: ${errors.length} errors: ${errors[0]}`);
        if (ssh !== (way === "ssh" ? reachedServers : 0))
          throw new Error(`over ${way}: ${ssh} connections over SSH`);
        seconds[way].push(cpuSeconds);
      }
    }
    return { ssh: Math.min(...seconds.ssh), winrm: Math.min(...seconds.winrm), rounds };
  } finally {
    await lab.stop();
  }
}

function taskOf(lab: Lab, way: "ssh" | "winrm"): UpgradeTask {
  const { directory, accounts, computers, winrm } = coordinatesOf(lab);
  const exadmin = accounts["CONTOSO\\exadmin"];
  const connection = (name: string): Props =>
    way === "ssh"
      ? { ...computers[name], ...exadmin }
      : {
          ...{ winrm: { kdc: [winrm?.kdcs["contoso.com"]], realm: "contoso.com" }, host: "127.0.0.1" },
          // Named as `account` is: another form of the name would be asked for the computer's Administrators, over WinRM alone.
          ...{ port: winrm?.ports[name], ...exadmin },
        };
  return {
    servers: Object.keys(computers).map((name) => ({
      target: "2007 SP1",
      directory: { ...directory, ...accounts["CONTOSO\\reader"] },
      computer: { name, media: "D:\\SP1", connection: connection(name) },
      run: "scheduled",
      account: { name: "CONTOSO\\exadmin", password: exadmin?.password },
      waive: { D5: "measured, and not upgraded", P1: "measured, and not upgraded" },
      prepared: { target: "2007 SP1", from: "2007 RTM", schema: true, organization: true, domains: ["*"] },
    })),
    parallel: 16,
    directoryPorts: [],
    previewOnly: true,
  };
}

/** What does not hold, as sentences. */
export function reachBounds({ ssh, winrm }: Reach): readonly string[] {
  const ratio = winrm / ssh;
  return ratio > largestRatio
    ? [
        `a preview of ${reachedServers} pending servers over WinRM takes ${ratio.toFixed(2)} times the processor of SSH, and may ` +
          `take ${largestRatio}`,
      ]
    : [];
}
