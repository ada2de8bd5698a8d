/** Why no upgrade in place leads from one release to another, as data and as text. */
import { descriptionOf } from "./catalogue";
import { type Coexistence, describeCoexistence } from "./coexistence";
import { citations, type Evidenced } from "./evidence";
import { type Move, move } from "./moves";
import { type Product, productNames, productOfName, products } from "./products";
import { compareReleases, type Release } from "./table";
import {
  builtIn,
  type Catalogue,
  predecessors,
  releaseNamed,
  stopsBetween,
  successors,
  transition,
} from "./transitions";
import { listReleases } from "./wording";

interface Ways {
  readonly from: Release;
  readonly to: Release;
  /** What `from` can be upgraded to in place. */
  readonly onward: readonly Release[];
  /** What can be upgraded to `to` in place. */
  readonly inward: readonly Release[];
}

/**
 * - `unknown release`: the table has no release of this name.
 * - `same release`: nothing to upgrade.
 * - `rollback`: the target is an older release of the same product, or of an older product.
 * - `stop first`: the target is reached in place through another release; `stops` are the choices, newest first.
 * - `not in place`: another product, by new servers. `refusal` tells why the target's Setup refuses the old servers
 * although earlier media of its product accept them; null otherwise.
 * - `no way known`: no source says that this upgrade is possible.
 */
export type Unreachable =
  | {
      readonly reason: "unknown release";
      readonly names: readonly string[];
      /** The releases of the catalogue. */
      readonly releases: readonly Release[];
    }
  | (Ways & { readonly reason: "same release" })
  | (Ways & { readonly reason: "rollback"; readonly rule: Evidenced })
  | (Ways & { readonly reason: "stop first"; readonly stops: readonly Release[] })
  | (Ways & { readonly reason: "not in place"; readonly move: Move; readonly refusal: Coexistence | null })
  | (Ways & { readonly reason: "no way known" });

const noStatement: Evidenced = {
  evidence: "unverified",
  source: "no statement found for this product; the same is documented from 2007 to 2019",
};

/** The source that a release of the product cannot be taken back. */
const rollbackRules: Readonly<Record<Product, Evidenced>> = {
  "2000": noStatement,
  "2003": noStatement,
  "2007": { evidence: "documented", source: citations.sp1Topic },
  "2010": { evidence: "documented", source: citations.sp2010Topic },
  "2013": { evidence: "documented", source: citations.documentation },
  "2016": { evidence: "documented", source: citations.documentation },
  "2019": { evidence: "documented", source: citations.documentation },
  SE: noStatement,
};

/**
 * Why `to` cannot be reached from `from` by one upgrade in place; undefined when it can.
 * The names are those of the catalogue, e.g. `2007 RTM`.
 */
export function explainUnreachable(
  from: string,
  to: string,
  catalogue: Catalogue = builtIn,
): Unreachable | undefined {
  if (transition(from, to, catalogue) !== undefined) return undefined;
  const find = (name: string) => releaseNamed(name, catalogue);
  const source = find(from);
  const target = find(to);
  if (source === undefined || target === undefined) {
    const names = [...new Set([from, to])].filter((name) => find(name) === undefined);
    return { reason: "unknown release", names, releases: catalogue.releases };
  }
  const ways: Ways = {
    from: source,
    to: target,
    onward: successors(from, catalogue).flatMap((edge) => find(edge.to) ?? []),
    inward: predecessors(to, catalogue).flatMap((edge) => find(edge.from) ?? []),
  };
  const order = compareReleases(target, source);
  if (order === 0) return { ...ways, reason: "same release" };
  if (order < 0) return { ...ways, reason: "rollback", rule: rollbackRules[source.product] };
  const stops = stopsBetween(from, to, catalogue);
  if (stops.length > 0) return { ...ways, reason: "stop first", stops };
  const known = move(source.product, target.product);
  return known === undefined
    ? { ...ways, reason: "no way known" }
    : { ...ways, reason: "not in place", move: known, refusal: refusalOf(source, target, known) };
}

function refusalOf(from: Release, to: Release, { verdict }: Move): Coexistence | null {
  const { coexistence } = descriptionOf(to);
  if (verdict === "refused" || typeof coexistence === "string") return null;
  const isMeant = ({ product, by, atLeast }: Coexistence) =>
    product === from.product && by === "Setup" && atLeast === null;
  return coexistence.find(isMeant) ?? null;
}

function describeNames(names: readonly string[], releases: readonly Release[]): string {
  const [name = "", ...others] = names;
  const product = productOfName(name);
  const hint =
    product === undefined
      ? `A name is a product (${products.join(", ")}) and a release, such as "2007 SP1".`
      : `${productNames[product]} has ${releases
          .filter((release) => release.product === product)
          .map((release) => `"${release.name}"`)
          .join(", ")}.`;
  const rest = others.length > 0 ? ` ${describeNames(others, releases)}` : "";
  return `There is no Exchange release "${name}" in the table. ${hint}${rest}`;
}

function describeMove({ from, to, verdict, needs }: Move): string {
  const way =
    verdict === "refused"
      ? `Setup of ${productNames[to]} refuses an organization that has ${productNames[from]}`
      : `install ${productNames[to]} on a new server and move mailboxes and services to it`;
  return needs === null ? `${way}.` : `${way}; it needs ${needs}.`;
}

/** What an earlier release of the new product would require. */
function earlierMedia({ to, needs }: Move): string {
  return needs === null ? "" : ` New servers of ${productNames[to]} need ${needs}.`;
}

/** What `from` can be upgraded to, and what can be upgraded to `to`; empty parts are left out. */
function describeWays({ from, to, onward, inward }: Ways): string {
  const out =
    onward.length > 0
      ? `From ${from.name}, upgrades in place lead to ${listReleases(onward)}.`
      : `No upgrade in place from ${from.name} is known.`;
  const into =
    inward.length > 0
      ? `${to.name} is reached in place from ${listReleases(inward)}.`
      : `No upgrade in place to ${to.name} is known.`;
  return `${out} ${into}`;
}

/** The explanation in English: the obstacle first, then the way out. */
export function describeUnreachable(found: Unreachable): string {
  return found.reason === "unknown release"
    ? describeNames(found.names, found.releases)
    : describeFrom(found.from.name, found, describeWays(found));
}

/** The same for several releases that share one name. */
function describeFrom(
  from: string,
  found: Exclude<Unreachable, { readonly reason: "unknown release" }>,
  ways: string,
): string {
  switch (found.reason) {
    case "same release":
      return `Exchange ${found.to.name} is what is there already: there is nothing to upgrade.`;
    case "rollback": {
      const out =
        found.onward.length > 0
          ? `${from} can stay as it is, or go on to ${listReleases(found.onward)}.`
          : `${from} can only stay as it is.`;
      return `Exchange ${found.to.name} is older than ${from}, and there is no way back: uninstalling removes Exchange from the server. ${out}`;
    }
    case "stop first":
      return `No upgrade in place leads from Exchange ${from} straight to ${found.to.name}: upgrade to ${listReleases(found.stops)} first.`;
    case "not in place":
      if (found.refusal !== null)
        return `Exchange ${from} cannot be upgraded in place to ${found.to.name}, and new servers are no way either: ${describeCoexistence(found.refusal)}.${earlierMedia(found.move)}`;
      return `Exchange ${from} cannot be upgraded in place to ${found.to.name}: ${describeMove(found.move)}`;
    case "no way known":
      return `No source says that Exchange ${from} can be upgraded to ${found.to.name}. ${ways}`;
  }
}

/**
 * Why no upgrade in place leads to a release, if the start may be one of several, such as the releases that share a
 * level. Each reason appears once, with all releases that it applies to. Empty if an upgrade leads from one of them, or
 * if there are none.
 */
export function describeUnreachableFrom(
  from: readonly Release[],
  to: string,
  catalogue: Catalogue = builtIn,
): string {
  type Found = Exclude<Unreachable, { readonly reason: "unknown release" }>;
  const groups = new Map<string, Found[]>();
  for (const release of from) {
    const found = explainUnreachable(release.name, to, catalogue);
    if (found === undefined || found.reason === "unknown release") return "";
    const key = `${found.reason} ${release.product}`;
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  const texts = [...groups.values()].map((group) => {
    const newest = group.at(-1);
    if (newest === undefined) return "";
    // Every release of a product takes the same way to another product.
    const isWholeProduct = newest.reason === "not in place" && group.length > 1;
    const name = isWholeProduct ? newest.from.product : listReleases(group.map((each) => each.from));
    return describeFrom(name, newest, describeWays(newest));
  });
  return texts.join(" ");
}
