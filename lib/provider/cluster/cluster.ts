/**
 * A clustered mailbox server, made from a resource's inputs. It and each of its nodes have the form of a server's step whose Setup an
 * operator runs, so they are read and judged as such steps.
 */
import { z } from "zod";
import type { Planned } from "../../model";
import { type ClusterPlan, planOfCluster } from "../../plan/clusterPlan";
import { argumentPath, members, type ProgramPlace, placeFrom } from "../../rules/program/argumentTexts";
import { strayText } from "../../text";
import {
  bookkeepingOf,
  hasUnknown,
  isRecord,
  type Props,
  sameJson,
  withoutBookkeeping,
} from "../../wire/values";
import { ownServerGone } from "../step/gone";
import { type ParsedInputs, parseInputs } from "../step/inputs";
import { nameOf } from "../step/sameStep";
import { isOffered, plannedAfter, type Step, stepOf } from "../step/step";
import { targetIn } from "../step/target";
import { fqdn } from "../step/textInputs";

/** A clustered mailbox server with valid inputs. */
export interface Cluster {
  readonly cms: Step;
  /** Name of its group in the cluster. */
  readonly group: string;
  /** By their names in the program, in its order. */
  readonly nodes: { readonly [name: string]: Step };
}

/** Inputs that may be partly unknown. */
export interface ParsedCluster {
  /** The inputs of each node, for the credentials in them. */
  readonly inputs: readonly ParsedInputs[];
  /** Null while a part of it is unknown, or wrong. */
  readonly cluster: Cluster | null;
  readonly unknown: readonly string[];
  readonly problems: readonly string[];
  /** As those of a step. */
  readonly place: ProgramPlace | null;
}

const own = {
  name: fqdn,
  group: z
    .string()
    .regex(/^[\x20\x21\x23-\x7e]{1,80}$/, 'is not the name of a group of the cluster, such as "MBX1"'),
} as const;

/** Inputs that it shares with a server's step. */
const shared: readonly string[] = [
  "target",
  "releases",
  "directory",
  "prepared",
  "after",
  "account",
  "timeouts",
  "changeWindow",
  "waive",
  "gone",
];

/** Keys that check and create add. */
export const addedKeys: readonly string[] = ["plan", "planned", "builds"];

/** Names of all arguments, for tests. */
export const clusterArguments: readonly string[] = [...Object.keys(own), "nodes", ...shared];

/** Checks the inputs. */
export function parseCluster(props: Props): ParsedCluster {
  const given = withoutBookkeeping(props, addedKeys);
  const common = {
    ...bookkeepingOf(props),
    ...Object.fromEntries(Object.entries(given).filter(([key]) => shared.includes(key))),
    run: "manual",
  };
  const place = placeFrom(props.__place);
  const nodes = isRecord(given.nodes) ? Object.entries(given.nodes) : [];
  const parsed = nodes.map(([name, node]) => {
    const __place = placeOfNode(place, name);
    return [name, parseInputs("server", { ...common, computer: node, __place })] as const;
  });
  const unknown = Object.keys(own).filter((name) => hasUnknown(given[name]));
  if (hasUnknown(given.nodes) && !isRecord(given.nodes)) unknown.push("nodes");
  const ofCluster = ownProblems(given, unknown).map(([at, what]) => `${argumentPath(place, at)}: ${what}`);
  // What all nodes share is told once.
  const problems = [...new Set([...ofCluster, ...parsed.flatMap(([, each]) => each.problems)])];
  const hidden = parsed.flatMap(([name, each]) =>
    each.unknown.map((what) => what.replace(/^computer/, `nodes.${name}`)),
  );
  const [first] = parsed;
  const named = first?.[1].known.target;
  if (first !== undefined && named !== undefined && !isOfferedOf2007(first[1]))
    problems.push(
      `target: ${named} is no service pack of Exchange 2007 that this version offers: later products have no clustered mailbox servers`,
    );
  return {
    inputs: parsed.map(([, each]) => each),
    cluster: problems.length > 0 ? null : clusterOf(given, unknown, place, parsed),
    unknown: [...new Set([...unknown, ...hidden])],
    problems,
    place,
  };
}

/** Unknown definitions of releases may have the target. */
function isOfferedOf2007({ known, unknown }: ParsedInputs): boolean {
  if (unknown.includes("releases")) return true;
  const target = targetIn(known);
  return target !== undefined && target.product === "2007" && isOffered(target);
}

/** Where the program has a node's arguments: its own as those of a computer, the others where all nodes share them. */
function placeOfNode(place: ProgramPlace | null, name: string): ProgramPlace {
  const ofCluster = shared.map((each) => [each, argumentPath(place, [each])] as const);
  return {
    at: place?.at ?? "",
    elsewhere: {
      ...Object.fromEntries(ofCluster),
      ...place?.elsewhere,
      computer: `${argumentPath(place, ["nodes"])}${members([name])}`,
    },
  };
}

function clusterOf(
  given: Props,
  unknown: readonly string[],
  place: ProgramPlace | null,
  parsed: readonly (readonly [string, ParsedInputs])[],
): Cluster | null {
  if (unknown.includes("name") || unknown.includes("group")) return null;
  const steps = parsed.flatMap(([name, each]) => {
    const step = stepOf("server", each);
    return step === null ? [] : [[name, step] as const];
  });
  const [first] = steps;
  const name = own.name.parse(given.name);
  if (first === undefined || steps.length !== parsed.length) return null;
  const [, node] = first;
  const { media: _, domain: __, ...computer } = node.inputs.computer;
  return {
    cms: { ...node, computer: name, place, inputs: { ...node.inputs, computer: { ...computer, name } } },
    group: typeof given.group === "string" ? given.group : (name.split(".")[0] ?? name),
    nodes: Object.fromEntries(steps),
  };
}

/** What is wrong with the arguments that only it has, each with its path. */
function ownProblems(
  given: Props,
  unknown: readonly string[],
): readonly (readonly [at: readonly string[], what: string])[] {
  const problems: (readonly [readonly string[], string])[] = [];
  for (const name of ["name", "group"] as const) {
    if (unknown.includes(name) || (name === "group" && given.group === undefined)) continue;
    if (given[name] === undefined) problems.push([[name], "missing"]);
    else {
      const parsed = own[name].safeParse(given[name]);
      if (!parsed.success) problems.push([[name], parsed.error.issues[0]?.message ?? "cannot be used"]);
    }
  }
  const { nodes } = given;
  if (!unknown.includes("nodes")) {
    const all = isRecord(nodes) ? Object.values(nodes) : [];
    const names = all.flatMap((node) =>
      isRecord(node) && typeof node.name === "string" ? [node.name.toLowerCase()] : [],
    );
    const what: string[] = [];
    if (!isRecord(nodes)) what.push(nodes === undefined ? "missing" : "is no object of nodes by name");
    else if (all.length < 2)
      what.push("a cluster has two nodes or more: name all that may host the clustered mailbox server");
    if (new Set(names).size !== names.length) what.push("two of them have the same name");
    if (typeof given.name === "string" && names.includes(given.name.toLowerCase()))
      what.push("the clustered mailbox server is none of its own nodes");
    problems.push(...what.map((each) => [["nodes"], each] as const));
  }
  const { prepared } = given;
  if (isRecord(prepared) && (prepared.edge === true || prepared.byFirstServer === true))
    problems.push([
      ["prepared"],
      "the directory of a clustered mailbox server is prepared before it, by a preparation of the program or by somebody else (Prepared.verify)",
    ]);
  const { gone } = given;
  for (const server of isRecord(gone) ? Object.keys(gone) : [])
    if (nameOf({ name: server }) === nameOf({ name: given.name }))
      problems.push([["gone", server], ownServerGone]);
  // Nobody logs on as the operator: a password would be kept for nothing.
  if (isRecord(given.account) && given.account.password !== undefined)
    problems.push([["account", "password"], strayText("password", ["name"])]);
  for (const name of Object.keys(given))
    if (!clusterArguments.includes(name)) problems.push([[name], strayText(name, clusterArguments)]);
  return problems;
}

/** The plan, for people. */
export function planOf({ cms, nodes }: Cluster): ClusterPlan {
  return planOfCluster({
    server: cms.computer,
    nodes: Object.values(nodes).map(({ computer }) => computer),
    target: cms.target,
    gone: cms.inputs.gone,
  });
}

/** What it and the steps before it will have done. */
export function plannedOf({ cms }: Cluster): Planned {
  return plannedAfter(cms);
}

/** Whether inputs are of one clustered mailbox server with the same nodes, whatever the program calls them and in which order. */
export function isSameCluster(a: Props, b: Props): boolean {
  const nodes = (props: Props) =>
    isRecord(props.nodes) ? Object.values(props.nodes).map(nameOf).sort() : [];
  return nameOf({ name: a.name }) === nameOf({ name: b.name }) && sameJson(nodes(a), nodes(b));
}

/** It in words, e.g. `clustered mailbox server upgrade on mbx1.contoso.com`. */
export function wordsOf({ cms }: Cluster): string {
  return `clustered mailbox server upgrade on ${cms.computer}`;
}
