/** `exchange-upgrade log`, as a process of its own: logs of every encoding, pieces of them, and what is no log. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { eachLine } from "../../lib/cli/logLines";
import { begin, end, failedRule, failedRun, line, stars, taskError, text } from "../setupLog/writer";
import { type Stage, useStage } from "./fake-pulumi";

const mounted = taskError("2016", { message: 'Failed to mount database "DB1". Error: It is missing.' });
const failed = text([...begin("2016"), ...mounted, ...end("2016")]);

const answer = `Run:     Microsoft Exchange Server 2016, 15.1.2507.6 (2016 CU23), Upgrade, as CONTOSO\\exadmin, begun 06/23/2022 09:30:01.0042
Result:  failed, at MadeUpComponent___0123456789abcdef
Cause:   a database of this server does not mount: DB1
Fix:     mount or restore it first
Setup:   Failed to mount database "DB1". Error: It is missing
Known:   databaseNotMounted, seen: Setup logs among the tests of microsoft/CSS-Exchange (2013 CU23)
`;

describe("cli: log", function () {
  this.timeout(180_000);
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });
  const explain = async (bytes: string | Buffer, ...more: readonly string[]) => {
    writeFileSync(stage.path("setup.log"), bytes);
    return stage.run(["log", "setup.log", ...more]);
  };

  it("explains a run that failed, in every encoding", async () => {
    const encodings = [
      Buffer.from(failed),
      Buffer.from(`\ufeff${failed}`),
      Buffer.from(failed.replaceAll("\r\n", "\n")),
      Buffer.from(`\ufeff${failed}`, "utf16le"),
      Buffer.from(`\ufeff${failed}`, "utf16le").swap16(),
      Buffer.from(failed, "utf16le"),
    ];
    for (const bytes of encodings)
      assert.deepEqual(await explain(bytes), { code: 3, stdout: answer, stderr: "" });
  });

  it("explains it as JSON", async () => {
    const { code, stdout } = await explain(failed, "--json");
    const data = JSON.parse(stdout);
    assert.equal(code, 3);
    assert.deepEqual(data, {
      command: "log",
      exitCode: 3,
      file: "setup.log",
      result: "failed",
      run: {
        product: "Microsoft Exchange Server 2016",
        version: "15.1.2507.6",
        mode: "Upgrade",
        user: "CONTOSO\\exadmin",
        began: "06/23/2022 09:30:01.0042",
        number: 1,
        of: 1,
        work: "MadeUpComponent___0123456789abcdef",
      },
      reason:
        'a database of this server does not mount: DB1. Mount or restore it first. Setup says: Failed to mount database "DB1". ' +
        "Error: It is missing",
      failedRules: 0,
      causes: [
        {
          failure: "databaseNotMounted",
          cause: "a database of this server does not mount",
          action: "mount or restore it first",
          thing: "DB1",
          rules: [],
          says: ['Failed to mount database "DB1". Error: It is missing'],
          certainty: "seen",
          releases: "2013 CU23",
          source: "Setup logs among the tests of microsoft/CSS-Exchange",
        },
      ],
      inItsWake: [],
      lastLines: data.lastLines,
      earlier: null,
    });
    assert.equal(data.lastLines.at(-1), "End of Setup");
  });

  it("takes the last run, and says of how many", async () => {
    const good = text([...begin("2016"), ...end("2016", true)]);
    const { code, stdout } = await explain(failed + failed + good);
    assert.equal(code, 0);
    assert.equal(
      stdout,
      "Run:     Microsoft Exchange Server 2016, 15.1.2507.6 (2016 CU23), Upgrade, as CONTOSO\\exadmin, begun 06/23/2022 " +
        "09:30:01.0042, the last of 3 runs in the log\nResult:  Setup says that it succeeded\n",
    );
    assert.match((await explain(good + failed)).stdout, /the last of 2 runs in the log\nResult: {2}failed/);
  });

  it("says of a run that has only begun that it has, and how the one before ended", async () => {
    const begun = text(begin("2016")).replaceAll("06/23", "06/24");
    const { code, stdout } = await explain(failed + begun);
    assert.equal(code, 4);
    const rows = answer.split("\n");
    assert.equal(
      stdout,
      `Run:     Microsoft Exchange Server 2016, 15.1.2507.6 (2016 CU23), Upgrade, as CONTOSO\\exadmin, begun 06/24/2022 09:30:01.0042, the last of 2 runs in the log
Result:  did not come to its end: Setup still runs, was interrupted, or the log was cut off
Last:    Setup version: 15.1.2507.6. / Logged on user: CONTOSO\\exadmin. / Command Line Parameter Name='mode', Value='Upgrade'.

Before it:
${rows[0]}, run 1 of 2 in the log
${rows.slice(1).join("\n")}`,
    );
    const { result, causes, earlier } = JSON.parse((await explain(failed + begun, "--json")).stdout);
    assert.deepEqual([result, causes, earlier.run.number, earlier.run.of], ["unfinished", [], 1, 2]);
    assert.deepEqual(
      [earlier.result, earlier.causes[0].failure, earlier.earlier],
      ["failed", "databaseNotMounted", undefined],
    );
  });

  it("says the rules of a check that failed, each cause with its fix", async () => {
    const log = failedRun(
      "SE",
      failedRule("SE", "ForestLevelNotWin2012R2", "Too low."),
      failedRule("SE", "RebootPending", "Restart it."),
      failedRule("SE", "CannotAccessAD", "It can't be contacted."),
    );
    const { code, stdout } = await explain(log);
    assert.equal(code, 3);
    assert.equal(
      stdout,
      `Run:     Microsoft Exchange Server Subscription Edition, 15.2.2562.17 (SE RTM), Upgrade, as CONTOSO\\exadmin, begun 06/23/2022 09:30:01.0042
Result:  failed
Cause:   Setup could not read Active Directory (CannotAccessAD)
Fix:     check this computer's DNS and site, and that a global catalog there answers
Setup:   It can't be contacted.
Known:   directoryNotRead, seen: Setup logs among the tests of microsoft/CSS-Exchange (2016)
Rules:   3 rules failed, of them in the wake of the first: ForestLevelNotWin2012R2
Also:    Windows waits for a restart (RebootPending)
Fix:     restart the computer
`,
    );
  });

  it("ends with 4 where a run does not say how it ended", async () => {
    const cutOff = await explain(text([...begin("2007"), line("2007", 1, "Installing MSI package.")]));
    assert.equal(cutOff.code, 4);
    assert.equal(
      cutOff.stdout,
      `Run:     Microsoft Exchange 2007, 8.1.240.6 (2007 SP1), Upgrade, as CONTOSO\\exadmin, begun 3/14/2008 9:30:01 AM
Result:  did not come to its end: Setup still runs, was interrupted, or the log was cut off
Last:    Logged on user: CONTOSO\\exadmin. / Command Line Parameter Name='mode', Value='Upgrade'. / Installing MSI package.
`,
    );
    const silent = await explain(text([...begin("2010"), line("2010", 0, "End of Setup")]));
    assert.equal(silent.code, 4);
    assert.match(silent.stdout, /\nResult: {2}came to its end, and does not say how\nLast: /);
  });

  it("calls a rule that is not known by its name, once", async () => {
    const { stdout } = await explain(failedRun("SE", failedRule("SE", "MadeUpRule", "Nobody knows this.")));
    assert.match(stdout, /\nCause: {3}MadeUpRule: Nobody knows this\nFix: {5}look for these words; /);
  });

  it("quotes what is not known, without script and stack", async () => {
    const { code, stdout } = await explain(
      failedRun("2010", taskError("2010", { message: "Nobody knows this." })),
    );
    assert.equal(code, 3);
    assert.match(
      stdout,
      /\nCause: {3}Nobody knows this\nFix: {5}look for these words; they are none of the failures that are known here\n$/,
    );
  });

  it("reads pieces as people copy them: without stamps, in quotes, with empty lines, on one line, or from a page", async () => {
    const task =
      'The following error was generated when "$error.Clear();\n if ($a) { Start-SetupService -ServiceName MSExchangeRepl }\n" was run: ' +
      "\"Microsoft.Exchange.Configuration.Tasks.ServiceDidNotReachStatusException: Service 'MSExchangeRepl' failed to reach status 'Running' on this server.\n" +
      ' at Microsoft.Exchange.Configuration.Tasks.Task.ThrowError(Exception exception)".';
    const run = [
      ...taskError("2019", {
        message: "Service 'MSExchangeRepl' failed to reach status 'Running' on this server.",
      }),
    ];
    const pieces = [
      task,
      task.replaceAll("\n", " "),
      `Hello,\n\nmy upgrade fails:\n\n**Error:**\n\n${task}\n\nWhat can I do?`,
      task.replaceAll('"', "\u201d").replaceAll("'", "\u2019"),
      task.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
      run.map((each) => `> ${each}  \n`).join("\n"),
      run.map((each) => each.replace(/^\[[^\]]*\] /, "")).join("\n"),
      run.join(" "),
      run.join("\n").replace("06/23/2022", "23.06.2022"),
      `Mailbox role: Mailbox service                                          FAILED\n     ${task}\n`,
    ];
    for (const piece of pieces) {
      const { code, stdout, stderr } = await explain(piece);
      assert.deepEqual([code, stderr], [3, ""], piece);
      assert.match(stdout, /^Run: {5}Setup of Exchange, a piece of a log\n/);
      assert.match(stdout, /\nCause: {3}a service did not start: MSExchangeRepl\nFix: /, piece);
    }
  });

  it("explains what Setup has printed, rules by their web addresses and without those that warn", async () => {
    const row = (name: string, status: string) => `    ${name.padEnd(98)}${status}\n`;
    const visit = (rule: string) =>
      `     For more information, visit: https://docs.microsoft.com/Exchange/plan-and-deploy/deployment-ref/ms-exch-setupreadiness-${rule}?view=exchserver-2019\n\n`;
    const printed = [
      "Performing Microsoft Exchange Server Prerequisite Check\n\n",
      row("Configuring Prerequisites", "COMPLETED"),
      row("Prerequisite Analysis", "FAILED"),
      `     No Exchange 2010 server was found.\n${visit("noe14serverwarning")}`,
      `     The forest functional level is too low.\n${visit("forestlevelnotwin2003native")}`,
      `     Either Active Directory doesn't exist, or it can't be contacted.\n${visit("cannotaccessad")}`,
      `     A restart is pending.\n${visit("rebootpending")}`,
      "The Exchange Server setup operation didn't complete. More details can be found in ExchangeSetup.log.\n",
    ].join("");
    const { code, stdout } = await explain(printed);
    assert.equal(code, 3);
    assert.equal(
      stdout,
      `Run:     Setup of Exchange, a piece of a log
Result:  failed
Cause:   Setup could not read Active Directory (cannotaccessad)
Fix:     check this computer's DNS and site, and that a global catalog there answers
Setup:   Either Active Directory doesn't exist, or it can't be contacted.
Known:   directoryNotRead, seen: Setup logs among the tests of microsoft/CSS-Exchange (2016)
Rules:   3 rules failed, of them in the wake of the first: forestlevelnotwin2003native
Also:    Windows waits for a restart (rebootpending)
Fix:     restart the computer
`,
    );
  });

  it("knows the start of a run in another language by the lines of stars around it", async () => {
    const german = (mode: string) =>
      [
        stars,
        "Microsoft Exchange Server 2016-Setup wird gestartet",
        stars,
        `Command Line Parameter Name='mode', Value='${mode}'.`,
      ].map((each) => line("2016", 0, each));
    const { code, stdout } = await explain(text([...german("Install"), ...mounted, ...german("Upgrade")]));
    assert.equal(code, 4);
    assert.match(
      stdout,
      /^Run: {5}Microsoft Exchange Server 2016, Upgrade, begun 06\/23\/2022 09:30:09.0042, the last of 2 runs in the log\n/,
    );
  });

  it("refuses what is no log of Setup, and what cannot be read", async () => {
    const { code, stdout, stderr } = await explain("[INFO] Scanning\n[ERROR] Failed to execute goal\n\n");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.equal(
      stderr,
      `exchange-upgrade: setup.log is no log of Exchange Setup
  Found:  it ends like this: [ERROR] Failed to execute goal
  Needed: lines of Setup, such as [03/14/2008 9:30:00 AM] [0] Starting Microsoft Exchange 2007 Setup
  Where:  on the server whose Setup ran: %SystemDrive%\\ExchangeSetupLogs\\ExchangeSetup.log
  Fix:    give that file, or the lines of it around the first [ERROR]
  Code:   XU-SETUP-LOG
`,
    );
    for (const [bytes, found] of [
      ["", "nothing: it is empty"],
      ["\r\n \r\n", "nothing: it is empty"],
      ["[10:22:33] [1] GET /owa\n", "it ends like this: GET /owa"],
      [Buffer.from([0, 1, 2, 255, 254, 10, 0, 7]), "it ends like this: "],
    ] as const) {
      const refused = await explain(bytes);
      assert.equal(refused.code, 1);
      assert.ok(refused.stderr.includes(`  Found:  ${found}`), refused.stderr);
    }
    assert.deepEqual(await stage.run(["log", "none.log"]), {
      code: 1,
      stdout: "",
      stderr: "exchange-upgrade: none.log cannot be read: there is no such file [XU-FILE]\n",
    });
    const folder = await stage.run(["log", stage.folder, "--json"]);
    assert.deepEqual(JSON.parse(folder.stdout), {
      exitCode: 1,
      code: "XU-FILE",
      error: `${stage.folder} cannot be read: it is a folder`,
    });
    assert.equal((await stage.run(["log"])).code, 2);
  });

  it("reads a long log in bounded memory, also one without line ends", async () => {
    const lines: string[] = [];
    async function* long(): AsyncGenerator<Buffer> {
      const block = Buffer.alloc(64 * 1024, "x");
      yield Buffer.from("first\r\nsec");
      yield Buffer.from("ond\n");
      for (let i = 0; i < 64; i++) yield block;
      yield Buffer.from("\nlast");
    }
    await eachLine(long(), (each) => lines.push(each));
    assert.deepEqual(
      lines.map((each) => (each.length > 10 ? each.length : each)),
      ["first", "second", 1024 * 1024, "last"],
    );
  });
});
