// Bundles the resource plugin, with the SDK and every dependency, to the one file plugin/provider.js; and
// `node tools/plugin.mjs FOLDER` writes the tarballs that `pulumi plugin install` takes, one for each platform.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isEntry, main } from "./lib/process.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "plugin");
const bundled = join(folder, "provider.js");
const require = createRequire(import.meta.url);

/** What the plugin is made of beside dist/. */
export const pluginSources = [
  fileURLToPath(import.meta.url),
  ...["plugin/schema.json", "package.json", "package-lock.json"].map((file) => join(root, file)),
];
/** What the bundle writes. */
export const pluginOutput = bundled;

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const platforms = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64"];

/** Bundles what `dist` holds. */
export async function bundlePlugin(dist = join(root, "dist")) {
  const { build } = await import("esbuild");
  const fresh = join(folder, `.provider-${process.pid}.js`);
  try {
    await build({
      entryPoints: [join(dist, "plugin", "main.js")],
      outfile: fresh,
      bundle: true,
      platform: "node",
      target: "node20",
      minify: true,
      keepNames: true,
      legalComments: "none",
      logLevel: "error",
      // Optional and compiled: ssh2 does without one, and whoever does without WinRM without the other.
      external: ["cpu-features", "koffi", "*.node"],
      plugins: [replacements(dist)],
    });
    renameSync(fresh, bundled);
  } finally {
    rmSync(fresh, { force: true });
  }
}

function replacements(dist) {
  const sdk = dirname(require.resolve("@pulumi/pulumi/package.json"));
  const text = (name, value) => `exports.${name} = ${JSON.stringify(value)};`;
  const modules = {
    [join(dist, "wire", "sdkModules.js")]: `exports.sdkModules = () => ({
      grpc: require("@grpc/grpc-js"),
      engineService: require("@pulumi/pulumi/proto/engine_grpc_pb.js"),
      engineMessages: require("@pulumi/pulumi/proto/engine_pb.js"),
      Struct: require("google-protobuf/google/protobuf/struct_pb.js").Struct,
    });`,
    [join(dist, "plugin", "schema.js")]: [
      text("packageVersion", version),
      text(
        "schemaText",
        JSON.stringify({ ...JSON.parse(readFileSync(join(folder, "schema.json"), "utf8")), version }),
      ),
    ].join("\n"),
  };
  // Nothing is serialized here, no TypeScript is read, and zod speaks English: these load a compiler, a package manager and fifty
  // languages.
  const needless = [
    join(sdk, "typescript-shim.js"),
    join(sdk, "runtime", "closure", ""),
    join(dirname(require.resolve("zod/package.json")), "v4", "locales", "index.cjs"),
  ];
  return {
    name: "replacements",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.c?js$/ }, ({ path }) => {
        const contents = needless.some((each) => path.startsWith(each)) ? "" : modules[path];
        return contents === undefined ? undefined : { contents, loader: "js", resolveDir: sdk };
      });
    },
  };
}

/** Writes a tarball for each platform into `out`, by the names that Pulumi asks a server for, and answers their paths. */
export function packPlugins(out) {
  mkdirSync(out, { recursive: true });
  const place = mkdtempSync(join(tmpdir(), "exchange-upgrade-plugin-"));
  try {
    return platforms.map((platform) => {
      const content = join(place, platform);
      const launcher = `pulumi-resource-exchange-upgrade${platform.startsWith("windows") ? ".cmd" : ""}`;
      for (const file of [launcher, "start.js", "provider.js", "PulumiPlugin.yaml", "package.json"])
        cpSync(join(folder, file), join(content, file));
      chmodSync(join(content, launcher), 0o755);
      const tarball = join(out, `pulumi-resource-exchange-upgrade-v${version}-${platform}.tar.gz`);
      execFileSync("tar", ["-czf", tarball, "-C", content, "."]);
      return tarball;
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

if (isEntry(import.meta.url)) {
  await main("plugin", async () => {
    const { build } = await import("./build.mjs");
    await build();
    for (const tarball of packPlugins(resolve(process.argv[2] ?? "."))) console.log(tarball);
  });
}
