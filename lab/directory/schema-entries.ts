/** The schema partition, as far as Exchange's level needs it: no class or attribute definitions besides. */
import type { Organization } from "../organization";
import { object } from "./build";
import type { Entry } from "./entry";
import type { DirectoryNames } from "./names";
import { releaseOf, schemaMasterOf } from "./principals";

/**
 * Entries of the schema partition.
 * @throws Error when the organization's schema master is none of its domain controllers.
 */
export function schemaEntries(organization: Organization, names: DirectoryNames): readonly Entry[] {
  const release = releaseOf(organization);
  const head = object(names.schema, "dMD", {
    fSMORoleOwner: [names.settings(schemaMasterOf(organization))],
    objectVersion: ["31"],
  });
  if (release.schema === null) return [head];
  return [
    head,
    object(names.schemaVersion, "attributeSchema", {
      attributeID: ["1.2.840.113556.1.4.7000.102.97"],
      attributeSyntax: ["2.5.5.9"],
      oMSyntax: ["2"],
      isSingleValued: ["TRUE"],
      lDAPDisplayName: ["msExchSchemaVersionPt"],
      rangeLower: ["1"],
      rangeUpper: [String(release.schema)],
    }),
  ];
}
