/** Who may run Setup, by the names that each product gives the permission. */
import { citations, type Evidenced } from "./evidence";
import { type Product, productNames } from "./products";

/** A named permission of an Exchange organization. */
export interface Permission extends Evidenced {
  readonly name: string;
  /**
   * - `group`: a universal security group; membership, nested too, is the permission.
   * - `server object`: full control on the server's object in the configuration partition; there is no group to test.
   */
  readonly kind: "group" | "server object";
  /**
   * GUID part of the group's otherWellKnownObjects entry, which finds a renamed or moved group; null if it has none.
   */
  readonly wellKnownGuid: string | null;
}

/** The two permissions with which servers can be upgraded. */
export interface Permissions {
  /** Over the whole organization: needed for the first server of each role. */
  readonly organization: Permission;
  /** Delegated, for a later server (P3); null if a later server needs the same as the first one. */
  readonly server: Permission | null;
}

/** GUID parts of otherWellKnownObjects entries, the same in every product that has the group. */
export const wellKnownGuids = {
  organizationAdministrators: "C262A929D691B74A9E068728F8F842EA",
  delegatedSetup: "D1281926D1F55B44866D1D6B5BD87A09",
} as const;

const organizationManagement = {
  name: "Organization Management",
  kind: "group",
  wellKnownGuid: wellKnownGuids.organizationAdministrators,
} as const;

/**
 * Members of Delegated Setup can only install servers whose objects exist already. No source says that they can upgrade
 * a server.
 */
const organizationOnly: Permissions = {
  organization: {
    ...organizationManagement,
    evidence: "documented",
    source: `${citations.updateTopic}; ${citations.setupLogs} (GlobalServerInstall)`,
  },
  server: null,
};

/** null: the permissions before 2007 are not described. */
const permissions: Readonly<Record<Product, Permissions | null>> = {
  "2000": null,
  "2003": null,
  "2007": {
    organization: {
      name: "Exchange Organization Administrators",
      kind: "group",
      wellKnownGuid: wellKnownGuids.organizationAdministrators,
      evidence: "documented",
      source: `${citations.sp1Topic}; TechNet bb288907; that the 2007 group carries this GUID is unverified`,
    },
    server: {
      name: "Exchange Server Administrator",
      kind: "server object",
      wellKnownGuid: null,
      evidence: "documented",
      source: `${citations.sp1Topic}; TechNet bb331957`,
    },
  },
  "2010": {
    organization: {
      ...organizationManagement,
      evidence: "documented",
      source: citations.documentation,
    },
    server: {
      name: "Delegated Setup",
      kind: "group",
      wellKnownGuid: wellKnownGuids.delegatedSetup,
      evidence: "documented",
      source: citations.sp2010Topic,
    },
  },
  "2013": organizationOnly,
  "2016": organizationOnly,
  "2019": organizationOnly,
  SE: organizationOnly,
};

/**
 * Names of the permissions of a product.
 * @throws RangeError for Exchange 2000 and 2003, whose permissions are not described.
 */
export function permissionsOf(product: Product): Permissions {
  const found = permissions[product];
  if (found === null) throw new RangeError(`Permissions of ${productNames[product]} are not described`);
  return found;
}
