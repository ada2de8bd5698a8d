/** How entries become the facts that the system requirements and the order of servers rest on. */
import assert from "node:assert/strict";
import type { Entry } from "ldapts";
import {
  readExternalUrls,
  readServerAccess,
  readVirtualDirectories,
  withoutVirtualDirectories,
} from "../../lib/directory/exchange";
import { nothingReadable } from "../../lib/directory/readable";
import { readDomainFunctionalLevel, readForestLevel, readWindows } from "../../lib/directory/requirements";
import { readControllers } from "../../lib/directory/topology";
import type { ExchangeServerFacts, Fact } from "../../lib/facts";
import { parseBuild } from "../../lib/releases";

const configuration = "CN=Configuration,DC=contoso,DC=com";
const source = "here";

/** Value of a known fact, the reason of an unknown one. */
function told<T>(fact: Fact<T>): T | string {
  return fact.known ? fact.value : fact.why;
}

describe("functional levels", () => {
  const container = (more: Omit<Entry, "dn">): Entry => ({
    dn: `CN=Partitions,${configuration}`,
    objectClass: ["top", "crossRefContainer"],
    fSMORoleOwner: [],
    "msDS-Behavior-Version": [],
    ...more,
  });
  const crossRef: Entry = {
    dn: `CN=CONTOSO,CN=Partitions,${configuration}`,
    objectClass: ["top", "crossRef"],
    "msDS-Behavior-Version": "5",
  };

  it("of a forest are those of the container, and Windows 2000 where the attribute is absent", () => {
    assert.deepEqual(readForestLevel([crossRef, container({ "msDS-Behavior-Version": "2" })], source), {
      known: true,
      value: 2,
      source,
    });
    assert.equal(told(readForestLevel([container({ fSMORoleOwner: "CN=NTDS Settings" })], source)), 0);
  });

  it("of a forest whose container shows nothing are unknown", () => {
    const why = "this account cannot see msDS-Behavior-Version of the container of the partitions";
    assert.deepEqual(readForestLevel([crossRef, container({})], source), { known: false, why, source });
    assert.equal(told(readForestLevel([crossRef], source)), why);
  });

  it("of a domain say whether it is mixed", () => {
    const level = (more: Omit<Entry, "dn">): unknown =>
      told(readDomainFunctionalLevel({ dn: "DC=contoso,DC=com", ...more }, source));
    assert.deepEqual(level({ "msDS-Behavior-Version": "2", nTMixedDomain: "0" }), { level: 2, mixed: false });
    assert.deepEqual(level({ "msDS-Behavior-Version": [], nTMixedDomain: "1" }), { level: 0, mixed: true });
  });

  it("of a domain whose head shows nothing are unknown", () => {
    const why =
      "this account cannot see nTMixedDomain of the domain, which is always set; let it read the object";
    const hidden: Entry = { dn: "DC=contoso,DC=com", "msDS-Behavior-Version": "2", nTMixedDomain: [] };
    assert.deepEqual(readDomainFunctionalLevel(hidden, source), { known: false, why, source });
    assert.equal(told(readDomainFunctionalLevel(undefined, source)), why);
  });
});

describe("global catalogs", () => {
  it("are the domain controllers whose options say so in bit 0", () => {
    const isCatalog = (options: string | []): unknown => {
      const server = `CN=DC1,CN=Servers,CN=Hub,CN=Sites,${configuration}`;
      const found = readControllers(
        [
          { dn: server, objectClass: ["top", "server"], dNSHostName: "dc1.contoso.com" },
          {
            dn: `CN=NTDS Settings,${server}`,
            objectClass: ["top", "nTDSDSA"],
            hasMasterNCs: "DC=contoso,DC=com",
            options,
          },
        ],
        [{ name: "contoso.com", dn: "DC=contoso,DC=com", netbios: "CONTOSO" }],
        nothingReadable,
        source,
      );
      return found.named.known && found.named.value[0]?.globalCatalog;
    };
    assert.equal(isCatalog("1"), true);
    assert.equal(isCatalog("5"), true);
    assert.equal(isCatalog("-1"), true);
    assert.equal(isCatalog("0"), false);
    assert.equal(isCatalog("4"), false);
    assert.equal(isCatalog([]), false);
  });
});

describe("Windows of a domain controller", () => {
  const name = "dc1.contoso.com";
  const windows = (version: string | [], servicePack: string | []): unknown =>
    told(
      readWindows(
        [
          { dn: "CN=DC2", dNSHostName: "dc2.contoso.com", operatingSystemVersion: "6.0 (6001)" },
          {
            dn: "CN=DC1",
            dNSHostName: "DC1.contoso.com",
            operatingSystemVersion: version,
            operatingSystemServicePack: servicePack,
          },
        ],
        name,
        source,
      ),
    );

  it("is read in every version's form", () => {
    const of = (major: number, minor: number, build: number, servicePack: number): unknown => ({
      major,
      minor,
      build,
      servicePack,
    });
    assert.deepEqual(windows("5.0 (2195)", "Service Pack 4"), of(5, 0, 2195, 4));
    assert.deepEqual(windows("5.2 (3790)", []), of(5, 2, 3790, 0));
    assert.deepEqual(windows("10.0 (14393)", []), of(10, 0, 14393, 0));
  });

  it("has its service pack's number, in whatever language", () => {
    for (const servicePack of [
      "Service Pack 2",
      "Servicepack 2",
      "サービス パック 2",
      "Service Pack 2, v.2825",
    ]) {
      assert.deepEqual(windows("5.2 (3790)", servicePack), {
        major: 5,
        minor: 2,
        build: 3790,
        servicePack: 2,
      });
    }
  });

  it("is null where its computer object does not say", () => {
    assert.equal(windows([], []), null);
    assert.equal(windows([], "Service Pack 2"), null);
  });

  it("is unknown where its computer object cannot be seen, or says something else than Windows does", () => {
    assert.deepEqual(readWindows([{ dn: "CN=DC1", dNSHostName: [] }], name, source), {
      known: false,
      why: "this account cannot see the computer object of dc1.contoso.com",
      source,
    });
    assert.equal(
      windows("4.17.12-Debian", []),
      'operatingSystemVersion of CN=DC1 is "4.17.12-Debian", which is no form that Windows writes',
    );
    assert.equal(
      windows("5.2 (3790)", "Service Pack"),
      'operatingSystemServicePack of CN=DC1 is "Service Pack", which is no form that Windows writes',
    );
  });
});

describe("external URLs", () => {
  const group = `CN=Group,CN=Administrative Groups,CN=Contoso,CN=Microsoft Exchange,CN=Services,${configuration}`;
  const dnOf = (name: string): string => `CN=${name},CN=Servers,${group}`;
  const guid = "6f1f1cde-3bd4-4d69-8b3c-0c0e6c6a1a11";
  const directory = (server: string, name: string, url: string | []): Entry => ({
    dn: `CN=${name},CN=HTTP,CN=Protocols,${dnOf(server)}`,
    msExchExternalHostName: url,
  });
  const server = (name: string, roles: ExchangeServerFacts["roles"]): ExchangeServerFacts => ({
    dn: dnOf(name),
    created: null,
    name,
    fqdn: null,
    roles,
    build: null,
    serialNumber: null,
    site: null,
  });
  it("belong to the server above them, each once and in order", () => {
    const entries = [
      directory("CAS1", "owa (Default Web Site)", "https://mail.contoso.com/owa"),
      directory("CAS1", "EWS (Default Web Site)", "https://mail.contoso.com/EWS/Exchange.asmx"),
      directory("CAS1", "owa (Second)", "https://mail.contoso.com/owa"),
      directory("CAS2", "owa (Default Web Site)", []),
      directory("A\\, B", "Servers", "https://b.contoso.com/owa"),
      { dn: `CN=Elsewhere,CN=Contoso,CN=Microsoft Exchange`, msExchExternalHostName: "https://x" },
      // What replication conflicts have left: of a virtual directory, and of a server with all that lies below it.
      directory("A\\, B", `owa\\0ACNF:${guid}`, "https://copy.contoso.com/owa"),
      directory(`CAS1\\0ACNF:${guid}`, "owa (Default Web Site)", "https://copy.contoso.com/owa"),
    ];
    assert.deepEqual(readExternalUrls(entries), {
      [dnOf("CAS1")]: ["https://mail.contoso.com/EWS/Exchange.asmx", "https://mail.contoso.com/owa"],
      [dnOf("A\\, B")]: ["https://b.contoso.com/owa"],
    });
    assert.deepEqual(
      readVirtualDirectories(entries).map((each) => [each.server, each.name]),
      [
        [dnOf("A\\, B"), "Servers"],
        [dnOf("CAS1"), "EWS (Default Web Site)"],
        [dnOf("CAS1"), "owa (Default Web Site)"],
        [dnOf("CAS1"), "owa (Second)"],
        [dnOf("CAS2"), "owa (Default Web Site)"],
      ],
    );
  });

  it("are none where virtual directories have none", () => {
    assert.deepEqual(readExternalUrls([directory("CAS1", "owa", [])]), {});
  });

  it("do not show of each Client Access server without a virtual directory, and of none that cannot be one", () => {
    const built = (name: string, text: string | null): ExchangeServerFacts => ({
      ...server(name, null),
      build: text === null ? null : (parseBuild(text) ?? null),
    });
    const all = [
      server("Cas1", ["Client Access"]),
      server("CAS2", ["Client Access", "Hub Transport"]),
      server("MBX1", ["Mailbox"]),
      built("OLD", "6.5.7638.2"),
      built("NEW", "8.0.685.25"),
      built("BARE", null),
    ];
    const bare = (entries: readonly Entry[]) =>
      withoutVirtualDirectories(entries, all).map(({ name }) => name);
    assert.deepEqual(bare([directory("CAS1", "owa", [])]), ["CAS2", "NEW", "BARE"]);
    assert.deepEqual(bare([]), ["Cas1", "CAS2", "NEW", "BARE"]);
  });
});

describe("permissions on servers", () => {
  it("leave out a server whose access control list did not come, or not whole", () => {
    const none = Buffer.from("0100048000000000000000000000000014000000", "hex");
    const empty = Buffer.concat([none, Buffer.from("0400080000000000", "hex")]);
    assert.deepEqual(
      readServerAccess([
        { dn: "CN=EMPTY,CN=Servers", nTSecurityDescriptor: empty },
        { dn: "CN=HIDDEN,CN=Servers", nTSecurityDescriptor: [] },
        { dn: "CN=CUT,CN=Servers", nTSecurityDescriptor: none },
      ]),
      { "CN=EMPTY,CN=Servers": [] },
    );
  });
});
