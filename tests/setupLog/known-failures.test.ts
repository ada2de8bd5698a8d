/** Each known failure with its whole reason; causes before consequences; and the matching against a second implementation. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  explain,
  failureReason,
  longestReason,
  parseConsole,
  parseSetupLog,
  wordsText,
} from "../../lib/setupLog";
import { shows } from "../../lib/setupLog/explain";
import type { KnownFailure } from "../../lib/setupLog/failures/knownFailure";
import { knownFailures } from "../../lib/setupLog/failures/table";
import { failureCases } from "./cases";
import { begin, end, failedRule, failedRun, line, type Product, taskError, text } from "./writer";

const idsOf = (log: string) => explain(parseSetupLog(log), null)?.causes.map(({ failure }) => failure?.id);
const reasonOf = (log: string) => failureReason(parseSetupLog(log), null);

describe("a known failure of Setup", () => {
  for (const { id } of knownFailures)
    it(`is told with its cause first: ${id}`, () => {
      const found = failureCases[id];
      assert.ok(found !== undefined, "there is a log of it");
      assert.deepEqual(idsOf(found.log), [id]);
      assert.equal(reasonOf(found.log), found.reason);
    });

  it("has a name of its own, a phrase as its cause, and something to do", () => {
    assert.equal(new Set(knownFailures.map(({ id }) => id)).size, knownFailures.length);
    for (const { id, cause, action, source, releases } of knownFailures) {
      assert.match(id, /^[a-z][A-Za-z]+$/);
      for (const part of [cause, action]) assert.doesNotMatch(part, /^[ .]|[. ]$/, id);
      // Both fit into a reason, with some of Setup's words.
      assert.ok(cause.length + action.length <= 265, id);
      assert.ok(source !== "" && releases !== "", id);
    }
  });

  it("is found by what no language changes: types of exceptions, frames, codes, and the script's bounds", () => {
    const german = (type: string, message: string, frame: string) =>
      failedRun(
        "2019",
        line("2019", 2, `[ERROR] ${message}`),
        line(
          "2019",
          1,
          `[ERROR] Der folgende Fehler wurde generiert, als "$error.Clear();\n   Write-X -Info ("Fehler: " + $e);\n  " ausgef\u00fchrt wurde: "${type}: ${message}\n   bei ${frame}(Object a)".`,
        ),
        line("2019", 1, "[ERROR-REFERENCE] Id=X___1 Component="),
      );
    const found = (type: string, frame = "Microsoft.Exchange.Tasks.Do") =>
      idsOf(german(type, "Ein Fehler ist aufgetreten.", frame));
    assert.deepEqual(found("Microsoft.Exchange.Management.Tasks.InvalidWKObjectException"), ["deletedGroup"]);
    assert.deepEqual(found("Microsoft.Exchange.Management.Tasks.InvalidWKObjectTargetException"), [
      "wrongGroupType",
    ]);
    assert.deepEqual(found("Microsoft.Exchange.Configuration.Tasks.ServiceDidNotReachStatusException"), [
      "serviceNotRunning",
    ]);
    assert.deepEqual(
      found("System.NullReferenceException", "Microsoft.Exchange.Management.Tasks.X.CreateOrMoveEWPGroup"),
      ["securityGroupsUnit"],
    );
    const report = parseSetupLog(german("System.Exception", "Ein Fehler.", "Microsoft.Exchange.Do"));
    assert.deepEqual(
      report?.errors.map(({ message, script, stack }) => ({ message, script, stack })),
      [
        {
          message: "Ein Fehler",
          script: '$error.Clear(); Write-X -Info ("Fehler: " + $e);',
          stack: 'System.Exception:  bei Microsoft.Exchange.Do(Object a)".',
        },
      ],
    );
    assert.equal(reasonOf(german("System.Exception", "Ein Fehler.", "Microsoft.Exchange.Do")), "Ein Fehler");
  });

  it("is told by what it is about: a key of the registry is no folder to create, a key of a certificate no other denial", () => {
    const met = (message: string, type: string) =>
      idsOf(failedRun("2019", taskError("2019", { message, type })));
    const notFound = "System.Management.Automation.ItemNotFoundException";
    for (const [path, id] of [
      ["HKLM:\\SOFTWARE\\Microsoft\\X", "missingRegistryKey"],
      ["IIS:\\AppPools\\X", "missingInIis"],
      ["C:\\Program Files\\X", "missingFolder"],
    ] as const) {
      assert.deepEqual(met(`Cannot find path '${path}' because it does not exist.`, notFound), [id]);
      assert.deepEqual(
        met(`Der Pfad "${path}" kann nicht gefunden werden, da er nicht vorhanden ist.`, notFound),
        [id],
      );
    }
    const tasks = "Microsoft.Exchange.Management.SystemConfigurationTasks.";
    const denied = `${tasks}AddAccessRuleUnauthorizedAccessException`;
    const thumbprint = "0123456789ABCDEF0123456789ABCDEF01234567";
    const english = `Insufficient rights to grant Network Service access to the certificate with thumbprint ${thumbprint}.`;
    assert.deepEqual(met(english, denied), ["certificateKey"]);
    assert.deepEqual(met("Keine ausreichenden Rechte.", denied), ["certificateKey"]);
    const [cause] =
      explain(parseSetupLog(failedRun("2019", taskError("2019", { message: english, type: denied }))), null)
        ?.causes ?? [];
    assert.equal(cause?.thing, thumbprint);
    for (const [end, id] of [
      [
        "was found but is not valid for use with Exchange Server (reason: KeyAlgorithmUnsupported).",
        "certificateUnusable",
      ],
      ["was not found.", "certificateMissing"],
      ["couldn't be found on the server.", "certificateMissing"],
    ] as const)
      assert.deepEqual(met(`The certificate with thumbprint ${thumbprint} ${end}`, "System.Exception"), [id]);
  });

  it("is not found in the script that failed, which holds every message that it could print", () => {
    const script =
      "\n  Write-ExchangeSetupLog -Error 'Failed to mount database \"DB1\"'; # Database is mandatory on UserMailbox\n";
    const log = failedRun("2016", taskError("2016", { message: "Something else.", script }));
    assert.equal(reasonOf(log), "Something else");
  });

  it("is taken from the error that ended the work, and not from one that Setup has survived", () => {
    const survived = line(
      "2019",
      2,
      "[ERROR] The virtual directory 'owa' already exists under 'mbx1/Default Web Site'.",
    );
    const log = (message: string) =>
      failedRun("2019", survived, line("2019", 2, "Going on."), taskError("2019", { message }));
    assert.deepEqual(idsOf(log('Failed to mount database "DB1".')), ["databaseNotMounted"]);
    assert.equal(reasonOf(log("Something new.")), "Something new");
  });
});

describe("rules of Setup that failed", () => {
  const unreadable = failedRun(
    "2016",
    failedRule(
      "2016",
      "BridgeheadRoleNotInstalled",
      "The Mailbox server role isn't installed on this computer.",
    ),
    failedRule(
      "2016",
      "ProcessNeedsToBeClosedOnUpgrade",
      "Setup can't continue with the upgrade because the mmc (7) has open files.",
    ),
    failedRule("2016", "DelegatedMailboxFirstInstall", "You must be a member."),
    failedRule("2016", "DelegatedCafeFirstInstall", "You must be a member, too."),
    failedRule("2016", "ForestLevelNotWin2003Native", "The forest functional level is too low."),
    failedRule("2016", "CannotAccessAD", "Either Active Directory doesn't exist, or it can't be contacted."),
    failedRule("2016", "MadeUpRule", "What nobody knows."),
  );

  it("are counted and grouped, the deciding one first, and what follows from it is no cause", () => {
    const explanation = explain(parseSetupLog(unreadable), null);
    assert.deepEqual(
      explanation?.causes.map(({ failure, rules }) => [failure?.id, rules.map(({ name }) => name)]),
      [
        ["directoryNotRead", ["CannotAccessAD"]],
        ["organizationGroup", ["DelegatedMailboxFirstInstall", "DelegatedCafeFirstInstall"]],
        ["filesInUse", ["ProcessNeedsToBeClosedOnUpgrade"]],
        [undefined, ["MadeUpRule"]],
      ],
    );
    assert.deepEqual(
      explanation?.inItsWake.map(({ name }) => name),
      ["BridgeheadRoleNotInstalled", "ForestLevelNotWin2003Native"],
    );
    assert.equal(
      reasonOf(unreadable),
      "7 rules failed: Setup could not read Active Directory. Check this computer's DNS and site, and that a global catalog " +
        "there answers. Also: the account is not in the group that may install Exchange servers; a process has files of " +
        "Exchange open; MadeUpRule: What nobody knows. Setup says: Either Active…",
    );
  });

  it("are quoted without the cause where a finding tells that in its first line", () => {
    const explanation = explain(parseSetupLog(unreadable), null);
    assert.ok(explanation !== null);
    assert.equal(
      wordsText(explanation),
      "7 rules failed: CannotAccessAD: Either Active Directory doesn't exist, or it can't be contacted; " +
        "DelegatedMailboxFirstInstall and 1 more: You must be a member; ProcessNeedsToBeClosedOnUpgrade: Setup can't continue " +
        "with the upgrade because the mmc (7) has open files; MadeUpRule: What nobody knows",
    );
  });

  it("mean what they say where Setup could read the directory", () => {
    const log = failedRun("2016", failedRule("2016", "ForestLevelNotWin2003Native", "Too low."));
    assert.deepEqual(idsOf(log), ["functionalLevel"]);
  });

  it("are known by the web address beneath their text, and by the text alone", () => {
    const required = line("2010", 1, "[REQUIRED] A reboot from a previous installation is pending.");
    const url = line(
      "2010",
      1,
      "Help URL: http://technet.microsoft.com/ms.exch.setupreadiness.RebootPending.aspx",
    );
    for (const lines of [[required], [required, url]])
      assert.deepEqual(idsOf(failedRun("2010", lines)), ["restartPending"]);
    assert.deepEqual(parseSetupLog(failedRun("2010", required, url))?.failedRules, [
      { name: "RebootPending", message: "A reboot from a previous installation is pending." },
    ]);
  });

  it("are counted once where log and console both have them", () => {
    const printed = parseConsole(
      `    ${"Prerequisite Analysis".padEnd(98)}FAILED\n     It waits.\n     For more information, visit: https://x/ms-exch-setupreadiness-rebootpending?view=1\n`,
    );
    const log = parseSetupLog(failedRun("2019", failedRule("2019", "RebootPending", "It waits.")));
    assert.deepEqual(
      explain(log, printed)?.causes.map(({ rules }) => rules),
      [[{ name: "RebootPending", message: "It waits." }]],
    );
    assert.equal(explain(log, printed)?.failedRules, 1);
  });

  it("decide over errors that follow, and give way to work that failed after the check was passed", () => {
    const denied = line("2019", 0, "[ERROR] Access is denied. problem 4003 (INSUFF_ACCESS_RIGHTS), data 0");
    const rule = failedRule("2019", "RebootPending", "A reboot from a previous installation is pending.");
    assert.deepEqual(idsOf(failedRun("2019", rule, denied)), ["restartPending"]);
    const mounted = taskError("2019", { message: 'Failed to mount database "DB1".' });
    assert.deepEqual(idsOf(failedRun("2019", rule, mounted)), ["databaseNotMounted"]);
    const again = line("2019", 1, "Beginning processing test-SetupPrerequisites");
    assert.deepEqual(idsOf(failedRun("2019", rule, again, failedRule("2019", "MSDTCStopped", "Stopped."))), [
      "windowsService",
    ]);
  });
});

/** The same, written a second time without any of the code: on the messages of a run as they were put in. */
interface Put {
  readonly message: string;
  readonly stack: string;
  readonly script: string;
  readonly before: readonly string[];
}

function naive(errors: readonly Put[]): string | undefined {
  const small = (value: string) => value.toLowerCase().replace(/\s+/g, " ");
  const has = (failure: KnownFailure, error: Put) => {
    for (const keys of failure.anyOf) {
      let all = true;
      for (const { in: place, text: key } of keys) {
        const where =
          place === "error"
            ? [error.message]
            : place === "stack"
              ? [error.stack]
              : place === "script"
                ? [error.script]
                : place === "before"
                  ? error.before
                  : [];
        if (!where.some((each) => small(each).includes(small(key)))) all = false;
      }
      if (all) return true;
    }
    return false;
  };
  for (const failure of knownFailures) for (const error of errors) if (has(failure, error)) return failure.id;
  return undefined;
}

/** The same for one rule that failed: a name decides over all texts. */
function naiveRule(name: string, message: string): string | undefined {
  const small = (value: string) => value.toLowerCase().replace(/\s+/g, " ");
  for (const isNamed of [true, false])
    for (const { id, anyOf } of knownFailures)
      for (const keys of anyOf) {
        if (keys.filter(({ in: place }) => place === "rule").length !== (isNamed ? 1 : 0)) continue;
        let all = true;
        for (const { in: place, text: key } of keys) {
          if (place === "rule") all &&= name.toLowerCase() === key.toLowerCase();
          else all &&= place === "error" && small(message).includes(small(key));
        }
        if (all) return id;
      }
  return undefined;
}

describe("generated logs of Setup", function () {
  this.timeout(60_000);
  const products: readonly Product[] = ["2007", "2010", "2013", "2016", "2019", "SE"];
  const keys = knownFailures.flatMap(({ anyOf }) => anyOf.flat());
  const textsIn = (place: string) => [
    ...new Set(keys.filter((key) => key.in === place).map(({ text: key }) => key)),
  ];
  const words = fc.string({ unit: fc.constantFrom(..."abc \u00e4\u0416\u{1f600}'(-"), maxLength: 30 });
  const mixed = (place: string) =>
    fc
      .array(fc.oneof(fc.constantFrom("x", ...textsIn(place)), words), { minLength: 1, maxLength: 4 })
      .map((parts) => `It: ${parts.join(" - ")} !`);
  const put = fc.record({
    message: mixed("error"),
    frame: fc.constantFrom("Do", "X.CreateOrMoveEWPGroup"),
    type: fc.constantFrom(
      "System.Exception",
      "System.NullReferenceException",
      "System.ComponentModel.Win32Exception",
      "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
      "Microsoft.Exchange.Management.Tasks.InvalidWKObjectException",
    ),
    script: mixed("script"),
    before: fc.array(mixed("before"), { maxLength: 4 }),
  });
  const lineOf = (
    product: Product,
    {
      message,
      frame,
      type,
      script,
      before,
    }: { [K in "message" | "frame" | "type" | "script"]: string } & { readonly before: readonly string[] },
  ) => [
    line(product, 1, "Beginning processing something"),
    ...before.map((each) => line(product, 2, each)),
    ...taskError(product, {
      message,
      type,
      script: `\n ${script};\n`,
      frames: [`Microsoft.Exchange.Management.${frame}(Object a)`],
    }),
  ];

  it("are matched as a second implementation matches them", () => {
    let known = 0;
    fc.assert(
      fc.property(fc.constantFrom(...products), put, (product, error) => {
        // One line before may itself be what the eight before it are cut to; a quote would end the script elsewhere.
        fc.pre(!/"/.test(error.message + error.script));
        const frame = `Microsoft.Exchange.Management.${error.frame}(Object a)`;
        const expected = naive([
          {
            message: error.message,
            stack: `${error.type}: at ${frame}`,
            script: error.script,
            before: error.before,
          },
        ]);
        const [found] = idsOf(failedRun(product, lineOf(product, error))) ?? [];
        assert.equal(found, expected);
        if (found !== undefined) known++;
      }),
      { numRuns: 400 },
    );
    assert.ok(known > 100, `only ${known} were known`);
  });

  it("have their rules matched as a second implementation matches them", () => {
    const seen = new Set<string>();
    const names = fc.constantFrom("MadeUp", "AdInitErrorRule", "AdInitErrorRule", ...textsIn("rule"));
    // Half of the texts are of alternatives that ask for a name and a text.
    const beside = knownFailures
      .flatMap(({ anyOf }) => anyOf)
      .filter((all) => all.some(({ in: place }) => place === "rule") && all.length > 1)
      .flatMap((all) => all.filter(({ in: place }) => place === "error").map(({ text: key }) => key));
    const message = fc.oneof(
      mixed("error"),
      fc.constantFrom("It", ...beside).map((each) => `Look: ${each}, it says.`),
    );
    fc.assert(
      fc.property(fc.constantFrom(...products), names, message, (product, name, said) => {
        fc.pre(!/[\][]/.test(said));
        const [found] = idsOf(failedRun(product, failedRule(product, name, said))) ?? [];
        assert.equal(found, naiveRule(name, said));
        if (found !== undefined) seen.add(found);
      }),
      { numRuns: 600 },
    );
    assert.ok(seen.size > 30 && seen.has("directoryNotReached"), [...seen].join(" "));
  });

  it("have a reason of at most 300 characters, well formed, on one line, that says nothing twice", () => {
    const ruleOf = fc.record({
      name: fc.constantFrom("MadeUp", "OtherRule", ...textsIn("rule")),
      message: fc.oneof(mixed("error"), fc.constant("A reboot from a previous installation is pending.")),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...products),
        fc.array(put, { maxLength: 3 }),
        fc.array(ruleOf, { maxLength: 6 }),
        fc.boolean(),
        (product, errors, rules, hasEnd) => {
          const lines = [
            ...begin(product),
            ...errors.flatMap((error) => lineOf(product, error)),
            ...rules.flatMap(({ name, message }) => failedRule(product, name, message)),
            ...(hasEnd ? end(product) : []),
          ];
          const report = parseSetupLog(text(lines));
          const reason = failureReason(report, null) ?? "";
          assert.ok(reason.length > 0 && reason.length <= longestReason, reason);
          assert.ok(reason.isWellFormed() && !/[\n\r]/.test(reason), reason);
          assert.doesNotMatch(reason, /\sat Microsoft\.|\$error/);
          const explanation = explain(report, null);
          if (explanation === null) return;
          const told = wordsText(explanation);
          assert.ok(told.length <= longestReason && told.isWellFormed(), told);
          for (const all of [reason, told]) {
            const sentences = all.split(/(?<=[^.])\. |; /).filter((each) => each.length > 20);
            assert.equal(new Set(sentences).size, sentences.length, all);
          }
          const [first] = explanation.causes;
          for (const { message } of errors) {
            const at = reason.indexOf(message);
            if (message.length > 20 && at >= 0) assert.ok(!reason.includes(message, at + 1), reason);
          }
          if (first?.failure != null) assert.ok(reason.includes(first.failure.cause), reason);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("are read in a time that grows with their length, whatever stands in a line", () => {
    const unit = fc.constantFrom(
      "[ERROR] ",
      '"',
      "$error.Clear()",
      " was run: ",
      "Microsoft.",
      "A.",
      " at ",
      "(",
      "*",
      "[1] ",
      ": ",
      ";",
      "}",
      " ",
      "[",
      "]",
      "a",
      "\u00e4",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 6 }), (parts) => {
        const piece = parts.join("");
        const whole = piece.repeat(Math.floor(400_000 / piece.length));
        const began = performance.now();
        failureReason(parseSetupLog(`[06/23/2022 09:30:01.0042] [1] [ERROR] ${whole}`), null);
        failureReason(parseSetupLog(whole), null);
        const took = performance.now() - began;
        assert.ok(took < 5_000, `${took} ms for ${JSON.stringify(piece)}`);
      }),
      { numRuns: 40 },
    );
  });

  it("show a failure only where all of its keys are in one error", () => {
    const failure = knownFailures.find(({ id }) => id === "severalActiveSync");
    assert.ok(failure !== undefined);
    const error = (message: string) => ({ message, stack: "", script: "", before: [] });
    const isShown = (message: string) => failure.anyOf.some((keys) => shows(keys, error(message), []));
    assert.ok(isShown("'System.Object[]' VirtualDirectoryIdParameter"));
    assert.ok(!isShown("'System.Object[]'"));
  });
});
