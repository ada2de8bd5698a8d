/** Facts for discovery: a small contoso on 2007 RTM, and organizations with any names at all. */
import fc from "fast-check";
import type { DiscoveryFacts } from "../../lib/discover";
import {
  type Build,
  type ExchangeServerFacts,
  type Fact,
  type ForestFacts,
  known,
  type Role,
  roles,
  type SetAsideFacts,
  unknown,
  type VirtualDirectoryFacts,
} from "../../lib/facts";
import { formatSerialNumber, parseBuild } from "../../lib/releases";
import { dnOf } from "../rules/builder";

const on = "on dc1.contoso.com";
export const serversSource = `servers ${on}`;
const emea = "emea.contoso.com";

/** A server object: a Mailbox server on RTM in London unless said otherwise. */
export function server(name: string, changes: Partial<ExchangeServerFacts> = {}): ExchangeServerFacts {
  return {
    dn: dnOf(name),
    created: null,
    name,
    fqdn: `${name.toLowerCase()}.contoso.com`,
    roles: ["Mailbox"],
    site: "London",
    ...version("8.0.685.24"),
    ...changes,
  };
}

/** How a server object shows a build. */
export function version(build: string): Pick<ExchangeServerFacts, "build" | "serialNumber"> {
  const parsed = parseBuild(build) as Build;
  return { build: parsed, serialNumber: formatSerialNumber(parsed) };
}

export function directoryOf(
  serverName: string,
  externalUrls: readonly string[] = [],
  name = "owa (Default Web Site)",
): VirtualDirectoryFacts {
  return { server: dnOf(serverName), name, externalUrls };
}

/** What a test wants to be otherwise; the external URLs of the forest follow from the virtual directories. */
export interface Changes {
  readonly servers?: readonly ExchangeServerFacts[];
  readonly setAside?: readonly SetAsideFacts[];
  readonly forest?: Partial<ForestFacts>;
  readonly domainLevels?: DiscoveryFacts["domainLevels"];
  readonly virtualDirectories?: Fact<readonly VirtualDirectoryFacts[]>;
}

export function facts(changes: Changes = {}): DiscoveryFacts {
  const virtualDirectories = changes.virtualDirectories ?? known([], `virtual directories ${on}`);
  const shown = (dn: string) =>
    virtualDirectories.known && virtualDirectories.value.some((each) => each.server === dn);
  return {
    virtualDirectories,
    domainLevels: changes.domainLevels ?? {
      "contoso.com": known(10628, `contoso ${on}`),
      [emea]: known(10628, `emea ${on}`),
    },
    forest: {
      root: known("contoso.com", `root DSE ${on}`),
      schema: known(10637, `rangeUpper ${on}`),
      organization: known({ name: "Contoso", level: 10666 }, `objectVersion ${on}`),
      schemaMaster: known(controller("dc1.contoso.com", "contoso.com", "Operations"), `fSMORoleOwner ${on}`),
      domains: known(
        [
          { name: "contoso.com", dn: "DC=contoso,DC=com", netbios: "CONTOSO" },
          { name: emea, dn: "DC=emea,DC=contoso,DC=com", netbios: "EMEA" },
        ],
        `CN=Partitions ${on}`,
      ),
      sites: known(["London", "Operations"], `CN=Sites ${on}`),
      domainControllers: known(
        [
          controller("dc1.contoso.com", "contoso.com", "Operations"),
          controller(`dc2.${emea}`, emea, "Dublin"),
          controller(`dc1.${emea}`, emea, "Dublin"),
        ],
        `CN=Sites ${on}`,
      ),
      servers: known(changes.servers ?? [], serversSource),
      setAside: known(changes.setAside ?? [], serversSource),
      availabilityGroups: known([], serversSource),
      groups: unknown("it was not asked", "groups"),
      functionalLevel: unknown("it was not asked", "level"),
      domainFunctionalLevels: {},
      domainControllerWindows: {},
      externalUrls: virtualDirectories.known
        ? known(
            Object.fromEntries(
              virtualDirectories.value
                .filter(({ externalUrls }) => externalUrls.length > 0)
                .map((each) => [each.server, each.externalUrls]),
            ),
            "external URLs",
          )
        : virtualDirectories,
      unseenUrls: virtualDirectories.known
        ? known(
            Object.fromEntries(
              (changes.servers ?? [])
                .filter(({ dn, roles }) => roles?.includes("Client Access") && !shown(dn))
                .map(({ dn, name }) => [dn, `no virtual directory of ${name} shows`]),
            ),
            "external URLs",
          )
        : virtualDirectories,
      unreadControllers: known([], `CN=Sites ${on}`),
      ...changes.forest,
    },
  };
}

function controller(name: string, domain: string, site: string) {
  return { name, domain, site, globalCatalog: true };
}

/** What people and attackers type into names. */
const nasty = [
  '"',
  "'",
  "`",
  "\\",
  "${",
  "}",
  "*/",
  "/*",
  "//",
  "\n",
  "\r",
  "\t",
  "\0",
  "\u001b[31m",
  "\u2028",
  "\u2029",
  "\u202e",
  "\u200b",
  "\u00a0",
  "\ud800",
  "e\u0301",
  "😀",
  "東京",
  "Zürich",
  "__proto__",
  "constructor",
  "@ts-ignore",
  "@ts-nocheck",
  "biome-ignore lint:",
  " ",
  ".",
  "a",
  "B",
  "7",
  "-",
];

/** Any name that is not empty. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "123", "toString"),
  fc.array(fc.constantFrom(...nasty), { minLength: 1, maxLength: 8 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
  fc.string({ minLength: 1, maxLength: 90 }),
);

/** Known, or unknown for any reason. */
function factOf<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Fact<T>> {
  return fc.oneof(
    { weight: 4, arbitrary: value.map((each): Fact<T> => known(each, "somewhere")) },
    { weight: 1, arbitrary: anyName.map((why): Fact<T> => unknown(why, "nowhere")) },
  );
}

const anyServer: fc.Arbitrary<ExchangeServerFacts> = fc
  .record({
    name: anyName,
    fqdn: fc.option(anyName),
    roles: fc.option(fc.subarray(roles as unknown as Role[])),
    site: fc.option(anyName),
    group: fc.constantFrom("Servers 2007", "Exchange Administrative Group"),
    build: fc.constantFrom(
      "6.5.7638.2",
      "8.0.685.24",
      "8.1.240.6",
      "8.2.176.2",
      "14.3.123.4",
      "99.1.2.3",
      null,
    ),
  })
  .map(({ build, group, ...server }) => ({
    ...server,
    dn: dnOf(server.name).replace(/CN=Servers 2007(?=,CN=Administrative Groups,CN=Contoso$)/, `CN=${group}`),
    created: null,
    ...(build === null ? { build: null, serialNumber: null } : version(build)),
  }));

const level = fc.constantFrom(null, 10628, 11221, 11222, 99999);

/** Any organization: every name is any text, and everything may be unknown. */
export const anyFacts: fc.Arbitrary<DiscoveryFacts> = fc
  .record({
    root: factOf(anyName),
    organization: factOf(fc.option(fc.record({ name: anyName, level }))),
    schema: factOf(fc.constantFrom(null, 10637, 11116, 14625)),
    schemaMaster: factOf(fc.record({ name: anyName, domain: anyName, site: anyName })),
    domains: factOf(
      fc.uniqueArray(fc.record({ name: anyName, netbios: anyName, level: factOf(level) }), {
        maxLength: 4,
        selector: ({ name }) => name,
      }),
    ),
    // Two of a name may be in a directory, two of a DN may not.
    servers: factOf(fc.uniqueArray(anyServer, { maxLength: 6, selector: ({ dn }) => dn.toLowerCase() })),
    urls: factOf(fc.array(fc.array(anyName, { maxLength: 2 }), { maxLength: 6 })),
  })
  .map(({ root, organization, schema, schemaMaster, domains, servers, urls }) => {
    const all = servers.known ? servers.value : [];
    const forests = domains.known ? domains.value : [];
    return facts({
      ...(servers.known ? { servers: servers.value } : {}),
      virtualDirectories: urls.known
        ? known(
            urls.value.flatMap((each, at) => {
              const name = all[at]?.name;
              return name === undefined ? [] : [directoryOf(name, each)];
            }),
            "virtual directories",
          )
        : urls,
      domainLevels: Object.fromEntries(forests.map(({ name, level }) => [name, level])),
      forest: {
        root,
        organization,
        schema,
        schemaMaster: schemaMaster.known
          ? known({ ...schemaMaster.value, globalCatalog: true }, schemaMaster.source)
          : schemaMaster,
        domains: domains.known
          ? known(
              forests.map((each) => ({ ...each, dn: "" })),
              domains.source,
            )
          : domains,
        domainControllers: known(
          forests.map(({ name }) => controller(`dc.${name}`, name, "site")),
          "domain controllers",
        ),
        ...(servers.known ? {} : { servers }),
      },
    });
  });
