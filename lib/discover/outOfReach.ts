/** The text about a server that no upgrade in place leads to the target. Pure. */

import type { Build } from "../facts";
import {
  compareReleases,
  describeUnreachable,
  findRelease,
  judgeCoexistence,
  offered,
  type Release,
  targetFactsOf,
  transition,
  type Unreachable,
} from "../releases";

/** Why not, which releases it can reach in place, and whether it keeps the others from the target. */
export function describeOutOfReach(
  why: Unreachable,
  server: { readonly name: string; readonly release: Release; readonly build: Build },
  target: Release,
): string {
  const reached = why.reason === "not in place" ? newestReached(server.release) : undefined;
  return [
    describeUnreachable(why),
    ...(reached === undefined ? [] : [`In place it can go to ${reached.name}.`]),
    ...besideOthers(server, target),
  ].join(" ");
}

/** The newest offered release that one upgrade in place leads to. */
export function newestReached(release: Release): Release | undefined {
  return offered
    .filter((name) => transition(release.name, name) !== undefined)
    .flatMap((name) => findRelease(name) ?? [])
    .sort(compareReleases)
    .at(-1);
}

/** R15 judges this in the same way when the others are upgraded. */
function besideOthers(
  {
    name,
    release: { product },
    build,
  }: { readonly name: string; readonly release: Release; readonly build: Build },
  target: Release,
): readonly string[] {
  const { coexistence } = targetFactsOf(target);
  if (typeof coexistence === "string") return [];
  const { verdict, rule } = judgeCoexistence(coexistence, { name, product, build });
  if (verdict === "not supported") return [`The others are not supported at ${target.name} beside it (R15).`];
  if (verdict !== "refused") return [];
  return rule?.evidence === "documented"
    ? [`As long as it is there, Setup of ${target.name} refuses the others, too (R15).`]
    : [`As long as it is there, Setup of ${target.name} may refuse the others, too (R15).`];
}
