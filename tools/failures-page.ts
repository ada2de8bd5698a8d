/** docs/known-failures.md, made from the table of known failures: `npm run docs` writes it, and a test keeps the committed page current. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Key, KnownFailure } from "../lib/setupLog/failures/knownFailure";
import { knownFailures } from "../lib/setupLog/failures/table";

/** Where the page is, below the root of the repository. */
export const failuresPage = join("docs", "known-failures.md");

const introduction: readonly string[] = [
  "<!-- Made from lib/setupLog/failures by `npm run docs`. Change the tables there, not this page. -->",
  "",
  "# Known failures of Setup",
  "",
  "When Setup fails, the message of the step begins with the cause if the log shows one of these, and its *Fix* says what to do. The first",
  "row that fits is the cause; a failed rule decides over errors, unless work failed after the check. `exchange-upgrade log <file>` explains",
  "a log that you have at hand, without a directory.",
  "",
  "*seen*: recognised in a real log; *documented*: the vendor says so; *practice*: public reports of others. Nothing of it was tried on a",
  "real Exchange by this package's authors. The releases are those of the logs and reports; the same text in another release has most likely",
  "the same cause.",
  "",
];

/** The whole page. */
export function renderFailuresPage(): string {
  const byRule = knownFailures.filter((failure) => keysOf(failure).some(({ in: place }) => place === "rule"));
  const others = knownFailures.filter((failure) => !byRule.includes(failure));
  const lines = [
    ...introduction,
    "## Failed rules of the prerequisite check",
    "",
    "All rules that failed are counted and put into these groups, the deciding one first. Rules *in its wake* judge what could not be read.",
    "",
    "| name | rules | cause | what to do | in its wake | releases | known from |",
    "|---|---|---|---|---|---|---|",
    ...byRule.map((failure) =>
      row([failure.id, rulesOf(failure), failure.cause, failure.action, wakeOf(failure), ...known(failure)]),
    ),
    "",
    "## Errors of Setup",
    "",
    "Texts are looked for in the message of the error, unless the cell says otherwise; never in the script that Setup quotes beside it.",
    "",
    "| name | texts | cause | what to do | releases | known from |",
    "|---|---|---|---|---|---|",
    ...others.map((failure) =>
      row([failure.id, textsOf(failure), failure.cause, failure.action, ...known(failure)]),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function keysOf({ anyOf }: KnownFailure): readonly Key[] {
  return anyOf.flat();
}

/** Names alone, and with what the rule's text has to have beside. */
function rulesOf({ anyOf }: KnownFailure): string {
  return anyOf
    .filter((keys) => keys.some(({ in: place }) => place === "rule"))
    .map((keys) => {
      const [names, texts] = [true, false].map((isRule) =>
        keys.filter(({ in: place }) => (place === "rule") === isRule).map(({ text }) => `\`${text}\``),
      );
      return [...(names ?? []), ...(texts ?? [])].join(" with ");
    })
    .join(", ");
}

function wakeOf({ inItsWake = [] }: KnownFailure): string {
  return inItsWake.map((name) => `\`${name}\``).join(", ");
}

const places: Readonly<Partial<Record<Key["in"], string>>> = {
  stack: "in the stack",
  script: "in the script",
  before: "in the lines before",
  detail: "in ldif.err",
  warning: "in a warning",
};

function textsOf({ anyOf }: KnownFailure): string {
  return anyOf
    .map((keys) =>
      keys
        .map(({ in: place, text }) => `\`${text}\`${places[place] === undefined ? "" : ` ${places[place]}`}`)
        .join(" and "),
    )
    .join("; or ");
}

function known({ releases, certainty, source }: KnownFailure): readonly string[] {
  return [releases, `${certainty}: ${source}`];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

if (require.main === module) writeFileSync(join(__dirname, "..", failuresPage), renderFailuresPage());
