/** The message of a problem that stops a command: it says what to do. */
import type { MessageCode } from "../cause";
import { renderProblem } from "../text";

/** A command cannot go on. Its message is the first line. */
export class CommandProblem extends Error {
  constructor(
    readonly code: MessageCode,
    summary: string,
    readonly lines: Readonly<Record<"found" | "needed" | "where" | "fix", string>>,
  ) {
    super(summary);
  }

  /** The whole message; what moves the cursor is left out, since directories and files say what they like. @param command as it was called */
  text(command: string): string {
    const text = renderProblem({ summary: `${command}: ${this.message}`, ...this.lines, code: this.code });
    return text.replace(/[^\P{C}\n]/gu, "?");
  }
}
