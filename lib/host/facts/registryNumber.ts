/** Facts that are one number in the registry. */
import { type ComputerFacts, type Fact, known, unknown } from "../../facts";
import { cut } from "../../text";
import { failureOf, type Part, regQuery } from "../cmd/commands";
import { findKey, parseDword, parseRegistry, textOf } from "../cmd/registry";
import type { ComputerQuestions, Question } from "./question";

/** Names of the facts that are a number or null. */
type NumberFact = {
  [K in keyof ComputerFacts]-?: ComputerFacts[K] extends Fact<number | null> ? K : never;
}[keyof ComputerFacts];

/**
 * Reads a REG_DWORD of a key; null if key or value are absent.
 *
 * @param isAsked whether to read it at all
 */
export function registryNumber<N extends NumberFact>(
  part: N,
  key: string,
  name: string,
  isAsked: (asked: ComputerQuestions) => boolean = () => true,
): Question<NumberFact> {
  const source = `${key}\\${name}`;
  return {
    commands: (asked): { readonly [part: string]: string } =>
      isAsked(asked) ? { [part]: `${regQuery(key)} 2>&1` } : {},
    keysInQuestion: (parts) => (parts[part]?.ok === false ? [key] : []),
    answer: async (parts, { hidden, presenceOf }) => {
      const listing = parts[part];
      if (listing === undefined) return unknown("it was not asked", source);
      const why = hidden(key);
      if (why !== null) return unknown(why, source);
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
