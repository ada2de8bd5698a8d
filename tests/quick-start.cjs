"use strict";

/**
 * Starts the program and the provider of Pulumi, and the command line tool, in half of their time, for tests. Preloaded by NODE_OPTIONS. They load
 * about 1,500 modules, and compiling them is most of what a start costs: one file of V8's code cache for each of the
 * entries brings them compiled, and is written where modules are missing. Only modules of node_modules, dist and plugin are in it, and
 * what is cached runs only if its file is the same. The packed tests start Node.js without this, as users do.
 */
const Module = require("node:module");
const { dirname, join, resolve } = require("node:path");

const checkout = resolve(__dirname, "..");
const cached = ["node_modules/", "dist/", "plugin/"].map((folder) => join(checkout, folder));
/** How often a process looks whether it has compiled something new: the engine ends a provider without a warning. */
const LOOK_MS = 1_000;

/** What the SDK loads at every start and uses in few: two thirds of all modules. They are loaded when something of them is used. */
const lazy = new Set([
  "@npmcli/arborist",
  "@opentelemetry/exporter-trace-otlp-grpc",
  "@opentelemetry/exporter-zipkin",
  "@opentelemetry/instrumentation",
  "@opentelemetry/instrumentation-grpc",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-base",
  "@opentelemetry/sdk-trace-node",
  "../../typescript-shim",
  "./automation",
]);
/** Reads the source maps of the SDK for each of its promises, whose stacks nobody looks at. */
const needless = "source-map-support/register";

/** What is started quickly, by the path of its main file. */
const entries = {
  run: /@pulumi\/pulumi\/cmd\/run\b/,
  "dynamic-provider": /@pulumi\/pulumi\/cmd\/dynamic-provider\b/,
  cli: /\/dist\/cli\/main\.js$/,
  plugin: /\/plugin\/pulumi-resource-exchange-upgrade$/,
};
const [entry] = Object.entries(entries).find(([, path]) => path.test(process.argv[1] ?? "")) ?? [];
if (entry === "run") followProject();
if (entry !== undefined)
  use(
    join(
      checkout,
      "node_modules/.cache/exchange-upgrade-tests",
      `${entry}-${process.version}-${process.arch}`,
    ),
  );

/** The language host that is built from Go's modules does not know `typescript: false`; those of Pulumi's releases do. */
function followProject() {
  const { readFileSync } = require("node:fs");
  const folder = process.argv[process.argv.indexOf("--pwd") + 1];
  try {
    if (/"typescript":false/.test(readFileSync(join(folder, "Pulumi.yaml"), "utf8")))
      process.env.PULUMI_NODEJS_TYPESCRIPT = "false";
  } catch {
    // Not a project of the harness.
  }
}

function use(file) {
  const { statSync } = require("node:fs");
  const { constants, Script } = require("node:vm");
  /** What the file holds, and what this process adds, by path: version of the file, and V8's data. */
  const known = read(file);
  /** Compiled here, by path; V8 is asked for their data once they have run, so that it holds their functions, too. */
  const compiled = new Map();
  const compile = Module.prototype._compile;

  Module.prototype._compile = function (content, filename) {
    if (!cached.some((folder) => filename.startsWith(folder))) return compile.call(this, content, filename);
    const source = Module.wrap(content.replace(/^#!.*/, ""));
    const { ctimeMs, size } = statSync(filename);
    const version = `${ctimeMs} ${size}`;
    const { version: knownVersion, data } = known.get(filename) ?? {};
    const script = new Script(source, {
      filename,
      ...(knownVersion === version ? { cachedData: data } : {}),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (knownVersion !== version || script.cachedDataRejected) compiled.set(filename, { version, script });
    const require = (request) => this.require(request);
    require.resolve = (request, options) => Module._resolveFilename(request, this, false, options);
    require.main = process.mainModule;
    require.extensions = Module._extensions;
    require.cache = Module._cache;
    return script
      .runInThisContext()
      .call(this.exports, this.exports, require, this, filename, dirname(filename));
  };

  const load = Module._load;
  Module._load = function (request, ...others) {
    if (request === needless) return {};
    return lazy.has(request)
      ? onUse(() => load.call(this, request, ...others))
      : load.call(this, request, ...others);
  };

  const save = () => {
    if (compiled.size === 0) return;
    for (const [path, { version, script }] of compiled)
      known.set(path, { version, data: script.createCachedData() });
    compiled.clear();
    write(file, known);
  };
  setInterval(save, LOOK_MS).unref();
  process.on("exit", save);
}

function onUse(load) {
  let loaded;
  return new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === "__esModule") return true;
        loaded ??= load();
        return loaded[name];
      },
    },
  );
}

/** Layout: length of the index in 4 bytes, the index as JSON, and all data in its order. */
function read(file) {
  const { readFileSync } = require("node:fs");
  const known = new Map();
  let bytes;
  try {
    bytes = readFileSync(file);
  } catch {
    return known;
  }
  const start = 4 + bytes.readUInt32LE(0);
  let at = start;
  for (const [path, version, length] of JSON.parse(bytes.toString("utf8", 4, start))) {
    known.set(path, { version, data: bytes.subarray(at, at + length) });
    at += length;
  }
  return known;
}

/** Replaces the file in one move: other processes read it at the same time. */
function write(file, known) {
  const { mkdirSync, renameSync, writeFileSync } = require("node:fs");
  const index = Buffer.from(
    JSON.stringify([...known].map(([path, { version, data }]) => [path, version, data.length])),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(index.length);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    `${file}.${process.pid}`,
    Buffer.concat([length, index, ...[...known.values()].map(({ data }) => data)]),
  );
  renameSync(`${file}.${process.pid}`, file);
}
