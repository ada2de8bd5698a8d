/** WinRM to a Windows computer, and the commands that its cmd shells run. */
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAwake } from "../../../awake";
import type { Logons } from "../../../logons";
import { reasonOf } from "../../../text";
import { CmdSession, Collector, defaultKeepalive, defaultMaxOutput, defaultTimeoutMs } from "../cmdSession";
import { persistently } from "../dial";
import { AuthenticationFailed, ConnectionLost, HostError, NotAdmitted, NotWindowsShell } from "../errors";
import type { RunOptions, RunResult, SessionTraits, SessionTuning } from "../session";
import { type Channel, ChannelBroken } from "./channel";
import {
  accountOf,
  ownAccount,
  passwordOf,
  portOf,
  serverNameOf,
  type WinRmConnection,
  winRmName,
} from "./connection";
import {
  commandIn,
  faultCodes,
  idleSeconds,
  inputPart,
  receivedIn,
  requestsTo,
  shellIn,
  WsManFault,
} from "./messages";
import { openingError } from "./openingError";
import { findWay, logonPlacesOf, noteRefusal, openChannel, streamTo, type Way } from "./way";

/** Of the 10 that the strictest quota gives a user, some are left to others. */
const maxChannels = 6;
/**
 * Commands after which a shell is given up. Windows counts what a user has started in the shells that are open, up to
 * MaxConcurrentOperationsPerUser, 1500 (Microsoft, quotas of Windows Remote Management); all places together stay below.
 */
export const mostCommands = 200;
/** Milliseconds after which a connection that nobody uses is not trusted any more: HTTP.sys closes it after 120 s. */
const freshMs = 60_000;
/** A server that has nothing to tell answers after 20 seconds; one that does so within these milliseconds is given time. */
const hastyMs = 250;
/** Milliseconds for what is tidied up behind the caller's back. */
const tidyMs = 5_000;

/** A connection with a shell of its own, in which one command runs at a time. */
interface Place {
  readonly channel: Channel;
  shell: string;
  /** Commands that were started in the shell. */
  started: number;
  /** The command that has ended, which the shell is told to forget before the next one; nothing is told to one that is deleted. */
  ended: string | undefined;
}

/**
 * Shells of one account on one computer. The password of a domain's account is sent to the KDC once, for all of them; a lost
 * connection loses the session.
 */
export class WinRmSession extends CmdSession {
  readonly traits: SessionTraits;
  readonly #way: Way;
  readonly #requests: ReturnType<typeof requestsTo>;
  readonly #idle: Place[] = [];
  readonly #busy = new Set<Place>();

  private constructor(way: Way, logons: Logons) {
    super(winRmName(way.connection), logons, logonPlacesOf(way.connection), maxChannels);
    this.#way = way;
    const isSecure = way.connection.winrm.https !== undefined;
    this.traits = {
      way: "WinRM",
      networkCredentials: false,
      outlivesLossMs: idleSeconds * 1000,
      server: isSecure ? "certificate" : "Kerberos",
    };
    this.#requests = requestsTo(
      `${isSecure ? "https" : "http"}://${way.serverName}:${portOf(way.connection)}/wsman`,
    );
    way.jump?.on("close", () => this.#lose("the jump host closed the connection"));
    way.jump?.on("error", () => undefined);
  }

  /**
   * Connects, logs on with Kerberos, or over HTTPS as an account of the computer itself, and makes a shell.
   * @throws Unreachable, AuthenticationFailed, ServerNotProven, KerberosUnavailable
   */
  static async open(
    connection: WinRmConnection,
    logons: Logons,
    tuning: SessionTuning = {},
  ): Promise<WinRmSession> {
    // Made before anything is dialled: what cannot be used needs no connection to be refused.
    if (ownAccount(connection) === undefined) accountOf(connection);
    else passwordOf(connection);
    serverNameOf(connection);
    return persistently(connection, () => openOnce(connection, logons, tuning), tuning.signal);
  }

  /** @internal */
  static async start(way: Way, stream: Duplex, logons: Logons): Promise<WinRmSession> {
    const session = new WinRmSession(way, logons);
    session.#idle.push(await session.#place(stream));
    return session;
  }

  close(): void {
    this.fail("it was closed from here");
    for (const { channel } of this.#busy) channel.close();
    const left = this.#idle.splice(0).map((place) => this.#discard(place));
    void Promise.allSettled(left).then(() => this.#release());
  }

  #release(): void {
    this.#way.jump?.end();
    void this.#way.logon?.release();
  }

  protected execNow(command: string, options: RunOptions): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
      const collected = new Collector(options.maxOutput ?? defaultMaxOutput);
      const running: Running = { command, place: undefined, id: undefined, isOver: false };
      const endLimit = afterAwake(timeoutMs, () => stop(this.timedOut(timeoutMs)));
      const settle = (): boolean => {
        if (running.isOver) return false;
        running.isOver = true;
        endLimit();
        this.running.delete(fail);
        return true;
      };
      const fail = (error: HostError) => {
        if (settle()) reject(error);
      };
      /** Gives the command up, which is then ended on the computer, too. */
      const stop = (error: HostError) => {
        fail(error);
        this.#abandon(running);
      };
      this.running.add(fail);
      const onPart = (stream: "stdout" | "stderr", octets: Buffer) => {
        if (running.isOver) return;
        if (!collected.add(collected[stream], octets)) return stop(this.tooLarge(collected.limit));
        if (stream === "stdout") options.onOutput?.(octets);
      };
      const stdin = options.stdin === undefined ? Buffer.alloc(0) : Buffer.from(options.stdin);
      this.#converse(running, stdin, onPart).then(
        (code) => {
          if (settle()) resolve(collected.result(code));
        },
        (error: unknown) => {
          // What was given up loses its connection, and not the session.
          if (!running.isOver) fail(this.#failure(error, running));
        },
      );
    });
  }

  /** Runs the command in a shell, to its exit code. */
  async #converse(
    running: Running,
    stdin: Buffer,
    onPart: (stream: "stdout" | "stderr", octets: Buffer) => void,
  ): Promise<number> {
    const place = await this.#take();
    running.place = place;
    if (running.isOver) {
      await this.#free(place);
      throw new ChannelBroken("it was given up before it was started");
    }
    const { channel } = place;
    const command = await this.#start(place, running.command);
    running.id = command;
    for (let at = 0; at === 0 || at < stdin.length; at += inputPart) {
      const isLast = at + inputPart >= stdin.length;
      const part = stdin.subarray(at, at + inputPart);
      try {
        await channel.ask(this.#requests.send(place.shell, command, part, isLast));
      } catch (error) {
        // A command that has ended takes no more: its end is still to be read.
        if (!(error instanceof WsManFault)) throw error;
        break;
      }
    }
    for (;;) {
      const asked = performance.now();
      const received = await this.#receive(place, command);
      const isEmpty = received === null || (received.parts.length === 0 && !received.isDone);
      // Nobody waits at the other end: asking at once would keep both sides busy.
      if (isEmpty && performance.now() - asked < hastyMs) await sleep(hastyMs);
      if (received === null) continue;
      for (const { stream, octets } of received.parts) onPart(stream, octets);
      if (!received.isDone) continue;
      if (received.exitCode === null) throw new ChannelBroken("no exit code came");
      if (!running.isOver) {
        place.ended = command;
        void this.#free(place);
      }
      return received.exitCode;
    }
  }

  /** Starts the command. Where the shell has gone, nothing was started in it: another one is made, once. */
  async #start(place: Place, line: string): Promise<string> {
    const { channel } = place;
    place.started++;
    const started = () => commandStarted(channel, this.#requests.command(place.shell, line));
    try {
      return await started();
    } catch (error) {
      if (!(error instanceof WsManFault) || error.code !== faultCodes.shellGone) throw error;
      place.shell = shellIn(await channel.ask(this.#requests.create()));
      place.started = 1;
      return await started();
    }
  }

  async #receive({ channel, shell }: Place, command: string) {
    try {
      return receivedIn(await channel.ask(this.#requests.receive(shell, command)), command);
    } catch (error) {
      // It has printed nothing in the meantime.
      if (error instanceof WsManFault && error.code === faultCodes.operationTimeout) return null;
      // The command went with its shell, and how far it came is not known.
      if (error instanceof WsManFault) throw new ChannelBroken(`the shell has gone: ${error.message}`);
      throw error;
    }
  }

  /** A place that is free, or a new one. */
  async #take(): Promise<Place> {
    for (let place = this.#idle.pop(); place !== undefined; place = this.#idle.pop()) {
      this.#busy.add(place);
      const isFresh = place.channel.isUsable && performance.now() - place.channel.lastAsked < freshMs;
      if (isFresh && (await this.#forgets(place))) return place;
      this.#drop(place);
    }
    const place = await this.#place(await streamTo(this.#way));
    if (this.lost !== undefined) {
      place.channel.close();
      throw this.lost;
    }
    this.#busy.add(place);
    return place;
  }

  /** Lets the shell forget the command that has ended. False where its connection is gone: nothing was started over it. */
  async #forgets(place: Place): Promise<boolean> {
    const { channel, shell, ended } = place;
    if (ended === undefined) return true;
    place.ended = undefined;
    try {
      await channel.ask(this.#requests.terminate(shell, ended));
      return true;
    } catch (error) {
      if (error instanceof WsManFault) return true;
      this.#drop(place);
      if (error instanceof ChannelBroken) return false;
      throw error;
    }
  }

  async #place(stream: Duplex): Promise<Place> {
    const channel = await openChannel(this.#way, stream, this.logons);
    try {
      return {
        channel,
        shell: shellIn(await channel.ask(this.#requests.create())),
        started: 0,
        ended: undefined,
      };
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  async #free(place: Place): Promise<void> {
    this.#busy.delete(place);
    if (this.alive && place.started < mostCommands) this.#idle.push(place);
    else await this.#discard(place);
  }

  /** Deletes a shell that nothing runs in. */
  async #discard({ channel, shell }: Place): Promise<void> {
    const endLimit = afterAwake(tidyMs, () => channel.close());
    await channel.ask(this.#requests.deleteShell(shell)).catch(() => undefined);
    endLimit();
    channel.close();
  }

  #drop(place: Place): void {
    this.#busy.delete(place);
    place.channel.close();
  }

  /** Ends a command that nobody waits for, and its shell, over a connection of its own: the command's waits for an answer. */
  #abandon({ place, id }: Running): void {
    if (place === undefined) return;
    this.#drop(place);
    const tidy = async () => {
      const channel = await openChannel(this.#way, await streamTo(this.#way), this.logons);
      try {
        if (id !== undefined) await channel.ask(this.#requests.terminate(place.shell, id));
        await channel.ask(this.#requests.deleteShell(place.shell));
      } finally {
        channel.close();
      }
    };
    // What it leaves, the server deletes after its idle time.
    tidy().catch(() => undefined);
  }

  #failure(error: unknown, { place }: Running): HostError {
    if (this.lost !== undefined) return this.lost;
    if (place !== undefined) this.#drop(place);
    if (error instanceof WsManFault)
      return new HostError(`the WinRM server ${this.name} did not accept a command: ${error.message}`);
    // The password was changed meanwhile: the new connection must not send it to be refused again.
    const isRefused = error instanceof AuthenticationFailed && !(error instanceof NotAdmitted);
    if (isRefused && this.#way.logon === null) void noteRefusal(this.#way.connection, this.logons);
    this.#lose(reasonOf(error));
    return this.lostBy(reasonOf(error));
  }

  #lose(why: string): void {
    if (this.lost !== undefined) return;
    this.fail(why);
    for (const { channel } of [...this.#idle, ...this.#busy]) channel.close();
    this.#release();
  }

  protected connectionLost(why: string): ConnectionLost {
    return new ConnectionLost(
      `the WinRM connection to ${this.name} was lost before the command had ended (${why}): whether the command ` +
        `ran is not known`,
    );
  }

  protected notCmd(exitCode: number, seen: string): NotWindowsShell {
    return new NotWindowsShell(
      `the WinRM server ${this.name} does not run commands with cmd.exe (exit code ${exitCode}, output ${seen}). See what ` +
        "answers at the host and port of the connection.",
    );
  }
}

/** Starts a command. @throws WsManFault where the server has started none; ChannelBroken where that is not known */
async function commandStarted(channel: Channel, request: string): Promise<string> {
  try {
    return commandIn(await channel.ask(request));
  } catch (error) {
    const isOpen =
      error instanceof WsManFault && error.code !== faultCodes.shellGone && !error.isBeforeAnything;
    throw isOpen ? new ChannelBroken(`the server failed at it: ${error.message}`) : error;
  }
}

/** A command under way. */
interface Running {
  readonly command: string;
  place: Place | undefined;
  id: string | undefined;
  isOver: boolean;
}

async function openOnce(
  connection: WinRmConnection,
  logons: Logons,
  tuning: SessionTuning,
): Promise<WinRmSession> {
  try {
    const { way, stream } = await findWay(connection, logons, tuning.keepalive ?? defaultKeepalive);
    try {
      return await WinRmSession.start(way, stream, logons);
    } catch (error) {
      stream.destroy();
      way.jump?.end();
      await way.logon?.release();
      throw error;
    }
  } catch (error) {
    throw openingError(connection, error);
  }
}
