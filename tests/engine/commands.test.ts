/** Commands around a server's upgrade, through the real engine, with the lab's stand-in for the plugin of @pulumi/command. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { contoso, type Lab, mediaFiles, startLab } from "../../lab";
import { commandPlugin } from "../../lab/command";
import { commandVersion } from "../../lib/program/commands/commandPackage";
import { pathWith } from "../../tools/pulumi-environment";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";

const name = "cas-lon.contoso.com";
const folder = "D:\\Media\\SP1";

/** Contoso, with a Client Access server on which nobody has put the media. */
const organization = {
  ...contoso,
  computers: contoso.computers.map((each) => (each.name === name ? { ...each, media: {} } : each)),
};

/** A log on the computer: what has run there, a line for each. */
const log = "C:\\Program Files\\ran.txt";

/** The program: @param before what runs before the upgrade @param password another password of exadmin */
function program(
  media: string,
  before = `"note": "echo before>>\\"${log.replaceAll("\\", "\\\\")}\\""`,
  change = "",
): string {
  return `
const log = ${JSON.stringify(`"${log}"`)};
const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 }, { protect: false });
const ad = new ExchangeADPrep("ad", { schema, computer: dc1 }, { protect: false });
const host = { ...computer(${JSON.stringify(name)}), media: ${JSON.stringify(folder)} };
const more = {};
${change}
const cas = new ExchangeRoleUpgrade("cas-lon", { prepared: ad, computer: host, ...more, commands: {
  media: ${JSON.stringify(media)},
  restartRemoteRegistry: true,
  before: { ${before} },
  after: { "note": "echo after>>" + log, "told": { command: "more>>" + log, stdin: "from standard input" } },
} });
new ExchangeRoleUpgrade("cas-nyc", { prepared: ad, after: [cas], computer: computer("cas-nyc.contoso.com") });
`;
}

describeWith(["pulumi"], "engine: commands around a server's upgrade", function () {
  this.timeout(300_000);
  let base: string;
  let media: string;
  let lab: Lab;
  let project: Project;

  before(async () => {
    base = mkdtempSync(join(tmpdir(), "exchange-upgrade-commands-"));
    media = join(base, "SP1");
    const files = {
      ...mediaFiles("2007 SP1"),
      "setup/serverroles/data.cab": randomBytes(300_000),
      "setup/empty.txt": "",
    };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(media, path)), { recursive: true });
      writeFileSync(join(media, path), content);
    }
    lab = await startLab(organization, { setupSeconds: 0.02 });
    project = await makeProject(lab, program(media), { PATH: pathWith(plugin.folder) });
  });
  after(async () => {
    project?.remove();
    await lab?.stop();
    rmSync(base, { recursive: true, force: true });
  });

  const plugin = commandPlugin(commandVersion);
  const failing = '"stop": "echo no&exit 3"';
  const past = 'more.changeWindow = { start: "2020-01-04T22:00", end: "2020-01-05T04:00" };';
  const host = () => lab.computer(name);
  const ran = () => (host().files.kind(log) === null ? [] : lines(host().files.read(log).toString("latin1")));
  const runs = () => Object.values(lab.computers).flatMap((each) => each.setupRuns);

  it("are shown in preview, with the step's plan, and nothing of them is run", async () => {
    const { ok, text } = await project.preview({ diff: true });
    assert.ok(ok, text);
    assert.equal(text.match(/\+ command:remote:Command: \(create\)/g)?.length, 5, text);
    assert.equal(text.match(/\+ command:remote:CopyToRemote: \(create\)/g)?.length, 4, text);
    for (const line of [
      `[0]: "media: 4 files, 0.3 MB, from ${media} to D:\\\\Media\\\\SP1, checked there"`,
      `[1]: "note: echo before>>\\"C:\\\\Program Files\\\\ran.txt\\""`,
      `[2]: "Remote Registry is stopped and started (D6)"`,
      `[0]: "note: echo after>>\\"C:\\\\Program Files\\\\ran.txt\\""`,
    ])
      assert.ok(text.includes(line), `${line} is missing in\n${text}`);
    assert.doesNotMatch(text, /R8 \(must\)/);
    assert.match(
      text,
      /^ *media not verified yet \(R8\): they are copied to D:\\Media\\SP1 before the step$/m,
    );
    assert.deepEqual(ran(), []);
    assert.deepEqual(host().computer.serviceLog, []);
    assert.equal(host().files.kind("D:\\Media"), null);
    assert.equal(host().counts.transfers, 0);
  });

  it("make one refused logon of a mistyped password, and copy nothing with it", async () => {
    const mistyped = 'host.connection = { ...host.connection, password: "Wrong-1" };';
    project.write(program(media, undefined, mistyped));
    const { ok, text } = await project.up();
    assert.equal(ok, false, text);
    assert.match(text, /no media are copied to cas-lon\.contoso\.com: it could not be logged on to/);
    assert.match(text, /refused the logon of CONTOSO\\exadmin: tried password/);
    assert.equal(host().counts.refusals, 1, text);
    assert.equal(host().counts.transfers, 0);
    assert.ok(!text.includes("Wrong-1"));
    project.write(program(media));
  });

  it("do not go on after a copy that was interrupted, and take it up with what is not copied yet", async () => {
    host().transport.cutAfterSftpBytes = 150_000;
    const first = await project.up();
    assert.equal(first.ok, false, first.text);
    assert.match(first.text, /cas-lon-media-setup/);
    assert.equal(host().files.kind(folder), null, "half a copy has the name of a whole one");
    assert.equal(host().files.kind(`${folder}.copying`), "folder");
    assert.deepEqual(ran(), []);
    assert.equal(host().setupRuns.length, 0);

    // What was copied is checked, and the commands are not run at a time when the upgrade would be refused.
    project.write(program(media, failing, past));
    const transfers = host().counts.transfers;
    const second = await project.up();
    assert.equal(second.ok, false, second.text);
    assert.ok(host().counts.transfers - transfers <= 2, "what was copied is not copied again");
    assert.equal(host().files.kind(folder), "folder", second.text);
    assert.equal(host().files.kind(`${folder}.copying`), null);
    assert.equal(host().files.read(`${folder}\\setup\\serverroles\\data.cab`).length, 300_000);
    assert.match(
      second.text,
      /R10 \(must\), server upgrade on cas-lon\.contoso\.com: the change window is over/,
    );
    assert.doesNotMatch(second.text, /echo no/);
  });

  it("keep the upgrade from being started when one before it fails", async () => {
    project.write(program(media, failing));
    const { ok, text } = await project.up();
    assert.equal(ok, false, text);
    assert.match(text, /Process exited with status 3: running "echo no&exit 3":\s+no/);
    assert.deepEqual(host().computer.serviceLog, []);
    assert.equal(host().setupRuns.length, 0);
    assert.equal(lab.computer("cas-nyc.contoso.com").setupRuns.length, 0);
  });

  it("fail where they succeed and print what is no UTF-8, and run again, until the output is kept back", async () => {
    // An accent in code page 437 and 850.
    host().files.write("C:\\accent.txt", Buffer.from("caf\x82\r\n", "latin1"));
    const note = `"note": "type C:\\\\accent.txt"`;
    for (const _ of ["first", "again"]) {
      project.write(program(media, note));
      const { ok, text } = await project.up();
      assert.equal(ok, false, text);
      assert.match(text, /string field contains invalid UTF-8/);
      assert.match(text, /cas-lon-before-note/);
    }
    assert.equal(host().setupRuns.length, 0);
  });

  it("run in order around the step, as approved", async () => {
    project.write(program(media));
    const plan = join(project.folder, "approved.json");
    const saved = await project.preview({ plan });
    assert.ok(saved.ok, saved.text);
    const { ok, text } = await project.up({ plan });
    assert.ok(ok, text);
    if (plugin.standIn) assert.match(text, /this is the lab's stand-in for the plugin of @pulumi\/command/);
    assert.deepEqual(ran(), ["before", "after", "from standard input"]);
    assert.deepEqual(host().computer.serviceLog.slice(0, 2), ["stop RemoteRegistry", "start RemoteRegistry"]);
    assert.deepEqual(
      host().setupRuns.map(({ result }) => result),
      ["completed"],
    );
    assert.deepEqual(finished(text), [
      "cas-lon-before-note",
      "cas-lon-remote-registry",
      "cas-lon",
      "cas-lon-after-note",
      "cas-lon-after-told",
      "cas-nyc",
    ]);
  });

  it("do nothing when run again, nor when they are refreshed", async () => {
    const again = await project.up();
    assert.ok(again.ok, again.text);
    assert.match(again.text, /^ {4}17 unchanged$/m);
    const refreshed = await project.refresh();
    assert.ok(refreshed.ok, refreshed.text);
    assert.deepEqual(ran(), ["before", "after", "from standard input"]);
  });

  it("are not run again for another password or another text, but for another trigger", async () => {
    const other = '"note": { command: "echo again>>" + log, triggers: [1] }';
    const dialled = "host.connection = { ...host.connection, perDialTimeout: 20 };";
    project.write(program(media, '"note": "echo other>>" + log', dialled));
    const changed = await project.up();
    assert.ok(changed.ok, changed.text);
    assert.deepEqual(ran(), ["before", "after", "from standard input"], changed.text);
    project.write(program(media, other, dialled));
    const triggered = await project.up();
    assert.ok(triggered.ok, triggered.text);
    assert.deepEqual(ran(), ["before", "after", "from standard input", "again"], triggered.text);
    assert.equal(runs().length, 4);
  });

  it("leave no secret in the state", () => {
    for (const { name: account, password } of contoso.accounts)
      assert.ok(!project.stateText().includes(password), `the password of ${account} is in the state`);
    assert.ok(!project.stateText().includes("from standard input"));
  });

  it("do nothing when they are deleted", async () => {
    const { ok, text } = await project.destroy();
    assert.ok(ok, text);
    assert.equal(ran().length, 4);
    assert.equal(host().files.kind(folder), "folder");
  });
});

function lines(text: string): readonly string[] {
  return text.split("\r\n").filter((line) => line !== "");
}

/** Names of the resources whose creation ended, in this order. A row is printed again with each line that comes late. */
function finished(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/^ [+~] +\S+ (\S+) created/gm)].map((match) => match[1] ?? ""))];
}
