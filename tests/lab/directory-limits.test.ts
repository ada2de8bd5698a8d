import assert from "node:assert/strict";
import type { Client } from "ldapts";
import { contoso } from "../../lab/contoso";
import { type LabDirectory, startDirectory } from "../../lab/directory";
import type { Organization } from "../../lab/organization";
import { as, names, readEntry, refusalOf, valuesOf } from "./directory-support";

/** Contoso with many servers more, all in one site. */
function grown(count: number): Organization {
  const [template] = contoso.computers.filter(({ name }) => name === "mbx-lon.contoso.com");
  assert.ok(template);
  const more = Array.from({ length: count }, (_, index) => ({
    ...template,
    name: `mbx-${index}.contoso.com`,
  }));
  return { ...contoso, computers: [...contoso.computers, ...more] };
}

describe("the lab's directory, with more servers than one answer holds", () => {
  let directory: LabDirectory;
  before(async () => {
    directory = await startDirectory(grown(1500));
  });
  after(() => directory.stop());

  const filter = "(objectClass=msExchExchangeServer)";

  it("cuts an answer at 1000 entries when pages were not asked for", async () => {
    await as(directory, "reader", async (client) => {
      assert.equal((await refusalOf(client.search(names.servers, { filter }))).code, 4);
      const { searchEntries } = await client.search(names.servers, { filter, paged: { pageSize: 400 } });
      assert.equal(searchEntries.length, 1507);
      assert.equal(new Set(searchEntries.map(({ dn }) => dn)).size, 1507);
    });
  });

  it("gives pages of at most 1000 entries, each counted as a search", async () => {
    await as(directory, "reader", async (client) => {
      const before = directory.stats().searches;
      const sizes: number[] = [];
      for await (const page of client.searchPaginated(names.servers, {
        filter,
        attributes: ["cn"],
        paged: { pageSize: 5000 },
      })) {
        sizes.push(page.searchEntries.length);
      }
      assert.deepEqual(sizes, [1000, 507]);
      assert.equal(directory.stats().searches - before, 2);
    });
  });

  it("keeps the client's own limit", async () => {
    await as(directory, "reader", async (client) => {
      // ldapts takes the refusal for success when the client itself set the limit.
      const limited = await client.search(names.servers, { filter, sizeLimit: 3 });
      assert.equal(limited.searchEntries.length, 3);
      const { searchEntries } = await client.search(names.sites, {
        filter: "(objectClass=site)",
        sizeLimit: 4,
      });
      assert.equal(searchEntries.length, 4);
    });
  });
});

describe("the lab's directory, with something hidden", () => {
  const organizationAdministrators = `CN=Exchange Organization Administrators,${names.securityGroups}`;
  let directory: LabDirectory;
  before(async () => {
    directory = await startDirectory(contoso, {
      hidden: [
        { dn: names.organization, attribute: "objectVersion", from: "contoso\\READER" },
        { dn: names.schemaVersion, from: "CONTOSO\\reader" },
        { dn: names.servers, from: "CONTOSO\\reader" },
        { dn: organizationAdministrators, attribute: "member" },
        { dn: "CN=prep,CN=Users,DC=contoso,DC=com", attribute: "tokenGroups", from: "CONTOSO\\reader" },
      ],
    });
  });
  after(() => directory.stop());

  it("leaves the attribute out for the account, in answers and in filters", async () => {
    const search = (client: Client): Promise<unknown> =>
      client
        .search(names.exchange, { filter: "(objectVersion=*)", attributes: ["objectVersion"] })
        .then(({ searchEntries }) => searchEntries);
    await as(directory, "reader", async (client) => {
      assert.deepEqual(
        valuesOf(await readEntry(client, names.organization, ["objectVersion"]), "objectVersion"),
        [],
      );
      assert.deepEqual(await search(client), []);
      const prep = await readEntry(client, "CN=prep,CN=Users,DC=contoso,DC=com", ["tokenGroups"]);
      assert.deepEqual(valuesOf(prep, "tokenGroups"), []);
    });
    await as(directory, "helpdesk", async (client) => {
      assert.deepEqual(await search(client), [{ dn: names.organization, objectVersion: "10666" }]);
    });
  });

  it("lets an entry not exist for the account, nor anything below it", async () => {
    await as(directory, "reader", async (client) => {
      assert.equal((await refusalOf(readEntry(client, names.schemaVersion))).code, 32);
      assert.equal((await refusalOf(readEntry(client, names.server("mbx-lon.contoso.com")))).code, 32);
      const { searchEntries } = await client.search(names.configuration, { filter: "(serialNumber=*)" });
      assert.deepEqual(searchEntries, []);
    });
    await as(directory, "helpdesk", async (client) => {
      assert.equal((await readEntry(client, names.schemaVersion)).rangeUpper, "10637");
    });
  });

  it("hides from everybody what is hidden from nobody in particular", async () => {
    await as(directory, "prep", async (client) => {
      assert.deepEqual(
        valuesOf(await readEntry(client, organizationAdministrators, ["member"]), "member"),
        [],
      );
    });
  });
});
