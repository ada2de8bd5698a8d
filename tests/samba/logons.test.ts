/** Logons that a real directory refuses, in its own words, and what sessions do then. */
import assert from "node:assert/strict";
import { Attribute, Change, Client } from "ldapts";
import { DirectorySession } from "../../lib/directory";
import { Logons } from "../../lib/logons";
import { valueFrom, whyOf } from "../directory/contract-support";
import { hidden, names, organization, passwordOf, trusted } from "../directory/organization";
import { Relay } from "../directory/relay";
import { describeWith } from "../skip";
import { type SambaForest, startSamba } from "./samba";

const dc1 = "dc1.contoso.test";
const plain = `CN=plain,CN=Users,${names.root}`;

const noHours = Buffer.alloc(21);
const everyHour = Buffer.alloc(21, 255);

describeWith(["samba"], "logons that Samba refuses", () => {
  let forest: SambaForest;
  let administrator: Client;
  /** Those of one run. */
  let logons = new Logons();

  before(async function () {
    this.timeout(300_000);
    forest = await startSamba(organization, { hidden, trusted });
    administrator = new Client({ url: forest.urlOf(dc1), tlsOptions: { ca: forest.ca }, timeout: 10_000 });
    await administrator.bind(forest.adminUser, forest.adminPassword);
  });
  after(async () => {
    await administrator?.unbind();
    await forest?.stop();
  });

  async function set(dn: string, type: string, value: string | Buffer): Promise<void> {
    const modification = new Attribute({ type, values: [value] as string[] | Buffer[] });
    await administrator.modify(dn, new Change({ operation: "replace", modification }));
  }

  async function clear(dn: string, type: string): Promise<void> {
    const modification = new Attribute({ type, values: [] });
    await administrator.modify(dn, new Change({ operation: "delete", modification }));
  }

  function open(password = passwordOf("plain"), url = forest.urlOf(dc1)): Promise<DirectorySession> {
    const connection = { url, user: "plain@contoso.test", password, ca: forest.ca, serverName: dc1 };
    return DirectorySession.open(connection, logons);
  }

  const refusal = (data: string, cause: string): string =>
    `refused to log on plain@contoso.test (LDAP result 49, data ${data}): ${cause}`;
  const locked = refusal(
    "775",
    "the user is locked out; unlock it, and check where a wrong password keeps being used",
  );

  for (const [title, attribute, value, undo, expected] of [
    [
      "a disabled user",
      "userAccountControl",
      "514",
      "512",
      refusal("533", "the user is disabled; enable it or use another"),
    ],
    [
      "a user who must change the password",
      "pwdLastSet",
      "0",
      "-1",
      refusal("773", "the user must change the password before it can log on; set a new one"),
    ],
    [
      "a user who has expired",
      "accountExpires",
      "116444736000000000",
      "0",
      refusal("701", "the user has expired; extend it or use another"),
    ],
    [
      "a user outside its logon hours",
      "logonHours",
      noHours,
      everyHour,
      refusal("530", "this user may not log on at this time; change its logon hours or wait"),
    ],
    [
      "a user at a computer that is not among its workstations",
      "userWorkstations",
      "PC1",
      null,
      refusal(
        "531",
        "this user may not log on at this computer; change the workstations that it may log on to",
      ),
    ],
  ] as const) {
    it(`${title} is told apart from a wrong password`, async () => {
      await set(plain, attribute, value);
      try {
        await assert.rejects(open(), { message: `Directory ${forest.urlOf(dc1)}:636 ${expected}` });
      } finally {
        if (undo === null) await clear(plain, attribute);
        else await set(plain, attribute, undo);
      }
      await (await open()).close();
    });
  }

  it("a session asks once, and not again, when its user is refused in the middle", async () => {
    const relay = await Relay.before(forest.urlOf(dc1));
    const session = await open(passwordOf("plain"), `ldaps://127.0.0.1:${relay.port}`);
    try {
      assert.equal(valueFrom((await session.forest()).schema), 10637);
      await set(plain, "userAccountControl", "514");
      relay.cut();
      const why = `ldaps://127.0.0.1:${relay.port} ${refusal("533", "the user is disabled; enable it or use another")}`;
      // Some facts are kept by domain or domain controller: those are asked one by one.
      const facts = Object.values(await session.forest()).flatMap((fact) =>
        "known" in fact ? [fact] : Object.values(fact),
      );
      const later = [await session.domainLevel("contoso.test"), await session.account("CONTOSO\\nested")];
      assert.deepEqual(new Set([...facts, ...later].map(whyOf)), new Set([why]));
      assert.equal(relay.accepted, 2);
    } finally {
      await set(plain, "userAccountControl", "512");
      await session.close();
      await relay.close();
    }
  });

  it("wrong passwords lock the user out, and the right one does not help then", async () => {
    await set(names.root, "lockoutThreshold", "3");
    for (let tries = 0; tries < 3; tries++) {
      await assert.rejects(open("Wr0ng-Secret"), /data 52e/);
      // One run sends it once: these are three.
      await assert.rejects(
        open("Wr0ng-Secret"),
        /is not tried on .* again, so that the account is not locked/,
      );
      logons = new Logons();
    }
    await assert.rejects(open(), { message: `Directory ${forest.urlOf(dc1)}:636 ${locked}` });
    logons = new Logons();
    await set(plain, "lockoutTime", "0");
    await (await open()).close();
  });
});
