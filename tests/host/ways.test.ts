/** Which ways lead to a computer: to the lab's SSH and WinRM, and to ports that are closed, silent, or something else's. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { type Certificate, CertificateAuthority } from "../../lab/certificates";
import type { WindowsHost } from "../../lab/windows";
import { shownKeys } from "../../lib/host/transport/shownKeys";
import { waysTo } from "../../lib/host/transport/ways";
import { heldPort } from "../heldPort";
import { startComputer } from "../lab/windows-support";

const name = "edge1.perimeter.example";
const timeoutMs = 30_000;

describe("the ways to a computer", function () {
  this.timeout(120_000);
  let certificate: Certificate;
  let host: WindowsHost;
  const ending: (() => unknown)[] = [];

  before(async () => {
    const authority = await CertificateAuthority.create();
    certificate = await authority.issue({ names: [name] });
    host = await startComputer({}, { winrm: { certificate } });
  });
  after(() => host.stop());
  afterEach(async () => {
    for (const end of ending.splice(0)) await end();
  });

  const listening = async (server: Server): Promise<number> => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ending.push(() => server.close());
    return (server.address() as AddressInfo).port;
  };

  it("are SSH with its keys, WinRM with its schemes, and HTTPS with its certificate; nobody is logged on", async () => {
    const ports = { ssh: host.port, http: host.winrm?.port ?? 0, https: host.winrm?.httpsPort ?? 0 };
    const { addresses, why, ssh, http, https } = await waysTo("127.0.0.1", { timeoutMs, ports });
    assert.deepEqual([addresses, why], [["127.0.0.1"], null]);
    assert.deepEqual([ssh?.state, ssh?.why], ["open", null]);
    assert.match(ssh?.banner ?? "", /^SSH-2\.0-\S+/);
    assert.deepEqual(ssh?.keys, await shownKeys({ host: "127.0.0.1", port: host.port }));
    assert.equal(ssh?.keys.length, 1);
    // A computer of a workgroup: no Kerberos, and Basic over TLS alone.
    assert.deepEqual([http?.state, http?.schemes], ["open", []]);
    const shown = new X509Certificate(certificate.certificate);
    assert.deepEqual(https?.certificate, {
      names: https?.certificate?.names,
      fingerprint: shown.fingerprint256,
      validTo: new Date(shown.validTo).toISOString(),
    });
    assert.ok(https?.certificate?.names.includes(name), String(https?.certificate?.names));
    assert.deepEqual([https?.state, https?.schemes], ["open", ["Basic"]]);
    const counts = host.winrm?.counts;
    assert.deepEqual([counts?.logons, counts?.refusals], [0, 0]);
  });

  it("are closed where nothing listens, and the name may be missing", async () => {
    const ports = { ssh: await heldPort(), http: await heldPort(), https: await heldPort() };
    const { ssh, http, https } = await waysTo("127.0.0.1", { timeoutMs, ports });
    assert.deepEqual(
      [ssh, http, https].map((way) => way?.state),
      ["closed", "closed", "closed"],
    );
    assert.deepEqual([ssh?.keys, http?.schemes, https?.certificate], [[], [], null]);
    const nowhere = await waysTo("nowhere.invalid", { timeoutMs });
    assert.deepEqual([nowhere.addresses, nowhere.ssh, nowhere.http, nowhere.https], [[], null, null, null]);
    assert.match(nowhere.why ?? "", /nowhere\.invalid/);
  });

  it("end in time where a firewall drops every packet, and where what has accepted says nothing", async () => {
    const port = await droppingPort(ending);
    const mute = await listening(createServer((socket: Socket) => void ending.push(() => socket.destroy())));
    const { ssh, http, https } = await waysTo("127.0.0.1", {
      timeoutMs: 500,
      ports: { ssh: port, http: mute, https: mute },
    });
    for (const way of [ssh, http, https])
      assert.deepEqual([way?.state, way?.why], ["silent", "no answer within 0.5 s"]);
  });

  it("tell what is something else: a web server, garbage, one who hangs up", async () => {
    const web = createHttpServer((_, response) => response.end("hello"));
    const webPort = await listening(web);
    const garbage = await listening(
      createServer((socket) => void socket.on("error", () => {}).end("x".repeat(9000))),
    );
    const { ssh, http, https } = await waysTo("127.0.0.1", {
      timeoutMs,
      ports: { ssh: garbage, http: webPort, https: garbage },
    });
    assert.deepEqual([ssh?.state, ssh?.why], ["other", "what answers is no SSH server"]);
    assert.deepEqual(
      [http?.state, http?.why],
      ["other", "what answers is no WinRM: it answered a request without a logon with 200"],
    );
    assert.equal(https?.state, "other");
    assert.equal(https?.certificate, null);
    const hung = await listening(createServer((socket) => void socket.on("error", () => {}).destroy()));
    const all = await waysTo("127.0.0.1", { timeoutMs, ports: { ssh: hung, http: hung, https: hung } });
    for (const way of [all.ssh, all.http, all.https]) assert.equal(way?.state, "other", way?.why ?? "");
  });

  it("have every scheme that a listener offers, in one header or in several", async () => {
    const offered = async (headers: readonly string[]) => {
      const server = createHttpServer((_, response) =>
        response.writeHead(401, { "WWW-Authenticate": [...headers] }).end(),
      );
      const ports = { ssh: await heldPort(), http: await listening(server), https: await heldPort() };
      return (await waysTo("127.0.0.1", { timeoutMs, ports })).http?.schemes;
    };
    const all = ["Negotiate", "Kerberos", "Basic"];
    assert.deepEqual(await offered(["Negotiate", "Kerberos", 'Basic realm="WSMAN"']), all);
    assert.deepEqual(await offered(['Negotiate, Kerberos, Basic realm="a, b", charset="UTF-8"']), all);
  });

  it("lead to an address of IPv6, too", async () => {
    const server = createServer((socket) => void socket.on("error", () => {}).end("SSH-2.0-x\r\n"));
    server.listen(0, "::1");
    await once(server, "listening");
    ending.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { addresses, ssh } = await waysTo("::1", {
      timeoutMs,
      ports: { ssh: port, http: await heldPort(), https: await heldPort() },
    });
    assert.deepEqual(addresses, ["::1"]);
    // It is no whole SSH server: it has ended before any key.
    assert.equal(ssh?.state, "other");
    assert.match(ssh?.why ?? "", /host key/);
  });
});

/** A port for whose connections Linux has no room left: it drops what else comes, as a firewall does. */
async function droppingPort(ending: (() => unknown)[]): Promise<number> {
  const script = `require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () { console.log(this.address().port); });`;
  const child: ChildProcess = spawn(process.execPath, ["-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  ending.push(() => child.kill("SIGKILL"));
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  const port = Number(chunk.toString());
  child.kill("SIGSTOP");
  const isFull = (): Promise<boolean> =>
    new Promise((done) => {
      const socket = connect({ host: "127.0.0.1", port });
      ending.push(() => socket.destroy());
      socket.on("error", () => {});
      const late = setTimeout(() => done(true), 700);
      socket.once("connect", () => {
        clearTimeout(late);
        done(false);
      });
    });
  for (let tries = 0; tries < 10; tries++) if (await isFull()) return port;
  throw new Error("the port takes every connection");
}
