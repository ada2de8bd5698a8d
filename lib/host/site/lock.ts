/**
 * The lock on a computer: whoever lets Setup run there holds it.
 *
 * It is a folder with exactly one file, whose name is the whole state: `free`, or `owner-<owner>.<beat>`. Every change
 * is a rename of that file. Windows does it entirely or not at all, and refuses if the name is no longer the expected
 * one: a compare-and-swap.
 *
 * The owner counts `beat` up while it lives. Another run that sees the same name for the time to live, by its own
 * clock, renames it to its own, and thereby owns the lock. The former owner's next beat fails, and so does whatever it
 * would start, because starting begins with a beat.
 */
import { randomBytes } from "node:crypto";
import { quotePath } from "../cmd/quote";
import { linesOf } from "../transport/decode";
import { ConnectionLost, HostError, OperationRefused } from "../transport/errors";
import type { RunResult } from "../transport/session";
import { type Link, pause } from "./link";

/** Properties of a lock. */
export interface LockOptions {
  /** Milliseconds between two beats. */
  readonly beatMs: number;
  /** Milliseconds after which a lock without a beat may be taken over. */
  readonly ttlMs: number;
  /** Name of this run in others' messages: printable ASCII. */
  readonly owner: string;
}

/** The lock's state when it was looked at. */
export type LockState =
  | { readonly held: true }
  /** Somebody else owns it: `owner` is that run's name for itself, or null if it gave none. */
  | { readonly held: false; readonly owner: string | null };

/** The result of starting something under the lock. */
export type Launch =
  /**
   * It was started while the lock was ours. `ended` settles when its channel ends, with its result unless the channel
   * was cut.
   */
  | { readonly outcome: "begun"; readonly ended: Promise<RunResult | null> }
  /** It may have been started: the connection was lost, or nothing was heard. The caller must look for its traces. */
  | { readonly outcome: "unknown" }
  /** The lock was no longer ours, so nothing was started. */
  | { readonly outcome: "refused" };

const free = "free";
const ownerFile = /^owner-([0-9a-f]+)\.(\d+)$/;
/** Time in which a line that starts something must show that it runs. */
const launchMs = 30_000;
/** Tries to change the lock before it counts as impossible, and the wait between them. */
const maxTries = 5;
const retryMs = 50;

/** One actor's view of a computer's lock. */
export class ComputerLock {
  readonly #link: Link;
  readonly #base: string;
  readonly #options: LockOptions;
  readonly #id = randomBytes(8).toString("hex");
  #beat: number | null = null;
  #seen: { readonly name: string; readonly since: number } | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #stopBeating: AbortController | undefined;
  #mayStillStart = false;

  /** @param base folder that holds the lock's folder; it must exist */
  constructor(link: Link, base: string, options: LockOptions) {
    this.#link = link;
    this.#base = base;
    this.#options = options;
  }

  /** True while the lock is ours as far as is known. */
  get held(): boolean {
    return this.#beat !== null;
  }

  /** Takes the lock if it is free, new or abandoned; otherwise tells who has it. Call it again and again. */
  async acquire(): Promise<LockState> {
    const state = await this.#serially(() => this.#acquire());
    if (state.held && this.#stopBeating === undefined) this.#startBeating();
    return state;
  }

  /**
   * Starts a command under the lock: a beat and the command are one line, so it runs only if the lock is still
   * ours on the computer itself. The caller calls {@link startIsKnown} once it knows whether the command has begun.
   * @param stdin text for the command's standard input, which is then closed
   */
  launch(command: string, stdin?: string): Promise<Launch> {
    return this.#serially(async (): Promise<Launch> => {
      if (this.#beat === null) return { outcome: "refused" };
      this.#mayStillStart = true;
      const next = this.#beat + 1;
      const nonce = randomBytes(6).toString("hex");
      let output = "";
      let heard: () => void = () => undefined;
      const begun = new Promise<void>((resolve) => {
        heard = resolve;
      });
      const session = await this.#link.session();
      const running = session.run(`${this.#rename(this.#beat, next)}&&(echo eu^.${nonce}& ${command})`, {
        timeoutMs: 0,
        ...(stdin === undefined ? {} : { stdin }),
        onOutput: (chunk) => {
          output += chunk.toString("latin1");
          if (output.includes(`eu.${nonce}`)) heard();
        },
      });
      let verdict: "refused" | "unknown" = "unknown";
      const ended = running.then(
        (result) => {
          verdict = "refused";
          return { ...result, stdout: result.stdout.replace(/^[^\n]*\n/, "") };
        },
        (error: unknown) => {
          if (!(error instanceof ConnectionLost)) verdict = "refused";
          return null;
        },
      );
      await pause(launchMs, this.#link.signal, Promise.race([begun, ended]));
      if (output.includes(`eu.${nonce}`)) {
        this.#beat = next;
        return { outcome: "begun", ended };
      }
      await this.#resync();
      return { outcome: verdict };
    });
  }

  /** Notes that what was launched has begun, or never will. */
  startIsKnown(): void {
    this.#mayStillStart = false;
  }

  /** Looks on the computer whether the lock is still ours. */
  async confirm(): Promise<boolean> {
    await this.#serially(() => this.#resync());
    return this.held;
  }

  /**
   * Gives the lock back, if it is still ours. Never throws: a lock that stays is taken over after its time. It stays on
   * purpose while something launched may still begin, such as a task that Windows starts late.
   */
  async release(): Promise<void> {
    this.#stopBeating?.abort();
    await this.#serially(async () => {
      if (this.#beat === null || this.#mayStillStart) return;
      // The last beat may have succeeded although its answer was lost.
      const [last, next] = [this.#beat, this.#beat + 1].map(
        (beat) => `ren ${quotePath(`${this.#folder}\\${ownerName(this.#id, beat)}`)} ${free} 2>nul`,
      );
      this.#beat = null;
      for (let tries = 0; tries < maxTries; tries++) {
        try {
          const session = await this.#link.session();
          await session.run(`${last}||${next}`, { timeoutMs: 5000 });
          return;
        } catch (error) {
          if (!(error instanceof ConnectionLost)) throw error;
        }
      }
    }).catch(() => undefined);
  }

  /**
   * Removes the lock itself, with its folder, if nothing else of ours is on the computer. A beat and the renaming of
   * its folder are one line, so a lock that somebody has taken over stays. The next run makes a new one.
   *
   * @throws as {@link Link.once}, if none of several tries succeeded
   */
  async remove(): Promise<void> {
    this.#stopBeating?.abort();
    await this.#serially(async () => {
      if (this.#beat === null) return;
      for (let tries = 1; ; tries++) {
        try {
          await this.#removeOnce(this.#beat);
          this.#beat = null;
          return;
        } catch (error) {
          if (!(error instanceof ConnectionLost) || tries === maxTries) throw error;
          await this.#resync();
        }
      }
    });
  }

  /** @param beat the present one; null if the lock is no longer ours, and only its leftovers have to go */
  async #removeOnce(beat: number | null): Promise<void> {
    const own = `lock.${this.#id}`;
    const gone = quotePath(`${this.#base}\\${own}`);
    const owner = quotePath(`${this.#base}\\owner.txt`);
    const commands: { readonly [part: string]: string } = {
      ...(beat === null
        ? {}
        : { lock: `(${this.#rename(beat, beat + 1)}&&ren ${quotePath(this.#folder)} ${own}) 2>nul` }),
      rest: `if exist ${gone} rd /s /q ${gone}`,
      owner: `if not exist ${quotePath(this.#folder)} if exist ${owner} del /q ${owner}`,
      // Without /s, `rd` only removes an empty folder.
      base: `rd ${quotePath(this.#base)} 2>nul`,
    };
    await this.#link.once(commands);
  }

  get #folder(): string {
    return `${this.#base}\\lock`;
  }

  #rename(from: number, to: number): string {
    return renameCommand(this.#folder, ownerName(this.#id, from), ownerName(this.#id, to));
  }

  async #acquire(): Promise<LockState> {
    for (let tries = 0; tries < maxTries; tries++) {
      if (tries > 0) await pause(retryMs);
      const name = await this.#token();
      const parsed = name === null || name === "" ? null : ownerFile.exec(name);
      if (parsed?.[1] === this.#id) {
        this.#beat = Number(parsed[2]);
        return { held: true };
      }
      this.#beat = null;
      if (name === null) {
        if (await this.#create()) return this.#taken();
        continue;
      }
      if (name === free) {
        if (await this.#swap(name)) return this.#taken();
        continue;
      }
      if (this.#seen?.name !== name) this.#seen = { name, since: performance.now() };
      if (performance.now() - this.#seen.since < this.#options.ttlMs)
        return { held: false, owner: parsed?.[1] === undefined ? null : await this.#describe(parsed[1]) };
      // This program never makes such a folder without a file; without /s, `rd` only removes an empty one.
      if (name === "") await this.#link.ask({ rd: `rd ${quotePath(this.#folder)}` });
      else if (await this.#swap(name)) return this.#taken();
      this.#seen = undefined;
    }
    throw new HostError(
      `the lock in ${this.#folder} cannot be taken: files there cannot be renamed. Is the account an administrator ` +
        `of the computer, and does no other program keep the folder open?`,
    );
  }

  /** Name of the lock's file; "" for an empty folder, null when there is no folder. */
  async #token(): Promise<string | null> {
    const path = quotePath(this.#folder);
    let found: readonly string[] = [];
    for (let tries = 0; tries < maxTries; tries++) {
      const { there, names } = await this.#link.ask({
        there: `if exist ${path} (echo yes) else (echo no)`,
        names: `dir /b ${path} 2>nul`,
      });
      if (!there.text.startsWith("yes")) return null;
      found = linesOf(names.text).filter((line) => line !== "");
      const [name = ""] = found;
      if (found.length <= 1 && (name === "" || name === free || ownerFile.test(name))) return name;
      // A listing made while the file is renamed may show it twice.
      await pause(retryMs);
    }
    throw new OperationRefused(
      `the lock folder ${this.#folder} holds files that do not belong there: ${found.join(", ")}. When no other ` +
        `run of this program is at work on the computer, delete the folder and run again.`,
    );
  }

  /** Makes the lock, owned by us; false when somebody else was faster. */
  async #create(): Promise<boolean> {
    const own = `${this.#base}\\lock.${this.#id}`;
    const first = `${own}\\${ownerName(this.#id, 0)}`;
    try {
      const { file, swap } = await this.#link.once({
        folder: `mkdir ${quotePath(own)} 2>nul`,
        file: `echo lock>${quotePath(first)}`,
        swap: `ren ${quotePath(own)} lock 2>&1`,
        note: this.#noteOwner(),
        rest: `if exist ${quotePath(own)} rd /s /q ${quotePath(own)}`,
      });
      if (!file.ok)
        throw new HostError(`no file can be written in ${this.#base}: is the disk full, or access denied?`);
      return swap.ok;
    } catch (error) {
      if (error instanceof ConnectionLost) return false;
      throw error;
    }
  }

  async #swap(name: string): Promise<boolean> {
    const rename = renameCommand(this.#folder, name, ownerName(this.#id, 0));
    const { swap } = await this.#link
      .once({ swap: `${rename} 2>nul`, note: this.#noteOwner() })
      .catch(lostMeansNo);
    return swap.ok;
  }

  #taken(): LockState {
    this.#beat = 0;
    this.#seen = undefined;
    return { held: true };
  }

  /** Writes who has the lock, if it is ours. Only for others' messages, so a failed write does not matter. */
  #noteOwner(): string {
    const text = plain(`${this.#id} ${this.#options.owner} since ${new Date().toISOString()}`);
    const ours = quotePath(`${this.#folder}\\${ownerName(this.#id, 0)}`);
    return `if exist ${ours} ((echo ${text})>${quotePath(`${this.#base}\\owner.txt`)})`;
  }

  async #describe(id: string): Promise<string | null> {
    const { text } = await this.#link.askOne(`type ${quotePath(`${this.#base}\\owner.txt`)} 2>nul`);
    return text.startsWith(`${id} `) ? text.slice(id.length + 1).trim() : null;
  }

  /** After a failed or lost beat: looks whether the lock is still ours, and at which beat. */
  async #resync(): Promise<void> {
    const name = await this.#token();
    const parsed = name === null ? null : ownerFile.exec(name);
    this.#beat = parsed?.[1] === this.#id ? Number(parsed[2]) : null;
  }

  #startBeating(): void {
    const stop = new AbortController();
    this.#stopBeating = stop;
    const beat = async () => {
      while (!stop.signal.aborted) {
        await pause(this.#options.beatMs, stop.signal);
        if (stop.signal.aborted) return;
        await this.#serially(() => this.#beatOnce());
        if (!this.held) break;
      }
    };
    beat()
      // If a computer is out of reach for good, the work itself meets the same error and reports it.
      .catch(() => undefined)
      .finally(() => {
        if (this.#stopBeating === stop) this.#stopBeating = undefined;
      });
  }

  async #beatOnce(): Promise<void> {
    if (this.#beat === null) return;
    const next = this.#beat + 1;
    const { beat } = await this.#link
      .once({ beat: `${this.#rename(this.#beat, next)} 2>nul` })
      .catch((error) => {
        if (error instanceof ConnectionLost) return { beat: { ok: false } };
        throw error;
      });
    if (beat.ok) this.#beat = next;
    else await this.#resync();
  }

  /** Runs one command about the lock at a time: each depends on the name that the previous one has left. */
  #serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/**
 * Takes a lock. While somebody else holds it, calls `meanwhile` with that run's name for itself before each next try;
 * any result but null ends the waiting.
 *
 * @returns null once the lock is ours, else the result of `meanwhile`
 */
export async function takeLock<T>(
  lock: ComputerLock,
  waits: { readonly pollMs: number; readonly signal: AbortSignal | undefined },
  meanwhile: (owner: string | null) => Promise<T | null>,
): Promise<T | null> {
  for (;;) {
    const state = await lock.acquire();
    if (state.held) return null;
    const instead = await meanwhile(state.owner);
    if (instead !== null) return instead;
    await pause(waits.pollMs, waits.signal);
  }
}

function ownerName(id: string, beat: number): string {
  return `owner-${id}.${beat}`;
}

function renameCommand(folder: string, from: string, to: string): string {
  return `ren ${quotePath(`${folder}\\${from}`)} ${to}`;
}

function lostMeansNo(error: unknown): { readonly swap: { readonly ok: false } } {
  if (error instanceof ConnectionLost) return { swap: { ok: false } };
  throw error;
}

/** Text that `echo` prints unchanged, also inside parentheses. */
export function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9 .,:_@\\/+-]/g, "_");
}
