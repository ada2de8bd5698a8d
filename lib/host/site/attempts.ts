/** The folder of one operation on a computer: its attempts, their states, and its journal. */
import { randomBytes } from "node:crypto";
import { oneLine } from "../../text";
import { quotePath } from "../cmd/quote";
import { linesOf } from "../transport/decode";
import { HostError } from "../transport/errors";
import { attemptFiles, neverStartedCode, notRunCode } from "./attemptScript";
import type { Link } from "./link";
import { plain } from "./lock";
import { type FolderMaking, makeFolder } from "./place";
import { shutdownTimeOf } from "./shutdownTime";

/** The state of one attempt to run Setup. */
export type AttemptState =
  /** Its script was not started, as far as the files show. */
  | { readonly kind: "prepared" }
  | { readonly kind: "running" }
  /** It ended; `code` is null when the number could not be written. */
  | { readonly kind: "exited"; readonly code: number | null }
  /** It was started and no longer runs, but left no exit code: killed, restarted, or the disk is full. */
  | { readonly kind: "interrupted" };

/** An attempt and its state. */
export interface Attempt {
  readonly number: number;
  readonly state: AttemptState;
  /** Setup's console output so far. */
  readonly output: string;
}

/** Whether an exit code is of our script, which could not run its program. */
function isNotRun(code: number | null): boolean {
  return code === neverStartedCode || code === notRunCode;
}

/** Name of an attempt's folder. Nobody can count on from a longer number, which this program never wrote. */
const attemptName = /^\d{1,9}$/;

/** The folder of one operation. */
export class OperationFolder {
  readonly #link: Link;
  readonly #path: string;

  private constructor(link: Link, path: string) {
    this.#link = link;
    this.#path = path;
  }

  /** The folder below `base`, which need not exist. */
  static at(link: Link, base: string, operation: string): OperationFolder {
    return new OperationFolder(link, `${base}\\${operation}`);
  }

  /** Creates `base` and the folder below it, or finds them there, and lists it. */
  static async open(
    link: Link,
    base: string,
    operation: string,
  ): Promise<{ readonly folder: OperationFolder; readonly listing: string }> {
    const path = `${base}\\${operation}`;
    const folder = new OperationFolder(link, path);
    const folders = [makeFolder(base), makeFolder(path)];
    const parts = await link.ask<string>(
      Object.assign({}, ...folders.map(({ commands }) => commands), { listing: folder.listing }),
    );
    for (const each of folders) each.confirm(parts);
    return { folder, listing: parts.listing?.text ?? "" };
  }

  /** The folder itself. */
  get path(): string {
    return this.#path;
  }

  /** Path of an attempt's script. */
  scriptOf(number: number): string {
    return `${this.#path}\\${number}\\${attemptFiles.script}`;
  }

  /** The newest attempt, or null when there was none. */
  async newest(): Promise<Attempt | null> {
    return this.newestIn((await this.#link.askOne(this.listing)).text);
  }

  /** The command whose output {@link newestIn} reads. */
  get listing(): string {
    return `dir /b ${quotePath(this.#path)} 2>nul`;
  }

  /** The newest attempt of those in a listing, or null when there is none. */
  async newestIn(listing: string): Promise<Attempt | null> {
    const numbers = linesOf(listing).flatMap((name) => (attemptName.test(name) ? [Number(name)] : []));
    return numbers.length === 0 ? null : this.probe(Math.max(...numbers));
  }

  /**
   * The newest attempt that was started, null if none was. One that was only prepared, on a full disk, says nothing about
   * earlier ones.
   * @param newest the newest attempt of all
   */
  async lastStarted(newest: Attempt | null): Promise<Attempt | null> {
    let attempt = newest;
    while (attempt?.state.kind === "prepared")
      attempt = attempt.number > 1 ? await this.probe(attempt.number - 1) : null;
    return attempt;
  }

  /** The newest attempt that has run its program, or may have: one whose own script says that it could not is passed over. */
  async lastRun(newest: Attempt | null): Promise<Attempt | null> {
    let attempt = await this.lastStarted(newest);
    while (attempt?.state.kind === "exited" && isNotRun(attempt.state.code))
      attempt = attempt.number > 1 ? await this.lastStarted(await this.probe(attempt.number - 1)) : null;
    return attempt;
  }

  /**
   * Reads the state of one attempt. The order matters. `started` is read first, since the script opens `alive` before
   * it creates `started`. Then follow `alive` and the exit code, since a script that has closed `alive` has written
   * everything.
   * @param event added to the journal before @default nothing
   */
  async probe(number: number, event?: string): Promise<Attempt> {
    const file = (name: string) => quotePath(`${this.#path}\\${number}\\${name}`);
    const show = (name: string) => `if exist ${file(name)} (type ${file(name)}) else (echo absent)`;
    const parts = await this.#link.ask<"life" | "exit" | "output">({
      ...(event === undefined ? {} : { note: this.noting(event) }),
      life:
        `if exist ${file(attemptFiles.started)} ` +
        `((ver >nul) 9>>${file(attemptFiles.alive)}&&(echo over)||(echo alive)) else (echo prepared)`,
      exit: show(attemptFiles.exitCode),
      output: show(attemptFiles.output),
    });
    const life = parts.life.text.trim().toLowerCase();
    const exit = parts.exit.text.trim();
    const output = parts.output.text.trim() === "absent" ? "" : parts.output.text;
    if (life === "prepared") return { number, output, state: { kind: "prepared" } };
    if (exit !== "absent")
      return {
        number,
        output,
        state: { kind: "exited", code: /^-?\d+$/.test(exit) ? Number(exit) | 0 : null },
      };
    if (life === "over") return { number, output, state: { kind: "interrupted" } };
    if (life === "alive") return { number, output, state: { kind: "running" } };
    throw new HostError(
      `the state of attempt ${number} in ${this.#path} cannot be read: ${JSON.stringify(life)}`,
    );
  }

  /**
   * Puts the script of an attempt into place.
   *
   * @returns false if another run of this program has put another script there.
   */
  async prepare(number: number, script: string): Promise<boolean> {
    const folder = `${this.#path}\\${number}`;
    const target = quotePath(this.scriptOf(number));
    const temporary = quotePath(await this.#upload(folder, script, makeFolder(folder)));
    const { script: found } = await this.#link.ask({
      rename: `if not exist ${target} ren ${temporary} ${attemptFiles.script} 2>nul`,
      rest: `if exist ${temporary} del /q ${temporary}`,
      script: `type ${target} 2>nul`,
    });
    return found.ok && found.text === script;
  }

  /** The script of an attempt on the computer, or null if there is none. */
  async readScript(number: number): Promise<string | null> {
    const { ok, text } = await this.#link.askOne(`type ${quotePath(this.scriptOf(number))} 2>nul`);
    return ok ? text : null;
  }

  /** Makes it impossible that an attempt's script ever starts Setup; false when it already has. */
  async invalidate(number: number): Promise<boolean> {
    const started = quotePath(`${this.#path}\\${number}\\${attemptFiles.started}`);
    return (await this.#link.askOne(`mkdir ${started} 2>nul`)).ok;
  }

  /**
   * Ends an attempt that its task did not start: from now on it cannot start, and has an exit code that tells so.
   *
   * @returns false if it has started after all
   */
  async giveUp(number: number): Promise<boolean> {
    if (!(await this.invalidate(number))) return false;
    const file = (name: string) => quotePath(`${this.#path}\\${number}\\${name}`);
    await this.#link.askOne(
      `>${file("exit.tmp")} echo ${neverStartedCode}&&move /y ${file("exit.tmp")} ${file(attemptFiles.exitCode)} >nul`,
    );
    return true;
  }

  /**
   * Renames and removes the folder with its content, and what an earlier removal has left.
   *
   * @returns false if a file in it is open, or access is denied
   */
  async remove(base: string): Promise<boolean> {
    const own = `removed.${randomBytes(6).toString("hex")}`;
    const gone = quotePath(`${base}\\${own}`);
    const { there, leftovers } = await this.#link.ask({
      rename: `if exist ${quotePath(this.#path)} ren ${quotePath(this.#path)} ${own} 2>nul`,
      there: `if exist ${quotePath(this.#path)} (echo yes) else (echo no)`,
      own: `if exist ${gone} rd /s /q ${gone} 2>nul`,
      leftovers: `dir /b ${quotePath(base)} 2>nul`,
    });
    const names = linesOf(leftovers.text).filter((name) => /^removed\.[0-9a-f]{12}$/.test(name));
    for (const name of names) await this.#link.askOne(`rd /s /q ${quotePath(`${base}\\${name}`)} 2>nul`);
    return !there.text.startsWith("yes");
  }

  /** Puts a file with this text into the folder, entirely or not at all, unless the file is already there. */
  async place(name: string, text: string): Promise<void> {
    const target = quotePath(`${this.#path}\\${name}`);
    const there = await this.#link.askOne(`type ${target} 2>nul`);
    if (there.ok && there.text === text) return;
    const temporary = quotePath(await this.#upload(this.#path, text));
    const { now } = await this.#link.ask({
      move: `if exist ${temporary} move /y ${temporary} ${target} >nul`,
      now: `type ${target} 2>nul`,
    });
    if (!now.ok || now.text !== text) throw cannotWrite(`${this.#path}\\${name}`);
  }

  /** The text of a file in the folder; null if it does not exist. @throws HostError if it exists and cannot be read */
  async read(name: string): Promise<string | null> {
    const file = quotePath(`${this.#path}\\${name}`);
    const { there, text } = await this.#link.ask({
      there: `if exist ${file} (echo yes) else (echo no)`,
      text: `type ${file} 2>nul`,
    });
    if (!there.text.startsWith("yes")) return null;
    if (text.ok) return text.text;
    throw new HostError(`${this.#path}\\${name} cannot be read: is access denied?`);
  }

  /** Number of lines that Setup's log had before an attempt; 0 when there was none. */
  async logLinesBefore(number: number): Promise<number> {
    const { text } = await this.#link.askOne(
      `type ${quotePath(`${this.#path}\\${number}\\${attemptFiles.logBefore}`)} 2>nul`,
    );
    return /^\d+$/.test(text.trim()) ? Number(text.trim()) : 0;
  }

  /**
   * When Windows was last shut down before an attempt; null if the attempt could not record it.
   * @param event added to the journal before @default nothing
   */
  async shutdownBefore(number: number, event?: string): Promise<bigint | null> {
    const file = quotePath(`${this.#path}\\${number}\\${attemptFiles.shutdownBefore}`);
    const { time } = await this.#link.ask<"time">({
      ...(event === undefined ? {} : { note: this.noting(event) }),
      time: `type ${file} 2>nul`,
    });
    return shutdownTimeOf(time) ?? null;
  }

  /** Path of the journal. */
  get journal(): string {
    return `${this.#path}\\journal.txt`;
  }

  /** When an attempt was started, by the clock of the machine that started it; null when the journal does not say. */
  async startOf(number: number): Promise<number | null> {
    const { text } = await this.#link.askOne(`type ${quotePath(this.journal)} 2>nul`);
    const line = linesOf(text).find((each) => each.endsWith(` attempt ${number} started`));
    const time = Date.parse(line?.split(" ")[0] ?? "");
    return Number.isNaN(time) ? null : time;
  }

  /** Adds a line to the journal, with the time of this process's clock; false when the disk does not take it. */
  async note(event: string): Promise<boolean> {
    return (await this.#link.askOne(this.noting(event))).ok;
  }

  /** The command that does the same. */
  noting(event: string): string {
    return `(echo ${plain(`${new Date().toISOString()} ${event}`)})>>${quotePath(this.journal)}`;
  }

  /**
   * Writes text into a new file of that folder, and reads it back.
   *
   * @param making makes the folder @default it is there
   *
   * @returns the file's path. Each try uses a new name: a connection that is cut while the text is sent leaves a part
   * of it, perhaps only after the next try.
   */
  async #upload(folder: string, text: string, making?: FolderMaking): Promise<string> {
    let path = "";
    const commands = () => {
      path = `${folder}\\upload-${randomBytes(6).toString("hex")}.tmp`;
      return {
        ...making?.commands,
        sent: `(findstr "^" >${quotePath(path)}) 2>&1`,
        back: `type ${quotePath(path)} 2>nul`,
      };
    };
    // A connection that is cut meanwhile leaves a part of the text, which nothing here gives its own name.
    const parts = await this.#link.askFed(commands, text);
    making?.confirm(parts);
    if (parts.back?.text === text) return path;
    throw cannotWrite(path, parts.sent?.text);
  }
}

/** The error about a file that must be written before Setup may start. */
export function cannotWrite(path: string, why = ""): HostError {
  const said = oneLine(why);
  return new HostError(
    `${path} cannot be written${said === "" ? "" : ` (${said})`}: is the disk full, or access denied? Nothing was ` +
      `started.`,
  );
}
