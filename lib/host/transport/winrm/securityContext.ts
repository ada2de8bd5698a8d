/** The security of a connection to one service: each side proves itself, and messages are sealed. */
import { ServerNotProven } from "../errors";
import { clockError } from "./kerberosErrors";
import type { GssBuffer, GssPart, Handle, KerberosLibrary } from "./kerberosLibrary";

/** What is sent of a message: WinRM puts all that Kerberos adds in front of the sealed octets. */
export interface Sealed {
  readonly signature: Buffer;
  readonly sealed: Buffer;
}

/** The security of one connection: whose other side has proven itself, and what is sealed for it. */
export interface SecurityContext {
  /** True once both sides have proven themselves. */
  readonly isComplete: boolean;
  /**
   * The next token for the server; null where there is none.
   * @param token the server's; null for the first step
   * @throws ServerNotProven where the server's token does not prove it; ClockSkew where that or a ticket is out of its time
   */
  step(token: Buffer | null): Buffer | null;
  /** A message, sealed. */
  seal(message: Buffer): Sealed;
  /** The message of a sealed one, whose octets it takes the place of. @throws ServerNotProven where it is not the other side's, or not in its turn */
  unseal(sealed: Sealed): Buffer;
  release(): void;
}

/** Tickets for one computer, which make contexts for as many connections to it as are wanted. */
export interface Tickets {
  newContext(): SecurityContext;
  /** Forgets them. */
  release(): void;
}

const oid = (...octets: number[]) => ({ length: octets.length, elements: Buffer.from(octets) });
/** 1.2.840.113554.1.2.2 and below it .1, the name of a principal. */
const kerberosMechanism = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02);
const principalName = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x01);

const forever = 0xffffffff;
const initiate = 1;
const continueNeeded = 1;
/** Mutual authentication, replay and sequence detection, confidentiality, integrity. */
const wantedFlags = 0x02 | 0x04 | 0x08 | 0x10 | 0x20;
const flag = { mutual: 0x02, confidential: 0x10, integrity: 0x20 } as const;

export class KerberosContext implements SecurityContext {
  readonly #library: KerberosLibrary;
  readonly #context: [Handle] = [0n];
  readonly #name: [Handle] = [0n];
  readonly #credential: [Handle] = [0n];
  #isComplete = false;

  constructor(library: KerberosLibrary, cacheName: string, principal: string) {
    this.#library = library;
    const octets = Buffer.from(principal, "utf8");
    this.#call("gss_import_name", { length: octets.length, value: octets }, principalName, this.#name);
    const store = { count: 1, elements: [{ key: "ccache", value: cacheName }] };
    this.#call(
      "gss_acquire_cred_from",
      ...[null, forever, { count: 1, elements: [kerberosMechanism] }, initiate, store],
      ...[this.#credential, null, null],
    );
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  step(token: Buffer | null): Buffer | null {
    const output: [GssBuffer] = [{ length: 0, value: null }];
    const flags: [number] = [0];
    const status = this.#call(
      "gss_init_sec_context",
      ...[this.#credential[0], this.#context, this.#name[0], kerberosMechanism, wantedFlags, 0, null],
      ...[token === null ? null : bufferOf(token), null, output, flags, null],
    );
    const next = this.#taken(output);
    if (status === continueNeeded) return next;
    const missing = Object.values(flag).some((each) => (flags[0] & each) === 0);
    if (missing) throw new ServerNotProven("the server did not agree to prove itself and to seal messages");
    this.#isComplete = true;
    return next.length === 0 ? null : next;
  }

  seal(message: Buffer): Sealed {
    // Sealed where it stands: all that is added goes into the header, as WinRM wants it.
    const sealed = Buffer.from(message);
    const head = Buffer.alloc(longestSignature);
    const parts = [partOf(part.header, head), partOf(part.data, sealed), partOf(part.padding, null)];
    const confidential: [number] = [0];
    this.#call("gss_wrap_iov", this.#context[0], 1, 0, confidential, parts, parts.length);
    if (confidential[0] !== 1) throw new ServerNotProven("the context does not seal messages");
    const signature = head.subarray(0, Number(parts[0]?.length));
    // Other keys than those of AES have another form (RFC 4121 4.2.6.2), and add octets behind the message.
    if (signature.readUInt16BE(0) !== aesToken || Number(parts[2]?.length) !== 0)
      throw new ServerNotProven("the context has no AES key, which sealing over HTTP needs");
    return { signature, sealed };
  }

  unseal({ signature, sealed }: Sealed): Buffer {
    const parts = [partOf(part.header, signature), partOf(part.data, sealed), partOf(part.padding, null)];
    const confidential: [number] = [0];
    this.#call("gss_unwrap_iov", this.#context[0], confidential, [0], parts, parts.length);
    if (confidential[0] !== 1) throw new ServerNotProven("the server's message was not sealed");
    return sealed.subarray(0, Number(parts[1]?.length));
  }

  release(): void {
    this.#isComplete = false;
    const minor: [number] = [0];
    if (this.#context[0] !== 0n) this.#library.gss_delete_sec_context(minor, this.#context, null);
    if (this.#credential[0] !== 0n) this.#library.gss_release_cred(minor, this.#credential);
    if (this.#name[0] !== 0n) this.#library.gss_release_name(minor, this.#name);
    for (const handle of [this.#context, this.#credential, this.#name]) handle[0] = 0n;
  }

  #call(name: GssFunction, ...args: unknown[]): number {
    const minor: [number] = [0];
    const status = this.#library[name](minor, ...args);
    // Old and doubled messages are told by bits that are no errors; nothing is taken that is out of turn.
    if (status === 0 || (name === "gss_init_sec_context" && status === continueNeeded)) return status;
    const words = this.#words(status, minor[0]);
    throw clockError(minor[0], words) ?? new ServerNotProven(`Kerberos: ${words}`);
  }

  #words(status: number, minor: number): string {
    const said = [
      [status, 1],
      [minor, 2],
    ].map(([code, kind]) => {
      const text: [GssBuffer] = [{ length: 0, value: null }];
      this.#library.gss_display_status([0], code, kind, kerberosMechanism, [0], text);
      return this.#taken(text).toString("utf8");
    });
    return said.filter((each) => each !== "").join(": ");
  }

  #taken(buffer: [GssBuffer]): Buffer {
    const octets = this.#library.octets(buffer[0]);
    if (buffer[0].value !== null) this.#library.gss_release_buffer([0], buffer);
    return octets;
  }
}

type GssFunction =
  | "gss_import_name"
  | "gss_acquire_cred_from"
  | "gss_init_sec_context"
  | "gss_wrap_iov"
  | "gss_unwrap_iov";

function bufferOf(octets: Buffer): GssBuffer {
  return { length: octets.length, value: octets };
}

/** Parts of a message that is sealed in place (gssapi_ext.h). */
const part = { data: 1, header: 2, padding: 9 } as const;
/** The first octets of what is sealed with AES: RFC 4121 4.2.6.2. */
const aesToken = 0x0504;
/** More than a header, its copy, the confounder and the longest checksum (RFC 8009) have together. */
const longestSignature = 128;

function partOf(type: number, octets: Buffer | null): GssPart {
  return { type, length: octets?.length ?? 0, value: octets };
}
