/** What the demos stand on: a lab, the real CLI with its state in a temporary folder, and tables for the screen. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Lab, type LabOptions, startLab } from "../lab";
import { coordinatesOf, type JumpHost, writeCoordinates } from "../lab/coordinates";
import type { Organization } from "../lab/organization";
import { DirectorySession } from "../lib/directory";
import { Logons } from "../lib/logons";
import { pathWith, pulumiCli, pulumiEnvironment } from "../tools/pulumi-environment";

const stack = "demo";
const checkout = resolve(__dirname, "..");

/** A lab that runs, and Pulumi on it. */
export interface Stage {
  readonly lab: Lab;
  /** Runs the CLI with its output on the screen; throws unless it ends as expected. */
  pulumi(args: readonly string[], expected?: { readonly refused: boolean }): Promise<void>;
}

/**
 * Starts the lab, plays, and takes everything away again.
 * @param project folder of the Pulumi project, from the root of the checkout
 */
export async function onStage(
  organization: Organization,
  project: string,
  play: (stage: Stage) => Promise<void>,
  { jumpHost, ...options }: LabOptions & { readonly jumpHost?: JumpHost } = {},
): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), "exchange-upgrade-demo-"));
  const folder = join(checkout, project);
  const lab = await startLab(organization, { setupSeconds: 0.25, ...options });
  try {
    const pulumi = pulumiIn(base, folder, lab, jumpHost);
    heading("The lab runs: forest, Windows computers and Setup are simulated; the Pulumi engine is real");
    await pulumi(["stack", "init", stack]);
    await play({ lab, pulumi });
  } finally {
    await lab.stop();
    rmSync(base, { recursive: true, force: true });
    rmSync(join(folder, `Pulumi.${stack}.yaml`), { force: true });
  }
}

function pulumiIn(base: string, folder: string, lab: Lab, jumpHost: JumpHost | undefined): Stage["pulumi"] {
  const { bin, program } = pulumiCli("npm run demo");
  const coordinates = join(base, "lab.json");
  writeCoordinates(lab, coordinates, jumpHost);
  const env = {
    ...process.env,
    ...pulumiEnvironment(base, "demo"),
    PATH: pathWith(bin),
    EXCHANGE_LAB: coordinates,
    PULUMI_STACK: stack,
    // npm test checks the types of the examples, and Pulumi would do it again at each command.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
  return async (args, { refused } = { refused: false }) => {
    console.log(`$ pulumi ${args.map((a) => (a.includes(" ") ? `"${a}"` : a)).join(" ")}`);
    const code = await new Promise<number | null>((done, failed) => {
      // On a terminal Pulumi draws the rows of its table once, and each message below them; in a pipe it prints both as they come.
      const input = process.stdin.isTTY ? "inherit" : "ignore";
      const child = spawn(program, [...args], { cwd: folder, env, stdio: [input, "inherit", "inherit"] });
      child.once("error", failed);
      child.once("close", done);
    });
    if ((code !== 0) !== refused) throw new Error(`pulumi ${args.join(" ")} ended with exit code ${code}`);
  };
}

/** What the directory shows over LDAP, by what it is the level of. */
export async function directoryLevels(lab: Lab, reader: string): Promise<Readonly<Record<string, string>>> {
  const { directory, accounts } = coordinatesOf(lab);
  const { user = "", password = "" } = accounts[reader] ?? {};
  const session = await DirectorySession.open({ ...directory, user, password }, new Logons());
  const { schema, organization } = await session.forest();
  const domains = await Promise.all(
    lab.organization.domains.map(async ({ name }) => [name, await session.domainLevel(name)] as const),
  );
  await session.close();
  return Object.fromEntries([
    ["schema", schema.known ? `${schema.value}` : schema.why],
    ["organization", organization.known ? `${organization.value?.level}` : organization.why],
    ...domains.map(([name, level]) => [`domain ${name}`, level.known ? `${level.value}` : level.why]),
  ]);
}

/** Prints what each thing was, and what it is. */
export function showChange(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): void {
  const width = Math.max(...Object.values(before).map(({ length }) => length));
  for (const [name, level] of Object.entries(before))
    console.log(`  ${name.padEnd(48)}${level.padEnd(width)} -> ${after[name]}`);
}

/** How many runs of Setup have brought what they should. */
export function completedRuns(lab: Lab): number {
  const runs = Object.values(lab.computers).flatMap((computer) => computer.setupRuns);
  const bad = runs.find(({ result }) => result !== "completed");
  if (bad !== undefined) throw new Error(`Setup on ${bad.computer} ended as ${bad.result}`);
  return runs.length;
}

export function heading(text: string): void {
  console.log(`\n=== ${text}\n`);
}
