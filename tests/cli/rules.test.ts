/** `exchange-upgrade rules`: the list, and each rule at length. */
import assert from "node:assert/strict";
import { codeMeanings } from "../../lib/cause";
import { labelled, tableText, wrapped } from "../../lib/cli/columns";
import { guideSection, guideText } from "../../lib/cli/guide";
import { offered } from "../../lib/releases";
import { describeRule, holdsFor } from "../../lib/rules/describe";
import { ruleIds } from "../../lib/rules/ids";
import { releaseNamed } from "../rules/builder";
import { type Stage, useStage } from "./fake-pulumi";

describe("cli: rules", function () {
  this.timeout(60_000);
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });

  it("lists every rule with its title, and those of a target in its words", async () => {
    const { code, stdout, stderr } = await stage.run(["rules"]);
    assert.equal(stderr, "");
    assert.equal(code, 0);
    const [head, ...lines] = stdout.split("\n");
    assert.match(head ?? "", /^rule {2}level {3}steps +title$/);
    const named = lines.flatMap((line) => /^([DPR]\d+) /.exec(line)?.[1] ?? []);
    assert.deepEqual(named, ruleIds);
    assert.ok(stdout.endsWith("\nMore: exchange-upgrade rules --explain D1\n"));

    const se = JSON.parse((await stage.run(["rules", "--target", "se rtm", "--json"])).stdout);
    assert.equal(se.target, "SE RTM");
    const held = ruleIds.filter((id) => holdsFor(id, releaseNamed("SE RTM")));
    assert.deepEqual(
      se.rules.map(({ id }: { readonly id: string }) => id),
      held,
    );
    assert.ok(!held.includes("D7") && held.includes("R18"));
    for (const { title, source } of se.rules)
      assert.doesNotMatch(`${title} ${source}`, /Windows Server 2008|Organization Administrators/);
  });

  it("explains a rule: what it asks, who keeps it, whether it can be waived, what a refusal says", async () => {
    const { code, stdout } = await stage.run(["rules", "--explain", "r7", "--target", "SE RTM"]);
    assert.equal(code, 0);
    assert.ok(
      stdout.startsWith(`R7
  Rule:     no restart is pending
  Level:    must; should: before a preparation, where only files wait for the restart
  Steps:    all, security update
  Targets:  2007 SP1 to 2007 SP3, 2010 SP1 to 2010 SP3, 2013 CU1 to 2013 CU23, 2016 CU1 to 2016
            CU23, 2019 CU1 to 2019 CU15 or SE RTM
  Judges:   the computer
  Kept:     judged from the registry values that Setup's own prerequisite check looks at
  Waiver:   with a reason: where it is a recommendation; where it could not be verified; where all
            that waits for a restart is the removal of files below folders named Temp; Setup then
            judges by itself
  Source:   `),
    );
    assert.match(stdout, /\n\nIts messages:\n`Windows waits for a restart`: restart/);
    const none = await stage.run(["rules", "--explain", "D7", "--target", "SE RTM"]);
    assert.equal(none.code, 3);
    assert.match(none.stdout, /^D7 does not hold for SE RTM\.\nD7\n {2}Rule: {5}the wizard/);
  });

  it("lists every code, and explains one, named with or without its prefix", async () => {
    const { stdout } = await stage.run(["rules"]);
    const named = stdout.split("\n").flatMap((line) => /^(XU-[A-Z-]+) /.exec(line)?.[1] ?? []);
    assert.deepEqual(named, Object.keys(codeMeanings));
    const explained = await stage.run(["rules", "--explain", "waiver"]);
    assert.equal(
      explained.stdout,
      `XU-WAIVER
  Says:     a waiver does not help

Its messages:
A *must* that fails cannot be waived. Remove the waiver and the cause.
`,
    );
    assert.equal(explained.code, 0);
    const { code, meaning } = JSON.parse(
      (await stage.run(["rules", "--explain", "XU-LOGON", "--json"])).stdout,
    );
    assert.deepEqual([code, meaning], ["XU-LOGON", "an account cannot log on to a computer"]);
    for (const each of Object.keys(codeMeanings)) assert.ok(guideSection(each).join("").length > 0, each);
  });

  it("ends with 2 for a rule or a target that there is not, and names those that there are", async () => {
    const rule = await stage.run(["rules", "--explain", "D99"]);
    assert.equal(rule.code, 2);
    assert.match(
      rule.stderr,
      /^exchange-upgrade: there is no rule or code "D99": a rule is one of D1, D2, .* and R84; exchange-upgrade rules lists the codes \[XU-USAGE\]\n$/,
    );
    const target = await stage.run(["rules", "--target", "2019 CU99"]);
    assert.equal(target.code, 2);
    assert.match(
      target.stderr,
      /^exchange-upgrade: there is no target "2019 CU99": a target is one of 2007 SP1 to /,
    );
  });

  it("has of every rule a description for every target, and a section of the guide", () => {
    for (const id of ruleIds) {
      const { steps, targets, waiver } = describeRule(id);
      assert.ok(steps.length > 0 && waiver !== "", id);
      assert.deepEqual(
        targets,
        offered.filter((name) => holdsFor(id, releaseNamed(name))),
      );
      const section = guideText(guideSection(id), 80);
      assert.ok(section.trim().length > 0, id);
      for (const line of section.split("\n")) assert.ok(line.length <= 80, `${id}: ${line}`);
    }
    assert.deepEqual(guideSection("D"), []);
  });

  it("keeps tables and texts inside the columns, and cuts what has no place to break", () => {
    const rows = [
      ["id", "text"],
      ["R1", "one two three four"],
      ["R22", "a-word-that-is-longer-than-its-column"],
    ];
    assert.equal(
      tableText(rows, { columns: 20, flexible: 1 }),
      "id   text\nR1   one two three\n     four\nR22  a-word-that-is…\n",
    );
    assert.deepEqual(wrapped("", 10), [""]);
    assert.equal(labelled("A:", "one two three", 4, 17), "A:   one two\n     three");
  });
});
