/** Arguments from which no order can be made: all of them are reported at once, before any resource exists. */
import { roles } from "../../facts";
import { productOfName } from "../../releases";
import { members } from "../../rules/program/argumentTexts";
import { withCode } from "../../text";
import { isPlain } from "../args";
import {
  changeWindowNames,
  directoryNames,
  Each,
  isLate,
  maintenanceNames,
  type NamesOf,
  noArguments,
  securityUpdateNames,
  serverCommandsNames,
  shownValue,
  stepNames,
  strays,
} from "../knownArguments";
import { refusal } from "../refusal";
import { clusterNames, serverNames } from "../roleUpgrade";
import type {
  ExchangeUpgradeArgs,
  PreparationArgs,
  UpgradeClusteredMailboxArgs,
  UpgradeServerArgs,
} from "./upgradeArgs";

const preparationNames = {
  schema: stepNames,
  activeDirectory: stepNames,
  domains: new Each(stepNames),
  allDomains: stepNames,
} satisfies NamesOf<PreparationArgs>;
/** The names of all arguments of the component. */
export const upgradeNames = {
  target: null,
  releases: null,
  directory: directoryNames,
  preparation: preparationNames,
  servers: new Each(serverNames satisfies NamesOf<UpgradeServerArgs>),
  clusteredMailboxServers: new Each({
    ...clusterNames,
    site: null,
  } satisfies NamesOf<UpgradeClusteredMailboxArgs>),
  atOnce: null,
  edge: null,
  commands: serverCommandsNames,
  gone: stepNames.gone,
  changeWindow: changeWindowNames,
  defaults: {
    run: null,
    taskName: null,
    timeouts: stepNames.timeouts,
    waive: stepNames.waive,
    replication: stepNames.replication,
    setup: stepNames.setup,
    reboot: null,
    maintenance: maintenanceNames,
    securityUpdate: securityUpdateNames,
  } satisfies NamesOf<NonNullable<ExchangeUpgradeArgs["defaults"]>>,
} satisfies NamesOf<ExchangeUpgradeArgs>;

const edges = ["first", "afterMailbox", "last"];
const preparations = ["verify", "byFirstServer"];

/** Arguments that no compiler has checked. */
type Given = { readonly [name: string]: unknown };

/** @throws pulumi.RunError, of which Pulumi shows the message alone */
export function refuseUnplannable(name: string, args: ExchangeUpgradeArgs): void {
  if (!isPlain(args)) refuse(name, [noArguments]);
  const given: Given = args as unknown as Given;
  const {
    atOnce = 1,
    edge = "afterMailbox",
    preparation,
    servers,
    clusteredMailboxServers: clusters = {},
    defaults = {},
  } = given;
  refuse(name, [
    ...strays(args, upgradeNames),
    ...["target", "directory"]
      .filter((each) => (given[each] ?? undefined) === undefined)
      .map((each) => `${each}: missing`),
    ...(Number.isInteger(atOnce) && Number(atOnce) >= 1
      ? []
      : [`atOnce: ${shown(atOnce)} is no whole number from 1`]),
    ...(edges.includes(edge as string) ? [] : [`edge: ${shown(edge)} is none of ${choices(edges)}`]),
    ...ofPreparation(preparation),
    ...ofServers(servers),
    ...ofClusters(clusters, given),
    ...(isPlain(defaults) ? [] : [`defaults: ${shown(defaults)} is no object of arguments`]),
  ]);
}

/** The gates would regard two steps of one name as one. @param steps names of resources, by the program's names */
export function refuseSameNames(name: string, steps: readonly (readonly [string, string])[]): void {
  const first = new Map<string, string>();
  const problems: string[] = [];
  for (const [where, resource] of steps) {
    const other = first.get(resource);
    if (other === undefined) first.set(resource, where);
    else problems.push(`${where}: its resource would be ${resource}, as ${other} is; give it another name`);
  }
  refuse(name, problems);
}

function refuse(name: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw refusal(
    withCode(`ExchangeUpgrade "${name}" cannot be planned:\n  ${problems.join("\n  ")}`, "XU-ARGUMENT"),
  );
}

function ofPreparation(preparation: unknown): readonly string[] {
  if (preparations.includes(preparation as string)) return [];
  if (!isPlain(preparation))
    return [`preparation: ${shown(preparation)} is neither { schema: … } nor ${choices(preparations)}`];
  const { schema, activeDirectory, domains = {}, allDomains } = preparation;
  const where = "preparation";
  return [
    ...ofStep(`${where}.schema`, schema),
    ...(activeDirectory === undefined ? [] : ofStep(`${where}.activeDirectory`, activeDirectory)),
    ...(isPlain(domains)
      ? Object.entries(domains).flatMap(([domain, step]) =>
          ofStep(`${where}.domains${members([domain])}`, step),
        )
      : [`${where}.domains: ${shown(domains)} is no map of steps by the domain's DNS name`]),
    ...(allDomains === undefined ? [] : ofStep(`${where}.allDomains`, allDomains)),
  ];
}

function ofServers(servers: unknown): readonly string[] {
  if (!isPlain(servers)) return [`servers: ${shown(servers)} is no map of servers by a short name`];
  const problems: string[] = [];
  const keys = new Map<string, string>();
  for (const [key, server] of Object.entries(servers)) {
    const where = `servers${members([key])}`;
    problems.push(...ofStep(where, server));
    if (!isPlain(server)) continue;
    problems.push(...ofRolesAndSite(where, server));
    const { name } = isPlain(server.computer) ? server.computer : { name: undefined };
    if (typeof name !== "string") continue;
    const fqdn = name.toLowerCase();
    const other = keys.get(fqdn);
    if (other !== undefined) problems.push(`${where}: ${fqdn} is ${other} already`);
    keys.set(fqdn, where);
  }
  return problems;
}

function ofClusters(clusters: unknown, { preparation, servers, target }: Given): readonly string[] {
  const argument = "clusteredMailboxServers";
  if (!isPlain(clusters))
    return [`${argument}: ${shown(clusters)} is no map of clustered mailbox servers by a short name`];
  const all = Object.entries(clusters);
  if (all.length === 0) return [];
  const problems: string[] = [];
  const product = typeof target === "string" ? productOfName(target) : undefined;
  if (product !== undefined && product !== "2007")
    problems.push(
      `${argument}: only Exchange 2007 has clustered mailbox servers, and the target is ${target}`,
    );
  if (preparation === "byFirstServer")
    problems.push(
      `${argument}: they need a forest that is prepared before them: instead of "byFirstServer" say in \`preparation\` a computer that prepares it, such as the first server's own (it needs the same rights and place), or "verify" where somebody else prepares it`,
    );
  const names = new Map<string, string>();
  const take = (where: string, name: string) => {
    const other = names.get(name.toLowerCase());
    if (other === undefined) names.set(name.toLowerCase(), where);
    else problems.push(`${where}: ${name.toLowerCase()} is ${other} already`);
  };
  for (const [key, server] of isPlain(servers) ? Object.entries(servers) : []) {
    const { name } = isPlain(server) && isPlain(server.computer) ? server.computer : { name: undefined };
    if (typeof name === "string") names.set(name.toLowerCase(), `servers${members([key])}`);
  }
  for (const [key, cluster] of all) {
    const where = `${argument}${members([key])}`;
    if (!isPlain(cluster)) {
      problems.push(`${where}: ${shown(cluster)} is no clustered mailbox server`);
      continue;
    }
    const { name, site, nodes } = cluster;
    if (typeof name === "string") take(where, name);
    else problems.push(`${where}.name: ${shown(name)} is no name`);
    if (site === undefined)
      problems.push(`${where}.site: missing; servers of one role take turns within their site`);
    else if (typeof site !== "string") problems.push(`${where}.site: ${shown(site)} is no name`);
    if (!isPlain(nodes)) {
      problems.push(
        `${where}.nodes: ${nodes === undefined ? "missing" : `${shown(nodes)} is no map of nodes by a name`}`,
      );
      continue;
    }
    for (const [own, node] of Object.entries(nodes)) {
      const at = `${where}.nodes${members([own])}`;
      const host = isPlain(node) ? node.name : undefined;
      if (typeof host === "string") take(at, host);
      else problems.push(`${at}.name: ${shown(host)} is no name`);
    }
  }
  return problems;
}

function ofRolesAndSite(
  where: string,
  { roles: own, site, internetFacing = false, dag }: Given,
): readonly string[] {
  const problems: string[] = [];
  if (!Array.isArray(own) || own.length === 0)
    problems.push(`${where}.roles: name at least one role, in a list`);
  else
    for (const role of own.filter((each) => !(roles as readonly unknown[]).includes(each)))
      problems.push(`${where}.roles: ${shown(role)} is none of ${choices(roles)}`);
  const needsSite =
    Array.isArray(own) && own.some((role) => role !== "Edge Transport" && role !== "Management Tools");
  if (site === undefined && needsSite)
    problems.push(`${where}.site: missing; servers of one role take turns within their site`);
  if (site !== undefined && typeof site !== "string")
    problems.push(`${where}.site: ${shown(site)} is no name`);
  if (dag !== undefined && typeof dag !== "string") problems.push(`${where}.dag: ${shown(dag)} is no name`);
  if (typeof internetFacing !== "boolean")
    problems.push(`${where}.internetFacing: ${shown(internetFacing)} is neither true nor false`);
  return problems;
}

function ofStep(where: string, step: unknown): readonly string[] {
  if (!isPlain(step) || !isPlain(step.computer))
    return [`${where}.computer: missing; say where the step runs`];
  const { name, domain } = step.computer;
  return [
    ...(typeof name === "string" ? [] : [`${where}.computer.name: ${shown(name)} is no name`]),
    ...(domain === undefined || typeof domain === "string"
      ? []
      : [`${where}.computer.domain: ${shown(domain)} is no name`]),
  ];
}

/** A value in a message. */
function shown(value: unknown): string {
  return isLate(value)
    ? "an Output (the order of the steps is made before its value is known)"
    : shownValue(value);
}

function choices(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}
