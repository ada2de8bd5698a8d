/** docs/checks.md, made from the table of checks and the rules: `npm run docs` writes it, and a test keeps the committed page current. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findRelease } from "../lib/releases";
import { describeRule } from "../lib/rules/describe";
import type { RuleId } from "../lib/rules/ids";
import { computerChecks, directoryChecks, type SupportCheck } from "./support-checks";

/** Where the page is, below the root of the repository. */
export const checksPage = join("docs", "checks.md");

const introduction: readonly string[] = [
  "<!-- Made from tools/support-checks.ts and lib/rules by `npm run docs`. Change the tables there, not this page. -->",
  "",
  "# Checks of Microsoft's support",
  "",
  "What Microsoft's support scripts (microsoft/CSS-Exchange), public pages and others' scripts look at when Setup has failed, check by",
  "check: the rule that judges it before Setup, for which targets, how severe, and from which source. What support alone reports is *must*",
  "only where somebody saw Setup stop. What is not judged says why. [Rules](rules.md) has every rule, and [known failures](known-failures.md) what is",
  "told after a failure.",
  "",
];

/** The whole page. */
export function renderChecksPage(): string {
  return `${[
    ...introduction,
    ...section("In the directory", directoryChecks),
    ...section("On the computer", computerChecks),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

function section(title: string, checks: readonly SupportCheck[]): readonly string[] {
  return [
    `## ${title}`,
    "",
    "| | check | rule | severity | targets | not judged, and why | source |",
    "|---|---|---|---|---|---|---|",
    ...checks.map((check, index) => row(check, index + 1)),
    "",
  ];
}

function row({ what, by, not = "", level }: SupportCheck, number: number): string {
  const described = by.map((id) => describeRule(id));
  const [first] = described;
  const severity = first === undefined ? "" : (level ?? levelText(first));
  const targets = [...new Set(described.flatMap((rule) => rule.targets))];
  const sources = [...new Set(by.slice(0, 2).map(sourceOf))];
  const cells = [String(number), what, by.join(", "), severity, spanOf(targets), not, sources.join("; ")];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Of the newest target, or of the first one that the product had, where no source speaks of that. */
function sourceOf(id: RuleId): string {
  const { source } = describeRule(id);
  const first = findRelease("2007 SP1");
  return source.startsWith("unverified: no source") && first !== undefined
    ? describeRule(id, first).source
    : source;
}

function levelText({
  level,
  recommended,
}: {
  readonly level: string;
  readonly recommended: string | null;
}): string {
  return recommended === null ? level : `${level}; should: ${recommended}`;
}

const products = ["2007", "2010", "2013", "2016", "2019", "SE"] as const;

/** The products among targets, as spans: `2007 to SE`. */
function spanOf(targets: readonly string[]): string {
  const has = products.map((product) => targets.some((name) => findRelease(name)?.product === product));
  const spans: string[] = [];
  for (let from = 0; from < products.length; from++) {
    if (has[from] !== true || has[from - 1] === true) continue;
    let to = from;
    while (has[to + 1] === true) to++;
    spans.push(from === to ? `${products[from]}` : `${products[from]} to ${products[to]}`);
  }
  return spans.join(", ");
}

if (require.main === module) writeFileSync(join(__dirname, "..", checksPage), renderChecksPage());
