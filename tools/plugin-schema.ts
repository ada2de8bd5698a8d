/**
 * plugin/schema.json, the schema of the resource plugin, made of the arguments' types and docstrings: `npm run docs` writes it, and a
 * test keeps it current. Only what the plugin takes otherwise than a TypeScript program does is said here.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** Where the schema is, below the root of the repository. */
export const pluginSchemaFile = join("plugin", "schema.json");

const root = join(__dirname, "..");
const source = (file: string) => join(root, "lib", "program", `${file}.ts`);
const files = ["schemaPrep", "adPrep", "domainPrep", "roleUpgrade", "securityUpdate", "upgrade/upgradeArgs"];

type Type = { readonly [key: string]: unknown };

const any: Type = { $ref: "pulumi.json#/Any" };
const text: Type = { type: "string" };
const ref = (name: string): Type => ({ $ref: `#/types/exchange-upgrade:index:${name}` });
const credential: Type = { oneOf: [text, ref("CredentialFromEnvironment")], secret: true };

/** Arguments that the plugin does not have, or takes otherwise. Plain commands need another plugin inside this one. */
const left = new Set(["schema", "ad", "prepared", "after"]);
/** Numbers without a fraction. */
const integers = new Set(["port", "dialErrorLimit", "perDialTimeout", "atOnce", "windowsBuild"]);
/** Types whose names differ only for a compiler. */
const names: Readonly<Record<string, string>> = { NamedComputerArgs: "Computer" };

const planned = {
  prepared: {
    ...any,
    description:
      "The preparation that this step rests on: the output `planned` of that step. Or a word: `verify` if somebody else prepared and each step checks it on the live directory, `byFirstServer` if the first server prepares, `edge` for an Edge Transport server.",
  },
} as const;
const after = {
  after: {
    type: "array",
    items: text,
    description:
      "What is upgraded before: the output `planned.server` of each. The rules judge the order by this; they cannot see `dependsOn`.",
  },
} as const;
/** Types that updates have under the names of steps' types, with other properties. */
const ofUpdates = new Set(["Computer"]);
/** Outputs that a program hands on as they are. With names of their own they would reach the next step under those of the language. */
const handedOn = new Set(["plan", "planned"]);

interface ResourceOf {
  readonly args: string;
  readonly description: string;
  /** Inputs beside those of the arguments. */
  readonly more: Readonly<Record<string, Type>>;
  readonly required: readonly string[];
  /** The class whose members are the outputs. */
  readonly outputs: "StepResource" | "ExchangeSecurityUpdate" | "ExchangeClusteredMailboxUpgrade";
}

const resources: Readonly<Record<string, ResourceOf>> = {
  ExchangeSchemaPrep: {
    args: "ExchangeSchemaPrepArgs",
    description:
      "Extends the Active Directory schema with `Setup /PrepareSchema` (P5, P6), once per forest and irreversibly. Protect it with the option `protect`: from this language no resource is protected by itself.",
    more: {},
    required: ["target", "directory", "computer"],
    outputs: "StepResource",
  },
  ExchangeADPrep: {
    args: "ExchangeADPrepArgs",
    description:
      "Prepares the Exchange organization and the computer's own domain with `Setup /PrepareAD` (P7, P8). Protect it with the option `protect`.",
    more: planned,
    required: ["target", "directory", "computer", "prepared"],
    outputs: "StepResource",
  },
  ExchangeDomainPrep: {
    args: "ExchangeDomainPrepArgs",
    description:
      "Prepares a domain with `Setup /PrepareDomain`, or all domains with `/PrepareAllDomains` (P9, P10).",
    more: planned,
    required: ["target", "directory", "computer", "prepared"],
    outputs: "StepResource",
  },
  ExchangeRoleUpgrade: {
    args: "ExchangeRoleUpgradeArgs",
    description:
      "Upgrades every role of a server, or its management tools, with `Setup /mode:upgrade` (D1, D8, D12), and verifies each role in the registry and in the directory.",
    more: { ...planned, ...after },
    required: ["target", "computer", "prepared"],
    outputs: "StepResource",
  },
  ExchangeSecurityUpdate: {
    args: "ExchangeSecurityUpdateArgs",
    description:
      "Applies a security update or a hotfix update of Exchange 2013 and later, and proves it: ExSetup.exe shows the build, and no required service stays disabled (R83).",
    more: after,
    required: ["computer", "file", "kb", "build"],
    outputs: "ExchangeSecurityUpdate",
  },
  ExchangeClusteredMailboxUpgrade: {
    args: "ExchangeClusteredMailboxUpgradeArgs",
    description:
      "Upgrades a clustered mailbox server of Exchange 2007 (CCR or SCC), guided (D15, R75 to R79): an operator does each step, and `pulumi up` refuses with the next one, until everything is done and proven.",
    more: { ...planned, ...after },
    required: ["target", "directory", "name", "nodes", "prepared"],
    outputs: "ExchangeClusteredMailboxUpgrade",
  },
};

/** Makes the schema. Its version is that of the package, which the build adds. */
export function pluginSchema(): object {
  const program = ts.createProgram(files.map(source), { strict: true, noEmit: true, skipLibCheck: true });
  return new Writer(program).schema();
}

class Writer {
  readonly #checker: ts.TypeChecker;
  readonly #declarations = new Map<string, ts.Node>();
  readonly #types = new Map<string, Type>();

  constructor(program: ts.Program) {
    this.#checker = program.getTypeChecker();
    for (const file of program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.startsWith(join(root, "lib"))))
      ts.forEachChild(file, (node) => {
        if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) {
          if (node.name !== undefined) this.#declarations.set(node.name.text, node);
        }
      });
    this.#types.set("CredentialFromEnvironment", {
      type: "object",
      description:
        "A credential that stands in an environment variable of the machine that runs Pulumi: it never enters the state.",
      properties: { env: { ...text, description: "Name of the variable." } },
      required: ["env"],
    });
  }

  schema(): object {
    const own = Object.fromEntries(
      Object.entries(resources).map(([name, each]) => [
        `exchange-upgrade:index:${name}`,
        this.#resource(name, each),
      ]),
    );
    const component = this.#object("ExchangeUpgradeArgs");
    const packages = ["nodejs", "python", "go", "csharp", "java"];
    return {
      name: "exchange-upgrade",
      displayName: "Exchange upgrade",
      description: "Upgrades a Microsoft Exchange organization in the documented order.",
      license: "Apache-2.0",
      // SDKs of Go are then modules that compile as Pulumi's generator writes them.
      meta: { supportPack: true },
      keywords: ["pulumi", "exchange", "active-directory", "category/infrastructure"],
      language: {
        ...Object.fromEntries(packages.map((each) => [each, { respectSchemaVersion: true }])),
        python: { respectSchemaVersion: true, pyproject: { enabled: true }, inputTypes: "classes-and-dicts" },
      },
      resources: {
        ...own,
        "exchange-upgrade:index:ExchangeUpgrade": {
          isComponent: true,
          description:
            "Upgrades an Exchange organization: the schema, Active Directory, each domain, and the servers in waves, between two gates. The first gate judges the whole plan before anything is changed. The last gate shows every finding in preview, and proves the result after `up`. Names of computers, servers and domains must be known when the program runs.",
          type: "object",
          properties: {
            proven: {
              type: "object",
              additionalProperties: text,
              description:
                "What the directory and the registries showed of each step when the last gate proved it, by the step's name.",
            },
          },
          required: ["proven"],
          inputProperties: component.properties,
          requiredInputs: component.required,
          aliases: [{ type: "pulumi-exchange-upgrade:index:ExchangeUpgrade" }],
        },
      },
      types: Object.fromEntries(
        [...this.#types]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, type]) => [`exchange-upgrade:index:${name}`, type]),
      ),
    };
  }

  #resource(name: string, { args, description, more, required, outputs }: ResourceOf): Type {
    const own = this.#object(args).properties as Readonly<Record<string, Type>>;
    const schema = this.#object("ExchangeSchemaPrepArgs").properties as Readonly<Record<string, Type>>;
    const { target = text, directory = text, releases = text } = schema;
    const known = outputs === "ExchangeSecurityUpdate" ? {} : { target, directory, releases };
    const results = this.#members(outputs);
    return {
      description,
      type: "object",
      properties: results.properties,
      required: results.required,
      inputProperties: { ...known, ...own, ...more },
      requiredInputs: required,
      aliases: [{ type: `pulumi-nodejs:dynamic/exchange:${name}` }],
    };
  }

  /** Outputs of a class: its public members that are an Output. */
  #members(name: string): { readonly properties: Type; readonly required: readonly string[] } {
    const node = this.#declarations.get(name) as ts.ClassDeclaration;
    const outputs = node.members
      .filter(ts.isPropertyDeclaration)
      .filter(({ type }) => /^pulumi\.Output</.test(type?.getText() ?? ""));
    const properties = Object.fromEntries(
      outputs.map((member) => {
        const key = member.name.getText();
        const type: Type = handedOn.has(key)
          ? { type: "object", additionalProperties: any }
          : this.#type(member.type, name, key);
        return [key, { ...type, ...this.#description(member) }];
      }),
    );
    const optional = outputs
      .filter(({ type }) => /\| null/.test(type?.getText() ?? ""))
      .map((each) => each.name.getText());
    return { properties, required: Object.keys(properties).filter((key) => !optional.includes(key)) };
  }

  #object(name: string): { readonly properties: Type; readonly required: readonly string[] } {
    const node = this.#declarations.get(name);
    if (node === undefined) throw new Error(`lib has no type ${name}`);
    return this.#properties(this.#checker.getTypeAtLocation(node), name);
  }

  #properties(
    type: ts.Type,
    of: string,
  ): { readonly properties: Type; readonly required: readonly string[] } {
    const found = this.#checker.getPropertiesOfType(type).filter(({ name }) => !isLeft(of, name));
    const properties = found.map((symbol) => {
      const node = (symbol.valueDeclaration ?? symbol.declarations?.[0]) as ts.PropertySignature;
      return [
        symbol.name,
        { ...this.#type(node.type, of, symbol.name), ...this.#description(node) },
      ] as const;
    });
    const required = found
      .filter(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0)
      .map(({ name }) => name);
    return { properties: Object.fromEntries(properties), required };
  }

  /** @param of the type, and `key` the property, that a type without a name is called after */
  #type(node: ts.TypeNode | undefined, of: string, key: string): Type {
    if (node === undefined) throw new Error(`${of}.${key} has no type`);
    if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node))
      return this.#type(node.type, of, key);
    if (ts.isArrayTypeNode(node)) return { type: "array", items: this.#type(node.elementType, of, key) };
    const type = this.#checker.getTypeFromTypeNode(node);
    const literals = (type.isUnion() ? type.types : [type]).filter((each) => each.isStringLiteral());
    if (literals.length > 0 && literals.length === (type.isUnion() ? type.types.length : 1)) return text;
    if (ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.TrueKeyword)
      return { type: "boolean" };
    if (ts.isUnionTypeNode(node)) return this.#union(node, of, key);
    if (ts.isIndexedAccessTypeNode(node)) {
      const property = node.indexType.getText().slice(1, -1);
      const symbol = this.#checker.getPropertyOfType(
        this.#checker.getTypeFromTypeNode(node.objectType),
        property,
      );
      return this.#type((symbol?.valueDeclaration as ts.PropertySignature | undefined)?.type, of, key);
    }
    if (ts.isTypeReferenceNode(node)) return this.#reference(node, of, key);
    if (ts.isTypeLiteralNode(node)) {
      const index = node.members.find(ts.isIndexSignatureDeclaration);
      if (index !== undefined)
        return { type: "object", additionalProperties: this.#type(index.type, of, key) };
    }
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return text;
      case ts.SyntaxKind.BooleanKeyword:
        return { type: "boolean" };
      case ts.SyntaxKind.NumberKeyword:
        return { type: integers.has(key) ? "integer" : "number" };
      default:
        return this.#named(type, `${key.charAt(0).toUpperCase()}${key.slice(1)}`, of);
    }
  }

  #union(node: ts.UnionTypeNode, of: string, key: string): Type {
    const parts = node.types
      .filter((each) => each.getText() !== "null")
      .map((each) => this.#type(each, of, key));
    const different = [...new Map(parts.map((each) => [JSON.stringify(each), each])).values()];
    return different.length === 1 ? (different[0] ?? text) : { oneOf: different };
  }

  #reference(node: ts.TypeReferenceNode, of: string, key: string): Type {
    const name = node.typeName.getText();
    const [argument] = node.typeArguments ?? [];
    if (name === "pulumi.Input" || name === "pulumi.Output") return this.#type(argument, of, key);
    if (name === "Credential") return credential;
    if (name === "Definition") return any;
    if (name === "UpgradeTarget") return text;
    // A schema has no list of names for the keys of a map.
    if (name === "WaiverArgs") return { type: "object", additionalProperties: text };
    const type = this.#checker.getTypeFromTypeNode(node);
    const isNew = name === "Omit" || name === "Pick";
    return this.#named(
      type,
      isNew ? `${key.charAt(0).toUpperCase()}${key.slice(1)}` : (names[name] ?? name.replace(/Args$/, "")),
      of,
    );
  }

  /** A type of the schema, made when it is first needed. */
  #named(type: ts.Type, name: string, of: string): Type {
    const own = /^ExchangeSecurityUpdate/.test(of) && ofUpdates.has(name) ? `Update${name}` : name;
    if (!this.#types.has(own)) {
      this.#types.set(own, {});
      const declared = type.symbol?.declarations?.[0];
      const { properties, required } = this.#properties(type, `${own}Args`);
      const described =
        declared !== undefined && ts.isInterfaceDeclaration(declared) ? this.#description(declared) : {};
      this.#types.set(own, {
        type: "object",
        ...described,
        properties,
        ...(required.length === 0 ? {} : { required }),
      });
    }
    return ref(own);
  }

  /** What a docstring says, and its default. */
  #description(node: ts.Node): Type {
    const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
    if (doc === undefined) return {};
    const said = ts.getTextOfJSDocComment(doc.comment) ?? "";
    const tag = doc.tags?.find(({ tagName }) => tagName.text === "default");
    const value = tag === undefined ? "" : ` Default: ${ts.getTextOfJSDocComment(tag.comment) ?? ""}.`;
    const whole = `${said}${value}`
      .replaceAll(/\{@link ([^}]+)\}/g, "`$1`")
      .replaceAll(/\s+/g, " ")
      // Plain commands are no part of the schema.
      .replaceAll(/[^.]*@pulumi\/command[^.]*\./g, "")
      .trim();
    return whole === "" ? {} : { description: whole };
  }
}

function isLeft(of: string, name: string): boolean {
  return name === "commands" || (left.has(name) && /^Exchange\w+Args$/.test(of));
}

if (require.main === module) {
  const file = join(root, pluginSchemaFile);
  writeFileSync(file, JSON.stringify(pluginSchema(), null, 2));
  const biome = require.resolve("@biomejs/biome/bin/biome");
  execFileSync(process.execPath, [biome, "format", "--write", file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
