/** Data inside GitHub's Markdown: nothing in it may become structure, a link, a mention or an image. */
import { visible, visibleLine } from "../text";

/** Characters that Markdown or HTML could take for structure anywhere in a line. */
const structural = /[&<>\\`*_[\]|~$]/g;

/** A text in running Markdown, in a table cell or in a heading: one line. */
export function markdownText(text: string): string {
  // Block structure begins at the start of a line: `- `, `1. `, `# `, `+ `.
  return inline(text)
    .replace(/^[-+#]/, numeric)
    .replace(/^(\d+)\./, "$1&#46;");
}

/** A text as code, in a table cell too. Entities keep what a code span of backticks would not: `|` and backticks. */
export function markdownCode(text: string): string {
  return `<code>${inline(text)}</code>`;
}

function inline(text: string): string {
  return (
    visibleLine(text)
      .replace(structural, numeric)
      // GitHub makes links of these from what Markdown has made, so that an entity would not keep it from doing so.
      .replace(/@(?=\w)|(?<![&\w])#(?=\d)/g, "$&<!-- -->")
      .replace(/:\/\//g, ":<!-- -->//")
      .replace(/\bwww\./gi, "$&<!-- -->")
  );
}

/** Several lines as they stand, in a fence that is longer than any in them. */
export function markdownBlock(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}text\n${visible(text)}\n${fence}`;
}

function numeric(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
