/** Setup's log on the simulated Windows: what is told of it while Setup runs, and what of a long one is read. */
import assert from "node:assert/strict";
import { FileError } from "../../lab/windows/files";
import { OperationRefused } from "../../lib/host";
import {
  type Bench,
  base,
  logFile,
  operation,
  startBench,
  until,
  timing as usual,
} from "./operation-support";

const timing = { ...usual, logMs: 10 };

const start = "[11/22/2025 6:05:09 PM] [0] Starting Microsoft Exchange 2007 Setup";
const end = "[11/22/2025 6:06:02 PM] [0] End of Setup";
const line = (text: string) => `[11/22/2025 6:05:10 PM] [1] ${text}`;
const text = (lines: readonly string[]) => lines.map((each) => `${each}\r\n`).join("");

describe("Setup's log on the simulated Windows", () => {
  let bench: Bench;
  const files = () => bench.host.files;

  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(async () => {
    await bench.host.stop();
  });

  it("is told while Setup runs, beside the phase, each line once, also by who follows later", async () => {
    files().append(logFile, text([start, line("An earlier run."), end]));
    bench.setup.hold = true;
    bench.setup.logLines = [start, line("Setup will use the domain controller dc1.")];
    const run = bench.run({ timing });
    const told = "Edge Transport Server Role: COMPLETED; log: Setup will use the domain controller dc1.";
    await until(() => bench.progress.includes(told), "the first line is told");
    files().append(logFile, text([line("Installing MSI package"), "  which takes long"]));
    const next = "Edge Transport Server Role: COMPLETED; log: Installing MSI package";
    await until(() => bench.progress.includes(next), "the second line is told");
    bench.progress.length = 0;
    const began: number[] = [];
    const second = bench.run({ timing, onFollow: (time) => began.push(time) });
    await until(() => bench.progress.includes(next), "who follows is told, too");
    assert.equal(bench.progress.filter((each) => each === next).length, 1);
    bench.setup.hold = false;
    await Promise.all([run, second]);
    assert.equal(began.length, 1);
    assert.ok(Math.abs((began[0] ?? 0) - Date.now()) < 3_600_000, "when it began is in the journal");
  });

  it("says nothing of earlier runs while Setup has not written yet", async () => {
    files().append(logFile, text([start, line("An earlier run."), end]));
    bench.setup.hold = true;
    let looks = 0;
    const run = bench.run({ timing }, async () => {
      const session = await bench.open();
      const exec = session.exec.bind(session);
      session.exec = (command, options) => {
        if (/find \/c/.test(command)) looks++;
        return exec(command, options);
      };
      return session;
    });
    await until(() => looks > 5, "the log is looked at");
    bench.setup.hold = false;
    await run;
    assert.ok(!bench.progress.some((each) => each.includes("log:")), bench.progress.join("\n"));
  });

  it("gives the reason of this run alone, of a log of many megabytes, and of one that was begun anew", async () => {
    const old = text([start, line("[ERROR] An error of last year.")]);
    files().append(
      logFile,
      `${text(Array.from({ length: 60_000 }, (_, i) => line(`old ${i} ${"x".repeat(80)}`)))}${old}`,
    );
    bench.setup.exitCode = 1;
    bench.setup.logLines = [line("[ERROR] The disk is full.")];
    const where = (attempt: number) =>
      `Its log is ${logFile}, its output ${base}\\${operation}\\${attempt}\\out.txt.`;
    const first = await bench.run();
    assert.equal(first.reason, `Setup ended with exit code 1. It says: The disk is full. ${where(1)}`);
    // Setup that finds its log in the way, and begins another one: it has fewer lines than before the run.
    bench.setup.hold = true;
    const run = bench.run();
    await until(() => bench.setup.runs === 2, "Setup runs again");
    files().write(logFile, text([start, line("[ERROR] The other disk is full.")]));
    bench.setup.hold = false;
    assert.equal(
      (await run).reason,
      `Setup ended with exit code 1. It says: The other disk is full. ${where(2)}`,
    );
  });

  it("is done without where it cannot be read", async () => {
    files().append(logFile, text([line("[ERROR] Nobody can read this.")]));
    const open = files().open.bind(files());
    files().open = (path, access) => {
      if (path === logFile && access === "read") throw new FileError("accessDenied", path);
      return open(path, access);
    };
    bench.setup.exitCode = 1;
    bench.setup.consoleLines = ["    Copying Exchange files ......... FAILED"];
    assert.equal(
      (await bench.run()).reason,
      `Setup ended with exit code 1. It says: Copying Exchange files: FAILED. Its log is ${logFile}, its output ` +
        `${base}\\${operation}\\1\\out.txt.`,
    );
  });

  describe("of a failure that another file says more of", () => {
    const errorFile = "C:\\Users\\exadmin\\Temp\\ldif.err";
    const imported = line(
      `[ERROR] There was an error while running 'ldifde.exe' to import the schema file 'C:\\schema1.ldf'. The error code is: 8206. More details can be found in the error file: '${errorFile}'`,
    );
    const busy = {
      cause: "the schema master has not replicated with a partner since its start, and takes no change: ",
      action: "repair the replication of the schema master",
    };
    /** Runs a Setup that fails, and tells its cause and the commands that have read the file. */
    const causeOf = async (lines: readonly string[], file: RegExp) => {
      bench.setup.exitCode = 1;
      bench.setup.logLines = [start, ...lines, end];
      const asked: string[] = [];
      const { failure, reason } = await bench.run({}, async () => {
        const session = await bench.open();
        const exec = session.exec.bind(session);
        session.exec = (command, options) => {
          if (file.test(command)) asked.push(command);
          return exec(command, options);
        };
        return session;
      });
      return { cause: failure?.cause, reason, asked: asked.length };
    };

    it("tells ldif.err, in one round trip", async () => {
      files().write(
        errorFile,
        text([
          "Entry DN: CN=ms-Exch-X,CN=Schema,DC=contoso,DC=com",
          "The server side error is: 0x21a2 Not in sync.",
        ]),
      );
      const { cause, asked } = await causeOf([imported], /ldif\.err/);
      assert.deepEqual(cause, { ...busy, cause: `${busy.cause}ms-Exch-X: 0x21a2 Not in sync` });
      assert.equal(asked, 1);
    });

    it("tells the last error in the log of Windows Installer", async () => {
      const log = "C:\\ExchangeSetupLogs\\Speech.msilog";
      files().write(
        log,
        text([
          ...Array.from({ length: 50_000 }, (_, i) => `MSI (s) (A8:3C) [10:00:00:000]: Note: 1: 2205 ${i}`),
          "MSI (s) (A8:3C) [10:00:00:000]: Product: Speech -- Error 1706. No package was found.",
        ]),
      );
      const { cause, asked } = await causeOf(
        [
          line(`User specified parameters:  -LogFile:'${log}'`),
          line("[ERROR] Installing product Speech.msi failed. Error code is 1612."),
        ],
        /msilog/,
      );
      assert.deepEqual(cause, {
        cause:
          "Windows Installer misses a package of the installed build in its cache: Error 1706. No package was found",
        action:
          "copy the files from the media of the build that is installed (FixInstallerCache.ps1), not of the new one",
      });
      assert.equal(asked, 1);
    });

    it("does without a file that is not there, is too long, or cannot be asked for", async () => {
      const without = { ...busy, cause: `${busy.cause}C:\\schema1.ldf` };
      assert.deepEqual((await causeOf([imported], /ldif\.err/)).cause, without);
      files().write(errorFile, `0x21a2 ${"x".repeat(300 * 1024)}`);
      assert.deepEqual((await causeOf([imported], /ldif\.err/)).cause, without);
      const strange = await causeOf([imported.replaceAll("exadmin", "exädmin")], /ldif\.err/);
      assert.deepEqual([strange.cause, strange.asked], [without, 0]);
    });
  });
});

describe("a Setup that somebody else has started", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(async () => {
    await bench.host.stop();
  });

  it("is seen by its wizard", async () => {
    const { pid } = bench.host.computer.processes.start("ExSetupUI.exe");
    await assert.rejects(bench.run({ otherProcesses: ["ExSetupUI.exe"] }), {
      name: "OperationRefused",
      message:
        `ExSetupUI.exe already runs on the computer (process ${pid}) and was not started by this operation. Let it ` +
        "finish, or end it there, then run pulumi up again.",
    });
    const work = bench.host.computer.processes.start("exsetup.exe");
    await assert.rejects(bench.run({ otherProcesses: ["ExSetupUI.exe"] }), {
      message:
        `exsetup.exe and ExSetupUI.exe already run on the computer (process ${work.pid}, ${pid}) and were not started ` +
        "by this operation. Let it finish, or end it there, then run pulumi up again.",
    });
    assert.equal(bench.setup.runs, 0);
  });

  it("is seen by its log, which grows", async () => {
    const { files } = bench.host;
    files.append(logFile, text([start]));
    const writing = setInterval(() => files.append(logFile, text([line("at work")])), 5);
    try {
      await assert.rejects(bench.run(), (error: Error) => {
        assert.ok(error instanceof OperationRefused);
        assert.equal(
          error.message,
          `Setup's log ${logFile} on the computer grows, so a Setup that was not started by this operation is at work ` +
            "there, although none of its processes was seen. Let it finish, then run pulumi up again.",
        );
        return true;
      });
    } finally {
      clearInterval(writing);
    }
    assert.equal(bench.setup.runs, 0);
    assert.equal(bench.lock(), "free");
  });

  it("is not looked for in a log whose last run came to its end, nor found in one that rests", async () => {
    bench.host.files.append(logFile, text([start, end]));
    // A wait of this length would be seen: the test would not end.
    assert.equal((await bench.run({ timing: { ...usual, quietMs: 3_600_000 } })).done, true);
    bench.reset();
    bench.host.files.append(logFile, text([start]));
    assert.equal((await bench.run()).done, true);
  });
});
