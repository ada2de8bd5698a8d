/** The target for an organization whose target nobody has named. Pure. */
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
 * The newest release that an upgrade in place leads to from a server of the newest product, or that it has already. Of 2007, and
 * where no server shows its release, that of the document.
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
