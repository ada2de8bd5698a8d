/** R15: servers of other products in the organization may stay beside the target. */
import type { ExchangeServerFacts } from "../../facts";
import {
  type Coexistence,
  type CoexistenceVerdict,
  either,
  formatBuild,
  inSameLine,
  judgeCoexistence,
  productNames,
  productOfBuild,
  type Release,
  releaseOfBuild,
  targetFactsOf,
} from "../../releases";
import { counted } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { type Grounds, inDocument } from "../rule";
import { notDescribed } from "../undescribed";
import { nameOf } from "./serverObjects";
import { isEdge } from "./servers";

const where = "in the whole forest";

/** Highest number of servers that a message names. */
const most = 5;

/** The source of R15: the strongest of the target's requirements. */
export function coexistenceSource(target: Release): Grounds {
  const { coexistence } = targetFactsOf(target);
  if (typeof coexistence === "string") return inDocument(target);
  return coexistence.find(({ evidence }) => evidence === "documented") ?? coexistence[0] ?? "not described";
}

/**
 * R15: what Setup refuses in the whole forest is a must. What Microsoft merely does not support beside the target is a
 * recommendation.
 */
export function besideOthers(c: Case): Verdict {
  const { coexistence: rules } = targetFactsOf(c.target);
  if (rules === "none needed") return ok;
  // An Edge Transport server is outside the forest, so its Setup reads no other servers.
  if (c.step === "server" && isEdge(c)) return ok;
  const { servers } = c.facts.forest;
  const needed =
    typeof rules === "string"
      ? `no servers of other products than those that Microsoft lets stay beside Exchange ${c.target.name}`
      : neededOf(rules).join("; ");
  if (!servers.known)
    return {
      verdict: "unknown",
      why: servers.why,
      needed,
      where,
      fix: "let `directory` read the servers of the organization, with an account that sees them",
    };
  // Setup still finds the objects of servers that the program declares gone.
  const gone = c.gone.flatMap(({ objects }) => objects);
  const found = [...foundAmong(servers.value, c.target), ...(gone.length === 0 ? [] : judge(gone, c.target))];
  const others = found.filter(({ object }) => object.fqdn !== c.computer);
  if (others.length === 0) return ok;
  if (rules === "not described")
    return notDescribed(c, "R15", {
      what: "which servers of other products may stay",
      needed,
      where,
      compare: `the servers of the organization (${namesOf(others)}) with them`,
    });
  return verdictOn(c, others, needed);
}

/** A server that may not stay as it is, with its object. */
interface Found extends CoexistenceVerdict {
  readonly object: ExchangeServerFacts;
}

/** Facts never change, and thousands of steps need the same servers. */
const judgedServers = new WeakMap<readonly ExchangeServerFacts[], Map<Release, readonly Found[]>>();

function foundAmong(servers: readonly ExchangeServerFacts[], target: Release): readonly Found[] {
  const ofServers = judgedServers.get(servers) ?? new Map<Release, readonly Found[]>();
  judgedServers.set(servers, ofServers);
  const found = ofServers.get(target) ?? judge(servers, target);
  ofServers.set(target, found);
  return found;
}

/** The servers that may not stay as they are; if nothing is described, all of other products. */
function judge(servers: readonly ExchangeServerFacts[], target: Release): readonly Found[] {
  const { coexistence: rules } = targetFactsOf(target);
  return servers.flatMap((object): readonly Found[] => {
    const { build } = object;
    const product = (build === null ? undefined : productOfBuild(build)) ?? null;
    const server = { name: nameOf(object), product, build };
    if (typeof rules === "string") {
      if (build !== null && inSameLine(build, target.build)) return [];
      return [{ server, verdict: "unknown", rule: null, object }];
    }
    const judged = judgeCoexistence(rules, server);
    return judged.verdict === "ok" ? [] : [{ ...judged, object }];
  });
}

/** Refusals come first, then possible refusals, then servers that are merely not supported. */
function verdictOn({ target }: Case, others: readonly Found[], needed: string): Verdict {
  const refused = others.filter(
    ({ verdict, rule }) => verdict === "refused" && rule?.evidence === "documented",
  );
  if (refused.length > 0)
    return {
      verdict: "fails",
      problem: `Setup of ${target.name} refuses an organization with ${namesOf(refused)}`,
      ...aboutServers(refused, needed),
    };
  const [open] = others.filter(({ verdict, rule }) => verdict !== "not supported" && rule?.by !== "support");
  if (open !== undefined)
    return {
      verdict: "unknown",
      why:
        open.verdict === "refused"
          ? `no source says for certain whether Setup of ${target.name} goes on beside ${textOf(open)}`
          : `the directory does not show the version of ${open.server.name}, beside which Setup of ${target.name} may refuse`,
      ...aboutServers([open], needed),
    };
  const unsupported = others.filter(({ verdict }) => verdict === "not supported");
  if (unsupported.length > 0)
    return {
      verdict: "fails",
      level: "should",
      problem: `Setup of ${target.name} goes on, and is not supported beside ${namesOf(unsupported)}`,
      ...aboutServers(unsupported, needed),
    };
  const [first] = others;
  if (first === undefined) return ok;
  return {
    verdict: "unknown",
    level: "should",
    why: `the directory does not show the version of ${first.server.name}, beside which ${target.name} may not be supported`,
    ...aboutServers([first], needed),
  };
}

function aboutServers(servers: readonly Found[], needed: string) {
  const few = servers.slice(0, most).map(({ object }) => `${nameOf(object)}: ${object.serialNumber}`);
  const more = servers.length > few.length ? [`and ${servers.length - few.length} more`] : [];
  const hasEdge = servers.some(({ object }) => object.roles?.includes("Edge Transport") === true);
  const mustGo = servers.some(({ rule }) => rule?.atLeast === null);
  const way = mustGo
    ? "move what such servers hold to newer ones, and uninstall Exchange there"
    : "update them first";
  const edge = hasEdge
    ? ["an Edge Transport server counts as its subscription shows it: subscribe it again once it is updated"]
    : [];
  return {
    found: [...few, ...more].join("; "),
    needed,
    where,
    fix: [
      way,
      ...edge,
      "where one is gone for good, remove its object (ADSI Edit, connected to Configuration): Setup finds it there, and `gone` does not hide it",
    ].join("; "),
  };
}

/** What the servers of a product need, as a phrase. */
/** The servers that must be gone, in one phrase: "no Exchange 2007, 2010 or 2013 server". */
function neededOf(rules: readonly Coexistence[]): readonly string[] {
  const gone = rules.filter(({ atLeast }) => atLeast === null).map(({ product }) => product);
  const stay = rules.flatMap(({ product, by, atLeast }) => {
    if (atLeast === null) return [];
    const supported = by === "support" ? ", which is what is supported" : "";
    return [`${productNames[product]} servers, Edge Transport included, from ${atLeast.name} on${supported}`];
  });
  return [...(gone.length === 0 ? [] : [`no Exchange ${either(gone)} server`]), ...stay];
}

function namesOf(servers: readonly Found[]): string {
  const few = servers.slice(0, most).map(textOf);
  return servers.length > few.length
    ? `${few.join(", ")} and ${counted(servers.length - few.length, "more server")}`
    : few.join(", ");
}

/** `ex13.contoso.com (2013 CU23)`. */
function textOf({ server: { name, build } }: Found): string {
  if (build === null) return name;
  return `${name} (${releaseOfBuild(build)?.name ?? formatBuild(build)})`;
}
