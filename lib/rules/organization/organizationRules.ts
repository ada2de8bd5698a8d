/** The rules that judge the organization. */

import { citations, compareProducts, schemaMasterFix } from "../../releases";
import type { RuleId } from "../ids";
import {
  always,
  documentedIn,
  everyStep,
  handled,
  inDocument,
  isModernTarget,
  judged,
  onSteps,
  onUpdates,
  own,
  type Rule,
  stepsTo,
  wayBackIn,
} from "../rule";
import { groupSource, oneMemberAtATime } from "./availabilityGroup";
import { inOrder, orderSource, orderTitle } from "./clientAccess";
import { forestSource, systemRequirements } from "./forestRequirements";
import { oneObject } from "./oneObject";
import { besideOthers, coexistenceSource } from "./otherProducts";
import { noRollback, reachable } from "./pathToTarget";
import { updatedSchemaMaster } from "./schemaMaster";

export const organizationRules = {
  D3: {
    level: "must",
    recommended: "before servers of other roles, and from 2010 on all of it",
    appliesTo: onSteps("server"),
    judges: "organization",
    title: orderTitle,
    source: orderSource,
    enforced: judged(
      inOrder,
      "roles, versions and external URLs of the server objects, and the servers in `after`; `internetFacing` overrides the external URL, that of other servers as far as the run has checked them",
    ),
  },
  D4: {
    level: "must",
    appliesTo: everyStep,
    judges: "organization",
    recommended: "what is only supported, such as the Windows of domain controllers from 2010 on",
    title: always("the organization meets the system requirements"),
    source: forestSource,
    enforced: judged(
      systemRequirements,
      "functional levels, Windows of the schema master (also where it is left to the first server to prepare), and a global catalog in each site with Exchange. What the directory does not show (Windows Installer, hardware, and .NET before 2013) is left to Setup's own prerequisite check",
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
    // Media may prepare for new servers, beside servers that they do not upgrade. The document only speaks of servers
    // of 2007.
    appliesTo: (c) => c.step === "server" || (everyStep(c) && c.target.product === "2007"),
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
  R15: {
    level: "must",
    recommended: "what Setup lets stay, and is not supported beside the target",
    // No source says that service packs of 2007 require anything of other products.
    appliesTo: stepsTo(
      ["schema", "organization", "server"],
      ({ product }) => compareProducts(product, "2010") >= 0,
    ),
    judges: "organization",
    title: always("the servers of other products may stay beside the target"),
    source: coexistenceSource,
    enforced: judged(
      besideOthers,
      "versions of all server objects of the forest, those in `gone` and of Edge subscriptions among them",
    ),
  },
  R16: {
    level: "must",
    // Nobody prepares for products before 2013 beside Windows Server 2025 any more.
    appliesTo: stepsTo(["schema", "organization", "server"], isModernTarget),
    judges: "organization",
    title: always("a schema master on Windows Server 2025 is updated before anything is prepared"),
    source: () => schemaMasterFix,
    enforced: judged(
      updatedSchemaMaster,
      "Windows of the schema master in the directory, which does not hold its update: that is looked at by a person, and waived",
    ),
  },
  R30: {
    level: "must",
    recommended: "of 2010",
    // Exchange 2007 has no database availability groups.
    appliesTo: ({ step, target }) =>
      (step === "server" && compareProducts(target.product, "2010") >= 0) || onUpdates({ step, target }),
    judges: "organization",
    title: always("the members of a database availability group are upgraded one at a time"),
    source: groupSource,
    enforced: judged(
      oneMemberAtATime,
      "the database availability groups in the directory and `dag` in the program, and the order that `after` gives to their members",
    ),
  },
  R84: {
    level: "should",
    appliesTo: onUpdates,
    judges: "organization",
    title: always("what a security update asks for in the directory is done there"),
    source: () => ({ evidence: "documented", source: `${citations.prepareTopic}; ${citations.cssExchange}` }),
    enforced: handled(
      "security update",
      "the level of the computer's domain; that the schema was extended for the update of July 2021 shows in no number",
    ),
  },
} satisfies { readonly [Id in RuleId]?: Rule };
