/** The smallest organization with every kind of step but the child domain's: one domain, one server. */
import { contoso } from "../../lab";
import type { Organization } from "../../lab/organization";

const { root } = contoso;
/** The schema master, and the global catalog of the server's site. */
const controllers = [contoso.schemaMaster, "dc2.contoso.com"];
const computers = ["dc1.contoso.com", "cas-lon.contoso.com"];

export const small: Organization = {
  ...contoso,
  domains: contoso.domains.filter(({ name }) => name === root),
  sites: ["Operations", "London"],
  domainControllers: contoso.domainControllers.filter(({ name }) => controllers.includes(name)),
  groups: contoso.groups.filter(({ domain }) => domain === root),
  accounts: contoso.accounts.filter(({ domain }) => domain === root),
  computers: contoso.computers.filter(({ name }) => computers.includes(name)),
};
