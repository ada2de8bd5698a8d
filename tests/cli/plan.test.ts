/** `exchange-upgrade plan`, on a fake `pulumi` (fake-pulumi.ts). */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { packageVersion } from "../../lib/cli/files";
import { unknown, unreadComputer, unreadForest } from "../../lib/facts";
import { unreadHealth } from "../../lib/facts/health";
import { parseReview, reviewJson } from "../../lib/review/format";
import { reviewHtml } from "../../lib/review/html";
import { reviewMarkdown } from "../../lib/review/markdown";
import { orderSteps } from "../../lib/review/order";
import type { ReportLine, Review, ReviewRefusal, ReviewStep } from "../../lib/review/review";
import { contoso, finding, reportOf } from "../review/fixtures";
import { type Stage, secret, useStage } from "./fake-pulumi";

const unreadStep = {
  computer: unreadComputer("no answer", "cas-lon.contoso.com"),
  account: unknown("no answer", "dc1.contoso.com"),
  serverAccess: unknown("no answer", "dc1.contoso.com"),
  health: unreadHealth(unknown("no answer", "dc1.contoso.com")),
  administrators: unknown("no answer", "dc1.contoso.com"),
  domainLevels: {},
  directory: "ldaps://dc1.contoso.com",
};
const snapshot = [
  { facts: 5, readAt: "2008-03-14T09:30:00.000Z" },
  { forestOf: "ldaps://dc1.contoso.com", forest: unreadForest("no answer", "dc1.contoso.com") },
  {
    stepOf: JSON.stringify(["server", "2007 SP1", "cas-lon.contoso.com", null, [], null]),
    step: unreadStep,
  },
]
  .map((line) => JSON.stringify(line))
  .join("\n");

/** Contoso without findings, and with nothing that could not be read. */
function clear(): Review {
  const steps = contoso().steps.map(
    (one): ReviewStep => ({
      ...one,
      findings: [],
      ...(one.progress === "unknown" ? { progress: "pending" } : {}),
    }),
  );
  return { ...contoso(), version: packageVersion(), steps: orderSteps(steps) };
}

function found(level: "must" | "should", verdict: "fails" | "unknown"): Review {
  const { steps, ...rest } = clear();
  const rule = level === "must" ? "D4" : "D6";
  return {
    ...rest,
    steps: steps.map((one) =>
      one.name === "um-lon"
        ? { ...one, findings: [finding(rule, "server", one.computer, verdict, "as it is")] }
        : one,
    ),
  };
}

describe("cli: plan, with a fake pulumi", function () {
  this.timeout(60_000);
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });

  it("previews the project without questions, and answers with the plan in order", async () => {
    const review = clear();
    const play = {
      lines: reportOf(review),
      stdout: "Previewing update (prod)\n",
      stderr: "warning: of Pulumi\n",
    };
    const { code, stdout, stderr } = await stage.run(
      ["plan", "--stack", "prod", "--verbose", "--", "--diff"],
      play,
    );
    assert.equal(stdout, reviewMarkdown(review));
    for (const text of [
      ...Object.values(play).filter((one) => typeof one === "string"),
      "Ready: 11 steps to run",
    ]) {
      assert.ok(stderr.includes(text), text);
    }
    assert.ok(!stderr.includes("\u001B"), "colours, and no terminal");
    const quiet = await stage.run(["plan", "--stack", "prod", "--", "--diff"], play);
    assert.equal(quiet.stdout, stdout);
    assert.ok(!quiet.stderr.includes("Previewing") && !quiet.stderr.includes("of Pulumi"), quiet.stderr);
    assert.equal(code, 0);
    assert.deepEqual(stage.called(), {
      args: ["preview", "--non-interactive", "--suppress-progress", "--stack", "prod", "--diff"],
      cwd: stage.folder,
      reportMode: 0o600,
    });
  });

  it("judges on a snapshot where one is given, by its absolute path", async () => {
    stage.write("facts.json", snapshot);
    await stage.run(["plan", "--facts", "facts.json"], { lines: reportOf(clear()) });
    assert.equal(stage.called()?.facts, stage.path("facts.json"));
  });

  it("says once, and without a preview, that a snapshot cannot be used", async () => {
    const lines = snapshot.split("\n");
    for (const [text, why] of [
      ["", "it is no facts snapshot"],
      ["hello", "it is no facts snapshot"],
      [`${lines[0]}\n`, "it holds no facts"],
      [snapshot.slice(0, -9), "its line 3 is damaged"],
      [snapshot.replace('"why"', '"because"'), "its line 2 does not hold the facts that this version reads"],
      [[lines[0], lines[2]].join("\n"), "it lacks what was read of ldaps://dc1.contoso.com"],
    ]) {
      stage.write("facts.json", text ?? "");
      const { code, stderr } = await stage.run(["plan", "--facts", "facts.json"], { lines: [] });
      assert.equal(
        stderr,
        `exchange-upgrade: --facts facts.json cannot be used: ${why}; write it with: exchange-upgrade facts, of the same version ` +
          "of pulumi-exchange-upgrade as the program's [XU-FACTS]\n",
      );
      assert.equal(code, 1);
    }
    assert.equal(stage.called(), undefined);
  });

  it("writes a file as a whole, in the format of its name", async () => {
    const review = clear();
    const { stdout } = await stage.run(["plan", "--out", "plan.html"], { lines: reportOf(review) });
    assert.equal(stdout, "");
    assert.equal(stage.read("plan.html"), reviewHtml(review));
    await stage.run(["plan", "--out", "plan.json"], { lines: reportOf(review) });
    assert.equal(stage.read("plan.json"), reviewJson(review));
    await stage.run(["plan", "--out", "plan.txt"], { lines: reportOf(review) });
    assert.equal(stage.read("plan.txt"), reviewMarkdown(review));
    assert.deepEqual(readdirSync(stage.folder).sort(), ["plan.html", "plan.json", "plan.txt"]);
  });

  it("ends with 3 where a must fails, also when Pulumi ended with an error, and says that steps may be missing", async () => {
    const refused = await stage.run(["plan"], { lines: reportOf(found("must", "fails")) });
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /^Refused: 1 finding in the way$/m);
    const stopped = await stage.run(["plan"], { lines: reportOf(found("must", "fails")), exit: 1 });
    assert.equal(stopped.code, 3);
    const missing =
      /Steps may be missing:(?:\*\*)? pulumi preview ended with exit code 1, as it does where a finding refuses; it may have stopped before it came to every step/;
    assert.match(stopped.stderr, missing);
    assert.match(stopped.stdout, missing);
  });

  it("ends with 4 for what pulumi up would refuse as not verified, and with --strict for recommendations", async () => {
    const codes = async (lines: readonly ReportLine[]) => [
      (await stage.run(["plan"], { lines })).code,
      (await stage.run(["plan", "--strict"], { lines })).code,
    ];
    assert.deepEqual(await codes(reportOf(found("must", "unknown"))), [4, 4]);
    assert.deepEqual(await codes(reportOf(found("should", "fails"))), [0, 4]);
    assert.deepEqual(await codes(reportOf(found("should", "unknown"))), [0, 4]);
    assert.equal((await stage.run(["plan", "--strict"], { lines: reportOf(clear()) })).code, 0);
  });

  it("ends with 1 where Pulumi fails and no finding says why, and still writes what was checked", async () => {
    const { code, stdout } = await stage.run(["plan"], { lines: reportOf(clear()), exit: 1 });
    assert.equal(code, 1);
    assert.match(stdout, /\*\*Incomplete: steps may be missing\*\*/);
  });

  /** The line of the gate, which says which steps there are. */
  const given = (review: Review, ...more: readonly string[]) =>
    JSON.stringify({ review: 1, steps: [...review.steps.map(({ name }) => name), ...more] });
  const refusedLine = (
    changes: Partial<ReviewRefusal> & { readonly text: string; readonly rule?: string },
  ) => {
    const { text, rule = "arguments", ...own } = changes;
    const summary = text.split("\n")[0] ?? "";
    const refused = {
      ...{ name: "cas-par", kind: "server", computer: "cas-par.emea.contoso.com" },
      ...own,
      finding: { rule, level: "must", verdict: "fails", summary, text },
    };
    return JSON.stringify({ review: 1, at: "2008-03-14T09:30:00.000Z", refused });
  };

  it("is never green with a step missing that the gate was given: it says which, and why", async () => {
    const lines = [given(clear(), "cas-dub"), ...reportOf(clear())];
    const { code, stderr, stdout } = await stage.run(["plan"], { lines });
    assert.equal(code, 4);
    assert.match(stderr, /^Incomplete: steps may be missing$/m);
    const why = "1 step has no plan (cas-dub): the preview did not check them";
    assert.ok(stderr.includes(`Steps may be missing: ${why}\n`), stderr);
    assert.ok(stdout.includes(why));
    const part = await stage.run(["plan", "--", "--target", "urn:x"], {
      lines: [given(clear(), "a1", "a2", "a3", "a4", "a5", "a6"), ...reportOf(clear())],
    });
    assert.equal(part.code, 4);
    assert.ok(
      part.stderr.includes(
        "6 steps have no plan (a1, a2, a3, a4, a5 and 1 more): the preview was asked for a part of the stack (--target)\n",
      ),
      part.stderr,
    );
    const ungated = await stage.run(["plan", "--", "--exclude=urn:x"], { lines: reportOf(clear()) });
    assert.equal(ungated.code, 4);
    assert.ok(
      ungated.stderr.includes(
        "Steps may be missing: the preview was asked for a part of the stack (--exclude)\n",
      ),
      ungated.stderr,
    );
    assert.equal((await stage.run(["plan"], { lines: [given(clear()), ...reportOf(clear())] })).code, 0);
  });

  it("writes the plan, and ends with 3, where steps are refused in themselves: a rollback, wrong arguments", async () => {
    const rollback = [
      "D9 (must), schema preparation on dc1.contoso.com: 2007 SP1 to 2007 RTM would be a rollback",
      '  Found:  target "2007 RTM" in the program, 2007 SP1 in the state',
    ].join("\n");
    const lines = [
      refusedLine({
        text: rollback,
        rule: "D9",
        name: "schema",
        kind: "schema",
        computer: "dc1.contoso.com",
      }),
    ];
    const { code, stderr } = await stage.run(["plan", "--out", "plan.json"], { lines, exit: 1 });
    assert.equal(code, 3, stderr);
    assert.match(stderr, /^Refused: 1 finding in the way$/m);
    const review = parseReview(stage.read("plan.json"));
    assert.deepEqual(
      review.refused?.map(({ name, finding: { text } }) => [name, text]),
      [["schema", rollback]],
    );
    const arguments1 = [
      'one argument cannot be used: changeWindow.start: is not a local date and time such as "2026-12-05T22:00"',
      "  Where:  in the program",
      "  Fix:    correct it; nothing was read or changed",
      "  Code:   XU-ARGUMENT",
    ].join("\n");
    // A check may run twice.
    const wrong = await stage.run(["plan"], {
      lines: [
        refusedLine({ text: arguments1 }),
        refusedLine({ text: arguments1 }),
        refusedLine({ text: arguments1, name: "x", computer: null }),
      ],
      exit: 1,
    });
    assert.equal(wrong.code, 3);
    const first =
      'one argument cannot be used: changeWindow.start: is not a local date and time such as "2026-12-05T22:00"';
    assert.ok(wrong.stdout.includes(`#### <code>cas-par.emea.contoso.com</code>`), wrong.stdout);
    assert.ok(wrong.stdout.includes(`server upgrade on cas-par.emea.contoso.com: ${first}`));
    assert.ok(wrong.stdout.includes(`server upgrade on x: ${first}`));
    assert.ok(wrong.stdout.includes("  Fix:    correct it; nothing was read or changed"));
    assert.match(wrong.stderr, /^Refused: 2 findings in the way$/m);
    const one = await stage.run(["plan"], {
      lines: [
        given(clear(), "cas-dub"),
        ...reportOf(clear()),
        refusedLine({ text: arguments1, name: "cas-dub" }),
      ],
    });
    assert.equal(one.code, 3);
    assert.ok(!one.stderr.includes("Steps may be missing"), one.stderr);
  });

  it("ends with 3 where a class refuses the program's arguments, and only where Pulumi has failed by it", async () => {
    const text =
      'ExchangeUpgrade "contoso" cannot be planned:\n  servers.cas.computer.medai: is no argument here; did you mean `media`?\n' +
      "  Code:   XU-ARGUMENT";
    const [summary = ""] = text.split("\n");
    const lines = [
      {
        review: 1,
        at: "2026-12-01T10:00:00.000Z",
        refused: {
          name: null,
          kind: "program",
          computer: null,
          finding: { rule: "arguments", level: "must", verdict: "fails", summary, text },
        },
      },
    ].map((line) => JSON.stringify(line));
    const { code, stdout, stderr } = await stage.run(["plan", "--format", "text"], {
      lines,
      exit: 255,
      stderr: "error: what Pulumi itself says\n",
    });
    assert.equal(code, 3);
    assert.equal(
      stdout,
      [
        "Refused: 1 finding in the way",
        "0 steps: none. Findings: refused: 1.",
        "Steps may be missing: the program was refused before it had made every step",
        text,
        "",
      ].join("\n"),
    );
    assert.ok(!stderr.includes("Pulumi itself"), stderr);
    const doctor = await stage.run(["doctor"], { lines, exit: 255 });
    assert.deepEqual([doctor.code, doctor.stdout], [3, `${text}\n`]);
    const caught = await stage.run(["plan"], { lines: [...lines, ...reportOf(clear())] });
    assert.deepEqual([caught.code, caught.stdout], [0, reviewMarkdown(clear())]);
  });

  it("says what is ready, what is done, what a Setup has begun, and what could not be read", async () => {
    const verdict = async (change: (step: ReviewStep, at: number) => Partial<ReviewStep>) => {
      const review = clear();
      const steps = review.steps.map((step, at) => ({ ...step, ...change(step, at) }));
      const { code, stderr } = await stage.run(["plan"], { lines: reportOf({ ...review, steps }) });
      return [code, stderr.split("\n")[1]];
    };
    assert.deepEqual(await verdict(() => ({ progress: "done" })), [0, "Done: all 12 steps are at 2007 SP1"]);
    assert.deepEqual(await verdict((_, at) => ({ progress: at === 3 ? "above" : "done" })), [
      0,
      "Done: all 12 steps are at 2007 SP1, or beyond it",
    ]);
    assert.deepEqual(await verdict((_, at) => (at === 4 ? { begun: true } : {})), [
      0,
      "Unfinished: 1 server half upgraded, 11 steps to run",
    ]);
    assert.deepEqual(await verdict((_, at) => ({ progress: at === 4 ? "unknown" : "done" })), [
      0,
      "Not verified: 1 step could not be read",
    ]);
    assert.deepEqual(await verdict((_, at) => ({ progress: at === 4 ? "absent" : "done" })), [
      0,
      "Nothing to run: 11 done, 1 nothing there",
    ]);
  });

  it("ends with 1, and leaves the file as it was, where there is no plan", async () => {
    stage.write("plan.md", "the old plan");
    const reason = async (play: Parameters<Stage["run"]>[1], options = {}) => {
      const { code, stdout, stderr } = await stage.run(["plan", "--out", "plan.md"], play, options);
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.ok(!stderr.includes(secret));
      return stderr.split("\n").slice(1).join("\n");
    };
    assert.equal(
      await reason({ exit: 1, stderr: "error: no stack selected\n" }),
      "error: no stack selected\nexchange-upgrade: pulumi preview ended with exit code 1 before any step was checked; its own words are above [XU-PREVIEW]\n",
    );
    assert.match(
      await reason({}),
      /^exchange-upgrade: the preview checked no step of an Exchange upgrade; is this the right project/,
    );
    assert.match(
      await reason({ lines: ['{"review":2}'] }),
      /^exchange-upgrade: the report, line 1 is not in the expected format:\n/,
    );
    assert.equal(
      await reason({}, { noPulumi: true }),
      "exchange-upgrade: pulumi is not on the PATH; install the Pulumi CLI (https://www.pulumi.com/docs/install/) [XU-PULUMI]\n",
    );
    assert.equal(stage.read("plan.md"), "the old plan");
  });

  it("ends with 2, without a preview, where the command line is wrong", async () => {
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [["plan", "--fromat", "html"], "error: unknown option '--fromat'\n(Did you mean --format?)"],
      [
        ["plan", "--format", "pdf"],
        "error: option '-f, --format <format>' argument 'pdf' is invalid. Allowed choices are text, markdown, html, json.",
      ],
      [
        ["plan", "--cwd", "nowhere"],
        `exchange-upgrade: --cwd nowhere: there is no folder ${stage.path("nowhere")}`,
      ],
      [
        ["plan", "--out", "no/plan.md"],
        `exchange-upgrade: --out no/plan.md: there is no folder ${stage.path("no")}; make it first`,
      ],
      [
        ["plan", "--facts", "no.json"],
        `exchange-upgrade: --facts no.json: there is no file ${stage.path("no.json")}; write it with: exchange-upgrade facts`,
      ],
      [["plna"], "error: unknown command 'plna'\n(Did you mean plan?)"],
    ];
    for (const [args, message] of wrong) {
      const { code, stderr } = await stage.run(args);
      assert.equal(code, 2, args.join(" "));
      assert.ok(stderr.startsWith(message.replace(/^.*/, "$& [XU-USAGE]")), stderr);
      assert.equal(stage.called(), undefined);
    }
  });

  it("says what changed since an earlier review, and the differences do not change how it ends", async () => {
    const before = clear();
    stage.write("old.json", reviewJson({ ...before, steps: before.steps.slice(0, -1) }));
    const { code, stdout, stderr } = await stage.run(["plan", "--compare", "old.json"], {
      lines: reportOf(before),
    });
    const line = "step added, server upgrade on edge1.perimeter.example";
    assert.match(stdout, /^### 1 difference since the review of 2008-03-14 09:30 UTC$/m);
    assert.ok(stdout.includes(line));
    assert.ok(stderr.includes(`+ ${line}`));
    assert.equal(code, 0);
  });

  it("answers with JSON where that is asked for, also when it fails", async () => {
    const { stdout, code } = await stage.run(["plan", "--json"], { lines: reportOf(found("must", "fails")) });
    const { command, exitCode, summary, review } = JSON.parse(stdout);
    assert.deepEqual([command, exitCode, code], ["plan", 3, 3]);
    assert.equal(summary.findings.refused, 1);
    assert.deepEqual(review, found("must", "fails"));
    const failed = await stage.run(["--json", "plan"], {});
    assert.equal(JSON.parse(failed.stdout).exitCode, 1);
    assert.match(JSON.parse(failed.stdout).error, /^the preview checked no step/);
    const wrong = await stage.run(["plan", "--json", "--fromat"]);
    assert.deepEqual(JSON.parse(wrong.stdout), {
      exitCode: 2,
      code: "XU-USAGE",
      error: "error: unknown option '--fromat'\n(Did you mean --format?)",
    });
  });

  it("waits for Pulumi when a signal ends it, and leaves nothing behind", async () => {
    const { code, stderr } = await stage.run(["plan"], { hangs: true }, { signal: "SIGTERM" });
    assert.equal(code, 143);
    assert.match(stderr, /exchange-upgrade: ended by SIGTERM \[XU-PULUMI\]\n$/);
  });
});
