/** The parser of security descriptors, against Samba's own, on every descriptor of a real directory. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { type BerWriter, Client, Control } from "ldapts";
import { readAccessEntries } from "../../lib/directory/securityDescriptor";
import { type SambaForest, startSamba } from "../samba/samba";
import { describeWith } from "../skip";
import { bare, nothingOfExchange } from "./organization";

/** An entry as access-lists.py gives it. */
interface SambaEntry {
  readonly type: number;
  readonly flags: number;
  readonly mask: number;
  readonly sid: string;
  readonly objectFlags?: number;
}

/** LDAP_SERVER_SD_FLAGS_OID: owner, group and discretionary list. */
class WithoutAudit extends Control {
  constructor() {
    super("1.2.840.113556.1.4.801", { critical: true });
  }

  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(Buffer.from([0x30, 0x03, 0x02, 0x01, 0x07]), 0x04);
  }
}

describeWith(["samba"], "security descriptors of a Samba forest", () => {
  let forest: SambaForest;
  before(async function () {
    this.timeout(300_000);
    forest = await startSamba(bare, { hidden: nothingOfExchange });
  });
  after(() => forest?.stop());

  async function descriptorsBelow(base: string): Promise<readonly Buffer[]> {
    const client = new Client({
      url: forest.urlOf("dc1.bare.test"),
      tlsOptions: { ca: forest.ca },
      timeout: 10_000,
    });
    try {
      await client.bind(forest.adminUser, forest.adminPassword);
      const attribute = "nTSecurityDescriptor";
      const { searchEntries } = await client.search(
        base,
        { attributes: [attribute], explicitBufferAttributes: [attribute], paged: { pageSize: 1000 } },
        new WithoutAudit(),
      );
      return searchEntries.flatMap((entry) => entry[attribute] ?? []).filter(Buffer.isBuffer);
    } finally {
      await client.unbind();
    }
  }

  it("are read alike", async () => {
    const domain = await descriptorsBelow("DC=bare,DC=test");
    const descriptors = [...domain, ...(await descriptorsBelow("CN=Configuration,DC=bare,DC=test"))];
    assert.ok(descriptors.length > 500, `${descriptors.length} descriptors`);
    const decoded = await decode(descriptors);
    let leftOut = 0;
    descriptors.forEach((descriptor, index) => {
      const all = decoded[index] ?? [];
      const kept = all.filter(({ type, flags, objectFlags = 0 }) => {
        return [0, 1, 5, 6].includes(type) && (flags & 0x08) === 0 && (objectFlags & 1) === 0;
      });
      leftOut += all.length - kept.length;
      assert.deepEqual(
        readAccessEntries(descriptor),
        kept.map(({ type, sid, mask }) => ({ sid, allow: type === 0 || type === 5, mask })),
      );
    });
    // Samba's descriptors hold entries of every kind, or this test would say little.
    assert.ok(leftOut > 500, `${leftOut} entries left out`);
  });
});

function decode(descriptors: readonly Buffer[]): Promise<readonly (readonly SambaEntry[])[]> {
  return new Promise((resolve, reject) => {
    const script = join(__dirname, "..", "samba", "access-lists.py");
    // Debian's own Python: it has the samba module, which another one on PATH has not.
    const child = execFile("/usr/bin/python3", [script], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      if (error !== null) reject(error);
      else
        resolve(
          stdout
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line)),
        );
    });
    child.stdin?.end(descriptors.map((each) => `${each.toString("base64")}\n`).join(""));
  });
}
