/** Proposes a target for an organization if nobody has named one. Pure. */
import type { ForestFacts } from "../facts";
import {
  compareProducts,
  compareReleases,
  findRelease,
  isModern,
  offered,
  type Release,
  releaseOfBuild,
} from "../releases";
import { newestReached } from "./outOfReach";

/**
 * The newest release that a server of the newest product has, or can reach by an upgrade in place. For 2007, and if no
 * server's release is known, the document's target.
 */
export function proposedTarget({ servers }: Pick<ForestFacts, "servers">, document: Release): Release {
  const found = (servers.known ? servers.value : []).flatMap(
    ({ build }) => (build === null ? undefined : releaseOfBuild(build)) ?? [],
  );
  const [newest] = [...found].sort((a, b) => compareProducts(b.product, a.product));
  if (newest === undefined || !(newest.product === "2010" || isModern(newest.product))) return document;
  const reached = found
    .filter(({ product }) => product === newest.product)
    .flatMap((release) => newestReached(release) ?? (offered.includes(release.name) ? release : []))
    .sort(compareReleases);
  return reached.at(-1) ?? findRelease(newest.name) ?? document;
}
