/** P1 and P3 on Samba: nested membership and real access control lists, as a delegated server administrator meets them. */
import assert from "node:assert/strict";
import { type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { directoryNames } from "../../lab/directory";
import { closeFacts, forgetFacts } from "../../lib/resources/facts";
import { check } from "../../lib/resources/handler";
import { describeWith } from "../skip";
import { type SambaForest, startSamba } from "./samba";
import { targetOf, Witness } from "./target";
import { furtherServer, organization, trusted } from "./upgrade";

const names = directoryNames(organization);
const quiet = { info: async () => {}, warn: async () => {}, progress: async () => {} };
const prepared = {
  target: "2007 SP1",
  from: "2007 RTM",
  schema: true,
  organization: true,
  domains: ["*"],
};

describeWith(["samba"], "rules on servers, on Samba", function () {
  this.timeout(120_000);
  let forest: SambaForest;
  let lab: Lab;
  let witness: Witness;

  before(async () => {
    forest = await startSamba(organization, { trusted });
    witness = new Witness(forest, organization);
    lab = await startLab(organization, { setupSeconds: 0.02, target: targetOf(forest) });
  });
  after(async () => {
    await closeFacts();
    await lab?.stop();
    await forest?.stop();
  });

  /** First lines of what refuses an account's upgrade of a server, the findings on Client Access servers aside. */
  const refusals = async (name: string, account: string): Promise<readonly (string | undefined)[]> => {
    await forgetFacts();
    const { directory, computers, accounts } = coordinatesOf(lab);
    const inputs = {
      target: "2007 SP1",
      directory: { ...directory, ...accounts["CONTOSO\\reader"], user: "reader@contoso.com" },
      computer: { name, media: "D:\\SP1", connection: { ...computers[name], ...accounts[account] } },
      prepared,
    };
    const { failures } = await check("server", {}, inputs, quiet);
    return failures.map(({ reason }) => reason.split("\n")[0]);
  };

  it("P1: a delegated administrator is refused the first Mailbox server", async () => {
    assert.deepEqual(await refusals("mbx-dub.emea.contoso.com", "CONTOSO\\mbxadmin"), [
      "P1 (must), server upgrade on mbx-dub.emea.contoso.com: it is the first server with Mailbox to be upgraded, and CONTOSO\\mbxadmin is not in Exchange Organization Administrators",
    ]);
    assert.deepEqual(await refusals("mbx-dub.emea.contoso.com", "CONTOSO\\exadmin"), []);
  });

  describe("once a Mailbox server is upgraded", () => {
    before(async () => {
      const mbxLon = names.server("mbx-lon.contoso.com");
      await witness.set("contoso.com", mbxLon, "serialNumber", "Version 8.1 (Build 30240.6)");
    });

    it("P3: its delegated administrator may upgrade a further one, by way of two groups", async () => {
      assert.deepEqual(await refusals("mbx-dub.emea.contoso.com", "CONTOSO\\mbxadmin"), []);
    });

    it("P3: control of the server's object is not enough without local Administrators", async () => {
      assert.deepEqual(await refusals(furtherServer, "CONTOSO\\mbxadmin"), [
        `P3 (must), server upgrade on ${furtherServer}: contoso\\mbxadmin is not in local Administrators`,
      ]);
    });

    it("P3: nor are local Administrators without control of the server's object", async () => {
      assert.deepEqual(await refusals(furtherServer, "CONTOSO\\helpdesk"), [
        `P3 (must), server upgrade on ${furtherServer}: CONTOSO\\helpdesk is neither Exchange Server Administrator for this server nor in Exchange Organization Administrators`,
      ]);
    });
  });
});
