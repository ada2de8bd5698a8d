import assert from "node:assert/strict";
import { type Client, utils } from "ssh2";
import type { WindowsHost } from "../../lab/windows";
import { newKeyPair } from "../../lab/windows/keys";
import { connect, eventually, exec, localPassword, localUser, startComputer } from "./windows-support";

/** Opens a channel, closes its input, and waits for it or its connection to close; answers the bytes that came. */
function received(client: Client, command: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    client.once("close", () => resolve(Buffer.concat(parts)));
    client.exec(command, (error, channel) => {
      if (error) {
        reject(error);
        return;
      }
      channel.on("data", (data: Buffer) => parts.push(data));
      channel.on("error", () => undefined);
      channel.on("close", () => resolve(Buffer.concat(parts)));
      channel.end();
    });
  });
}

describe("the simulated computer's SSH server", () => {
  const running: WindowsHost[] = [];
  async function start(...args: Parameters<typeof startComputer>): Promise<WindowsHost> {
    const host = await startComputer(...args);
    running.push(host);
    return host;
  }
  afterEach(() => Promise.all(running.splice(0).map((host) => host.stop())));

  it("shows the host key that it says it has", async () => {
    const host = await start();
    let shown: Buffer | undefined;
    const client = await connect(host, {
      hostVerifier: (key: Buffer) => {
        shown = key;
        return true;
      },
    });
    client.end();
    const parsed = utils.parseKey(host.hostKey);
    assert.ok(!(parsed instanceof Error));
    assert.match(host.hostKey, /^ssh-ed25519 AAAA\S+$/);
    assert.deepEqual(shown, parsed.getPublicSSH());
  });

  it("runs commands with both streams, input and a 32-bit exit code", async () => {
    const client = await connect(await start());
    assert.deepEqual(await exec(client, "findstr ^^ & type C:\\none & exit /b 3010", "in\r\n"), {
      stdout: "in\r\n",
      stderr: "The system cannot find the file specified.\r\n",
      code: 3010,
    });
    assert.equal((await exec(client, "exit /b -1")).code, 0xffffffff);
    client.end();
  });

  it("takes quotes as Windows does", async () => {
    const client = await connect(await start());
    assert.equal((await exec(client, '"C:\\Windows\\system32\\hostname.exe"')).stdout, "edge1\r\n");
    assert.equal((await exec(client, 'echo "a" & echo "b"')).stdout, '"a" \r\n"b"\r\n');
    client.end();
  });

  it("sends megabytes unchanged", async () => {
    const host = await start();
    const content = Buffer.alloc(3_000_000, "0123456789abcdef");
    host.files.write("C:\\big.bin", content);
    const client = await connect(host);
    assert.deepEqual(Buffer.from((await exec(client, "type C:\\big.bin")).stdout, "latin1"), content);
    client.end();
  });

  it("refuses a wrong password, an unknown account, and a key that it was not given", async () => {
    const host = await start();
    const refused = { message: "All configured authentication methods failed" };
    await assert.rejects(connect(host, { password: "wrong" }), refused);
    await assert.rejects(connect(host, { username: "nobody" }), refused);
    const { private: privateKey } = newKeyPair();
    await assert.rejects(connect(host, { privateKey }), refused);
    assert.equal(host.counts.logons, 0);
  });

  it("takes a key that it was given", async () => {
    const pair = newKeyPair();
    const other = newKeyPair();
    const host = await start({}, { authorizedKeys: { [localUser]: [pair.public] } });
    const client = await connect(host, { privateKey: pair.private });
    assert.equal((await exec(client, "whoami")).stdout, "edge1\\administrator\r\n");
    client.end();
    await assert.rejects(connect(host, { privateKey: other.private }));
  });

  it("may offer keyboard-interactive only", async () => {
    const host = await start({}, { keyboardInteractive: true });
    await assert.rejects(connect(host));
    const { Client: SshClient } = await import("ssh2");
    const client = new SshClient();
    client.on("keyboard-interactive", (_name, _text, _language, _prompts, finish) => finish([localPassword]));
    await new Promise<void>((resolve, reject) => {
      client.once("ready", resolve);
      client.once("error", reject);
      client.connect({ host: "127.0.0.1", port: host.port, username: localUser, tryKeyboard: true });
    });
    assert.equal((await exec(client, "hostname")).stdout, "edge1\r\n");
    client.end();
  });

  it("has neither a shell nor a pty", async () => {
    const client = await connect(await start());
    const shell = (window: false | { term: string }): Promise<unknown> =>
      new Promise((resolve, reject) => {
        client.shell(window, (error, channel) => (error ? reject(error) : resolve(channel)));
      });
    await assert.rejects(shell(false), { message: "Unable to open shell" });
    await assert.rejects(shell({ term: "vt100" }), { message: "Unable to request a pseudo-terminal" });
    client.end();
  });

  it("puts a motd in front of the output of every command", async () => {
    const host = await start({}, { transport: { motd: "Welcome!\r\n" } });
    const client = await connect(host);
    assert.equal((await exec(client, "hostname")).stdout, "Welcome!\r\nedge1\r\n");
    delete host.transport.motd;
    assert.equal((await exec(client, "hostname")).stdout, "edge1\r\n");
    client.end();
  });

  it("cuts the connection at a command, which runs on", async () => {
    const host = await start();
    const client = await connect(host);
    host.transport.cutAtCommand = 2;
    assert.equal((await exec(client, "hostname")).stdout, "edge1\r\n");
    await received(client, "ping -n 2 127.0.0.1 >nul& echo done>C:\\done.txt");
    await eventually("the command's end", () => host.files.kind("C:\\done.txt") === "file");
    assert.equal(host.files.read("C:\\done.txt").toString(), "done\r\n");
  });

  it("cuts the connection after so many bytes", async () => {
    const host = await start();
    const client = await connect(host);
    host.transport.cutAfterBytes = 3;
    assert.equal((await received(client, "hostname")).toString(), "edg");
    const again = await connect(host);
    assert.equal((await exec(again, "hostname")).stdout, "edge1\r\n");
    again.end();
  });

  it("refuses connections, and takes them again", async () => {
    const host = await start({}, { transport: { refuse: true } });
    await assert.rejects(connect(host));
    host.transport.refuse = false;
    (await connect(host)).end();
  });

  it("stops answering, and answers again", async () => {
    const host = await start();
    const client = await connect(host);
    host.transport.mute = true;
    let answered = false;
    void received(client, "hostname").then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(answered, false);
    host.transport.mute = false;
    assert.equal((await exec(client, "hostname")).stdout, "edge1\r\n");
    client.end();
  });

  it("breaks every connection in a restart, ends what runs, and serves again", async () => {
    const host = await start();
    const client = await connect(host);
    const command = received(client, "ping -n 60 127.0.0.1 >nul");
    await eventually("ping", () => host.computer.processes.named("ping.exe").length === 1);
    host.reboot();
    await command;
    assert.deepEqual(host.computer.processes.list(), []);
    const again = await connect(host);
    assert.equal((await exec(again, "hostname")).stdout, "edge1\r\n");
    again.end();
  });

  it("counts logons and commands", async () => {
    const host = await start();
    const client = await connect(host);
    await exec(client, "hostname");
    await exec(client, "ver");
    client.end();
    assert.deepEqual(host.counts, { logons: 1, refusals: 0, commands: 2, transfers: 0 });
  });
});
