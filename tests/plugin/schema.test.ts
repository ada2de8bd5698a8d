/** The schema of the resource plugin: current, and the same arguments as those that the provider takes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tokenOf } from "../../lib/program/token";
import { clusterArguments } from "../../lib/provider/cluster/cluster";
import { argumentNames, namesAt } from "../../lib/provider/step/inputs";
import { updateArguments } from "../../lib/provider/update/update";
import { credentialKeys } from "../../lib/wire/secrets";
import { pluginSchema, pluginSchemaFile } from "../../tools/plugin-schema";
import { checkout } from "../compiled";

interface Type {
  readonly $ref?: string;
  readonly type?: string;
  readonly secret?: boolean;
  readonly description?: string;
  readonly items?: Type;
  readonly additionalProperties?: Type;
  readonly oneOf?: readonly Type[];
  readonly properties?: { readonly [name: string]: Type };
  readonly inputProperties?: { readonly [name: string]: Type };
  readonly aliases?: readonly { readonly type: string }[];
  readonly requiredInputs?: readonly string[];
}
interface Schema {
  readonly types: { readonly [token: string]: Type };
  readonly resources: { readonly [token: string]: Type };
}

const schema = JSON.parse(readFileSync(join(checkout, pluginSchemaFile), "utf8")) as Schema;
const typeOf = (name: string) => schema.types[`exchange-upgrade:index:${name}`] ?? {};
const resourceOf = (name: string) => schema.resources[`exchange-upgrade:index:${name}`] ?? {};
const namesOf = (type: { readonly [name: string]: Type } | undefined) => Object.keys(type ?? {}).sort();

describe("plugin/schema.json", function () {
  this.timeout(60_000);

  it("is what `npm run docs` writes", () => {
    assert.deepEqual(schema, JSON.parse(JSON.stringify(pluginSchema())));
  });

  it("has the arguments that the provider takes, at every depth", () => {
    // Commands need another plugin inside this one.
    const given = argumentNames.filter((name) => name !== "commands");
    const steps = ["ExchangeSchemaPrep", "ExchangeADPrep", "ExchangeDomainPrep", "ExchangeRoleUpgrade"];
    const all = steps.flatMap((step) => namesOf(resourceOf(step).inputProperties));
    assert.deepEqual([...new Set(all)].sort(), [...given].sort());
    assert.deepEqual(
      namesOf(resourceOf("ExchangeSecurityUpdate").inputProperties),
      [...updateArguments].sort(),
    );
    assert.deepEqual(
      namesOf(resourceOf("ExchangeClusteredMailboxUpgrade").inputProperties),
      [...clusterArguments].sort(),
    );
    for (const [path, name] of [
      [["directory"], "Directory"],
      [["computer"], "Computer"],
      [["computer", "connection"], "Connection"],
      [["computer", "connection", "proxy"], "Endpoint"],
      [["computer", "connection", "algorithms"], "Algorithms"],
      [["account"], "Account"],
      [["timeouts"], "Timeout"],
      [["replication"], "Replication"],
      [["changeWindow"], "ChangeWindow"],
      [["setup"], "Setup"],
    ] as const)
      assert.deepEqual(namesOf(typeOf(name).properties), [...namesAt(path)].sort(), name);
  });

  it("gives what one step hands on to the next no names of a language's own, which the next would be given", () => {
    const isAny = (type: Type | undefined) => type?.$ref === "pulumi.json#/Any";
    for (const [token, { properties = {}, inputProperties = {} }] of Object.entries(schema.resources)) {
      const { planned } = properties;
      if (planned !== undefined) assert.ok(isAny(planned.additionalProperties as Type), token);
      if (inputProperties.prepared !== undefined) assert.ok(isAny(inputProperties.prepared), token);
    }
  });

  it("has every credential as a secret, and nothing else", () => {
    const found: string[] = [];
    const all = [...Object.entries(schema.types), ...Object.entries(schema.resources)];
    for (const [token, { properties, inputProperties }] of all)
      for (const [name, type] of Object.entries({ ...properties, ...inputProperties })) {
        const isCredential = (credentialKeys as readonly string[]).includes(name);
        assert.equal(type.secret === true, isCredential, `${token} ${name}`);
        if (isCredential) found.push(name);
      }
    assert.deepEqual([...new Set(found)].sort(), [...credentialKeys].sort());
  });

  it("has the type of each resource in TypeScript as an alias, by which a stack moves over", () => {
    for (const [token, { aliases = [] }] of Object.entries(schema.resources)) {
      const name = token.split(":").at(-1) ?? "";
      const own =
        name === "ExchangeUpgrade" ? "pulumi-exchange-upgrade:index:ExchangeUpgrade" : tokenOf(name);
      assert.deepEqual(aliases, [{ type: own }], token);
    }
  });

  it("describes every argument, and refers only to types that it has", () => {
    const check = (where: string, type: Type): void => {
      if (type.$ref?.startsWith("#/types/"))
        assert.ok(schema.types[type.$ref.slice("#/types/".length)], `${where}: ${type.$ref}`);
      for (const each of [type.items, type.additionalProperties, ...(type.oneOf ?? [])])
        if (each !== undefined) check(where, each);
      for (const [name, each] of Object.entries({ ...type.properties, ...type.inputProperties }))
        check(`${where}.${name}`, each);
    };
    for (const [token, type] of [...Object.entries(schema.types), ...Object.entries(schema.resources)])
      check(token, type);
    for (const [token, { inputProperties = {} }] of Object.entries(schema.resources))
      for (const [name, { description = "" }] of Object.entries(inputProperties))
        assert.ok(description.length > 10, `${token} ${name}`);
  });

  it("has no text that only a program in TypeScript understands", () => {
    assert.doesNotMatch(JSON.stringify(schema), /\{@link|@pulumi\/command/);
  });
});
