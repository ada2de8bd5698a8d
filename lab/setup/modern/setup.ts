/** The simulated Setup of Exchange 2013 and later on one computer. */
import { randomUUID } from "node:crypto";
import { formatBuild } from "../../../lib/releases";
import { productId } from "../../product-lines";
import type { LabRelease } from "../../release-table";
import { components, frameworkKey } from "../../windows/modern-registry";
import { leaveRestartPending } from "../../windows/pending-restart";
import type { ProgramContext } from "../../windows/programs/program";
import { DirectoryRefusal, type DirectoryState, SetupDirectory } from "../directory";
import { PhaseFailed, performPhase, type SetupEnvironment, type SetupOutcome } from "../environment";
import type { Place } from "../prerequisites";
import type { SetupRun } from "../runs";
import { type ModernCommand, readModernCommandLine } from "./command-line";
import { ModernLog } from "./log";
import type { Media } from "./media";
import {
  beginPart,
  finishPart,
  installedLine,
  installedParts,
  isDone,
  unpackParts,
  upgradeMode,
} from "./parts";
import { analyse, type ComputerState, type ModernSituation, workOf } from "./rules";
import { restoreServices, stopServices } from "./services";
import { writeExsetup } from "./update";

/** Phases before the roles', as a transcript of an upgrade shows them (public notes on upgrades of 2016). */
const filePhases = [
  "Preparing Setup",
  "Stopping Services",
  "Removing Exchange Files",
  "Preparing Files",
  "Copying Exchange Files",
  "Language Files",
  "Restoring Services",
  "Language Configuration",
] as const;

const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";

/** Programs that logs show to hold Exchange's files: shells, and the compiler of the .NET Framework. */
const holders = ["powershell.exe", "mscorsvw.exe"];

export class ModernSetup {
  readonly #log: ModernLog;
  readonly #directory: SetupDirectory | null;

  constructor(
    private readonly release: LabRelease,
    private readonly media: Media,
    private readonly environment: SetupEnvironment,
    private readonly context: ProgramContext,
    private readonly run: SetupRun,
    /** Setup's program on the media. */
    file: string,
  ) {
    this.#log = new ModernLog(context, media, file.slice(0, file.lastIndexOf("\\") + 1));
    this.#directory =
      environment.directory &&
      new SetupDirectory(environment.directory, environment.organization, context.logon);
  }

  async outcome(busy: boolean): Promise<SetupOutcome> {
    if (busy) {
      this.#log.say("Another instance of Setup is already running on this computer.");
      return "refused";
    }
    if (!this.context.logon.administrator) {
      // Such an account cannot write Setup's log either.
      this.#log.say("You must be a member of the local Administrators group to run Setup.");
      return "refused";
    }
    this.#log.start(this.release);
    const command = readModernCommandLine(this.context.args, this.media);
    if ("reason" in command) {
      this.#log.commandLine([]);
      this.#log.rejected(command.reason);
      return "refused";
    }
    this.run.answers = command.answers;
    this.#log.commandLine(command.parameters);
    this.#log.copied();
    const situation = await this.#situation(command);
    if (situation === null || !(await this.#check(situation))) {
      this.#log.end("refused", false);
      return "refused";
    }
    try {
      this.#log.heading("Configuring Microsoft Exchange Server");
      await this.#prepare(situation);
      if (command.task.kind === "upgrade") await this.#upgrade(situation);
      if (command.task.kind === "upgrade")
        this.environment.management.setup(this.context.computer.name, "Active");
      this.#log.end("completed", command.task.kind === "upgrade");
      return "completed";
    } catch (error) {
      if (!(error instanceof PhaseFailed)) throw error;
      this.#log.end("failed", false);
      return "failed";
    }
  }

  /** What the analysis looks at; null where the directory could not be read, which the analysis then says. */
  async #situation({ task }: ModernCommand): Promise<ModernSituation | null> {
    const { registry } = this.context.computer;
    const line = installedLine(registry);
    const parts = line === null ? [] : installedParts(registry, line);
    const names = parts.map(({ part }) => part.name);
    const base = {
      release: this.release,
      media: this.media,
      task,
      computer: this.#computer(),
      installed: { line, parts },
      organization: this.environment.organization,
    };
    this.#log.log(
      0,
      `The following roles are installed: ${names.join(" ")}`,
      names.length > 0
        ? "The local server has some Exchange files installed."
        : "The local server does not have any Exchange files installed.",
      // A preparation counts as an installation, whatever is installed.
      `The installation mode is set to: '${task.kind === "upgrade" ? upgradeMode : "Install"}'.`,
    );
    const isServer = parts.some(({ part }) => part.bits !== 0 && part.key !== "EdgeTransportRole");
    if (task.kind === "upgrade" && !isServer) return { ...base, directory: null };
    try {
      if (!this.#directory) throw new DirectoryRefusal("Setup cannot contact Active Directory.");
      const directory = await this.#directory.read();
      this.context.process.check();
      const situation = { ...base, directory };
      this.#logDirectory(situation, directory);
      return situation;
    } catch (error) {
      if (!(error instanceof DirectoryRefusal)) throw error;
      this.#log.log(0, `[WARNING] ${error.message}`);
      this.#log.heading("Performing Microsoft Exchange Server Prerequisite Check");
      this.#log.phase("Prerequisite Analysis", "FAILED");
      this.#log.analysis([
        {
          name: "CannotAccessAD",
          type: "Error",
          applies: true,
          counts: true,
          message: "Either Active Directory doesn't exist, or it can't be contacted.",
        },
      ]);
      return null;
    }
  }

  #logDirectory(situation: ModernSituation, { organization }: DirectoryState): void {
    const work = workOf({ ...situation, task: { kind: "upgrade" } });
    const word = (pending: boolean): string => (pending ? "True" : "False");
    const [first] = situation.installed.parts.flatMap(({ configured }) => configured ?? []);
    this.#log.log(
      0,
      ...(organization
        ? [
            `An Exchange organization with name '${this.environment.organization.organizationName}' was found in this forest.`,
          ]
        : []),
      `Schema Update Required Status : '${word(work.schema)}'.`,
      `Organization Configuration Update Required Status : '${word(work.organization)}'.`,
      `Domain Configuration Update Required Status : '${word(work.domains.length > 0)}'.`,
      ...(first ? [`The locally installed version is ${formatBuild(first)}.`] : []),
    );
  }

  /** What the analysis reads of this computer, in its registry and among its processes. */
  #computer(): ComputerState {
    const { computer } = this.context;
    const { registry, processes, runningServices } = computer;
    const policy = "SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell";
    const manager = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager";
    const servicing = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing";
    const framework = registry.get(frameworkKey, "Release")?.data;
    return {
      place: this.#place(),
      framework: typeof framework === "number" ? framework : null,
      remoteRegistry: {
        disabled: registry.get(`${services}\\RemoteRegistry`, "Start")?.data === 4,
        running: runningServices.has("remoteregistry"),
      },
      executionPolicy: ["HKLM", "HKCU"].some((root) =>
        ["ExecutionPolicy", "EnableScripts"].some((name) => registry.get(`${root}\\${policy}`, name)),
      ),
      pending: {
        files: registry.get(manager, "PendingFileRenameOperations") !== undefined,
        components: registry.has(`${servicing}\\RebootPending`),
      },
      openProcesses: processes
        .list()
        .filter(({ image }) => holders.includes(image.toLowerCase()))
        .map(({ image, pid }) => ({ name: image.replace(/\.exe$/i, ""), pid })),
      missing: new Set(
        (Object.keys(components) as (keyof typeof components)[]).filter(
          (name) => !registry.has(components[name].key),
        ),
      ),
    };
  }

  /** Where this computer is, from its registry as Windows has it. */
  #place(): Place {
    const { computer, logon } = this.context;
    const { registry, spec } = computer;
    const netlogon = `${services}\\Netlogon\\Parameters`;
    const controller = this.environment.organization.domainControllers.find(({ name }) => name === spec.name);
    const site = registry.text(netlogon, "SiteName") ?? registry.text(netlogon, "DynamicSiteName");
    return {
      domain: spec.domain,
      site: controller?.site ?? site ?? null,
      administrator: logon.administrator,
      rebootPending: false,
      remoteRegistryDisabled: false,
      serverName: spec.name.split(".")[0] ?? spec.name,
    };
  }

  async #check(situation: ModernSituation): Promise<boolean> {
    const isUpgrade = situation.task.kind === "upgrade";
    const listed = isUpgrade ? situation.installed.parts.map(({ part }) => part.phase) : [];
    if (listed.length > 0) {
      for (const name of ["Languages", ...listed]) {
        this.#log.say(name);
        this.#log.log(0, `     ${name}`);
      }
      this.#log.say();
    }
    this.#log.heading("Performing Microsoft Exchange Server Prerequisite Check");
    if (isUpgrade) {
      await this.context.process.sleep(this.environment.phaseMs);
      this.#log.task("Start-PreConfiguration", "Beginning processing Start-PreConfiguration");
      this.environment.management.setup(this.context.computer.name, "Inactive");
      this.context.computer.runningServices.add("winmgmt");
      if (!situation.computer.remoteRegistry.disabled)
        this.context.computer.runningServices.add("remoteregistry");
      this.#log.phase("Configuring Prerequisites", "COMPLETED");
    }
    await this.context.process.sleep(this.environment.phaseMs);
    this.#log.task("test-SetupPrerequisites", "Beginning processing test-SetupPrerequisites");
    const rules = analyse(situation);
    const fails = rules.some(({ type, applies, counts }) => type === "Error" && applies && counts);
    this.#log.phase("Prerequisite Analysis", fails ? "FAILED" : "COMPLETED");
    this.#log.analysis(rules);
    if (!fails) {
      this.#log.say();
      return true;
    }
    // Newer media put the server's components back (logs of 2013 CU23, 2016 CU18, 2019 CU8).
    if (isUpgrade) this.environment.management.setup(this.context.computer.name, "Active");
    this.#log.log(
      0,
      "Exchange Server installation failed during prereq check. Trying to restore the server state back to active.",
    );
    return false;
  }

  async #prepare(situation: ModernSituation): Promise<void> {
    const { task, directory } = situation;
    const work = workOf(situation);
    const { release } = this;
    if (task.kind === "schema" || work.schema)
      await this.#phase("Extending Active Directory schema", async () => {
        if (work.schema && release.schema !== null) await this.#directory?.writeSchema(release.schema);
      });
    if (
      task.kind === "organization" ||
      (task.kind === "upgrade" && (work.organization || work.domains.length > 0))
    )
      await this.#phase("Organization Preparation", async () => {
        const organization = directory?.organization;
        const level = release.organization;
        // /PrepareAD of SE writes its version, though its level is that of 2019 CU15 (a Microsoft Q&A thread, question 5611221).
        if (organization && level !== null && (organization.level ?? 0) <= level)
          await this.#directory?.writeOrganization(organization.dn, level, productId(release.build));
        await this.#prepareDomains(work.domains);
      });
    if (task.kind === "domain" || task.kind === "allDomains")
      await this.#phase("Prepare Domain Progress", () => this.#prepareDomains(work.domains));
  }

  async #prepareDomains(domains: readonly string[]): Promise<void> {
    for (const domain of domains) {
      this.context.process.check();
      if (this.release.domain !== null) await this.#directory?.writeDomain(domain, this.release.domain);
    }
  }

  /** Upgrades every part that is not finished. Where the files are there already, they are not copied again. */
  async #upgrade({ installed, directory, computer: { place } }: ModernSituation): Promise<void> {
    const { computer } = this.context;
    const { registry } = computer;
    const pending = installed.parts.filter((part) => !isDone(part, this.release));
    const version = formatBuild(this.release.build);
    const isUnpacked = pending.every(
      ({ unpacked }) => unpacked !== null && formatBuild(unpacked) === version,
    );
    if (isUnpacked && pending.length > 0)
      this.#log.log(0, "The installed MSI is current for this version of Setup.");
    for (const phase of isUnpacked ? ["Stopping Services"] : filePhases)
      await this.#phase(phase, async () => {
        if (phase === "Stopping Services") stopServices(computer);
        if (phase !== "Copying Exchange Files") return;
        unpackParts(registry, pending, this.release);
        writeExsetup(computer, version);
      });
    for (const part of pending) {
      beginPart(registry, part, randomUUID());
      const phase = part.part.key === "AdminTools" ? "Exchange Management Tools" : part.part.phase;
      await this.#phase(phase, async () => undefined);
      finishPart(registry, part, this.release);
    }
    await this.#phase("Finalizing Setup", async () => {
      restoreServices(computer);
      for (const service of this.environment.faults.leavesStopped ?? [])
        computer.runningServices.delete(service.toLowerCase());
      if (this.environment.faults.leavesRestartPending === true) leaveRestartPending(registry);
      const name = place.serverName.toLowerCase();
      const object = directory?.servers.find((server) => server.name.toLowerCase() === name);
      if (directory && !object)
        throw new DirectoryRefusal(`The server object of ${place.serverName} was not found.`);
      if (object) await this.#directory?.writeServer(object.dn, this.release);
    });
  }

  async #phase(phase: string, effect: () => Promise<void>): Promise<void> {
    const failure = await performPhase(this.environment, this.context, phase, effect);
    this.#log.phase(phase, failure === null ? "COMPLETED" : "FAILED");
    if (failure === null) return;
    this.#log.error(failure);
    throw new PhaseFailed(phase);
  }
}
