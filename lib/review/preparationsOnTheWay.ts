/** What the media of consecutive releases prepare, in a directory that was read. Pure. */
import type { Fact, ForestFacts } from "../facts";
import { judgePreparation, type LevelAttribute, levelsOf, type Release } from "../releases";
import type { Preparation } from "../releases/preparation";
import { domainOf } from "../rules/case";

const preparations = [
  ["schema", "/PrepareSchema"],
  ["organization", "/PrepareAD"],
  ["domain", "/PrepareDomain"],
] as const satisfies readonly (readonly [LevelAttribute, Preparation])[];

interface Read {
  readonly forest: ForestFacts;
  readonly domainLevels: { readonly [domain: string]: Fact<number | null> };
}

/** @param releases oldest first: what one prepares is done before the next one */
export function preparationsOnTheWay(
  { forest, domainLevels }: Read,
  releases: readonly Release[],
): { readonly of: readonly (readonly Preparation[])[]; readonly notRead: readonly string[] } {
  const { schema, organization, domains } = forest;
  const ofDomains = domains.known
    ? domains.value.flatMap(({ name }) => {
        const level = domainLevels[name];
        if (level?.known === true) return isPrepared(forest, name, level.value) ? [level.value] : [];
        return [];
      })
    : [];
  const levels: Record<LevelAttribute, (number | null)[]> = {
    schema: schema.known ? [schema.value] : [],
    organization: organization.known ? [organization.value?.level ?? null] : [],
    domain: ofDomains,
  };
  const of = releases.map((release) =>
    preparations.flatMap(([attribute, preparation]) => {
      const highest = levelsOf(release, attribute).at(-1);
      if (highest === undefined) return [];
      const isNeeded = (value: number | null) => judgePreparation(attribute, value, release) === "needed";
      const needed = levels[attribute].some(isNeeded);
      levels[attribute] = levels[attribute].map((value) => (isNeeded(value) ? highest : value));
      return needed ? [preparation] : [];
    }),
  );
  const unread = (what: string, fact: Fact<unknown>) => (fact.known ? [] : [`${what}: ${fact.why}`]);
  return {
    of,
    notRead: [
      ...unread("the schema's level", schema),
      ...unread("the organization's level", organization),
      ...unread("the domains", domains),
      ...(domains.known ? domains.value : []).flatMap(({ name }) => {
        const level = domainLevels[name];
        return level === undefined
          ? [`the level of ${name}: it was not asked`]
          : unread(`the level of ${name}`, level);
      }),
    ],
  };
}

/** True for a domain that was prepared before or contains Exchange servers: every release prepares it. */
function isPrepared({ servers, domains }: ForestFacts, name: string, level: number | null): boolean {
  if (level !== null || !servers.known || !domains.known) return true;
  const names = domains.value.map((domain) => domain.name);
  return servers.value.some(({ fqdn }) => fqdn !== null && domainOf(fqdn, names) === name);
}
