/** WinRM's client against Kerberos that others have written: Samba's key distribution centre, and MIT as the computer's side. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { WindowsHost } from "../../lab/windows";
import { logOn } from "../../lab/windows/logon-service";
import { gssapiAcceptors } from "../../lab/windows/winrm/gssapi";
import { startWinRm, type WinRmListener } from "../../lab/windows/winrm/listener";
import { AuthenticationFailed, HostError, ServerNotProven, Unreachable } from "../../lib/host";
import type { WinRmConnection } from "../../lib/host/transport/winrm/connection";
import { WinRmSession } from "../../lib/host/transport/winrm/winRmSession";
import { Logons } from "../../lib/logons";
import {
  localPassword,
  localUser,
  organizationOf,
  startComputer,
  workgroupComputer,
} from "../lab/windows-support";
import { describeWith } from "../skip";
import { writeConfiguration } from "./configuration";
import { listening } from "./samba";
import { copyKept } from "./template";

const run = promisify(execFile);
const password = "Lab-Upgrader-1";
const placement = { realm: "contoso.test", domain: "CONTOSO", host: "dc1" };

describeWith(["samba"], "Kerberos over WinRM", function () {
  this.timeout(120_000);
  const address = `127.${randomInt(32, 250)}.${randomInt(1, 250)}.1`;
  let folder: string;
  let samba: ChildProcess;
  let host: WindowsHost;
  let listener: WinRmListener;
  const sessions: WinRmSession[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "samba-kdc-"));
    await copyKept([make.toString()], make, folder);
    const configuration = await configure(folder, address);
    const args = ["--foreground", "--no-process-group", "-M", "single", "-s", configuration];
    samba = spawn("samba", args, { stdio: "ignore" });
    await listening("domain controller", { address, process: samba }, 88);
    const spec = workgroupComputer({ windows: "2016" });
    host = await startComputer({ windows: "2016" });
    // Whose ticket it is, the lab is told; here it is about the ticket.
    listener = await startWinRm(
      host.computer,
      () =>
        logOn(
          spec,
          localUser,
          { kind: "password", password: localPassword },
          { organization: organizationOf(spec), directory: null, filtered: false },
        ),
      { acceptor: await gssapiAcceptors(join(folder, "ex1.keytab")) },
    );
  });
  afterEach(() => {
    for (const session of sessions.splice(0)) session.close();
  });
  after(async () => {
    await listener?.stop();
    await host?.stop();
    samba?.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  function connection(changes: Partial<WinRmConnection> = {}): WinRmConnection {
    return {
      winrm: { serverName: "ex1.contoso.test", kdc: [address] },
      host: "127.0.0.1",
      port: listener.port,
      user: "upgrader@contoso.test",
      password,
      dialErrorLimit: 0,
      ...changes,
    };
  }
  async function open(changes: Partial<WinRmConnection> = {}, logons = new Logons()): Promise<WinRmSession> {
    const session = await WinRmSession.open(connection(changes), logons);
    sessions.push(session);
    return session;
  }
  async function failure(changes: Partial<WinRmConnection>, logons = new Logons()): Promise<HostError> {
    const error = await open(changes, logons).then(
      () => undefined,
      (e: unknown) => e,
    );
    assert.ok(error instanceof HostError, String(error));
    return error;
  }

  it("runs sealed commands, with what is typed in and both streams", async () => {
    const session = await open();
    assert.deepEqual(session.traits, {
      way: "WinRM",
      networkCredentials: false,
      outlivesLossMs: 180_000,
      server: "Kerberos",
    });
    const { stdout, stderr, exitCode } = await session.run("echo out& echo err>&2& exit /b 7");
    assert.deepEqual([stdout, stderr, exitCode], ["out\r\n", "err\r\n", 7]);
    const text = "a line of text\r\n".repeat(12_000);
    assert.equal((await session.run('findstr "^" > C:\\typed.txt', { stdin: text })).exitCode, 0);
    assert.equal((await session.run("type C:\\typed.txt")).stdout, text);
  });

  it("logs on once for all of its connections", async () => {
    const before = listener.counts.connections;
    const session = await open();
    const all = await Promise.all(Array.from({ length: 9 }, (_, i) => session.run(`echo ${i}`)));
    assert.equal(all.map(({ stdout }) => stdout.trim()).join(""), "012345678");
    assert.ok(listener.counts.connections - before <= 6);
  });

  it("leaves no shell behind, and nothing in the environment or in a file", async () => {
    const session = await open();
    await session.run("echo x");
    session.close();
    const end = Date.now() + 50_000;
    while (listener.shells > 0) {
      assert.ok(Date.now() < end, `${listener.shells} shells are left`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(process.env.KRB5_CONFIG, undefined);
    assert.equal(process.env.KRB5CCNAME, undefined);
  });

  it("sends a wrong password once, and not again in the run", async () => {
    const logons = new Logons();
    const wrong = { password: "wrong" };
    const before = await refusals();
    const error = await failure(wrong, logons);
    assert.ok(error instanceof AuthenticationFailed);
    assert.equal(
      error.message,
      "the KDC refused the password of upgrader in CONTOSO.TEST: Preauthentication failed",
    );
    assert.match((await failure(wrong, logons)).message, /is not tried on the KDC of CONTOSO\.TEST again/);
    assert.equal((await refusals()) - before, 1);
  });

  it("tells an account and a computer that the domain does not know", async () => {
    assert.match((await failure({ user: "nobody@contoso.test" })).message, /Client 'nobody@.*' not found/);
    const error = await failure({ winrm: { serverName: "nope.contoso.test", kdc: [address] } });
    assert.ok(error instanceof ServerNotProven);
    assert.match(error.message, /^the domain knows no service HTTP\/nope\.contoso\.test /);
  });

  it("tells a centre that does not answer, and does not count it against the password", async () => {
    const { port } = listener;
    const error = await failure({ winrm: { serverName: "ex1.contoso.test", kdc: ["127.0.0.1:1"] } });
    assert.ok(error instanceof Unreachable);
    assert.match(
      error.message,
      /^the KDC of CONTOSO\.TEST \(127\.0\.0\.1:1\) cannot be reached: .*ECONNREFUSED/,
    );
    samba.kill("SIGSTOP");
    try {
      const late = await failure({ port, perDialTimeout: 1 });
      assert.ok(late instanceof Unreachable);
      assert.equal(
        late.message,
        `the KDC of CONTOSO.TEST (${address}) cannot be reached: ${address}:88 gave no answer within 1 s (1 dial failed)`,
      );
    } finally {
      samba.kill("SIGCONT");
    }
  });

  it("takes no answer of a computer that has another key", async () => {
    const other = await startWinRm(host.computer, () => Promise.resolve(null), {
      acceptor: () => ({
        step: () => ({ token: Buffer.from("no token"), done: true }),
        client: "upgrader@CONTOSO.TEST",
        unseal: (_, data) => data,
        seal: (message) => ({ signature: Buffer.alloc(0), data: message }),
        close: () => undefined,
      }),
    });
    try {
      const error = await failure({ port: other.port });
      assert.ok(error instanceof HostError);
      assert.doesNotMatch(error.message, /Lab-Upgrader/);
    } finally {
      await other.stop();
    }
  });

  /** Wrong passwords that Samba has counted. */
  async function refusals(): Promise<number> {
    const conf = `--configfile=${join(folder, "etc", "smb.conf")}`;
    const { stdout } = await run("samba-tool", ["user", "show", "upgrader", conf]);
    return Number(/^badPwdCount: (\d+)$/m.exec(stdout)?.[1] ?? Number.NaN);
  }
});

async function configure(folder: string, address: string): Promise<string> {
  return writeConfiguration({ folder, address }, placement, "ldap, kdc, cldap");
}

/** A domain with an account and a computer's key, made once: it takes ten seconds. */
async function make(folder: string): Promise<void> {
  const conf = `--configfile=${await configure(folder, "127.0.0.1")}`;
  const tool = (...args: readonly string[]) => run("samba-tool", [...args, conf]);
  await tool(
    ...["domain", "provision", "--realm=CONTOSO.TEST", "--domain=CONTOSO", "--host-name=DC1"],
    ...["--host-ip=127.0.0.1", "--adminpass=Lab-Administrator-1", "--server-role=dc", "--dns-backend=NONE"],
  );
  // Without a threshold refused passwords are not counted.
  await tool("domain", "passwordsettings", "set", "--account-lockout-threshold=10");
  await tool("user", "create", "upgrader", "Lab-Upgrader-1");
  await tool("computer", "create", "EX1");
  await tool("user", "setpassword", "EX1$", "--newpassword=Lab-Computer-12345");
  await tool("user", "enable", "EX1$");
  await tool("spn", "add", "HTTP/ex1.contoso.test", "EX1$");
  await tool("domain", "exportkeytab", join(folder, "ex1.keytab"), "--principal=HTTP/ex1.contoso.test");
}
