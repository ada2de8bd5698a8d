/** Messages to a webhook, over a real HTTP server of this machine. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "../../lib/wire/webhook";

const times = { answer: 60_000, again: 10, settle: 60_000 };

describe("a webhook", () => {
  let server: Server;
  let origin: string;
  const got: { method: string; url: string; type: string; body: string }[] = [];
  let answer: (response: ServerResponse, request: IncomingMessage) => void;

  beforeEach(async () => {
    got.splice(0);
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (piece: string) => {
        body += piece;
      });
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        got.push({ method, url, type: headers["content-type"] ?? "", body });
        answer(response, request);
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  /** Sends bodies, and gives what was told of them. */
  async function send(webhook: Webhook, ...bodies: readonly unknown[]): Promise<readonly string[]> {
    const told: string[] = [];
    for (const body of bodies) {
      webhook.send(body, (why) => told.push(why));
      await webhook.settled();
    }
    return told;
  }
  const respond = (status: number, headers = {}) => {
    answer = (response) => response.writeHead(status, headers).end("not read");
  };

  it("gets a body whole, once", async () => {
    respond(202);
    const body = { kind: "done", text: "12 Schritte ✓ “ü” 😀" };
    assert.deepEqual(await send(new Webhook(`${origin}/hook/s3cret?sig=1`, times), body), []);
    assert.deepEqual(got, [
      { method: "POST", url: "/hook/s3cret?sig=1", type: "application/json", body: JSON.stringify(body) },
    ]);
  });

  it("is lost where it answers with another protocol", async () => {
    answer = ({ socket }) =>
      void socket?.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
    assert.deepEqual(await send(new Webhook(`${origin}/hook/s3cret`, times), {}), ["the connection failed"]);
    assert.equal(got.length, 2);
  });

  it("is tried twice where it fails, and once as long as the last message was lost; the first reason is told", async () => {
    respond(500);
    const webhook = new Webhook(`${origin}/hook/s3cret`, times);
    assert.deepEqual(await send(webhook, 1, 2), ["it answered with HTTP 500"]);
    assert.deepEqual(
      got.map(({ body }) => body),
      ["1", "1", "2"],
    );
    respond(204);
    assert.deepEqual(await send(webhook, 3), []);
    respond(429);
    await send(webhook, 4);
    assert.deepEqual(
      got.map(({ body }) => body),
      ["1", "1", "2", "3", "4", "4"],
    );
  });

  it("is not tried again where it refuses, and is not followed elsewhere", async () => {
    respond(404);
    assert.deepEqual(await send(new Webhook(`${origin}/hook`, times), 1), ["it answered with HTTP 404"]);
    respond(307, { location: `${origin}/elsewhere` });
    assert.deepEqual(await send(new Webhook(`${origin}/hook`, times), 2), ["it answered with HTTP 307"]);
    assert.deepEqual(
      got.map(({ url }) => url),
      ["/hook", "/hook"],
    );
  });

  it("is given up where it hangs, whatever it was to be told", async () => {
    answer = () => undefined;
    const told = await send(new Webhook(`${origin}/hook/s3cret`, { ...times, answer: 200 }), 1);
    assert.deepEqual(told, ["it did not answer in 0.2 s"]);
    // The end of a call waits for no more than its time, even if the message is still under way.
    const patient = new Webhook(`${origin}/hook/s3cret`, { ...times, settle: 20 });
    assert.deepEqual(await send(patient, 2), []);
  });

  it("is given up where nothing listens, without its address in what is told", async () => {
    await new Promise((done) => server.close(done));
    assert.deepEqual(await send(new Webhook(`${origin}/hook/s3cret`, times), 1), ["ECONNREFUSED"]);
    server = createServer().listen(0);
  });

  it("gets nothing over plain HTTP but on this machine, and nothing at an address that is none", async () => {
    for (const [address, problem] of [
      ["http://hooks.contoso.com/s3cret", "its address is not https"],
      ["http://127.0.0.1.contoso.com/s3cret", "its address is not https"],
      ["file:///s3cret", "its address is not https"],
      ["hooks.contoso.com/s3cret", "its value is no address"],
    ] as const)
      assert.deepEqual(await send(new Webhook(address, times), 1, 2), [problem], address);
    for (const address of ["https://hooks.contoso.com/x", "http://localhost:1/x", "http://[::1]:1/x", ""])
      assert.equal(new Webhook(address).problem, null, address);
  });

  it("is told nothing where there is none", async () => {
    assert.deepEqual(await send(new Webhook("", times), 1), []);
    assert.deepEqual(got, []);
  });
});
