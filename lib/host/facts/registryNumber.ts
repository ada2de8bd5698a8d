/** Facts that are one number in the registry. */
import { type ComputerFacts, type Fact, known, unknown } from "../../facts";
import { cut } from "../../text";
import { failureOf, type Part, regQuery } from "../cmd/commands";
import { findKey, parseDword, parseRegistry, textOf } from "../cmd/registry";
import type { Question } from "./question";

/** Names of the facts that are a number or null. */
type NumberFact = {
  [K in keyof ComputerFacts]-?: ComputerFacts[K] extends Fact<number | null> ? K : never;
}[keyof ComputerFacts];

/** Asks for a REG_DWORD of a key; null where key or value are absent. */
export function registryNumber<N extends NumberFact>(
  part: N,
  key: string,
  name: string,
): Question<NumberFact, N> {
  const source = `${key}\\${name}`;
  return {
    commands: () => ({ [part]: `${regQuery(key)} 2>&1` }) as { readonly [P in N]: string },
    keysInQuestion: (parts) => (parts[part].ok ? [] : [key]),
    answer: async (parts, { hidden, presenceOf }) => {
      const why = hidden(key);
      if (why !== null) return unknown(why, source);
      const listing = parts[part];
      if (listing.ok) return numberIn(listing, key, name, source);
      return (await presenceOf(key)) === "absent" ? known(null, source) : unknown(failureOf(listing), source);
    },
  };
}

function numberIn(listing: Part, key: string, name: string, source: string): Fact<number | null> {
  const data = textOf(findKey(parseRegistry(listing.text), key), name);
  if (data === null) return known(null, source);
  const number = parseDword(data);
  return number === null
    ? unknown(`the value ${name} is no number: ${JSON.stringify(cut(data, 60))}`, source)
    : known(number, source);
}
