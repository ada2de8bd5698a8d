/** How often a step logs on to its computer: each create once, and nothing that judges groups takes an older logon. */
import assert from "node:assert/strict";
import { check, create } from "../frontDoor";
import { LabSteps } from "./lab-steps";

const dc1 = "dc1.contoso.com";
const server = "mbx-lon.contoso.com";

describe("the connections of a step", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log } = steps;

  beforeEach(() => steps.start());
  afterEach(() => steps.stop());

  const logonsOn = (name: string) => steps.lab.computer(name).counts.logons;

  it("are one for a check, one for a server's Setup with its proof, and one for the next check", async () => {
    steps.prepareForest();
    const { inputs } = await check("server", {}, steps.server(server), log);
    assert.equal(logonsOn(server), 1);
    await create("server", inputs ?? assert.fail(), log);
    assert.deepEqual([logonsOn(server), steps.runsOn(server)], [2, ["completed"]]);
    // The proof was read over the logon of the create, which may be hours old: it tells a check nothing of groups.
    await check("server", {}, steps.server(server), log);
    assert.equal(logonsOn(server), 3);
  });

  it("are one for each create, so that the second judges the groups of its own logon", async () => {
    await create("schema", steps.schema(), log);
    assert.equal(logonsOn(dc1), 1);
    const prepared = { ...steps.planned, organization: false, domains: [] };
    await create("organization", steps.schema({ prepared }), log);
    assert.deepEqual([logonsOn(dc1), steps.runsOn(dc1)], [2, ["completed", "completed"]]);
  });

  it("are one more when the connection is lost while Setup runs", async () => {
    steps.prepareForest();
    let isCut = false;
    steps.lab.computer(server).transport.atPoint = (point) => {
      if (isCut || point.at !== "output" || !point.command.includes("exit.txt")) return undefined;
      isCut = true;
      return "cut";
    };
    await create("server", steps.server(server), log);
    assert.deepEqual([isCut, logonsOn(server), steps.runsOn(server)], [true, 2, ["completed"]]);
  });
});
