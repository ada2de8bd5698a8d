/** The phases of a step: which there are, and that their minutes are those that the change window must have left. */
import assert from "node:assert/strict";
import { parseInputs } from "../../lib/provider/step/inputs";
import { phasesOf } from "../../lib/provider/step/phases";
import { type Step, stepOf } from "../../lib/provider/step/step";
import { neededMinutes } from "../../lib/provider/step/windowRefusal";
import type { Props } from "../../lib/wire/values";
import { aCase } from "../rules/builder";

const directory = { url: "ldaps://127.0.0.1:9", user: "FABRIKAM\\reader", password: "x" };
const connection = { host: "127.0.0.1", port: 9, user: "FABRIKAM\\exadmin", password: "x" };
const update = { file: "D:\\SU\\ExchangeSE-KB5074992-x64-en.msp", kb: "KB5074992", build: "15.2.2562.37" };

describe("the phases of a step", () => {
  const stepWith = (changes: Props): Step => {
    const inputs = {
      ...{ target: "SE RTM", directory, setup: { acceptLicenseTerms: true } },
      prepared: {
        target: "SE RTM",
        from: "as found",
        schema: true,
        organization: true,
        domains: ["*"],
        verify: true,
      },
      computer: { name: "ex1.fabrikam.com", media: "D:\\SE", connection },
      ...changes,
    };
    const parsed = parseInputs("server", inputs);
    return stepOf("server", parsed) ?? assert.fail(parsed.problems.join());
  };
  const phases = (changes: Props): readonly string[] => {
    const [step, c] = [stepWith(changes), aCase({})];
    const all = phasesOf(step, c);
    const sum = all.reduce((minutes, each) => minutes + (each.minutes ?? 0), 0);
    assert.equal(sum, neededMinutes(step, c));
    return all.map(({ what, minutes, support }) => `${what} ${minutes} ${support}`);
  };

  it("are Setup and its proof where the program says nothing else", () => {
    assert.deepEqual(phases({}), ["Setup 60 documented", "prove null unverified"]);
    assert.deepEqual(phases({ maintenance: "none", timeouts: { expected: 50 } }), [
      "Setup 50 program",
      "prove null unverified",
    ]);
  });

  it("are those of maintenance, of the update and of both restarts, with where the minutes come from", () => {
    const restarted = { reboot: "ifRequired", maintenance: {} };
    assert.deepEqual(phases({ ...restarted, securityUpdate: update }), [
      "enter maintenance 15 unverified",
      "Setup 60 documented",
      "restart 30 unverified",
      "security update 60 unverified",
      "restart 30 unverified",
      "leave maintenance 10 unverified",
      "prove null unverified",
    ]);
    const said = {
      ...{ maintenance: { expected: 11 }, timeouts: { expected: 70, reboot: 12 } },
      securityUpdate: { ...update, expected: 20 },
    };
    assert.deepEqual(phases({ ...restarted, ...said }), [
      "enter maintenance 7 unverified",
      "Setup 70 program",
      "restart 12 program",
      "security update 20 program",
      "restart 12 program",
      "leave maintenance 4 unverified",
      "prove null unverified",
    ]);
  });
});
