/** `exchange-upgrade path`, as a process of its own. */
import assert from "node:assert/strict";
import { type Stage, useStage } from "./fake-pulumi";

describe("cli: path", function () {
  this.timeout(60_000);
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });

  it("says the way as text, whatever the case of the names", async () => {
    const { code, stdout, stderr } = await stage.run(["path", "2007 rtm", "2007 sp1"]);
    assert.equal(stderr, "");
    assert.equal(
      stdout,
      `From Exchange 2007 RTM to 2007 SP1: 1 upgrade in place.

1. 2007 SP1, in place
   .NET Framework: not described here: verify it yourself
   Preparation:    /PrepareSchema, /PrepareAD and /PrepareDomain
   Windows:        not described here: verify it yourself
   Forest:         functional level Windows 2000 or higher
                   domain controllers on Windows Server 2003 SP1 or later
   Other servers:  nothing is asked of them
   Known from:     documented: Microsoft TechNet, "How to Upgrade to Exchange 2007 SP1", 2008-03-11; public transcript of an Exchange 2007 SP1 Setup.com /mode:upgrade run
`,
    );
    assert.equal(code, 0);
  });

  it("says it as Markdown and as JSON", async () => {
    const markdown = await stage.run(["path", "2019 CU13", "SE RTM", "--format", "markdown"]);
    assert.match(markdown.stdout, /^## 2019 CU13 to SE RTM\n/);
    assert.equal(markdown.code, 0);
    const { stdout, code } = await stage.run(["path", "2019 CU13", "SE RTM", "--format", "json"]);
    assert.deepEqual(
      JSON.parse(stdout).stops.map((stop: { readonly release: string }) => stop.release),
      ["2019 CU15", "SE RTM"],
    );
    assert.equal(code, 0);
  });

  it("ends with 3 where no way leads there, and says why", async () => {
    const text =
      "Exchange 2019 CU15 is older than SE RTM, and there is no way back: uninstalling removes Exchange from the server. SE RTM can only stay as it is.";
    const refused = await stage.run(["path", "SE RTM", "2019 CU15"]);
    assert.deepEqual(refused, { ...refused, code: 3, stdout: `${text}\n`, stderr: "" });
    const { code, stdout } = await stage.run(["path", "SE RTM", "2019 CU15", "--json"]);
    assert.deepEqual(JSON.parse(stdout), { command: "path", exitCode: 3, kind: "refused", text });
    assert.equal(code, 3);
  });

  it("ends with 2 for a name that there is not, and names those that there are", async () => {
    const wrong = await stage.run(["path", "2010 SP4", "SE RTM"]);
    assert.equal(wrong.code, 2);
    assert.equal(wrong.stdout, "");
    assert.equal(
      wrong.stderr,
      'exchange-upgrade: there is no Exchange release "2010 SP4": a name is one of 2010 RTM to 2010 SP3 [XU-USAGE]\n',
    );
    const other = await stage.run(["path", "CU15", "SE RTM"]);
    assert.equal(
      other.stderr,
      'exchange-upgrade: there is no Exchange release "CU15": a name is one of 2000 RTM to 2000 SP3, 2003 RTM to 2003 SP2, 2007 RTM to 2007 SP3, 2010 RTM to 2010 SP3, 2013 RTM to 2013 CU23, 2016 Preview to 2016 CU23, 2019 Preview to 2019 CU15 or SE RTM [XU-USAGE]\n',
    );
  });
});
