/** `exchange-upgrade path` of an organization: on the lab's directory, and on what a preview of a program has read. */
import assert from "node:assert/strict";
import { type LabDirectory, startDirectory } from "../../lab/directory";
import { neglectedFabrikam } from "../../lab/fabrikam";
import { known, unknown, unreadComputer, unreadForest } from "../../lib/facts";
import { defineRelease } from "../../lib/releases/definition";
import { finding, reportOf, review, step } from "../review/fixtures";
import { type Stage, useStage } from "./fake-pulumi";

const url = "ldaps://dc1.contoso.com";

const cu1 = defineRelease({
  name: "SE CU1",
  source: "this test",
  build: "15.2.3000.1",
  levels: { schema: 17004, organization: 16764, domain: 13244 },
  upgradesFrom: ["SE RTM"],
  framework: { versions: ["4.8", "4.8.1"] },
  windows: "not described",
  forest: "not described",
  coexistence: "none needed",
  setup: { licence: "accepted, with a choice of diagnostic data", extendedProtection: true },
});

/** What a preview of a program with two servers of SE RTM reads. */
function snapshot(of: { readonly [name: string]: ReturnType<typeof unreadComputer> }): string {
  const not = unknown("it was not asked", "registry");
  const names = Object.keys(of);
  const forest = {
    ...unreadForest("it was not asked", url),
    root: known("contoso.com", url),
    schema: known(17003, url),
    organization: known({ name: "Contoso", level: 16763 }, url),
    domains: known([{ name: "contoso.com", dn: "DC=contoso,DC=com", netbios: "CONTOSO" }], url),
    servers: known(
      names.map((name) => ({
        dn: `CN=${name}`,
        name,
        fqdn: `${name}.contoso.com`,
        roles: ["Mailbox"],
        build: { major: 15, minor: 2, build: 2562, revision: 17 },
        serialNumber: "Version 15.2 (Build 32562.17)",
        site: "London",
        created: null,
      })),
      url,
    ),
  };
  const lines = names.map((name) => ({
    stepOf: JSON.stringify(["server", "SE CU1", `${name}.contoso.com`, null, [], null]),
    step: {
      ...{ computer: of[name], account: not, serverAccess: not, administrators: not },
      ...{ domainLevels: { "contoso.com": known(13243, url) }, directory: url },
    },
  }));
  return [{ facts: 3, readAt: "2026-03-14T09:30:00.000Z" }, { forestOf: url, forest }, ...lines]
    .map((line) => JSON.stringify(line))
    .join("\n");
}

const read = {
  ...unreadComputer("it was not asked", "registry"),
  identity: known({ fqdn: "x", site: null, windowsBuild: 20348, productType: null }, "registry"),
  framework: known(533325, "registry"),
};

const lines = [
  ...reportOf(
    review([{ ...step({ name: "ex1", kind: "server", computer: "ex1.contoso.com" }), findings: [] }]),
  ),
  JSON.stringify({ review: 1, definitions: [cu1] }),
  JSON.stringify({ review: 1, definitions: [cu1] }),
];

describe("cli: path of an organization", function () {
  this.timeout(60_000);
  let stage: Stage;
  let directory: LabDirectory;
  useStage((made) => {
    stage = made;
  });
  before(async () => {
    directory = await startDirectory(neglectedFabrikam);
  });
  after(() => directory.stop());

  it("says the way of each server that a directory shows, and ends with 3 where one has none", async () => {
    stage.write("ca.pem", directory.ca);
    process.env.PATH_READER = "Lab-Reader-2";
    const controllers = Object.entries(directory.controllers).map(([name, { url }]) => `${name}=${url}`);
    const { code, stdout, stderr } = await stage.run([
      ...["path", "se rtm", "--url", directory.controllers["dc1.fabrikam.com"]?.url ?? ""],
      ...["--user", "FABRIKAM\\reader", "--password-env", "PATH_READER", "--ca", "ca.pem"],
      ...["--domain-controller", ...controllers],
    ]);
    assert.equal(stderr, "");
    assert.equal(code, 3);
    const [servers = "", ...releases] = stdout.split("\n\nWhat ");
    assert.equal(
      servers,
      `Fabrikam, fabrikam.com, to Exchange SE RTM: 7 servers, 6 with a way to it, 1 without

1 server at 2013 CU23: old1.fabrikam.com
   Exchange 2013 CU23 cannot be upgraded in place to SE RTM: Setup of Exchange Server Subscription Edition refuses an organization that has Exchange 2013; it needs every Exchange 2013 server removed first, by way of new Exchange 2016 or 2019 servers.

1 server at 2019 CU13: ex4.fabrikam.com
   1. 2019 CU15, in place, on .NET Framework 4.8
   2. SE RTM, in place, on 4.8

1 Edge Transport server at 2019 CU14, as subscribed: edge1.perimeter.fabrikam.com
   1. SE RTM, in place, on .NET Framework 4.8

4 servers at 2019 CU14: ex1.fabrikam.com, ex2.fabrikam.com, ex3.fabrikam.com and ex5.europe.fabrikam.com
   1. SE RTM, in place, on .NET Framework 4.8

Not read:
   Windows and .NET Framework of the servers: the directory does not show them, a program reads them`,
    );
    assert.deepEqual(
      releases.map((text) => text.split("\n").slice(0, 3)),
      [
        [
          "2019 CU15 asks for",
          "   First:          Setup refuses while an Exchange 2013 server is in the organization: old1.fabrikam.com (2013 CU23)",
          "   Preparation:    /PrepareAD",
        ],
        [
          "SE RTM asks for",
          "   First:          Setup refuses while an Exchange 2013 server is in the organization: old1.fabrikam.com (2013 CU23)",
          "   Preparation:    nothing to prepare: the directory is at this level",
        ],
      ],
    );
  });

  it("takes what a preview reads, and the releases that the program defines", async () => {
    const { code, stdout } = await stage.run(["path", "SE CU1", "--stack", "prod"], {
      lines,
      snapshot: snapshot({ ex1: read, ex2: read }),
    });
    assert.deepEqual(stage.called()?.args.slice(0, 5), [
      ...["preview", "--non-interactive", "--suppress-progress", "--stack", "prod"],
    ]);
    assert.equal(
      stdout,
      `Contoso, contoso.com, to Exchange SE CU1 (defined by the program): 2 servers, 2 with a way to it

2 servers at SE RTM: ex1.contoso.com and ex2.contoso.com
   Windows Server 2022, .NET Framework 4.8.1
   1. SE CU1 (defined by the program), in place, on .NET Framework 4.8.1

What SE CU1 (defined by the program) asks for
   First:          find out which domain controller is the schema master: it was not asked
   Preparation:    /PrepareSchema, /PrepareAD and /PrepareDomain
   Windows:        not described here: verify it yourself
   Forest:         not described here: verify it yourself
   Other servers:  nothing is asked of them
   Mailbox server: components: not described here: verify it yourself
   Afterwards:     restart Windows
                   install the newest security update of the release
`,
    );
    assert.equal(code, 0);
    const unread = await stage.run(["path", "SE CU1", "--json"], {
      lines,
      snapshot: snapshot({ ex1: read, ex2: unreadComputer("connection refused", "ex2") }),
    });
    assert.equal(unread.code, 4);
    const { releases, groups, ...about } = JSON.parse(unread.stdout);
    assert.deepEqual(about, {
      command: "path",
      exitCode: 4,
      kind: "organization",
      to: "SE CU1",
      forest: "contoso.com",
      organization: "Contoso",
      ofDirectory: false,
      notRead: ["Windows and .NET Framework of ex2.contoso.com: connection refused"],
    });
    assert.deepEqual(
      [groups.length, releases.map(({ release }: { readonly release: string }) => release)],
      [2, ["SE CU1"]],
    );
  });

  it("takes definitions from a file, for releases and for an organization", async () => {
    stage.write("cu1.json", JSON.stringify(cu1));
    const { code, stdout } = await stage.run(["path", "SE RTM", "SE CU1", "--define", "cu1.json"]);
    assert.match(stdout, /^From Exchange SE RTM to SE CU1: 1 upgrade in place\.\n/);
    assert.equal(code, 0);
    stage.write("wrong.json", JSON.stringify({ ...cu1, build: "15.2.1.1" }));
    const wrong = await stage.run(["path", "SE RTM", "SE CU1", "--define", "wrong.json"]);
    assert.deepEqual(wrong, {
      code: 2,
      stdout: "",
      stderr: `exchange-upgrade: Release "SE CU1" cannot be defined with build 15.2.1.1
  Found:  SE RTM has build 15.2.2562.17
  Needed: a build above those of all releases of the product that are known
  Where:  defineRelease, build
  Fix:    use the build that is published for the release
  Code:   XU-DEFINITION
`,
    });
    stage.write("no.json", "{");
    const no = await stage.run(["path", "SE RTM", "SE CU1", "--define", "no.json"]);
    assert.equal(no.code, 2);
    assert.match(
      no.stderr,
      /^exchange-upgrade: --define no\.json is no JSON: .*; it takes one definition, or a list of them \[XU-USAGE\]\n$/,
    );
  });

  it("says what is missing where nothing can be read", async () => {
    const alone = await stage.run(["path", "SE RTM", "--user", "CONTOSO\\reader"]);
    assert.deepEqual(alone, {
      code: 2,
      stdout: "",
      stderr: "exchange-upgrade: --user is given without --url: reading a directory takes both [XU-USAGE]\n",
    });
    const refused = { ...step({ kind: "server", computer: "ex1.contoso.com" }), findings: [] };
    const none = await stage.run(["path", "SE RTM"], {
      lines: reportOf(
        review([{ ...refused, findings: [finding("R8", "server", "ex1.contoso.com", "fails", "no")] }]),
      ),
    });
    assert.equal(none.code, 1);
    assert.equal(
      none.stderr,
      `Running pulumi preview in ${stage.folder}
exchange-upgrade: the preview read no directory; exchange-upgrade plan says what keeps it from that, and --url reads one without the program [XU-PREVIEW]
`,
    );
  });
});
