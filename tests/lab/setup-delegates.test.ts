/** Simulated Setup, run by an Exchange Server Administrator (rule P3). */
import assert from "node:assert/strict";
import type { Lab } from "../../lab";
import { prepareContoso, serverVersion, setup, startContoso } from "./setup-support";

const exadmin = "CONTOSO\\exadmin";
const mbxadmin = "CONTOSO\\mbxadmin";
const london = "mbx-lon.contoso.com";
const dublin = "mbx-dub.emea.contoso.com";

describe("simulated Setup, run by an administrator of single servers", () => {
  let lab: Lab;
  before(async () => {
    lab = await startContoso();
    await prepareContoso(lab);
  });
  after(() => lab?.stop());

  it("does not upgrade the first server of a role, and then any further one that is delegated", async () => {
    const first = await setup(lab, london, mbxadmin, "/mode:upgrade");
    assert.equal(first.code, 1);
    assert.match(first.stdout, /must be an Exchange Organization Administrator/);
    assert.equal((await setup(lab, london, exadmin, "/mode:upgrade")).code, 0);
    assert.equal((await setup(lab, dublin, mbxadmin, "/mode:upgrade")).code, 0);
    assert.deepEqual(await serverVersion(lab, "mbx-dub"), ["Version 8.1 (Build 30240.6)", "1912701168"]);
  });
});
