/** When Setup is run again and when it is not: where what it wrote is on its way, and where it stopped before its end. */

import assert from "node:assert/strict";
import { create } from "../frontDoor";
import { LabSteps } from "./lab-steps";

const dc1 = "dc1.contoso.com";
const dc2 = "dc2.contoso.com";
const others = "dc1.contoso.com, dc3.contoso.com, emea-dc1.emea.contoso.com";
const server = "mbx-lon.contoso.com";
const unproven = "  Rule:   D13, the upgrade is verified afterwards (How to upgrade to Exchange 2007 SP1)";
const needed = "  Needed: everything that the step changes at 2007 SP1, without a watermark";
const where = (computer: string) =>
  `  Where:  in the directory and, for a server, in the registry of ${computer}`;

describe("Setup and a result that is not everywhere", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log } = steps;

  beforeEach(() => steps.start());
  afterEach(() => steps.stop());

  /** A preparation's inputs that read the domain controller to which replication is held back. */
  const readingDc2 = () => ({
    directory: steps.directory({ url: steps.lab.target.urlOf(dc2) }),
    replication: { minutes: 0.002 },
  });

  it("is not run again while the domain controller that is read is behind", async () => {
    steps.lab.directory?.holdReplication(dc2);
    for (let run = 0; run < 2; run++)
      await assert.rejects(create("schema", steps.schema(readingDc2()), log), {
        message: [
          `D13 (must), schema preparation on ${dc1}: 2007 SP1 cannot be proven`,
          `  Found:  schema 10637 (2007 RTM); the target on ${others}: the domain controller that is read is behind`,
          needed,
          where(dc1),
          "  Fix:    let them replicate (`repadmin /showrepl` on each shows what stops it, `repadmin /syncall` starts it), then run pulumi up again, also with the same approved plan: it waits again, and does not run Setup again",
          unproven,
        ].join("\n"),
      });
    assert.deepEqual(steps.runsOn(dc1), ["completed"]);
    steps.lab.directory?.releaseReplication(dc2);
    const { outs } = await create("schema", steps.schema(readingDc2()), log);
    assert.deepEqual([outs.levels, outs.adopted], [{ schema: "11116" }, true]);
    assert.deepEqual(steps.runsOn(dc1), ["completed"]);
  });

  it("asks the schema master also where no domain controller is waited for", async () => {
    steps.lab.directory?.holdReplication(dc2);
    const inputs = steps.schema({
      ...readingDc2(),
      replication: { domainControllers: "none", minutes: 0.002 },
    });
    for (let run = 0; run < 2; run++)
      await assert.rejects(create("schema", inputs, log), /the target on dc1\.contoso\.com: the domain/);
    assert.deepEqual(steps.runsOn(dc1), ["completed"]);
  });

  it("is run again where it failed half-way, although a part of its result is shown", async () => {
    const { store } = steps.lab.directory ?? assert.fail();
    const modify = store.modify.bind(store);
    // The organization's level is written, the domain's is not.
    store.modify = (dn, changes) => {
      if (dn.startsWith("CN=Microsoft Exchange System Objects,")) throw new Error("told to fail");
      modify(dn, changes);
    };
    steps.setSchema(11116);
    const prepared = { ...steps.planned, organization: false, domains: [] };
    const inputs = steps.schema({ prepared });
    await assert.rejects(
      create("organization", inputs, log),
      /^Error: Setup failed on dc1\.contoso\.com \(exit code 1\): .*not at 2007 SP1/s,
    );
    store.modify = modify;
    const { outs } = await create("organization", inputs, log);
    assert.deepEqual(outs.levels, { organization: "11221", "domain contoso.com": "11221" });
    assert.deepEqual(steps.runsOn(dc1), ["failed", "completed"]);
  });

  describe("of a server that stopped after its registry and before its object in the directory", () => {
    beforeEach(async () => {
      steps.prepareForest();
      steps.lab.computer(server).faults.failures = [{ phase: "Finalizing Setup", reason: "Told to fail." }];
      await assert.rejects(create("server", steps.server(server), steps.log), {
        message: [
          `Setup failed on ${server} (exit code 1): Told to fail; Finalizing Setup: FAILED`,
          "  Phase:  Finalizing Setup; attempt 1; 0 min",
          "  State:  not at 2007 SP1: server object 8.0.685.24 (2007 RTM)",
          "  Log:    C:\\ExchangeSetupLogs\\ExchangeSetup.log",
          "          C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\out.txt",
          "  Fix:    remove the reason",
          "  Next:   pulumi up again, also with the same approved plan: Setup may be run again (D2). Where Pulumi says of later steps " +
            "that operations were expected but none were seen, they only were not started",
          unproven,
          "  Code:   XU-SETUP",
        ].join("\n"),
      });
    });

    it("is run again", async () => {
      const { outs } = await create("server", steps.server(server), log);
      assert.equal(outs.adopted, false);
      assert.deepEqual(steps.runsOn(server), ["failed", "completed"]);
    });

    it("is run again only by whoever may run it", async () => {
      const computer = steps.computer(server, "CONTOSO\\mbxadmin");
      await assert.rejects(create("server", steps.server(server, { computer }), log), (error: Error) => {
        assert.match(error.message, /^P1 \(must\), server upgrade on mbx-lon\.contoso\.com: /);
        return true;
      });
      assert.deepEqual(steps.runsOn(server), ["failed"]);
    });
  });

  it("is removed from a computer that could not be reached when the preparation was adopted, and could be after that", async () => {
    const computer = steps.lab.computer(dc1);
    const { files, transport } = computer;
    const folder = "C:\\WINDOWS\\ExchangeUpgrade\\schema-2007-SP1\\1";
    // A provider that was killed between the proof and the removal leaves what it has made.
    files.makeFolder(folder);
    files.write(`${folder}\\exit.txt`, Buffer.from("0\r\n"));
    steps.prepareForest();
    let dials = 0;
    transport.atPoint = ({ at }) => (at === "connected" && ++dials <= 2 ? "cut" : undefined);
    const { outs } = await create("schema", steps.schema(), log);
    assert.equal(outs.adopted, true);
    assert.equal(files.kind("C:\\WINDOWS\\ExchangeUpgrade"), null);
    assert.deepEqual(
      steps.said.filter((text) => text.startsWith("warning")),
      [],
    );
  });
});
