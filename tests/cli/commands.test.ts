/** The other commands of `exchange-upgrade`, on a fake `pulumi` (fake-pulumi.ts). */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { known, unknown, unreadComputer, unreadForest } from "../../lib/facts";
import { unreadHealth } from "../../lib/facts/health";
import { compareReviews } from "../../lib/review/compare";
import { comparisonText } from "../../lib/review/compareText";
import { reviewJson } from "../../lib/review/format";
import { reviewHtml } from "../../lib/review/html";
import { comparisonMarkdown, reviewMarkdown } from "../../lib/review/markdown";
import { contoso } from "../review/fixtures";
import { type Stage, useStage } from "./fake-pulumi";

const not = unknown("connection refused", "192.0.2.17:22");

const factsOf = (facts: object) => ({ ...unreadComputer("it was not asked", "registry"), ...facts });

const keyOf = (computer: string) => JSON.stringify(["server", "2007 SP1", computer, null, [], null]);

/** A line of a snapshot: the facts of a step on a computer without a directory. */
const lineOf = (computer: string, facts: object) =>
  JSON.stringify({
    stepOf: keyOf(computer),
    step: {
      computer: factsOf(facts),
      account: not,
      serverAccess: not,
      health: unreadHealth(not),
      administrators: not,
      domainLevels: {},
      directory: null,
    },
  });

const header = (facts: number) => JSON.stringify({ facts, readAt: "2008-03-14T09:30:00.000Z" });
const snapshot = [
  header(5),
  JSON.stringify({
    forestOf: "ldaps://dc1.contoso.com",
    forest: unreadForest("no answer", "dc1.contoso.com"),
  }),
  lineOf("cas1.contoso.com", { identity: known({ known: false }, "registry"), roles: known([], "registry") }),
  lineOf("mbx1.contoso.com", { identity: known({}, "registry"), roles: not }),
  lineOf("um1.contoso.com", { identity: not, roles: not }),
  lineOf("done1.contoso.com", {}),
  lineOf("mbx2.contoso.com", { identity: known({}, "registry"), roles: known([], "registry") }),
  JSON.stringify({
    answerOf: JSON.stringify(["files", keyOf("mbx2.contoso.com"), "D:\\SU.msp"]),
    answer: { installed: not, fileThere: known(true, "D:\\SU.msp") },
  }),
  "",
].join("\n");

describe("cli: facts, compare, render and help, with a fake pulumi", function () {
  this.timeout(60_000);
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });

  describe("facts", () => {
    it("keeps what the preview read, and says of which computers", async () => {
      const { code, stdout, stderr } = await stage.run(["facts", "--out", "facts.json"], { snapshot });
      assert.equal(stdout, "");
      assert.equal(
        stderr,
        `Running pulumi preview in ${stage.folder}
Written: ${stage.path("facts.json")}
1 computer read, 2 in part, 1 not at all
  in part: mbx1.contoso.com, mbx2.contoso.com
  not at all: um1.contoso.com
`,
      );
      assert.equal(code, 0);
      assert.equal(stage.read("facts.json"), snapshot);
      assert.equal(statSync(stage.path("facts.json")).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(stage.folder), ["facts.json"]);
      assert.ok(stage.called()?.record?.startsWith(stage.folder));
    });

    it("ends with 4 where a computer was not read, with --strict", async () => {
      assert.equal((await stage.run(["facts", "-o", "facts.json", "--strict"], { snapshot })).code, 4);
    });

    it("ends with 3 where the preview failed after it had written", async () => {
      const { code, stderr } = await stage.run(["facts", "-o", "facts.json", "--json"], {
        snapshot,
        exit: 1,
      });
      assert.equal(code, 3);
      assert.match(
        stderr,
        /^pulumi preview ended with exit code 1: computers that it did not come to are missing$/m,
      );
    });

    it("leaves the old file where nothing was written, or nothing that it knows", async () => {
      stage.write("facts.json", "old");
      const reasons = [
        [{}, /the preview wrote no facts; does the program of this stack use this version/],
        [{ exit: 1 }, /pulumi preview ended with exit code 1 before any fact was written/],
        [
          { snapshot: "{}" },
          /facts\.json, as the provider wrote it, cannot be used: it is no facts snapshot;/,
        ],
        [
          { snapshot: header(6) },
          /cannot be used: it is of another version: its form is 6, and this version reads 3, 4 and 5;/,
        ],
      ] as const;
      for (const [play, reason] of reasons) {
        const { code, stderr } = await stage.run(["facts", "-o", "facts.json"], play);
        assert.equal(code, 1);
        assert.match(stderr, reason);
      }
      assert.equal(stage.read("facts.json"), "old");
      assert.deepEqual(readdirSync(stage.folder), ["facts.json"]);
    });

    it("wants to be told where", async () => {
      const { code, stderr } = await stage.run(["facts"]);
      assert.equal(code, 2);
      assert.match(stderr, /^error: required option '-o, --out <file>' not specified \[XU-USAGE\]\n/);
    });
  });

  describe("compare", () => {
    const after = { ...contoso(), steps: contoso().steps.slice(1) };
    const comparison = compareReviews(contoso(), after);

    it("ends with 0 where nothing differs, and with 3 where something does", async () => {
      stage.write("old.json", reviewJson(contoso()));
      stage.write("new.json", reviewJson(after));
      const same = await stage.run(["compare", "old.json", "old.json"]);
      assert.deepEqual(same, {
        code: 0,
        stdout: "No difference since the review of 2008-03-14 09:30 UTC\n",
        stderr: "",
      });
      const different = await stage.run(["compare", "old.json", "new.json"]);
      assert.deepEqual(different, { code: 3, stdout: comparisonText(comparison), stderr: "" });
    });

    it("writes Markdown and JSON", async () => {
      stage.write("old.json", reviewJson(contoso()));
      stage.write("new.json", reviewJson(after));
      const args = ["compare", "old.json", "new.json"];
      assert.equal(
        (await stage.run([...args, "--format", "markdown"])).stdout,
        comparisonMarkdown(comparison),
      );
      assert.deepEqual(JSON.parse((await stage.run([...args, "--format", "json"])).stdout), comparison);
      assert.deepEqual(JSON.parse((await stage.run([...args, "--json"])).stdout), {
        command: "compare",
        exitCode: 3,
        ...comparison,
      });
    });

    it("says which file it cannot use", async () => {
      stage.write("old.json", "{}");
      assert.equal(
        (await stage.run(["compare", "none.json", "old.json"])).stderr,
        "exchange-upgrade: none.json cannot be read: there is no such file [XU-FILE]\n",
      );
      const { code, stderr } = await stage.run(["compare", "old.json", "old.json"]);
      assert.equal(code, 1);
      assert.match(stderr, /^exchange-upgrade: old\.json is not in the expected format:\n/);
      assert.equal((await stage.run(["compare", "old.json"])).code, 2);
    });
  });

  it("render writes a review again, in each format", async () => {
    stage.write("plan.json", reviewJson(contoso()));
    assert.deepEqual(await stage.run(["render", "plan.json"]), {
      code: 0,
      stdout: reviewMarkdown(contoso()),
      stderr: "",
    });
    await stage.run(["render", "plan.json", "--out", "plan.html", "--compare", "plan.json"]);
    const comparison = compareReviews(contoso(), contoso());
    assert.equal(stage.read("plan.html"), reviewHtml(contoso(), { comparison }));
    assert.equal(
      (await stage.run(["render", "plan.json", "--format", "json"])).stdout,
      reviewJson(contoso()),
    );
  });

  it("answers with JSON, wherever --json stands, also where the command line is wrong", async () => {
    const task = JSON.parse((await stage.run(["--json", "task", "--account", "CONTOSO\\prep"])).stdout);
    assert.equal(task.command, "task");
    assert.equal(task.exitCode, 0);
    assert.match(task.remove, /^schtasks \/delete /);
    assert.equal(task.files[0].written, "run-next.cmd");
    stage.write("file", "");
    const unwritable = await stage.run(["task", "--out", "file/folder", "--json"]);
    assert.equal(unwritable.code, 1);
    assert.match(JSON.parse(unwritable.stdout).error, /^--out file\/folder: the files cannot be written: /);
    for (const given of [
      ["--json", "discover", "--url", "ldaps://dc1"],
      ["discover", "--json", "--url", "ldaps://dc1"],
    ]) {
      const { code, stdout } = await stage.run(given);
      assert.equal(code, 2);
      assert.deepEqual(JSON.parse(stdout), {
        exitCode: 2,
        code: "XU-USAGE",
        error: "error: required option '--user <name>' not specified",
      });
    }
    const none = [
      "discover",
      "--user",
      "CONTOSO\\reader",
      "--password-env",
      "NOT_THERE",
      "--url",
      "ldaps://dc1",
    ];
    const refused = JSON.parse((await stage.run(["--json", ...none])).stdout);
    assert.equal(refused.exitCode, 1);
    assert.match(
      refused.error,
      /^exchange-upgrade discover: there is no password for CONTOSO\\reader\n {2}Found: /,
    );
  });

  it("teaches: each command's help has where it runs, credentials, exit codes and examples", async () => {
    for (const command of [
      ...["path", "init", "discover", "hostkeys", "doctor", "plan", "facts", "compare", "render"],
      ...["status", "verify", "rules", "task", "log"],
    ]) {
      const { code, stdout } = await stage.run(["help", command]);
      assert.equal(code, 0);
      for (const part of [
        "Where it runs:\n  ",
        "Credentials:\n  ",
        "Exit codes:\n  0  ",
        `Examples:\n  $ exchange-upgrade ${command} `,
      ]) {
        assert.ok(stdout.includes(part), `${command}: ${part}`);
      }
    }
    const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));
    assert.equal((await stage.run(["--version"])).stdout, `${version}\n`);
    const { stdout: all } = await stage.run(["--help"]);
    assert.match(all, /\n {2}1\. discover {3}once: /);
    assert.match(all, /\n {2}4 {2}something could not be read or verified\n/);
    const bare = await stage.run([]);
    assert.equal(bare.code, 2);
    assert.match(bare.stderr, /^Usage: exchange-upgrade /);
  });
});
