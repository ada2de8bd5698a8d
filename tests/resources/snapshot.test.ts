/** Facts snapshots, without a directory and computers: what is written, what is served, and what is refused. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { known, unknown } from "../../lib/facts";
import { unreadHealth } from "../../lib/facts/health";
import { parseFactsFile } from "../../lib/provider/facts/factsFile";
import { ageOf } from "../../lib/provider/facts/snapshot";
import { parseInputs } from "../../lib/provider/step/inputs";
import { type Step, stepOf } from "../../lib/provider/step/step";
import { type Props, unknownValue } from "../../lib/wire/values";
import { check, checkGate, presentRun } from "../frontDoor";
import { aCase } from "../rules/builder";
import { verifiedBefore } from "./builder";

const fix =
  "  Where:  the environment variable EXCHANGE_UPGRADE_FACTS, which `exchange-upgrade plan --facts` sets\n" +
  "  Fix:    write the snapshot again with this program and version (exchange-upgrade facts), or preview without it\n  Code:   XU-FACTS";

describe("a facts snapshot", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-test-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => {
    delete process.env.EXCHANGE_UPGRADE_FACTS;
    delete process.env.EXCHANGE_UPGRADE_RECORD_FACTS;
  });
  let count = 0;
  const newFile = () => join(folder, `facts${++count}.json`);
  const log = { info: async () => undefined, warn: async () => undefined, progress: async () => undefined };

  const directory = { url: "ldaps://127.0.0.1:9", user: "CONTOSO\\reader", password: "Reader-Secret-1" };
  const inputs = (changes: Props = {}): Props => ({
    target: "2007 SP1",
    directory,
    prepared: verifiedBefore,
    computer: {
      name: "mbx-lon.contoso.com",
      media: "D:\\SP1",
      connection: { host: "127.0.0.1", port: 9, user: "CONTOSO\\exadmin", password: "Exadmin-Secret-1" },
    },
    ...changes,
  });
  const stepWith = (changes: Props = {}): Step => {
    const step = stepOf("server", parseInputs("server", inputs(changes)));
    assert.ok(step);
    return step;
  };
  const { facts } = aCase({ forest: {} });

  /** Writes a snapshot of one step. */
  const written = (changes: Props = {}): string => {
    const file = newFile();
    process.env.EXCHANGE_UPGRADE_RECORD_FACTS = file;
    presentRun().facts.snapshot.record(stepWith(changes), facts);
    delete process.env.EXCHANGE_UPGRADE_RECORD_FACTS;
    return file;
  };
  const reasons = async (changes: Props = {}): Promise<readonly string[]> =>
    (await check("server", {}, { ...inputs(changes), __stage: unknownValue }, log)).failures.map(
      (f) => f.reason,
    );

  it("serves a preview what it holds, and holds no credential", async () => {
    const file = written();
    process.env.EXCHANGE_UPGRADE_FACTS = file;
    const options = { recorded: false, computer: true, unknown: [], preview: true };
    assert.deepEqual(await presentRun().facts.read(stepWith(), options), facts);
    assert.ok(!readFileSync(file, "utf8").includes("Secret"));
  });

  it("lets a step that it does not hold be unread, and says so", async () => {
    const file = written();
    process.env.EXCHANGE_UPGRADE_FACTS = file;
    const options = { recorded: false, computer: true, unknown: [], preview: true };
    const { forest } = await presentRun().facts.read(
      stepWith({ account: { name: "CONTOSO\\other" } }),
      options,
    );
    const readAt = JSON.parse(readFileSync(file, "utf8").split("\n")[0] ?? "").readAt;
    assert.ok(!forest.root.known);
    assert.equal(
      forest.root.why,
      `the facts snapshot ${file} (${readAt}) has nothing of this step: make it again with this program`,
    );
  });

  it("of another directory, target, version or of none is refused in one message, by a step and by the first gate", async () => {
    const file = written();
    const readAt = JSON.parse(readFileSync(file, "utf8").split("\n")[0] ?? "").readAt;
    const found = `  Found:  2007 SP1 on ldaps://127.0.0.1:9, read ${readAt}\n`;
    process.env.EXCHANGE_UPGRADE_FACTS = file;
    const other = { directory: { ...directory, url: "ldaps://dc1.fabrikam.com" } };
    const expected = [
      `the facts snapshot ${file} cannot be used: it is about another directory\n${found}` +
        `  Needed: facts that were read from ldaps://dc1.fabrikam.com\n${fix}`,
    ];
    assert.deepEqual(await reasons(other), expected);
    const { target, directory: _, ...step } = inputs();
    const gate = {
      target,
      ...other,
      steps: { "mbx-lon": { kind: "server", ...step } },
      __stage: unknownValue,
    };
    assert.deepEqual(
      (await checkGate("readiness", {}, gate, log)).failures.map((f) => f.reason),
      expected,
    );

    const changed = newFile();
    writeFileSync(changed, readFileSync(file, "utf8").replace("2007 SP1", "2007 SP2"));
    process.env.EXCHANGE_UPGRADE_FACTS = changed;
    assert.deepEqual(await reasons(), [
      `the facts snapshot ${changed} cannot be used: it is about another target\n${found.replace("SP1", "SP2")}` +
        `  Needed: facts for 2007 SP1\n${fix}`,
    ]);

    const bad: readonly (readonly [string | null, string])[] = [
      [null, `it cannot be read: ENOENT: no such file or directory, open '${folder}/`],
      ["", "it is no facts snapshot\n"],
      ['{"facts":2}', "it is of another version: its form is 2, and this version reads 3, 4 and 5\n"],
      ['{"facts":6}', "it is of another version: its form is 6, and this version reads 3, 4 and 5\n"],
      ['{"facts":5,"readAt":"yesterday"}', "it does not say when it was read\n"],
      [readFileSync(file, "utf8").slice(0, -20), "its line 3 is damaged\n"],
    ];
    for (const [text, why] of bad) {
      const damaged = newFile();
      if (text !== null) writeFileSync(damaged, text);
      process.env.EXCHANGE_UPGRADE_FACTS = damaged;
      const [reason = "", ...more] = await reasons();
      assert.ok(reason.startsWith(`the facts snapshot ${damaged} cannot be used: ${why}`), reason);
      assert.ok(reason.endsWith(`\n  Needed: facts that this version has written\n${fix}`), reason);
      assert.deepEqual(more, []);
    }
  });

  it("of form 3 is read, and its directory's health is unknown", () => {
    const file = written();
    const readAt = JSON.parse(readFileSync(file, "utf8").split("\n")[0] ?? "").readAt;
    const [header, ...lines] = readFileSync(file, "utf8").trim().split("\n");
    const before = lines.map((line) => {
      const { step, ...rest } = JSON.parse(line);
      const { health: _, ...older } = step ?? {};
      return JSON.stringify(step === undefined ? rest : { ...rest, step: older });
    });
    const old = [header?.replace('"facts":5', '"facts":3'), ...before].join("\n");
    const [facts] = parseFactsFile(old).steps.values();
    const [now] = parseFactsFile(readFileSync(file, "utf8")).steps.values();
    const why = `the facts of ${readAt} are of an earlier version, which did not read it: write them again`;
    assert.deepEqual(facts, { ...now, health: unreadHealth(unknown(why, "the facts snapshot")) });
    for (const form of [4, 5])
      assert.throws(
        () => parseFactsFile(old.replace('"facts":3', `"facts":${form}`)),
        /does not hold the facts/,
      );
  });

  it("serves what a computer answered beside its facts; of form 4, and what it does not hold, is unread", async () => {
    const file = newFile();
    const files = { installed: known({ major: 15, minor: 2, build: 1544, revision: 39 }, "ExSetup.exe") };
    const answer = { ...files, fileThere: unknown("access is denied", "D:\\SU") };
    let asked = 0;
    const answerFor = (about: string, step = stepWith()) =>
      presentRun().facts.answer(step, { question: "files", about, preview: true }, async () => {
        asked += 1;
        return answer;
      });
    process.env.EXCHANGE_UPGRADE_RECORD_FACTS = file;
    presentRun().facts.snapshot.record(stepWith(), facts);
    assert.deepEqual(await answerFor("D:\\SU\\one.msp"), answer);
    await answerFor("D:\\SU\\one.msp");
    delete process.env.EXCHANGE_UPGRADE_RECORD_FACTS;
    const text = readFileSync(file, "utf8");
    assert.equal(text.trim().split("\n").length, 4, text);
    asked = 0;
    process.env.EXCHANGE_UPGRADE_FACTS = file;
    assert.deepEqual(await answerFor("D:\\SU\\one.msp"), answer);
    const { readAt } = JSON.parse(text.split("\n")[0] ?? "");
    const unread = (why: string) => {
      const not = unknown(why, "mbx-lon.contoso.com");
      return { installed: not, fileThere: not };
    };
    const nothing = `the facts snapshot ${file} (${readAt}) has nothing of this step: make it again with this program`;
    assert.deepEqual(await answerFor("D:\\SU\\two.msp"), unread(nothing));
    assert.deepEqual(
      await answerFor("D:\\SU\\one.msp", stepWith({ account: { name: "CONTOSO\\other" } })),
      unread(nothing),
    );
    assert.equal(asked, 0);

    const older = newFile();
    writeFileSync(older, `${text.replace('"facts":5', '"facts":4').split("\n").slice(0, 3).join("\n")}\n`);
    process.env.EXCHANGE_UPGRADE_FACTS = older;
    const earlier = `the facts of ${readAt} are of an earlier version, which did not read it: write them again`;
    assert.deepEqual(await answerFor("D:\\SU\\one.msp"), unread(earlier));

    for (const [from, to] of [
      ['"answer":{"installed":{"known":true', '"answer":{"installed":{"known":"true"'],
      ['{"answerOf":"[\\"files', '{"answerOf":"[\\"cluster'],
      ['{"answerOf":"[\\"files', '{"answerOf":"[\\"toString'],
      ['"facts":5', '"facts":4'],
    ] as const)
      assert.throws(
        () => parseFactsFile(text.replace(from, to)),
        /^Error: its line 4 does not hold the facts that this version reads$/,
        `${from} -> ${to}`,
      );
  });

  it("is as old as it is, in the largest whole unit", () => {
    const age = (hours: number) =>
      ageOf("2008-03-14T00:00:00.000Z", new Date(Date.UTC(2008, 2, 14) + hours * 3_600_000));
    assert.deepEqual([-1, 0, 1 / 60, 2, 47, 48, 240].map(age), [
      ...["0 minutes", "0 minutes", "1 minute", "2 hours", "47 hours", "2 days", "10 days"],
    ]);
  });
});
