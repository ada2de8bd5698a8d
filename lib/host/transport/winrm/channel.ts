/** One connection to WinRM, with the logon that belongs to it. One request at a time is on it. */
import { Agent, type ClientRequestArgs, type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import { afterAwake } from "../../../awake";
import { cutLine, reasonOf } from "../../../text";
import { AuthenticationFailed, BasicNotOffered, ClockSkew, NotAdmitted, ServerNotProven } from "../errors";
import { bodyOf, identify, messageType, operationSeconds, WsManFault } from "./messages";
import { readSealedBody, sealedBody, sealedType } from "./sealing";
import type { SecurityContext } from "./securityContext";
import type { Element } from "./xml";

/** The connection is of no use any more, and what was asked over it last may have been done. */
export class ChannelBroken extends Error {}

const closedByServer = "the server closed the connection";

/** Where requests go, and as whom. */
export interface ChannelTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** As messages name the computer. */
  readonly name: string;
  /** True over TLS, which protects the messages. @default false: Kerberos seals them */
  readonly overTls?: boolean;
  /** Milliseconds for each answer to a logon, which is a part of the dial; 0 for no limit but that of other answers. */
  readonly logonMs?: number;
}

/** An account of the computer itself, with its password, which goes with every request: so over TLS only. */
export interface BasicAccount {
  readonly name: string;
  readonly password: string;
}

/** The server answers after {@link operationSeconds} at the latest; so much longer it may take. */
const graceSeconds = 10;
/** Far more than what we say that we take of an answer. */
const longestAnswer = 4 * 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly authenticate: string;
  /** What answers, in its own words; empty where it does not say. */
  readonly server: string;
  /** Where it sends others to; nobody goes there. */
  readonly location: string;
  readonly body: Buffer;
}

export class Channel {
  readonly #agent: OneConnection;
  #isBroken = false;
  /** When it was last asked, on this process's clock. */
  lastAsked = performance.now();

  private constructor(
    private readonly target: ChannelTarget,
    private readonly stream: Duplex,
    private readonly security: SecurityContext | BasicAccount,
  ) {
    if (!("step" in security) && target.overTls !== true)
      throw new ServerNotProven(`${target.name} is not reached over HTTPS, and no password is sent without`);
    this.#agent = new OneConnection(asSocket(stream));
    stream.on("close", () => {
      this.#isBroken = true;
    });
    stream.on("error", () => undefined);
  }

  /**
   * Proves both sides over a new connection.
   * @throws AuthenticationFailed where the computer does not let the account in; ServerNotProven; ChannelBroken
   */
  static async open(
    target: ChannelTarget,
    stream: Duplex,
    security: SecurityContext | BasicAccount,
  ): Promise<Channel> {
    const channel = new Channel(target, stream, security);
    try {
      if ("step" in security) await channel.#logOn(security);
      else await channel.#identify();
      return channel;
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  /** False once the connection is gone. */
  get isUsable(): boolean {
    return !this.#isBroken;
  }

  /** Asks who answers, which tells whether the password is taken. */
  async #identify(): Promise<void> {
    const { status, server, location } = await this.#send(identify, this.target.logonMs);
    if (status !== 200) throw new ChannelBroken(statusText(status, server, location));
  }

  async #logOn(context: SecurityContext): Promise<void> {
    let token = context.step(null);
    // Kerberos needs one answer; a server that never ends is not listened to.
    for (let legs = 0; legs < 4; legs++) {
      const authorization = token === null ? {} : { authorization: `Kerberos ${token.toString("base64")}` };
      const { status, authenticate, server, location } = await this.#post(
        Buffer.alloc(0),
        authorization,
        this.target.logonMs,
      );
      const answer = /(?:^|,)\s*Kerberos\s+([A-Za-z0-9+/=]+)/i.exec(authenticate)?.[1];
      if (status === 401) {
        // The server may tell why it takes no ticket, and of clocks Kerberos tells.
        if (answer !== undefined) tellClocks(context, Buffer.from(answer, "base64"));
        throw this.#notLetIn(authenticate, answer);
      }
      if (status !== 200) throw new ChannelBroken(statusText(status, server, location));
      if (answer === undefined)
        throw new ServerNotProven(`${this.target.name} did not prove itself with Kerberos (HTTP ${status})`);
      token = context.step(Buffer.from(answer, "base64"));
      if (context.isComplete) return;
    }
    throw new ServerNotProven(`${this.target.name} does not come to an end with Kerberos`);
  }

  #notLetIn(authenticate: string, token: string | undefined): Error {
    const { name, user } = this.target;
    if (token === undefined && !/\bKerberos\b/i.test(authenticate))
      return new ServerNotProven(
        `${name} offers no Kerberos over WinRM (it offers ${authenticate === "" ? "nothing" : authenticate}): switch it on there ` +
          '(winrm set winrm/config/service/auth @{Kerberos="true"})',
      );
    return new NotAdmitted(
      `${name} refused ${user} over WinRM, whose password the domain has taken: let the account be a member of the ` +
        "computer's Administrators",
      "the computer does not let the account use WinRM",
    );
  }

  /**
   * Sends a message and reads the body of the answer.
   * @throws WsManFault for a fault; AuthenticationFailed where the password is not taken any more; ChannelBroken for all that ends
   *   the connection
   */
  async ask(message: string): Promise<Element> {
    try {
      const answer = await this.#send(message);
      if (answer.status !== 200 && answer.status !== 500)
        throw new ChannelBroken(statusText(answer.status, answer.server, answer.location));
      return await this.#read(answer);
    } catch (error) {
      if (error instanceof WsManFault) throw error;
      this.close();
      if (error instanceof AuthenticationFailed || error instanceof ChannelBroken) throw error;
      if (error instanceof ServerNotProven) throw new ChannelBroken(error.message);
      // Such as a page of a proxy, which no parser of WinRM's messages takes.
      throw new ChannelBroken(`the server's answer is no message of WinRM: ${cutLine(reasonOf(error), 100)}`);
    }
  }

  /** Sends a message as this connection protects it. @throws AuthenticationFailed where the computer refuses the password */
  async #send(message: string, limitMs?: number): Promise<Answer> {
    const { security } = this;
    const plain = Buffer.from(message, "utf8");
    if ("step" in security) {
      if (this.target.overTls === true) return this.#post(plain, { "content-type": messageType });
      return this.#post(sealedBody(security.seal(plain), plain.length), { "content-type": sealedType });
    }
    const authorization = `Basic ${Buffer.from(`${security.name}:${security.password}`).toString("base64")}`;
    const answer = await this.#post(plain, { authorization, "content-type": messageType }, limitMs);
    if (answer.status !== 401) return answer;
    const { name, user } = this.target;
    if (!/\bBasic\b/i.test(answer.authenticate)) throw noBasic(name, answer.authenticate);
    throw new AuthenticationFailed(
      `${name} refused the password of ${user}`,
      "tried Basic; the computer refused it",
    );
  }

  async #read({ type, body, status }: Answer): Promise<Element> {
    if (body.length === 0)
      throw new ChannelBroken(`the server answered with HTTP ${status} and nothing else`);
    if (this.target.overTls === true || !("step" in this.security)) return bodyOf(body.toString("utf8"));
    const { length, ...sealed } = readSealedBody(type, body);
    const message = this.security.unseal(sealed);
    if (message.length !== length)
      throw new ChannelBroken("the server's answer has another length than it says");
    return bodyOf(message.toString("utf8"));
  }

  close(): void {
    this.#isBroken = true;
    this.stream.destroy();
    this.#agent.destroy();
    if ("step" in this.security) this.security.release();
  }

  #post(body: Buffer, headers: { readonly [name: string]: string }, limitMs = 0): Promise<Answer> {
    if (this.#isBroken) throw new ChannelBroken(closedByServer);
    this.lastAsked = performance.now();
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        endLimit();
        this.stream.destroy();
        reject(new ChannelBroken(why));
      };
      const longest = operationSeconds + graceSeconds;
      const seconds = limitMs === 0 ? longest : Math.min(limitMs / 1000, longest);
      const endLimit = afterAwake(seconds * 1000, () => fail(`no answer within ${seconds} s`));
      const { host, port } = this.target;
      const options: ClientRequestArgs = {
        agent: this.#agent,
        method: "POST",
        path: "/wsman",
        host,
        port,
        headers: { ...headers, "content-length": body.length, "user-agent": "exchange-upgrade" },
      };
      try {
        const sent = request(options, (response) => collect(response, resolveWith, fail));
        sent.on("error", (error) => fail(isHungUp(error) ? closedByServer : reasonOf(error)));
        sent.end(body);
      } catch (error) {
        fail(reasonOf(error));
      }
      const resolveWith = (answer: Answer) => {
        endLimit();
        this.lastAsked = performance.now();
        resolve(answer);
      };
    });
  }
}

/** What an answer says that is none of WinRM's own. HTTP.sys answers 503 while the service behind it does not run. */
function statusText(status: number, server: string, location: string): string {
  const of = server === "" ? "" : ` of ${cutLine(server, 60)}`;
  const to = location === "" ? "" : `, which leads to ${cutLine(location, 100)}`;
  return `the server answered with HTTP ${status}${of}${to}`;
}

function noBasic(name: string, offered: string): BasicNotOffered {
  const offers = offered === "" ? "nothing" : offered;
  return new BasicNotOffered(
    `${name} takes no account of its own over WinRM (it offers ${offers}): switch Basic on there ` +
      '(winrm set winrm/config/service/auth @{Basic="true"})',
    `it offers ${offers}`,
  );
}

/** What Node.js calls a connection that ends, or is reset, before an answer has begun. */
function isHungUp(error: Error): boolean {
  return "code" in error && (error.code === "ECONNRESET" || error.code === "ERR_STREAM_PREMATURE_CLOSE");
}

function tellClocks(context: SecurityContext, token: Buffer): void {
  try {
    context.step(token);
  } catch (error) {
    if (error instanceof ClockSkew) throw error;
  }
}

function collect(
  response: IncomingMessage,
  resolve: (answer: Answer) => void,
  fail: (why: string) => void,
): void {
  const parts: Buffer[] = [];
  let size = 0;
  response.on("data", (part: Buffer) => {
    size += part.length;
    if (size > longestAnswer) fail(`an answer has more than ${longestAnswer} bytes`);
    else parts.push(part);
  });
  response.on("error", () => fail("an answer was cut off"));
  response.on("end", () => {
    if (!response.complete) return fail("an answer was cut off");
    resolve({
      status: response.statusCode ?? 0,
      type: response.headers["content-type"] ?? "",
      authenticate: response.headers["www-authenticate"] ?? "",
      server: String(response.headers.server ?? ""),
      location: response.headers.location ?? "",
      body: Buffer.concat(parts),
    });
  });
}

/** Hands out one connection, and none in its place: the security belongs to it. */
class OneConnection extends Agent {
  #isTaken = false;

  constructor(private readonly stream: Duplex) {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
  }

  override createConnection(): Duplex {
    if (this.#isTaken) throw new ChannelBroken(closedByServer);
    this.#isTaken = true;
    return this.stream;
  }
}

/** A stream of a jump host is asked for what only sockets have, and none of which matters to it. */
function asSocket(stream: Duplex): Duplex {
  const nothing = () => stream;
  const missing = ["setKeepAlive", "setNoDelay", "setTimeout", "ref", "unref"].filter(
    (name) => !(name in stream),
  );
  return Object.assign(stream, Object.fromEntries(missing.map((name) => [name, nothing])));
}
