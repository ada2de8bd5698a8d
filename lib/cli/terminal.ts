/** Prints the answers of commands on standard output, and everything else on standard error. */

import { styleText } from "node:util";
import { cut, fitted } from "../text";

const { stdout, stderr } = process;

type Style = Parameters<typeof styleText>[0];

/** Colours the text where standard error is a terminal and NO_COLOR is not set. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: stderr });
}

/** Whether a program whose output goes to our standard error may colour it. */
export function mayColour(): boolean {
  return stderr.isTTY === true && (process.env.NO_COLOR ?? "") === "";
}

/** Whether answers go to a terminal. */
export function isTerminal(): boolean {
  return stdout.isTTY === true;
}

/** Columns for answers: those of the terminal; 100 elsewhere, and where a terminal says that it has none. */
export function columnsOfAnswers(): number {
  return stdout.columns || 100;
}

/** The text in the columns of the terminal, where answers go to one; elsewhere as it is. */
export function fittedAnswer(text: string): string {
  return isTerminal() ? fitted(text, columnsOfAnswers()) : text;
}

/** Writes an answer. */
export function answer(text: string): void {
  stdout.write(text);
}

/** Draws a text over what the terminal shows, from its first line on, without a flicker. What has no room is counted. */
export function drawScreen(text: string): void {
  const lines = linesOnScreen(text, stdout.rows || 24);
  stdout.write(`\u001B[H${lines.map((line) => `${line}\u001B[K\n`).join("")}\u001B[J`);
}

function linesOnScreen(text: string, rows: number): readonly string[] {
  const lines = text.trimEnd().split("\n");
  // The last row is the cursor's.
  if (lines.length < rows) return text === "" ? [] : lines;
  const shown = lines.slice(0, Math.max(1, rows - 2));
  return [...shown, `and ${lines.length - shown.length} more lines: a higher window shows them`];
}

/** Writes a line for people, or several; at a terminal they fit into its columns. */
export function note(text: string): void {
  current?.clear();
  stderr.write(`${stderr.isTTY === true ? fitted(text, stderr.columns || 80) : text}\n`);
}

const barWidth = 24;

/** A bar of how much of something is done. */
export function progressBar(done: number, all: number): string {
  const full = all === 0 ? barWidth : Math.min(barWidth, Math.floor((done / all) * barWidth));
  return `${"█".repeat(full)}${"░".repeat(barWidth - full)}`;
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const interval = 200;

let current: Status | undefined;

/**
 * One line at the end of standard error that says what is going on: only at a terminal, where it is drawn again and
 * again; elsewhere {@link Status.pass} is all it does. Libraries for this end the process on Ctrl-C, and here Pulumi has to
 * be waited for.
 */
export class Status {
  readonly #started = Date.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #frame = 0;
  #shown = false;
  #midLine = false;

  constructor(readonly text: () => string) {
    current = this;
    if (stderr.isTTY === true && process.env.TERM !== "dumb")
      this.#timer = setInterval(() => this.#draw(), interval);
  }

  /** Passes on what another program prints. */
  pass(chunk: Buffer): void {
    this.clear();
    stderr.write(chunk);
    this.#midLine = chunk.at(-1) !== "\n".charCodeAt(0);
  }

  clear(): void {
    if (this.#shown) stderr.write("\r\u001B[2K");
    this.#shown = false;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
    if (this.#midLine) stderr.write("\n");
    current = undefined;
  }

  #draw(): void {
    // A line that another program has not ended with a line break would be overwritten.
    if (this.#midLine) return;
    this.clear();
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    const sign = frames[this.#frame++ % frames.length] ?? "";
    const line = `${sign} ${this.text()} (${seconds} s)`;
    // Some terminals say that they have no columns.
    stderr.write(paint("cyan", cut(line, (stderr.columns || 80) - 2)));
    this.#shown = true;
  }
}
