/**
 * Setup's log on a computer. Every run appends to it, for years, so it is never read as a whole: the computer counts
 * its lines, and sends only its end.
 */

import { quotePath } from "../cmd/quote";
import { decodeConsole } from "../transport/decode";
import type { Link } from "./link";

/** Highest number of lines to send. `more` is said to wait for a key after 65,534 lines; a run writes far fewer. */
const mostLines = 50_000;

/** Time for a command that reads the whole log. */
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
   * What follows its first lines; `total` is the present number of lines. A log with fewer lines was begun anew, and is
   * read from its beginning.
   *
   * @param most highest number of lines, counted from the end
   *
   * @returns null if it cannot be read
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

/** Tools that work on bytes cut UTF-16 anywhere. Without the zero bytes, its ASCII part is readable. */
function textOf(bytes: Buffer): string {
  return bytes.includes(0)
    ? decodeConsole(Buffer.from(bytes.filter((byte) => byte !== 0 && byte < 0x80)))
    : decodeConsole(bytes);
}
