/** Waiting for replication on the lab, whose replication is simulated: held back, released, and a domain controller cut off. */

import assert from "node:assert/strict";
import type { Props } from "../../lib/wire/values";
import { check, create } from "../frontDoor";
import { LabSteps } from "./lab-steps";

const dc2 = "dc2.contoso.com";
const emeaDc1 = "emea-dc1.emea.contoso.com";
const nowhere = "ldaps://127.0.0.1:1";
const silent = `(not read: ${nowhere} refuses connections (ECONNREFUSED))`;
const rule =
  "  Rule:   R11, the new level has replicated to every domain controller that holds it (Microsoft's Exchange documentation, preparing Active Directory and domains)";
const where = "  Where:  in the directory, on each of these domain controllers";
const replicate =
  "let them replicate (`repadmin /showrepl` on each shows what stops it, `repadmin /syncall` starts it), then run pulumi up again, also with the same approved plan: it waits again, and does not run Setup again";
const reach =
  "let each of them be reached from where Pulumi runs (name in DNS, port, certificate, or its URL in `directory.domainControllers`); remove from the directory what is left of one that is gone for good; or name those to wait for in `replication.domainControllers`, or accept it with `waive: { R11: reason }`";

describe("replication", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log, said } = steps;
  const hold = (...names: readonly string[]) => {
    for (const name of names) steps.lab.directory?.holdReplication(name);
  };
  /** A log that releases a domain controller as soon as somebody waits for it: no clock decides what is seen. */
  const releasing = (...names: string[]) => ({
    ...log,
    progress: async (text: string) => {
      await log.progress(text);
      const name = text.includes("waiting for") ? names.shift() : undefined;
      if (name !== undefined) steps.lab.directory?.releaseReplication(name);
    },
  });
  const waits = () => said.filter((text) => text.includes("have the new level"));
  /** The directory with domain controllers that cannot be reached. */
  const without = (...names: readonly string[]): Props => {
    const given = steps.directory();
    const urls = given.domainControllers as Props;
    return {
      ...given,
      domainControllers: { ...urls, ...Object.fromEntries(names.map((n) => [n, nowhere])) },
    };
  };
  const soon = { minutes: 0.002 };

  beforeEach(() => steps.start());
  afterEach(() => steps.stop());

  it("is awaited on every domain controller, and tells how many have the level", async () => {
    hold(dc2, emeaDc1);
    const { outs } = await create("schema", steps.schema(), releasing(dc2, emeaDc1));
    assert.deepEqual(outs.levels, { schema: "11116" });
    assert.deepEqual(waits(), [
      `progress dc1.contoso.com: 2 of 4 domain controllers have the new level; waiting for ${dc2} (schema 10637, 2007 RTM), ${emeaDc1} (schema 10637, 2007 RTM)`,
      `progress dc1.contoso.com: 3 of 4 domain controllers have the new level; waiting for ${emeaDc1} (schema 10637, 2007 RTM)`,
    ]);
    assert.deepEqual(steps.runsOn("dc1.contoso.com"), ["completed"]);
  });

  it("fails at its deadline, is waited for again, and Setup is not run again", async () => {
    hold(dc2);
    const inputs = steps.schema({ replication: soon, waive: { R11: "in a hurry" } });
    await assert.rejects(create("schema", inputs, log), {
      message: [
        "R11 (must), schema preparation on dc1.contoso.com: after 0.002 min, 1 of 4 domain controllers has an earlier level",
        `  Found:  ${dc2} (schema 10637, 2007 RTM)`,
        "  Needed: schema 11116 on 4 domain controllers",
        where,
        `  Fix:    ${replicate}`,
        rule,
      ].join("\n"),
    });
    assert.ok(
      said.includes(
        "warning dc1.contoso.com: waive.R11 does not help: a must that fails cannot be waived [XU-WAIVER]",
      ),
    );
    const { outs } = await create("schema", steps.schema(), releasing(dc2));
    assert.equal(outs.adopted, true);
    assert.equal(
      waits().at(-1)?.includes(`3 of 4 domain controllers have the new level; waiting for ${dc2}`),
      true,
    );
    assert.deepEqual(steps.runsOn("dc1.contoso.com"), ["completed"]);
  });

  it("starts nothing where a domain controller could not be looked at afterwards", async () => {
    await assert.rejects(create("schema", steps.schema({ directory: without(dc2) }), log), {
      message: [
        `R11 (must), schema preparation on dc1.contoso.com: not verified: it could not be seen to arrive on ${dc2} ${silent}`,
        "  Needed: schema 11116 on 4 domain controllers, after Setup; each is looked at before it, too",
        where,
        `  Fix:    ${reach}`,
        rule,
      ].join("\n"),
    });
    assert.deepEqual(steps.runsOn("dc1.contoso.com"), []);
  });

  it("is foretold in preview: what could not be looked at, a waiver, and wrong names", async () => {
    const unseen = `not verified: it could not be seen to arrive on ${dc2} ${silent}`;
    assert.deepEqual(
      (await check("schema", {}, steps.schema({ directory: without(dc2) }), log)).failures,
      [],
    );
    assert.deepEqual(
      said.filter((text) => text.startsWith("warning")),
      [
        [
          `warning R11 (must), schema preparation on dc1.contoso.com: ${unseen}`,
          "  Needed: schema 11116 on 4 domain controllers, after Setup; each is looked at before it, too",
          where,
          `  Fix:    ${reach}`,
          rule,
        ].join("\n"),
      ],
    );
    const waive = { R11: "CHG0042" };
    await check("schema", {}, steps.schema({ directory: without(dc2), waive }), log);
    assert.ok(said.includes(`info dc1.contoso.com: R11 is waived (CHG0042): ${unseen}`), said.join("\n"));
    const wrong = steps.schema({ replication: { domainControllers: ["dc9.contoso.com"] } });
    const { failures } = await check("schema", {}, wrong, log);
    assert.deepEqual(
      failures.map(({ reason }) => reason.split("\n")[0]),
      [
        "R11 (must), schema preparation on dc1.contoso.com: dc9.contoso.com is no writable domain controller of the forest",
      ],
    );
    said.splice(0);
    await check("schema", { target: "2007 SP1" }, steps.schema({ directory: without(dc2) }), log);
    assert.ok(!said.some((text) => text.includes("R11")), said.join("\n"));
  });

  it("goes on without a domain controller that cannot be reached where that is waived, and says so", async () => {
    const waive = { R11: "CHG0042: dc2 is down for repair" };
    const { outs } = await create("schema", steps.schema({ directory: without(dc2), waive }), log);
    assert.deepEqual(outs.levels, { schema: "11116" });
    const told = `info dc1.contoso.com: R11 is waived (CHG0042: dc2 is down for repair): not verified: it could not be seen to arrive on ${dc2} ${silent}`;
    assert.deepEqual(
      said.filter((text) => text.includes("R11")),
      [told, told],
    );
    assert.deepEqual(waits(), []);
  });

  it("does not adopt what one domain controller cannot be asked about, and waits for none that is gone", async () => {
    steps.setSchema(11116);
    await assert.rejects(create("schema", steps.schema({ directory: without(dc2) }), log), {
      message: [
        `R11 (must), schema preparation on dc1.contoso.com: not verified: it could not be seen to arrive on ${dc2} ${silent}`,
        "  Needed: schema 11116 on 4 domain controllers",
        where,
        `  Fix:    ${reach}`,
        rule,
      ].join("\n"),
    });
    assert.deepEqual(waits(), []);
  });

  it("is awaited on those that the program names, or on none", async () => {
    hold(dc2);
    const named = { domainControllers: ["DC3.contoso.com", emeaDc1] };
    await create("schema", steps.schema({ replication: named }), log);
    const prepared = { ...steps.planned, organization: false, domains: [] };
    await create("organization", steps.schema({ prepared, replication: { domainControllers: "none" } }), log);
    assert.deepEqual(waits(), []);
  });

  it("refuses names that are no writable domain controllers, before Setup", async () => {
    const replication = { domainControllers: ["dc9.contoso.com"] };
    await assert.rejects(create("schema", steps.schema({ replication }), log), {
      message: [
        "R11 (must), schema preparation on dc1.contoso.com: dc9.contoso.com is no writable domain controller of the forest",
        "  Found:  dc9.contoso.com in `replication.domainControllers`",
        `  Needed: names out of dc1.contoso.com, ${dc2}, dc3.contoso.com, ${emeaDc1}`,
        "  Where:  in the program: `replication.domainControllers`",
        "  Fix:    correct the names; a read-only domain controller is never waited for",
        rule,
      ].join("\n"),
    });
    assert.deepEqual(steps.runsOn("dc1.contoso.com"), []);
  });

  it("of an organization brings its domain along, on the domain controllers of that domain", async () => {
    steps.setSchema(11116);
    hold(dc2, emeaDc1);
    const prepared = { ...steps.planned, organization: false, domains: [] };
    await create("organization", steps.schema({ prepared }), releasing(dc2, emeaDc1));
    assert.deepEqual(waits(), [
      `progress dc1.contoso.com: 2 of 4 domain controllers have the new level; waiting for ${dc2} (organization 10666, 2007 RTM), ${dc2} (domain contoso.com 10628, 2007 RTM), ${emeaDc1} (organization 10666, 2007 RTM)`,
      `progress dc1.contoso.com: 3 of 4 domain controllers have the new level; waiting for ${emeaDc1} (organization 10666, 2007 RTM)`,
    ]);
  });
});
