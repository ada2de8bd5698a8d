/** The interface of a session with a Windows computer, for every protocol. */
import type { Logons } from "../../logons";
import type { Keepalive } from "./dial";

/** The result of a command. */
export interface RunResult {
  /** Standard output as text (see {@link decodeConsole}). */
  readonly stdout: string;
  /** Standard error as text. */
  readonly stderr: string;
  /** Standard output as bytes. */
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
  /** Receives standard output as it arrives, with anything in front of the command's own output. */
  readonly onOutput?: (chunk: Buffer) => void;
}

/** Traits of a way to a computer, for rules and messages. */
export interface SessionTraits {
  /** The name of the way in messages. */
  readonly way: "SSH" | "WinRM";
  /** True if commands can log on to other computers as the account. */
  readonly networkCredentials: boolean;
  /** Milliseconds for which a command goes on after the connection is lost; Infinity if it goes on to its end. */
  readonly outlivesLossMs: number;
  /** How the server has proven its identity; null if the program accepts any server. */
  readonly server: "host key" | "certificate" | "Kerberos" | null;
}

/** One connection to a Windows computer. cmd.exe runs its commands there, several at a time. */
export interface HostSession {
  /** The computer or server as messages name it. */
  readonly name: string;
  readonly traits: SessionTraits;
  /** The servers that judged the passwords of this connection, and would judge them again for a new one. */
  readonly logonPlaces: readonly string[];
  /** The logons of the run, for a password that Windows judges over this session. */
  readonly logons: Logons;
  /** True until the connection was closed or cut. */
  readonly alive: boolean;
  /**
   * Runs a cmd.exe command line and waits for its end. Drops what a motd or an AutoRun command prints before the
   * output.
   * @throws ConnectionLost, CommandTimeout, OutputTooLarge; NotWindowsShell if the server's shell is not cmd.exe.
   */
  run(command: string, options?: RunOptions): Promise<RunResult>;
  /** Runs `command` unchanged, whatever the server's shell is, and returns all of its output. */
  exec(command: string, options?: RunOptions): Promise<RunResult>;
  /** Ends the connection. Commands under way end with ConnectionLost; on the computer they may go on. */
  close(): void;
}

/** Properties of a session that users do not set. */
export interface SessionTuning {
  /** @default probes every 10 s, dead after 3 without an answer */
  readonly keepalive?: Keepalive;
  /** Ends the dialling when it is aborted. */
  readonly signal?: AbortSignal;
}
