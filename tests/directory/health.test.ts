/** What support has seen Setup stop at, as a session reads it of the lab's directory: sound, flawed and partly hidden. */
import assert from "node:assert/strict";
import { contoso } from "../../lab";
import { directoryNames, type HiddenRule, type LabDirectory, startDirectory } from "../../lab/directory";
import type { Organization } from "../../lab/organization";
import { wingtip } from "../../lab/wingtip";
import { DirectorySession } from "../../lib/directory";
import { lookedFor } from "../../lib/directory/schemaNames";
import type { Fact } from "../../lib/facts";
import { Logons } from "../../lib/logons";
import { securityGroupNames } from "../../lib/releases";
import { valueFrom } from "./contract-support";

const names = directoryNames(contoso);
const emea = "DC=emea,DC=contoso,DC=com";
const guid = "0b1f63a4-5f0e-4c53-9d0d-6f2f5f0e7c11";

/** Everything at once: no flaw keeps another one from being seen. */
const flawed: Organization = {
  ...contoso,
  unsynchronized: ["dc1.contoso.com"],
  flaws: [
    { kind: "deleted group", group: "Exchange Servers" },
    { kind: "unregistered group", group: "Exchange View-Only Administrators" },
    { kind: "wrong group type", group: "Exchange Recipient Administrators", type: "global" },
    { kind: "mail-enabled group", group: "ExchangeLegacyInterop" },
    { kind: "malformed registration", value: "B:32:A7D2" },
    { kind: "duplicate schema name" },
    { kind: "further system objects", domain: "emea.contoso.com", level: "10628" },
    { kind: "renamed computers container", domain: "emea.contoso.com" },
    { kind: "stray read-only controller", domain: "emea.contoso.com", host: "RODC1" },
    {
      kind: "denied permissions",
      to: "CONTOSO\\Exchange Change Team",
      of: "system objects",
      domain: "contoso.com",
    },
    { kind: "denied permissions", to: "CONTOSO\\helpdesk", of: "domain", domain: "emea.contoso.com" },
    { kind: "hierarchies without a tree" },
    { kind: "further ActiveSync", server: "cas-lon.contoso.com" },
    { kind: "relationship without URI", name: "Fabrikam" },
  ],
};

describe("what Setup is known to stop at, in a directory", function () {
  this.timeout(60_000);
  const open: { directory: LabDirectory; session: DirectorySession }[] = [];
  afterEach(async () => {
    for (const { directory, session } of open.splice(0)) {
      await session.close();
      await directory.stop();
    }
  });

  const read = async (organization: Organization, hidden: readonly HiddenRule[] = []) => {
    const directory = await startDirectory(organization, { hidden });
    const { root, accounts, schemaMaster } = organization;
    const urls = Object.entries(directory.controllers).map(([name, { url }]) => [name, url] as const);
    const connection = {
      url: directory.controllers[schemaMaster]?.url ?? "",
      user: `reader@${root}`,
      password: accounts.find(({ name }) => name === "reader")?.password ?? "",
      ca: directory.ca,
      domainControllers: Object.fromEntries(urls),
    };
    const session = await DirectorySession.open(connection, new Logons());
    open.push({ directory, session });
    await session.forest();
    return session;
  };
  const counted = async <T>(session: DirectorySession, ask: Promise<Fact<T>>, most: number) => {
    const before = session.searches;
    const value = valueFrom(await ask);
    assert.equal(session.searches - before, most);
    return value;
  };

  it("is nothing in a sound directory, in one search for each question of a domain or the forest", async () => {
    const session = await read(contoso);
    const groups = await counted(session, session.securityGroups(securityGroupNames("2007")), 1);
    assert.deepEqual(
      groups.registered.map(({ state, groupType, mailEnabled }) => [state, groupType, mailEnabled]),
      groups.registered.map(() => ["group", -2147483640, false]),
    );
    assert.equal(groups.registered.length, 5);
    assert.deepEqual(groups.units, [{ dn: names.securityGroups, atRoot: true }]);
    assert.deepEqual(groups.unregistered, []);
    assert.deepEqual(await counted(session, session.schemaNames(), 1), {
      resourceProperty: "msExchResourcePropertySchema",
      resourceMayContain: ["msExchResourcePropertySchema"],
      lacks: [],
      duplicates: [],
    });
    assert.equal(await counted(session, session.synchronized("dc1.contoso.com"), 1), true);
    for (const domain of ["contoso.com", "emea.contoso.com"]) {
      const objects = await counted(session, session.domainObjects(domain), 1);
      assert.deepEqual(objects.systemObjects, [{ dn: names.systemObjects(domain), level: 10628 }]);
      assert.equal(objects.computers, "there");
      assert.deepEqual(objects.strayReadOnly, []);
    }
    const organization = await counted(session, session.organizationObjects(), 1);
    assert.equal(organization.hierarchies, null);
    assert.deepEqual(organization.trees, []);
    const { directories, relationships } = await counted(session, session.serverObjects(), 1);
    assert.deepEqual(relationships, []);
    assert.ok([...directories.values()].flat().every(({ activeSync }) => !activeSync));
    // One search in each of the two domains, and none for names where there is no mailbox.
    assert.deepEqual(await counted(session, session.systemMailboxes(true), 2), []);
  });

  it("is each flaw, and no other", async () => {
    const session = await read(flawed);
    const groups = valueFrom(await session.securityGroups(securityGroupNames("2007")));
    assert.deepEqual(
      groups.registered.map(({ value, state, groupType, mailEnabled }) => [
        value.split(":").slice(3).join(":").split(",")[0],
        state,
        groupType,
        mailEnabled,
      ]),
      [
        ["CN=Exchange Organization Administrators", "group", -2147483640, false],
        ["CN=Exchange Recipient Administrators", "group", -2147483646, false],
        ["CN=ExchangeLegacyInterop", "group", -2147483640, true],
        [`CN=Exchange Servers\\0ADEL:${guid}`, "deleted", null, false],
        ["", "malformed", null, false],
      ],
    );
    assert.deepEqual(groups.unregistered, [
      `CN=Exchange Servers,${names.securityGroups}`,
      `CN=Exchange View-Only Administrators,${names.securityGroups}`,
    ]);
    const duplicate = `DUP-msExchResourcePropertySchema-${guid}`;
    assert.deepEqual(valueFrom(await session.schemaNames()), {
      resourceProperty: duplicate,
      resourceMayContain: [duplicate],
      lacks: [],
      duplicates: [{ dn: `CN=ms-Exch-Resource-Property-Schema,${names.schema}`, name: duplicate }],
    });
    assert.equal(valueFrom(await session.synchronized("dc1.contoso.com")), false);
    const objects = valueFrom(await session.domainObjects("emea.contoso.com"));
    assert.deepEqual(objects.systemObjects, [
      { dn: `CN=Further Exchange System Objects,${emea}`, level: 10628 },
      { dn: `CN=Microsoft Exchange System Objects,${emea}`, level: 10628 },
    ]);
    assert.equal(objects.computers, "absent");
    assert.deepEqual(objects.strayReadOnly, [`CN=RODC1,OU=Branches,${emea}`]);
    assert.equal(objects.access[emea]?.[0]?.allow, false);
    const { access } = valueFrom(await session.domainObjects("contoso.com"));
    assert.equal(access[names.systemObjects("contoso.com")]?.[0]?.allow, false);
    const organization = valueFrom(await session.organizationObjects());
    assert.equal(organization.hierarchies, `CN=Folder Hierarchies,${names.administrativeGroup}`);
    assert.equal(organization.readable, true);
    const { directories, relationships } = valueFrom(await session.serverObjects());
    assert.deepEqual(
      directories
        .get(names.server("cas-lon.contoso.com"))
        ?.filter(({ activeSync }) => activeSync)
        .map(({ name }) => name),
      ["Microsoft-Server-ActiveSync (Default Web Site)", "Microsoft-Server-ActiveSync (Phones)"],
    );
    assert.deepEqual(relationships, [{ dn: `CN=Fabrikam,${names.organization}`, applicationUri: "absent" }]);
  });

  it("is an OU with another name, whose groups are still found by what is registered", async () => {
    const moved = "OU=Exchange Groups,DC=contoso,DC=com";
    const session = await read({ ...contoso, flaws: [{ kind: "moved unit", to: moved }] });
    const groups = valueFrom(await session.securityGroups(securityGroupNames("2007")));
    assert.deepEqual(groups.units, []);
    assert.equal(groups.readable, true);
    assert.ok(groups.registered.every(({ state }) => state === "group"));
  });

  it("is an OU of this name in another place", async () => {
    const inside = "OU=Microsoft Exchange Security Groups,OU=Domain Controllers,DC=contoso,DC=com";
    const session = await read({ ...contoso, flaws: [{ kind: "moved unit", to: inside }] });
    const { units } = valueFrom(await session.securityGroups(securityGroupNames("2007")));
    assert.deepEqual(units, [{ dn: inside, atRoot: false }]);
  });

  it("is not known where the account does not see it", async () => {
    const from = "CONTOSO\\reader";
    const hidden: readonly HiddenRule[] = [
      { dn: names.securityGroups, from },
      { dn: `CN=Computers,${names.root}`, from },
      { dn: names.root, attribute: "nTSecurityDescriptor", from },
      { dn: `CN=ms-Exch-Resource-Property-Schema,${names.schema}`, from },
    ];
    const session = await read(contoso, hidden);
    const groups = valueFrom(await session.securityGroups(securityGroupNames("2007")));
    assert.ok(groups.registered.every(({ state }) => state === "unseen"));
    assert.deepEqual([groups.units, groups.readable, groups.unregistered], [[], false, []]);
    assert.equal(valueFrom(await session.domainObjects("contoso.com")).computers, "unseen");
    assert.equal(valueFrom(await session.schemaNames()).resourceProperty, null);
  });

  it("is no name that the schema of Exchange 2003 has not", async () => {
    const accounts = contoso.accounts.map((account) => ({ ...account, memberOf: [] }));
    const older = { ...contoso, release: "2003 SP2", groups: [], accounts, computers: [] };
    const session = await read(older);
    const { resourceProperty, lacks } = valueFrom(await session.schemaNames());
    assert.deepEqual([resourceProperty, lacks], [null, [...lookedFor]]);
    const hiding = await read(older, [
      { dn: names.schema, attribute: "nTSecurityDescriptor", from: "CONTOSO\\reader" },
    ]);
    assert.deepEqual(valueFrom(await hiding.schemaNames()).lacks, []);
  });

  it("is asked in as many searches for forty servers as for one", async () => {
    const [model] = contoso.computers.filter(({ roles }) => roles.includes("Client Access"));
    assert.ok(model);
    const asked = async (count: number) => {
      const computers = Array.from({ length: count }, (_, i) => ({ ...model, name: `cas-${i}.contoso.com` }));
      const session = await read({ ...contoso, computers });
      const before = session.searches;
      await session.securityGroups(securityGroupNames("2007"));
      await session.schemaNames();
      await session.synchronized("dc1.contoso.com");
      for (const domain of ["contoso.com", "emea.contoso.com"]) await session.domainObjects(domain);
      await session.organizationObjects();
      const { directories } = valueFrom(await session.serverObjects());
      await session.systemMailboxes(true);
      return [session.searches - before, directories.size];
    };
    assert.deepEqual(await asked(1), [9, 1]);
    assert.deepEqual(await asked(40), [9, 40]);
  });

  it("is a schema master that another domain controller answers for", async () => {
    const session = await read(contoso);
    const fact = await session.synchronized("dc99.contoso.com");
    assert.equal(fact.known, false);
  });

  it("is a system mailbox without what Setup needs, and a second object of its name, from 2010 on", async () => {
    const arbiter = "CN=SystemMailbox{e0dc1c29-89c3-4034-b678-e6c29d823ed9},CN=Users,DC=wingtip,DC=com";
    const sound = await read(wingtip);
    assert.deepEqual(await counted(sound, sound.systemMailboxes(false), 1), [
      {
        dn: arbiter,
        kinds: ["arbitration"],
        database: "there",
        homeServer: "there",
        userPrincipalName: "SystemMailbox{e0dc1c29-89c3-4034-b678-e6c29d823ed9}@wingtip.com",
        sameName: [],
      },
    ]);
    assert.equal((await counted(sound, sound.systemMailboxes(true), 2)).length, 1);
    const bare = await read({
      ...wingtip,
      flaws: [{ kind: "system mailbox", lacks: "homeMDB" }, { kind: "second user of its name" }],
    });
    const [mailbox] = valueFrom(await bare.systemMailboxes(true));
    assert.equal(mailbox?.database, "absent");
    assert.equal(mailbox?.homeServer, "there");
    assert.deepEqual(mailbox?.sameName, ["CN=Namesake,CN=Users,DC=wingtip,DC=com"]);
    const homeless = await read({
      ...wingtip,
      flaws: [{ kind: "system mailbox", lacks: "msExchHomeServerName" }],
    });
    assert.equal(valueFrom(await homeless.systemMailboxes(false))[0]?.homeServer, "absent");
    const unseen = await read({ ...wingtip }, [
      { dn: arbiter, attribute: "homeMDB", from: "WINGTIP\\reader" },
    ]);
    assert.equal(valueFrom(await unseen.systemMailboxes(false))[0]?.database, "unseen");
  });
});
