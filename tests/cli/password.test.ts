import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { askPassword, PromptCancelled } from "../../lib/cli/password";

/** A terminal of which only what the prompt uses is there. */
class Terminal extends PassThrough {
  readonly modes: boolean[] = [];
  setRawMode(raw: boolean): this {
    this.modes.push(raw);
    return this;
  }
}

function ask() {
  const input = new Terminal();
  const shown: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      shown.push(String(chunk));
      done();
    },
  });
  return { input, shown, answer: askPassword("Password of CONTOSO\\reader: ", input, output) };
}

describe("the prompt for a password", () => {
  it("shows the question, and nothing of the answer", async () => {
    const { input, shown, answer } = ask();
    input.write("pä");
    input.write("x\u007fss 1\r");
    assert.equal(await answer, "päss 1");
    assert.deepEqual(shown, ["Password of CONTOSO\\reader: ", "\n"]);
    assert.deepEqual(input.modes, [true, false]);
    assert.equal(input.listenerCount("data"), 0);
  });

  for (const [name, typed] of [
    ["Ctrl+C", "abc\u0003"],
    ["Ctrl+D", "\u0004"],
  ] as const)
    it(`is given up with ${name}, and leaves the terminal as it was`, async () => {
      const { input, answer } = ask();
      input.write(typed);
      await assert.rejects(answer, PromptCancelled);
      assert.deepEqual(input.modes, [true, false]);
    });

  it("is given up when the terminal has gone", async () => {
    const { input, answer } = ask();
    input.end("abc");
    await assert.rejects(answer, PromptCancelled);
  });
});
