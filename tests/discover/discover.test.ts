import assert from "node:assert/strict";
import fc from "fast-check";
import { type DiscoveryFacts, describeDiscovery, discover, isPrepared } from "../../lib/discover";
import { shortNames } from "../../lib/discover/shortNames";
import { type Fact, known, unknown } from "../../lib/facts";
import { dnOf, releaseNamed } from "../rules/builder";
import { anyFacts, anyName, type Changes, directoryOf, facts, server, serversSource, version } from "./facts";

const found = (changes: Changes = {}, target = "2007 SP1") =>
  discover(facts(changes), { target: releaseNamed(target) });

function valueFrom<T>(fact: Fact<T>): T {
  assert.ok(fact.known, fact.known ? "" : fact.why);
  return fact.value;
}

/** The one server of an organization, upgradable or not. */
function one(changes: Changes, target?: string) {
  const { servers, unreachable } = found(changes, target);
  const [first, ...others] = [...valueFrom(servers), ...unreachable];
  assert.ok(first !== undefined && others.length === 0);
  return first;
}

const mailbox = (changes: Parameters<typeof server>[1], target?: string) =>
  one({ servers: [server("MBX", changes)] }, target);

describe("discovery", () => {
  it("says of the forest what is prepared, for which release, and where the preparations go", () => {
    const { forest, schema, organization, schemaMaster, domains, notRead } = found({
      servers: [server("MBX"), server("MBX-E", { fqdn: "mbx-e.emea.contoso.com" })],
      domainLevels: { "contoso.com": known(11221, "c"), "emea.contoso.com": known(null, "e") },
    });
    assert.equal(valueFrom(forest), "contoso.com");
    assert.deepEqual(valueFrom(schema), { value: 10637, release: "2007 RTM", standing: "below" });
    assert.deepEqual(valueFrom(organization), {
      name: "Contoso",
      level: { value: 10666, release: "2007 RTM", standing: "below" },
    });
    assert.deepEqual(valueFrom(schemaMaster), {
      name: "dc1.contoso.com",
      domain: "contoso.com",
      site: "Operations",
    });
    assert.deepEqual(
      valueFrom(domains).map(({ name, netbios, level, controller, servers }) => [
        name,
        netbios,
        valueFrom(level),
        valueFrom(controller),
        servers,
      ]),
      [
        [
          "contoso.com",
          "CONTOSO",
          { value: 11221, release: "2007 SP1 to 2007 SP3", standing: "at" },
          "dc1.contoso.com",
          ["MBX"],
        ],
        [
          "emea.contoso.com",
          "EMEA",
          { value: null, release: null, standing: "none" },
          "dc1.emea.contoso.com",
          ["MBX-E"],
        ],
      ],
    );
    assert.deepEqual(notRead, []);
  });

  it("says of a server what it is", () => {
    assert.deepEqual(mailbox({}), {
      key: "mbx",
      name: "MBX",
      object: known(dnOf("MBX"), `MBX in ${serversSource}`),
      fqdn: known("mbx.contoso.com", `MBX in ${serversSource}`),
      domain: known("contoso.com", `MBX in ${serversSource}`),
      site: known("London", `MBX in ${serversSource}`),
      roles: known(["Mailbox"], `MBX in ${serversSource}`),
      version: known({ build: "8.0.685.24", release: "2007 RTM" }, `MBX in ${serversSource}`),
      edge: false,
      internetFacing: null,
      standing: "pending",
    });
  });

  it("lists a server with several objects once, with what all of them show", () => {
    const of = (changes: Parameters<typeof server>[1]) =>
      one({
        servers: [
          server("MBX", { created: "2007-06-01T08:00:00Z" }),
          server("MBX", { dn: dnOf("MBX", "First"), ...changes }),
        ],
      });
    const differ = unknown("its objects in the directory do not show the same", serversSource);
    const object = unknown(
      `the directory shows 2 objects of mbx.contoso.com: ${dnOf("MBX", "First")}; ${dnOf("MBX")}, created 2007-06-01T08:00:00Z`,
      serversSource,
    );
    const { name, fqdn, roles, site } = mailbox({});
    const same = of({});
    assert.deepEqual(same, { ...mailbox({}), object });
    assert.deepEqual(of({ ...version("8.1.240.6"), site: "Paris" }), {
      ...mailbox({}),
      object,
      name,
      fqdn,
      roles,
      version: differ,
      site: { ...differ },
      standing: "unknown",
    });
    assert.ok(site.known);
    assert.deepEqual(of({ roles: ["Client Access"] }).roles, differ);
  });

  it("takes two servers of one short name in two domains for two", () => {
    const { servers } = found({
      servers: [server("MBX"), server("MBX", { dn: dnOf("MBX", "First"), fqdn: "mbx.emea.contoso.com" })],
    });
    assert.deepEqual(
      valueFrom(servers).map(({ key, object }) => [key, object.known && object.value]),
      [
        ["mbx-contoso-com", dnOf("MBX")],
        ["mbx-emea-contoso-com", dnOf("MBX", "First")],
      ],
    );
  });

  const standings: readonly (readonly [string, ReturnType<typeof mailbox>, string])[] = [
    ["at the target", mailbox(version("8.1.240.6")), "done"],
    ["at the target with an update rollup", mailbox(version("8.1.291.2")), "done"],
    ["below the target", mailbox({}), "pending"],
    ["without a version that can be seen", mailbox({ build: null, serialNumber: null }), "unknown"],
    ["of no release that is known", mailbox(version("99.1.2.3")), "unknown"],
  ];
  for (const [name, is, standing] of standings)
    it(`takes a server ${name} for one that is ${standing}`, () => {
      assert.equal("standing" in is && is.standing, standing);
    });

  const unreachable: readonly (readonly [string, string, string, string])[] = [
    [
      "2003",
      "6.5.7638.2",
      "2007 SP1",
      "Exchange 2003 SP2 cannot be upgraded in place to 2007 SP1: install Exchange 2007 on a new server and move mailboxes and services to it; it needs Exchange 2003 SP2 on every Exchange 2003 server.",
    ],
    [
      "2007 SP2",
      "8.2.176.2",
      "2007 SP1",
      "Exchange 2007 SP1 is older than 2007 SP2, and there is no way back: uninstalling removes Exchange from the server. 2007 SP2 can stay as it is, or go on to 2007 SP3.",
    ],
    [
      "2019 CU13",
      "15.2.1258.12",
      "SE RTM",
      "No upgrade in place leads from Exchange 2019 CU13 straight to SE RTM: upgrade to 2019 CU14 or 2019 CU15 first.",
    ],
  ];
  for (const [name, build, target, why] of unreachable)
    it(`lists a server of ${name} apart, with the way to ${target}`, () => {
      const is = mailbox(version(build), target);
      assert.equal("why" in is ? is.why : "", why);
    });

  it("takes what an Edge Transport server's object says for the least that it has", () => {
    const edge = (build: string, target: string) =>
      mailbox({ roles: ["Edge Transport"], fqdn: "edge.perimeter.net", ...version(build) }, target);
    const standing = (is: ReturnType<typeof edge>) => ("standing" in is ? is.standing : "unreachable");
    assert.equal(standing(edge("8.0.685.24", "2007 SP1")), "pending");
    // Another server of this release would be listed apart.
    assert.equal(standing(edge("15.2.1258.12", "SE RTM")), "pending");
    assert.equal(standing(edge("14.3.123.4", "SE RTM")), "unreachable");
    assert.equal(standing(edge("8.2.176.2", "2007 SP1")), "unreachable");
  });

  describe("of a Client Access server", () => {
    const cas = (virtualDirectories: NonNullable<Changes["virtualDirectories"]>, more: Changes = {}) =>
      one({ servers: [server("CAS", { roles: ["Client Access", "Mailbox"] })], virtualDirectories, ...more })
        .internetFacing;

    it("names the external URLs that make it face the Internet, and their virtual directories", () => {
      const url = "https://mail.contoso.com";
      const directories = known(
        [
          directoryOf("cas", [`${url}/owa`]),
          directoryOf("CAS", [], "EWS"),
          directoryOf("OTHER", ["https://x"]),
        ],
        "virtual directories",
      );
      assert.deepEqual(
        cas(directories),
        known(
          {
            faces: true,
            externalUrls: [{ url: `${url}/owa`, virtualDirectory: "owa (Default Web Site)" }],
          },
          "virtual directories",
        ),
      );
    });

    it("says that it has none", () => {
      const directories = known([directoryOf("CAS")], "virtual directories");
      assert.deepEqual(cas(directories), known({ faces: false, externalUrls: [] }, "virtual directories"));
    });

    it("does not take hidden virtual directories for none", () => {
      assert.deepEqual(
        cas(known([directoryOf("OTHER", ["https://x"])], "virtual directories")),
        unknown(
          "no virtual directory of it shows: it has none, or this account cannot see them",
          `CAS in ${serversSource}`,
        ),
      );
      assert.deepEqual(cas(unknown("no answer", "dc1")), unknown("no answer", "dc1"));
    });

    it("keeps the URL where only the virtual directory's name could not be read", () => {
      const externalUrls = known({ [dnOf("CAS")]: ["https://mail"] }, "external URLs");
      assert.deepEqual(
        cas(unknown("no answer", "dc1"), { forest: { externalUrls } }),
        known(
          { faces: true, externalUrls: [{ url: "https://mail", virtualDirectory: null }] },
          `CAS in ${serversSource}`,
        ),
      );
    });
  });

  it("does not take servers that it cannot see for none", () => {
    assert.deepEqual(
      found({ servers: [] }).servers,
      unknown("this account cannot see any Exchange server of the organization", serversSource),
    );
    const nothing = { organization: known(null, "o") };
    assert.deepEqual(found({ servers: [], forest: nothing }).servers, known([], serversSource));
  });

  it("says each reason once, for all that it is about", () => {
    const hidden = { roles: null, site: null } as const;
    const source = (name: string) => `${name} in ${serversSource}`;
    assert.deepEqual(
      found({
        servers: [server("A", hidden), server("B", { ...hidden, fqdn: "b.elsewhere.net" })],
        forest: { schema: unknown("this account cannot see it", "rangeUpper") },
        virtualDirectories: known([directoryOf("A", ["https://a"])], "virtual directories"),
      }).notRead,
      [
        { what: "the schema level", of: [], why: "this account cannot see it", source: "rangeUpper" },
        {
          what: "the roles of a server",
          of: ["A", "B"],
          why: "it has no msExchCurrentServerRoles, or this account cannot see it",
          source: source("A"),
        },
        {
          what: "the site of a server",
          of: ["A", "B"],
          why: "it has no msExchServerSite, or this account cannot see it",
          source: source("A"),
        },
        {
          what: "the domain of a server",
          of: ["B"],
          why: "its name b.elsewhere.net ends with no domain of the forest: a disjoint namespace, or it is an Edge Transport server",
          source: source("B"),
        },
        {
          what: "whether a server faces the Internet",
          of: ["B"],
          why: "its roles could not be read",
          source: source("B"),
        },
      ],
    );
  });

  it("takes a forest for prepared only where every level was read and is the target's", () => {
    const at = {
      schema: known(11116, "s"),
      organization: known({ name: "Contoso", level: 11221 }, "o"),
    };
    const levels = (emea: Fact<number | null>) => ({
      "contoso.com": known(11221, "c"),
      "emea.contoso.com": emea,
    });
    const prepared = (emea: Fact<number | null>, forest: Changes["forest"] = at) =>
      isPrepared(found({ forest, domainLevels: levels(emea) }));
    assert.equal(prepared(known(11221, "e")), true);
    // Without servers and without a level it was never prepared, and need not be.
    assert.equal(prepared(known(null, "e")), true);
    assert.equal(prepared(known(10628, "e")), false);
    assert.equal(prepared(unknown("no answer", "e")), null);
    assert.equal(prepared(known(11221, "e"), { ...at, schema: unknown("hidden", "s") }), null);
    assert.equal(prepared(known(11221, "e"), { ...at, organization: known(null, "o") }), false);
  });

  it("never makes anything known of what could not be read", () => {
    fc.assert(
      fc.property(anyFacts, (given: DiscoveryFacts) => {
        const { servers, schema, organization, schemaMaster, domains, notRead } = discover(given, {
          target: releaseNamed("2007 SP1"),
        });
        const { forest } = given;
        assert.equal(schema.known, forest.schema.known);
        assert.equal(organization.known, forest.organization.known);
        assert.equal(schemaMaster.known, forest.schemaMaster.known);
        assert.equal(domains.known, forest.domains.known);
        if (!forest.servers.known) assert.equal(servers.known, false);
        const isUnread = [forest.root, forest.schema, forest.organization, forest.schemaMaster].some(
          (fact) => !fact.known,
        );
        if (isUnread) assert.notDeepEqual(notRead, []);
      }),
    );
  });

  it("shows nothing on the screen that moves the cursor", () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const text = describeDiscovery(discover(given, { target: releaseNamed("2007 SP1") }));
        assert.doesNotMatch(text, /[^\P{Cc}\n]|\p{Cf}|\p{Zl}|\p{Zp}/u);
      }),
    );
  });
});

describe("short names of servers", () => {
  const names = (...given: readonly (readonly [string, string | null])[]) =>
    shortNames(given.map(([name, fqdn]) => server(name, { fqdn })));

  it("are the objects' names, and FQDNs where these are the same", () => {
    assert.deepEqual(names(["CAS-LON", "cas-lon.contoso.com"], ["Mbx 1", null], ["Zürich", null]), [
      "cas-lon",
      "mbx-1",
      "z-rich",
    ]);
    assert.deepEqual(names(["MBX", "mbx.contoso.com"], ["mbx", "mbx.emea.contoso.com"]), [
      "mbx-contoso-com",
      "mbx-emea-contoso-com",
    ]);
    assert.deepEqual(names(["東京", null], ["大阪", null], ["123", null], ["Constructor", null]), [
      "server-1",
      "server-2",
      "server-123",
      "server-constructor",
    ]);
  });

  it("are different, whatever the servers are called", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyName, fc.option(anyName))), (given) => {
        const all = names(...given);
        assert.equal(new Set(all).size, given.length);
        for (const name of all) assert.match(name, /^[a-z0-9][a-z0-9_-]*$/);
      }),
    );
  });
});
