/** Command lines for cmd.exe, each about the computer on which it runs. */

import { randomBytes } from "node:crypto";
import { cutLine } from "../../text";
import { decodeConsole, linesOf } from "../transport/decode";
import { OutputIncomplete } from "../transport/errors";
import type { HostSession, RunOptions } from "../transport/session";
import { quoteArgument, quotePath } from "./quote";

/** `reg query` of a key: itself and its direct subkeys, or everything below it. */
export function regQuery(key: string, depth: "key" | "tree" = "key"): string {
  return `reg query ${quotePath(key)}${depth === "tree" ? " /s" : ""}`;
}

/** `reg query` of one named value. */
export function regQueryValue(key: string, name: string): string {
  return `${regQuery(key)} /v ${quoteArgument(name)}`;
}

/** `reg query` of the values of one name in a key and everything below it. */
export function regQueryEveryValue(key: string, name: string): string {
  return `${regQuery(key, "tree")} /v ${quoteArgument(name)}`;
}

/** Processes with that image name. */
export function taskList(image: string): string {
  return `tasklist /fo csv /nh /fi ${quoteArgument(`imagename eq ${image}`)}`;
}

/** Output of one of several commands that ran in one round trip. */
export interface Part {
  /** True when the command's exit code was 0. */
  readonly ok: boolean;
  /** Standard output; standard error as well where the command says `2>&1`. */
  readonly text: string;
  readonly bytes: Buffer;
}

/** Commands by name; each runs, even if others fail. */
export type Parts<Names extends string> = { readonly [N in Names]: Part };

/** cmd.exe allows 8191 characters; the server's own words around the line need some of them. */
const longestLine = 8000;
/** The most that {@link runParts} puts around each command. */
const frameLength = 69;

/**
 * As {@link runParts}, for commands that do not depend on each other: too many for one line run in several lines at
 * once, each on a channel of its own.
 */
export async function runPartsAtOnce<Names extends string>(
  session: HostSession,
  commands: { readonly [N in Names]: string },
): Promise<Parts<Names>> {
  const lines: [name: string, command: string][][] = [];
  let room = 0;
  for (const entry of Object.entries<string>(commands)) {
    const length = entry[1].length + frameLength;
    if (length > room) {
      lines.push([]);
      room = longestLine;
    }
    lines.at(-1)?.push(entry);
    room -= length;
  }
  const parts = await Promise.all(lines.map((line) => runParts(session, Object.fromEntries(line))));
  return Object.assign({}, ...parts) as Parts<Names>;
}

/**
 * Runs several commands in one round trip, one after the other, and separates their outputs and results.
 *
 * @throws as {@link HostSession.run}; OutputIncomplete if an output is missing; Error if the line is too long for
 * cmd.exe.
 */
export async function runParts<Names extends string>(
  session: HostSession,
  commands: { readonly [N in Names]: string },
  options: RunOptions = {},
): Promise<Parts<Names>> {
  const nonce = randomBytes(4).toString("hex");
  const names = Object.keys(commands) as Names[];
  const line = names
    .map((name, i) => {
      // Short, so that all that is asked of a computer fits into one line.
      const mark = `echo eu^.${nonce}.`;
      return `(${mark}${i}& ${commands[name]})&&${mark}d||${mark}f`;
    })
    .join("& ");
  if (line.length > longestLine)
    throw new Error(`a command line of ${line.length} characters is too long for cmd.exe`);
  const { stdoutBytes } = await session.run(line, options);
  const text = stdoutBytes.toString("latin1");
  const mark = `eu.${nonce}.`;
  const parts: { [name: string]: Part } = {};
  let end = 0;
  for (const [i, name] of names.entries()) {
    // The commands run in their order: each output begins behind the one before it.
    const start = new RegExp(`eu\\.${nonce}\\.${i}\\s`, "g");
    start.lastIndex = end;
    const from = start.exec(text)?.index;
    const begin = from === undefined ? 0 : text.indexOf("\n", from) + 1;
    // The next mark is that of this command's end.
    end = begin === 0 ? -1 : text.indexOf(mark, begin);
    const word = end < 0 ? "" : text.charAt(end + mark.length);
    if (word !== "d" && word !== "f")
      throw new OutputIncomplete(
        `the output of a command on ${session.name} is incomplete: part ${name} has no end`,
      );
    const bytes = stdoutBytes.subarray(begin, end);
    parts[name] = { ok: word === "d", bytes, text: decodeConsole(bytes) };
  }
  return parts as Parts<Names>;
}

/** Why a command failed: its own output, for people; the text may be in any language. */
export function failureOf(part: Part): string {
  const said = cutLine(linesOf(part.text).join(" "), 160);
  return said === ""
    ? "the command failed and printed nothing"
    : `the command failed: ${said.replace(/\.$/, "")}`;
}
