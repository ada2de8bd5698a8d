/** What D3 says of servers that should come first. */
import type { ExchangeServerFacts } from "../../facts";
import { listedOf } from "../../text";
import type { Case } from "../case";
import type { NotVerified } from "../finding";
import { wayToOrder } from "../program/argumentTexts";
import { nameGone } from "./serverObjects";
import { nameOf, type PendingServers } from "./servers";

/** The object of a server that is gone blocks others until it is removed, or named. */
function orGone({ named, count }: PendingServers): string {
  const object = count === 1 ? `(ADSI Edit: ${named[0]?.dn})` : "(ADSI Edit, connected to Configuration)";
  return `; if ${count === 1 ? "it" : "one of them"} is gone for good, remove its object ${object}, or ${nameGone}`;
}

/** How the servers that come first are upgraded first. @param more a further way out, with what joins it to the sentence */
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

/** The first of them by name, and how many more. */
export function namesOf({ named, count }: PendingServers): string {
  return listedOf(named.map(nameOf), count);
}

/** What the directory has of each. @param more what else to say of one, with what joins it */
export function found(
  { named, count }: PendingServers,
  more: (server: ExchangeServerFacts) => string,
): string {
  const texts = named.map((s) => `${nameOf(s)}: ${s.serialNumber}${more(s)}`);
  return [...texts, ...(count > named.length ? [`and ${count - named.length} more`] : [])].join("; ");
}

/** What the directory does not show enough of. */
export function notVerified(why: string, needed: string): NotVerified {
  return {
    verdict: "unknown",
    why,
    needed,
    where: "in the configuration partition of the forest",
    fix: "let `directory` read the servers and their virtual directories, with an account that sees them",
  };
}
