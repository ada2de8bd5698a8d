/** Sealed messages as WinRM puts them into a body: [MS-WSMV] 2.2.9.1. What is not in that form is refused. */
import { ServerNotProven } from "../errors";
import { messageType } from "./messages";
import type { Sealed } from "./securityContext";

const protocol = "application/HTTP-Kerberos-session-encrypted";
const boundary = "Encrypted Boundary";
/** The headers of both parts are shorter. */
const longestHead = 2048;

export const sealedType = `multipart/encrypted;protocol="${protocol}";boundary="${boundary}"`;

/** The body that holds a sealed message. @param length of the message */
export function sealedBody({ signature, sealed }: Sealed, length: number): Buffer {
  const head =
    `--${boundary}\r\n\tContent-Type: ${protocol}\r\n\tOriginalContent: type=${messageType};Length=${length}\r\n` +
    `--${boundary}\r\n\tContent-Type: application/octet-stream\r\n`;
  const size = Buffer.alloc(4);
  size.writeUInt32LE(signature.length);
  return Buffer.concat([Buffer.from(head), size, signature, sealed, Buffer.from(`--${boundary}--\r\n`)]);
}

/** The sealed message in a body, and the length that it should have. @throws ServerNotProven for another form */
export function readSealedBody(type: string, body: Buffer): Sealed & { readonly length: number } {
  const wrong = (what: string) => new ServerNotProven(`the server's answer is no sealed message: ${what}`);
  if (!/^multipart\/encrypted\b/i.test(type)) throw wrong("it is of another type");
  const head = body.toString("latin1", 0, longestHead);
  const mark = /Content-Type:[ \t]*application\/octet-stream[ \t]*\r\n/i.exec(head);
  if (mark === null) throw wrong("it has no second part");
  const length = Number(/;[ \t]*Length=(\d{1,9})/i.exec(head.slice(0, mark.index))?.[1] ?? Number.NaN);
  if (!Number.isFinite(length)) throw wrong("it does not tell its length");
  const at = mark.index + mark[0].length;
  const size = body.length >= at + 4 ? body.readUInt32LE(at) : body.length;
  // It is cut by its length: what sealed it may hold the boundary, and servers differ in what they write behind it.
  const start = at + 4 + size;
  if (start + length > body.length) throw wrong("it is cut off");
  return { signature: body.subarray(at + 4, start), sealed: body.subarray(start, start + length), length };
}
