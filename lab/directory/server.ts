/**
 * A domain controller on the network: its ports, TLS, and the encoding of its answers, which ldapjs does. This is the
 * only file that knows ldapjs.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import * as ldapjs from "ldapjs";
import type { Certificate } from "../certificates";
import { octetsOf } from "./attributes";
import { readElement } from "./ber";
import {
  type AnswerEntry,
  type DomainController,
  newSession,
  type SearchAnswer,
  type Session,
} from "./controller";
import { asDirectoryError, type DirectoryError, refused, resultCodes } from "./errors";
import {
  type LdapControl,
  type LdapEnvelope,
  operationTags,
  readAdd,
  readBind,
  readDescriptorParts,
  readEnvelope,
  readExtended,
  readModify,
  readPageRequest,
  readSearch,
} from "./requests";
import { supportedControls, supportedExtensions } from "./root-dse";

/** What was asked of one domain controller since it started. A page of a paged search counts as a search. */
export interface ControllerStats {
  connections: number;
  binds: number;
  searches: number;
  writes: number;
}

/** Points of a client's connection. A request is told before it is looked at, an answer before it is sent. */
export type DirectoryPoint = "connected" | "bind" | "search" | "write" | "answer";

/** Ways in which one domain controller misbehaves, for tests. They may be changed at any time. */
export interface ControllerFaults {
  /** Breaks new connections, as a computer that is off. LabDirectory.switchOff also breaks those that are open. */
  off?: boolean;
  /** Told of every point that a connection reaches, as it reaches it; it may break the connection there. */
  atPoint?: (point: DirectoryPoint) => "cut" | undefined;
  /** Sends a page without entries before each page of a search: only an empty cookie is the end (RFC 2696, 3). */
  emptyPages?: boolean;
}

/** The parts of ldapjs that are used here; its published types leave most of them out. */
interface Message {
  status: number;
  addControl(control: unknown): void;
  toBer(): { readonly buffer: Buffer };
}
type MessageClass = new (options: { readonly [name: string]: unknown }) => Message;
interface Codec {
  readonly AddResponse: MessageClass;
  readonly BindResponse: MessageClass;
  readonly CompareResponse: MessageClass;
  readonly DeleteResponse: MessageClass;
  readonly ExtendedResponse: MessageClass;
  readonly ModifyResponse: MessageClass;
  readonly ModifyDNResponse: MessageClass;
  readonly SearchEntry: MessageClass;
  readonly SearchReference: MessageClass;
  readonly SearchResponse: MessageClass;
  readonly PagedResultsControl: new (options: {
    readonly value: { readonly size: number; readonly cookie: Buffer };
  }) => unknown;
}
const codec = ldapjs as unknown as Codec;

/** The kind of answer to each request that has one. */
const responses: { readonly [tag: number]: MessageClass } = {
  [operationTags.bind]: codec.BindResponse,
  [operationTags.search]: codec.SearchResponse,
  [operationTags.modify]: codec.ModifyResponse,
  [operationTags.add]: codec.AddResponse,
  [operationTags.delete]: codec.DeleteResponse,
  [operationTags.modifyDn]: codec.ModifyDNResponse,
  [operationTags.compare]: codec.CompareResponse,
  [operationTags.extended]: codec.ExtendedResponse,
};

/** Notice of disconnection (RFC 4511, 4.4.1). */
const disconnection = "1.3.6.1.4.1.1466.20036";

/** The tag that every LDAP message begins with. */
const messageTag = 0x30;

/** No request to the lab is larger; octets that claim to be are not LDAP. */
const largestRequest = 16 * 1024 * 1024;

/** One client's connection, before and after StartTLS. */
interface Connection {
  stream: Duplex;
  readonly session: Session;
  /** Octets of a request that has not arrived whole. */
  pending: Buffer;
}

/** The ports of one domain controller. */
export class ControllerServer {
  readonly stats: ControllerStats = { connections: 0, binds: 0, searches: 0, writes: 0 };
  readonly faults: ControllerFaults = {};
  private readonly secureContext: SecureContext;
  private readonly servers: Server[] = [];
  private readonly connections = new Set<Connection>();
  private readonly sockets = new Set<Socket>();
  /** Connections that were accepted while paused, and what will begin to serve them. */
  private held: (() => void)[] = [];
  private paused = false;

  constructor(
    private readonly controller: DomainController,
    { certificate, key }: Certificate,
  ) {
    this.secureContext = createSecureContext({ cert: certificate, key });
  }

  /** Opens a port on 127.0.0.1 and answers its number; `tls` from the first octet, else by StartTLS. */
  listen(tls: boolean): Promise<number> {
    const server = createServer((socket) => this.accept(socket, tls));
    this.servers.push(server);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        if (address === null || typeof address === "string") reject(new Error("the port has no number"));
        else resolve(address.port);
      });
    });
  }

  /** Stops answering, as a suspended process does: connections are accepted and nothing more happens on any. */
  pause(): void {
    this.paused = true;
    for (const { stream } of this.connections) stream.pause();
  }

  /** Answers again, first what arrived while paused. */
  resume(): void {
    this.paused = false;
    const held = this.held;
    this.held = [];
    for (const begin of held) begin();
    for (const { stream } of this.connections) stream.resume();
  }

  /** Breaks every connection. */
  drop(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Closes the ports and every connection. */
  async close(): Promise<void> {
    const closed = this.servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  private accept(socket: Socket, tls: boolean): void {
    this.stats.connections++;
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (this.faults.off === true || this.faults.atPoint?.("connected") === "cut") {
      socket.resetAndDestroy();
      return;
    }
    const begin = (): void => {
      if (socket.destroyed) return;
      const connection = { stream: socket, session: newSession(tls), pending: Buffer.alloc(0) };
      this.connections.add(connection);
      socket.on("close", () => this.connections.delete(connection));
      this.serve(connection, tls ? this.secured(socket) : socket);
    };
    if (this.paused) this.held.push(begin);
    else begin();
  }

  private secured(socket: Duplex): TLSSocket {
    return new TLSSocket(socket, { isServer: true, secureContext: this.secureContext });
  }

  private serve(connection: Connection, stream: Duplex): void {
    connection.stream = stream;
    stream.on("error", () => stream.destroy());
    stream.on("end", () => stream.end());
    stream.on("data", (data: Buffer) => this.receive(connection, data));
  }

  private receive(connection: Connection, data: Buffer): void {
    connection.pending = Buffer.concat([connection.pending, data]);
    try {
      for (
        let next = readElement(connection.pending);
        next !== undefined;
        next = readElement(connection.pending)
      ) {
        connection.pending = connection.pending.subarray(next.end);
        this.answer(connection, readEnvelope(next.content));
      }
      const [first = messageTag] = connection.pending;
      if (first !== messageTag) throw new SyntaxError("what was sent is no LDAP message");
      if (connection.pending.length > largestRequest) throw new SyntaxError("the request is too large");
    } catch (error) {
      this.disconnect(connection, asDirectoryError(error));
    }
  }

  private disconnect({ stream }: Connection, error: DirectoryError): void {
    stream.end(encode(response(codec.ExtendedResponse, 0, error, { responseName: disconnection })));
  }

  /** True when the connection was broken at this point. */
  private breaksAt(point: DirectoryPoint | undefined, { stream }: Connection): boolean {
    if (point === undefined || this.faults.atPoint?.(point) !== "cut") return false;
    stream.destroy();
    return true;
  }

  private answer(connection: Connection, envelope: LdapEnvelope): void {
    if (envelope.tag === operationTags.unbind) {
      connection.stream.end();
      return;
    }
    if (envelope.tag === operationTags.abandon) return;
    const Response = responses[envelope.tag];
    if (Response === undefined)
      throw new SyntaxError(`the operation 0x${envelope.tag.toString(16)} is unknown`);
    if (this.breaksAt(pointOf(envelope.tag), connection)) return;
    try {
      this.perform(connection, envelope, Response);
    } catch (error) {
      connection.stream.write(encode(response(Response, envelope.id, asDirectoryError(error))));
    }
  }

  private perform(connection: Connection, envelope: LdapEnvelope, Response: MessageClass): void {
    const { session, stream } = connection;
    const succeed = (): void => {
      if (!this.breaksAt("answer", connection)) stream.write(encode(response(Response, envelope.id)));
    };
    requireKnownControls(envelope);
    switch (envelope.tag) {
      case operationTags.bind: {
        this.stats.binds++;
        const { name, password } = readBind(envelope.operation);
        if (password === undefined) throw refused("authMethodNotSupported", "only simple binds in the lab");
        this.controller.bind(session, name, password);
        succeed();
        return;
      }
      case operationTags.search:
        this.stats.searches++;
        this.answerSearch(connection, this.search(session, envelope));
        return;
      case operationTags.modify:
        this.stats.writes++;
        this.controller.modify(session, readModify(envelope.operation));
        succeed();
        return;
      case operationTags.add:
        this.stats.writes++;
        this.controller.add(session, readAdd(envelope.operation));
        succeed();
        return;
      case operationTags.extended:
        this.extended(connection, envelope);
        return;
      default:
        throw refused("unwillingToPerform", "the lab's domain controllers do not perform this operation");
    }
  }

  /** Sends an answer; where the connection breaks here only its first half. */
  private answerSearch(connection: Connection, answer: Buffer): void {
    const { stream } = connection;
    if (this.faults.atPoint?.("answer") !== "cut") stream.write(answer);
    else stream.write(answer.subarray(0, answer.length >> 1), () => stream.destroy());
  }

  private search(session: Session, { id, operation, controls }: LdapEnvelope): Buffer {
    const find = (wanted: string): LdapControl | undefined => controls.find(({ oid }) => oid === wanted);
    const paging = find(supportedControls.pagedResults);
    const parts = find(supportedControls.descriptorParts);
    const answer = this.controller.search(session, readSearch(operation), {
      page: paging && readPageRequest(paging.value),
      emptyPages: this.faults.emptyPages === true,
      searchesHere: find(supportedControls.domainScope) !== undefined,
      descriptorParts: parts && readDescriptorParts(parts.value),
    });
    return Buffer.concat(searchMessages(id, answer).map(encode));
  }

  private extended(connection: Connection, { id, operation }: LdapEnvelope): void {
    const { session, stream } = connection;
    const responseName = readExtended(operation);
    const reply = (more: { readonly responseValue?: string } = {}): void => {
      stream.write(encode(response(codec.ExtendedResponse, id, undefined, { responseName, ...more })));
    };
    switch (responseName) {
      case supportedExtensions.startTls:
        if (session.encrypted) throw refused("operationsError", "TLS or SSL already in effect");
        reply();
        stream.removeAllListeners("data");
        session.encrypted = true;
        this.serve(connection, this.secured(stream));
        return;
      case supportedExtensions.whoAmI:
        reply({ responseValue: session.account === undefined ? "" : `u:${session.account.name}` });
        return;
      default:
        throw refused("protocolError", "unknown extended request OID");
    }
  }
}

function pointOf(tag: number): DirectoryPoint | undefined {
  if (tag === operationTags.bind) return "bind";
  if (tag === operationTags.search) return "search";
  return tag === operationTags.modify || tag === operationTags.add ? "write" : undefined;
}

function requireKnownControls({ controls }: LdapEnvelope): void {
  const known: readonly string[] = Object.values(supportedControls);
  if (controls.some(({ oid, critical }) => critical && !known.includes(oid))) {
    throw refused("unavailableCriticalExtension", "the lab does not know a critical control");
  }
}

function encode(message: Message): Buffer {
  return message.toBer().buffer;
}

/** An answer: success, or a refusal, whose text ends in a zero octet as Active Directory's do. */
function response(
  Response: MessageClass,
  messageId: number,
  error?: DirectoryError,
  more: { readonly [name: string]: unknown } = {},
): Message {
  if (error === undefined) return new Response({ messageId, ...more });
  return new Response({
    messageId,
    status: resultCodes[error.result],
    diagnosticMessage: `${error.message}\0`,
    matchedDN: error.matchedDn,
    referrals: [...error.referrals],
    ...more,
  });
}

function searchMessages(messageId: number, answer: SearchAnswer): Message[] {
  const done = new codec.SearchResponse({ messageId });
  if (answer.truncated) done.status = resultCodes.sizeLimitExceeded;
  if (answer.cookie !== undefined) {
    done.addControl(new codec.PagedResultsControl({ value: { size: 0, cookie: answer.cookie } }));
  }
  return [
    ...answer.entries.map((entry) => searchEntry(messageId, entry)),
    ...answer.references.map((uri) => new codec.SearchReference({ messageId, uri: [uri] })),
    done,
  ];
}

function searchEntry(messageId: number, { dn, attributes }: AnswerEntry): Message {
  return new codec.SearchEntry({
    messageId,
    // ldapjs would write the DN with its own escapes; it takes any object of this tag and asks it for its text.
    objectName: { [Symbol.toStringTag]: "LdapDn", toString: () => dn },
    attributes: attributes.map(
      ({ name, values }) => new ldapjs.Attribute({ type: name, values: values.map(octetsOf) }),
    ),
  });
}
