/** Texts of the data as a review shows them. */
import { visible } from "../../visible";

/** {@link visible} text in one line, without space around it. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}

/** The first `length` characters; where there are more, the last of them is an ellipsis. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join("")}…`;
}
