/**
 * Random faults around a server's Setup and its security update, on the lab: each campaign is one server, several runs that go wrong
 * and programs that change between them, and then runs in which nothing goes wrong. EXCHANGE_UPGRADE_SEEDS sets how many are run, or
 * names one (`=17`).
 */
import assert from "node:assert/strict";
import { fabrikam } from "../../lab/fabrikam";
import { restoreServices } from "../../lab/setup/modern/services";
import { exsetupOf, updateContent } from "../../lab/setup/modern/update";
import { defaultTiming } from "../../lib/host/operation/options";
import { handlers } from "../../lib/provider/handlers";
import { useClock } from "../../lib/provider/memory/clock";
import type { ResourceLog } from "../../lib/wire/engine";
import type { Props } from "../../lib/wire/values";
import { timing } from "../faults/timing";
import { beginRun, callOf, create } from "../frontDoor";
import { LabSteps } from "./lab-steps";
import { answers, planned, seInputs, settingsOf } from "./se-steps";

const ex1 = "ex1.fabrikam.com";
const record = "C:\\Windows\\ExchangeUpgrade\\maintenance\\found.json";
const months = [
  { file: "D:\\SU\\ExchangeSE-KB5074992-x64-en.msp", kb: "KB5074992", build: "15.2.2562.37" },
  { file: "D:\\SU\\ExchangeSE-KB5129955-x64-en.msp", kb: "KB5129955", build: "15.2.2562.53" },
];
const changeWindow = { start: "2026-12-05T22:00", end: "2026-12-06T06:00" };
const inWindow = Date.parse("2026-12-05T22:30Z");

/** What a program says of the server, besides what never changes. */
interface Program {
  readonly maintenance: "said" | "taken out";
  /** Of {@link months}; null for none on purpose. */
  readonly month: number | null;
  readonly target: "SE RTM" | "2019 CU15";
}

/** Where in a run something happens. */
type Moment =
  | { readonly at: "script"; readonly name: string; readonly when: "before" | "after" }
  | { readonly at: "phase"; readonly name: string }
  | { readonly at: "line"; readonly ends: string }
  | { readonly at: "command"; readonly nth: number };

type Fault =
  | { readonly kind: "kill" | "cut" | "cable" | "restart" | "window" | "file"; readonly moment: Moment }
  | { readonly kind: "fails"; readonly phase: string }
  | { readonly kind: "stuck database" | "stuck queue" | "shell fails" };

/** A number in [0, 1) at each call, the same ones for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const scripts = [
  ...["setComponentState", "restartTransport", "startDagMaintenance", "redirectMessages"],
  ...["stopDagMaintenance", "setActivationPolicy", "readMaintenance", "startServices"],
];
const phases = ["Copying Exchange Files", "StopServices", "InstallFiles", "StartServices"];
const lines = ["activation blocked", "and verified again", "and looked at again", "queues empty"];

interface Campaign {
  readonly runs: readonly { readonly program: Program; readonly fault: Fault }[];
  /** Month of the program with which it converges. */
  readonly last: number | null;
}

function campaignOf(seed: number): Campaign {
  const next = random(seed);
  const below = (n: number) => Math.floor(next() * n);
  const one = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  const moment = (): Moment => {
    switch (below(4)) {
      case 0:
        return { at: "script", name: one(scripts), when: one(["before", "after"]) };
      case 1:
        return { at: "phase", name: one(phases) };
      case 2:
        return { at: "line", ends: one(lines) };
      default:
        return { at: "command", nth: 1 + below(160) };
    }
  };
  const fault = (): Fault => {
    const kind = one([
      ...(["kill", "kill", "kill", "cut", "cable", "restart", "window", "file"] as const),
      ...(["fails", "fails", "stuck database", "stuck queue", "shell fails"] as const),
    ]);
    if (kind === "fails") return { kind, phase: one(phases) };
    if (kind === "window") return { kind, moment: { at: "line", ends: one(lines.slice(0, 2)) } };
    if (kind === "stuck database" || kind === "stuck queue" || kind === "shell fails") return { kind };
    return { kind, moment: moment() };
  };
  const count = 1 + below(3);
  const runs = Array.from({ length: count }, (_, index) => ({
    program: {
      maintenance: index > 0 && next() < 0.2 ? ("taken out" as const) : ("said" as const),
      month: next() < 0.75 ? 0 : one([null, 1]),
      target: index > 0 && next() < 0.1 ? ("2019 CU15" as const) : ("SE RTM" as const),
    },
    fault: fault(),
  }));
  const newest = Math.max(...runs.map(({ program: { month } }) => month ?? 0));
  return { runs, last: next() < 0.2 ? null : newest };
}

/** What a run has come to; nobody hears of one that was killed. */
interface End {
  readonly kind: "ok" | "killed" | "failed";
  /** The error's message. @default there is none */
  readonly text: string;
}

class Campaigns {
  readonly steps = new LabSteps();
  #violations: string[] = [];
  /** False while the program of the run that started what runs has it upgraded in service. */
  #isOutWanted = true;
  #isPlanted = false;

  host = () => this.steps.lab.computer(ex1);
  managed = () => this.steps.lab.management.server(ex1);

  /**
   * Runs a campaign.
   * @param isPlanted true to do what the product never does: a database comes back, a message is lost, a policy is changed
   * @returns what it has broken
   */
  async run({ runs, last }: Campaign, isPlanted = false): Promise<readonly string[]> {
    const { steps } = this;
    this.#violations = [];
    this.#isPlanted = isPlanted;
    await steps.start({}, fabrikam);
    try {
      const prepare = this.#inputs("prep1.fabrikam.com", "FABRIKAM\\prep", {
        setup: answers,
        prepared: planned,
      });
      await create("organization", prepare, steps.log);
      this.host().files.write(months[1]?.file ?? "", updateContent(months[1]?.build ?? ""));
      this.managed().policy = "IntrasiteOnly";
      this.host().computer.restartBehaviour.bootMs = 50;
      const before = this.#settings();
      for (const [index, each] of runs.entries())
        this.#judge(`run ${index + 1}`, each.program, await this.#once(each.program, each.fault), before);
      const program: Program = { maintenance: "said", month: last, target: "SE RTM" };
      let end: End = { kind: "killed", text: "" };
      for (let tries = 0; tries < 4 && end.kind !== "ok"; tries++) {
        end = await this.#once(program, null);
        this.#judge(`last run ${tries + 1}`, program, end, before);
      }
      if (end.kind === "failed") this.#violations.push(`no convergence: ${end.text}`);
      if (isPlanted) this.managed().policy = "Unrestricted";
      this.#same("at the end", before);
      const build = this.host().computer.files.version(exsetupOf(this.host().computer) ?? "");
      if (last !== null && build !== months[last]?.build) this.#violations.push(`at the end: build ${build}`);
      return this.#violations;
    } finally {
      useClock();
      await steps.stop();
    }
  }

  /** One run, with its fault. */
  async #once({ maintenance, month, target }: Program, fault: Fault | null): Promise<End> {
    const { steps } = this;
    const host = this.host();
    const gone = new AbortController();
    const began = Date.now();
    let ahead = 0;
    // The patience of an hour is over in seconds, and the window closes when a fault says so.
    useClock(() => inWindow + ahead + (Date.now() - began) * 400);
    this.#isOutWanted = maintenance === "said" || host.files.kind(record) !== null;
    const strike = (): "cut" | undefined => {
      switch (fault?.kind) {
        case "kill":
          gone.abort();
          return undefined;
        case "cut":
          host.dropConnections();
          return "cut";
        case "cable":
          host.transport.refuse = true;
          host.dropConnections();
          return "cut";
        case "restart":
          host.computer.restart();
          return "cut";
        case "window":
          ahead = 5 * 3_600_000;
          return undefined;
        case "file":
          for (const { file } of months) if (host.files.kind(file) !== null) host.files.remove(file);
      }
      return undefined;
    };
    const moment = fault !== null && "moment" in fault ? fault.moment : null;
    let struck = false;
    const at = (isThen: boolean): "cut" | undefined => {
      if (!isThen || struck) return undefined;
      struck = true;
      return strike();
    };
    let commands = 0;
    host.transport.atPoint = (point) =>
      at(moment?.at === "command" && point.at === "started" && ++commands === moment.nth);
    host.managementFaults.atScript = (name, when) =>
      void at(moment?.at === "script" && moment.name === name && moment.when === when);
    host.faults.atPhase = (phase) => {
      this.#watch(phase);
      at(moment?.at === "phase" && moment.name === phase);
    };
    if (fault?.kind === "fails") host.faults.failures = [{ phase: fault.phase }];
    if (fault?.kind === "stuck database") host.managementFaults.stuckDatabases = ["DB1", "DB2", "DB3"];
    if (fault?.kind === "stuck queue") host.managementFaults.stuckQueues = ["Submission"];
    if (fault?.kind === "shell fails")
      host.managementFaults.failing = { "Set-MailboxServer": "The operation could not be performed." };
    const said = async (line: string) => void at(moment?.at === "line" && line.endsWith(moment.ends));
    const log: ResourceLog = {
      info: async (line) => {
        await steps.log.info(line);
        await said(line);
      },
      warn: steps.log.warn,
      progress: steps.log.progress,
    };
    await beginRun();
    const securityUpdate = month === null ? "none" : months[month];
    const props = this.#inputs(ex1, "FABRIKAM\\exadmin", {
      target,
      setup: { ...answers, extendedProtection: "on" },
      prepared: { ...planned, target, organization: true, domains: ["*"] },
      reboot: "ifRequired",
      changeWindow,
      ...(target === "SE RTM" ? { securityUpdate } : {}),
      ...(maintenance === "said" ? { maintenance: {} } : {}),
    });
    const end = await handlers.server.create({ ...callOf(props, log), signal: gone.signal }, props).then(
      (): End => ({ kind: "ok", text: "" }),
      (error: Error): End => ({ kind: gone.signal.aborted ? "killed" : "failed", text: error.message }),
    );
    this.#heal();
    if (!this.#isPlanted) return end;
    return { ...end, text: end.text.replaceAll(/out of service|R6[67]/g, "...") };
  }

  /** Everything that a person does between two runs. */
  #heal(): void {
    const host = this.host();
    delete host.transport.refuse;
    delete host.transport.atPoint;
    host.faults.failures = [];
    host.faults.atPhase = (phase) => this.#watch(phase);
    for (const key of ["atScript", "stuckDatabases", "stuckQueues", "failing"] as const)
      delete host.managementFaults[key];
    for (const { file, build } of months)
      if (host.files.kind(file) === null) host.files.write(file, updateContent(build));
    const newest = host.setupRuns.at(-1);
    if (newest?.result !== "failed" && newest?.result !== "killed") return;
    // ServiceControl.ps1 AfterPatch, and a start of the services.
    restoreServices(host.computer);
  }

  /** Nothing is upgraded while it serves. */
  #watch(phase: string): void {
    const { management } = this.steps.lab;
    if (this.#isPlanted) for (const each of management.databasesOn(ex1)) each.active = ex1;
    if (!this.#isOutWanted) return;
    const active = management
      .databasesOn(ex1)
      .filter((each) => each.active === ex1 && each.copies.length > 1);
    if (active.length > 0) this.#violations.push(`${phase}: active copies`);
    if (management.effective(ex1, "HubTransport") !== "Inactive")
      this.#violations.push(`${phase}: in service`);
  }

  /** A server that is out of service is told of. */
  #judge(name: string, { maintenance }: Program, end: End, before: unknown): void {
    if (end.kind === "killed") return;
    if (end.kind === "ok") {
      if (maintenance === "said") this.#same(name, before);
      return;
    }
    const isSame = JSON.stringify(this.#settings()) === JSON.stringify(before);
    const isLeft = this.host().files.kind(record) !== null;
    if ((isLeft || !isSame) && !/out of service|R6[67]/.test(end.text))
      this.#violations.push(`${name}: out of service untold: ${end.text}`);
  }

  #same(name: string, before: unknown): void {
    const settings = this.#settings();
    if (JSON.stringify(settings) !== JSON.stringify(before))
      this.#violations.push(`${name}: ${JSON.stringify(settings)} was ${JSON.stringify(before)}`);
  }

  #settings(): unknown {
    return settingsOf(this.steps, ex1);
  }

  #inputs(name: string, account: string, changes: Props): Props {
    return seInputs(this.steps, name, account, changes);
  }
}

describe("a server's upgrade with its security update, over random faults", function () {
  this.timeout(240_000);
  const usual = { ...defaultTiming };
  const campaigns = new Campaigns();
  before(() => void Object.assign(defaultTiming, timing, { reconnectMs: 1_500, discardMs: 1_500 }));
  after(() => void Object.assign(defaultTiming, usual));

  const asked = process.env.EXCHANGE_UPGRADE_SEEDS ?? "6";
  const seeds = asked.startsWith("=")
    ? asked.slice(1).split(",").map(Number)
    : Array.from({ length: Number(asked) }, (_, index) => index + 1);
  for (const seed of seeds)
    it(`keeps its promises with seed ${seed}`, async () => {
      const campaign = campaignOf(seed);
      const broken = await campaigns.run(campaign);
      assert.deepEqual(broken, [], `${JSON.stringify(campaign)}\n${campaigns.steps.said.join("\n")}`);
    });

  it("notices what is planted: a server left out of service untold, active copies, a policy", async () => {
    const program: Program = { maintenance: "said", month: 0, target: "SE RTM" };
    const runs = [{ program, fault: { kind: "fails", phase: "InstallFiles" } as const }];
    const broken = await campaigns.run({ runs, last: 0 }, true);
    const kinds = broken.map((text) =>
      text.replace(/^(run 1: out of service untold|at the end): .*$/s, "$1"),
    );
    for (const kind of ["run 1: out of service untold", "InstallFiles: active copies", "at the end"])
      assert.ok(kinds.includes(kind), broken.join("\n"));
  });
});
