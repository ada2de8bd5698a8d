/** The way from one release to another in words: what each stop requires. */

import { formatBuild, isSoftwareDescribed } from "../releases";
import { isDefined } from "../releases/catalogue";
import { describeCoexistences } from "../releases/coexistence";
import type { Described } from "../releases/described";
import {
  describeControllers,
  type ForestSupport,
  functionalLevels,
  schemaMasterFix,
} from "../releases/domainControllers";
import { describeFrameworks } from "../releases/framework";
import type { Path, PathAnswer, Stop } from "../releases/path";
import { compareProducts, productNames } from "../releases/products";
import { describeWindows, type WindowsSupport } from "../releases/windowsServer";
import { either } from "../releases/wording";
import { counted, listed } from "../text";
import { markdownText } from "./markdownText";

/** What a stop requires, under a label. */
export type Line = readonly [label: string, texts: readonly string[]];

export const notDescribed = "not described here: verify it yourself";

/** The whole answer as lines for a terminal. */
export function pathText(answer: PathAnswer): string {
  if (answer.kind !== "path") return `${answer.text}\n`;
  const { path } = answer;
  const stops = path.stops.map((stop, index) => {
    const lines = linesText(linesOf(stop, index === path.stops.length - 1));
    return [`${index + 1}. ${headingOf(stop)}`, ...lines].join("\n");
  });
  return `${[summaryOf(path), ...needsOf(path), "", ...stops.flatMap((stop) => [stop, ""])].join("\n").trimEnd()}\n`;
}

/** The whole answer as Markdown. */
export function pathMarkdown(answer: PathAnswer): string {
  if (answer.kind !== "path") return `${markdownText(answer.text)}\n`;
  const { path } = answer;
  const stops = path.stops.flatMap((stop, index) => [
    `### ${index + 1}. ${markdownText(headingOf(stop))}`,
    "",
    ...linesMarkdown(linesOf(stop, index === path.stops.length - 1)),
    "",
  ]);
  const title = `## ${markdownText(path.from.name)} to ${markdownText(path.to.name)}`;
  const lines = [title, "", ...[summaryOf(path), ...needsOf(path)].map(markdownText), "", ...stops];
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Lines below a heading, for a terminal. */
export function linesText(lines: readonly Line[]): readonly string[] {
  return lines.flatMap(([label, texts]) =>
    texts.map((text, at) => `   ${(at === 0 ? `${label}:` : "").padEnd(16)}${text}`),
  );
}

/** The same as a table. */
export function linesMarkdown(lines: readonly Line[]): readonly string[] {
  return [
    "| | |",
    "|---|---|",
    ...lines.map(([label, texts]) => `| ${label} | ${texts.map(markdownText).join("<br>")} |`),
  ];
}

/** The answer as plain data, for JSON: the values that rules use, and names instead of whole releases. */
export function pathData(answer: PathAnswer): { readonly [key: string]: unknown } {
  if (answer.kind !== "path") return { kind: answer.kind, text: answer.text };
  const { from, to, stops, move } = answer.path;
  return {
    kind: answer.kind,
    from: from.name,
    to: to.name,
    needs: move?.needs ?? null,
    stops: stops.map(stopData),
  };
}

/** A stop as plain data. */
export function stopData({ release, ...stop }: Stop): { readonly [key: string]: unknown } {
  return {
    release: release.name,
    build: formatBuild(release.build),
    definedByProgram: isDefined(release),
    ...stop,
  };
}

function summaryOf({ from, to, stops }: Path): string {
  const upgrades = stops.filter(({ how }) => how === "in place").length;
  const inPlace = `${counted(upgrades, "upgrade")} in place`;
  if (stops.at(-1)?.how !== "new servers")
    return `From Exchange ${from.name} to ${to.name}: ${inPlace}${upgrades > 1 ? ", one after the other on each server" : ""}.`;
  const updates = stops.filter(({ how }) => how === "update only").length;
  const before = [...(upgrades > 0 ? [inPlace] : []), ...(updates > 0 ? ["an update"] : [])];
  const old = before.length > 0 ? `${listed(before)} of the old servers, then ` : "";
  return `From Exchange ${from.name} to ${to.name}: ${old}new servers; no upgrade in place leads there.`;
}

function needsOf({ move }: Path): readonly string[] {
  return move === null || move.needs === null ? [] : [`${productNames[move.to]} needs ${move.needs}.`];
}

/** A stop in a line: `2016 CU23, in place`. */
export function headingOf({ release, how, update }: Stop): string {
  const defined = isDefined(release) ? " (defined by the program)" : "";
  switch (how) {
    case "in place":
      return `${release.name}${defined}, in place`;
    case "update only":
      return `${release.name}${defined} stays, with ${update}`;
    case "new servers":
      return `${release.name}${defined} on new servers, to which mailboxes and services are moved`;
  }
}

function linesOf(stop: Stop, isLast: boolean): readonly Line[] {
  const { how, known } = stop;
  const source: Line = ["Known from", [`${known.evidence}: ${known.source}`]];
  if (how === "update only") return [source];
  return [
    [".NET Framework", [frameworkText(stop)]],
    ["Preparation", preparationTexts(stop)],
    ...releaseLines(stop, isLast),
    source,
  ];
}

/** The requirements of a release, wherever the way comes from. @param isLast true for the last stop */
export function releaseLines(stop: Stop, isLast: boolean): readonly Line[] {
  const { release, how, update, components, coexistence } = stop;
  const parts = components.filter(({ software }) => software).map(({ name }) => name);
  const isModern = compareProducts(release.product, "2013") >= 0;
  const afterwards = [
    ...(isModern && how === "in place" ? ["restart Windows"] : []),
    ...(update === null ? [] : [`${update} on every server`]),
    ...(isModern && isLast ? ["install the newest security update of the release"] : []),
  ];
  return [
    ["Windows", [windowsText(stop.windows)]],
    ["Forest", forestTexts(stop.forest)],
    ["Other servers", coexistenceTexts(coexistence)],
    ...(parts.length > 0
      ? [["Mailbox server", [parts.join("; ")]] as const]
      : isModern && !isSoftwareDescribed(release)
        ? [["Mailbox server", [`components: ${notDescribed}`]] as const]
        : []),
    ...(afterwards.length === 0 ? [] : [["Afterwards", afterwards] as const]),
  ];
}

/** The .NET Framework of a stop: the versions on which Setup may run; for new servers, those of the release. */
export function frameworkText({ how, frameworks, framework }: Stop): string {
  if (how === "in place")
    return frameworks === null
      ? notDescribed
      : `version ${either(frameworks)}, installed before Setup is run`;
  return typeof framework === "string" ? notDescribed : `version ${describeFrameworks(framework)}`;
}

/** What the media of a stop prepare, and which Windows a schema master needs for that. */
export function preparationTexts({
  preparations,
  forest,
}: Pick<Stop, "preparations" | "forest">): readonly string[] {
  if (preparations.length === 0) return ["nothing to prepare: the directory is at this level"];
  const on2025 =
    typeof forest !== "string" && forest.versions.some(({ name }) => name === "Windows Server 2025");
  const imports = preparations.some((each) => each !== "/PrepareDomain");
  const { build, revision, update } = schemaMasterFix;
  return [
    listed(preparations),
    ...(on2025 && imports
      ? [`a schema master on Windows Server 2025 needs ${build}.${revision} first: ${update}`]
      : []),
  ];
}

function windowsText(support: Described<WindowsSupport>): string {
  if (typeof support === "string") return notDescribed;
  const core = { true: ", Server Core, too", false: ", not as Server Core", null: "" }[`${support.core}`];
  return `${describeWindows(support.versions)}${core}`;
}

function forestTexts(support: Described<ForestSupport>): readonly string[] {
  if (typeof support === "string") return [notDescribed];
  const { least, most, refusedBelow, rule } = support.level;
  const name = (level: number) => functionalLevels[level] ?? `level ${level}`;
  const range = most === null ? `${name(least)} or higher` : `${name(least)} to ${name(most)}`;
  const refused = rule === null ? "" : `; Setup refuses below ${name(refusedBelow)} (${rule})`;
  return [`functional level ${range}${refused}`, `domain controllers on ${describeControllers(support)}`];
}

function coexistenceTexts(rules: Stop["coexistence"]): readonly string[] {
  if (rules === "none needed") return ["nothing is asked of them"];
  if (rules === "not described") return [notDescribed];
  return describeCoexistences(rules);
}
