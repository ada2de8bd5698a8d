/** Escapes data for GitHub's Markdown: it can become neither structure nor a link, a mention or an image. */
import { visible, visibleLine } from "../text";

/** Characters that Markdown or HTML could read as structure anywhere in a line. */
const structural = /[&<>\\`*_[\]|~$]/g;

/** A text in running Markdown, in a table cell or in a heading: one line. */
export function markdownText(text: string): string {
  // Block structure begins at the start of a line: `- `, `1. `, `# `, `+ `.
  return inline(text)
    .replace(/^[-+#]/, numeric)
    .replace(/^(\d+)\./, "$1&#46;");
}

/**
 * A text as code, also in a table cell. Entities protect `|` and backticks, which a code span of backticks would not.
 */
export function markdownCode(text: string): string {
  return `<code>${inline(text)}</code>`;
}

function inline(text: string): string {
  return (
    visibleLine(text)
      .replace(structural, numeric)
      // GitHub turns these into links after it has rendered the Markdown, so that an entity would not prevent it.
      .replace(/@(?=\w)|(?<![&\w])#(?=\d)/g, "$&<!-- -->")
      .replace(/:\/\//g, ":<!-- -->//")
      .replace(/\bwww\./gi, "$&<!-- -->")
  );
}

/** Several lines unchanged, in a fence that is longer than any fence in them. */
export function markdownBlock(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}text\n${visible(text)}\n${fence}`;
}

function numeric(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
