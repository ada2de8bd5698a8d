/** A TCP relay in front of a server: what is between a client and a domain controller, and can be cut. */
import { connect, createServer, type Server, type Socket } from "node:net";
import { listenOnHeldPort } from "../heldPort";

export class Relay {
  private readonly sockets = new Set<Socket>();
  /** Connections that were accepted so far. */
  accepted = 0;
  /** Called before each piece of a client's octets is passed on, with its number on that connection, from 1. */
  onRequest: ((piece: number) => void) | undefined;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** Listens on 127.0.0.1 and passes everything on to the host and port of a URL. */
  static async before(url: string): Promise<Relay> {
    const { hostname, port, protocol } = new URL(url);
    const target = { host: hostname, port: port === "" ? (protocol === "ldaps:" ? 636 : 389) : Number(port) };
    const server = createServer();
    const relay = new Relay(server, await listenOnHeldPort(server));
    server.on("connection", (socket) => {
      relay.accepted++;
      const onward = connect(target);
      for (const each of [socket, onward]) {
        relay.sockets.add(each);
        each.on("error", () => {});
        each.on("close", () => {
          relay.sockets.delete(each);
          socket.destroy();
          onward.destroy();
        });
      }
      let pieces = 0;
      socket.on("data", () => relay.onRequest?.(++pieces));
      socket.pipe(onward);
      onward.pipe(socket);
    });
    return relay;
  }

  /** Cuts every connection; new ones are passed on again. */
  cut(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Closes the port, which refuses connections from then on, and every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.cut();
    await closed;
  }
}
