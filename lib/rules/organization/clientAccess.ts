/**
 * D3: the order of servers. For 2007, Client Access servers come first, and among them those that face the Internet.
 */
import type { ExchangeServerFacts, Fact } from "../../facts";
import { citations, isModern, type Release } from "../../releases";
import type { Case } from "../case";
import { computerNotVerified } from "../computer/reachComputer";
import { type NotVerified, ok, type Verdict } from "../finding";
import { argument, wayToSayFacing } from "../program/argumentTexts";
import { inDocumentOr, type Rule } from "../rule";
import { recommendation } from "../verdicts";
import { found, namesOf, notVerified, wayOut } from "./orderTexts";
import { doublesText, removeGone } from "./serverObjects";
import {
  clientAccessPending,
  declaredFacing,
  directoryServer,
  externalUrlsOf,
  isEdge,
  isToolsOnly,
  nameOf,
  type PendingServers,
  serverRoles,
  whyUnseenUrls,
} from "./servers";
import { siteOrderTitle, sitesInOrder } from "./siteOrder";

/** D3 in one line. */
export function orderTitle(target: Release): string {
  return isModern(target.product)
    ? siteOrderTitle(target)
    : "Client Access servers come first, and of those the ones that face the Internet";
}

/** The source of D3: the document; for 2010 its own topic; for later products what practitioners do. */
export const orderSource: Rule["source"] = inDocumentOr({
  of2010: { evidence: "documented", source: citations.sp2010Topic },
  from2013: { evidence: "practice", source: "practical365.com; frankysweb.de (order of servers)" },
});

/** D3: for 2007 partly a must. No source says that later products need an order of servers. */
export function inOrder(c: Case): Verdict {
  const { product } = c.target;
  if (isModern(product)) return recommendation(sitesInOrder(c));
  const verdict = clientAccessFirst(c);
  return product === "2007" ? verdict : recommendation(verdict);
}

/**
 * For 2007: a must among Client Access servers, a recommendation for servers of other roles. The document's must is
 * about sites that proxy. Within one site the same order is kept, since the directory does not show which server
 * proxies to which.
 */
function clientAccessFirst(c: Case): Verdict {
  if (isEdge(c) || isToolsOnly(c)) return ok;
  const roles = serverRoles(c);
  if (roles.known && roles.value.length === 0) return ok;
  const pending = clientAccessPending(c);
  if (pending.known && pending.value.count === 0 && pending.value.unseen === null) return ok;
  const needed = "the Client Access servers upgraded before servers of other roles";
  if (!roles.known) return computerNotVerified(c, roles.why, `${needed}; ${facing}`);
  if (roles.value.includes("Client Access")) return facingFirst(c);
  const unseen = pending.known ? pending.value.unseen : pending.why;
  if (pending.known && pending.value.count > 0) return recommended(c, pending.value, needed);
  return unseen === null
    ? ok
    : { ...(pending.known ? serverNotVerified : notVerified)(unseen, needed), level: "should" };
}

const facing = "the Client Access servers that face the Internet upgraded before those that do not";

/** Among Client Access servers, those that face the Internet come before the others. */
function facingFirst(c: Case): Verdict {
  const itself = facesInternet(c);
  if (itself === true) return ok;
  const { externalUrls } = c.facts.forest;
  const first = clientAccessPending(c, "facing");
  const unsaid = clientAccessPending(c, "unsaid");
  if (!first.known || !unsaid.known)
    return notVerified(externalUrls.known ? whyOf(first) : externalUrls.why, facing);
  const { count, unseen, silent } = first.value;
  if (itself === false && count > 0) return facingLater(c, first.value);
  // Without external URLs, only the program can tell whether a server faces the Internet.
  if (!externalUrls.known)
    return unseen === null && count + unsaid.value.count === 0 ? ok : notVerified(externalUrls.why, facing);
  if (unseen !== null) return serverNotVerified(unseen, facing);
  if (silent !== null) return notSaid(c, silent, nameOf(silent));
  if (itself !== null || count === 0) return ok;
  const [own, ...others] = ownObjects(c);
  const doubles = others.length > 0 ? directoryServer(c, c.computer) : undefined;
  if (doubles !== undefined) return serverNotVerified(doublesText(doubles), facing);
  return own === undefined ? ok : notSaid(c, own, c.computer);
}

/**
 * The verdict on a server whose external URLs could not be read: the program can declare whether it faces the Internet.
 */
function notSaid(c: Case, object: ExchangeServerFacts, server: string): NotVerified {
  return {
    ...notVerified(whyUnseenUrls(c, object) ?? "", facing),
    fix:
      `${wayToSayFacing(c, server)}, or let \`directory\` read its virtual directories, with an account ` +
      "that sees them; where it is no server of the program, waive D3 for a reason" +
      (server === c.computer ? "" : `; ${removeGone}`),
  };
}

function facingLater(c: Case, first: PendingServers): Verdict {
  const { count } = first;
  return {
    verdict: "fails",
    problem: `${namesOf(first)} ${count === 1 ? "faces the Internet and is" : "face the Internet and are"} not upgraded before this server, which does not face it`,
    found: found(first, (server) => `, ${whyFacing(c, server)}`),
    needed: facing,
    ...wayOut(
      c,
      first,
      `, or say ${argument(c, "internetFacing", ": true")} if this server faces the Internet`,
    ),
  };
}

/**
 * Whether the server faces the Internet, as the program declares or else as its external URLs show. null if they could
 * not be read, and if they differ between its objects.
 */
function facesInternet(c: Case): boolean | null {
  const { externalUrls, servers } = c.facts.forest;
  if (c.internetFacing !== null) return c.internetFacing;
  if (!externalUrls.known || !servers.known) return null;
  const facing = ownObjects(c).map((object) => {
    if (externalUrlsOf(object, externalUrls.value).length > 0) return true;
    return whyUnseenUrls(c, object) === null ? false : null;
  });
  const [first = false, ...others] = facing;
  return others.every((other) => other === first) ? first : null;
}

/** The objects of the computer's server; empty if the directory shows none. */
function ownObjects(c: Case): readonly ExchangeServerFacts[] {
  return directoryServer(c, c.computer)?.objects ?? [];
}

/** Why another server is known to face the Internet. */
function whyFacing(c: Case, server: ExchangeServerFacts): string {
  if (declaredFacing(c, server) === true) return "the program says so (`internetFacing: true`)";
  const { externalUrls } = c.facts.forest;
  const [url] = externalUrls.known ? externalUrlsOf(server, externalUrls.value) : [];
  return `external URL ${url}`;
}

function whyOf(fact: Fact<unknown>): string {
  return fact.known ? "" : fact.why;
}

function recommended(c: Case, pending: PendingServers, needed: string): Verdict {
  return {
    verdict: "fails",
    level: "should",
    problem: `Client Access servers should come first, and ${namesOf(pending)} ${pending.count === 1 ? "is" : "are"} not upgraded before this server`,
    found: found(pending, () => ""),
    needed,
    ...wayOut(c, pending, ""),
  };
}

/** The verdict if too little of a server could be read. */
function serverNotVerified(why: string, needed: string): NotVerified {
  const { fix, ...others } = notVerified(why, needed);
  return { ...others, fix: `${fix}; ${removeGone}` };
}
