import assert from "node:assert/strict";
import { describe, it } from "mocha";

const candidates = import("../../tools/lib/candidates.mjs");

function fails(name: string, reason: string, slow = false) {
  return {
    name,
    slow,
    find: (): string => {
      throw new Error(reason);
    },
  };
}

describe("tools: the choice among candidates", () => {
  it("takes the first that works, asks none after it, and says nothing", async () => {
    const { firstThatWorks } = await candidates;
    const asked: string[] = [];
    const works = (name: string) => ({
      name,
      slow: name === "c",
      find: async () => {
        asked.push(name);
        return name;
      },
    });
    const lines: string[] = [];
    const found = await firstThatWorks({
      wanted: "a tool",
      candidates: [fails("a", "absent"), works("b"), works("c")],
      remedy: "install it.",
      log: (line) => lines.push(line),
    });
    assert.equal(found, "b");
    assert.deepEqual(asked, ["b"]);
    assert.deepEqual(lines, []);
  });

  it("says before a slow one what has failed, each failure once", async () => {
    const { firstThatWorks } = await candidates;
    const lines: string[] = [];
    const slow = { name: "d", slow: true, find: () => "d" };
    const found = await firstThatWorks({
      wanted: "a tool",
      candidates: [fails("a", "absent"), fails("b", "no compiler", true), slow],
      remedy: "install it.",
      log: (line) => lines.push(line),
    });
    assert.equal(found, "d");
    assert.deepEqual(lines, ["a: absent", "b: no compiler"]);
  });

  it("names all in order in one message when none works", async () => {
    const { firstThatWorks } = await candidates;
    await assert.rejects(
      firstThatWorks({
        wanted: "a tool",
        candidates: [
          fails("on PATH", "there is none"),
          fails("a build", "it broke:\nline 1\nline 2\n", true),
        ],
        remedy: "install it.",
        log: () => undefined,
      }),
      {
        message: [
          "a tool was not found. Tried, in this order:",
          "  1. on PATH: there is none",
          "  2. a build: it broke:",
          "     line 1",
          "     line 2",
          "To fix it: install it.",
        ].join("\n"),
      },
    );
  });
});
