/** What a file of lib may import, how long it may be, and what it may be called; and that neither lib nor the lab goes round in circles. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix, sep } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..", "..", "lib");
const lab = join(__dirname, "..", "..", "lab");

/** Rooms (folders, and files at the top) that files of a room may import from, beside their own. */
const below: { readonly [room: string]: readonly string[] } = {
  awake: [],
  cause: [],
  facts: ["cause"],
  text: ["cause"],
  model: [],
  runModes: ["model"],
  logons: [],
  releases: ["facts", "text"],
  setupLog: ["text", "releases"],
  rules: ["cause", "facts", "model", "runModes", "text", "releases"],
  plan: ["facts", "model", "runModes", "text", "releases", "rules"],
  review: ["cause", "facts", "model", "runModes", "text", "releases", "rules", "plan"],
  directory: ["awake", "facts", "text", "logons", "releases"],
  host: ["awake", "facts", "model", "text", "logons", "releases", "setupLog"],
  discover: ["facts", "text", "releases", "rules", "directory"],
  // The report's lines are those of a review.
  wire: ["awake", "text", "review"],
  program: ["facts", "model", "text", "releases", "rules", "plan", "review", "host", "wire"],
  provider: [
    "awake",
    "cause",
    "facts",
    "model",
    "runModes",
    "text",
    "logons",
    "releases",
    "rules",
    "plan",
    "review",
    "directory",
    "host",
    "wire",
  ],
  // The tool reads facts snapshots, which the provider writes.
  cli: [
    "cause",
    "facts",
    "logons",
    "model",
    "text",
    "releases",
    "rules",
    "plan",
    "review",
    "directory",
    "setupLog",
    "host",
    "discover",
    "provider",
  ],
  // The second front door: the component of programs and the handlers of providers, for every language of Pulumi.
  plugin: ["model", "text", "wire", "program", "dynamic-v1"],
  index: ["facts", "model", "plan", "program"],
  "dynamic-v1": ["model", "provider", "wire"],
};

/** Packages and modules of Node.js that files of a room may import. What does no input or output has none of Node.js. */
const outside: { readonly [room: string]: RegExp } = {
  awake: /^$/,
  cause: /^$/,
  facts: /^$/,
  text: /^$/,
  model: /^$/,
  runModes: /^$/,
  logons: /^node:crypto$/,
  releases: /^zod$/,
  setupLog: /^$/,
  rules: /^zod$/,
  plan: /^@js-temporal\/polyfill$/,
  review: /^(zod|node:crypto)$/,
  directory: /^(ldapts|node:[a-z/]+)$/,
  host: /^(koffi|saxes|ssh2|zod|node:[a-z/]+)$/,
  discover: /^$/,
};

/** No file of lib has more lines. */
const mostLines = 400;

/** The module path that is recorded in users' state: it can never be spelled otherwise. */
const permanent = "dynamic-v1.ts";

interface File {
  readonly path: string;
  readonly lines: number;
  /** Files of the same folder that it imports, also for a type alone. */
  readonly imports: readonly string[];
  /** Everything else. */
  readonly packages: readonly string[];
}

const files = filesBelow(root);
const paths = [...files.keys()];

/** The files of a folder by their paths below it, in order. */
function filesBelow(folder: string): ReadonlyMap<string, File> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.split(sep).join("/"))
    .sort();
  return new Map(names.map((path) => [path, read(folder, path, names)]));
}

function read(folder: string, path: string, names: readonly string[]): File {
  const text = readFileSync(join(folder, path), "utf8");
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const own = specifiers.filter((name) => name.startsWith("."));
  return {
    path,
    lines: text.split("\n").length - 1,
    imports: own.map((name) => resolved(posix.join(posix.dirname(path), name), names)),
    packages: specifiers.filter((name) => !name.startsWith(".")),
  };
}

/** The file of a module path; what lies outside of the folder, or is not there, stays as it is. */
function resolved(path: string, names: readonly string[]): string {
  return [`${path}.ts`, `${path}/index.ts`].find((file) => names.includes(file)) ?? path;
}

function roomOf(path: string): string {
  return path.includes("/") ? (path.split("/")[0] ?? "") : path.replace(/\.ts$/, "");
}

describe("lib", () => {
  it("has a place in the house for every room", () => {
    assert.deepEqual([...new Set(paths.map(roomOf))].sort(), Object.keys(below).sort());
  });

  it("imports downwards only, and never the lab; the program and the provider know nothing of each other", () => {
    const upwards = [...files.values()].flatMap(({ path, imports }) => {
      const allowed = [roomOf(path), ...(below[roomOf(path)] ?? [])];
      return imports
        .filter((each) => !paths.includes(each) || !allowed.includes(roomOf(each)))
        .map((each) => `${path} imports ${each}`);
    });
    assert.deepEqual(upwards, []);
  });

  it("has rooms that can never import each other", () => {
    assert.ok(!below.program?.includes("provider") && !below.provider?.includes("program"));
    const reaches = (from: string, to: string): boolean =>
      (below[from] ?? []).some((room) => room === to || reaches(room, to));
    for (const room of Object.keys(below)) assert.ok(!reaches(room, room), `${room} could import itself`);
  });

  it("keeps Pulumi, the network and the file system out of the rooms that must not know them", () => {
    const strangers = [...files.values()].flatMap(({ path, packages }) => {
      const allowed = outside[roomOf(path)];
      return allowed === undefined
        ? []
        : packages.filter((each) => !allowed.test(each)).map((each) => `${path} imports ${each}`);
    });
    assert.deepEqual(strangers, []);
  });

  it("has no import cycle, types included", () => {
    assert.deepEqual(cycles(importsOf(files)), []);
  });

  it("finds a cycle", () => {
    const graph = new Map([
      ["a", ["b", "d"]],
      ["b", ["c"]],
      ["c", ["a"]],
      ["d", ["e"]],
      ["e", ["e"]],
    ]);
    assert.deepEqual(cycles(graph), [["a", "b", "c"]]);
  });

  it("has no long file", () => {
    const long = [...files.values()].filter(({ lines }) => lines > mostLines);
    assert.deepEqual(
      long.map(({ path }) => path),
      [],
    );
  });

  it("spells its files and folders in camelCase", () => {
    const names = paths
      .filter((path) => path !== permanent)
      .flatMap((path) => path.replace(/\.ts$/, "").split("/"));
    assert.deepEqual(
      names.filter((name) => !/^[a-z][a-z0-9]*([A-Z][a-z0-9]+)*$/.test(name)),
      [],
    );
  });

  it("has no two files in one room whose names differ by a letter", () => {
    assert.deepEqual(nearNames(paths), []);
    for (const [a, b] of [
      ["window", "windows"],
      ["gate", "gates"],
      ["group", "grouP"],
      ["form", "farm"],
    ] as const)
      assert.ok(differByALetter(a, b) && differByALetter(b, a), `${a} and ${b}`);
    assert.ok(!differByALetter("readable", "reader") && !differByALetter("step", "stop1"));
  });
});

describe("the lab", () => {
  it("has no import cycle, types included", () => {
    const labFiles = filesBelow(lab);
    assert.ok(labFiles.has("windows/computer.ts"));
    assert.deepEqual(cycles(importsOf(labFiles)), []);
  });

  it("has no two files in one room whose names differ by a letter", () => {
    assert.deepEqual(nearNames([...filesBelow(lab).keys()]), []);
  });
});

function importsOf(of: ReadonlyMap<string, File>): ReadonlyMap<string, readonly string[]> {
  return new Map([...of].map(([path, { imports }]) => [path, imports]));
}

/** Pairs of files of one folder whose names differ by a letter. */
function nearNames(all: readonly string[]): readonly string[] {
  return all.flatMap((path, at) =>
    all
      .slice(at + 1)
      .filter((other) => dirname(other) === dirname(path) && differByALetter(nameOf(path), nameOf(other)))
      .map((other) => `${path} and ${other}`),
  );
}

function nameOf(path: string): string {
  return basename(path, ".ts");
}

/** True where one letter put in, taken out or replaced makes one name of the other; capitals do not count. */
function differByALetter(a: string, b: string): boolean {
  const [short = "", long = ""] = [a.toLowerCase(), b.toLowerCase()].sort((x, y) => x.length - y.length);
  const at = [...short].findIndex((letter, i) => letter !== long[i]);
  const same = at < 0 ? short.length : at;
  const rest = long.slice(same + 1);
  return rest === short.slice(same) || rest === short.slice(same + 1);
}

/** The groups of files of which each reaches every other one, by the files' names (Tarjan). */
function cycles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (node: string): number => {
    const own = order.size;
    order.set(node, own);
    lowest.set(node, own);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      const reached = order.has(next) ? (stack.includes(next) ? (order.get(next) ?? own) : own) : visit(next);
      lowest.set(node, Math.min(lowest.get(node) ?? own, reached));
    }
    const low = lowest.get(node) ?? own;
    if (low === own) {
      const group = stack.splice(stack.indexOf(node));
      if (group.length > 1) found.push(group.sort());
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found.sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
}
