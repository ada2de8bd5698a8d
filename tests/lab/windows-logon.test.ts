import assert from "node:assert/strict";
import { contoso, type Lab, startLab } from "../../lab";
import { newKeyPair } from "../../lab/windows/keys";
import { logOn } from "../../lab/windows/logon-service";
import { connect, exec } from "./windows-support";

/** Groups of an account on a computer, as name and SID. */
async function groups(lab: Lab, fqdn: string, account: string): Promise<ReadonlyMap<string, string>> {
  const { user, password } = lab.connection(fqdn, account);
  const client = await connect(lab.computer(fqdn), { username: user, password });
  const { stdout } = await exec(client, "whoami /groups /fo csv /nh");
  client.end();
  return new Map(
    stdout
      .split("\r\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(`[${line.replaceAll("\\", "\\\\")}]`) as string[])
      .map(([name = "", , sid = ""]) => [name, sid]),
  );
}

describe("logging on to simulated computers", () => {
  const pair = newKeyPair();
  let lab: Lab;
  before(async () => {
    const key = { authorizedKeys: { "CONTOSO\\exadmin": [pair.public] } };
    lab = await startLab(contoso, { computers: { "mbx-lon.contoso.com": key } });
  });
  after(() => lab.stop());

  it("shows a domain account's nested groups with the directory's SIDs", async () => {
    const found = await groups(lab, "dc1.contoso.com", "CONTOSO\\prep");
    const domain = found.get("CONTOSO\\Domain Users")?.replace(/-513$/, "");
    assert.match(domain ?? "", /^S-1-5-21-\d+-\d+-\d+$/);
    assert.equal(found.get("CONTOSO\\Schema Admins"), `${domain}-518`);
    assert.equal(found.get("CONTOSO\\Enterprise Admins"), `${domain}-519`);
  });

  it("makes nested members of a listed group administrators, and nobody else", async () => {
    assert.equal(
      (await groups(lab, "mbx-lon.contoso.com", "CONTOSO\\exadmin")).has("BUILTIN\\Administrators"),
      true,
    );
    assert.equal(
      (await groups(lab, "mbx-lon.contoso.com", "CONTOSO\\helpdesk")).has("BUILTIN\\Administrators"),
      false,
    );
  });

  it("logs an account of one domain on to a computer of the other", async () => {
    const found = await groups(lab, "mbx-dub.emea.contoso.com", "CONTOSO\\exadmin");
    assert.ok(found.has("CONTOSO\\Exchange Organization Administrators"));
    assert.ok(found.has("BUILTIN\\Administrators"));
  });

  it("accepts both forms of a domain account's name", async () => {
    const host = lab.computer("mbx-lon.contoso.com");
    for (const username of ["contoso\\EXADMIN", "exadmin@contoso.com"]) {
      const client = await connect(host, { username, password: "Lab-Exadmin-1" });
      assert.match((await exec(client, "whoami")).stdout, /^contoso\\exadmin\r\n$/i);
      client.end();
    }
  });

  it("asks no other domain for an account whose groups are all of its own", async () => {
    const asked = () => lab.directory?.statsOf("emea-dc1.emea.contoso.com").connections;
    const before = asked();
    const login = { username: "CONTOSO\\exadmin", password: "Lab-Exadmin-1" };
    (await connect(lab.computer("mbx-lon.contoso.com"), login)).end();
    assert.equal(asked(), before);
  });

  it("takes a name without a domain for a local account, except on a domain controller", async () => {
    const plain = { username: "prep", password: "Lab-Prep-1" };
    await assert.rejects(connect(lab.computer("mbx-lon.contoso.com"), plain));
    (await connect(lab.computer("dc1.contoso.com"), plain)).end();
  });

  it("refuses a wrong password, and domain accounts on a computer outside the domain", async () => {
    const wrong = { username: "CONTOSO\\exadmin", password: "wrong" };
    await assert.rejects(connect(lab.computer("mbx-lon.contoso.com"), wrong));
    const right = { username: "CONTOSO\\exadmin", password: "Lab-Exadmin-1" };
    await assert.rejects(connect(lab.computer("edge1.perimeter.contoso.com"), right));
  });

  it("keeps the groups of a token that is held, until it is released or the computer restarts", async () => {
    const fqdn = "hub-lon.contoso.com";
    const host = lab.computer(fqdn);
    const delegates = "CN=Mailbox Delegates,CN=Users,DC=contoso,DC=com";
    const membership = (operation: "add" | "delete") =>
      lab.directory?.store.modify(delegates, [
        { operation, attribute: "member", values: ["CN=helpdesk,CN=Users,DC=contoso,DC=com"] },
      ]);
    const isDelegate = async () =>
      (await groups(lab, fqdn, "CONTOSO\\helpdesk")).has("CONTOSO\\Mailbox Delegates");
    await host.holdToken("contoso\\HELPDESK");
    membership("add");
    try {
      assert.equal(await isDelegate(), false);
      host.releaseToken("CONTOSO\\helpdesk");
      assert.equal(await isDelegate(), true);
      await host.holdToken("CONTOSO\\helpdesk");
      host.reboot();
    } finally {
      membership("delete");
    }
    assert.equal(await isDelegate(), false);
    await assert.rejects(host.holdToken("CONTOSO\\nobody"), {
      message: `CONTOSO\\nobody cannot log on to ${fqdn}.`,
    });
  });

  it("leaves no network credentials after a logon by key", async () => {
    const host = lab.computer("mbx-lon.contoso.com");
    const client = await connect(host, { username: "CONTOSO\\exadmin", privateKey: pair.private });
    assert.equal((await exec(client, "whoami")).stdout, "contoso\\exadmin\r\n");
    client.end();
    const policy = { organization: contoso, directory: lab.target, filtered: false };
    const byKey = await logOn(host.computer.spec, "CONTOSO\\exadmin", { kind: "key" }, policy);
    assert.equal(byKey?.credentials, null);
    const proof = { kind: "password", password: "Lab-Exadmin-1" } as const;
    const byPassword = await logOn(host.computer.spec, "CONTOSO\\exadmin", proof, policy);
    assert.deepEqual(byPassword?.credentials, { user: "exadmin@contoso.com", password: "Lab-Exadmin-1" });
  });
});
