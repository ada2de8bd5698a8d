/** The report that the command line tool reads: lines of JSON in the file that EXCHANGE_UPGRADE_REPORT names. */
import { appendFileSync } from "node:fs";
import type { RefusedLine, StepsLine } from "../review/review";

/** The report's file; null if nobody has asked for one. */
export function reportFile(): string | null {
  const file = process.env.EXCHANGE_UPGRADE_REPORT;
  return file === undefined || file === "" ? null : file;
}

/**
 * Adds a line. Never throws: a report that cannot be written must not stop a preview; its reader reports the missing
 * line.
 */
export function addToReport(line: string): void {
  const file = reportFile();
  if (file === null) return;
  try {
    appendFileSync(file, `${line}\n`, { mode: 0o600 });
  } catch {
    // The tool reports the steps of which it has no line.
  }
}

/** Writes names of steps into the report. The program reports each step that it makes; the first gate reports all its steps. */
export function reportSteps(steps: readonly string[]): void {
  if (reportFile() !== null) addToReport(JSON.stringify({ review: 1, steps } satisfies StepsLine));
}

/** Writes into the report that the program itself was refused, with the whole message. It holds no credential. */
export function reportProgramRefusal(
  text: string,
  stack: { readonly project: string; readonly stack: string },
): void {
  if (reportFile() === null) return;
  const [summary = ""] = text.split("\n");
  const finding = { rule: "arguments", level: "must", verdict: "fails", summary, text } as const;
  addToReport(
    JSON.stringify({
      review: 1,
      at: new Date().toISOString(),
      ...stack,
      refused: { name: null, kind: "program", computer: null, finding },
    } satisfies RefusedLine),
  );
}
