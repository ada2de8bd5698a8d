/** Splits the data of a connection to a directory server into messages and bounds them, before ldapts reads them. */
import type { Socket } from "node:net";
import type { Endpoint } from "./directoryConnection";
import { type DirectoryFailure, floodFailure, malformedFailure } from "./failure";

/** Milliseconds between two checks of how much has arrived. */
const floodIntervalMs = 50;

/** The sockets of a connection, the plain one first, and any fault in the data that they received. */
export interface Wire {
  readonly label: string;
  /** Octets that may arrive while one request waits for its answer. */
  readonly limit: number;
  readonly sockets: Socket[];
  /** True once TLS is established; nothing secret is sent before. */
  isSecure: boolean;
  flaw?: DirectoryFailure | undefined;
}

/** A connection before its first socket. */
export function newWire({ label, maxAnswer }: Endpoint): Wire {
  return { label, limit: maxAnswer, sockets: [], isSecure: false };
}

/**
 * Adds the socket to `wire`. Listeners for its data get whole messages, one at a time; anything else ends the
 * connection. A plain socket may only bring the answer to StartTLS. Somebody in between may have added more, which
 * would be read as if it had come over TLS.
 */
export function watched<S extends Socket>(socket: S, wire: Wire, { plain }: { readonly plain: boolean }): S {
  socket.setNoDelay(true);
  wire.sockets.push(socket);
  const framer = new MessageFramer(wire.limit);
  let count = 0;
  const take = (part: Buffer, read: (message: Buffer) => void): void => {
    if (wire.flaw !== undefined) return;
    try {
      const messages = framer.push(part);
      count += messages.length;
      if (plain && (count > 1 || (count === 1 && framer.isInside)))
        throw new Error(
          "more than the answer to StartTLS came before TLS, which somebody in between may have put there",
        );
      for (const message of messages) {
        requireWhole(message);
        const reference = referenceBefore(message);
        if (reference !== null) read(reference);
        read(message);
      }
    } catch (error) {
      wire.flaw = malformedFailure(wire.label, error);
      socket.destroy(wire.flaw);
    }
  };
  const on = socket.on.bind(socket) as (event: string, listener: (...args: never[]) => void) => S;
  const guarded = (event: string, listener: (...args: never[]) => void): S => {
    if (event !== "data") return on(event, listener);
    const read = listener as (message: Buffer) => void;
    return on(event, (part: Buffer) => take(part, (message) => read.call(socket, message)));
  };
  return Object.assign(socket, { on: guarded });
}

/** Ends the connection if far more arrives than any answer contains. @returns a function that ends the watch */
export function watchFlood(wire: Wire, what: string): () => void {
  // Over StartTLS both sockets count the same octets.
  const received = () => Math.max(0, ...wire.sockets.map((socket) => socket.bytesRead));
  const before = received();
  const timer = setInterval(() => {
    if (received() - before <= wire.limit) return;
    wire.flaw ??= floodFailure(wire.label, what, wire.limit);
    for (const socket of wire.sockets) socket.destroy(wire.flaw);
  }, floodIntervalMs);
  return () => clearInterval(timer);
}

const sequence = 0x30;
/** Bit of a tag whose contents are elements, too (X.690, 8.1.2.5). */
const constructed = 0x20;
/** Highest number of nested elements; an LDAP answer has six. */
const deepest = 32;

/**
 * Requires that inner elements exactly fill the outer one, at every depth (X.690, 8.1). ldapts trusts an inner length,
 * and reads on and on for one that is too large.
 *
 * @throws Error if they do not
 */
function requireWhole(octets: Buffer, start = 0, end = octets.length, depth = 0): void {
  const broken = () => new Error("the parts of a message do not fill it");
  if (depth > deepest) throw broken();
  for (let at = start; at < end; ) {
    const tag = octets[at] ?? 0;
    const first = octets[at + 1] ?? 0;
    const size = first < 0x80 ? 0 : first - 0x80;
    const from = at + 2 + size;
    // LDAP has no tags of several octets, and no lengths that are not definite (RFC 4511, 5.1).
    if ((tag & 0x1f) === 0x1f || first === 0x80 || size > 4 || from > end) throw broken();
    const next = from + (size === 0 ? first : octets.readUIntBE(at + 2, size));
    if (next > end) throw broken();
    if ((tag & constructed) !== 0) requireWhole(octets, from, next, depth + 1);
    at = next;
  }
}

/** Tags of two answers to a search: its end, and a reference to other servers (RFC 4511, 4.5.2). */
const searchResultDone = 0x65;
const searchResultReference = 0x73;

/**
 * A reference to no server, to be read before the end of a search. Only an empty cookie ends a paged search (RFC 2696,
 * 3). But ldapts (8.2.0, 9.2.0) also takes a page without entries and references for the last one, and would silently
 * omit what follows.
 *
 * @returns null before any other message
 */
function referenceBefore(message: Buffer): Buffer | null {
  const first = message[1] ?? 0;
  const from = first < 0x80 ? 2 : 2 + first - 0x80;
  // The message's number, an INTEGER of a few octets.
  const to = from + 2 + (message[from + 1] ?? 0);
  if (message[to] !== searchResultDone) return null;
  const id = message.subarray(from, to);
  return Buffer.concat([Buffer.from([sequence, id.length + 2]), id, Buffer.from([searchResultReference, 0])]);
}

/**
 * Splits a stream into LDAP messages (RFC 4511, 4.1.1 and 5.1: a SEQUENCE of definite length). ldapts parses all that
 * has arrived by recursion, joins a message anew with each part, and waits for ever if none begins. Given whole
 * messages, it does none of that.
 */
export class MessageFramer {
  readonly #longest: number;
  #parts: Buffer[] = [];
  #length = 0;
  /** Length of the message that has begun, once its header has arrived. */
  #needed = 0;

  /** @param longest octets that a message may have */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** True when a message has begun and is not whole yet. */
  get isInside(): boolean {
    return this.#length > 0;
  }

  /** The messages that this part completes. @throws Error if no message begins, or one that is too long */
  push(part: Buffer): readonly Buffer[] {
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length < this.#needed) return [];
    const octets = Buffer.concat(this.#parts);
    const messages: Buffer[] = [];
    let at = 0;
    for (;;) {
      const length = this.#lengthAt(octets, at);
      this.#needed = length ?? 0;
      if (length === null || octets.length - at < length) break;
      messages.push(octets.subarray(at, at + length));
      at += length;
    }
    this.#parts = [octets.subarray(at)];
    this.#length = octets.length - at;
    return messages;
  }

  /** Length of the message that begins there, its header included; null while the header is incomplete. */
  #lengthAt(octets: Buffer, at: number): number | null {
    if (at >= octets.length) return null;
    if (octets[at] !== sequence) throw new Error(`a message begins with 0x${octets[at]?.toString(16)}`);
    const first = octets[at + 1];
    if (first === undefined) return null;
    if (first < 0x80) return 2 + first;
    const size = first - 0x80;
    if (size === 0 || size > 4) throw new Error("the length of a message is not definite");
    if (octets.length < at + 2 + size) return null;
    const length = octets.readUIntBE(at + 2, size);
    if (length > this.#longest) throw new Error(`a message of ${length} octets begins`);
    return 2 + size + length;
  }
}
