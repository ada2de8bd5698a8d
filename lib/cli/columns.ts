/** Tables and paragraphs for a terminal of so many columns. Pure. */
import { cut, inLines, visibleLine } from "../text";

const gap = 2;
/** Columns that the flexible column keeps, however wide the others are. */
const narrowest = 12;

/**
 * A table. Each column is as wide as its longest cell, and one of them takes what is left: its cells are broken into lines.
 * @param flexible index of that column
 */
export function tableText(
  rows: readonly (readonly string[])[],
  { columns, flexible }: { readonly columns: number; readonly flexible: number },
): string {
  const cells = rows.map((row) => row.map(visibleLine));
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const others = widths.reduce((sum, width, at) => sum + (at === flexible ? 0 : width + gap), 0);
  widths[flexible] = Math.min(widths[flexible] ?? 0, Math.max(narrowest, columns - others));
  return cells.map((row) => `${rowText(row, widths, flexible)}\n`).join("");
}

function rowText(row: readonly string[], widths: readonly number[], flexible: number): string {
  const broken = wrapped(row[flexible] ?? "", widths[flexible] ?? narrowest);
  const line = (at: number) =>
    widths
      .map((_, column) => (column === flexible ? broken[at] : at === 0 ? row[column] : "") ?? "")
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join(" ".repeat(gap))
      .trimEnd();
  return broken.map((_, at) => line(at)).join("\n");
}

/** A text in lines of at most so many columns; a word that is longer is cut. At least one line. */
export function wrapped(text: string, columns: number): readonly string[] {
  const words = text.split(/\s+/).map((word) => (word.length > columns ? cut(word, columns - 1) : word));
  return inLines(words.join(" "), columns);
}

/** `label: text`, the text in lines below each other. @param width of the labels with their colon */
export function labelled(label: string, text: string, width: number, columns: number): string {
  const [first = "", ...rest] = wrapped(text, Math.max(narrowest, columns - width - 1));
  return [`${label.padEnd(width)} ${first}`, ...rest.map((line) => `${" ".repeat(width + 1)}${line}`)].join(
    "\n",
  );
}
