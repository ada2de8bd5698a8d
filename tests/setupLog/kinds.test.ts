/** Logs of kinds that are rarer: of other languages, of the wizard, of runs that were killed, with warnings and with PowerShell's own words. */
import assert from "node:assert/strict";
import { parseSetupLog, type SetupReport } from "../../lib/setupLog";
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
          "a service did not start in time. Read its errors in the application and system logs, start it by hand. Setup says: Z 'Y' W 'Running'",
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
