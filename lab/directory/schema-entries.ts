/** The schema partition, as far as Exchange's level needs it, and the two definitions that Microsoft KB 948214 is about. */
import { compareProducts } from "../../lib/releases";
import type { Organization } from "../organization";
import { object } from "./build";
import { childDn } from "./dn";
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
    ...(compareProducts(release.product, "2007") < 0 ? [] : resourceDefinitions(names)),
  ];
}

/** Attributes of mailboxes and of organization relationships, and a class, by name. Which release brought each is not looked at. */
const names2007 = [
  ["ms-Exch-Home-MDB", "homeMDB"],
  ["ms-Exch-Mail-Nickname", "mailNickname"],
  ["ms-Exch-Fed-Target-Application-URI", "msExchFedTargetApplicationURI"],
  ["ms-Exch-Home-Server-Name", "msExchHomeServerName"],
  ["ms-Exch-Recipient-Type-Details", "msExchRecipientTypeDetails"],
] as const;

/** Names: KB 948214, which meets them between 2007 RTM and SP1. The identifiers are the lab's own. */
function resourceDefinitions(names: DirectoryNames): readonly Entry[] {
  return [
    object(childDn("ms-Exch-Resource-Property-Schema", names.schema), "attributeSchema", {
      attributeID: ["1.2.840.113556.1.8000.2554.1"],
      attributeSyntax: ["2.5.5.12"],
      oMSyntax: ["64"],
      lDAPDisplayName: ["msExchResourcePropertySchema"],
    }),
    object(childDn("ms-Exch-Resource-Schema", names.schema), "classSchema", {
      governsID: ["1.2.840.113556.1.8000.2554.2"],
      lDAPDisplayName: ["msExchResourceSchema"],
      mayContain: ["msExchResourcePropertySchema"],
    }),
    object(childDn("ms-Exch-PF-Tree", names.schema), "classSchema", {
      governsID: ["1.2.840.113556.1.8000.2554.3"],
      lDAPDisplayName: ["msExchPFTree"],
    }),
    ...names2007.map(([cn, name], index) =>
      object(childDn(cn, names.schema), "attributeSchema", {
        attributeID: [`1.2.840.113556.1.8000.2554.${4 + index}`],
        lDAPDisplayName: [name],
      }),
    ),
  ];
}
