/**
 * An organization as directory entries, partition by partition. Pure and plain, so that any directory can be loaded
 * with it. What a directory makes by itself is left out: name, distinguishedName, objectCategory, objectGUID, memberOf.
 */
import type { Organization } from "../organization";
import { configurationEntries } from "./configuration-entries";
import { domainEntries } from "./domain-entries";
import type { NamingContext } from "./entry";
import { withFlaws } from "./flaws";
import { directoryNames } from "./names";
import { schemaEntries } from "./schema-entries";

/**
 * The partitions of an organization's forest: the schema, the configuration, then every domain, the root first.
 * @throws Error when the organization's data contradicts itself; the message says what to change.
 */
export function directoryEntries(organization: Organization): readonly NamingContext[] {
  const names = directoryNames(organization);
  const contexts: readonly NamingContext[] = [
    {
      dn: names.schema,
      kind: "schema",
      dnsRoot: organization.root,
      entries: schemaEntries(organization, names),
    },
    {
      dn: names.configuration,
      kind: "configuration",
      dnsRoot: organization.root,
      entries: configurationEntries(organization, names),
    },
    ...organization.domains.map((domain): NamingContext => {
      const dn = names.domain(domain.name);
      return {
        dn,
        kind: "domain",
        dnsRoot: domain.name,
        entries: domainEntries(organization, names, domain),
      };
    }),
  ];
  return withFlaws(contexts, organization, names);
}
