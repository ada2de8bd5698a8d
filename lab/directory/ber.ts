/** Reading BER as LDAP uses it: tags of one octet and definite lengths (RFC 4511, 5.1). */

/** One element of an encoding. */
export interface BerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** Offset just after the element. */
  readonly end: number;
}

/**
 * Reads the element at an offset; undefined while its octets are not all there.
 * @throws SyntaxError for a length that LDAP does not allow.
 */
export function readElement(buffer: Buffer, offset = 0): BerElement | undefined {
  if (buffer.length < offset + 2) return undefined;
  const tag = buffer.readUInt8(offset);
  const first = buffer.readUInt8(offset + 1);
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthOctets > 4)
    throw new SyntaxError("the length of a BER element is not definite");
  const start = offset + 2 + lengthOctets;
  if (buffer.length < start) return undefined;
  const length = lengthOctets === 0 ? first : buffer.readUIntBE(offset + 2, lengthOctets);
  const end = start + length;
  return buffer.length < end ? undefined : { tag, content: buffer.subarray(start, end), end };
}

/**
 * The elements of a constructed element's content.
 * @throws SyntaxError when the content does not end with an element.
 */
export function readElements(content: Buffer): BerElement[] {
  const elements: BerElement[] = [];
  for (let offset = 0; offset < content.length; ) {
    const element = readElement(content, offset);
    if (element === undefined) throw new SyntaxError("a BER element ends too early");
    elements.push(element);
    offset = element.end;
  }
  return elements;
}

/** The value of an INTEGER or ENUMERATED element. */
export function integerOf({ content }: BerElement): number {
  if (content.length === 0 || content.length > 6) throw new SyntaxError("a BER integer has a wrong length");
  return content.readIntBE(0, content.length);
}

/** The value of an OCTET STRING that holds text. */
export function textOf({ content }: BerElement): string {
  return content.toString("utf8");
}
