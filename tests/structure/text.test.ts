/** The small helpers for texts, and that nobody writes them again. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  counted,
  durationText,
  fitted,
  listed,
  oneLine,
  reasonOf,
  renderProblem,
  strayText,
  thrownText,
  visibleLine,
  withCode,
} from "../../lib/text";

describe("a text", () => {
  it("counts", () => {
    assert.deepEqual(
      [counted(0, "step"), counted(1, "step"), counted(2, "step"), counted(2, "entry", "entries")],
      ["0 steps", "1 step", "2 steps", "2 entries"],
    );
  });

  it("lists", () => {
    assert.deepEqual([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed), [
      "",
      "a",
      "a and b",
      "a, b and c",
    ]);
  });

  it("tells a duration in minutes, a short one in seconds", () => {
    assert.deepEqual([0, 500, 59_000, 60_000, 90_000, 900_000].map(durationText), [
      "0 s",
      "0.5 s",
      "59 s",
      "1 min",
      "2 min",
      "15 min",
    ]);
  });

  it("fits into a terminal's columns: whole words, below the text behind a label or a first column, commands whole", () => {
    const text = [
      "P5 (must), schema preparation on dc1.contoso.com: it is not in Schema Admins",
      "  Found:  CONTOSO\\helpdesk with 2 groups, nested ones included",
      "   Mailbox server: Visual C++ 2012 Redistributable and UCMA",
      "  1. plan       for each change: what pulumi up would run",
      "  $ exchange-upgrade plan --stack prod --out plan.html",
      "short",
      `  a path of one word: ${"x".repeat(50)} is whole`,
    ].join("\n");
    assert.equal(
      fitted(text, 40),
      [
        "P5 (must), schema preparation on",
        "  dc1.contoso.com: it is not in Schema",
        "  Admins",
        "  Found:  CONTOSO\\helpdesk with 2",
        "          groups, nested ones included",
        "   Mailbox server: Visual C++ 2012",
        "                   Redistributable and",
        "                   UCMA",
        "  1. plan       for each change: what",
        "                pulumi up would run",
        "  $ exchange-upgrade plan --stack prod --out plan.html",
        "short",
        "  a path of one word:",
        `    ${"x".repeat(50)}`,
        "    is whole",
      ].join("\n"),
    );
    assert.equal(fitted(text, 200), text);
    // A list that was broken for 100 columns is broken anew, and what stands below a label goes on there.
    const list = renderProblem({
      summary: "one",
      on: Array.from({ length: 8 }, (_, n) => `computer-${n}.contoso.com`),
      where: ["a line of the second part that is too long for a terminal of so many columns", "b"],
      fix: ["x", "another line of the third part that is too long for a terminal of so many columns"],
      code: null,
    });
    assert.equal(
      fitted(list, 60),
      [
        "one",
        "  On:     computer-0.contoso.com, computer-1.contoso.com,",
        "          computer-2.contoso.com, computer-3.contoso.com,",
        "          computer-4.contoso.com, computer-5.contoso.com,",
        "          computer-6.contoso.com, computer-7.contoso.com",
        "  Where:  a line of the second part that is too long for a",
        "          terminal of so many columns",
        "          b",
        "  Fix:    x",
        "          another line of the third part that is too long",
        "          for a terminal of so many columns",
      ].join("\n"),
    );
    // A deep column of a narrow terminal leaves half of it for the words.
    assert.equal(
      fitted("Where it runs: a b c d e f g", 10),
      "Where it\n     runs:\n     a b c\n     d e f\n     g",
    );
  });

  it("is put on one line", () => {
    assert.equal(oneLine(" a\r\n\tb  c "), "a b c");
    assert.equal(visibleLine(" a\n\u202eb\u0007 "), "a \ufffdb\ufffd");
  });

  it("is the reason of what was thrown", () => {
    assert.equal(thrownText(new Error("a\nb")), "a\nb");
    assert.equal(reasonOf(new Error("a\n b")), "a b");
    assert.equal(reasonOf("a"), "a");
    assert.equal(thrownText(undefined), "undefined");
    const both = new AggregateError([new Error("connect ECONNREFUSED ::1:22"), new Error("other")]);
    assert.equal(reasonOf(both), "connect ECONNREFUSED ::1:22");
  });

  it("names what was probably meant", () => {
    assert.equal(strayText("pasword", ["user", "password"]), "is no argument here; did you mean `password`?");
    assert.equal(strayText("colour", ["user", "password"]), "is no argument here");
  });
});

describe("a problem", () => {
  it("has a first line that stands alone, then what was found and needed, where, how to fix it, the rule and the code", () => {
    assert.equal(
      renderProblem({
        summary: "it is broken",
        found: "a",
        needed: ["b", "c"],
        where: "on x",
        fix: "mend it",
        rule: "R1",
        code: "XU-GATE",
      }),
      [
        "it is broken",
        "  Found:  a",
        "  Needed: b",
        "          c",
        "  Where:  on x",
        "  Fix:    mend it",
        "  Rule:   R1",
        "  Code:   XU-GATE",
      ].join("\n"),
    );
  });

  it("leaves out what is not known", () => {
    assert.equal(
      renderProblem({ summary: "s", found: undefined, where: "w", fix: "f", code: null }),
      "s\n  Where:  w\n  Fix:    f",
    );
  });

  it("has a code: behind a single line, in a line of its own, and only once", () => {
    assert.equal(withCode("it is off", "XU-DRIFT"), "it is off [XU-DRIFT]");
    assert.equal(withCode("two\n  lines", "XU-DRIFT"), "two\n  lines\n  Code:   XU-DRIFT");
    for (const text of [
      "it is off [XU-RUN]",
      "XU-LOGON (must), 2 computers: not verified: they cannot log on\n  Fix:    try",
      renderProblem({ summary: "s", where: "w", fix: "f", code: "XU-RUN" }),
      renderProblem({ summary: "D3 (must), s", where: "w", fix: "f", rule: "D3, why", code: null }),
      "2 steps are not proven\nD13 (must), s\n  Rule:   D13, why",
    ])
      assert.equal(withCode(text, "XU-DRIFT"), text);
    // What a computer or a file says is no code of ours.
    assert.equal(withCode("it said: see XU-RUN", "XU-DRIFT"), "it said: see XU-RUN [XU-DRIFT]");
  });

  it("is rendered in one place, which makes the labels: nobody writes one", () => {
    const lib = join(__dirname, "..", "..", "lib");
    const writers = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter(
      (file) =>
        file.endsWith(".ts") && /["'`] *(Found|Where|Fix): +/.test(readFileSync(join(lib, file), "utf8")),
    );
    assert.deepEqual(writers, []);
  });
});
