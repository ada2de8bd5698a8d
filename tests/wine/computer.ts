/** A cmd.exe that nobody here wrote: that of Wine, in namespaces of its own, with a session like those of SSH and WinRM. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { copyFile, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { ConnectionLost, type HostError, NotWindowsShell } from "../../lib/host";
import { CmdSession, Collector } from "../../lib/host/transport/cmdSession";
import type { RunOptions, RunResult, SessionTraits } from "../../lib/host/transport/session";
import { Logons } from "../../lib/logons";

/** Both are named by `npm run test:wine`; without them there is nothing to test with. */
const wine = process.env.EXCHANGE_UPGRADE_WINE ?? "";
const programs = process.env.EXCHANGE_UPGRADE_WINE_PROGRAMS ?? "";

/** A suite that is left out where Wine is not there, which only `npm run test:wine` makes. */
export function describeWithWine(name: string, suite: (this: Mocha.Suite) => void): void {
  if (wine !== "" && programs !== "") describe(name, suite);
}

/**
 * Mounts Debian below a folder, with what is written in memory, and starts the runner in it. Nothing leads out: no network, no
 * processes of others.
 */
const script = [
  'mount -t tmpfs tmpfs "$1/above"',
  'mkdir "$1/above/upper" "$1/above/work" "$1/above/root"',
  'mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/above/upper,workdir=$1/above/work" "$1/above/root"',
  'cd "$1/above/root"',
  "mount -t proc proc proc",
  "hostname EDGE1",
  "mount --rbind /dev dev",
  'mkdir "root/.wine/drive_c/ours"',
  'mount --bind "$1/ours" "root/.wine/drive_c/ours"',
  "exec chroot . env -i HOME=/root PATH=/usr/bin:/bin WINEDEBUG=-all LANG=C.UTF-8 " +
    "WINEPATH='C:\\ours\\bin' wine 'C:\\ours\\bin\\runner.exe'",
].join("; ");

interface Report {
  readonly id: number;
  readonly stream?: "stdout" | "stderr";
  readonly data?: string;
  readonly code?: number;
  readonly error?: string;
}

export class WineComputer {
  readonly #listeners = new Map<number, (report: Report) => void>();
  #next = 1;

  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcessByStdio<Writable, Readable, Readable>,
  ) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const report = JSON.parse(line) as Report;
      this.#listeners.get(report.id)?.(report);
    });
    let said = "";
    child.stderr.on("data", (part: Buffer) => {
      said += part.toString();
    });
    child.on("close", () => {
      for (const [id, listener] of this.#listeners) listener({ id, error: `Wine has ended: ${said}` });
    });
    child.stdin.on("error", () => undefined);
  }

  static async start(): Promise<WineComputer> {
    const folder = await mkdtemp(join(tmpdir(), "wine-"));
    await mkdir(join(folder, "above"));
    await mkdir(join(folder, "ours"));
    const own = join(folder, "ours", "bin");
    await cp(programs, own, { recursive: true });
    for (const name of ["find.exe", "findstr.exe"])
      await copyFile(join(programs, "filters.exe"), join(own, name));
    const apart = ["mount", "pid", "ipc", "net", "uts"].map((kind) => `--${kind}`);
    const args = [...apart, "--fork", "--kill-child", "--propagation", "private"];
    const child = spawn("unshare", [...args, "sh", "-ec", script, "sh", folder, wine], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    return new WineComputer(folder, child);
  }

  /** A folder of this machine that is `C:\ours` there. */
  get ours(): string {
    return join(this.folder, "ours");
  }

  ask(
    request: { readonly line: string; readonly stdin: Buffer },
    listener: (report: Report) => void,
  ): number {
    const id = this.#next++;
    this.#listeners.set(id, (report) => {
      if (report.stream === undefined) this.#listeners.delete(id);
      listener(report);
    });
    this.child.stdin.write(
      `${JSON.stringify({ id, line: request.line, stdin: request.stdin.toString("base64") })}\n`,
    );
    return id;
  }

  kill(id: number): void {
    this.child.stdin.write(`${JSON.stringify({ id, kill: true })}\n`);
  }

  session(): WineSession {
    return new WineSession(this);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("close", resolve));
    this.child.kill("SIGKILL");
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What the runner prints is what a session gets: bytes, exit codes of 32 bits, and the end of a command that is given up. */
export class WineSession extends CmdSession {
  readonly traits: SessionTraits = {
    way: "SSH",
    networkCredentials: true,
    outlivesLossMs: Number.POSITIVE_INFINITY,
    server: null,
  };

  constructor(private readonly computer: WineComputer) {
    super("wine", new Logons(), [], 10);
  }

  close(): void {
    this.fail("it was closed from here");
  }

  protected execNow(command: string, options: RunOptions): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      const collected = new Collector(Number.POSITIVE_INFINITY);
      const fail = (error: HostError) => {
        this.running.delete(fail);
        reject(error);
      };
      this.running.add(fail);
      const stdin = Buffer.from(options.stdin ?? "");
      this.computer.ask({ line: command, stdin }, ({ stream, data = "", code, error }) => {
        if (stream !== undefined) {
          const octets = Buffer.from(data, "base64");
          collected.add(collected[stream], octets);
          if (stream === "stdout") options.onOutput?.(octets);
        } else if (code === undefined) fail(this.lostBy(error ?? "no exit code came"));
        else {
          this.running.delete(fail);
          resolve(collected.result(code));
        }
      });
    });
  }

  protected connectionLost(why: string): ConnectionLost {
    return new ConnectionLost(why);
  }

  protected notCmd(exitCode: number, seen: string): NotWindowsShell {
    return new NotWindowsShell(`exit code ${exitCode}, ${seen}`);
  }
}
