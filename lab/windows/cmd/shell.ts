/**
 * Runs what {@link parse} read: operators, redirections, conditions, batch files and programs, with the return
 * codes and the errorlevel of cmd.exe. What is not simulated says so on the error output.
 */
import type { CodePage } from "../codepage";
import { FileError, parentOf, resolvePath } from "../files";
import type { Logon } from "../logon";
import type { Process } from "../processes";
import { type Computer, splitArguments } from "../programs/program";
import { builtins, keepsErrorlevel } from "./builtins";
import { type Environment, expandPercent } from "./environment";
import { type Condition, type Node, parse, type Redirection, SyntaxFault } from "./parser";
import type { Builtin, ShellState } from "./shell-state";
import { ExitBatch, ExitShell, Goto, NotSimulated } from "./signals";
import { type Handles, inputOf, outputOf, pipe, redirect } from "./streams";
import { compare, findLabel, splitBatchArguments, splitCommand } from "./words";

/** A batch file (or a subroutine of one) that is being run. */
interface Batch {
  /** Full path. */
  readonly path: string;
  readonly lines: readonly string[];
  /** `%0` and the arguments. */
  readonly args: readonly string[];
  /** Index of the next line. */
  next: number;
}

const notSupported = 50;

/** One cmd.exe. {@link ShellState} says what its internal commands may do with it. */
export class Shell implements ShellState {
  errorlevel = 0;
  echo = true;
  batch: Batch | null = null;
  readonly saved: { environment: Environment; folder: string }[] = [];

  constructor(
    readonly computer: Computer,
    readonly process: Process,
    readonly logon: Logon,
    public environment: Environment,
    public folder: string,
  ) {}

  resolve(path: string): string {
    return resolvePath(this.folder, path.replaceAll('"', ""));
  }

  /** Of the console. */
  get codePage(): CodePage {
    return this.process.codePage;
  }

  write(handles: Handles, handle: 1 | 2, text: string): void {
    const bytes = this.codePage.encode(text.replace(/\r?\n/g, "\r\n"));
    outputOf(handles, handle).write(bytes);
  }

  writable(path: string): string {
    const full = this.resolve(path);
    this.computer.requireWrite(full, this.logon);
    return full;
  }

  #variable(name: string): string | undefined {
    const defined = this.environment.get(name);
    if (defined !== undefined) return defined;
    switch (name.toLowerCase()) {
      case "errorlevel":
        return String(this.errorlevel);
      case "cd":
        return this.folder;
      case "random":
        return String(Math.floor(Math.random() * 32768));
      default:
        return undefined;
    }
  }

  expand(line: string): string {
    return expandPercent(line, {
      variable: (name) => this.#variable(name),
      batchArguments: this.batch?.args ?? null,
      batchFile: this.batch?.path ?? "",
      resolve: (path) => this.resolve(path),
      sizeOf: (path) => {
        const { files } = this.computer;
        return files.kind(path) === "file" ? files.read(path).length : null;
      },
    });
  }

  /** Runs the text of `cmd /c` and answers the exit code of cmd.exe. */
  async runCommandLine(text: string, handles: Handles): Promise<number> {
    return this.#untilExit(() => this.#runLine(text.split(/[\r\n]/)[0] ?? "", handles, () => null));
  }

  /** Runs `body`, and takes an exit out of it for its end. */
  async #untilExit(body: () => Promise<number>): Promise<number> {
    try {
      return await body();
    } catch (error) {
      if (error instanceof ExitShell || error instanceof ExitBatch) return error.code;
      if (error instanceof Goto) return 1;
      throw error;
    }
  }

  async #runLine(line: string, handles: Handles, nextLine: () => string | null): Promise<number> {
    let node: Node;
    const expanded = this.expand(line);
    if (expanded.length > longestLine) {
      this.write(handles, 2, "The input line is too long.\n");
      this.errorlevel = 1;
      return 1;
    }
    try {
      node = parse(expanded, nextLine);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      this.write(handles, 2, `${error.message}\n`);
      this.errorlevel = batchSyntaxError;
      if (this.batch) throw new ExitShell(batchSyntaxError);
      return 1;
    }
    if (this.batch && this.echo && node.kind !== "nothing" && !(node.kind === "command" && node.quiet))
      this.write(handles, 1, `\n${this.folder}>${expanded.trim()} \n`);
    return this.execute(node, handles);
  }

  async execute(node: Node, handles: Handles): Promise<number> {
    this.process.check();
    switch (node.kind) {
      case "nothing":
        return 0;
      case "sequence":
        await this.execute(node.left, handles);
        return this.execute(node.right, handles);
      case "and": {
        const code = await this.execute(node.left, handles);
        return code === 0 ? this.execute(node.right, handles) : code;
      }
      case "or": {
        const code = await this.execute(node.left, handles);
        if (code === 0) return 0;
        this.errorlevel = code | 0;
        return this.execute(node.right, handles);
      }
      case "pipe":
        return this.#pipe(node.left, node.right, handles);
      case "if": {
        const holds = await this.#holds(node.condition, node.ignoreCase);
        if (holds !== node.negated) return this.execute(node.then, handles);
        return node.otherwise ? this.execute(node.otherwise, handles) : 0;
      }
      case "for": {
        let code = 0;
        for (const item of node.items)
          code = await this.execute(parse(node.text.replaceAll(node.variable, () => item)), handles);
        return code;
      }
      case "block":
        return this.#redirected(node.redirections, handles, (inner) => this.execute(node.body, inner));
      case "command":
        return this.#redirected(node.redirections, handles, (inner) => this.#command(node.text, inner));
    }
  }

  /**
   * Opens the redirections, runs `body`, closes them. Where one cannot be opened the body does not run: the
   * return code is 1, and the errorlevel stays unless `||` follows.
   */
  async #redirected(
    redirections: readonly Redirection[],
    handles: Handles,
    body: (handles: Handles) => Promise<number>,
  ): Promise<number> {
    let opened: ReturnType<typeof redirect>;
    try {
      opened = redirect(handles, redirections, this.process, (path, access) => {
        const full = access === "read" ? this.resolve(path) : this.writable(path);
        return this.computer.files.open(full, access);
      });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.write(handles, 2, `${error.message}\n`);
      return 1;
    }
    try {
      return await body(opened.handles);
    } finally {
      opened.close();
    }
  }

  async #pipe(left: Node, right: Node, handles: Handles): Promise<number> {
    const { stream, close } = pipe();
    const side = (node: Node, number: number): Promise<number> => {
      const process = this.computer.processes.start("cmd.exe", this.process);
      process.inheritFrom(this.process);
      const shell = new Shell(this.computer, process, this.logon, this.environment.copy(), this.folder);
      shell.batch = this.batch;
      shell.echo = false;
      const connected = new Map(handles).set(number, stream);
      return process.run(() => shell.#untilExit(() => shell.execute(node, connected)));
    };
    const [, code] = await Promise.all([side(left, 1).finally(close), side(right, 0)]);
    this.errorlevel = code | 0;
    return code;
  }

  async #holds(condition: Condition, ignoreCase: boolean): Promise<boolean> {
    switch (condition.kind) {
      case "exist":
        return /^"?nul"?$/i.test(condition.path) || this.computer.exists(this.resolve(condition.path));
      case "errorlevel":
        return this.errorlevel >= condition.level;
      case "defined":
        return this.#variable(condition.name) !== undefined;
      case "compare":
        return compare(condition.operator, condition.left, condition.right, ignoreCase);
    }
  }

  async #command(text: string, handles: Handles): Promise<number> {
    const { name, rest } = splitCommand(text);
    const builtin = builtins.get(name.toLowerCase());
    if (builtin) return this.#builtin(name.toLowerCase(), builtin, rest, handles);
    return this.external(name, rest, handles, false);
  }

  async #builtin(name: string, builtin: Builtin, rest: string, handles: Handles): Promise<number> {
    try {
      const code = await builtin(this, rest, handles);
      if (code !== 0 && name !== "rd" && name !== "rmdir") this.errorlevel = code | 0;
      else if (code === 0 && !keepsErrorlevel(name, this.batch?.path)) this.errorlevel = 0;
      return code;
    } catch (error) {
      if (error instanceof FileError && error.code === "diskFull") {
        this.write(handles, 2, `${error.message}\n`);
        this.errorlevel = 1;
        return 1;
      }
      if (!(error instanceof NotSimulated)) throw error;
      this.write(handles, 2, `${error.message}\n`);
      this.errorlevel = notSupported;
      return notSupported;
    }
  }

  async external(name: string, rest: string, handles: Handles, called: boolean): Promise<number> {
    const file = this.#locate(name);
    if (file === null && this.#leadsNowhere(name)) {
      this.write(handles, 2, "The system cannot find the path specified.\n");
      this.errorlevel = this.batch ? pathNotFound : 1;
      if (called && this.batch) throw new ExitBatch(this.errorlevel);
      return this.errorlevel;
    }
    if (file === null) {
      const quoted = `'${name}' is not recognized as an internal or external command,\n`;
      this.write(handles, 2, `${quoted}operable program or batch file.\n`);
      this.errorlevel = this.batch ? notRecognized : 1;
      return this.errorlevel;
    }
    if (/\.(cmd|bat)$/i.test(file)) {
      const text = this.codePage.decode(this.computer.files.read(file));
      const lines = text.split(/\r?\n/);
      const batch: Batch = { path: file, lines, args: [name, ...splitBatchArguments(rest)], next: 0 };
      const code = await this.runBatch(batch, handles);
      this.errorlevel = code | 0;
      if (this.batch && !called) throw new ExitBatch(code);
      return code;
    }
    const code = await this.#program(file, rest, handles);
    this.errorlevel = code | 0;
    return code;
  }

  async #program(file: string, rest: string, handles: Handles): Promise<number> {
    const program = this.computer.files.program(file);
    if (!program) {
      const quoted = `${this.computer.files.spelling(file)} is not a valid Win32 application.\n`;
      this.write(handles, 2, quoted);
      return 193;
    }
    return this.computer.startProgram({
      program,
      file,
      parent: this.process,
      logon: this.logon,
      commandLine: rest.trim(),
      args: splitArguments(rest),
      folder: this.folder,
      stdin: inputOf(handles, 0),
      stdout: outputOf(handles, 1),
      stderr: outputOf(handles, 2),
    });
  }

  /** Finds the file of a command by PATHEXT, in the current folder and then in PATH; null when there is none. */
  #locate(name: string): string | null {
    const extensions = (this.environment.get("PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").split(";");
    const hasExtension = extensions.some((extension) => name.toLowerCase().endsWith(extension.toLowerCase()));
    const names = hasExtension ? [name] : extensions.map((extension) => name + extension);
    const search = /[\\:]/.test(name) ? [] : (this.environment.get("PATH") ?? "").split(";");
    for (const folder of [this.folder, ...search.filter((entry) => entry !== "")]) {
      for (const candidate of names) {
        const full = resolvePath(folder, candidate);
        if (this.computer.files.kind(full) === "file") return full;
      }
    }
    return null;
  }

  /**
   * True for a path whose folder or drive is not there: cmd.exe has another code for it, and a batch file that calls it ends (Wine,
   * programs/cmd/tests/test_builtins.cmd, on Windows).
   */
  #leadsNowhere(name: string): boolean {
    return /[\\:]/.test(name) && this.computer.files.kind(parentOf(this.resolve(name))) !== "folder";
  }

  /** Runs a batch file from `batch.next` to its end, and answers the errorlevel then. */
  async runBatch(batch: Batch, handles: Handles): Promise<number> {
    const outer = this.batch;
    const kept = this.saved.length;
    this.batch = batch;
    const take = (): string | null => {
      const line = batch.lines[batch.next];
      if (line === undefined) return null;
      batch.next += 1;
      return line;
    };
    try {
      for (let line = take(); line !== null; line = take()) {
        this.process.check();
        if (/^\s*:/.test(line)) continue;
        try {
          await this.#runLine(line, handles, () => {
            const next = take();
            return next === null ? null : this.expand(next);
          });
        } catch (error) {
          if (!(error instanceof Goto)) throw error;
          if (!this.#jump(batch, error.label)) {
            const message = `The system cannot find the batch label specified - ${error.label}\n`;
            this.write(handles, 2, message);
            throw new ExitBatch(1);
          }
        }
      }
      return this.errorlevel >>> 0;
    } catch (error) {
      if (error instanceof ExitBatch) return error.code;
      throw error;
    } finally {
      while (this.saved.length > kept) this.restore();
      this.batch = outer;
    }
  }

  restore(): void {
    const last = this.saved.pop();
    if (!last) return;
    this.environment = last.environment;
    this.folder = last.folder;
  }

  #jump(batch: Batch, label: string): boolean {
    if (label.toLowerCase() === ":eof") batch.next = batch.lines.length;
    else {
      const index = findLabel(batch.lines, label, batch.next);
      if (index < 0) return false;
      batch.next = index + 1;
    }
    return true;
  }

  async callLabel(label: string, args: readonly string[], handles: Handles): Promise<number> {
    if (!this.batch) {
      this.write(handles, 2, "Invalid attempt to call batch label outside of batch script.\n");
      return 1;
    }
    const index = findLabel(this.batch.lines, label.slice(1), this.batch.next);
    if (index < 0) {
      this.write(handles, 2, `The system cannot find the batch label specified - ${label.slice(1)}\n`);
      return 1;
    }
    const { path, lines } = this.batch;
    return this.runBatch({ path, lines, args: [label, ...args], next: index + 1 }, handles);
  }
}

const notRecognized = 9009;
const pathNotFound = 3;
const longestLine = 8191;
const batchSyntaxError = 255;
