/** TCP to a computer, directly or through a jump host, in the time of one dial. */
import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { afterAwake } from "../../awake";
import { reasonOf } from "../../text";
import { Unreachable } from "./errors";

/** Where a connection leads, and what messages say of it. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** As messages name it. */
  readonly name: string;
  /** The protocol that is wanted there, as messages name it. */
  readonly way: string;
  /** Milliseconds; 0 for no limit. */
  readonly timeoutMs: number;
}

/** The TCP connection to a server. @throws Unreachable */
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

/** The system's own code of a failure; of a name with several addresses, that of the first one. */
function systemCode(error: unknown): string | null {
  if (error instanceof AggregateError && error.errors.length > 0) return systemCode(error.errors[0]);
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : null;
}

/** A connection that a jump host makes. @throws Unreachable */
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
