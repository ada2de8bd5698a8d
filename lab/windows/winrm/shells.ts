/**
 * Remote shells of one simulated computer, and the commands in them: what [MS-WSMV] 3.1.4 asks of the resource shell/cmd, with the quotas of
 * winrm/config. What a command has printed waits until it is received; it goes on while nobody asks.
 */
import { randomUUID } from "node:crypto";
import type { Environment } from "../cmd/environment";
import type { Handles, Stream } from "../cmd/streams";
import { type CodePage, codePage } from "../codepage";
import type { SimulatedComputer } from "../computer";
import type { Logon } from "../logon";
import type { Process } from "../processes";
import { stripQuotes } from "../programs/cmd";
import { aborted, noSuchCommand, noSuchShell, programNotFound, quotaReached, timedOut } from "./fault";

/** Quotas, which an administrator may have changed. */
export interface Quotas {
  maxShellsPerUser: number;
  maxProcessesPerShell: number;
  /** A command counts until its shell is deleted ([MS-WSMV], product behavior note 118). */
  maxOperationsPerUser: number;
  /** Of a shell that asks for none. */
  idleTimeoutMs: number;
  /** Bytes of a request. */
  maxEnvelopeSize: number;
}

/** Defaults since Windows Server 2012 R2 (Microsoft, quotas of WinRM; idle time: recorded from Windows Server 2016). */
export const defaultQuotas: Quotas = {
  maxShellsPerUser: 30,
  maxProcessesPerShell: 25,
  maxOperationsPerUser: 1500,
  idleTimeoutMs: 7_200_000,
  maxEnvelopeSize: 500 * 1024,
};

/** What a shell is made with. */
export interface ShellRequest {
  readonly id?: string;
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly workingDirectory?: string;
  readonly idleTimeoutMs?: number;
  /** WINRS_CODEPAGE. @default the computer's */
  readonly codePage?: number;
  readonly owner: Logon;
}

export type OutputName = "stdout" | "stderr";

/** What one Receive gives. */
export interface Received {
  readonly pieces: readonly { readonly stream: OutputName; readonly data: Buffer }[];
  /** Unsigned; null while it runs, or while there is more to receive. */
  readonly exitCode: number | null;
}

/** Base64 and the element around it make a piece this much longer, and an envelope has this much around them. */
const envelopeBytes = 4096;
const pieceBytes = 256;

/** One command: a process with its pipes. */
class Command {
  readonly id: string;
  process: Process | undefined;
  exitCode: number | null = null;
  /** It was ended by a signal, or with its shell. */
  ended = false;
  readonly #printed: { stream: OutputName; data: Buffer }[] = [];
  readonly #input: Buffer[] = [];
  #inputEnded = false;
  #silent = true;
  readonly #wakers = new Set<() => void>();

  constructor(
    id: string,
    readonly line: string,
  ) {
    this.id = id;
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }

  /** Resolves at the next change, after the time, or when the signal aborts. */
  async #change(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wakers.delete(done);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = milliseconds === Number.POSITIVE_INFINITY ? undefined : setTimeout(done, milliseconds);
      this.#wakers.add(done);
      signal?.addEventListener("abort", done, { once: true });
    });
  }

  print(stream: OutputName, data: Buffer): void {
    if (data.length === 0) return;
    this.#silent = false;
    const last = this.#printed.at(-1);
    if (last?.stream === stream && last.data.length + data.length < 32_768)
      last.data = Buffer.concat([last.data, data]);
    else this.#printed.push({ stream, data });
    this.#wake();
  }

  /** A command that has printed nothing tells 0, whatever its code is (WinRb/WinRM issue 154, chef/knife-windows issue 314). */
  finish(code: number): void {
    this.exitCode = this.#silent && !this.ended ? 0 : code >>> 0;
    this.#wake();
  }

  feed(data: Buffer, end: boolean): void {
    if (data.length > 0) this.#input.push(data);
    this.#inputEnded ||= end;
    this.#wake();
  }

  async read(): Promise<Buffer | null> {
    while (this.#input.length === 0 && !this.#inputEnded && this.exitCode === null && !this.ended)
      await this.#change(Number.POSITIVE_INFINITY);
    return this.#input.shift() ?? null;
  }

  stop(): void {
    this.ended = true;
    this.#wake();
  }

  /** Waits for output of these streams, or for the end. @throws WsManFault after the time, and when the command is ended meanwhile */
  async receive(
    streams: readonly string[],
    milliseconds: number,
    maxEnvelopeSize: number,
    signal: AbortSignal,
  ): Promise<Received> {
    const deadline = Date.now() + milliseconds;
    const wanted = (): boolean => this.#printed.some(({ stream }) => streams.includes(stream));
    while (!wanted() && this.exitCode === null && !this.ended && !signal.aborted) {
      const left = deadline - Date.now();
      if (left <= 0) throw timedOut();
      await this.#change(left, signal);
    }
    if (signal.aborted || (this.ended && !wanted())) throw aborted();
    const pieces: { stream: OutputName; data: Buffer }[] = [];
    let room = maxEnvelopeSize - envelopeBytes;
    while (wanted()) {
      const at = this.#printed.findIndex(({ stream }) => streams.includes(stream));
      const piece = this.#printed[at];
      const fits = Math.floor((room - pieceBytes) / 4) * 3;
      if (piece === undefined || fits <= 0) break;
      if (piece.data.length <= fits) this.#printed.splice(at, 1);
      else this.#printed[at] = { stream: piece.stream, data: piece.data.subarray(fits) };
      const data = piece.data.subarray(0, fits);
      pieces.push({ stream: piece.stream, data });
      room -= pieceBytes + Math.ceil(data.length / 3) * 4;
    }
    return { pieces, exitCode: wanted() ? null : this.exitCode };
  }
}

/** One shell. */
class Shell {
  readonly created = Date.now();
  readonly commands = new Map<string, Command>();
  /** Commands that were ever started in it. */
  started = 0;
  /** Requests that are under way: a shell that is waited for is not idle. */
  busy = 0;
  used = Date.now();
  idle: NodeJS.Timeout | undefined;

  constructor(
    readonly id: string,
    readonly owner: Logon,
    readonly environment: Environment,
    readonly folder: string,
    readonly idleTimeoutMs: number,
    readonly codePage: CodePage | undefined,
  ) {}
}

export type { Shell };

/** All shells of a computer. */
export class Shells {
  readonly #shells = new Map<string, Shell>();

  constructor(
    private readonly computer: SimulatedComputer,
    readonly quotas: Quotas,
  ) {}

  get size(): number {
    return this.#shells.size;
  }

  #of(owner: Logon): readonly Shell[] {
    return [...this.#shells.values()].filter((shell) => shell.owner.sid === owner.sid);
  }

  create(request: ShellRequest): Shell {
    const { maxShellsPerUser, idleTimeoutMs } = this.quotas;
    if (this.#of(request.owner).length >= maxShellsPerUser) throw quotaReached("shells", maxShellsPerUser);
    const { environment, folder } = this.computer.environmentOf(request.owner);
    for (const [name, value] of request.variables) environment.set(name, value);
    const shell = new Shell(
      (request.id ?? randomUUID()).toUpperCase(),
      request.owner,
      environment,
      request.workingDirectory ?? folder,
      request.idleTimeoutMs ?? idleTimeoutMs,
      request.codePage === undefined ? undefined : codePage(request.codePage),
    );
    this.#shells.set(shell.id, shell);
    this.#rest(shell);
    return shell;
  }

  /** The shell, if it is the account's own. */
  get(id: string | undefined, owner: Logon): Shell {
    const shell = this.#shells.get((id ?? "").toUpperCase());
    if (shell?.owner.sid !== owner.sid) throw noSuchShell();
    return shell;
  }

  /** Counts a request while it is under way; afterwards the shell is idle until the next one. */
  async use<T>(shell: Shell, work: () => Promise<T>): Promise<T> {
    shell.busy += 1;
    clearTimeout(shell.idle);
    try {
      return await work();
    } finally {
      shell.busy -= 1;
      shell.used = Date.now();
      if (shell.busy === 0) this.#rest(shell);
    }
  }

  #rest(shell: Shell): void {
    if (this.#shells.get(shell.id) !== shell) return;
    shell.idle = setTimeout(() => this.delete(shell), shell.idleTimeoutMs);
    shell.idle.unref();
  }

  /** Ends the shell with all that runs in it. */
  delete(shell: Shell): void {
    clearTimeout(shell.idle);
    this.#shells.delete(shell.id);
    for (const command of shell.commands.values()) this.#end(command);
  }

  deleteAll(): void {
    for (const shell of this.#shells.values()) this.delete(shell);
  }

  /**
   * Starts a command. @param started told of it before it has printed anything
   * @throws WsManFault where a quota is used up, and for a program without cmd.exe that is not there
   */
  start(shell: Shell, line: string, id: string | undefined, withoutCmd: boolean): Command {
    const { maxProcessesPerShell, maxOperationsPerUser } = this.quotas;
    const running = [...shell.commands.values()].filter(({ exitCode }) => exitCode === null).length;
    if (running >= maxProcessesPerShell) throw quotaReached("processes", maxProcessesPerShell);
    const operations = this.#of(shell.owner).reduce((sum, { started }) => sum + started, 0);
    if (operations >= maxOperationsPerUser) throw quotaReached("operations", maxOperationsPerUser);
    const isProgram = (name: string): boolean => this.computer.files.program(name) !== undefined;
    // Without cmd.exe nobody looks for the program: it must be a whole path. The lab runs it by its cmd.exe all the same.
    if (withoutCmd && !isProgram(/^"([^"]+)"|^\S+/.exec(line)?.[1] ?? line.split(" ", 1)[0] ?? ""))
      throw programNotFound();
    shell.started += 1;
    const command = new Command((id ?? randomUUID()).toUpperCase(), line);
    shell.commands.set(command.id, command);
    const handles: Handles = new Map<number, Stream>([
      [0, { input: { read: () => command.read() } }],
      [1, { output: { write: (data) => command.print("stdout", data) } }],
      [2, { output: { write: (data) => command.print("stderr", data) } }],
    ]);
    const { process, code } = this.computer.startCommand(stripQuotes(line, isProgram), shell.owner, handles, {
      environment: shell.environment,
      folder: shell.folder,
      ...(shell.codePage === undefined ? {} : { codePage: shell.codePage }),
    });
    command.process = process;
    code.then(
      (value) => command.finish(value),
      (error: unknown) => {
        command.print("stderr", Buffer.from(`The lab failed: ${String(error)}\n`));
        command.finish(0xffffffff);
      },
    );
    return command;
  }

  command(shell: Shell, id: string | undefined): Command {
    const command = shell.commands.get((id ?? "").toUpperCase());
    if (command === undefined) throw noSuchCommand();
    return command;
  }

  /** The line of a command; undefined where the account has no such one. */
  lineOf(shellId: string | undefined, id: string | undefined, owner: Logon): string | undefined {
    const shell = this.#shells.get((shellId ?? "").toUpperCase());
    return shell?.owner.sid === owner.sid ? shell.commands.get((id ?? "").toUpperCase())?.line : undefined;
  }

  /** Ends a command; its shell forgets it. */
  signal(shell: Shell, command: Command): void {
    shell.commands.delete(command.id);
    this.#end(command);
  }

  #end(command: Command): void {
    command.stop();
    if (command.process !== undefined) this.computer.processes.killTree(command.process, controlCExit);
  }
}

export type { Command };

/** STATUS_CONTROL_C_EXIT. */
const controlCExit = 0xc000013a;
