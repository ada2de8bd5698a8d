/** What discovery must find of an organization, in whatever directory it was loaded into: lab or Samba. */
import assert from "node:assert/strict";
import { contoso } from "../../lab";
import type { LabComputer, LabServerObject, Organization } from "../../lab/organization";
import { type DirectoryConnection, DirectorySession } from "../../lib/directory";
import { type DiscoveredOrganization, discover, readDiscovery } from "../../lib/discover";
import type { Fact } from "../../lib/facts";
import { Logons } from "../../lib/logons";
import { releaseNamed } from "../rules/builder";

function like(name: string, changes: Partial<LabComputer>): LabComputer {
  const model = contoso.computers.find((computer) => computer.name.startsWith(`${name}.`));
  assert.ok(model, `contoso has no ${name}`);
  return { ...model, ...changes };
}

function object(
  server: string,
  kind: LabServerObject["kind"],
  release: string | null,
  roles: LabServerObject["roles"],
): LabServerObject {
  return { server, kind, release, roles, site: "London", created: "20060301101112.0Z" };
}

/** Contoso, with an Edge Transport server that is subscribed, one beyond the target, names that are not plain, and objects of no server. */
export const organization: Organization = {
  ...contoso,
  organizationName: 'Contoso "Ltd", Zürich',
  sites: [...contoso.sites, "Zürich"],
  computers: [
    ...contoso.computers,
    like("edge1", { name: "edge2.perimeter.contoso.com", site: "London" }),
    like("mbx-lon", { name: "mbx-new.contoso.com", release: "2007 SP2" }),
    like("hub-lon", { name: "hub-zrh.contoso.com", site: "Zürich", release: "2007 SP1" }),
  ],
  serverObjects: [
    object("cas-lon.contoso.com", "conflict copy", "2007 SP1", ["Client Access"]),
    object("mbx-dub.emea.contoso.com", "other group", "2007 SP1", ["Mailbox"]),
    object("ahead.contoso.com", "provisioned", null, []),
    object("mbx-lon.contoso.com", "transport", "2007 SP1", ["Mailbox", "Hub Transport"]),
  ],
};

const rtm = { value: 10628, release: "2007 RTM", standing: "below" };
const rtmServer = { build: "8.0.685.24", release: "2007 RTM" };

function server(fqdn: string, site: string, role: string, changes: object = {}) {
  const [host = "", ...suffix] = fqdn.split(".");
  return {
    key: host,
    name: host.toUpperCase(),
    object: dnOf(host.toUpperCase()),
    fqdn,
    domain: suffix.join("."),
    site,
    roles: [role],
    version: rtmServer,
    edge: false,
    internetFacing: null,
    standing: "pending",
    ...changes,
  };
}

const administrativeGroups =
  'CN=Administrative Groups,CN=Contoso \\"Ltd\\"\\, Zürich,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com';

/** DN of an object in the administrative group of all servers since 2007. */
function dnOf(name: string, group = "Exchange Administrative Group (FYDIBOHF23SPDLT)"): string {
  return `CN=${name},CN=Servers,CN=${group},${administrativeGroups}`;
}

const source =
  "servers under CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com on dc1.contoso.com";
const doubles = {
  known: false,
  why: `the directory shows 2 objects of mbx-dub.emea.contoso.com: ${dnOf("MBX-DUB")}, created <when>; ${dnOf("MBX-DUB", "First Administrative Group")}, created <when>`,
  source,
};
const differ = { known: false, why: "its objects in the directory do not show the same", source };
const notRead = (what: string, { why }: { readonly why: string }) => ({ what, of: ["MBX-DUB"], why, source });

const no = { faces: false, externalUrls: [] };
const owa = (url: string) => ({
  faces: true,
  externalUrls: [{ url, virtualDirectory: "owa (Default Web Site)" }],
});
const emea = "emea.contoso.com";

/** What was loaded, in the words of discovery, known facts without where they were read. */
const loaded = {
  target: "2007 SP1",
  forest: "contoso.com",
  schema: { ...rtm, value: 10637 },
  organization: { name: 'Contoso "Ltd", Zürich', level: { ...rtm, value: 10666 } },
  schemaMaster: { name: "dc1.contoso.com", domain: "contoso.com", site: "Operations" },
  domains: [
    {
      name: "contoso.com",
      netbios: "CONTOSO",
      level: rtm,
      controller: "dc1.contoso.com",
      servers: ["CAS-LON", "CAS-NYC", "HUB-LON", "HUB-ZRH", "MBX-LON", "MBX-NEW", "UM-LON"],
    },
    {
      name: emea,
      netbios: "EMEA",
      level: rtm,
      controller: `emea-dc1.${emea}`,
      servers: ["CAS-DUB", "MBX-DUB"],
    },
  ],
  servers: [
    server(`cas-dub.${emea}`, "Dublin", "Client Access", { internetFacing: no }),
    server("cas-lon.contoso.com", "London", "Client Access", {
      internetFacing: owa("https://mail.contoso.com/owa"),
    }),
    server("cas-nyc.contoso.com", "NewYork", "Client Access", {
      internetFacing: owa("https://us.mail.contoso.com/owa"),
    }),
    server("edge2.perimeter.contoso.com", "London", "Edge Transport", { domain: null, edge: true }),
    server("hub-lon.contoso.com", "London", "Hub Transport"),
    server("hub-zrh.contoso.com", "Zürich", "Hub Transport", {
      version: { build: "8.1.240.6", release: "2007 SP1" },
      standing: "done",
    }),
    server(`mbx-dub.${emea}`, "", "Mailbox", {
      object: doubles,
      site: differ,
      version: differ,
      standing: "unknown",
    }),
    server("mbx-lon.contoso.com", "London", "Mailbox"),
    server("um-lon.contoso.com", "London", "Unified Messaging"),
  ],
  clustered: [],
  unreachable: [
    {
      name: "MBX-NEW",
      why: "Exchange 2007 SP1 is older than 2007 SP2, and there is no way back: uninstalling removes Exchange from the server. 2007 SP2 can stay as it is, or go on to 2007 SP3.",
    },
  ],
  setAside: [
    {
      kind: "provisioned",
      dn: dnOf("AHEAD"),
      name: "AHEAD",
      fqdn: "ahead.contoso.com",
      created: "<when>",
    },
    {
      kind: "conflict copy",
      dn: dnOf("CAS-LON\\0ACNF:0b1f63a4-5f0e-4c53-9d0d-6f2f5f0e7c11"),
      name: "CAS-LON",
      fqdn: "cas-lon.contoso.com",
      created: "<when>",
    },
  ],
  notRead: [
    notRead("which object is a server's", doubles),
    notRead("the release of a server", differ),
    notRead("the site of a server", differ),
  ],
};

/** Declares the suite. `connection` is how the reader reaches the directory, once it has started. */
export function discoveryContract(connection: () => DirectoryConnection): void {
  const read = async (): Promise<DiscoveredOrganization> => {
    const session = await DirectorySession.open(connection(), new Logons());
    try {
      return discover(await readDiscovery(session), { target: releaseNamed("2007 SP1") });
    } finally {
      await session.close();
    }
  };

  it("equals what was loaded", async () => {
    const { unreachable, ...found } = await read();
    assert.deepEqual(
      { ...withoutSources(found), unreachable: unreachable.map(({ name, why }) => ({ name, why })) },
      loaded,
    );
  });

  it("says of everything where it was read", async () => {
    const { servers, domains, schema } = await read();
    assert.match(schema.source, /^rangeUpper of .* on dc1\.contoso\.com$/);
    assert.match(servers.source, /^servers under .* on dc1\.contoso\.com$/);
    const levels = domains.known ? domains.value.map(({ level }) => level.source) : [];
    assert.match(levels[0] ?? "", / on dc1\.contoso\.com$/);
    assert.match(levels[1] ?? "", / on emea-dc1\.emea\.contoso\.com$/);
  });
}

/** Facts become their values; an unknown one stays as it is. */
function withoutSources(value: unknown): object {
  // Samba makes its objects when it is started.
  const timeless = JSON.stringify(value).replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "<when>");
  return JSON.parse(timeless, (_, each) => (isKnown(each) ? each.value : each));
}

function isKnown(value: unknown): value is Extract<Fact<unknown>, { known: true }> {
  return typeof value === "object" && value !== null && (value as { known?: unknown }).known === true;
}
