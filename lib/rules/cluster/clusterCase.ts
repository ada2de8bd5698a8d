/** What the rules judge about a clustered mailbox server: its server object, and its nodes. */
import { type ExchangeServerFacts, type Fact, known, unknown } from "../../facts";
import type { ClusterNodeFacts, ClusterReading } from "../../facts/clusterNode";
import { listed } from "../../text";
import type { Case, StepFacts } from "../case";
import { dnsSuffix, netbiosName } from "../netbiosName";
import { objectOf, serverNamed } from "../organization/serverObjects";
import { stepState, unfinishedPart } from "../state";
import type { ClusterSeen, GroupsSeen, NodeSeen, Standing } from "./nextStep";

/** A clustered mailbox server with all that is known about it. */
export interface ClusterCase {
  /** It in the form of a server's step: the roles are those of its server object. */
  readonly cms: Case;
  /** Name of its group in the cluster. */
  readonly group: string;
  /** Its nodes in the form of servers' steps, in the program's order. */
  readonly nodes: readonly ClusterNode[];
}

/** What was read of it, before anything is made of it. */
export interface ClusterFacts {
  readonly cms: StepFacts;
  /** In the program's order. */
  readonly nodes: readonly { readonly computer: StepFacts; readonly node: ClusterNodeFacts }[];
}

export interface ClusterNode {
  readonly case: Case;
  readonly facts: ClusterNodeFacts;
}

/** The server object of the clustered mailbox server; null if there is none, or several. */
export function objectOfCluster({ cms }: ClusterCase): Fact<ExchangeServerFacts | null> {
  const { servers } = cms.facts.forest;
  return servers.known ? known(objectOf(servers.value, cms.computer) ?? null, servers.source) : servers;
}

/** What decides the next step. */
export function clusterSeen(c: ClusterCase): ClusterSeen {
  return { cms: cmsStanding(c), nodes: c.nodes.map(nodeSeen), cluster: groupsSeen(c) };
}

function cmsStanding(c: ClusterCase): ClusterSeen["cms"] {
  const object = objectOfCluster(c);
  if (!object.known) return object;
  if (object.value === null) return unknown("the directory shows no single object of it", object.source);
  if (object.value.build === null) return unknown("its object shows no build", object.source);
  const state = stepState(c.cms);
  if (!state.known) return state;
  const { progress } = state.value;
  return known(progress === "done" ? "new" : progress === "above" ? "above" : "old", state.source);
}

function nodeSeen({ case: c, facts }: ClusterNode): NodeSeen {
  const { pendingRestart } = c.facts.computer;
  return {
    name: c.computer,
    standing: nodeStanding(c),
    restart: pendingRestart.known
      ? known(pendingRestart.value.length > 0, pendingRestart.source)
      : pendingRestart,
    unfinished: facts.unfinished,
  };
}

/** What the registry of another computer shows says nothing of the node. */
function nodeStanding(c: Case): Fact<Standing> {
  const { identity, roles } = c.facts.computer;
  if (!identity.known) return identity;
  if (identity.value.fqdn !== c.computer)
    return unknown(`the connection reaches ${identity.value.fqdn} (D10)`, identity.source);
  const state = stepState(c);
  if (!state.known) return state;
  const { progress, readings } = state.value;
  if (progress === "done") return known("new", state.source);
  if (progress === "above") return known("above", state.source);
  if (progress === "absent") return unknown("Exchange is not installed there", state.source);
  const begun =
    readings.some(({ verdict }) => verdict === "at") ||
    (roles.known && roles.value.some((role) => unfinishedPart(role, c.catalogue.releases) !== null));
  return known(begun ? "unfinished" : "old", state.source);
}

/** The cluster as its nodes show it. A node whose Cluster service is stopped shows nothing; the others must agree. */
function groupsSeen(c: ClusterCase): Fact<GroupsSeen> {
  const views = c.nodes.flatMap(({ case: { computer }, facts: { cluster } }) =>
    cluster.known ? [{ computer, view: cluster.value, source: cluster.source }] : [],
  );
  const [first, ...others] = views;
  if (first === undefined) {
    const whys = c.nodes.flatMap(({ case: { computer }, facts: { cluster } }) =>
      cluster.known ? [] : [`${computer}: ${cluster.why}`],
    );
    return unknown(`no node shows it: ${whys.join("; ")}`, "the cluster");
  }
  const other = others.find(({ view }) => groupsText(view) !== groupsText(first.view));
  if (other !== undefined)
    return unknown(
      `its nodes do not agree: ${first.computer} shows ${groupsText(first.view)}; ${other.computer} shows ${groupsText(other.view)}`,
      first.source,
    );
  const fqdn = new Map(c.nodes.map(({ case: { computer } }) => [netbiosName(computer), computer]));
  const named = (host: string) => fqdn.get(netbiosName(host)) ?? host;
  const own = first.view.groups.find(({ name }) => name.toLowerCase() === c.group.toLowerCase());
  if (own === undefined)
    return unknown(
      `the cluster has no group ${c.group}: it has ${listed(first.view.groups.map(({ name }) => name))}`,
      first.source,
    );
  const stranger = c.nodes.find(({ case: { computer } }) => !isNode(first.view, computer));
  if (stranger !== undefined)
    return unknown(
      `${stranger.case.computer} is no node of the cluster: it has ${listed(Object.keys(first.view.nodes))}`,
      first.source,
    );
  const groups: { [node: string]: string[] } = {};
  for (const { name, owner } of first.view.groups)
    if (name !== own.name) groups[named(owner)] = [...(groups[named(owner)] ?? []), name];
  const up = c.nodes
    .map(({ case: { computer } }) => computer)
    .filter((node) => views.every(({ view }) => isUp(view, node)));
  return known(
    {
      owner: named(own.owner),
      state: own.state,
      up: new Set(up),
      groups,
      others: otherServers(c, first.view),
    },
    first.source,
  );
}

/** Names of the other clustered mailbox servers that the directory has on these nodes, or that a group is named after. */
function otherServers(c: ClusterCase, { groups }: ClusterReading): readonly string[] {
  const { servers } = c.cms.facts.forest;
  if (!servers.known) return [];
  const hosts = new Set(c.nodes.map(({ case: { computer } }) => netbiosName(computer)));
  const named = new Set(groups.map(({ name }) => name.toLowerCase()));
  const own: readonly ExchangeServerFacts[] = serverNamed(servers.value, c.cms.computer)?.objects ?? [];
  return servers.value
    .filter((object) => {
      const { clustered, fqdn, name } = object;
      if (clustered === undefined || own.includes(object)) return false;
      // A node of the same name may be in another domain.
      const isNear = fqdn === null || dnsSuffix(fqdn) === dnsSuffix(c.cms.computer);
      const isOnNodes = clustered.nodes.some((node) => hosts.has(netbiosName(node)));
      return (isNear && isOnNodes) || named.has(name.toLowerCase());
    })
    .map(({ name }) => name);
}

function isNode({ nodes }: ClusterReading, fqdn: string): boolean {
  return Object.keys(nodes).some((name) => netbiosName(name) === netbiosName(fqdn));
}

function isUp({ nodes }: ClusterReading, fqdn: string): boolean {
  return Object.entries(nodes).some(([name, isIt]) => netbiosName(name) === netbiosName(fqdn) && isIt);
}

function groupsText({ groups }: ClusterReading): string {
  return [...groups]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, state, owner }) => `${name} ${state} on ${owner}`)
    .join(", ");
}
