/** Permissions on servers in the lab's directory, and what it says of functional levels and domain controllers. */
import assert from "node:assert/strict";
import { type BerWriter, type Client, Control, type Entry, type SearchOptions } from "ldapts";
import { contoso } from "../../lab/contoso";
import { directoryEntries, type LabDirectory, startDirectory } from "../../lab/directory";
import {
  accessRights,
  grants,
  securityDescriptor,
  selectParts,
} from "../../lab/directory/security-descriptor";
import { as, change, dc1, dc2, emeaDc1, names, readEntry, refusalOf, valuesOf } from "./directory-support";

const mailbox = names.server("mbx-lon.contoso.com");
const attribute = "nTSecurityDescriptor";

/** LDAP_SERVER_SD_FLAGS_OID with any value. */
class DescriptorParts extends Control {
  constructor(private readonly octets: readonly number[]) {
    super("1.2.840.113556.1.4.801", { critical: true });
  }

  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(Buffer.from(this.octets), 0x04);
  }
}

const dacl = new DescriptorParts([0x30, 0x03, 0x02, 0x01, 0x04]);
const owner = new DescriptorParts([0x30, 0x03, 0x02, 0x01, 0x01]);
const all = new DescriptorParts([0x30, 0x03, 0x02, 0x01, 0x0f]);

describe("the lab's directory, asked for security descriptors", () => {
  let directory: LabDirectory;
  before(async () => {
    directory = await startDirectory(contoso);
  });
  after(() => directory.stop());

  /** The descriptor of a server as an account gets it; undefined when it does not. */
  async function descriptor(
    account: string,
    attributes: string[],
    control?: Control,
  ): Promise<Buffer | undefined> {
    const entry = await as(directory, account, async (client: Client): Promise<Entry | undefined> => {
      const options: SearchOptions = { scope: "base", attributes, explicitBufferAttributes: [attribute] };
      return (await client.search(mailbox, options, control)).searchEntries[0];
    });
    assert.ok(entry);
    const [value] = valuesOf(entry, attribute);
    return Buffer.isBuffer(value) ? value : undefined;
  }

  it("gives them by name only, or with the control", async () => {
    assert.equal(await descriptor("prep", ["*"]), undefined);
    assert.equal(await descriptor("prep", []), undefined);
    assert.ok(await descriptor("prep", ["*"], dacl));
    assert.ok(await descriptor("prep", [attribute], dacl));
    assert.equal(await descriptor("prep", ["cn"], dacl), undefined);
  });

  it("gives the parts asked for; all of them only to whom may read the audit part", async () => {
    const whole = await descriptor("prep", [attribute]);
    assert.ok(whole);
    assert.deepEqual(await descriptor("prep", [attribute], all), whole);
    assert.equal(await descriptor("reader", [attribute]), undefined);
    assert.equal(await descriptor("reader", [attribute], all), undefined);
    const list = await descriptor("reader", [attribute], dacl);
    assert.deepEqual(list, selectParts(whole, 4));
    assert.deepEqual(await descriptor("reader", [attribute], owner), selectParts(whole, 1));
    assert.ok(list.length < whole.length);
  });

  it("refuses a control without flags", async () => {
    for (const octets of [[], [0x30, 0x00], [0x04, 0x01, 0x04]]) {
      const control = new DescriptorParts(octets);
      const search = as(directory, "reader", (client) =>
        client.search(mailbox, { scope: "base", attributes: [attribute] }, control),
      );
      assert.equal((await refusalOf(search)).code, 2);
    }
  });
});

describe("the lab's Exchange Server Administrators", () => {
  let directory: LabDirectory;
  before(async () => {
    directory = await startDirectory(contoso);
  });
  afterEach(() => directory.store.reset());
  after(() => directory.stop());

  /** Result code of a change; 0 when it was made. */
  async function write(account: string, dn: string, fqdn = dc1): Promise<number> {
    const made = change("replace", "serialNumber", ["Version 8.1 (Build 30240.6)"]);
    const request = as(directory, account, (client) => client.modify(dn, made), { fqdn });
    return request.then(
      () => 0,
      async () => (await refusalOf(request)).code,
    );
  }

  it("change the servers that are delegated to them, on every domain controller, and no others", async () => {
    for (const fqdn of [dc1, dc2, emeaDc1]) assert.equal(await write("mbxadmin", mailbox, fqdn), 0, fqdn);
    assert.equal(await write("mbxadmin", names.server("mbx-dub.emea.contoso.com")), 0);
    for (const dn of [
      names.server("hub-lon.contoso.com"),
      names.servers,
      names.organization,
      names.site("London"),
      names.systemObjects("contoso.com"),
      names.schemaVersion,
    ]) {
      assert.equal(await write("mbxadmin", dn), 50, dn);
    }
    assert.equal(await write("helpdesk", mailbox), 50);
  });

  it("lose it with their entry in the server's descriptor, which decides and not the data", async () => {
    const replace = (values: readonly Buffer[]): void =>
      directory.store.modify(mailbox, [{ operation: "replace", attribute, values }]);
    replace([securityDescriptor("S-1-5-18", [])]);
    assert.equal(await write("mbxadmin", mailbox), 50);
    replace([
      securityDescriptor("S-1-5-18", [
        { trustee: "S-1-5-11", allow: true, mask: accessRights.full, flags: 0 },
      ]),
    ]);
    assert.equal(await write("helpdesk", mailbox), 0);
    replace([]);
    assert.equal(await write("mbxadmin", mailbox), 50);
    assert.equal(await write("exadmin", mailbox), 0);
  });

  it("may add below a server", async () => {
    const add = (account: string): Promise<void> =>
      as(directory, account, (client) =>
        client.add(`CN=Protocols,${mailbox}`, { objectClass: ["top", "msExchProtocolsContainer"] }),
      );
    assert.equal((await refusalOf(add("helpdesk"))).code, 50);
    await add("mbxadmin");
  });
});

describe("access control lists of the lab", () => {
  const someone = "S-1-5-21-1-2-3-1104";
  const entry = (allow: boolean, mask: number, trustee = someone) => ({ trustee, allow, mask, flags: 0 });
  const given = (...entries: ReturnType<typeof entry>[]): boolean =>
    grants(securityDescriptor("S-1-5-18", entries), new Set([someone, "S-1-1-0"]), 0x21);

  it("let the first entry about a right decide", () => {
    assert.equal(given(entry(true, 0xf01ff)), true);
    assert.equal(given(entry(true, 0x20), entry(true, 0x01, "S-1-1-0")), true);
    assert.equal(given(entry(true, 0x20)), false);
    assert.equal(given(entry(false, 0x01), entry(true, 0xf01ff)), false);
    assert.equal(given(entry(true, 0xf01ff), entry(false, 0x01)), true);
    assert.equal(given(entry(false, 0x10), entry(true, 0xf01ff)), true);
    assert.equal(given(entry(true, 0xf01ff, "S-1-5-7")), false);
    assert.equal(given(), false);
  });
});

describe("the lab's forest at other levels", () => {
  const [root, child] = contoso.domains;
  const [first, second] = contoso.domainControllers;
  const third = contoso.domainControllers.find(({ domain }) => domain === child?.name);
  assert.ok(root && child && first && second && third);
  const organization = {
    ...contoso,
    functionalLevel: 0,
    domains: [root, { ...child, functionalLevel: 0, mixed: true }],
    domainControllers: [
      { ...first, globalCatalog: false },
      { ...second, operatingSystem: { version: "5.0 (2195)", servicePack: null } },
      { ...third, operatingSystem: null },
    ],
  };
  const attributesOf = (of: typeof contoso, dn: string) =>
    directoryEntries(of)
      .flatMap(({ entries }) => entries)
      .find((each) => each.dn === dn)?.attributes ?? {};

  it("has no functional level where Windows 2000 had no attribute for it", () => {
    const emea = names.domain("emea.contoso.com");
    assert.deepEqual(attributesOf(contoso, names.partitions)["msDS-Behavior-Version"], ["2"]);
    assert.equal(attributesOf(organization, names.partitions)["msDS-Behavior-Version"], undefined);
    assert.deepEqual(attributesOf(contoso, emea)["msDS-Behavior-Version"], ["2"]);
    assert.deepEqual(attributesOf(contoso, emea).nTMixedDomain, ["0"]);
    assert.equal(attributesOf(organization, emea)["msDS-Behavior-Version"], undefined);
    assert.deepEqual(attributesOf(organization, emea).nTMixedDomain, ["1"]);
    assert.deepEqual(attributesOf(organization, names.root)["msDS-Behavior-Version"], ["2"]);
  });

  it("has domain controllers that are no global catalogs, or of another Windows", () => {
    const computer = (host: string, domain: string): string =>
      `CN=${host},OU=Domain Controllers,${names.domain(domain)}`;
    const windows = (of: typeof contoso, dn: string): unknown => {
      const { operatingSystemVersion, operatingSystemServicePack } = attributesOf(of, dn);
      return [operatingSystemVersion, operatingSystemServicePack];
    };
    assert.deepEqual(attributesOf(contoso, names.settings(first)).options, ["1"]);
    assert.equal(attributesOf(organization, names.settings(first)).options, undefined);
    const dc2Computer = computer("DC2", "contoso.com");
    assert.deepEqual(windows(contoso, dc2Computer), [["5.2 (3790)"], ["Service Pack 2"]]);
    assert.deepEqual(windows(organization, dc2Computer), [["5.0 (2195)"], undefined]);
    const emeaComputer = computer("EMEA-DC1", "emea.contoso.com");
    assert.deepEqual(windows(organization, emeaComputer), [undefined, undefined]);
  });

  it("says so in the rootDSE", async () => {
    const directory = await startDirectory(organization);
    try {
      await as(
        directory,
        "reader",
        async (client) => {
          const dse = await readEntry(client, "");
          assert.equal(dse.forestFunctionality, "0");
          assert.equal(dse.domainFunctionality, "0");
          assert.equal(dse.domainControllerFunctionality, "2");
        },
        { fqdn: emeaDc1, name: "CONTOSO\\reader" },
      );
    } finally {
      await directory.stop();
    }
  });
});
