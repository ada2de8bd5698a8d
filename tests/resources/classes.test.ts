/** What a program registers with the engine: types, inputs, secrets, options. The engine is a mock of the SDK's. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  type ComputerArgs,
  type DirectoryArgs,
  ExchangeADPrep,
  ExchangeClusteredMailboxUpgrade,
  ExchangeDomainPrep,
  ExchangeReadiness,
  ExchangeRoleUpgrade,
  ExchangeSchemaPrep,
  ExchangeSecurityUpdate,
  ExchangeUpgrade,
  ExchangeVerification,
  ExchangeWave,
  Prepared,
} from "../../lib";
import { isRecord, type Props } from "../../lib/wire/values";
import {
  forgetRegistered,
  mockEngine,
  type Registered,
  registration,
  secret,
  unmockEngine,
} from "./registered";

const directory: DirectoryArgs = {
  url: "ldaps://dc1.contoso.com",
  user: "CONTOSO\\reader",
  password: "Reader-Secret-1",
};
const computer: ComputerArgs = {
  name: "dc1.contoso.com",
  connection: { host: "127.0.0.1", user: "CONTOSO\\prep", password: "Prep-Secret-1" },
  media: "D:\\SP1",
};
const secretDirectory = { ...directory, password: secret("Reader-Secret-1") };
const secretComputer = {
  ...computer,
  connection: { host: "127.0.0.1", user: "CONTOSO\\prep", password: secret("Prep-Secret-1") },
};
const target = "2007 SP1";

/** The inputs without bookkeeping. */
function own({ inputs }: Registered): Props {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
}

describe("what a program registers", () => {
  before(mockEngine);
  beforeEach(forgetRegistered);
  after(unmockEngine);

  it("for a schema: target, directory and computer, with nothing secret but the credentials", async () => {
    const found = await registration(new ExchangeSchemaPrep("schema", { target, directory, computer }));
    assert.equal(found.type, "pulumi-nodejs:dynamic/exchange:ExchangeSchemaPrep");
    assert.deepEqual(own(found), { target, directory: secretDirectory, computer: secretComputer });
  });

  it("for the steps after it: target and directory as the program gave them, and what is planned", async () => {
    const schema = new ExchangeSchemaPrep("schema", { target, directory, computer });
    const changeWindow = { start: "2026-12-05T22:00", end: "2026-12-06T06:00", timeZone: "Europe/Berlin" };
    const replication = {
      domainControllers: ["dc1.contoso.com", pulumi.output("dc2.contoso.com")],
      minutes: 30,
    };
    const ad = new ExchangeADPrep("ad", { schema, computer, run: "manual", changeWindow, replication });
    const emea = new ExchangeDomainPrep("emea", { ad, computer, domain: "emea.contoso.com" });
    const cas = new ExchangeRoleUpgrade("cas", {
      prepared: ad,
      computer: { ...computer, name: "cas.contoso.com" },
    });
    const mbx = new ExchangeRoleUpgrade("mbx", {
      prepared: emea,
      after: [cas],
      computer,
      account: { name: "CONTOSO\\exadmin", password: "Account-Secret-1" },
      timeouts: { setup: 90, expected: 45, reboot: 20 },
      reboot: "ifRequired",
    });
    const planned = (from: string) => ({ from, server: "dc1.contoso.com" });
    const shared = { target, directory: secretDirectory, computer: secretComputer };

    const adPrep = await registration(ad);
    assert.equal(adPrep.type, "pulumi-nodejs:dynamic/exchange:ExchangeADPrep");
    assert.deepEqual(own(adPrep), {
      ...shared,
      run: "manual",
      prepared: planned("schema"),
      changeWindow,
      replication: { ...replication, domainControllers: ["dc1.contoso.com", "dc2.contoso.com"] },
    });

    const domainPrep = await registration(emea);
    assert.equal(domainPrep.type, "pulumi-nodejs:dynamic/exchange:ExchangeDomainPrep");
    assert.deepEqual(own(domainPrep), { ...shared, prepared: planned("ad"), domain: "emea.contoso.com" });

    const server = await registration(mbx);
    assert.equal(server.type, "pulumi-nodejs:dynamic/exchange:ExchangeRoleUpgrade");
    assert.deepEqual(own(server), {
      ...shared,
      prepared: planned("emea"),
      after: ["cas.contoso.com"],
      account: { name: "CONTOSO\\exadmin", password: secret("Account-Secret-1") },
      timeouts: { setup: 90, expected: 45, reboot: 20 },
      reboot: "ifRequired",
    });
    assert.equal("after" in own(await registration(cas)), false);
  });

  it("for what somebody else prepared: the directory, and that it is to be looked up", async () => {
    const prepared = Prepared.verify({ directory, target });
    const verified = new ExchangeRoleUpgrade("verified", { prepared, computer });
    const edge = new ExchangeRoleUpgrade("edge", { prepared: Prepared.edge({ target }), computer });
    const asFound = { target, from: "as found", schema: false, organization: false, domains: [] };
    assert.deepEqual(own(await registration(verified)), {
      target,
      directory: secretDirectory,
      computer: secretComputer,
      prepared: { ...asFound, verify: true },
    });
    assert.deepEqual(own(await registration(edge)), {
      target,
      computer: secretComputer,
      prepared: { ...asFound, edge: true },
    });
  });

  it("for every credential: a secret, or the name of a variable as it is", async () => {
    const schema = new ExchangeSchemaPrep("schema", {
      target,
      directory: { ...directory, password: { env: "READER_PASSWORD" } },
      computer: {
        ...computer,
        connection: {
          host: "127.0.0.1",
          privateKey: "Key-Secret-1",
          privateKeyPassword: "Phrase-Secret-1",
          proxy: { host: "jump", password: pulumi.output("Jump-Secret-1"), privateKey: { env: "JUMP_KEY" } },
        },
      },
    });
    const { inputs } = await registration(schema);
    assert.deepEqual(inputs.directory, { ...directory, password: { env: "READER_PASSWORD" } });
    assert.deepEqual(inputs.computer, {
      ...computer,
      connection: {
        host: "127.0.0.1",
        privateKey: secret("Key-Secret-1"),
        privateKeyPassword: secret("Phrase-Secret-1"),
        proxy: { host: "jump", password: secret("Jump-Secret-1"), privateKey: { env: "JUMP_KEY" } },
      },
    });
  });

  it("for credentials inside an output: all of it is a secret, since nothing shows what is inside", async () => {
    const connection = pulumi.output({ host: "127.0.0.1", password: "Output-Secret-1" });
    const schema = new ExchangeSchemaPrep("schema", {
      target,
      directory,
      computer: { ...computer, connection },
    });
    const { inputs } = await registration(schema);
    assert.deepEqual(inputs.computer, {
      ...computer,
      connection: secret({ host: "127.0.0.1", password: "Output-Secret-1" }),
    });
  });

  it("nowhere a credential in plain text, bookkeeping included", async () => {
    const schema = new ExchangeSchemaPrep("schema", { target, directory, computer });
    const account = { name: "CONTOSO\\prep", password: "Account-Secret-1" };
    const ad = new ExchangeADPrep("ad", { schema, computer, account });
    for (const step of [schema, ad]) {
      const withoutSecrets = (value: unknown): unknown =>
        isRecord(value)
          ? Object.fromEntries(
              Object.entries(value)
                .filter(([key]) => key !== "secret")
                .map(([key, item]) => [key, withoutSecrets(item)]),
            )
          : value;
      const text = JSON.stringify(withoutSecrets((await registration(step)).inputs));
      assert.doesNotMatch(text, /-Secret-1/);
      assert.match(text, /CONTOSO/, "the rest is there");
    }
  });

  it("with the resource's own URN, its parents' types included", async () => {
    const parent = new pulumi.ComponentResource("test:index:Organization", "contoso");
    const alone = new ExchangeSchemaPrep("alone", { target, directory, computer });
    const child = new ExchangeSchemaPrep("child", { target, directory, computer }, { parent });
    assert.equal(
      (await registration(alone)).inputs.__urn,
      "urn:pulumi:test::contoso::pulumi-nodejs:dynamic/exchange:ExchangeSchemaPrep::alone",
    );
    assert.equal(
      (await registration(child)).inputs.__urn,
      "urn:pulumi:test::contoso::test:index:Organization$pulumi-nodejs:dynamic/exchange:ExchangeSchemaPrep::child",
    );
  });

  it("protects the schema and Active Directory, and forgets without touching, unless the program says otherwise", async () => {
    const schema = new ExchangeSchemaPrep("schema", { target, directory, computer });
    const ad = new ExchangeADPrep("ad", { schema, computer });
    const emea = new ExchangeDomainPrep("emea", { ad, computer });
    const mbx = new ExchangeRoleUpgrade("mbx", { prepared: ad, computer });
    const said = { protect: false, retainOnDelete: false };
    const other = new ExchangeSchemaPrep("said", { target, directory, computer }, said);
    const options = async (of: pulumi.Resource) => {
      const { protect, retainOnDelete } = await registration(of);
      return { protect, retainOnDelete };
    };
    assert.deepEqual(await options(schema), { protect: true, retainOnDelete: true });
    assert.deepEqual(await options(ad), { protect: true, retainOnDelete: true });
    assert.deepEqual(await options(emea), { protect: false, retainOnDelete: true });
    assert.deepEqual(await options(mbx), { protect: false, retainOnDelete: true });
    assert.deepEqual(await options(other), said);
    // The provider is asked to forget the last gate, and says for all that nothing is undone.
    const gate = new ExchangeVerification("last", { target, directory, steps: {}, waves: {} });
    assert.deepEqual(await options(gate), { protect: false, retainOnDelete: false });
  });

  it("protects when an option is there but undefined, as merged options have it", async () => {
    const merged = {
      protect: undefined,
      retainOnDelete: undefined,
    } as unknown as pulumi.CustomResourceOptions;
    const schema = new ExchangeSchemaPrep("schema", { target, directory, computer }, merged);
    const { protect, retainOnDelete } = await registration(schema);
    assert.deepEqual({ protect, retainOnDelete }, { protect: true, retainOnDelete: true });
  });

  it("hands the organization's retainOnDelete on to everything that it makes", async () => {
    const dc1 = { name: "dc1.contoso.com", media: "D:\\SP1" };
    const args = { target, directory, preparation: { schema: { computer: dc1 } }, servers: {} };
    for (const retainOnDelete of [false, true]) {
      const org = new ExchangeUpgrade(`org-${retainOnDelete}`, args, { retainOnDelete });
      const made = [org.readiness, org.schema, org.activeDirectory, ...org.waves, org.verification];
      for (const resource of made) {
        assert.ok(resource);
        assert.equal((await registration(resource)).retainOnDelete, retainOnDelete);
      }
    }
  });

  it("tells its classes by their type alone, as policy packs ask", () => {
    const types = {
      ExchangeSchemaPrep,
      ExchangeADPrep,
      ExchangeDomainPrep,
      ExchangeRoleUpgrade,
      ExchangeSecurityUpdate,
      ExchangeClusteredMailboxUpgrade,
      ExchangeWave,
      ExchangeReadiness,
      ExchangeVerification,
      ExchangeUpgrade,
    };
    // Those of this program, and those of a program in another language.
    const tokensOf = (name: string) => [
      name === "ExchangeUpgrade"
        ? "pulumi-exchange-upgrade:index:ExchangeUpgrade"
        : `pulumi-nodejs:dynamic/exchange:${name}`,
      `exchange-upgrade:index:${name}`,
    ];
    for (const [own, type] of Object.entries(types)) {
      for (const each of Object.keys(types))
        for (const token of tokensOf(each))
          assert.equal(type.isInstance({ __pulumiType: token }), each === own, `${own} of ${token}`);
      for (const other of [null, undefined, "text", {}]) assert.equal(type.isInstance(other), false);
    }
    assert.ok(ExchangeSchemaPrep.isInstance(new ExchangeSchemaPrep("own", { target, directory, computer })));
  });

  it("has the type of each resource in the plugin as an alias, by which a stack comes back", async () => {
    const schema = new ExchangeSchemaPrep("moved-schema", { target, directory, computer });
    const ad = new ExchangeADPrep("moved-ad", { schema, computer });
    const nodes = { node1: computer, node2: { ...computer, name: "node2.contoso.com" } };
    const update = { file: "C:\\u.exe", kb: "KB5001779", build: "15.2.858.10" };
    const { media: _media, ...updated } = computer;
    const { readiness, verification, waves } = new ExchangeUpgrade("moved", {
      ...{ target, directory, preparation: "verify" },
      servers: {
        cas1: {
          computer: { name: "cas1.contoso.com" },
          roles: ["Client Access"],
          site: "London",
        },
      },
    });
    const made = {
      ExchangeSchemaPrep: schema,
      ExchangeADPrep: ad,
      ExchangeDomainPrep: new ExchangeDomainPrep("moved-emea", { ad, domain: "emea.contoso.com", computer }),
      ExchangeRoleUpgrade: new ExchangeRoleUpgrade("moved-cas", { prepared: ad, computer }),
      ExchangeSecurityUpdate: new ExchangeSecurityUpdate("moved-update", {
        directory,
        computer: updated,
        ...update,
      }),
      ExchangeClusteredMailboxUpgrade: new ExchangeClusteredMailboxUpgrade("moved-cms", {
        ...{ prepared: ad, name: "mbx1.contoso.com", nodes },
      }),
      ExchangeReadiness: readiness,
      ExchangeWave: waves[0],
      ExchangeVerification: verification,
    };
    for (const [type, resource] of Object.entries(made)) {
      assert.ok(resource, type);
      assert.ok(
        (await registration(resource)).aliasTypes.includes(`exchange-upgrade:index:${type}`),
        `${type} has no alias of the plugin`,
      );
    }
  });

  it("refuses the option import for each of its classes, with what takes its place", () => {
    const opts = { import: "contoso.com/schema" } as pulumi.CustomResourceOptions;
    const schema = new ExchangeSchemaPrep("schema", { target, directory, computer });
    const ad = new ExchangeADPrep("ad", { schema, computer });
    const server = new ExchangeRoleUpgrade("mbx", { prepared: ad, computer });
    const gate = { target, directory, steps: {}, waves: {} };
    const makers: { readonly [type: string]: () => unknown } = {
      ExchangeSchemaPrep: () => new ExchangeSchemaPrep("x", { target, directory, computer }, opts),
      ExchangeADPrep: () => new ExchangeADPrep("x", { schema, computer }, opts),
      ExchangeDomainPrep: () => new ExchangeDomainPrep("x", { ad, computer }, opts),
      ExchangeRoleUpgrade: () => new ExchangeRoleUpgrade("x", { prepared: ad, computer }, opts),
      ExchangeWave: () => new ExchangeWave("x", { servers: [server] }, opts),
      ExchangeReadiness: () => new ExchangeReadiness("x", gate, opts),
      ExchangeVerification: () => new ExchangeVerification("x", gate, opts),
      ExchangeUpgrade: () =>
        new ExchangeUpgrade("x", { target, directory, preparation: "verify", servers: {} }, opts),
    };
    for (const [type, make] of Object.entries(makers)) {
      assert.throws(make, (error: unknown) => {
        assert.ok(error instanceof pulumi.RunError);
        assert.equal(
          error.message,
          [
            `${type} "x" cannot be imported, only adopted`,
            "  Found:  the option `import`, which Pulumi's dynamic resources do not have",
            "  Needed: the resource without it",
            "  Where:  in the program: the options of this resource",
            "  Fix:    leave `import` out: pulumi up adopts what is at its target already, and does not run Setup for it",
            "  Code:   XU-IMPORT",
          ].join("\n"),
        );
        return true;
      });
    }
  });

  it("gives the program target, plan, what is planned, forest, levels and whether it was adopted", async () => {
    const schema = new ExchangeSchemaPrep("schema", { target, directory, computer });
    const outputs = [
      schema.target,
      schema.plan,
      schema.planned,
      schema.forest,
      schema.levels,
      schema.adopted,
    ];
    for (const output of outputs) assert.ok(pulumi.Output.isInstance(output));
    await registration(schema);
  });

  it("refuses a step before it that is none", () => {
    const made = (schema: object) => () =>
      new ExchangeADPrep("ad", { schema: schema as ExchangeSchemaPrep, computer });
    assert.throws(made({}), {
      message:
        'ExchangeADPrep "ad" cannot be made of its arguments:\n' +
        "  schema: an object is no step; did you mean the resource itself, without quotes?\n" +
        "  Code:   XU-ARGUMENT",
    });
    assert.throws(made({ planned: { schema: true } }), {
      message:
        "the step before this one must be made by this copy of pulumi-exchange-upgrade, with `new` [XU-ARGUMENT]",
    });
  });
});
