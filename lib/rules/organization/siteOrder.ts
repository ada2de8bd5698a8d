/**
 * D3 for targets of 2013 and later: sites that face the Internet, then the others; Edge Transport last. All of it is
 * practice.
 */
import type { Release } from "../../releases";
import type { Case } from "../case";
import { computerNotVerified } from "../computer/reachComputer";
import { type NotVerified, ok, type Verdict } from "../finding";
import { found, namesOf, notVerified, wayOut } from "./orderTexts";
import { removeGone } from "./serverObjects";
import { directoryServer, isEdge, isToolsOnly, type PendingServers, serverRoles } from "./servers";
import {
  pendingElsewhere,
  pendingInSites,
  pendingMailboxServers,
  type Sites,
  serversPending,
  siteKey,
  sitesThatFace,
} from "./sites";

/** D3 in one line, for these targets. */
export function siteOrderTitle({ product }: Release): string {
  const within = product === "2013" ? ", in each the Mailbox role before Client Access alone" : "";
  return `sites that face the Internet come first${within}, and Edge Transport last`;
}

/** Judges a server's position. No source says that Exchange needs this order, so every finding is a recommendation. */
export function sitesInOrder(c: Case): Verdict {
  if (isToolsOnly(c)) return ok;
  if (isEdge(c)) return edgeLast(c);
  const { servers } = c.facts.forest;
  if (!servers.known) return notVerified(servers.why, sitesFirst);
  const roles = serverRoles(c);
  if (!roles.known) return computerNotVerified(c, roles.why, sitesFirst);
  // A server without a role of the target's product has no position in the order.
  if (roles.value.length === 0) return ok;
  const site = siteOfComputer(c);
  const first = sitesThatFace(c, servers.value);
  const itself = first.itself || (site !== null && first.facing.has(site));
  const verdict = itself ? ok : facingSitesFirst(c, site, first);
  const isClientAccess = c.target.product === "2013" && !roles.value.includes("Mailbox");
  return verdict.verdict === "ok" && isClientAccess ? mailboxFirst(c, site) : verdict;
}

const sitesFirst = "the servers of sites that face the Internet upgraded before those of other sites";

/** Edge Transport comes last. If the program gives it no directory, the other servers are not known. */
function edgeLast(c: Case): Verdict {
  const pending = serversPending(c);
  if (!pending.known) return ok;
  return inTurn(c, pending.value, {
    problem: `Edge Transport should come last, and ${notUpgraded(pending.value)} before this server`,
    needed: "all other servers of the organization upgraded before Edge Transport",
  });
}

/** Refuses if others should come first, and asks to look if that is not known. */
function inTurn(c: Case, pending: PendingServers, texts: Texts): Verdict {
  if (pending.count > 0) return refused(c, pending, texts);
  return pending.unseen === null ? ok : notVerified(pending.unseen, texts.needed);
}

/** In a site of 2013, servers with the Mailbox role come before those with Client Access alone. */
function mailboxFirst(c: Case, site: string | null): Verdict {
  const pending = pendingMailboxServers(c, site);
  if (!pending.known) return ok;
  const needed = "the Mailbox servers of the site upgraded before its Client Access servers";
  if (site === null && pending.value.count > 0) return notVerified(ownSiteUnseen(c), needed);
  return inTurn(c, pending.value, {
    problem: `Mailbox servers of a site should come before Client Access servers, and ${notUpgraded(pending.value)} before this server`,
    needed,
  });
}

function facingSitesFirst(c: Case, site: string | null, { facing, open, anywhere }: Sites): Verdict {
  if (anywhere !== null) {
    const left = pendingElsewhere(c, site);
    const isNone = left.known && left.value.count === 0 && left.value.unseen === null;
    return isNone ? ok : notVerified(anywhere, sitesFirst);
  }
  const pending = pendingInSites(c, facing);
  if (!pending.known) return notVerified(pending.why, sitesFirst);
  const { count, unseen } = pending.value;
  // Whether this server's own site faces the Internet only matters if other servers should come first.
  const own = site === null ? undefined : open.get(site);
  if (count > 0 && site === null) return notVerified(ownSiteUnseen(c), sitesFirst);
  if (count > 0 && own !== undefined) return notKnown(own);
  if (count > 0)
    return refused(c, pending.value, {
      problem: `sites that face the Internet should come first, and ${notUpgraded(pending.value)} before this server, whose site does not face it`,
      needed: sitesFirst,
      more: ", or say in the program which server of this server's site is internetFacing, if one is",
    });
  if (unseen !== null) return notVerified(unseen, sitesFirst);
  return othersMayFace(c, site, open);
}

/** Another site with pending servers, of which it is not known whether it faces the Internet. */
function othersMayFace(c: Case, site: string | null, open: Sites["open"]): Verdict {
  if (open.size === 0) return ok;
  const pending = pendingInSites(c, new Set([...open.keys()].filter((each) => each !== site)));
  if (!pending.known) return ok;
  const { count, named, unseen } = pending.value;
  const [first] = named;
  if (count > 0) return notKnown(open.get(siteKey(first?.site ?? null) ?? "") ?? "");
  return unseen === null ? ok : notVerified(unseen, sitesFirst);
}

function ownSiteUnseen(c: Case): string {
  return `the directory does not show the site (msExchServerSite) of ${c.computer}`;
}

/** The site of the server's object; null if it could not be read, or differs between its objects. */
function siteOfComputer(c: Case): string | null {
  const sites = new Set((directoryServer(c, c.computer)?.objects ?? []).map(({ site }) => siteKey(site)));
  const [site = null, ...others] = sites;
  return others.length === 0 ? site : null;
}

interface Texts {
  readonly problem: string;
  readonly needed: string;
  /** A further way out, with the words that join it to the sentence. */
  readonly more?: string;
}

function refused(c: Case, pending: PendingServers, texts: Texts): Verdict {
  const { problem, needed, more = "" } = texts;
  return {
    verdict: "fails",
    problem,
    found: found(pending, ({ site }) => (site === null ? "" : `, site ${site}`)),
    needed,
    ...wayOut(c, pending, more),
  };
}

function notUpgraded(pending: PendingServers): string {
  return `${namesOf(pending)} ${pending.count === 1 ? "is" : "are"} not upgraded`;
}

/** The verdict on a server whose site may face the Internet: the program can declare it. */
function notKnown(why: string): NotVerified {
  const { fix, ...others } = notVerified(why, sitesFirst);
  return {
    ...others,
    fix: `${fix}, or say in the program of the servers of that site whether they are internetFacing; ${removeGone}`,
  };
}
