import assert from "node:assert/strict";
import type { Change, Client } from "ldapts";
import { contoso } from "../../lab/contoso";
import { domainSid, type LabDirectory, startDirectory } from "../../lab/directory";
import {
  as,
  change,
  clientOf,
  dc1,
  dc2,
  emeaDc1,
  names,
  type Refusal,
  readEntry,
  refusalOf,
  sidsOf,
  valuesOf,
} from "./directory-support";

const accessDenied: Refusal = {
  code: 50,
  text: "00000005: SecErr: DSID-03151D54, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0",
};
const notSchemaMaster: Refusal = {
  code: 53,
  text: "000020AE: SvcErr: DSID-0315107B, problem 5003 (WILL_NOT_PERFORM), data 0",
};

function attributeRefusal(code: number, result: string, attribute: string): Refusal {
  return {
    code,
    text: `00002082: AtrErr: DSID-03151904, #1:\n\t0: 00002082: DSID-03151904, problem 1005 (${result}), data 0, Att 0 (${attribute})\n`,
  };
}

describe("the lab's directory, to a writer", () => {
  let directory: LabDirectory;
  before(async () => {
    directory = await startDirectory(contoso);
  });
  afterEach(() => directory.store.reset());
  after(() => directory.stop());

  const raise = (attribute: string, level: number): Change => change("replace", attribute, [String(level)]);

  /** What one account gets for one change on one domain controller: nothing, or the refusal. */
  const attempt = (account: string, fqdn: string, dn: string, made: Change): Promise<Refusal | "done"> => {
    const name = account === "emeaprep" ? "EMEA\\emeaprep" : `CONTOSO\\${account}`;
    const request = as(directory, account, (client) => client.modify(dn, made), { fqdn, name });
    return request.then(
      () => "done",
      () => refusalOf(request),
    );
  };

  const stored = (dn: string, attribute: string): string =>
    String(directory.store.entry(dn)?.values(attribute)[0]);

  it("lets Schema Admins change the schema, on the schema master only", async () => {
    const schema = raise("rangeUpper", 11116);
    assert.deepEqual(await attempt("prep", dc2, names.schemaVersion, schema), notSchemaMaster);
    assert.deepEqual(await attempt("prep", emeaDc1, names.schemaVersion, schema), notSchemaMaster);
    for (const account of ["exadmin", "emeaprep", "reader"]) {
      assert.deepEqual(await attempt(account, dc1, names.schemaVersion, schema), accessDenied, account);
    }
    assert.equal(stored(names.schemaVersion, "rangeUpper"), "10637");
    assert.equal(await attempt("prep", dc1, names.schemaVersion, schema), "done");
    assert.equal(stored(names.schemaVersion, "rangeUpper"), "11116");
  });

  it("follows the schema master role", async () => {
    const settings = names.settings({ name: dc2, site: "London" });
    directory.store.modify(names.schema, [
      { operation: "replace", attribute: "fSMORoleOwner", values: [settings] },
    ]);
    const schema = raise("rangeUpper", 11116);
    assert.deepEqual(await attempt("prep", dc1, names.schemaVersion, schema), notSchemaMaster);
    assert.equal(await attempt("prep", dc2, names.schemaVersion, schema), "done");
  });

  it("takes schemaUpdateNow on the schema master's rootDSE from Schema Admins", async () => {
    const update = change("replace", "schemaUpdateNow", ["1"]);
    assert.equal(await attempt("prep", dc1, "", update), "done");
    assert.deepEqual(await attempt("prep", dc2, "", update), notSchemaMaster);
    assert.deepEqual(await attempt("exadmin", dc1, "", update), accessDenied);
  });

  it("lets Enterprise Admins change the configuration, and Exchange Organization Administrators below CN=Microsoft Exchange", async () => {
    const level = raise("objectVersion", 11221);
    for (const account of ["emeaprep", "reader"]) {
      assert.deepEqual(await attempt(account, dc1, names.organization, level), accessDenied, account);
    }
    assert.equal(await attempt("exadmin", dc2, names.organization, level), "done");
    assert.equal(await attempt("prep", emeaDc1, names.organization, raise("objectVersion", 11222)), "done");
    const site = change("replace", "description", ["x"]);
    assert.deepEqual(await attempt("exadmin", dc1, names.site("London"), site), accessDenied);
    assert.equal(await attempt("prep", dc1, names.site("London"), site), "done");
  });

  it("finds Exchange Organization Administrators by otherWellKnownObjects, not by name", async () => {
    const known = directory.store.entry(names.exchange)?.values("otherWellKnownObjects").map(String) ?? [];
    const others = known.filter((value) => !value.includes("C262A929D691B74A9E068728F8F842EA"));
    directory.store.modify(names.exchange, [
      { operation: "replace", attribute: "otherWellKnownObjects", values: others },
    ]);
    assert.deepEqual(
      await attempt("exadmin", dc1, names.organization, raise("objectVersion", 11221)),
      accessDenied,
    );
  });

  it("lets a domain be changed by its Domain Admins and by Enterprise Admins", async () => {
    const level = raise("objectVersion", 11221);
    const root = names.systemObjects("contoso.com");
    const emea = names.systemObjects("emea.contoso.com");
    for (const account of ["exadmin", "reader"]) {
      assert.deepEqual(await attempt(account, dc1, root, level), accessDenied, account);
      assert.deepEqual(await attempt(account, emeaDc1, emea, level), accessDenied, account);
    }
    assert.equal((await refusalOf(as(directory, "prep", (client) => client.modify(emea, level)))).code, 10);
    assert.equal(await attempt("emeaprep", emeaDc1, emea, level), "done");
    assert.equal(await attempt("prep", emeaDc1, emea, raise("objectVersion", 11222)), "done");
    assert.equal(await attempt("prep", dc1, root, level), "done");
    assert.deepEqual(await attempt("emeaprep", dc1, root, level), accessDenied);
  });

  it("needs a logon before anything else", async () => {
    const client = clientOf(directory, dc1);
    assert.deepEqual(await refusalOf(client.modify(names.organization, raise("objectVersion", 1))), {
      code: 1,
      text: "000004DC: LdapErr: DSID-0C0906E8, comment: In order to perform this operation a successful bind must be completed on the connection., data 0, v1db1",
    });
    await client.unbind();
  });

  it("shows a change at once on every domain controller", async () => {
    assert.equal(await attempt("prep", dc2, names.organization, raise("objectVersion", 11221)), "done");
    for (const fqdn of [dc1, dc2, emeaDc1]) {
      const level = await as(
        directory,
        "reader",
        async (client) => (await readEntry(client, names.organization, ["objectVersion"])).objectVersion,
        { fqdn },
      );
      assert.equal(level, "11221", fqdn);
    }
  });

  describe("attributes", () => {
    const dn = names.organization;
    const modify = (changes: Change[]): Promise<void> =>
      as(directory, "prep", (client) => client.modify(dn, changes));

    it("are added, deleted and replaced, by value and as a whole", async () => {
      await modify([
        change("add", "description", ["one", "two"]),
        change("replace", "objectVersion", ["11221"]),
      ]);
      await modify([change("delete", "DESCRIPTION", ["ONE"])]);
      assert.deepEqual(directory.store.entry(dn)?.values("description"), ["two"]);
      await modify([change("delete", "description", [])]);
      assert.deepEqual(directory.store.entry(dn)?.values("description"), []);
      await modify([change("replace", "description", [])]);
    });

    const cases: readonly [string, Change, Refusal][] = [
      [
        "a value that is there",
        change("add", "objectVersion", ["10666"]),
        attributeRefusal(20, "attributeOrValueExists", "objectVersion"),
      ],
      [
        "a second value where one is allowed",
        change("add", "objectVersion", ["11221"]),
        attributeRefusal(19, "constraintViolation", "objectVersion"),
      ],
      [
        "a value that is not there",
        change("delete", "objectVersion", ["1"]),
        attributeRefusal(16, "noSuchAttribute", "objectVersion"),
      ],
      [
        "an absent attribute",
        change("delete", "description", []),
        attributeRefusal(16, "noSuchAttribute", "description"),
      ],
      [
        "text for a number",
        change("replace", "objectVersion", ["SP1"]),
        attributeRefusal(21, "invalidAttributeSyntax", "objectVersion"),
      ],
      [
        "the object's own name",
        change("replace", "cn", ["Fabrikam"]),
        attributeRefusal(67, "notAllowedOnRdn", "cn"),
      ],
      [
        "what only the directory sets",
        change("replace", "objectGUID", ["x"]),
        attributeRefusal(53, "unwillingToPerform", "objectGUID"),
      ],
    ];
    for (const [what, refused, refusal] of cases) {
      it(`are not changed at all when one change is refused: ${what}`, async () => {
        const first = change("replace", "adminDescription", ["x"]);
        assert.deepEqual(await refusalOf(modify([first, refused])), refusal);
        assert.deepEqual(directory.store.entry(dn)?.values("adminDescription"), []);
        assert.deepEqual(directory.store.entry(dn)?.values("objectVersion"), ["10666"]);
      });
    }
  });

  describe("new entries", () => {
    const group = `CN=Exchange Public Folder Administrators,${names.securityGroups}`;
    const add = (client: Client, dn = group): Promise<void> =>
      client.add(dn, {
        objectClass: ["group"],
        sAMAccountName: ["Exchange Public Folder Administrators"],
        groupType: ["-2147483640"],
      });

    it("get superclasses, a category, a name and a SID", async () => {
      await as(directory, "prep", async (client) => {
        await add(client);
        const entry = await readEntry(client, group, [], ["objectSid"]);
        assert.deepEqual(entry.objectClass, ["top", "group"]);
        assert.equal(entry.objectCategory, `CN=Group,${names.schema}`);
        assert.equal(entry.cn, "Exchange Public Folder Administrators");
        const [sid] = sidsOf(entry, "objectSid");
        assert.match(sid ?? "", new RegExp(`^${domainSid("contoso.com")}-\\d{4}$`));
        const same = directory.store.dnsOfSid(entry.objectSid as Buffer);
        assert.deepEqual(same, [group]);
      });
    });

    it("count in tokenGroups as soon as they have members", async () => {
      await as(directory, "prep", async (client) => {
        await add(client);
        const account = "CN=exadmin,CN=Users,DC=contoso,DC=com";
        const token = async (): Promise<string[]> =>
          sidsOf(await readEntry(client, account, ["tokenGroups"], ["tokenGroups"]), "tokenGroups");
        const [sid] = sidsOf(await readEntry(client, group, ["objectSid"], ["objectSid"]), "objectSid");
        assert.ok(sid !== undefined && !(await token()).includes(sid));
        await client.modify(
          group,
          change("add", "member", ["CN=Exchange Change Team,CN=Users,DC=contoso,DC=com"]),
        );
        assert.ok((await token()).includes(sid));
        const team = await readEntry(client, "CN=Exchange Change Team,CN=Users,DC=contoso,DC=com", [
          "memberOf",
        ]);
        assert.deepEqual(valuesOf(team, "memberOf"), [
          `CN=Exchange Organization Administrators,${names.securityGroups}`,
          group,
        ]);
        await client.modify(group, change("delete", "member", []));
        assert.ok(!(await token()).includes(sid));
      });
    });

    it("cannot have members that do not exist", async () => {
      await as(directory, "prep", async (client) => {
        await add(client);
        const stranger = change("add", "member", ["CN=nobody,CN=Users,DC=contoso,DC=com"]);
        assert.equal((await refusalOf(client.modify(group, stranger))).code, 32);
      });
    });

    it("are refused twice, below nothing, without a class, and without the right", async () => {
      await as(directory, "prep", async (client) => {
        await add(client);
        assert.deepEqual(await refusalOf(add(client)), {
          code: 68,
          text: "00002071: UpdErr: DSID-031B0CDA, problem 6005 (ENTRY_EXISTS), data 0",
        });
        assert.equal((await refusalOf(add(client, `CN=a,CN=b,${names.securityGroups}`))).code, 32);
        const classless = client.add(`CN=c,${names.securityGroups}`, { cn: "c" });
        assert.deepEqual(
          await refusalOf(classless),
          attributeRefusal(65, "objectClassViolation", "objectClass"),
        );
      });
      await as(directory, "exadmin", async (client) => {
        const dn = `CN=another,${names.securityGroups}`;
        assert.deepEqual(await refusalOf(add(client, dn)), accessDenied);
        await client.add(`CN=Address Lists Container,${names.organization}`, { objectClass: "container" });
      });
    });

    it("leave their groups when they are removed", async () => {
      directory.store.remove("CN=Exchange Change Team,CN=Users,DC=contoso,DC=com");
      const members = directory.store
        .entry(`CN=Exchange Organization Administrators,${names.securityGroups}`)
        ?.values("member");
      assert.deepEqual(members, []);
    });
  });

  it("performs no other kind of write", async () => {
    await as(directory, "prep", async (client) => {
      assert.deepEqual(await refusalOf(client.del(names.schemaVersion)), {
        code: 53,
        text: "00000057: LdapErr: DSID-0C090C30, comment: the lab's domain controllers do not perform this operation, data 0, v1db1",
      });
    });
  });

  it("counts what was asked, by domain controller and in all", async () => {
    const before = { dc1: directory.statsOf(dc1), dc2: directory.statsOf(dc2), all: directory.stats() };
    await as(directory, "reader", async (client) => {
      await readEntry(client, names.organization);
      await refusalOf(client.modify(names.organization, raise("objectVersion", 1)));
    });
    for (const [now, then] of [
      [directory.statsOf(dc1), before.dc1],
      [directory.stats(), before.all],
    ] as const) {
      assert.deepEqual(now, {
        connections: then.connections + 1,
        binds: then.binds + 1,
        searches: then.searches + 1,
        writes: then.writes + 1,
      });
    }
    assert.deepEqual(directory.statsOf(dc2), before.dc2);
    assert.throws(() => directory.statsOf("dc9.contoso.com"), {
      message: '"dc9.contoso.com" is no domain controller of the lab',
    });
  });

  it("is as it was at the start after a reset", async () => {
    assert.equal(await attempt("prep", dc1, names.schemaVersion, raise("rangeUpper", 11116)), "done");
    directory.store.add(`CN=New,${names.services}`, new Map([["objectClass", ["container"]]]));
    directory.store.reset();
    assert.equal(stored(names.schemaVersion, "rangeUpper"), "10637");
    assert.equal(directory.store.entry(`CN=New,${names.services}`), undefined);
    assert.equal(await attempt("prep", dc1, names.schemaVersion, raise("rangeUpper", 11116)), "done");
  });
});
