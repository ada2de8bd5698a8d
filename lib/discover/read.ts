/** Reads what discovery needs, in one session with the directory. */
import type { DirectorySession } from "../directory";
import type { DiscoveryFacts } from "./discoveredOrganization";

/** Reads the forest, its domains' levels and the virtual directories. What cannot be read is an unknown fact. */
export async function readDiscovery(session: DirectorySession): Promise<DiscoveryFacts> {
  const forest = await session.forest();
  const domains = forest.domains.known ? forest.domains.value : [];
  const [virtualDirectories, ...levels] = await Promise.all([
    session.virtualDirectories(),
    ...domains.map(async ({ name }) => [name, await session.domainLevel(name)] as const),
  ]);
  return { forest, virtualDirectories, domainLevels: Object.fromEntries(levels) };
}
