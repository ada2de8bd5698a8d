/** SFTP of a simulated computer: paths as Win32-OpenSSH has them, and connections that break. */
import assert from "node:assert/strict";
import type { Client, ClientChannel, SFTPWrapper } from "ssh2";
import type { WindowsHost } from "../../lab/windows";
import type { Logon } from "../../lab/windows/logon";
import { connect, eventually, localUser, startComputer } from "./windows-support";

/** Waits for a call's callback. */
function called<T>(call: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));
}

describe("the simulated computer's SFTP server", () => {
  let host: WindowsHost;
  let client: Client;
  let sftp: SFTPWrapper;

  beforeEach(async () => {
    host = await startComputer();
    client = await connect(host);
    client.on("error", () => undefined);
    sftp = await called<SFTPWrapper>((done) => client.sftp(done));
  });
  afterEach(async () => {
    client.end();
    await host.stop();
  });

  const write = (path: string, content: string | Buffer) =>
    called<void>((done) => sftp.writeFile(path, content, (error) => done(error, undefined)));
  const mkdir = (path: string) => called<void>((done) => sftp.mkdir(path, (error) => done(error, undefined)));

  it("writes, reads and measures files, and makes folders, by /D:/path", async () => {
    await mkdir("/D:/Media");
    await write("/D:/Media/a.txt", "twice as long");
    await write("/d:/media/A.TXT", "content");
    assert.equal(host.files.read("D:\\Media\\a.txt").toString(), "content");
    assert.deepEqual(
      await called<Buffer>((done) => sftp.readFile("/D:/Media/a.txt", done)),
      Buffer.from("content"),
    );
    const stats = await called<import("ssh2").Stats>((done) => sftp.stat("/D:/Media/a.txt", done));
    assert.deepEqual([stats.size, stats.isFile(), stats.isDirectory()], [7, true, false]);
    assert.ok((await called<import("ssh2").Stats>((done) => sftp.stat("/D:", done))).isDirectory());
    assert.equal(await called<string>((done) => sftp.realpath("/D:/nowhere", done)), "/D:/nowhere");
  });

  it("takes a path without a drive for one below the profile", async () => {
    await write("own.txt", "x");
    const home = host.computer.environmentOf({ account: localUser } as Logon).folder;
    assert.equal(host.files.kind(`${home}\\own.txt`), "file");
    await assert.rejects(write("C:/own.txt", "x"));
    await assert.rejects(write("/own.txt", "x"), /cannot find the path/);
  });

  it("refuses as the file system does", async () => {
    await assert.rejects(
      called((done) => sftp.stat("/D:/none", done)),
      { code: 2 },
    );
    await assert.rejects(mkdir("/D:/a/b"), { code: 2 });
    await mkdir("/D:/a");
    await assert.rejects(mkdir("/D:/a"), { code: 4 });
    const held = host.files.open("D:\\a\\held.txt", "write");
    await assert.rejects(write("/D:/a/held.txt", "x"), { code: 4 });
    held.release();
  });

  it("closes its channel at the end of the client's input, as sftp-server does", async () => {
    await mkdir("/D:/a");
    const channel = await called<ClientChannel>((done) => client.subsys("sftp", done));
    const closed = new Promise<void>((resolve) => channel.once("close", () => resolve()));
    channel.resume();
    channel.end();
    await closed;
    // The connection and its other sessions go on.
    assert.ok((await called<import("ssh2").Stats>((done) => sftp.stat("/D:/a", done))).isDirectory());
  });

  it("keeps what was written when the connection breaks, and closes the file", async () => {
    host.transport.cutAfterSftpBytes = 100_000;
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    write("/D:/big.bin", Buffer.alloc(300_000, 1)).catch(() => undefined);
    await closed;
    await eventually("the file is there", () => host.files.kind("D:\\big.bin") === "file");
    const size = host.files.read("D:\\big.bin").length;
    assert.ok(size < 300_000, `${size}`);
    await eventually("the file is closed", () => {
      try {
        host.files.remove("D:\\big.bin");
        return true;
      } catch {
        return false;
      }
    });
    assert.equal(host.transport.cutAfterSftpBytes, undefined);
  });
});
