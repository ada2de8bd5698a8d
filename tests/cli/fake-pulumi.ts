/**
 * A fake `pulumi` for tests of the command line tool: a script that does what the tool relies on, and nothing else. It takes
 * the place of the Pulumi CLI and of the provider behind it: it prints, appends the given lines to the file that
 * EXCHANGE_UPGRADE_REPORT names, writes the given snapshot to the one that EXCHANGE_UPGRADE_RECORD_FACTS names, and ends.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { ReportLine } from "../../lib/review/review";
import { build, commandLineTool, quickStart } from "../compiled";

const script = `#!/usr/bin/env node
const { appendFileSync, readFileSync, statSync, writeFileSync } = require("node:fs");
const { EXCHANGE_UPGRADE_REPORT: report, EXCHANGE_UPGRADE_RECORD_FACTS: record, EXCHANGE_UPGRADE_FACTS: facts } = process.env;
const play = JSON.parse(readFileSync(process.env.FAKE_PULUMI_PLAY, "utf8"));
if (process.argv[2] === "stack") {
  process.stdout.write(play.state ?? "");
  process.stderr.write(play.stderr ?? "");
  process.exit(play.exit ?? 0);
}
const called = { args: process.argv.slice(2), cwd: process.cwd(), facts, record, reportMode: statSync(report).mode & 0o777 };
writeFileSync(play.called, JSON.stringify(called));
process.stdout.write(play.stdout ?? "");
process.stderr.write(play.stderr ?? "");
for (const line of play.lines ?? []) appendFileSync(report, line + "\\n");
if (play.snapshot !== undefined) writeFileSync(record, play.snapshot);
if (play.hangs) setInterval(() => {}, 1000);
process.exitCode = play.exit ?? 0;
`;

/** What the fake does. */
export interface Play {
  readonly lines?: readonly (ReportLine | string)[];
  readonly snapshot?: string;
  /** What `pulumi stack export` prints; with `stderr` and `exit` it does nothing else. */
  readonly state?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
  /** Runs until a signal ends it. */
  readonly hangs?: boolean;
}

/** How the fake was called. */
export interface Called {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly facts?: string;
  readonly record?: string;
  readonly reportMode: number;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with the fake, a project, and a place for temporary files. */
export interface Stage {
  /** The project's folder, where the tool runs. */
  readonly folder: string;
  /** Runs the tool. */
  run(args: readonly string[], play?: Play, options?: RunOptions): Promise<Ended>;
  /** Starts the tool at a terminal of its own: `script` of util-linux. */
  atTerminal(args: readonly string[], play: Play, size: Size): AtTerminal;
  /** How the fake was called last; undefined when it was not. */
  called(): Called | undefined;
  path(name: string): string;
  write(name: string, text: string): string;
  read(name: string): string;
  /** Names of the temporary files that are left. */
  leftovers(): readonly string[];
  remove(): void;
}

/** A terminal's size. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The tool at a terminal. */
export interface AtTerminal {
  /** What the screen shows, its lines without what is behind their ends. */
  screen(): readonly string[];
  /** Lets the fake do something else from now on. */
  play(play: Play): void;
  type(keys: string): void;
  /** Its exit code; 128 and the signal's number where a signal has ended it. */
  readonly ended: Promise<number | null>;
}

export interface RunOptions {
  /** Sends this signal to the tool once the fake has been called. */
  readonly signal?: NodeJS.Signals;
  /** Without the fake on the PATH. */
  readonly noPulumi?: boolean;
}

/** What a terminal takes as orders: to clear what is right of the cursor, and all that is below it, too. */
const [clearLine, clearRest] = ["\u001B[K", "\u001B[J"] as const;

/** A secret that the tool's environment holds, and that it must never print. */
export const secret = "s3cret-passphrase-of-the-test";

/** A stage of its own for each test of the suite that calls it; at the end the test must have left nothing behind. */
export function useStage(take: (stage: Stage) => void): void {
  let stage: Stage;
  beforeEach(() => {
    stage = makeStage();
    take(stage);
  });
  afterEach(() => {
    assert.deepEqual(stage.leftovers(), []);
    stage.remove();
  });
}

function makeStage(): Stage {
  build();
  const base = mkdtempSync(join(tmpdir(), "exchange-upgrade-cli-"));
  const [bin, folder, temporary] = ["bin", "project", "tmp"].map((name) => {
    mkdirSync(join(base, name));
    return join(base, name);
  }) as [string, string, string];
  writeFileSync(join(bin, "pulumi"), script, { mode: 0o755 });
  const [playFile, calledFile] = [join(base, "play.json"), join(base, "called.json")];
  const path = (name: string) => join(folder, name);

  const environment = (noPulumi = false) => ({
    ...process.env,
    ...quickStart,
    PATH: noPulumi ? bin.replace(/bin$/, "none") : `${bin}${delimiter}${process.env.PATH}`,
    TMPDIR: temporary,
    FAKE_PULUMI_PLAY: playFile,
    PULUMI_CONFIG_PASSPHRASE: secret,
  });

  /** In one move: the fake may be reading it. */
  function writePlay(play: Play): void {
    const lines = (play.lines ?? []).map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
    writeFileSync(`${playFile}.new`, JSON.stringify({ ...play, lines, called: calledFile }));
    renameSync(`${playFile}.new`, playFile);
  }

  function atTerminal(args: readonly string[], play: Play, { columns, rows }: Size): AtTerminal {
    writePlay(play);
    const words = [process.execPath, commandLineTool, ...args].map((word) => `'${word}'`).join(" ");
    const command = `stty cols ${columns} rows ${rows}; exec ${words}`;
    const child = spawn("script", ["--quiet", "--return", "--flush", "--command", command, "/dev/null"], {
      cwd: folder,
      env: { ...environment(), TERM: "xterm", SHELL: "/bin/sh" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let written = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      written += text;
    });
    return {
      screen: () => {
        // A drawing goes from the first line to what clears the rest.
        const drawn = written.split("\u001B[H").filter((each) => each.includes(clearRest));
        const last = drawn.at(-1) ?? "";
        return [clearRest, clearLine, "\r"]
          .reduce((text, each) => text.replaceAll(each, ""), last)
          .split("\n");
      },
      play: writePlay,
      type: (keys) => child.stdin.write(keys),
      ended: new Promise((done) => child.once("close", done)),
    };
  }

  async function run(
    args: readonly string[],
    play: Play = {},
    { signal, noPulumi }: RunOptions = {},
  ): Promise<Ended> {
    rmSync(calledFile, { force: true });
    writePlay(play);
    const child = spawn(process.execPath, [commandLineTool, ...args], {
      cwd: folder,
      env: environment(noPulumi),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const closed = new Promise<number | null>((done) => child.once("close", done));
    if (signal !== undefined) {
      while (!existsSync(calledFile) && child.exitCode === null)
        await new Promise((done) => setTimeout(done, 50));
      child.kill(signal);
    }
    return { code: await closed, stdout, stderr };
  }

  return {
    folder,
    run,
    atTerminal,
    called: () => (existsSync(calledFile) ? JSON.parse(readFileSync(calledFile, "utf8")) : undefined),
    path,
    write(name, text) {
      writeFileSync(path(name), text);
      return path(name);
    },
    read: (name) => readFileSync(path(name), "utf8"),
    leftovers: () => readdirSync(temporary),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}
