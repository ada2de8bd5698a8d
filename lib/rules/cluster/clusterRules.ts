/** The rules on the upgrade of a clustered mailbox server. Setup is run by an operator; these rules say when. */
import { clusterActionEvidence } from "../../releases";
import type { RuleId } from "../ids";
import { always, handled, onClustered, type Rule } from "../rule";

/** Only 2007 has clustered mailbox servers. */
function of2007(grounds: ReturnType<Rule["source"]>): Rule["source"] {
  return ({ product }) => (product === "2007" ? grounds : "not described");
}

export const clusterRules = {
  R75: {
    level: "must",
    appliesTo: onClustered,
    judges: "organization",
    title: always("the program's nodes are those of the clustered mailbox server"),
    source: of2007({
      evidence: "practice",
      source: "a discovery program of InMage and a script for Splunk, which read the same attributes",
    }),
    enforced: handled(
      "clustered mailbox server",
      "msExchClusterStorageType and msExchServerRedundantMachines of its server object",
    ),
  },
  R76: {
    level: "must",
    appliesTo: onClustered,
    judges: "computer",
    title: always("owner, state and builds of a cluster are known, and its nodes agree"),
    source: () => ({ own: "how the order is kept" }),
    enforced: handled(
      "clustered mailbox server",
      "the groups and nodes of the cluster as each node shows them, the registries of the nodes, and the server object",
    ),
  },
  R77: {
    level: "must",
    appliesTo: onClustered,
    judges: "computer",
    title: always("a clustered mailbox server is upgraded step by step, in its order"),
    source: of2007(clusterActionEvidence["upgrade CMS"]),
    enforced: handled(
      "clustered mailbox server",
      "what is seen of the cluster; each run of pulumi up says the next step",
    ),
  },
  R78: {
    level: "must",
    appliesTo: onClustered,
    judges: "computer",
    title: always("a node is upgraded only while it owns no group of its cluster"),
    source: of2007(clusterActionEvidence["move groups"]),
    enforced: handled("clustered mailbox server", "the owners of the groups of the cluster"),
  },
  R79: {
    level: "must",
    appliesTo: onClustered,
    judges: "computer",
    title: always("/UpgradeCMS comes before the last node"),
    source: of2007({
      evidence: "practice",
      source: "siliconexus.com, August 2010 (report of a CCR upgrade)",
    }),
    enforced: handled("clustered mailbox server", "the registries of the nodes, and the server object"),
  },
} satisfies { readonly [Id in RuleId]?: Rule };
