/** What the rules on clustered mailbox servers say: R75 of the directory, and of the order R76 to R79 and D9. */
import {
  type ClusterCommandNames,
  clusterActionEvidence,
  clusterStorage,
  moveCommand,
  moveGroupCommand,
  setupOf,
  startCommand,
  stopCommand,
  upgradeCms,
} from "../../releases";
import { listed } from "../../text";
import { findingOf, type Waived, waive } from "../evaluate";
import { type Fails, type Finding, ok, type Verdict } from "../finding";
import type { RuleId } from "../ids";
import { netbiosName } from "../netbiosName";
import { stepState } from "../state";
import { type ClusterCase, clusterSeen, objectOfCluster } from "./clusterCase";
import { type ClusterStep, type Next, nextStep } from "./nextStep";

/** The part of a finding that names the clustered mailbox server. */
export function aboutCluster({ cms: { computer, target } }: ClusterCase) {
  return { step: "clusteredMailbox", computer, target } as const;
}

/** R75. */
export function nodesAreItsOwn(c: ClusterCase): Verdict {
  const names = c.nodes.map(({ case: { computer } }) => computer);
  const needed = "the server object of a clustered mailbox server, with the nodes that the program names";
  const where = "in the configuration partition of the forest";
  const object = objectOfCluster(c);
  const readable = "let `directory` read the servers, with an account that sees them";
  if (!object.known) return { verdict: "unknown", why: object.why, needed, where, fix: readable };
  const fails = (problem: string, found: string, fix: string): Verdict => ({
    verdict: "fails",
    problem,
    found,
    needed,
    where,
    fix,
  });
  if (object.value === null)
    return fails(
      "the directory shows no single server object of it",
      `none, or several, below ${object.source}`,
      "correct `name`: it is the FQDN of the clustered mailbox server, not of a node or of the cluster",
    );
  const { clustered, dn } = object.value;
  if (clustered === undefined)
    return fails(
      "its server object is of no clustered mailbox server",
      `no msExchClusterStorageType and no msExchServerRedundantMachines in ${dn}`,
      "upgrade an ordinary server with ExchangeRoleUpgrade; for a clustered one let `directory` read these attributes",
    );
  const { storage, nodes } = clustered;
  if (clusterStorage(storage) === null || nodes.length === 0)
    return {
      verdict: "unknown",
      why: `msExchClusterStorageType is ${storage ?? "absent"}, and ${nodes.length === 0 ? "no redundant machine is named" : `the redundant machines are ${listed(nodes)}`}`,
      found: dn,
      needed,
      where,
      fix: "let `directory` read both attributes; where they are as they are, look at the cluster, and waive the rule with what was seen",
    };
  const hosts = new Set(nodes.map(netbiosName));
  const same = names.length === hosts.size && names.every((name) => hosts.has(netbiosName(name)));
  return same
    ? ok
    : fails(
        "the program names other nodes than the directory",
        `${listed(nodes)} in ${dn}; the program has ${listed(names)}`,
        "name every node of the clustered mailbox server in `nodes`, and no other computer",
      );
}

/** What is next, and what of the cluster was seen for it. */
export function nextOf(c: ClusterCase): Next {
  return nextStep(clusterSeen(c));
}

/** The finding on the order; null if everything is done. A step that is due cannot be waived: it stays to be done. */
export function orderFinding(c: ClusterCase, next: Next): Finding | null {
  const finding = (rule: RuleId, verdict: Finding["verdict"]) => findingOf(rule, aboutCluster(c), verdict);
  const { target } = c.cms;
  const found = stateText(c);
  switch (next.kind) {
    case "done":
      return null;
    case "unknown":
      return finding("R76", {
        verdict: "unknown",
        why: next.why,
        found,
        needed:
          "the server object, the builds of every node, and one owner and state of its group, on which the nodes agree",
        where:
          next.where === "the directory" || next.where === "the cluster"
            ? `in ${next.where}`
            : `on ${next.where}`,
        fix:
          next.fix ??
          "bring back what does not answer (the node, its Cluster service, the connection), or correct the program (`nodes`, `group`); nothing is to be done on the cluster before it is known",
      });
    case "above":
      return finding("D9", {
        verdict: "fails",
        problem: `${target.name} is below what is already there, and nothing can be taken back`,
        found,
        needed: `builds of ${target.name} or of a release before it`,
        where: "in the program: `target`",
        fix: "set `target` to the release that is there, or to a later one",
      });
    case "broken":
      return finding("R79", {
        verdict: "fails",
        problem: "every node is upgraded, and the clustered mailbox server is not",
        found,
        needed: `${upgradeCms} on the first upgraded node, before the last node`,
        where: "on the nodes",
        fix: waysOut(c, next.owner),
      });
    case "partial":
      return finding("R77", {
        verdict: "unknown",
        why: "all is upgraded, and only a part of its group is online: which of its resources are meant to be is not read",
        found,
        needed: `${cmsName(c)} Online, or a group of which only what is kept offline on purpose is offline`,
        where: `on ${next.owner}, among the resources of the group ${c.group} (cluster.exe resource)`,
        fix: `run ${startCommand(namesFor(c))}, or mount what is to be online; then run pulumi up again. Where the rest is kept offline on purpose, such as a database that nobody uses, waive R77 with that reason: the builds are proven, and nothing else is left`,
      });
    case "leftover":
      return finding("R77", {
        verdict: "fails",
        problem: `Setup of the clustered mailbox server has not finished on ${next.node}, and no node is upgraded`,
        found: `${next.left.join("; ")}; ${found}`,
        needed: "a clustered mailbox server whose installation has finished",
        where: `on ${next.node}`,
        fix: "finish or remove that installation with Setup of the release that is there; do not delete the watermark",
      });
    case "step": {
      const texts = stepTexts(c, next.step);
      const { evidence } = clusterActionEvidence[next.step.action];
      return finding(isAboutOwner(next.step) ? "R78" : "R77", {
        verdict: "fails",
        found,
        ...texts,
        needed: `${texts.needed} (${evidence === "documented" ? "Microsoft's procedure" : "practice: no document of Microsoft could be read"})`,
      });
    }
  }
}

/** The two ways out of R79. No source of Microsoft has one, so a person decides. */
function waysOut(c: ClusterCase, owner: string | null): string {
  const others = c.nodes.map(({ case: { computer } }) => computer).filter((node) => node !== owner);
  const host = owner ?? "the node that owns it";
  const restored =
    owner === null
      ? "one node that does not own it"
      : `${others.length === 1 ? "" : "one of "}${listed(others)}`;
  const key = `${setupOf(c.cms.target).registryKey}\\CMS`;
  return (
    `a person decides between two ways. Restore ${restored} from a backup of before its upgrade, then run pulumi up again: it says the steps to ` +
    `${upgradeCms} on ${host} (unverified: no source has tried it). Or on ${host} keep the key with reg export "${key}" CMS.reg, delete it with ` +
    `reg delete "${key}" and run ${setupOn(c, owner)} ${upgradeCms} (practice: one report, unsupported), then run pulumi up again: it proves the result`
  );
}

/** Setup's program on a node, with its path if the program gives the folder. */
function setupOn(c: ClusterCase, node: string | null): string {
  const { program } = setupOf(c.cms.target);
  const media = c.nodes.find(({ case: { computer } }) => computer === node)?.case.media ?? null;
  return media === null ? program : `${media.replace(/\\+$/, "")}\\${program}`;
}

/** What the commands in the Exchange Management Shell name. */
function namesFor(c: ClusterCase): ClusterCommandNames {
  return { cms: cmsName(c), target: c.cms.target.name };
}

/** A cluster knows a clustered mailbox server by its NetBIOS name. */
function cmsName({ cms: { computer } }: ClusterCase): string {
  return netbiosName(computer).toUpperCase();
}

/** The finding on the order after the program's waivers, and whether nothing is left to do. */
export function judgeOrder(
  c: ClusterCase,
  waivers: { readonly [rule: string]: string } | undefined,
): { readonly next: Next; readonly waived: Waived; readonly isDone: boolean } {
  const next = nextOf(c);
  const finding = orderFinding(c, next);
  // No waiver makes an unknown cluster known. Of the rest, only a group that is partly online can be waived.
  const waived = waive(finding === null ? [] : [finding], next.kind === "unknown" ? undefined : waivers);
  return { next, waived, isDone: next.kind === "done" || waived.accepted.length > 0 };
}

/** Whether a command prompt takes a name in quotes as it is, and the name is whole: a letter outside of ASCII may be lost. */
function isQuotable(name: string): boolean {
  return /^[\x20-\x7e]+$/.test(name) && !/["%!]|\\$/.test(name);
}

function isAboutOwner(step: ClusterStep): boolean {
  return step.action === "move groups" || (step.action === "move" && step.aside);
}

/** A step in a few words, for log lines. */
export function describeStep(c: ClusterCase, step: ClusterStep): string {
  return stepTexts(c, step).problem;
}

type Texts = Pick<Fails, "problem" | "needed" | "where" | "fix">;

function stepTexts(c: ClusterCase, step: ClusterStep): Texts {
  const { target } = c.cms;
  const cms = cmsName(c);
  const { node } = step;
  // A cluster knows its nodes by their NetBIOS names.
  const host = netbiosName(node).toUpperCase();
  const { upgrade } = setupOf(target);
  const setup = setupOn(c, node);
  const names = namesFor(c);
  const prompt = `on ${node}, in a command prompt: Exchange Server Administrator of ${cms}, and local Administrators of every node`;
  const shell = "in the Exchange Management Shell, never with cluster.exe or Cluster Administrator";
  const again = "then run pulumi up again: it verifies the step and says the next one";
  switch (step.action) {
    case "move groups": {
      const to = netbiosName(step.to).toUpperCase();
      const commands = step.groups.filter(isQuotable).map((group) => moveGroupCommand(group, to));
      const others = step.groups.filter((group) => !isQuotable(group));
      const ways = [
        ...(commands.length === 0 ? [] : [`run ${commands.join("; ")}`]),
        ...(others.length === 0
          ? []
          : [
              `move ${listed(others)} to ${to} in Cluster Administrator: the name cannot be written in a command`,
            ]),
      ];
      return {
        problem: `Setup is due on ${node}, which owns ${listed(step.groups)}`,
        needed: `a node that owns no group: Setup stops the Cluster service of ${node}`,
        where: "in a command prompt on a node of the cluster",
        fix: `${ways.join("; ")}; ${again}`,
      };
    }
    case "upgrade node":
      return {
        problem: `the next step is due: Setup ${upgrade} ${step.again ? "again " : ""}on the passive node ${node}`,
        needed: `${node} at ${target.name}, without a watermark, and restarted`,
        where: prompt,
        fix: `with a full backup at hand, run ${setup} ${upgrade} (never the wizard, D7) and restart ${node}; ${again}`,
      };
    case "restart node":
      return {
        problem: `the next step is due: the restart of ${node}`,
        needed:
          step.why === "pending"
            ? `no restart that Windows of ${node} waits for`
            : `${node} up in the cluster: Setup stops its Cluster service`,
        where: `on ${node}`,
        // A node stays paused over a restart.
        fix: `restart it${step.why === "pending" ? "" : `, or resume it where the cluster has it paused (cluster.exe node ${host} /resume)`}; ${again}`,
      };
    case "stop":
      return {
        problem: `the next step is due: ${cms} is stopped before it is moved and upgraded`,
        needed: `${cms} Offline. From here until it is started, its users have no mailboxes`,
        where: shell,
        fix: `run ${stopCommand(names)}; ${again}`,
      };
    case "move":
      return {
        problem: step.aside
          ? `Setup or a restart is due on the node that owns ${cms}`
          : `the next step is due: ${cms} moves to ${node}, which is upgraded`,
        needed: `${cms} on ${node}`,
        where: shell,
        fix: `run ${moveCommand(names, host)}; ${again}`,
      };
    case "upgrade CMS":
      return {
        problem: `the next step is due: Setup ${upgradeCms} on ${node}, before any other node is upgraded`,
        needed: `the server object of ${cms} at ${target.name}, and no watermark`,
        where: prompt,
        fix: `run ${setup} ${upgradeCms}; ${again}`,
      };
    case "start":
      return {
        problem: `the last step is due: ${cms} is started`,
        needed: `${cms} Online`,
        where: shell,
        fix: `run ${startCommand(names)}; ${again}`,
      };
  }
}

/** What is seen: the server object, owner and state, and the builds of the nodes. */
export function stateText(c: ClusterCase): string {
  const { cluster } = clusterSeen(c);
  const place = cluster.known
    ? `${cluster.value.state} on ${cluster.value.owner}`
    : "owner and state not known";
  return [
    `${c.cms.computer}: ${readingText(c.cms)}, ${place}`,
    ...c.nodes.map(({ case: node, facts: { unfinished } }) =>
      [
        `${node.computer}: ${readingText(node)}`,
        ...(unfinished.known ? unfinished.value : []),
        ...(cluster.known && !cluster.value.up.has(node.computer) ? ["not up in the cluster"] : []),
      ].join(", "),
    ),
  ].join("; ");
}

function readingText(c: ClusterCase["cms"]): string {
  const state = stepState(c);
  return state.known ? state.value.readings.map(({ text }) => text).join(", ") : `not read: ${state.why}`;
}
