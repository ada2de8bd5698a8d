/** What a way to a Windows computer has to give, whichever protocol it is. */
import type { Logons } from "../../logons";
import type { Keepalive } from "./dial";

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

/** What a way to a computer is, as rules and messages need it. */
export interface SessionTraits {
  /** As messages name it. */
  readonly way: "SSH" | "WinRM";
  /** Whether commands can log on to other computers as the account. */
  readonly networkCredentials: boolean;
  /** Milliseconds for which a command goes on when the connection is lost; Infinity where it goes on to its end. */
  readonly outlivesLossMs: number;
  /** How the server has proven that it is the right one; null where the program has done without. */
  readonly server: "host key" | "certificate" | "Kerberos" | null;
}

/** One connection to a Windows computer, and the commands that cmd.exe runs there, several at a time. */
export interface HostSession {
  /** The computer or server as messages name it. */
  readonly name: string;
  readonly traits: SessionTraits;
  /** Who judges the passwords with which this connection was made, and would be made again. */
  readonly logonPlaces: readonly string[];
  /** Those of the run, for a password that is sent over this session to be judged by Windows. */
  readonly logons: Logons;
  /** True until the connection was closed or cut. */
  readonly alive: boolean;
  /**
   * Runs a cmd.exe command line and waits for its end. What a motd or an AutoRun command prints in front of the
   * output is dropped.
   * @throws ConnectionLost, CommandTimeout, OutputTooLarge; NotWindowsShell when the server's shell is not cmd.exe.
   */
  run(command: string, options?: RunOptions): Promise<RunResult>;
  /** Runs `command` as it stands, whatever the server's shell is, and returns all of its output. */
  exec(command: string, options?: RunOptions): Promise<RunResult>;
  /** Ends the connection. Commands under way end with ConnectionLost here, and go on or not on the computer. */
  close(): void;
}

/** Properties of a session that users do not set. */
export interface SessionTuning {
  /** @default probes every 10 s, dead after 3 without an answer */
  readonly keepalive?: Keepalive;
  /** Stops dialling. */
  readonly signal?: AbortSignal;
}
