/** What stops a command, as one message that can be acted on. */

/** The four lines below the first. */
export interface ProblemLines {
  readonly found: string;
  readonly needed: string;
  readonly where: string;
  readonly fix: string;
}

/** A command cannot go on. Its message is the first line. */
export class Problem extends Error {
  constructor(
    summary: string,
    readonly lines: ProblemLines,
  ) {
    super(summary);
  }

  /** The whole message; what moves the cursor is left out, since directories and files say what they like. @param command as it was called */
  text(command: string): string {
    const { found, needed, where, fix } = this.lines;
    return [
      `${command}: ${this.message}`,
      `  Found:  ${found}`,
      `  Needed: ${needed}`,
      `  Where:  ${where}`,
      `  Fix:    ${fix}`,
    ]
      .join("\n")
      .replace(/[^\P{C}\n]/gu, "?");
  }
}
