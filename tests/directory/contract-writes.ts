/**
 * The contract for writing, with a client of its own: whom the directory lets write what Setup writes, and that a session
 * sees what was written. Everything is put back.
 */
import assert from "node:assert/strict";
import { Attribute, Change, Client } from "ldapts";
import { accountOf, childDomain, dc1, emeaDc2, type GetSubject, sidOf, valueFrom } from "./contract-support";
import { names, passwordOf } from "./organization";

const done = 0;
const accessDenied = 50;
const noSuchObject = 32;

export function writesContract(given: GetSubject): void {
  /** Result code of one change, 0 for success. `user` is an account's name in its domain. */
  async function change(
    fqdn: string,
    user: string,
    dn: string,
    operation: "add" | "delete" | "replace",
    type: string,
    value: string,
  ): Promise<number> {
    const client = new Client({
      url: given().urlOf(fqdn),
      tlsOptions: { ca: given().directory.ca },
      timeout: 10_000,
    });
    try {
      await client.bind(user, passwordOf(user.split("@")[0] ?? ""));
      await client.modify(
        dn,
        new Change({ operation, modification: new Attribute({ type, values: [value] }) }),
      );
      return done;
    } catch (error) {
      assert.ok(error instanceof Error && "code" in error && typeof error.code === "number", String(error));
      return error.code;
    } finally {
      await client.unbind();
    }
  }
  const set = (fqdn: string, user: string, dn: string, attribute: string, value: number): Promise<number> =>
    change(fqdn, user, dn, "replace", attribute, String(value));

  describe("writing", () => {
    it("the schema is for Schema Admins, nested ones too", async () => {
      const session = await given().open();
      const write = (user: string, level: number) =>
        set(dc1, `${user}@contoso.test`, names.schemaVersion, "rangeUpper", level);
      for (const user of ["plain", "reader", "exchange-admin", "forest-admin"])
        assert.equal(await write(user, 11116), accessDenied, user);
      assert.equal(valueFrom((await session.forest()).schema), 10637);
      assert.equal(await write("nested", 11116), done);
      assert.equal(valueFrom((await session.forest()).schema), 11116);
      assert.equal(await write("nested", 10637), done);
      assert.equal(valueFrom((await session.forest()).schema), 10637);
    });

    it("the organization is for its administrators and for Enterprise Admins", async () => {
      const session = await given().open();
      const write = (user: string, level: number) =>
        set(dc1, `${user}@contoso.test`, names.organization, "objectVersion", level);
      const level = async () => valueFrom((await session.forest()).organization)?.level;
      for (const user of ["plain", "nested"]) assert.equal(await write(user, 11221), accessDenied, user);
      assert.equal(await level(), 10666);
      assert.equal(await write("exchange-admin", 11221), done);
      assert.equal(await level(), 11221);
      assert.equal(await write("forest-admin", 10666), done);
      assert.equal(await level(), 10666);
    });

    it("a server's version is for the organization's administrators", async () => {
      const session = await given().open();
      const server = names.server("all.contoso.test");
      const write = (user: string, text: string) =>
        change(dc1, `${user}@contoso.test`, server, "replace", "serialNumber", text);
      const serialNumber = async () => valueFrom((await session.forest()).servers)[0]?.serialNumber;
      assert.equal(await write("plain", "Version 8.1 (Build 30240.6)"), accessDenied);
      assert.equal(await write("exchange-admin", "Version 8.1 (Build 30240.6)"), done);
      assert.equal(await serialNumber(), "Version 8.1 (Build 30240.6)");
      assert.equal(await write("exchange-admin", "Version 8.0 (Build 30685.24)"), done);
      assert.equal(await serialNumber(), "Version 8.0 (Build 30685.24)");
    });

    it("a domain is for its own administrators and for Enterprise Admins", async () => {
      const session = await given().open();
      const ofRoot = [names.systemObjects("contoso.test"), "objectVersion"] as const;
      const ofChild = [names.systemObjects(childDomain), "objectVersion"] as const;
      for (const user of ["exchange-admin", "nested"])
        assert.equal(await set(dc1, `${user}@contoso.test`, ...ofRoot, 11221), accessDenied, user);
      assert.equal(await set(dc1, "forest-admin@contoso.test", ...ofRoot, 11221), done);
      assert.equal(await set(emeaDc2, "reader@contoso.test", ...ofChild, 11221), accessDenied);
      assert.equal(await set(emeaDc2, `emea-admin@${childDomain}`, ...ofChild, 11221), done);
      const levels = async () => [
        valueFrom(await session.domainLevel("contoso.test")),
        valueFrom(await session.domainLevel(childDomain)),
      ];
      assert.deepEqual(await levels(), [11221, 11221]);
      assert.equal(await set(dc1, "forest-admin@contoso.test", ...ofRoot, 10628), done);
      assert.equal(await set(emeaDc2, "forest-admin@contoso.test", ...ofChild, 10628), done);
      assert.deepEqual(await levels(), [10628, 10628]);
    });

    it("what is not there is not there for everybody, whatever rights they have", async () => {
      const absent = `CN=Microsoft Exchange System Objects,CN=Users,${names.root}`;
      for (const user of ["plain", "forest-admin"])
        assert.equal(
          await set(dc1, `${user}@contoso.test`, absent, "objectVersion", 11221),
          noSuchObject,
          user,
        );
    });

    it("a membership shows in the account's groups at once, as a member and as the primary group", async () => {
      const session = await given().open();
      const plain = `CN=plain,CN=Users,${names.root}`;
      const third = `CN=Third,CN=Users,${names.root}`;
      const administrator = "forest-admin@contoso.test";
      const held = async () => {
        const { groups } = accountOf(await session.account("CONTOSO\\plain"));
        return ["CONTOSO\\Third", "CONTOSO\\Schema Admins"].map((name) => groups.includes(sidOf(name)));
      };
      const rid = Number(sidOf("CONTOSO\\Third").split("-").at(-1));
      assert.deepEqual(await held(), [false, false]);
      assert.equal(await change(dc1, administrator, third, "add", "member", plain), done);
      assert.deepEqual(await held(), [true, true]);
      // `member` does not list whose primary group it is; tokenGroups does.
      assert.equal(await set(dc1, administrator, plain, "primaryGroupID", rid), done);
      assert.deepEqual(await held(), [true, true]);
      assert.equal(await set(dc1, administrator, plain, "primaryGroupID", 513), done);
      assert.equal(await change(dc1, administrator, third, "delete", "member", plain), done);
      assert.deepEqual(await held(), [false, false]);
    });
  });
}
