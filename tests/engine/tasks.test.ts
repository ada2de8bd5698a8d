/** The run modes that start Setup by a scheduled task, under the real engine: preparations and one server. */
import assert from "node:assert/strict";
import { contoso, type Lab, startLab } from "../../lab";
import type { LabComputer } from "../../lab/organization";
import { registerTask, registrationFor } from "../host/task-support";
import { assertNoPassword } from "../passwords";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";

/** Who logs on over SSH: an administrator of the computers, and in none of the groups that Setup needs. */
const operator = "CONTOSO\\operator";
const operatorPassword = "Lab-Operator-1";

function organizationOn(windows: LabComputer["windows"]) {
  return {
    ...contoso,
    accounts: [
      ...contoso.accounts,
      {
        name: "operator",
        domain: contoso.root,
        password: operatorPassword,
        memberOf: ["CONTOSO\\Domain Admins"],
      },
    ],
    computers: contoso.computers.map((computer) => ({ ...computer, windows })),
  };
}

const passwordOf = (name: string) =>
  contoso.accounts.find((account) => account.name === name)?.password ?? "";

/** The steps, started as `how` says under an account: two preparations and a server. */
function program(how: (account: string) => string): string {
  return `
const over = (fqdn) => computer(fqdn, "CONTOSO\\\\operator");
const waive = {
  P1: "exadmin is a local administrator: looked at on the server",
  D5: "this Windows was there before Exchange",
};
const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: over("dc1.contoso.com"), ${how("prep")} });
const ad = new ExchangeADPrep("ad", { schema, computer: over("dc1.contoso.com"), ${how("prep")} });
new ExchangeRoleUpgrade("cas-lon", { prepared: ad, computer: over("cas-lon.contoso.com"), waive, ${how("exadmin")} });
`;
}

describeWith(["pulumi"], "engine: Setup started by scheduled tasks", function () {
  this.timeout(240_000);
  let lab: Lab;
  let project: Project;

  afterEach(async () => {
    project?.remove();
    await lab?.stop();
  });

  const runs = () =>
    ["dc1.contoso.com", "cas-lon.contoso.com"].flatMap((name) =>
      lab.computer(name).setupRuns.map((run) => `${run.commandLine} as ${run.account}: ${run.result}`),
    );
  const expected = [
    "/PrepareSchema as contoso\\prep: completed",
    "/PrepareAD as contoso\\prep: completed",
    "/mode:upgrade as contoso\\exadmin: completed",
  ];
  const noSecretIn = (text: string) => assertNoPassword(text, contoso);

  it("brings the steps about with a task that an administrator has registered; the SSH logon is somebody else", async () => {
    lab = await startLab(organizationOn("2003"), { setupSeconds: 0.02 });
    const who = { user: operator, password: operatorPassword };
    for (const [fqdn, account] of [
      ["dc1.contoso.com", "prep"],
      ["cas-lon.contoso.com", "exadmin"],
    ] as const) {
      const registration = registrationFor("2003", `CONTOSO\\${account}`, "Exchange Setup");
      const said = await registerTask(lab.computer(fqdn), registration, who, passwordOf(account));
      assert.equal(said.code, 0, said.text);
    }
    project = await makeProject(
      lab,
      program((name) => `run: "task", taskName: "Exchange Setup", account: { name: "CONTOSO\\\\${name}" }`),
    );
    const { ok, text } = await project.up();
    assert.ok(ok, text);
    assert.deepEqual(runs(), expected);
    for (const { outputs } of await project.resources()) assert.equal(outputs?.adopted, false);
    assert.deepEqual(leftOn("dc1.contoso.com"), ["run-next.cmd"]);
    assert.deepEqual(leftOn("cas-lon.contoso.com"), ["run-next.cmd"]);
    noSecretIn(`${text}${project.stateText()}`);
    const again = await project.up();
    assert.match(again.text, /4 unchanged/);
  });

  it("brings them about with tasks of their own, whose password is nowhere, and leaves nothing behind", async () => {
    lab = await startLab(organizationOn("2008 R2"), { setupSeconds: 0.02 });
    project = await makeProject(
      lab,
      program(
        (name) => `run: "scheduled", account: { name: "CONTOSO\\\\${name}", password: ${credential(name)} }`,
      ),
      { EXADMIN_PASSWORD: passwordOf("exadmin") },
    );
    const { ok, text } = await project.up();
    assert.ok(ok, text);
    assert.deepEqual(runs(), expected);
    assert.deepEqual([leftOn("dc1.contoso.com"), leftOn("cas-lon.contoso.com")], [[], []]);
    for (const { computer } of Object.values(lab.computers)) assert.deepEqual(computer.tasks.list(), []);
    noSecretIn(`${text}${project.stateText()}`);
  });

  it("says what is missing before anything is started: the task, the account, Windows Server 2008", async () => {
    lab = await startLab(organizationOn("2003"), { setupSeconds: 0.02 });
    project = await makeProject(
      lab,
      program((name) => `run: "task", account: { name: "CONTOSO\\\\${name}" }`),
    );
    const unregistered = await project.up();
    assert.equal(unregistered.ok, false);
    assert.match(
      flat(unregistered.text),
      /dc1\.contoso\.com: Setup was not started: C:\\WINDOWS\\ExchangeUpgrade\\run-next\.cmd is not there; needed is version 2 of the script that the scheduled task runs\. Register it once on the computer, as an administrator: `exchange-upgrade task` says how\./,
    );
    project.write(
      program(
        (name) => `run: "scheduled", account: { name: "CONTOSO\\\\${name}", password: ${credential(name)} }`,
      ).replaceAll("process.env.EXADMIN_PASSWORD", '"x"'),
    );
    const tooOld = await project.up();
    assert.match(
      flat(tooOld.text),
      /dc1\.contoso\.com: Setup was not started: run: "scheduled" needs Windows Server 2008 or later, and the build of Windows here is 3790\./,
    );
    project.write(program(() => 'run: "scheduled"'));
    const nobody = await project.up();
    assert.match(
      flat(nobody.text),
      /one argument cannot be used: account: missing; run: "scheduled" runs Setup as that account, and the rules judge it/,
    );
    assert.deepEqual(runs(), []);
  });

  function leftOn(fqdn: string): readonly string[] {
    const { files, systemRoot } = lab.computer(fqdn).computer;
    const folder = `${systemRoot}\\ExchangeUpgrade`;
    return files.kind(folder) === null ? [] : files.list(folder).map(({ name }) => name);
  }
});

/** One password as a value, the other by the name of its variable. */
function credential(name: string): string {
  return name === "exadmin"
    ? '{ env: "EXADMIN_PASSWORD" }'
    : `pulumi.secret(lab.accounts["CONTOSO\\\\${name}"].password)`;
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}
