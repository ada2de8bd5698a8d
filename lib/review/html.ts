/** A review as one HTML page that loads nothing: no script, no font, no picture. Pure. */
import { createHash } from "node:crypto";
import { visibleLine } from "../text";
import {
  clustersTitle,
  clusterWords,
  isCluster,
  notCounted,
  type OrderedCluster,
  progressIn,
  stagesWithClusters,
} from "./clusters";
import type { Comparison } from "./compare";
import { comparisonTitle, type Words, wordsOf } from "./compareText";
import { graphOf, signs } from "./htmlGraph";
import { style } from "./htmlStyle";
import { Html, html, none } from "./htmlText";
import { lookNames, type PhaseLook, phaseLooks, timelineOf } from "./htmlTimeline";
import { phasesText, timedPhases, unverifiedText } from "./phases";
import type { Review, ReviewStep } from "./review";
import { titledRules } from "./ruleTitles";
import {
  detailOf,
  factsAge,
  findingsByComputer,
  isToApprove,
  type Placed,
  plannedLevels,
  programText,
  progressNames,
  type Summary,
  severityNames,
  summaryOf,
  takenForGone,
  timeText,
  verdictText,
  waivedOf,
} from "./summary";
import { periodsOf, timeTexts } from "./timeline";

export interface HtmlOptions {
  /** What changed since an earlier review. @default none */
  readonly comparison?: Comparison | undefined;
}

/** The browser applies only the style with this hash. It loads, sends and runs nothing. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Renders the page. */
export function reviewHtml(review: Review, { comparison }: HtmlOptions = {}): string {
  const summary = summaryOf(review);
  const sections = [
    comparison === undefined ? null : section("changes", comparisonTitle(comparison), changesOf(comparison)),
    section("order", "Order", orderOf(review)),
    periodsOf(review).length === 0 ? null : section("timeline", "Timeline", timelineSection(review)),
    section("findings", "Findings", findingsOf(review)),
    section("steps", "Steps", stepsOf(review)),
    review.clusters === undefined ? null : section("clusters", clustersTitle, clustersOf(review)),
    summary.waived === 0 ? null : section("waived", "Waived findings", waiversOf(review)),
    takenForGone(review).length === 0
      ? null
      : section("gone", "Taken for gone", html`${takenForGone(review).map((text) => html`<p>${text}</p>`)}`),
    titledRules(review).length === 0 ? null : section("rules", "Rules", titlesOf(review)),
    isToApprove(review) ? section("approval", "Approval", approval) : null,
  ].filter((one) => one !== null);
  const title = `Exchange upgrade of ${review.forest ?? "a forest that could not be read"}${targetText(summary)}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${visibleLine(title)}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<p class="eyebrow">Plan for review</p>
<h1>${visibleLine(title)}</h1>
${factsOf(review)}
${verdictOf(review, summary)}
${countsOf(summary)}
<nav aria-label="Sections"><ul>${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(({ id, name, content }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${name}</h2>\n${content}</section>`)}
</main>
<footer>Made by pulumi-exchange-upgrade ${review.version}. Nothing on this page was loaded from elsewhere.</footer>
</body>
</html>
`;
  return page.text;
}

interface Section {
  readonly id: string;
  readonly name: string;
  readonly content: Html;
}

function section(id: string, name: string, content: Html): Section {
  return { id, name, content };
}

function targetText({ targets }: Summary): string {
  return targets.length === 0 ? "" : ` to ${targets.join(", ")}`;
}

function factsOf(review: Review): Html {
  const program = programText(review);
  const facts = [
    ["Forest", review.forest ?? "could not be read"],
    ["Made", timeText(review.madeAt)],
    ["Facts", factsAge(review)],
    ["Version", review.version],
    ...(program === "" ? [] : [["Planned from", program] as const]),
  ] as const;
  return html`<dl class="facts">${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${visibleLine(value)}</dd></div>`)}</dl>`;
}

function verdictOf({ incomplete }: Review, summary: Summary): Html {
  const why = incomplete === undefined ? none : html`<p>Steps may be missing: ${incomplete}</p>`;
  const words = verdictText(summary, incomplete).replaceAll("`", "");
  return html`<div class="verdict ${summary.verdict}">${words}${why}</div>`;
}

function countsOf(summary: Summary): Html {
  const { progress, findings, waived, steps } = summary;
  const counts = [
    { count: steps, label: steps === 1 ? "step" : "steps", look: "" },
    { count: progress.pending, label: "to do", look: "" },
    { count: progress.done + progress.above, label: "done", look: "" },
    { count: findings.refused, label: "refused", look: findings.refused > 0 ? "bad" : "" },
    { count: findings.unverified, label: "not verified", look: findings.unverified > 0 ? "warn" : "" },
    { count: findings.advice + findings["advice-unverified"], label: "advice", look: "" },
    { count: waived, label: "waived", look: "" },
  ];
  return html`<ul class="counts">${counts.map(({ count, label, look }) => html`<li class="${look}"><b>${count}</b> ${label}</li>`)}</ul>`;
}

const markLooks: Readonly<Record<Words["mark"], { readonly look: string; readonly sign: string }>> = {
  "+": { look: "more", sign: "+" },
  "-": { look: "less", sign: "−" },
  "~": { look: "other", sign: "~" },
};

function changesOf(comparison: Comparison): Html {
  if (comparison.equal) return html`<p>None: steps, order, windows, findings and waivers are the same.</p>`;
  const items = comparison.differences.map((one) => {
    const { mark, head, detail } = wordsOf(one);
    const { look, sign } = markLooks[mark];
    const more = detail === "" ? none : html`<br><code>${detail}</code>`;
    return html`<li><span class="mark ${look}">${sign}</span>${head}${more}</li>`;
  });
  return html`<ul class="changes">${items}</ul>`;
}

function orderOf(review: Review): Html {
  if (review.steps.length + (review.clusters?.length ?? 0) === 0) return html`<p>There is no step.</p>`;
  const legend = [
    [signs.pending, "to do"],
    [signs.done, "done"],
    [signs.refused, "refused"],
    [signs.unverified, "not verified or not known"],
    [signs.absent, "nothing there"],
  ].map(([sign, words]) => html`<span>${sign ?? ""} ${words ?? ""}</span>`);
  return html`<p class="legend">From top to bottom; what stands in one box belongs to one stage.</p>
<p class="legend signs">${legend}</p>
${graphOf(review)}`;
}

/** The looks of phases on the timeline; empty if no step shows several. */
function phaseLegend({ steps }: Review): Html {
  const shown = new Set(steps.flatMap((step) => timedPhases(step).map(({ what }) => phaseLooks[what])));
  if (shown.size === 0) return none;
  const keys = Object.entries(lookNames)
    .filter(([look]) => shown.has(look as PhaseLook))
    .map(([look, words]) => html`<span><i class="key ${look}"></i> ${words}</span>`);
  return html`<p class="legend signs">${keys}<span>At the end of its bar, a step is proven: no minutes are kept for that.</span></p>\n`;
}

function timelineSection(review: Review): Html {
  const unverified = unverifiedText(review);
  const note = unverified === null ? none : html`<p class="legend">${unverified}.</p>\n`;
  const many = review.parallel === undefined ? "" : `, and no more than ${review.parallel} run at once`;
  return html`<p class="legend">Each step starts as soon as what it waits for has ended${many}. Waiting for replication is not counted. The numbers are minutes after the start of the first step.</p>
${note}${phaseLegend(review)}${timelineOf(review)}`;
}

function findingsOf(review: Review): Html {
  const groups = findingsByComputer(review);
  if (groups.length === 0) return html`<p>None.</p>`;
  return html`${groups.map(({ computer, findings }) => html`<h3>${visibleLine(computer)}</h3>\n${findings.map(findingOf)}`)}`;
}

function findingOf({ finding, severity }: Placed): Html {
  const detail = detailOf(finding);
  return html`<article class="finding ${severity}"><p><span class="badge ${severity}">${severityNames[severity]}</span>${finding.summary}</p>${
    detail === "" ? none : html`<pre>${unindented(detail).split("\n").map(lineOf)}</pre>`
  }</article>`;
}

/** A line that keeps its place. If it is too long for the page, the rest continues below the text after the name. */
function lineOf(line: string): Html {
  return html`<span>${line}</span>`;
}

/** Removes the indentation that all lines share. */
function unindented(text: string): string {
  const lines = text.split("\n");
  const indents = lines
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const shared = Math.min(...indents);
  return lines.map((line) => line.slice(shared)).join("\n");
}

const headings = [
  ["number", "No."],
  ["computer", "Computer"],
  ["command", "Command"],
  ["account", "Account and groups"],
  ["level", "Level"],
] as const;

// On a phone, CSS turns the rows into blocks, which a screen reader only announces as rows if their role says so.
function stepsOf(review: Review): Html {
  const stages = stagesWithClusters(review);
  if (stages.length === 0) return html`<p>There is no step.</p>`;
  const numbers = new Map(review.steps.map((step, at) => [step, at + 1]));
  const heads = headings.map(
    ([name, title]) => html`<th scope="col" role="columnheader" class="${name}">${title}</th>`,
  );
  const tables = stages.map(({ title, steps: all }, at) => {
    const steps = all.filter((each): each is ReviewStep => !isCluster(each));
    const table = html`${rulesNote(steps)}
<table role="table" aria-labelledby="stage-${at + 1}"><thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${steps.map((step) => rowOf(step, numbers.get(step) ?? 0, rulesOf(steps) === null))}</tbody></table>`;
    return html`<h3 id="stage-${at + 1}">${at + 1}. ${visibleLine(title)}</h3>${all.filter(isCluster).map(clusterNote)}${steps.length === 0 ? none : table}`;
  });
  return html`${tables}`;
}

/** Where a stage has a clustered mailbox server, whose steps stand in their own section. */
function clusterNote(each: OrderedCluster): Html {
  return html`<p class="legend"><b>${visibleLine(each.computer)}</b>, <a href="#clusters">a clustered mailbox server</a>: ${progressIn(each)}.</p>`;
}

/** The rules, if all steps of a stage are judged by the same ones; else null. */
function rulesOf(steps: readonly ReviewStep[]): string | null {
  const [first, ...others] = new Set(steps.map(({ plan }) => plan.rules));
  return first === undefined || others.length > 0 ? null : first;
}

function rulesNote(steps: readonly ReviewStep[]): Html {
  const rules = rulesOf(steps);
  return rules === null ? none : html`<p class="legend">Judged by the rules ${rules}.</p>`;
}

function rowOf(step: ReviewStep, number: number, withRules: boolean): Html {
  const { plan } = step;
  return html`<tr role="row"><td role="cell" class="number">${number}</td>
<td role="cell"><b>${visibleLine(step.computer)}</b>${notes([aboutComputer(step)])}</td>
<td role="cell" data-label="Command"><code>${plan.command}</code>${notes([`${plan.step}, ${plan.place}; ${plan.undo}`, waitsText(step), ...commandLines(plan), ...timeTexts(step), phasesText(step)])}</td>
<td role="cell" data-label="Account and groups"><code>${plan.account}</code>${notes([plan.groups, withRules ? `Rules ${plan.rules}` : ""])}</td>
<td role="cell" data-label="Level">${plannedLevels(step)}<small><span class="badge ${step.progress}">${progressNames[step.progress]}</span>now ${step.now}</small></td></tr>`;
}

const clusterHeadings = [
  ["server", "Server"],
  ["nodes", "Nodes"],
  ["next", "Next"],
] as const;

function clustersOf(review: Review): Html {
  const heads = clusterHeadings.map(
    ([name, title]) => html`<th scope="col" role="columnheader" class="${name}">${title}</th>`,
  );
  const rows = (review.clusters ?? []).map((each) => {
    const { computer, nodes, progress, detail } = clusterWords(each);
    const steps = html`<ol>${each.plan.steps.map((step) => html`<li>${step}</li>`)}</ol>`;
    return html`<tr role="row"><td role="cell"><b>${visibleLine(computer)}</b>${notes([each.name === null ? "" : `resource ${each.name}`, each.plan.run, each.plan.undo])}</td>
<td role="cell" data-label="Nodes">${visibleLine(nodes)}</td>
<td role="cell" data-label="Next"><span class="badge ${each.progress}">${progress}</span>${detail}${steps}</td></tr>`;
  });
  const left = notCounted(review);
  return html`${left === null ? none : html`<p class="legend">${left}.</p>`}
<table role="table" aria-labelledby="clusters"><thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${rows}</tbody></table>`;
}

function aboutComputer({ roles, site, name, domains, run }: ReviewStep): string {
  return [
    roles.join(", "),
    domains.length === 0 ? "" : domains.includes("*") ? "all domains" : domains.join(", "),
    site === null ? "" : `site ${site}`,
    name === null ? "" : `resource ${name}`,
    `run: ${run}`,
  ]
    .filter((part) => part !== "")
    .join("; ");
}

function waitsText({ after, plan }: ReviewStep): string {
  const unsaid = after.filter((name) => !plan.place.includes(name));
  return unsaid.length === 0 ? "" : `after ${unsaid.join(", ")}`;
}

/** The program's own commands around a step, in the order in which they run. */
function commandLines({ commandsBefore = [], commandsAfter = [] }: ReviewStep["plan"]): readonly string[] {
  return [
    ...commandsBefore.map((command) => `before: ${command}`),
    ...commandsAfter.map((command) => `after: ${command}`),
  ];
}

function notes(texts: readonly string[]): Html {
  return html`${texts.filter((text) => text !== "").map((text) => html`<small>${text}</small>`)}`;
}

function titlesOf(review: Review): Html {
  const rules = titledRules(review).map(
    ({ rule, title }) => html`<div><dt>${rule}</dt><dd>${title ?? "a rule of this package"}</dd></div>`,
  );
  return html`<dl class="rules">${rules}</dl>`;
}

/** Lines for signatures on paper. */
const approval = html`<dl class="approval">${["Change", "Approved by", "Date"].map((term) => html`<div><dt>${term}</dt><dd></dd></div>`)}</dl>`;

function waiversOf(review: Review): Html {
  const rows = waivedOf(review).map(
    ({ rule, reason, summary }) =>
      html`<article class="finding"><p><span class="badge">${rule}</span>${summary}</p><p>Reason: ${reason}</p></article>`,
  );
  return html`${rows}`;
}
