/** A .NET Framework that forces stops, through the provider's handlers: Exchange 2016 CU10 on 4.7.1, on the simulated organization. */
import assert from "node:assert/strict";
import { coordinatesOf } from "../../lab/coordinates";
import { frameworkKey } from "../../lab/windows/modern-registry";
import { wingtip } from "../../lab/wingtip";
import type { Props } from "../../lib/wire/values";
import { create } from "../frontDoor";
import { LabSteps } from "./lab-steps";

const mbx1 = "mbx1.wingtip.com";

/** The servers of 2016 as nobody has updated them since CU10, prepared for CU23, without the one of 2013. */
const organization = {
  ...wingtip,
  release: "2016 CU23",
  computers: wingtip.computers
    .filter(({ name }) => !name.startsWith("old1."))
    .map((computer) => ({
      ...computer,
      ...(computer.release === null ? {} : { release: "2016 CU10", framework: 461308 }),
      media: { ...computer.media, "D:\\CU12": "2016 CU12" },
    })),
};

describe("2016 CU10 to CU23, between which the .NET Framework forces stops", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log } = steps;

  before(() => steps.start({}, organization));
  after(() => steps.stop());

  const upgradeTo = (cu: number): Promise<unknown> => {
    const { directory, computers, accounts } = coordinatesOf(steps.lab);
    const target = `2016 CU${cu}`;
    const late = cu >= 22 ? { diagnosticData: false } : {};
    const inputs: Props = {
      target,
      directory: { ...directory, ...accounts["WINGTIP\\reader"] },
      computer: {
        name: mbx1,
        media: `D:\\CU${cu}`,
        connection: { ...computers[mbx1], ...accounts["WINGTIP\\exadmin"] },
      },
      setup: { acceptLicenseTerms: true, ...late },
      maintenance: "none",
      waive: { D5: "each server was installed with its Windows" },
      prepared: { target, from: "as found", schema: false, organization: false, domains: [], verify: true },
    };
    return create("server", inputs, log);
  };
  /** An administrator installs a version. */
  const install = (number: number) => steps.lab.computer(mbx1).registry.set(frameworkKey, "Release", number);
  const refusal = (version: string, found: string, fix: string) => ({
    message: [
      `R18 (must), server upgrade on ${mbx1}: .NET Framework ${version} is too low for Setup of 2016 CU23`,
      `  Found:  .NET Framework ${version} (Release ${found}, read from ${frameworkKey}\\Release`,
      "  Needed: .NET Framework 4.8: Setup refuses a lower one, and no other is supported",
      `  Where:  on ${mbx1}`,
      `  Fix:    ${fix}`,
      '  Rule:   R18, the target supports the .NET Framework that is installed (Microsoft Learn, "Exchange Server supportability matrix"; Microsoft\'s Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange)',
    ].join("\n"),
  });

  it("is refused with the whole route", async () => {
    await assert.rejects(
      upgradeTo(23),
      refusal(
        "4.7.1",
        "461308) under Exchange 2016 CU10",
        'no .NET Framework is supported by 2016 CU10 and by 2016 CU23: upgrade in stops, and before each install its .NET Framework: to 2016 CU12 on .NET Framework 4.7.1, then to 2016 CU14 on 4.7.2, then to 2016 CU23 on 4.8; so set `target` to "2016 CU12" first. Where the media of a stop cannot be had any more, stop every Exchange service, install .NET Framework 4.8, restart Windows and upgrade at once, which Microsoft tolerates to catch up',
      ),
    );
    assert.deepEqual(steps.runsOn(mbx1), []);
  });

  it("goes through along that route, and no other way", async () => {
    await upgradeTo(12);
    await assert.rejects(upgradeTo(14), /R18 \(must\).*4\.7\.1 is too low for Setup of 2016 CU14/);
    install(461814);
    await upgradeTo(14);
    await assert.rejects(
      upgradeTo(23),
      refusal(
        "4.7.2",
        "461814) under Exchange 2016 CU14",
        "install .NET Framework 4.8, which 2016 CU14 supports as well, and restart Windows",
      ),
    );
    install(528049);
    await upgradeTo(23);
    assert.deepEqual(steps.runsOn(mbx1), ["completed", "completed", "completed"]);
  });
});
