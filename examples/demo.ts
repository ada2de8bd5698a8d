/**
 * `npm run demo`: a whole upgrade under the real Pulumi engine, on the lab, whose directory, computers and Setup are
 * simulated. Fails when anything is not as contoso needs it.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { contoso, type Lab, startLab } from "../lab";
import { coordinatesOf, writeCoordinates } from "../lab/coordinates";
import { DirectorySession } from "../lib/directory";
import { Logons } from "../lib/logons";
import { findRelease, setupOf } from "../lib/releases";
import { pathWith, pulumiCli, pulumiEnvironment } from "../tools/pulumi-environment";

/** Schema, Active Directory, one child domain, seven servers, one Edge Transport server, one set of tools. */
const stepsOfContoso = 12;
const stack = "demo";
const checkout = resolve(__dirname, "..");

async function main(): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), "exchange-upgrade-demo-"));
  const lab = await startLab(contoso, { setupSeconds: 0.25 });
  try {
    await upgrade(lab, base);
  } finally {
    await lab.stop();
    rmSync(base, { recursive: true, force: true });
    rmSync(join(checkout, `Pulumi.${stack}.yaml`), { force: true });
  }
}

async function upgrade(lab: Lab, base: string): Promise<void> {
  const pulumi = pulumiIn(base, lab);
  const before = await levels(lab);
  heading(
    "The lab runs: a simulated forest, simulated Windows computers, a simulated Setup. The engine is real.",
  );
  await pulumi(["stack", "init", stack]);

  heading("1. Preview: every step, where it runs, as whom, and what stands in its way (nothing is touched)");
  await pulumi(["preview"]);

  heading("2. Up: the same steps, in order, each verified in the directory and in the registry");
  await pulumi(["up", "--yes", "--skip-preview"]);

  heading("3. Preview again: nothing is left to do");
  await pulumi(["preview", "--expect-no-changes"]);

  heading("4. A rollback to 2007 RTM is refused (this failure is what the demo wants to see)");
  await pulumi(["config", "set", "target", "2007 RTM"]);
  await pulumi(["preview"], { refused: true });

  heading("Levels before and after");
  const after = await levels(lab);
  for (const [name, level] of Object.entries(before)) {
    console.log(`  ${name.padEnd(48)}${level.padEnd(14)} -> ${after[name]}`);
  }
  const runs = Object.values(lab.computers).flatMap((computer) => computer.setupRuns);
  if (runs.length !== stepsOfContoso)
    throw new Error(`Setup ran ${runs.length} times, not ${stepsOfContoso} times`);
  console.log(`\nSetup ran ${runs.length} times, once for each step that contoso needs.`);
  console.log(`
What to try next
  npm run lab                        keeps a lab running, and says how to point pulumi at it
  pulumi preview --diff              then shows each step's plan: command line, account, groups, level before and after
  pulumi preview --save-plan=f       and pulumi up --plan=f: what was reviewed is what runs
  examples/contoso/index.ts          is the program that you have just seen
`);
}

/** A function that runs the CLI for this demo, its output on the screen. */
function pulumiIn(base: string, lab: Lab) {
  const { bin, program } = pulumiCli("npm run demo");
  const coordinates = join(base, "lab.json");
  writeCoordinates(lab, coordinates);
  const env = {
    ...process.env,
    ...pulumiEnvironment(base, "demo"),
    PATH: pathWith(bin),
    EXCHANGE_LAB: coordinates,
    PULUMI_STACK: stack,
  };
  return async (args: readonly string[], { refused = false } = {}): Promise<void> => {
    console.log(`$ pulumi ${args.map((a) => (a.includes(" ") ? `"${a}"` : a)).join(" ")}`);
    const code = await new Promise<number | null>((done, failed) => {
      const child = spawn(program, [...args], {
        cwd: checkout,
        env,
        stdio: ["ignore", "inherit", "inherit"],
      });
      child.once("error", failed);
      child.once("close", done);
    });
    if ((code !== 0) !== refused) throw new Error(`pulumi ${args.join(" ")} ended with exit code ${code}`);
  };
}

/** What the directory shows over LDAP, and the computers in their registries, by what it is the level of. */
async function levels(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const { directory } = coordinatesOf(lab);
  const reader = lab.connection("dc1.contoso.com", "CONTOSO\\reader");
  const session = await DirectorySession.open(
    { ...directory, user: reader.user, password: reader.password },
    new Logons(),
  );
  const { schema, organization } = await session.forest();
  const domains = await Promise.all(
    contoso.domains.map(async ({ name }) => [name, await session.domainLevel(name)] as const),
  );
  await session.close();
  const read: [string, string][] = [
    ["schema", schema.known ? `${schema.value}` : schema.why],
    ["organization", organization.known ? `${organization.value?.level}` : organization.why],
    ...domains.map(([name, level]): [string, string] => [
      `domain ${name}`,
      level.known ? `${level.value}` : level.why,
    ]),
  ];
  for (const { name, roles } of contoso.computers) {
    for (const role of roles)
      read.push([
        `${name} ${role}`,
        lab.computer(name).registry.text(roleKey(role), "ConfiguredVersion") ?? "none",
      ]);
  }
  return Object.fromEntries(read);
}

/** Registry key of a role of Exchange 2007. */
function roleKey(role: string): string {
  const release = findRelease(contoso.release);
  if (release === undefined) throw new Error(`contoso starts from ${contoso.release}, which is no release`);
  const { registryKey, roleKeys } = setupOf(release);
  return `${registryKey}\\${Object.entries(roleKeys).find(([, each]) => each === role)?.[0]}`;
}

function heading(text: string): void {
  console.log(`\n=== ${text}\n`);
}

main().catch((error: unknown) => {
  console.error(`demo: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
