/** What tells of a cluster: the classes of root\mscluster for wmic, and `cluster.exe group`. */
import type { SimulatedCluster } from "../cluster";
import type { Program, ProgramContext } from "./program";

/** Windows' CLUSTER_NODE_STATE. */
const nodeStates = { up: 0, down: 1 };

function host(fqdn: string): string {
  return (fqdn.split(".")[0] ?? fqdn).toUpperCase();
}

/** The cluster of this computer, if its Cluster service answers. */
function clusterOf({ computer }: ProgramContext): SimulatedCluster | null {
  const { cluster, name } = computer;
  return cluster?.isUp(name) === true ? cluster : null;
}

/** `wmic /namespace:\\root\mscluster path CLASS get Name,State /value`. */
export const clusterQuery =
  /^\/namespace:\\\\root\\mscluster\s+path\s+(MSCluster_\w+)\s+get\s+name,state\s+\/value$/i;

/** Answers {@link clusterQuery}. */
export function answerClusterQuery(context: ProgramContext, className: string): number {
  const cluster = clusterOf(context);
  if (cluster === null) {
    context.printError(
      context.computer.cluster === null
        ? "Node - LAB\r\r\nERROR:\r\r\nCode = 0x8004100e\r\r\nDescription = Invalid namespace\r\r\n"
        : "Node - LAB\r\r\nERROR:\r\r\nCode = 0x800706ba\r\r\nDescription = The RPC server is unavailable.\r\r\n",
    );
    return 1;
  }
  const rows: readonly (readonly [string, number])[] =
    className.toLowerCase() === "mscluster_node"
      ? cluster.spec.nodes.map((node) => [host(node), cluster.isUp(node) ? nodeStates.up : nodeStates.down])
      : [...cluster.groups].map(([name, { state }]) => [name, state]);
  const text = rows.map(([name, state]) => `\r\n\r\nName=${name}\r\nState=${state}\r\n`).join("");
  context.print(`${text}\r\n\r\n\r\n`.replaceAll("\r\n", "\r\r\n"));
  return 0;
}

/** cluster.exe: `group`, as public transcripts show its table, and `group NAME /move:NODE`. */
export const clusterProgram: Program = async (context) => {
  const [verb = "", name, move] = context.args;
  const cluster = clusterOf(context);
  if (cluster === null) {
    context.printError("System error 1753 has occurred (0x000006d9).\r\n");
    return 1753;
  }
  const target = /^\/move(?:to)?:(.+)$/i.exec(move ?? "")?.[1];
  if (verb.toLowerCase() !== "group" || (name !== undefined && target === undefined)) {
    context.printError('The lab simulates "cluster group" and "cluster group NAME /move:NODE".\n');
    return 1;
  }
  if (name !== undefined) {
    const node = cluster.spec.nodes.find((each) => host(each) === target?.toUpperCase());
    cluster.moveGroup(name, node ?? "");
  }
  const words = ["Online", "Offline", "Failed"];
  context.print("Listing status for all available resource groups:\n\n");
  context.print("Group                Node            Status\n-------------------- --------------- ------\n");
  for (const [group, { owner, state }] of cluster.groups)
    context.print(`${group.padEnd(20)} ${host(owner).padEnd(15)} ${words[state] ?? "Pending"}\n`);
  return 0;
};
