/** The report that the command line tool reads: lines of JSON in the file that EXCHANGE_UPGRADE_REPORT names. */
import { appendFileSync } from "node:fs";
import type { StepsLine } from "../review/review";

/** The report's file; null where nobody has asked for one. */
export function reportFile(): string | null {
  const file = process.env.EXCHANGE_UPGRADE_REPORT;
  return file === undefined || file === "" ? null : file;
}

/** Adds a line. Never throws: a report that cannot be written stops no preview, and its reader misses the line. */
export function addToReport(line: string): void {
  const file = reportFile();
  if (file === null) return;
  try {
    appendFileSync(file, `${line}\n`, { mode: 0o600 });
  } catch {
    // The tool says which steps it has no line of.
  }
}

/** Says in the report which steps there are: the program of each that it makes, the gate before all of them of those that it has. */
export function reportSteps(steps: readonly string[]): void {
  if (reportFile() !== null) addToReport(JSON.stringify({ review: 1, steps } satisfies StepsLine));
}
