/** What D3 says about servers that should come first. */
import type { ExchangeServerFacts } from "../../facts";
import { listedOf } from "../../text";
import type { Case } from "../case";
import type { NotVerified } from "../finding";
import { wayToOrder } from "../program/argumentTexts";
import { nameGone } from "./serverObjects";
import { nameOf, type PendingServers } from "./servers";

/** The object of a server that is gone blocks others until somebody removes it, or names it as gone. */
function orGone({ named, count }: PendingServers): string {
  const object = count === 1 ? `(ADSI Edit: ${named[0]?.dn})` : "(ADSI Edit, connected to Configuration)";
  return `; if ${count === 1 ? "it" : "one of them"} is gone for good, remove its object ${object}, or ${nameGone}`;
}

/**
 * How to upgrade the servers that come first.
 * @param more a further way out, with the words that join it to the sentence
 */
export function wayOut(c: Case, earlier: PendingServers, more: string) {
  const otherwise = `${more}${orGone(earlier)}`;
  const names = namesOf(earlier);
  if (earlier.planned)
    return {
      where: "in the directory",
      fix: `upgrade ${names} first, and wait until the directory shows the new version${otherwise}`,
    };
  const { where, fix } = wayToOrder(c, names);
  return { where, fix: `${fix}${otherwise}` };
}

/** The name of the first one, and the number of others. */
export function namesOf({ named, count }: PendingServers): string {
  return listedOf(named.map(nameOf), count);
}

/** The directory's data of each. @param more what else to say of one, with the words that join it */
export function found(
  { named, count }: PendingServers,
  more: (server: ExchangeServerFacts) => string,
): string {
  const texts = named.map((s) => `${nameOf(s)}: ${s.serialNumber}${more(s)}`);
  return [...texts, ...(count > named.length ? [`and ${count - named.length} more`] : [])].join("; ");
}

/** The verdict if the directory shows too little. */
export function notVerified(why: string, needed: string): NotVerified {
  return {
    verdict: "unknown",
    why,
    needed,
    where: "in the configuration partition of the forest",
    fix: "let `directory` read the servers and their virtual directories, with an account that sees them",
  };
}
