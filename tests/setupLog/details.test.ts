/** Files that say more than Setup's log: which are asked for, and what is told of them. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { detailFileOf, detailIn, failureReason, parseSetupLog, withDetail } from "../../lib/setupLog";
import { failedRun, line, taskError } from "./writer";

const ldif = (path: string) =>
  failedRun(
    "2016",
    taskError("2016", {
      message: `There was an error while running 'ldifde.exe' to import the schema file 'C:\\Temp\\schema1.ldf'. The error code is: 8224. More details can be found in the error file: '${path}'`,
    }),
  );
const installer = (path: string, message = "Installing product C:\\x.msi failed. Error code is 1603.") =>
  failedRun(
    "2016",
    line(
      "2016",
      2,
      `User specified parameters:  -PackagePath:'C:\\x.msi' -LogFile:'${path}' -Features:'Mailbox'`,
    ),
    taskError("2016", { message }),
  );
const fileOf = (log: string) => {
  const report = parseSetupLog(log);
  return report === null ? null : detailFileOf(report);
};

describe("a file with details of a failure", () => {
  it("is the one that Setup names, on a drive of the computer", () => {
    const path = "C:\\Users\\exadmin\\AppData\\Local\\Temp\\2\\ldif.err";
    assert.deepEqual(fileOf(ldif(path)), { kind: "ldif", path });
    const log = "C:\\ExchangeSetupLogs\\Install.en.Server.msilog";
    assert.deepEqual(fileOf(installer(log)), { kind: "installer", path: log });
    assert.equal(fileOf(installer(log, "Something else failed.")), null);
    for (const strange of [
      "\\\\evil\\share\\ldif.err",
      "C:\\a%b%\\ldif.err",
      "C:\\a & b\\ldif.err",
      "ldif.err",
      "C:\\x\\other.txt",
    ])
      assert.equal(fileOf(ldif(strange)), null, strange);
  });

  it("is told of ldifde by the object and the server's error, in every language", () => {
    const said = [
      "Entry DN: CN=ms-Exch-Old,CN=Schema,CN=Configuration,DC=contoso,DC=com",
      "Entry DN: CN=ms-Exch-Made-Up,CN=Schema,CN=Configuration,DC=contoso,DC=com",
      "Add error on entry starting on line 78: Unwilling To Perform",
      "",
      "The server side error is: 0x20bb Schema update failed: duplicate OID.",
      "",
      "000020BB: SvcErr: DSID-0326036D, problem 5003 (WILL_NOT_PERFORM), data 8379",
    ].join("\r\n");
    assert.equal(detailIn("ldif", said), "ms-Exch-Made-Up: 0x20bb Schema update failed: duplicate OID");
    assert.equal(
      detailIn(
        "ldif",
        "Eintrags-DN: CN=ms-Exch-X,CN=Schema\r\nDer serverseitige Fehler lautet: 0x21a2 Die FSMO-Rolle.\r\n",
      ),
      "ms-Exch-X: 0x21a2 Die FSMO-Rolle",
    );
    assert.equal(detailIn("ldif", "0x21a2"), "0x21a2");
    assert.equal(detailIn("ldif", "nothing of use"), null);
  });

  it("is told of Windows Installer by its last numbered error, else by the action that failed", () => {
    const said = [
      "MSI (s) (A8:3C) [10:00:00:000]: Product: Exchange -- Error 1714. An older version cannot be removed.",
      "CustomAction CA_SAVE returned actual error code 1603 (note this may not be 100% accurate)",
      "MSI (s) (A8:3C) [10:00:01:000]: Produkt: Exchange -- Fehler 1706. Das Paket 'x.msi' fehlt.",
    ];
    assert.equal(detailIn("installer", said.join("\r\n")), "Fehler 1706. Das Paket 'x.msi' fehlt.");
    assert.equal(detailIn("installer", said.slice(1, 2).join("\r\n")), "action CA_SAVE");
    assert.equal(detailIn("installer", "MSI (s): all is well"), null);
  });

  it("stands in the reason, and decides the cause where its code does", () => {
    const report = parseSetupLog(ldif("C:\\Temp\\ldif.err"));
    assert.ok(report !== null);
    const reason = (detail: string) => failureReason(withDetail(report, detail), null) ?? "";
    assert.match(
      reason("ms-Exch-X: 0x2 Gone"),
      /^the import of a file into the schema failed: ms-Exch-X: 0x2 Gone\. Read ldif\.err/,
    );
    assert.match(
      reason("ms-Exch-X: 0x21a2 Busy"),
      /^the schema master has not replicated .*: ms-Exch-X: 0x21a2 Busy\. Repair/,
    );
    assert.match(
      reason("ms-Exch-X: 0x20bb Same OID"),
      /^the schema master refused a change .*: ms-Exch-X: 0x20bb Same OID\. /,
    );
  });

  it("makes a well formed line of anything, in a time that grows with its length", () => {
    const unit = fc.constantFrom(
      "CN=",
      ": CN=",
      "0x",
      "0xa",
      " -- ",
      "Error ",
      "1706.",
      "\n",
      "\u{1f600}",
      "\ud83d",
      "\u0000",
      " ",
      "a",
    );
    fc.assert(
      fc.property(
        fc.constantFrom("ldif", "installer"),
        fc.array(unit, { minLength: 1, maxLength: 5 }),
        (kind, parts) => {
          const began = performance.now();
          const said = detailIn(kind, parts.join("").repeat(20_000));
          assert.ok(performance.now() - began < 5_000);
          if (said === null) return;
          const report = parseSetupLog(ldif("C:\\Temp\\ldif.err"));
          assert.ok(report !== null);
          const reason = failureReason(withDetail(report, said), null) ?? "";
          assert.ok(reason.isWellFormed() && reason.length <= 300 && !/\p{Cc}/u.test(reason), reason);
        },
      ),
      { numRuns: 60 },
    );
  });
});
