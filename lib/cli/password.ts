/** Asks for a password on the terminal, without echo. */
import type { Writable } from "node:stream";

/** The part of a terminal's input that is used. */
export interface TerminalInput {
  setRawMode(raw: boolean): unknown;
  setEncoding(encoding: "utf8"): unknown;
  on(event: "data", listener: (text: string) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  off(event: "data", listener: (text: string) => void): unknown;
  off(event: "end", listener: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** The person at the terminal gave up: Ctrl+C, Ctrl+D, or the terminal has gone. */
export class PromptCancelled extends Error {}

const enter = ["\r", "\n"];
const giveUp = ["\u0003", "\u0004"];
const rubOut = ["\u007f", "\b"];

/**
 * Asks for a password and reads it up to the end of the line. Nothing of it is shown, not even its length.
 * @throws PromptCancelled
 */
export function askPassword(question: string, input: TerminalInput, output: Writable): Promise<string> {
  return new Promise((resolve, reject) => {
    const characters: string[] = [];
    const finish = (settle: () => void): void => {
      input.off("data", onData);
      input.off("end", onEnd);
      input.setRawMode(false);
      input.pause();
      output.write("\n");
      settle();
    };
    const cancel = (): void => finish(() => reject(new PromptCancelled("no password was given")));
    const onEnd = cancel;
    const onData = (text: string): void => {
      for (const character of text) {
        if (enter.includes(character)) {
          finish(() => resolve(characters.join("")));
          return;
        }
        if (giveUp.includes(character)) {
          cancel();
          return;
        }
        if (rubOut.includes(character)) characters.pop();
        else characters.push(character);
      }
    };
    // In this order: what is typed early is not shown either.
    input.setRawMode(true);
    output.write(question);
    input.setEncoding("utf8");
    input.on("data", onData);
    input.on("end", onEnd);
    input.resume();
  });
}
