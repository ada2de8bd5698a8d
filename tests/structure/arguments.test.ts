/**
 * Each argument is declared twice: as a type, which programs are compiled with, and as a zod schema, which the provider reads
 * it by. Here the two are compared by the compiler (`tsc` checks this file), and the credentials among them by the test.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Unwrap } from "@pulumi/pulumi";
import ts from "typescript";
import type {
  ExchangeClusteredMailboxUpgradeArgs,
  ExchangeDomainPrepArgs,
  ExchangeRoleUpgradeArgs,
  ExchangeSchemaPrepArgs,
  ExchangeSecurityUpdateArgs,
  StepArgs,
  UpgradeTarget,
} from "../../lib";
import type { Planned } from "../../lib/model";
import type { PlannedCommands } from "../../lib/program/commands/stepCommands";
import { clusterArguments } from "../../lib/provider/cluster/cluster";
import type { Inputs, PlannedInputs } from "../../lib/provider/step/inputs";
import { updateArguments } from "../../lib/provider/update/update";
import { credentialKeys } from "../../lib/wire/secrets";

/** A type as JSON has it: nothing is read-only, and what is absent is not `undefined`. */
type Json<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : { -readonly [Name in keyof T]: Json<Exclude<T[Name], undefined>> };

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** The names under which A and B differ: in one only, optional in one only, or of another type. */
type Drift<A, B> = {
  [Name in keyof A | keyof B]: Same<At<A, Name>, At<B, Name>> extends true ? never : Name;
}[keyof A | keyof B];
type At<T, Name> = Name extends keyof T ? Pick<T, Name> : "no such name";

/** Everything that a step of any kind takes, but for what the program's side makes inputs of another kind from. */
type Arguments = Omit<ExchangeRoleUpgradeArgs, "prepared" | "after" | "commands" | "waive"> &
  Omit<ExchangeDomainPrepArgs, keyof StepArgs | "ad"> &
  // Names of targets that an editor completes; any other string may name a release that the program defines.
  Omit<ExchangeSchemaPrepArgs, keyof StepArgs | "target"> & { readonly target: string } & {
    // Numbers of rules that an editor completes; the provider refuses any other one by its name.
    readonly waive?: { readonly [rule: string]: string };
  };
type Given = Json<Unwrap<Arguments>>;
/** What the schema takes, but for that, and for what check adds. An Edge Transport server has no directory. */
type Read = Json<Omit<Inputs, "prepared" | "after" | "commands" | "plan" | "planned">>;

/** Compiles for types that do not differ. Where they do, the error has the name under which they do. */
function same<_Drift extends never>(): void {}

/** Checked by the compiler, and never run. */
function declaredAlike(): void {
  same<Drift<Omit<Given, "directory" | "computer">, Omit<Read, "directory" | "computer">>>();
  const target: UpgradeTarget = String("a release that the program defines");
  const name: string = target satisfies Unwrap<ExchangeSchemaPrepArgs["target"]>;
  void name;
  same<Drift<Given["directory"], NonNullable<Read["directory"]>>>();
  same<Drift<Omit<Given["computer"], "connection">, Omit<Read["computer"], "connection">>>();
  type GivenConnection = NonNullable<Given["computer"]["connection"]>;
  type ReadConnection = NonNullable<Read["computer"]["connection"]>;
  same<Drift<Omit<GivenConnection, "proxy">, Omit<ReadConnection, "proxy">>>();
  same<Drift<NonNullable<GivenConnection["proxy"]>, NonNullable<ReadConnection["proxy"]>>>();

  // What the program's side makes for the provider.
  same<Drift<Json<Planned>, Json<PlannedInputs>>>();
  same<Drift<Json<PlannedCommands>, Json<NonNullable<Inputs["commands"]>>>>();

  // The comparison finds a name that is missing, one that is optional on one side only, and another type.
  // @ts-expect-error
  same<Drift<{ a: string; b?: string }, { a: string }>>();
  // @ts-expect-error
  same<Drift<{ a?: string }, { a: string }>>();
  // @ts-expect-error
  same<Drift<{ a: string[] }, { a: string }>>();
  // @ts-expect-error
  same<Drift<Json<{ a: { b?: 1 | 2 } }>, Json<{ a: { b?: 1 | 2 | 3 } }>>>();
}

describe("the arguments", function () {
  this.timeout(60_000);

  it("are the same to programs and to the provider", () => {
    assert.equal(typeof declaredAlike, "function");
  });

  it("of a security update are the same to programs and to the provider", () => {
    const given: { readonly [Name in keyof ExchangeSecurityUpdateArgs]-?: true } = {
      computer: true,
      file: true,
      kb: true,
      build: true,
      directory: true,
      after: true,
      account: true,
      run: true,
      taskName: true,
      timeouts: true,
      changeWindow: true,
      reboot: true,
      maintenance: true,
      releases: true,
      waive: true,
    };
    assert.deepEqual([...updateArguments].sort(), Object.keys(given).sort());
  });

  it("of a clustered mailbox server are the same to programs and to the provider", () => {
    const given: { readonly [Name in keyof ExchangeClusteredMailboxUpgradeArgs]-?: true } = {
      name: true,
      nodes: true,
      prepared: true,
      after: true,
      group: true,
      account: true,
      changeWindow: true,
      timeouts: true,
      waive: true,
      gone: true,
    };
    // The preparation hands on the others.
    const chained = ["target", "directory", "releases"];
    assert.deepEqual([...clusterArguments].sort(), [...Object.keys(given), ...chained].sort());
  });

  it("have each credential in the one list of them", () => {
    assert.deepEqual([...credentialsIn("lib/index.ts")].sort(), [...credentialKeys].sort());
  });

  it("have the provider's credentials in that list, too", () => {
    assert.deepEqual([...credentialsIn("lib/provider/step/inputs.ts")].sort(), [...credentialKeys].sort());
  });

  it("have no second list of them", () => {
    const lib = join(__dirname, "..", "..", "lib");
    const lists = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter(
      (file) =>
        file.endsWith(".ts") && readFileSync(join(lib, file), "utf8").includes('"privateKeyPassword"'),
    );
    assert.deepEqual(lists, [join("wire", "secrets.ts")]);
  });
});

/** Names of everything, at any depth of the exported types of a file, that takes the name of an environment variable. */
function credentialsIn(file: string): ReadonlySet<string> {
  const path = join(__dirname, "..", "..", file);
  const program = ts.createProgram([path], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    exactOptionalPropertyTypes: true,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  assert.ok(module, path);
  const found = new Set<string>();
  const seen = new Set<ts.Type>();
  const isCredential = (type: ts.Type) =>
    partsOf(type).some((part) => {
      const [only, ...others] = part.getProperties();
      return only?.name === "env" && others.length === 0;
    });
  const visit = (type: ts.Type): void => {
    if (seen.has(type)) return;
    seen.add(type);
    for (const part of partsOf(type)) {
      for (const inside of checker.getTypeArguments(part as ts.TypeReference)) visit(inside);
      const index = part.getStringIndexType();
      if (index !== undefined) visit(index);
      for (const property of part.getProperties()) {
        if (!isOurs(property)) continue;
        const own = checker.getTypeOfSymbol(property);
        if (isCredential(own)) found.add(property.name);
        else visit(own);
      }
    }
  };
  for (const symbol of checker.getExportsOfModule(module)) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    if (target.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias))
      visit(checker.getDeclaredTypeOfSymbol(target));
  }
  return found;
}

/** The members of a union, each of them looked into; the type itself, where it is none. */
function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types.flatMap(partsOf) : [type];
}

/** Not of a library: what Node.js and the SDK declare is no argument. */
function isOurs(property: ts.Symbol): boolean {
  const files = (property.declarations ?? []).map((each) => each.getSourceFile().fileName);
  return !files.some((file) => file.includes("/node_modules/"));
}
