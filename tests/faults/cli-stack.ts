/** A stack of the real CLI: a program in its project, `pulumi up` as a process that can be killed, and its state. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type { StepKind } from "../../lib/model";
import { pathWith, pulumiCli } from "../../tools/pulumi-environment";
import { makeProject, type Project } from "../engine/harness";
import type { Campaign } from "./campaign";
import type { Levels, Recorded } from "./history";
import { accounts, controllers, placesOf, taskName } from "./organization";
import { hasty, onNewWindows, type Stack, singleDial, worldKeys } from "./stack";
import { quickVariables } from "./timing";
import type { World } from "./world";

/** Every step's resource, named like the step; what stands before the first one was done by somebody else. */
function resourcesOf({ server, restart, run }: Campaign): Readonly<Record<StepKind, string>> {
  const more = JSON.stringify({
    ...(restart === "made" ? { reboot: "ifRequired" } : {}),
    ...(run === "scheduled" ? onNewWindows : {}),
  });
  const prepared = server === "edge" ? "Prepared.edge({ target })" : "domain";
  return {
    schema: `const schema = new ExchangeSchemaPrep("schema", { target, directory, ...on("schema") });`,
    organization: `const organization = new ExchangeADPrep("organization", { schema, ...on("organization") });`,
    domain: `const domain = new ExchangeDomainPrep("domain", { ad: organization, domain: "emea.contoso.com", ...on("domain") });`,
    server: `new ExchangeRoleUpgrade("server", { prepared: ${prepared}, ...on("server"), ...${more} });`,
  };
}

function programOf(campaign: Campaign, readUrl: string): string {
  const { steps, run } = campaign;
  const resources = resourcesOf(campaign);
  const others = Object.keys(resources).filter((step) => !(steps as readonly string[]).includes(step));
  const setup = {
    ...hasty,
    ...(run === "direct" ? {} : { run }),
    ...(run === "task" ? { taskName } : {}),
  };
  return `
directory.url = ${JSON.stringify(readUrl)};
const places = ${JSON.stringify(placesOf(campaign))};
const accounts = ${JSON.stringify(accounts)};
const on = (step) => {
  const { known, name } = accounts[places[step]];
  const { connection, ...on } = computer(places[step], known);
  const password = pulumi.secret(connection.password);
  return {
    computer: { ...on, connection: { ...connection, ...${JSON.stringify(singleDial)} } },
    ...${JSON.stringify(setup)},
    ...(${run === "task"} ? { account: { name } } : {}),
    ...(${run === "scheduled"} ? { account: { name, password } } : {}),
  };
};
${others.map((step) => `const ${step} = Prepared.verify({ directory, target });`).join("\n")}
${steps.map((step) => resources[step]).join("\n")}
`;
}

export class CliStack implements Stack {
  readonly said: string[] = [];
  failure: string | null = null;
  #recorded: readonly Recorded[] = [];
  readonly #running = new Set<ChildProcess>();
  /** True when an engine was killed, which leaves its stack locked. */
  #locked = false;

  private constructor(
    readonly name: string,
    private readonly world: World,
    private readonly campaign: Campaign,
    private readonly project: Project,
  ) {}

  static async make(name: string, world: World, campaign: Campaign): Promise<CliStack> {
    const readUrl = world.lab.target.urlOf(controllers[campaign.reads]);
    const project = await makeProject(world.lab, programOf(campaign, readUrl), quickVariables);
    return new CliStack(name, world, campaign, project);
  }

  get steps(): readonly StepKind[] {
    return this.campaign.steps;
  }

  get isComplete(): boolean {
    return this.steps.every((step) => this.#recorded.some((each) => each.step === step));
  }

  recorded(): readonly Recorded[] {
    return this.#recorded;
  }

  async up(): Promise<void> {
    // What people do after a killed engine, or when somebody's `up` hangs.
    if (this.#locked || this.#running.size > 0) await this.project.cancel().catch(() => undefined);
    this.#locked = false;
    const { bin, program } = pulumiCli("npm run test:faults");
    const child = spawn(program, ["up", "--yes", "--skip-preview", "--stack", "test"], {
      cwd: this.project.folder,
      env: { ...process.env, ...this.project.env, PATH: pathWith(bin) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running.add(child);
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => {
        text += chunk;
      });
    }
    const [code] = (await once(child, "exit")) as [number | null];
    this.#running.delete(child);
    this.said.push(text);
    this.failure = code === 0 ? null : text;
    await this.#look();
  }

  providerIds(): readonly number[] {
    return this.#processes("dynamic-provider");
  }

  killEngine(): void {
    if (this.#running.size > 0) this.#locked = true;
    for (const child of this.#running) child.kill("SIGKILL");
  }

  interrupt(): void {
    for (const child of this.#running) child.kill("SIGINT");
  }

  async close(): Promise<void> {
    this.killEngine();
    for (const id of [...this.#processes("dynamic-provider"), ...this.#processes("pulumi-language-nodejs")]) {
      try {
        process.kill(id, "SIGKILL");
      } catch {
        // It has just ended.
      }
    }
    this.said.push(this.project.stateText());
    this.project.remove();
  }

  /** What the state has; every step that has come into it was reported done. */
  async #look(): Promise<void> {
    this.world.look();
    const resources = await this.project.resources().catch(() => []);
    const before = this.#recorded;
    this.#recorded = resources.flatMap(({ urn, outputs }) => {
      const step = urn.split("::").at(-1) ?? "";
      const levels = worldKeys(step, this.world.places.server, (outputs?.levels ?? {}) as Levels);
      return [{ stack: this.name, step, levels }];
    });
    for (const { step } of this.#recorded)
      if (!before.some((each) => each.step === step))
        this.world.events.push({ kind: "reported", at: this.world.now, stack: this.name, step, done: true });
  }

  /** Ids of the processes of this project (its PULUMI_HOME is in their environment) whose command line has `program`. */
  #processes(program: string): readonly number[] {
    return readdirSync("/proc").flatMap((id) => {
      if (!/^\d+$/.test(id)) return [];
      try {
        const environment = readFileSync(`/proc/${id}/environ`, "utf8");
        const command = readFileSync(`/proc/${id}/cmdline`, "utf8");
        const ours = environment.includes(`PULUMI_HOME=${this.project.env.PULUMI_HOME}`);
        return ours && command.includes(program) ? [Number(id)] : [];
      } catch {
        return [];
      }
    });
  }
}
