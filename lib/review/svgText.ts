/** Texts in SVG, which neither wraps nor clips: how wide they are, about, and how they are made to fit. */
import { charactersOf } from "../text";

/** Widths of characters as parts of the font's size, generous: those of a wide bold font. The font is the reader's. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijlI.,:;'|/\\ ]/u, 0.4],
  [/[tfr()[\]!"`-]/u, 0.5],
  [/[csvxyzk_*?]/u, 0.66],
  [/[A-Z<>=+~#&]/u, 0.85],
  [/[mwMW@%]/u, 1.1],
  // Chinese, Japanese, Korean, and pictures.
  [/[\u{2e80}-\u{10ffff}]/u, 1.1],
];

function characterWidth(character: string): number {
  const widest = widths.filter(([characters]) => characters.test(character)).map(([, width]) => width);
  return widest.length === 0 ? 0.72 : Math.max(...widest);
}

/** About how wide a text is, in pixels. */
export function widthOf(text: string, size: number): number {
  return [...text].reduce((sum, character) => sum + characterWidth(character) * size, 0);
}

/** The text, or as much of it as fits before an ellipsis. */
export function fitted(text: string, room: number, size: number): string {
  if (widthOf(text, size) <= room) return text;
  const characters = [...charactersOf(text)];
  while (characters.length > 0 && widthOf(`${characters.join("")}…`, size) > room) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/**
 * The text in lines, broken at spaces where there are any; what does not fit into the last ends with an ellipsis.
 * @param most lines
 * @param numbered whether it begins with a number, which is not left alone
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
  // The first space stands after the stage's number: a break there would leave the number alone.
  if (at === undefined || (numbered && at === spaces.at(-1))) return [fitted(text, room, size)];
  return [text.slice(0, at), ...wrapped(text.slice(at + 1), room, size, most - 1, false)];
}
