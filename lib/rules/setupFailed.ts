/** The message after a Setup that failed: what failed, why, how far it came, and what to do next. */

import type { MessageCode } from "../cause";
import type { SetupFailure } from "../model";
import { cut, renderLines } from "../text";
import type { About } from "./evaluate";
import { ruleLine } from "./finding";
import { wordsOf } from "./table";

/** A failed Setup, with the state of its step afterwards. */
export interface FailedStep {
  readonly failure: SetupFailure;
  /** The readings that do not show the target. */
  readonly missing: string;
  /** Minutes from the start of Setup, or from when following it began, to its end. */
  readonly minutes: number;
}

/**
 * Highest number of UTF-16 code units that the first line quotes of Setup's own words, if the cause is not a known one.
 */
const longestHeadline = 120;

/** The message in several lines; the first one can be understood alone. */
export function setupFailedText(about: About, { failure, missing, minutes }: FailedStep): string {
  const { how, why, said, cause, phase, attempt, log, output } = failure;
  const { target, computer } = about;
  const reason = cause?.cause ?? why ?? (said === null ? "it names no reason" : cut(said, longestHeadline));
  const isTold = cause === undefined && why === null;
  return renderLines(`Setup failed on ${computer} (${how}): ${reason}`, [
    ["Phase", `${phase === null ? "" : `${phase}; `}attempt ${attempt}; ${minutes} min`],
    ["State", `not at ${target.name}: ${missing}`],
    ["Setup", said === null || (isTold && said === reason) ? undefined : said],
    ["Log", [log, output]],
    ["Fix", cause?.action ?? "remove the reason"],
    [
      "Next",
      "pulumi up again, also with the same approved plan: Setup may be run again (D2). Where Pulumi says of later steps " +
        "that operations were expected but none were seen, they only were not started",
    ],
    ["Rule", ruleLine({ rule: "D13", ...wordsOf("D13", target) })],
    ["Code", "XU-SETUP" satisfies MessageCode],
  ]);
}
