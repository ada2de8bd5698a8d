/** Levels on particular domain controllers, on the lab: replication to one held back, and one that is not what it is called. */
import assert from "node:assert/strict";
import { contoso } from "../../lab/contoso";
import { directoryNames, type LabDirectory, startDirectory } from "../../lab/directory";
import { DirectorySession, type HeldLevel } from "../../lib/directory";
import { Logons } from "../../lib/logons";
import { as, change, passwordOf, readEntry } from "../lab/directory-support";

const dc1 = "dc1.contoso.com";
const dc2 = "dc2.contoso.com";
const emeaDc1 = "emea-dc1.emea.contoso.com";
const names = directoryNames(contoso);
const mesoOfEmea = names.systemObjects("emea.contoso.com");

describe("levels on particular domain controllers", () => {
  let directory: LabDirectory;
  let session: DirectorySession | undefined;

  beforeEach(async () => {
    directory = await startDirectory(contoso, {
      hidden: [{ dn: mesoOfEmea, attribute: "objectVersion" }],
    });
  });
  afterEach(async () => {
    await session?.close();
    await directory.stop();
  });

  async function open(
    user: string,
    urls: { readonly [fqdn: string]: string } = {},
  ): Promise<DirectorySession> {
    const all = Object.entries(directory.controllers).map(([fqdn, { url }]) => [fqdn, url] as const);
    session = await DirectorySession.open(
      {
        url: directory.controllers[dc1]?.url ?? "",
        user: `CONTOSO\\${user}`,
        password: passwordOf(user),
        ca: directory.ca,
        domainControllers: { ...Object.fromEntries(all), ...urls },
      },
      new Logons(),
    );
    return session;
  }

  /** Each level with where it was read, or why it was not. */
  async function held(session: DirectorySession, ...asked: readonly HeldLevel[]) {
    const levels = await session.heldLevels(asked);
    return levels.map((level) =>
      level.known ? `${level.value}: ${level.source}` : `not read: ${level.why}`,
    );
  }

  const set = (dn: string, attribute: string, value: number) =>
    directory.store.modify(dn, [{ operation: "replace", attribute, values: [String(value)] }]);
  const schemaOn = (controller: string): HeldLevel => ({ controller, attribute: "schema" });

  it("are those that it holds, not those of the others", async () => {
    const session = await open("reader");
    directory.holdReplication(dc2);
    set(names.schemaVersion, "rangeUpper", 11116);
    set(names.organization, "objectVersion", 11221);
    set(names.systemObjects("contoso.com"), "objectVersion", 11221);
    const everything = (controller: string): readonly HeldLevel[] => [
      schemaOn(controller),
      { controller, attribute: "organization" },
      { controller, attribute: "domain", domain: "contoso.com" },
    ];
    const sources = (controller: string, values: readonly number[]) => [
      `${values[0]}: rangeUpper of ${names.schemaVersion} on ${controller}`,
      `${values[1]}: objectVersion of the organization under ${names.exchange} on ${controller}`,
      `${values[2]}: objectVersion of CN=Microsoft Exchange System Objects,${names.root} on ${controller}`,
    ];
    assert.deepEqual(await held(session, ...everything(dc1)), sources(dc1, [11116, 11221, 11221]));
    assert.deepEqual(await held(session, ...everything(dc2)), sources(dc2, [10637, 10666, 10628]));
    directory.releaseReplication(dc2);
    assert.deepEqual(await held(session, ...everything(dc2)), sources(dc2, [11116, 11221, 11221]));
  });

  it("are not read on another one in its place", async () => {
    const elsewhere = directory.controllers[dc1]?.url ?? "";
    const session = await open("reader", { [dc2]: elsewhere });
    assert.deepEqual(await held(session, schemaOn(dc2)), [
      `not read: ${elsewhere} shows a certificate for DNS:${dc1}, DNS:localhost, IP Address:127.0.0.1, not for ${dc2}; connect by a name in the certificate, or give that name as \`serverName\``,
    ]);
    await session.close();
    const careless = await DirectorySession.open(
      {
        url: elsewhere,
        user: "CONTOSO\\reader",
        password: passwordOf("reader"),
        insecureSkipVerify: true,
        domainControllers: { [dc2]: elsewhere },
      },
      new Logons(),
    );
    assert.deepEqual(await held(careless, schemaOn(dc2)), [
      `not read: ${elsewhere} is ${dc1}; correct the URL of ${dc2} in \`directory.domainControllers\`, or its name in DNS`,
    ]);
    await careless.close();
  });

  it("keep each its own reason, and its own place in the answer", async () => {
    const session = await open("helpdesk", { [dc2]: "ldaps://127.0.0.1:1" });
    const asked = [
      schemaOn(dc2),
      schemaOn(emeaDc1),
      { controller: emeaDc1, attribute: "domain", domain: "emea.contoso.com" },
      { controller: dc1, attribute: "domain", domain: "apac.contoso.com" },
    ] as const;
    assert.deepEqual(await held(session, ...asked), [
      "not read: ldaps://127.0.0.1:1 refuses connections (ECONNREFUSED); check that a domain controller listens on this port",
      `10637: rangeUpper of ${names.schemaVersion} on ${emeaDc1}`,
      `not read: this account cannot see objectVersion of ${mesoOfEmea}, which is always set; let it read the object`,
      "not read: the forest has no domain apac.contoso.com",
    ]);
  });

  it("are not read when the time for it is over", async () => {
    const session = await open("reader");
    const [level] = await session.heldLevels([schemaOn(dc2)], 0);
    assert.ok(level?.known === false);
    assert.equal(level.why, "the 0 s for asking were over before its turn");
  });

  it("are an absent value where the object has not arrived", async () => {
    const session = await open("reader");
    directory.store.remove(names.schemaVersion);
    directory.store.remove(names.organization);
    directory.store.remove(mesoOfEmea);
    const on = emeaDc1;
    const levels = await session.heldLevels([
      schemaOn(on),
      { controller: on, attribute: "organization" },
      { controller: on, attribute: "domain", domain: "emea.contoso.com" },
    ]);
    assert.deepEqual(
      levels.map((level) => level.known && level.value),
      [null, null, null],
    );
  });
});

describe("replication of the lab, which is simulated", () => {
  let directory: LabDirectory;
  beforeEach(async () => {
    directory = await startDirectory(contoso);
  });
  afterEach(() => directory.stop());

  it("takes what is written on a held domain controller to the others", async () => {
    directory.holdReplication(dc1);
    directory.store.modify(names.organization, [
      { operation: "replace", attribute: "objectVersion", values: ["11221"] },
    ]);
    const rangeUpper = (fqdn: string) =>
      as(
        directory,
        "prep",
        async (client) => (await readEntry(client, names.schemaVersion, ["rangeUpper"])).rangeUpper,
        { fqdn },
      );
    const organization = (fqdn: string) =>
      as(
        directory,
        "prep",
        async (client) => (await readEntry(client, names.organization, ["objectVersion"])).objectVersion,
        { fqdn },
      );
    await as(directory, "prep", (client) =>
      client.modify(names.schemaVersion, change("replace", "rangeUpper", ["11116"])),
    );
    assert.deepEqual([await rangeUpper(dc1), await rangeUpper(dc2)], ["11116", "11116"]);
    assert.deepEqual([await organization(dc1), await organization(dc2)], ["10666", "11221"]);
    directory.releaseReplication(dc1);
    assert.equal(await organization(dc1), "11221");
  });

  it("knows its domain controllers", () => {
    assert.throws(
      () => directory.holdReplication("dc9.contoso.com"),
      /"dc9\.contoso\.com" is no domain controller of the lab/,
    );
  });
});
