/** The example of fabrikam, 2019 CU14 to Subscription Edition, as it stands: refused, mended, upgraded, and not taken back. */
import assert from "node:assert/strict";
import { type Lab, startLab } from "../../lab";
import { directoryNames } from "../../lab/directory";
import { forgottenServer, leftBehind, neglectedFabrikam } from "../../lab/fabrikam";
import { openSession } from "../../lib/host";
import { Logons } from "../../lib/logons";
import { describeWith } from "../skip";
import { openExample, type Project } from "./harness";

describeWith(["pulumi"], "engine: fabrikam to Subscription Edition", function () {
  this.timeout(300_000);
  let lab: Lab;
  let project: Project;

  before(async () => {
    lab = await startLab(neglectedFabrikam, { setupSeconds: 0.02 });
    project = await openExample(lab, "fabrikam");
  });
  after(async () => {
    project?.remove();
    await lab?.stop();
  });

  /** Computers on which Setup ran with SE's media, by how it ended, and the switches that it was given. */
  const runs = () =>
    Object.values(lab.computers)
      .flatMap((computer) => computer.setupRuns)
      .filter(({ release }) => release === "SE RTM")
      .map(({ computer, commandLine, result }) => `${computer.split(".")[0]} ${result}: ${commandLine}`)
      .sort();
  const upgraded = (host: string) =>
    `${host} completed: /mode:upgrade /IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF`;

  it("is refused beside 2013, and from CU13", async () => {
    const { ok, text } = await project.preview();
    assert.equal(ok, false, text);
    for (const line of [
      [
        "R15 (must), Active Directory preparation on prep1.fabrikam.com: Setup of SE RTM refuses an organization with old1.fabrikam.com (2013 CU23)",
        "Found:  old1.fabrikam.com: Version 15.0 (Build 31497.2)",
        "Needed: no Exchange 2000, 2003, 2007, 2010 or 2013 server; Exchange 2016 servers, Edge Transport included, from 2016 CU23 on, which is what is supported",
      ],
      [
        "R2 (must), server upgrade on ex4.fabrikam.com: SE RTM is not reached in place from what is there",
        "Needed: 2019 CU14 or 2019 CU15, from which SE RTM is reached in place",
        "Fix:    No upgrade in place leads from Exchange 2019 CU13 straight to SE RTM: upgrade to 2019 CU14 or 2019 CU15 first",
      ],
    ].flat())
      assert.ok(text.includes(line), `${line} is missing in\n${text}`);
    assert.deepEqual(runs(), []);
  });

  it("goes through once both are mended: /PrepareAD alone, then each server", async () => {
    lab.directory?.store.remove(directoryNames(neglectedFabrikam).server(forgottenServer));
    const session = await openSession(lab.connection(leftBehind.name, "FABRIKAM\\exadmin"), new Logons());
    const { exitCode, stdout } = await session.run(
      `${leftBehind.media}\\Setup.exe /mode:upgrade /IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF`,
    );
    session.close();
    assert.equal(exitCode, 0, stdout);
    const { ok, text } = await project.up();
    assert.ok(ok, text);
    assert.match(text, /10 steps are proven/);
    assert.deepEqual(runs(), [
      upgraded("edge1"),
      ...["ex1", "ex2", "ex3", "ex4", "ex5"].map(upgraded),
      "prep1 completed: /PrepareAD /IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF",
      upgraded("tools1"),
    ]);
  });

  it("leaves nothing to do", async () => {
    const { ok, text } = await project.preview();
    assert.ok(ok, text);
    assert.match(text, /Resources:\n {4}18 unchanged\n/);
  });

  it("is not taken back to 2019 CU15", async () => {
    await project.configure("target", "2019 CU15");
    const { ok, text } = await project.preview();
    assert.equal(ok, false, text);
    assert.ok(
      text.includes(
        [
          "D9 (must), schema preparation on prep1.fabrikam.com: SE RTM to 2019 CU15 would be a rollback",
          '      Found:  target "2019 CU15" in the program, SE RTM in the state',
          "      Needed: SE RTM or a later release",
          "      Where:  in the program: `target`",
          '      Fix:    set `target` to "SE RTM"; to leave it, remove Exchange from the server',
          '      Rule:   D9, an upgrade cannot be taken back to the earlier release (Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update")',
        ].join("\n"),
      ),
      text,
    );
    assert.equal(runs().length, 8);
  });
});
