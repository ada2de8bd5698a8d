/** Time limits of a process that stands still while an answer arrives, from servers in a thread of their own. */
import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { newKeyPair } from "../../lab/windows/keys";
import { afterAwake } from "../../lib/awake";
import { SshSession } from "../../lib/host/transport/sshSession";
import { Logons } from "../../lib/logons";
import { deadline } from "../../lib/provider/facts/deadline";

/** Stands still, as a process does that the system does not run. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** An SSH server that says when it was sent a password, and takes it a moment later. */
const sshServer = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { Server } = require(workerData.ssh2);
  const server = new Server({ hostKeys: [workerData.key] }, (connection) => {
    connection.on("error", () => {});
    connection.on("authentication", (context) => {
      if (context.method !== "password") return context.reject(["password"]);
      parentPort.postMessage("judging");
      setTimeout(() => context.accept(), 200);
    });
    connection.on("ready", () => {
      connection.on("session", (accept) => {
        accept().on("exec", (taken, rejected, { command }) => {
          const channel = taken();
          parentPort.postMessage("running");
          setTimeout(() => {
            channel.write("done");
            channel.exit(0);
            channel.end();
          }, 200);
        });
      });
    });
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

describe("a process that stands still", function () {
  this.timeout(60_000);
  const key = newKeyPair();
  let worker: Worker;
  let port = 0;
  before(async () => {
    const workerData = { ssh2: require.resolve("ssh2"), key: key.private };
    worker = new Worker(sshServer, { eval: true, workerData });
    port = await new Promise<number>((resolve) => worker.once("message", resolve));
  });
  after(async () => void (await worker.terminate()));

  const open = (perDialTimeout: number) =>
    SshSession.open(
      {
        host: "127.0.0.1",
        port,
        user: "x",
        password: "Secret-1",
        hostKey: key.public,
        dialErrorLimit: 0,
        perDialTimeout,
      },
      new Logons(),
    );
  /** Stands still for longer than the limit, from when the server is at that. */
  const standStillAt = (what: string) =>
    worker.once("message", (message) => {
      assert.equal(message, what);
      standStill(3_000);
    });

  it("reads an answer that came meanwhile, to a logon and to a command", async () => {
    standStillAt("judging");
    const session = await open(2);
    standStillAt("running");
    const { stdout } = await session.exec("whatever", { timeoutMs: 2_000 });
    session.close();
    assert.equal(stdout, "done");
  });

  it("reads it also where facts have a deadline", async () => {
    const limit = deadline(2);
    worker.once("message", () => standStill(3_000));
    const opened = await limit(open(0), (why) => assert.fail(why));
    opened.close();
    limit.end();
  });

  it("is told that nothing came, once it was awake for as long as the limit", async () => {
    const limit = deadline(0.5);
    const started = performance.now();
    const never = limit(new Promise<string>(() => {}), (why) => why);
    standStill(1_000);
    assert.equal(await never, "no answer within 0.5 s");
    // The second in which it stood still counts as one of ten ticks.
    assert.ok(performance.now() - started >= 1_400);
    limit.end();
  });

  it("ends a limit once, and never one that was ended", async () => {
    let expired = 0;
    const end = afterAwake(20, () => {
      expired += 1;
    });
    const ended = afterAwake(20, () => assert.fail("it was ended"));
    ended();
    while (expired === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(expired, 1);
    end();
  });
});
