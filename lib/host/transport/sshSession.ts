/** One SSH connection to a Windows computer, and the commands that are run over it. */
import type { ClientChannel } from "ssh2";
import { afterAwake } from "../../awake";
import type { Logons } from "../../logons";
import { reasonOf } from "../../text";
import { CmdSession, Collector, defaultKeepalive, defaultMaxOutput, defaultTimeoutMs } from "./cmdSession";
import { type Dialled, dial } from "./dial";
import { ConnectionLost, HostError, NotWindowsShell } from "./errors";
import type { RunOptions, RunResult, SessionTraits, SessionTuning } from "./session";
import { type ConnectionOptions, endpointName, isPasswordLogon } from "./sshConnection";

/** OpenSSH allows 10 sessions on a connection (MaxSessions); two are left to others. */
const maxChannels = 8;
/**
 * How often a session is asked for again if the server has no place for it, and by how much each wait is longer: 5.5 s
 * in all.
 */
const openAgain = { times: 10, waitMs: 100 };

/**
 * One connection, many commands: each runs on a channel of its own, never with a pty, several at a time.
 *
 * @throws from {@link SshSession.open}: Unreachable, HostKeyRefused, AuthenticationFailed, NoCommonAlgorithm.
 */
export class SshSession extends CmdSession {
  readonly traits: SessionTraits;
  readonly #dialled: Dialled;
  /** True once the server has opened a session. A server that refuses a later one lacks places. */
  #opened = false;

  private constructor(options: ConnectionOptions, logons: Logons, dialled: Dialled) {
    const { proxy } = options;
    super(
      endpointName(options),
      logons,
      [options, ...(proxy === undefined ? [] : [proxy])].map(endpointName),
      maxChannels,
    );
    this.traits = {
      way: "SSH",
      networkCredentials: isPasswordLogon(options),
      // Without a pty, the server does not end a command when the connection is lost.
      outlivesLossMs: Number.POSITIVE_INFINITY,
      server: options.insecureIgnoreHostKey === true ? null : "host key",
    };
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
   * @param logons the logons of the run: a password that was refused is not sent again
   */
  static async open(
    options: ConnectionOptions,
    logons: Logons,
    tuning: SessionTuning = {},
  ): Promise<SshSession> {
    const dialled = await dial(options, logons, tuning.keepalive ?? defaultKeepalive, tuning.signal);
    return new SshSession(options, logons, dialled);
  }

  close(): void {
    this.fail("it was closed from here");
    for (const client of this.#dialled.clients) client.end();
  }

  protected execNow(command: string, options: RunOptions): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
      const endLimit = afterAwake(timeoutMs, () => fail(this.timedOut(timeoutMs)));
      let channel: ClientChannel | undefined;
      let settled = false;
      const settle = () => {
        settled = true;
        endLimit();
        this.running.delete(fail);
      };
      const fail = (error: HostError) => {
        if (settled) return;
        settle();
        channel?.close();
        reject(error);
      };
      this.running.add(fail);

      let refusals = 0;
      const start = (error: Error | undefined, opened: ClientChannel) => {
        if (error) {
          // The server frees a place when it has cleared up a command's process, possibly after it has reported the
          // command's end. A session that was not opened has run no command, so it may be asked for again.
          if (this.#opened && isNotOpened(error) && refusals < openAgain.times) {
            refusals += 1;
            setTimeout(open, refusals * openAgain.waitMs);
            return;
          }
          // If the connection is just being cut, the refused channel is reported as the cut.
          setImmediate(() => fail(this.#refusedCommand(error)));
          return;
        }
        this.#opened = true;
        channel = opened;
        if (settled) return opened.close();
        const collected = new Collector(options.maxOutput ?? defaultMaxOutput);
        const onData = (into: Buffer[]) => (chunk: Buffer) => {
          if (!collected.add(into, chunk)) fail(this.tooLarge(collected.limit));
        };
        let status: { readonly code: number | null; readonly signal?: string | undefined } | undefined;
        opened.on("data", onData(collected.stdout));
        if (options.onOutput !== undefined) opened.on("data", options.onOutput);
        opened.stderr.on("data", onData(collected.stderr));
        opened.on("error", (e: Error) => fail(this.lostBy(reasonOf(e))));
        opened.on("exit", (code: number | null, signal?: string) => {
          status = { code, signal };
        });
        opened.on("close", () => {
          if (settled) return;
          if (status === undefined) return void setImmediate(() => fail(this.lostBy("no exit status came")));
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
          // The socket is closed, but its event has not arrived yet.
          this.#lose(reasonOf(error));
        }
      };
      open();
    });
  }

  #lose(why: string): void {
    this.fail(why);
    for (const client of this.#dialled.clients) client.destroy();
  }

  protected connectionLost(why: string): ConnectionLost {
    return new ConnectionLost(
      `the SSH connection to ${this.name} was lost before the command had ended (${why}): whether the command ` +
        `ran is not known`,
    );
  }

  #refusedCommand(error: Error): HostError {
    if (this.lost !== undefined) return this.lost;
    return new HostError(`the SSH server ${this.name} did not accept a command: ${reasonOf(error)}`);
  }

  protected notCmd(exitCode: number, seen: string): NotWindowsShell {
    return new NotWindowsShell(
      `the SSH server ${this.name} does not run commands with cmd.exe (exit code ${exitCode}, output ` +
        `${seen}). Set its shell to cmd.exe: for Win32-OpenSSH the registry value DefaultShell of ` +
        `HKEY_LOCAL_MACHINE\\SOFTWARE\\OpenSSH.`,
    );
  }

  #killed(signal: string | undefined): HostError {
    return new HostError(`a command on ${this.name} was ended by ${signal ?? "a signal"}`);
  }
}

/** True if the server refused the session itself, before any command: ssh2 gives such errors the protocol's reason. */
function isNotOpened(error: Error): boolean {
  return "reason" in error;
}
