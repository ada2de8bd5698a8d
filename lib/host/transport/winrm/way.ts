/** The way to a computer's WinRM: the jump host in front of it, the tickets of its account, and connections as they are needed. */
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import type { Logons } from "../../../logons";
import { dialTimeoutMs, type Keepalive, logOnToProxy, pinOf } from "../dial";
import { AuthenticationFailed, ClockSkew, KdcUnreachable, NotAdmitted, Unreachable } from "../errors";
import { endpointName } from "../sshConnection";
import { connectTo, forward, type Target } from "../streams";
import { Channel, ChannelBroken, type ChannelTarget } from "./channel";
import {
  accountOf,
  judgeOf,
  kdcOf,
  logonNameOf,
  ownAccount,
  passwordOf,
  portOf,
  type RealmAccount,
  serverNameOf,
  type WinRmConnection,
  winRmName,
} from "./connection";
import { heldLogons } from "./heldLogons";
import { type AskCentre, Centres, type OpenStream } from "./kdc";
import { KerberosLogon } from "./kerberos";
import type { Tickets } from "./securityContext";
import { secure } from "./tls";

/** What Kerberos calls the service of WinRM. */
export const service = "HTTP";

/** How new connections come about. */
export interface Way {
  readonly connection: WinRmConnection;
  /** Null for an account of the computer itself, which has none. */
  readonly logon: Tickets | null;
  readonly serverName: string;
  readonly jump: Client | undefined;
}

/** Logs on at the jump host, where there is one, and at the KDC of a domain's account. The first connection to the computer is made before. */
export async function findWay(
  connection: WinRmConnection,
  logons: Logons,
  keepalive: Keepalive,
): Promise<{ readonly way: Way; readonly stream: Duplex }> {
  const { proxy } = connection;
  const jump = proxy === undefined ? undefined : await logOnToProxy(proxy, pinOf(proxy), logons, keepalive);
  let stream: Duplex | undefined;
  try {
    // A computer that is not there costs no logon.
    stream = await streamTo({ connection, jump });
    const serverName = serverNameOf(connection);
    const isOwn = ownAccount(connection) !== undefined;
    const logon = isOwn ? null : await logOn(connection, logons, jump);
    return { way: { connection, logon, serverName, jump }, stream };
  } catch (error) {
    stream?.destroy();
    jump?.end();
    throw error;
  }
}

/** Who judges the passwords with which a way is made. */
export function logonPlacesOf(connection: WinRmConnection): readonly string[] {
  const { proxy } = connection;
  return [judgeOf(connection), ...(proxy === undefined ? [] : [endpointName(proxy)])];
}

/** Tickets for the computer, of a logon that another connection of the run has made, or of one of its own. */
async function logOn(
  connection: WinRmConnection,
  logons: Logons,
  jump: Client | undefined,
): Promise<Tickets> {
  const account = accountOf(connection);
  const { proxy, winrm } = connection;
  const key = JSON.stringify([account, winrm.kdc, proxy && [proxy.host, proxy.port, proxy.user]]);
  const openTo: OpenStream = (host, port, limitMs) => open(connection, jump, "Kerberos", host, port, limitMs);
  for (;;) {
    const found = heldLogons.of(logons, key);
    const centres = found?.centres ?? new Centres(account.realm, winrm.kdc);
    const ask = centres.through(openTo, dialTimeoutMs(connection));
    const held = found ?? { centres, logon: ownLogOn(connection, account, logons, ask) };
    const isOwn = held !== found;
    if (isOwn) heldLogons.add(logons, key, held);
    let logon: KerberosLogon;
    try {
      logon = await held.logon;
    } catch (error) {
      heldLogons.drop(logons, key, held);
      if (isOwn) throw error;
      continue;
    }
    try {
      if (logon.isUsable) return await logon.ticketsFor(service, serverNameOf(connection), ask);
    } catch (error) {
      if (isOwn || !(error instanceof ClockSkew)) throw error;
    } finally {
      if (isOwn) logon.release();
    }
    // A domain may let tickets live for a few minutes only: then nobody shares them any more.
    heldLogons.drop(logons, key, held);
  }
}

async function ownLogOn(
  connection: WinRmConnection,
  account: RealmAccount,
  logons: Logons,
  ask: AskCentre,
): Promise<KerberosLogon> {
  const { user = "" } = connection;
  const { password, realm } = account;
  const leave = await logons.mayLogOn({ user, password, place: kdcOf(realm) });
  if (typeof leave !== "function") throw new AuthenticationFailed(leave.why, null, leave.because);
  try {
    const logon = await KerberosLogon.open(account, ask);
    leave("accepted");
    return logon;
  } catch (error) {
    leave(answerOf(error));
    throw error;
  }
}

/** What a failed logon says of the password. */
function answerOf(error: unknown): "refused" | "unanswered" | "withdrawn" {
  if (error instanceof NotAdmitted) return "withdrawn";
  // A password that no centre can have judged does not count as one without an answer.
  if (error instanceof KdcUnreachable) return error.mayHaveJudged ? "unanswered" : "withdrawn";
  if (error instanceof AuthenticationFailed) return "refused";
  return error instanceof Unreachable || error instanceof ChannelBroken ? "unanswered" : "withdrawn";
}

/** A connection to the computer's WinRM; over HTTPS its certificate is proven. */
export async function streamTo({ connection, jump }: Pick<Way, "connection" | "jump">): Promise<Duplex> {
  const stream = await open(connection, jump, "WinRM", connection.host, portOf(connection));
  const { https: trust } = connection.winrm;
  if (trust === undefined) return stream;
  const serverName = serverNameOf(connection);
  const [name, timeoutMs] = [winRmName(connection), dialTimeoutMs(connection)];
  return secure(stream, { trust, serverName, name, timeoutMs });
}

/**
 * Logs on over a connection to the computer. The computer itself judges the password of an account of its own, for each
 * connection anew.
 * @throws AuthenticationFailed, ServerNotProven, ChannelBroken
 */
export async function openChannel(
  { connection, logon, serverName }: Way,
  stream: Duplex,
  logons: Logons,
): Promise<Channel> {
  const { user = "", winrm } = connection;
  const target: ChannelTarget = {
    host: serverName,
    port: portOf(connection),
    user,
    name: winRmName(connection),
    overTls: winrm.https !== undefined,
    logonMs: dialTimeoutMs(connection),
  };
  if (logon !== null) return Channel.open(target, stream, logon.newContext());
  const leave = await logons.mayLogOn(ownLogon(connection));
  if (typeof leave !== "function") {
    stream.destroy();
    throw new AuthenticationFailed(leave.why, null, leave.because);
  }
  try {
    const account = { name: ownAccount(connection) ?? user, password: passwordOf(connection) };
    const channel = await Channel.open(target, stream, account);
    leave("accepted");
    return channel;
  } catch (error) {
    leave(answerOf(error));
    throw error;
  }
}

/** Notes that the computer refuses a password that it had taken, so that it is not sent again. */
export async function noteRefusal(connection: WinRmConnection, logons: Logons): Promise<void> {
  const leave = await logons.mayLogOn(ownLogon(connection));
  if (typeof leave === "function") leave("refused");
}

function ownLogon(connection: WinRmConnection) {
  const [user, password] = [logonNameOf(connection), passwordOf(connection)];
  return { user, password, place: judgeOf(connection) };
}

function open(
  connection: WinRmConnection,
  jump: Client | undefined,
  way: string,
  host: string,
  port: number,
  timeoutMs = dialTimeoutMs(connection),
): Promise<Duplex> {
  const name = way === "WinRM" ? winRmName(connection) : `${host}:${port}`;
  const target: Target = { host, port, name, way, timeoutMs };
  if (jump === undefined || connection.proxy === undefined) return connectTo(target);
  return forward(jump, endpointName(connection.proxy), target);
}
