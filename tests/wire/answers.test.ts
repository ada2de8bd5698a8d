/** What may leave a provider: plain JSON, or an Error that carries nothing but its message. */
import assert from "node:assert/strict";
import { answer, messageOf, plainError, refusal } from "../../lib/wire/answers";

/** An error as libraries throw it: with a code that gRPC would take for its own, and what records a partial success. */
class LibraryError extends Error {
  readonly code = 49;
  readonly id = "partial";
  readonly properties = { password: "hunter-22" };
  readonly reasons = ["hunter-22"];
  override readonly name = "InvalidCredentialsError";
}

async function thrownBy(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
  } catch (thrown) {
    return thrown;
  }
  return assert.fail("nothing was thrown");
}

describe("an answer", () => {
  it("is a plain copy of what was answered", async () => {
    const outs = { id: "a", outs: { n: 1, list: [{ b: null }] } };
    const got = await answer([], async () => outs);
    assert.deepEqual(got, outs);
    assert.notEqual(got.outs, outs.outs);
  });

  it("holds no undefined, Date, Buffer or function", async () => {
    const got: unknown = await answer([], async () => ({
      gone: undefined,
      at: new Date(0),
      bytes: Buffer.from("ab"),
      call: () => 1,
    }));
    assert.deepEqual(got, { at: "1970-01-01T00:00:00.000Z", bytes: { type: "Buffer", data: [97, 98] } });
  });

  it("has reasons for people: without a secret, and without what a terminal would act on", async () => {
    const inputs = { password: "hunter-22", name: "a\u001bb" };
    const reason = "the server said: \u001b[2Jhunter-22\u009b31m\u202eevil\r\n  Fix: nothing";
    assert.deepEqual(await answer(["hunter-22"], async () => ({ inputs, failures: [refusal(reason)] })), {
      inputs,
      failures: [
        { property: "", reason: "the server said: \ufffd[2J[secret]\ufffd31m\ufffdevil\n  Fix: nothing" },
      ],
    });
  });

  it("is an Error where JSON cannot say it", async () => {
    const thrown = await thrownBy(() => answer([], async () => ({ n: 1n })));
    assert.ok(thrown instanceof Error);
    assert.equal(thrown.message, "Do not know how to serialize a BigInt");
    assert.equal(thrown.stack, "");
  });

  it("is an Error where nothing is answered: every answer is explicit", async () => {
    const thrown = await thrownBy(() => answer([], async () => undefined));
    assert.ok(thrown instanceof Error);
    assert.equal(thrown.message, '"undefined" is not valid JSON');
  });
});

describe("a refusal", () => {
  it("names no property, whose value the engine would print", () => {
    assert.deepEqual(refusal("why"), { property: "", reason: "why" });
  });

  it("has nothing that a terminal would act on, like an error: computers say what they like", async () => {
    const text = "dc1: \u001b[2J\u009b1A\u0007said\r\n\tthis\rand\u0000 that, \u00fcber all";
    const clean = "dc1: \ufffd[2J\ufffd1A\ufffdsaid\n\tthis\nand\ufffd that, \u00fcber all";
    const { failures } = await answer([], async () => ({ inputs: {}, failures: [refusal(text)] }));
    assert.deepEqual(failures, [{ property: "", reason: clean }]);
    assert.equal(plainError(new Error(text), []).message, clean);
  });
});

describe("a failure", () => {
  it("is a plain Error: no code, no id, no stack, no cause, no class of its own", async () => {
    const cause = new LibraryError("bind with hunter-22 failed", { cause: new Error("hunter-22") });
    const thrown = await thrownBy(() => answer(["hunter-22"], () => Promise.reject(cause)));
    assert.ok(thrown instanceof Error);
    assert.equal(Object.getPrototypeOf(thrown), Error.prototype);
    assert.deepEqual(Object.getOwnPropertyNames(thrown).sort(), ["message", "stack"]);
    assert.equal(thrown.message, "bind with [secret] failed");
    assert.equal(thrown.stack, "");
    assert.equal(`${thrown}: ${thrown.stack}`, "Error: bind with [secret] failed: ");
  });

  it("moves no cursor", () => {
    assert.equal(plainError(new Error("a\u001b[1A\u0007b\tc\nd"), []).message, "a\ufffd[1A\ufffdb\tc\nd");
  });

  it("is one, too, when the call throws before it promises anything", async () => {
    const thrown = await thrownBy(() =>
      answer(["hunter-22"], () => {
        throw new TypeError("hunter-22 is no function");
      }),
    );
    assert.ok(thrown instanceof Error);
    assert.equal(thrown.message, "[secret] is no function");
    assert.equal(Object.getPrototypeOf(thrown), Error.prototype);
  });

  const texts: readonly (readonly [thrown: unknown, message: string])[] = [
    [new Error("why"), "why"],
    [new Error("two\nlines"), "two\nlines"],
    ["why", "why"],
    [new Error(""), "unexpected failure (Error)"],
    [new RangeError(""), "unexpected failure (RangeError)"],
    ["", "unexpected failure ()"],
    [undefined, "unexpected failure (undefined)"],
    [null, "unexpected failure (null)"],
    [49, "unexpected failure (49)"],
    [{ password: "hunter-22" }, "unexpected failure ([object Object])"],
  ];
  for (const [thrown, message] of texts) {
    it(`says "${message.replace("\n", "\\n")}"`, () => {
      assert.equal(messageOf(thrown), message);
      assert.equal(plainError(thrown, []).message, message);
    });
  }
});
