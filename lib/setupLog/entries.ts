/** The messages of a log, made of its lines. Forums and mails bend them; a line with a level begins a message, with a stamp or without. Pure. */

/** A message of the log: its first line without stamp and level, and the lines without one behind it. */
export interface Entry {
  /** The stamp as it is written, without brackets; "" where there is none. */
  readonly stamp: string;
  /** The text, with its line breaks. */
  readonly text: string;
}

/** `[time] [level] text`: the time's form depends on release and locale, so it is not read. */
const stamped = /^[\s>*|_]*(?:\[([^\][]{1,60})\]\s{0,4})?\[\d{1,3}\](?:\s|$)/;
/** Beginnings of messages that were copied without stamp and level. */
const bare =
  /^[\s>*|_]*(?=\[(?:ERROR|WARNING|REQUIRED|RECOMM?ENDED|ERROR-REFERENCE)\]|Failed \[Rule:|Starting Microsoft Exchange |The following error was generated when |\d{1,3}\. {1,3}ErrorRecord: |The following \d{1,3} error\(s\) occurred |(?:Beginning|Ending) processing |Setup is stopping now |End of Setup\s*$)/;

/** A message does not grow beyond this: of a longer one the beginning and the end are kept, in characters. */
const longest = { kept: 300_000, head: 150_000, tail: 50_000 } as const;

/** Makes messages of lines, one after the other. */
export class EntryMaker {
  #stamp = "";
  #text = "";
  #isThere = false;

  /** Takes the next line; answers the message that it ends, if any. */
  take(line: string): Entry | null {
    const begin = beginOf(line);
    if (begin === null) {
      this.#isThere = true;
      // Mails quote with this; a line of Setup does not begin so.
      this.#text += `\n${line.replace(/^\s{0,3}>[\s>]{0,20}/, "")}`;
      if (this.#text.length > longest.kept)
        this.#text = `${this.#text.slice(0, longest.head)}\n${this.#text.slice(-longest.tail)}`;
      return null;
    }
    const done = this.end();
    this.#stamp = begin.stamp;
    this.#text = line.slice(begin.length);
    this.#isThere = true;
    return done;
  }

  /** The message that no line follows; null where there is none. */
  end(): Entry | null {
    if (!this.#isThere) return null;
    const entry = { stamp: this.#stamp, text: this.#text };
    this.#isThere = false;
    this.#text = "";
    this.#stamp = "";
    return entry;
  }
}

/** A stamp and a level inside a line: whoever copied the log has lost its line breaks. */
const glued =
  /(?=\[\d{1,4}[./-]\d{1,2}[./-]\d{1,4} \d{1,2}:\d\d:\d\d(?:\.\d{1,7})?(?: [AP]M)?\] \[\d{1,3}\] )/;

/** What a program that searches in files puts in front of a line: the file's name, and the number of the line. */
const place = /^(?:[^[\]]{1,260}?:)?\s{0,8}\d{1,9}[:\s-]{1,4}/;

/** Makes whole lines of what people copy. */
export class LineMender {
  #isNumbered = false;

  /** The lines of which a line was made, without the place that a search has put in front. */
  mend(line: string): readonly string[] {
    const [first = "", ...others] = line.split(glued);
    if (others.length === 0) return [this.#isNumbered ? first.replace(place, "") : first];
    const isPlace = place.exec(first)?.[0] === first && first !== "";
    this.#isNumbered ||= isPlace;
    return isPlace ? others : [first, ...others];
  }
}

/** What a line of the log says behind its level; null for a line that goes on with the one before it. */
export function saidIn(line: string): string | null {
  const full = stamped.exec(line);
  return full === null ? null : line.slice(full[0].length).trim();
}

function beginOf(line: string): { readonly stamp: string; readonly length: number } | null {
  const full = stamped.exec(line);
  if (full !== null) return { stamp: full[1] ?? "", length: full[0].length };
  const short = bare.exec(line);
  return short === null ? null : { stamp: "", length: short[0].length };
}
