/**
 * Passwords of a connection over WinRM: one in the program and one in a variable, right ones and wrong ones, behind a jump host that has one of
 * its own. They are looked for as the others are (secrets.test.ts), and in what Kerberos keeps.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import type { Organization } from "../../lab/organization";
import { pathWith, pulumiCli } from "../../tools/pulumi-environment";
import { commandLineTool } from "../compiled";
import { describeWith } from "../skip";
import { makeProject, type Printed, type Project } from "./harness";
import { filesBelow, newSecret, type Place, registryOf, sightings, startWatch, type Watch } from "./planted";

const right = {
  directory: newSecret(),
  "connection, in the configuration": newSecret(),
  "connection, by { env }": newSecret(),
  proxy: newSecret(),
};
const wrong = { "wrong connection": newSecret(), "wrong connection, by { env }": newSecret() };

/** A text that is no secret: the name of the media's folder, and of an environment's value. */
const shown = newSecret().slice(0, 16);
const media = `D:\\${shown}`;
const target = "dc1.contoso.com";
const jump = "cas-lon.contoso.com";

const account = (name: string, password: string, ...memberOf: string[]) => ({
  ...{ name, password, domain: contoso.root, memberOf },
});
const organization: Organization = {
  ...contoso,
  accounts: [
    account("reader", right.directory),
    account("operator", right["connection, in the configuration"], "CONTOSO\\Domain Admins"),
    account("prep", right["connection, by { env }"], "CONTOSO\\Forest Preparation", "CONTOSO\\Domain Admins"),
    account("forwarder", right.proxy, "CONTOSO\\Domain Admins"),
    account("mistaken", newSecret(), "CONTOSO\\Domain Admins"),
    account("mistaken2", newSecret(), "CONTOSO\\Domain Admins"),
  ],
  computers: contoso.computers
    .filter(({ name }) => [target, jump].includes(name))
    .map((each) => ({ ...each, windows: "2008 R2" as const, media: { [media]: "2007 SP1" } })),
};

const program = `
pulumi.log.info("${shown}");
const secrets = new pulumi.Config().requireSecretObject("credentials");
const secret = (name) => secrets.apply((all) => all[name]);
const reader = { ...lab.directory, user: "CONTOSO\\\\reader", password: secret("directory") };
const proxy = { ...lab.computers["${jump}"], user: "CONTOSO\\\\forwarder", password: secret("proxy") };
const waive = { D5: "looked at: ${shown}", P1: "looked at: ${shown}" };
const step = (Step, name, user, password, before = { target, directory: reader }) => new Step(name, {
  ...before, waive, run: "scheduled",
  account: { name: "CONTOSO\\\\prep", password: { env: "PREP" } },
  computer: {
    name: "${target}", media: ${JSON.stringify(media)},
    connection: { winrm: true, host: "${target}", user: user + "@contoso.com", password, proxy, dialErrorLimit: 0 },
  },
}, { protect: false });
const schema = step(ExchangeSchemaPrep, "schema", "operator", secret("connection"));
step(ExchangeADPrep, "ad", "prep", { env: "PREP" }, { schema });
step(ExchangeSchemaPrep, "wrong", "mistaken", secret("wrong"));
step(ExchangeSchemaPrep, "wrongVariable", "mistaken2", { env: "WRONG" });
`;

describeWith(["pulumi", "kdc"], "engine: passwords over WinRM", function () {
  this.timeout(300_000);
  const places: Place[] = [];
  const planted: { readonly [name: string]: string } = { ...right, ...wrong };
  const temporary = process.env.TMPDIR;
  let scratch: string;
  let lab: Lab;
  let project: Project;
  let watch: Watch;

  before(async () => {
    // From here on all that this process, the engine, the provider and Kerberos keep in files is below one folder.
    scratch = mkdtempSync(join(tmpdir(), "exchange-upgrade-secrets-"));
    process.env.TMPDIR = scratch;
    lab = await startLab(organization, { setupSeconds: 0.02, winrm: { kerberos: "mit" } });
    project = await makeProject(lab, program, {
      PREP: right["connection, by { env }"],
      WRONG: wrong["wrong connection, by { env }"],
    });
    // The program needs no password of this file: so nothing has to be left out of the search.
    writeFileSync(project.env.EXCHANGE_LAB ?? "", JSON.stringify({ ...coordinatesOf(lab), accounts: {} }));
    watch = startWatch(lab, [target, jump], shown);
  });
  after(async () => {
    watch?.stop();
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    await lab?.stop();
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  });

  const stack = ["--stack", "test"];

  function run(name: string, command: string, args: readonly string[], input = ""): Promise<Printed> {
    return new Promise((done) => {
      const { bin } = pulumiCli("npm test");
      const env = { ...process.env, ...project.env, PATH: pathWith(bin) };
      const child = execFile(command, args, { cwd: project.folder, env }, (error, stdout, stderr) => {
        const text = `${stdout}\n${stderr}`;
        places.push([`printed by ${name}`, Buffer.from(text)]);
        done({ ok: error === null, text });
      });
      child.stdin?.end(input);
    });
  }

  it("bring steps about where they are right, and are refused where they are wrong", async () => {
    const credentials = JSON.stringify({
      ...{ directory: right.directory, connection: right["connection, in the configuration"] },
      ...{ proxy: right.proxy, wrong: wrong["wrong connection"] },
    });
    const set = await run(
      "config set",
      "pulumi",
      ["config", "set", "--secret", "credentials", ...stack],
      credentials,
    );
    assert.ok(set.ok, set.text);
    const plan = [commandLineTool, "plan", "--verbose", ...stack, "--out", "plan.json"];
    const reviewed = await run("plan", process.execPath, plan);
    assert.match(reviewed.text, /mistaken@contoso\.com cannot log on/);
    const up = ["up", "--yes", "--skip-preview", "--continue-on-error", "--non-interactive", ...stack];
    const failed = await run("up", "pulumi", up);
    assert.equal(failed.ok, false, failed.text);
    for (const name of ["mistaken", "mistaken2"])
      assert.ok(failed.text.includes(`${name}@contoso.com cannot log on`), failed.text);
    const runs = lab.computer(target).setupRuns.map((each) => `${each.commandLine}: ${each.result}`);
    assert.deepEqual(runs, ["/PrepareSchema: completed", "/PrepareAD: completed"], failed.text);
    assert.equal(lab.computer(target).counts.logons, 0);
    places.push(...filesBelow(scratch, "up"));
  });

  it("are nowhere, where a text that is no secret is found", () => {
    watch.stop();
    places.push(...watch.places(), ...registryOf(lab, [target]));
    const open = sightings(places, { shown });
    for (const place of [
      /^shown, text, printed by plan$/,
      /^shown, text, printed by up$/,
      /^shown, text, after up: .*\/program\/plan\.json$/,
      /^shown, text, after up: .*\/stacks\/upgrade\/test\.json$/,
      /^shown, text, process list$/,
      new RegExp(`^shown, text, command to ${target}$`),
      new RegExp(`^shown, text, command line on ${target}$`),
    ])
      assert.ok(
        open.some((each) => place.test(each)),
        `${place} is not among\n${open.join("\n")}`,
      );
    assert.deepEqual(sightings(places, planted), []);
  });
});
