/**
 * A TLS server in front of one of the lab's domain controllers that spoils what it answers: a true answer, message by
 * message, and then something else in its place.
 */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { connect, createSecureContext, TLSSocket } from "node:tls";
import { integerOf, readElement, readElements } from "../../lab/directory/ber";

/** What becomes of one message, given as it came. Nothing comes after `end`. */
export interface Spoilt {
  readonly send: readonly Buffer[];
  readonly end?: "cut" | "silence" | "endless";
}

/** Chooses what becomes of the answer with that number, counted from the first one after the logon. */
export type Spoil = (message: Buffer, number: number) => Spoilt;

export interface LdapRelay {
  readonly port: number;
  spoil: Spoil;
  stop(): Promise<void>;
}

export const asItIs: Spoil = (message) => ({ send: [message] });

/** Starts the relay to an LDAPS port. The answer to the logon passes. */
export async function startLdapRelay(
  target: number,
  tls: { readonly cert: string; readonly key: string },
): Promise<LdapRelay> {
  const sockets = new Set<Socket>();
  const relay = { spoil: asItIs };
  const server = createServer((raw) => {
    sockets.add(raw);
    raw.on("error", () => undefined).on("close", () => sockets.delete(raw));
    const near = new TLSSocket(raw, { isServer: true, secureContext: createSecureContext(tls) });
    const far = connect({ host: "127.0.0.1", port: target, rejectUnauthorized: false });
    sockets.add(far);
    near.on("error", () => far.destroy()).on("close", () => far.destroy());
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
    near.on("data", (data: Buffer) => far.write(data));
    let pending = Buffer.alloc(0);
    let number = -1;
    let over = false;
    far.on("data", (data: Buffer) => {
      pending = Buffer.concat([pending, data]);
      for (let next = readElement(pending); next !== undefined && !over; next = readElement(pending)) {
        const message = pending.subarray(0, next.end);
        pending = pending.subarray(next.end);
        const { send, end }: Spoilt = number++ < 0 ? { send: [message] } : relay.spoil(message, number);
        for (const bytes of send) near.write(bytes);
        over = end !== undefined;
        if (end === "cut") near.end();
        if (end === "endless") pour(near, Buffer.concat([...send, message]));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(relay, {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
}

/** Writes the same again and again, as fast as it is read. */
function pour(socket: Socket, bytes: Buffer): void {
  const many = Buffer.concat(Array(Math.ceil(65_536 / bytes.length)).fill(bytes));
  const more = () => {
    while (!socket.destroyed && socket.write(many));
  };
  socket.on("drain", more);
  more();
}

/** Number of an LDAP message, and the tag of what it holds. */
export function headOf(message: Buffer): { readonly id: number; readonly tag: number } {
  const [id, operation] = readElements(readElement(message)?.content ?? Buffer.alloc(0));
  return { id: id === undefined ? 0 : integerOf(id), tag: operation?.tag ?? 0 };
}

/** An element of BER with the length in the form that takes four octets, or with a length that is not its own. */
export function element(tag: number, content: Buffer, length = content.length): Buffer {
  const head = Buffer.from([tag, 0x84, 0, 0, 0, 0]);
  head.writeUInt32BE(length >>> 0, 2);
  return Buffer.concat([head, content]);
}

/** An LDAPMessage with that number. */
export function ldapMessage(id: number, operation: Buffer): Buffer {
  const number = Buffer.alloc(4);
  number.writeInt32BE(id);
  return element(0x30, Buffer.concat([element(0x02, number), operation]));
}

/** A result (of a search: tag 0x65) with a code, a text and referrals. */
export function ldapResult(
  id: number,
  tag: number,
  code: number,
  text: Buffer,
  referrals: readonly string[] = [],
): Buffer {
  const urls = Buffer.concat(referrals.map((url) => element(0x04, Buffer.from(url))));
  return ldapMessage(
    id,
    element(
      tag,
      Buffer.concat([
        element(0x0a, Buffer.from([code])),
        element(0x04, Buffer.alloc(0)),
        element(0x04, text),
        ...(referrals.length === 0 ? [] : [element(0xa3, urls)]),
      ]),
    ),
  );
}
