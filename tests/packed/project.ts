/** An infrastructure project as a user has it: a folder with a program, its packages, and the real CLI. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lab } from "../../lab";
import { writeCoordinates } from "../../lab/coordinates";
import { pathWith, pulumiCli, pulumiEnvironment } from "../../tools/pulumi-environment";
import { type Ended, run, runOk } from "./command";

/** A project with a stack of its own, on a lab. */
export interface Project {
  /** The program's folder. */
  readonly folder: string;
  /** Variables of the environment of the next commands. */
  readonly env: { [name: string]: string };
  /** Runs the CLI without questions; how it ends is for the caller to judge. */
  pulumi(...args: readonly string[]): Promise<Ended>;
  /** Runs the CLI, which must succeed. Answers what it printed. @throws Error with all that it printed */
  pulumiOk(...args: readonly string[]): Promise<string>;
  /** Does not block: this process may hold the lab of another project, which has to go on answering. */
  remove(): Promise<void>;
}

/** What a project is made of. */
export interface ProjectOptions {
  readonly lab: Lab;
  /** Name of the program's main file, e.g. `index.ts`, and its text. */
  readonly main: string;
  readonly program: string;
  /** What its package.json lists. @default nothing */
  readonly packages?: {
    readonly dependencies: { readonly [name: string]: string };
    readonly devDependencies: { readonly [name: string]: string };
  };
  /** Folder of the Node.js that runs the program and its providers. */
  readonly node: string;
  /** Variables of the CLI's environment beside those that every project has. @default none */
  readonly env?: { readonly [name: string]: string };
  /** Passphrase of the stack's secrets. @default "test" */
  readonly passphrase?: string;
  /** Brings the program's packages into its folder. */
  readonly install: (folder: string) => Promise<void>;
}

/** What `pulumi new typescript` writes. */
const tsconfig = {
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
  },
  files: ["index.ts"],
};

/** Makes the project and its stack `test`. */
export async function makeProject(options: ProjectOptions): Promise<Project> {
  const { bin, program: cli } = pulumiCli("npm test");
  const base = mkdtempSync(join(tmpdir(), "exchange-upgrade-user-"));
  const remove = () => rm(base, { recursive: true, force: true });
  const folder = join(base, "program");
  mkdirSync(folder);
  const labFile = join(base, "lab.json");
  writeCoordinates(options.lab, labFile);
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "upgrade", private: true, ...options.packages }),
  );
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  writeFileSync(join(folder, options.main), options.program);
  const typescript = options.main.endsWith(".ts");
  const runtime = { name: "nodejs", options: { typescript } };
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    JSON.stringify({ name: "upgrade", runtime, ...(typescript ? {} : { main: options.main }) }),
  );
  const env: Project["env"] = {
    ...options.env,
    ...pulumiEnvironment(base, options.passphrase ?? "test"),
    PATH: pathWith(options.node, bin),
    // Each start of Node.js would read it, and nothing but the lab is talked to.
    NODE_EXTRA_CA_CERTS: "",
    EXCHANGE_LAB: labFile,
    PULUMI_STACK: "test",
    NO_COLOR: "1",
  };
  const flags = ["--non-interactive"];
  const project: Project = {
    folder,
    env,
    pulumi: (...args) => run(cli, [...args, ...flags], { cwd: folder, env }),
    pulumiOk: (...args) => runOk(cli, [...args, ...flags], { cwd: folder, env }),
    remove,
  };
  try {
    await options.install(folder);
    await project.pulumiOk("stack", "init", "test");
  } catch (error) {
    await remove();
    throw error;
  }
  return project;
}
