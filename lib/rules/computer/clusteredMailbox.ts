/** Judges whether a server carries a clustered mailbox server, which has its own procedure (D7, D15). */

import { runModeTraits } from "../../runModes";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
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
  if (!clusterKeys.known) return computerNotVerified(c, clusterKeys.why, needed);
  if (clusterKeys.value.length === 0) return ok;
  return {
    verdict: "fails",
    problem,
    found: `${listed(clusterKeys.value)} below ${clusterKeys.source}`,
    needed,
    where,
    fix:
      "take it out of the program and follow the cluster's topic: Setup /mode:upgrade on the passive node, move the " +
      "clustered mailbox server there, /upgradecms before the other node is upgraded",
  };
}
