/**
 * A secret planted in every input that takes one, right ones and wrong ones, is looked for in everything that a run leaves or
 * shows, in pieces and encoded, too. A text that is no secret goes the same ways: where that is not found, the search is blind.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { commandPlugin } from "../../lab/command";
import { coordinatesOf } from "../../lab/coordinates";
import type { Organization } from "../../lab/organization";
import { newKeyPair } from "../../lab/windows/keys";
import { commandVersion } from "../../lib/program/commands/commandPackage";
import { pathWith, pulumiCli } from "../../tools/pulumi-environment";
import { commandLineTool } from "../compiled";
import { encryptKey, type SshServer, ssh2Kind } from "../host/ssh-servers";
import { describeWith } from "../skip";
import { makeProject, type Printed, type Project } from "./harness";
import { filesBelow, newSecret, type Place, registryOf, sightings, startWatch, type Watch } from "./planted";

describe("the search for secrets", () => {
  const secret = newSecret();
  const utf16 = Buffer.from(secret, "utf16le");
  const texts: { readonly [form: string]: string } = {
    text: secret,
    "a part of it": secret.slice(0, 20),
    JSON: JSON.stringify({ secret }),
    "JSON in JSON": JSON.stringify(JSON.stringify({ secret })),
    "a URL": encodeURIComponent(secret),
    XML: secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;"),
    "cmd.exe's quoting": secret.replace(/[&<%^!"]/g, "^$&"),
    "capital letters": secret.toUpperCase(),
    base64: Buffer.from(secret).toString("base64"),
    "base64 with a byte before it": Buffer.from(`:${secret}`).toString("base64"),
    "base64 of user and password": Buffer.from(`ab:${secret}`).toString("base64"),
    "base64 of UTF-16": utf16.toString("base64"),
    hex: Buffer.from(secret).toString("hex"),
    "hex of UTF-16BE": Buffer.from(utf16).swap16().toString("hex").toUpperCase(),
  };
  const contents = [
    ...Object.entries(texts).map(([form, text]) => [form, Buffer.from(`before${text}after`)] as const),
    ["UTF-16LE", utf16],
    ["UTF-16BE", Buffer.from(utf16).swap16()],
    ["UTF-16LE at an odd place", Buffer.concat([Buffer.from("x"), utf16])],
  ] as const;

  for (const place of contents)
    it(`finds one as ${place[0]}`, () => {
      assert.match(sightings([place], { planted: secret }).join(), /^planted, /);
      assert.deepEqual(sightings([place], { planted: newSecret() }), []);
    });

  it("finds a line of a private key", () => {
    const key = newKeyPair().private;
    const line = key.split("\n")[2] ?? "";
    assert.deepEqual(sightings([["log", Buffer.from(`cannot parse ${line}`)]], { key }), ["key, text, log"]);
  });
});

/** A secret for every credential that somebody judges. */
const newCredentials = () => ({
  directory: newSecret(),
  connection: newSecret(),
  "connection, by { env }": newSecret(),
  proxy: newSecret(),
  privateKeyPassword: newSecret(),
  account: newSecret(),
});

/** The right credentials. The accounts of the lab have them. */
const right = { ...newCredentials(), "stdin of a command": newSecret() };

/** Wrong ones, each of which some server or library refuses. */
const wrong = newCredentials();

/** A text that is no secret: in reasons, and as the name of the media's folder. */
const shown = `Q${randomBytes(7).toString("hex")}z`;

const media = `D:\\${shown}`;
const windows = "2008 R2" as const;
const computers = ["dc1.contoso.com", "cas-lon.contoso.com"];

const organization: Organization = {
  ...contoso,
  accounts: [
    { name: "reader", domain: contoso.root, password: right.directory, memberOf: [] },
    {
      name: "operator",
      domain: contoso.root,
      password: right.connection,
      memberOf: ["CONTOSO\\Domain Admins"],
    },
    {
      name: "prep",
      domain: contoso.root,
      password: right.account,
      memberOf: ["CONTOSO\\Forest Preparation"],
    },
    {
      name: "exadmin",
      domain: contoso.root,
      password: right["connection, by { env }"],
      memberOf: ["CONTOSO\\Exchange Change Team"],
    },
  ],
  computers: contoso.computers
    .filter(({ name }) => computers.includes(name))
    .map((each) => ({ ...each, windows, media: { [media]: "2007 SP1" } })),
};

/** What both programs begin with. The stack's configuration holds one secret: an object of credentials. */
const common = `
const secrets = new pulumi.Config().requireSecretObject("credentials");
const secret = (name) => secrets.apply((all) => all[name]);
const reader = { ...lab.directory, user: "CONTOSO\\\\reader", password: secret("directory") };
const waive = { P1: "looked at: ${shown}", D5: "looked at: ${shown}" };
const on = (name, user, more) => ({
  name, media: ${JSON.stringify(media)}, connection: { ...lab.computers[name], user: "CONTOSO\\\\" + user, ...more },
});
const first = "dc1.contoso.com";
const asPrep = (password) => ({ run: "scheduled", account: { name: "CONTOSO\\\\prep", password } });
const proxied = secrets.apply((all) => on(first, "operator", {
  privateKey: all.privateKey, privateKeyPassword: all.privateKeyPassword, proxy: all.proxy,
}).connection);
`;

/** A connection that is an Output as a whole, a plain password, names of variables, and a command with a secret input. */
const rightProgram = `
${common}
const schema = new ExchangeSchemaPrep("schema", {
  target, directory: reader, computer: { ...on(first, "operator"), connection: proxied }, waive, ...asPrep(secret("account")),
}, { protect: false });
const ad = new ExchangeADPrep("ad", {
  schema, computer: on(first, "operator", { password: process.env.OPERATOR }), waive, ...asPrep({ env: "PREP" }),
}, { protect: false });
new ExchangeRoleUpgrade("cas-lon", {
  prepared: ad, computer: on("cas-lon.contoso.com", "exadmin", { password: { env: "EXADMIN" } }), waive,
  commands: { after: { told: { command: "more>nul", stdin: secret("stdin of a command") } } },
});
`;

/** A preparation for each wrong credential, each over a user of its own: after two refusals no third logon is tried. */
const wrongProgram = `
${common}
const plain = JSON.parse(process.env.WRONG);
pulumi.log.info("${shown}");
const step = (name, more) => new ExchangeSchemaPrep(name, {
  target, directory: reader, computer: on(first, "operator", { password: process.env.OPERATOR }), waive,
  ...asPrep(secret("account")), ...more,
});
const over = (user, more) => ({ computer: on(first, user, more) });
step("directory", { directory: { ...reader, password: plain.directory } });
step("connection", over("prep", { password: plain.connection }));
step("env", over("exadmin", { password: { env: "WRONG_PASSWORD" } }));
const wrongProxy = secrets.apply(({ proxy }) => ({ ...proxy, password: plain.proxy }));
step("proxy", over("reader", { password: process.env.OPERATOR, proxy: wrongProxy }));
step("key", over("operator", { privateKey: plain.privateKey }));
step("phrase", over("operator", { privateKey: secret("privateKey"), privateKeyPassword: plain.privateKeyPassword }));
step("account", asPrep(plain.account));
`;

describeWith(["pulumi"], "engine: secrets planted in every input", function () {
  this.timeout(300_000);
  const plugin = commandPlugin(commandVersion);
  const jumps = ssh2Kind();
  const pair = newKeyPair();
  const brokenKey = newKeyPair().private.replace("b3BlbnNzaC1rZXktdjE", "b3BlbnNzaC1rZXktdjI");
  const places: Place[] = [];
  let encrypted: string;
  let scratch: string;
  let lab: Lab;
  let jump: SshServer;
  let project: Project;
  let watch: Watch;
  let planted: { readonly [name: string]: string };
  const temporary = process.env.TMPDIR;

  before(async () => {
    await jumps.prepare();
    jump = await jumps.start({ password: right.proxy });
    encrypted = encryptKey(pair.private, right.privateKeyPassword);
    // From here on all that this process, the engine and the provider keep in files is below one folder.
    scratch = mkdtempSync(join(tmpdir(), "exchange-upgrade-secrets-"));
    process.env.TMPDIR = scratch;
    lab = await startLab(organization, {
      setupSeconds: 0.02,
      computers: { "dc1.contoso.com": { authorizedKeys: { "CONTOSO\\operator": [pair.public] } } },
    });
    project = await makeProject(lab, rightProgram, {
      PATH: pathWith(plugin.folder),
      OPERATOR: right.connection,
      PREP: right.account,
      EXADMIN: right["connection, by { env }"],
      WRONG_PASSWORD: wrong["connection, by { env }"],
      WRONG: JSON.stringify({ ...wrong, privateKey: brokenKey }),
    });
    // The programs need no password of this file: so nothing has to be left out of the search.
    writeFileSync(project.env.EXCHANGE_LAB ?? "", JSON.stringify({ ...coordinatesOf(lab), accounts: {} }));
    planted = {
      ...right,
      ...Object.fromEntries(Object.entries(wrong).map(([name, secret]) => [`wrong ${name}`, secret])),
      privateKey: encrypted,
      "the key in it": pair.private,
      "wrong privateKey": brokenKey,
    };
    watch = startWatch(lab, computers, shown);
  });
  after(async () => {
    watch?.stop();
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    await lab?.stop();
    await jump?.stop();
    await jumps.cleanUp();
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  });

  const stack = ["--stack", "test"];

  function keep(name: string, printed: Printed): Printed {
    places.push([`printed by ${name}`, Buffer.from(printed.text)]);
    return printed;
  }

  /** Runs a program as a user does, and keeps what it prints. */
  const run = (name: string, program: string, args: readonly string[], input = "") =>
    new Promise<Printed>((done) => {
      const { bin } = pulumiCli("npm test");
      const env = { ...process.env, ...project.env, PATH: pathWith(bin, plugin.folder) };
      const child = execFile(program, args, { cwd: project.folder, env }, (error, stdout, stderr) =>
        done(keep(name, { ok: error === null, text: `${stdout}\n${stderr}` })),
      );
      child.stdin?.end(input);
    });

  it("are refused where they are wrong", async () => {
    const { port, hostKeys, user, password } = jump;
    const proxy = { host: "127.0.0.1", port, hostKey: hostKeys.ed25519, user, password };
    const credentials = JSON.stringify({ ...right, privateKey: encrypted, proxy });
    const config = ["config", "set", "--secret", "credentials", ...stack];
    const set = await run("pulumi config set", "pulumi", config, credentials);
    assert.ok(set.ok, set.text);
    project.write(wrongProgram);
    const plan = [commandLineTool, "plan", "--verbose", ...stack, "--out", "plan.json"];
    const reviewed = await run("exchange-upgrade plan", process.execPath, plan);
    assert.match(reviewed.text, /^7 steps: 6 to do, 1 not known\. Findings: not verified: 6\.$/m);
    const args = ["up", "--yes", "--skip-preview", "--continue-on-error", "--non-interactive", ...stack];
    const failed = await run("pulumi up that fails", "pulumi", args);
    assert.equal(failed.ok, false, failed.text);
    assert.ok(failed.text.includes("not tried further: it was refused there in this run"), failed.text);
    for (const [step, why] of [
      ["directory", "refused to log on CONTOSO\\reader (LDAP result 49, data 52e)"],
      // The check has sent each of them once: create sends none again.
      ["connection", "XU-LOGON (must), dc1.contoso.com: not verified: CONTOSO\\prep cannot log on"],
      ["env", "XU-LOGON (must), dc1.contoso.com: not verified: CONTOSO\\exadmin cannot log on"],
      ["proxy", `XU-LOGON (must), dc1.contoso.com: not verified: ${user} cannot log on`],
      ["key", "not verified: the privateKey cannot be used: it is no private key in OpenSSH or PEM form"],
      ["phrase", "not verified: the privateKey cannot be used: privateKeyPassword does not open it"],
      ["account", "no scheduled task could be registered under CONTOSO\\prep: 0x8007052e"],
    ] as const) {
      const said = failed.text
        .split("\n")
        .filter((line) => line.includes(`ExchangeSchemaPrep ${step} **creating failed`));
      assert.ok(
        said.some((line) => line.includes(why)),
        `${step}: ${why} is missing in\n${failed.text}`,
      );
    }
  });

  it("bring the steps about where they are right", async () => {
    project.write(rightProgram);
    const more = ["--", "--diff", "--save-plan", "approved.json"];
    const facts = [commandLineTool, "facts", "--verbose", ...stack, "--out", "facts.json", ...more];
    const preview = await run("exchange-upgrade facts", process.execPath, facts);
    assert.ok(preview.ok, preview.text);
    const up = keep("pulumi up", await project.up({ plan: join(project.folder, "approved.json") }));
    assert.ok(up.ok, up.text);
    assert.deepEqual(
      computers.flatMap((name) =>
        lab.computer(name).setupRuns.map((each) => `${each.commandLine}: ${each.result}`),
      ),
      ["/PrepareSchema: completed", "/PrepareAD: completed", "/mode:upgrade: completed"],
    );
    const refresh = keep("pulumi refresh", await project.refresh());
    assert.ok(refresh.ok, refresh.text);
    const exported = await run("pulumi stack export", "pulumi", ["stack", "export", ...stack]);
    assert.ok(exported.ok, exported.text);
    places.push(...filesBelow(scratch, "up"));
    const destroyed = keep("pulumi destroy", await project.destroy());
    assert.ok(destroyed.ok, destroyed.text);
    places.push(...filesBelow(scratch, "destroy"));
  });

  it("are nowhere, where a text that is no secret is found", () => {
    watch.stop();
    places.push(...watch.places(), ...registryOf(lab, computers));
    const open = sightings(places, { shown });
    for (const place of [
      /^shown, text, printed by exchange-upgrade plan$/,
      /^shown, text, printed by exchange-upgrade facts$/,
      /^shown, text, printed by pulumi up that fails$/,
      /^shown, text, printed by pulumi up$/,
      /^shown, text, printed by pulumi stack export$/,
      /^shown, text, after up: .*\/program\/approved\.json$/,
      /^shown, text, after up: .*\/program\/facts\.json$/,
      /^shown, text, after up: .*\/program\/plan\.json$/,
      /^shown, text, after up: .*\/stacks\/upgrade\/test\.json$/,
      /^shown, text, after destroy: .*\/history\/upgrade\/test\/[^/]+\.checkpoint\.json$/,
      /^shown, text, process list$/,
      ...computers.flatMap((name) => [
        new RegExp(`^shown, text, command to ${name}$`),
        new RegExp(`^shown, text, command line on ${name}$`),
        new RegExp(`^shown, text, C:.*\\\\run\\.cmd on ${name}$`),
      ]),
    ])
      assert.ok(
        open.some((each) => place.test(each)),
        `${place} is not among\n${open.join("\n")}`,
      );
    const processes = places
      .filter(([name]) => name === "process list")
      .map(([, content]) => content.toString());
    for (const program of ["pulumi\0up", "dynamic-provider", "pulumi-language-nodejs"])
      assert.ok(
        processes.some((each) => each.includes(program)),
        `${program} was not seen in the process list`,
      );
    assert.deepEqual(sightings(places, planted), []);
  });
});
