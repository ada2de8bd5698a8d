/** Drives a campaign of servers that go out of service through provider processes, and judges it. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Lab, type LabDirectory, startLab, type TransportPoint } from "../../../lab";
import { fabrikam } from "../../../lab/fabrikam";
import { restoreServices } from "../../../lab/setup/modern/services";
import { exsetupOf, updateContent } from "../../../lab/setup/modern/update";
import type { Props } from "../../../lib/wire/values";
import { create } from "../../frontDoor";
import { type ProviderProcess, startProvider } from "../../provider/process";
import { answers, planned, seInputs, settingsOf, whyInService } from "../../resources/se-steps";
import type { ProviderHome } from "../provider-stack";
import { hasty, singleDial } from "../stack";
import { Strikes, type Struck, within } from "../strikes";
import { quickVariables } from "../timing";
import { below, kindOf, type Point } from "../world";
import type { Said, ServiceCampaign } from "./campaign";
import {
  type ServiceEvent,
  type ServiceHistory,
  type ServiceViolation,
  serviceViolations,
} from "./invariants";

/** Tries in which faults strike, and those after them, in which everything has to come right. */
const stormyTries = 4;
const calmTries = 4;
const hangMs = 300_000;

const record = "C:\\Windows\\ExchangeUpgrade\\maintenance\\found.json";
const update = { file: "D:\\SU\\ExchangeSE-KB5074992-x64-en.msp", kb: "KB5074992", build: "15.2.2562.37" };

export interface ServiceVerdict {
  readonly violations: readonly ServiceViolation[];
  readonly struck: readonly string[];
  readonly tries: number;
  readonly history: ServiceHistory;
  readonly said: string;
}

export async function runServiceCampaign(
  campaign: ServiceCampaign,
  home: ProviderHome,
): Promise<ServiceVerdict> {
  const lab = await startLab(fabrikam, { setupSeconds: campaign.phaseMs / 1_000 });
  try {
    return await new Run(lab, campaign, home).whole();
  } finally {
    await lab.stop();
  }
}

class Run implements Struck {
  readonly computers: readonly string[];
  readonly #events: ServiceEvent[] = [];
  readonly #said: string[] = [];
  /** Servers that the state has, with their outputs. */
  readonly #state = new Map<string, { readonly id: string; readonly outs: Props }>();
  /** True while the program that has begun what runs takes servers out of service. */
  readonly #isOutWanted = new Map<string, boolean>();
  #provider: ProviderProcess | null = null;
  #isKilled = false;
  atPoint: (point: Point) => "cut" | undefined = () => undefined;

  constructor(
    readonly lab: Lab,
    private readonly campaign: ServiceCampaign,
    private readonly home: ProviderHome,
  ) {
    this.computers = ["ex1.fabrikam.com", "ex2.fabrikam.com"].slice(0, campaign.members);
  }

  get directory(): LabDirectory {
    if (this.lab.directory === null) throw new Error("the lab has no directory");
    return this.lab.directory;
  }

  /** Of Setup, and of the update after it. */
  phasesOf(): readonly string[] {
    return [
      ...["Stopping Services", "Copying Exchange Files", "Exchange Management Tools", "Finalizing Setup"],
      ...["StopServices", "InstallFiles", "StartServices"],
    ];
  }

  async whole(): Promise<ServiceVerdict> {
    const { lab, campaign } = this;
    const prepare = seInputs(this, "prep1.fabrikam.com", "FABRIKAM\\prep", {
      setup: answers,
      prepared: planned,
    });
    const quiet = { info: async () => {}, warn: async () => {}, progress: async () => {} };
    await create("organization", prepare, quiet);
    for (const name of this.computers) {
      lab.management.server(name).policy = "IntrasiteOnly";
      this.#watch(name);
    }
    const found = Object.fromEntries(this.computers.map((name) => [name, this.#settings(name)]));
    const beside: Promise<void>[] = [];
    const strikes = new Strikes(this, campaign.strikes, {
      killProvider: () => this.#kill(),
      suspendProvider: (ms) => {
        const pid = this.#provider?.pid;
        if (pid === undefined) return;
        signal(pid, "SIGSTOP");
        beside.push(sleep(ms).then(() => signal(pid, "SIGCONT")));
      },
      killEngine: () => this.#kill(),
      interrupt: () => {},
      secondUp: () => {},
      foreignSetup: () => {},
    });
    let tries = 0;
    const attempt = async (said: Said, mends: boolean): Promise<string | null> => {
      tries++;
      this.#mend(mends);
      strikes.atTry();
      const failure = await within(hangMs, `try ${tries}`, this.#try(tries, said));
      await Promise.all(beside.splice(0));
      return failure;
    };
    const whole: Said = { maintenance: true, update: true };
    let failure: string | null = "no try was made";
    try {
      while (tries < stormyTries && failure !== null)
        failure = await attempt(
          campaign.said[tries] ?? campaign.said.at(-1) ?? whole,
          tries + 1 >= campaign.mendsFrom,
        );
      strikes.heal();
      failure = "no try was made in the calm";
      for (let left = calmTries; left > 0 && failure !== null; left--) failure = await attempt(whole, true);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    strikes.heal();
    this.#kill();
    const history: ServiceHistory = {
      events: this.#events,
      found,
      build: update.build,
      end: {
        failure,
        servers: Object.fromEntries(this.computers.map((name) => [name, this.#atEnd(name)])),
      },
    };
    return {
      violations: serviceViolations(history),
      struck: strikes.struck,
      tries,
      history,
      said: this.#said.join("\n"),
    };
  }

  #atEnd(name: string): ServiceHistory["end"]["servers"][string] {
    const { computer, files, setupRuns } = this.lab.computer(name);
    const base = `${computer.systemRoot}\\ExchangeUpgrade`;
    const left = files.kind(base) === null ? [] : below(files, base);
    return {
      settings: this.#settings(name),
      build: files.version(exsetupOf(computer) ?? "") ?? "none",
      completed: setupRuns.filter(({ result }) => result === "completed").map((run) => run.release),
      left: left.filter((path) => path !== `${base}\\${update.kb}.log`),
    };
  }

  #settings(name: string): string {
    return JSON.stringify(settingsOf(this, name));
  }

  #kill(): void {
    if (this.#provider === null) return;
    this.#isKilled = true;
    signal(this.#provider.pid, "SIGKILL");
  }

  /** What people do between two tries. */
  #mend(services: boolean): void {
    for (const name of this.computers) {
      const { computer, files, managementFaults, setupRuns } = this.lab.computer(name);
      for (const key of ["stuckDatabases", "stuckQueues", "failing"] as const) delete managementFaults[key];
      if (files.kind(update.file) === null) files.write(update.file, updateContent(update.build));
      const newest = setupRuns.at(-1)?.result;
      // ServiceControl.ps1 AfterPatch, and a start of the services.
      if (services && (newest === "failed" || newest === "killed")) restoreServices(computer);
    }
  }

  /** One `up`: the servers in their order, up to the first that fails. @returns why it has failed; null if it has not */
  async #try(number: number, said: Said): Promise<string | null> {
    this.#isKilled = false;
    const provider = await startProvider(this.home.folder, this.home.texts, quickVariables);
    this.#provider = provider;
    try {
      for (const server of this.computers) {
        const { files } = this.lab.computer(server);
        this.#isOutWanted.set(server, said.maintenance || files.kind(record) !== null);
        const failure = await this.#server(provider, server, said).then(
          () => null,
          (error: { readonly details?: string; readonly message: string }) => error.details ?? error.message,
        );
        this.#events.push({
          kind: "tried",
          number,
          server,
          end: failure === null ? "done" : this.#isKilled ? "unheard" : "failed",
          wantsService: said.maintenance,
          told: failure ?? "",
          settings: this.#settings(server),
          isKept: files.kind(record) !== null,
        });
        this.#said.push(`try ${number}, ${server}: ${failure ?? "done"}`);
        if (failure !== null) return failure;
      }
      return null;
    } finally {
      this.#said.push(provider.written(), ...provider.engine.lines.map((line) => line.message));
      this.#provider = null;
      await provider.stop();
    }
  }

  async #server(
    provider: ProviderProcess,
    server: string,
    { maintenance, update: isUpdated }: Said,
  ): Promise<void> {
    const inputs = seInputs(this, server, "FABRIKAM\\exadmin", {
      setup: { ...answers, extendedProtection: "on" },
      prepared: { ...planned, organization: true, domains: ["*"] },
      reboot: "ifRequired",
      after: this.computers.slice(0, this.computers.indexOf(server)),
      securityUpdate: isUpdated ? update : "none",
      ...hasty,
      ...(maintenance ? { maintenance: { patience: 0.1 } } : {}),
    });
    const computer = inputs.computer as { readonly connection: Props };
    const given: Props = {
      ...inputs,
      computer: { ...computer, connection: { ...computer.connection, ...singleDial } },
      __urn: `urn:pulumi:first::upgrade::pulumi-nodejs:dynamic/exchange:ExchangeRoleUpgrade::${server}`,
    };
    const old = this.#state.get(server);
    const { inputs: checked, failures } = await provider.check("server", old?.outs ?? {}, given);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    if (old === undefined) {
      this.#state.set(server, await provider.create("server", checked));
      return;
    }
    const { changes } = await provider.diff("server", old.id, old.outs, checked);
    if (changes === "none") return;
    this.#state.set(server, { id: old.id, ...(await provider.update("server", old.id, old.outs, checked)) });
  }

  #watch(name: string): void {
    const host = this.lab.computer(name);
    host.computer.restartBehaviour.bootMs = 50;
    host.faults.atPhase = (phase, when) => {
      if (this.#isOutWanted.get(name) === true)
        this.#events.push({
          kind: "worked",
          server: name,
          phase,
          inService: whyInService(this, name),
          othersOut: this.computers.filter((other) => other !== name && this.#isOut(other)),
        });
      this.atPoint({ on: "setup", computer: name, when, phase });
    };
    host.managementFaults.atScript = (script, when) =>
      void this.atPoint({ on: "script", computer: name, when, name: script });
    host.transport.atPoint = (point: TransportPoint) => {
      const of = "command" in point ? kindOf(point.command) : "none";
      return this.atPoint({ on: "session", computer: name, at: point.at, of });
    };
  }

  #isOut(name: string): boolean {
    const { management } = this.lab;
    return (
      management.server(name).node === "Paused" || management.effective(name, "HubTransport") === "Inactive"
    );
  }
}

/** A signal for a process that may be gone. */
function signal(pid: number, what: NodeJS.Signals): void {
  try {
    process.kill(pid, what);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
