/** Shared by the tests of the simulated Windows: a small organization, and an SSH client that runs one command. */
import { Client, type ConnectConfig } from "ssh2";
import type { LabComputer, Organization } from "../../lab/organization";
import { startWindows, type WindowsHost, type WindowsOptions } from "../../lab/windows";
import type { Stream } from "../../lab/windows/cmd/streams";
import { SimulatedComputer } from "../../lab/windows/computer";
import type { Logon } from "../../lab/windows/logon";
import { logOn } from "../../lab/windows/logon-service";

export const localUser = "Administrator";
export const localPassword = "Edge-secret-1";

/** A workgroup computer with one administrator and one ordinary local account. */
export function workgroupComputer(changes: Partial<LabComputer> = {}): LabComputer {
  return {
    name: "edge1.perimeter.example",
    domain: null,
    site: null,
    windows: "2008 R2",
    roles: ["Edge Transport"],
    release: "2007 RTM",
    media: { "D:\\SP1": "2007 SP1" },
    administrators: [localUser],
    localAccounts: { [localUser]: localPassword, guest: "guest-secret" },
    ...changes,
  };
}

/** An organization around one computer, without domains in use. */
export function organizationOf(computer: LabComputer): Organization {
  return {
    root: "contoso.com",
    domains: [{ name: "contoso.com", netbios: "CONTOSO" }],
    sites: ["HQ"],
    domainControllers: [{ name: "dc1.contoso.com", domain: "contoso.com", site: "HQ" }],
    schemaMaster: "dc1.contoso.com",
    organizationName: "Contoso",
    release: "2007 RTM",
    groups: [],
    accounts: [],
    computers: [computer],
  };
}

/** Starts a workgroup computer. */
export function startComputer(
  changes: Partial<LabComputer> = {},
  options: WindowsOptions = {},
): Promise<WindowsHost> {
  const computer = workgroupComputer(changes);
  return startWindows(computer, organizationOf(computer), null, options);
}

/** What a command left behind. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Connects to a computer, by default as its administrator. */
export function connect(host: Pick<WindowsHost, "port">, config: ConnectConfig = {}): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.once("ready", () => {
      client.setNoDelay(true);
      resolve(client);
    });
    client.on("error", reject);
    const password = config.privateKey ? {} : { password: localPassword };
    client.connect({ host: "127.0.0.1", port: host.port, username: localUser, ...password, ...config });
  });
}

/** Runs one command on a connection; output is read as bytes of latin1. */
export function exec(client: Client, command: string, stdin: string | Buffer = ""): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) {
        reject(error);
        return;
      }
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      let code: number | null = null;
      channel.on("data", (data: Buffer) => out.push(data));
      channel.stderr.on("data", (data: Buffer) => err.push(data));
      channel.on("exit", (status: number | null) => {
        code = status;
      });
      channel.on("close", () =>
        resolve({
          stdout: Buffer.concat(out).toString("latin1"),
          stderr: Buffer.concat(err).toString("latin1"),
          code,
        }),
      );
      channel.end(stdin);
    });
  });
}

/** A computer without an SSH server, for commands that need none. */
export function makeComputer(changes: Partial<LabComputer> = {}, codePage = 437): SimulatedComputer {
  const spec = workgroupComputer(changes);
  return new SimulatedComputer(spec, organizationOf(spec), codePage);
}

/** Logs a local account on. */
export async function localLogon(
  computer: SimulatedComputer,
  account: string = localUser,
  filtered = false,
): Promise<Logon> {
  const { spec, organization } = computer;
  const password = spec.localAccounts?.[account] ?? "";
  const policy = { organization, directory: null, filtered };
  const logon = await logOn(spec, account, { kind: "password", password }, policy);
  if (!logon) throw new Error(`${account} cannot log on`);
  return logon;
}

/** Runs `cmd.exe /c "<command>"` without SSH; output is read as bytes of latin1. */
export async function run(
  computer: SimulatedComputer,
  command: string,
  { stdin = "", account = localUser }: { stdin?: string; account?: string } = {},
): Promise<Outcome> {
  const collected: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
  let sent = false;
  const handles = new Map<number, Stream>([
    [
      0,
      {
        input: {
          read: async () => {
            if (sent || stdin === "") return null;
            sent = true;
            return Buffer.from(stdin, "latin1");
          },
        },
      },
    ],
    [1, { output: { write: (data) => void collected.out.push(data) } }],
    [2, { output: { write: (data) => void collected.err.push(data) } }],
  ]);
  const code = await computer.runCommand(command, await localLogon(computer, account), handles);
  return {
    stdout: Buffer.concat(collected.out).toString("latin1"),
    stderr: Buffer.concat(collected.err).toString("latin1"),
    code,
  };
}

/** Puts a batch file on a computer. Lines get CRLF. */
export function batch(computer: SimulatedComputer, path: string, ...lines: readonly string[]): void {
  computer.files.write(path, lines.map((line) => `${line}\r\n`).join(""));
}

/** Waits until `condition` holds; fails with `what` after two seconds. */
export async function eventually(what: string, condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 2000; waited += 5) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${what} did not happen`);
}
