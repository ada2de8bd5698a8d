/**
 * The common part of all sessions: places for commands, the frame around a line for cmd.exe, and limits on the output.
 */
import { randomBytes } from "node:crypto";
import type { Logons } from "../../logons";
import { cutLine } from "../../text";
import { decodeConsole } from "./decode";
import type { Keepalive } from "./dial";
import {
  CommandTimeout,
  type ConnectionLost,
  type HostError,
  type NotWindowsShell,
  OutputTooLarge,
} from "./errors";
import type { HostSession, RunOptions, RunResult, SessionTraits } from "./session";

export const defaultKeepalive: Keepalive = { intervalMs: 10_000, count: 3 };
export const defaultTimeoutMs = 60_000;
export const defaultMaxOutput = 64 * 1024 * 1024;

/** A session that lacks only the way in which a line reaches the computer. */
export abstract class CmdSession implements HostSession {
  abstract readonly traits: SessionTraits;
  /** One function for each command under way: it ends the command when the connection is lost. */
  protected readonly running = new Set<(error: HostError) => void>();
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #lost: ConnectionLost | undefined;

  /** @param mostAtOnce number of commands at a time; further ones wait in line */
  constructor(
    readonly name: string,
    readonly logons: Logons,
    readonly logonPlaces: readonly string[],
    private readonly mostAtOnce: number,
  ) {}

  get alive(): boolean {
    return this.#lost === undefined;
  }

  /** How the connection was lost; undefined while it stands. */
  protected get lost(): ConnectionLost | undefined {
    return this.#lost;
  }

  async run(command: string, options: RunOptions = {}): Promise<RunResult> {
    const nonce = randomBytes(6).toString("hex");
    const marker = Buffer.from(`eu.${nonce}`);
    // cmd.exe drops the caret. So the marker can only come from a cmd.exe that ran the line, not from a shell that
    // quoted the line in an error.
    const framed = `echo eu^.${nonce}& ${command}`;
    const result = await this.exec(framed, options);
    const at = result.stdoutBytes.indexOf(marker);
    if (at < 0)
      throw this.notCmd(result.exitCode, JSON.stringify(cutLine(`${result.stdout} ${result.stderr}`, 200)));
    const lineEnd = result.stdoutBytes.indexOf("\n", at);
    const stdoutBytes = result.stdoutBytes.subarray(lineEnd < 0 ? result.stdoutBytes.length : lineEnd + 1);
    return { ...result, stdoutBytes, stdout: decodeConsole(stdoutBytes) };
  }

  async exec(command: string, options: RunOptions = {}): Promise<RunResult> {
    if (this.#taken >= this.mostAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken++;
    try {
      if (this.#lost !== undefined) throw this.#lost;
      return await this.execNow(command, options);
    } finally {
      // The next command in line gets the place; without one, the place is free.
      const next = this.#waiting.shift();
      if (next !== undefined) next();
      else this.#taken--;
    }
  }

  abstract close(): void;

  /** Runs a command that has a place. */
  protected abstract execNow(command: string, options: RunOptions): Promise<RunResult>;

  /** Ends the commands under way and refuses further ones. Only the first loss is reported. */
  protected fail(why: string): void {
    const lost = this.lostBy(why);
    this.#lost = lost;
    for (const fail of [...this.running]) fail(lost);
  }

  protected lostBy(why: string): ConnectionLost {
    return this.#lost ?? this.connectionLost(why);
  }

  /** The error for a lost connection. */
  protected abstract connectionLost(why: string): ConnectionLost;

  /** The error for a shell that is not cmd.exe. @param seen its output, cut */
  protected abstract notCmd(exitCode: number, seen: string): NotWindowsShell;

  protected timedOut(timeoutMs: number): CommandTimeout {
    return new CommandTimeout(`a command on ${this.name} did not end within ${timeoutMs / 1000} s`);
  }

  protected tooLarge(limit: number): OutputTooLarge {
    return new OutputTooLarge(
      `a command on ${this.name} printed more than ${limit} bytes; the rest was not read`,
    );
  }
}

/** Collects the output of one command, up to a limit. */
export class Collector {
  readonly stdout: Buffer[] = [];
  readonly stderr: Buffer[] = [];
  readonly limit: number;
  #size = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** False once the limit is exceeded. */
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
