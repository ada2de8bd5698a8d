/**
 * The simulated Exchange Setup of one computer: that of 2007 and 2010, and the door to the later ones. It checks permissions, place and levels, writes the directory as
 * the account that runs it, changes the registry, logs like the real one, and fails on demand.
 */
import { randomUUID } from "node:crypto";
import { formatBuild } from "../../lib/releases";
import type { LabRelease } from "../release-table";
import type { SimulatedCluster } from "../windows/cluster";
import { isRestartPending, leaveRestartPending } from "../windows/pending-restart";
import type { Program, ProgramContext } from "../windows/programs/program";
import { clusterProblems, cmsKey } from "./cluster";
import { readCommandLine, type SetupCommand } from "./command-line";
import { type Dialect, dialectOf } from "./dialect";
import { DirectoryRefusal, SetupDirectory } from "./directory";
import { PhaseFailed, performPhase, type SetupEnvironment, type SetupOutcome } from "./environment";
import { mediaOf } from "./modern/media";
import { ModernSetup } from "./modern/setup";
import {
  checkPrerequisites,
  type Place,
  type Preparation,
  type Problem,
  preparationOf,
  type Situation,
  usesDirectory,
} from "./prerequisites";
import { workingProcess } from "./programs";
import { Report } from "./report";
import { begin, finish, installedRoles, isFinished, type RoleState, unpack } from "./roles";
import type { SetupRun } from "./runs";

export type { SetupEnvironment } from "./environment";

const exitGood = 0;
const exitBad = 1;

/** The program in the root folder of a release's media. */
export function setupProgram(release: LabRelease, environment: SetupEnvironment): Program {
  return async (context) => {
    const run: SetupRun = {
      computer: context.computer.name,
      commandLine: context.commandLine,
      account: context.logon.name,
      release: release.name,
      start: new Date(),
      end: null,
      result: "running",
      exitCode: null,
      answers: null,
    };
    environment.runs.push(run);
    environment.faults.atRun?.(run);
    const busy = context.computer.processes.named(workingProcess).length > 0;
    // Setup unpacks itself and goes on as a process of another name, which outlives the one that was started.
    return context.computer.startProgram({
      ...context,
      parent: context.process,
      file: `${context.computer.systemRoot}\\Temp\\ExchangeSetup\\${workingProcess}`,
      program: (inner) => {
        const media = mediaOf(release);
        const setup =
          media === null
            ? new Setup(release, environment, inner)
            : new ModernSetup(release, media, environment, inner, run, context.file);
        return recorded(run, environment, inner, () => setup.outcome(busy));
      },
    });
  };
}

/** Runs to the end; the record of the run says how. */
async function recorded(
  run: SetupRun,
  { faults }: SetupEnvironment,
  { process }: ProgramContext,
  outcome: () => Promise<SetupOutcome>,
): Promise<number> {
  const end = (how: Pick<SetupRun, "result" | "exitCode">): void => {
    Object.assign(run, { ...how, end: new Date() });
    faults.atRun?.(run);
  };
  try {
    const result = await outcome();
    const codes = faults.exitCodes;
    const code = result === "completed" ? (codes?.success ?? exitGood) : (codes?.failure ?? exitBad);
    end({ result, exitCode: code });
    return code;
  } catch (error) {
    end({ result: process.alive ? "failed" : "killed", exitCode: null });
    throw error;
  }
}

/** Setup of 2007 and 2010. */
class Setup {
  readonly #dialect: Dialect;
  readonly #report: Report;
  readonly #directory: SetupDirectory | null;

  constructor(
    private readonly release: LabRelease,
    private readonly environment: SetupEnvironment,
    private readonly context: ProgramContext,
  ) {
    this.#dialect = dialectOf(release);
    this.#report = new Report(context, this.#dialect);
    this.#directory =
      environment.directory &&
      new SetupDirectory(environment.directory, environment.organization, context.logon);
  }

  async outcome(busy: boolean): Promise<SetupOutcome> {
    if (busy) {
      this.#report.say("Another instance of Setup is already running on this computer.");
      return "refused";
    }
    const command = readCommandLine(this.context.args);
    if ("reason" in command) {
      this.#refuseCommandLine(command.reason);
      return "refused";
    }
    if (!this.context.logon.administrator) {
      // Such an account cannot write Setup's log either.
      this.#report.say(
        "The logged-on user is not a member of the local Administrators group of this computer.",
      );
      for (const sentence of this.#dialect.failure) this.#report.say(sentence);
      return "refused";
    }
    this.#report.start(formatBuild(this.release.build), command.parameters);
    const situation = await this.#situation(command);
    const problems =
      "problem" in situation
        ? [situation.problem]
        : [
            ...checkPrerequisites(situation),
            ...clusterProblems(this.context, command.task, this.release, situation.roles),
          ];
    const roles = "problem" in situation ? [] : situation.roles;
    if (!(await this.#prerequisiteCheck(command, roles, problems)) || "problem" in situation) {
      this.#report.end(false);
      return "refused";
    }
    try {
      await this.#work(command, situation);
      this.#report.end(true);
      return "completed";
    } catch (error) {
      if (!(error instanceof PhaseFailed)) throw error;
      this.#report.end(false);
      return "failed";
    }
  }

  #refuseCommandLine(reason: string): void {
    this.#report.say(`[ERROR] ${reason}`);
    if (this.context.logon.administrator) this.#report.log(0, `[ERROR] ${reason}`);
  }

  async #situation(command: SetupCommand): Promise<Situation | { problem: Problem }> {
    const { release, context } = this;
    const roles = installedRoles(context.computer.registry, release);
    const base = { release, task: command.task, place: this.#place(), roles };
    if (!usesDirectory(command.task, roles)) return { ...base, directory: null };
    try {
      if (!this.#directory) throw new DirectoryRefusal("Setup cannot contact Active Directory.");
      const directory = await this.#directory.read();
      context.process.check();
      this.#logState({ ...base, directory });
      return { ...base, directory };
    } catch (error) {
      if (!(error instanceof DirectoryRefusal)) throw error;
      return { problem: { rule: "CannotAccessAD", message: error.message } };
    }
  }

  #logState(situation: Situation): void {
    const work = preparationOf({ ...situation, task: { kind: "upgrade" } });
    const word = (pending: boolean): string => (pending ? "True" : "False");
    this.#report.log(
      0,
      `Schema Update Required Status : '${word(work.schema)}'.`,
      `Organization Configuration Update Required Status : '${word(work.organization)}'.`,
      `Domain Configuration Update Required Status : '${word(work.domains.length > 0)}'.`,
    );
  }

  /** Where this computer is, from its registry as Windows has it. */
  #place(): Place {
    const { computer, logon } = this.context;
    const { registry, spec } = computer;
    const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
    const netlogon = `${services}\\Netlogon\\Parameters`;
    const controller = this.environment.organization.domainControllers.find(({ name }) => name === spec.name);
    const site = registry.text(netlogon, "SiteName") ?? registry.text(netlogon, "DynamicSiteName");
    return {
      domain: spec.domain,
      site: controller?.site ?? site ?? null,
      administrator: logon.administrator,
      rebootPending: isRestartPending(registry),
      remoteRegistryDisabled: registry.get(`${services}\\RemoteRegistry`, "Start")?.data === 4,
      serverName: spec.name.split(".")[0] ?? spec.name,
    };
  }

  async #prerequisiteCheck(
    command: SetupCommand,
    roles: readonly RoleState[],
    problems: readonly Problem[],
  ): Promise<boolean> {
    const upgrading = command.task.kind === "upgrade";
    const shown = upgrading ? roles.map(({ role }) => role) : [];
    if (shown.length > 0) {
      if (this.#dialect.rolesHeading !== "") this.#report.say(this.#dialect.rolesHeading);
      for (const role of shown) this.#report.say(`    ${this.#dialect.roleInList(role)}`);
      this.#report.say();
    }
    this.#report.heading("check");
    // The tools have no check of their own beside a server role.
    const checked = shown.length > 1 ? shown.filter((role) => role !== "Management Tools") : shown;
    const phases = new Set(
      checked.length > 0
        ? checked.map((role) => this.#dialect.checkPhase(role))
        : [this.#dialect.directoryCheck],
    );
    for (const phase of phases) {
      await this.context.process.sleep(this.environment.phaseMs);
      this.#report.phase(phase, problems.length > 0 ? "FAILED" : "COMPLETED");
      if (problems.length > 0) break;
    }
    this.#report.problems(problems);
    if (problems.length === 0) this.#report.say();
    return problems.length === 0;
  }

  async #work(command: SetupCommand, situation: Situation): Promise<void> {
    this.#report.heading("configure");
    await this.#prepare(preparationOf(situation), situation);
    const { cluster, name } = this.context.computer;
    if (command.task.kind === "upgrade") {
      // Setup stops the Cluster service of its node (Microsoft, bb885043, of rollups).
      cluster?.leave(name);
      await this.#upgrade(situation);
      cluster?.upgraded.add(name);
    }
    if (command.task.kind === "upgradeCms" && cluster !== null)
      await this.#upgradeClustered(situation, cluster);
  }

  /** /UpgradeCMS: the server object, with a watermark meanwhile. */
  async #upgradeClustered({ directory }: Situation, cluster: SimulatedCluster): Promise<void> {
    const { registry } = this.context.computer;
    const key = cmsKey(this.release);
    registry.set(key, "Action", "BuildToBuildUpgrade");
    registry.set(key, "Watermark", randomUUID());
    await this.#phase(this.#dialect.rolePhase("Mailbox"), async () => {
      const object = directory?.servers.find(({ name }) => name.toUpperCase() === cluster.ownGroup);
      if (!object) throw new DirectoryRefusal(`The server object of ${cluster.ownGroup} was not found.`);
      await this.#directory?.writeServer(object.dn, this.release);
    });
    registry.remove(key, "Watermark");
    registry.remove(key, "Action");
    cluster.isUpgraded = true;
  }

  async #prepare(work: Preparation, { directory, task }: Situation): Promise<void> {
    const { schemaPhase, organizationPhase, domainPhase } = this.#dialect;
    const { release } = this;
    if (task.kind === "schema" || (work.schema && schemaPhase !== organizationPhase))
      await this.#phase(schemaPhase, () => this.#extendSchema(work));
    if (
      task.kind === "organization" ||
      (task.kind === "upgrade" && (work.organization || work.domains.length > 0))
    )
      await this.#phase(organizationPhase, async () => {
        if (schemaPhase === organizationPhase) await this.#extendSchema(work);
        if (work.organization && directory?.organization && release.organization !== null)
          await this.#directory?.writeOrganization(directory.organization.dn, release.organization);
        await this.#prepareDomains(work.domains);
      });
    if (task.kind === "domain" || task.kind === "allDomains")
      await this.#phase(domainPhase, () => this.#prepareDomains(work.domains));
  }

  async #extendSchema(work: Preparation): Promise<void> {
    if (work.schema && this.release.schema !== null) await this.#directory?.writeSchema(this.release.schema);
  }

  async #prepareDomains(domains: readonly string[]): Promise<void> {
    for (const domain of domains) {
      this.context.process.check();
      if (this.release.domain !== null) await this.#directory?.writeDomain(domain, this.release.domain);
    }
  }

  /** Upgrades every role that is not finished. Where the files are there already, they are not copied again. */
  async #upgrade({ roles, directory, place }: Situation): Promise<void> {
    const { registry } = this.context.computer;
    const { release } = this;
    const pending = roles.filter((state) => !isFinished(state, release));
    const version = formatBuild(release.build);
    if (pending.some(({ unpacked }) => unpacked !== version)) {
      for (const phase of this.#dialect.filePhases) await this.#phase(phase, async () => undefined);
      unpack(registry, pending, release);
    }
    for (const state of pending) {
      begin(registry, state, randomUUID());
      await this.#phase(this.#dialect.rolePhase(state.role), async () => undefined);
      finish(registry, state, release);
    }
    await this.#phase(this.#dialect.finalPhase, async () => {
      const { runningServices } = this.context.computer;
      for (const service of this.environment.faults.leavesStopped ?? [])
        runningServices.delete(service.toLowerCase());
      if (this.environment.faults.leavesRestartPending === true) leaveRestartPending(registry);
      const name = place.serverName.toLowerCase();
      const object = directory?.servers.find((server) => server.name.toLowerCase() === name);
      // A node of a cluster has none.
      if (directory && !object && this.context.computer.cluster === null)
        throw new DirectoryRefusal(`The server object of ${place.serverName} was not found.`);
      if (object) await this.#directory?.writeServer(object.dn, release);
    });
  }

  async #phase(phase: string, effect: () => Promise<void>): Promise<void> {
    const failure = await performPhase(this.environment, this.context, phase, effect);
    this.#report.phase(phase, failure === null ? "COMPLETED" : "FAILED");
    if (failure === null) return;
    this.#report.error(failure);
    throw new PhaseFailed(phase);
  }
}
