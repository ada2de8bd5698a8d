/** The contract for a forest with Exchange 2019: a database availability group, an Edge subscription, transport services. */
import assert from "node:assert/strict";
import { Client, EqualityFilter } from "ldapts";
import { type HiddenRule, principalsOf } from "../../lab/directory";
import { directoryNames } from "../../lab/directory/names";
import { fabrikam } from "../../lab/fabrikam";
import type { Organization } from "../../lab/organization";
import { DirectorySession } from "../../lib/directory";
import { discover, readDiscovery } from "../../lib/discover";
import type { ExchangeServerFacts, ForestFacts } from "../../lib/facts";
import { Logons } from "../../lib/logons";
import { releaseNamed } from "../rules/builder";
import { type ContractDirectory, type ContractSource, urlOf, valueFrom } from "./contract-support";

const dc1 = "dc1.fabrikam.com";
const names = directoryNames(fabrikam);
const reader = fabrikam.accounts.find(({ name }) => name === "reader")?.password ?? "";
const group = (name: string): string => `CN=${name},${names.availabilityGroups}`;

const [model] = fabrikam.computers.filter(({ name }) => name.startsWith("ex3."));
assert.ok(model);
/** Servers of other products: of 2013 with both of its roles, and of 2016. Unified Messaging is a part of their Mailbox role. */
const older = [
  {
    ...model,
    name: "old1.fabrikam.com",
    windows: "2012 R2" as const,
    roles: ["Mailbox", "Client Access", "Management Tools"] as const,
    release: "2013 CU23",
  },
  { ...model, name: "old2.fabrikam.com", windows: "2016" as const, release: "2016 CU22" },
];

/** With a group that nobody is in, servers of other products, and accounts from which a part of a group is hidden. */
const organization: Organization = {
  ...fabrikam,
  computers: [...fabrikam.computers, ...older],
  availabilityGroups: [...(fabrikam.availabilityGroups ?? []), { name: "DAG2", members: [] }],
  accounts: [
    ...fabrikam.accounts,
    ...["linkless", "listless", "groupless"].map((name) => ({
      name,
      domain: "fabrikam.com",
      password: reader,
      memberOf: [],
    })),
  ],
};
const hidden: readonly HiddenRule[] = [
  {
    dn: names.server("ex1.fabrikam.com"),
    attribute: "msExchMDBAvailabilityGroupLink",
    from: "FABRIKAM\\linkless",
  },
  { dn: group("DAG1"), attribute: "msExchMDBAvailabilityGroupBL", from: "FABRIKAM\\listless" },
  { dn: group("DAG1"), from: "FABRIKAM\\groupless" },
];

/** Starts a further directory, of an organization whose releases are those of today. */
export function modernForestContract(source: ContractSource): void {
  describe("a forest with Exchange 2019", () => {
    let directory: ContractDirectory;
    let session: DirectorySession;
    let forest: ForestFacts;
    before(async function () {
      this.timeout(source.startTimeout);
      directory = await source.start(organization, hidden);
      session = await openAs("reader");
      forest = await session.forest();
    });
    after(async () => {
      await session?.close();
      await directory?.stop();
    });

    const openAs = (account: string): Promise<DirectorySession> => {
      const connection = {
        url: urlOf(directory, dc1),
        user: `${account}@fabrikam.com`,
        password: reader,
        ca: directory.ca,
        domainControllers: Object.fromEntries(
          Object.entries(directory.controllers).map(([name, { url }]) => [name, url]),
        ),
      };
      return DirectorySession.open(connection, new Logons());
    };

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
      const mailbox = (
        host: string,
        site: string,
        { domain = "fabrikam.com", build = "15.2.1544.4" } = {},
      ) => ({
        name: host.toUpperCase(),
        fqdn: `${host}.${domain}`,
        roles: ["Client Access", "Mailbox"],
        build,
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
        mailbox("ex5", "Munich", { domain: "europe.fabrikam.com" }),
        mailbox("old1", "Munich", { build: "15.0.1497.2" }),
        mailbox("old2", "Munich", { build: "15.1.2375.7" }),
      ]);
    });

    it("is discovered with the target that each server reaches, and with what keeps the others", async () => {
      const found = discover(await readDiscovery(session), { target: releaseNamed("SE RTM") });
      assert.deepEqual(
        valueFrom(found.servers).map(({ key, standing, dag }) => [
          key,
          standing,
          dag?.known === true ? dag.value : null,
        ]),
        [
          ["edge1", "pending", null],
          ...["ex1", "ex2", "ex3", "ex4"].map((name) => [name, "pending", "DAG1"]),
          ["ex5", "pending", null],
        ],
      );
      assert.deepEqual(
        found.unreachable.map(({ name, why }) => [name, why]),
        [
          [
            "OLD1",
            "Exchange 2013 CU23 cannot be upgraded in place to SE RTM: Setup of Exchange Server Subscription Edition refuses an organization that has Exchange 2013; it needs every Exchange 2013 server removed first, by way of new Exchange 2016 or 2019 servers. As long as it is there, Setup of SE RTM refuses the others, too (R15).",
          ],
          [
            "OLD2",
            "Exchange 2016 CU22 cannot be upgraded in place to SE RTM: install Exchange Server Subscription Edition on a new server and move mailboxes and services to it; it needs Exchange 2016 CU23 on every Exchange 2016 server including Edge. In place it can go to 2016 CU23. The others are not supported at SE RTM beside it (R15).",
          ],
        ],
      );
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

    const members = ["ex1", "ex2", "ex3", "ex4"].map((host) => names.server(`${host}.fabrikam.com`));
    const dag1 = { dn: group("DAG1"), name: "DAG1", members, unseen: null };
    const dag2 = { dn: group("DAG2"), name: "DAG2", members: [], unseen: null };

    it("has each database availability group with its members, one without members among them", () => {
      assert.deepEqual(valueFrom(forest.availabilityGroups), [dag1, dag2]);
    });

    for (const [account, unseen] of [
      // What the server hides its group shows.
      ["linkless", null],
      ["listless", `${dag1.dn} has no msExchMDBAvailabilityGroupBL, or this account cannot see it`],
      [
        "groupless",
        `this account cannot see ${dag1.dn}, which a server names as its database availability group`,
      ],
    ] as const)
      it(`has the members that show to ${account}, and ${unseen === null ? "knows that there are no more" : "does not know whether there are more"}`, async () => {
        const own = await openAs(account);
        try {
          const groups = valueFrom((await own.forest()).availabilityGroups);
          // Samba hides an object by hiding all that lies beside it.
          assert.deepEqual(groups[0], { ...dag1, unseen });
          if (account !== "groupless") assert.deepEqual(groups.slice(1), [dag2]);
        } finally {
          await own.close();
        }
      });

    it("links each member to its database availability group, which links back", async () => {
      const client = new Client({
        url: urlOf(directory, dc1),
        tlsOptions: { ca: directory.ca },
        timeout: 10_000,
      });
      try {
        await client.bind("reader@fabrikam.com", reader);
        const found = await client.search(names.organization, {
          scope: "sub",
          filter: "(objectClass=msExchMDBAvailabilityGroup)",
          attributes: ["msExchMDBAvailabilityGroupName", "msExchMDBAvailabilityGroupBL"],
        });
        assert.deepEqual(
          found.searchEntries
            .sort((a, b) => (a.dn < b.dn ? -1 : 1))
            .map((entry) => [
              entry.dn,
              entry.msExchMDBAvailabilityGroupName,
              [entry.msExchMDBAvailabilityGroupBL].flat().map(String).sort(),
            ]),
          [
            [dag1.dn, "DAG1", members],
            [dag2.dn, "DAG2", []],
          ],
        );
        const linked = await client.search(names.servers, {
          scope: "one",
          filter: new EqualityFilter({ attribute: "msExchMDBAvailabilityGroupLink", value: dag1.dn }),
          attributes: ["cn"],
        });
        assert.deepEqual(linked.searchEntries.map(({ dn }) => dn).sort(), members);
      } finally {
        await client.unbind();
      }
    });
  });
}
