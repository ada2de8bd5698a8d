/**
 * Texts that are too long to be shown. What is cut is a whole character as people see it: half of one is no valid text any
 * more, and gRPC does not carry that. Pure; nothing else in this package shortens a text for people.
 */

const characters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What people see as one character each: a letter with its accents, a flag, a family. */
export function charactersOf(text: string): readonly string[] {
  return [...characters.segment(text)].map(({ segment }) => segment);
}

/**
 * The text; where it is longer than `most` UTF-16 code units, its whole characters that fit into them, and an ellipsis.
 */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, lastBoundary(text, Math.max(0, most)))}…`;
}

/** The same of a text that is put on one line, without space around it. */
export function cutLine(text: string, most: number): string {
  return cut(text.replace(/\s+/g, " ").trim(), most);
}

/** Where the character begins that stands at this place, or at its end the code point, where the character is all of the text. */
function lastBoundary(text: string, at: number): number {
  // What follows the code point there does not change where its character begins.
  const begin = characters.segment(text.slice(0, at + 2)).containing(at)?.index ?? 0;
  if (begin > 0) return begin;
  return (text.codePointAt(at - 1) ?? 0) > 0xffff ? at - 1 : at;
}
