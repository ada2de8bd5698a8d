/**
 * Ports that refuse connections for good.
 *
 * A port that a test has closed is anybody's: the next process that asks for any port may get it, and answers in the
 * test's place. A port that a socket is bound to is given to nobody who asks for any port, and refuses connections as
 * long as nobody listens on it. Node binds no socket that neither listens nor connects, so the socket that holds a port
 * is the near end of a connection to a server of this process. (An address of 127.0.0.0/8 that nobody uses would do as
 * well, but not on macOS, and not where the test's own server has to listen on 127.0.0.1 before it is gone.)
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";

/** Accepts the connections whose near ends hold the ports of this process. */
let anchor: Promise<number> | undefined;

/** A port of 127.0.0.1 that refuses connections until this process ends, except while {@link listenOn} listens on it. */
export async function heldPort(): Promise<number> {
  anchor ??= startAnchor();
  const holder = connect({ host: "127.0.0.1", port: await anchor, localAddress: "127.0.0.1" });
  await once(holder, "connect");
  holder.unref();
  return holder.localPort as number;
}

/** Lets a server listen on a held port, which goes on being held when the server has closed. Answers the port. */
export async function listenOnHeldPort(server: Server): Promise<number> {
  const port = await heldPort();
  await listenOn(server, port);
  return port;
}

/** Lets a server listen on a port of {@link heldPort}. */
export async function listenOn(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

async function startAnchor(): Promise<number> {
  const server = createServer((socket) => socket.unref());
  server.unref().listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
