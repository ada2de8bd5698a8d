/**
 * A database availability group of four, 2019 CU15 to Subscription Edition with a security update, one member at a time and out of service:
 * the machine with Pulumi goes down in every phase, and the approved plan goes on.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type Lab, startLab } from "../../lab";
import { fabrikamAtCu15 } from "../../lab/fabrikam";
import { exsetupOf } from "../../lab/setup/modern/update";
import { quickVariables } from "../faults/timing";
import { settingsOf, whyInService } from "../resources/se-steps";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";
import { killWhen } from "./kill";

const hosts = ["ex1", "ex2", "ex3", "ex4"] as const;
const nameOf = (host: string) => `${host}.fabrikam.com`;

const program = `
const reader = { ...lab.directory, ...lab.accounts["FABRIKAM\\\\reader"] };
const prepared = Prepared.verify({ target: "SE RTM", directory: reader });
const servers = [];
for (const host of ${JSON.stringify(hosts)}) {
  const at = { ...computer(host + ".fabrikam.com", "FABRIKAM\\\\exadmin"), media: "D:\\\\SE" };
  servers.push(new ExchangeRoleUpgrade(host, {
    prepared,
    computer: at,
    after: [...servers],
    setup: { acceptLicenseTerms: true, diagnosticData: false, extendedProtection: "on" },
    reboot: "ifRequired",
    maintenance: {},
    securityUpdate: { file: "D:\\\\SU\\\\ExchangeSE-KB5074992-x64-en.msp", kb: "KB5074992", build: "15.2.2562.37" },
    waive: { D5: "installed with this Windows" },
  }));
}
`;

describeWith(
  ["pulumi"],
  "engine: a group of four to Subscription Edition, killed in every phase",
  function () {
    this.timeout(400_000);
    let lab: Lab;
    let project: Project;
    const violations: string[] = [];

    before(async () => {
      lab = await startLab(fabrikamAtCu15, { setupSeconds: 0.02 });
      for (const host of hosts) {
        lab.management.server(nameOf(host)).policy = "IntrasiteOnly";
        lab.computer(nameOf(host)).computer.restartBehaviour.bootMs = 50;
      }
      watch();
      // A lock whose owner has gone is taken over after seconds, and not after half a minute.
      project = await makeProject(lab, program, quickVariables);
    });
    after(async () => {
      project?.remove();
      await lab?.stop();
    });

    /** Nothing is upgraded while it serves, or while another member does not. */
    function watch(): void {
      for (const host of hosts)
        lab.computer(nameOf(host)).faults.atPhase = (phase) => {
          const why = whyInService({ lab }, nameOf(host));
          const out = hosts.filter((each) => lab.management.server(nameOf(each)).node === "Paused");
          if (why !== null || out.join() !== host)
            violations.push(`${host}, ${phase}: ${why}, out of service: ${out.join()}`);
        };
    }

    it("goes on with the approved plan, and each runs once", async () => {
      const plan = join(project.folder, "plan.json");
      const before = hosts.map((host) => settingsOf({ lab }, nameOf(host)));
      const { ok: isPlanned, text: planned } = await project.preview({ plan });
      assert.ok(isPlanned, planned);

      const atScript = (host: string, script: string) =>
        killWhen(project, `${script} on ${host}`, {
          plan,
          happens: (kill) => {
            const { managementFaults } = lab.computer(nameOf(host));
            managementFaults.atScript = (name, when) => {
              if (name !== script || when !== "after") return;
              delete managementFaults.atScript;
              kill();
            };
          },
        });
      const inPhase = (host: string, phase: string) =>
        killWhen(project, `${phase} on ${host}`, {
          plan,
          happens: (kill) => {
            const { faults } = lab.computer(nameOf(host));
            const usual = faults.atPhase;
            faults.atPhase = (name, when) => {
              usual?.(name, when);
              if (name !== phase) return;
              if (usual !== undefined) faults.atPhase = usual;
              kill();
            };
          },
        });
      const atCommand = (host: string, words: string) =>
        killWhen(project, `${words} on ${host}`, {
          plan,
          happens: (kill) => {
            const { transport } = lab.computer(nameOf(host));
            transport.atPoint = (point) => {
              if (point.at !== "started" || !point.command.includes(words)) return undefined;
              delete transport.atPoint;
              kill();
              return "cut";
            };
          },
        });

      await atScript("ex1", "startDagMaintenance");
      await inPhase("ex1", "Copying Exchange Files");
      await atCommand("ex2", "shutdown /r");
      await inPhase("ex2", "InstallFiles");
      await atScript("ex3", "stopDagMaintenance");
      await atCommand("ex3", "maintenance is left and verified");
      const { ok, text } = await project.up({ plan });
      assert.ok(ok, text);

      assert.deepEqual(violations, []);
      for (const [index, host] of hosts.entries()) {
        const { computer, setupRuns } = lab.computer(nameOf(host));
        assert.deepEqual(
          setupRuns.map(({ release, result }) => `${release}: ${result}`),
          ["SE RTM: completed", "update 15.2.2562.37: completed"],
          host,
        );
        assert.equal(computer.files.version(exsetupOf(computer) ?? ""), "15.2.2562.37");
        assert.deepEqual(settingsOf({ lab }, nameOf(host)), before[index], host);
        assert.deepEqual(
          computer.files.list("C:\\Windows\\ExchangeUpgrade").map(({ name }) => name),
          ["KB5074992.log"],
          host,
        );
      }
      assert.deepEqual(
        (await project.resources()).map(
          ({ outputs }) => (outputs?.levels as { "ExSetup.exe"?: string } | undefined)?.["ExSetup.exe"],
        ),
        hosts.map(() => "15.2.2562.37"),
      );
    });
  },
);
