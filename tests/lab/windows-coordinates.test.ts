import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { coordinatesOf, writeCoordinates } from "../../lab/coordinates";
import { connect, exec } from "./windows-support";

describe("the coordinates of a lab", () => {
  let lab: Lab;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "coordinates-"));
    lab = await startLab(contoso);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.stop();
  });

  it("are in a file that only its owner reads", () => {
    const path = join(folder, "lab.json");
    writeCoordinates(lab, path);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), coordinatesOf(lab));
  });

  it("never go through a link that somebody put in the file's place", () => {
    const target = join(folder, "elsewhere");
    const path = join(folder, "link.json");
    symlinkSync(target, path);
    writeCoordinates(lab, path);
    assert.throws(() => statSync(target), { code: "ENOENT" });
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), coordinatesOf(lab));
  });

  it("suffice to log on to every computer", async () => {
    const { computers, accounts } = coordinatesOf(lab);
    assert.deepEqual(
      Object.keys(computers),
      contoso.computers.map(({ name }) => name),
    );
    for (const [fqdn, { port }] of Object.entries(computers)) {
      const account = accounts[`${fqdn}\\Administrator`] ?? accounts["CONTOSO\\exadmin"];
      assert.ok(account);
      const client = await connect({ port }, { username: account.user, password: account.password });
      assert.equal((await exec(client, "hostname")).stdout, `${fqdn.split(".")[0]}\r\n`);
      client.end();
    }
  });

  it("name every domain controller's LDAPS URL", () => {
    const { directory } = coordinatesOf(lab);
    assert.deepEqual(
      Object.keys(directory.domainControllers),
      contoso.domainControllers.map(({ name }) => name),
    );
    assert.equal(directory.url, directory.domainControllers[contoso.schemaMaster]);
    assert.match(directory.url, /^ldaps:\/\/127\.0\.0\.1:\d+$/);
    assert.match(directory.ca, /^-----BEGIN CERTIFICATE-----/);
  });

  it("are asked by the names that the lab has", () => {
    assert.throws(() => lab.connection("none.contoso.com", "CONTOSO\\prep"), {
      message: `The lab has no computer "none.contoso.com"; it has ${contoso.computers.map(({ name }) => name).join(", ")}.`,
    });
    assert.throws(() => lab.connection("dc1.contoso.com", "CONTOSO\\nobody"), {
      message: 'The lab has no account "CONTOSO\\nobody" for dc1.contoso.com.',
    });
    assert.deepEqual(lab.connection("dc1.contoso.com", "prep").user, "CONTOSO\\prep");
  });
});
