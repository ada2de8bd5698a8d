/** The servers in the file. Pure. */
import type { Fact } from "../facts";
import { findRelease, isModern, maintenanceOf } from "../releases";
import type { DiscoveredOrganization, DiscoveredServer, InternetFacing } from "./discoveredOrganization";
import {
  type Code,
  call,
  type Entry,
  entry,
  inlineObject,
  list,
  object,
  type Placeholder,
  plain,
  string,
} from "./layout";
import { domainArgument } from "./preparationSource";

/** An object with an entry for each server to upgrade; values that no directory contains are comments. */
export function serversCode({ servers, target }: DiscoveredOrganization, placeholder: Placeholder): Code {
  if (!servers.known) return placeholder(`servers: not read: ${servers.why}`);
  return object([
    ...servers.value.map((server) => serverEntry(server, target, placeholder)),
    entry(
      "",
      null,
      "Not in the directory: Edge Transport servers that are not subscribed, and computers with the management tools alone. Add those that are to be upgraded. A server that is gone for good, and has only its object left, is not upgraded: take it out, and name it in `gone` of the component, with the reason.",
    ),
  ]);
}

/** An object with an entry for each clustered mailbox server, and in it one for each node. */
export function clustersCode({ clustered }: DiscoveredOrganization, placeholder: Placeholder): Code {
  return object(
    clustered.map((server) => {
      const { key, name, fqdn, domain } = server;
      const hosts = nodeNames(server);
      const argument =
        fqdn.known && domain.known && domain.value !== null ? domainArgument(fqdn.value, domain.value) : [];
      const nodes = hosts.map((host, at) =>
        entry(`node${at + 1}`, call("computer", string(host), plain("accounts.servers"), ...argument)),
      );
      return entry(
        key,
        object([
          entry(
            "name",
            fqdn.known ? string(fqdn.value) : placeholder(`clusters: ${name}: its FQDN`),
            ...notRead(fqdn),
          ),
          siteEntry(server, placeholder(`clusters: ${name}: its Active Directory site`)),
          entry(
            "account",
            inlineObject([entry("name", plain("accounts.servers.user"))]),
            "The operator (P1, P3).",
          ),
          entry("nodes", nodes.length === 0 ? placeholder(`clusters: ${name}: its nodes`) : object(nodes)),
        ]),
      );
    }),
  );
}

/** FQDNs of the nodes: the directory has their host names, and they are in the domain of the clustered mailbox server. */
export function nodeNames({ fqdn, nodes = [] }: DiscoveredServer): readonly string[] {
  if (!fqdn.known) return [];
  const [, ...suffix] = fqdn.value.split(".");
  return nodes.map((node) => (node.includes(".") ? node : [node, ...suffix].join(".")).toLowerCase());
}

function serverEntry(server: DiscoveredServer, target: string, placeholder: Placeholder): Entry {
  const { key, name, roles, edge } = server;
  const place = `servers: ${name}: `;
  return entry(
    key,
    object([
      entry(
        "computer",
        computerCode(server, placeholder),
        ...notRead(server.fqdn),
        ...notRead(server.domain),
      ),
      entry(
        "roles",
        roles.known ? list(roles.value.map(string)) : placeholder(`${place}its roles`),
        ...notRead(roles),
      ),
      ...(edge ? [] : [siteEntry(server, placeholder(`${place}its Active Directory site`))]),
      ...facingEntries(server, placeholder),
      ...groupEntries(server, placeholder),
      ...maintenanceEntries(server, target),
    ]),
    describeVersion(server, target),
    ...notRead(server.object),
  );
}

function computerCode({ name, fqdn, domain, edge }: DiscoveredServer, placeholder: Placeholder): Code {
  const host = fqdn.known ? string(fqdn.value) : placeholder(`servers: ${name}: its FQDN`);
  const account = plain(edge ? "accounts.edge" : "accounts.servers");
  if (!fqdn.known || (domain.known && domain.value === null)) return call("computer", host, account);
  const argument = domain.known
    ? domainArgument(fqdn.value, domain.value ?? "")
    : [placeholder(`servers: ${name}: DNS name of its domain`)];
  return call("computer", host, account, ...argument);
}

function siteEntry({ site }: DiscoveredServer, missing: Code): Entry {
  return entry("site", site.known ? string(site.value) : missing, ...notRead(site));
}

function facingEntries(server: DiscoveredServer, placeholder: Placeholder): readonly Entry[] {
  const { internetFacing, name, roles } = server;
  if (internetFacing === null) return [];
  if (internetFacing.known) {
    const why = `${internetFacing.value.faces ? "Faces the Internet" : "Does not face the Internet, it seems"} (D3): ${describeFacing(internetFacing.value)}.`;
    return [entry("internetFacing", plain(String(internetFacing.value.faces)), why)];
  }
  // While the roles are not known, the question may not apply.
  if (!roles.known)
    return [entry("", null, "internetFacing: only for the Client Access role.", ...notRead(internetFacing))];
  return [
    entry(
      "internetFacing",
      placeholder(`servers: ${name}: whether it faces the Internet`),
      ...notRead(internetFacing),
    ),
  ];
}

function groupEntries({ dag, name }: DiscoveredServer, placeholder: Placeholder): readonly Entry[] {
  if (dag === undefined) return [];
  const value = dag.known
    ? string(dag.value)
    : placeholder(`servers: ${name}: its database availability group; take the line out if it is in none`);
  return [entry("dag", value, ...notRead(dag))];
}

/**
 * Maintenance around Setup, where a way out of service is described: members of a group from 2010 on, every server from
 * 2013 on, which is also restarted then (R69). Never `"none"`, which only a person says.
 */
function maintenanceEntries({ edge, roles, dag }: DiscoveredServer, target: string): readonly Entry[] {
  const release = findRelease(target);
  if (release === undefined || edge || maintenanceOf(release.product) === "none") return [];
  const isOfToday = isModern(release.product);
  if (!isOfToday && dag === undefined) return [];
  if (!roles.known)
    return [
      entry("", null, "maintenance: {} if it is no Edge Transport server, of which no way is described."),
    ];
  if (!isOfToday && dag?.known === false)
    return [entry("", null, "maintenance: {} if it is in a database availability group.")];
  return [
    entry("maintenance", inlineObject([])),
    ...(isOfToday ? [entry("reboot", string("ifRequired"))] : []),
  ];
}

/** Why a server is believed to face the Internet, or not to. */
export function describeFacing({ externalUrls }: InternetFacing): string {
  if (externalUrls.length === 0) return "no virtual directory has an external URL";
  const urls = externalUrls.map(({ url, virtualDirectory }) =>
    virtualDirectory === null ? url : `${url} of ${virtualDirectory}`,
  );
  return `external URL ${urls.join(", ")}`;
}

function describeVersion({ version, edge, site, standing }: DiscoveredServer, target: string): string {
  const release = version.known
    ? `Release ${version.value.release} (${version.value.build})`
    : `Release not read: ${version.why}`;
  if (edge)
    return `${release} when it was subscribed${site.known ? ` to the site ${site.value}` : ""}: what the directory says of an Edge Transport server stays so until it is subscribed again.`;
  return standing === "done" ? `${release}: at ${target} already.` : `${release}.`;
}

function notRead(fact: Fact<unknown>): readonly string[] {
  return fact.known ? [] : [`Not read: ${fact.why}`];
}
