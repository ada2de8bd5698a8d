/** What reading an organization costs a preview of the component, against the same preview from a facts snapshot. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startLab } from "../lab";
import { writeCoordinates } from "../lab/coordinates";
import { organizationOf } from "./organization";
import { Project, script } from "./project";
import { median } from "./statistics";

/** Servers, all of them pending. */
export const gateServers = 200;

/** Seconds by which reading may lengthen a preview. */
export const longestReading = 2;

/** Medians, in seconds. */
export interface GateMeasurement {
  readonly live: number;
  /** From a snapshot: nothing is read. */
  readonly snapshot: number;
  readonly previews: number;
}

/** Previews the organization in turn with reading and without. @param folder for the project; emptied afterwards */
export async function measureGates(folder: string, previews: number): Promise<GateMeasurement> {
  const lab = await startLab(organizationOf(gateServers, "2007 RTM"));
  try {
    mkdirSync(folder, { recursive: true });
    const labFile = join(folder, "lab.json");
    writeCoordinates(lab, labFile);
    const project = await Project.create(script("organization"), join(folder, "organization"), labFile);
    const facts = join(folder, "facts.jsonl");
    await project.preview({ unchanged: false, variables: { EXCHANGE_UPGRADE_RECORD_FACTS: facts } });
    const live: number[] = [];
    const snapshot: number[] = [];
    for (let i = 0; i < previews; i++) {
      live.push((await project.preview({ unchanged: false })).seconds);
      const variables = { EXCHANGE_UPGRADE_FACTS: facts };
      snapshot.push((await project.preview({ unchanged: false, variables })).seconds);
    }
    return { live: median(live), snapshot: median(snapshot), previews };
  } finally {
    await lab.stop();
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
}
