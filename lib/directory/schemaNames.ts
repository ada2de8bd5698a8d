/**
 * Conditions that an import of Exchange's schema files depends on: names that replication has changed, and a schema
 * master that has not replicated yet.
 */
import type { Entry } from "ldapts";
import { type Fact, known, unknown } from "../facts";
import { isDuplicateName, type SchemaNameFacts } from "../facts/health";
import type { Search, Server } from "./client";
import type { Servers, Topology } from "./directoryServers";
import { byDn, dnKey, nameOf, shownDn } from "./dn";
import { text, texts } from "./entry";
import { readableObjects } from "./readable";
import { readRootDse, rootDseSearch } from "./topology";

const resourceProperty = "ms-Exch-Resource-Property-Schema";
const resourceClass = "ms-Exch-Resource-Schema";

/**
 * lDAPDisplayNames of classes and attributes that other searches use. If the schema lacks one of them, a filter matches
 * nothing and an attribute is missing, and neither is a fault of the directory.
 */
export const lookedFor = [
  "homeMDB",
  "mailNickname",
  "msExchFedTargetApplicationURI",
  "msExchHomeServerName",
  "msExchPFTree",
  "msExchRecipientTypeDetails",
  "msExchResourcePropertySchema",
] as const;

/** Finds the two objects of KB 948214, the names that are looked for, and every name that replication has changed. */
function namesSearch(schemaDn: string): Search {
  return {
    base: schemaDn,
    scope: "one",
    filter:
      `(|(cn=${resourceProperty})(cn=${resourceClass})(lDAPDisplayName=DUP-*)` +
      `${lookedFor.map((name) => `(lDAPDisplayName=${name})`).join("")})`,
    attributes: ["cn", "lDAPDisplayName", "mayContain"],
  };
}

/** Names in the schema. @throws DirectoryFailure */
export async function readSchemaNames({ first }: Servers, { dse }: Topology): Promise<Fact<SchemaNameFacts>> {
  const entries = await first.search(namesSearch(dse.schemaDn));
  const named = (cn: string): Entry | undefined =>
    entries.find(({ dn }) => nameOf(dn).toLowerCase() === cn.toLowerCase());
  const property = named(resourceProperty);
  const ofClass = named(resourceClass);
  const duplicates = entries.flatMap((entry) => {
    const name = text(entry, "lDAPDisplayName");
    return name !== null && isDuplicateName(name) ? [{ dn: shownDn(entry.dn), name }] : [];
  });
  return known(
    {
      resourceProperty: property === undefined ? null : text(property, "lDAPDisplayName"),
      resourceMayContain: ofClass === undefined ? null : texts(ofClass, "mayContain"),
      lacks: await lackingIn(entries, first, dse.schemaDn),
      duplicates: duplicates.sort(byDn),
    },
    `${dse.schemaDn} on ${dse.server || first.label}`,
  );
}

/**
 * The names that the schema lacks: it contains no such name, and the account sees all that lies in it. A name that
 * replication has changed exists, under another name.
 */
async function lackingIn(
  entries: readonly Entry[],
  server: Server,
  schemaDn: string,
): Promise<readonly string[]> {
  const shown = new Set(entries.map((entry) => text(entry, "lDAPDisplayName")?.toLowerCase()));
  const changed = [...shown].filter((name) => name !== undefined && isDuplicateName(name));
  const missing = lookedFor.filter(
    (name) =>
      !shown.has(name.toLowerCase()) && !changed.some((each) => each?.includes(`-${name.toLowerCase()}`)),
  );
  if (missing.length === 0) return [];
  const readable = await readableObjects(server, { base: schemaDn, attributes: [] });
  return readable.has(dnKey(schemaDn)) ? missing : [];
}

/** isSynchronized of the schema master's root DSE ([MS-ADTS] 3.1.1.3.2). @throws DirectoryFailure */
export async function readSynchronized(
  servers: Servers,
  topology: Topology,
  schemaMaster: string,
): Promise<Fact<boolean>> {
  const source = `isSynchronized of ${schemaMaster}`;
  const server = servers.named(topology, schemaMaster);
  const [entry] = await server.search({
    ...rootDseSearch,
    attributes: [...rootDseSearch.attributes, "isSynchronized"],
  });
  const answering = readRootDse(entry)?.server ?? "";
  if (answering !== schemaMaster)
    return unknown(
      `${server.label} is ${answering === "" ? "no domain controller that says its name" : answering}; correct the ` +
        `URL of ${schemaMaster} in \`directory.domainControllers\`, or its name in DNS`,
      source,
    );
  const value = entry === undefined ? null : text(entry, "isSynchronized");
  return value === null
    ? unknown(`${schemaMaster} does not say it`, source)
    : known(/^true$/i.test(value), source);
}
