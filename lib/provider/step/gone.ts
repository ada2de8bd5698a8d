/**
 * Servers that are gone for good while the directory still contains their objects: the rules get a forest without them.
 */

import { dnKey } from "../../directory";
import type { ForestFacts } from "../../facts";
import type { Case, GoneServer } from "../../rules/case";
import { buildVerdict } from "../../rules/state";
import { withCode } from "../../text";
import type { ResourceLog } from "../../wire/engine";

/** The program's declarations: the reason, by FQDN or by DN of the object. */
export type Gone = { readonly [server: string]: string };

/** A name with an attribute type is a DN. */
function isDn(server: string): boolean {
  return server.includes("=");
}

/** What is wrong with a server that the program upgrades. */
export const ownServerGone = "this program upgrades it, so it cannot be gone";

/** The form of an FQDN. */
const fqdnForm = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/;

/**
 * Servers that cannot be gone, and why.
 * @param upgraded FQDNs of servers that this step, or an earlier one, upgrades
 */
export function goneProblems(
  gone: Gone,
  upgraded: readonly string[],
): readonly (readonly [server: string, what: string])[] {
  const problem = (server: string): string | null => {
    if (upgraded.includes(server.toLowerCase())) return ownServerGone;
    if (isDn(server) || fqdnForm.test(server)) return null;
    return "is neither the FQDN of a server, such as cas9.contoso.com, nor the DN of its object";
  };
  return Object.keys(gone).flatMap((server) => {
    const what = problem(server);
    return what === null ? [] : [[server, what] as const];
  });
}

interface Living {
  readonly forest: ForestFacts;
  readonly gone: readonly GoneServer[];
}

/** Facts never change, and many steps judge the same forest with the same declarations. */
const livings = new WeakMap<ForestFacts, Map<string, Living>>();

/** The forest without the objects of servers that are gone; and those objects. */
export function withoutGone(forest: ForestFacts, gone: Gone | undefined): Living {
  if (gone === undefined) return { forest, gone: [] };
  const ofForest = livings.get(forest) ?? new Map<string, Living>();
  livings.set(forest, ofForest);
  const key = JSON.stringify(gone);
  const living = ofForest.get(key) ?? leaveOut(forest, gone);
  ofForest.set(key, living);
  return living;
}

function leaveOut(forest: ForestFacts, gone: Gone): Living {
  const { servers, setAside } = forest;
  const names = Object.entries(gone).map(([server, reason]) => ({
    server,
    reason,
    key: isDn(server) ? dnKey(server) : server.toLowerCase(),
  }));
  const keys = new Set(names.map(({ key }) => key));
  const isGone = ({ dn, fqdn }: { readonly dn: string; readonly fqdn: string | null }) =>
    keys.has(dnKey(dn)) || (fqdn !== null && keys.has(fqdn));
  const objects = servers.known ? servers.value.filter(isGone) : [];
  return {
    forest: {
      ...forest,
      servers: servers.known ? { ...servers, value: servers.value.filter((each) => !isGone(each)) } : servers,
      setAside: setAside.known
        ? { ...setAside, value: setAside.value.filter((each) => !isGone(each)) }
        : setAside,
    },
    gone: names.map(({ server, reason, key }) => ({
      server,
      reason,
      objects: objects.filter(({ dn, fqdn }) => key === dnKey(dn) || key === fqdn),
    })),
  };
}

/** Reports which servers the program declares gone, and what contradicts it, once for many steps. */
export async function tellGone(cases: readonly Case[], log: ResourceLog): Promise<void> {
  const told = new Set<string>();
  for (const { gone, target, facts } of cases) {
    for (const { server, reason, objects } of gone) {
      const text = `${server} is taken for gone (${reason})`;
      if (told.has(text)) continue;
      told.add(text);
      const alive = objects.find(({ build }) => build !== null && buildVerdict(build, target) !== "below");
      if (alive !== undefined)
        await log.warn(
          withCode(
            `${text}, and its object shows that somebody has upgraded it: ${alive.serialNumber}`,
            "XU-GONE",
          ),
        );
      else if (objects.length === 0 && facts.forest.servers.known)
        await log.info(`${text}, and the directory shows no such server any more: leave it out of \`gone\``);
      else await log.info(`${text}: no rule waits for it, or rests on it`);
    }
  }
}
