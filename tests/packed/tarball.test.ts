/** What is published: everything that users need, and nothing else. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { homedir, tmpdir } from "node:os";
import { join, posix, relative, sep } from "node:path";
import { contoso } from "../../lab";
import { commandVersion } from "../../lib/program/commands/commandPackage";
import { checkout, pack, type Tarball } from "./tarball";

interface Manifest {
  readonly [key: string]: unknown;
  readonly name: string;
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly exports: {
    readonly [path: string]: string | { readonly types: string; readonly default: string };
  };
  readonly bin: { readonly [name: string]: string };
  readonly engines: { readonly node: string };
  readonly scripts: { readonly [name: string]: string };
  readonly dependencies: { readonly [name: string]: string };
  readonly optionalDependencies: { readonly [name: string]: string };
  readonly devDependencies: { readonly [name: string]: string };
  readonly peerDependencies: { readonly [name: string]: string };
  readonly peerDependenciesMeta: { readonly [name: string]: { readonly optional: boolean } };
}

describe("packed: the tarball", function () {
  this.timeout(120_000);
  let folder: string;
  let tarball: Tarball;
  let manifest: Manifest;
  const text = (file: string) => tarball.read(file).toString("utf8");

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-tarball-"));
    tarball = await pack(folder);
    manifest = JSON.parse(text("package.json"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("holds what lib/ compiles to, the pages of docs/, the examples that they lead to, and nothing else", () => {
    const modules = readdirSync(join(checkout, "lib"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `dist/${file.replaceAll("\\", "/").slice(0, -".ts".length)}`);
    assert.ok(modules.includes("dist/index"));
    const compiled = modules.flatMap((module) => [`${module}.js`, `${module}.d.ts`]);
    const inFolder = (folder: string, names: RegExp) =>
      readdirSync(join(checkout, folder))
        .filter((name) => names.test(name))
        .map((name) => `${folder}/${name}`);
    assert.deepEqual(
      tarball.files,
      [
        ...compiled,
        ...inFolder("docs", /^(?!README)[^.]+\.md$|^review\.schema\.json$/),
        ...inFolder("examples/pipelines", /\.yml$/),
        ...inFolder("examples/policy-pack", /\.(ts|json|yaml|md)$/),
        ...inFolder("examples/clustered-mailbox", /\.(ts|json|yaml|md)$/),
        ...inFolder("examples/security-update", /\.(ts|json|yaml|md)$/),
        ...["examples/contoso-yaml/Pulumi.yaml", "examples/fabrikam-yaml/Pulumi.yaml"],
        ...inFolder("examples/contoso-python", /\.(yaml|py|txt)$/),
        ...inFolder("sdk/python", /^pyproject\.toml$/),
        ...inFolder("sdk/python/pulumi_exchange_upgrade", /\.(py|json|md|typed)$/),
        ...["PulumiPlugin.yaml", "package.json", "provider.js", "schema.json", "start.js"].map(
          (file) => `plugin/${file}`,
        ),
        ...["plugin/pulumi-resource-exchange-upgrade", "plugin/pulumi-resource-exchange-upgrade.cmd"],
        ...["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json"],
      ].sort(),
    );
  });

  it("has whatever its pages lead to", () => {
    const pages = tarball.files.filter((file) => file.endsWith(".md"));
    assert.ok(pages.length > 15);
    const isThere = (path: string) =>
      tarball.files.some((file) => file === path || file.startsWith(`${path}/`));
    const dead = pages.flatMap((page) =>
      [...text(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, target = ""]) => posix.normalize(posix.join(posix.dirname(page), target)))
        .filter((target) => !isThere(target))
        .map((target) => `${page}: ${target}`),
    );
    assert.deepEqual(dead, []);
  });

  it("gives ES modules the names that it gives others", () => {
    const names =
      "console.log(Object.keys(m).filter((n) => n !== 'default' && n !== '__esModule').sort().join())";
    const namesIn = (...args: readonly string[]) =>
      execFileSync(process.execPath, args, { cwd: checkout, encoding: "utf8" });
    const asModule = namesIn(
      "--input-type=module",
      "-e",
      `import * as m from "pulumi-exchange-upgrade"; ${names}`,
    );
    assert.match(asModule, /ExchangeSchemaPrep/);
    assert.equal(asModule, namesIn("-e", `const m = require("pulumi-exchange-upgrade"); ${names}`));
  });

  it("loads none of the packages that only the provider and the command need into a program that imports it", () => {
    const script = `require("pulumi-exchange-upgrade"); console.log(JSON.stringify(Object.keys(require.cache)))`;
    const printed = execFileSync(process.execPath, ["-e", script], { cwd: checkout, encoding: "utf8" });
    const loaded = (JSON.parse(printed) as readonly string[]).map((file) => relative(checkout, file));
    assert.ok(loaded.includes(join("dist", "index.js")));
    const packages = Object.keys(manifest.dependencies).map((name) => join("node_modules", name, sep));
    assert.ok(packages.length > 0);
    const needless = packages.filter((folder) => loaded.some((file) => file.startsWith(folder)));
    assert.deepEqual(needless, []);
  });

  it("points at no source map, since it brings none", () => {
    // Others' code in the bundle speaks of source maps.
    for (const file of tarball.files) assert.doesNotMatch(text(file), /^\/\/# sourceMappingURL/m, file);
  });

  it("holds no path of the computer that packed it, and no secret", () => {
    const passwords = [
      ...contoso.accounts.map(({ password }) => password),
      ...contoso.computers.flatMap(({ localAccounts }) => Object.values(localAccounts ?? {})),
    ];
    assert.ok(passwords.length > 0);
    // A home of "/" says nothing of the computer.
    const paths = [checkout, homedir(), tmpdir()].filter((path) => path.length > 1);
    const forbidden = [...paths, ...passwords];
    for (const file of tarball.files) {
      const content = text(file);
      for (const part of forbidden) assert.ok(!content.includes(part), `${part} stands in ${file}`);
      // The SSH library in the bundle writes such lines.
      if (file !== "plugin/provider.js")
        assert.doesNotMatch(content, /-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n/, file);
    }
  });

  describe("its package.json", () => {
    it("says what the package is, and the changelog knows the version", () => {
      assert.equal(manifest.name, "pulumi-exchange-upgrade");
      assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
      assert.match(
        text("CHANGELOG.md"),
        new RegExp(`^## ${manifest.version.replaceAll(".", "\\.")}\\b`, "m"),
      );
      for (const key of ["description", "license", "keywords"]) assert.ok(manifest[key], key);
      assert.match(manifest.engines.node, /^>=\d+\.\d+$/);
    });

    it("points at files that are there", () => {
      const targets = Object.values(manifest.exports).flatMap((to) =>
        typeof to === "string" ? [to] : [to.types, to.default],
      );
      for (const target of [manifest.main, manifest.types, ...targets]) {
        assert.ok(tarball.files.includes(posix.normalize(target)), target);
      }
    });

    it("exports the module that states have recorded, and nothing internal", () => {
      assert.deepEqual(Object.keys(manifest.exports), [".", "./dynamic-v1", "./package.json"]);
    });

    it("brings one command, which Node.js runs", () => {
      assert.deepEqual(manifest.bin, { "exchange-upgrade": "dist/cli/main.js" });
      assert.match(text("dist/cli/main.js"), /^#!\/usr\/bin\/env node\n/);
      assert.equal(statSync(join(checkout, "dist", "cli", "main.js")).mode & 0o111, 0o111);
    });

    it("runs nothing where it is installed", () => {
      for (const hook of ["preinstall", "install", "postinstall", "prepare"]) {
        assert.equal(manifest.scripts[hook], undefined, hook);
      }
    });

    it("does not name a resource plugin, which Pulumi would try to download", () => {
      assert.equal(manifest.pulumi, undefined);
    });

    it("leaves the SDK to the program", () => {
      assert.deepEqual(Object.keys(manifest.peerDependencies), ["@pulumi/command", "@pulumi/pulumi"]);
      assert.equal(manifest.dependencies["@pulumi/pulumi"], undefined);
    });

    it("brings nobody @pulumi/command, whose plugin Pulumi would download: who uses it installs exactly that version", () => {
      assert.equal(manifest.peerDependencies["@pulumi/command"], commandVersion);
      assert.deepEqual(manifest.peerDependenciesMeta, { "@pulumi/command": { optional: true } });
      assert.equal(manifest.dependencies["@pulumi/command"], undefined);
    });
  });

  describe("what it loads", () => {
    it("is named in full, so that this test sees all of it", () => {
      for (const file of filesOf(".js")) {
        // Comments may say "require"; a call with something else than a text would load what nobody sees.
        const calls = text(file).match(/\b(?:require(?:\.resolve)?|import)\((?!")/g) ?? [];
        assert.deepEqual(calls, [], file);
      }
    });

    it("is its own, Node.js's, the SDK or a dependency; and each dependency is used", () => {
      const packages = new Set<string>();
      for (const file of filesOf(".js")) {
        for (const name of loads(file)) {
          if (name.startsWith(".")) assert.ok(resolved(file, name, ".js"), `${file}: ${name}`);
          else if (isBuiltin(name)) assert.match(name, /^node:/, file);
          else packages.add(name);
        }
      }
      // A provider, which runs out of a state, finds the package by its name.
      assert.ok(packages.delete("pulumi-exchange-upgrade/dynamic-v1"));
      assert.ok(packages.delete("@pulumi/pulumi"));
      assert.ok(packages.delete("@pulumi/pulumi/package.json"));
      assert.ok(packages.delete("@pulumi/command"));
      assert.ok(packages.delete("@pulumi/command/package.json"));
      const known = { ...manifest.dependencies, ...manifest.optionalDependencies };
      assert.deepEqual([...packages].sort(), Object.keys(known).sort());
    });

    it("is @pulumi/command only where a program uses it: in one place, inside a function, and in no types", () => {
      const naming = filesOf(".js").filter((file) => text(file).includes('require("@pulumi/command'));
      assert.deepEqual(naming, ["dist/program/commands/commandPackage.js"]);
      for (const line of text("dist/program/commands/commandPackage.js").split("\n"))
        if (line.includes('require("@pulumi/command')) assert.match(line, /^ {4,}/);
      for (const file of reachable(["dist/index.d.ts"]).filter((each) => each.endsWith(".d.ts")))
        assert.ok(!text(file).includes('"@pulumi/command"'), file);
    });

    it("is all of it: no module is there that nothing reaches", () => {
      const entries = ["dist/index", "dist/dynamic-v1", "dist/cli/main", "dist/plugin/main"].flatMap(
        (entry) => [`${entry}.js`, `${entry}.d.ts`],
      );
      const reached = reachable(entries).map((file) => file.replace(/\.(d\.ts|js)$/, ""));
      const all = tarball.files
        .filter((file) => file.startsWith("dist/") && file.endsWith(".js"))
        .map((file) => file.slice(0, -".js".length));
      assert.deepEqual([...new Set(reached)].sort(), all.sort());
    });

    it("has types that users get with it", () => {
      for (const file of reachable(["dist/index.d.ts"])) {
        for (const name of loads(file).filter((each) => !each.startsWith(".") && !isBuiltin(each))) {
          const known = name in manifest.dependencies || name in manifest.peerDependencies;
          assert.ok(known, `${file}: ${name} is no dependency`);
          assert.ok(
            !(`@types/${name}` in manifest.devDependencies),
            `${file}: ${name} has no types of its own`,
          );
        }
      }
    });
  });

  function filesOf(extension: string): readonly string[] {
    return tarball.files.filter((file) => file.startsWith("dist/") && file.endsWith(extension));
  }

  /** Every module that a file of dist names. */
  function loads(file: string): readonly string[] {
    const named = file.endsWith(".js")
      ? /\b(?:require(?:\.resolve)?|import)\("([^"]+)"\)/g
      : /(?:\bfrom |\bimport |\bimport\()"([^"]+)"/g;
    return [...text(file).matchAll(named)].map((match) => match[1] ?? "");
  }

  /** The file that a relative name stands for. */
  function resolved(from: string, name: string, extension: string): string | undefined {
    const path = posix.join(posix.dirname(from), name);
    return [`${path}${extension}`, `${path}/index${extension}`].find((file) => tarball.files.includes(file));
  }

  /** Every file that these reach, themselves included. */
  function reachable(entries: readonly string[]): readonly string[] {
    const found = new Set(entries);
    for (const file of found) {
      const extension = file.endsWith(".js") ? ".js" : ".d.ts";
      // A module that is only types is loaded by nobody, and stands in the types of those that use it.
      if (extension === ".js") found.add(file.replace(/\.js$/, ".d.ts"));
      for (const name of loads(file).filter((each) => each.startsWith("."))) {
        const target = resolved(file, name, extension);
        assert.ok(target, `${file}: ${name}`);
        found.add(target);
      }
    }
    return [...found];
  }
});
