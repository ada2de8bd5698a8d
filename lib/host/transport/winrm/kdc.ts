/** The way to a realm's key distribution centres: relays on loopback, so that a jump host can stand in between and a limit ends it. */
import { resolveSrv } from "node:dns/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { reasonOf } from "../../../text";
import { KdcUnreachable } from "../errors";

/** Port of Kerberos. */
const kerberosPort = 88;
/** So many are tried, in the order of DNS. */
const mostCentres = 3;

/** Opens a connection to a server of the network. */
export type OpenStream = (host: string, port: number) => Promise<Duplex>;

/** Where the library finds the centres. */
export interface KdcRelay {
  /** `host:port` on loopback, one for each centre. */
  readonly addresses: readonly string[];
  /** True once a centre was connected to: what was sent may have been judged. */
  readonly isReached: boolean;
  /** Why a centre could not be reached; null while none failed. */
  readonly why: string | null;
  close(): void;
}

/** The centres of a realm, as the program gives them or DNS has them. @throws KdcUnreachable */
export async function centresOf(
  realm: string,
  given: readonly string[] | undefined,
): Promise<readonly string[]> {
  if (given !== undefined && given.length > 0) return given;
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

/** Relays to the centres. */
export async function relayTo(centres: readonly string[], open: OpenStream): Promise<KdcRelay> {
  const ends = new Set<Duplex>();
  let why: string | null = null;
  let isReached = false;
  let isClosed = false;
  const serve = (host: string, port: number) => (client: Socket) => {
    ends.add(client);
    client.on("error", () => client.destroy());
    open(host, port).then(
      (stream) => {
        isReached = true;
        if (isClosed) return void stream.destroy();
        ends.add(stream);
        pipeline(client, stream, () => undefined);
        pipeline(stream, client, () => undefined);
      },
      (error: unknown) => {
        why = reasonOf(error);
        client.destroy();
      },
    );
  };
  const servers: Server[] = [];
  const close = () => {
    isClosed = true;
    for (const server of servers) server.close();
    for (const end of ends) end.destroy();
  };
  try {
    for (const centre of centres) {
      const { host, port } = parts(centre);
      const server = createServer(serve(host, port));
      servers.push(server);
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
      });
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    addresses: servers.map((server) => `127.0.0.1:${(server.address() as AddressInfo).port}`),
    get isReached() {
      return isReached;
    },
    get why() {
      return why;
    },
    close,
  };
}

function parts(centre: string): { readonly host: string; readonly port: number } {
  const [, host = centre, port] = /^(.*?)(?::(\d+))?$/.exec(centre) ?? [];
  return { host, port: port === undefined ? kerberosPort : Number(port) };
}
