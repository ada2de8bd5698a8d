/**
 * Judges the .NET Framework of a computer (R18): the target must support it, and each step towards a supported version
 * must be supported by the installed release.
 */
import {
  type Catalogue,
  compareBuilds,
  compareFrameworks,
  describeFrameworks,
  describeRoute,
  descriptionOf,
  either,
  type FrameworkName,
  type FrameworkSupport,
  frameworkOfRelease,
  frameworksOn,
  graphOf,
  judgeFramework,
  listReleases,
  type Release,
  type Route,
  releaseNamed,
  releaseOfBuild,
  route,
  successors,
  targetFactsOf,
} from "../../releases";
import { runModeTraits } from "../../runModes";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import type { Grounds } from "../rule";
import { notDescribed } from "../undescribed";
import { computerNotVerified } from "./reachComputer";

/** The source of R18. */
export function frameworkSource(target: Release): Grounds {
  const { framework } = targetFactsOf(target);
  return typeof framework === "string" ? "not described" : framework;
}

/** The installed versions. */
interface Installed {
  /** Undefined if no .NET Framework from 4.5 on is installed. */
  readonly version: FrameworkName | undefined;
  /** The installed release of Exchange, the oldest if roles differ; undefined if none is known. */
  readonly exchange: Release | undefined;
  readonly windowsBuild: number | null;
}

/** R18: Setup of the target runs on the .NET Framework that is installed, and servers of the target are supported on it. */
export function supportedFramework(c: Case): Verdict {
  const { framework: support } = targetFactsOf(c.target);
  const where = `on ${c.computer}`;
  if (support === "none needed") return ok;
  if (support === "not described")
    return notDescribed(c, "R18", {
      what: "which .NET Framework it supports",
      needed: `a .NET Framework that Exchange ${c.target.name} supports`,
      where,
      compare: "the .NET Framework that is installed there with them",
    });
  const { framework, identity } = c.facts.computer;
  const needed = `.NET Framework ${describeFrameworks(support)}: Setup refuses a lower one, and no other is supported`;
  if (!framework.known) {
    // A manual preparation has no connection to the computer: Setup tells the operator.
    if (!runModeTraits[c.run].needs.connection && c.step !== "server") return ok;
    return computerNotVerified(c, framework.why, needed);
  }
  const windowsBuild = identity.known ? identity.value.windowsBuild : null;
  const verdict = judgeFramework(support, framework.value ?? 0, windowsBuild);
  if (verdict === "supported") return ok;
  const version = frameworkOfRelease(framework.value ?? 0);
  const name = version === undefined ? "no .NET Framework from 4.5 on" : `.NET Framework ${version}`;
  if (verdict === "unknown") {
    const why = identity.known ? "the registry does not say the build of Windows" : identity.why;
    return {
      ...computerNotVerified(c, why, needed),
      why: `whether ${name} is supported depends on Windows: ${why}`,
    };
  }
  const exchange = exchangeOn(c);
  const number = framework.value === null ? "" : ` (Release ${framework.value})`;
  const under = exchange === undefined ? "" : ` under Exchange ${exchange.name}`;
  const fails = {
    verdict: "fails",
    found: `${name}${number}${under}, read from ${framework.source}`,
    needed,
    where,
    fix: wayToSupported(c, support, { version, exchange, windowsBuild }),
  } as const;
  if (verdict === "too low")
    return {
      ...fails,
      problem:
        version === undefined
          ? `there is ${name}, without which Setup of ${c.target.name} does not run`
          : `${name} is too low for Setup of ${c.target.name}`,
    };
  // Setup does not check this, and no source calls a preparation on such a version unsupported.
  return {
    ...fails,
    problem: `${c.target.name} is not supported on ${name}`,
    ...(c.step === "server" ? { waivable: true } : { level: "should" }),
  };
}

/**
 * The oldest release of the roles in the registry; undefined if there are none, or if the release of one is not known.
 */
function exchangeOn({ facts: { computer }, catalogue }: Case): Release | undefined {
  if (!computer.roles.known) return undefined;
  const builds = computer.roles.value.flatMap(({ configured, unpacked }) => configured ?? unpacked ?? []);
  const [oldest] = builds.sort(compareBuilds);
  return oldest === undefined ? undefined : releaseOfBuild(oldest, catalogue.releases);
}

function wayToSupported(c: Case, support: FrameworkSupport, installed: Installed): string {
  const { version, exchange, windowsBuild } = installed;
  const higher = frameworksOn(support, windowsBuild).filter(
    (each) => version === undefined || compareFrameworks(each, version) > 0,
  );
  if (higher.length === 0) return wayFromTooHigh(c, installed);
  const install = `install .NET Framework ${either(higher)} and restart Windows`;
  const own = exchange === undefined ? undefined : descriptionOf(exchange).framework;
  if (exchange === undefined || own === undefined || typeof own === "string")
    return c.step === "server"
      ? `${install}; the Exchange that is installed has to support it, too`
      : `${install}, or set ${argument(c, "computer")} to one that has it`;
  const shared = higher.filter((each) => frameworksOn(own, windowsBuild).includes(each));
  if (c.step !== "server")
    return shared.length > 0
      ? `install .NET Framework ${either(shared)}, which Exchange ${exchange.name} on it supports as well, and restart Windows; or set ${argument(c, "computer")} to a computer that has it`
      : `set ${argument(c, "computer")} to another computer: Exchange ${exchange.name}, which is on this one, does not support .NET Framework ${either(higher)}`;
  return wayOfServer(c, exchange, installed, { higher, shared });
}

/** How a server gets a supported version without leaving those that its own release supports. */
function wayOfServer(
  c: Case,
  exchange: Release,
  installed: Installed,
  {
    higher,
    shared,
  }: { readonly higher: readonly FrameworkName[]; readonly shared: readonly FrameworkName[] },
): string {
  const all = `.NET Framework ${either(higher)}`;
  if (exchange.name === c.target.name) return `install ${all} and restart Windows`;
  const found = routeOf(c.catalogue, exchange, c.target, installed);
  const none = `no .NET Framework is supported by ${exchange.name} and by ${c.target.name}`;
  const tolerated = `stop every Exchange service, install ${all}, restart Windows and upgrade at once, which Microsoft tolerates to catch up`;
  switch (found.kind) {
    case "no way":
      return shared.length > 0
        ? `install .NET Framework ${either(shared)}, which ${exchange.name} supports as well, and restart Windows`
        : `${none}: choose a target that is reached in place (R2)`;
    case "no framework":
      return `${none}, nor by the releases between them: ${tolerated}`;
    case "route": {
      const [first, ...further] = found.hops;
      if (first === undefined) return tolerated;
      if (further.length === 0)
        return `install .NET Framework ${either(first.frameworks ?? higher)}, which ${exchange.name} supports as well, and restart Windows`;
      const why = shared.length > 0 ? "" : `${none}: `;
      return `${why}upgrade in stops, and before each install its .NET Framework: ${describeRoute(found.hops)}; so set \`target\` to "${first.to.name}" first. Where the media of a stop cannot be had any more, ${tolerated}`;
    }
  }
}

/** The installed version is above all that the target supports, but a later target may support it. */
function wayFromTooHigh(c: Case, { version, exchange, windowsBuild }: Installed): string {
  const waive = `say with ${argument(c, "waive", ": { R18: reason }")} why it may be so: Setup does not check it`;
  const later = exchange === undefined ? [] : successors(exchange.name, c.catalogue);
  const supporting = later
    .flatMap(({ to }) => releaseNamed(to, c.catalogue) ?? [])
    .filter((release) => {
      const { framework } = descriptionOf(release);
      return (
        typeof framework !== "string" &&
        version !== undefined &&
        frameworksOn(framework, windowsBuild).includes(version)
      );
    });
  return supporting.length === 0
    ? waive
    : `set \`target\` to ${listReleases(supporting)}, which supports it; or ${waive}`;
}

/** Servers at one release take the same route, so it is computed once. */
const routes = new WeakMap<Catalogue, Map<string, Route>>();

function routeOf(
  catalogue: Catalogue,
  from: Release,
  to: Release,
  { version, windowsBuild }: Installed,
): Route {
  const kept = routes.get(catalogue) ?? new Map<string, Route>();
  routes.set(catalogue, kept);
  const key = JSON.stringify([from.name, to.name, version, windowsBuild]);
  const graph = graphOf(catalogue, (release) => descriptionOf(release).framework);
  const start = { installed: version, windowsBuild: windowsBuild ?? undefined };
  const found = kept.get(key) ?? route(from, to, start, graph);
  kept.set(key, found);
  return found;
}
