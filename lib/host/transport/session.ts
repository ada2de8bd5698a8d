/** One SSH connection to a Windows computer, and the commands that are run over it. */

import { randomBytes } from "node:crypto";
import type { ClientChannel } from "ssh2";
import { afterAwake } from "../../awake";
import type { Logons } from "../../logons";
import { cutLine, reasonOf } from "../../text";
import { decodeConsole } from "./decode";
import { type Dialled, dial, type Keepalive } from "./dial";
import { CommandTimeout, ConnectionLost, HostError, NotWindowsShell, OutputTooLarge } from "./errors";
import { type ConnectionOptions, endpointName } from "./sshConnection";

/** What a command left behind. */
export interface RunResult {
  /** Standard output as text (see {@link decodeConsole}). */
  readonly stdout: string;
  /** Standard error as text. */
  readonly stderr: string;
  /** Standard output as it came. */
  readonly stdoutBytes: Buffer;
  /** Exit code as `%errorlevel%` shows it: signed, 32 bits. OpenSSH on Unix and Cygwin cut it to 8 bits. */
  readonly exitCode: number;
}

/** Options of one command. */
export interface RunOptions {
  /** Text or bytes for the command's standard input, which is then closed. @default nothing */
  readonly stdin?: string | Buffer;
  /** Milliseconds until {@link CommandTimeout}; 0 for no limit. @default 60000 */
  readonly timeoutMs?: number;
  /** Bytes of output, both streams together, before {@link OutputTooLarge}. @default 64 MiB */
  readonly maxOutput?: number;
  /** Called with standard output as it comes, what stands in front of the command's own output included. */
  readonly onOutput?: (chunk: Buffer) => void;
}

/** Properties of a session that users do not set. */
export interface SessionTuning {
  /** @default probes every 10 s, dead after 3 without an answer */
  readonly keepalive?: Keepalive;
  /** Stops dialling. */
  readonly signal?: AbortSignal;
}

const defaultKeepalive: Keepalive = { intervalMs: 10_000, count: 3 };
const defaultTimeoutMs = 60_000;
const defaultMaxOutput = 64 * 1024 * 1024;
/** OpenSSH allows 10 sessions on a connection (MaxSessions); two are left to others. */
const maxChannels = 8;
/** How often a session that the server has no place for is asked for again, and how much longer it waits each time: 5.5 s in all. */
const openAgain = { times: 10, waitMs: 100 };

/**
 * One connection, many commands: each runs on a channel of its own, never with a pty, several at a time.
 *
 * @throws from {@link HostSession.open}: Unreachable, HostKeyRefused, AuthenticationFailed, NoCommonAlgorithm.
 */
export class HostSession {
  /** The computer or server as messages name it. */
  readonly name: string;
  /** Those of the run, for a password that is sent over this session to be judged by Windows. */
  readonly logons: Logons;
  readonly #dialled: Dialled;
  readonly #running = new Set<(error: HostError) => void>();
  readonly #waiting: (() => void)[] = [];
  #channels = 0;
  /** True once the server has opened a session: one that refuses a later one is short of places, and not of will. */
  #opened = false;
  #lost: ConnectionLost | undefined;

  private constructor(name: string, logons: Logons, dialled: Dialled) {
    this.name = name;
    this.logons = logons;
    this.#dialled = dialled;
    let why = "the other side closed it";
    for (const client of dialled.clients) {
      client.setNoDelay(true);
      client.on("error", (error) => {
        why = reasonOf(error);
      });
      client.on("close", () => this.#lose(why));
    }
  }

  /**
   * Connects, verifies the host key and logs on.
   * @param logons what the run has learned of its accounts: a password that was refused is not sent again
   */
  static async open(
    options: ConnectionOptions,
    logons: Logons,
    tuning: SessionTuning = {},
  ): Promise<HostSession> {
    const dialled = await dial(options, logons, tuning.keepalive ?? defaultKeepalive, tuning.signal);
    return new HostSession(endpointName(options), logons, dialled);
  }

  /** True until the connection was closed or cut. */
  get alive(): boolean {
    return this.#lost === undefined;
  }

  /**
   * Runs a cmd.exe command line and waits for its end. What a motd or an AutoRun command prints in front of the
   * output is dropped.
   * @throws ConnectionLost, CommandTimeout, OutputTooLarge; NotWindowsShell when the server's shell is not cmd.exe.
   */
  async run(command: string, options: RunOptions = {}): Promise<RunResult> {
    const nonce = randomBytes(6).toString("hex");
    const marker = Buffer.from(`eu.${nonce}`);
    // cmd.exe drops the caret, so the marker can only come from a cmd.exe that ran the line, not from one that
    // quoted it in an error.
    const framed = `echo eu^.${nonce}& ${command}`;
    const result = await this.exec(framed, options);
    const at = result.stdoutBytes.indexOf(marker);
    if (at < 0) throw this.#notCmd(result);
    const lineEnd = result.stdoutBytes.indexOf("\n", at);
    const stdoutBytes = result.stdoutBytes.subarray(lineEnd < 0 ? result.stdoutBytes.length : lineEnd + 1);
    return { ...result, stdoutBytes, stdout: decodeConsole(stdoutBytes) };
  }

  /** Runs `command` as it stands, whatever the server's shell is, and returns all of its output. */
  async exec(command: string, options: RunOptions = {}): Promise<RunResult> {
    if (this.#channels >= maxChannels) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#channels++;
    try {
      if (this.#lost !== undefined) throw this.#lost;
      return await this.#onChannel(command, options);
    } finally {
      // The place goes to the next in line, or becomes free.
      const next = this.#waiting.shift();
      if (next !== undefined) next();
      else this.#channels--;
    }
  }

  /** Ends the connection. Commands under way end with ConnectionLost here, and go on or not on the computer. */
  close(): void {
    this.#fail("it was closed from here");
    for (const client of this.#dialled.clients) client.end();
  }

  #onChannel(command: string, options: RunOptions): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
      const endLimit = afterAwake(timeoutMs, () => fail(this.#timedOut(timeoutMs)));
      let channel: ClientChannel | undefined;
      let settled = false;
      const settle = () => {
        settled = true;
        endLimit();
        this.#running.delete(fail);
      };
      const fail = (error: HostError) => {
        if (settled) return;
        settle();
        channel?.close();
        reject(error);
      };
      this.#running.add(fail);

      let refusals = 0;
      const start = (error: Error | undefined, opened: ClientChannel) => {
        if (error) {
          // The server frees a place when it has cleared up a command's process, which can be after its end was told. No
          // command has run in a session that was not opened.
          if (this.#opened && isNotOpened(error) && refusals < openAgain.times) {
            refusals += 1;
            setTimeout(open, refusals * openAgain.waitMs);
            return;
          }
          // A refused channel on a connection that is being cut is reported as the cut.
          setImmediate(() => fail(this.#refusedCommand(error)));
          return;
        }
        this.#opened = true;
        channel = opened;
        if (settled) return opened.close();
        const collected = new Collector(options.maxOutput ?? defaultMaxOutput);
        const onData = (into: Buffer[]) => (chunk: Buffer) => {
          if (!collected.add(into, chunk)) fail(this.#tooLarge(collected.limit));
        };
        let status: { readonly code: number | null; readonly signal?: string | undefined } | undefined;
        opened.on("data", onData(collected.stdout));
        if (options.onOutput !== undefined) opened.on("data", options.onOutput);
        opened.stderr.on("data", onData(collected.stderr));
        opened.on("error", (e: Error) => fail(this.#lostBy(reasonOf(e))));
        opened.on("exit", (code: number | null, signal?: string) => {
          status = { code, signal };
        });
        opened.on("close", () => {
          if (settled) return;
          if (status === undefined) return void setImmediate(() => fail(this.#lostBy("no exit status came")));
          if (status.code === null) return fail(this.#killed(status.signal));
          settle();
          resolve(collected.result(status.code));
        });
        opened.end(options.stdin);
      };
      const open = () => {
        if (settled) return;
        try {
          this.#dialled.clients[0].exec(command, start);
        } catch (error) {
          // The socket is closed already, and its event is still to come.
          this.#lose(reasonOf(error));
        }
      };
      open();
    });
  }

  #lose(why: string): void {
    this.#fail(why);
    for (const client of this.#dialled.clients) client.destroy();
  }

  #fail(why: string): void {
    this.#lost ??= this.#lostBy(why);
    for (const fail of [...this.#running]) fail(this.#lost);
  }

  #lostBy(why: string): ConnectionLost {
    return (
      this.#lost ??
      new ConnectionLost(
        `the SSH connection to ${this.name} was lost before the command had ended (${why}): whether the command ` +
          `ran is not known`,
      )
    );
  }

  #refusedCommand(error: Error): HostError {
    if (this.#lost !== undefined) return this.#lost;
    return new HostError(`the SSH server ${this.name} did not accept a command: ${reasonOf(error)}`);
  }

  #timedOut(timeoutMs: number): CommandTimeout {
    return new CommandTimeout(`a command on ${this.name} did not end within ${timeoutMs / 1000} s`);
  }

  #tooLarge(limit: number): OutputTooLarge {
    return new OutputTooLarge(
      `a command on ${this.name} printed more than ${limit} bytes; the rest was not read`,
    );
  }

  #killed(signal: string | undefined): HostError {
    return new HostError(`a command on ${this.name} was ended by ${signal ?? "a signal"}`);
  }

  #notCmd(result: RunResult): NotWindowsShell {
    const seen = cutLine(`${result.stdout} ${result.stderr}`, 200);
    return new NotWindowsShell(
      `the SSH server ${this.name} does not run commands with cmd.exe (exit code ${result.exitCode}, output ` +
        `${JSON.stringify(seen)}). Set its shell to cmd.exe: for Win32-OpenSSH the registry value DefaultShell of ` +
        `HKEY_LOCAL_MACHINE\\SOFTWARE\\OpenSSH.`,
    );
  }
}

/** Gathers the output of one command, up to a limit. */
class Collector {
  readonly stdout: Buffer[] = [];
  readonly stderr: Buffer[] = [];
  readonly limit: number;
  #size = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** False when the limit is passed. */
  add(into: Buffer[], chunk: Buffer): boolean {
    this.#size += chunk.length;
    if (this.#size > this.limit) return false;
    into.push(chunk);
    return true;
  }

  result(code: number): RunResult {
    const stdoutBytes = Buffer.concat(this.stdout);
    return {
      stdoutBytes,
      stdout: decodeConsole(stdoutBytes),
      stderr: decodeConsole(Buffer.concat(this.stderr)),
      exitCode: code | 0,
    };
  }
}

/** Whether the server refused the session itself, and not what was to run in it: ssh2 gives such errors the protocol's reason. */
function isNotOpened(error: Error): boolean {
  return "reason" in error;
}
