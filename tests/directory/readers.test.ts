/** How entries become facts: what neither the lab nor Samba shows. */
import assert from "node:assert/strict";
import type { Entry } from "ldapts";
import { parseAccountName, readAccount, readRegisteredGroup } from "../../lib/directory/accounts";
import { readAvailabilityGroups } from "../../lib/directory/availabilityGroups";
import { dnKey } from "../../lib/directory/dn";
import { integer, octets, text, texts } from "../../lib/directory/entry";
import {
  readDomainLevel,
  readOrganization,
  readSchemaVersion,
  readServers,
} from "../../lib/directory/exchange";
import { nothingReadable, type Readable } from "../../lib/directory/readable";
import { sidToBytes } from "../../lib/directory/sid";
import {
  readControllers,
  readDomains,
  readRoleOwner,
  readRootDse,
  readSites,
} from "../../lib/directory/topology";
import type { DomainFacts } from "../../lib/facts";

const configuration = "CN=Configuration,DC=contoso,DC=com";
const contoso: DomainFacts = { name: "contoso.com", dn: "DC=contoso,DC=com", netbios: "CONTOSO" };
const guid = "6f1f1cde-3bd4-4d69-8b3c-0c0e6c6a1a11";
const source = "here";

function crossRef(cn: string, systemFlags: string, attributes: Omit<Entry, "dn">): Entry {
  return { dn: `CN=${cn},CN=Partitions,${configuration}`, systemFlags, ...attributes };
}

function serverEntry(cn: string, site: string, dNSHostName: string | []): Entry {
  const dn = `CN=${cn},CN=Servers,CN=${site},CN=Sites,${configuration}`;
  return { dn, objectClass: ["top", "server"], dNSHostName };
}

function settings(cn: string, site: string, more: Omit<Entry, "dn"> = {}): Entry {
  return {
    dn: `CN=NTDS Settings,CN=${cn},CN=Servers,CN=${site},CN=Sites,${configuration}`,
    objectClass: ["top", "applicationSettings", "nTDSDSA"],
    hasMasterNCs: [contoso.dn, configuration, `CN=Schema,${configuration}`],
    "msDS-HasMasterNCs": [],
    "msDS-isRODC": "FALSE",
    ...more,
  };
}

describe("attributes", () => {
  const entry: Entry = {
    dn: "CN=x",
    objectversion: "10666",
    many: ["a", "b"],
    none: [],
    odd: "12a",
    bytes: Buffer.from([1, 255]),
  };

  it("are found in any spelling, and absent ones are no value", () => {
    assert.equal(integer(entry, "objectVersion"), 10666);
    assert.deepEqual(texts(entry, "many"), ["a", "b"]);
    assert.equal(text(entry, "none"), null);
    assert.equal(text(entry, "unheard of"), null);
    assert.equal(text(entry, "dn"), null);
    assert.equal(integer(entry, "odd"), null);
    assert.deepEqual(octets(entry, "bytes"), [Buffer.from([1, 255])]);
  });
});

describe("the root DSE", () => {
  it("of something else than Active Directory is none", () => {
    assert.equal(readRootDse(undefined), null);
    assert.equal(
      readRootDse({ dn: "", namingContexts: "dc=example,dc=com", rootDomainNamingContext: [] }),
      null,
    );
  });
});

describe("domains", () => {
  it("are the partitions that say so, the root first", () => {
    const entries = [
      crossRef("Enterprise Schema", "1", { nCName: `CN=Schema,${configuration}`, nETBIOSName: [] }),
      crossRef("AAA", "3", {
        nCName: "DC=aaa,DC=contoso,DC=com",
        dnsRoot: "AAA.contoso.com",
        nETBIOSName: "AAA",
      }),
      crossRef("CONTOSO", "3", { nCName: contoso.dn, dnsRoot: "contoso.com", nETBIOSName: "CONTOSO" }),
      crossRef("ForestDnsZones", "5", { nCName: "DC=ForestDnsZones,DC=contoso,DC=com", nETBIOSName: [] }),
      // A crossRef to another directory altogether.
      crossRef("elsewhere", "0", { nCName: "DC=else", dnsRoot: "else", nETBIOSName: [] }),
    ];
    assert.deepEqual(readDomains(entries, contoso.dn, source), {
      known: true,
      value: [contoso, { name: "aaa.contoso.com", dn: "DC=aaa,DC=contoso,DC=com", netbios: "AAA" }],
      source,
    });
  });

  it("are not those that do not exist yet or any more, nor what conflicts have left", () => {
    const old = { nCName: "DC=old,DC=contoso,DC=com", dnsRoot: "old.contoso.com", nETBIOSName: "OLD" };
    const entries = [
      crossRef("AHEAD", "3", { nCName: "DC=ahead,DC=contoso,DC=com", nETBIOSName: [], enabled: "FALSE" }),
      crossRef("GONE", "3", {
        ...old,
        nCName: `DC=gone\\0ADEL:${guid},CN=Deleted Objects,DC=contoso,DC=com`,
        dnsRoot: "gone.contoso.com",
      }),
      crossRef(`OLD\\0ACNF:${guid}`, "3", { ...old, nETBIOSName: "OLDER" }),
      crossRef("OLD", "3", { ...old, enabled: "TRUE" }),
      crossRef("OLD2", "3", { ...old, nCName: `DC=old\\0ACNF:${guid},DC=contoso,DC=com` }),
      crossRef("CONTOSO", "3", { nCName: contoso.dn, dnsRoot: "contoso.com", nETBIOSName: "CONTOSO" }),
      crossRef(`SOLE\\0ACNF:${guid}`, "3", {
        nCName: "DC=sole,DC=contoso,DC=com",
        dnsRoot: "sole.contoso.com",
        nETBIOSName: "SOLE",
      }),
    ];
    assert.deepEqual(readDomains(entries, contoso.dn, source), {
      known: true,
      value: [
        contoso,
        { name: "old.contoso.com", dn: old.nCName, netbios: "OLD" },
        { name: "sole.contoso.com", dn: "DC=sole,DC=contoso,DC=com", netbios: "SOLE" },
      ],
      source,
    });
  });

  it("that this account cannot see make the list unknown", () => {
    assert.deepEqual(readDomains([], contoso.dn, source), {
      known: false,
      why: "the forest root domain is not among the partitions that this account can see",
      source,
    });
    const nameless = crossRef("CONTOSO", "3", { nCName: contoso.dn, nETBIOSName: [] });
    assert.deepEqual(readDomains([nameless], contoso.dn, source), {
      known: false,
      why: `CN=CONTOSO,CN=Partitions,${configuration} does not show its nCName and nETBIOSName to this account`,
      source,
    });
  });
});

describe("domain controllers", () => {
  it("are the writable ones: no read-only, no demoted", () => {
    const entries = [
      serverEntry("DC1", "Hub", "DC1.contoso.com"),
      settings("DC1", "Hub"),
      serverEntry("RODC1", "Hub", "rodc1.contoso.com"),
      settings("RODC1", "Hub", {
        objectClass: ["top", "applicationSettings", "nTDSDSA", "nTDSDSARO"],
        hasMasterNCs: [],
      }),
      serverEntry("RODC2", "Hub", "rodc2.contoso.com"),
      settings("RODC2", "Hub", { "msDS-isRODC": "TRUE" }),
      serverEntry("DEMOTED", "Hub", "demoted.contoso.com"),
    ];
    const { named, unread } = readControllers(entries, [contoso], nothingReadable, source);
    assert.deepEqual(named.known && named.value.map(({ name, domain, site }) => ({ name, domain, site })), [
      { name: "dc1.contoso.com", domain: "contoso.com", site: "Hub" },
    ]);
    assert.deepEqual(unread, []);
  });

  describe("that cannot be named or placed", () => {
    const dn = (name: string): string => `CN=${name},CN=Servers,CN=Hub,CN=Sites,${configuration}`;
    const dc1 = [serverEntry("DC1", "Hub", "dc1.contoso.com"), settings("DC1", "Hub")];
    const read = (entries: readonly Entry[], readable: Readable = nothingReadable) =>
      readControllers([...dc1, ...entries], [contoso], readable, source);
    const whole = (name: string): Readable => new Map([[dnKey(name), name]]);

    it("are told one by one, beside those that can", () => {
      const { named, unread } = read([
        serverEntry("DC2", "Hub", []),
        settings("DC2", "Hub", { options: "1" }),
      ]);
      assert.deepEqual(named.known && named.value.map(({ name }) => name), ["dc1.contoso.com"]);
      assert.deepEqual(unread, [
        {
          key: dnKey(dn("DC2")),
          dn: dn("DC2"),
          host: "DC2",
          name: null,
          domain: "contoso.com",
          site: "Hub",
          globalCatalog: true,
          why: `a domain controller cannot be named: ${dn("DC2")} has no dNSHostName, or this account cannot see it`,
        },
      ]);
    });

    it("say what is missing, and what is known to be absent", () => {
      const why = (entries: readonly Entry[], readable?: Readable) => read(entries, readable).unread[0]?.why;
      const nameless = [serverEntry("DC2", "Hub", []), settings("DC2", "Hub")];
      assert.equal(
        why(nameless, whole(dn("DC2"))),
        `a domain controller cannot be named: ${dn("DC2")} has no dNSHostName`,
      );
      const homeless = [
        serverEntry("DC2", "Hub", "dc2.contoso.com"),
        settings("DC2", "Hub", { hasMasterNCs: [] }),
      ];
      const own = `CN=NTDS Settings,${dn("DC2")}`;
      assert.equal(
        why(homeless),
        `a domain controller cannot be placed: ${own} has no hasMasterNCs, or this account cannot see it`,
      );
      assert.equal(
        why(homeless, whole(own)),
        `a domain controller cannot be placed: ${own} has no hasMasterNCs`,
      );
      const elsewhere = settings("DC2", "Hub", { hasMasterNCs: "DC=other,DC=com" });
      assert.equal(
        why([serverEntry("DC2", "Hub", []), elsewhere]),
        `a domain controller cannot be named: ${dn("DC2")} has no dNSHostName, or this account cannot see it; ` +
          `hasMasterNCs of ${own} names no domain that this account sees`,
      );
      assert.equal(
        why([settings("DC2", "Hub")]),
        `${own} is a domain controller, and this account cannot see ${dn("DC2")}, which has its name`,
      );
    });

    it("have a host name that fits on one line", () => {
      const copy = `DC2\\0ACNF:${guid}`;
      const [first] = read([serverEntry(copy, "Hub", []), settings(copy, "Hub")]).unread;
      assert.equal(first?.host, `DC2 CNF:${guid}`);
    });

    it("make the list unknown where there are no others", () => {
      const alone = readControllers(
        [serverEntry("DC2", "Hub", []), settings("DC2", "Hub")],
        [contoso],
        nothingReadable,
        source,
      );
      assert.deepEqual(alone.named, {
        known: false,
        why: `a domain controller cannot be named: ${dn("DC2")} has no dNSHostName, or this account cannot see it`,
        source,
      });
      const { named } = readControllers([], [contoso], nothingReadable, source);
      assert.equal(
        named.known || named.why,
        "this account cannot see any domain controller, and every forest has one",
      );
      const sites = readSites([], source);
      assert.equal(sites.known || sites.why, "this account cannot see any site, and every forest has one");
    });
  });

  it("are told from what replication conflicts have left of them, which may hold a role", () => {
    const copy = `DC1\\0ACNF:${guid}`;
    const found = readControllers(
      [
        serverEntry(copy, "Hub", "dc1.contoso.com"),
        settings(copy, "Hub", { options: "1" }),
        serverEntry("DC1", "Hub", "dc1.contoso.com"),
        settings("DC1", "Hub"),
        serverEntry("DC3", `Hub\\0ACNF:${guid}`, "dc3.contoso.com"),
        settings("DC3", `Hub\\0ACNF:${guid}`),
      ],
      [contoso],
      nothingReadable,
      source,
    );
    assert.ok(found.named.known);
    assert.deepEqual(found.unread, []);
    assert.deepEqual(
      found.named.value.map(({ name, site, globalCatalog }) => [name, site, globalCatalog]),
      [
        ["dc1.contoso.com", "Hub", false],
        ["dc3.contoso.com", `Hub CNF:${guid}`, false],
      ],
    );
    const owner = readRoleOwner(
      `CN=NTDS Settings,CN=${copy},CN=Servers,CN=Hub,CN=Sites,${configuration}`,
      found,
      source,
    );
    assert.equal(owner.known && owner.value.name, "dc1.contoso.com");
    const site = (cn: string): Entry => ({ dn: `CN=${cn},CN=Sites,${configuration}`, objectClass: ["site"] });
    const sites = readSites([site("Hub"), site(`Hub\\0ACNF:${guid}`)], source);
    assert.deepEqual(sites.known && sites.value, ["Hub"]);
  });

  it("hold a role, or it is said why none does", () => {
    const found = readControllers(
      [
        serverEntry("DC1", "Hub", "dc1.contoso.com"),
        settings("DC1", "Hub"),
        serverEntry("DC2", "Hub", []),
        settings("DC2", "Hub"),
      ],
      [contoso],
      nothingReadable,
      source,
    );
    const owner = (name: string | null): unknown => {
      const fact = readRoleOwner(name, found, source);
      return fact.known ? fact.value : fact.why;
    };
    assert.deepEqual(owner(`cn=ntds settings,cn=dc1,cn=servers,cn=hub,cn=sites,${configuration}`), {
      name: "dc1.contoso.com",
      domain: "contoso.com",
      site: "Hub",
      globalCatalog: false,
    });
    const dc2 = `CN=DC2,CN=Servers,CN=Hub,CN=Sites,${configuration}`;
    assert.equal(
      owner(`CN=NTDS Settings,${dc2}`),
      `the role belongs to CN=NTDS Settings,${dc2}, and a domain controller cannot be named: ${dc2} has no dNSHostName, ` +
        "or this account cannot see it",
    );
    assert.equal(owner(null), "this account cannot see fSMORoleOwner");
    assert.equal(
      owner(
        `CN=NTDS Settings\\0ADEL:${guid},CN=OLD\\0ADEL:${guid},CN=Servers,CN=Hub,CN=Sites,${configuration}`,
      ),
      "the role belongs to a domain controller that has been deleted; seize the schema master role on a live one",
    );
    const gone = `CN=NTDS Settings,CN=DC9,CN=Servers,CN=Hub,CN=Sites,${configuration}`;
    assert.equal(
      owner(gone),
      `the role belongs to ${gone}, which is not among the writable domain controllers`,
    );
  });
});

describe("levels", () => {
  const meso = "CN=Microsoft Exchange System Objects";

  it("of an object that is not there are null, of one that hides them unknown", () => {
    assert.deepEqual(readSchemaVersion(undefined, source), { known: true, value: null, source });
    assert.deepEqual(readSchemaVersion({ dn: "CN=ms-Exch-Schema-Version-Pt", rangeUpper: [] }, source), {
      known: false,
      why: "this account cannot see rangeUpper of CN=ms-Exch-Schema-Version-Pt, which is always set; let it read the object",
      source,
    });
  });

  it("of a domain with a conflict copy are unknown", () => {
    const entries: readonly Entry[] = [
      { dn: `${meso},${contoso.dn}`, objectVersion: "10628" },
      { dn: `${meso}\\0ACNF:${guid},${contoso.dn}`, objectVersion: "11221" },
    ];
    assert.deepEqual(readDomainLevel(entries, source), {
      known: false,
      why: `the domain holds 2 containers named Microsoft Exchange System Objects, left by a replication conflict: ${meso},${contoso.dn}; ${meso}\\0ACNF:${guid},${contoso.dn}; move what is needed into one and delete the others`,
      source,
    });
    const [, conflict] = entries;
    assert.ok(conflict);
    assert.deepEqual(readDomainLevel([conflict], source), { known: true, value: 11221, source });
  });

  it("are not taken from an object with a similar name", () => {
    assert.deepEqual(readDomainLevel([{ dn: `${meso} Old,${contoso.dn}`, objectVersion: "1" }], source), {
      known: true,
      value: null,
      source,
    });
  });

  it("of two organizations are unknown", () => {
    const entries: readonly Entry[] = [
      { dn: "CN=First,CN=Microsoft Exchange", objectVersion: "10666" },
      { dn: "CN=Second,CN=Microsoft Exchange", objectVersion: "11221" },
    ];
    assert.deepEqual(readOrganization(entries, source), {
      known: false,
      why: "a forest holds one Exchange organization, and this one shows 2: CN=First,CN=Microsoft Exchange; CN=Second,CN=Microsoft Exchange",
      source,
    });
    const copy = { dn: `CN=First\\0ACNF:${guid},CN=Microsoft Exchange`, objectVersion: "10666" };
    assert.deepEqual(readOrganization([...entries.slice(0, 1), copy], source), {
      known: false,
      why: `a forest holds one Exchange organization, and this one shows 2: CN=First,CN=Microsoft Exchange; ${copy.dn}; delete what conflicts have left: ${copy.dn}`,
      source,
    });
  });
});

describe("servers", () => {
  const groups = "CN=Administrative Groups,CN=Contoso,CN=Microsoft Exchange";
  const below = `CN=Servers,CN=Group,${groups}`;
  const read = (...entries: readonly Entry[]) => {
    const { servers, setAside } = readServers(entries, source);
    assert.ok(servers.known && setAside.known);
    return { servers: servers.value, setAside: setAside.value };
  };
  const named = (...entries: readonly Entry[]) => read(...entries).servers.map(({ name }) => name);

  it("before 2007 have no roles, and may lack everything else", () => {
    const { servers } = read(
      {
        dn: `CN=OLD,${below}`,
        serialNumber: "Version 6.5 (Build 7638.2: Service Pack 2)",
        networkAddress: ["netbios:OLD", "ncacn_ip_tcp:OLD.contoso.com."],
        msExchCurrentServerRoles: [],
        msExchServerSite: [],
        whenCreated: "20050301101112.0Z",
      },
      {
        dn: `CN=NUMBER,${below}`,
        serialNumber: "Version 8.1",
        versionNumber: "1912701168",
        networkAddress: [],
        whenCreated: "yesterday",
      },
      {
        dn: `CN=EMPTY,${below}`,
        versionNumber: "7638",
        networkAddress: ["netbios:EMPTY", "ncacn_ip_tcp:"],
        serialNumber: "?",
      },
    );
    const nothing = { fqdn: null, roles: null, site: null, created: null };
    assert.deepEqual(servers, [
      { dn: `CN=EMPTY,${below}`, name: "EMPTY", ...nothing, build: null, serialNumber: "?" },
      {
        dn: `CN=NUMBER,${below}`,
        name: "NUMBER",
        ...nothing,
        build: { major: 8, minor: 1, build: 240, revision: 6 },
        serialNumber: "Version 8.1",
      },
      {
        dn: `CN=OLD,${below}`,
        name: "OLD",
        ...nothing,
        fqdn: "old.contoso.com",
        build: { major: 6, minor: 5, build: 7638, revision: 2 },
        serialNumber: "Version 6.5 (Build 7638.2: Service Pack 2)",
        created: "2005-03-01T10:11:12Z",
      },
    ]);
  });

  it("below a name that begins or ends with a blank, or has any other character, are servers", () => {
    for (const name of [
      "Contoso\\ ",
      "\\ Contoso",
      'Berlin\\, HQ \\"A\\"\\+\\ ',
      "A/B",
      "x\\\\",
      "\\#1 Z\u00fcrich",
    ]) {
      const dn = `CN=EX1,CN=Servers,CN=${name},CN=Administrative Groups,CN=${name},CN=Microsoft Exchange`;
      assert.deepEqual(
        read({ dn }).servers.map((each) => each.dn),
        [dn],
      );
    }
  });

  it("whose serialNumber has values that differ have the build that versionNumber tells, or none", () => {
    const values = ["Version 8.1 (Build 30240.6)", "Version 8.0 (Build 30685.24)"];
    const of = (serialNumber: string[], versionNumber: string | []) => {
      const [found] = read({ dn: `CN=X,${below}`, serialNumber, versionNumber }).servers;
      return [found?.build, found?.serialNumber];
    };
    const both = "Version 8.0 (Build 30685.24); Version 8.1 (Build 30240.6)";
    const sp1 = { major: 8, minor: 1, build: 240, revision: 6 };
    assert.deepEqual(of(values, []), [null, both]);
    assert.deepEqual(of([...values].reverse(), []), [null, both]);
    assert.deepEqual(of(values, "1912701168"), [sp1, both]);
    assert.deepEqual(of([values[0] ?? "", values[0] ?? ""], []), [sp1, values[0]]);
  });

  it("are clustered by the storage or the nodes that they name, in 2007 alone", () => {
    const clusteredOf = (entry: object): unknown =>
      read({ dn: `CN=X,${below}`, serialNumber: "Version 8.0 (Build 30685.24)", ...entry }).servers[0]
        ?.clustered;
    const nodes = ["NODE2", "NODE1"];
    assert.equal(clusteredOf({}), undefined);
    assert.equal(
      clusteredOf({ msExchClusterStorageType: "0", msExchServerRedundantMachines: [] }),
      undefined,
    );
    assert.deepEqual(clusteredOf({ msExchClusterStorageType: "1", msExchServerRedundantMachines: nodes }), {
      storage: 1,
      nodes: ["NODE1", "NODE2"],
    });
    assert.deepEqual(clusteredOf({ msExchClusterStorageType: "2" }), { storage: 2, nodes: [] });
    assert.deepEqual(clusteredOf({ msExchServerRedundantMachines: nodes }), {
      storage: null,
      nodes: ["NODE1", "NODE2"],
    });
    const of2010 = { serialNumber: "Version 14.1 (Build 30218.15)", msExchServerRedundantMachines: nodes };
    assert.equal(clusteredOf(of2010), undefined);
  });

  it("have the roles whose bits are set", () => {
    const rolesOf = (bits: number): unknown =>
      read({ dn: `CN=X,${below}`, msExchCurrentServerRoles: String(bits) }).servers[0]?.roles;
    assert.deepEqual(rolesOf(0), []);
    assert.deepEqual(rolesOf(2), ["Mailbox"]);
    assert.deepEqual(rolesOf(4), ["Client Access"]);
    assert.deepEqual(rolesOf(16), ["Unified Messaging"]);
    assert.deepEqual(rolesOf(32), ["Hub Transport"]);
    assert.deepEqual(rolesOf(64), ["Edge Transport"]);
    assert.deepEqual(rolesOf(54), ["Client Access", "Hub Transport", "Mailbox", "Unified Messaging"]);
  });

  it("are no copies that replication conflicts have left, of them or of what they lie in", () => {
    const networkAddress = "ncacn_ip_tcp:mbx1.contoso.com";
    const { servers, setAside } = read(
      { dn: `CN=MBX1,${below}`, networkAddress },
      { dn: `CN=MBX1\\0ACNF:${guid},${below}`, networkAddress, whenCreated: "20190301101112.0Z" },
      // Sent as it is, without the escape.
      { dn: `CN=MBX2\nCNF:${guid},${below}`, networkAddress: [] },
      { dn: `CN=MBX3,CN=Servers,CN=Group\\0ACNF:${guid},${groups}`, networkAddress: [] },
      { dn: `CN=MBX4,CN=Servers\\0ACNF:${guid},CN=Group,${groups}`, networkAddress: [] },
    );
    assert.deepEqual(
      servers.map(({ dn }) => dn),
      [`CN=MBX1,${below}`],
    );
    const copy = { kind: "conflict copy", fqdn: null, created: null };
    assert.deepEqual(setAside, [
      {
        ...copy,
        dn: `CN=MBX1\\0ACNF:${guid},${below}`,
        name: "MBX1",
        fqdn: "mbx1.contoso.com",
        created: "2019-03-01T10:11:12Z",
      },
      { ...copy, dn: `CN=MBX2\\0ACNF:${guid},${below}`, name: "MBX2" },
      { ...copy, dn: `CN=MBX3,CN=Servers,CN=Group\\0ACNF:${guid},${groups}`, name: "MBX3" },
      { ...copy, dn: `CN=MBX4,CN=Servers\\0ACNF:${guid},CN=Group,${groups}`, name: "MBX4" },
    ]);
  });

  it("are no transport services of 2013 and later, no arrays and nothing that lies elsewhere", () => {
    const chain = ["top", "server", "msExchExchangeServer"];
    assert.deepEqual(
      read(
        { dn: `CN=MBX1,${below}`, objectClass: chain },
        { dn: `CN=Frontend,CN=MBX1,${below}`, objectClass: [...chain, "msExchExchangeTransportServer"] },
        { dn: `CN=Mailbox,CN=MBX1,${below}`, objectClass: [...chain, "msExchExchangeTransportServer"] },
        {
          dn: `CN=array1,CN=Arrays,CN=Group,${groups}`,
          objectClass: [...chain, "msExchClientAccessArray"],
        },
        { dn: `CN=LOST,CN=Group,${groups}`, objectClass: chain },
      ),
      { servers: read({ dn: `CN=MBX1,${below}`, objectClass: chain }).servers, setAside: [] },
    );
  });

  it("are none that were made ahead, as long as no role is on them", () => {
    const provisioned = (bits: number): Entry => ({
      dn: `CN=NEW,${below}`,
      msExchCurrentServerRoles: String(bits),
    });
    assert.deepEqual(named(provisioned(4096)), []);
    assert.deepEqual(read(provisioned(4096)).setAside, [
      { kind: "provisioned", dn: `CN=NEW,${below}`, name: "NEW", fqdn: null, created: null },
    ]);
    assert.deepEqual(named(provisioned(4096 + 2)), ["NEW"]);
    // A Client Access server of 2013 has roles that are not judged here.
    assert.deepEqual(named(provisioned(16385)), ["NEW"]);
  });
});

describe("database availability groups", () => {
  const below = "CN=Servers,CN=Group,CN=Administrative Groups,CN=Contoso";
  const dag = (name: string) => `CN=${name},CN=Database Availability Groups,CN=Group`;
  const group = (name: string, ...members: readonly string[]): Entry => ({
    dn: dag(name),
    objectClass: ["top", "msExchMDBAvailabilityGroup"],
    msExchMDBAvailabilityGroupBL: [...members],
  });
  const server = (name: string, link?: string): Entry => ({
    dn: `CN=${name},${below}`,
    objectClass: ["top", "server", "msExchExchangeServer"],
    ...(link === undefined ? {} : { msExchMDBAvailabilityGroupLink: link }),
  });
  const read = (...entries: readonly Entry[]) =>
    readAvailabilityGroups(entries, nothingReadable).map(({ name, members, unseen }) => ({
      name,
      members: members.map((dn) => dn.replace(`,${below}`, "")),
      unseen,
    }));

  it("have members by their list and by the servers' links, each once and in one order", () => {
    const all = [
      server("B", dag("DAG1").toLowerCase()),
      server("A"),
      server("C"),
      group("DAG1", `cn=a,${below.replaceAll(",", ", ")}`, `CN=Z,${below}`),
    ];
    const expected = [{ name: "DAG1", members: ["CN=A", "CN=B", "CN=Z"], unseen: null }];
    assert.deepEqual(read(...all), expected);
    assert.deepEqual(read(...[...all].reverse()), expected);
  });

  it("are no servers, and a server in none is none's", () => {
    assert.deepEqual(readServers([group("DAG1"), server("A")], "here").servers, {
      ...readServers([server("A")], "here").servers,
    });
    assert.deepEqual(read(server("A")), []);
  });

  it("do not have what deletion and replication conflicts have left", () => {
    const copy = `CN=A\\0ACNF:0b1f63a4-5f0e-4c53-9d0d-6f2f5f0e7c11,${below}`;
    const deleted = "CN=B\\0ADEL:0b1f63a4-5f0e-4c53-9d0d-6f2f5f0e7c11,CN=Deleted Objects,CN=Configuration";
    assert.deepEqual(
      read(
        { ...server("A", dag("DAG1")), dn: copy },
        server("C", deleted),
        group("DAG1", copy, deleted, `CN=C,${below}`),
      ),
      [{ name: "DAG1", members: ["CN=C"], unseen: null }],
    );
  });

  it("list nobody where they have nobody or hide it, and it is said which", () => {
    assert.deepEqual(read(group("DAG1")), [
      {
        name: "DAG1",
        members: [],
        unseen: `${dag("DAG1")} has no msExchMDBAvailabilityGroupBL, or this account cannot see it`,
      },
    ]);
    const readable = new Map([[dnKey(dag("DAG1")), dag("DAG1")]]);
    assert.equal(readAvailabilityGroups([group("DAG1")], readable)[0]?.unseen, null);
  });
});

describe("account names", () => {
  it("have three forms", () => {
    assert.deepEqual(parseAccountName("CONTOSO\\o'brien"), {
      form: "domain",
      domain: "CONTOSO",
      name: "o'brien",
    });
    assert.deepEqual(parseAccountName("a@b@Contoso.COM"), {
      form: "principal",
      name: "a@b",
      suffix: "contoso.com",
    });
    assert.deepEqual(parseAccountName("s-1-5-21-1-2-3-500"), { form: "sid", sid: "S-1-5-21-1-2-3-500" });
    for (const none of [
      "",
      "reader",
      "\\reader",
      "CONTOSO\\",
      "A\\B\\c",
      "@contoso.com",
      "reader@",
      "S-1-5-x",
      "A\\b@c\\d",
    ]) {
      assert.equal(parseAccountName(none), null, none);
    }
  });
});

describe("accounts", () => {
  const sid = "S-1-5-21-1-2-3-1104";
  const whole = {
    dn: "CN=x",
    sAMAccountName: "x",
    objectSid: sidToBytes(sid),
    tokenGroups: [sidToBytes("S-1-5-32-545"), sidToBytes("S-1-5-21-1-2-3-513")],
  };

  it("have a name with their domain, and sorted groups", () => {
    assert.deepEqual(readAccount(whole, contoso, source), {
      known: true,
      value: {
        sid,
        name: "CONTOSO\\x",
        domain: "contoso.com",
        groups: ["S-1-5-21-1-2-3-513", "S-1-5-32-545"],
      },
      source,
    });
  });

  it("whose groups cannot be seen are unknown, not without groups", () => {
    assert.deepEqual(readAccount({ ...whole, tokenGroups: [] }, contoso, source), {
      known: false,
      why: "the reading account cannot see tokenGroups of CN=x; make it a member of Windows Authorization Access Group",
      source,
    });
  });
});

describe("Exchange Organization Administrators", () => {
  it("are found by GUID among otherWellKnownObjects", () => {
    const group =
      "CN=Exchange Organization Administrators,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com";
    const other = "B:32:A7D2016C83F003458132789EEB127B84:CN=Exchange Servers,DC=contoso,DC=com";
    assert.equal(
      readRegisteredGroup(
        [other, `B:32:c262a929d691b74a9e068728f8f842ea:${group}`],
        "organizationAdministrators",
      ),
      group,
    );
    assert.equal(readRegisteredGroup([other], "organizationAdministrators"), null);
    const delegated = "CN=Delegated Setup,DC=contoso,DC=com";
    const both = [other, `B:32:D1281926D1F55B44866D1D6B5BD87A09:${delegated}`];
    assert.equal(readRegisteredGroup(both, "delegatedSetup"), delegated);
    assert.equal(readRegisteredGroup(both, "organizationAdministrators"), null);
  });
});

describe("registered groups", () => {
  const guid = "C262A929D691B74A9E068728F8F842EA";
  const live = "CN=Admins,OU=Groups,DC=contoso,DC=com";
  const deleted = "CN=Old\\0ADEL:6c01d2a7-f083-4503-8132-789eeb127b84,CN=Deleted Objects,DC=contoso,DC=com";
  const read = (...dns: readonly string[]) =>
    readRegisteredGroup(
      dns.map((dn) => `B:32:${guid}:${dn}`),
      "organizationAdministrators",
    );

  it("are found where another container's entry is of a group that was deleted", () => {
    assert.equal(read(deleted, live), live);
    assert.equal(read(live, deleted), live);
  });

  it("are none where every entry is of a deleted group, or of another group", () => {
    assert.equal(read(deleted), null);
    assert.equal(readRegisteredGroup([`B:32:${"0".repeat(32)}:${live}`], "delegatedSetup"), null);
  });
});
