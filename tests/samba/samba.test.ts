/** The kit itself: who runs, who administers, and that nothing is left behind. Rights are in the directory contract. */
import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { Attribute, Change, Client } from "ldapts";
import { DirectorySession } from "../../lib/directory";
import { Logons } from "../../lib/logons";
import { hidden, names, organization, passwordOf, trusted } from "../directory/organization";
import { describeWith } from "../skip";
import { type SambaForest, startSamba } from "./samba";

const dc1 = "dc1.contoso.test";
const emeaDc2 = "emea-dc2.emea.contoso.test";

describeWith(["samba"], "a Samba forest", () => {
  let forest: SambaForest;

  before(async function () {
    this.timeout(300_000);
    forest = await startSamba(organization, { hidden, trusted });
  });
  after(() => forest?.stop());

  it("has an Administrator in every domain, whose password is given, and lets the schema master alone change the schema", async () => {
    const change = new Change({
      operation: "replace",
      modification: new Attribute({ type: "rangeUpper", values: ["14622"] }),
    });
    for (const [fqdn, user, code] of [
      [dc1, forest.adminUser, 0],
      [emeaDc2, "EMEA\\Administrator", 53],
    ] as const) {
      const client = new Client({ url: forest.urlOf(fqdn), tlsOptions: { ca: forest.ca }, timeout: 10_000 });
      try {
        await client.bind(user, forest.adminPassword);
        const written = client.modify(names.schemaVersion, change);
        if (code === 0) await written;
        else await assert.rejects(written, { code });
      } finally {
        await client.unbind();
      }
    }
  });

  it("lists what an account may change alike for an attribute that is absent and for one that is hidden", async () => {
    const attributes = ["dNSHostName", "allowedAttributesEffective", "sDRightsEffective"];
    const read = async (user: string, name: string) => {
      const client = new Client({ url: forest.urlOf(dc1), tlsOptions: { ca: forest.ca }, timeout: 10_000 });
      try {
        await client.bind(`CONTOSO\\${user}`, passwordOf(user));
        const dn = `CN=${name},CN=Servers,CN=Oslo,${names.sites}`;
        const { searchEntries } = await client.search(dn, { scope: "base", attributes });
        return searchEntries.map(({ dn: _, ...seen }) => seen);
      } finally {
        await client.unbind();
      }
    };
    const nothing = [{ dNSHostName: [], allowedAttributesEffective: [], sDRightsEffective: "0" }];
    assert.deepEqual(await read("blind", "DC9"), nothing);
    assert.deepEqual(await read("blind", "EMEA-DC1"), nothing);
    // Nor for one that is seen: who may not change it is told nothing.
    assert.deepEqual(await read("reader", "EMEA-DC1"), [
      { ...nothing[0], dNSHostName: "emea-dc1.emea.contoso.test" },
    ]);
  });

  it("does not pretend to run what does not run", () => {
    assert.equal(forest.dcOfDomain("emea.contoso.test"), emeaDc2);
    assert.throws(() => forest.urlOf("dc2.contoso.test"), {
      message: `dc2.contoso.test is not running; ${dc1}, ${emeaDc2} are`,
    });
  });

  it("leaves nothing behind", async function () {
    this.timeout(60_000);
    const other = await startSamba(organization, { hidden, trusted });
    await other.stop();
    await assert.rejects(access(other.folder), { code: "ENOENT" });
    await assert.rejects(
      DirectorySession.open(
        { url: other.urlOf(dc1), user: "x@contoso.test", password: "x", ca: other.ca },
        new Logons(),
      ),
      /ECONNREFUSED/,
    );
  });
});
