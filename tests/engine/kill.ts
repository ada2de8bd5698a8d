/** An engine that is killed in the middle of a Setup run, and resumed. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Lab } from "../../lab";
import { pulumiCli } from "../../tools/pulumi-environment";
import type { Printed, Project } from "./harness";

type Computer = ReturnType<Lab["computer"]>;

/**
 * Starts `pulumi up`, and kills the CLI as soon as Setup runs on a computer, in a phase in which it stays until {@link resume}.
 * @param provider a part of the command line of the provider's processes, which must stop by themselves
 */
export async function killInSetup(
  project: Project,
  computer: Computer,
  { provider, plan }: { readonly provider: string; readonly plan?: string },
): Promise<void> {
  // Held in a phase until the engine is dead, so that no clock decides what a test sees.
  computer.faults.hangAt = "Organization Preparation";
  const cli = startUp(project, plan);
  const isGone = () => hasEnded(cli);
  await until("Setup runs", () => computer.setupRuns.length === 1 || isGone());
  assert.ok(!isGone(), "pulumi up has ended by itself");
  assert.ok(
    processesOf(project, provider).length > 0,
    `${provider}: no process of that name is the provider`,
  );
  cli.kill("SIGKILL");
  await until("the CLI is gone", isGone);
  await until("its provider has stopped by itself", () => processesOf(project, provider).length === 0);
  assert.equal(computer.setupRuns[0]?.result, "running", "Setup must outlive the engine");
}

/**
 * Starts `pulumi up`, and kills all of its processes at once, as a machine that goes down does, in the moment in which something happens.
 * @param happens is given what kills them
 */
export async function killWhen(
  project: Project,
  what: string,
  { plan, happens }: { readonly plan?: string; readonly happens: (kill: () => void) => void },
): Promise<void> {
  const cli = startUp(project, plan);
  let isKilled = false;
  happens(() => {
    isKilled = true;
    cli.kill("SIGKILL");
    for (const name of ["dynamic-provider", "pulumi-language-", "cmd/run"])
      for (const id of processesOf(project, name)) process.kill(Number(id), "SIGKILL");
  });
  await until(what, () => isKilled || hasEnded(cli));
  assert.ok(isKilled, `pulumi up has ended by itself: ${what}`);
  await until("the CLI is gone", () => hasEnded(cli));
  // The backend's lock is all that it leaves: `pulumi cancel` removes it, too.
  rmSync(join(project.folder, "..", "backend", ".pulumi", "locks"), { recursive: true, force: true });
}

function startUp(project: Project, plan: string | undefined): ChildProcess {
  const { bin, program } = pulumiCli("npm test");
  const path = [bin, project.env.PATH ?? process.env.PATH].join(delimiter);
  const planned = plan === undefined ? [] : ["--plan", plan];
  return spawn(program, ["up", "--yes", "--skip-preview", "--stack", "test", ...planned], {
    cwd: project.folder,
    env: { ...process.env, ...project.env, PATH: path },
    stdio: "ignore",
  });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Lets Setup go on as soon as the new engine follows it: no clock decides whether there is something to follow. */
export function resume(
  project: Project,
  computer: Computer,
  options: { readonly plan?: string } = {},
): Promise<Printed> {
  let seen = "";
  const onOutput = (chunk: string) => {
    seen += chunk;
    if (seen.includes("following Setup")) delete computer.faults.hangAt;
  };
  return project.up({ ...options, onOutput });
}

/** Ends the language host of a killed engine, which does not notice, and is not ours. */
export function endHosts(project: Project): void {
  for (const id of processesOf(project, "pulumi-language-")) process.kill(Number(id));
}

/** Ids of the processes of this project (its PULUMI_HOME is in their environment) whose command line has `program`. */
function processesOf(project: Project, program: string): readonly string[] {
  return readdirSync("/proc").filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      const environment = readFileSync(`/proc/${id}/environ`, "utf8");
      const command = readFileSync(`/proc/${id}/cmdline`, "utf8");
      return environment.includes(`PULUMI_HOME=${project.env.PULUMI_HOME}`) && command.includes(program);
    } catch {
      return false;
    }
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`in vain waited until ${what}`);
}
