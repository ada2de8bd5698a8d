/** Estimates the width of texts in SVG, which neither wraps nor clips, and makes them fit. */
import { charactersOf } from "../text";

/**
 * Widths of characters, relative to the font's size. The reader's font is not known, so these are the widths of a wide
 * bold font.
 */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijlI.,:;'|/\\ ]/u, 0.4],
  [/[tfr()[\]!"`-]/u, 0.5],
  [/[csvxyzk_*?]/u, 0.66],
  [/[A-Z<>=+~#&]/u, 0.85],
  [/[mwMW@%]/u, 1.1],
  // Chinese, Japanese, Korean, and pictographs.
  [/[\u{2e80}-\u{10ffff}]/u, 1.1],
];

function characterWidth(character: string): number {
  const widest = widths.filter(([characters]) => characters.test(character)).map(([, width]) => width);
  return widest.length === 0 ? 0.72 : Math.max(...widest);
}

/** Approximate width of a text in pixels. */
export function widthOf(text: string, size: number): number {
  return [...text].reduce((sum, character) => sum + characterWidth(character) * size, 0);
}

/** The text, cut with an ellipsis if it does not fit. */
export function fitted(text: string, room: number, size: number): string {
  if (widthOf(text, size) <= room) return text;
  const characters = [...charactersOf(text)];
  while (characters.length > 0 && widthOf(`${characters.join("")}…`, size) > room) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/**
 * The text in lines, broken at spaces if there are any; an ellipsis ends a last line that is too long.
 * @param most highest number of lines
 * @param numbered true if the text begins with a number, which must not stand alone in a line
 */
export function wrapped(
  text: string,
  room: number,
  size: number,
  most = 3,
  numbered = true,
): readonly string[] {
  if (widthOf(text, size) <= room) return [text];
  if (most === 1) return [fitted(text, room, size)];
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index).reverse();
  const at = spaces.find((space) => widthOf(text.slice(0, space), size) <= room);
  // The first space follows the stage's number: a break there would leave the number alone.
  if (at === undefined || (numbered && at === spaces.at(-1))) return [fitted(text, room, size)];
  return [text.slice(0, at), ...wrapped(text.slice(at + 1), room, size, most - 1, false)];
}
