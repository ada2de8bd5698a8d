/**
 * A session that several pieces of work use one after the other or at once, so that a computer is logged on to once for all
 * of them.
 */
import type { Logons } from "../../logons";
import type { HostSession, RunOptions, RunResult, SessionTraits } from "./session";

/** Keeps a session as long as it lives, and makes another one when it is lost. */
export class KeptSession {
  readonly #open: () => Promise<HostSession>;
  #session: HostSession | undefined;
  #isOver = false;

  /** @param open makes a connection of its own, logged on anew */
  constructor(open: () => Promise<HostSession>) {
    this.#open = open;
  }

  /**
   * The kept session, or a new one. Whoever has it closes it as if it were its own. The connection stays open then, unless a
   * command of this user has failed or still runs: such a connection is not trusted, and serves nobody any more.
   * @throws as the function that makes a connection
   */
  async open(): Promise<HostSession> {
    return this.#session?.alive === true ? new Use(this.#session) : this.#keep(await this.#open());
  }

  /** As {@link open}, over a new logon: Windows tells an account's groups to a logon once, at its beginning. */
  async renew(): Promise<HostSession> {
    const session = await this.#open();
    this.drop();
    return this.#keep(session);
  }

  /** Closes the connection: the next user gets a new one. For a computer that was restarted. */
  drop(): void {
    this.#session?.close();
    this.#session = undefined;
  }

  /** Closes the connection, and keeps none any more. */
  end(): void {
    this.#isOver = true;
    this.drop();
  }

  /** A second session, made while the first one was being made, or one that comes too late, is its user's alone. */
  #keep(session: HostSession): HostSession {
    if (this.#isOver || this.#session?.alive === true) return session;
    this.#session = session;
    return new Use(session);
  }
}

/** The kept session in the hands of one user. */
class Use implements HostSession {
  readonly #session: HostSession;
  #running = 0;
  #hasFailed = false;
  #isClosed = false;

  constructor(session: HostSession) {
    this.#session = session;
  }

  get name(): string {
    return this.#session.name;
  }

  get traits(): SessionTraits {
    return this.#session.traits;
  }

  get logonPlaces(): readonly string[] {
    return this.#session.logonPlaces;
  }

  get logons(): Logons {
    return this.#session.logons;
  }

  get alive(): boolean {
    return !this.#isClosed && this.#session.alive;
  }

  run(command: string, options?: RunOptions): Promise<RunResult> {
    return this.#watched(this.#session.run(command, options));
  }

  exec(command: string, options?: RunOptions): Promise<RunResult> {
    return this.#watched(this.#session.exec(command, options));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#hasFailed || this.#running > 0) this.#session.close();
  }

  async #watched(result: Promise<RunResult>): Promise<RunResult> {
    this.#running++;
    try {
      return await result;
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    } finally {
      this.#running--;
    }
  }
}
