/** Kerberos of one account: a logon by password, and tickets for services. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostError } from "../errors";
import { logonError, ticketError } from "./kerberosErrors";
import { type Handle, type KerberosLibrary, kerberosLibrary } from "./kerberosLibrary";
import { KerberosContext, type SecurityContext, type Tickets } from "./securityContext";

/** An account of a realm, and who knows its password. */
export interface KerberosAccount {
  /** `name`, or `name@suffix` where the suffix is not the realm's own: Active Directory finds out whose it is. */
  readonly name: string;
  /** In capitals: the DNS name of the account's domain. */
  readonly realm: string;
  readonly password: string;
  /** `host:port` of the realm's key distribution centres. */
  readonly kdcs: readonly string[];
}

const enterprisePrincipal = 4;

/** The library's configuration for one account: nothing else is asked, and no name is changed on the way. */
function configuration({ realm, kdcs }: KerberosAccount): string {
  return [
    "[libdefaults]",
    `default_realm = ${realm}`,
    "dns_lookup_kdc = true",
    "dns_lookup_realm = false",
    "dns_canonicalize_hostname = false",
    "rdns = false",
    // All of it over TCP, which a relay can end.
    "udp_preference_limit = 1",
    // RC4 would need another framing, and is what Windows has given up.
    "permitted_enctypes = aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96 aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128",
    "[realms]",
    `${realm} = {`,
    ...kdcs.map((kdc) => `kdc = ${kdc}`),
    "}",
    "",
  ].join("\n");
}

/** Runs a function of the library on a thread of its own: it may wait for a network. */
function apart(call: { async(...args: unknown[]): void }, ...args: unknown[]): Promise<number> {
  return new Promise((resolve, reject) => {
    call.async(...args, (error: unknown, result: number) => (error ? reject(error) : resolve(result)));
  });
}

/** The tickets of one logon, which several use; the last of them destroys them. */
interface Cache {
  readonly name: string;
  users: number;
}

/** Tickets of one account, in this process's memory only. Nothing of it is in the environment, or in a file but the realm's name. */
export class KerberosLogon implements Tickets {
  readonly #library: KerberosLibrary;
  readonly #context: Handle;
  readonly #cache: Handle;
  readonly #shared: Cache;
  readonly #folder: string;
  #isReleased = false;

  private constructor(library: KerberosLibrary, context: Handle, shared: Cache, folder: string) {
    this.#library = library;
    this.#context = context;
    this.#shared = shared;
    this.#folder = folder;
    const cache: [Handle] = [0n];
    const code = library.krb5_cc_resolve(context, shared.name, cache);
    if (code !== 0)
      throw new HostError(`Kerberos has no place for tickets: ${library.errorOf(context, code)}`);
    this.#cache = cache[0];
  }

  /** False once its tickets are released. */
  get isUsable(): boolean {
    return !this.#isReleased;
  }

  /**
   * Logs the account on, with one try.
   * @throws KerberosUnavailable where the libraries are not there; AuthenticationFailed where the password or the account is
   *   refused; Unreachable where no key distribution centre answers
   */
  static async open(account: KerberosAccount, library = kerberosLibrary()): Promise<KerberosLogon> {
    const shared = { name: `MEMORY:${randomUUID()}`, users: 0 };
    return KerberosLogon.#with(account, library, shared, (logon) => logon.#logOn(account));
  }

  /**
   * The tickets of a logon that there is, for another computer: no password is sent. It asks centres of its own.
   * @param account the same one
   */
  async another(account: KerberosAccount): Promise<KerberosLogon> {
    return KerberosLogon.#with(account, this.#library, this.#shared, () => Promise.resolve());
  }

  static async #with(
    account: KerberosAccount,
    library: KerberosLibrary,
    shared: Cache,
    begin: (logon: KerberosLogon) => Promise<void>,
  ): Promise<KerberosLogon> {
    // Counted before anything is waited for: meanwhile another user may be gone, who would destroy them.
    shared.users++;
    let folder: string | undefined;
    let logon: KerberosLogon | undefined;
    try {
      folder = await mkdtemp(join(tmpdir(), "exchange-upgrade-krb5-"));
      const file = join(folder, "krb5.conf");
      await writeFile(file, configuration(account), { mode: 0o600 });
      logon = new KerberosLogon(library, newContext(library, file), shared, folder);
      await begin(logon);
      return logon;
    } catch (error) {
      if (logon !== undefined) await logon.release();
      else {
        shared.users--;
        if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      }
      throw error;
    }
  }

  async #logOn({ name, realm, password }: KerberosAccount): Promise<void> {
    const library = this.#library;
    const context = this.#context;
    const isEnterprise = name.includes("@");
    const client = this.#principal(`${escaped(name)}@${realm}`, isEnterprise ? enterprisePrincipal : 0);
    const options: [Handle] = [0n];
    const creds = Buffer.alloc(512);
    const secret = Buffer.from(`${password}\0`, "utf8");
    try {
      this.#must(library.krb5_get_init_creds_opt_alloc(context, options), "prepare a logon");
      library.krb5_get_init_creds_opt_set_canonicalize(options[0], 1);
      this.#must(
        library.krb5_get_init_creds_opt_set_out_ccache(context, options[0], this.#cache),
        "prepare a logon",
      );
      const code = await apart(
        library.krb5_get_init_creds_password,
        ...[context, creds, client, secret, null, null, 0, null, options[0]],
      );
      if (code !== 0) throw logonError(name, realm, code, library.errorOf(context, code));
      library.krb5_free_cred_contents(context, creds);
    } finally {
      secret.fill(0);
      if (options[0] !== 0n) library.krb5_get_init_creds_opt_free(context, options[0]);
      library.krb5_free_principal(context, client);
    }
  }

  /**
   * A ticket for the service of a computer, from the realm's key distribution centre.
   * @param service as HTTP, which WinRM's is
   * @throws ServerNotProven where the realm knows no such service; Unreachable
   */
  async fetchTicket(service: string, host: string): Promise<void> {
    const library = this.#library;
    const context = this.#context;
    const got: [Handle] = [0n];
    const client: [Handle] = [0n];
    const server = this.#principal(`${service}/${escaped(host)}@`, 0);
    try {
      this.#must(library.krb5_cc_get_principal(context, this.#cache, client), "read its tickets");
      const asked = { magic: 0, client: client[0], server, rest: new Uint8Array(256) };
      const code = await apart(library.krb5_get_credentials, context, 0, this.#cache, asked, got);
      if (code !== 0) throw ticketError(`${service}/${host}`, code, library.errorOf(context, code));
      library.krb5_free_creds(context, got[0]);
    } finally {
      library.krb5_free_principal(context, server);
      if (client[0] !== 0n) library.krb5_free_principal(context, client[0]);
    }
  }

  /** A context with the service, for one connection. Its ticket must have been fetched: no network is used. */
  newContext(service: string, host: string): SecurityContext {
    return new KerberosContext(this.#library, this.#shared.name, `${service}/${escaped(host)}@`);
  }

  /** Forgets the tickets, where nobody else uses them. */
  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#shared.users--;
    if (this.#shared.users === 0) this.#library.krb5_cc_destroy(this.#context, this.#cache);
    else this.#library.krb5_cc_close(this.#context, this.#cache);
    this.#library.krb5_free_context(this.#context);
    await rm(this.#folder, { recursive: true, force: true });
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

function newContext(library: KerberosLibrary, file: string): Handle {
  const profile: [Handle] = [0n];
  const context: [Handle] = [0n];
  const code = library.profile_init([file, null], profile);
  if (code !== 0) throw new HostError(`Kerberos does not read its configuration (error ${code})`);
  try {
    const made = library.krb5_init_context_profile(profile[0], 0, context);
    if (made !== 0) throw new HostError(`Kerberos does not take its configuration (error ${made})`);
    return context[0];
  } finally {
    library.profile_release(profile[0]);
  }
}

/** A part of a principal's name in which nothing separates. */
function escaped(part: string): string {
  return part.replace(/[\\/@]/g, "\\$&");
}
