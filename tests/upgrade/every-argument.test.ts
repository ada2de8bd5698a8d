/** The gates are handed every argument that a step has, and judge it as the step does. The engine is a mock. */
import assert from "node:assert/strict";
import type { ExchangeUpgradeArgs } from "../../lib";
import { defineUpdate, ExchangeUpgrade } from "../../lib";
import type { StepKind } from "../../lib/model";
import { organizationOf } from "../../lib/provider/gates/organizationSteps";
import { Run } from "../../lib/provider/memory/run";
import { argumentNames, parseInputs } from "../../lib/provider/step/inputs";
import { isRecord, type Props } from "../../lib/wire/values";
import { plannedBefore } from "../resources/builder";
import { forgetRegistered, mockEngine, registration, unmockEngine } from "../resources/registered";

const connection = { host: "127.0.0.1", user: "CONTOSO\\exadmin", password: "Exadmin-Secret-1" };
const step = (name: string) => ({
  computer: { name, media: "D:\\SP1", connection, domain: name.slice(name.indexOf(".") + 1) },
  account: { name: "CONTOSO\\prep", password: "Prep-Secret-1" },
  run: "task" as const,
  taskName: "Exchange Setup",
  timeouts: { setup: 90, replication: 20, expected: 30, reboot: 10, facts: 40 },
  changeWindow: { start: "2026-12-05T22:00", end: "2026-12-06T06:00", timeZone: "Europe/Berlin" },
  replication: { domainControllers: ["dc1.contoso.com"], minutes: 30 },
  setup: { acceptLicenseTerms: true, diagnosticData: false },
  waive: { R7: "CHG0042" },
  gone: { "cas9.contoso.com": "CHG0051" },
});
const server = (name: string) => ({
  ...step(name),
  roles: ["Mailbox" as const],
  site: "London",
  internetFacing: false,
  reboot: "ifRequired" as const,
  maintenance: "none" as const,
  securityUpdate: "none" as const,
});
const everything: ExchangeUpgradeArgs = {
  target: "2007 SP1",
  releases: [defineUpdate({ release: "SE RTM", newestUpdate: "15.2.2562.99", source: "made up" })],
  directory: { url: "ldaps://dc1.contoso.com", user: "CONTOSO\\reader", password: "Reader-Secret-1" },
  preparation: {
    schema: step("dc1.contoso.com"),
    activeDirectory: step("dc1.contoso.com"),
    domains: { "emea.contoso.com": step("emea-dc1.emea.contoso.com") },
    allDomains: step("dc1.contoso.com"),
  },
  servers: { one: server("one.contoso.com"), two: { ...server("two.emea.contoso.com"), dag: "DAG1" } },
};

/** What the gates get of a step in other words: resources, and what all steps have in common; of commands only the media. */
const otherwise: readonly string[] = ["target", "releases", "directory", "prepared", "after", "commands"];

/** The text of a value as it is on the wire: secrets are looked into, since both must have them alike. */
const plain = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(plain)
    : isRecord(value)
      ? "secret" in value
        ? plain(value.secret)
        : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
      : value;

/** Every path to a value that is no object. */
const leaves = (value: unknown, at: readonly string[] = []): readonly (readonly string[])[] =>
  isRecord(value) ? Object.entries(value).flatMap(([key, each]) => leaves(each, [...at, key])) : [at];

const withAt = (value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown =>
  key === undefined ? put : { ...(value as Props), [key]: withAt((value as Props)[key], rest, put) };

describe("the gates of an organization", () => {
  before(mockEngine);
  beforeEach(forgetRegistered);
  after(unmockEngine);

  const made = async () => {
    const upgrade = new ExchangeUpgrade("contoso", everything);
    const resources = [
      upgrade.schema,
      upgrade.activeDirectory,
      ...Object.values(upgrade.domains),
      ...Object.values(upgrade.servers),
    ].filter((each) => each !== undefined);
    const gates = await Promise.all([upgrade.readiness, upgrade.verification].map(registration));
    const steps = new Map<string, Props>();
    for (const each of resources) {
      const { inputs } = await registration(each);
      steps.set(String(inputs.__urn).split("::").at(-1) ?? "", inputs);
    }
    return { gates: gates.map(({ inputs }) => inputs), steps };
  };

  it("are handed every argument of every step, secrets as secrets", async () => {
    const { gates, steps } = await made();
    const seen = new Set(otherwise);
    assert.equal(steps.size, 6);
    for (const gate of gates) {
      assert.deepEqual(gate.releases, everything.releases);
      const entries = gate.steps as { readonly [name: string]: Props };
      assert.deepEqual(Object.keys(entries).sort(), [...steps.keys()].sort());
      for (const [name, inputs] of steps) {
        for (const argument of argumentNames.filter((each) => !otherwise.includes(each))) {
          assert.deepEqual(entries[name]?.[argument], inputs[argument], `${argument} of ${name}`);
          if (inputs[argument] !== undefined) seen.add(argument);
        }
        assert.deepEqual(entries[name]?.place, inputs.__place, name);
        assert.deepEqual(inputs.releases, everything.releases, name);
      }
      assert.doesNotMatch(JSON.stringify(gate).replaceAll(/\{"secret":"[^"]*"\}/g, ""), /-Secret-1/);
    }
    // A new argument has to be given above: only so is it known that the gates are handed it.
    assert.deepEqual([...seen].sort(), [...argumentNames].sort());
  });

  it("take the servers that are gone from the organization and from each step; a step that upgrades one is refused", async () => {
    const { gone: _, ...one } = server("one.contoso.com");
    const own = { "cas9.contoso.com": "CHG0052", "cas8.contoso.com": "CHG0053" };
    const upgrade = new ExchangeUpgrade("contoso", {
      ...everything,
      preparation: "verify",
      servers: { one, two: { ...server("two.emea.contoso.com"), gone: own } },
      gone: { "CAS9.contoso.com": "CHG0051", "one.contoso.com": "CHG0054" },
    });
    const [first, second] = await Promise.all(
      [upgrade.servers.one, upgrade.servers.two].map(async (each) => {
        assert.ok(each);
        return (await registration(each)).inputs;
      }),
    );
    const general = { "CAS9.contoso.com": "CHG0051", "one.contoso.com": "CHG0054" };
    assert.deepEqual(plain(first?.gone), general);
    assert.deepEqual(plain(second?.gone), { ...general, ...own });
    const { problems } = parseInputs("server", {
      ...(plain(first) as Props),
      prepared: plannedBefore.server,
    });
    assert.deepEqual(problems, ['gone["one.contoso.com"]: this program upgrades it, so it cannot be gone']);
  });

  it("take the security update of the defaults for every server that has none of its own, and for no preparation", async () => {
    const general = { file: "D:\\SU\\a.msp", kb: "KB5074992", build: "15.2.2562.37" };
    const { securityUpdate: _, ...one } = server("one.contoso.com");
    const upgrade = new ExchangeUpgrade("contoso", {
      ...everything,
      target: "SE RTM",
      servers: { one, two: server("two.emea.contoso.com") },
      defaults: { securityUpdate: general },
    });
    const updates = await Promise.all(
      [upgrade.schema, upgrade.servers.one, upgrade.servers.two].map(async (each) => {
        assert.ok(each);
        return plain((await registration(each)).inputs.securityUpdate);
      }),
    );
    assert.deepEqual(updates, [undefined, general, "none"]);
    const { inputs } = await registration(upgrade.readiness);
    const entries = inputs.steps as { readonly [name: string]: Props };
    assert.deepEqual(
      ["contoso-schema", "contoso-one", "contoso-two"].map((name) => entries[name]?.securityUpdate),
      updates,
    );
    const place = entries["contoso-one"]?.place as { readonly elsewhere: Props };
    assert.equal(place.elsewhere.securityUpdate, "defaults.securityUpdate");
  });

  it("refuse whatever the step itself refuses, wherever it is wrong", async () => {
    const { gates, steps } = await made();
    const gate = plain(gates[0]) as Props;
    let tried = 0;
    for (const [name, inputs] of steps) {
      const entry = (gate.steps as { readonly [name: string]: Props })[name] ?? {};
      for (const path of leaves(plain(inputs)).filter(([top = ""]) => top in entry && top !== "kind")) {
        if (path[0] === "after") continue;
        const wrong = { wrong: true };
        // What the mock answers as planned is none of it.
        const own = { ...(plain(inputs) as Props), prepared: plannedBefore.server };
        const asStep = parseInputs(entry.kind as StepKind, withAt(own, path, wrong) as Props);
        const asGate = organizationOf(
          new Run(),
          withAt(gate, ["steps", name, ...path], wrong) as Props,
        ).steps;
        assert.ok(asStep.problems.length > 0, `${name} ${path.join(".")}`);
        assert.deepEqual(asGate.find((each) => each.name === name)?.parsed.problems, asStep.problems);
        tried++;
      }
    }
    assert.ok(tried > 100, `only ${tried} faults were tried`);
  });
});
