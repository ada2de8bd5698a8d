/** Messages to a realm's key distribution centres, over TCP: the connections may come through a jump host. */
import { resolveSrv } from "node:dns/promises";
import type { Duplex } from "node:stream";
import { afterAwake } from "../../../awake";
import { reasonOf } from "../../../text";
import { KdcUnreachable } from "../errors";

/** Port of Kerberos. */
const kerberosPort = 88;
/** So many are tried, in the order of DNS. */
const mostCentres = 3;
/** Far more than a ticket has: the answer's length is the centre's word. */
const longestAnswer = 1024 * 1024;

/** Opens a connection to a server of the network within milliseconds; 0 for no limit. */
export type OpenStream = (host: string, port: number, timeoutMs: number) => Promise<Duplex>;

/**
 * Takes a message to a centre of a realm.
 * @param isOnce true where one centre at most may get it, since it judges a password
 * @returns the centre's answer
 * @throws KdcUnreachable
 */
export type AskCentre = (realm: string, message: Buffer, isOnce: boolean) => Promise<Buffer>;

/** The centres of the realms that a logon needs. The one that has answered last is asked first. */
export class Centres {
  readonly #ofRealms = new Map<string, Promise<string[]>>();

  /** @param given of the account's realm, `host` or `host:port`; DNS has those of other realms, and its own without */
  constructor(realm: string, given: readonly string[] = []) {
    if (given.length > 0) this.#ofRealms.set(realm, Promise.resolve([...given]));
  }

  /** @param timeoutMs for each answer, which all centres of a realm share; 0 for no limit */
  through(open: OpenStream, timeoutMs: number): AskCentre {
    return async (realm, message, isOnce) => {
      const centres = this.#ofRealms.get(realm) ?? centresOf(realm);
      this.#ofRealms.set(realm, centres);
      const all = await centres.catch((error: unknown) => {
        this.#ofRealms.delete(realm);
        throw error;
      });
      const limitMs = timeoutMs / all.length;
      const reasons: string[] = [];
      for (const centre of [...all]) {
        const { host, port } = parts(centre);
        let stream: Duplex | undefined;
        try {
          stream = await open(host, port, limitMs);
          const answer = await exchange(stream, message, limitMs);
          all.splice(all.indexOf(centre), 1);
          all.unshift(centre);
          return answer;
        } catch (error) {
          reasons.push(stream === undefined ? reasonOf(error) : `${host}:${port} gave ${reasonOf(error)}`);
          if (stream !== undefined && isOnce) throw silent(realm, all, reasons, true);
        } finally {
          stream?.destroy();
        }
      }
      throw silent(realm, all, reasons, false);
    };
  }
}

function silent(
  realm: string,
  centres: readonly string[],
  reasons: readonly string[],
  mayHaveJudged: boolean,
): KdcUnreachable {
  const error = new KdcUnreachable(
    `the KDC of ${realm} (${centres.join(", ")}) cannot be reached: ${reasons.join("; ")}`,
  );
  error.mayHaveJudged = mayHaveJudged;
  return error;
}

/** The centres of a realm as DNS has them. @throws KdcUnreachable */
async function centresOf(realm: string): Promise<string[]> {
  try {
    const records = await resolveSrv(`_kerberos._tcp.${realm.toLowerCase()}`);
    if (records.length > 0)
      return [...records]
        .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
        .slice(0, mostCentres)
        .map(({ name, port }) => `${name}:${port}`);
  } catch (error) {
    throw new KdcUnreachable(`DNS knows no KDC of ${realm} (${reasonOf(error)}): name one in \`winrm.kdc\``);
  }
  throw new KdcUnreachable(`DNS knows no KDC of ${realm}: name one in \`winrm.kdc\``);
}

/** Sends a message behind its length, and reads the answer behind its own: RFC 4120 7.2.2. @throws Error */
function exchange(stream: Duplex, message: Buffer, limitMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      endLimit();
      reject(new Error(why));
    };
    const endLimit = afterAwake(limitMs, () => fail(`no answer within ${limitMs / 1000} s`));
    let seen: Buffer = Buffer.alloc(0);
    stream.on("data", (part: Buffer) => {
      seen = seen.length === 0 ? part : Buffer.concat([seen, part]);
      if (seen.length < 4) return;
      const length = seen.readUInt32BE(0);
      if (length > longestAnswer) return fail("an answer that is none of Kerberos");
      if (seen.length < 4 + length) return;
      endLimit();
      resolve(seen.subarray(4, 4 + length));
    });
    stream.on("error", (error) => fail(`no answer: ${reasonOf(error)}`));
    stream.on("close", () => fail("no answer, and closed the connection"));
    const size = Buffer.alloc(4);
    size.writeUInt32BE(message.length);
    stream.write(Buffer.concat([size, message]));
  });
}

function parts(centre: string): { readonly host: string; readonly port: number } {
  const [, host = centre, port] = /^(.*?)(?::(\d+))?$/.exec(centre) ?? [];
  return { host, port: port === undefined ? kerberosPort : Number(port) };
}
