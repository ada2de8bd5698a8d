/** The contract for what an account may not see: it is never taken for absent where anything tells the two apart. */
import assert from "node:assert/strict";
import type { DirectorySession } from "../../lib/directory";
import { accountOf, dc1, type GetSubject, sidOf, valueFrom, whyOf } from "./contract-support";
import { allServers, names, passwordOf } from "./organization";

export function visibilityContract(given: GetSubject): void {
  const openAs = (name: string): Promise<DirectorySession> =>
    given().open({ user: `CONTOSO\\${name}`, password: passwordOf(name) });

  describe("an account that may not see attributes", () => {
    it("gets unknown levels, not absent ones, and everything else", async () => {
      const session = await openAs("blind");
      const forest = await session.forest();
      assert.deepEqual(forest.schema, {
        known: false,
        why: `this account cannot see rangeUpper of ${names.schemaVersion}, which is always set; let it read the object`,
        source: `rangeUpper of ${names.schemaVersion} on ${dc1}`,
      });
      assert.equal(
        whyOf(forest.organization),
        `this account cannot see objectVersion of ${names.organization}, which is always set; let it read the object`,
      );
      assert.equal(
        whyOf(await session.domainLevel("contoso.test")),
        `this account cannot see objectVersion of ${names.systemObjects("contoso.test")}, which is always set; let it read the object`,
      );
      assert.equal(valueFrom(forest.schemaMaster).name, dc1);
      assert.equal(valueFrom(forest.servers).length, allServers);
    });

    it("gets a server without what it may not see of it, not without roles", async () => {
      const servers = valueFrom((await (await openAs("blind")).forest()).servers);
      const [first] = servers;
      assert.deepEqual(first, {
        dn: names.server("all.contoso.test"),
        created: first?.created,
        name: "ALL",
        fqdn: "all.contoso.test",
        roles: null,
        // From versionNumber, which it sees.
        build: { major: 8, minor: 0, build: 685, revision: 25 },
        serialNumber: null,
        site: "Hub",
      });
      assert.deepEqual(servers.at(-1)?.roles, ["Mailbox"]);
    });

    it("gets the other domain controllers where the name of one is hidden, and is not told that it has none", async () => {
      const forest = await (await openAs("blind")).forest();
      assert.deepEqual(
        valueFrom(forest.domainControllers).map(({ name }) => name),
        [dc1, "dc2.contoso.test", "emea-dc2.emea.contoso.test"],
      );
      const dn = (name: string) => `CN=${name},CN=Servers,CN=Oslo,${names.sites}`;
      assert.deepEqual(
        valueFrom(forest.unreadControllers).map(({ why }) => why),
        [
          `a domain controller cannot be named: ${dn("DC9")} has no dNSHostName`,
          `a domain controller cannot be named: ${dn("EMEA-DC1")} has no dNSHostName, or this account cannot see it`,
        ],
      );
    });

    it("gets the external URLs of the others where the virtual directories of one server are hidden", async () => {
      const forest = await (await openAs("blind")).forest();
      assert.deepEqual(valueFrom(forest.externalUrls), {
        [names.server("all.contoso.test")]: ["https://mail.contoso.test/owa"],
      });
      assert.deepEqual(valueFrom(forest.unseenUrls), {
        [names.server("cas-seen.contoso.test")]:
          "no virtual directory of CAS-SEEN shows: it has none, or this account cannot see them",
      });
    });

    it("gets unknown groups of another account, and the groups of those that it sees", async () => {
      const session = await openAs("blind");
      const dn = `CN=nested,CN=Users,${names.root}`;
      assert.equal(
        whyOf(await session.account("CONTOSO\\nested")),
        `the reading account cannot see tokenGroups of ${dn}; make it a member of Windows Authorization Access Group`,
      );
      assert.ok(
        accountOf(await session.account("CONTOSO\\round")).groups.includes(sidOf("CONTOSO\\Circle B")),
      );
    });
  });

  describe("an account that may not see an object", () => {
    it("gets an unknown schema where the organization shows that there is one", async () => {
      const forest = await (await openAs("stranger")).forest();
      assert.deepEqual(forest.schema, {
        known: false,
        why: `this account cannot see ${names.schemaVersion}, which every forest with an Exchange organization has; let it read the object`,
        source: `rangeUpper of ${names.schemaVersion} on ${dc1}`,
      });
      assert.deepEqual(valueFrom(forest.organization), { name: "Contoso Contract", level: 10666 });
      assert.equal(valueFrom(forest.schemaMaster).name, dc1);
    });
  });
}
