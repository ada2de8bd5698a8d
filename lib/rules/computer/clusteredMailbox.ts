/** Judges whether a server carries a clustered mailbox server, which has its own procedure (D7, D15). */

import type { ExchangeServerFacts } from "../../facts";
import { runModeTraits } from "../../runModes";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { dnsSuffix, netbiosName } from "../netbiosName";
import { nameOf } from "../organization/serverObjects";
import { computerNotVerified } from "./reachComputer";

/** D7: Setup's wizard, which an operator may use, cannot upgrade a clustered mailbox server. */
export function wizardOnCluster(c: Case): Verdict {
  return runModeTraits[c.run].mayBeWizard
    ? noCluster(c, "the wizard cannot upgrade a clustered mailbox server")
    : ok;
}

/** D15: a clustered mailbox server is upgraded by its own procedure. */
export function clusterProcedure(c: Case): Verdict {
  return noCluster(c, "it is a clustered mailbox server, which has its own procedure");
}

function noCluster(c: Case, problem: string): Verdict {
  const { clusterKeys } = c.facts.computer;
  const needed = "a server without a clustered mailbox server (CCR or SCC)";
  const where = `on ${c.computer}`;
  const shown = shownByDirectory(c);
  const keys = clusterKeys.known ? clusterKeys.value : [];
  if (shown === null && !clusterKeys.known) return computerNotVerified(c, clusterKeys.why, needed);
  if (shown === null && keys.length === 0) return ok;
  return {
    verdict: "fails",
    problem,
    found: [
      ...(keys.length === 0 ? [] : [`${listed(keys)} below ${clusterKeys.source}`]),
      ...(shown === null ? [] : [shown]),
    ].join("; "),
    needed,
    where,
    fix: "take it out of the servers of the program, and upgrade the clustered mailbox server with all its nodes by ExchangeClusteredMailboxUpgrade, which says each step in its order",
  };
}

/** What the directory shows of it: a clustered mailbox server, or a node, which has no object of its own. */
function shownByDirectory({ computer, facts: { forest } }: Case): string | null {
  if (!forest.servers.known) return null;
  for (const [server, clustered] of clusteredAmong(forest.servers.value)) {
    const { fqdn, dn } = server;
    if (fqdn === computer) return `the server object of a clustered mailbox server, ${dn}`;
    const isNode = clustered.nodes.some((node) => netbiosName(node) === netbiosName(computer));
    if (isNode && fqdn !== null && dnsSuffix(fqdn) === dnsSuffix(computer))
      return `a node of the clustered mailbox server ${nameOf(server)}, ${dn}`;
  }
  return null;
}

type Clustered = NonNullable<ExchangeServerFacts["clustered"]>;

/** Facts never change, and thousands of steps ask for the few clustered ones among the same servers. */
const clusteredIn = new WeakMap<object, readonly (readonly [ExchangeServerFacts, Clustered])[]>();

function clusteredAmong(servers: readonly ExchangeServerFacts[]) {
  const found =
    clusteredIn.get(servers) ??
    servers.flatMap((each) => (each.clustered === undefined ? [] : [[each, each.clustered] as const]));
  clusteredIn.set(servers, found);
  return found;
}
