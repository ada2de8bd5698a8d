/**
 * LDAP clients that are logged on or closed, and never anonymous. ldapts reconnects by itself and does not log on again, so it
 * would return anonymous answers, which lack values that the account could see. So a client may connect once; if its connection
 * is lost, or a request times out, it is discarded.
 */
import { connect as connectTcp } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { type BerWriter, Client, Control, type Entry, type SearchOptions } from "ldapts";
import { afterAwake } from "../awake";
import type { Logons } from "../logons";
import type { Endpoint } from "./directoryConnection";
import {
  bindFailure,
  connectFailure,
  DirectoryFailure,
  isCountedRefusal,
  searchFailure,
  sessionClosed,
  startTlsFailure,
  timeoutFailure,
} from "./failure";
import { newWire, type Wire, watched, watchFlood } from "./stream";

/** Entries in a page: Active Directory's default MaxPageSize, so that one request fetches as much as it gives. */
const pageSize = 1000;

/** A search. Every search but a base search is read in pages. */
export interface Search {
  /** Distinguished name where the search starts; empty for the root DSE. */
  readonly base: string;
  /** Default base. */
  readonly scope?: "base" | "one" | "sub";
  /** A filter text only if it is constant. A filter with a user's value is built from Filter objects. */
  readonly filter?: SearchOptions["filter"];
  readonly attributes: readonly string[];
  /** Attributes with binary values. */
  readonly binary?: readonly string[];
  /** Asks for the discretionary list of nTSecurityDescriptor only: all of it needs the right to audit. */
  readonly accessListOnly?: boolean;
}

/** LDAP_SERVER_SD_FLAGS_OID ([MS-ADTS] 3.1.1.3.4.1.11): which parts of a security descriptor are meant. */
class AccessListOnly extends Control {
  constructor() {
    // Critical: a server that ignored it would omit the descriptor, as if this account could not see it.
    super("1.2.840.113556.1.4.801", { critical: true });
  }

  /** The value is SEQUENCE { INTEGER 4 }: DACL_SECURITY_INFORMATION. */
  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(Buffer.from([0x30, 0x03, 0x02, 0x01, 0x04]), 0x04);
  }
}

/** One connection, logged on when `open` returns. */
export class BoundClient {
  private ended: "no" | "closed" | "timeout" = "no";

  private constructor(
    private readonly endpoint: Endpoint,
    private readonly client: Client,
    private readonly wire: Wire,
  ) {
    for (const socket of wire.sockets) {
      socket.once("close", () => this.end("closed"));
    }
  }

  /**
   * Connects, starts TLS, verifies the certificate and logs on, all in `timeoutMs`.
   * @throws DirectoryFailure
   */
  static async open(endpoint: Endpoint, logons: Logons): Promise<BoundClient> {
    const wire = newWire(endpoint);
    const client = singleUseClient(endpoint, wire);
    const over = new AbortController();
    const abandon = (): void => {
      over.abort();
      for (const socket of wire.sockets) {
        socket.destroy();
      }
    };
    const unwatch = watchFlood(wire, "logging on");
    try {
      await withDeadline(logOn({ client, endpoint, wire, logons }, over.signal), endpoint.timeoutMs, () =>
        timeoutFailure(endpoint.label, "connecting and logging on", endpoint.timeoutMs),
      );
    } catch (error) {
      abandon();
      throw wire.flaw ?? error;
    } finally {
      unwatch();
    }
    const bound = new BoundClient(endpoint, client, wire);
    if (wire.sockets.some((socket) => socket.destroyed)) {
      abandon();
      throw (
        wire.flaw ?? connectFailure(endpoint.label, new Error("the connection was closed after the logon"))
      );
    }
    return bound;
  }

  /** False once the connection has gone; a new client is needed then. */
  get usable(): boolean {
    return this.ended === "no" && this.client.isBound;
  }

  /** Runs one search to its last page. @throws DirectoryFailure */
  async search(search: Search): Promise<readonly Entry[]> {
    const { label, timeoutMs } = this.endpoint;
    if (!this.usable) {
      throw new DirectoryFailure(`${label} closed the connection`, "closed");
    }
    const scope = search.scope ?? "base";
    const request = this.client.search(
      search.base,
      {
        scope,
        attributes: [...search.attributes],
        explicitBufferAttributes: [...(search.binary ?? [])],
        paged: scope === "base" ? false : { pageSize },
        ...(search.filter === undefined ? {} : { filter: search.filter }),
      },
      search.accessListOnly ? [new AccessListOnly()] : [],
    );
    const what = `search of ${search.base === "" ? "the root DSE" : search.base}`;
    const timeout = (): DirectoryFailure => timeoutFailure(label, what, timeoutMs);
    const unwatch = watchFlood(this.wire, what);
    try {
      const { searchEntries } = await withDeadline(request, timeoutMs, () => {
        this.end("timeout");
        return timeout();
      });
      return searchEntries;
    } catch (error) {
      if (this.wire.flaw !== undefined) {
        this.end("closed");
        throw this.wire.flaw;
      }
      if (error instanceof DirectoryFailure) {
        throw error;
      }
      // Another request on this connection ran into its deadline and took this one along.
      const failure = this.ended === "timeout" ? timeout() : searchFailure(label, search.base, error);
      if (failure.kind === "closed") {
        // The error can come before the socket's close.
        this.end("closed");
      }
      throw failure;
    } finally {
      unwatch();
    }
  }

  /** Ends the connection without waiting for the server. */
  close(): void {
    this.end("closed");
  }

  private end(how: "closed" | "timeout"): void {
    if (this.ended === "no") {
      this.ended = how;
      for (const socket of this.wire.sockets) {
        socket.destroy();
      }
    }
  }
}

/** One directory server: logs on when first asked, and again when the connection has gone, until it is refused once. */
export class Server {
  private current: Promise<BoundClient> | null = null;
  private closed = false;

  /** @param onSearch is called for each search that is sent. */
  constructor(
    private readonly endpoint: Endpoint,
    private readonly logons: Logons,
    private readonly onSearch: () => void,
  ) {}

  /** scheme://host:port, for messages and sources. */
  get label(): string {
    return this.endpoint.label;
  }

  /** Logs on if there is no live connection. @throws DirectoryFailure */
  async connect(): Promise<void> {
    await this.bound();
  }

  /**
   * Runs one search on a connection known to be logged on. A connection found cut is made anew, once: domain
   * controllers end idle ones (MaxConnIdleTime, 15 minutes). A timeout is not tried again.
   * @throws DirectoryFailure
   */
  async search(search: Search): Promise<readonly Entry[]> {
    const client = await this.bound();
    try {
      this.onSearch();
      return await client.search(search);
    } catch (error) {
      if (!(error instanceof DirectoryFailure) || error.kind !== "closed") {
        throw error;
      }
    }
    const again = await this.bound();
    this.onSearch();
    return again.search(search);
  }

  close(): void {
    this.closed = true;
    this.current?.then(
      (client) => client.close(),
      () => {},
    );
    this.current = null;
  }

  private async bound(): Promise<BoundClient> {
    if (this.closed) {
      throw sessionClosed(this.label);
    }
    const pending = this.current ?? this.logOn();
    const client = await pending;
    if (client.usable) {
      return client;
    }
    if (this.current === pending) {
      this.current = null;
    }
    return this.current ?? this.logOn();
  }

  private logOn(): Promise<BoundClient> {
    const opening = BoundClient.open(this.endpoint, this.logons);
    this.current = opening;
    opening.catch((error: unknown) => {
      // A refused logon stays refused: each further one would count towards the account's lockout.
      const refused = error instanceof DirectoryFailure && error.kind === "credentials";
      if (this.current === opening && !refused) {
        this.current = null;
      }
    });
    return opening;
  }
}

/** A client that refuses to connect a second time, whatever ldapts decides. Its sockets are put into `wire`. */
function singleUseClient(endpoint: Endpoint, wire: Wire): Client {
  const once = (): void => {
    if (wire.sockets.length > 0) {
      throw new Error("A second connection would not be logged on");
    }
  };
  return new Client({
    url: endpoint.label,
    createConnection: () => {
      once();
      return watched(connectTcp({ host: endpoint.host, port: endpoint.port }), wire, { plain: true });
    },
    createSecureConnection: (...given: readonly unknown[]) => {
      const upgrade = startTlsOptions(given[0]);
      if (upgrade === null) {
        once();
      }
      const socket = connectTls(upgrade ?? { ...endpoint.tls, host: endpoint.host, port: endpoint.port });
      socket.once("secureConnect", () => {
        wire.isSecure = true;
      });
      return watched(socket, wire, { plain: false });
    },
  });
}

/**
 * When ldapts starts TLS on an open socket, it passes the options with that socket; otherwise port, host and options.
 */
function startTlsOptions(first: unknown): ConnectionOptions | null {
  return typeof first === "object" ? first : null;
}

/** @param over aborted when nobody waits any more */
async function logOn(
  {
    client,
    endpoint,
    wire,
    logons,
  }: {
    readonly client: Client;
    readonly endpoint: Endpoint;
    readonly wire: Wire;
    readonly logons: Logons;
  },
  over: AbortSignal,
): Promise<void> {
  if (endpoint.scheme === "ldap") {
    try {
      await client.startTLS({ ...endpoint.tls });
    } catch (error) {
      throw startTlsFailure(endpoint.label, error);
    }
  }
  const { user, password, label } = endpoint;
  const leave = await logons.mayLogOn({ user, password, place: label });
  if (typeof leave !== "function") {
    throw new DirectoryFailure(`${label} was not asked: ${leave.why}`, "credentials");
  }
  if (over.aborted) {
    leave("withdrawn");
    throw sessionClosed(label);
  }
  // No password was sent before TLS was ready.
  const noAnswer = (): void => leave(wire.isSecure ? "unanswered" : "withdrawn");
  over.addEventListener("abort", noAnswer);
  try {
    await client.bind(user, password);
    leave("accepted");
  } catch (error) {
    const failure = bindFailure(label, user, error);
    if (failure.kind === "connect") {
      noAnswer();
    } else {
      // Other refusals concern the server or the connection, not the password.
      leave(isCountedRefusal(error) ? "refused" : "withdrawn");
    }
    throw failure;
  } finally {
    over.removeEventListener("abort", noAnswer);
  }
}

/** Rejects with `expired()` unless `work` settles within `timeoutMs`. */
function withDeadline<T>(work: Promise<T>, timeoutMs: number, expired: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = afterAwake(timeoutMs, () => reject(expired()));
    work.then(resolve, reject).finally(end);
  });
}
