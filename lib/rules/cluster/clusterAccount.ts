/**
 * P1 and P3 for a clustered mailbox server: its server object has the delegated permission, and every node has local
 * Administrators.
 */
import { permissionsOf } from "../../releases";
import { organizationGroupName } from "../account/groups";
import { localAdministrator } from "../account/localAdministrators";
import {
  orderOf,
  organizationAdministrator,
  serverAdministrator,
  wayToOrder,
} from "../account/serverPermissions";
import type { Case } from "../case";
import { type NotVerified, ok, type Verdict } from "../finding";
import { netbiosName } from "../netbiosName";
import { argument } from "../program/argumentTexts";
import { ifItApplies } from "../verdicts";
import type { ClusterCase } from "./clusterCase";

/** A verdict on the operator's account. */
export interface OperatorVerdict {
  readonly rule: "P1" | "P3";
  /** The clustered mailbox server, or the node. */
  readonly about: Case;
  readonly verdict: Verdict;
}

/** The operator's account, judged in the directory and on each node. */
export function operatorVerdicts({ cms, nodes }: ClusterCase): readonly OperatorVerdict[] {
  const order = orderOf(cms);
  const rule = order.known && order.value.first.length > 0 ? "P1" : "P3";
  const name = netbiosName(cms.computer).toUpperCase();
  const group = organizationGroupName(cms);
  const { server } = permissionsOf(cms.target.product);
  const delegated = rule === "P1" || server === null ? "" : `${server.name} of ${name} or `;
  const needed = `${delegated}${group}, and local Administrators of every node of ${name}`;
  // One correction answers all of it.
  if (cms.account === null) return [{ rule, about: cms, verdict: unnamed(cms, needed) }];
  return [
    { rule, about: cms, verdict: inDirectory(cms, needed) },
    ...nodes.map(
      ({ case: node }) => ({ rule, about: node, verdict: localAdministrator(node, needed) }) as const,
    ),
  ];
}

function unnamed(cms: Case, needed: string): NotVerified {
  return {
    verdict: "unknown",
    why: "the program does not name the operator's account",
    needed,
    where: `in the program: ${argument(cms, "account")}`,
    fix: `name the account that does the steps as ${argument(cms, "account")}, in the form DOMAIN\\name; where several people do them, waive the rule with who they are and what was looked at`,
  };
}

function inDirectory(cms: Case, needed: string): Verdict {
  const organization = organizationAdministrator(cms, needed);
  // An account that may upgrade the first server may upgrade every other.
  if (organization.verdict === "ok") return ok;
  const server = serverAdministrator(cms, needed);
  if (server.verdict !== "ok") return server;
  const order = orderOf(cms);
  if (!order.known) return ifItApplies(organization, order, wayToOrder(cms));
  if (order.value.first.length === 0) return ok;
  return ifItApplies(organization, {
    known: false,
    why: "it is the first Mailbox server to be upgraded, and no source says whether Exchange Server Administrator suffices for a clustered one",
    source: order.source,
  });
}
