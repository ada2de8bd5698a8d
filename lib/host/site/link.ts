/** A connection that is reopened when it is lost, for work that outlives connections. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Part, type Parts, runParts } from "../cmd/commands";
import {
  CommandTimeout,
  ConnectionLost,
  HostError,
  OperationAborted,
  OutputIncomplete,
  OutputTooLarge,
  Unreachable,
} from "../transport/errors";
import type { HostSession, RunOptions, RunResult } from "../transport/session";

/** Makes a connection of its own for the caller, who closes it. */
export type OpenSession = () => Promise<HostSession>;

/** Number of tries for a command whose output is incomplete, one after the other. */
const maxIncomplete = 3;

/** Properties of a {@link Link}. */
export interface LinkOptions {
  /** Milliseconds without a connection before giving up: long enough for a computer to restart. */
  readonly reconnectMs: number;
  /** Milliseconds between two tries to connect. */
  readonly retryMs: number;
  /** True to retry even the first connection, for a computer that was there a moment ago. @default false */
  readonly awaitFirst?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called when the connection was lost, and when it is back. */
  readonly onProgress: (text: string) => void;
}

/** One session at a time to one computer. */
export class Link {
  readonly #open: OpenSession;
  readonly #options: LinkOptions;
  #session: HostSession | undefined;
  #connecting: Promise<HostSession> | undefined;
  #closed = false;

  constructor(open: OpenSession, options: LinkOptions) {
    this.#open = open;
    this.#options = options;
  }

  /** A link over one session, which is not made again: for a look without a trace. The session stays open. */
  static over(session: HostSession): Link {
    return new Link(() => Promise.resolve(session), {
      reconnectMs: 0,
      retryMs: 0,
      onProgress: () => undefined,
    });
  }

  /** Aborted when the operation is told to stop. */
  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /** Throws when the operation was told to stop, or has ended. */
  check(): void {
    if (this.#closed || this.#options.signal?.aborted === true) throw aborted();
  }

  /** The living session, or a new one. */
  async session(): Promise<HostSession> {
    if (this.#session?.alive === true) return this.#session;
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  /**
   * Runs commands that may be repeated: it repeats them if the connection is lost, or their cmd.exe is killed.
   *
   * @throws Unreachable if no connection succeeds in the time allowed; OperationAborted.
   */
  async ask<Names extends string>(commands: { readonly [N in Names]: string }): Promise<Parts<Names>> {
    return this.#repeatedly(() => this.once(commands));
  }

  /**
   * Runs commands that must not be repeated blindly.
   *
   * @throws ConnectionLost or its subclass OutputIncomplete if it is not known whether they ran.
   */
  async once<Names extends string>(commands: { readonly [N in Names]: string }): Promise<Parts<Names>> {
    return this.#once((session) => runParts(session, commands));
  }

  /** As {@link once}, for one command whose exit code matters. */
  async runOnce(command: string): Promise<RunResult> {
    return this.#once((session) => session.run(command));
  }

  async #once<T>(work: (session: HostSession) => Promise<T>): Promise<T> {
    this.check();
    const session = await this.session();
    try {
      return await unlessAborted(work(session), this.#options.signal);
    } catch (error) {
      if (!(error instanceof CommandTimeout)) throw error;
      // A computer that does not answer is treated as lost: a new connection shows whether it is there.
      session.close();
      throw new ConnectionLost(error.message);
    }
  }

  /**
   * As {@link ask}, for commands one of which reads `stdin`.
   * @param commands makes them for each try
   */
  async askFed(commands: () => { readonly [part: string]: string }, stdin: string): Promise<Parts<string>> {
    return this.#repeatedly(() => this.#once((session) => runParts(session, commands(), { stdin })));
  }

  /** As {@link ask}, for one command. */
  async askOne(command: string): Promise<Part> {
    return (await this.ask({ only: command })).only;
  }

  /**
   * As {@link askOne}, for a command that nothing depends on, and that may exceed its limits of time or output.
   *
   * @returns null if it did
   */
  async tryOne(command: string, options: RunOptions): Promise<Part | null> {
    return this.#repeatedly(async () => {
      this.check();
      const session = await this.session();
      try {
        return (await unlessAborted(runParts(session, { only: command }, options), this.#options.signal))
          .only;
      } catch (error) {
        if (error instanceof CommandTimeout || error instanceof OutputTooLarge) return null;
        throw error;
      }
    });
  }

  /** Runs a command with standard input that may be repeated, and repeats it if the connection is lost. */
  async feed(command: string, stdin: string): Promise<RunResult> {
    return this.#repeatedly(async () => {
      this.check();
      const session = await this.session();
      return unlessAborted(session.run(command, { stdin }), this.#options.signal);
    });
  }

  close(): void {
    this.#closed = true;
    this.#session?.close();
  }

  /** Repeats work until it succeeds or the time to reconnect is over. */
  async #repeatedly<T>(work: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#options.reconnectMs;
    for (let incomplete = 0; ; ) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ConnectionLost) || performance.now() > deadline) throw error;
        // On a computer that always kills commands, waiting does not help.
        if (error instanceof OutputIncomplete && ++incomplete === maxIncomplete)
          throw new HostError(error.message);
      }
    }
  }

  async #connect(): Promise<HostSession> {
    const before = this.#session?.name;
    if (before !== undefined) this.#options.onProgress(`connection to ${before} lost, connecting again`);
    const deadline = performance.now() + this.#options.reconnectMs;
    for (;;) {
      this.check();
      try {
        const session = await this.#openUnlessAborted();
        if (this.#closed) session.close();
        this.#session = session;
        if (before !== undefined) this.#options.onProgress(`connected to ${before} again`);
        return session;
      } catch (error) {
        // The first connection is not retried unless the options ask for it: the dial has its own tries.
        const waits = before !== undefined || this.#options.awaitFirst === true;
        if (!waits || !(error instanceof Unreachable) || performance.now() > deadline) throw error;
      }
      await pause(this.#options.retryMs, this.#options.signal);
    }
  }

  /** Closes a connection that succeeds too late: nobody waits for it any more. */
  async #openUnlessAborted(): Promise<HostSession> {
    const opening = this.#open();
    try {
      return await unlessAborted(opening, this.#options.signal);
    } catch (error) {
      if (error instanceof OperationAborted)
        opening.then((session) => session.close()).catch(() => undefined);
      throw error;
    }
  }
}

function aborted(): OperationAborted {
  return new OperationAborted(
    "stopped, because the run of pulumi that asked for it was cancelled or has gone. A Setup that was started goes on, and the next run " +
      "of pulumi up follows it.",
  );
}

/** The work's result, or OperationAborted as soon as `signal` is aborted; the work itself is not stopped. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(aborted());
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
    work.catch(() => undefined);
  }
}

/** Waits, but not longer than until `signal` is aborted or `wake` settles. */
export async function pause(ms: number, signal?: AbortSignal, wake?: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) stop.abort();
  try {
    const timer = sleep(ms, undefined, { signal: stop.signal }).catch(() => undefined);
    await (wake === undefined ? timer : Promise.race([timer, wake.catch(() => undefined)]));
  } finally {
    stop.abort();
    signal?.removeEventListener("abort", abort);
  }
}
