/** Forests of the lab, prepared, with any number of servers in them: of 2007, and of Subscription Edition. */
import { contoso, fabrikam } from "../lab";
import type { LabComputer, Organization } from "../lab/organization";

/** Where the servers are, in turn; both domains are among the first two. */
const places = [
  { domain: "emea.contoso.com", site: "Dublin", role: "Client Access" },
  { domain: "contoso.com", site: "London", role: "Hub Transport" },
  { domain: "contoso.com", site: "NewYork", role: "Mailbox" },
] as const;

/**
 * An organization of `count` servers with this release.
 * @param release "2007 SP1" for servers at the target, "2007 RTM" for servers that are to be upgraded
 */
export function organizationOf(count: number, release: "2007 RTM" | "2007 SP1"): Organization {
  const computers = Array.from({ length: count }, (_, i) => serverAt(i, release));
  return { ...contoso, release: "2007 SP1", computers };
}

/** The product whose servers are previewed. */
export type BenchProduct = "2007" | "SE";

/** Where the servers of Subscription Edition are, in turn; both domains are among the first two. */
const modernPlaces = [
  { domain: "europe.fabrikam.com", site: "Munich" },
  { domain: "fabrikam.com", site: "Seattle" },
] as const;

/** An organization of `count` Mailbox servers at Subscription Edition. */
export function modernOrganizationOf(count: number): Organization {
  const computers = Array.from({ length: count }, (_, i): LabComputer => {
    const { domain, site } = modernPlaces[i % modernPlaces.length] ?? modernPlaces[0];
    return {
      name: `srv${String(i + 1).padStart(4, "0")}.${domain}`,
      domain,
      site,
      windows: "2022",
      roles: ["Mailbox", "Management Tools"],
      release: "SE RTM",
      media: { "D:\\SE": "SE RTM" },
      administrators: ["FABRIKAM\\Organization Management"],
    };
  });
  const empty = { availabilityGroups: [], databases: [], edgeSubscriptions: [], serverObjects: [] };
  return { ...fabrikam, ...empty, release: "SE RTM", computers };
}

function serverAt(index: number, release: string): LabComputer {
  const { domain, site, role } = places[index % places.length] ?? places[0];
  return {
    name: `srv${String(index + 1).padStart(4, "0")}.${domain}`,
    domain,
    site,
    windows: "2003",
    roles: [role, "Management Tools"],
    release,
    media: { "D:\\SP1": "2007 SP1" },
    administrators: ["CONTOSO\\Exchange Organization Administrators"],
  };
}
