/** docs/rules.md, made from the table of rules: `npm run docs` writes it, and a test keeps the committed page current. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeMeanings } from "../lib/cause";
import { type JudgedKind, stepKinds } from "../lib/model";
import { findRelease, type Release } from "../lib/releases";
import { describeRule } from "../lib/rules/describe";
import { type RuleId, ruleIds } from "../lib/rules/ids";
import { rules } from "../lib/rules/table";

/** Where the page is, below the root of the repository. */
export const rulesPage = join("docs", "rules.md");

interface Part {
  readonly title: string;
  readonly about: string;
  readonly has: (letter: string, number: number) => boolean;
}

/** The release that the page speaks of. */
const target = findRelease("2007 SP1") as Release;

const document = 'Microsoft\'s topic "How to upgrade to Exchange 2007 SP1" (2008-03-11)';

const parts: readonly Part[] = [
  {
    title: "Scope",
    about: `What ${document} says of what can be upgraded, and in which order.`,
    has: (letter, number) => letter === "D" && number <= 10,
  },
  {
    title: "Permissions",
    about:
      "Who may run Setup, and where. The account is the one that runs Setup (`account`, or else the one that connects), " +
      "not the one that reads the directory. P5 to P9 hold for a server, too, where its program leaves preparation to the " +
      "first server (`Prepared.byFirstServer`) and nothing has prepared yet.",
    has: (letter) => letter === "P",
  },
  {
    title: "Procedures",
    about: "How the upgrade is run, and what other topics of Microsoft's describe.",
    has: (letter, number) => letter === "D" && number > 10,
  },
  {
    title: "Rules of this package",
    about:
      "What the document takes for granted: the releases, the order of preparation, and how Setup is started.",
    has: (letter) => letter === "R",
  },
];

const steps: Readonly<Record<JudgedKind, string>> = {
  schema: "schema",
  organization: "Active Directory",
  domain: "domain",
  server: "server",
  securityUpdate: "security update",
  clusteredMailbox: "clustered mailbox server",
};

/** The whole page. */
export function renderRulesPage(): string {
  const sections = parts.flatMap((part) => [
    `## ${part.title}`,
    "",
    part.about,
    "",
    ...tableOf(ruleIds.filter((id) => part.has(id.slice(0, 1), Number(id.slice(1))))),
    "",
  ]);
  return `${[...introduction, ...sections, ...codesSection].join("\n").trimEnd()}\n`;
}

/** Messages that are no findings of a rule. */
const codesSection: readonly string[] = [
  "## Codes of other messages",
  "",
  "A message that is no finding of a rule has a code, which never changes. What keeps many rules from being judged, a *cause*, has",
  "one, too. `exchange-upgrade rules --explain XU-LOGON` prints the section of the operator's guide.",
  "",
  "| code | what its messages say |",
  "|---|---|",
  ...Object.entries(codeMeanings).map(
    ([code, meaning]) => `| [${code}](operators-guide.md#${code.toLowerCase()}) | ${meaning} |`,
  ),
  "",
];

const introduction: readonly string[] = [
  "<!-- Made from lib/rules/table.ts and lib/cause.ts by `npm run docs`. Change the tables, not this page. -->",
  "",
  "# Rules",
  "",
  `D1 to D15 and P1 to P10 are those of ${document}; the R rules are this package's own. Messages name them by these numbers.`,
  "",
  "Each step of an upgrade is judged by all rules at once, on what the directory and the computer themselves show:",
  "",
  "| | in `pulumi preview` | in `pulumi up`, right before Setup |",
  "|---|---|---|",
  "| a *must* fails | refused | refused |",
  "| a *must* could not be verified | a warning, with the reason | refused |",
  "| a *should* fails, or could not be verified | a warning | a warning |",
  "",
  "In preview, what is planned before a step counts as done; right before Setup only what is done counts. A step with",
  `nothing left to do is judged by ${listed(ruleIds.filter((id) => rules[id].whenDone === true))} alone. Rules that are kept *by construction* are not judged: the package cannot do otherwise.`,
  "",
  '**Servers that are gone.** `gone: { "cas9.contoso.com": "why" }` takes a server whose object is still in the directory',
  "out of all rules, for a reason that preview shows and the state keeps. One object of several is named by its DN.",
  "",
  '**Waivers.** `waive: { D6: "why" }` on a resource accepts a *should*, or a *must* that could not be verified, for a',
  "reason that preview shows and the state keeps. A *must* that fails cannot be waived: the waiver is reported as useless,",
  "and the step is refused. The exceptions:",
  "",
  ...ruleIds.flatMap((id) => {
    const { waivableFailure } = rules[id];
    return waivableFailure === undefined ? [] : [`- ${id}, ${waivableFailure}.`];
  }),
  "",
];

function tableOf(ids: readonly RuleId[]): readonly string[] {
  return [
    "| rule | level | steps | judges | what it says | how it is kept | source |",
    "|---|---|---|---|---|---|---|",
    ...ids.map(row),
  ];
}

function row(id: RuleId): string {
  const { title, source, level, recommended, judges, keptBy, ...held } = describeRule(id, target);
  const levels = recommended === null ? level : `${level}; should: ${recommended}`;
  const isEvery = stepKinds.every((step) => held.steps.includes(step));
  const named = isEvery ? held.steps.filter((step) => step === "securityUpdate") : held.steps;
  const kinds = [...(isEvery ? ["all"] : []), ...named.map((step) => steps[step])].join(", ");
  const cells = [`**${id}**`, levels, kinds, judges, title, keptBy, source];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function listed(ids: readonly string[]): string {
  return ids.length < 2 ? ids.join("") : `${ids.slice(0, -1).join(", ")} and ${ids.at(-1)}`;
}

if (require.main === module) writeFileSync(join(__dirname, "..", rulesPage), renderRulesPage());
