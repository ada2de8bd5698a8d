/** The host keys that a server shows to anybody who connects. No logon is tried, and nothing shown is trusted. */
import { Client, type ConnectConfig } from "ssh2";
import { reasonOf } from "../../text";
import { dialTimeoutMs, tcp } from "./dial";
import { NoCommonAlgorithm, Unreachable } from "./errors";
import { fingerprintOf, keyType } from "./hostkey";
import { type Endpoint, endpointName } from "./sshConnection";

/** A host key. */
export interface ShownKey {
  /** Type of the key, e.g. `ssh-ed25519`. */
  readonly type: string;
  /** `SHA256:` and 43 characters, the form that `hostKey` takes. */
  readonly fingerprint: string;
  /** The key in base64, as it follows the type in a line of known_hosts. */
  readonly key: string;
}

/**
 * The algorithms of each type of key. In one connection a server shows one key: that of the first algorithm that both
 * have.
 */
const families: readonly (readonly string[])[] = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256"],
  ["ecdsa-sha2-nistp384"],
  ["ecdsa-sha2-nistp521"],
  ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
  ["ssh-dss"],
];

/** Old algorithms suffice here, since no secret is sent. */
const alsoKex = ["diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"];
const alsoCiphers = ["aes256-cbc", "aes128-cbc", "3des-cbc"];

/**
 * Every host key of a server, the type that clients prefer first.
 * @throws Unreachable if no SSH server answers; NoCommonAlgorithm if the server has no type of key that this program
 * knows
 */
export async function shownKeys(
  endpoint: Pick<Endpoint, "host" | "port" | "perDialTimeout">,
): Promise<readonly ShownKey[]> {
  const keys: ShownKey[] = [];
  for (const family of families) {
    const blob = await shownKey(endpoint, family);
    if (blob === null) continue;
    const type = keyType(blob) ?? "unknown";
    keys.push({ type, fingerprint: fingerprintOf(blob), key: blob.toString("base64") });
  }
  if (keys.length > 0) return keys;
  throw new NoCommonAlgorithm(
    `${endpointName(endpoint)} and this client have no type of host key, or no key exchange, in common`,
  );
}

/** The key that a server shows if a client offers only these algorithms; null if it has none of them. */
async function shownKey(endpoint: Endpoint, family: readonly string[]): Promise<Buffer | null> {
  const sock = await tcp(endpoint);
  return new Promise((resolve, reject) => {
    const client = new Client();
    const end = (settle: () => void) => {
      client.destroy();
      sock.destroy();
      settle();
    };
    client.on("error", (error: Error) =>
      end(() => {
        if (/no matching/i.test(error.message)) resolve(null);
        else reject(new Unreachable(`${endpointName(endpoint)} shows no host key: ${reasonOf(error)}`));
      }),
    );
    client.on("close", () =>
      end(() =>
        reject(
          new Unreachable(`${endpointName(endpoint)} closed the connection before it showed a host key`),
        ),
      ),
    );
    const list = (append: readonly string[]) => ({ append: [...append], prepend: [], remove: [] });
    client.connect({
      sock,
      username: "nobody",
      hostVerifier: (key: Buffer) => {
        end(() => resolve(key));
        return false;
      },
      algorithms: { kex: list(alsoKex), cipher: list(alsoCiphers), serverHostKey: [...family] },
      readyTimeout: dialTimeoutMs(endpoint),
    } as ConnectConfig);
  });
}
