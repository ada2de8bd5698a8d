/** A review as a comment on a pull request: Markdown as GitHub renders it. Pure. */

import { counted } from "../text";
import { clustersTitle, clusterWords, notCounted } from "./clusters";
import type { Comparison } from "./compare";
import { comparisonTitle, wordsOf } from "./compareText";
import { markdownBlock, markdownCode, markdownText } from "./markdownText";
import { reviewMermaid } from "./mermaid";
import { type Stage, stagesOf } from "./order";
import { phasesText, unverifiedText } from "./phases";
import type { Review, ReviewStep } from "./review";
import { titledRules } from "./ruleTitles";
import {
  type ComputerFindings,
  detailOf,
  factsAge,
  findingsByComputer,
  findingsText,
  isToApprove,
  type Placed,
  plannedLevels,
  programText,
  progressNames,
  progressText,
  type Severity,
  severities,
  summaryOf,
  takenForGone,
  timeText,
  verdictText,
  waivedOf,
} from "./summary";
import { heldText, periodsOf, periodText, stageTimes, timeTexts } from "./timeline";

export interface MarkdownOptions {
  /** What changed since an earlier review, shown before the findings. @default none */
  readonly comparison?: Comparison | undefined;
  /** Highest number of characters of the text. @default 65536, GitHub's limit for a comment */
  readonly limit?: number;
}

/** GitHub refuses a longer comment: "Body is too long (maximum is 65536 characters)". */
export const commentLimit = 65_536;

/** How much detail is written. */
interface Detail {
  readonly diagram: boolean;
  /** Whether the rules are listed with their titles. */
  readonly rules: boolean;
  /** Severities whose findings are written in full; other findings get their first line. */
  readonly inFull: readonly Severity[];
  /** Columns of the table of steps: all, only where and what, or no table. */
  readonly columns: "all" | "few" | "none";
  /** Highest number of listed findings, differences and waivers, for each of the three. */
  readonly most: number;
}

const all: Detail = {
  diagram: true,
  rules: true,
  inFull: severities,
  columns: "all",
  most: Number.POSITIVE_INFINITY,
};

/** Applied one after another until the text fits. Refusing findings are removed last. */
const reductions: readonly { readonly left: string; readonly change: Partial<Detail> }[] = [
  { left: "the diagram", change: { diagram: false } },
  { left: "the titles of the rules", change: { rules: false } },
  { left: "the details of findings that do not refuse", change: { inFull: ["refused"] } },
  { left: "the account, groups and levels of each step", change: { columns: "few" } },
  { left: "the details of findings", change: { inFull: [] } },
  { left: "the table of steps", change: { columns: "none" } },
  { left: "all but 100 of the findings, differences and waivers", change: { most: 100 } },
  { left: "all but 20 of the findings, differences and waivers", change: { most: 20 } },
  { left: "all but 5 of the findings, differences and waivers", change: { most: 5 } },
];

/** Renders the review. If it would be longer than the limit, it is shortened and tells what was left out. */
export function reviewMarkdown(
  review: Review,
  { comparison, limit = commentLimit }: MarkdownOptions = {},
): string {
  const subject = { review, head: headOf(review), stages: stagesOf(review.steps), comparison };
  let detail = all;
  const left: string[] = [];
  let text = render(subject, detail, left);
  for (const reduction of reductions) {
    if (text.length <= limit) return text;
    detail = { ...detail, ...reduction.change };
    // Only the last of several limits on the number applies.
    if (reduction.change.most !== undefined && left.at(-1)?.startsWith("all but") === true) left.pop();
    left.push(reduction.left);
    text = render(subject, detail, left);
  }
  return text.length <= limit ? text : cutOff(text, limit);
}

function cutOff(text: string, limit: number): string {
  const note = "\n\n**The rest does not fit.** The JSON and the HTML page have all of it.\n";
  const room = text.slice(0, Math.max(0, limit - note.length));
  return `${room.slice(0, Math.max(0, room.lastIndexOf("\n")))}${note}`;
}

/** What is rendered, again and again, until it fits. */
interface Subject {
  readonly review: Review;
  readonly head: readonly string[];
  readonly stages: readonly Stage[];
  readonly comparison: Comparison | undefined;
}

function render(
  { review, head, stages, comparison }: Subject,
  detail: Detail,
  left: readonly string[],
): string {
  const blocks = [
    ...head,
    ...(left.length === 0 ? [] : [`> Left out, for a comment's limit of length: ${left.join("; ")}.`]),
    ...(comparison === undefined ? [] : changesOf(comparison, detail)),
    ...findingsOf(review, detail),
    ...waiversOf(review, detail),
    ...goneOf(review, detail),
    ...stepsOf(review, stages, detail),
    ...clustersOf(review, detail),
    ...diagramOf(review, detail),
    ...rulesOf(review, detail),
    ...(isToApprove(review) ? [approval] : []),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** Lines for the signature of whoever approves the plan. */
const approval = [
  "### Approval",
  "",
  "| change | approved by | date |",
  "| --- | --- | --- |",
  "| &nbsp; | &nbsp; | &nbsp; |",
].join("\n");

function rulesOf(review: Review, { rules }: Detail): readonly string[] {
  const titled = rules ? titledRules(review) : [];
  if (titled.length === 0) return [];
  const lines = titled.map(
    ({ rule, title }) => `- **${rule}**${title === null ? "" : ` ${markdownText(title)}`}`,
  );
  const head = `<details><summary>The ${counted(titled.length, "rule")} that the steps are judged by</summary>`;
  return [head, lines.join("\n"), "</details>"];
}

/** How long a period takes, whether its window is long enough, and when its stages begin. */
function periodLines(review: Review): readonly string[] {
  const left = notCounted(review);
  const periods = periodsOf(review).flatMap((period) => {
    const held = heldText(period, review.madeAt);
    return [
      `${markdownText(periodText(period))}.${held === null ? "" : ` ${held}.`}`,
      `Begins: ${markdownText(stageTimes(review, period))}.`,
    ];
  });
  const unverified = unverifiedText(review);
  const notes = unverified === null ? [] : [`${markdownText(unverified)}.`];
  return left === null ? [...periods, ...notes] : [...periods, ...notes, `${left}.`];
}

function headOf(review: Review): readonly string[] {
  const summary = summaryOf(review);
  const { targets, waived } = summary;
  const to = targets.map(markdownText).join(", ");
  const where = review.forest === null ? "a forest that could not be read" : markdownText(review.forest);
  const program = programText(review);
  const made = `made ${timeText(review.madeAt)} by pulumi-exchange-upgrade ${markdownCode(review.version)}`;
  return [
    `## Exchange upgrade of ${where}${to === "" ? "" : ` to ${to}`}`,
    `**${verdictText(summary, review.incomplete)}**`,
    [
      `${counted(summary.steps, "step")}: ${progressText(summary)}. Findings: ${findingsText(summary)}.${waived > 0 ? ` Waived: ${waived}.` : ""}`,
      ...periodLines(review),
      `Facts ${factsAge(review)}; ${made}.`,
      ...(program === "" ? [] : [`Planned from ${markdownText(program)}.`]),
    ].join("  \n"),
    ...(review.incomplete === undefined
      ? []
      : [`> **Steps may be missing:** ${markdownText(review.incomplete)}`]),
  ];
}

function changesOf(comparison: Comparison, { most }: Detail): readonly string[] {
  const shown = comparison.differences.slice(0, most).map((one) => {
    const { mark, head, detail } = wordsOf(one);
    return `- ${markdownCode(mark)} ${markdownText(head)}${detail === "" ? "" : `: ${markdownCode(detail)}`}`;
  });
  const list = [...shown, ...rest(comparison.differences.length - shown.length)];
  return [
    `### ${markdownText(comparisonTitle(comparison))}`,
    ...(list.length === 0 ? [] : [list.join("\n")]),
  ];
}

/** The section on changes alone: what `compare --format markdown` writes. */
export function comparisonMarkdown(comparison: Comparison): string {
  return `${changesOf(comparison, all).join("\n\n")}\n`;
}

function rest(count: number): readonly string[] {
  return count > 0 ? [`- and ${count} more`] : [];
}

function findingsOf(review: Review, detail: Detail): readonly string[] {
  const groups = findingsByComputer(review);
  const count = groups.reduce((sum, { findings }) => sum + findings.length, 0);
  if (count === 0) return [];
  let room = detail.most;
  const blocks = groups.flatMap(({ computer, findings }) => {
    const shown = findings.slice(0, Math.max(0, room));
    room -= shown.length;
    return shown.length === 0 ? [] : [computerFindings({ computer, findings: shown }, detail)];
  });
  return ["### Findings", ...blocks, ...rest(count - Math.min(count, detail.most))];
}

function computerFindings({ computer, findings }: ComputerFindings, { inFull }: Detail): string {
  const title = `#### ${markdownCode(computer)}`;
  return [title, ...findings.map((one) => findingText(one, inFull.includes(one.severity)))].join("\n\n");
}

function findingText({ finding, severity }: Placed, inFull: boolean): string {
  const mark = severity === "refused" ? "**Refused** " : severity === "unverified" ? "**Not verified** " : "";
  const detail = detailOf(finding);
  if (!inFull || detail === "") return `- ${mark}${markdownText(finding.summary)}`;
  const head = `<summary>${mark === "" ? "" : `<b>${mark.replaceAll("*", "").trim()}</b> `}${markdownText(finding.summary)}</summary>`;
  // Readers look at refusals first, so that section is open.
  return [
    `<details${severity === "refused" ? " open" : ""}>${head}`,
    markdownBlock(detail),
    "</details>",
  ].join("\n\n");
}

function waiversOf(review: Review, { most }: Detail): readonly string[] {
  const waived = waivedOf(review);
  if (waived.length === 0) return [];
  const lines = waived
    .slice(0, most)
    .map((waiver) => `- ${markdownText(waiver.summary)}  \n  Reason: ${markdownText(waiver.reason)}`);
  return ["### Waived", [...lines, ...rest(waived.length - lines.length)].join("\n")];
}

/** Servers that the program declares gone, each with the reason and once: many steps repeat them. */
function goneOf(review: Review, { most }: Detail): readonly string[] {
  const gone = takenForGone(review);
  if (gone.length === 0) return [];
  const lines = gone.slice(0, most).map((text) => `- ${markdownText(text)}`);
  return ["### Taken for gone", [...lines, ...rest(gone.length - lines.length)].join("\n")];
}

/** The program's own commands around a step, a line each, in the order in which they run. */
function aroundOf({ commandsBefore = [], commandsAfter = [] }: ReviewStep["plan"]): string {
  const line = (when: string) => (command: string) => `<br>${when} ${markdownCode(command)}`;
  return [...commandsBefore.map(line("before:")), ...commandsAfter.map(line("after:"))].join("");
}

interface Column {
  readonly title: string;
  readonly cell: (step: ReviewStep) => string;
}

const stepColumn: Column = {
  title: "step",
  cell: ({ plan, name, computer }) =>
    `${markdownText(plan.step)}${name === null ? "" : ` ${markdownCode(name)}`}<br>on ${markdownCode(computer)}`,
};
const commandColumn: Column = {
  title: "command",
  cell: ({ plan }) => `${markdownCode(plan.command)}${aroundOf(plan)}`,
};

/** Five columns with the number: a pull request has no room for more. */
const columns: Readonly<Record<"all" | "few", readonly Column[]>> = {
  few: [stepColumn, commandColumn, { title: "progress", cell: ({ progress }) => progressNames[progress] }],
  all: [
    stepColumn,
    commandColumn,
    {
      title: "account",
      cell: ({ plan }) => `${markdownCode(plan.account)}<br>needs ${markdownText(plan.groups)}`,
    },
    {
      title: "level",
      cell: (step) =>
        [
          `**${progressNames[step.progress]}**: ${markdownText(plannedLevels(step))}`,
          `now ${markdownText(step.now)}`,
          ...[...timeTexts(step), phasesText(step)].filter((text) => text !== "").map(markdownText),
        ].join("<br>"),
    },
  ],
};

/** One table, with a row that names each stage. */
function stepsOf({ steps, clusters }: Review, stages: readonly Stage[], detail: Detail): readonly string[] {
  if (steps.length === 0) return clusters === undefined ? ["### Steps", "None."] : [];
  const shown = detail.columns;
  if (shown === "none") return ["### Steps", stages.map(stageCount).join("\n")];
  const own = columns[shown];
  const titles = ["", ...own.map(({ title }) => title)];
  const number = new Map(steps.map((step, at) => [step, at + 1]));
  const row = (step: ReviewStep) => [String(number.get(step)), ...own.map(({ cell }) => cell(step))];
  const stageRow = ({ title }: Stage) => ["", `**${markdownText(title)}**`, ...own.slice(1).map(() => "")];
  const rows = stages.flatMap((stage) => [stageRow(stage), ...stage.steps.map(row)]);
  return ["### Steps, in order", [titles, titles.map(() => "---"), ...rows].map(tableLine).join("\n")];
}

/** One row for each clustered mailbox server, also where there is no room for the steps: a person has to see it. */
function clustersOf({ clusters = [] }: Review, { most }: Detail): readonly string[] {
  if (clusters.length === 0) return [];
  const rows = clusters.slice(0, most).map((each) => {
    const { computer, nodes, progress, detail } = clusterWords(each);
    const name = each.name === null ? "" : `<br>${markdownCode(each.name)}`;
    return [
      `${markdownCode(computer)}${name}`,
      markdownText(nodes),
      `**${progress}**<br>${markdownText(detail)}`,
    ];
  });
  const titles = ["server", "nodes", "next"];
  const table = [titles, titles.map(() => "---"), ...rows].map(tableLine).join("\n");
  return [`### ${clustersTitle}`, table, ...rest(clusters.length - rows.length)];
}

function stageCount({ title, steps }: Stage): string {
  return `1. ${markdownText(title)}: ${counted(steps.length, "step")}`;
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function diagramOf(review: Review, { diagram }: Detail): readonly string[] {
  const drawn = diagram ? reviewMermaid(review) : null;
  return drawn === null
    ? []
    : ["<details><summary>Order of the stages, drawn</summary>", markdownFence(drawn), "</details>"];
}

function markdownFence(mermaid: string): string {
  return `\`\`\`mermaid\n${mermaid}\n\`\`\``;
}
