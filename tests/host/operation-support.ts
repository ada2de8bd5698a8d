/** Shared by the tests of the Setup operation: a simulated computer with a Setup that the tests steer. */

import type { LabComputer, Organization } from "../../lab/organization";
import { startWindows, type WindowsHost, type WindowsOptions } from "../../lab/windows";
import type { Program } from "../../lab/windows/programs/program";
import {
  discardOperation,
  type HostSession,
  openSession,
  runSetup,
  type SetupOptions,
  type SetupOutcome,
} from "../../lib/host";
import { Logons } from "../../lib/logons";

export const media = "D:\\SP1";
export const operation = "server-2007-SP1";
export const base = "C:\\WINDOWS\\ExchangeUpgrade";
export const logFile = "C:\\ExchangeSetupLogs\\ExchangeSetup.log";
export const password = "Edge-secret-1";
/** When the lab's Windows was last shut down: 1 January 2026, as a FILETIME. */
export const startedWith = 134_116_992_000_000_000n;

/** Intervals that keep the tests quick. */
export const timing = {
  pollMs: 10,
  // Looks at the log would make a run's commands a matter of time; tests of them look often.
  logMs: 3_600_000,
  quietMs: 30,
  manualPollMs: 10,
  beatMs: 20,
  lockTtlMs: 150,
  reconnectMs: 2000,
  discardMs: 2000,
  retryMs: 10,
  // Long enough for a busy machine; tests of tasks that never start give less.
  taskStartMs: 5000,
} as const;

/** Intervals for tasks that never start. */
export const impatient = { ...timing, taskStartMs: 400 } as const;

/** A Setup that does what a test tells it to. */
export class SteeredSetup {
  /** Runs that were begun. */
  runs = 0;
  /** Who ran each. */
  readonly accounts: string[] = [];
  /** The largest number of runs at one time. */
  mostAtOnce = 0;
  /** True once a run has ended well: what directory and registry would say. */
  done = false;
  /** Runs wait at their end while this is set. */
  hold = false;
  exitCode = 0;
  /** False: a run ends without the result that it should have. */
  effective = true;
  /** Lines that a run appends to Setup's log. */
  logLines: readonly string[] = [];
  /** Lines that a run prints. */
  consoleLines: readonly string[] = [
    "Configuring Microsoft Exchange Server",
    "    Copying Exchange files ......... COMPLETED",
    "    Edge Transport Server Role ......... COMPLETED",
  ];
  #running = 0;

  /** Setup.com: starts exsetup.exe and waits for it, as the real one is believed to. */
  readonly program: Program = (context) =>
    context.computer.startProgram({
      ...context,
      parent: context.process,
      file: "C:\\WINDOWS\\Temp\\ExchangeSetup\\exsetup.exe",
      program: async (inner) => {
        this.runs += 1;
        this.accounts.push(inner.logon.name);
        this.#running += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.#running);
        try {
          for (const line of this.consoleLines) inner.print(`${line}\n`);
          if (this.logLines.length > 0)
            inner.computer.files.append(logFile, this.logLines.map((line) => `${line}\r\n`).join(""));
          await inner.process.sleep(5);
          while (this.hold) await inner.process.sleep(5);
          if (this.exitCode === 0 && this.effective) this.done = true;
          return this.exitCode >>> 0;
        } finally {
          this.#running -= 1;
        }
      },
    });
}

/** A simulated computer, its Setup, and ways to reach it. */
export interface Bench {
  readonly host: WindowsHost;
  /** Folder of Windows, and of all operations, as the computer writes them. */
  readonly root: string;
  readonly base: string;
  readonly setup: SteeredSetup;
  /** Progress texts of every run, in order. */
  readonly progress: string[];
  /** Opens a connection as the administrator, or as another local account. */
  open(user?: string): Promise<HostSession>;
  /** Runs the operation with the tests' settings. */
  run(
    changes?: Partial<SetupOptions>,
    open?: () => Promise<HostSession>,
    around?: Parameters<typeof runSetup>[2],
  ): Promise<SetupOutcome>;
  /** Lines of the operation's journal, without their times. */
  journal(): readonly string[];
  /** Name of the lock's file: its state. */
  lock(): string | undefined;
  /** Takes away what the operation left, as a caller does that has proven the result. */
  discard(changes?: Partial<SetupOptions>, open?: () => Promise<HostSession>): Promise<string | null>;
  /** Makes the computer as it was: nothing of the operation is left, and Setup has not run. */
  reset(): void;
}

const computer: LabComputer = {
  name: "edge1.perimeter.example",
  domain: null,
  site: null,
  windows: "2003",
  roles: ["Edge Transport"],
  release: "2007 RTM",
  media: { [media]: "2007 SP1" },
  administrators: ["Administrator", "setup"],
  localAccounts: { Administrator: password, guest: password },
};

const organization: Organization = {
  root: "contoso.com",
  domains: [{ name: "contoso.com", netbios: "CONTOSO" }],
  sites: ["HQ"],
  domainControllers: [{ name: "dc1.contoso.com", domain: "contoso.com", site: "HQ" }],
  schemaMaster: "dc1.contoso.com",
  organizationName: "Contoso",
  release: "2007 RTM",
  groups: [],
  accounts: [],
  computers: [computer],
};

/** Starts a computer; to be stopped with `bench.host.stop()`. @param setupPassword that of its account `setup` */
export async function startBench(
  windows: LabComputer["windows"] = "2003",
  setupPassword = password,
  options: WindowsOptions = {},
): Promise<Bench> {
  const localAccounts = { Administrator: password, guest: password, setup: setupPassword };
  const host = await startWindows({ ...computer, windows, localAccounts }, organization, null, options);
  const root = host.computer.systemRoot;
  const setup = new SteeredSetup();
  host.files.write(`${media}\\Setup.com`, "MZ", setup.program);
  const progress: string[] = [];
  const logons = new Logons();
  const open = (user = "Administrator") =>
    openSession(
      {
        host: "127.0.0.1",
        port: host.port,
        hostKey: host.hostKey,
        user,
        password,
        dialErrorLimit: 0,
      },
      logons,
    );
  return {
    host,
    root,
    base: `${root}\\ExchangeUpgrade`,
    setup,
    progress,
    open,
    run: (changes = {}, openSession = () => open(), around = undefined) =>
      runSetup(
        openSession,
        {
          operation,
          command: { program: `${media}\\Setup.com`, args: ["/mode:upgrade"] },
          mode: "direct",
          process: "exsetup.exe",
          logFile: "%SystemDrive%\\ExchangeSetupLogs\\ExchangeSetup.log",
          isDone: async () => setup.done,
          onProgress: (text) => progress.push(text),
          owner: "the tests",
          timing,
          ...changes,
        },
        around,
      ),
    discard: (changes = {}, openSession = () => open()) =>
      discardOperation(openSession, { operation, owner: "the tests", timing, ...changes }),
    journal: () =>
      readText(host, `${base}\\${operation}\\journal.txt`)
        .split("\r\n")
        .filter((line) => line !== "")
        .map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /, "")),
    reset: () => {
      if (host.files.kind(base) !== null)
        for (const { name, kind } of host.files.list(base))
          if (kind === "folder") host.files.removeFolder(`${base}\\${name}`, true);
          else if (name !== "run-next.cmd") host.files.remove(`${base}\\${name}`);
      for (const { name } of host.computer.tasks.list())
        if (name.startsWith("exchange-upgrade-")) host.computer.tasks.remove(name);
      setup.done = false;
      setup.runs = 0;
      setup.accounts.length = 0;
    },
    lock: () =>
      host.files.kind(`${base}\\lock`) === null ? undefined : host.files.list(`${base}\\lock`)[0]?.name,
  };
}

/** Text of a file on a simulated computer, "" when it is absent. */
export function readText(host: WindowsHost, path: string): string {
  return host.files.kind(path) === "file" ? host.files.read(path).toString("latin1") : "";
}

/** Waits until something is so; fails the test when it does not become so. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`not reached: ${what}`);
}
