/** A WinRM listener that answers anything: octets in place of HTTP, of a logon's token, of a sealed message. The client ends with an error of its own. */
import assert from "node:assert/strict";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import fc from "fast-check";
import { type Kdc, startKdc } from "../../lab/kerberos/kdc";
import { HostError } from "../../lib/host";
import { Channel, ChannelBroken } from "../../lib/host/transport/winrm/channel";
import { KerberosLogon } from "../../lib/host/transport/winrm/kerberos";
import { sealedType } from "../../lib/host/transport/winrm/sealing";
import type { Tickets } from "../../lib/host/transport/winrm/securityContext";
import { askOf } from "../host/centres";
import { describeWith } from "../skip";
import { runs } from "./settings";

const octets = fc.uint8Array({ maxLength: 400 }).map((each) => Buffer.from(each));
/** The beginnings of a context's tokens, as RFC 2743 and RFC 4121 have them, which lead further into the library. */
const prefixes = ["", "6f", "6082", "60819006092a864886f71201020202", "7e", "05040400", "0504070000000000"];
const token = fc
  .tuple(fc.constantFrom(...prefixes), octets)
  .map(([prefix, rest]) => Buffer.concat([Buffer.from(prefix, "hex"), rest]));

/** An answer over HTTP of which any part may be wrong. */
const answer = fc.oneof(
  octets,
  fc
    .record({
      status: fc.constantFrom(200, 200, 401, 500, 302, 100),
      header: fc.oneof(
        token.map((each) => `WWW-Authenticate: Kerberos ${each.toString("base64")}`),
        fc.constantFrom("WWW-Authenticate: Negotiate", "X: y", `Content-Type: ${sealedType}`),
      ),
      length: fc.option(fc.integer({ min: 0, max: 100_000 })),
      body: octets,
    })
    .map(({ status, header, length, body }) =>
      Buffer.concat([
        Buffer.from(`HTTP/1.1 ${status} X\r\n${header}\r\nContent-Length: ${length ?? body.length}\r\n\r\n`),
        body,
      ]),
    ),
);

describeWith(["kdc"], "a WinRM listener that answers anything", function () {
  this.timeout(120_000);
  const host = "ex1.fabrikam.com";
  let kdc: Kdc;
  let tickets: Tickets;
  let server: Server;
  let answers: readonly Buffer[] = [];

  before(async () => {
    const accounts = [{ name: "exadmin", password: "Secret-1" }];
    kdc = await startKdc({ domain: "fabrikam.com", accounts, computers: [host] });
    const ask = askOf("FABRIKAM.COM", [`127.0.0.1:${kdc.port}`]);
    const logon = await KerberosLogon.open(
      { name: "exadmin", realm: "FABRIKAM.COM", password: "Secret-1" },
      ask,
    );
    tickets = await logon.ticketsFor("HTTP", host, ask);
    logon.release();
    server = createServer((socket) => {
      const left = [...answers];
      socket.on("error", () => undefined);
      socket.on("data", () => {
        const next = left.shift();
        if (next === undefined) socket.destroy();
        else socket.write(next);
        // What is cut off has to be seen at once, and not after the client's patience.
        if (left.length === 0) socket.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    server?.close();
    tickets?.release();
    await kdc?.stop();
  });

  it("lets nobody in who does not prove to be the computer", async () => {
    const { port } = server.address() as AddressInfo;
    // Whatever the time, it ends with an error: a short one is enough for what is never answered.
    const target = { host, port, user: "exadmin@fabrikam.com", name: host, logonMs: 100 };
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 3 }), async (given) => {
        answers = given;
        const stream = connect(port, "127.0.0.1");
        await assert.rejects(
          Channel.open(target, stream, tickets.newContext()),
          (error: unknown) => error instanceof HostError || error instanceof ChannelBroken,
        );
      }),
      runs(60),
    );
  });

  it("gives the library tokens and sealed messages that it refuses", () => {
    fc.assert(
      fc.property(token, octets, octets, (given, signature, sealed) => {
        const context = tickets.newContext();
        try {
          assert.ok((context.step(null)?.length ?? 0) > 0);
          assert.throws(() => context.step(given), HostError);
          assert.equal(context.isComplete, false);
          assert.throws(() => context.unseal({ signature, sealed }), HostError);
        } finally {
          context.release();
        }
      }),
      runs(300),
    );
  });
});
