/**
 * Decodes bytes in an unknown code page. ASCII always survives, and decisions rest on ASCII only: SIDs, numbers, key
 * names, version strings and this program's own markers.
 */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * Decodes console output. UTF-16LE if the bytes show it (a byte order mark, or zeros in every second place), with
 * U+FFFD for half a surrogate pair. Else UTF-8 if the bytes are valid. Else ASCII, with U+FFFD for every other byte:
 * OEM code pages such as 850, 437 and 932 cannot be told apart by their bytes, so none is guessed.
 */
export function decodeConsole(bytes: Buffer): string {
  if (looksLikeUtf16(bytes)) {
    const start = bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe ? 2 : 0;
    return bytes.toString("utf16le", start, bytes.length - ((bytes.length - start) % 2)).toWellFormed();
  }
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes.toString("latin1").replace(/[\x80-\xff]/g, "\ufffd");
  }
}

/** True if decoding has lost a character, so that the text must not be compared with names. */
export function isLossy(text: string): boolean {
  return text.includes("\ufffd");
}

function looksLikeUtf16(bytes: Buffer): boolean {
  if (bytes.length < 2) return false;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return true;
  // Without a mark: ASCII text in UTF-16LE has a zero in every second place and none in the others.
  const sample = bytes.subarray(0, 256);
  if (sample.length < 4) return false;
  let odd = 0;
  for (const [index, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) return false;
    odd++;
  }
  return odd >= Math.floor(sample.length / 2) * 0.75;
}

/** Lines of console output: CRLF, LF, and the `\r\r\n` of some Windows tools; no empty last line. */
export function linesOf(text: string): readonly string[] {
  const pieces = text.split("\n");
  const last = pieces.pop() ?? "";
  const lines = pieces.map((line) => withoutEnd(line, "\r"));
  return last === "" ? lines : [...lines, last];
}

/**
 * The text without that character at its end, however often it is repeated there. A pattern would look at each
 * repetition again.
 */
export function withoutEnd(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return text.slice(0, end);
}
