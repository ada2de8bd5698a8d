/**
 * Setup's log on a computer. Every run appends to it, for years, so it is never read as a whole: its lines are counted
 * there, and only its end is sent.
 */

import { quotePath } from "../cmd/quote";
import { decodeConsole } from "../transport/decode";
import type { Link } from "./link";

/** Lines that are sent at most. `more` is said to wait for a key after 65,534 lines; a run writes far fewer. */
const mostLines = 50_000;

/** Time for a command that goes through the whole log. */
const readMs = 5 * 60_000;

/** The log, read over a connection. */
export class SetupLogFile {
  readonly #link: Link;
  readonly path: string;

  /** @param path full path on the computer */
  constructor(link: Link, path: string) {
    this.#link = link;
    this.path = path;
  }

  /**
   * Number of its lines; null where it is not there or cannot be read.
   * @param timeoutMs milliseconds for it @default 5 minutes
   */
  async lines(timeoutMs = readMs): Promise<number | null> {
    const counted = await this.#link.tryOne(`find /c /v "" <${quotePath(this.path)} 2>nul`, { timeoutMs });
    const text = counted?.text.trim() ?? "";
    return /^\d+$/.test(text) ? Number(text) : null;
  }

  /**
   * What it has behind its first lines, of which `total` is their number now; a log that has fewer was begun anew, and
   * comes from its beginning.
   * @param most lines, the last ones
   * @returns null where it cannot be read
   */
  async behind(
    first: number,
    total: number,
    { most = mostLines, timeoutMs = readMs }: { readonly most?: number; readonly timeoutMs?: number } = {},
  ): Promise<string | null> {
    const from = Math.max(total < first ? 0 : first, total - most, 0);
    const skip = from === 0 ? "" : `+${from} `;
    const sent = await this.#link.tryOne(`more ${skip}${quotePath(this.path)} 2>nul`, { timeoutMs });
    return sent?.ok === true ? textOf(sent.bytes) : null;
  }
}

/** UTF-16 is cut anywhere by tools that work on bytes: without its zeros, what is ASCII of it is there. */
function textOf(bytes: Buffer): string {
  return bytes.includes(0)
    ? decodeConsole(Buffer.from(bytes.filter((byte) => byte !== 0 && byte < 0x80)))
    : decodeConsole(bytes);
}
