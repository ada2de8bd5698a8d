/** The contract for accounts. */
import assert from "node:assert/strict";
import { domainSid } from "../../lab/directory";
import { accountOf, dc1, emeaDc2, type GetSubject, sidOf, valueFrom } from "./contract-support";

export function accountsContract(given: GetSubject): void {
  describe("accounts", () => {
    const nested = ["CONTOSO\\First", "CONTOSO\\Second", "CONTOSO\\Third", "CONTOSO\\Schema Admins"];

    it("are found by every form of their name, and by their SID", async () => {
      const session = await given().open();
      const sid = sidOf("CONTOSO\\nested");
      for (const name of [
        "CONTOSO\\nested",
        "contoso\\NESTED",
        "contoso.test\\nested",
        "nested@contoso.test",
        "Nested@CONTOSO.test",
        sid,
      ]) {
        const account = accountOf(await session.account(name));
        assert.deepEqual(
          { sid: account.sid, name: account.name, domain: account.domain },
          { sid, name: "CONTOSO\\nested", domain: "contoso.test" },
          name,
        );
      }
    });

    it("and groups are found by DOMAIN and name, each in its own domain", async () => {
      const session = await given().open();
      for (const [name, domain] of [
        ["CONTOSO\\nested", "contoso.test"],
        ["contoso.test\\domain ADMINS", "contoso.test"],
        ["CONTOSO\\Circle A", "contoso.test"],
        ["EMEA\\Domain Admins", "emea.contoso.test"],
      ] as const) {
        const { sid, domain: of, domainLocal } = valueFrom(await session.principal(name)) ?? {};
        const canonical = name.replace("contoso.test\\domain ADMINS", "CONTOSO\\Domain Admins");
        assert.deepEqual([sid, of, domainLocal], [sidOf(canonical), domain, false], name);
      }
      // Builtin groups are domain-local.
      const builtin = valueFrom(await session.principal("CONTOSO\\Administrators"));
      assert.deepEqual([builtin?.sid, builtin?.domainLocal], ["S-1-5-32-544", true]);
      for (const name of ["CONTOSO\\nobody", "EMEA\\nested", "FABRIKAM\\nested", "CONTOSO\\n*"])
        assert.equal(valueFrom(await session.principal(name)), null, name);
      const bare = await session.principal("nested");
      assert.equal(bare.known, false);
    });

    it("have the groups of their groups, and no others", async () => {
      const session = await given().open();
      const account = accountOf(await session.account("CONTOSO\\nested"));
      for (const group of [...nested, "CONTOSO\\Domain Users"]) {
        assert.ok(account.groups.includes(sidOf(group)), group);
      }
      for (const group of ["CONTOSO\\Enterprise Admins", "CONTOSO\\Domain Admins", "EMEA\\Domain Admins"]) {
        assert.ok(!account.groups.includes(sidOf(group)), group);
      }
      const plain = accountOf(await session.account("CONTOSO\\plain"));
      assert.deepEqual(
        nested.filter((group) => plain.groups.includes(sidOf(group))),
        [],
      );
      assert.ok(plain.groups.includes(sidOf("CONTOSO\\Domain Users")));
    });

    it("may be in groups that contain each other", async () => {
      const session = await given().open();
      const account = accountOf(await session.account("CONTOSO\\round"));
      for (const group of ["CONTOSO\\Circle A", "CONTOSO\\Circle B"]) {
        assert.equal(account.groups.filter((sid) => sid === sidOf(group)).length, 1, group);
      }
    });

    it("of another domain are asked for there", async () => {
      const session = await given().open();
      for (const name of ["EMEA\\emea-admin", "emea-admin@emea.contoso.test", sidOf("EMEA\\emea-admin")]) {
        const fact = await session.account(name);
        const account = accountOf(fact);
        assert.equal(account.name, "EMEA\\emea-admin");
        assert.equal(account.domain, "emea.contoso.test");
        assert.ok(account.groups.includes(sidOf("EMEA\\Domain Admins")));
        assert.ok(account.groups.includes(sidOf("EMEA\\Emea Team")));
        assert.equal(
          fact.source,
          `tokenGroups of CN=emea-admin,CN=Users,DC=emea,DC=contoso,DC=test on ${emeaDc2}`,
        );
      }
    });

    it("may have characters in their names that filters give a meaning", async () => {
      const session = await given().open();
      assert.equal(accountOf(await session.account("CONTOSO\\Lee (Ops)")).name, "CONTOSO\\Lee (Ops)");
      for (const name of ["CONTOSO\\*", "CONTOSO\\plain)(objectClass=*", "*@contoso.test", "CONTOSO\\pla*"]) {
        assert.equal(valueFrom(await session.account(name)), null, name);
      }
    });

    it("that do not exist are known not to", async () => {
      const session = await given().open();
      assert.deepEqual(await session.account("CONTOSO\\nobody"), {
        known: true,
        value: null,
        source: `account CONTOSO\\nobody in contoso.test on ${dc1}`,
      });
      for (const name of [
        "nobody@contoso.test",
        "nobody@elsewhere.test",
        "ELSEWHERE\\nobody",
        `${domainSid("contoso.test")}-987654`,
        "S-1-5-18",
        // A group is no account.
        "CONTOSO\\Domain Admins",
      ]) {
        assert.deepEqual(await session.account(name), {
          known: true,
          value: null,
          source:
            name === "CONTOSO\\Domain Admins"
              ? `account CONTOSO\\Domain Admins in contoso.test on ${dc1}`
              : name.startsWith(domainSid("contoso.test"))
                ? `account ${name} in contoso.test on ${dc1}`
                : `account ${name} in contoso.test, emea.contoso.test`,
        });
      }
      assert.deepEqual(await session.account("nobody"), {
        known: false,
        why: '"nobody" is no account name; write DOMAIN\\name, name@domain or S-1-5-21-…',
        source: "account nobody",
      });
    });
  });
}
