/** An object of the simulated directory as it is seeded. */

/** Values of one attribute: text, or octets where the attribute's syntax is octets (objectSid). */
export type Values = readonly string[] | readonly Buffer[];

/** One object. Attribute names are spelled as the schema spells them; integers and booleans are text. */
export interface Entry {
  readonly dn: string;
  readonly attributes: { readonly [name: string]: Values };
}

/** A partition of the directory with its entries, every parent before its children. */
export interface NamingContext {
  readonly dn: string;
  readonly kind: "schema" | "configuration" | "domain";
  /** DNS name of its domain; of the forest root domain for the schema and the configuration. */
  readonly dnsRoot: string;
  readonly entries: readonly Entry[];
}
