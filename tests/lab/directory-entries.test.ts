import assert from "node:assert/strict";
import fc from "fast-check";
import { contoso } from "../../lab/contoso";
import {
  DirectoryStore,
  directoryEntries,
  directoryNames,
  domainSid,
  type Entry,
  nestedGroups,
  principalsOf,
  sidToBytes,
  sidToText,
} from "../../lab/directory";
import { dnKey, parentDn, parseDn, rdn } from "../../lab/directory/dn";
import { decodeVersionNumber, findRelease, parseSerialNumber } from "../../lib/releases";

const names = directoryNames(contoso);
const contexts = directoryEntries(contoso);

function entry(dn: string): Entry {
  const found = contexts.flatMap(({ entries }) => entries).find((each) => dnKey(each.dn) === dnKey(dn));
  assert.ok(found, `${dn} is missing`);
  return found;
}

function value(dn: string, attribute: string): string | Buffer | undefined {
  return entry(dn).attributes[attribute]?.[0];
}

describe("the entries of contoso", () => {
  it("lie in the schema, the configuration and both domains", () => {
    assert.deepEqual(
      contexts.map(({ dn, kind, dnsRoot }) => [dn, kind, dnsRoot]),
      [
        ["CN=Schema,CN=Configuration,DC=contoso,DC=com", "schema", "contoso.com"],
        ["CN=Configuration,DC=contoso,DC=com", "configuration", "contoso.com"],
        ["DC=contoso,DC=com", "domain", "contoso.com"],
        ["DC=emea,DC=contoso,DC=com", "domain", "emea.contoso.com"],
      ],
    );
  });

  it("come after their parents, each once, and belong to their partition", () => {
    const store = new DirectoryStore(contexts);
    const seen = new Set<string>();
    for (const context of contexts) {
      for (const { dn } of context.entries) {
        assert.equal(store.contextOf(dn), context, dn);
        assert.ok(!seen.has(dnKey(dn)), `${dn} is there twice`);
        const isHead = dnKey(dn) === dnKey(context.dn);
        assert.ok(isHead || seen.has(dnKey(parentDn(dn) ?? "")), `${dn} comes before its parent`);
        seen.add(dnKey(dn));
      }
    }
  });

  it("show the three levels of 2007 RTM", () => {
    assert.equal(value(names.schemaVersion, "rangeUpper"), "10637");
    assert.equal(value(names.organization, "objectVersion"), "10666");
    for (const { name } of contoso.domains)
      assert.equal(value(names.systemObjects(name), "objectVersion"), "10628");
  });

  it("point from the schema to the schema master's NTDS Settings, and from there to its site", () => {
    const settings =
      "CN=NTDS Settings,CN=DC1,CN=Servers,CN=Operations,CN=Sites,CN=Configuration,DC=contoso,DC=com";
    assert.equal(value(names.schema, "fSMORoleOwner"), settings);
    assert.deepEqual(entry(settings).attributes.objectClass, ["top", "applicationSettings", "nTDSDSA"]);
    const server = parentDn(settings) ?? "";
    assert.equal(value(server, "dNSHostName"), "dc1.contoso.com");
    assert.equal(value(server, "serverReference"), "CN=DC1,OU=Domain Controllers,DC=contoso,DC=com");
  });

  it("hold a domain controller's partitions in its NTDS Settings", () => {
    const settings = names.settings({ name: "emea-dc1.emea.contoso.com", site: "Dublin" });
    const partitions = ["DC=emea,DC=contoso,DC=com", names.configuration, names.schema];
    assert.deepEqual(entry(settings).attributes.hasMasterNCs, partitions);
    assert.deepEqual(entry(settings).attributes["msDS-HasMasterNCs"], partitions);
  });

  it("tell domains from other partitions by systemFlags", () => {
    const crossRefs = contexts
      .flatMap(({ entries }) => entries)
      .filter(({ attributes }) => attributes.objectClass?.at(-1) === "crossRef")
      .map(({ attributes }) => [
        attributes.nCName?.[0],
        attributes.systemFlags?.[0],
        attributes.nETBIOSName?.[0],
      ]);
    assert.deepEqual(crossRefs, [
      ["CN=Configuration,DC=contoso,DC=com", "1", undefined],
      ["CN=Schema,CN=Configuration,DC=contoso,DC=com", "1", undefined],
      ["DC=contoso,DC=com", "3", "CONTOSO"],
      ["DC=emea,DC=contoso,DC=com", "3", "EMEA"],
      ["DC=ForestDnsZones,DC=contoso,DC=com", "5", undefined],
    ]);
  });

  it("have the seven servers of the domains, not the unsubscribed Edge server and not the management tools", () => {
    const servers = contexts
      .flatMap(({ entries }) => entries)
      .filter(({ attributes }) => attributes.objectClass?.at(-1) === "msExchExchangeServer")
      .map(({ attributes }) => `${attributes.cn?.[0]} ${attributes.msExchCurrentServerRoles?.[0]}`);
    assert.deepEqual(servers, [
      "CAS-LON 4",
      "CAS-NYC 4",
      "CAS-DUB 4",
      "HUB-LON 32",
      "UM-LON 16",
      "MBX-LON 2",
      "MBX-DUB 2",
    ]);
  });

  it("give a server its version, site and name in the forms that Exchange writes", () => {
    const dn = names.server("mbx-dub.emea.contoso.com");
    assert.equal(value(dn, "serialNumber"), "Version 8.0 (Build 30685.24)");
    assert.deepEqual(parseSerialNumber(String(value(dn, "serialNumber"))), {
      major: 8,
      minor: 0,
      build: 685,
      revision: 24,
    });
    assert.equal(value(dn, "versionNumber"), "1912636077");
    assert.deepEqual(decodeVersionNumber(1912636077), { major: 8, minor: 0, build: 685 });
    assert.equal(value(dn, "msExchServerSite"), "CN=Dublin,CN=Sites,CN=Configuration,DC=contoso,DC=com");
    assert.ok(
      entry(dn).attributes.networkAddress?.some((each) => each === "ncacn_ip_tcp:mbx-dub.emea.contoso.com"),
    );
  });

  it("show which Client Access servers face the Internet", () => {
    const owa = (fqdn: string): string =>
      `CN=owa (Default Web Site),CN=HTTP,CN=Protocols,${names.server(fqdn)}`;
    const external = (fqdn: string): string | Buffer | undefined =>
      value(owa(fqdn), "msExchExternalHostName");
    assert.equal(external("cas-lon.contoso.com"), "https://mail.contoso.com/owa");
    assert.equal(external("cas-nyc.contoso.com"), "https://us.mail.contoso.com/owa");
    assert.equal(external("cas-dub.emea.contoso.com"), undefined);
    assert.equal(
      value(owa("cas-dub.emea.contoso.com"), "msExchInternalHostName"),
      "https://cas-dub.emea.contoso.com/owa",
    );
  });

  it("find the Exchange groups by otherWellKnownObjects, all of them in the root domain", () => {
    const known = entry(names.exchange).attributes.otherWellKnownObjects ?? [];
    assert.equal(
      known[0],
      "B:32:C262A929D691B74A9E068728F8F842EA:CN=Exchange Organization Administrators,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com",
    );
    for (const each of known) entry(String(each).replace(/^B:32:[0-9A-F]{32}:/, ""));
    assert.equal(known.length, 5);
  });

  it("gain the public folder administrators with SP1", () => {
    const [, configuration] = directoryEntries({ ...contoso, release: "2007 SP1" });
    const exchange = configuration?.entries.find(({ dn }) => dn === names.exchange);
    assert.equal(exchange?.attributes.otherWellKnownObjects?.length, 6);
  });

  it("follow the release that the organization starts with", () => {
    const organization = {
      ...contoso,
      release: "2019 CU15",
      groups: [],
      accounts: [],
      computers: contoso.computers.map((computer) => ({
        ...computer,
        release: "2019 CU15",
        roles: computer.site === null || computer.roles.length === 0 ? [] : ["Mailbox" as const],
        serverAdministrators: [],
      })),
    };
    const all = directoryEntries(organization).flatMap(({ entries }) => entries);
    const find = (dn: string): Entry | undefined => all.find((each) => each.dn === dn);
    const release = findRelease("2019 CU15");
    assert.equal(find(names.schemaVersion)?.attributes.rangeUpper?.[0], String(release?.schema));
    assert.equal(
      find(names.server("cas-lon.contoso.com"))?.attributes.serialNumber?.[0],
      "Version 15.2 (Build 31748.10)",
    );
    assert.ok(find(`CN=Organization Management,${names.securityGroups}`));
  });
});

describe("contoso's data that cannot be", () => {
  const cases: readonly [string, Parameters<typeof directoryEntries>[0], string][] = [
    [
      "an unknown release",
      { ...contoso, release: "2007 SP9" },
      'the release "2007 SP9" of the organization is not in the release table; write it as the table does, e.g. "2007 RTM"',
    ],
    [
      "a schema master that is no domain controller",
      { ...contoso, schemaMaster: "dc9.contoso.com" },
      'the organization\'s schema master "dc9.contoso.com" is none of its domain controllers; name one of dc1.contoso.com, dc2.contoso.com, dc3.contoso.com, emea-dc1.emea.contoso.com',
    ],
    [
      "an account of no domain",
      { ...contoso, accounts: [{ name: "x", domain: "asia.contoso.com", password: "p", memberOf: [] }] },
      '"asia.contoso.com" is not a domain of the organization; add it to "domains"',
    ],
    [
      "a membership in no group",
      {
        ...contoso,
        accounts: [{ name: "x", domain: "contoso.com", password: "p", memberOf: ["CONTOSO\\Nobody"] }],
      },
      'CONTOSO\\x is to be a member of CONTOSO\\Nobody, which is no group of the organization; name a well-known group or add it to "groups"',
    ],
    [
      "a server that nobody known administers",
      {
        ...contoso,
        computers: contoso.computers.map((each) => ({ ...each, serverAdministrators: ["CONTOSO\\Nobody"] })),
      },
      "cas-lon.contoso.com is to be administered by CONTOSO\\Nobody, which is no account or group of the organization; add it",
    ],
    [
      "a server in no site",
      { ...contoso, sites: contoso.sites.filter((site) => site !== "NewYork") },
      'cas-nyc.contoso.com is in the site "NewYork", which the organization lacks; add it to "sites"',
    ],
  ];
  for (const [what, organization, message] of cases) {
    it(`is refused: ${what}`, () => {
      assert.throws(() => directoryEntries(organization), { message });
    });
  }
});

describe("the principals of contoso", () => {
  const principals = principalsOf(contoso);
  const groupsOf = (name: string, domain?: string): string[] =>
    nestedGroups(principals, name, domain)
      .map((group) => group.name)
      .sort();

  it("have nested groups", () => {
    assert.deepEqual(groupsOf("CONTOSO\\exadmin"), [
      "CONTOSO\\Domain Users",
      "CONTOSO\\Exchange Change Team",
      "CONTOSO\\Exchange Organization Administrators",
      "CONTOSO\\Users",
    ]);
    assert.deepEqual(groupsOf("CONTOSO\\prep"), [
      "CONTOSO\\Administrators",
      "CONTOSO\\Domain Users",
      "CONTOSO\\Enterprise Admins",
      "CONTOSO\\Forest Preparation",
      "CONTOSO\\Schema Admins",
      "CONTOSO\\Users",
    ]);
  });

  it("lose the domain local groups of other domains, and gain those of the domain asked for", () => {
    assert.deepEqual(groupsOf("CONTOSO\\prep", "emea.contoso.com"), [
      "CONTOSO\\Domain Users",
      "CONTOSO\\Enterprise Admins",
      "CONTOSO\\Forest Preparation",
      "CONTOSO\\Schema Admins",
      "EMEA\\Administrators",
    ]);
  });

  it("have the well-known RIDs below their domain's SID", () => {
    const sid = (name: string): string | undefined => principals.find((each) => each.name === name)?.sid;
    assert.equal(sid("CONTOSO\\Schema Admins"), `${domainSid("contoso.com")}-518`);
    assert.equal(sid("CONTOSO\\Enterprise Admins"), `${domainSid("contoso.com")}-519`);
    assert.equal(sid("EMEA\\Domain Admins"), `${domainSid("emea.contoso.com")}-512`);
    assert.equal(sid("EMEA\\Schema Admins"), undefined);
    assert.equal(sid("EMEA\\Administrators"), "S-1-5-32-544");
  });

  it("have SIDs of their own", () => {
    const own = principals.filter(({ sid }) => !sid.startsWith("S-1-5-32-")).map(({ sid }) => sid);
    assert.equal(new Set(own).size, own.length);
  });
});

describe("security identifiers of the lab", () => {
  it("have the octets that Active Directory stores", () => {
    const sid = "S-1-5-21-2127521184-1604012920-1887927527-72713";
    const hex = "010500000000000515000000a065cf7e784b9b5fe77c8770091c0100";
    assert.equal(sidToBytes(sid).toString("hex"), hex);
    assert.equal(sidToText(Buffer.from(hex, "hex")), sid);
  });

  it("come back from their octets", () => {
    const part = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 15 }), (parts) => {
        const sid = ["S-1-5", ...parts].join("-");
        assert.equal(sidToText(sidToBytes(sid)), sid);
      }),
    );
  });

  it("are refused when they are none", () => {
    assert.throws(() => sidToBytes("S-1-5-4294967296"), {
      message: '"S-1-5-4294967296" is not a security identifier',
    });
    assert.throws(() => sidToText(Buffer.from("0101", "hex")), {
      message: "0101 is not a security identifier",
    });
  });
});

describe("distinguished names of the lab", () => {
  it("are equal whatever their case, spacing and kind of escape", () => {
    assert.equal(dnKey("cn=Smith\\, Ann , DC=Contoso,dc=com"), dnKey("CN=smith\\2C ann,DC=contoso,DC=COM"));
    assert.equal(dnKey("CN=K\\C3\\B6ln,DC=x"), dnKey("cn=köln,dc=x"));
    assert.notEqual(dnKey("CN=a\\ ,DC=x"), dnKey("CN=a,DC=x"));
  });

  it("keep any value", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: "binary" }),
        fc.string({ minLength: 1 }),
        (first, second) => {
          const dn = `${rdn("CN", first)},${rdn("OU", second)}`;
          assert.deepEqual(parseDn(dn), [
            { type: "CN", value: first },
            { type: "OU", value: second },
          ]);
          assert.equal(dnKey(parentDn(dn) ?? ""), dnKey(rdn("OU", second)));
        },
      ),
    );
  });

  it("are refused without a type or a value", () => {
    for (const dn of ["contoso", "CN=", "=x", "CN=a,,DC=x"]) {
      assert.throws(() => parseDn(dn), { message: `"${dn}" is not a distinguished name` });
    }
  });
});
