/** What changed between two reviews. */
import assert from "node:assert/strict";
import { compareReviews } from "../../lib/review/compare";
import { comparisonJson, comparisonText } from "../../lib/review/compareText";
import { comparisonMarkdown } from "../../lib/review/markdown";
import type { Review, ReviewStep } from "../../lib/review/review";
import { contoso, finding, hostileReview, large, review, step } from "./fixtures";

function changed(name: string, change: (one: ReviewStep) => ReviewStep, from: Review = contoso()): Review {
  return { ...from, steps: from.steps.map((one) => (one.name === name ? change(one) : one)) };
}

const text = (before: Review, after: Review) =>
  comparisonText(compareReviews(before, after)).split("\n").slice(1, -1);

describe("review: comparison", () => {
  it("finds nothing between a review and itself, made at another time and from facts of another time", () => {
    for (const one of [contoso(), large(), hostileReview()]) {
      const later = { ...one, madeAt: "2008-03-15T09:30:00.000Z", factsReadAt: "2008-03-15T09:00:00.000Z" };
      assert.deepEqual(compareReviews(one, later), {
        schemaVersion: 1,
        before: { madeAt: one.madeAt },
        after: { madeAt: later.madeAt },
        equal: true,
        differences: [],
      });
    }
  });

  it("names a changed field with both values", () => {
    const after = changed("cas-nyc", (one) => ({
      ...one,
      progress: "absent",
      plan: { ...one.plan, account: "CONTOSO\\other" },
      after: ["Client Access, Internet", "cas-lon.contoso.com"],
    }));
    assert.deepEqual(text(contoso(), after), [
      "~ after changed, server upgrade on cas-nyc.contoso.com: Client Access, Internet -> Client Access, Internet, cas-lon.contoso.com",
      "~ progress changed, server upgrade on cas-nyc.contoso.com: pending -> absent",
      "~ plan.account changed, server upgrade on cas-nyc.contoso.com: CONTOSO\\exadmin -> CONTOSO\\other",
    ]);
  });

  it("does not name the progress that was planned, nor the time and the findings that went with it", () => {
    const found = finding("D6", "server", "cas-nyc.contoso.com", "unknown", "not read");
    const before = changed("cas-nyc", (one) => ({ ...one, findings: [found], starts: 0, ends: 60 }));
    const done = changed("cas-nyc", (one) => ({ ...one, progress: "done", now: "2007 SP1", findings: [] }));
    assert.deepEqual(text(before, done), []);
    assert.ok(compareReviews(before, done).equal);
    // The way back is none.
    assert.deepEqual(text(done, before).length > 0, true);
  });

  it("names a cause that is new or gone once, however many computers have it", () => {
    const cause = {
      problem: "CONTOSO\\exadmin cannot log on",
      found: null,
      needed: "a password",
      arguments: ["servers"],
      fix: "set it",
      rules: ["D1"],
    };
    const because = (one: ReviewStep): ReviewStep => {
      const summary = `XU-LOGON (must), ${one.computer}: not verified: ${cause.problem}`;
      const found = {
        rule: "XU-LOGON",
        level: "must",
        verdict: "unknown",
        summary,
        text: summary,
        cause,
      } as const;
      return { ...one, findings: [found] };
    };
    const after = changed("cas-nyc", because, changed("cas-lon", because));
    assert.deepEqual(text(contoso(), after), [
      "+ new finding: XU-LOGON (must), 2 computers: not verified: CONTOSO\\exadmin cannot log on",
    ]);
  });

  it("compares every field of a step", () => {
    const [one] = contoso().steps;
    assert.ok(one);
    const compared = new Set(
      compareReviews(
        review([
          { ...hostileReview().steps[3], kind: one.kind, computer: one.computer, domains: [] } as ReviewStep,
        ]),
        review([
          {
            ...one,
            target: "2007 SP2",
            run: "manual",
            roles: ["Mailbox"],
            progress: "absent",
            site: "x",
            wave: "y",
            after: ["z"],
          },
        ]),
      ).differences.flatMap((each) => (each.kind === "step-changed" ? [each.field] : [])),
    );
    const fields = Object.keys(one).filter(
      (field) => !["kind", "computer", "domains", "plan", "findings", "waived", "waveTitle"].includes(field),
    );
    // Absent where there are none.
    const plan = new Set([...Object.keys(one.plan), "commandsBefore", "commandsAfter"]);
    const expected = [...fields, ...[...plan].map((field) => `plan.${field}`)];
    assert.deepEqual([...compared].sort(), expected.sort());
  });

  it("minds the order of commands around a step, and names those that are gone", () => {
    const around = (commandsBefore?: readonly string[]) =>
      changed("cas-lon", (one) => ({ ...one, plan: { ...one.plan, commandsBefore } }));
    const field = "commandsBefore changed, server upgrade on cas-lon.contoso.com";
    assert.deepEqual(text(around(["a: 1", "b: 2"]), around(["b: 2", "a: 1"])), [
      `~ plan.${field}: a: 1; b: 2 -> b: 2; a: 1`,
    ]);
    assert.deepEqual(text(around(["a: 1"]), around()), [`~ plan.${field}: a: 1 -> none`]);
  });

  it("names a computer that is reached another way, and does not mind a review that knew one way only", () => {
    const after = changed("cas-nyc", (one) => ({ ...one, way: "WinRM" }));
    const field = "way changed, server upgrade on cas-nyc.contoso.com";
    assert.deepEqual(text(contoso(), after), [`~ ${field}: SSH or none -> WinRM`]);
    assert.deepEqual(text(after, contoso()), [`~ ${field}: WinRM -> SSH or none`]);
    assert.ok(compareReviews(after, after).equal);
  });

  it("does not mind the order of what has none", () => {
    const after = changed("cas-lon", (one) => ({ ...one, roles: [...one.roles].reverse() }));
    assert.ok(compareReviews(contoso(), after).equal);
  });

  it("names steps that were added and removed, with their command lines, and what is found of the new ones", () => {
    const before = contoso();
    const found = finding("P3", "server", "new.contoso.com", "fails", "no right");
    const added = step({ kind: "server", computer: "new.contoso.com", findings: [found] });
    const after = { ...before, steps: [...before.steps.slice(0, -1), added] };
    assert.deepEqual(text(before, after), [
      "- step removed, server upgrade on edge1.perimeter.example: D:\\SP1\\Setup.com /mode:upgrade",
      "+ step added, server upgrade on new.contoso.com: D:\\SP1\\Setup.com /mode:upgrade",
      "+ new finding: P3 (must), server upgrade on new.contoso.com: no right",
    ]);
  });

  it("takes a renamed resource for the same step", () => {
    const after = changed("um-lon", (one) => ({ ...one, name: "voice" }));
    assert.deepEqual(text(contoso(), after), [
      "~ name changed, server upgrade on um-lon.contoso.com: um-lon -> voice",
    ]);
  });

  it("tells new findings and waivers from those that are gone", () => {
    const after = changed(
      "cas-lon",
      (one) => ({ ...one, waived: [{ rule: "D6", reason: "another reason", summary: "" }] }),
      changed("emea", (one) => ({ ...one, findings: [] })),
    );
    assert.deepEqual(text(contoso(), after), [
      "- finding gone: P9 (must), domain preparation on emea-dc1.emea.contoso.com: EMEA\\emeaprep is a member of neither Domain Admins nor Enterprise Admins",
      "+ D6 waived, server upgrade on cas-lon.contoso.com: another reason",
      "- D6 no longer waived, server upgrade on cas-lon.contoso.com: the reason was: CHG0042: the service is started by hand",
    ]);
  });

  it("names the one step that moved, not all that made room for it", () => {
    const { steps } = contoso();
    const [first, ...others] = steps;
    assert.ok(first);
    const after = review([...others, first]);
    assert.deepEqual(text(contoso(), after), [
      "~ order changed, schema preparation on dc1.contoso.com: from place 1 to place 12",
    ]);
  });

  it("compares what is said of the whole", () => {
    const after = { ...contoso(), forest: null, version: "0.2.0", incomplete: "it ended early" };
    assert.deepEqual(text(contoso(), after), [
      "~ forest: contoso.com -> none",
      "~ version: 0.1.0 -> 0.2.0",
      "~ incomplete: none -> it ended early",
    ]);
  });

  it("is written as text, Markdown and JSON", () => {
    const after = changed("um-lon", (one) => ({ ...one, name: "voice" }));
    const comparison = compareReviews(contoso(), after);
    assert.equal(
      comparisonText(comparison),
      "1 difference since the review of 2008-03-14 09:30 UTC\n~ name changed, server upgrade on um-lon.contoso.com: um-lon -> voice\n",
    );
    assert.equal(
      comparisonMarkdown(comparison),
      "### 1 difference since the review of 2008-03-14 09:30 UTC\n\n- <code>&#126;</code> name changed, server upgrade on um-lon.contoso.com: <code>um-lon -&gt; voice</code>\n".replace(
        "&gt;",
        "&#62;",
      ),
    );
    assert.deepEqual(JSON.parse(comparisonJson(comparison)), comparison);
    assert.equal(
      comparisonText(compareReviews(contoso(), contoso())),
      "No difference since the review of 2008-03-14 09:30 UTC\n",
    );
  });

  it("stays one line per difference, whatever a text holds", () => {
    const [one] = contoso().steps;
    assert.ok(one);
    const after = review([{ ...one, now: "a\nb\u001B[2Kc\u202E" }]);
    assert.deepEqual(text(review([one]), after), [
      "~ now changed, schema preparation on dc1.contoso.com: schema 11116 (2007 SP1) -> a b\uFFFD[2Kc\uFFFD",
    ]);
  });
});
