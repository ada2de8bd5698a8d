/**
 * The upgrade of contoso through the real engine, on Samba instead of the lab's own directory: accounts are logged on,
 * their groups are told and writes are judged by somebody else's code. Both domains run, each on one domain controller
 * with its own copy of the configuration. Not covered, since Samba joins no child domain: replication, the trust between
 * the domains (accounts are made in both), and the second domain controller of the root, which stays switched off.
 */
import assert from "node:assert/strict";
import { type Lab, startLab } from "../../lab";
import { directoryNames } from "../../lab/directory";
import { SetupDirectory } from "../../lab/setup/directory";
import { logOn } from "../../lab/windows/logon-service";
import { findRelease } from "../../lib/releases";
import { Relay } from "../directory/relay";
import { results, setup } from "../lab/setup-support";
import { notVerified, rtm, shows, sidOf, sp1 } from "../samba/expected";
import { type SambaForest, startSamba } from "../samba/samba";
import { targetOf, Witness } from "../samba/target";
import { furtherServer, organization, program, reader, schemaStep, trusted } from "../samba/upgrade";
import { describeWith } from "../skip";
import { steps } from "./contoso-program";
import { makeProject, type Project } from "./harness";

const dc1 = "dc1.contoso.com";
const emeaDc = "emea-dc1.emea.contoso.com";
const names = directoryNames(organization);
const document = "How to upgrade to Exchange 2007 SP1";
const rollback = `Rule:   D9, an upgrade cannot be taken back to the earlier release (${document})`;

describeWith(["samba", "pulumi"], "engine: the whole upgrade on Samba", function () {
  this.timeout(300_000);
  let forest: SambaForest;
  let lab: Lab;
  let witness: Witness;
  /** The whole upgrade. */
  let project: Project;
  /** Another stack on the same forest, of the schema step only. */
  let single: Project;

  before(async () => {
    forest = await startSamba(organization, { trusted });
    witness = new Witness(forest, organization);
    // Samba counts refused logons only where they have consequences.
    await witness.set("contoso.com", names.root, "lockoutThreshold", "50");
    lab = await startLab(organization, { setupSeconds: 0.05, target: targetOf(forest) });
    project = await makeProject(lab, program);
    single = await makeProject(lab, schemaStep);
  });
  after(async () => {
    project?.remove();
    single?.remove();
    await lab?.stop();
    await forest?.stop();
  });

  const setupRuns = () => Object.values(lab.computers).flatMap((computer) => computer.setupRuns);
  const directoryUrl = () => `${forest.urlOf(dc1)}:636`;

  /** Runs `body` while a domain controller is stopped in the middle of whatever it does. */
  async function whileStopped<T>(fqdn: string, body: () => Promise<T>): Promise<T> {
    forest.signal(fqdn, "SIGSTOP");
    try {
      return await body();
    } finally {
      forest.signal(fqdn, "SIGCONT");
    }
  }

  it("previews every step on an unprepared forest, with its plan, and runs nothing", async () => {
    const { ok, text } = await project.preview({ diff: true });
    assert.ok(ok, text);
    const created = [...text.matchAll(/\+ pulumi-nodejs:dynamic\/exchange:Exchange\w+: \(create\)/g)];
    assert.equal(created.length, steps.length, text);
    assert.doesNotMatch(text, /warning|error/);
    for (const line of [
      "now   schema 10637 (2007 RTM)",
      "now   organization 10666 (2007 RTM), domain contoso.com 10628 (2007 RTM)",
      "now   domain emea.contoso.com 10628 (2007 RTM)",
      'after   : "schema 11116 (2007 SP1)"',
      'after   : "organization 11221 (2007 SP1)"',
      'command : "D:\\\\SP1\\\\Setup.com /PrepareDomain:emea.contoso.com"',
      'after   : "2007 SP1 (8.1.240.6)"',
      'place   : "on the server, after cas-lon.contoso.com, cas-nyc.contoso.com"',
    ]) {
      assert.ok(text.includes(line), `${line} is missing in\n${text}`);
    }
    assert.equal(setupRuns().length, 0);
    assert.deepEqual(await witness.levels(), rtm);
  });

  it("refuses an account by the groups that Samba gives it, nested ones included (P5)", async () => {
    const group = (name: string): string =>
      `CONTOSO\\${name} (CN=${name},CN=Users,${names.root}, ${sidOf(`CONTOSO\\${name}`)})`;
    for (const { run, account, is, missing, judged, groups } of [
      {
        run: () => single.preview(),
        account: "exadmin",
        is: "neither in Schema Admins nor in Enterprise Admins",
        missing: "Schema Admins and Enterprise Admins",
        judged: ["Schema Admins", "Enterprise Admins"],
        groups: 4,
      },
      // An Enterprise Admin by way of two groups: only the other group is missing.
      {
        run: () => single.up(),
        account: "dirops",
        is: "not in Schema Admins",
        missing: "Schema Admins",
        judged: ["Schema Admins"],
        groups: 7,
      },
    ]) {
      const other = `computer: computer("${dc1}", "CONTOSO\\\\${account}")`;
      single.write(schemaStep.replace("computer: dc1", other));
      const printed = await run();
      assert.equal(printed.ok, false);
      shows(printed, [
        `P5 (must), schema preparation on ${dc1}: CONTOSO\\${account} is ${is}`,
        `Found:  CONTOSO\\${account} (${sidOf(`CONTOSO\\${account}`)}) with ${groups} groups, nested ones included; judged by ${judged.map(group).join(" and ")}`,
        "Needed: Schema Admins and Enterprise Admins, of the forest root domain",
        `Where:  account CONTOSO\\${account}, on ${dc1}`,
        `Fix:    add CONTOSO\\${account} to ${missing} and log off and on, or set \`account\` to one that is a member`,
        `Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (${document})`,
      ]);
      assert.deepEqual(await single.resources(), []);
    }
    assert.equal(setupRuns().length, 0);
  });

  it("is refused by Setup too, which reads the same groups, where somebody runs it all the same", async () => {
    const { stdout, code } = await setup(lab, dc1, "CONTOSO\\dirops", "/PrepareSchema");
    assert.match(
      stdout,
      /\r\n {5}The Active Directory schema is not up to date, and the logged-on user is not a member of both 'Schema Admins' and 'Enterprise Admins'\.\r\n/,
    );
    assert.equal(code, 1);
    assert.deepEqual(results(lab, dc1), ["refused"]);
    assert.deepEqual(await witness.levels(), rtm);
  });

  it("is refused by Samba, whatever Setup thinks, and nothing has changed", async () => {
    const release = findRelease("2007 SP1");
    assert.ok(release);
    const server = names.server("cas-lon.contoso.com");
    for (const [account, on, dn, write] of [
      ["CONTOSO\\dirops", dc1, names.schemaVersion, (d) => d.writeSchema(11116)],
      ["CONTOSO\\exadmin", dc1, names.schemaVersion, (d) => d.writeSchema(11116)],
      ["CONTOSO\\helpdesk", dc1, names.organization, (d) => d.writeOrganization(names.organization, 11221)],
      ["EMEA\\emeaprep", dc1, names.organization, (d) => d.writeOrganization(names.organization, 11221)],
      [
        "CONTOSO\\exadmin",
        dc1,
        names.systemObjects("contoso.com"),
        (d) => d.writeDomain("contoso.com", 11221),
      ],
      [
        "CONTOSO\\exadmin",
        emeaDc,
        names.systemObjects("emea.contoso.com"),
        (d) => d.writeDomain("emea.contoso.com", 11221),
      ],
      ["CONTOSO\\helpdesk", dc1, server, (d) => d.writeServer(server, release)],
    ] as const satisfies readonly RefusedWrite[]) {
      const directory = new SetupDirectory(lab.target, organization, await logonOf(account));
      await assert.rejects(
        write(directory),
        {
          message: `Active Directory operation failed on ${on}: 00002098: Object ${dn} has no write property access\n Code: 0x32`,
        },
        account,
      );
    }
    assert.deepEqual(await witness.levels(), rtm);
  });

  /** What a computer of the lab gives a session of the account: Samba's word on its password and groups. */
  async function logonOf(account: string) {
    const { computer } = lab.computer(account.startsWith("EMEA") ? emeaDc : dc1);
    const { user, password } = lab.connection(computer.name, account);
    const policy = { organization, directory: lab.target, filtered: false };
    const logon = await logOn(computer.spec, user, { kind: "password", password }, policy);
    assert.ok(logon, `${account} could not log on`);
    return logon;
  }

  it("warns in preview that a wrong password let nothing be verified, and refuses in create", async () => {
    const wrong = `${reader} directory.password = "Wr0ng-Secret";`;
    const told = notVerified(
      {
        code: "XU-DIRECTORY-LOGON",
        problem: `${directoryUrl()} refused to log on reader@contoso.com (LDAP result 49, data 52e): the user name or the password is wrong`,
      },
      {
        needed: "an ordinary account of the forest, which reads",
        where: "`directory` (user, password)",
        fix: "check both",
        rules: "D1, D4, D9, P5, P6, R2, R33, R34",
      },
    );
    project.write(program.replace(reader, wrong));
    const preview = await project.preview();
    project.write(program);
    assert.ok(preview.ok, preview.text);
    shows(preview, [`warning: ${told[0]}`]);
    shows(preview, told);
    assert.doesNotMatch(preview.text, /now {3}(schema|organization|domain)|Wr0ng/);
    // One for all steps: each refused logon counts towards the account's lockout.
    assert.equal(await witness.badPasswords("reader"), 1);
    single.write(schemaStep.replace(reader, wrong));
    const up = await single.up();
    assert.equal(up.ok, false);
    shows(up, [`error: ${told[0]}`]);
    assert.deepEqual(await single.resources(), []);
    assert.equal(await witness.badPasswords("reader"), 2);
  });

  it("warns in preview that a stopped domain controller let nothing be verified, and refuses in create", async () => {
    single.write(schemaStep.replace("computer: dc1", "computer: dc1, timeouts: { facts: 3 }"));
    const told = notVerified(
      { code: "XU-TIMEOUT", problem: "not read in time", found: "no answer within 3 s" },
      {
        needed: "an answer in the time that `timeouts.facts` gives",
        where: "`timeouts.facts`",
        fix: "see whether the computer or the line is busy; give more seconds",
        rules: "D1, D4, D9, D10, P5, P6, R2, R6, R8, R33, R34",
      },
    );
    const [preview, up] = await whileStopped(dc1, async () => [await single.preview(), await single.up()]);
    assert.ok(preview?.ok, preview?.text);
    shows(preview, [`warning: ${told[0]}`]);
    shows(preview, told);
    assert.equal(up?.ok, false);
    shows(up, [`error: ${told[0]}`]);
    assert.deepEqual(await single.resources(), []);
  });

  it("takes nothing for absent when the domain controller stops in the middle of the preview", async () => {
    const relay = await Relay.before(forest.urlOf(dc1));
    try {
      const there = `directory.url = "ldaps://127.0.0.1:${relay.port}"; directory.serverName = "${dc1}";`;
      // Without a connection: the lab's computer would ask the same domain controller.
      const manual = `computer: { name: "${dc1}" }, account: { name: prep }, run: "manual"`;
      single.write(schemaStep.replace(reader, `${reader} ${there}`).replace("computer: dc1", manual));
      // Two pieces are the handshake and the logon, the third asks whether it is a domain controller.
      relay.onRequest = (piece) => {
        if (piece === 4) forest.signal(dc1, "SIGSTOP");
      };
      const during = await single.preview();
      assert.ok(during.ok, during.text);
      shows(
        during,
        notVerified(
          {
            code: "XU-DIRECTORY-UNREACHABLE",
            problem: `ldaps://127.0.0.1:${relay.port} did not answer within 15 s (search of the root DSE)`,
          },
          {
            needed: "a domain controller that answers, with TLS that can be verified",
            where: "`directory.url`",
            fix: "start the domain controller, or let firewalls pass the port",
            rules: "D1, D4, D9, P5, P6, R2, R33, R34",
          },
        ),
      );
      assert.doesNotMatch(during.text, /now {3}/);
      relay.onRequest = undefined;
      forest.signal(dc1, "SIGCONT");
      const after = await single.preview();
      assert.ok(after.ok, after.text);
      assert.match(after.text, /now {3}schema 10637 \(2007 RTM\)/);
    } finally {
      forest.signal(dc1, "SIGCONT");
      await relay.close();
    }
    assert.deepEqual(await witness.levels(), rtm);
  });

  it("goes through, also after a domain controller stopped while Setup wrote to it", async () => {
    const { faults } = lab.computer(emeaDc);
    faults.hangAt = "Domain Preparation";
    let seen = "";
    const onOutput = (chunk: string) => {
      seen += chunk;
      if (
        faults.hangAt === undefined ||
        !/ExchangeDomainPrep emea .*: Organization Checks: COMPLETED/.test(seen)
      )
        return;
      forest.signal(emeaDc, "SIGSTOP");
      delete faults.hangAt;
    };
    const first = await project.up({ onOutput });
    forest.signal(emeaDc, "SIGCONT");
    assert.equal(first.ok, false, first.text);
    assert.match(first.text, /error: the present level of emea-dc1\.emea\.contoso\.com could not be read: /);
    assert.deepEqual(results(lab, emeaDc), ["failed"]);
    assert.equal((await witness.levels()).domains["emea.contoso.com"], "10628");
    assert.ok(!(await project.resources()).some(({ urn }) => urn.endsWith("::emea")));

    const second = await project.up();
    assert.ok(second.ok, second.text);
    const resources = await project.resources();
    assert.deepEqual(resources.map(({ urn }) => urn.split("::").at(-1)).sort(), [...steps].sort());
    for (const { outputs } of resources) assert.equal(outputs?.adopted, false);
    assert.deepEqual(await witness.levels(), sp1);
  });

  it("changes nothing when run again, and shows no drift", async () => {
    const runs = setupRuns().length;
    for (const { ok, text } of [await project.up(), await project.refresh()]) {
      assert.ok(ok, text);
      assert.match(text, /13 unchanged/);
      assert.doesNotMatch(text, /warning|drift/);
    }
    assert.equal(setupRuns().length, runs);
    assert.deepEqual(await witness.levels(), sp1);
  });

  it("lets Samba decide who upgrades a further server (P3)", async () => {
    const { stdout, code } = await setup(lab, furtherServer, "CONTOSO\\helpdesk", "/mode:upgrade");
    const refusal = `Object ${names.server(furtherServer)} has no write property access`;
    assert.ok(
      stdout.includes(
        `    Finalizing Setup                 ......................... FAILED\r\n     Active Directory operation failed on ${dc1}: 00002098: ${refusal}`,
      ),
      stdout,
    );
    assert.equal(code, 1);
    assert.deepEqual(results(lab, furtherServer), ["failed"]);
    assert.deepEqual(await witness.levels(), sp1);
  });

  it("adopts a schema that another stack has prepared, and keeps it while Samba cannot be asked", async () => {
    const runs = setupRuns().length;
    single.write(schemaStep);
    const adopted = await single.up();
    assert.ok(adopted.ok, adopted.text);
    assert.match(adopted.text, /adopted, Setup will not be started: now schema 11116 \(2007 SP1\)/);
    single.write(schemaStep.replace(reader, `${reader} directory.password = "Wr0ng-Secret";`));
    const wrong = await single.preview();
    assert.ok(wrong.ok, wrong.text);
    shows(wrong, [
      `warning: ${dc1}: not verified: Directory ${directoryUrl()} refused to log on reader@contoso.com ` +
        "(LDAP result 49, data 52e): the user name or the password is wrong; check both; the state has it at 2007 SP1 [XU-UNREAD]",
    ]);
    single.write(schemaStep.replace("computer: dc1", "computer: dc1, timeouts: { facts: 3 }"));
    const stopped = await whileStopped(dc1, () => single.preview());
    assert.ok(stopped.ok, stopped.text);
    shows(stopped, [
      `warning: ${dc1}: not verified: no answer within 3 s; the state has it at 2007 SP1 [XU-UNREAD]`,
    ]);
    assert.equal(setupRuns().length, runs);
  });

  it("refuses the way back (D9)", async () => {
    const runs = setupRuns().length;
    project.write(program.replace("{ target, directory", '{ target: "2007 RTM", directory'));
    const preview = await project.preview();
    assert.equal(preview.ok, false);
    shows(preview, [
      `D9 (must), schema preparation on ${dc1}: 2007 SP1 to 2007 RTM would be a rollback`,
      'Found:  target "2007 RTM" in the program, 2007 SP1 in the state',
      "Needed: 2007 SP1 or a later release",
      "Where:  in the program: `target`",
      'Fix:    set `target` to "2007 SP1"; to leave it, remove Exchange from the server',
      rollback,
    ]);
    assert.equal((await project.up()).ok, false);
    assert.equal(setupRuns().length, runs);
    assert.deepEqual(await witness.levels(), sp1);
  });

  it("refuses a target below what Samba shows, also where the state is hidden from check (--replace)", async () => {
    single.write(schemaStep);
    await witness.set("contoso.com", names.schemaVersion, "rangeUpper", "14622");
    const [schema] = await single.resources();
    const printed = await single.preview({ replace: [schema?.urn ?? ""] });
    assert.equal(printed.ok, false);
    shows(printed, [
      `D9 (must), schema preparation on ${dc1}: 2007 SP1 is below what is already there, and nothing can be taken back`,
      `Found:  schema 14622 (2007 SP2 or 2010 RTM), read from rangeUpper of ${names.schemaVersion} on ${dc1}`,
      "Needed: levels of 2007 SP1 or of a release before it",
      "Where:  in the program: `target`",
      "Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      rollback,
    ]);
  });
});

/** Account, domain controller, object, and the write of Setup's that Samba must refuse. */
type RefusedWrite = readonly [string, string, string, (directory: SetupDirectory) => Promise<void>];
