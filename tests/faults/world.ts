/** A lab that a campaign goes wrong in: what happens there is recorded, and every point of a protocol can be waited for. */
import {
  type DirectoryPoint,
  type Lab,
  type LabDirectory,
  type SetupRun,
  startLab,
  type TransportPoint,
} from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { directoryNames } from "../../lab/directory";
import { installedRoles } from "../../lab/setup/roles";
import type { WindowsFiles } from "../../lab/windows/files";
import { isRestartPending } from "../../lab/windows/pending-restart";
import type { WinRmPoint } from "../../lab/windows/winrm/service";
import type { StepKind } from "../../lib/model";
import { findRelease, formatBuild, type Release } from "../../lib/releases";
import { atConsole, registerTask, registrationFor } from "../host/task-support";
import { type Campaign, doneBefore } from "./campaign";
import type { Event, Goal, Levels } from "./history";
import {
  accounts,
  colleague,
  colleagueOn,
  computersOf,
  controllers,
  organizationOf,
  placesOf,
  taskName,
  windowsOf,
} from "./organization";

/** Where something can go wrong. */
export type Point =
  | {
      readonly on: "session";
      readonly computer: string;
      readonly at: TransportPoint["at"];
      readonly of: CommandKind;
    }
  | { readonly on: "ldap"; readonly controller: string; readonly at: DirectoryPoint }
  | {
      readonly on: "setup";
      readonly computer: string;
      readonly when: "before" | "after";
      readonly phase: string;
    }
  | {
      readonly on: "script";
      readonly computer: string;
      readonly when: "before" | "after";
      readonly name: string;
    };

/** What a command is for, read off its text; `none` at points before there is a command. */
export type CommandKind = "none" | "upload" | "launch" | "follow" | "lock" | "restart" | "discard" | "other";

/** Names of the parts of a command line that tell what it is for. */
const kinds: readonly (readonly [CommandKind, RegExp])[] = [
  ["upload", /findstr "\^" >/],
  ["launch", /ren .*owner-.*&&\(echo eu\^\.[0-9a-f]+& /],
  ["discard", /removed\.[0-9a-f]+|rd \/s \/q .*lock\./],
  ["restart", /shutdown \/r|ShutdownTime/],
  ["follow", /\balive\b/],
  ["lock", /\\lock\\|\\lock"/],
];

const launchOwner = /ren "[^"]*owner-([0-9a-f]+)\.\d+" owner-[0-9a-f]+\.\d+&&\(echo eu\^\./;

export function kindOf(command: string): CommandKind {
  return kinds.find(([, form]) => form.test(command))?.[0] ?? "other";
}

function release(name: string): Release {
  const found = findRelease(name);
  if (found === undefined) throw new Error(`no release ${name}`);
  return found;
}

const target = release("2007 SP1");
const targetBuild = formatBuild(target.build);

/** What each step brings about. */
function goals(campaign: Campaign): Readonly<Record<StepKind, Levels>> {
  const { server } = placesOf(campaign);
  // The directory's object of an Edge Transport server is stale by design.
  const upgraded: Levels =
    campaign.server === "edge"
      ? { [`${server} Edge Transport`]: targetBuild }
      : {
          [`${server} Hub Transport`]: targetBuild,
          [`${server} Mailbox`]: targetBuild,
          [`${server} object`]: "8.1.30240.6",
        };
  return {
    schema: { schema: "11116" },
    organization: { organization: "11221", "domain contoso.com": "11221" },
    domain: { "domain emea.contoso.com": "11221" },
    server: { ...upgraded, [`${server} Management Tools`]: targetBuild },
  };
}

/** What a campaign's steps, or one of its steps, bring about. */
export const goalsOf = (campaign: Campaign, steps: readonly StepKind[] = campaign.steps): readonly Goal[] =>
  steps.map((step) => ({ step, levels: goals(campaign)[step] }));

/** What a point of WinRM is among those of SSH; null for what ends a command that is over, or a shell. */
function sessionPoint(point: WinRmPoint): TransportPoint["at"] | null {
  if (point.at === "connected" || point.at === "authentication") return point.at;
  const { at, action } = point;
  if (action === "create") return at === "request" ? "handshake" : "ready";
  if (action === "command") return at === "request" ? "command" : "started";
  if (action === "send") return at === "request" ? "input" : null;
  if (action !== "receive" || at === "request") return null;
  return point.ended === true ? "ended" : "output";
}

export class World {
  readonly events: Event[] = [];
  /** Asked at every point; "cut" breaks the connection there. */
  atPoint: (point: Point) => "cut" | undefined = () => undefined;
  /** The computer of each step. */
  readonly places: Readonly<Record<StepKind, string>>;
  /** Every computer once. */
  readonly computers: readonly string[];
  readonly #foreign = new Set<string>();
  #last = "";

  private constructor(
    readonly lab: Lab,
    readonly campaign: Campaign,
  ) {
    this.places = placesOf(campaign);
    this.computers = computersOf(campaign);
  }

  /** What came before a campaign's steps is done, as somebody else's Setup would leave it. */
  static async start(campaign: Campaign): Promise<World> {
    const lab = await startLab(organizationOf(campaign), {
      setupSeconds: campaign.phaseMs / 1_000,
      ...(campaign.over === "WinRM" ? { winrm: { kerberos: "mit" } } : {}),
    });
    const world = new World(lab, campaign);
    const names = directoryNames(lab.organization);
    const done = doneBefore(campaign);
    if (done.includes("schema")) world.#set(names.schemaVersion, "rangeUpper", "11116");
    if (done.includes("organization")) {
      world.#set(names.organization, "objectVersion", "11221");
      world.#set(names.systemObjects("contoso.com"), "objectVersion", "11221");
    }
    if (done.includes("domain"))
      world.#set(names.systemObjects("emea.contoso.com"), "objectVersion", "11221");
    for (const name of world.computers) world.#watch(name);
    lab.computer(world.places.server).faults.leavesRestartPending = campaign.restart !== "none";
    for (const name of controllers)
      world.directory.faultsOf(name).atPoint = (at) => world.atPoint({ on: "ldap", controller: name, at });
    world.look();
    return world;
  }

  get directory(): LabDirectory {
    const { directory } = this.lab;
    if (directory === null) throw new Error("the lab has no directory");
    return directory;
  }

  /** Phases of Setup that a computer's steps go through. */
  phasesOf(computer: string): readonly string[] {
    if (computer !== this.places.server) return ["Organization Preparation", "Domain Preparation"];
    const roles =
      this.campaign.server === "edge"
        ? ["Edge Transport Server Role"]
        : ["Hub Transport Server Role", "Mailbox Server Role"];
    return [
      "Preparing Setup",
      "Copying Exchange files",
      ...roles,
      "Exchange Management Tools",
      "Finalizing Setup",
    ];
  }

  /** Milliseconds of the clock that events are told by. */
  get now(): number {
    return performance.now();
  }

  /** Levels and versions as they stand in the directory and in the registry. */
  levels(): Levels {
    const { store } = this.directory;
    const { organization } = this.lab;
    const { server } = this.places;
    const names = directoryNames(organization);
    const value = (dn: string, attribute: string) => {
      const [first] = store.entry(dn)?.values(attribute) ?? [];
      return first === undefined ? "none" : String(first);
    };
    const domains = organization.domains.map(
      ({ name }) => [`domain ${name}`, value(names.systemObjects(name), "objectVersion")] as const,
    );
    const { registry } = this.lab.computer(server);
    const roles = installedRoles(registry, target).map(({ role, configured, watermark }) => {
      const left = watermark === null ? "" : ", unfinished";
      return [`${server} ${role}`, `${configured ?? "none"}${left}`] as const;
    });
    const serial = value(names.server(server), "serialNumber");
    // The directory's object of an Edge Transport server is none of its upgrade's.
    const object =
      this.campaign.server === "edge"
        ? {}
        : { [`${server} object`]: (serial.match(/\d+/g) ?? ["none"]).join(".") };
    return {
      schema: value(names.schemaVersion, "rangeUpper"),
      organization: value(names.organization, "objectVersion"),
      ...Object.fromEntries([...domains, ...roles]),
      ...object,
    };
  }

  /** Records the world where it has changed. */
  look(): void {
    const levels = this.levels();
    const text = JSON.stringify(levels);
    if (text === this.#last) return;
    this.#last = text;
    this.events.push({ kind: "world", at: this.now, levels });
  }

  /** Lets an administrator register the task that starts Setup, on every computer. */
  async registerTasks(): Promise<void> {
    for (const computer of this.computers) {
      const host = this.lab.computer(computer);
      const { name = "" } = accounts[computer] ?? {};
      const registration = registrationFor(windowsOf(this.campaign), name, taskName);
      const said = await registerTask(host, registration, colleagueOn(computer), this.passwordOn(computer));
      if (said.code !== 0) throw new Error(`the task cannot be registered on ${computer}: ${said.text}`);
    }
  }

  /** Password of the account that runs Setup on a computer. */
  passwordOn(computer: string): string {
    return coordinatesOf(this.lab).accounts[accounts[computer]?.known ?? ""]?.password ?? "";
  }

  /** True where Windows waits for a restart. */
  waitsForRestart(computer: string): boolean {
    return isRestartPending(this.lab.computer(computer).registry);
  }

  /** Lets somebody restart every computer that waits for it and on which no Setup runs: what a refusal (R7) asks for. */
  restartWhatWaits(): void {
    for (const name of this.computers) {
      const { computer, setupRuns } = this.lab.computer(name);
      if (this.waitsForRestart(name) && setupRuns.every(({ result }) => result !== "running"))
        computer.restart();
    }
  }

  /** Lets somebody else run Setup at the computer's console; never fails. */
  async runForeign(computer: string, command: string): Promise<void> {
    const host = this.lab.computer(computer);
    this.#foreign.add(computer);
    await atConsole(host, `D:\\SP1\\Setup.com ${command}`, colleagueOn(computer)).catch(() => undefined);
    this.#foreign.delete(computer);
    this.look();
  }

  /** What is on the computers that is not an administrator's, and every process of a Setup. */
  left(): readonly string[] {
    return this.computers.flatMap((name) => {
      const { computer, files } = this.lab.computer(name);
      const base = `${computer.systemRoot}\\ExchangeUpgrade`;
      // What an administrator registers a task with is his.
      const registered = ["run-next.cmd", `${taskName}.xml`];
      const tasks = computer.tasks.list().filter((task) => task.name.startsWith("exchange-upgrade-"));
      const running = computer.processes.list().filter(({ image }) => image !== "System");
      return [
        ...(files.kind(base) === null
          ? []
          : below(files, base).filter((path) => !registered.some((name) => path === `${base}\\${name}`))),
        ...tasks.map((task) => `task ${task.name}`),
        ...running.map(({ image, pid }) => `process ${image} (${pid})`),
      ].map((what) => `${name}: ${what}`);
    });
  }

  /** Where one of the secrets stands in a file of a computer, or in the command of a task. */
  secretsLeft(secrets: readonly string[]): readonly string[] {
    return this.computers.flatMap((name) => {
      const { computer, files } = this.lab.computer(name);
      const texts = below(files, "C:").flatMap((path): [string, string][] =>
        files.kind(path) === "file"
          ? [[path, `${path} ${files.read(path).toString("latin1")}`]]
          : [[path, path]],
      );
      const tasks = computer.tasks
        .list()
        .map((task): [string, string] => [`task ${task.name}`, task.command]);
      return [...texts, ...tasks].flatMap(([where, text]) =>
        secrets.some((secret) => holds(text, secret)) ? [`${name}: ${where}`] : [],
      );
    });
  }

  async stop(): Promise<void> {
    this.atPoint = () => undefined;
    await this.lab.stop();
  }

  #set(dn: string, attribute: string, value: string): void {
    this.directory.store.modify(dn, [{ operation: "replace", attribute, values: [value] }]);
  }

  #watch(name: string): void {
    const host = this.lab.computer(name);
    const { events } = this;
    const runs = new Map<SetupRun, number>();
    host.faults.atRun = (run) => {
      const at = this.now;
      const known = runs.get(run);
      if (known === undefined) {
        runs.set(run, runs.size + 1);
        const foreign = this.#foreign.has(name) && run.account.endsWith(`\\${colleague.name}`);
        events.push({ kind: "began", at, computer: name, run: runs.size, command: run.commandLine, foreign });
      } else if (run.result !== "running") {
        this.look();
        events.push({ kind: "ended", at, computer: name, run: known, result: run.result });
      }
    };
    host.faults.atPhase = (phase, when) => {
      this.look();
      this.atPoint({ on: "setup", computer: name, when, phase });
    };
    const atPoint = (at: TransportPoint["at"], command: string) => {
      if (at === "command") {
        const owner = launchOwner.exec(command)?.[1];
        if (owner !== undefined) events.push({ kind: "launch", at: this.now, computer: name, owner });
        if (command.includes("shutdown /r"))
          events.push({ kind: "restart", at: this.now, computer: name, pending: this.waitsForRestart(name) });
      }
      if (at === "ended" && command.includes("tasklist"))
        events.push({ kind: "looked", at: this.now, computer: name });
      return this.atPoint({
        on: "session",
        computer: name,
        at,
        of: command === "" ? "none" : kindOf(command),
      });
    };
    host.transport.atPoint = (point) => atPoint(point.at, "command" in point ? point.command : "");
    if (host.winrm !== null)
      host.winrm.faults.atPoint = (point) => {
        const at = sessionPoint(point);
        return at === null ? undefined : atPoint(at, "command" in point ? (point.command ?? "") : "");
      };
    this.#watchLock(name);
  }

  /** The lock changes by nothing but renames and removals. */
  #watchLock(name: string): void {
    const { computer, files } = this.lab.computer(name);
    const folder = `${computer.systemRoot}\\ExchangeUpgrade\\lock`;
    let last: string | null = null;
    const look = () => {
      const token = files.kind(folder) === null ? null : (files.list(folder)[0]?.name ?? "");
      if (token === last) return;
      last = token;
      this.events.push({ kind: "lock", at: this.now, computer: name, name: token });
    };
    const move = files.move.bind(files);
    files.move = (...args) => {
      move(...args);
      look();
    };
    const removeFolder = files.removeFolder.bind(files);
    files.removeFolder = (...args) => {
      removeFolder(...args);
      look();
    };
  }
}

/** Every file below a folder, and every folder that is empty. */
export function below(files: WindowsFiles, folder: string): readonly string[] {
  const entries = files.list(`${folder}\\`);
  if (entries.length === 0) return [folder];
  return entries.flatMap(({ name, kind }) =>
    kind === "folder" ? below(files, `${folder}\\${name}`) : [`${folder}\\${name}`],
  );
}

/** True when a text holds a secret as it is, or as hexadecimal digits or base64, which hide nothing. */
export function holds(text: string, secret: string): boolean {
  const bytes = Buffer.from(secret);
  const hex = [bytes, Buffer.from(secret, "utf16le")].map((each) => each.toString("hex"));
  return (
    text.includes(secret) ||
    text.includes(bytes.toString("base64").replace(/=+$/, "")) ||
    hex.some((each) => text.toLowerCase().includes(each))
  );
}
