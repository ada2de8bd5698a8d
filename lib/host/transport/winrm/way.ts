/** The way to a computer's WinRM: the jump host in front of it, the tickets of its account, and connections as they are needed. */
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { afterAwake } from "../../../awake";
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
  serverNameOf,
  type WinRmConnection,
  winRmName,
} from "./connection";
import { heldTickets } from "./heldTickets";
import { centresOf, relayTo } from "./kdc";
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

async function logOn(
  connection: WinRmConnection,
  logons: Logons,
  jump: Client | undefined,
): Promise<KerberosLogon> {
  const account = accountOf(connection);
  const timeoutMs = dialTimeoutMs(connection);
  const centres = await centresOf(account.realm, connection.winrm.kdc);
  const leave = await logons.mayLogOn({
    user: connection.user ?? "",
    password: account.password,
    place: kdcOf(account.realm),
  });
  if (typeof leave !== "function") throw new AuthenticationFailed(leave.why, null, leave.because);
  const { proxy } = connection;
  const tickets = JSON.stringify([account, centres, proxy && [proxy.host, proxy.port, proxy.user]]);
  try {
    const relay = await relayTo(centres, (host, port) => open(connection, jump, "Kerberos", host, port));
    let isLate = false;
    const endLimit = afterAwake(timeoutMs, () => {
      isLate = true;
      relay.close();
    });
    try {
      const own = { ...account, kdcs: relay.addresses };
      const shared = heldTickets.of(logons, tickets);
      const logon = await (shared === undefined ? KerberosLogon.open(own) : shared.one.another(own));
      if (shared === undefined) heldTickets.add(logons, tickets, logon);
      else shared.users.add(logon);
      // Where somebody has logged on already, no password was sent.
      leave(shared === undefined ? "accepted" : "withdrawn");
      try {
        await logon.fetchTicket(service, serverNameOf(connection));
        return logon;
      } catch (error) {
        await logon.release();
        if (shared === undefined || !(error instanceof ClockSkew)) throw error;
        heldTickets.drop(logons, tickets, logon);
      }
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      const why = isLate ? `no answer within ${timeoutMs / 1000} s` : (relay.why ?? error.message);
      // A password that no centre can have judged does not count as one without an answer.
      if (!relay.isReached) leave("withdrawn");
      throw new KdcUnreachable(
        `the KDC of ${account.realm} (${centres.join(", ")}) cannot be reached: ${why}`,
      );
    } finally {
      endLimit();
      relay.close();
    }
  } catch (error) {
    leave(answerOf(error));
    throw error;
  }
  // A domain may let tickets live for a few minutes only: then nobody shares them any more.
  return logOn(connection, logons, jump);
}

/** What a failed logon says of the password. */
function answerOf(error: unknown): "refused" | "unanswered" | "withdrawn" {
  if (error instanceof NotAdmitted) return "withdrawn";
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
  if (logon !== null) return Channel.open(target, stream, logon.newContext(service, serverName));
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
): Promise<Duplex> {
  const name = way === "WinRM" ? winRmName(connection) : `${host}:${port}`;
  const target: Target = { host, port, name, way, timeoutMs: dialTimeoutMs(connection) };
  if (jump === undefined || connection.proxy === undefined) return connectTo(target);
  return forward(jump, endpointName(connection.proxy), target);
}
