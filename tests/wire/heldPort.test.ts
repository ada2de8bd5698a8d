import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { heldPort, listenOn, listenOnHeldPort } from "../heldPort";

/** What a connection to the port comes to: "connected", or the code of its failure. */
function tried(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      resolve("connected");
      socket.destroy();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

describe("a held port", () => {
  it("refuses connections before a server has listened on it and after, and answers in between", async () => {
    const port = await heldPort();
    assert.equal(await tried(port), "ECONNREFUSED");
    for (let times = 0; times < 2; times++) {
      const server = createServer((socket) => socket.on("error", () => undefined).resume());
      await listenOn(server, port);
      assert.equal(await tried(port), "connected");
      server.close();
      await once(server, "close");
      assert.equal(await tried(port), "ECONNREFUSED");
    }
  });

  it("is given to nobody else who asks for any port", async () => {
    const closed = createServer();
    const port = await listenOnHeldPort(closed);
    closed.close();
    const servers = Array.from({ length: 500 }, () => createServer().listen(0, "127.0.0.1"));
    await Promise.all(servers.map((server) => once(server, "listening")));
    const ports = servers.map((server) => (server.address() as { port: number }).port);
    for (const server of servers) server.close();
    assert.ok(!ports.includes(port));
    assert.notEqual(await heldPort(), port);
  });
});
