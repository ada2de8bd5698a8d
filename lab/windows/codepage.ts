/**
 * Console (OEM) code pages: what the bytes of a command's output mean. Node decodes some of them; 437 and 850
 * are tables here, and every encoder is the inverse of its decoder.
 */

import { TextDecoder } from "node:util";

/** A code page by its Windows number. */
export interface CodePage {
  readonly number: number;
  decode(bytes: Uint8Array): string;
  /** Characters outside the page become `?`, as Windows does. */
  encode(text: string): Buffer;
}

/** Characters 0x80 to 0xFF of the pages that TextDecoder lacks (source: Unicode's mapping tables for both). */
const upperHalves: { readonly [page: number]: string } = {
  437:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
    "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
  850:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀" +
    "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0",
};

/** Encodings that TextDecoder knows, by Windows number. */
const nodeNames: { readonly [page: number]: string } = {
  866: "ibm866",
  932: "windows-31j",
  936: "gbk",
  1252: "windows-1252",
  65001: "utf-8",
};

function singleByte(number: number, upper: string): CodePage {
  const characters = [...upper];
  const bytes = new Map(characters.map((character, index) => [character, 0x80 + index]));
  return {
    number,
    decode: (data) =>
      [...data]
        .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : (characters[byte - 0x80] ?? "?")))
        .join(""),
    encode: (text) =>
      Buffer.from(
        [...text].map((character) => {
          const code = character.codePointAt(0) ?? 0x3f;
          return code < 0x80 ? code : (bytes.get(character) ?? 0x3f);
        }),
      ),
  };
}

/** The inverse of a TextDecoder, found by decoding every one- and two-byte sequence. */
function inverse(decoder: TextDecoder): ReadonlyMap<string, Buffer> {
  const map = new Map<string, Buffer>();
  const add = (bytes: number[]): void => {
    const text = decoder.decode(Uint8Array.from(bytes));
    if ([...text].length === 1 && text !== "\ufffd" && !map.has(text)) map.set(text, Buffer.from(bytes));
  };
  for (let byte = 0x80; byte <= 0xff; byte++) add([byte]);
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) add([lead, trail]);
  return map;
}

function decoded(number: number, name: string): CodePage {
  const decoder = new TextDecoder(name);
  if (name === "utf-8")
    return { number, decode: (data) => decoder.decode(data), encode: (text) => Buffer.from(text, "utf8") };
  const bytes = inverse(decoder);
  return {
    number,
    decode: (data) => decoder.decode(data),
    encode: (text) =>
      Buffer.concat(
        [...text].map((character) => {
          const code = character.codePointAt(0) ?? 0x3f;
          return code < 0x80 ? Buffer.from([code]) : (bytes.get(character) ?? Buffer.from("?"));
        }),
      ),
  };
}

const made = new Map<number, CodePage>();

/** The code page with this number. Throws for one that the lab does not know. */
export function codePage(number: number): CodePage {
  const known = made.get(number);
  if (known) return known;
  const upper = upperHalves[number];
  const name = nodeNames[number];
  if (upper === undefined && name === undefined) {
    const all = [...Object.keys(upperHalves), ...Object.keys(nodeNames)].join(", ");
    throw new Error(`The lab has no code page ${number}. It has ${all}.`);
  }
  const page = upper !== undefined ? singleByte(number, upper) : decoded(number, name ?? "");
  made.set(number, page);
  return page;
}
