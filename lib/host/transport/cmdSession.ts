/** What the ways to a computer have in common: the frame around a line for cmd.exe, and the limits of what it prints. */
import { randomBytes } from "node:crypto";
import type { Logons } from "../../logons";
import { cutLine } from "../../text";
import { decodeConsole } from "./decode";
import { CommandTimeout, type NotWindowsShell, OutputTooLarge } from "./errors";
import type { HostSession, RunOptions, RunResult, SessionTraits } from "./session";

export const defaultTimeoutMs = 60_000;
export const defaultMaxOutput = 64 * 1024 * 1024;

/** A session of which one kind is left to say how a line gets to the computer. */
export abstract class CmdSession implements HostSession {
  abstract readonly traits: SessionTraits;
  abstract readonly alive: boolean;

  constructor(
    readonly name: string,
    readonly logons: Logons,
    readonly logonPlaces: readonly string[],
  ) {}

  async run(command: string, options: RunOptions = {}): Promise<RunResult> {
    const nonce = randomBytes(6).toString("hex");
    const marker = Buffer.from(`eu.${nonce}`);
    // cmd.exe drops the caret, so the marker can only come from a cmd.exe that ran the line, not from one that
    // quoted it in an error.
    const framed = `echo eu^.${nonce}& ${command}`;
    const result = await this.exec(framed, options);
    const at = result.stdoutBytes.indexOf(marker);
    if (at < 0)
      throw this.notCmd(result.exitCode, JSON.stringify(cutLine(`${result.stdout} ${result.stderr}`, 200)));
    const lineEnd = result.stdoutBytes.indexOf("\n", at);
    const stdoutBytes = result.stdoutBytes.subarray(lineEnd < 0 ? result.stdoutBytes.length : lineEnd + 1);
    return { ...result, stdoutBytes, stdout: decodeConsole(stdoutBytes) };
  }

  abstract exec(command: string, options?: RunOptions): Promise<RunResult>;

  abstract close(): void;

  /** What is said of a shell that is not cmd.exe. @param seen its output, cut */
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

/** Gathers the output of one command, up to a limit. */
export class Collector {
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
