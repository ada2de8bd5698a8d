/** What checks write for `exchange-upgrade plan`, on the lab. */

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseReport, type Report } from "../../lib/review/assemble";
import { type Props, unknownValue } from "../../lib/wire/values";
import { check, checkGate, create, diff } from "../frontDoor";
import { LabSteps } from "./lab-steps";

describe("report of checks", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log } = steps;
  const preview = { __stage: unknownValue };
  const urn = (name: string) =>
    `urn:pulumi:test::upgrade::pulumi-nodejs:dynamic/exchange:ExchangeRoleUpgrade::${name}`;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-report-"));
    process.env.EXCHANGE_UPGRADE_REPORT = join(folder, "report.jsonl");
    await steps.start();
    steps.prepareForest();
  });
  afterEach(async () => {
    delete process.env.EXCHANGE_UPGRADE_REPORT;
    rmSync(folder, { recursive: true, force: true });
    await steps.stop();
  });

  const report = (): Report => {
    const file = join(folder, "report.jsonl");
    return parseReport(existsSync(file) ? readFileSync(file, "utf8") : "");
  };
  const server = (name: string, changes: Props = {}) =>
    steps.server(name, { ...preview, __urn: urn(name.split(".")[0] ?? ""), ...changes });
  const refused = () =>
    report().refused.map(({ refused: { name, kind, computer, finding } }) => [
      name,
      kind,
      computer,
      finding.rule,
      finding.text,
    ]);

  it("has window, minutes and restart of a step, and whether a Setup has begun it", async () => {
    const changeWindow = { start: "2099-12-05T22:00", end: "2099-12-06T06:00", timeZone: "Europe/Berlin" };
    const inputs = server("cas-lon.contoso.com", { changeWindow, reboot: "ifRequired" });
    await check("server", {}, inputs, log);
    steps.lab.computer("hub-lon.contoso.com").faults.failures = [{ phase: "Hub Transport Server Role" }];
    await assert.rejects(create("server", server("hub-lon.contoso.com"), log));
    await check("server", {}, server("hub-lon.contoso.com"), log);
    assert.deepEqual(
      report().lines.map(({ step }) => [step.name, step.changeWindow, step.minutes, step.reboot, step.begun]),
      [
        ["cas-lon", changeWindow, 90, "ifRequired", undefined],
        ["hub-lon", null, 60, "never", true],
      ],
    );
  });

  it("has the refusals that leave a step without a plan, in whole, and no password", async () => {
    const wrong = server("cas-lon.contoso.com", { reboot: "always" });
    await check("server", {}, wrong, log);
    await check("server", {}, { ...wrong, __gated: true, computer: "cas-lon" }, log);
    await check("server", { target: "2007 SP1" }, server("cas-lon.contoso.com", { target: "2007 RTM" }), log);
    await check("server", {}, server("cas-lon.contoso.com", { target: "2007 SP9" }), log);
    const beyond = { target: "2007 SP2", levels: { Mailbox: "8.2.176.2" } };
    await assert.rejects(diff("server", beyond, server("mbx-lon.contoso.com")), /^Error: D9 \(must\)/);
    const told = refused();
    assert.deepEqual(
      told.map(([name, kind, computer, rule]) => [name, kind, computer, rule]),
      [
        ["cas-lon", "server", "cas-lon.contoso.com", "arguments"],
        ["cas-lon", "server", null, "arguments"],
        ["cas-lon", "server", "cas-lon.contoso.com", "D9"],
        ["cas-lon", "server", "cas-lon.contoso.com", "R1"],
        ["mbx-lon", "server", "mbx-lon.contoso.com", "D9"],
      ],
    );
    assert.match(
      String(told[0]?.[4]),
      /^one argument cannot be used: reboot: .*\n {2}Where: {2}in the program\n {2}Fix: {4}/,
    );
    const text = readFileSync(join(folder, "report.jsonl"), "utf8");
    for (const { password } of steps.lab.organization.accounts) assert.ok(!text.includes(password));
  });

  it("has the steps that the first gate was given, those that cannot be used, too", async () => {
    const { directory: _, target: __, __stage: ___, __urn: ____, ...own } = server("cas-lon.contoso.com");
    const gate = {
      target: "2007 SP1",
      directory: steps.directory(),
      steps: {
        "org-cas-lon": { kind: "server", ...own },
        "org-hub-lon": { kind: "server", computer: "hub-lon" },
      },
      ...preview,
    };
    await checkGate("readiness", {}, gate, log);
    assert.deepEqual(report().names, ["org-cas-lon", "org-hub-lon"]);
  });
});
