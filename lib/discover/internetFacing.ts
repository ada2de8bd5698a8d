/** Whether a Client Access server faces the Internet (D3): an external URL in the directory shows it. Pure. */
import { type ExchangeServerFacts, type Fact, known, unknown, type VirtualDirectoryFacts } from "../facts";
import { externalUrlsOf } from "../rules/organization/servers";
import type { DiscoveryFacts, ExternalUrl, InternetFacing } from "./discoveredOrganization";

/** Answers for servers of these facts; null for one that is known to have no Client Access role. */
export function internetFacing({ forest, virtualDirectories }: DiscoveryFacts) {
  const { externalUrls, unseenUrls } = forest;
  const byServer = new Map<string, VirtualDirectoryFacts[]>();
  for (const each of virtualDirectories.known ? virtualDirectories.value : []) {
    const key = each.server.toLowerCase();
    byServer.set(key, byServer.get(key) ?? []);
    byServer.get(key)?.push(each);
  }
  return (server: ExchangeServerFacts, source: string): Fact<InternetFacing> | null => {
    const { dn, roles } = server;
    if (roles !== null && roles.length > 0 && !roles.includes("Client Access")) return null;
    const own = byServer.get(dn.toLowerCase()) ?? [];
    const named = own.flatMap((each) =>
      each.externalUrls.map((url): ExternalUrl => ({ url, virtualDirectory: each.name })),
    );
    if (named.length > 0) return known({ faces: true, externalUrls: named }, virtualDirectories.source);
    const bare = externalUrls.known ? externalUrlsOf(server, externalUrls.value) : [];
    if (bare.length > 0)
      return known(
        { faces: true, externalUrls: bare.map((url) => ({ url, virtualDirectory: null })) },
        source,
      );
    if (!externalUrls.known) return externalUrls;
    if (!virtualDirectories.known) return virtualDirectories;
    if (!roles?.includes("Client Access")) return unknown("its roles could not be read", source);
    if (!unseenUrls.known) return unseenUrls;
    // The reason names no server, so that the text gives it once for all servers.
    return Object.hasOwn(unseenUrls.value, dn)
      ? unknown("no virtual directory of it shows: it has none, or this account cannot see them", source)
      : known({ faces: false, externalUrls: [] }, virtualDirectories.source);
  };
}
