/**
 * A stack without an engine: a provider process for each `up`, the calls that the engine makes in its order, and the
 * engine's rule for what enters the state. A create that fails leaves none; an update that fails leaves the old one.
 */
import { coordinatesOf } from "../../lab/coordinates";
import type { StepKind } from "../../lib/model";
import type { Props } from "../../lib/wire/values";
import { classes, type ProgramFolder, type ProviderProcess, startProvider } from "../provider/process";
import type { Campaign } from "./campaign";
import type { Levels, Recorded } from "./history";
import { accounts, controllers, taskName, windowsOf } from "./organization";
import { hasty, onNewWindows, type Stack, singleDial, worldKeys } from "./stack";
import { quickVariables } from "./timing";
import type { World } from "./world";

/** What the provider processes of a campaign are started from. */
export interface ProviderHome {
  readonly folder: ProgramFolder;
  readonly texts: Readonly<Record<StepKind, string>>;
}

interface InState {
  readonly id: string;
  readonly outs: Props;
}

/** As Prepared.edge plans. */
const alone = {
  target: "2007 SP1",
  from: "as found",
  schema: false,
  organization: false,
  domains: [],
  edge: true,
};

/** Everything is planned to be prepared: what a program of many resources has planned before a step. */
const allPlanned = { target: "2007 SP1", from: "2007 RTM", schema: true, organization: true, domains: ["*"] };

export class ProviderStack implements Stack {
  readonly #state = new Map<StepKind, InState>();
  readonly said: string[] = [];
  failure: string | null = null;
  #providers: ProviderProcess[] = [];
  /** Those whose engine has gone: nobody hears what they answer. */
  readonly #unheard = new Set<ProviderProcess>();

  constructor(
    readonly name: string,
    private readonly world: World,
    private readonly home: ProviderHome,
    private readonly campaign: Campaign,
  ) {}

  get steps(): readonly StepKind[] {
    return this.campaign.steps;
  }

  providerIds(): readonly number[] {
    return this.#providers.map(({ pid }) => pid);
  }

  get isComplete(): boolean {
    return this.steps.every((step) => this.#state.has(step));
  }

  recorded(): readonly Recorded[] {
    return [...this.#state].map(([step, { outs }]) => ({
      stack: this.name,
      step,
      levels: worldKeys(step, this.world.places.server, outs.levels as Levels),
    }));
  }

  killEngine(): void {
    for (const provider of this.#providers) {
      this.#unheard.add(provider);
      void provider.engine.stop();
    }
  }

  async up(): Promise<void> {
    const provider = await startProvider(this.home.folder, this.home.texts, quickVariables);
    this.#providers.push(provider);
    try {
      let planned: Props | undefined = this.steps[0] === "schema" ? undefined : allPlanned;
      for (const step of this.steps) planned = await this.#step(provider, step, planned);
      this.failure = null;
    } catch (error) {
      const { details, message } = error as { readonly details?: string; readonly message: string };
      this.failure = details ?? message;
      this.said.push(this.failure);
    } finally {
      this.said.push(provider.written(), ...provider.engine.lines.map((line) => line.message));
      this.#providers = this.#providers.filter((each) => each !== provider);
      await provider.stop();
    }
  }

  /** The provider hears nothing of Ctrl-C while its call lasts: here nothing follows. */
  interrupt(): void {}

  async close(): Promise<void> {
    for (const provider of this.#providers) await provider.stop();
  }

  async #step(provider: ProviderProcess, step: StepKind, planned: Props | undefined): Promise<Props> {
    const old = this.#state.get(step);
    const { inputs, failures } = await provider.check(step, old?.outs ?? {}, this.#inputs(step, planned));
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    try {
      const now = await this.#change(provider, step, old, inputs);
      if (this.#unheard.has(provider)) throw new Error("the engine has gone");
      this.#state.set(step, now);
    } catch (error) {
      this.#report(step, false);
      throw error;
    }
    this.#report(step, true);
    return inputs.planned as Props;
  }

  async #change(
    provider: ProviderProcess,
    step: StepKind,
    old: InState | undefined,
    inputs: Props,
  ): Promise<InState> {
    if (old === undefined) return provider.create(step, inputs);
    const { changes } = await provider.diff(step, old.id, old.outs, inputs);
    if (changes === "none") return old;
    return { id: old.id, ...(await provider.update(step, old.id, old.outs, inputs)) };
  }

  #report(step: StepKind, done: boolean): void {
    this.world.look();
    this.world.events.push({ kind: "reported", at: this.world.now, stack: this.name, step, done });
  }

  /** The same account as Kerberos names it, and the centre of its domain. */
  #overWinRm(computer: string, known: string): Props {
    const { lab } = this.world;
    const [netbios, name] = known.split("\\");
    const domain = lab.organization.domains.find((each) => each.netbios === netbios)?.name ?? "";
    return {
      winrm: { kdc: [`127.0.0.1:${lab.kdcs[domain]?.port}`] },
      host: "127.0.0.1",
      port: lab.computer(computer).winrm?.port,
      user: `${name}@${domain}`,
      password: this.world.passwordOn(computer),
    };
  }

  #inputs(step: StepKind, planned: Props | undefined): Props {
    const { directory, computers: hosts, accounts: logons } = coordinatesOf(this.world.lab);
    const computer = this.world.places[step];
    const { known = "", name = "" } = accounts[computer] ?? {};
    const { reads, run, restart, server, over } = this.campaign;
    const edge = step === "server" && server === "edge";
    const connection = {
      ...(over === "WinRM" ? this.#overWinRm(computer, known) : { ...hosts[computer], ...logons[known] }),
      ...singleDial,
    };
    return {
      target: "2007 SP1",
      ...(edge
        ? {}
        : {
            directory: {
              ...directory,
              url: this.world.lab.target.urlOf(controllers[reads]),
              ...logons["CONTOSO\\reader"],
            },
          }),
      computer: { name: computer, media: "D:\\SP1", connection },
      ...hasty,
      ...(step === "server" && restart === "made" ? { reboot: "ifRequired" } : {}),
      ...(windowsOf(this.campaign) === "2003" || step !== "server" ? {} : onNewWindows),
      ...(run === "task" ? { run, taskName, account: { name } } : {}),
      ...(run === "scheduled"
        ? {
            run,
            account: { name, password: this.world.passwordOn(computer) },
          }
        : {}),
      ...(step === "domain" ? { domain: "emea.contoso.com" } : {}),
      ...(planned === undefined ? {} : { prepared: edge ? alone : planned }),
      __urn: `urn:pulumi:${this.name}::upgrade::pulumi-nodejs:dynamic/exchange:${classes[step]}::${step}`,
    };
  }
}
