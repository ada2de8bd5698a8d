/** docs/paths.md, made from the table of releases: `npm run docs` writes it, and a test keeps the committed page current. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Evidence, moves, type Release, releases, transition } from "../lib/releases";
import { descriptionOf, type ReleaseDescription } from "../lib/releases/catalogue";
import { describeCoexistences } from "../lib/releases/coexistence";
import { describeControllers, functionalLevels } from "../lib/releases/domainControllers";
import { describeFrameworks } from "../lib/releases/framework";
import { describeRoute, type Hop, route } from "../lib/releases/route";
import { describeWindows } from "../lib/releases/windowsServer";

/** Where the page is, below the root of the repository. */
export const pathsPage = join("docs", "paths.md");

const introduction: readonly string[] = [
  "<!-- Made from lib/releases by `npm run docs`. Change the tables there, not this page. -->",
  "",
  "# From one release to another",
  "",
  '`npx exchange-upgrade path "2016 CU12" "2016 CU23"` says the same of two releases, stop by stop, with what the directory',
  "needs, and where each statement is from.",
  "",
  "Windows is never upgraded in place under Exchange. *not described* means that no source was found that says it: verify it yourself.",
  "",
];

/** The last release of each line of upgrades in place. */
const targets: readonly string[] = [
  "2007 SP1",
  "2007 SP2",
  "2007 SP3",
  "2010 SP1",
  "2010 SP2",
  "2010 SP3",
  "2013 CU23",
  "2016 CU23",
  "2019 CU14",
  "2019 CU15",
  "SE RTM",
];

/** The whole page. */
export function renderPathsPage(): string {
  const sections = [
    ...section(
      "In place",
      "Each upgrade runs on the .NET Framework that it is named with, which is installed before it: the release on the server supports it as well. The stops follow from that; of *documented*, *practice* and *unverified* the weakest of the upgrades counts.",
      ["from", "to", "upgrades", "known from"],
      targets.flatMap(routesTo),
    ),
    ...section(
      "By new servers",
      "Where no upgrade in place leads from one product to another.",
      ["from", "to", "way", "needs", "source"],
      moves.map(({ from, to, verdict, needs, evidence, source }) => [
        from,
        to,
        verdict === "refused" ? "none: Setup refuses" : "new servers, and moves",
        needs ?? "",
        `${evidence}: ${source}`,
      ]),
    ),
    ...byRelease(
      ".NET Framework",
      "Setup refuses on less than the lowest. That others are not supported is policy: Setup runs on them.",
      "version",
      ({ framework }) => (typeof framework === "string" ? framework : describeFrameworks(framework)),
    ),
    ...byRelease("Windows of Exchange servers", "", "Windows", ({ windows }) =>
      typeof windows === "string"
        ? windows
        : `${describeWindows(windows.versions)}${windows.core === true ? "; Server Core, too" : windows.core === false ? "; no Server Core" : ""}`,
    ),
    ...byRelease(
      "Forest and domain controllers",
      "Before /PrepareSchema and /PrepareAD a schema master on Windows Server 2025 needs build 26100.7171 (KB5068861, November 2025).",
      "functional level of the forest; Windows of domain controllers",
      ({ forest }) => {
        if (typeof forest === "string") return forest;
        const { least, most } = forest.level;
        const level =
          most === null
            ? `${functionalLevels[least]} or higher`
            : `${functionalLevels[least]} to ${functionalLevels[most]}`;
        return `${level}; ${describeControllers(forest)}`;
      },
    ),
    ...byRelease(
      "Other servers in the organization",
      "Edge Transport servers count by the build that their subscription has left in the directory: subscribe them again after an upgrade.",
      "what media of the release ask of them",
      ({ coexistence }) =>
        typeof coexistence === "string" ? coexistence : describeCoexistences(coexistence).join("<br>"),
    ),
  ];
  return `${[...introduction, ...sections].join("\n").trimEnd()}\n`;
}

function section(
  title: string,
  about: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const text = about === "" ? [] : [about, ""];
  return [
    `## ${title}`,
    "",
    ...text,
    line(head),
    `|${head.map(() => "---|").join("")}`,
    ...rows.map(line),
    "",
  ];
}

/** Neighbours of which the same is said share a row. */
function byRelease(
  title: string,
  about: string,
  what: string,
  textOf: (description: ReleaseDescription) => string,
): readonly string[] {
  const described = releases.filter(
    ({ product, preview }) => product !== "2000" && product !== "2003" && !preview,
  );
  const rows = joined(described.map((release) => [release, [textOf(descriptionOf(release))]] as const));
  return section(title, about, ["release", what], rows);
}

/** From each release that leads to a target, its route. */
function routesTo(name: string): readonly (readonly string[])[] {
  const target = releases.find((release) => release.name === name);
  if (target === undefined) throw new RangeError(`there is no release ${name}`);
  const routes = releases.flatMap((release) => {
    const found = route(release, target);
    return found.kind === "route"
      ? [[release, [name, describeRoute(found.hops), weakest(found.hops)]] as const]
      : [];
  });
  return joined(routes);
}

function weakest(hops: readonly Hop[]): Evidence {
  const found = hops.map(({ from, to }) => transition(from.name, to.name)?.evidence ?? "unverified");
  return (["unverified", "practice"] as const).find((each) => found.includes(each)) ?? "documented";
}

function joined(
  list: readonly (readonly [release: Release, cells: readonly string[]])[],
): readonly (readonly string[])[] {
  const rows: { from: string; to: string; cells: readonly string[] }[] = [];
  for (const [{ name }, cells] of list) {
    const last = rows.at(-1);
    if (last !== undefined && last.cells.join("|") === cells.join("|")) last.to = name;
    else rows.push({ from: name, to: name, cells });
  }
  return rows.map(({ from, to, cells }) => [from === to ? from : `${from} to ${to}`, ...cells]);
}

if (require.main === module) writeFileSync(join(__dirname, "..", pathsPage), renderPathsPage());
