/** The order of a review's steps, its stages, and how it is put together from a report. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { assembleReview, parseReport, progressOf } from "../../lib/review/assemble";
import { orderSteps, predecessorsOf, stagesOf } from "../../lib/review/order";
import type { ReportLine, ReviewStep } from "../../lib/review/review";
import { contoso, large, reportOf, step } from "./fixtures";

const server = (host: string, after: readonly string[] = [], wave: string | null = null) =>
  step({ kind: "server", name: host, computer: `${host}.contoso.com`, after, wave });

const hosts = (steps: readonly ReviewStep[]) => steps.map(({ computer }) => computer.split(".", 1)[0]);

function assertInOrder(steps: readonly ReviewStep[]): void {
  const before = predecessorsOf(steps);
  for (const [at, one] of steps.entries()) {
    for (const other of before.get(one) ?? []) assert.ok(steps.indexOf(other) < at, `${one.computer} waits`);
  }
}

describe("review: order", () => {
  it("puts each step after those that it waits for, whatever order they come in", () => {
    for (const { steps } of [contoso(), large()]) {
      const shuffled = fc.shuffledSubarray([...steps], { minLength: steps.length });
      fc.assert(
        fc.property(shuffled, (mixed) => assert.deepEqual(orderSteps(mixed), orderSteps(steps))),
        {
          numRuns: 30,
        },
      );
      assertInOrder(orderSteps(steps));
    }
  });

  it("counts as people do", () => {
    const steps = ["mbx10", "mbx2", "mbx1"].map((host) => server(host));
    assert.deepEqual(
      orderSteps(steps).map(({ computer }) => computer.split(".")[0]),
      ["mbx1", "mbx2", "mbx10"],
    );
  });

  it("keeps any program's `after`", () => {
    const program = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { maxLength: 25 }).map((edges) =>
      edges.map((before, at) =>
        server(
          `s${at}`,
          before.filter(() => at > 0).map((n) => `s${n % at}.contoso.com`),
          at % 3 === 0 ? null : `wave ${at % 2}`,
        ),
      ),
    );
    fc.assert(
      fc.property(program, (steps) => {
        const ordered = orderSteps([...steps].reverse());
        assertInOrder(ordered);
        assert.equal(new Set(ordered).size, steps.length);
        assert.deepEqual(
          stagesOf(ordered).flatMap((stage) => stage.steps),
          ordered,
        );
      }),
    );
  });

  it("takes names of computers without regard to case", () => {
    assert.deepEqual(hosts(orderSteps([server("a", ["B.Contoso.COM"]), server("b")])), ["b", "a"]);
  });

  it("loses no step where steps wait for each other", () => {
    const circle = [
      server("b", ["a.contoso.com"]),
      server("a", ["b.contoso.com"]),
      server("c", ["a.contoso.com"]),
    ];
    assert.deepEqual(hosts(orderSteps(circle)), ["a", "b", "c"]);
  });

  it("orders a thousand servers, each after the one before, in a moment", () => {
    const chain = Array.from({ length: 1000 }, (_, at) =>
      server(
        `s${String(at).padStart(4, "0")}`,
        at === 0 ? [] : [`s${String(at - 1).padStart(4, "0")}.contoso.com`],
      ),
    );
    assert.deepEqual(orderSteps([...chain].reverse()), chain);
  });

  it("makes a stage of each kind of preparation and of each wave, and says what it waits for", () => {
    const stages = stagesOf(contoso().steps).map(({ title, steps, waitsFor }) => [
      title,
      steps.length,
      waitsFor,
    ]);
    assert.deepEqual(stages, [
      ["Schema", 1, []],
      ["Active Directory", 1, [0]],
      ["Domain", 1, [1]],
      ["Client Access, Internet", 1, [1]],
      ["Client Access", 2, [2, 3]],
      ["Hub Transport", 3, [4]],
      ["Mailbox", 2, [5]],
      ["Edge Transport", 1, [6]],
    ]);
  });

  it("makes a stage of servers without waves that may be upgraded at the same time", () => {
    const steps = orderSteps([
      server("c", ["a.contoso.com"]),
      server("b"),
      server("a"),
      server("d", ["c.contoso.com"]),
    ]);
    assert.deepEqual(
      stagesOf(steps).map((stage) => hosts(stage.steps)),
      [["a", "b"], ["c"], ["d"]],
    );
  });
});

describe("review: from a report", () => {
  const text = (lines: readonly ReportLine[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

  it("is the review, with the steps in order", () => {
    const made = assembleReview(parseReport(text(reportOf(contoso()))).lines, { version: "0.1.0" });
    assert.deepEqual(made, { ...contoso(), steps: orderSteps(contoso().steps) });
  });

  it("has its servers in the waves that have lines of their own, by which other steps wait for them", () => {
    const first = ["a", "b"].map((host) => ({ ...server(host), wave: null }));
    const second = { ...server("c"), wave: null, after: ["org-1-first"] };
    const lines = [
      ...reportOf({ ...contoso(), steps: [...first, second] }),
      { review: 1, wave: { name: "org-1-first", title: "the first", servers: first.map((s) => s.computer) } },
      { review: 1, wave: { name: "last", title: null, servers: [second.computer] } },
    ];
    const report = lines.map((line) => JSON.stringify(line)).join("\n");
    const { steps } = assembleReview(parseReport(report).lines, { version: "0.1.0" });
    assert.deepEqual(
      stagesOf(steps).map(({ title, waitsFor, steps: own }) => [title, own.length, ...waitsFor]),
      [
        ["the first", 2],
        ["last", 1, 0],
      ],
    );
  });

  it("says how far the preview has come, while it is written, and leaves that out", () => {
    const steps = reportOf(contoso());
    const read = [1, 2].map((done) => JSON.stringify({ review: 1, progress: { read: done, all: 12 } }));
    const begun = `${read.join("\n")}\n${text(steps.slice(0, 3))}${text(steps.slice(0, 1))}`;
    assert.deepEqual(progressOf(""), { read: 0, checked: 0, all: null });
    assert.deepEqual(progressOf(`${read[0]}\n${read[1]?.slice(0, -3)}`), { read: 1, checked: 0, all: 12 });
    assert.deepEqual(progressOf(begun), { read: 2, checked: 3, all: 12 });
    assert.equal(parseReport(begun).lines.length, 4);
  });

  it("takes the last line of each resource", () => {
    const lines = reportOf(contoso());
    const [first] = lines;
    assert.ok(first);
    const again = { ...first, at: "2008-03-14T10:00:00.000Z", step: { ...first.step, now: "read again" } };
    const made = assembleReview([...lines, again], { version: "0.1.0" });
    assert.equal(made.steps.length, 12);
    assert.equal(made.madeAt, again.at);
    assert.equal(made.steps.find(({ name }) => name === first.step.name)?.now, "read again");
  });

  it("keeps steps of which check was not told the name", () => {
    const lines = reportOf({
      ...contoso(),
      steps: [server("a"), server("b")].map((one) => ({ ...one, name: null })),
    });
    assert.equal(assembleReview([...lines, ...lines], { version: "0.1.0" }).steps.length, 2);
  });

  it("is as old as its oldest facts, and names every forest", () => {
    const [first, second] = reportOf(contoso());
    assert.ok(first && second);
    const lines = [
      { ...first, factsReadAt: "2008-03-02T00:00:00.000Z", forest: "b.example" },
      { ...second, factsReadAt: "2008-03-01T00:00:00.000Z", forest: "a.example" },
    ];
    const { factsReadAt, forest } = assembleReview(lines, { version: "0.1.0" });
    assert.equal(factsReadAt, "2008-03-01T00:00:00.000Z");
    assert.equal(forest, "a.example, b.example");
  });

  it("names the line that is none", () => {
    const broken = `${text(reportOf(contoso()).slice(0, 1))}\n{"review":1}\n`;
    assert.throws(() => parseReport(broken), {
      name: "FormatError",
      message:
        /^the report, line 3 is not in the expected format:\n {2}at: .*\n[\s\S]*the same version of pulumi-exchange-upgrade/,
    });
  });
});
