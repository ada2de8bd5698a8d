/** Exchange 2019 CU14 to Subscription Edition, through the provider's handlers, on the simulated organization. */
import assert from "node:assert/strict";
import { coordinatesOf } from "../../lab/coordinates";
import { fabrikam } from "../../lab/fabrikam";
import type { Props } from "../../lib/wire/values";
import { create } from "../frontDoor";
import { LabSteps } from "./lab-steps";

describe("2019 CU14 to SE RTM", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log } = steps;

  beforeEach(() => steps.start({}, fabrikam));
  afterEach(() => steps.stop());

  const inputs = (name: string, account: string, changes: Props): Props => {
    const { directory, computers, accounts } = coordinatesOf(steps.lab);
    return {
      target: "SE RTM",
      directory: { ...directory, ...accounts["FABRIKAM\\reader"] },
      computer: { name, media: "D:\\SE", connection: { ...computers[name], ...accounts[account] } },
      ...changes,
    };
  };
  const answers = { acceptLicenseTerms: true, diagnosticData: false };
  const planned = {
    target: "SE RTM",
    from: "2019 CU14 or 2019 CU15",
    schema: true,
    organization: false,
    domains: [],
  };

  it("prepares Active Directory and upgrades a Mailbox server", async () => {
    const ad = inputs("prep1.fabrikam.com", "FABRIKAM\\prep", { setup: answers, prepared: planned });
    const { outs } = await create("organization", ad, log);
    assert.deepEqual(
      [outs.adopted, outs.levels],
      [false, { organization: "16763", "domain fabrikam.com": "13243" }],
    );
    const server = inputs("ex1.fabrikam.com", "FABRIKAM\\exadmin", {
      setup: { ...answers, extendedProtection: "on" },
      prepared: { ...planned, organization: true, domains: ["fabrikam.com"] },
    });
    const upgraded = await create("server", server, log);
    assert.equal(upgraded.outs.adopted, false);
    assert.deepEqual(steps.runsOn("ex1.fabrikam.com"), ["completed"]);
  });

  it("is refused without an answer to what Setup asks", async () => {
    const server = inputs("ex1.fabrikam.com", "FABRIKAM\\exadmin", {
      prepared: { ...planned, organization: true, domains: ["fabrikam.com"], verify: true },
    });
    await assert.rejects(
      create("server", server, log),
      /R14 \(must\), server upgrade on ex1\.fabrikam\.com: Setup of SE RTM asks for `setup\.acceptLicenseTerms`, `setup\.diagnosticData` and `setup\.extendedProtection`, and the program does not answer\n/,
    );
    assert.deepEqual(steps.runsOn("ex1.fabrikam.com"), []);
  });
});
