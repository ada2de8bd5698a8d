/**
 * How a connection proves who is at its other end, and seals what goes over it. The mechanisms themselves are not the lab's: a listener is given
 * something that makes acceptors (gssapi.ts, by MIT Kerberos), and looks only at what they say.
 */

/** One security context of one connection. */
export interface Acceptor {
  /** Takes the next token of the client. @throws Error where it is refused */
  step(token: Buffer): { readonly token: Buffer | null; readonly done: boolean };
  /** Who the other end is, once it is done: `name@REALM`. */
  readonly client: string;
  /** Opens a sealed message, whose parts stand one behind the other. @throws Error for what was not sealed by the other end, or not whole */
  unseal(signature: Buffer, data: Buffer): Buffer;
  seal(message: Buffer): { readonly signature: Buffer; readonly data: Buffer };
  /** Releases what the context holds. */
  close(): void;
}

/** Schemes of the header Authorization that carry tokens, by what the parts of a sealed message call themselves. */
export const sealingProtocols: { readonly [scheme: string]: string } = {
  negotiate: "application/HTTP-SPNEGO-session-encrypted",
  kerberos: "application/HTTP-Kerberos-session-encrypted",
};

const boundary = "Encrypted Boundary";

/** Content-Type of a sealed message ([MS-WSMV] 2.2.9.1). */
export function sealedType(protocol: string): string {
  return `multipart/encrypted;protocol="${protocol}";boundary="${boundary}"`;
}

/** Puts a message into its two parts: what it is, and the sealed bytes behind the length of their signature ([MS-WSMV] 2.2.9.1.1). */
export function writeSealed(acceptor: Acceptor, protocol: string, message: string): Buffer {
  const plain = Buffer.from(message);
  const { signature, data } = acceptor.seal(plain);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(signature.length);
  return Buffer.concat([
    Buffer.from(
      `--${boundary}\r\n\tContent-Type: ${protocol}\r\n` +
        `\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=${plain.length}\r\n` +
        `--${boundary}\r\n\tContent-Type: application/octet-stream\r\n`,
    ),
    length,
    signature,
    data,
    Buffer.from(`--${boundary}--\r\n`),
  ]);
}

/** Reads what {@link writeSealed} describes; clients write a tab in front of the headers or not. @throws Error for another form */
export function readSealed(acceptor: Acceptor, body: Buffer): string {
  const text = body.toString("latin1");
  const head =
    /^--Encrypted Boundary\r\n[\t ]*Content-Type: ?([^\r]+)\r\n[\t ]*OriginalContent: ?type=application\/soap\+xml;charset=UTF-8;Length=(\d+)\r\n--Encrypted Boundary\r\n[\t ]*Content-Type: ?application\/octet-stream\r\n/i.exec(
      text,
    );
  const tail = `--${boundary}--`;
  const end = text.lastIndexOf(tail);
  if (!head || end < head[0].length + 4) throw new Error("This is no sealed message.");
  const sealed = body.subarray(head[0].length, end);
  const length = sealed.readUInt32LE(0);
  if (length > sealed.length - 4) throw new Error("The signature is longer than the message.");
  const plain = acceptor.unseal(sealed.subarray(4, 4 + length), sealed.subarray(4 + length));
  if (plain.length !== Number(head[2])) throw new Error("The message has another length than it says.");
  return plain.toString("utf8");
}
