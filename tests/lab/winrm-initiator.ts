/** The client's end of a Kerberos logon, by MIT Kerberos: what the tests of the simulated WinRM listener log on with. */
import { Agent } from "node:http";
import { functions, Gssapi, pointerIn } from "../../lab/windows/winrm/gssapi";
import { type HttpAnswer, post } from "./winrm-support";

const declared = {
  ...functions,
  gss_import_name: "uint32_t gss_import_name(void *, void *, void *, void *)",
  gss_acquire_cred_with_password:
    "uint32_t gss_acquire_cred_with_password(void *, void *, void *, uint32_t, void *, int, void *, void *, void *)",
  gss_init_sec_context:
    "uint32_t gss_init_sec_context(void *, void *, void *, void *, void *, uint32_t, uint32_t, void *, void *, void *, void *, void *, void *)",
  gss_wrap: "uint32_t gss_wrap(void *, void *, int, uint32_t, void *, void *, void *)",
};

/** Object identifiers, as DER (RFC 2743, 4; RFC 1964, 1 and 2; RFC 4178). */
const oids = {
  userName: "2a864886f712010201" + "01",
  hostBasedService: "2a864886f712010201" + "04",
  Kerberos: "2a864886f712010202",
  Negotiate: "2b0601050502",
} as const;

const [initiateOnly, continueNeeded] = [1, 1];
/** Mutual, replay and sequence detection, confidentiality, integrity. */
const flags = 2 | 4 | 8 | 16 | 32;

/** A client of one connection, which logs on with a password. The environment's KRB5_CONFIG must lead to the realm. */
export class KerberosClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #context = Buffer.alloc(8);
  /** Kept for as long as the library may read them. */
  readonly #kept: Buffer[] = [];

  private constructor(
    private readonly gss: Gssapi,
    private readonly port: number,
    private readonly scheme: "Negotiate" | "Kerberos",
  ) {}

  static async open(port: number, scheme: "Negotiate" | "Kerberos" = "Kerberos"): Promise<KerberosClient> {
    return new KerberosClient(new Gssapi((await import("koffi")).default, declared), port, scheme);
  }

  #oid(name: keyof typeof oids): Buffer {
    const elements = Buffer.from(oids[name], "hex");
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(elements.length, 0);
    descriptor.writeBigUInt64LE(this.gss.koffi.address(elements), 8);
    this.#kept.push(elements, descriptor);
    return descriptor;
  }

  #name(text: string, type: "userName" | "hostBasedService"): bigint | null {
    const name = Buffer.alloc(8);
    const bytes = Buffer.from(text);
    this.gss.call("gss_import_name", this.gss.around(bytes), this.#oid(type), name);
    return pointerIn(name);
  }

  /** Logs on; answers the last answer. Throws where no ticket is given. */
  async logOn(user: string, password: string, service: string): Promise<HttpAnswer> {
    const { gss } = this;
    const credential = Buffer.alloc(8);
    const secret = Buffer.from(password);
    const mechanism = this.#oid(this.scheme);
    // A gss_OID_set of one.
    const mechanisms = Buffer.alloc(16);
    mechanisms.writeBigUInt64LE(1n, 0);
    mechanisms.writeBigUInt64LE(gss.koffi.address(mechanism), 8);
    gss.call(
      "gss_acquire_cred_with_password",
      this.#name(user, "userName"),
      gss.around(secret),
      0xffffffff,
      mechanisms,
      initiateOnly,
      credential,
      null,
      null,
    );
    const target = this.#name(service, "hostBasedService");
    let token = Buffer.alloc(0);
    let answer: HttpAnswer | undefined;
    for (;;) {
      const reply = Buffer.alloc(16);
      const major = gss.call(
        "gss_init_sec_context",
        pointerIn(credential),
        this.#context,
        target,
        mechanism,
        flags,
        0,
        null,
        token.length === 0 ? null : gss.around(token),
        null,
        reply,
        null,
        null,
      );
      const next = gss.taken(reply);
      if (next.length > 0) {
        const headers = { Authorization: `${this.scheme} ${next.toString("base64")}` };
        answer = await post({ port: this.port, agent: this.#agent }, "", headers);
        const given = String(answer.headers["www-authenticate"] ?? "").split(" ")[1];
        token = Buffer.from(given ?? "", "base64");
        if (answer.status !== 200) return answer;
      }
      if ((major & continueNeeded) === 0 && answer !== undefined) return answer;
    }
  }

  /**
   * Asks with a sealed message. The library puts what belongs to the end behind the data; WinRM wants it in front, which is a rotation by 28 bytes
   * (RFC 4121, 4.2.5), and with header and confounder makes a signature of 60.
   */
  async ask(message: string): Promise<HttpAnswer> {
    const plain = Buffer.from(message);
    const sealed = Buffer.alloc(16);
    const state = Buffer.alloc(4);
    const context = pointerIn(this.#context);
    this.gss.call("gss_wrap", context, 1, 0, this.gss.around(plain), state, sealed);
    const token = this.gss.taken(sealed);
    const body = token.subarray(16);
    token.writeUInt16BE(28, 6);
    const rotated = Buffer.concat([token.subarray(0, 16), body.subarray(-28), body.subarray(0, -28)]);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(60);
    const protocol = `application/HTTP-${this.scheme === "Kerberos" ? "Kerberos" : "SPNEGO"}-session-encrypted`;
    const parts = Buffer.concat([
      Buffer.from(
        `--Encrypted Boundary\r\nContent-Type: ${protocol}\r\n` +
          `OriginalContent: type=application/soap+xml;charset=UTF-8;Length=${plain.length}\r\n` +
          "--Encrypted Boundary\r\nContent-Type: application/octet-stream\r\n",
      ),
      length,
      rotated,
      Buffer.from("--Encrypted Boundary--\r\n"),
    ]);
    const type = `multipart/encrypted;protocol="${protocol}";boundary="Encrypted Boundary"`;
    const answer = await post({ port: this.port, agent: this.#agent }, parts, { "Content-Type": type });
    const raw = Buffer.from(answer.text, "latin1");
    const start = answer.text.indexOf("octet-stream\r\n") + "octet-stream\r\n".length;
    const told = Number(/;Length=(\d+)\r\n/.exec(answer.text)?.[1]);
    const whole = raw.subarray(start + 4, raw.lastIndexOf("--Encrypted Boundary--"));
    const opened = Buffer.alloc(16);
    this.gss.call("gss_unwrap", context, this.gss.around(Buffer.from(whole)), opened, state, null);
    const text = this.gss.taken(opened);
    if (text.length !== told) throw new Error(`Length=${told}, and there are ${text.length} bytes.`);
    return { ...answer, text: text.toString("utf8") };
  }

  close(): void {
    this.#agent.destroy();
  }
}
