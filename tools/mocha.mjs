// Runs mocha in the current folder, with the summary line and the exit rules of `npm test` (lib/verdict.mjs).
// Everything on the command line goes to mocha.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isEntry, main, runInForeground } from "./lib/process.mjs";
import { slowestLines, slowestWanted } from "./lib/slowest.mjs";
import { isCI, verdict } from "./lib/verdict.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const reporter = join(here, "mocha-reporter.cjs");
/** Caches of tools: tsx, package managers, Node itself. */
const CACHES = /^(tsx-|v8-compile-cache-|node-compile-cache$)/;
const TAKES_A_PATTERN = ["-g", "--grep", "-f", "--fgrep"];

/**
 * Runs the tests of the folder `cwd` and returns the exit code: 0 when tests ran and none failed, and, in
 * continuous integration, none was skipped; and nothing was left in the temporary folder, which is the run's own. `unavailable` are the suites whose needs this machine lacks; the
 * tests get their names in EXCHANGE_UPGRADE_SKIP, separated by commas. `beside` is what runs at the same time and comes to a
 * list of failures, `{ reason, text }`: it is waited for. With EXCHANGE_UPGRADE_SLOWEST it prints what the slowest files took.
 */
export async function runMocha({
  cwd = process.cwd(),
  args = [],
  env = process.env,
  unavailable = [],
  beside = [],
} = {}) {
  const ci = isCI(env);
  const slowest = slowestWanted(env);
  // Short: sockets stand below it, whose paths may have no more than 107 characters.
  const folder = mkdtempSync(join(tmpdir(), "mocha-"));
  const temporary = join(folder, "tmp");
  try {
    mkdirSync(temporary);
    // As open as the system's own: the tests' sshd reads keys below it as another account.
    chmodSync(folder, 0o711);
    chmodSync(temporary, 0o1777);
    const result = join(folder, "counts.json");
    const times = join(folder, "times.jsonl");
    const skip = new Set([...skippedByUser(env), ...unavailable.map(({ name }) => name)]);
    const mochaExit = await runInForeground(
      process.execPath,
      [
        mochaProgram(),
        ...["--reporter", reporter, "--reporter-option", `counts=${result}`],
        // A test.only left behind would hide all other tests.
        ...(ci ? ["--forbid-only"] : []),
        ...(slowest > 0 ? ["--require", join(here, "mocha-times.cjs")] : []),
        ...onlyNamedSpecs(cwd, args, folder),
      ],
      {
        cwd,
        env: {
          ...env,
          TMPDIR: temporary,
          EXCHANGE_UPGRADE_SKIP: [...skip].join(","),
          EXCHANGE_UPGRADE_TIMES: times,
        },
      },
    );
    const counts = existsSync(result) ? JSON.parse(readFileSync(result, "utf8")) : undefined;
    const others = await beside;
    for (const { text } of others) console.log(text);
    const { line, reasons } = verdict({
      counts,
      mochaExit,
      unavailable,
      ci,
      left: leftIn(temporary),
      others: others.map(({ reason }) => reason),
    });
    if (existsSync(times)) {
      for (const told of slowestLines(readFileSync(times, "utf8"), slowest)) console.log(told);
    }
    for (const { name, why } of unavailable) console.error(`SKIPPED: the ${name} suites: ${why}`);
    for (const reason of reasons) console.error(`FAILED: ${reason}`);
    if (line) console.log(line);
    return reasons.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function leftIn(temporary) {
  return readdirSync(temporary).filter((name) => !CACHES.test(name));
}

/** The suites that EXCHANGE_UPGRADE_SKIP already names. */
export function skippedByUser(env) {
  return (env.EXCHANGE_UPGRADE_SKIP ?? "").split(",").filter((name) => name !== "");
}

// Mocha adds the spec files of the command line to those of its configuration file, so naming one file would
// still run all. When the command line names any, the configuration is used without its own. And of a folder
// it takes no TypeScript: a folder stands for the tests below it.
function onlyNamedSpecs(cwd, args, folder) {
  const isSpec = args.map((argument, index) => namesSpec(cwd, argument, args[index - 1]));
  const file = join(cwd, ".mocharc.json");
  if (!isSpec.includes(true) || !existsSync(file)) return args;
  const { spec, ...others } = JSON.parse(readFileSync(file, "utf8"));
  const copy = join(folder, "mocharc.json");
  writeFileSync(copy, JSON.stringify(others));
  const expand = (path) => (isFolder(resolve(cwd, path)) ? `${path.replace(/\/$/, "")}/**/*.test.*` : path);
  return ["--config", copy, ...args.map((argument, index) => (isSpec[index] ? expand(argument) : argument))];
}

function namesSpec(cwd, argument, previous) {
  if (argument.startsWith("-") || TAKES_A_PATTERN.includes(previous)) return false;
  return argument.includes("*") || existsSync(resolve(cwd, argument));
}

function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function mochaProgram() {
  const manifest = createRequire(import.meta.url).resolve("mocha/package.json");
  return join(dirname(manifest), "bin", "mocha.js");
}

if (isEntry(import.meta.url)) await main("mocha", () => runMocha({ args: process.argv.slice(2) }));
