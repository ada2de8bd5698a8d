/**
 * What the stand-in does on a computer: runs a command, copies files and folders. As the real plugin 1.2.1 does it (its
 * source is public): a connection for each resource, any host key where none is given, files written from their beginning.
 */
import { isUtf8 } from "node:buffer";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Client, type ConnectConfig, type ServerHostKeyAlgorithm, type SFTPWrapper } from "ssh2";
import type { Source } from "./values";

/** A connection as @pulumi/command has it, as far as the lab's computers need it. */
export interface Connection {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly privateKey?: string;
  readonly privateKeyPassword?: string;
  readonly hostKey?: string;
  readonly dialErrorLimit?: number;
  readonly perDialTimeout?: number;
  readonly proxy?: unknown;
}

function configOf(connection: Connection): ConnectConfig {
  const { host, port = 22, user = "root", password, privateKey, privateKeyPassword, hostKey } = connection;
  if (connection.proxy !== undefined) throw new Error("the stand-in knows no proxy");
  const [type, key] = hostKey?.trim().split(/\s+/) ?? [];
  if (hostKey !== undefined && (key === undefined || key === ""))
    throw new Error("failed to parse host key: ssh: no key found");
  return {
    host,
    port,
    username: user,
    readyTimeout: (connection.perDialTimeout ?? 15) * 1000,
    ...(password === undefined ? {} : { password, tryKeyboard: true }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(privateKeyPassword === undefined ? {} : { passphrase: privateKeyPassword }),
    ...(key === undefined
      ? {}
      : {
          hostVerifier: (offered: Buffer) => offered.toString("base64") === key,
          algorithms: { serverHostKey: [type as ServerHostKeyAlgorithm] },
        }),
  };
}

/** Connects, as often as `dialErrorLimit` says, and closes afterwards. A connection that breaks ends the work. */
async function connected<T>(connection: Connection, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await dialled(connection);
  let lost: (error: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    lost = reject;
  });
  broken.catch(() => undefined);
  client.on("error", lost);
  client.on("close", () => lost(new Error("connection lost")));
  try {
    return await Promise.race([work(client), broken]);
  } finally {
    client.end();
  }
}

async function dialled(connection: Connection): Promise<Client> {
  const config = configOf(connection);
  const { dialErrorLimit = 10 } = connection;
  for (let failed = 0, wait = 100; ; wait = Math.min(wait * 1.5, 5000)) {
    try {
      return await dial(config);
    } catch (error) {
      failed += 1;
      if (dialErrorLimit >= 0 && failed > dialErrorLimit)
        throw new Error(`after ${failed - 1} failed attempts: ${(error as Error).message}`);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

function dial(config: ConnectConfig): Promise<Client> {
  const client = new Client();
  return new Promise((resolve, reject) => {
    client.once("ready", () => resolve(client));
    client.once("error", reject);
    client.on("keyboard-interactive", (_name, _text, _language, prompts, answer) =>
      answer(prompts.map(() => config.password ?? "")),
    );
    client.connect(config);
  });
}

/** What the real plugin's answer fails with; tried with the plugin built from its tag v1.2.1. */
const notUtf8 = "grpc: error while marshaling: string field contains invalid UTF-8";

/** What a command wrote. */
export interface Written {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command.
 * @param told given each piece of output as it comes
 * @throws Error with the command and all of its output where it does not end with 0
 */
export async function runCommand(
  connection: Connection,
  command: string,
  stdin: string | undefined,
  told: (text: string) => void,
): Promise<Written> {
  return connected(connection, async (client) => {
    let [stdout, stderr, both] = ["", "", ""];
    const bytes: Buffer[] = [];
    const code = await new Promise<number | null>((resolve, reject) => {
      client.exec(command, (error, channel) => {
        if (error) {
          reject(error);
          return;
        }
        const take = (data: Buffer): string => {
          bytes.push(data);
          const text = data.toString("utf8");
          both += text;
          told(text);
          return text;
        };
        channel.on("data", (data: Buffer) => {
          stdout += take(data);
        });
        channel.stderr.on("data", (data: Buffer) => {
          stderr += take(data);
        });
        let ended: number | null = null;
        channel.on("exit", (status: number | null) => {
          ended = status;
        });
        channel.on("close", () => resolve(ended));
        channel.end(stdin ?? "");
      });
    });
    if (code !== 0) {
      const how =
        code === null
          ? "wait: remote command exited without exit status or exit signal"
          : `Process exited with status ${code}`;
      throw new Error(`${how}: running ${JSON.stringify(command)}:\n${both}`);
    }
    // As the engine's and the plugin's gRPC libraries see it: an output that is no UTF-8 cannot be sent, whatever was done.
    if (!isUtf8(Buffer.concat(bytes))) throw new Error(notUtf8);
    const trimmed = (text: string) => text.replace(/\n$/, "");
    return { stdout: trimmed(stdout), stderr: trimmed(stderr) };
  });
}

/**
 * Copies a file, a folder or a text. A folder goes into the remote one under its own name, or, with a slash at its end,
 * what is in it.
 */
export async function copyToRemote(
  connection: Connection,
  source: Source,
  remotePath: string,
): Promise<void> {
  await connected(connection, async (client) => {
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
      client.sftp((error, opened) => (error ? reject(error) : resolve(opened))),
    );
    const remote = new RemoteFiles(sftp);
    if (source.text !== undefined) {
      await remote.makeFolders(posix.dirname(remotePath));
      await remote.write(remotePath, Readable.from([Buffer.from(source.text)]));
      return;
    }
    const local = source.path ?? "";
    const there = await remote.kind(remotePath);
    if (!statSync(local).isDirectory()) {
      if (there === null) await remote.makeFolders(posix.dirname(remotePath));
      const to = there === "folder" ? posix.join(remotePath, basename(local)) : remotePath;
      await remote.write(to, createReadStream(local));
      return;
    }
    if (there === null) await remote.makeFolders(remotePath);
    const to = local.endsWith("/") ? remotePath : posix.join(remotePath, basename(local));
    await remote.copyFolder(local, to);
  });
}

/** ssh2's SFTP client, as far as copying needs it. */
class RemoteFiles {
  constructor(private readonly sftp: SFTPWrapper) {}

  kind(path: string): Promise<"file" | "folder" | null> {
    return new Promise((resolve, reject) =>
      this.sftp.stat(path, (error, stats) => {
        if (!error) resolve(stats.isDirectory() ? "folder" : "file");
        else if ((error as { code?: unknown }).code === 2) resolve(null);
        else reject(new Error(`failed to stat remote path ${path}: ${error.message}`));
      }),
    );
  }

  async makeFolders(path: string): Promise<void> {
    if ((await this.kind(path)) !== null) return;
    const parent = posix.dirname(path);
    if (parent !== path) await this.makeFolders(parent);
    await this.#makeFolder(path);
  }

  async #makeFolder(path: string): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) =>
        this.sftp.mkdir(path, (error) => (error ? reject(error) : resolve())),
      );
    } catch (error) {
      // Another copy may have made it in the meantime.
      if ((await this.kind(path)) !== "folder")
        throw new Error(`failed to create remote directory ${path}: ${(error as Error).message}`);
    }
  }

  async copyFolder(local: string, remote: string): Promise<void> {
    if ((await this.kind(remote)) === null) await this.#makeFolder(remote);
    for (const entry of readdirSync(local, { withFileTypes: true })) {
      const [from, to] = [join(local, entry.name), posix.join(remote, entry.name)];
      if (entry.isDirectory()) await this.copyFolder(from, to);
      else await this.write(to, createReadStream(from));
    }
  }

  async write(path: string, content: Readable): Promise<void> {
    try {
      await pipeline(content, this.sftp.createWriteStream(path));
    } catch (error) {
      throw new Error(`failed to copy to remote path ${path}: ${(error as Error).message}`);
    }
  }
}
