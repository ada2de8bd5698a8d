/** How to reach a computer over WinRM, and what is made of what the program says. */
import { isIP } from "node:net";
import { CredentialUnusable, ServerNotProven } from "../errors";
import type { Endpoint } from "../sshConnection";

/** A computer that is reached over WinRM with Kerberos, behind an SSH server when `proxy` is given. */
export interface WinRmConnection {
  readonly winrm: WinRmOptions;
  /** Name or address of the computer. */
  readonly host: string;
  /** @default 5985 */
  readonly port?: number;
  /** `name@domain`, or `DOMAIN\\name` where `realm` is given. */
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
}

export const winRmDefaults = { port: 5985 } as const;

/** `host` or `host:port` where the port is not the usual one, for messages. */
export function winRmName({ host, port = winRmDefaults.port }: WinRmConnection): string {
  return port === winRmDefaults.port ? host : `${host}:${port}`;
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

/** The account of a connection. @throws CredentialUnusable where its realm is not told, or the password is missing */
export function accountOf(connection: WinRmConnection): RealmAccount {
  const { user = "", password } = connection;
  const at = user.lastIndexOf("@");
  const suffix = suffixOf(user);
  const realm = realmOf(connection);
  const unusable = (problem: string) =>
    new CredentialUnusable(`the connection to ${winRmName(connection)} cannot be used: ${problem}`, problem);
  if (password === undefined || password === "") throw unusable("WinRM has no `password` to log on with");
  if (realm === undefined || realm === "")
    throw unusable("the domain of `user` is not told: give it as name@domain");
  if (suffix?.toUpperCase() === realm) return { name: user.slice(0, at), realm, password };
  // Another suffix of the forest: the domain controller finds out whose it is.
  return { name: at > 0 ? user : user.slice(user.indexOf("\\") + 1), realm, password };
}

/** Who judges the password of an account of the realm, as messages name it. */
export function kdcOf(realm: string): string {
  return `the KDC of ${realm}`;
}

/** The name for which the computer has to prove itself. @throws ServerNotProven where there is none */
export function serverNameOf(connection: WinRmConnection): string {
  const name = connection.winrm.serverName ?? connection.host;
  if (isIP(name) !== 0)
    throw new ServerNotProven(
      `Kerberos proves a name, and ${name} is an address: the computer's fully qualified domain name is needed, too`,
    );
  return name;
}
