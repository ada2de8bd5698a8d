/** Steps on a lab, for tests of the handlers: their inputs, and what they say. */

import { contoso, type Lab, type LabOptions, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { directoryNames } from "../../lab/directory";
import type { Organization } from "../../lab/organization";
import type { ResourceLog } from "../../lib/wire/engine";
import type { Props } from "../../lib/wire/values";
import { beginRun } from "../frontDoor";

const names = directoryNames(contoso);

export class LabSteps {
  readonly planned = {
    target: "2007 SP1",
    from: "2007 RTM",
    schema: true,
    organization: true,
    domains: ["*"],
  };
  /** Every line that was said, with its kind in front. */
  readonly said: string[] = [];
  readonly log: ResourceLog = {
    info: async (text) => void this.said.push(`info ${text}`),
    warn: async (text) => void this.said.push(`warning ${text}`),
    progress: async (text) => void this.said.push(`progress ${text}`),
  };
  #lab: Lab | undefined;

  get lab(): Lab {
    if (this.#lab === undefined) throw new Error("the lab has not been started");
    return this.#lab;
  }

  async start(options: LabOptions = {}, organization: Organization = contoso): Promise<void> {
    this.said.splice(0);
    await beginRun();
    this.#lab = await startLab(organization, { setupSeconds: 0.01, ...options });
  }

  async stop(): Promise<void> {
    await beginRun();
    await this.#lab?.stop();
  }

  directory(changes: Props = {}): Props {
    const { directory, accounts } = coordinatesOf(this.lab);
    return { ...directory, ...accounts["CONTOSO\\reader"], ...changes };
  }

  computer(name: string, account = "CONTOSO\\exadmin"): Props {
    const { computers, accounts } = coordinatesOf(this.lab);
    return { name, media: "D:\\SP1", connection: { ...computers[name], ...accounts[account] } };
  }

  /** Inputs of a preparation on dc1; with `prepared` also of the organization's. */
  schema(changes: Props = {}): Props {
    const computer = this.computer("dc1.contoso.com", "CONTOSO\\prep");
    return { target: "2007 SP1", directory: this.directory(), computer, ...changes };
  }

  server(name: string, changes: Props = {}): Props {
    return {
      target: "2007 SP1",
      directory: this.directory(),
      computer: this.computer(name),
      prepared: this.planned,
      ...changes,
    };
  }

  /** Sets the schema's level, as somebody else's Setup would. */
  setSchema(level: number): void {
    this.#set(names.schemaVersion, "rangeUpper", level);
  }

  /** Prepares the whole forest for 2007 SP1, as somebody else's Setup would. */
  prepareForest(): void {
    this.setSchema(11116);
    this.#set(names.organization, "objectVersion", 11221);
    for (const { name } of contoso.domains) this.#set(names.systemObjects(name), "objectVersion", 11221);
  }

  #set(dn: string, attribute: string, value: number): void {
    this.lab.directory?.store.modify(dn, [{ operation: "replace", attribute, values: [String(value)] }]);
  }

  /** Results of Setup on a computer, oldest first. */
  runsOn(name: string): readonly string[] {
    return this.lab.computer(name).setupRuns.map((run) => run.result);
  }
}
