/** MIT Kerberos as the other side of WinRM, with the keys of a file: what a computer is in its domain. */
import type { Acceptor } from "../../lab/windows/winrm/security";

type Koffi = typeof import("koffi", { with: { "resolution-mode": "require" }});
type Kind = ReturnType<Koffi["pointer"]>;
interface GssBuffer {
  readonly length: number;
  readonly value: Buffer | bigint | null;
}

/** Makes acceptors for the service whose key the file holds. @param clientOf the lab's name of who has logged on */
export function acceptorWith(keytab: string, clientOf: (principal: string) => string): () => Acceptor {
  const koffi = require("koffi") as Koffi;
  const library = koffi.load("libgssapi_krb5.so.2");
  const pointer = koffi.pointer("void");
  const out = koffi.out(koffi.pointer(pointer));
  const inOut = koffi.inout(koffi.pointer(pointer));
  const number = koffi.out(koffi.pointer("uint32"));
  const buffer = koffi.struct({ length: "size_t", value: pointer });
  const inBuffer = koffi.pointer(buffer);
  const outBuffer = koffi.out(inBuffer);
  const pair = koffi.struct({ key: "const char *", value: "const char *" });
  const store = koffi.struct({ count: "uint32", elements: koffi.pointer(pair) });
  const call = (name: string, ...args: readonly unknown[]) => library.func(name, "uint32", args as Kind[]);
  const acquire = call(
    "gss_acquire_cred_from",
    ...[number, pointer, "uint32", pointer, "int", koffi.pointer(store), out, pointer, pointer],
  );
  const accept = call(
    "gss_accept_sec_context",
    ...[number, inOut, pointer, inBuffer, pointer, out, pointer, outBuffer, number, pointer, pointer],
  );
  const display = call("gss_display_name", number, pointer, outBuffer, pointer);
  const wrap = call("gss_wrap", number, pointer, "int", "uint32", inBuffer, number, outBuffer);
  const unwrap = call("gss_unwrap", number, pointer, inBuffer, outBuffer, number, number);
  const taken = ([{ length, value }]: [GssBuffer]) =>
    value === null ? Buffer.alloc(0) : Buffer.from(new Uint8Array(koffi.view(value, Number(length))));
  const bufferOf = (octets: Buffer): GssBuffer => ({ length: octets.length, value: octets });
  const empty = (): [GssBuffer] => [{ length: 0, value: null }];
  const must = (status: number, what: string, minor: [number]) => {
    if (status !== 0) throw new Error(`${what}: GSS-API status ${status.toString(16)}, ${minor[0]}`);
  };
  const credential: [bigint] = [0n];
  const minor: [number] = [0];
  const elements = [
    { key: "keytab", value: `FILE:${keytab}` },
    // Else the library remembers tickets in a file of the temporary folder.
    { key: "rcache", value: "none:" },
  ];
  must(
    acquire(minor, null, 0xffffffff, null, 2, { count: elements.length, elements }, credential, null, null),
    "acquire",
    minor,
  );
  return () => {
    const context: [bigint] = [0n];
    let client = "";
    return {
      step: (token) => {
        const name: [bigint] = [0n];
        const answer = empty();
        const status = accept(
          ...[minor, context, credential[0], bufferOf(token), null, name, null, answer, [0], null, null],
        );
        if (status !== 1) must(status, "accept", minor);
        const shown = empty();
        must(display(minor, name[0], shown, null), "display", minor);
        client = clientOf(taken(shown).toString());
        return { token: taken(answer), done: status === 0 };
      },
      get client() {
        return client;
      },
      unseal: (signature, data) => {
        const message = empty();
        const confidential: [number] = [0];
        const sealed = bufferOf(Buffer.concat([signature, data]));
        must(unwrap(minor, context[0], sealed, message, confidential, [0]), "unwrap", minor);
        if (confidential[0] !== 1) throw new Error("not sealed");
        return taken(message);
      },
      seal: (message) => {
        const token = empty();
        must(wrap(minor, context[0], 1, 0, bufferOf(message), [0], token), "wrap", minor);
        // Rotated by 28 octets, as Windows sends it: [MS-WSMV] 2.2.9.1.1, RFC 4121 4.2.5.
        const octets = taken(token);
        octets.writeUInt16BE(28, 6);
        const body = octets.subarray(16);
        const turned = Buffer.concat([octets.subarray(0, 16), body.subarray(-28), body.subarray(0, -28)]);
        return { signature: turned.subarray(0, 60), data: turned.subarray(60) };
      },
      close: () => undefined,
    };
  };
}
