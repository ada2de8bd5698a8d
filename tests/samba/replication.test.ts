/**
 * R11 on Samba: two real domain controllers that each hold their own copy of the configuration, so that one lags behind
 * until somebody brings it the change, two that are switched off, and one that is cut off while Setup runs. What replicates is this test's witness: Samba's
 * own replication does not run here.
 */

import assert from "node:assert/strict";
import { type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { directoryNames } from "../../lab/directory";
import type { Props } from "../../lib/wire/values";
import { Relay } from "../directory/relay";
import { beginRun, create } from "../frontDoor";
import { describeWith } from "../skip";
import { type SambaForest, startSamba } from "./samba";
import { targetOf, Witness } from "./target";
import { hidden, organization, trusted } from "./upgrade";

const names = directoryNames(organization);
const dc1 = "dc1.contoso.com";
const emeaDc1 = "emea-dc1.emea.contoso.com";
const off = "ldaps://127.0.0.1:1 refuses connections (ECONNREFUSED)";
const lag = `${emeaDc1} (organization 10666, 2007 RTM)`;

describeWith(["samba"], "replication, on Samba", function () {
  this.timeout(120_000);
  let forest: SambaForest;
  let lab: Lab;
  let witness: Witness;
  let said: string[];
  const log = {
    info: async (text: string) => void said.push(text),
    warn: async (text: string) => void said.push(text),
    progress: async (text: string) => void said.push(text),
  };

  before(async () => {
    forest = await startSamba(organization, { trusted, hidden });
    witness = new Witness(forest, organization);
    lab = await startLab(organization, { setupSeconds: 0.02, target: targetOf(forest) });
    await witness.set("contoso.com", names.schemaVersion, "rangeUpper", "11116");
  });
  beforeEach(() => {
    said = [];
  });
  after(async () => {
    await beginRun();
    await lab?.stop();
    await forest?.stop();
  });

  const inputs = (changes: Props): Props => {
    const { directory, computers, accounts } = coordinatesOf(lab);
    return {
      target: "2007 SP1",
      directory: { ...directory, ...accounts["CONTOSO\\reader"], user: "reader@contoso.com" },
      computer: {
        name: dc1,
        media: "D:\\SP1",
        connection: { ...computers[dc1], ...accounts["CONTOSO\\prep"] },
      },
      prepared: { target: "2007 SP1", from: "2007 RTM", schema: true, organization: false, domains: [] },
      ...changes,
    };
  };
  const runs = () => lab.computer(dc1).setupRuns.length;
  const first = (error: Error) => error.message.split("\n").slice(0, 2);

  it("starts nothing while domain controllers are switched off", async () => {
    await assert.rejects(create("organization", inputs({}), log), (error: Error) => {
      assert.deepEqual(first(error), [
        `R11 (must), Active Directory preparation on ${dc1}: not verified: it could not be seen to arrive on dc2.contoso.com (not read: ${off}); dc3.contoso.com (not read: ${off})`,
        "  Needed: organization 11221 and domain contoso.com 11221 on 4 domain controllers, after Setup; each is looked at before it, too",
      ]);
      return true;
    });
    assert.equal(runs(), 0);
  });

  it("fails at the deadline where one lacks the level", async () => {
    const replication = { domainControllers: [dc1, emeaDc1], minutes: 0.02 };
    await assert.rejects(create("organization", inputs({ replication }), log), (error: Error) => {
      assert.deepEqual(first(error), [
        `R11 (must), Active Directory preparation on ${dc1}: after 0.02 min, 1 of 2 domain controllers has an earlier level`,
        `  Found:  ${lag}`,
      ]);
      return true;
    });
    assert.equal(runs(), 1);
  });

  it("goes on as soon as the level has arrived, without those that are off where that is waived", async () => {
    const arriving = {
      ...log,
      progress: async (text: string) => {
        await log.progress(text);
        if (text.includes("have the new level"))
          await witness.set("emea.contoso.com", names.organization, "objectVersion", "11221");
      },
    };
    const { outs } = await create(
      "organization",
      inputs({ waive: { R11: "dc2 and dc3 are in repair" } }),
      arriving,
    );
    assert.equal(outs.adopted, true);
    const waited = said.filter((text) => text.includes("have the new level"));
    assert.equal(waited.length, 1, said.join("\n"));
    assert.match(waited[0] ?? "", /: 1 of 4 domain controllers have the new level; waiting for /);
    assert.ok(
      said.some((text) =>
        text.startsWith(`${dc1}: R11 is waived (dc2 and dc3 are in repair): not verified: `),
      ),
    );
    assert.match(said.at(-1) ?? "", /; adopted, Setup was not run; on 2 domain controllers$/);
    assert.equal(runs(), 1);
  });

  describe("when a domain controller is cut off while Setup runs", () => {
    let relay: Relay;
    const through = (changes: Props = {}): Props => {
      const { directory, ...others } = inputs(changes);
      const given = directory as Props;
      const urls = { ...(given.domainControllers as Props), [emeaDc1]: `ldaps://127.0.0.1:${relay.port}` };
      const replication = { domainControllers: [dc1, emeaDc1], minutes: 0.02 };
      return { ...others, directory: { ...given, domainControllers: urls }, replication };
    };
    const levels = (level: string) =>
      Promise.all(
        ["contoso.com", "emea.contoso.com"].map((domain) =>
          witness.set(domain, names.organization, "objectVersion", level),
        ),
      );
    const cutOff = () =>
      `it could not be seen to arrive on ${emeaDc1} (not read: ${off.replace(":1 ", `:${relay.port} `)})`;

    before(async () => {
      await levels("10666");
      relay = await Relay.before(coordinatesOf(lab).directory.domainControllers[emeaDc1] ?? "");
    });
    after(() => relay?.close());

    it("fails, as it cannot be seen to arrive there", async () => {
      let closed: Promise<void> | undefined;
      lab.computer(dc1).faults.atPhase = () => {
        closed ??= relay.close();
      };
      await assert.rejects(create("organization", through(), log), (error: Error) => {
        assert.deepEqual(first(error), [
          `R11 (must), Active Directory preparation on ${dc1}: not verified: ${cutOff()}`,
          "  Needed: organization 11221 and domain contoso.com 11221 on 2 domain controllers",
        ]);
        return true;
      });
      delete lab.computer(dc1).faults.atPhase;
      await closed;
      assert.equal(runs(), 2);
    });

    it("goes on without it where that is waived", async () => {
      const { outs } = await create("organization", through({ waive: { R11: "its line is down" } }), log);
      assert.equal(outs.adopted, true);
      assert.ok(
        said.includes(`${dc1}: R11 is waived (its line is down): not verified: ${cutOff()}`),
        said.join("\n"),
      );
      assert.match(said.at(-1) ?? "", /; on 1 domain controller$/);
      assert.equal(runs(), 2);
    });

    it("waits for it again once it is back, and does not run Setup again", async () => {
      relay = await Relay.before(coordinatesOf(lab).directory.domainControllers[emeaDc1] ?? "");
      await assert.rejects(create("organization", through(), log), (error: Error) => {
        assert.deepEqual(first(error), [
          `R11 (must), Active Directory preparation on ${dc1}: after 0.02 min, 1 of 2 domain controllers has an earlier level`,
          `  Found:  ${lag}`,
        ]);
        return true;
      });
      await levels("11221");
      const { outs } = await create("organization", through(), log);
      assert.equal(outs.adopted, true);
      assert.match(said.at(-1) ?? "", /; adopted, Setup was not run; on 2 domain controllers$/);
      assert.equal(runs(), 2);
    });
  });
});
