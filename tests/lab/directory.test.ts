import assert from "node:assert/strict";
import {
  AndFilter,
  type Client,
  EqualityFilter,
  type Filter,
  NotFilter,
  PresenceFilter,
  SubstringFilter,
} from "ldapts";
import { contoso } from "../../lab/contoso";
import {
  domainSid,
  type LabDirectory,
  nestedGroups,
  principalsOf,
  sidToBytes,
  startDirectory,
} from "../../lab/directory";
import {
  as,
  clientOf,
  dc1,
  dc2,
  emeaDc1,
  names,
  passwordOf,
  readEntry,
  refusalOf,
  sidsOf,
} from "./directory-support";

const wrongPassword = {
  code: 49,
  text: "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1",
};
const notLoggedOn = {
  code: 1,
  text: "000004DC: LdapErr: DSID-0C0906E8, comment: In order to perform this operation a successful bind must be completed on the connection., data 0, v1db1",
};

describe("the lab's directory, to a reader", () => {
  let directory: LabDirectory;
  before(async () => {
    directory = await startDirectory(contoso);
  });
  after(() => directory.stop());

  describe("logon", () => {
    const whoAmI = "1.3.6.1.4.1.4203.1.11.3";
    const forms = [
      "CONTOSO\\exadmin",
      "contoso\\ExAdmin",
      "exadmin@contoso.com",
      "EXADMIN@Contoso.COM",
      "cn=exadmin, cn=Users,dc=contoso,dc=com",
    ];
    for (const name of forms) {
      it(`takes ${name}`, async () => {
        const value = await as(directory, "exadmin", async (client) => (await client.exop(whoAmI)).value, {
          name,
        });
        assert.equal(value, "u:CONTOSO\\exadmin");
      });
    }

    it("takes accounts of another domain, but not by DN", async () => {
      const value = await as(directory, "emeaprep", async (client) => (await client.exop(whoAmI)).value, {
        name: "EMEA\\emeaprep",
      });
      assert.equal(value, "u:EMEA\\emeaprep");
      const name = "CN=emeaprep,CN=Users,DC=emea,DC=contoso,DC=com";
      assert.deepEqual(
        await refusalOf(as(directory, "emeaprep", async () => undefined, { name })),
        wrongPassword,
      );
    });

    it("refuses a wrong password, an unknown account, a name alone and a group with one text", async () => {
      const client = clientOf(directory, dc1);
      assert.deepEqual(await refusalOf(client.bind("CONTOSO\\exadmin", "wrong")), wrongPassword);
      for (const name of ["CONTOSO\\nobody", "exadmin", "ASIA\\exadmin", "CONTOSO\\Domain Admins"]) {
        assert.deepEqual(await refusalOf(client.bind(name, passwordOf("exadmin"))), wrongPassword, name);
      }
      await client.unbind();
    });

    it("makes a connection anonymous again that logs on wrongly", async () => {
      await as(directory, "reader", async (client) => {
        await readEntry(client, names.root);
        await refusalOf(client.bind("CONTOSO\\reader", "wrong"));
        assert.deepEqual(await refusalOf(readEntry(client, names.root)), notLoggedOn);
      });
    });

    it("takes an empty password for an anonymous logon", async () => {
      const client = clientOf(directory, dc1);
      await client.bind("CONTOSO\\reader", "");
      assert.equal((await client.exop(whoAmI)).value, "");
      assert.deepEqual(await refusalOf(readEntry(client, names.root)), notLoggedOn);
      await client.unbind();
    });
  });

  describe("anonymous", () => {
    it("shows the rootDSE of each domain controller and nothing else", async () => {
      for (const { name, domain, site } of contoso.domainControllers) {
        const client = clientOf(directory, name);
        const rootDse = await readEntry(client, "");
        assert.equal(rootDse.dnsHostName, name);
        assert.equal(rootDse.defaultNamingContext, names.domain(domain));
        assert.deepEqual(rootDse.namingContexts, [names.domain(domain), names.configuration, names.schema]);
        assert.equal(rootDse.rootDomainNamingContext, "DC=contoso,DC=com");
        assert.equal(rootDse.configurationNamingContext, names.configuration);
        assert.equal(rootDse.schemaNamingContext, names.schema);
        assert.equal(rootDse.serverName, names.controller({ name, site }));
        assert.equal(rootDse.isGlobalCatalogReady, "TRUE");
        assert.match(String(rootDse.currentTime), /^\d{14}\.0Z$/);
        assert.deepEqual(await refusalOf(readEntry(client, names.configuration)), notLoggedOn);
        await client.unbind();
      }
    });

    it("shows only the rootDSE's attributes that were asked for", async () => {
      const client = clientOf(directory, dc1);
      assert.deepEqual(await readEntry(client, "", ["dnshostname"]), { dn: "", dnsHostName: dc1 });
      await client.unbind();
    });
  });

  describe("search", () => {
    let client: Client;
    before(async () => {
      client = clientOf(directory, dc1);
      await client.bind("CONTOSO\\reader", passwordOf("reader"));
    });
    after(() => client.unbind());

    const find = async (
      base: string,
      filter: string | Filter,
      scope: "base" | "one" | "sub" = "sub",
    ): Promise<string[]> => {
      const { searchEntries } = await client.search(base, { scope, filter, attributes: ["1.1"] });
      return searchEntries.map(({ dn }) => dn.split(",")[0] ?? "");
    };

    it("has three scopes", async () => {
      const london = names.site("London");
      assert.deepEqual(await find(london, "(objectClass=*)", "base"), ["CN=London"]);
      assert.deepEqual(await find(london, "(objectClass=*)", "one"), ["CN=NTDS Site Settings", "CN=Servers"]);
      assert.deepEqual(await find(london, "(objectClass=*)"), [
        "CN=London",
        "CN=NTDS Site Settings",
        "CN=Servers",
        "CN=DC2",
        "CN=NTDS Settings",
      ]);
    });

    const servers = [
      "CN=CAS-LON",
      "CN=CAS-NYC",
      "CN=CAS-DUB",
      "CN=HUB-LON",
      "CN=UM-LON",
      "CN=MBX-LON",
      "CN=MBX-DUB",
    ];
    const cases: readonly [string, string | Filter, readonly string[]][] = [
      ["equality, whatever the case", "(&(objectclass=MSEXCHEXCHANGESERVER)(CN=cas-lon))", ["CN=CAS-LON"]],
      ["superclasses", "(objectClass=server)", ["CN=DC1", "CN=DC2", "CN=DC3", "CN=EMEA-DC1", ...servers]],
      ["the name of a class as category", "(objectCategory=msExchExchangeServer)", servers],
      ["a category by DN", `(objectCategory=cn=ms-exch-exchange-server, ${names.schema})`, servers],
      ["presence", "(msExchExternalHostName=*)", ["CN=owa (Default Web Site)", "CN=owa (Default Web Site)"]],
      [
        "initial, inner and final parts",
        "(networkAddress=ncacn_ip*LON*com)",
        ["CN=CAS-LON", "CN=HUB-LON", "CN=UM-LON", "CN=MBX-LON"],
      ],
      ["parts that may not overlap", "(&(objectClass=site)(cn=Lon*ondon))", []],
      ["or", "(|(cn=CAS-LON)(cn=CAS-NYC)(cn=none))", ["CN=CAS-LON", "CN=CAS-NYC"]],
      [
        "not, of an attribute that is absent",
        "(&(objectClass=site)(!(description=x)))",
        ["CN=Operations", "CN=London", "CN=NewYork", "CN=Dublin"],
      ],
      ["at least, as numbers", "(msExchCurrentServerRoles>=16)", ["CN=HUB-LON", "CN=UM-LON"]],
      [
        "at most, as numbers",
        "(&(objectClass=server)(msExchCurrentServerRoles<=4))",
        servers.filter((name) => !/HUB|UM/.test(name)),
      ],
      ["all of some bits", "(systemFlags:1.2.840.113556.1.4.803:=2)", ["CN=CONTOSO", "CN=EMEA"]],
      [
        "any of some bits",
        "(systemFlags:1.2.840.113556.1.4.804:=6)",
        ["CN=CONTOSO", "CN=EMEA", "CN=ForestDnsZones"],
      ],
      [
        "a DN in another spelling",
        `(msExchServerSite=cn=newyork, ${names.sites.toLowerCase()})`,
        ["CN=CAS-NYC"],
      ],
      [
        "an escaped character",
        "(cn=owa \\28Default Web Site\\29)",
        ["CN=owa (Default Web Site)", "CN=owa (Default Web Site)", "CN=owa (Default Web Site)"],
      ],
      [
        "filters built as objects",
        new AndFilter({
          filters: [
            new PresenceFilter({ attribute: "serialNumber" }),
            new SubstringFilter({ attribute: "cn", initial: "mbx-" }),
            new NotFilter({ filter: new EqualityFilter({ attribute: "cn", value: "mbx-dub" }) }),
          ],
        }),
        ["CN=MBX-LON"],
      ],
    ];
    for (const [what, filter, expected] of cases) {
      it(`matches ${what}`, async () => assert.deepEqual(await find(names.configuration, filter), expected));
    }

    it("finds every principal of the domain by the octets of its SID, and by the text", async () => {
      for (const { dn, sid, domain } of principalsOf(contoso)) {
        if (domain !== contoso.root) continue;
        const octets = new EqualityFilter({ attribute: "objectSid", value: sidToBytes(sid) });
        assert.deepEqual(await find(names.root, octets), [dn.split(",")[0]]);
        assert.deepEqual(await find(names.root, `(objectSid=${sid})`), [dn.split(",")[0]]);
      }
    });

    it("takes a SID for a base", async () => {
      const sid = `${domainSid("contoso.com")}-519`;
      const entry = await readEntry(client, `<SID=${sid}>`, ["cn"]);
      assert.deepEqual(entry, {
        dn: "CN=Enterprise Admins,CN=Users,DC=contoso,DC=com",
        cn: "Enterprise Admins",
      });
      const octets = `<SID=${sidToBytes(sid).toString("hex")}>`;
      assert.equal((await readEntry(client, octets, ["cn"])).cn, "Enterprise Admins");
    });

    it("gives attributes by any spelling of their name, absent ones not at all", async () => {
      const entry = await readEntry(client, names.organization.toLowerCase(), [
        "OBJECTVERSION",
        "msExchProductId",
      ]);
      assert.deepEqual(entry, { dn: names.organization, objectVersion: "10666", msExchProductId: [] });
    });

    it("gives names alone when only they are asked for", async () => {
      const { searchEntries } = await client.search(names.organization, {
        scope: "base",
        attributes: ["objectVersion"],
        returnAttributeValues: false,
      });
      assert.deepEqual(searchEntries, [{ dn: names.organization, objectVersion: [] }]);
    });

    it("gives what the directory adds to an object", async () => {
      const entry = await readEntry(client, "CN=exadmin,CN=Users,DC=contoso,DC=com");
      assert.deepEqual(entry.objectClass, ["top", "person", "organizationalPerson", "user"]);
      assert.equal(entry.distinguishedName, "CN=exadmin,CN=Users,DC=contoso,DC=com");
      assert.equal(entry.name, "exadmin");
      assert.equal(entry.memberOf, "CN=Exchange Change Team,CN=Users,DC=contoso,DC=com");
      assert.equal(entry.objectCategory, `CN=Person,${names.schema}`);
      assert.equal(Buffer.isBuffer(entry.objectGUID) && entry.objectGUID.length, 16);
      assert.equal(entry.tokenGroups, undefined);
    });

    it("says what exists of a name that does not", async () => {
      assert.deepEqual(await refusalOf(find(`CN=a,CN=b,${names.services}`, "(objectClass=*)")), {
        code: 32,
        text: `0000208D: NameErr: DSID-031001E5, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'${names.services}'\n`,
      });
    });

    it("refuses a base that is no DN", async () => {
      assert.equal((await refusalOf(find("contoso", "(objectClass=*)"))).code, 34);
    });

    it("refers to the domain that holds a name", async () => {
      for (const [base, host] of [
        ["DC=emea,DC=contoso,DC=com", "emea.contoso.com"],
        ["CN=Users,DC=emea,DC=contoso,DC=com", "emea.contoso.com"],
        ["DC=fabrikam,DC=com", "fabrikam.com"],
      ] as const) {
        assert.deepEqual(await refusalOf(find(base, "(objectClass=*)")), {
          code: 10,
          text: `0000202B: RefErr: DSID-03100781, data 0, 1 access points\n\tref 1: '${host}'\n`,
        });
      }
    });

    it("names the partitions below a base, which it does not enter", async () => {
      const { searchEntries, searchReferences } = await client.search(names.root, {
        filter: "(objectClass=domainDNS)",
      });
      assert.deepEqual(
        searchEntries.map(({ dn }) => dn),
        [names.root],
      );
      assert.deepEqual(searchReferences, [
        "ldap://contoso.com/CN=Configuration,DC=contoso,DC=com",
        "ldap://emea.contoso.com/DC=emea,DC=contoso,DC=com",
      ]);
    });
  });

  describe("tokenGroups", () => {
    const read = (account: string, name: string, domain: string, fqdn: string): Promise<string[]> =>
      as(
        directory,
        "reader",
        async (client) => {
          const dn = `CN=${account},CN=Users,${names.domain(domain)}`;
          return sidsOf(await readEntry(client, dn, ["tokenGroups"], ["tokenGroups"]), "tokenGroups");
        },
        { fqdn },
      ).then((sids) => {
        const expected = nestedGroups(principalsOf(contoso), name).map(({ sid }) => sid);
        assert.deepEqual(sids, expected.sort());
        return sids;
      });

    it("has the nested groups of every account", async () => {
      const root = domainSid("contoso.com");
      const prep = await read("prep", "CONTOSO\\prep", "contoso.com", dc2);
      for (const rid of [513, 518, 519]) assert.ok(prep.includes(`${root}-${rid}`), String(rid));
      assert.ok(prep.includes("S-1-5-32-544"));
      const exadmin = await read("exadmin", "CONTOSO\\exadmin", "contoso.com", dc1);
      assert.ok(!exadmin.includes(`${root}-519`));
      const emeaprep = await read("emeaprep", "EMEA\\emeaprep", "emea.contoso.com", emeaDc1);
      assert.ok(emeaprep.includes(`${domainSid("emea.contoso.com")}-512`));
      const reader = await read("reader", "CONTOSO\\reader", "contoso.com", dc1);
      assert.deepEqual(reader, [`${root}-513`, "S-1-5-32-545"].sort());
    });

    it("is computed for base searches only, and not for everything that asks for all", async () => {
      await as(directory, "reader", async (client) => {
        const { searchEntries } = await client.search("CN=Users,DC=contoso,DC=com", {
          filter: "(cn=prep)",
          attributes: ["cn", "tokenGroups"],
        });
        assert.deepEqual(searchEntries, [
          { dn: "CN=prep,CN=Users,DC=contoso,DC=com", cn: "prep", tokenGroups: [] },
        ]);
        const all = await readEntry(client, "CN=prep,CN=Users,DC=contoso,DC=com", ["*"]);
        assert.equal(all.tokenGroups, undefined);
      });
    });
  });
});
