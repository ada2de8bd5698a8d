/** The process table of one simulated Windows computer. */
import type { CodePage } from "./codepage";
import type { FileHandle } from "./files";

/** Thrown inside a program whose process was ended from outside. */
export class ProcessEnded extends Error {
  constructor(image: string, pid: number) {
    super(`${image} (${pid}) was ended.`);
    this.name = "ProcessEnded";
  }
}

/** One running process. */
export class Process {
  readonly #controller = new AbortController();
  readonly #handles: FileHandle[] = [];
  #exitCode: number | undefined;

  constructor(
    readonly pid: number,
    /** Image name as tasklist shows it, e.g. `exsetup.exe`. */
    readonly image: string,
    readonly parent: Process | undefined,
    /** Of its console. */
    public codePage: CodePage,
    private readonly gone: (process: Process) => void,
  ) {}

  get alive(): boolean {
    return this.#exitCode === undefined;
  }

  /** Aborted when the process ends. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Keeps a file open until the process ends. The handle must already count this process as a holder. */
  own(handle: FileHandle): void {
    this.#handles.push(handle);
  }

  /** Inherits every file that the parent has open now. */
  inheritFrom(parent: Process): void {
    for (const handle of parent.#handles) {
      handle.hold();
      this.own(handle);
    }
  }

  /** Closes a file that this process owns. */
  disown(handle: FileHandle): void {
    const index = this.#handles.lastIndexOf(handle);
    if (index < 0) return;
    this.#handles.splice(index, 1);
    handle.release();
  }

  /** Throws {@link ProcessEnded} once the process has ended: call it after every wait, before an effect. */
  check(): void {
    if (!this.alive) throw new ProcessEnded(this.image, this.pid);
  }

  /** Waits, or throws {@link ProcessEnded} as soon as the process ends. */
  async sleep(milliseconds: number): Promise<void> {
    this.check();
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.signal.addEventListener("abort", done, { once: true });
    });
    this.check();
  }

  /** Ends the process: its files are closed, its waits end. The first exit code counts. */
  end(exitCode: number): void {
    if (!this.alive) return;
    this.#exitCode = exitCode;
    this.gone(this);
    for (const handle of this.#handles.splice(0)) handle.release();
    this.#controller.abort();
  }

  /**
   * Runs `body` as this process's program and answers the exit code. A process that is ended from outside
   * answers at once, while its body finds out at its next {@link Process.check}.
   */
  async run(body: () => Promise<number>): Promise<number> {
    const ended = new Promise<void>((resolve) => {
      if (this.signal.aborted) resolve();
      this.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    let failure: unknown;
    const finished = body().then(
      (code) => this.end(code >>> 0),
      (error: unknown) => {
        if (this.alive && !(error instanceof ProcessEnded)) failure = error;
        this.end(accessViolation);
      },
    );
    await Promise.race([ended, finished]);
    if (failure !== undefined) throw failure;
    return this.#exitCode ?? 0;
  }
}

/** Exit code of a process that died of an exception (STATUS_ACCESS_VIOLATION). */
const accessViolation = 0xc0000005;

/** All processes of a computer. Ids are multiples of four, as on Windows. */
export class ProcessTable {
  readonly #running = new Map<number, Process>();
  #nextPid = 1200;

  /** @param codePage of a console that nobody has set another one for */
  constructor(private readonly codePage: CodePage) {}

  /** Adds a process; its files are those that the caller lets it inherit. */
  start(image: string, parent?: Process): Process {
    const process = new Process(this.#nextPid, image, parent, parent?.codePage ?? this.codePage, (gone) =>
      this.#running.delete(gone.pid),
    );
    this.#nextPid += 4;
    this.#running.set(process.pid, process);
    return process;
  }

  list(): readonly Process[] {
    return [...this.#running.values()];
  }

  /** Processes with this image name, compared without case. */
  named(image: string): readonly Process[] {
    return this.list().filter((process) => process.image.toLowerCase() === image.toLowerCase());
  }

  /** Ends one process, as `taskkill /f` does; its children live on. False when there is none. */
  kill(pid: number, exitCode = 1): boolean {
    const process = this.#running.get(pid);
    process?.end(exitCode);
    return process !== undefined;
  }

  /** Ends a process with all that it has started, as a job does that is closed: the youngest first. */
  killTree(process: Process, exitCode = 1): void {
    for (const each of this.list()) if (each.parent === process) this.killTree(each, exitCode);
    process.end(exitCode);
  }

  /** Ends everything, as a reset does. */
  killAll(): void {
    for (const process of this.list()) process.end(1);
  }
}
