/** Which object in the directory a server has. */
import type { ExchangeServerFacts } from "../facts";

/** Objects by FQDN in lower case, and by host name those that do not say their FQDN. */
interface Named {
  readonly byFqdn: ReadonlyMap<string, ExchangeServerFacts>;
  readonly byHost: ReadonlyMap<string, ExchangeServerFacts>;
}

/** Facts are never changed, so the names hold as long as they are there: thousands of servers are looked up. */
const named = new WeakMap<readonly ExchangeServerFacts[], Named>();

/** The object of a server; undefined where the directory shows none. */
export function objectOf(
  servers: readonly ExchangeServerFacts[],
  fqdn: string,
): ExchangeServerFacts | undefined {
  const { byFqdn, byHost } = named.get(servers) ?? nameAll(servers);
  return byFqdn.get(fqdn) ?? byHost.get(fqdn.split(".")[0] ?? fqdn);
}

function nameAll(servers: readonly ExchangeServerFacts[]): Named {
  const byFqdn = new Map<string, ExchangeServerFacts>();
  const byHost = new Map<string, ExchangeServerFacts>();
  // An object that a server of 2003 has left in another administrative group has no roles: the other one is meant.
  for (const server of [...servers].sort((a, b) => Number(a.roles !== null) - Number(b.roles !== null))) {
    if (server.fqdn === null) byHost.set(server.name.toLowerCase(), server);
    else byFqdn.set(server.fqdn.toLowerCase(), server);
  }
  const all = { byFqdn, byHost };
  named.set(servers, all);
  return all;
}
