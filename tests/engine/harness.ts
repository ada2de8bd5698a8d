/**
 * The real Pulumi engine for tests: a program in a folder of its own, a `file://` backend, passphrase secrets, its own
 * PULUMI_HOME, driven through the Automation API. PULUMI_ROOT names the CLI, as `npm test` sets it.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  fullyQualifiedStackName,
  LocalWorkspace,
  PulumiCommand,
  type RefreshOptions,
  type Stack,
} from "@pulumi/pulumi/automation";
import type { Lab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { pulumiCli, pulumiEnvironment } from "../../tools/pulumi-environment";

const checkout = resolve(__dirname, "..", "..");

/** What a pulumi command printed, both streams in order, and whether it succeeded. */
export interface Printed {
  readonly ok: boolean;
  readonly text: string;
}

/** One deployed resource, as the Automation API exports it: secrets are in the clear, in an object that marks them. */
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
  readonly policyPacks?: string[];
}

/** A Pulumi project on a lab. */
export interface Project {
  readonly folder: string;
  readonly env: { readonly [name: string]: string };
  /** Replaces the program. */
  write(program: string): void;
  preview(options?: Part & { plan?: string; diff?: boolean; replace?: string[] }): Promise<Printed>;
  up(
    options?: Part & {
      plan?: string;
      replace?: string[];
      continueOnError?: boolean;
      onOutput?: (text: string) => void;
    },
  ): Promise<Printed>;
  refresh(options?: Pick<RefreshOptions, "clearPendingCreates">): Promise<Printed>;
  destroy(): Promise<Printed>;
  cancel(): Promise<void>;
  resources(): Promise<readonly StateResource[]>;
  /** The state as the Automation API exports it, which shows secrets. */
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

/** An example's own project, as it stands in the checkout: its program, through TypeScript, on a lab. */
export async function openExample(lab: Lab, example: string): Promise<Project> {
  const base = mkdtempSync(join(tmpdir(), "exchange-upgrade-test-"));
  // A copy, since the CLI writes a stack's settings beside the program.
  cpSync(join(checkout, "examples"), join(base, "examples"), { recursive: true });
  symlinkSync(join(checkout, "node_modules"), join(base, "node_modules"), "dir");
  const write = () => {
    throw new Error("an example is run as it is");
  };
  const name = example.replaceAll("/", "-");
  return openProject(lab, { base, folder: join(base, "examples", example), name, variables: {}, write });
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
  const { root } = pulumiCli("npm test");
  const labFile = join(base, "lab.json");
  writeFileSync(labFile, JSON.stringify(coordinatesOf(lab)), { mode: 0o600 });
  const env = {
    ...variables,
    ...pulumiEnvironment(base, "test"),
    EXCHANGE_LAB: labFile,
    NO_COLOR: "1",
  };
  const pulumiCommand = await PulumiCommand.get({ root });
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: fullyQualifiedStackName("organization", name, "test"), workDir: folder },
    { envVars: env, pulumiCommand },
  );
  return {
    folder,
    env,
    write,
    preview: ({ plan, ...options } = {}) =>
      printed((onOutput) =>
        stack.preview({ ...options, ...(plan === undefined ? {} : { plan }), onOutput, onError: onOutput }),
      ),
    up: ({ onOutput: tee, ...options } = {}) =>
      printed((onOutput) => stack.up({ ...options, onOutput, onError: onOutput }), tee),
    refresh: (options = {}) =>
      printed((onOutput) => stack.refresh({ ...options, onOutput, onError: onOutput })),
    destroy: () => printed((onOutput) => stack.destroy({ onOutput, onError: onOutput })),
    cancel: () => stack.cancel(),
    resources: () => resourcesOf(stack),
    exportText: async () => JSON.stringify(await stack.exportStack()),
    editState: async (change) => {
      const state = await stack.exportStack();
      const deployment = state.deployment as { resources?: StateResource[] };
      const resources = (deployment.resources ?? []).map((r) => (isOurs(r) ? change(r) : r));
      await stack.importStack({ ...state, deployment: { ...deployment, resources } });
    },
    stateText: () => textBelow(join(base, "backend")),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

async function printed(
  run: (onOutput: (text: string) => void) => Promise<unknown>,
  tee?: (text: string) => void,
): Promise<Printed> {
  let text = "";
  const onOutput = (chunk: string) => {
    text += chunk;
    tee?.(chunk);
  };
  try {
    await run(onOutput);
    return { ok: true, text };
  } catch (error) {
    return { ok: false, text: text === "" ? String(error) : text };
  }
}

async function resourcesOf(stack: Stack): Promise<readonly StateResource[]> {
  const { deployment } = await stack.exportStack();
  const resources = (deployment as { resources?: readonly StateResource[] }).resources ?? [];
  return resources.filter(isOurs);
}

function isOurs(resource: StateResource): boolean {
  return resource.type.startsWith("pulumi-nodejs:dynamic/exchange:");
}

function textBelow(folder: string): string {
  if (!existsSync(folder)) return "";
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}
