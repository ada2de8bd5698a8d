/** The contract for a forest with Exchange 2019: a database availability group, an Edge subscription, transport services. */
import assert from "node:assert/strict";
import { Client, EqualityFilter } from "ldapts";
import { principalsOf } from "../../lab/directory";
import { directoryNames } from "../../lab/directory/names";
import { fabrikam } from "../../lab/fabrikam";
import { DirectorySession } from "../../lib/directory";
import type { ExchangeServerFacts, ForestFacts } from "../../lib/facts";
import { Logons } from "../../lib/logons";
import { type ContractDirectory, type ContractSource, urlOf, valueFrom } from "./contract-support";

const dc1 = "dc1.fabrikam.com";
const names = directoryNames(fabrikam);
const reader = fabrikam.accounts.find(({ name }) => name === "reader")?.password ?? "";

/** Starts a further directory, of an organization whose releases are those of today. */
export function modernForestContract(source: ContractSource): void {
  describe("a forest with Exchange 2019", () => {
    let directory: ContractDirectory;
    let session: DirectorySession;
    let forest: ForestFacts;
    before(async function () {
      this.timeout(source.startTimeout);
      directory = await source.start(fabrikam, []);
      const connection = {
        url: urlOf(directory, dc1),
        user: "reader@fabrikam.com",
        password: reader,
        ca: directory.ca,
        domainControllers: Object.fromEntries(
          Object.entries(directory.controllers).map(([name, { url }]) => [name, url]),
        ),
      };
      session = await DirectorySession.open(connection, new Logons());
      forest = await session.forest();
    });
    after(async () => {
      await session?.close();
      await directory?.stop();
    });

    it("has the levels of 2019 CU14", async () => {
      assert.equal(valueFrom(forest.schema), 17003);
      assert.deepEqual(valueFrom(forest.organization), { name: "Fabrikam", level: 16762 });
      for (const domain of ["fabrikam.com", "europe.fabrikam.com"])
        assert.equal(valueFrom(await session.domainLevel(domain)), 13243);
    });

    it("has every server once, with its roles, its build and its site, and no transport service among them", () => {
      const shown = ({ name, fqdn, roles, build, site }: ExchangeServerFacts) => ({
        name,
        fqdn,
        roles,
        build: build && `${build.major}.${build.minor}.${build.build}.${build.revision}`,
        site,
      });
      const mailbox = (host: string, site: string, domain = "fabrikam.com") => ({
        name: host.toUpperCase(),
        fqdn: `${host}.${domain}`,
        roles: ["Client Access", "Mailbox"],
        build: "15.2.1544.4",
        site,
      });
      assert.deepEqual(valueFrom(forest.servers).map(shown), [
        {
          name: "EDGE1",
          fqdn: "edge1.perimeter.fabrikam.com",
          roles: ["Edge Transport"],
          build: "15.2.1544.4",
          site: "Seattle",
        },
        mailbox("ex1", "Seattle"),
        mailbox("ex2", "Seattle"),
        mailbox("ex3", "Munich"),
        mailbox("ex4", "Munich"),
        mailbox("ex5", "Munich", "europe.fabrikam.com"),
      ]);
    });

    it("has a provisioned server set apart", () => {
      assert.deepEqual(
        valueFrom(forest.setAside).map(({ kind, dn, name, fqdn }) => ({ kind, dn, name, fqdn })),
        [
          {
            kind: "provisioned",
            dn: names.server("ex6.fabrikam.com"),
            name: "EX6",
            fqdn: "ex6.fabrikam.com",
          },
        ],
      );
    });

    it("has Organization Management and Delegated Setup, by their entries in otherWellKnownObjects", () => {
      const sidOf = (name: string) =>
        principalsOf(fabrikam).find((principal) => principal.name === `FABRIKAM\\${name}`)?.sid;
      const groups = valueFrom(forest.groups);
      assert.equal(groups.organizationAdministrators, sidOf("Organization Management"));
      assert.equal(groups.delegatedSetup, sidOf("Delegated Setup"));
    });

    it("faces the Internet where a front end has an external URL, and nowhere else", () => {
      const urls = ["EWS", "ecp", "owa"].map((each) => `https://mail.fabrikam.com/${each}`);
      assert.deepEqual(valueFrom(forest.externalUrls), {
        [names.server("ex1.fabrikam.com")]: urls,
        [names.server("ex2.fabrikam.com")]: urls,
      });
    });

    it("links each member to its database availability group, which links back", async () => {
      const client = new Client({
        url: urlOf(directory, dc1),
        tlsOptions: { ca: directory.ca },
        timeout: 10_000,
      });
      const group = `CN=DAG1,${names.availabilityGroups}`;
      try {
        await client.bind("reader@fabrikam.com", reader);
        const found = await client.search(names.organization, {
          scope: "sub",
          filter: "(objectClass=msExchMDBAvailabilityGroup)",
          attributes: ["msExchMDBAvailabilityGroupName", "msExchMDBAvailabilityGroupBL"],
        });
        const members = ["ex1", "ex2", "ex3", "ex4"].map((host) => names.server(`${host}.fabrikam.com`));
        assert.deepEqual(
          found.searchEntries.map((entry) => [
            entry.dn,
            entry.msExchMDBAvailabilityGroupName,
            [entry.msExchMDBAvailabilityGroupBL].flat().map(String).sort(),
          ]),
          [[group, "DAG1", members]],
        );
        const linked = await client.search(names.servers, {
          scope: "one",
          filter: new EqualityFilter({ attribute: "msExchMDBAvailabilityGroupLink", value: group }),
          attributes: ["cn"],
        });
        assert.deepEqual(linked.searchEntries.map(({ dn }) => dn).sort(), members);
      } finally {
        await client.unbind();
      }
    });
  });
}
