/** The way to a computer's WinRM: the jump host in front of it, the tickets of its account, and connections as they are needed. */
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { afterAwake } from "../../../awake";
import type { Logons } from "../../../logons";
import { dialTimeoutMs, type Keepalive, logOnToProxy, pinOf } from "../dial";
import { AuthenticationFailed, ClockSkew, KdcUnreachable, Unreachable } from "../errors";
import { endpointName } from "../sshConnection";
import { connectTo, forward, type Target } from "../streams";
import {
  accountOf,
  kdcOf,
  realmOf,
  serverNameOf,
  type WinRmConnection,
  winRmDefaults,
  winRmName,
} from "./connection";
import { heldTickets } from "./heldTickets";
import { centresOf, relayTo } from "./kdc";
import { KerberosLogon } from "./kerberos";
import type { Tickets } from "./securityContext";

/** What Kerberos calls the service of WinRM. */
export const service = "HTTP";

/** How new connections come about. */
export interface Way {
  readonly connection: WinRmConnection;
  readonly logon: Tickets;
  readonly serverName: string;
  readonly jump: Client | undefined;
}

/** Logs on at the jump host, where there is one, and at the KDC. The first connection to the computer is made before. */
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
    const logon = await logOn(connection, logons, jump);
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
  return [kdcOf(realmOf(connection) ?? ""), ...(proxy === undefined ? [] : [endpointName(proxy)])];
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
  if (error instanceof AuthenticationFailed) return "refused";
  return error instanceof Unreachable ? "unanswered" : "withdrawn";
}

/** A connection to the computer's WinRM. */
export function streamTo({ connection, jump }: Pick<Way, "connection" | "jump">): Promise<Duplex> {
  return open(connection, jump, "WinRM", connection.host, connection.port ?? winRmDefaults.port);
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
