/** An object of the simulated directory as it is seeded. */

/** Values of one attribute: text, or octets where the attribute's syntax is octets (objectSid). */
export type Values = readonly string[] | readonly Buffer[];

/** One object. Attribute names are spelled as the schema spells them; integers and booleans are text. */
export interface Entry {
  readonly dn: string;
  readonly attributes: { readonly [name: string]: Values };
}
