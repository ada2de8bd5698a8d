/** The role group Delegated Setup, which organizations have from 2010 on, as the lab's directory registers it. */
import assert from "node:assert/strict";
import { type LabDirectory, startDirectory } from "../../lab/directory";
import { DirectorySession } from "../../lib/directory";
import { Logons } from "../../lib/logons";
import { bare, passwordOf } from "./organization";

describe("groups of an organization of 2010", () => {
  let directory: LabDirectory | undefined;
  let session: DirectorySession | undefined;
  afterEach(async () => {
    await session?.close();
    await directory?.stop();
  });

  it("are found by their entries in otherWellKnownObjects", async () => {
    directory = await startDirectory({ ...bare, release: "2010 SP3" });
    session = await DirectorySession.open(
      {
        url: directory.controllers["dc1.bare.test"]?.url ?? "",
        user: "reader@bare.test",
        password: passwordOf("reader"),
        ca: directory.ca,
      },
      new Logons(),
    );
    const { groups } = await session.forest();
    assert.ok(groups.known);
    for (const [name, sid] of [
      ["Organization Management", groups.value.organizationAdministrators],
      ["Delegated Setup", groups.value.delegatedSetup],
    ] as const) {
      const principal = await session.principal(`BARE\\${name}`);
      assert.ok(principal.known && principal.value !== null, name);
      assert.equal(sid, principal.value.sid, name);
    }
  });
});
