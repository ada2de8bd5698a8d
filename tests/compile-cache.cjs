"use strict";

/**
 * Compiles modules once for all processes of Pulumi that tests start: each loads about 1,500 of the SDK's, and compiling
 * them is most of what a start costs. Preloaded by NODE_OPTIONS. It reads one file of V8's code cache for each entry
 * (program, provider), and writes it where modules are missing. Only modules of node_modules and dist are in it, and
 * what is cached runs only if its source has the same hash. The packed tests start Node.js without this, as users do.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, resolve } = require("node:path");
const { constants, Script } = require("node:vm");

const checkout = resolve(__dirname, "..");
const cached = [join(checkout, "node_modules/"), join(checkout, "dist/")];
/** How often a process looks whether it has compiled something new: the engine ends a provider without a warning. */
const LOOK_MS = 1_000;

/** What the SDK loads at every start and uses in few: half of all modules. They are loaded when something of them is used. */
const lazy = new Set(["@npmcli/arborist"]);

const [, entry] = /@pulumi\/pulumi\/cmd\/(run|dynamic-provider)\b/.exec(process.argv[1] ?? "") ?? [];
if (entry !== undefined)
  use(
    join(
      checkout,
      "node_modules/.cache/exchange-upgrade-tests",
      `${entry}-${process.version}-${process.arch}`,
    ),
  );

function use(file) {
  /** What the file holds, and what this process adds, by path: hash of the source, and V8's data. */
  const known = read(file);
  /** Compiled here, by path; V8 is asked for their data once they have run, so that it holds their functions, too. */
  const compiled = new Map();
  const compile = Module.prototype._compile;

  Module.prototype._compile = function (content, filename) {
    if (!cached.some((folder) => filename.startsWith(folder))) return compile.call(this, content, filename);
    const source = Module.wrap(content);
    const hash = createHash("sha1").update(source).digest("hex");
    const { hash: knownHash, data } = known.get(filename) ?? {};
    const script = new Script(source, {
      filename,
      ...(knownHash === hash ? { cachedData: data } : {}),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (knownHash !== hash || script.cachedDataRejected) compiled.set(filename, { hash, script });
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
    return lazy.has(request)
      ? onUse(() => load.call(this, request, ...others))
      : load.call(this, request, ...others);
  };

  const save = () => {
    if (compiled.size === 0) return;
    for (const [path, { hash, script }] of compiled)
      known.set(path, { hash, data: script.createCachedData() });
    compiled.clear();
    write(file, known);
  };
  setInterval(save, LOOK_MS).unref();
  process.on("exit", save);
}

function onUse(load) {
  return new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : load()[name]) });
}

/** Layout: length of the index in 4 bytes, the index as JSON, and all data in its order. */
function read(file) {
  const known = new Map();
  let bytes;
  try {
    bytes = readFileSync(file);
  } catch {
    return known;
  }
  const start = 4 + bytes.readUInt32LE(0);
  let at = start;
  for (const [path, hash, length] of JSON.parse(bytes.toString("utf8", 4, start))) {
    known.set(path, { hash, data: bytes.subarray(at, at + length) });
    at += length;
  }
  return known;
}

/** Replaces the file in one move: other processes read it at the same time. */
function write(file, known) {
  const index = Buffer.from(
    JSON.stringify([...known].map(([path, { hash, data }]) => [path, hash, data.length])),
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
