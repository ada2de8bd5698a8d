/** Key distribution centres that tests ask directly. */

import { connectTo } from "../../lib/host/transport/streams";
import { type AskCentre, Centres } from "../../lib/host/transport/winrm/kdc";

/** @param centres of the realm, `host:port` */
export function askOf(realm: string, centres: readonly string[], timeoutMs = 10_000): AskCentre {
  return new Centres(realm, centres).through(
    (host, port, limitMs) =>
      connectTo({ host, port, name: `${host}:${port}`, way: "Kerberos", timeoutMs: limitMs }),
    timeoutMs,
  );
}
