/** Texts that come from elsewhere, made fit to be shown: nothing in them may hide itself or what stands around it. */

/**
 * Control characters, the separators of lines and paragraphs that only some programs break at, and what turns the
 * direction of writing; ordinary line breaks and tabs are none of them.
 */
const invisible = /(?![\n\t])[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/**
 * Shows what would not be seen, or would move the cursor of a terminal, as U+FFFD, and half a surrogate pair, too, which is
 * no valid text. Line breaks and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(invisible, "\uFFFD").toWellFormed();
}
