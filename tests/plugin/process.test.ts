/** The resource plugin over gRPC, against the lab: what the engine would get of a single step. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { isRecord, type Props, unknownValue } from "../../lib/wire/values";
import { build } from "../compiled";
import { heldPort } from "../heldPort";
import { failureOf } from "../provider/process";
import { startEngine } from "../wire/engine-stub";
import { type Plugin, pluginFolder, spawnPlugin, startPlugin, urnOf } from "./process";

const schemaUrn = urnOf("ExchangeSchemaPrep", "schema");
const adUrn = urnOf("ExchangeADPrep", "ad");
const mark = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";
const secret = (value: unknown) => ({ [mark]: secretMark, value });

describe("the resource plugin, over gRPC", function () {
  this.timeout(120_000);
  let lab: Lab;
  let plugin: Plugin;

  before(() => build());
  beforeEach(async () => {
    [lab, plugin] = await Promise.all([startLab(contoso, { setupSeconds: 0.02 }), startPlugin()]);
  });
  afterEach(async () => {
    const written = plugin.written() + JSON.stringify(plugin.engine.lines);
    await plugin.stop();
    await lab.stop();
    for (const { password } of contoso.accounts)
      assert.ok(!written.includes(password), "a secret was written");
  });

  /** Inputs of a preparation, with its passwords in plain text: a program may forget to mark them. */
  const inputs = (more: Props = {}): Props => {
    const { directory, computers, accounts } = coordinatesOf(lab);
    return {
      target: "2007 SP1",
      directory: { ...directory, ...accounts["CONTOSO\\reader"] },
      computer: {
        name: "dc1.contoso.com",
        media: "D:\\SP1",
        connection: { ...computers["dc1.contoso.com"], ...accounts["CONTOSO\\prep"] },
      },
      ...more,
    };
  };

  it("prepares the schema, reads it, adopts it, and hands what is planned to the next step", async () => {
    const checked = await plugin.check(schemaUrn, {}, inputs());
    assert.deepEqual(checked.reasons, []);
    // customTimeouts are of no effect: what has begun is waited for.
    const { id, outs } = await plugin.create(schemaUrn, checked.inputs, 0.001);
    assert.equal(id, "contoso.com/schema");
    assert.deepEqual(outs.levels, { schema: "11116" });
    assert.equal(outs.adopted, false);
    assert.equal((await plugin.diff(schemaUrn, id, outs, checked.inputs)).changes, 1);
    const { props } = await plugin.read(schemaUrn, id, outs);
    assert.deepEqual(props, outs);
    assert.equal((await plugin.create(schemaUrn, checked.inputs)).outs.adopted, true);
    const ad = await plugin.check(adUrn, {}, inputs({ prepared: outs.planned }));
    assert.deepEqual(ad.reasons, []);
    assert.deepEqual(
      plugin.engine.lines.filter(({ urn }) => urn !== schemaUrn && urn !== adUrn),
      [],
    );
  });

  it("marks every credential as a secret in each answer, and what the program has marked", async () => {
    const given = inputs({ account: { name: secret("CONTOSO\\prep") }, waive: secret({ D6: "tried" }) });
    const checked = await plugin.check(schemaUrn, {}, given);
    assert.deepEqual(checked.reasons, []);
    const { id, outs } = await plugin.create(schemaUrn, checked.inputs);
    const updated = await plugin.update(schemaUrn, id, outs, checked.inputs);
    const read = await plugin.read(schemaUrn, id, outs);
    for (const props of [checked.inputs, outs, updated, read.props]) {
      assert.deepEqual((props.directory as Props).password, secret((given.directory as Props).password));
      assert.deepEqual((props.account as Props).name, secret("CONTOSO\\prep"));
      assert.deepEqual(props.waive, secret({ D6: "tried" }));
      const seen = JSON.stringify(withoutSecrets(props));
      for (const { password } of contoso.accounts)
        assert.ok(!seen.includes(password), "a password is not marked");
    }
  });

  it("marks credentials at every place of every resource", async () => {
    const given: string[] = [];
    const fresh = () => {
      given.push(`Secret-${given.length}-of-a-place`);
      return given.at(-1);
    };
    const logon = () => ({ user: "u", password: fresh(), privateKey: fresh(), privateKeyPassword: fresh() });
    // Judged is nothing, since the computer is not known.
    const computer = () => ({
      name: unknownValue,
      media: "D:\\SP1",
      connection: { host: "h", winrm: { kdc: ["k"] }, ...logon(), proxy: { host: "p", ...logon() } },
    });
    const common = () => ({
      target: "2007 SP1",
      directory: { url: "ldaps://dc1.contoso.com", user: "u", password: fresh() },
      account: { name: "CONTOSO\\exadmin", password: fresh() },
    });
    const step = () => ({ ...common(), computer: computer() });
    const steps = () => ({ steps: { one: { kind: "server", ...step() } }, waves: {}, ...common() });
    const all: { readonly [type: string]: () => Props } = {
      ExchangeSchemaPrep: step,
      ExchangeADPrep: step,
      ExchangeDomainPrep: step,
      ExchangeRoleUpgrade: step,
      ExchangeSecurityUpdate: step,
      ExchangeClusteredMailboxUpgrade: () => ({
        ...common(),
        name: unknownValue,
        nodes: { node1: computer(), node2: computer() },
      }),
      ExchangeReadiness: steps,
      ExchangeVerification: steps,
    };
    for (const [type, make] of Object.entries(all)) {
      given.length = 0;
      const { inputs: answered, reasons } = await plugin.check(urnOf(type, "x"), {}, make());
      const seen =
        JSON.stringify(withoutSecrets(answered)) + reasons.join() + JSON.stringify(plugin.engine.lines);
      assert.ok(given.length > 1, type);
      for (const each of given) {
        assert.ok(JSON.stringify(answered).includes(each), `${type}: ${each} is lost`);
        assert.ok(!seen.includes(each), `${type}: ${each} is not marked`);
      }
    }
  });

  it("takes a single step's check for that of `up`, unless exchange-upgrade says that it previews", async () => {
    const facts = { EXCHANGE_UPGRADE_FACTS: "/no/such/facts.json" };
    const readings = async (variables: { readonly [name: string]: string }) => {
      const other = await startPlugin(variables);
      try {
        const { reasons } = await other.check(schemaUrn, {}, inputs());
        return reasons.join() + JSON.stringify(other.engine.lines);
      } finally {
        await other.stop();
      }
    };
    assert.doesNotMatch(await readings(facts), /facts\.json/);
    assert.match(await readings({ ...facts, EXCHANGE_UPGRADE_PREVIEW: "true" }), /facts\.json/);
  });

  it("names what a secret computer lacks, and judges nothing that is not known", async () => {
    const named = await plugin.check(
      schemaUrn,
      {},
      inputs({ computer: secret({ name: "dc1.contoso.com" }) }),
    );
    assert.match(named.reasons.join(), /2 arguments cannot be used: computer\.media: missing/);
    const unknown = await plugin.check(schemaUrn, {}, inputs({ computer: unknownValue }));
    assert.deepEqual([unknown.reasons, unknown.inputs.plan], [[], unknownValue]);
  });

  it("takes a word for preparations that are no part of the program", async () => {
    const { reasons, inputs: checked } = await plugin.check(adUrn, {}, inputs({ prepared: "verify" }));
    assert.match(reasons.join(), /^P5|schema/);
    assert.deepEqual(checked.prepared, {
      ...{ target: "2007 SP1", from: "as found", schema: false, organization: false, domains: [] },
      verify: true,
    });
  });

  it("says in one text what `prepared` and `after` take, whichever other output or word is given", async () => {
    const refusal = (argument: string) =>
      [
        `one argument cannot be used: ${argument}`,
        "  Where:  in the program",
        "  Fix:    correct it; nothing was read or changed",
        "  Code:   XU-ARGUMENT",
      ].join("\n");
    const prepared =
      'prepared: neither the output "planned" of a step nor one of the words "verify", "byFirstServer" and "edge"';
    for (const given of ["verfiy", { computer: "dc1.contoso.com", step: "schema preparation" }, null]) {
      const { reasons } = await plugin.check(adUrn, {}, inputs({ prepared: given }));
      assert.deepEqual(reasons, [refusal(prepared)]);
    }
    // A preparation upgrades no server: its output has no such part.
    const { reasons } = await plugin.check(
      urnOf("ExchangeRoleUpgrade", "cas-lon"),
      {},
      inputs({ prepared: "verify", after: [null, "hub-lon.contoso.com", 7] }),
    );
    assert.deepEqual(reasons, [
      refusal('after: not a list of outputs "planned.server" of steps that upgrade servers'),
    ]);
  });

  it("refuses an import, and a resource that it does not have", async () => {
    const imported = await failureOf(plugin.read(schemaUrn, "contoso.com/schema"));
    assert.equal(
      imported.details,
      [
        'ExchangeSchemaPrep "schema" cannot be imported or got, only adopted',
        "  Found:  an import or a `get`, which has an id and no arguments",
        "  Needed: the resource with its arguments, and without `import` and `get`",
        "  Where:  in the program: this resource, or the command `pulumi import`",
        "  Fix:    leave `import` or `get` out: pulumi up adopts what is at its target already, and does not run Setup for it",
        "  Code:   XU-IMPORT",
      ].join("\n"),
    );
    const other = await failureOf(plugin.check(urnOf("ExchangeDatabase", "db"), {}, {}));
    assert.equal(other.details, "exchange-upgrade has no resource ExchangeDatabase");
  });

  it("stops waiting when the engine cancels, while Setup goes on and is followed afterwards", async () => {
    lab.computer("dc1.contoso.com").faults.hangAt = "Organization Preparation";
    const checked = await plugin.check(schemaUrn, {}, inputs());
    const failing = failureOf(plugin.create(schemaUrn, checked.inputs));
    while (lab.computer("dc1.contoso.com").setupRuns.length === 0)
      await new Promise((done) => setTimeout(done, 20));
    await plugin.cancel();
    assert.match(
      (await failing).details,
      /^dc1\.contoso\.com: stopped, .* A Setup that was started goes on, and the next run of pulumi up follows it\. \[XU-INTERRUPTED\]$/,
    );
    assert.deepEqual(
      lab.computer("dc1.contoso.com").setupRuns.map(({ result }) => result),
      ["running"],
    );
  });

  it("ends when its engine is gone, also if it was never called, or passed the arguments of --logflow and --tracing", async () => {
    const args = (address: string) => ["--logtostderr", "-v=9", "--tracing", "file:./trace.json", address];
    const traced = await startPlugin({}, args);
    try {
      const ended = [plugin, traced].map(({ process }) => once(process, "exit"));
      await Promise.all([plugin.engine.stop(), traced.engine.stop()]);
      await Promise.all(ended);
    } finally {
      await traced.stop();
    }
  });

  it("ends, too, when its engine had gone before it looked", async () => {
    const child = spawnPlugin([`127.0.0.1:${await heldPort()}`]);
    child.stdout.resume();
    child.stderr.resume();
    await once(child, "exit");
  });

  it("serves one engine after another that attaches itself, and keeps nothing of the one before", async () => {
    const hosted = await startPlugin({}, () => []);
    const [first, second] = await Promise.all([startEngine(), startEngine()]);
    try {
      await hosted.attach(first.address);
      const checked = await hosted.check(schemaUrn, {}, inputs());
      assert.equal((await hosted.create(schemaUrn, checked.inputs)).outs.adopted, false);
      // As at the end of each run.
      await hosted.cancel();
      await first.stop();
      const told = first.lines.length;
      assert.ok(told > 0);
      await hosted.attach(second.address);
      assert.equal((await hosted.create(schemaUrn, checked.inputs)).outs.adopted, true);
      assert.ok(second.lines.length > 0);
      assert.equal(first.lines.length, told);
      assert.equal(hosted.written(), "");
    } finally {
      await Promise.all([hosted.stop(), first.stop(), second.stop()]);
    }
  });

  it("refuses a Node.js that is too old, in a text that the engine shows", () => {
    const asOld = `Object.defineProperty(process, "versions", { value: { node: "20.18.3" } });
      Object.defineProperty(process, "version", { value: "v20.18.3" });`;
    const start = `${asOld} require(${JSON.stringify(join(pluginFolder, "start.js"))})`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", start], { encoding: "utf8" });
    assert.deepEqual([status, stdout], [1, ""]);
    assert.equal(
      stderr,
      `exchange-upgrade needs Node.js 20.19 or later: the first on PATH, ${process.execPath}, is v20.18.3\n`,
    );
  });

  it("tells the schema with the package's version", async () => {
    const { version, resources } = JSON.parse(await plugin.schema()) as {
      version: string;
      resources: object;
    };
    assert.equal(version, require("../../package.json").version);
    assert.equal(Object.keys(resources).length, 7);
  });
});

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isRecord(value)) return value;
  if (value[mark] === secretMark) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}
