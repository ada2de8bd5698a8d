/** Lines for a resource: into the engine's row for it, or to the console. */
import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { hasGone, resourceLog } from "../../lib/wire/engine";
import { heldPort } from "../heldPort";
import { startEngine } from "./engine-stub";

const urn = "urn:pulumi:test::contoso::pulumi-nodejs:dynamic/exchange:ExchangeSchemaPrep::schema";

/** What `work` writes to the console, with this address as the process's argument. */
async function consoleOf(address: string | undefined, work: () => Promise<void>): Promise<readonly string[]> {
  const written: string[] = [];
  const { log } = console;
  const { argv } = process;
  process.argv = [argv[0] ?? "", argv[1] ?? "", ...(address === undefined ? [] : [address])];
  console.log = (...parts: unknown[]) => void written.push(parts.join(" "));
  try {
    await work();
  } finally {
    console.log = log;
    process.argv = argv;
  }
  return written;
}

/** Writes one line of each kind. */
async function writeAll(to: string | undefined, secrets: readonly string[] = []): Promise<void> {
  const log = resourceLog(to, secrets);
  await log.info("now schema 10637 with hunter-22");
  await log.warn("P5 (must): not verified");
  await log.progress("Setup: phase 1");
}

/** What {@link writeAll} leaves on the console: progress is lost there, since it would never be taken away. */
const onConsole = ["now schema 10637 with [secret]", "warning: P5 (must): not verified"];

describe("a resource's log", () => {
  it("moves no cursor", async () => {
    const written = await consoleOf(undefined, () =>
      resourceLog(urn, []).warn("sshd said \u001b[2Jgone\u009b0m"),
    );
    assert.deepEqual(written, ["warning: sshd said \ufffd[2Jgone\ufffd0m"]);
  });

  it("goes into the engine's row for the resource, redacted, with what lasts and what does not", async () => {
    const engine = await startEngine();
    try {
      const written = await consoleOf(engine.address, () => writeAll(urn, ["hunter-22"]));
      assert.deepEqual(written, []);
      assert.deepEqual(engine.lines, [
        { severity: "info", urn, ephemeral: false, message: "now schema 10637 with [secret]" },
        { severity: "warning", urn, ephemeral: false, message: "P5 (must): not verified" },
        { severity: "info", urn, ephemeral: true, message: "Setup: phase 1" },
      ]);
    } finally {
      await engine.stop();
    }
  });

  it("has nothing that a terminal would act on", async () => {
    const engine = await startEngine();
    try {
      await consoleOf(engine.address, () => resourceLog(urn, []).progress("log: \u001b[2Jgone\r"));
      assert.deepEqual(
        engine.lines.map(({ message }) => message),
        ["log: \ufffd[2Jgone"],
      );
    } finally {
      await engine.stop();
    }
  });

  it("shows no more of a row than 100 columns, and all of a line that stays", async () => {
    const engine = await startEngine();
    const long = `12 of usually 60 min: ${"x".repeat(200)}`;
    try {
      await consoleOf(engine.address, async () => {
        const log = resourceLog(urn, []);
        await log.progress(long);
        await log.info(long);
      });
      assert.deepEqual(
        engine.lines.map(({ message }) => message),
        [`${long.slice(0, 99)}…`, long],
      );
    } finally {
      await engine.stop();
    }
  });

  it("keeps its order when nobody waits for a line", async () => {
    const engine = await startEngine();
    try {
      await consoleOf(engine.address, async () => {
        const log = resourceLog(urn, []);
        const phases = Array.from({ length: 20 }, (_, i) => `phase ${i}`);
        await Promise.all(phases.map((phase) => log.progress(phase)));
        assert.deepEqual(
          engine.lines.map((line) => line.message),
          phases,
        );
      });
    } finally {
      await engine.stop();
    }
  });

  it("never says ERROR, which would show without failing anything", async () => {
    const engine = await startEngine();
    try {
      await consoleOf(engine.address, () => writeAll(urn));
      assert.deepEqual(
        engine.lines.filter((line) => line.severity === "error"),
        [],
      );
    } finally {
      await engine.stop();
    }
  });

  it("goes to the console when the process has no engine", async () => {
    assert.deepEqual(await consoleOf(undefined, () => writeAll(urn, ["hunter-22"])), onConsole);
  });

  it("goes to the console when the argument is no address", async () => {
    for (const argument of ["tests/wire/engine.test.ts", "--watch", "127.0.0.1", "127.0.0.1:port", "a b:1"]) {
      assert.deepEqual(await consoleOf(argument, () => writeAll(urn, ["hunter-22"])), onConsole);
    }
  });

  it("goes to the console when nobody knows the resource's URN", async () => {
    const engine = await startEngine();
    try {
      const written = await consoleOf(engine.address, () => writeAll(undefined, ["hunter-22"]));
      assert.deepEqual(written, onConsole);
      assert.deepEqual(engine.lines, []);
    } finally {
      await engine.stop();
    }
  });

  it("goes to the console when the engine has no Log service", async () => {
    const engine = await startEngine({ refuse: true });
    try {
      assert.deepEqual(await consoleOf(engine.address, () => writeAll(urn, ["hunter-22"])), onConsole);
    } finally {
      await engine.stop();
    }
  });

  it("goes to the console when the engine has gone", async () => {
    const address = `127.0.0.1:${await heldPort()}`;
    assert.deepEqual(await consoleOf(address, () => writeAll(urn, ["hunter-22"])), onConsole);
  });
});

describe("an engine", () => {
  it("has gone where nothing listens at its address", async () => {
    assert.equal(await hasGone(`127.0.0.1:${await heldPort()}`), true);
    assert.equal(await hasGone(`localhost:${await heldPort()}`), true);
  });

  it("is there where something listens, by an address of IPv6, too", async function () {
    const server = createServer((socket) => socket.on("error", () => undefined));
    const listens = await new Promise<boolean>((done) => {
      server.once("error", () => done(false)).listen(0, "::1", () => done(true));
    });
    if (!listens) this.skip();
    try {
      assert.equal(await hasGone(`[::1]:${(server.address() as AddressInfo).port}`), false);
    } finally {
      server.close();
    }
  });

  it("has not gone because this process cannot ask", async () => {
    assert.equal(await hasGone("engine.invalid:1"), false);
  });
});
