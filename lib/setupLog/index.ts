/** What Setup writes of itself, read and explained. Pure: whoever has a log, on a computer or in a file, hands its lines in. */

export { failedPhases, parseConsole } from "./console";
export { type DetailFile, detailFileOf, detailIn, withDetail } from "./details";
export { explain } from "./explain";
export {
  causeText,
  failureReason,
  knownCause,
  lastWords,
  longestReason,
  reasonText,
  wordsText,
} from "./reason";
export type { SetupReport } from "./report";
export { type EarlierRun, lastLineOf, parseSetupLog, RunReader } from "./runReader";
