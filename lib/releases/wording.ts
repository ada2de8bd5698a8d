/** Lists of releases, and of other choices, for messages. */
import { keptFor } from "./keep";
import { compareReleases, follows, type Release } from "./table";

/**
 * "2007 SP2 or 2010 RTM". Three or more consecutive releases of one product are joined, so that long lists stay
 * readable: "2013 CU7 to 2013 CU23".
 * @param nameOf the text of a release in a message
 * @default its name
 */
export function listReleases(
  list: readonly Release[],
  nameOf: (release: Release) => string = ownName,
): string {
  const [only] = list;
  if (only !== undefined && list.length === 1) return nameOf(only);
  return nameOf === ownName ? listed(list) : listOf(list, nameOf);
}

function ownName({ name }: Release): string {
  return name;
}

/** Thousands of servers share a few lists. */
const listed = keptFor((list: readonly Release[]) => listOf(list, ownName));

function listOf(list: readonly Release[], nameOf: (release: Release) => string): string {
  const runs: Release[][] = [];
  for (const release of [...list].sort(compareReleases)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const joins = last?.product === release.product && follows(release, last);
    if (run !== undefined && joins) run.push(release);
    else runs.push([release]);
  }
  const parts = runs.flatMap((run) =>
    run.length > 2 ? [[...run.slice(0, 1), ...run.slice(-1)].map(nameOf).join(" to ")] : run.map(nameOf),
  );
  return either(parts);
}

/** `a`, `a or b`, `a, b or c`; "none" without any. */
export function either(names: readonly string[]): string {
  const last = names.at(-1) ?? "none";
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${last}` : last;
}
