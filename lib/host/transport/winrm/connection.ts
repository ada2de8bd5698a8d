/** How to reach a computer over WinRM, and what is made of what the program says. */
import { isIP } from "node:net";
import { CredentialUnusable, ServerNotProven } from "../errors";
import type { Endpoint } from "../sshConnection";
import type { HttpsTrust } from "./tls";

/** A computer that is reached over WinRM, behind an SSH server when `proxy` is given. */
export interface WinRmConnection {
  readonly winrm: WinRmOptions;
  /** Name or address of the computer. */
  readonly host: string;
  /** @default 5985, over HTTPS 5986 */
  readonly port?: number;
  /** `name@domain`, or `DOMAIN\\name` where `realm` is given; over HTTPS also an account of the computer itself. */
  readonly user?: string;
  readonly password?: string;
  /** Failed dials that are tolerated before giving up; -1 for any number. @default 10 */
  readonly dialErrorLimit?: number;
  /** Seconds for one dial, for each answer to the logon, and for the KDC's answers; 0 for no limit. @default 15 */
  readonly perDialTimeout?: number;
  /** SSH server that connects to the computer and to the KDC. @default none */
  readonly proxy?: Endpoint;
}

/** What only WinRM has. */
export interface WinRmOptions {
  /** Name of the computer in the domain, for which Kerberos proves it. @default `host` */
  readonly serverName?: string;
  /** DNS name of the account's domain. @default what stands behind the @ of `user` */
  readonly realm?: string;
  /** Domain controllers of the realm, `host` or `host:port`. @default those that DNS has for the realm */
  readonly kdc?: readonly string[];
  /** HTTPS, with what proves the computer's certificate. @default HTTP, on which Kerberos seals each message */
  readonly https?: HttpsTrust;
}

const usualPort = ({ winrm }: Pick<WinRmConnection, "winrm">) => (winrm.https === undefined ? 5985 : 5986);

/** The port of a connection. */
export function portOf(connection: Pick<WinRmConnection, "port" | "winrm">): number {
  return connection.port ?? usualPort(connection);
}

/** `host` or `host:port` where the port is not the usual one, for messages. */
export function winRmName(connection: WinRmConnection): string {
  const port = portOf(connection);
  return port === usualPort(connection) ? connection.host : `${connection.host}:${port}`;
}

/**
 * The name of an account of the computer itself; undefined for one of a domain. Kerberos knows none of them: they log on with
 * Basic, which sends the password, so over HTTPS only.
 */
export function ownAccountOf(
  user: string,
  winrm: Pick<WinRmOptions, "https" | "realm">,
  computer: string,
): string | undefined {
  if (winrm.https === undefined || winrm.realm !== undefined || user.includes("@")) return undefined;
  const at = user.indexOf("\\");
  const authority = user.slice(0, Math.max(at, 0)).toLowerCase();
  const isOwn = at < 0 || authority === "." || authority === computer.split(".")[0]?.toLowerCase();
  return isOwn ? user.slice(at + 1) : undefined;
}

/** As {@link ownAccountOf}, for a connection's account. */
export function ownAccount(connection: WinRmConnection): string | undefined {
  const { user = "", winrm, host } = connection;
  return ownAccountOf(user, winrm, winrm.serverName ?? host);
}

/** The account as its realm has it. */
export interface RealmAccount {
  readonly name: string;
  readonly realm: string;
  readonly password: string;
}

/** The realm of a connection's account; undefined where neither it nor the name tells it. */
export function realmOf({ user = "", winrm }: Pick<WinRmConnection, "user" | "winrm">): string | undefined {
  return (winrm.realm ?? suffixOf(user))?.toUpperCase();
}

/** What stands behind the @ of a name. */
function suffixOf(user: string): string | undefined {
  const at = user.lastIndexOf("@");
  return at > 0 ? user.slice(at + 1) : undefined;
}

/** The account as the logons of a run know it: `.\\name` for one of the computer itself. */
export function logonNameOf(connection: WinRmConnection): string {
  const own = ownAccount(connection);
  return own === undefined ? (connection.user ?? "") : `.\\${own}`;
}

/** The password of a connection. @throws CredentialUnusable where there is none */
export function passwordOf(connection: WinRmConnection): string {
  const { password } = connection;
  if (password === undefined || password === "")
    throw unusable(connection, "WinRM has no `password` to log on with");
  return password;
}

function unusable(connection: WinRmConnection, problem: string): CredentialUnusable {
  return new CredentialUnusable(
    `the connection to ${winRmName(connection)} cannot be used: ${problem}`,
    problem,
  );
}

/** The account of a connection, of a domain. @throws CredentialUnusable where its realm is not told, or the password is missing */
export function accountOf(connection: WinRmConnection): RealmAccount {
  const { user = "" } = connection;
  const at = user.lastIndexOf("@");
  const suffix = suffixOf(user);
  const realm = realmOf(connection);
  const password = passwordOf(connection);
  if (realm === undefined || realm === "")
    throw unusable(connection, "the domain of `user` is not told: give it as name@domain");
  if (suffix?.toUpperCase() === realm) return { name: user.slice(0, at), realm, password };
  // Another suffix of the forest: the domain controller finds out whose it is.
  return { name: at > 0 ? user : user.slice(user.indexOf("\\") + 1), realm, password };
}

/** Who judges the password of an account of the realm, as messages name it. */
export function kdcOf(realm: string): string {
  return `the KDC of ${realm}`;
}

/** Who judges the password of a connection, as messages name it: the computer, or its account's KDC. */
export function judgeOf(connection: WinRmConnection): string {
  return ownAccount(connection) === undefined ? kdcOf(realmOf(connection) ?? "") : winRmName(connection);
}

/** The name for which the computer has to prove itself. @throws ServerNotProven where there is none */
export function serverNameOf(connection: WinRmConnection): string {
  const name = connection.winrm.serverName ?? connection.host;
  if (isIP(name) !== 0 && ownAccount(connection) === undefined)
    throw new ServerNotProven(
      `Kerberos proves a name, and ${name} is an address: the computer's fully qualified domain name is needed, too`,
    );
  return name;
}
