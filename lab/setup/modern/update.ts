/**
 * Updates of Exchange 2013 and later, as Windows Installer applies them on a simulated computer.
 *
 * - An update is for one cumulative update, and msiexec ends with 1642 if another is installed (Microsoft, Fix failed
 *   Exchange Server updates; MsiExec.exe and InstMsi.exe error messages).
 * - The version of ExSetup.exe tells the installed build (Microsoft's exchange team; CSS-Exchange, HealthChecker).
 * - The update disables services while it runs, and they stay disabled if it stops in between (the same page).
 * - From memory: the service of Windows Installer does the work and outlives the program that asks for it, and a newer
 *   update is left alone.
 */
import type { Build } from "../../../lib/facts";
import { formatBuild, parseBuild } from "../../../lib/releases";
import { modernKey } from "../../product-lines";
import { leaveRestartPending } from "../../windows/pending-restart";
import type { Computer, Program, ProgramContext } from "../../windows/programs/program";
import { PhaseFailed, performPhase, type SetupEnvironment } from "../environment";
import { restoreServices, stopServices } from "./services";

const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
const disabled = 4;

/** Content of the .msp of an update that brings this build. */
export function updateContent(build: string): string {
  return `MSP simulated update to ${build}`;
}

/** Path of ExSetup.exe where Exchange 2013 or later is installed; null elsewhere. */
export function exsetupOf({ registry }: Computer): string | null {
  const folder = registry.text(`${modernKey}\\Setup`, "MsiInstallPath");
  return folder === undefined ? null : `${folder.replace(/\\$/, "")}\\Bin\\ExSetup.exe`;
}

/** Puts ExSetup.exe of a build in its place. */
export function writeExsetup(computer: Computer, build: string): void {
  const path = exsetupOf(computer);
  if (path === null) return;
  computer.files.makeFolders(path.slice(0, path.lastIndexOf("\\")));
  computer.files.write(path, "MZ", undefined, build);
}

/** Computers on which an installation is under way: Windows has one at a time. */
const installing = new WeakSet<Computer>();

/** Makes as if another installation were under way. */
export function setInstalling(computer: Computer, is: boolean): void {
  if (is) installing.add(computer);
  else installing.delete(computer);
}

/** msiexec.exe with `/update <file> /qn /norestart /l*v <log>`: nothing else of it is simulated. */
export function msiexec(environment: SetupEnvironment): Program {
  return async (context) => {
    const [update, file, quiet, restart, log, logPath] = context.args;
    const isKnown =
      update?.toLowerCase() === "/update" &&
      quiet?.toLowerCase() === "/qn" &&
      restart?.toLowerCase() === "/norestart" &&
      log?.toLowerCase() === "/l*v" &&
      context.args.length === 6;
    if (!isKnown || file === undefined || logPath === undefined) return 1639;
    const { computer } = context;
    if (computer.files.kind(file) !== "file") return 1635;
    const build = /^MSP simulated update to (\S+)$/.exec(computer.files.read(file).toString())?.[1];
    const wanted = build === undefined ? undefined : parseBuild(build);
    if (wanted === undefined) return 1636;
    if (installing.has(computer)) return 1618;
    const path = exsetupOf(computer);
    const installed = path === null ? undefined : parseBuild(computer.files.version(path) ?? "");
    const isFor =
      installed !== undefined &&
      installed.major === wanted.major &&
      installed.minor === wanted.minor &&
      installed.build === wanted.build;
    if (!isFor) return 1642;
    const run = {
      computer: computer.name,
      commandLine: context.commandLine,
      account: context.logon.name,
      release: `update ${build}`,
      start: new Date(),
      end: null as Date | null,
      result: "running" as "running" | "completed" | "refused" | "failed" | "killed",
      exitCode: null as number | null,
      answers: null,
    };
    environment.runs.push(run);
    // The service does the work, whatever becomes of the program that asked for it.
    return computer.startProgram({
      ...context,
      parent: undefined,
      file: `${computer.systemRoot}\\system32\\msiexec.exe`,
      program: async (inner) => {
        setInstalling(computer, true);
        try {
          const code = await apply(environment, inner, { wanted, installed, logPath });
          const isDone = code === 0 || code === 3010;
          Object.assign(run, { result: isDone ? "completed" : "failed", exitCode: code, end: new Date() });
          return code;
        } catch (error) {
          Object.assign(run, { result: inner.process.alive ? "failed" : "killed", end: new Date() });
          throw error;
        } finally {
          setInstalling(computer, false);
        }
      },
    });
  };
}

async function apply(
  environment: SetupEnvironment,
  context: ProgramContext,
  how: { readonly wanted: Build; readonly installed: Build; readonly logPath: string },
): Promise<number> {
  const { computer, logon } = context;
  const { faults } = environment;
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
    computer.files.write(how.logPath, `${lines.join("\r\n")}\r\n`);
  };
  const phase = async (name: string, effect: () => void): Promise<void> => {
    const failure = await performPhase(environment, context, name, async () => effect());
    log(`Action ended: ${name}. Return value ${failure === null ? 1 : 3}.`);
    if (failure !== null) throw new PhaseFailed(failure);
  };
  log("=== Verbose logging started ===");
  if (how.wanted.revision < how.installed.revision) return 0;
  try {
    await phase("StopServices", () => stopServices(computer));
    // Not elevated, it cannot replace the files, and has stopped the services (Microsoft, KB5011363).
    if (!logon.administrator) return 1603;
    await phase("InstallFiles", () => writeExsetup(computer, formatBuild(how.wanted)));
    await phase("StartServices", () => restoreServices(computer));
  } catch (error) {
    if (!(error instanceof PhaseFailed)) throw error;
    return 1603;
  }
  for (const name of faults.leavesDisabled ?? []) {
    computer.registry.set(`${services}\\${name}`, "Start", disabled);
    computer.runningServices.delete(name.toLowerCase());
  }
  if (faults.leavesRestartPending !== true) return faults.exitCodes?.success ?? 0;
  leaveRestartPending(computer.registry);
  return 3010;
}

/** powershell.exe, which here tells its process and language mode, or the version of one file, and nothing else. */
export const fileVersionShell: Program = async (context) => {
  if (context.commandLine.includes("$PID; $ExecutionContext.SessionState.LanguageMode")) {
    context.print(`${context.process.pid}\n${context.computer.languageMode}\n`);
    return 0;
  }
  const path = /\(Get-Item -LiteralPath '((?:[^']|'')+)'\)\.VersionInfo\.FileVersion/.exec(
    context.commandLine,
  )?.[1];
  const version = path === undefined ? undefined : context.computer.files.version(path.replaceAll("''", "'"));
  if (version === undefined) {
    context.printError("Get-Item : Cannot find path because it does not exist.\n");
    return 1;
  }
  context.print(`${version}\n`);
  return 0;
};
