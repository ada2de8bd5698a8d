/** Programs of others that serve on a port of 127.0.0.1: MIT's KDC, OpenSSH. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

const startTimeoutMs = 60_000;

/** A port on which nobody listens now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until a program listens on its port; false where it ends before, or takes too long. */
export async function listens(port: number, program: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await accepts(port))) {
    if (program.exitCode !== null || program.pid === undefined || Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
