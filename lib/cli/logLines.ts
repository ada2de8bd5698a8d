/** The lines of a file of whatever size, in whatever Unicode encoding: only one line of it is in memory. */
import { decodeConsole } from "../host";

/** Bytes of a line that are kept: what is longer is no line of a log. */
const longestLine = 1024 * 1024;

const lineFeed = 0x0a;

/** Hands the lines of a stream on, one after the other, without their ends. */
export async function eachLine(stream: AsyncIterable<Buffer>, take: (line: string) => void): Promise<void> {
  let split: Splitter | null = null;
  for await (const chunk of stream) {
    if (chunk.length === 0) continue;
    split ??= new Splitter(encodingOf(chunk), take);
    split.add(chunk);
  }
  split?.end();
}

type Encoding = "utf-16le" | "utf-16be" | "bytes";

/** By the byte order mark, or by the zeros that ASCII has in UTF-16. */
function encodingOf(chunk: Buffer): Encoding {
  const [first, second] = chunk;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const sample = chunk.subarray(0, 1024);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries())
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const most = sample.length / 2;
  if (odd > 0.7 * most && even < 0.1 * most) return "utf-16le";
  if (even > 0.7 * most && odd < 0.1 * most) return "utf-16be";
  return "bytes";
}

/** Cuts bytes into lines at their line feeds. */
class Splitter {
  readonly #decoder: InstanceType<typeof TextDecoder> | null;
  readonly #take: (line: string) => void;
  #rest: Buffer[] = [];
  #length = 0;

  constructor(encoding: Encoding, take: (line: string) => void) {
    // Units of UTF-16 become UTF-8, in which a line feed is one byte.
    this.#decoder = encoding === "bytes" ? null : new TextDecoder(encoding);
    this.#take = take;
  }

  add(chunk: Buffer): void {
    this.#cut(this.#decoder === null ? chunk : Buffer.from(this.#decoder.decode(chunk, { stream: true })));
  }

  end(): void {
    if (this.#decoder !== null) this.#cut(Buffer.from(this.#decoder.decode()));
    if (this.#length > 0) this.#hand();
  }

  #cut(bytes: Buffer): void {
    let from = 0;
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from)) {
      this.#keep(bytes.subarray(from, at));
      this.#hand();
      from = at + 1;
    }
    this.#keep(bytes.subarray(from));
  }

  #keep(bytes: Buffer): void {
    const room = longestLine - this.#length;
    if (room <= 0 || bytes.length === 0) return;
    const kept = bytes.subarray(0, room);
    this.#rest.push(Buffer.from(kept));
    this.#length += kept.length;
  }

  #hand(): void {
    const bytes = Buffer.concat(this.#rest);
    this.#rest = [];
    this.#length = 0;
    this.#take(textOf(bytes).replace(/\r+$/, ""));
  }
}

/** A log that was appended to in another encoding has zeros: without them, what is ASCII of it is there. */
function textOf(bytes: Buffer): string {
  return bytes.includes(0)
    ? decodeConsole(Buffer.from(bytes.filter((byte) => byte !== 0 && byte < 0x80)))
    : decodeConsole(bytes).replace(/^\uFEFF/, "");
}
