/** What the package itself writes and sends, on a cmd.exe that nobody here wrote: frame, parts, quoting, lock, attempts, scripts. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HostSession } from "../../lib/host";
import { checkScript } from "../../lib/host";
import { runParts } from "../../lib/host/cmd/commands";
import { quoteArgument, quotePath } from "../../lib/host/cmd/quote";
import { taskFiles, taskScript } from "../../lib/host/launch/taskScript";
import { attemptFiles, setupScript } from "../../lib/host/site/attemptScript";
import { OperationFolder } from "../../lib/host/site/attempts";
import { Link } from "../../lib/host/site/link";
import { ComputerLock } from "../../lib/host/site/lock";
import { describeWithWine, WineComputer } from "./computer";

const values: readonly string[] = [
  ...[
    "",
    "a",
    "a b",
    "C:\\Program Files\\x",
    "C:\\x\\",
    "C:\\x y\\",
    'say "hi"',
    '"',
    '""',
    '\\"',
    '\\\\"',
    "a\\\\",
  ],
  ...["&calc&", '"&calc&"', "a|b", "a>b<c", "(a)", ")&(calc", "a^b", '"^"', "a,b;c=d", "@x", "tab'`$[]{}#+"],
];
const percents: readonly string[] = ["~%1", "100%", "%PATH%", "%%", "a!b!", '"%1"'];

describeWithWine("what the package sends and writes, on the cmd.exe of Wine", () => {
  let computer: WineComputer;
  let session: HostSession;
  before(async () => {
    computer = await WineComputer.start();
  });
  beforeEach(() => {
    session = computer.session();
  });
  after(() => computer.stop());

  const ours = (...names: readonly string[]) => join(computer.ours, ...names);
  async function place(names: readonly string[], text: string): Promise<void> {
    await mkdir(dirname(ours(...names)), { recursive: true });
    await writeFile(ours(...names), text);
  }
  const program = "C:\\ours\\bin\\arguments.exe";

  it("frames a line, and has its exit code of 32 bits, both streams and its input", async () => {
    const said = await session.run(`findstr "^"& echo e>&2& ${program} /exit:-1073741819`, {
      stdin: "a\r\nb\r\n",
    });
    assert.deepEqual(
      [said.stdout, said.stderr, said.exitCode],
      ['a\r\nb\r\n["/exit:-1073741819"]\n', "e\r\n", -1073741819],
    );
  });

  it("tells for each part of a line whether it went well, and what it printed", async () => {
    const { good, bad, silent, last } = await runParts(session, {
      good: "echo a& echo b",
      bad: "type C:\\ours\\none 2>nul",
      silent: "ver >nul",
      last: `echo c& ${program} /exit:3`,
    });
    assert.deepEqual(
      [good.ok, good.text, bad.ok, bad.text, silent.ok, silent.text],
      [true, "a\r\nb\r\n", false, "", true, ""],
    );
    assert.deepEqual([last.ok, last.text], [false, 'c\r\n["/exit:3"]\n']);
  });

  it("hands arguments to a program as they are, on a line", async () => {
    for (const value of values) {
      const { stdout } = await session.run(`${program} first ${quoteArgument(value)} last`);
      assert.deepEqual(JSON.parse(stdout), ["first", value, "last"]);
    }
  });

  it("hands arguments to a program as they are, in a batch file", async () => {
    const all = [...values, ...percents];
    const lines = all.map((value) => `${program} ${quoteArgument(value, "batch")}`);
    await place(["quoted.cmd"], ["@echo off", "setlocal disabledelayedexpansion", ...lines, ""].join("\r\n"));
    const { stdout } = await session.run("C:\\ours\\quoted.cmd");
    assert.deepEqual(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
      all.map((value) => [value]),
    );
  });

  it("names paths with all that Windows lets stand in them", async () => {
    for (const name of ["a b", "a&b", "a^b", "a(b)", "a,b;c=d", "a'b`c", "+@#$~"]) {
      const path = quotePath(`C:\\ours\\paths\\${name}`);
      const { stdout } = await session.run(
        `mkdir ${path}&&echo x>${path}\\f.txt&&if exist ${path}\\f.txt echo there`,
      );
      assert.equal(stdout, "there\r\n", name);
    }
    assert.equal((await readdir(ours("paths"))).length, 7);
  });

  it("takes the lock, lets nobody else have it, starts under it alone, and gives it back", async () => {
    await mkdir(ours("locked"));
    const lockOf = (owner: string) =>
      new ComputerLock(Link.over(session), "C:\\ours\\locked", { beatMs: 600_000, ttlMs: 600_000, owner });
    const [mine, other] = [lockOf("mine"), lockOf("other")];
    assert.deepEqual(await mine.acquire(), { held: true });
    const state = await other.acquire();
    assert.ok(!state.held && /^mine since \d{4}-/.test(state.owner ?? ""), JSON.stringify(state));
    const launch = await mine.launch(`${program} under & findstr "^"`, "input\r\n");
    assert.equal(launch.outcome, "begun");
    const ended = launch.outcome === "begun" ? await launch.ended : null;
    assert.equal(ended?.stdout, '["under"]\ninput\r\n');
    mine.startIsKnown();
    assert.equal((await other.launch("echo x")).outcome, "refused");
    assert.equal(await mine.confirm(), true);
    await mine.release();
    assert.deepEqual(await readdir(ours("locked", "lock")), ["free"]);
    assert.deepEqual(await other.acquire(), { held: true });
    assert.equal(await mine.confirm(), false);
    await other.remove();
    assert.deepEqual(await readdir(computer.ours).then((names) => names.includes("locked")), false);
  });

  it("places an attempt, whose script runs Setup once and leaves what tells how it ended", async () => {
    const link = Link.over(session);
    await place(["Setup.log"], "1\r\n2\r\n");
    const { folder } = await OperationFolder.open(link, "C:\\ours", "server-SE-RTM");
    const arg = 'a "b" 100% & c';
    const script = setupScript(
      { program, args: ["/mode:upgrade", "/exit:-2147024894", arg] },
      "C:\\ours\\Setup.log",
    );
    assert.equal(await folder.prepare(1, script), true);
    assert.equal(await folder.readScript(1), script);
    assert.equal((await folder.newest())?.state.kind, "prepared");
    const { exitCode } = await session.run(quotePath(folder.scriptOf(1)));
    assert.equal(exitCode, 0);
    const attempt = await folder.probe(1);
    assert.deepEqual(attempt.state, { kind: "exited", code: -2147024894 });
    assert.deepEqual(JSON.parse(attempt.output), ["/mode:upgrade", "/exit:-2147024894", arg]);
    assert.equal(await folder.logLinesBefore(1), 2);
    // A second start does nothing: its code is that of the script that found itself started.
    assert.equal((await session.run(quotePath(folder.scriptOf(1)))).exitCode, 198);
    const names = await readdir(ours("server-SE-RTM", "1"));
    assert.ok(names.includes(attemptFiles.exitCode) && !names.includes("exit.tmp"), names.join());
    assert.equal(await folder.note("tested"), true);
    assert.equal(await folder.remove("C:\\ours"), true);
    assert.equal((await readdir(computer.ours)).includes("server-SE-RTM"), false);
  });

  it("finds a script that still runs ended, since Wine lets a second writer into its file, as Windows does not", async () => {
    const { folder } = await OperationFolder.open(Link.over(session), "C:\\ours", "server-runs");
    const script = setupScript({ program, args: ["/wait:4"] }, "C:\\ours\\Setup.log");
    assert.equal(await folder.prepare(1, script), true);
    const running = session.run(quotePath(folder.scriptOf(1)));
    let kind = "prepared";
    while (kind === "prepared") kind = (await folder.probe(1)).state.kind;
    assert.equal(kind, "interrupted");
    await running;
    assert.deepEqual((await folder.probe(1)).state, { kind: "exited", code: 0 });
  });

  it("tells a Setup that is not there from one that failed", async () => {
    const { folder } = await OperationFolder.open(Link.over(session), "C:\\ours", "server-none");
    const script = setupScript({ program: "C:\\ours\\none\\Setup.exe", args: [] }, "C:\\ours\\Setup.log");
    assert.equal(await folder.prepare(1, script), true);
    await session.run(quotePath(folder.scriptOf(1)));
    assert.deepEqual((await folder.probe(1)).state, { kind: "exited", code: 9009 });
  });

  it("runs what the fixed script of the task finds prepared, once, and nothing else", async () => {
    await place(["task", taskFiles.script], taskScript);
    const started = () =>
      session.run(quotePath(`C:\\ours\\task\\${taskFiles.script}`)).then(({ exitCode }) => exitCode);
    assert.equal(await started(), 191);
    for (const foreign of ["..\\x\\1", "a b\\1", "a\\b", "a\\1 & calc", ""]) {
      await place(["task", taskFiles.pointer], `${foreign}\r\n`);
      assert.equal(await started(), 193, foreign);
    }
    await place(["task", taskFiles.pointer], "op-1\\1\r\n");
    assert.equal(await started(), 194);
    const script = setupScript({ program, args: ["/exit:5"] }, "C:\\ours\\Setup.log");
    await place(["task", "op-1", "1", "run.cmd"], script);
    await place(["task", taskFiles.pointer], "op-1\\1\r\n");
    assert.equal(await started(), 0);
    assert.equal((await readFile(ours("task", "op-1", "1", attemptFiles.exitCode), "utf8")).trim(), "5");
    assert.equal(await started(), 191);
    await place(["task", taskFiles.pointer], "op-1\\1\r\n");
    assert.equal(await started(), 198);
    assert.deepEqual((await readdir(ours("task"))).sort(), ["op-1", taskFiles.script].sort());
  });

  it("checks copied media, and names their folder only where all is there", async () => {
    const files = { "Setup.exe": "x".repeat(3000), "setup files\\a & b.txt": "text", "empty.txt": "" };
    const list = Object.entries(files).map(([path, text]) => ({
      path,
      size: text.length,
      sha256: createHash("sha256").update(text).digest("hex"),
    }));
    const places = {
      folder: "C:\\ours\\SE",
      copying: "C:\\ours\\SE.copying",
      script: "C:\\ours\\SE.check.cmd",
    };
    await place(["SE.check.cmd"], checkScript(places, list));
    const checked = () => session.run(quotePath(places.script));
    assert.equal((await checked()).exitCode, 1);
    for (const [path, text] of Object.entries(files)) await place(["SE.copying", ...path.split("\\")], text);
    await place(["SE.copying", "Setup.exe"], "short");
    const short = await checked();
    assert.equal(short.exitCode, 1);
    assert.match(short.stdout, /^Setup\.exe has 5 bytes instead of 3000\r\nWhat was copied to /);
    await place(["SE.copying", "Setup.exe"], files["Setup.exe"]);
    await place(["SE.copying", "more.txt"], "x");
    assert.match((await checked()).stdout, /^there are other files than those of the media\r\n/);
    await session.run("del /q C:\\ours\\SE.copying\\more.txt");
    for (let times = 0; times < 2; times++) {
      const good = await checked();
      assert.deepEqual(
        [good.exitCode, good.stdout.slice(0, 21)],
        [0, "C:\\ours\\SE: 3 files, "],
        good.stdout,
      );
    }
    assert.deepEqual((await readdir(ours("SE"))).sort(), ["Setup.exe", "empty.txt", "setup files"]);
  });
});
