/**
 * The real Pulumi engine for tests: a program in a folder of its own, a `file://` backend, passphrase secrets, its own
 * PULUMI_HOME. The CLI is started once a command, and for nothing that stands in a file: each start takes a third of a
 * second of a processor, and a program and a provider three seconds more. PULUMI_ROOT names the CLI, as `npm test` sets it.
 */
import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import type { Lab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { pulumiCli, pulumiEnvironment } from "../../tools/pulumi-environment";
import { checkout, quickStart } from "../compiled";

/** What a pulumi command printed, both streams in order, and whether it succeeded. */
export interface Printed {
  readonly ok: boolean;
  readonly text: string;
}

/** One deployed resource, as it stands in the state: secrets are encrypted. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: { readonly [key: string]: unknown };
  readonly outputs?: { readonly [key: string]: unknown };
  readonly protect?: boolean;
}

/** Which resources a command is asked for, by URN, and by which policies. */
export interface Part {
  readonly target?: string[];
  readonly targetDependents?: boolean;
  readonly exclude?: string[];
  readonly policyPack?: string[];
}

/** A Pulumi project on a lab. */
export interface Project {
  readonly folder: string;
  readonly env: { readonly [name: string]: string };
  /** Replaces the program. */
  write(program: string): void;
  /** Sets a value of the stack's configuration. */
  configure(key: string, value: string): Promise<void>;
  preview(options?: Part & { plan?: string; diff?: boolean; replace?: string[] }): Promise<Printed>;
  up(
    options?: Part & {
      plan?: string;
      replace?: string[];
      continueOnError?: boolean;
      onOutput?: (text: string) => void;
    },
  ): Promise<Printed>;
  refresh(options?: { clearPendingCreates?: boolean }): Promise<Printed>;
  destroy(): Promise<Printed>;
  cancel(): Promise<void>;
  resources(): Promise<readonly StateResource[]>;
  /** The deployment that the state holds, as JSON; secrets are encrypted. */
  exportText(): Promise<string>;
  /** Changes our resources in the state, as another version might have left them. */
  editState(change: (resource: StateResource) => StateResource): Promise<void>;
  /** Every file of the backend, as one text: what anybody who can read the state sees. */
  stateText(): string;
  remove(): void;
}

/** What every test program starts with: the lab's directory and computers, by name. */
export const preamble = `
const { ExchangeSchemaPrep, ExchangeADPrep, ExchangeDomainPrep, ExchangeRoleUpgrade, Prepared } =
  require("pulumi-exchange-upgrade");
const pulumi = require("@pulumi/pulumi");
const lab = JSON.parse(require("node:fs").readFileSync(process.env.EXCHANGE_LAB, "utf8"));
const target = "2007 SP1";
const directory = { ...lab.directory, ...lab.accounts["CONTOSO\\\\reader"] };
const computer = (name, account = "CONTOSO\\\\exadmin") => ({
  name, media: "D:\\\\SP1", connection: { ...lab.computers[name], ...lab.accounts[account] },
});
const prep = "CONTOSO\\\\prep";
const dc1 = computer("dc1.contoso.com", prep);
const emeaDc = lab.computers["emea-dc1.emea.contoso.com"] && computer("emea-dc1.emea.contoso.com", "EMEA\\\\emeaprep");
`;

/** Makes a project with a program in plain JavaScript (nothing to compile, so that a run takes seconds), and its variables. */
export async function makeProject(
  lab: Lab,
  program: string,
  variables: { readonly [name: string]: string } = {},
): Promise<Project> {
  const base = mkdtempSync(join(tmpdir(), "exchange-upgrade-test-"));
  const folder = join(base, "program");
  mkdirSync(folder);
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"), "dir");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "test-program", private: true }));
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "upgrade", runtime, main: "index.js" }));
  const write = (text: string) => writeFileSync(join(folder, "index.js"), `${preamble}\n${text}\n`);
  write(program);
  return openProject(lab, { base, folder, name: "upgrade", variables, write });
}

/** An example's own project, as it stands in the checkout: its program, transpiled and not type-checked, on a lab. */
export async function openExample(lab: Lab, example: string): Promise<Project> {
  const base = mkdtempSync(join(tmpdir(), "exchange-upgrade-test-"));
  // A copy, since the CLI writes a stack's settings beside the program.
  cpSync(join(checkout, "examples"), join(base, "examples"), { recursive: true });
  symlinkSync(join(checkout, "node_modules"), join(base, "node_modules"), "dir");
  const write = () => {
    throw new Error("an example is run as it is");
  };
  const name = example.replaceAll("/", "-");
  const variables = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
  return openProject(lab, { base, folder: join(base, "examples", example), name, variables, write });
}

interface ProjectFolder {
  /** Temporary folder of everything. */
  readonly base: string;
  /** The program's. */
  readonly folder: string;
  readonly name: string;
  readonly variables: { readonly [name: string]: string };
  readonly write: (program: string) => void;
}

async function openProject(
  lab: Lab,
  { base, folder, name, variables, write }: ProjectFolder,
): Promise<Project> {
  const { bin, program: pulumi } = pulumiCli("npm test");
  const labFile = join(base, "lab.json");
  writeFileSync(labFile, JSON.stringify(coordinatesOf(lab)), { mode: 0o600 });
  const env = {
    ...quickStart,
    ...variables,
    ...pulumiEnvironment(base, "test"),
    EXCHANGE_LAB: labFile,
    NO_COLOR: "1",
  };
  const start: Start = (args, onOutput) =>
    run(pulumi, [...args, "--non-interactive", "--stack", `organization/${name}/test`], {
      cwd: folder,
      env: { ...process.env, ...env, PATH: [bin, variables.PATH ?? process.env.PATH].join(delimiter) },
      onOutput,
    });
  const succeed = async (args: readonly string[]): Promise<void> => {
    const { ok, text } = await start(args);
    if (!ok) throw new Error(`pulumi ${args.join(" ")} failed:\n${text}`);
  };
  await initialise(base, join(folder, "Pulumi.test.yaml"), () => succeed(["stack", "init"]));
  const state = stateFile(join(base, "backend", ".pulumi", "stacks", name, "test.json"));
  return {
    folder,
    env,
    write,
    configure: async (key, value) => {
      await succeed(["config", "set", key, value]);
    },
    preview: ({ plan, diff, ...part } = {}) =>
      start(["preview", ...flags({ savePlan: plan, diff }), ...flags(part)]),
    up: ({ onOutput, ...options } = {}) =>
      start(["up", "--yes", "--skip-preview", ...flags(options)], onOutput),
    refresh: (options = {}) => start(["refresh", "--yes", "--skip-preview", ...flags(options)]),
    destroy: () => start(["destroy", "--yes", "--skip-preview"]),
    cancel: () => succeed(["cancel", "--yes"]),
    resources: async () => (state.read().resources ?? []).filter(isOurs),
    exportText: async () => JSON.stringify({ deployment: state.read() }),
    editState: async (change) => {
      const { resources = [], ...rest } = state.read();
      state.write({ ...rest, resources: resources.map((r) => (isOurs(r) ? change(r) : r)) });
    },
    stateText: () =>
      filesBelow(join(base, "backend"))
        .map((path) => readFileSync(path, "utf8"))
        .join("\n"),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

interface Deployment {
  readonly resources?: readonly StateResource[];
}

/** A stack's state in a `file://` backend: the file that the CLI itself reads and writes. */
function stateFile(path: string) {
  const whole = () =>
    JSON.parse(readFileSync(path, "utf8")) as { readonly checkpoint: { readonly latest: Deployment } };
  return {
    read: () => whole().checkpoint.latest,
    write: (latest: Deployment) => {
      const { checkpoint, ...rest } = whole();
      writeFileSync(path, JSON.stringify({ ...rest, checkpoint: { ...checkpoint, latest } }));
    },
  };
}

/** What `pulumi stack init` has left in the first project of this process, by path below the project's folder. */
const initial = new Map<string, ReadonlyMap<string, Buffer>>();

/** Makes a project's stack as `init` does, which is asked once for all projects that have their settings in the same place. */
async function initialise(base: string, settings: string, init: () => Promise<void>): Promise<void> {
  const key = relative(base, settings);
  const made = initial.get(key);
  for (const [path, content] of made ?? []) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), content);
  }
  if (made !== undefined) return;
  await init();
  const paths = [settings, ...filesBelow(join(base, "backend"))];
  initial.set(key, new Map(paths.map((path) => [relative(base, path), readFileSync(path)])));
}

type Start = (args: readonly string[], onOutput?: (text: string) => void) => Promise<Printed>;

/** Options as the CLI takes them: `--save-plan FILE`, `--target URN` for each URN, `--diff`. */
function flags(options: {
  readonly [name: string]: string | boolean | readonly string[] | undefined;
}): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === undefined || value === false) return [];
    return value === true ? [flag] : [value].flat().flatMap((each) => [flag, each]);
  });
}

/** Runs a program to its end, with what it prints on both streams in the order of its coming. Never throws. */
function run(
  program: string,
  args: readonly string[],
  {
    cwd,
    env,
    onOutput,
  }: { cwd: string; env: NodeJS.ProcessEnv; onOutput: ((text: string) => void) | undefined },
): ReturnType<Start> {
  return new Promise((resolved) => {
    let text = "";
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const take = (chunk: string) => {
      text += chunk;
      onOutput?.(chunk);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", take);
    child.on("error", (error) => resolved({ ok: false, text: String(error) }));
    child.on("close", (code) => resolved({ ok: code === 0, text }));
  });
}

function isOurs(resource: StateResource): boolean {
  return resource.type.startsWith("pulumi-nodejs:dynamic/exchange:");
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
