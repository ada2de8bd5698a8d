/** The contract for the forest and the levels. */
import assert from "node:assert/strict";
import { domainSid } from "../../lab/directory";
import { DirectorySession } from "../../lib/directory";
import type { ExchangeServerFacts, ForestFacts } from "../../lib/facts";
import {
  type ContractDirectory,
  type ContractSource,
  childDomain,
  dc1,
  emeaDc2,
  type GetSubject,
  sidOf,
  urlOf,
  valueFrom,
} from "./contract-support";
import { allServers, bare, names, nothingOfExchange } from "./organization";

export function forestContract(given: GetSubject): void {
  describe("the forest", () => {
    let forest: ForestFacts;
    let searches: number;
    before(async () => {
      const session = await DirectorySession.open(given().connection(), given().logons);
      const opening = session.searches;
      forest = await session.forest();
      searches = session.searches - opening;
      await session.close();
    });

    it("has a root, a schema level and an organization with its level, each with where it was read", () => {
      assert.deepEqual(forest.root, {
        known: true,
        value: "contoso.test",
        source: "rootDomainNamingContext of the root DSE on dc1.contoso.test",
      });
      assert.deepEqual(forest.schema, {
        known: true,
        value: 10637,
        source: `rangeUpper of CN=ms-Exch-Schema-Version-Pt,CN=Schema,CN=Configuration,DC=contoso,DC=test on ${dc1}`,
      });
      assert.deepEqual(forest.organization, {
        known: true,
        value: { name: "Contoso Contract", level: 10666 },
        source: `objectVersion of the organization under CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=test on ${dc1}`,
      });
    });

    it("has a schema master in a domain and a site", () => {
      assert.deepEqual(forest.schemaMaster, {
        known: true,
        value: { name: dc1, domain: "contoso.test", site: "Hub", globalCatalog: true },
        source: `fSMORoleOwner of CN=Schema,CN=Configuration,DC=contoso,DC=test on ${dc1}`,
      });
    });

    it("has domains, and no partition that is none", () => {
      assert.deepEqual(valueFrom(forest.domains), [
        { name: "contoso.test", dn: "DC=contoso,DC=test", netbios: "CONTOSO" },
        { name: "emea.contoso.test", dn: "DC=emea,DC=contoso,DC=test", netbios: "EMEA" },
      ]);
    });

    it("has sites and domain controllers", () => {
      assert.deepEqual(valueFrom(forest.sites), ["Hub", "Oslo", "Paris"]);
      assert.deepEqual(valueFrom(forest.domainControllers), [
        { name: dc1, domain: "contoso.test", site: "Hub", globalCatalog: true },
        { name: "dc2.contoso.test", domain: "contoso.test", site: "Paris", globalCatalog: false },
        {
          name: "emea-dc1.emea.contoso.test",
          domain: "emea.contoso.test",
          site: "Oslo",
          globalCatalog: true,
        },
        { name: emeaDc2, domain: "emea.contoso.test", site: "Oslo", globalCatalog: true },
      ]);
    });

    it("has what is left of a domain controller apart from those that are there, and knows that its name is absent", () => {
      const dn = `CN=DC9,CN=Servers,CN=Oslo,${names.sites}`;
      assert.deepEqual(forest.unreadControllers, {
        known: true,
        value: [
          {
            dn,
            host: "DC9",
            name: null,
            domain: "contoso.test",
            site: "Oslo",
            globalCatalog: true,
            why: `a domain controller cannot be named: ${dn} has no dNSHostName`,
          },
        ],
        source: `${names.sites} on ${dc1}`,
      });
    });

    it("has all servers, more than one page of them, in as many searches as for none", () => {
      const servers = valueFrom(forest.servers);
      assert.equal(servers.length, allServers);
      const made = ({ created, ...server }: ExchangeServerFacts) => {
        assert.match(created ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        return server;
      };
      const [first, last] = [servers[0], servers.at(-1)];
      assert.ok(first && last);
      assert.deepEqual(made(first), {
        dn: names.server("all.contoso.test"),
        name: "ALL",
        fqdn: "all.contoso.test",
        roles: ["Client Access", "Hub Transport", "Mailbox", "Unified Messaging"],
        build: { major: 8, minor: 0, build: 685, revision: 24 },
        serialNumber: "Version 8.0 (Build 30685.24)",
        site: "Hub",
      });
      assert.deepEqual(made(last), {
        dn: names.server("new.contoso.test"),
        name: "NEW",
        fqdn: "new.contoso.test",
        roles: ["Mailbox"],
        build: { major: 8, minor: 1, build: 240, revision: 6 },
        serialNumber: "Version 8.1 (Build 30240.6)",
        site: "Oslo",
      });
      assert.equal(new Set(servers.map(({ fqdn }) => fqdn)).size, allServers);
      // 3 for the shape, 5 for the levels, role, servers and URLs, 2 for otherWellKnownObjects, 1 for its group, 3 for each
      // domain: its head, its controllers, its groups. The child's go to emea-dc1 first, which does not even let a search be sent. Two more
      // each for the domain controller without a name and for the server without virtual directories, however many there are.
      assert.equal(searches, 21);
    });

    it("has the SIDs of the groups that permissions are about", () => {
      const rootSid = domainSid("contoso.test");
      assert.deepEqual(valueFrom(forest.groups), {
        schemaAdmins: `${rootSid}-518`,
        enterpriseAdmins: `${rootSid}-519`,
        domainAdmins: { "contoso.test": `${rootSid}-512`, [childDomain]: `${domainSid(childDomain)}-512` },
        organizationAdministrators: sidOf("CONTOSO\\Exchange Organization Administrators"),
        delegatedSetup: null,
        objects: {
          [`${rootSid}-512`]: {
            name: "CONTOSO\\Domain Admins",
            dn: `CN=Domain Admins,CN=Users,${names.root}`,
          },
          [`${rootSid}-518`]: {
            name: "CONTOSO\\Schema Admins",
            dn: `CN=Schema Admins,CN=Users,${names.root}`,
          },
          [`${rootSid}-519`]: {
            name: "CONTOSO\\Enterprise Admins",
            dn: `CN=Enterprise Admins,CN=Users,${names.root}`,
          },
          [`${domainSid(childDomain)}-512`]: {
            name: "EMEA\\Domain Admins",
            dn: "CN=Domain Admins,CN=Users,DC=emea,DC=contoso,DC=test",
          },
          [sidOf("CONTOSO\\Exchange Organization Administrators")]: {
            name: "CONTOSO\\Exchange Organization Administrators",
            dn: `CN=Exchange Organization Administrators,${names.securityGroups}`,
          },
        },
        unread: {},
      });
    });
  });

  describe("domain levels", () => {
    it("are read in the domain itself, on a domain controller that answers", async () => {
      const session = await given().open();
      assert.deepEqual(await session.domainLevel("contoso.test"), {
        known: true,
        value: 10628,
        source: `objectVersion of CN=Microsoft Exchange System Objects,DC=contoso,DC=test on ${dc1}`,
      });
      assert.deepEqual(await session.domainLevel("EMEA.contoso.test"), {
        known: true,
        value: 10628,
        source: `objectVersion of CN=Microsoft Exchange System Objects,DC=emea,DC=contoso,DC=test on ${emeaDc2}`,
      });
    });

    it("are unknown for a domain that the forest has not", async () => {
      const session = await given().open();
      assert.deepEqual(await session.domainLevel("apac.contoso.test"), {
        known: false,
        why: "the forest has no domain apac.contoso.test; it has contoso.test, emea.contoso.test",
        source: `CN=Partitions,CN=Configuration,DC=contoso,DC=test on ${dc1}`,
      });
    });
  });
}

/** Starts a second directory, in which Exchange has never been. */
export function bareForestContract(source: ContractSource, given: GetSubject): void {
  describe("a forest without Exchange", () => {
    let bareDirectory: ContractDirectory;
    before(async function () {
      this.timeout(source.startTimeout);
      bareDirectory = await source.start(bare, nothingOfExchange);
    });
    after(() => bareDirectory?.stop());

    it("has no levels, no organization and no servers, which is known and not unknown", async () => {
      const session = await given().open({
        url: urlOf(bareDirectory, "dc1.bare.test"),
        user: "reader@bare.test",
        ca: bareDirectory.ca,
      });
      const opening = session.searches;
      const forest = await session.forest();
      assert.equal(session.searches - opening, 13);
      assert.equal(valueFrom(forest.schema), null);
      assert.equal(valueFrom(forest.organization), null);
      assert.deepEqual(valueFrom(forest.servers), []);
      assert.equal(valueFrom(forest.groups).organizationAdministrators, null);
      assert.equal(valueFrom(await session.domainLevel("bare.test")), null);
      assert.deepEqual(valueFrom(forest.externalUrls), {});
      assert.deepEqual(valueFrom(await session.serverAccess()), {});
      assert.deepEqual(valueFrom(await session.virtualDirectories()), []);
    });
  });
}
