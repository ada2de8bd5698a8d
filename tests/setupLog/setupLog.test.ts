/** What is read from Setup's log and console: both layouts, every spelling, and only the last run. */
import assert from "node:assert/strict";
import { decodeConsole } from "../../lib/host/transport/decode";
import { failureReason, lastLineOf, parseConsole, parseSetupLog } from "../../lib/setupLog";

const stars = "*".repeat(46);

/** A run in the layout of 2007 (12-hour clock). */
const failed2007 = [
  `[11/22/2025 6:05:09 PM] [0] ${stars}`,
  "[11/22/2025 6:05:09 PM] [0] Starting Microsoft Exchange 2007 Setup",
  `[11/22/2025 6:05:09 PM] [0] ${stars}`,
  "[11/22/2025 6:05:10 PM] [0] Setup version: 8.1.240.6.",
  "[11/22/2025 6:06:01 PM] [2] [ERROR] Unable to install the Mailbox role.",
  "[11/22/2025 6:06:01 PM] [2] [ERROR] Fatal error during installation",
  "[11/22/2025 6:06:02 PM] [0] The Exchange Server Setup operation did not complete. Visit http://support.microsoft.com and enter the Error ID.",
  "[11/22/2025 6:06:02 PM] [0] End of Setup",
];

/** A run in the layout of 2013 and later. */
const refused2019 = [
  "[11/22/2025 18:05:09.0042] [0] Starting Microsoft Exchange Server 2019 Setup",
  "[11/22/2025 18:05:10.0001] [1] Failed [Rule:RebootPending] [Message:A reboot from a previous installation is pending.]",
  "[11/22/2025 18:05:10.0002] [0] [REQUIRED] A reboot from a previous installation is pending.",
  "[11/22/2025 18:05:11.0003] [1] Failed [Rule:InstallWatermark]",
  "[11/22/2025 18:05:12.0004] [0] The Exchange Server setup operation didn't complete.",
  "[11/22/2025 18:05:12.0005] [0] End of Setup",
];

const text = (lines: readonly string[]) => lines.map((line) => `${line}\r\n`).join("");

describe("Setup's log", () => {
  it("gives the error lines of a run of 2007", () => {
    const log = parseSetupLog(text(failed2007));
    assert.equal(log?.product, "Microsoft Exchange 2007");
    assert.equal(log.succeeded, false);
    assert.equal(
      failureReason(log, null),
      "Windows Installer failed on a package. Read the .msilog of that package; mend the installer's cache from the media of " +
        "the installed build. Setup says: Fatal error during installation; Unable to install the Mailbox role",
    );
  });

  it("gives the rules that failed of a run of 2019, and each reason once", () => {
    const log = parseSetupLog(text(refused2019));
    assert.equal(log?.product, "Microsoft Exchange Server 2019");
    assert.deepEqual(log.failedRules, [
      { name: "RebootPending", message: "A reboot from a previous installation is pending." },
      { name: "InstallWatermark", message: "" },
    ]);
    assert.equal(
      failureReason(log, null),
      "2 rules failed: Windows waits for a restart. Restart the computer. Also: an installation on this " +
        "computer was begun and not finished. Setup says: A reboot from a previous installation is pending",
    );
  });

  it("takes the last run only", () => {
    const report = parseSetupLog(text([...failed2007, ...refused2019]));
    assert.deepEqual(
      report?.failedRules.map(({ name }) => name),
      ["RebootPending", "InstallWatermark"],
    );
    assert.deepEqual([report?.runs, report?.errors], [2, []]);
    assert.equal(parseSetupLog(text([...refused2019, ...failed2007]))?.failedRules.length, 0);
  });

  it("knows both spellings of how a run ended", () => {
    const ended = (line: string) => parseSetupLog(`[11/22/2025 18:05:12.0004] [0] ${line}\r\n`)?.succeeded;
    assert.equal(ended("The Exchange Server setup operation completed successfully."), true);
    assert.equal(ended("The Microsoft Exchange Server setup operation completed successfully."), true);
    assert.equal(
      ended("The Exchange Server setup operation didn't complete. More details can be found"),
      false,
    );
    assert.equal(ended("The Exchange Server Setup operation did not complete. For more information"), false);
    assert.equal(ended("Setup is stopping now because of one or more critical errors."), false);
    assert.equal(ended("Der Exchange Server-Setupvorgang wurde nicht abgeschlossen."), null);
  });

  it("joins a message of several lines, which have no time stamp", () => {
    const lines = [
      "[11/22/2025 18:05:09.0042] [2] [ERROR] The following error was generated when $error.Clear();",
      "          initialize-ExchangeConfigurationPermissions",
      " was run: active directory response: 00002098.",
      "[11/22/2025 18:05:10.0042] [1] The next one.",
    ];
    assert.deepEqual(parseSetupLog(text(lines))?.errors, [
      {
        message: "active directory response: 00002098",
        stack: "",
        script: "$error.Clear(); initialize-ExchangeConfigurationPermissions",
        before: [],
      },
    ]);
  });

  it("is read in UTF-16, in an OEM code page, and with any line ends", () => {
    const expected = "Windows waits for a restart. Restart the computer. Setup says: Neustart f\ufffdllig";
    const line = "[11/22/2025 18:05:10.0001] [1] Failed [Rule:RebootPending] [Message:Neustart f\xe4llig.]";
    const oem = decodeConsole(Buffer.from(`${line.replace("\xe4", "\x84")}\r\r\n`, "latin1"));
    assert.equal(failureReason(parseSetupLog(oem), null), expected);
    const wide = decodeConsole(Buffer.from(`\ufeff${line}\n`, "utf16le"));
    assert.equal(failureReason(parseSetupLog(wide), null), expected.replace("\ufffd", "\xe4"));
  });

  it("quotes the last lines of a run that names no reason, and nothing of an empty one", () => {
    assert.equal(
      failureReason(parseSetupLog(text(failed2007.slice(0, 4))), null),
      "its last lines are: Starting Microsoft Exchange 2007 Setup / Setup version: 8.1.240.6",
    );
    assert.equal(parseSetupLog("\r\n\r\n"), null);
    assert.equal(failureReason(null, null), null);
  });

  it("is quoted in measure", () => {
    const lines = Array.from(
      { length: 10 },
      (_, i) => `[1/1/2025 6:00:00 AM] [2] [ERROR] ${i} ${"x".repeat(500)}`,
    );
    const reason = failureReason(parseSetupLog(text(lines)), null) ?? "";
    assert.deepEqual(
      reason.split("; ").map((each) => `${each.slice(0, 3)} ${each.length}`),
      ["0 x 181", "1 x 117"],
    );
  });

  it("is quoted with the reason of a task that failed, and not with its script", () => {
    const script = Array.from(
      { length: 30 },
      (_, i) => `          & $RoleBinPath\\ServiceControl.ps1 Stop ${i};`,
    );
    const log = (lines: readonly string[]) =>
      failureReason(
        parseSetupLog(
          text([
            "[06/23/2022 09:12:01.0001] [0] Starting Microsoft Exchange Server 2016 Setup",
            '[06/23/2022 09:12:02.0001] [1] [ERROR] The following error was generated when "$error.Clear();',
            ...lines,
            '        " was run: "System.ArgumentNullException: Value cannot be null.',
            '   at System.Array.Reverse(Array array)".',
          ]),
        ),
        null,
      );
    assert.equal(log(script), "Value cannot be null");
    assert.equal(log(["  Stop-It"]), "Value cannot be null");
  });

  it("has a last line for progress: what Setup said last, without its time stamp", () => {
    assert.equal(lastLineOf(text(failed2007.slice(0, 3))), "Starting Microsoft Exchange 2007 Setup");
    assert.equal(lastLineOf(text(refused2019)), "End of Setup");
    assert.equal(lastLineOf(text([...failed2007.slice(0, 4), "  going on"])), "Setup version: 8.1.240.6.");
    assert.equal(lastLineOf(`[1/1/2025 6:00:00 AM] [1] ${"y".repeat(200)}\r\n`), `${"y".repeat(120)}…`);
    assert.equal(lastLineOf(""), null);
  });
});

describe("Setup's console", () => {
  it("tells the phases of 2007, whose names end in dots", () => {
    const printed =
      "    Copying Exchange files ......... COMPLETED\r\n    Mailbox Server Role      .........\r\n";
    assert.deepEqual(parseConsole(printed).phases, [
      { name: "Copying Exchange files", status: "COMPLETED", said: "" },
      { name: "Mailbox Server Role", status: "", said: "" },
    ]);
  });

  it("tells the phases of 2013 and later, whose names end in blanks", () => {
    const row = (name: string, status: string) => `    ${name.padEnd(98)}${status}\r\n`;
    const printed = [
      "Performing Microsoft Exchange Server Prerequisite Check\r\n\r\n",
      row("Prerequisite Analysis", "COMPLETED"),
      "     A reboot from a previous installation is pending.\r\n",
      "Configuring Microsoft Exchange Server\r\n",
      row("Organization Preparation", "50%"),
      row("Organization Preparation", "FAILED"),
    ].join("");
    const console = parseConsole(printed);
    assert.deepEqual(console.phases, [
      {
        name: "Prerequisite Analysis",
        status: "COMPLETED",
        said: "A reboot from a previous installation is pending.",
      },
      { name: "Organization Preparation", status: "FAILED", said: "" },
    ]);
    assert.equal(failureReason(null, console), "Organization Preparation: FAILED");
  });

  const dotted = (name: string, status: string) => `    ${name.padEnd(33)}${".".repeat(25)} ${status}\r\n`;
  const ended2007 =
    "\r\nThe Exchange Server Setup operation did not complete. For more information, visit http://support.microsoft.com and " +
    "enter the Error ID.\r\n\r\nExchange Server setup encountered an error.\r\n";
  const unreadable = (printed: string) => failureReason(null, parseConsole(printed));

  it("says why a phase of 2007 failed, in the text beneath it", () => {
    const printed = [
      "Performing Microsoft Exchange Server Prerequisite Check\r\n\r\n",
      dotted("Client Access Role Checks", "COMPLETED"),
      "     The recipient update service is still there; this is a warning...\r\n",
      "\r\nConfiguring Microsoft Exchange Server\r\n\r\n",
      dotted("Copying Exchange files", "COMPLETED"),
      dotted("Mailbox Server Role", "FAILED"),
      "     The file D:\\Exchange\\...\\store.exe cannot be replaced,\r\n",
      "     because it is open.\r\n",
      "Close what holds it.\r\n",
      ended2007,
    ].join("");
    const reason =
      "Mailbox Server Role: FAILED: The file D:\\Exchange\\...\\store.exe cannot be replaced, because it is open. Close what " +
      "holds it";
    assert.equal(unreadable(printed), reason);
    // A log that names no reason takes nothing away; one that does has said it.
    assert.equal(failureReason(parseSetupLog(text(failed2007.slice(0, 4))), parseConsole(printed)), reason);
    assert.equal(
      failureReason(parseSetupLog(text(failed2007)), parseConsole(printed)),
      "Windows Installer failed on a package. Read the .msilog of that package; mend the installer's cache from the media of " +
        "the installed build. Setup says: Fatal error during installation; Unable to install the Mailbox role; Mailbox Server " +
        "Role: FAILED",
    );
  });

  it("says why a check of 2013 and later failed, with every rule's text and without how Setup ended", () => {
    const row = (name: string, status: string) => `    ${name.padEnd(98)}${status}\r\n`;
    const printed = [
      "Performing Microsoft Exchange Server Prerequisite Check\r\n\r\n",
      row("Configuring Prerequisites", "COMPLETED"),
      row("Prerequisite Analysis", "FAILED"),
      "     A reboot from a previous installation is pending.\r\n",
      "     For more information, visit: https://learn.microsoft.com/RebootPending\r\n",
      "\r\n",
      "     Setup needs the service Remote Registry.\r\n",
      "\r\nThe Exchange Server setup operation didn't complete. More details can be found in ExchangeSetup.log.\r\n",
    ].join("");
    assert.equal(
      unreadable(printed),
      "Windows waits for a restart. Restart the computer. Setup says: Prerequisite Analysis: FAILED: A reboot from a previous installation is pending. For more information, visit: " +
        "https://learn.microsoft.com/RebootPending Setup needs the service Remote Registry",
    );
  });

  it("says why in another language: what stands beneath the last phase, unless that is in English or Setup succeeded", () => {
    const german = (status: string) =>
      `${dotted("Postfachserverrolle", status)}     Die Datei ist ge\u00f6ffnet.\r\n\r\nDer Vorgang ist beendet.\r\n`;
    assert.equal(unreadable(german("FEHLER")), "Postfachserverrolle: FEHLER: Die Datei ist ge\u00f6ffnet");
    assert.equal(
      unreadable(german("COMPLETED")),
      `its last lines are: Postfachserverrolle ${".".repeat(25)} COMPLETED / Die Datei ist ge\u00f6ffnet. / Der ` +
        "Vorgang ist beendet",
    );
  });

  it("is quoted in measure, by whole characters", () => {
    const long = `${dotted("Mailbox Server Role", "FAILED")}     ${"\u{1f600} ".repeat(5_000)}\r\n`;
    const reason = unreadable(long) ?? "";
    assert.ok(reason.isWellFormed());
    assert.ok(reason.startsWith("Mailbox Server Role: FAILED: \u{1f600} \u{1f600}"), reason);
    assert.ok(reason.endsWith("\u{1f600} …") || reason.endsWith("\u{1f600}…"), reason);
    assert.ok(reason.length <= 300, String(reason.length));
  });
});
