/**
 * Where a running lab is. A real program names its directory and computers in plain text; the examples take them from the
 * file that the lab writes, since the lab listens on other ports each time.
 */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DirectoryArgs, NamedComputerArgs } from "pulumi-exchange-upgrade";

/** What `npm run lab` writes: addresses, host keys and lab passwords. */
interface Lab {
  readonly directory: {
    readonly url: string;
    readonly ca: string;
    readonly domainControllers: { readonly [fqdn: string]: string };
  };
  readonly computers: {
    readonly [fqdn: string]: { readonly host: string; readonly port: number; readonly hostKey: string };
  };
  readonly winrm?: {
    readonly ports: { readonly [fqdn: string]: number };
    readonly kdcs: { readonly [domain: string]: string };
    readonly jumpHost?: {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly privateKey: string;
      readonly hostKey: string;
    };
  };
  readonly accounts: { readonly [account: string]: { readonly user: string; readonly password: string } };
}

const file = process.env.EXCHANGE_LAB ?? join(tmpdir(), "exchange-lab.json");
const lab = JSON.parse(readFileSync(file, "utf8")) as Lab;

/** The lab's directory, read with an account that has no privileges; its password comes from the lab's file. */
export function labDirectory(reader: string): DirectoryArgs {
  const { url, ca, domainControllers } = lab.directory;
  return { url, ca, domainControllers, ...accountOf(reader) };
}

/** A computer of the lab, reached as the account that runs Setup there. */
export function labComputer(name: string, account: string, media: string): NamedComputerArgs {
  const at = lab.computers[name];
  if (at === undefined) throw new Error(`the lab has no computer ${name}`);
  return { name, media, connection: { ...at, ...accountOf(account) } };
}

/**
 * A computer of the lab, reached over WinRM as an account of a domain (`name@domain`) through the lab's jump host. In a real program `host` is the
 * computer's name, `winrm` is `true`, and `proxy` is an administration computer.
 */
export function labComputerOverWinRm(name: string, account: string, media: string): NamedComputerArgs {
  const port = lab.winrm?.ports[name];
  const [user = "", domain = ""] = account.split("@");
  const kdc = lab.winrm?.kdcs[domain];
  if (port === undefined || kdc === undefined) throw new Error(`the lab has no WinRM on ${name}`);
  const proxy = lab.winrm?.jumpHost;
  return {
    name,
    media,
    connection: {
      winrm: { kdc: [kdc] },
      host: "127.0.0.1",
      port,
      user: account,
      password: labPassword(`${domain.split(".")[0]?.toUpperCase()}\\${user}`),
      ...(proxy === undefined ? {} : { proxy }),
    },
  };
}

/** The password of an account of the lab. */
export function labPassword(account: string): string {
  return accountOf(account).password;
}

function accountOf(name: string): { readonly user: string; readonly password: string } {
  const account = lab.accounts[name];
  if (account === undefined) throw new Error(`the lab has no account ${name}`);
  return account;
}
