/**
 * The objects below the Exchange organization that matter to Setup: public folder hierarchies, organization
 * relationships, virtual directories.
 */
import { type Fact, known } from "../facts";
import type { OrganizationObjectFacts, RelationshipFacts, ServerDirectoryFacts } from "../facts/health";
import { administrativeGroup } from "../releases";
import type { Search } from "./client";
import type { Servers, Topology } from "./directoryServers";
import { dnKey, nameOf, parentDn, printable, shownDn } from "./dn";
import { accessListOf } from "./domainObjects";
import { hasClass, text } from "./entry";
import { exchangeDn, serverAbove } from "./exchange";
import { readableObjects } from "./readable";
import { searchIfThere } from "./searchFacts";

const treeClass = "msExchPFTree";
const hierarchiesName = "Folder Hierarchies";

/** The containers of public folder hierarchies. */
function hierarchiesSearch(configurationDn: string): Search {
  return {
    base: exchangeDn(configurationDn),
    scope: "sub",
    filter: `(cn=${hierarchiesName})`,
    attributes: [],
  };
}

/** What /PrepareAD depends on, in one search. @throws DirectoryFailure */
export async function readOrganizationObjects(
  { first }: Servers,
  { dse }: Topology,
): Promise<Fact<OrganizationObjectFacts>> {
  const base = exchangeDn(dse.configurationDn);
  const entries = await searchIfThere(first, {
    base,
    scope: "sub",
    filter: `(|(objectClass=msExchOrganizationContainer)(cn=${hierarchiesName})(objectClass=${treeClass}))`,
    attributes: ["objectClass", "nTSecurityDescriptor"],
    binary: ["nTSecurityDescriptor"],
    accessListOnly: true,
  });
  const hierarchies = entries.find(
    ({ dn }) =>
      nameOf(dn).toLowerCase() === hierarchiesName.toLowerCase() &&
      nameOf(parentDn(dn)).toLowerCase() === administrativeGroup.toLowerCase(),
  );
  const trees = entries.filter((entry) => hasClass(entry, treeClass)).map(({ dn }) => shownDn(dn));
  const isEmpty = hierarchies !== undefined && trees.length === 0;
  const readable = isEmpty ? await readableObjects(first, hierarchiesSearch(dse.configurationDn)) : null;
  return known(
    {
      hierarchies: hierarchies === undefined ? null : shownDn(hierarchies.dn),
      readable: hierarchies !== undefined && readable?.has(dnKey(hierarchies.dn)) === true,
      trees: trees.sort(),
      access: Object.fromEntries(
        entries.filter((entry) => hasClass(entry, "msExchOrganizationContainer")).flatMap(accessListOf),
      ),
    },
    `${base} on ${dse.server || first.label}`,
  );
}

/** What a server's Setup depends on, for all servers in one search. */
export interface ServerObjects {
  readonly directories: ReadonlyMap<string, readonly ServerDirectoryFacts[]>;
  readonly relationships: readonly RelationshipFacts[];
}

const relationshipClass = "msExchFedSharingRelationship";

/** Virtual directories by the DN of the server, and the organization relationships. @throws DirectoryFailure */
export async function readServerObjects({ first }: Servers, { dse }: Topology): Promise<Fact<ServerObjects>> {
  const base = exchangeDn(dse.configurationDn);
  const entries = await searchIfThere(first, {
    base,
    scope: "sub",
    filter: `(|(objectClass=msExchVirtualDirectory)(objectClass=${relationshipClass}))`,
    attributes: ["objectClass", "msExchFedTargetApplicationURI"],
  });
  const directories = new Map<string, ServerDirectoryFacts[]>();
  const bare: string[] = [];
  const relationships = entries.filter((entry) => hasClass(entry, relationshipClass));
  for (const entry of relationships)
    if (text(entry, "msExchFedTargetApplicationURI") === null) bare.push(entry.dn);
  const readable =
    bare.length === 0
      ? null
      : await readableObjects(first, {
          base,
          scope: "sub",
          filter: `(objectClass=${relationshipClass})`,
          attributes: [],
        });
  for (const entry of entries.filter((each) => hasClass(each, "msExchVirtualDirectory"))) {
    const server = serverAbove(entry.dn);
    if (server === null) continue;
    const own = directories.get(server) ?? [];
    own.push({
      name: printable(nameOf(entry.dn)),
      dn: shownDn(entry.dn),
      activeSync: hasClass(entry, "msExchMobileVirtualDirectory"),
    });
    directories.set(server, own);
  }
  return known(
    {
      directories,
      relationships: relationships.map(({ dn }) => ({
        dn: shownDn(dn),
        applicationUri: !bare.includes(dn)
          ? "there"
          : readable?.has(dnKey(dn)) === true
            ? "absent"
            : "unseen",
      })),
    },
    `${base} on ${dse.server || first.label}`,
  );
}
