/** The rules that judge the account that runs Setup. */

import { citations, isModern, permissionsOf } from "../../releases";
import { runModesWith } from "../../runModes";
import type { RuleId } from "../ids";
import {
  always,
  everyStep,
  everyStepAndUpdate,
  handled,
  inDocument,
  inDocumentOr,
  judged,
  ofPreparations,
  onSteps,
  onUpdates,
  own,
  type Rule,
} from "../rule";
import { organizationAdministratorsOf, serverAdministratorsOf } from "./groups";
import { freshToken, lastingSession, networkCredentials, sameAccount } from "./logon";
import { activeDirectory, domain, schema } from "./preparationPermissions";
import { edgeTransport, firstOfRole, furtherServer, managementTools } from "./serverPermissions";

/** Run modes whose Setup runs in the very session that the facts are read in. */
const inSession = runModesWith((traits) => traits.inSession);

const token =
  "the account's logon token on the computer, or where another account connects, the members of its local Administrators";

/** The document; for other targets, the source that grants the permission. */
const grantedIn =
  (which: "organization" | "server"): Rule["source"] =>
  (target) => {
    const document = inDocument(target);
    if (document !== "not described") return document;
    const permissions = permissionsOf(target.product);
    return permissions[which] ?? permissions.organization;
  };

export const accountRules = {
  P1: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "account",
    title: (target) =>
      `the first server of a role needs ${organizationAdministratorsOf(target)} and local Administrators`,
    source: grantedIn("organization"),
    enforced: judged(
      firstOfRole,
      `the roles in the registry, versions of the other server objects and the servers in \`after\`. Of the account, its nested groups in the directory, and ${token}`,
    ),
  },
  P2: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "account",
    title: always("an Edge Transport server needs local Administrators"),
    source: inDocumentOr({
      of2010: { evidence: "documented", source: citations.sp2010Topic },
      from2013: { evidence: "documented", source: citations.learn },
    }),
    enforced: judged(edgeTransport, token),
  },
  P3: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "account",
    title: (target) => `a further server needs ${serverAdministratorsOf(target)} and local Administrators`,
    source: grantedIn("server"),
    enforced: judged(
      furtherServer,
      "what P1 reads, and the access control list of the server's object, full control of which is that role. Of 2010, where it is a group, who is in Delegated Setup. From 2013 on, where there is no such role, the organization's administrators alone",
    ),
  },
  P4: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "account",
    title: always("a computer with only the management tools needs local Administrators"),
    // No source tells whether that is enough for the tools of 2013 and later.
    source: inDocumentOr({ of2010: { evidence: "documented", source: citations.sp2010Topic } }),
    enforced: judged(managementTools, `the roles in the registry; ${token}`),
  },
  P5: {
    level: "must",
    appliesTo: onSteps("schema", "server"),
    judges: "account",
    title: always("preparing the schema needs Schema Admins and Enterprise Admins"),
    source: ofPreparations,
    enforced: judged(schema, "the account's nested groups in the directory"),
  },
  P7: {
    level: "must",
    appliesTo: onSteps("organization", "server"),
    judges: "account",
    title: always("preparing Active Directory needs Enterprise Admins"),
    source: ofPreparations,
    enforced: judged(activeDirectory, "the account's nested groups in the directory"),
  },
  P9: {
    level: "must",
    appliesTo: onSteps("domain", "server"),
    judges: "account",
    title: (target) =>
      `preparing a domain needs Domain Admins of that domain${isModern(target.product) ? ` with ${organizationAdministratorsOf(target)},` : ""} or Enterprise Admins; all domains, Enterprise Admins`,
    source: inDocumentOr({
      from2013: {
        evidence: "documented",
        source: `${citations.setupLogs}, rule LocalDomainPrep; ${citations.prepareTopic}`,
      },
    }),
    enforced: judged(domain, "the account's nested groups in the directory"),
  },
  R4: {
    level: "must",
    appliesTo: everyStepAndUpdate,
    judges: "account",
    title: always("Setup that is started over SSH runs as the account that logged on"),
    source: own("how Setup is run"),
    enforced: judged(sameAccount, `the account of the SSH session, by SID, where run is ${inSession}`),
  },
  R5: {
    level: "must",
    appliesTo: onSteps("schema", "organization", "domain"),
    judges: "account",
    title: always("a preparation needs network credentials, which a key logon does not have"),
    source: own("how Setup is run"),
    enforced: judged(networkCredentials, `how the connection logs on, where run is ${inSession}`),
  },
  R70: {
    level: "must",
    appliesTo: everyStepAndUpdate,
    judges: "account",
    title: always("Setup is not started in a session of WinRM"),
    source: own("how Setup is run"),
    enforced: judged(lastingSession, `how the connection reaches the computer, where run is ${inSession}`),
  },
  R6: {
    level: "must",
    appliesTo: everyStep,
    judges: "account",
    title: always("the logon that runs Setup has the groups that the directory shows"),
    source: own("how Setup is run"),
    enforced: judged(
      freshToken,
      `the groups in the logon token against those in the directory that permissions are about, the access control list of the server among them, where run is ${inSession}`,
    ),
  },
  R81: {
    level: "must",
    appliesTo: onUpdates,
    judges: "account",
    title: always("a security update is applied by a local administrator, elevated"),
    source: () => ({ evidence: "documented", source: citations.updatePackages }),
    enforced: handled(
      "security update",
      "the groups in the logon token on the computer, or the members of its local Administrators",
    ),
  },
} satisfies { readonly [Id in RuleId]?: Rule };
