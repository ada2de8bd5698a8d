/** The rules on conditions that Microsoft's support finds in a directory after Setup has stopped there. */
import { citations, compareProducts, isModern, type Release } from "../../releases";
import type { RuleId } from "../ids";
import { always, documentedIn, type Grounds, judged, onSteps, type Rule } from "../rule";
import { controllersHaveNames } from "./controllerNames";
import { oneSystemObjects, usualContainers } from "./domainObjects";
import { hierarchiesHaveTree } from "./folderTree";
import { groupsInTheirUnit, registeredGroupsAreThere } from "./registeredGroups";
import { schemaMasterIsSynchronized, schemaNamesAreTheirOwn, schemaNamesSource } from "./schemaHealth";
import { oneActiveSyncDirectory, relationshipsHaveUri } from "./serverHealth";
import { systemMailboxesAreWhole } from "./systemMailboxes";
import { mayWritePermissions } from "./writeAccess";

/** Microsoft support's scripts, which are for 2013 and later. */
function inScript(script: string): Rule["source"] {
  return documentedIn(`microsoft/CSS-Exchange, ${script}`);
}

/** Such a script; for the product before 2013 a page, or nothing if no source says it of that product. */
function inScriptOr(script: string, before: string): Rule["source"] {
  return ({ product }) =>
    isModern(product)
      ? { evidence: "documented", source: `microsoft/CSS-Exchange, ${script}` }
      : { evidence: "unverified", source: before };
}

function from(product: Release["product"]): (target: Release) => boolean {
  return (target) => compareProducts(target.product, product) >= 0;
}

const from2010 = from("2010");
const from2013 = from("2013");

export const healthRules = {
  R31: {
    level: "must",
    recommended: "values of another form, mail-enabled groups, and what is not Exchange's own",
    // A server also prepares if the program leaves that to it.
    appliesTo: onSteps("organization", "server"),
    judges: "organization",
    title: always("the groups that Exchange has registered are there, universal and security groups"),
    source: ({ product }): Grounds => ({
      evidence: "documented",
      source: isModern(product)
        ? "microsoft/CSS-Exchange, Test-DomainOtherWellKnownObjects.ps1 and Test-InvalidWKObjectTargetException.ps1"
        : "public reports of Setup of 2007 and 2010; microsoft/CSS-Exchange, Test-DomainOtherWellKnownObjects.ps1",
    }),
    enforced: judged(
      registeredGroupsAreThere,
      "otherWellKnownObjects of the Exchange container and the configuration partition, and groupType and mail attributes of the groups",
    ),
  },
  R32: {
    level: "must",
    recommended: "for 2007, and groups that are not registered",
    appliesTo: onSteps("organization", "server"),
    judges: "organization",
    title: always("the groups of Exchange lie in their OU, and are registered"),
    source: inScriptOr(
      "Test-MSExchangeSecurityGroupsContainerDeleted.ps1",
      "public reports; microsoft/CSS-Exchange, Test-MSExchangeSecurityGroupsContainerDeleted.ps1, says it of 2013 and later",
    ),
    enforced: judged(
      groupsInTheirUnit,
      "the OU Microsoft Exchange Security Groups of the forest root domain, and the groups in it that have a name which Setup gives",
    ),
  },
  R33: {
    level: "must",
    recommended: "other names that begin with DUP-",
    appliesTo: onSteps("schema", "organization", "server"),
    judges: "organization",
    title: always("the schema has no name of a duplicate where Setup looks for its own"),
    source: schemaNamesSource,
    enforced: judged(
      schemaNamesAreTheirOwn,
      "lDAPDisplayName of ms-Exch-Resource-Property-Schema, mayContain of ms-Exch-Resource-Schema, and every lDAPDisplayName that begins with DUP-",
    ),
  },
  R34: {
    level: "should",
    appliesTo: onSteps("schema", "organization", "server"),
    judges: "organization",
    title: always("the schema master has replicated since its start"),
    source: documentedIn(
      "public reports of ldifde error 8206 (0x21a2); that isSynchronized shows it is unverified",
    ),
    enforced: judged(schemaMasterIsSynchronized, "isSynchronized in the root DSE of the schema master"),
  },
  R35: {
    level: "must",
    recommended: "before 2013",
    appliesTo: onSteps("domain", "server"),
    judges: "organization",
    title: always("a domain has one container Microsoft Exchange System Objects"),
    source: inScriptOr(
      "Test-ExchangeADSetupLevel.ps1; Microsoft, AdInitErrorRule",
      "microsoft/CSS-Exchange, Test-ExchangeADSetupLevel.ps1, says it of 2013 and later",
    ),
    enforced: judged(
      oneSystemObjects,
      "every container of the class in the domain; of a server, in its own domain from 2013 on, and before where it prepares it",
    ),
  },
  R36: {
    level: "should",
    appliesTo: (c) =>
      onSteps("organization", "domain", "server")(c) && from2013(c.target) && c.target.product !== "SE",
    judges: "organization",
    title: always("computers and read-only domain controllers lie in the usual containers"),
    source: inScript("ComputersContainer.md and ReadOnlyDomainControllerContainer.md (KB 5005319)"),
    enforced: judged(
      usualContainers,
      "CN=Computers of every domain where Active Directory is prepared, and computers whose primary group is Read-only Domain Controllers",
    ),
  },
  R37: {
    level: "should",
    appliesTo: (c) => onSteps("schema", "organization", "domain", "server")(c) && from2013(c.target),
    judges: "organization",
    title: always("every domain controller has a full DNS name"),
    source: inScript("Test-DomainControllerDnsHostName.ps1"),
    enforced: judged(controllersHaveNames, "dNSHostName of the server objects below CN=Sites"),
  },
  R38: {
    level: "should",
    appliesTo: onSteps("organization", "domain", "server"),
    judges: "organization",
    title: always("nothing denies the account to change the permissions that Setup changes"),
    source: inScriptOr(
      "Test-InitializePermissionsOfDomain.ps1",
      "microsoft/CSS-Exchange, Test-InitializePermissionsOfDomain.ps1, says it of 2013 and later",
    ),
    enforced: judged(
      mayWritePermissions,
      "access control lists of the organization, the domain, AdminSDHolder and Microsoft Exchange System Objects, and the account's nested groups; denies for groups of other domains do not show",
    ),
  },
  R39: {
    level: "must",
    recommended: "before 2013, and where another administrative group holds a tree",
    appliesTo: onSteps("organization", "server"),
    judges: "organization",
    title: always("a container of public folder hierarchies holds a tree"),
    source: inScriptOr(
      "Test-ExceptionADOperationFailedAlreadyExist.ps1",
      "microsoft/CSS-Exchange, Test-ExceptionADOperationFailedAlreadyExist.ps1, says it of 2013 and later",
    ),
    enforced: judged(
      hierarchiesHaveTree,
      "CN=Folder Hierarchies of the administrative group, and what is in it",
    ),
  },
  R40: {
    level: "must",
    recommended: "names, home servers, and that there are any",
    appliesTo: (c) => onSteps("organization", "server")(c) && from2010(c.target),
    judges: "organization",
    title: always("system mailboxes have a database and a name of their own"),
    source: inScriptOr(
      "Test-ValidMailboxProperties.ps1, Test-MissingHomeMdb.ps1 and Test-ArbitrationMailbox.ps1",
      "microsoft/CSS-Exchange, Test-ValidMailboxProperties.ps1, says it of 2013 and later",
    ),
    enforced: judged(
      systemMailboxesAreWhole,
      "homeMDB, msExchHomeServerName and userPrincipalName of arbitration, discovery and public folder mailboxes; for a server the first two, for Active Directory the last",
    ),
  },
  R41: {
    level: "must",
    appliesTo: (c) => onSteps("server")(c) && from2013(c.target),
    judges: "organization",
    title: always("a server has one ActiveSync virtual directory beside that of the back end"),
    source: inScript("Test-DomainMultiActiveSyncVirtualDirectories.ps1"),
    enforced: judged(oneActiveSyncDirectory, "the virtual directories below the server's object"),
  },
  R42: {
    level: "should",
    appliesTo: (c) => onSteps("server")(c) && from2013(c.target),
    judges: "organization",
    title: always("every organization relationship has an application URI"),
    source: () => ({
      evidence: "unverified",
      source: `${citations.setupLogs}, rule DidOnPremisesSettingCreatedAnException; that msExchFedTargetApplicationURI is what it reads`,
    }),
    enforced: judged(relationshipsHaveUri, "msExchFedTargetApplicationURI of the organization relationships"),
  },
} satisfies { readonly [Id in RuleId]?: Rule };
