/**
 * Task Scheduler of one simulated Windows computer. A task runs a command line as its own account, outside of any SSH
 * session: what it has started outlives connections, and dies with the computer. Simulated: no Windows runs here.
 */

import type { LabComputer, Organization } from "../organization";
import type { DirectoryTarget } from "./domain";
import { heedlessly, type WindowsFiles } from "./files";
import type { Logon } from "./logon";
import { logOn } from "./logon-service";
import type { Process, ProcessTable } from "./processes";
import type { WindowsRegistry } from "./registry";
import { windowsVersions } from "./versions";

/** Languages in which schtasks prints its words. */
export type TaskLanguage = "en" | "de" | "ja";

/** Last results, as Windows numbers them. */
export const taskResults = {
  running: 0x41301,
  neverRun: 0x41303,
  terminated: 0x41306,
  noAccountInformation: 0x8004130f,
  logonFailure: 0x8007052e,
  logonTypeNotGranted: 0x80070569,
  passwordsForbidden: 0x80070520,
} as const;

/** A registered task. */
export interface ScheduledTask {
  readonly name: string;
  /** Command line for cmd.exe. */
  readonly command: string;
  readonly account: string;
  /** Kept with the task, as Windows does; null where none was given. */
  readonly password: string | null;
  /** Runs with the full token of an administrator. */
  readonly highest: boolean;
  enabled: boolean;
  /** When it last started; null before. */
  lastRun: Date | null;
  lastResult: number;
}

/** What is registered. */
export type TaskDefinition = Pick<ScheduledTask, "name" | "command" | "account" | "password" | "highest">;

/** Ways in which the scheduler misbehaves, for tests. They may be changed at any time. */
export interface TaskFaults {
  /** Accounts without the right to log on as a batch job, as they are named in their tasks. */
  noBatchRight?: readonly string[];
  /** Starts are accepted and nothing happens. */
  ignoreStarts?: boolean;
  /** Milliseconds before a task that was started runs. */
  startDelayMs?: number;
  /** The service does not run: schtasks fails whatever it is told. */
  stopped?: boolean;
  /** Removing a task is refused. */
  keepTasks?: boolean;
}

/** What the scheduler does with its computer. */
export interface TaskComputer {
  readonly spec: LabComputer;
  readonly organization: Organization;
  readonly windows: LabComputer["windows"];
  readonly systemRoot: string;
  readonly files: Pick<WindowsFiles, "append">;
  readonly registry: Pick<WindowsRegistry, "get">;
  readonly processes: Pick<ProcessTable, "start">;
  now(): Date;
  /** Runs a command line in a cmd.exe that is this process, without a console, and answers its exit code. */
  runTask(process: Process, command: string, logon: Logon): Promise<number>;
}

/** The scheduler. */
export class TaskScheduler {
  readonly faults: TaskFaults = {};
  /** Where accounts of domains are asked for; null where no directory is reached. */
  directory: DirectoryTarget | null = null;
  readonly #tasks = new Map<string, ScheduledTask>();
  readonly #instances = new Map<string, Process>();

  constructor(private readonly computer: TaskComputer) {}

  /** In the order in which they were registered. */
  list(): readonly ScheduledTask[] {
    return [...this.#tasks.values()];
  }

  find(name: string): ScheduledTask | undefined {
    return this.#tasks.get(keyOf(name));
  }

  /**
   * Registers a task, or replaces it; 0, or the error's number. From Windows Server 2008 on a wrong password is found
   * here, on 2003 only when the task runs.
   */
  async register(definition: TaskDefinition): Promise<number> {
    const checked = windowsVersions[this.computer.windows].integrity;
    if (checked && this.#forbidsPasswords()) return taskResults.passwordsForbidden;
    if (checked && (await this.#logOn(definition)) === null) return taskResults.logonFailure;
    const state = { enabled: true, lastRun: null, lastResult: taskResults.neverRun };
    this.#tasks.set(keyOf(definition.name), { ...definition, ...state });
    return 0;
  }

  /** False when there is no such task, or it stays. What it has started goes on. */
  remove(name: string): boolean {
    return this.faults.keepTasks !== true && this.#tasks.delete(keyOf(name));
  }

  /** Asks for a start, and does not wait for it; false when there is no such task, or it is disabled. */
  run(name: string): boolean {
    const task = this.find(name);
    if (!task?.enabled) return false;
    if (this.faults.ignoreStarts !== true && !this.#instances.has(keyOf(name))) void this.#start(task);
    return true;
  }

  /** Ends what the task runs; false when it runs nothing. */
  end(name: string): boolean {
    const process = this.#instances.get(keyOf(name));
    process?.end(1);
    const task = this.find(name);
    if (process && task) task.lastResult = taskResults.terminated;
    return process !== undefined;
  }

  /** True while the task's own process runs. */
  isRunning(name: string): boolean {
    return this.#instances.has(keyOf(name));
  }

  async #start(task: ScheduledTask): Promise<void> {
    const key = keyOf(task.name);
    const { computer, faults } = this;
    // A second start while this one runs, or is being made, is ignored.
    const process = computer.processes.start("cmd.exe");
    this.#instances.set(key, process);
    const code = await process
      .run(async () => {
        await process.sleep(faults.startDelayMs ?? 1);
        const logon = await this.#logOn(task);
        const lacking = faults.noBatchRight?.some(
          (name) => name.toLowerCase() === task.account.toLowerCase(),
        );
        if (this.#forbidsPasswords()) return this.#refused(task, taskResults.passwordsForbidden);
        if (logon === null) return this.#refused(task, taskResults.logonFailure);
        if (lacking === true) return this.#refused(task, taskResults.logonTypeNotGranted);
        task.lastRun = computer.now();
        task.lastResult = taskResults.running;
        return computer.runTask(process, task.command, logon);
      })
      .finally(() => this.#instances.delete(key));
    if (task.lastResult === taskResults.running) task.lastResult = code;
  }

  /** "Do not allow storage of passwords and credentials for network authentication" (dahall/TaskScheduler issue 455). */
  #forbidsPasswords(): boolean {
    const lsa = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa";
    return this.computer.registry.get(lsa, "DisableDomainCreds")?.data === 1;
  }

  #refused(task: ScheduledTask, result: number): number {
    const { computer } = this;
    if (windowsVersions[computer.windows].integrity) {
      // That it counts as a run: memory.
      task.lastRun = computer.now();
      task.lastResult = result;
    }
    // On 2003 only this file says it.
    else
      heedlessly(() =>
        computer.files.append(
          `${computer.systemRoot}\\SchedLgU.txt`,
          `"${task.name}.job" ** ERROR **\r\n\tUnable to start task.\r\n\tThe specific error is:\r\n\t0x${result.toString(16)}\r\n`,
        ),
      );
    return 1;
  }

  async #logOn({ account, password, highest }: TaskDefinition): Promise<Logon | null> {
    if (password === null) return null;
    const { spec, organization } = this.computer;
    const policy = { organization, directory: this.directory, filtered: !highest };
    // A directory that does not answer refuses the logon like a wrong password.
    const logon = await logOn(spec, account, { kind: "password", password }, policy).catch(() => null);
    return logon && asBatch(logon);
  }
}

/** A batch logon has S-1-5-3 instead of S-1-5-2. */
function asBatch(logon: Logon): Logon {
  const groups = logon.groups.map((group) =>
    group.sid === "S-1-5-2" ? { ...group, name: "NT AUTHORITY\\BATCH", sid: "S-1-5-3" } : group,
  );
  return { ...logon, groups };
}

function keyOf(name: string): string {
  return name.replace(/^\\/, "").toLowerCase();
}
