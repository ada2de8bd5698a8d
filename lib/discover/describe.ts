/** Describes the findings of discovery for the screen, briefly for an organization of any size. Pure. */
import type { Fact } from "../facts";
import type { DiscoveredOrganization, DiscoveredServer, NotRead } from "./discoveredOrganization";
import { describeLevelFact } from "./preparationSource";
import { describeFacing } from "./serversSource";
import { describeSetAside, describeUnreachableServer } from "./source";

/** Highest numbers of names and lines of a kind. */
const most = { names: 3, lines: 20 } as const;

/** The summary, without a final line break. What comes from the directory is shown without control characters. */
export function describeDiscovery(found: DiscoveredOrganization): string {
  const sections = [
    [title(found), ""],
    table(levelRows(found)),
    section("Servers to upgrade", servers(found.servers)),
    section("Facing the Internet (D3)", facing(found.servers)),
    section("Clustered mailbox servers (D15)", found.clustered.map(describeClustered)),
    section(`No upgrade in place to ${found.target}`, found.unreachable.map(describeUnreachableServer)),
    section("Set aside", found.setAside.map(describeSetAside)),
    section("Not read", found.notRead.map(describeNotRead)),
  ];
  return sections.flat().map(printable).join("\n");
}

function title({ organization, forest, target }: DiscoveredOrganization): string {
  const name = organization.known ? (organization.value?.name ?? "none") : "not read";
  return `Exchange organization ${name}, forest ${text(forest)}, for an upgrade to ${target}`;
}

function levelRows(found: DiscoveredOrganization): readonly (readonly string[])[] {
  const { organization, domains, schemaMaster, schema } = found;
  const level = organization.known
    ? organization.value === null
      ? "none"
      : describeLevelFact({ ...organization, value: organization.value.level })
    : text(organization);
  return [
    ["Schema", describeLevelFact(schema)],
    ["Organization", level],
    ...(domains.known
      ? domains.value.map((domain) => [`Domain ${domain.name}`, describeLevelFact(domain.level)])
      : [["Domains", text(domains)]]),
    [
      "Schema master",
      schemaMaster.known
        ? `${schemaMaster.value.name}, domain ${schemaMaster.value.domain}, site ${schemaMaster.value.site}: the preparations go there (P6, P8)`
        : text(schemaMaster),
    ],
  ];
}

/** One line for the servers that have the same roles, site and release. */
function servers(all: DiscoveredOrganization["servers"]): readonly string[] {
  if (!all.known) return [text(all)];
  const groups = new Map<string, { readonly row: readonly string[]; readonly names: string[] }>();
  for (const server of all.value) {
    const row = [rolesText(server), server.edge ? "-" : short(server.site), releaseText(server)];
    const key = JSON.stringify(row);
    const group = groups.get(key) ?? { row, names: [] };
    groups.set(key, group);
    group.names.push(server.key);
  }
  const rows = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([, { row, names }]) => [...row, String(names.length), fewOf(names)]);
  return rows.length === 0 ? [] : table([["Roles", "Site", "Release", "Servers", ""], ...rows]);
}

/** `mbx1: London, 2007 RTM, nodes NODE1, NODE2: ExchangeClusteredMailboxUpgrade guides its upgrade`. */
function describeClustered(server: DiscoveredServer): string {
  const { key, site, nodes = [] } = server;
  const named = nodes.length === 0 ? "nodes not read" : `nodes ${nodes.join(", ")}`;
  return `${key}: ${short(site)}, ${releaseText(server)}, ${named}: ExchangeClusteredMailboxUpgrade guides its upgrade`;
}

function rolesText({ roles }: DiscoveredServer): string {
  return roles.known ? roles.value.join(", ") : "not read";
}

function releaseText({ version, edge, standing }: DiscoveredServer): string {
  if (!version.known) return "not read";
  if (standing === "done") return `${version.value.release}, the target`;
  return edge ? `${version.value.release} when subscribed` : version.value.release;
}

function facing(all: DiscoveredOrganization["servers"]): readonly string[] {
  const clientAccess = (all.known ? all.value : []).flatMap(({ key, internetFacing }) =>
    internetFacing === null ? [] : [{ key, internetFacing }],
  );
  const yes = clientAccess.flatMap(({ key, internetFacing: fact }) =>
    fact.known && fact.value.faces ? [`${key}: ${describeFacing(fact.value)}`] : [],
  );
  const no = clientAccess.filter(({ internetFacing: fact }) => fact.known && !fact.value.faces);
  const unseen = clientAccess.filter(({ internetFacing: fact }) => !fact.known);
  return [
    ...yes,
    ...(no.length === 0
      ? []
      : [`no: ${fewOf(no.map(({ key }) => key))}: no virtual directory has an external URL`]),
    ...(unseen.length === 0 ? [] : [`not read: ${fewOf(unseen.map(({ key }) => key))}`]),
  ];
}

/** `the roles of a server (ALL, MBX1): why`. */
export function describeNotRead({ what, of, why }: NotRead): string {
  return `${what}${of.length === 0 ? "" : ` (${fewOf(of)})`}: ${why}`;
}

function section(name: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, most.lines);
  const more = lines.length - shown.length;
  return ["", `${name}:`, ...shown.map((line) => `  ${line}`), ...(more > 0 ? [`  and ${more} more`] : [])];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function fewOf(names: readonly string[]): string {
  const few = names.slice(0, most.names).join(", ");
  return names.length > most.names ? `${few} and ${names.length - most.names} more` : few;
}

function short(fact: Fact<string>): string {
  return fact.known ? fact.value : "not read";
}

function text(fact: Fact<string> | { readonly known: false; readonly why: string }): string {
  return fact.known ? fact.value : `not read: ${fact.why}`;
}

/** A name must not move the cursor or colour the screen. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}
