/** Texts in SVG, which neither wraps nor clips: how wide they are, about, and how they are made to fit. */

const narrow = /[ijlI.,:;'|!()[\]/\\ ]/u;
const wide = /[mwMW@%]/u;
const upper = /[A-Z0-9_&<>=+~#$?]/u;

/** Width of a character as a part of the font's size: generous, since the font is the reader's. */
function characterWidth(character: string): number {
  if ((character.codePointAt(0) ?? 0) > 0x2e7f) return 1.05;
  if (narrow.test(character)) return 0.41;
  if (wide.test(character)) return 1;
  return upper.test(character) ? 0.74 : 0.64;
}

/** About how wide a text is, in pixels. */
export function widthOf(text: string, size: number): number {
  return [...text].reduce((sum, character) => sum + characterWidth(character) * size, 0);
}

/** The text, or as much of it as fits before an ellipsis. */
export function fitted(text: string, room: number, size: number): string {
  if (widthOf(text, size) <= room) return text;
  const characters = [...text];
  while (characters.length > 0 && widthOf(`${characters.join("")}…`, size) > room) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/** The text in one line, or in two that are broken at a space where there is one. */
export function wrapped(text: string, room: number, size: number): readonly string[] {
  if (widthOf(text, size) <= room) return [text];
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index).reverse();
  const at = spaces.find((space) => widthOf(text.slice(0, space), size) <= room);
  // The first space stands after the stage's number: a break there would leave the number alone.
  if (at === undefined || at === spaces.at(-1)) return [fitted(text, room, size)];
  return [text.slice(0, at), fitted(text.slice(at + 1), room, size)];
}
