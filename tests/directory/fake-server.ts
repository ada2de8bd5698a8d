/** An LDAP server that answers every request by script: for what neither the lab nor Samba does. */
import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContextOptions, TLSSocket } from "node:tls";
import { integerOf, readElement, readElements } from "../../lab/directory/ber";

/** Tags of requests and of their answers (RFC 4511, 4.2 and after). */
const answers: { readonly [request: number]: number } = { 96: 0x61, 99: 0x65, 119: 0x78 };
const names: { readonly [request: number]: RequestName } = { 96: "bind", 99: "search", 119: "extended" };

export type RequestName = "bind" | "search" | "extended";

/** Result code and text, "silence" for no answer at all, or "cut" for an end of the connection. */
export type Answer = readonly [code: number, text: string] | "silence" | "cut";

export interface FakeServer {
  readonly port: number;
  /** Names of the requests so far, in their order, of all connections. */
  readonly requests: RequestName[];
  /** All octets that came before TLS. */
  plainOctets(): Buffer;
  connections(): number;
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1; with `tls` it speaks LDAPS, without it plain LDAP. */
export async function fakeServer(
  answer: (request: RequestName, before: readonly RequestName[]) => Answer,
  tls?: SecureContextOptions,
): Promise<FakeServer> {
  const requests: RequestName[] = [];
  const plain: Buffer[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    const stream =
      tls === undefined
        ? socket
        : new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) });
    stream.on("error", () => {});
    let pending = Buffer.alloc(0);
    stream.on("data", (data: Buffer) => {
      if (tls === undefined) plain.push(data);
      pending = Buffer.concat([pending, data]);
      for (let next = readElement(pending); next !== undefined; next = readElement(pending)) {
        pending = pending.subarray(next.end);
        const [id, operation] = readElements(next.content);
        const name = operation && names[operation.tag];
        const tag = operation && answers[operation.tag];
        if (id === undefined || name === undefined || tag === undefined) continue;
        const chosen = answer(name, [...requests]);
        requests.push(name);
        if (chosen === "cut") stream.destroy();
        else if (chosen !== "silence") stream.write(result(integerOf(id), tag, chosen[0], chosen[1]));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    port: address.port,
    requests,
    plainOctets: () => Buffer.concat(plain),
    connections: () => connections,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** LDAPResult without a DN. */
function result(id: number, tag: number, code: number, text: string): Buffer {
  const content = element(
    tag,
    Buffer.concat([element(0x0a, Buffer.from([code])), element(0x04), octets(text)]),
  );
  const message = Buffer.alloc(4);
  message.writeInt32BE(id);
  return element(0x30, Buffer.concat([element(0x02, message), content]));
}

function octets(text: string): Buffer {
  return element(0x04, Buffer.from(text, "utf8"));
}

function element(tag: number, content: Buffer = Buffer.alloc(0)): Buffer {
  if (content.length > 0xffff) throw new Error("too long for this server");
  return Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 0xff]), content]);
}
