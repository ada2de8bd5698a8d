/** When the steps of a review are expected to run, in every rendering; and reviews of 0.1.0, which do not tell. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assembleReview } from "../../lib/review/assemble";
import { compareReviews } from "../../lib/review/compare";
import { comparisonText } from "../../lib/review/compareText";
import { FormatError, parseReview, reviewJson } from "../../lib/review/format";
import { reviewHtml } from "../../lib/review/html";
import { reviewMarkdown } from "../../lib/review/markdown";
import { orderSteps } from "../../lib/review/order";
import type { Review } from "../../lib/review/review";
import { reviewText } from "../../lib/review/text";
import { periodsOf, periodText } from "../../lib/review/timeline";
import { night, nightOfPhases, reportOf } from "./fixtures";

const sixHours = { start: "2008-03-15T22:00", end: "2008-03-16T04:00", timeZone: "Europe/Berlin" };
const slots = ({ steps }: Review) => steps.map(({ name, starts, ends }) => [name, starts, ends]);
const r10 = ({ steps }: Review) =>
  steps.flatMap(({ name, findings }) =>
    findings.filter(({ rule }) => rule === "R10").map(({ text }) => [name, text]),
  );
const differences = (before: Review, after: Review) =>
  comparisonText(compareReviews(before, after)).split("\n").slice(0, -1);

describe("review: timeline", () => {
  it("is the longest path, of which what is done takes nothing", () => {
    assert.deepEqual(slots(night()), [
      ["schema", undefined, undefined],
      ["ad", 0, 15],
      ["emea", 15, 30],
      ["cas-lon", 15, 105],
      ["cas-nyc", 105, 165],
      ["cas-par", 105, 165],
      ["hub-lon", 165, 225],
      ["hub-par", 165, 225],
      ["um-lon", 165, 225],
      // Could not be read, and may have to run.
      ["mbx1", 225, 285],
      ["mbx2", 225, 285],
      ["edge1", 285, 325],
    ]);
  });

  it("counts with how many steps run at once, as the preview was told", () => {
    const lines = reportOf(night()).map((line) => ({ ...line, parallel: 1 }));
    const one = assembleReview(lines, { version: "0.1.0" });
    assert.equal(one.parallel, 1);
    assert.equal(periodsOf(one)[0]?.minutes, 15 + 15 + 90 + 2 * 60 + 3 * 60 + 2 * 60 + 40);
    assert.match(
      reviewHtml(one),
      /has ended, and no more than 1 run at once\. Waiting for replication is not counted\./,
    );
  });

  it("finds a window that is too short once, and one that is over once, in the words of pulumi up", () => {
    assert.deepEqual(r10(night()), [
      [
        "hub-lon",
        [
          "R10 (must), server upgrade on hub-lon.contoso.com: not verified: the change window is too short: this step is expected " +
            "to end 225 min after the first one starts, and it has 180 min",
          "  Found:  2008-03-15 22:00 to 2008-03-16 01:00 (Europe/Berlin); 6 of its 11 steps are expected to end too late, " +
            "the last one 325 min after the first starts",
          "  Needed: a window of 325 min or more",
          "  Where:  in the program: `changeWindow`",
          "  Fix:    make the window longer, or give the later steps another one; where steps take less time, say so in " +
            "`timeouts.expected`; pulumi up starts what fits, and refuses the rest",
          "  Rule:   R10, a step is started inside its change window, and fits into what is left of it (how Setup is run)",
        ].join("\n"),
      ],
    ]);
    assert.deepEqual(r10(night({ window: sixHours })), []);
    assert.deepEqual(r10(night({ madeAt: "2008-03-17T09:30:00.000Z" })), [
      [
        "ad",
        [
          "R10 (must), Active Directory preparation on dc1.contoso.com: the change window is over",
          "  Found:  2008-03-17 10:30 (Europe/Berlin), by the clock of the machine that runs Pulumi",
          "  Needed: a start from 2008-03-15 22:00 to 2008-03-16 01:00 (Europe/Berlin), 15 min or more before its end",
          "  Where:  in the program: `changeWindow`",
          "  Fix:    start it inside a window that holds it: run pulumi up again then, or change `changeWindow`",
          "  Rule:   R10, a step is started inside its change window, and fits into what is left of it (how Setup is run)",
        ].join("\n"),
      ],
    ]);
  });

  it("names the window as the program that was written has it", () => {
    const places = { "hub-lon": `servers["hub-lon"]`, ad: "preparation.ad" };
    const placed = (given: Parameters<typeof night>[0], changeWindow: string | null) => {
      const plan = night(given);
      const steps = plan.steps.map((step) => ({
        ...step,
        findings: [],
        windowPlace: {
          at: places[step.name as keyof typeof places] ?? "elsewhere",
          elsewhere: changeWindow === null ? {} : { changeWindow },
        },
      }));
      const review = assembleReview(reportOf({ ...plan, steps }), { version: "0.1.0" });
      return r10(review).map(([name, text]) => [
        name,
        text?.split("\n").filter((line) => /^ {2}(Where|Fix):/.test(line)),
      ]);
    };
    assert.deepEqual(placed({}, "changeWindow"), [
      [
        "hub-lon",
        [
          "  Where:  in the program: `changeWindow`",
          "  Fix:    make the window longer, or give the later steps another one; where steps take less time, say so in " +
            '`servers["hub-lon"].timeouts.expected`; pulumi up starts what fits, and refuses the rest',
        ],
      ],
    ]);
    assert.deepEqual(placed({ madeAt: "2008-03-17T09:30:00.000Z" }, null), [
      [
        "ad",
        [
          "  Where:  in the program: `preparation.ad.changeWindow`",
          "  Fix:    start it inside a window that holds it: run pulumi up again then, or change `preparation.ad.changeWindow`",
        ],
      ],
    ]);
  });

  it("has a period for each of several windows", () => {
    const later = { ...sixHours, start: "2008-03-16T22:00", end: "2008-03-17T04:00" };
    const split = assembleReview(
      reportOf({
        ...night({ window: sixHours }),
        steps: night({ window: sixHours }).steps.map((step) =>
          ["mbx1", "mbx2", "edge1"].includes(step.name ?? "") ? { ...step, changeWindow: later } : step,
        ),
      }),
      { version: "0.1.0" },
    );
    assert.deepEqual(periodsOf(split).map(periodText), [
      "8 steps are expected to take 225 min, in the change window 2008-03-15 22:00 to 2008-03-16 04:00 (Europe/Berlin), 360 min",
      "3 steps are expected to take 100 min, in the change window 2008-03-16 22:00 to 2008-03-17 04:00 (Europe/Berlin), 360 min",
    ]);
    assert.deepEqual(slots(split).slice(-3), [
      ["mbx1", 0, 60],
      ["mbx2", 0, 60],
      ["edge1", 60, 100],
    ]);
    assert.equal(reviewHtml(split).match(/<svg [^>]*aria-labelledby="time-/g)?.length, 3 * 2);
  });

  it("stands in the JSON, and a window that nobody can point at is refused there", () => {
    assert.deepEqual(parseReview(reviewJson(night())), night());
    const wrong = JSON.stringify(night()).replaceAll("Europe/Berlin", "Berlin");
    assert.throws(
      () => parseReview(wrong, "plan.json"),
      (error) =>
        error instanceof FormatError &&
        error.message.includes(
          '  steps[0].changeWindow.timeZone: "Berlin" is no time zone; give an IANA name such as "Europe/Berlin"',
        ),
    );
  });

  it("stands in Markdown: how long all of it takes, and each step's time, window and restart", () => {
    const text = reviewMarkdown(night());
    assert.ok(
      text.includes(
        "11 steps are expected to take 325 min, in the change window 2008-03-15 22:00 to 2008-03-16 01:00 (Europe/Berlin), 180 min.",
      ),
    );
    assert.ok(
      text.includes(
        "<br>expected 90 min, 15 to 105 min after the first step starts<br>change window 2008-03-15 22:00 to 2008-03-16 01:00 (Europe/Berlin)<br>restarted if required |",
      ),
    );
    assert.ok(text.includes("<br>expected 15 min<br>change window"), "a step that is done has no place");
  });

  it("tells in text when each stage begins, in local time, and what the window holds", () => {
    const lines = reviewText(night(), { columns: 100, all: true }).split("\n");
    assert.deepEqual(lines.slice(2, 6), [
      "11 steps are expected to take 325 min, in the change window 2008-03-15 22:00 to 2008-03-16 01:00",
      "  (Europe/Berlin), 180 min. The window holds 5 of 11 steps: 145 min are missing.",
      "Begins: 22:00 Active Directory; 22:15 Domain; 22:15 Client Access, Internet; 23:45 Client Access;",
      "        00:45 Hub Transport; 01:45 Mailbox; 02:45 Edge Transport",
    ]);
    assert.ok(
      lines.includes(" 2  22:00 to 22:15  Active Directory         dc1.contoso.com            to do"),
    );
    const wide = reviewText(night({ window: sixHours }), { columns: 400, all: true });
    assert.match(wide, /, 360 min\. The window holds all of them, with 35 min to spare\.$/m);
  });

  it("tells minutes where no clock is known: at any time, or in a window that has begun", () => {
    const begun = reviewText(night({ madeAt: "2008-03-15T21:30:00.000Z" }), { columns: 400, all: true });
    assert.match(begun, /^Begins: \+0 min Active Directory; \+15 min Domain; /m);
    assert.doesNotMatch(begun, /The window holds/);
    assert.match(begun, /^ 2 {2}0 to 15 min {4,}Active Directory/m);
  });

  it("is drawn in HTML: a bar per step and width, those that end too late marked, with local times below", () => {
    const page = reviewHtml(night());
    assert.equal(page.match(/<g class="slot fits"/g)?.length, 3 * 5);
    assert.equal(page.match(/<g class="slot late"/g)?.length, 3 * 6);
    assert.equal(page.match(/class="window-end"/g)?.length, 3);
    assert.match(page, />22:00<\/text>/);
    assert.match(
      page,
      /<desc id="time-wide-1-1-desc">11 steps are expected to take 325 min, in the change window [^:]*:00 to 2008-03-16 01:00 \(Europe\/Berlin\), 180 min: dc1\.contoso\.com, 0 to 15 min; /,
    );
    const over = reviewHtml(night({ madeAt: "2008-03-17T09:30:00.000Z" }));
    assert.match(over, /\(Europe\/Berlin\), 180 min, which is over\.<\/p>/);
    assert.match(over, />\+60 min<\/text>/);
  });

  it("has the phases of a step: in text with the end of the window among them, and which minutes nobody has told", () => {
    const lines = reviewText(nightOfPhases(), { columns: 80, all: true }).split("\n");
    assert.ok(lines.every((line) => line.length <= 80));
    const from = lines.findIndex((line) => line.startsWith(" 4  22:15 to 02:10"));
    assert.deepEqual(lines.slice(from + 1, from + 3), [
      "    22:15 enter maintenance, 22:30 Setup, 00:00 restart, 00:30 security update,",
      "      01:30 restart, 02:00 leave maintenance, 02:10 prove",
    ]);
    const late = lines.findIndex((line) => line.includes("mbx2.contoso.com           to do"));
    assert.deepEqual(lines.slice(late, late + 3), [
      "11  04:10 to 06:35                          mbx2.contoso.com           to do",
      "    04:10 enter maintenance, 04:25 Setup, 05:45 THE WINDOW ENDS, 05:55 restart,",
      "      06:25 leave maintenance, 06:35 prove",
    ]);
    const begins = lines.findIndex((line) => line.startsWith("Minutes without a source"));
    assert.deepEqual(lines.slice(begins, begins + 3), [
      "Minutes without a source: enter maintenance (15 min), restart (30 min), security",
      "  update (60 min) and leave maintenance (10 min). Set what you have measured:",
      "  maintenance.expected, timeouts.reboot and securityUpdate.expected.",
    ]);
    const begun = reviewText(
      { ...nightOfPhases(), madeAt: "2008-03-15T21:30:00.000Z" },
      { columns: 400, all: true },
    );
    assert.match(begun, /^ {4}\+15 min enter maintenance, \+30 min Setup, /m);
    assert.doesNotMatch(begun, /THE WINDOW ENDS/);
  });

  it("has the phases of a step in Markdown, and in HTML within its bar, each past the window marked", () => {
    const phases =
      "enter maintenance 370 to 385, Setup 385 to 475, restart 475 to 505, leave maintenance 505 to 515 min, then prove";
    const text = reviewMarkdown(nightOfPhases());
    assert.ok(text.includes(`<br>${phases} |`), text);
    assert.match(text, /^Minutes without a source: enter maintenance \(15 min\), /m);
    const page = reviewHtml(nightOfPhases());
    assert.ok(page.includes(`mbx2.contoso.com, 370 to 515 min (${phases})`));
    const bars = (look: string) => page.match(new RegExp(`<rect class="bar ${look}"`, "g"))?.length ?? 0;
    assert.deepEqual(
      ["maintenance", "maintenance late", "update", "restart", "restart late", "setup", "setup late"].map(
        bars,
      ),
      [3, 1, 1, 2, 1, 9, 2].map((each) => 3 * each),
    );
    assert.match(page, /<i class="key update"><\/i> security update/);
    assert.doesNotMatch(reviewHtml(night()), /class="key/);
    assert.doesNotMatch(reviewHtml(night()), /Minutes without a source/);
  });

  it("shows no phases whose minutes are not those of the step", () => {
    const { steps, ...rest } = nightOfPhases();
    const wrong = steps.map((one) => (one.ends === undefined ? one : { ...one, ends: one.ends + 5 }));
    assert.doesNotMatch(
      reviewText({ ...rest, steps: wrong }, { columns: 80, all: true }),
      /enter maintenance,/,
    );
    assert.deepEqual(parseReview(reviewJson(nightOfPhases())), nightOfPhases());
  });

  it("is compared: windows, minutes, restarts, and how long all of it takes, but not each start and end", () => {
    assert.deepEqual(differences(night(), night({ madeAt: "2008-03-14T10:30:00.000Z" })), [
      "No difference since the review of 2008-03-14 09:30 UTC",
    ]);
    const shorter = differences(night({ window: sixHours }), night());
    assert.equal(shorter[0], "13 differences since the review of 2008-03-14 09:30 UTC");
    assert.equal(
      shorter[1],
      "~ changeWindow changed, schema preparation on dc1.contoso.com: 2008-03-15 22:00 to 2008-03-16 04:00 (Europe/Berlin) -> 2008-03-15 22:00 to 2008-03-16 01:00 (Europe/Berlin)",
    );
    assert.equal(shorter.filter((line) => line.startsWith("~ changeWindow changed, ")).length, 12);
    assert.equal(shorter.filter((line) => line.startsWith("+ new finding: R10 (must), ")).length, 1);
    const changed = {
      ...night(),
      steps: night().steps.map((step) => ({
        ...step,
        findings: [],
        ...(step.name === "cas-lon" ? { minutes: 60, reboot: "never" as const } : {}),
      })),
    };
    assert.deepEqual(
      differences(night(), assembleReview(reportOf(changed), { version: "0.1.0" })).filter(
        (line) => !line.includes("R10"),
      ),
      [
        "5 differences since the review of 2008-03-14 09:30 UTC",
        "~ expected time: 325 min -> 295 min",
        "~ minutes changed, server upgrade on cas-lon.contoso.com: 90 -> 60",
        "~ reboot changed, server upgrade on cas-lon.contoso.com: ifRequired -> never",
      ],
    );
  });

  it("is not told by a review of 0.1.0, which is read, rendered and compared all the same", () => {
    const old = parseReview(readFileSync(join(__dirname, "0.1.0.json"), "utf8"));
    assert.deepEqual(periodsOf(old), []);
    assert.doesNotMatch(reviewHtml(old), /id="timeline"/);
    assert.doesNotMatch(reviewMarkdown(old), /\| time \|/);
    assert.deepEqual(differences(old, old), ["No difference since the review of 2008-03-14 09:30 UTC"]);
    // The same steps, as this version reports them.
    const timed = old.steps.map((step) => ({ ...step, changeWindow: sixHours, minutes: 15, reboot: null }));
    const now = assembleReview(reportOf({ ...old, steps: timed }), { version: old.version });
    assert.deepEqual(differences({ ...old, steps: orderSteps(old.steps) }, now), [
      "1 difference since the review of 2008-03-14 09:30 UTC",
      "~ expected time: not told -> 90 min",
    ]);
  });
});
