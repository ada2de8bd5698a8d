/**
 * What an interrupted Setup of 2013 and later leaves behind: the start types of services, saved before it disabled
 * them.
 */
import { known, unknown } from "../../facts";
import { failureOf } from "../cmd/commands";
import { linesOf } from "../transport/decode";
import type { Question } from "./question";
import { notAsked, signOf } from "./settings";

/** The answer for a missing folder. */
const noFolder = "no folder";

export const startTypesQuestion: Question<"startTypes"> = {
  // Lists the whole folder: a failed listing then means a refused folder, and not a missing file.
  commands: (asked): { readonly [part: string]: string } => {
    const sign = signOf(asked, "no files");
    if (sign === undefined) return {};
    return {
      "left-files": `if exist "${sign.folder}" (dir /b "${sign.folder}" 2>&1) else (echo ${noFolder})`,
    };
  },
  answer: (parts, { asked }) => {
    const sign = signOf(asked, "no files");
    if (sign === undefined) return notAsked("files");
    const part = parts["left-files"];
    if (part === undefined) return unknown("it was not asked", sign.folder);
    if (part.text.trim() === noFolder) return known([], sign.folder);
    if (!part.ok) return unknown(failureOf(part), sign.folder);
    const names = linesOf(part.text).map((line) => line.trim());
    return known(
      names.filter((name) => sign.name.test(name)),
      sign.folder,
    );
  },
};
