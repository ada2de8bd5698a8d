/**
 * One simulated Windows computer: its files, registry, processes and services. Nothing of Windows runs here;
 * docs/assumptions.md lists what of its behaviour is belief.
 */
import type { LabComputer, Organization } from "../organization";
import { modernKey } from "../product-lines";
import type { SimulatedCluster } from "./cluster";
import { Environment } from "./cmd/environment";
import { Shell } from "./cmd/shell";
import type { Handles } from "./cmd/streams";
import { type CodePage, codePage } from "./codepage";
import { placeExchangeFiles, startSearch } from "./exchange-ground";
import { baseName, FileError, heedlessly, matchesWildcard, parentOf, WindowsFiles } from "./files";
import { writeCachedPackages } from "./installer-cache";
import type { Logon } from "./logon";
import { netbiosName } from "./logon-service";
import { finishPending } from "./pending-restart";
import { type Process, ProcessTable } from "./processes";
import { systemPrograms } from "./programs";
import type { Computer, Output, Program, ProgramStart, RestartBehaviour } from "./programs/program";
import { wmic } from "./programs/wmic";
import type { WindowsRegistry } from "./registry";
import { seedRegistry } from "./seed";
import { type TaskComputer, type TaskLanguage, TaskScheduler } from "./tasks";
import { windowsVersions } from "./versions";

/** Where Windows notes when it went down: a FILETIME. */
const shutdownKey = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Windows";

/** 1601 to 1970, in milliseconds. */
const filetimeEpochMs = 11_644_473_600_000n;

/** Folders in which only administrators write. */
const protectedFolders = ["windows", "program files", "exchangesetuplogs"];

/** An output that its writer does not look at. */
function heedless(output: Output): Output {
  return { write: (data) => heedlessly(() => output.write(data)) };
}

/** A simulated computer. {@link Computer} says what its programs may do with it, {@link TaskComputer} what Task Scheduler may. */
export class SimulatedComputer implements Computer, TaskComputer {
  readonly files = new WindowsFiles<Program>();
  readonly registry: WindowsRegistry;
  readonly processes: ProcessTable;
  readonly tasks: TaskScheduler;
  taskLanguage: TaskLanguage = "en";
  hasVbScript = true;
  /** PowerShell's language mode, which AppLocker and Windows Defender Application Control restrict. */
  languageMode = "FullLanguage";
  readonly codePage: CodePage;
  freeBytes = 200 * 2 ** 30;
  readonly runningServices = new Set<string>();
  readonly serviceLog: string[] = [];
  /** Programs that a file becomes when it is copied to the computer with this content, with their file version. */
  readonly knownPrograms = new Map<string, { readonly program: Program; readonly version: string }>();
  readonly accessLists = new Map<string, string>();
  /** Folders whose content nobody may list, in lower case: what is in them is not found. */
  readonly refusedFolders = new Set<string>();
  readonly #restarts = new Set<() => void>();
  /** True while Windows is down: nobody answers. */
  down = false;
  goingDown = false;
  scheduledRestart = false;
  readonly loggedOn: string[] = [];
  /** Restarts in order, by `shutdown`, so far. */
  restarts = 0;
  readonly restartBehaviour: RestartBehaviour = {};
  cluster: SimulatedCluster | null = null;
  /** Milliseconds by which the computer's clock is ahead; it may jump at any time. */
  clockAheadMs = 0;

  constructor(
    readonly spec: LabComputer,
    readonly organization: Organization,
    codePageNumber: number,
  ) {
    this.codePage = codePage(codePageNumber);
    this.processes = new ProcessTable(this.codePage);
    this.tasks = new TaskScheduler(this);
    this.registry = seedRegistry(spec, organization);
    this.#noteShutdown(Date.UTC(2026, 0, 1));
    this.#startServices();
    const { systemRoot, profiles } = windowsVersions[spec.windows];
    for (const folder of [`${systemRoot}\\Temp`, profiles, "C:\\Program Files"])
      this.files.makeFolders(folder);
    writeCachedPackages(this.registry, this.files);
    placeExchangeFiles(this, this.exchangeFolder);
    for (const [name, program] of systemPrograms)
      this.files.write(`${systemRoot}\\system32\\${name}`, "MZ", program);
    if (windowsVersions[spec.windows].wmic)
      this.files.write(`${systemRoot}\\system32\\wbem\\wmic.exe`, "MZ", wmic);
  }

  /** Where Exchange 2013 or later is installed, with a backslash at the end; null without one. */
  get exchangeFolder(): string | null {
    return this.registry.text(`${modernKey}\\Setup`, "MsiInstallPath") ?? null;
  }

  get name(): string {
    return this.spec.name;
  }

  now(): Date {
    return new Date(Date.now() + this.clockAheadMs);
  }

  get netbios(): string {
    return netbiosName(this.spec);
  }

  get windows(): LabComputer["windows"] {
    return this.spec.windows;
  }

  get systemRoot(): string {
    return windowsVersions[this.spec.windows].systemRoot;
  }

  requireWrite(path: string, logon: Logon): void {
    const top = path.slice(3).split("\\")[0]?.toLowerCase() ?? "";
    const root = path.toUpperCase().startsWith("C:") && !path.slice(3).includes("\\");
    if (!logon.administrator && (root || protectedFolders.includes(top)))
      throw new FileError("accessDenied", path);
  }

  matches(path: string): readonly string[] {
    const pattern = baseName(path);
    const folder = parentOf(path);
    if (this.#refuses(folder)) return [];
    if (!/[*?]/.test(pattern)) {
      const trimmed = path.length > 3 ? path.replace(/\\$/, "") : path;
      return this.files.kind(trimmed) === null ? [] : [trimmed];
    }
    if (this.files.kind(folder) !== "folder") return [];
    return this.files
      .list(folder)
      .filter(({ name }) => matchesWildcard(name, pattern))
      .map(({ name }) => `${folder.replace(/\\$/, "")}\\${name}`);
  }

  exists(path: string): boolean {
    if (this.matches(path).length > 0) return true;
    const folder = parentOf(path);
    const everything = ["*", "*.*"].includes(baseName(path)) && folder.length > 3;
    return everything && this.files.kind(folder) === "folder" && !this.#refuses(folder);
  }

  #refuses(folder: string): boolean {
    return this.refusedFolders.has(folder.toLowerCase());
  }

  environmentOf(logon: Logon): { environment: Environment; folder: string } {
    const { systemRoot, profiles } = windowsVersions[this.spec.windows];
    const profile = `${profiles}\\${logon.account}`;
    this.files.makeFolders(profile);
    const environment = new Environment([
      // Exchange 2013 and later define it for the whole computer (Microsoft's own scripts use it).
      ...(this.exchangeFolder === null ? [] : [["ExchangeInstallPath", this.exchangeFolder] as const]),
      ["COMPUTERNAME", this.netbios],
      ["ComSpec", `${systemRoot}\\system32\\cmd.exe`],
      ["OS", "Windows_NT"],
      ["PATH", `${systemRoot}\\system32;${systemRoot};${systemRoot}\\system32\\wbem`],
      ["PATHEXT", ".COM;.EXE;.BAT;.CMD"],
      ["PROCESSOR_ARCHITECTURE", "AMD64"],
      ["ProgramFiles", "C:\\Program Files"],
      ["SystemDrive", "C:"],
      ["SystemRoot", systemRoot],
      ["TEMP", `${systemRoot}\\Temp`],
      ["TMP", `${systemRoot}\\Temp`],
      ["USERDOMAIN", logon.authority],
      ["USERNAME", logon.account],
      ["USERPROFILE", profile],
      ["windir", systemRoot],
    ]);
    return { environment, folder: profile };
  }

  /** Runs `cmd.exe /c "<command>"` as a process of its own and answers its exit code. */
  runCommand(command: string, logon: Logon, handles: Handles): Promise<number> {
    return this.startCommand(command, logon, handles, this.environmentOf(logon)).code;
  }

  /** As {@link runCommand}, in a session that has its own environment, folder and code page; shows the process, too. */
  startCommand(
    command: string,
    logon: Logon,
    handles: Handles,
    session: { readonly environment: Environment; readonly folder: string; readonly codePage?: CodePage },
  ): { readonly process: Process; readonly code: Promise<number> } {
    const process = this.processes.start("cmd.exe");
    if (session.codePage !== undefined) process.codePage = session.codePage;
    const shell = new Shell(this, process, logon, session.environment.copy(), session.folder);
    return { process, code: process.run(() => shell.runCommandLine(command, handles)) };
  }

  runTask(process: Process, command: string, logon: Logon): Promise<number> {
    const { environment } = this.environmentOf(logon);
    const shell = new Shell(this, process, logon, environment, `${this.systemRoot}\\system32`);
    return shell.runCommandLine(command, new Map());
  }

  async startProgram(start: ProgramStart): Promise<number> {
    const process = this.processes.start(baseName(start.file), start.parent);
    if (start.parent) process.inheritFrom(start.parent);
    const put = (output: Output, text: string): void => {
      process.check();
      output.write(process.codePage.encode(text.replace(/\r?\n/g, "\r\n")));
    };
    const stdout = heedless(start.stdout);
    const stderr = heedless(start.stderr);
    return process.run(() =>
      start.program({
        ...start,
        stdout,
        stderr,
        computer: this,
        process,
        print: (text) => put(stdout, text),
        printError: (text) => put(stderr, text),
      }),
    );
  }

  /** Calls back when the computer restarts. */
  onRestart(listener: () => void): void {
    this.#restarts.add(listener);
  }

  restart(): void {
    const { bootMs = 50, ignored, staysDown, keepsPending } = this.restartBehaviour;
    this.goingDown = false;
    if (ignored === true) {
      for (const listener of this.#restarts) listener();
      return;
    }
    this.restarts += 1;
    this.#noteShutdown(this.now().getTime());
    this.down = true;
    this.cluster?.leave(this.name);
    this.loggedOn.splice(0);
    this.reboot();
    if (keepsPending !== true) finishPending(this.registry);
    if (staysDown === true) return;
    setTimeout(() => {
      this.#startServices();
      this.down = false;
      this.cluster?.join(this.name);
    }, bootMs).unref();
  }

  /** A restart that somebody has asked for with a time to wait. */
  scheduleRestart(afterMs: number): void {
    this.scheduledRestart = true;
    setTimeout(() => {
      this.scheduledRestart = false;
      this.restart();
    }, afterMs).unref();
  }

  /** What starts with Windows. */
  #startServices(): void {
    this.runningServices.clear();
    const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
    for (const name of this.registry.keys(services))
      if (this.registry.get(`${services}\\${name}`, "Start")?.data === 2)
        this.runningServices.add(name.toLowerCase());
    startSearch(this);
  }

  #noteShutdown(time: number): void {
    const data = Buffer.alloc(8);
    data.writeBigUInt64LE((BigInt(time) + filetimeEpochMs) * 10_000n);
    this.registry.set(shutdownKey, "ShutdownTime", { type: "REG_BINARY", data });
  }

  /** A reset: every process dies, every connection breaks; files and registry stay. */
  reboot(): void {
    this.processes.killAll();
    for (const listener of this.#restarts) listener();
  }
}
