import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AuthenticationFailed,
  CommandTimeout,
  ConnectionLost,
  type ConnectionOptions,
  HostKeyRefused,
  NoCommonAlgorithm,
  NotWindowsShell,
  OutputTooLarge,
  Unreachable,
} from "../../lib/host";
import { fingerprintOf } from "../../lib/host/transport/hostkey";
import { SshSession } from "../../lib/host/transport/sshSession";
import { Logons } from "../../lib/logons";
import { heldPort, listenOn } from "../heldPort";
import { describeWith } from "../skip";
import {
  encryptKey,
  end,
  opensshKind,
  type ServerKind,
  type ServerOptions,
  type SshServer,
  ssh2Kind,
  startRelay,
} from "./ssh-servers";

for (const kind of [ssh2Kind(), opensshKind()]) {
  const needs = kind.name.includes("sshd") ? (["sshd"] as const) : [];
  describeWith(needs, `SSH transport against ${kind.name}`, () => suite(kind));
}

function suite(kind: ServerKind): void {
  let server: SshServer;
  /** Those of the present test. */
  let logons = new Logons();
  const cleanUps: (() => unknown)[] = [];

  before(async () => {
    if (kind.name.includes("sshd") && (!existsSync("/usr/sbin/sshd") || process.getuid?.() !== 0)) {
      throw new Error(
        `this suite needs root and sshd (apt-get install openssh-server), or "sshd" in EXCHANGE_UPGRADE_SKIP`,
      );
    }
    await kind.prepare();
    server = await kind.start();
  });

  after(async () => {
    await server?.stop();
    await kind.cleanUp();
  });

  afterEach(async () => {
    logons = new Logons();
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  function options(changes: Partial<ConnectionOptions> = {}, to: SshServer = server): ConnectionOptions {
    const { password, ...rest } = { password: to.password, ...changes };
    return {
      host: "127.0.0.1",
      port: to.port,
      user: to.user,
      hostKey: to.hostKeys.ed25519,
      agentSocketPath: "",
      dialErrorLimit: 0,
      ...(password === undefined || changes.privateKey !== undefined ? {} : { password }),
      ...rest,
    };
  }

  async function open(changes: Partial<ConnectionOptions> = {}, to: SshServer = server): Promise<SshSession> {
    const session = await SshSession.open(options(changes, to), logons);
    cleanUps.push(() => session.close());
    return session;
  }

  async function startOther(serverOptions: ServerOptions): Promise<SshServer> {
    const other = await kind.start(serverOptions);
    cleanUps.push(() => other.stop());
    return other;
  }

  /** Fails unless opening is refused with that class; answers the message, which holds no secret. */
  async function refusal(type: new (message: string) => Error, refused: ConnectionOptions): Promise<string> {
    const error = await SshSession.open(refused, logons).then(
      (session) => {
        session.close();
        return assert.fail("the connection was accepted");
      },
      (e: unknown) => e,
    );
    assert.ok(error instanceof type, `${String(error)} is no ${type.name}`);
    for (const secret of [refused.password, refused.privateKey, refused.privateKeyPassword]) {
      if (secret !== undefined) assert.ok(!error.message.includes(secret), "the message holds a secret");
    }
    return error.message;
  }

  describe("logging on", () => {
    it("should log on with a password", async () => {
      assert.equal((await (await open()).exec("echo hello")).stdout, "hello\n");
    });

    it("should log on with a key, and with an encrypted key", async () => {
      assert.equal((await (await open({ privateKey: kind.privateKey() })).exec("echo key")).stdout, "key\n");
      const privateKey = encryptKey(kind.privateKey(), "Pass-phrase-1");
      const session = await open({ privateKey, privateKeyPassword: "Pass-phrase-1" });
      assert.equal((await session.exec("echo key")).stdout, "key\n");
    });

    it("should answer the password prompt where only keyboard-interactive is offered", async () => {
      const other = await startOther({ methods: ["keyboard-interactive"] });
      assert.equal((await (await open({}, other)).exec("echo prompt")).stdout, "prompt\n");
      assert.equal(
        await refusal(AuthenticationFailed, options({ password: "Wrong-secret-1" }, other)),
        refused(other, "tried keyboard-interactive; the server offers keyboard-interactive"),
      );
    });

    it("should log on with an agent", async () => {
      const agent = await startAgent(kind.privateKey());
      cleanUps.push(agent.stop);
      const { password: _none, ...withoutPassword } = options();
      const session = await SshSession.open({ ...withoutPassword, agentSocketPath: agent.socket }, logons);
      cleanUps.push(() => session.close());
      assert.equal((await session.exec("echo agent")).stdout, "agent\n");
    });

    it("should go on to the password when the agent does not answer", async () => {
      const session = await open({ agentSocketPath: "/nonexistent/agent" });
      assert.equal((await session.exec("echo hello")).stdout, "hello\n");
      assert.match(
        await refusal(
          AuthenticationFailed,
          options({ agentSocketPath: "/nonexistent/agent", password: "Wrong-1" }),
        ),
        /tried password, agent; the server offers publickey, ?password; the ssh-agent failed: /,
      );
    });

    it("should refuse a wrong password, and say so without it", async () => {
      assert.equal(
        await refusal(AuthenticationFailed, options({ password: "Wrong-secret-1" })),
        refused(server, "tried password; the server offers publickey, password"),
      );
    });

    it("should not try again what was refused", async () => {
      const relay = await startRelay(server.port);
      cleanUps.push(relay.stop);
      const started = performance.now();
      await refusal(AuthenticationFailed, {
        ...options({ password: "Wrong-secret-1", port: relay.port }),
        dialErrorLimit: 1000,
      });
      // A thousand dials would take an hour.
      assert.ok(performance.now() - started < 15_000);
    });

    it("should take a connection that is ended at the password for a refusal, and not send it again", async () => {
      const strict = await startOther({ oneTry: true });
      const wrong = { ...options({ password: "Wrong-secret-1" }, strict), dialErrorLimit: 1000 };
      const said = await refusal(AuthenticationFailed, wrong);
      const ended = /the server ended the connection: (.*?)\. Check/.exec(said)?.[1] ?? "";
      assert.match(ended, /PROTOCOL_ERROR|^Too many authentication failures( for \S+)?$/);
      assert.equal(
        said,
        refused(
          strict,
          `tried password; the server offers publickey, password; the server ended the connection: ${ended}`,
        ),
      );
    });

    it("should log on with the key although the password was refused elsewhere, and not send that", async () => {
      const wrong = options({ password: "Wrong-secret-1" });
      await refusal(AuthenticationFailed, wrong);
      const other = await startOther({});
      const both = { ...wrong, port: other.port, privateKey: kind.privateKey() };
      const session = await SshSession.open({ ...both, hostKey: other.hostKeys.ed25519 }, logons);
      cleanUps.push(() => session.close());
      assert.equal((await session.exec("echo key")).stdout, "key\n");
      const strange = await startOther({ methods: ["password"] });
      const spared =
        `the logon of ${server.user} is not tried on 127.0.0.1:${strange.port}, so that the account is not locked: 127.0.0.1:` +
        `${server.port} refused it with the same password in this run, and each refused logon counts. Check user and password, ` +
        "then run it again";
      assert.equal(
        await refusal(AuthenticationFailed, {
          ...both,
          port: strange.port,
          hostKey: strange.hostKeys.ed25519,
        }),
        spared,
      );
    });

    it("should wait for another logon to show whether the password is right, and say so when it does not", async () => {
      const { user, password } = server;
      const leave = await logons.mayLogOn({ user, password, place: "elsewhere" });
      assert.ok(typeof leave === "function");
      assert.equal(
        await refusal(Unreachable, options({ perDialTimeout: 0.5 })),
        `127.0.0.1:${server.port} cannot be used over SSH: the logon of ${user} waits for another computer to take the same ` +
          "password first, and none has answered within 0.5 s (1 dial failed)",
      );
      const session = open();
      leave("accepted");
      assert.equal((await (await session).exec("echo hello")).stdout, "hello\n");
    });

    it("should explain a key that cannot be used", async () => {
      const at = `the privateKey for 127.0.0.1:${server.port} cannot be used: `;
      const privateKey = encryptKey(kind.privateKey(), "Pass-phrase-1");
      assert.equal(
        await refusal(AuthenticationFailed, options({ privateKey })),
        `${at}it is encrypted; give its passphrase as privateKeyPassword`,
      );
      assert.equal(
        await refusal(AuthenticationFailed, options({ privateKey, privateKeyPassword: "Wrong-phrase-1" })),
        `${at}privateKeyPassword does not open it`,
      );
      assert.equal(
        await refusal(AuthenticationFailed, options({ privateKey: "/home/me/.ssh/id_ed25519" })),
        `${at}it is no private key in OpenSSH or PEM form (give the text of the key, not the name of its file)`,
      );
    });

    it("should ask for a credential when there is none", async () => {
      const { password: _none, ...bare } = options();
      assert.equal(
        await refusal(AuthenticationFailed, bare),
        `the connection to 127.0.0.1:${server.port} has no credential: give it a password, a privateKey or an agentSocketPath`,
      );
    });

    function refused(at: SshServer, tried: string): string {
      return (
        `127.0.0.1:${at.port} refused the logon of ${at.user}: ${tried}. Check user, password and key of the ` +
        `connection, and that the account may log on over SSH (on Windows: "Access this computer from the network").`
      );
    }
  });

  describe("host keys", () => {
    const blobOf = (line: string) => Buffer.from(line.split(" ")[1] ?? "", "base64");

    it("should accept the pinned key, as a line or as a fingerprint", async () => {
      await open({ hostKey: server.hostKeys.ed25519 });
      await open({ hostKey: `${server.hostKeys.ed25519} comment` });
      await open({ hostKey: `127.0.0.1 ${server.hostKeys.ed25519}` });
      await open({ hostKey: fingerprintOf(blobOf(server.hostKeys.ed25519)) });
    });

    it("should ask for a key of the pinned type when the server has several", async () => {
      await open({ hostKey: server.hostKeys.rsa });
    });

    it("should refuse an unknown key, show it and say how to pin it", async () => {
      const { hostKey: _none, ...unpinned } = options();
      assert.equal(
        await refusal(HostKeyRefused, unpinned),
        `the host key of 127.0.0.1:${server.port} is not known: it showed ssh-ed25519 ` +
          `${fingerprintOf(blobOf(server.hostKeys.ed25519))}. Compare this fingerprint with the server's own (on it: ` +
          `ssh-keygen -lf <key file>.pub), then pin it in the connection: hostKey: "${server.hostKeys.ed25519}"`,
      );
    });

    it("should refuse another key than the pinned one", async () => {
      const other = execFileSync("ssh-keygen", ["-lf", "-"], { input: `${wrongKey}\n` })
        .toString()
        .split(" ")[1];
      const shown = fingerprintOf(blobOf(server.hostKeys.ed25519));
      const message = (pinned: string) =>
        `the host key of 127.0.0.1:${server.port} is not the pinned one: it showed ssh-ed25519 ${shown}, pinned is ` +
        `${pinned}. Either the server was installed anew, or somebody else answers in its place. When the new key ` +
        `is confirmed on the server, pin it: hostKey: "${server.hostKeys.ed25519}"`;
      assert.equal(
        await refusal(HostKeyRefused, options({ hostKey: wrongKey })),
        message(`ssh-ed25519 ${other}`),
      );
      assert.equal(await refusal(HostKeyRefused, options({ hostKey: other ?? "" })), message(`${other}`));
    });

    it("should accept any key only when told to", async () => {
      const { hostKey: _none, ...unpinned } = options();
      const session = await SshSession.open({ ...unpinned, insecureIgnoreHostKey: true }, logons);
      session.close();
    });

    it("should refuse text that is no key", async () => {
      assert.equal(
        await refusal(HostKeyRefused, options({ hostKey: "ssh-ed25519" })),
        'hostKey is neither an OpenSSH public key line ("ssh-ed25519 AAAA…") nor a SHA256 fingerprint ("SHA256:" and 43 ' +
          "characters). Print the server's key with: ssh-keyscan <host>",
      );
      const { ed25519, rsa } = server.hostKeys;
      for (const [type, whole] of [
        ["ssh-ed25519", ed25519],
        ["ssh-rsa", rsa],
      ] as const)
        for (const cut of [whole.slice(0, -1), whole.slice(0, -4), `${whole.replace(/=+$/, "")}AAAA`]) {
          const { length } = cut.split(" ")[1] ?? "";
          assert.equal(
            await refusal(HostKeyRefused, options({ hostKey: `127.0.0.1 ${cut} comment` })),
            `hostKey is no whole public key: it begins like one of type ${type}, and its ${length} characters are cut or ` +
              "changed. Print the server's key with: ssh-keyscan <host>",
          );
        }
      for (const cut of ["SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY", `SHA256:${"A".repeat(44)}`])
        assert.match(await refusal(HostKeyRefused, options({ hostKey: cut })), /^hostKey is neither /);
    });
  });

  describe("commands", () => {
    it("should keep both streams apart and give the exit code", async () => {
      const session = await open();
      const { stdout, stderr, exitCode } = await session.exec("echo out; echo err >&2; exit 3");
      assert.deepEqual({ stdout, stderr, exitCode }, { stdout: "out\n", stderr: "err\n", exitCode: 3 });
    });

    if (kind.largestExitCode > 255) {
      it("should give exit codes of 32 bits, signed as %errorlevel% is", async () => {
        const session = await open();
        assert.equal((await session.exec("exit32 3010")).exitCode, 3010);
        assert.equal((await session.exec("exit32 3221225477")).exitCode, -1073741819);
        assert.equal((await session.exec("exit32 4294967295")).exitCode, -1);
      });
    } else {
      it("should show that this server cuts exit codes to 8 bits", async () => {
        const session = await open();
        assert.equal((await session.exec("exit 3010")).exitCode, 194);
      });
    }

    it("should read megabytes of output on both streams", async () => {
      const session = await open();
      const { stdoutBytes, stderr } = await session.exec(
        "head -c 6000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' y >&2",
      );
      assert.equal(stdoutBytes.length, 6_000_000);
      assert.ok(stdoutBytes.every((byte) => byte === 0x78));
      assert.equal(stderr.length, 3_000_000);
    });

    it("should stop reading at the limit and stay usable", async () => {
      const session = await open();
      await assert.rejects(
        session.exec("head -c 2000000 /dev/zero", { maxOutput: 1_000_000 }),
        (error: Error) => {
          assert.ok(error instanceof OutputTooLarge);
          assert.equal(
            error.message,
            `a command on 127.0.0.1:${server.port} printed more than 1000000 bytes; the rest was not read`,
          );
          return true;
        },
      );
      assert.equal((await session.exec("echo on")).stdout, "on\n");
    });

    it("should pass standard input, and close it", async () => {
      const session = await open();
      const text = "x".repeat(500_000);
      assert.equal((await session.exec("cat", { stdin: text })).stdout, text);
      assert.equal((await session.exec("cat")).stdout, "");
    });

    it("should never ask for a terminal", async () => {
      const session = await open();
      assert.equal((await session.exec("test -t 0 || test -t 1 || echo none")).stdout, "none\n");
    });

    it("should run many commands at once on one connection", async () => {
      const session = await open();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => session.exec(`sleep 0.02; echo ${i}`)),
      );
      assert.deepEqual(
        results.map(({ stdout }) => stdout),
        Array.from({ length: 20 }, (_, i) => `${i}\n`),
      );
    });

    it("should wait for a place on a server that has fewer than it asks for", async () => {
      const session = await open({}, await startOther({ places: 2 }));
      await session.exec("true");
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, i) => session.exec(`sleep 0.02; echo ${i}`)),
      );
      assert.deepEqual(
        results.map(({ stdout }) => stdout),
        Array.from({ length: 8 }, (_, i) => `${i}\n`),
      );
    });

    it("should say that a server has no place for any command", async () => {
      const other = await startOther({ places: 0 });
      const session = await open({}, other);
      await assert.rejects(session.exec("true"), {
        name: "HostError",
        message: new RegExp(
          `^the SSH server 127\\.0\\.0\\.1:${other.port} did not accept a command: \\(SSH\\) Channel open failure:.*$`,
        ),
      });
    });

    it("should give up a command after its time and stay usable", async () => {
      const session = await open();
      await assert.rejects(session.exec("exec sleep 30", { timeoutMs: 100 }), (error: Error) => {
        assert.ok(error instanceof CommandTimeout);
        assert.equal(error.message, `a command on 127.0.0.1:${server.port} did not end within 0.1 s`);
        return true;
      });
      assert.equal((await session.exec("echo on")).stdout, "on\n");
    });

    it("should drop a banner, a motd and what AutoRun prints in front of the output", async () => {
      const other = await startOther({ banner: "Authorized use only.\n", likeCmd: true });
      const session = await open({}, other);
      const { stdout, exitCode } = await session.run("echo hello; exit 5");
      assert.deepEqual({ stdout, exitCode }, { stdout: "hello\n", exitCode: 5 });
    });

    it("should say so when the shell is not cmd.exe", async () => {
      const session = await open();
      await assert.rejects(session.run("true"), (error: Error) => {
        assert.ok(error instanceof NotWindowsShell);
        assert.match(
          error.message,
          /^the SSH server 127\.0\.0\.1:\d+ does not run commands with cmd\.exe \(exit code 0, output "(eu\^\.[0-9a-f]{12})?"\)\. Set its shell to cmd\.exe: for Win32-OpenSSH the registry value DefaultShell of HKEY_LOCAL_MACHINE\\SOFTWARE\\OpenSSH\.$/,
        );
        return true;
      });
    });
  });

  describe("losing the connection", () => {
    it("should tell a cut in the middle of a command from everything else", async () => {
      const relay = await startRelay(server.port);
      cleanUps.push(relay.stop);
      const session = await open({ port: relay.port });
      const running = session.exec("echo begun; exec sleep 30", { onOutput: () => relay.cut() });
      await assert.rejects(running, (error: Error) => {
        assert.ok(error instanceof ConnectionLost);
        assert.match(
          error.message,
          /^the SSH connection to 127\.0\.0\.1:\d+ was lost before the command had ended \(.+\): whether the command ran is not known$/,
        );
        return true;
      });
      assert.equal(session.alive, false);
      await assert.rejects(session.exec("echo late"), ConnectionLost);
    });

    it("should notice a peer that has fallen silent", async () => {
      const relay = await startRelay(server.port);
      cleanUps.push(relay.stop);
      const session = await SshSession.open(options({ port: relay.port }), logons, {
        keepalive: { intervalMs: 50, count: 3 },
      });
      cleanUps.push(() => session.close());
      const running = session.exec("echo begun; exec sleep 30", {
        onOutput: () => relay.freeze(),
        timeoutMs: 0,
      });
      await assert.rejects(running, (error: Error) => {
        assert.ok(error instanceof ConnectionLost);
        assert.match(error.message, /\(Keepalive timeout\)/);
        return true;
      });
    });

    it("should end running commands when it is closed", async () => {
      const session = await open();
      const running = session.exec("exec sleep 30");
      session.close();
      await assert.rejects(running, ConnectionLost);
    });
  });

  describe("a jump host", () => {
    function through(
      target: SshServer,
      jump: SshServer,
      changes: Partial<ConnectionOptions> = {},
    ): ConnectionOptions {
      const { user, password, hostKeys, port } = jump;
      const proxy = {
        host: "127.0.0.1",
        port,
        user,
        password,
        hostKey: hostKeys.ed25519,
        agentSocketPath: "",
      };
      return { ...options({}, target), proxy, ...changes };
    }

    it("should reach a computer behind it", async () => {
      const other = await startOther({});
      const session = await SshSession.open(through(other, server), logons);
      cleanUps.push(() => session.close());
      assert.equal((await session.exec("echo behind")).stdout, "behind\n");
    });

    it("should verify both host keys and say whose was refused", async () => {
      const other = await startOther({});
      const good = through(other, server);
      const unpinned = { host: "127.0.0.1", port: server.port, user: server.user, password: server.password };
      assert.match(
        await refusal(HostKeyRefused, { ...good, proxy: unpinned }),
        new RegExp(`^the host key of 127\\.0\\.0\\.1:${server.port} is not known: `),
      );
      assert.match(
        await refusal(HostKeyRefused, { ...good, hostKey: wrongKey }),
        new RegExp(`^the host key of 127\\.0\\.0\\.1:${other.port} is not the pinned one: `),
      );
    });

    it("should lose its commands when the jump host is cut", async () => {
      const other = await startOther({});
      const relay = await startRelay(server.port);
      cleanUps.push(relay.stop);
      const good = through(other, server);
      const session = await SshSession.open(
        {
          ...good,
          proxy: { ...good.proxy, host: "127.0.0.1", port: relay.port },
        },
        logons,
      );
      cleanUps.push(() => session.close());
      const running = session.exec("echo begun; exec sleep 30", { onOutput: () => relay.cut() });
      await assert.rejects(running, ConnectionLost);
    });
  });

  describe("old algorithms", () => {
    const old = {
      kex: "diffie-hellman-group14-sha1",
      cipher: "aes256-cbc",
      hmac: "hmac-sha1",
      hostKey: "ssh-rsa",
    } as const;

    it("should be refused with what to do, and used when opted in", async () => {
      const other = await startOther({ algorithms: old });
      const hostKey = other.hostKeys.rsa;
      assert.match(
        await refusal(NoCommonAlgorithm, options({ hostKey }, other)),
        /^127\.0\.0\.1:\d+ and this client have no SSH algorithm in common \(.*no matching key exchange algorithm\)\. For an old server name what it needs in the connection, e\.g\. algorithms: \{ kex: \["diffie-hellman-group14-sha1"\], serverHostKey: \["ssh-dss"\], cipher: \["aes256-cbc"\], hmac: \["hmac-md5"\] \}$/,
      );
      const session = await open({ hostKey, algorithms: { kex: [old.kex], cipher: [old.cipher] } }, other);
      assert.equal((await session.exec("echo old")).stdout, "old\n");
      const modern = await open({ algorithms: { kex: [old.kex], cipher: [old.cipher] } });
      assert.equal((await modern.exec("echo modern")).stdout, "modern\n");
    });

    it("should be named when they are unknown", async () => {
      assert.equal(
        await refusal(NoCommonAlgorithm, options({ algorithms: { cipher: ["rot13"] } })),
        `the connection to 127.0.0.1:${server.port} cannot be set up: Unsupported algorithm: rot13`,
      );
    });
  });

  describe("dialling", () => {
    it("should try again until the limit of errors is passed", async () => {
      const closed = await heldPort();
      assert.equal(
        await refusal(Unreachable, options({ port: closed, dialErrorLimit: 2 })),
        `127.0.0.1:${closed} cannot be reached over SSH: connect ECONNREFUSED 127.0.0.1:${closed} (3 dials failed)`,
      );
    });

    it("should reach a server that comes up late", async () => {
      const relay = await startRelay(server.port);
      const { port } = relay;
      await relay.stop();
      const opening = SshSession.open(options({ port, dialErrorLimit: -1 }), logons);
      const late = createServer();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const again = await relayOn(late, port, server.port);
      cleanUps.push(again);
      const session = await opening;
      session.close();
    });

    it("should give a dial up when nothing answers in its time", async () => {
      const silent = createServer(() => undefined);
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      cleanUps.push(() => silent.close());
      const { port } = silent.address() as AddressInfo;
      assert.equal(
        await refusal(Unreachable, options({ port, perDialTimeout: 0.1 })),
        `127.0.0.1:${port} cannot be reached over SSH: Timed out while waiting for handshake (1 dial failed)`,
      );
    });
  });
}

/** A key that is nobody's. */
const wrongKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGo6dYLQ9vJ8pO1q3Zt5dJ3yF2o0WcQmXv7sB1n4kLhE";

async function relayOn(
  late: ReturnType<typeof createServer>,
  port: number,
  target: number,
): Promise<() => void> {
  const relay = await startRelay(target);
  const { connect } = await import("node:net");
  late.on("connection", (near) => {
    const far = connect(relay.port, "127.0.0.1");
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await listenOn(late, port);
  return () => {
    late.close();
    return relay.stop();
  };
}

async function startAgent(
  key: string,
): Promise<{ readonly socket: string; readonly stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "host-agent-"));
  const socket = join(folder, "socket");
  const agent: ChildProcess = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  for (let tries = 0; tries < 400 && !existsSync(socket); tries++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const file = join(folder, "key");
  writeFileSync(file, key, { mode: 0o600 });
  execFileSync("ssh-add", ["-q", file], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return {
    socket,
    stop: async () => {
      await end(agent);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
