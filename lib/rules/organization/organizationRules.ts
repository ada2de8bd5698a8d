/** The rules that judge the organization. */

import type { RuleId } from "../ids";
import {
  always,
  documentedIn,
  everyStep,
  handled,
  inDocument,
  judged,
  onSteps,
  own,
  type Rule,
  wayBackIn,
} from "../rule";
import { clientAccessFirst } from "./clientAccess";
import { systemRequirements } from "./forestRequirements";
import { oneObject } from "./oneObject";
import { noRollback, reachable } from "./pathToTarget";

export const organizationRules = {
  D3: {
    level: "must",
    recommended: "before servers of other roles",
    appliesTo: onSteps("server"),
    judges: "organization",
    title: always("Client Access servers come first, and of those the ones that face the Internet"),
    source: inDocument,
    enforced: judged(
      clientAccessFirst,
      "roles, versions and external URLs of the server objects, and the servers in `after`; `internetFacing` overrides the external URL, that of other servers as far as the run has checked them",
    ),
  },
  D4: {
    level: "must",
    appliesTo: everyStep,
    judges: "organization",
    title: always("the organization meets the system requirements"),
    source: inDocument,
    enforced: judged(
      systemRequirements,
      "functional levels, Windows of the schema master (also where it is left to the first server to prepare), and a global catalog in each site with Exchange; what the directory does not show (.NET, Windows Installer, hardware) is left to Setup's own prerequisite check",
    ),
  },
  D9: {
    level: "must",
    appliesTo: everyStep,
    judges: "organization",
    title: always("an upgrade cannot be taken back to the earlier release"),
    source: wayBackIn,
    enforced: judged(noRollback, "the levels in the directory and the builds of the roles in the registry"),
    whenDone: true,
  },
  D13: {
    level: "must",
    appliesTo: everyStep,
    judges: "organization",
    title: always("the upgrade is verified afterwards"),
    source: inDocument,
    enforced: handled("proof", "after Setup the directory and the registry are read again, and decide"),
  },
  R2: {
    level: "must",
    appliesTo: everyStep,
    judges: "organization",
    title: always("the target is reached in place from what is installed"),
    source: own("supported transitions"),
    enforced: judged(
      reachable,
      "the levels in the directory and the builds of the roles in the registry, against the graph of supported upgrades",
    ),
  },
  R11: {
    level: "must",
    appliesTo: onSteps("schema", "organization", "domain"),
    judges: "organization",
    title: always("the new level has replicated to every domain controller that holds it"),
    source: documentedIn("Microsoft's Exchange documentation, preparing Active Directory and domains"),
    enforced: handled(
      "replication",
      "each of them (`replication`) is asked before Setup, and then until it has the level or the time is over; one that cannot be asked is not verified, which can be waived",
    ),
  },
  R12: {
    level: "must",
    recommended: "a copy that a replication conflict has left beside it",
    appliesTo: onSteps("server"),
    judges: "organization",
    title: always("a server has one object in the directory"),
    source: own("how the result is proven"),
    enforced: judged(
      oneObject,
      "the server objects, each known by its DN: several with the server's FQDN, and copies that replication conflicts have left",
    ),
  },
} satisfies { readonly [Id in RuleId]?: Rule };
