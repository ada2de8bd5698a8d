/** Texts of the data as a review shows them. */
import { visible } from "../visible";

/** {@link visible} text in one line, without space around it. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}
