/** TCP connections to a computer, directly or through a jump host, within the time of one dial. */
import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { afterAwake } from "../../awake";
import { reasonOf } from "../../text";
import { Unreachable } from "./errors";

/** The destination of a connection, with its names in messages. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** The destination's name in messages. */
  readonly name: string;
  /** The expected protocol's name in messages. */
  readonly way: string;
  /** Time limit in milliseconds; 0 for none. */
  readonly timeoutMs: number;
}

/** Opens the TCP connection to a server. @throws Unreachable */
export function connectTo({ host, port, name, way, timeoutMs }: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true });
    const fail = (why: string, code: string | null = null) => {
      endLimit();
      socket.destroy();
      reject(new Unreachable(`${name} cannot be reached over ${way}: ${why}`, code));
    };
    const endLimit = afterAwake(timeoutMs, () => fail(`no answer within ${timeoutMs / 1000} s`));
    const onError = (error: Error) => fail(reasonOf(error), systemCode(error));
    socket.once("error", onError);
    socket.once("connect", () => {
      endLimit();
      socket.off("error", onError);
      resolve(socket);
    });
  });
}

/** The system's code of a failure; for a name with several addresses, the code of the first address. */
function systemCode(error: unknown): string | null {
  if (error instanceof AggregateError && error.errors.length > 0) return systemCode(error.errors[0]);
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : null;
}

/** Opens a connection through a jump host. @throws Unreachable */
export function forward(
  jump: Client,
  jumpName: string,
  { host, port, name, timeoutMs }: Target,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const failed = (why: string) =>
      reject(new Unreachable(`${name} cannot be reached through ${jumpName}: ${why}`));
    const endLimit = afterAwake(timeoutMs, () => failed(`no answer within ${timeoutMs / 1000} s`));
    jump.forwardOut("127.0.0.1", 0, host, port, (error, stream) => {
      endLimit();
      if (error) failed(reasonOf(error));
      else resolve(stream);
    });
  });
}
