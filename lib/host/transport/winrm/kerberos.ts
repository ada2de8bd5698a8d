/** Kerberos of one account: a logon by password, and tickets for services. */
import { randomUUID } from "node:crypto";
import { HostError } from "../errors";
import type { AskCentre } from "./kdc";
import { logonError, ticketError } from "./kerberosErrors";
import { type Handle, type KerberosData, type KerberosLibrary, kerberosLibrary } from "./kerberosLibrary";
import { KerberosContext, type Tickets } from "./securityContext";

/** An account of a realm, and who knows its password. */
export interface KerberosAccount {
  /** `name`, or `name@suffix` where the suffix is not the realm's own: Active Directory finds out whose it is. */
  readonly name: string;
  /** In capitals: the DNS name of the account's domain. */
  readonly realm: string;
  readonly password: string;
}

const enterprisePrincipal = 4;
/** AES of RFC 3962 and RFC 8009. RC4 would need another framing, and is what Windows has given up. */
const encryptionTypes = Int32Array.of(18, 17, 20, 19);
/** In place of a list's end. */
const listEnd = 0;
/** Set while the library has another message for a centre. */
const continues = 1;
/** A logon across a forest needs fewer messages. */
const mostMessages = 20;

/** A step of an exchange with centres: the answer goes in; out come the next message, its realm, and whether there is one. */
type Step = (answer: KerberosData, message: [KerberosData], realm: [KerberosData], flags: [number]) => number;

/**
 * Tickets of one account, in this process's memory only: nothing is in the environment or in a file, and no file of the machine
 * configures it. The library makes and reads the messages; connections to the centres are not its own.
 */
export class KerberosLogon {
  readonly #library: KerberosLibrary;
  readonly #context: Handle;
  /** Holds the ticket that gets others. */
  readonly #cache: Handle;
  #users = 1;

  private constructor(library: KerberosLibrary) {
    this.#library = library;
    this.#context = newContext(library);
    this.#cache = this.#newCache().handle;
  }

  /** False once its tickets are released. */
  get isUsable(): boolean {
    return this.#users > 0;
  }

  /**
   * Logs the account on, with one try.
   * @throws KerberosUnavailable where the libraries are not there; AuthenticationFailed where the password or the account is
   *   refused; KdcUnreachable where no key distribution centre answers
   */
  static async open(
    account: KerberosAccount,
    ask: AskCentre,
    library = kerberosLibrary(),
  ): Promise<KerberosLogon> {
    const logon = new KerberosLogon(library);
    try {
      await logon.#logOn(account, ask);
      return logon;
    } catch (error) {
      logon.release();
      throw error;
    }
  }

  async #logOn({ name, realm, password }: KerberosAccount, ask: AskCentre): Promise<void> {
    const library = this.#library;
    const context = this.#context;
    const isEnterprise = name.includes("@");
    const client = this.#principal(`${escaped(name)}@${realm}`, isEnterprise ? enterprisePrincipal : 0);
    const options: [Handle] = [0n];
    const exchange: [Handle] = [0n];
    const secret = Buffer.from(`${password}\0`, "utf8");
    try {
      this.#must(library.krb5_get_init_creds_opt_alloc(context, options), "prepare a logon");
      library.krb5_get_init_creds_opt_set_canonicalize(options[0], 1);
      library.krb5_get_init_creds_opt_set_etype_list(options[0], encryptionTypes, encryptionTypes.length);
      this.#must(
        library.krb5_get_init_creds_opt_set_out_ccache(context, options[0], this.#cache),
        "prepare a logon",
      );
      this.#must(
        library.krb5_init_creds_init(context, client, null, null, 0, options[0], exchange),
        "prepare a logon",
      );
      this.#must(library.krb5_init_creds_set_password(context, exchange[0], secret), "prepare a logon");
      const step: Step = (...given) => library.krb5_init_creds_step(context, exchange[0], ...given);
      // The first message asks what the password is to be proven with.
      const failure = await this.#converse(step, (to, message, at) => ask(to, message, at > 0));
      if (failure !== null) throw logonError(name, realm, failure.code, failure.words);
    } finally {
      secret.fill(0);
      if (exchange[0] !== 0n) library.krb5_init_creds_free(context, exchange[0]);
      if (options[0] !== 0n) library.krb5_get_init_creds_opt_free(context, options[0]);
      library.krb5_free_principal(context, client);
    }
  }

  /**
   * A ticket for the service of a computer. Once it is there, contexts need no network.
   * @param service as HTTP, which WinRM's is
   * @throws ServerNotProven where the realm knows no such service; KdcUnreachable
   */
  async ticketsFor(service: string, host: string, ask: AskCentre): Promise<Tickets> {
    const principal = `${service}/${escaped(host)}@`;
    // Each computer has a cache of its own: whoever looks for a ticket reads a cache from its beginning.
    const cache = this.#newCache();
    this.#users++;
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      this.#library.krb5_cc_destroy(this.#context, cache.handle);
      this.release();
    };
    try {
      const failure = await this.#fetch(principal, cache.handle, ask);
      if (failure !== null) throw ticketError(`${service}/${host}`, failure.code, failure.words);
      return { newContext: () => new KerberosContext(this.#library, cache.name, principal), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #fetch(principal: string, cache: Handle, ask: AskCentre): Promise<Failure | null> {
    const library = this.#library;
    const context = this.#context;
    const client: [Handle] = [0n];
    const exchange: [Handle] = [0n];
    const server = this.#principal(principal, 0);
    try {
      this.#must(library.krb5_cc_get_principal(context, this.#cache, client), "read its tickets");
      this.#must(library.krb5_cc_initialize(context, cache, client[0]), "make a place for tickets");
      this.#must(library.krb5_cc_copy_creds(context, this.#cache, cache), "copy its tickets");
      const asked = { magic: 0, client: client[0], server, rest: new Uint8Array(256) };
      this.#must(library.krb5_tkt_creds_init(context, cache, asked, 0, exchange), "ask for a ticket");
      const step: Step = (...given) => library.krb5_tkt_creds_step(context, exchange[0], ...given);
      return await this.#converse(step, (to, message) => ask(to, message, false));
    } finally {
      if (exchange[0] !== 0n) library.krb5_tkt_creds_free(context, exchange[0]);
      library.krb5_free_principal(context, server);
      if (client[0] !== 0n) library.krb5_free_principal(context, client[0]);
    }
  }

  /** Lets the library have its messages answered, until it has what it wants. */
  async #converse(
    step: Step,
    ask: (realm: string, message: Buffer, at: number) => Promise<Buffer>,
  ): Promise<Failure | null> {
    let answer = Buffer.alloc(0);
    for (let at = 0; at < mostMessages; at++) {
      const message: [KerberosData] = [noData()];
      const realm: [KerberosData] = [noData()];
      const flags: [number] = [0];
      const code = step({ magic: 0, length: answer.length, data: answer }, message, realm, flags);
      const failure = code === 0 ? null : { code, words: this.#library.errorOf(this.#context, code) };
      const [next, to] = [this.#taken(message), this.#taken(realm)];
      if (failure !== null || (flags[0] & continues) === 0) return failure;
      answer = Buffer.from(await ask(to.toString("utf8"), next, at));
    }
    throw new HostError(
      `Kerberos does not come to an end: ${mostMessages} messages to the KDC were not enough`,
    );
  }

  #taken(data: [KerberosData]): Buffer {
    const octets = this.#library.octets({ length: data[0].length, value: data[0].data });
    this.#library.krb5_free_data_contents(this.#context, data);
    return octets;
  }

  /** Forgets the tickets, where nobody else uses them. Each user calls it once. */
  release(): void {
    this.#users--;
    if (this.#users > 0) return;
    this.#library.krb5_cc_destroy(this.#context, this.#cache);
    this.#library.krb5_free_context(this.#context);
  }

  #newCache(): { readonly name: string; readonly handle: Handle } {
    const name = `MEMORY:${randomUUID()}`;
    const cache: [Handle] = [0n];
    this.#must(this.#library.krb5_cc_resolve(this.#context, name, cache), "make a place for tickets");
    return { name, handle: cache[0] };
  }

  #principal(name: string, flags: number): Handle {
    const principal: [Handle] = [0n];
    const code = this.#library.krb5_parse_name_flags(this.#context, name, flags, principal);
    if (code !== 0)
      throw new HostError(`${name} is no name of Kerberos: ${this.#library.errorOf(this.#context, code)}`);
    return principal[0];
  }

  #must(code: number, what: string): void {
    if (code !== 0)
      throw new HostError(`Kerberos could not ${what}: ${this.#library.errorOf(this.#context, code)}`);
  }
}

/** What the library says of a failure. */
interface Failure {
  readonly code: number;
  readonly words: string;
}

function noData(): KerberosData {
  return { magic: 0, length: 0, data: null };
}

/** A context with no configuration but the library's defaults: no file of the machine changes what is asked. */
function newContext(library: KerberosLibrary): Handle {
  const profile: [Handle] = [0n];
  const context: [Handle] = [0n];
  const code = library.profile_init([null], profile);
  if (code !== 0) throw new HostError(`Kerberos takes no configuration (error ${code})`);
  try {
    const made = library.krb5_init_context_profile(profile[0], 0, context);
    if (made !== 0) throw new HostError(`Kerberos does not take its configuration (error ${made})`);
  } finally {
    library.profile_release(profile[0]);
  }
  library.krb5_set_default_tgs_enctypes(context[0], Int32Array.of(...encryptionTypes, listEnd));
  return context[0];
}

/** A part of a principal's name in which nothing separates. */
function escaped(part: string): string {
  return part.replace(/[\\/@]/g, "\\$&");
}
