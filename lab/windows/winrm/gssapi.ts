/**
 * Acceptors by the system's GSSAPI, which is MIT Kerberos (libgssapi_krb5): it checks tickets with a key table, and seals. Sources: RFC 2743 and 2744,
 * and MIT's header gssapi_ext.h for what stands in no RFC (key tables by name, messages in parts). WinRM wants what is not data in front of the data
 * ([MS-WSMV] 2.2.9.1.1), which is how gss_wrap_iov lays a message out. Structures are written as bytes, for 64-bit computers.
 */
import type { Acceptor } from "./security";

/** What is used of koffi. */
interface Koffi {
  load(path: string): { func(declaration: string): (...args: unknown[]) => unknown };
  address(value: Buffer): bigint;
  view(address: bigint, length: number): ArrayBuffer;
}

/** What acceptors call. */
export const functions = {
  gss_acquire_cred_from:
    "uint32_t gss_acquire_cred_from(void *, void *, uint32_t, void *, int, void *, void *, void *, void *)",
  gss_accept_sec_context:
    "uint32_t gss_accept_sec_context(void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *)",
  gss_display_name: "uint32_t gss_display_name(void *, void *, void *, void *)",
  gss_unwrap: "uint32_t gss_unwrap(void *, void *, void *, void *, void *, void *)",
  gss_wrap_iov: "uint32_t gss_wrap_iov(void *, void *, int, uint32_t, void *, void *, int)",
  gss_release_iov_buffer: "uint32_t gss_release_iov_buffer(void *, void *, int)",
  gss_release_buffer: "uint32_t gss_release_buffer(void *, void *)",
  gss_release_name: "uint32_t gss_release_name(void *, void *)",
  gss_delete_sec_context: "uint32_t gss_delete_sec_context(void *, void *, void *)",
} as const;

const acceptOnly = 2;
const indefinitely = 0xffffffff;
/** Kinds of the parts of a message, two of which the library allocates. */
const iov = { header: 2 | 0x1_0000, data: 1, padding: 9 | 0x1_0000 } as const;
const iovBytes = 24;
/** Errors stand in the two upper bytes of a major status. */
const errors = 0xffff_0000;
const continueNeeded = 1;

/** The library, with the functions that are declared to it: the first argument of each is where its minor status goes. */
export class Gssapi {
  readonly #library: ReturnType<Koffi["load"]>;
  readonly #known = new Map<string, (...args: unknown[]) => unknown>();

  constructor(
    readonly koffi: Koffi,
    private readonly declared: { readonly [name: string]: string } = functions,
  ) {
    this.#library = koffi.load("libgssapi_krb5.so.2");
  }

  /** Calls a function, whose first argument is added here, and answers its major status. @throws Error where that is an error */
  call(name: string, ...args: unknown[]): number {
    const known = this.#known.get(name) ?? this.#library.func(this.declared[name] ?? "");
    this.#known.set(name, known);
    const minor = Buffer.alloc(4);
    const major = known(minor, ...args) as number;
    if ((major & errors) !== 0)
      throw new Error(`${name}: major status 0x${major.toString(16)}, minor status ${minor.readUInt32LE()}`);
    return major;
  }

  /** A gss_buffer_desc around bytes, which the caller keeps. */
  around(bytes: Buffer): Buffer {
    const descriptor = Buffer.alloc(16);
    descriptor.writeBigUInt64LE(BigInt(bytes.length), 0);
    if (bytes.length > 0) descriptor.writeBigUInt64LE(this.koffi.address(bytes), 8);
    return descriptor;
  }

  /** A copy of what a gss_buffer_desc describes. */
  within(descriptor: Buffer): Buffer {
    const length = Number(descriptor.readBigUInt64LE(0));
    if (length === 0) return Buffer.alloc(0);
    return Buffer.from(Buffer.from(this.koffi.view(descriptor.readBigUInt64LE(8), length)));
  }

  /** A copy of what a function has allocated; it is released. */
  taken(descriptor: Buffer): Buffer {
    const bytes = this.within(descriptor);
    this.call("gss_release_buffer", descriptor);
    return bytes;
  }
}

/** A pointer that stands in a variable; null for none. */
export function pointerIn(variable: Buffer): bigint | null {
  const value = variable.readBigUInt64LE();
  return value === 0n ? null : value;
}

let loaded: Gssapi | undefined;

/**
 * Makes acceptors that know the keys of a file. Nobody looks for replays: a lab's tickets are used by its own tests.
 * @param keytab path of a key table with the service's keys
 * @throws Error where koffi, MIT Kerberos or the key table is not there
 */
export async function gssapiAcceptors(keytab: string): Promise<() => Acceptor> {
  loaded ??= new Gssapi((await import("koffi")).default);
  const gss = loaded;
  const texts = ["keytab", `FILE:${keytab}`, "rcache", "none:"].map((text) => Buffer.from(`${text}\0`));
  const elements = Buffer.alloc(8 * texts.length);
  texts.forEach((text, index) => {
    elements.writeBigUInt64LE(gss.koffi.address(text), 8 * index);
  });
  const store = Buffer.alloc(16);
  store.writeUInt32LE(texts.length / 2, 0);
  store.writeBigUInt64LE(gss.koffi.address(elements), 8);
  const credential = Buffer.alloc(8);
  gss.call("gss_acquire_cred_from", null, indefinitely, null, acceptOnly, store, credential, null, null);
  return () => new GssapiAcceptor(gss, pointerIn(credential));
}

class GssapiAcceptor implements Acceptor {
  readonly #context = Buffer.alloc(8);
  #client: string | undefined;

  constructor(
    private readonly gss: Gssapi,
    private readonly credential: bigint | null,
  ) {}

  step(token: Buffer): { readonly token: Buffer | null; readonly done: boolean } {
    const source = Buffer.alloc(8);
    const reply = Buffer.alloc(16);
    const flags = Buffer.alloc(4);
    const major = this.gss.call(
      "gss_accept_sec_context",
      this.#context,
      this.credential,
      this.gss.around(token),
      null,
      source,
      null,
      reply,
      flags,
      null,
      null,
    );
    const answer = this.gss.taken(reply);
    const done = (major & continueNeeded) === 0;
    if (done) this.#client = this.#nameOf(source);
    if (pointerIn(source) !== null) this.gss.call("gss_release_name", source);
    return { token: answer.length === 0 ? null : answer, done };
  }

  #nameOf(source: Buffer): string {
    const text = Buffer.alloc(16);
    this.gss.call("gss_display_name", pointerIn(source), text, null);
    return this.gss.taken(text).toString("utf8");
  }

  get client(): string {
    if (this.#client === undefined) throw new Error("The security context is not complete.");
    return this.#client;
  }

  unseal(signature: Buffer, data: Buffer): Buffer {
    const plain = Buffer.alloc(16);
    const confidential = Buffer.alloc(4);
    const sealed = Buffer.concat([signature, data]);
    const context = pointerIn(this.#context);
    this.gss.call("gss_unwrap", context, this.gss.around(sealed), plain, confidential, null);
    const message = this.gss.taken(plain);
    if (confidential.readInt32LE() === 0) throw new Error("The message was signed, and not sealed.");
    return message;
  }

  seal(message: Buffer): { readonly signature: Buffer; readonly data: Buffer } {
    const data = Buffer.from(message);
    const parts = Buffer.alloc(3 * iovBytes);
    [iov.header, iov.data, iov.padding].forEach((type, index) => {
      parts.writeUInt32LE(type, iovBytes * index);
    });
    this.gss.around(data).copy(parts, iovBytes + 8);
    this.gss.call("gss_wrap_iov", pointerIn(this.#context), 1, 0, Buffer.alloc(4), parts, 3);
    const part = (index: number): Buffer =>
      this.gss.within(parts.subarray(iovBytes * index + 8, iovBytes * (index + 1)));
    const sealed = { signature: part(0), data: Buffer.concat([data, part(2)]) };
    this.gss.call("gss_release_iov_buffer", parts, 3);
    return sealed;
  }

  close(): void {
    if (pointerIn(this.#context) !== null) this.gss.call("gss_delete_sec_context", this.#context, null);
  }
}
