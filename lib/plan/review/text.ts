/** Texts of the data, made fit to be shown: nothing in them may hide itself or what stands around it. */

/** Control characters, and those that turn the direction of writing; line breaks and tabs are none of them. */
const invisible = /(?![\n\t])[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Shows what would not be seen as U+FFFD. Line breaks and tabs stay. */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(invisible, "\uFFFD");
}

/** The same in one line, without space around it. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}

/** The first `length` characters; where there are more, the last of them is an ellipsis. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join("")}…`;
}
