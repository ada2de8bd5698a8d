/** A Pulumi project in a folder of its own, run by the CLI as a user runs it, and what each run took. */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { pathWith, pulumiCli, pulumiEnvironment } from "../tools/pulumi-environment";
import { cpuOfEndedChildren, MemoryWatch } from "./process";

const checkout = resolve(__dirname, "..");
const stack = "bench";

/** The CLI of the bench. @throws Error when nothing names it */
export const benchCli = () => pulumiCli("npm run bench");

/** Every CLI that runs. */
const running = new Set<ChildProcess>();

/** Tells every CLI that runs to stop, which makes its run fail. False when none runs. */
export function interruptRuns(): boolean {
  for (const child of running) child.kill("SIGINT");
  return running.size > 0;
}

/** What one run of the CLI took. */
export interface Run {
  readonly seconds: number;
  /** CPU seconds of the CLI and of every process below it. */
  readonly cpuSeconds: number;
  /** Peak memory of the provider process, in bytes; 0 unless it was asked for. */
  readonly providerPeak: number;
  /** What the CLI printed. */
  readonly printed: string;
}

/** Writes a program below a folder, which has the checkout's modules, and answers the folder in which the CLI runs it. */
export type Program = (folder: string) => string;

/** One of the programs in `programs/`. */
export function script(name: "exchange" | "trivial" | "organization"): Program {
  return (folder) => {
    const at = (file: string) => join(folder, file);
    copyFileSync(join(__dirname, "programs", `${name}.js`), at("index.js"));
    writeFileSync(at("package.json"), JSON.stringify({ name: "bench-program", private: true }));
    const runtime = { name: "nodejs", options: { typescript: false } };
    writeFileSync(at("Pulumi.yaml"), JSON.stringify({ name: "bench", runtime, main: "index.js" }));
    return folder;
  };
}

/** An example as users have it: TypeScript, compiled in each run. */
export function example(name: string): Program {
  return (folder) => {
    cpSync(join(checkout, "examples"), join(folder, "examples"), { recursive: true });
    const own = join(folder, "examples", name);
    writeFileSync(join(own, "Pulumi.yaml"), JSON.stringify({ name: "bench", runtime: "nodejs" }));
    return own;
  };
}

/** A program in YAML, over the plugin as it is bundled. JSON is YAML. */
export function yaml(resources: object, variables: object = {}): Program {
  return (folder) => {
    const plugins = { providers: [{ name: "exchange-upgrade", path: join(checkout, "plugin") }] };
    const project = { name: "bench", runtime: "yaml", plugins, variables, resources };
    writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
    return folder;
  };
}

/** A project with a stack. */
export class Project {
  private constructor(
    private readonly folder: string,
    private readonly cwd: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly cli: string,
  ) {}

  /**
   * Makes a project.
   * @param folder is made; it holds program, state and Pulumi's home
   * @param labFile where the program finds the lab
   * @param hosts folders of further language hosts
   */
  static async create(
    program: Program,
    folder: string,
    labFile: string,
    hosts: readonly string[] = [],
  ): Promise<Project> {
    const { bin, program: cli } = benchCli();
    mkdirSync(join(folder, "program"), { recursive: true });
    symlinkSync(join(checkout, "node_modules"), join(folder, "program", "node_modules"), "dir");
    const cwd = program(join(folder, "program"));
    const env = {
      ...process.env,
      ...pulumiEnvironment(folder, "bench"),
      PATH: [...hosts, pathWith(bin)].join(delimiter),
      EXCHANGE_LAB: labFile,
      PULUMI_STACK: stack,
      NO_COLOR: "1",
    };
    const project = new Project(folder, cwd, env, cli);
    await project.run(["stack", "init", stack]);
    return project;
  }

  /** Brings the state about. Here the file backend writes it once, and not at each step, which would take minutes. */
  async up(): Promise<void> {
    const once = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
    await this.run(["up", "--yes", "--skip-preview"], once);
  }

  /** One preview. @param watched also looks at the provider's memory, which costs a little time. */
  preview({
    unchanged,
    watched = false,
    variables = {},
  }: {
    readonly unchanged: boolean;
    readonly watched?: boolean;
    readonly variables?: NodeJS.ProcessEnv;
  }): Promise<Run> {
    return this.run(["preview", ...(unchanged ? ["--expect-no-changes"] : [])], variables, watched);
  }

  /** Bytes that each dynamic resource takes in the state's file. */
  stateSizes(): readonly number[] {
    const file = join(this.folder, "backend", ".pulumi", "stacks", "bench", `${stack}.json`);
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as Checkpoint;
    return (checkpoint.latest?.resources ?? [])
      .filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"))
      .map((resource) => Buffer.byteLength(JSON.stringify(resource)));
  }

  private async run(args: readonly string[], more: NodeJS.ProcessEnv = {}, watched = false): Promise<Run> {
    const cpuBefore = cpuOfEndedChildren();
    const start = performance.now();
    const child = spawn(this.cli, [...args, "--non-interactive"], {
      cwd: this.cwd,
      env: { ...this.env, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    const watch = watched ? new MemoryWatch(child.pid ?? 0, "cmd/dynamic-provider/index.js") : undefined;
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (printed += data));
    const code = await new Promise((done, failed) => child.once("error", failed).once("close", done));
    running.delete(child);
    const providerPeak = watch?.stop() ?? 0;
    if (code !== 0)
      throw new Error(`pulumi ${args.join(" ")} ended with exit code ${code}:\n${printed.slice(-4000)}`);
    return {
      seconds: (performance.now() - start) / 1000,
      cpuSeconds: cpuOfEndedChildren() - cpuBefore,
      providerPeak,
      printed,
    };
  }
}

interface Checkpoint {
  readonly checkpoint: { readonly latest?: { readonly resources?: readonly { readonly type: string }[] } };
}
