/** The way of a whole organization in words. */
import { formatBuild, isDefined } from "../releases";
import type { Path, PathAnswer, Stop } from "../releases/path";
import { either } from "../releases/wording";
import { counted, listedOf } from "../text";
import { markdownText } from "./markdownText";
import type { OrganizationPath, ReleaseOnTheWay, ServerGroup } from "./organizationPath";
import {
  headingOf,
  type Line,
  linesMarkdown,
  linesText,
  pathData,
  preparationTexts,
  releaseLines,
  stopData,
} from "./path";

/** Highest number of servers that a line names; JSON names all. */
const mostNames = 8;

/** The whole answer as lines for a terminal. */
export function organizationPathText(path: OrganizationPath): string {
  const groups = path.groups.flatMap((group) => [
    "",
    titleOfGroup(group),
    ...linesOfGroup(group).map((line) => `   ${line}`),
  ]);
  const releases = path.releases.flatMap((each) => ["", titleOf(each), ...linesText(linesOf(each))]);
  const notRead = notReadOf(path).map((each) => `   ${each}`);
  return `${[
    summaryOf(path),
    ...groups,
    ...(notRead.length === 0 ? [] : ["", "Not read:", ...notRead]),
    ...releases,
  ].join("\n")}\n`;
}

/** The whole answer as Markdown. */
export function organizationPathMarkdown(path: OrganizationPath): string {
  const groups = path.groups.flatMap((group) => [
    "",
    `### ${markdownText(titleOfGroup(group))}`,
    "",
    ...linesOfGroup(group).map(listItem),
  ]);
  const releases = path.releases.flatMap((each) => [
    "",
    `### ${markdownText(titleOf(each))}`,
    "",
    ...linesMarkdown(linesOf(each)),
  ]);
  const notRead = notReadOf(path).map((each) => `- ${markdownText(each)}`);
  return `${[
    `## ${markdownText(summaryOf(path))}`,
    ...groups,
    ...(notRead.length === 0 ? [] : ["", "### Not read", "", ...notRead]),
    ...releases,
  ].join("\n")}\n`;
}

function notReadOf({ ofDirectory, groups, notRead }: OrganizationPath): readonly string[] {
  const isMissing = ofDirectory && groups.length > 0;
  return [
    ...notRead,
    ...(isMissing
      ? ["Windows and .NET Framework of the servers: the directory does not show them, a program reads them"]
      : []),
  ];
}

/** Keeps the numbers of the stops. */
function listItem(line: string): string {
  const [, mark = "- ", text = line] = /^(\d+\. )(.*)$/.exec(line) ?? [];
  return `${mark}${markdownText(text)}`;
}

/** The answer as plain data, for JSON. */
export function organizationPathData(path: OrganizationPath): { readonly [key: string]: unknown } {
  const { to, forest, organization, groups, releases, ofDirectory, notRead } = path;
  return {
    kind: "organization",
    to: to.name,
    forest,
    organization,
    groups: groups.map(({ servers, release, answer, ...group }) => ({
      servers: servers.map(({ name, build }) => ({
        name,
        build: build === null ? null : formatBuild(build),
      })),
      release: release?.name ?? null,
      ...group,
      answer: answer === null ? null : pathData(answer),
    })),
    releases: releases.map(({ stop, preparations, first }) => ({
      ...stopData({ ...stop, preparations }),
      first,
    })),
    ofDirectory,
    notRead,
  };
}

function summaryOf({ to, forest, organization, groups }: OrganizationPath): string {
  const count = (verdict: ServerGroup["verdict"]) =>
    groups.filter((group) => group.verdict === verdict).reduce((sum, { servers }) => sum + servers.length, 0);
  const all = groups.reduce((sum, { servers }) => sum + servers.length, 0);
  const parts = [
    [count("there"), "at it"],
    [count("way"), "with a way to it"],
    [count("blocked"), "without"],
    [count("unknown"), "of an unknown release"],
  ] as const;
  const told = parts.flatMap(([number, text]) => (number === 0 ? [] : [`${number} ${text}`]));
  const where = [organization ?? "the organization", ...(forest === null ? [] : [forest])].join(", ");
  if (all === 0) return `${where}, to Exchange ${nameOf(to)}: no server was seen`;
  return `${where}, to Exchange ${nameOf(to)}: ${counted(all, "server")}${told.length === 0 ? "" : `, ${told.join(", ")}`}`;
}

function nameOf(release: OrganizationPath["to"]): string {
  return `${release.name}${isDefined(release) ? " (defined by the program)" : ""}`;
}

function titleOfGroup({ servers, release, edge, clustered }: ServerGroup): string {
  const names = servers.slice(0, mostNames).map(({ name }) => name);
  const now = release === null ? "of an unknown release" : `at ${release.name}`;
  const what = edge ? "Edge Transport server" : clustered ? "clustered mailbox server" : "server";
  return `${counted(servers.length, what)} ${now}${edge ? ", as subscribed" : ""}: ${listedOf(names, servers.length)}`;
}

function linesOfGroup({ windows, framework, answer, problems, clustered }: ServerGroup): readonly string[] {
  const has = [
    ...(windows === null ? [] : [windows]),
    ...(framework === null ? [] : [`.NET Framework ${framework}`]),
  ];
  return [
    ...(has.length === 0 ? [] : [has.join(", ")]),
    ...answerLines(answer),
    ...(clustered ? orderLines(answer) : []),
    ...problems,
  ];
}

function answerLines(answer: PathAnswer | null): readonly string[] {
  if (answer === null) return [];
  if (answer.kind !== "path") return [answer.text];
  return [
    ...answer.path.stops.map((stop, at) => `${at + 1}. ${headingOf(stop)}${frameworkOf(stop, at)}`),
    ...needsOf(answer.path),
  ];
}

/** Nodes have no objects in the directory, so no other line tells of them. */
function orderLines(answer: PathAnswer | null): readonly string[] {
  const isInPlace = answer?.kind === "path" && answer.path.stops.some(({ how }) => how === "in place");
  return isInPlace
    ? [
        "In place, every node is upgraded, and the clustered mailbox server between the first node and the last: ExchangeClusteredMailboxUpgrade says each step.",
      ]
    : [];
}

function frameworkOf({ how, frameworks }: Stop, at: number): string {
  if (how !== "in place" || frameworks === null) return "";
  return `, on ${at === 0 ? ".NET Framework " : ""}${either(frameworks)}`;
}

function needsOf({ move }: Path): readonly string[] {
  return move === null || move.needs === null ? [] : [`It needs ${move.needs}.`];
}

function titleOf({ stop }: ReleaseOnTheWay): string {
  return `What ${nameOf(stop.release)} asks for`;
}

function linesOf({ stop, isLast, preparations, first }: ReleaseOnTheWay): readonly Line[] {
  return [
    ...(first.length === 0 ? [] : [["First", first] as const]),
    // The section "First" tells what this schema master needs.
    ["Preparation", preparationTexts({ preparations, forest: "not described" })],
    ...releaseLines(stop, isLast),
  ];
}
