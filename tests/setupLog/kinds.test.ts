/** Logs of kinds that are rarer: of other languages, of the wizard, of runs that were killed, with warnings and with PowerShell's own words. */
import assert from "node:assert/strict";
import { parseConsole, parseSetupLog, type SetupReport } from "../../lib/setupLog";
import { accountOf } from "../../lib/setupLog/account";
import { begin, end, failedRule, failedRun, line, type Product, stars, taskError, text } from "./writer";

function told(log: string) {
  const report: SetupReport | null = parseSetupLog(log);
  assert.ok(report !== null);
  const { result, causes, reason, failedRules } = accountOf(report);
  return { result, causes: causes.map(({ failure }) => failure), reason, failedRules };
}

/** The last lines of a run of 2013 and later, with the number that it ends with. */
const ended = (product: Product, code: number, word = "End of Setup") =>
  [`CurrentResult setupbase.maincore:396: ${code}`, word, stars].map((each) => line(product, 0, each, 59));

describe("a log in another language", () => {
  const quotes: { readonly [language: string]: readonly [string, string] } = {
    "French, with its quotes": ["L'erreur suivante s'est produite lorsque « ", " » a été exécuté : « "],
    "Japanese, with its brackets": ["次のエラーが発生しました「", "」の実行中: 「"],
    "German, with the quotes of a forum": [
      "Der folgende Fehler wurde generiert, als „",
      "“ ausgeführt wurde: „",
    ],
    // Its bytes were taken for those of another code page.
    "unknown, of which only ASCII is left": ['\ufffd\ufffd "', '"  \ufffdx\ufffd(\ufffd: "'],
  };
  for (const [language, [open, close]] of Object.entries(quotes))
    it(`is known by names that nobody translates: ${language}`, () => {
      const type = "Microsoft.Exchange.Configuration.Tasks.ServiceDidNotReachStatusException";
      const script =
        '$error.Clear();\n   Write-It -Info ("x: " + $e);\n   start-SetupService -ServiceName Y;\n ';
      const log = text([
        ...begin("2019"),
        line(
          "2019",
          1,
          `[ERROR] ${open}${script}${close}${type}: Z 'Y' W 'Running'\n   at Microsoft.Exchange.Do(Object a)".`,
        ),
        line("2019", 1, "[ERROR-REFERENCE] Id=X___1 Component="),
      ]);
      assert.deepEqual(told(log), {
        result: "failed",
        causes: ["serviceNotRunning"],
        reason:
          "a service did not start. Read its errors in the application and system logs, start it by hand. Setup says: Z 'Y' W 'Running'",
        failedRules: 0,
      });
    });

  it("names product and build in whatever language", () => {
    const log = text(
      [
        stars,
        "Setup von Microsoft Exchange Server 2016 wird gestartet.",
        stars,
        "Setupversion: 15.1.2507.6.",
      ].map((each) => line("2016", 0, each, 1)),
    );
    const { product, version } = parseSetupLog(log) ?? {};
    assert.deepEqual(
      { product, version },
      { product: "Microsoft Exchange Server 2016", version: "15.1.2507.6" },
    );
  });

  it("has failed where its last lines have a number, and is unclear where that is 0", () => {
    const says = line("2016", 0, "Der Vorgang ist zu Ende.");
    const of = (code: number) =>
      told(text([...begin("2016"), says, ...ended("2016", code, "Ende des Setups")]));
    assert.equal(of(1).result, "failed");
    assert.equal(of(0).result, "unclear");
  });
});

describe("a run of the wizard", () => {
  const active = line("2016", 2, "Install is complete.  Server state has been set to Active.");

  it("has succeeded where its server is active again: it says nothing else", () => {
    assert.equal(told(text([...begin("2016"), active, ...ended("2016", 0)])).result, "succeeded");
  });

  it("has failed although it ends with 0", () => {
    const failed = taskError("2019", { message: 'Failed to mount database "DB1".' });
    for (const lines of [failed, [active, ...failed]])
      assert.deepEqual(told(text([...begin("2019"), ...lines, ...ended("2019", 0)])).causes, [
        "databaseNotMounted",
      ]);
  });
});

describe("a run that was killed", () => {
  const going = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      line("2019", 2, `Active Directory session settings ${index}.`),
    );
  const failed = line("2019", 2, '[ERROR] Failed to mount database "DB1".');

  it("has not stopped at an error after which it went on for long", () => {
    const { result, causes, reason } = told(text([...begin("2019"), failed, ...going(40)]));
    assert.deepEqual({ result, causes }, { result: "unfinished", causes: [] });
    assert.match(reason ?? "", /^its last lines are: Active .* \/ Active Directory session settings 39$/);
  });

  it("may have stopped at one that is near its end", () => {
    assert.deepEqual(told(text([...begin("2019"), failed, ...going(4)])).causes, ["databaseNotMounted"]);
  });

  it("is told by what it said last, as much as fits", () => {
    const long = Array.from({ length: 8 }, (_, index) => line("2019", 1, `${index} ${"x".repeat(90)}`));
    const { reason } = told(text([...begin("2019"), ...long]));
    assert.equal(
      reason,
      `its last lines are: ${[6, 7].map((each) => `${each} ${"x".repeat(90)}`).join(" / ")}`,
    );
  });
});

describe("an exception that Setup did not expect", () => {
  const denied = "Access to the path 'D:\\Exchange\\Bin\\perf\\amd64\\dscperf.ini.tmp' is denied.";
  const crash = `An unexpected error has occurred and a Watson dump is being generated: ${denied}`;
  const reason =
    "Setup may not change a file or a folder, or something holds it: D:\\Exchange\\Bin\\perf\\amd64\\dscperf.ini.tmp. Give Administrators and SYSTEM full control of it, and exclude Exchange's folders from the virus scanner. Setup says: Access to the path '…' is denied";

  it("is the error, where only a warning tells of it", () => {
    const lines = [
      line("2016", 2, `[WARNING] ${crash}`),
      line("2016", 1, "Ending processing new-PerfCounters"),
    ];
    const { result, causes, reason: told1 } = told(failedRun("2016", lines));
    assert.deepEqual({ result, causes, reason: told1 }, { result: "failed", causes: ["pathDenied"], reason });
  });

  it("is told once where an error tells of it, too", () => {
    const lines = [line("2016", 2, `[ERROR] ${denied}`), line("2016", 2, `[WARNING] ${crash}`)];
    assert.equal(told(failedRun("2016", lines)).reason, reason);
  });

  it("is the error on the console, where it stands at the margin", () => {
    const report = parseConsole(`    Restoring Services ${" ".repeat(60)}COMPLETED\r\n\r\n${crash}\r\n`);
    assert.deepEqual(
      accountOf(report).causes.map(({ failure }) => failure),
      ["pathDenied"],
    );
  });
});

describe("warnings of the prerequisite check", () => {
  const advice = (name: string, message: string) => [
    line("SE", 1, `Failed [Rule:${name}] [Message:${message}]`),
    line("SE", 1, `[RECOMMENDED] ${message}`),
  ];
  const warned = [
    failedRule("SE", "MpsSvcStopped", "The firewall is stopped."),
    failedRule("SE", "NoE19ServerWarning", "Setup will prepare the organization."),
    advice("MadeUp", "It would be better."),
  ];

  it("are not counted beside what stops Setup", () => {
    assert.deepEqual(told(failedRun("SE", ...warned, failedRule("SE", "RebootPending", "Restart."))), {
      result: "failed",
      causes: ["restartPending"],
      reason: "Windows waits for a restart. Restart the computer. Setup says: Restart",
      failedRules: 1,
    });
  });

  it("are told where nothing else is", () => {
    assert.deepEqual(told(failedRun("SE", ...warned)).causes, ["windowsService", null, null]);
  });

  it("do not make a run fail that has succeeded", () => {
    const log = text([...begin("SE"), ...warned.flat(), ...end("SE", true)]);
    assert.equal(told(log).result, "succeeded");
  });
});

describe("an error with the words of a known failure, of which it is none", () => {
  const found = (error: Parameters<typeof taskError>[1]) =>
    accountOf(parseSetupLog(failedRun("2019", taskError("2019", error))) ?? assert.fail()).causes.map(
      ({ failure }) => failure,
    );
  const type = "Microsoft.PowerShell.Commands.ServiceCommandException";
  const start = "\n  Start-Service $name;\n";

  it("has a number that is a part of a longer one", () => {
    const script = "\n  Start-SetupProcess -Name regsvr32 -Args ExSMIME.dll;\n";
    assert.deepEqual(found({ message: "Process execution failed with exit code 3.", script }), [
      "visualCplusplus",
    ]);
    for (const code of ["3010", "32", "-1073741515"])
      assert.deepEqual(found({ message: `Process execution failed with exit code ${code}.`, script }), [
        "programFailed",
      ]);
    for (const message of ["Error code is 16021.", "Process 16184 was not opened, it had 16030 handles."])
      assert.deepEqual(found({ message, inner: ["Access is denied to somebody there, and to others"] }), [
        null,
      ]);
    assert.deepEqual(
      found({ message: "The object {000020B5-12AB-4C57-8F00-A1B2C3D4E5F6} is no group here." }),
      [null],
    );
    const second = "Of 16180 packages one was refused, and its error is 1618.";
    assert.deepEqual(
      found({ message: second, inner: ["It is under way already, so nothing else is begun"] }),
      ["installerBusy"],
    );
  });

  it("is of a service that does not stop, or is not there", () => {
    const stuck =
      "Service 'Transport (MSExchangeTransport)' cannot be stopped due to the following error: Cannot stop service MSExchangeTransport on computer '.'.";
    assert.deepEqual(found({ message: stuck, type, script: start }), ["serviceNotStopped"]);
    const missing = "Cannot find any service with service name 'MSExchangeHM'.";
    assert.deepEqual(found({ message: missing, type, script: start }), [null]);
    const denied = "Service 'Transport' cannot be configured due to the following error: Access is denied";
    assert.deepEqual(found({ message: denied, type }), [null]);
    // In another language only the exceptions and the script tell that it did not start.
    const german = "Der Dienst kann wegen des folgenden Fehlers nicht gestartet werden, sagt Windows.";
    const frames = ["System.InvalidOperationException.Throw()"];
    assert.deepEqual(found({ message: german, type, script: start, frames }), ["serviceNotRunning"]);
  });
});

describe("an error that says little", () => {
  it("is told with the task that met it", () => {
    const log = failedRun(
      "2019",
      line("2019", 2, "Beginning processing Install-AuthCertificate -DomainController:'dc1'"),
      taskError("2019", { message: "Access is denied." }),
    );
    assert.equal(told(log).reason, "Access is denied (in Install-AuthCertificate)");
  });

  it("is told without the place in a script, and what PowerShell writes beneath it", () => {
    for (const at of ["At", "In", "Au caract\u00e8re"])
      for (const place of [`\n${at} D:\\Exchange\\Bin\\ServiceControl.ps1:512 char:20\n+ Stop-It $x`, ""])
        assert.match(
          told(
            failedRun(
              "2013",
              taskError("2013", {
                message: `There is no such name here, whoever asks.${place}\n    + CategoryInfo          : InvalidData: (:)`,
              }),
            ),
          ).reason ?? "",
          /^There is no such name here, whoever asks\.?( Au)?$/,
        );
  });

  it("names a rule without a name by its text", () => {
    const asks = (...texts: readonly string[]) =>
      told(failedRun("2010", ...texts.map((each) => line("2010", 1, `[REQUIRED] ${each}`)))).reason;
    assert.equal(asks("Do this."), "a rule failed: Do this");
    assert.equal(asks("Do this.", "Do that."), "2 rules failed: Do this; Do that");
  });
});
