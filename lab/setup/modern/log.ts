/**
 * The output of Setup of 2013 and later. The console is as public transcripts show it (Microsoft Q&A threads of 2016
 * CU20, 2019 CU8 and CU13; rmilne.ca on 2013 CU16). ExchangeSetup.log is as the logs in the tests of
 * microsoft/CSS-Exchange.
 */
import { formatBuild } from "../../../lib/releases";
import type { LabRelease } from "../../release-table";
import { heedlessly } from "../../windows/files";
import type { ProgramContext } from "../../windows/programs/program";
import type { Media } from "./media";
import type { Rule } from "./rules";

const logFile = "C:\\ExchangeSetupLogs\\ExchangeSetup.log";
const stars = "*".repeat(46);

const failure =
  "The Exchange Server setup operation didn't complete.  More details can be found in ExchangeSetup.log located in the <SystemDrive>:\\ExchangeSetupLogs folder.";
const success = "The Exchange Server setup operation completed successfully.";
/** Of 2013 and later, after an installation and an upgrade alike (memory, unverified). */
const restart =
  "Setup has made changes to operating system settings that require a reboot to take effect. Please reboot this server prior to placing it into production.";

/** Page of a rule, which both the console and the log name. */
function helpOf(rule: string): string {
  return `http://technet.microsoft.com/library(EXCHG.150)/ms.exch.setupreadiness.${rule}.aspx`;
}

/** `03/06/2021 15:14:57.0546`, in UTC. */
function stamp(time: Date): string {
  const [date = "", clock = ""] = time.toISOString().slice(0, 19).split("T");
  const [year, month, day] = date.split("-");
  return `${month}/${day}/${year} ${clock}.${String(time.getUTCMilliseconds()).padStart(4, "0")}`;
}

/** Writes for one run. */
export class ModernLog {
  constructor(
    private readonly context: ProgramContext,
    private readonly media: Media,
    /** Folder of the media, with a backslash at its end. */
    private readonly source: string,
  ) {}

  /** Prints a line on the console. */
  say(text = ""): void {
    this.context.print(`${text}\n`);
  }

  /** Appends lines to the log; on a full disk they are lost. */
  log(level: number, ...texts: readonly string[]): void {
    const { computer, process } = this.context;
    process.check();
    const time = stamp(computer.now());
    const lines = texts.map((text) => `[${time}] [${level}] ${text}\r\n`);
    heedlessly(() => computer.files.append(logFile, lines.join("")));
  }

  /** The head of a run, before its command line is looked at. */
  start(release: LabRelease): void {
    const { logon } = this.context;
    this.log(
      0,
      stars,
      `Starting ${this.media.product} Setup`,
      stars,
      "Local time zone: (UTC) Coordinated Universal Time.",
      // A program without a manifest for later Windows sees this version on all of them.
      "Operating system version: Microsoft Windows NT 6.2.9200.0.",
      `Setup version: ${formatBuild(release.build)}.`,
      `Logged on user: ${logon.authority}\\${logon.account}.`,
    );
  }

  /** The command line as Setup has read it; its launcher adds the folder of the media. */
  commandLine(parameters: readonly (readonly [string, string])[]): void {
    const { args } = this.context;
    this.log(
      0,
      ...[...parameters, ["sourcedir", this.source] as const].map(
        ([name, value]) => `Command Line Parameter Name='${name}', Value='${value}'.`,
      ),
      `RuntimeAssembly was started with the following command: '${args.join(" ")} /sourcedir:${this.source}'.`,
    );
  }

  /** A command line that is not taken. */
  rejected(reason: string): void {
    this.say(`[ERROR] ${reason}`);
    this.log(
      0,
      `[ERROR] ${reason}`,
      "Setup checks failed: Invalid command line arguments.",
      "Please type 'setup.exe /help' for more information.",
      "CurrentResult main.run:185: Error",
      "CurrentResult setupbase.maincore:396: 1",
      "End of Setup",
      stars,
    );
  }

  /** Setup has copied itself, and goes on from there. */
  copied(): void {
    const target = `${this.context.computer.systemRoot}\\Temp\\ExchangeSetup`;
    this.log(
      0,
      "Copying Files...",
      `Starting copy from ${this.source}Setup\\ServerRoles\\Common to ${target}.`,
      `Finished copy from ${this.source}Setup\\ServerRoles\\Common to ${target}.`,
      "File copy complete.  Setup will now collect additional information needed for installation.",
      `Assembly dll file location is ${target}\\Microsoft.Exchange.Setup.Console.dll`,
    );
    this.say();
    this.say(`${this.media.title} Unattended Setup`);
    this.say();
    this.say("Copying Files...");
    this.say("File copy complete.  Setup will now collect additional information needed for installation.");
    this.say();
  }

  heading(
    text: "Performing Microsoft Exchange Server Prerequisite Check" | "Configuring Microsoft Exchange Server",
  ): void {
    this.log(0, text);
    this.say(text);
    this.say();
  }

  /** Tells the end of a phase on the console; the log tells tasks, not phases. */
  phase(phase: string, outcome: "COMPLETED" | "FAILED"): void {
    this.say(`    ${phase.padEnd(98)}${outcome}`);
  }

  task(name: string, ...lines: readonly string[]): void {
    this.log(0, "**************", `Setup will run the task '${name}'`);
    this.log(1, ...lines);
  }

  /** The analysis: every rule with its verdict, then what failed, what is required and what is recommended. */
  analysis(rules: readonly Rule[]): void {
    for (const { name, type, applies } of rules)
      this.log(
        1,
        `Started [Rule:${name}] [Parent:RootAnalysisMember] [RuleType:${type}]`,
        `Evaluated [Rule:${name}] [HasException:False] [Value:"${applies ? "True" : "False"}"] [ParentValue:"<NULL>"] [Thread:9] [Duration:00:00:00]`,
        `Finished [Rule:${name}] [Duration:00:00:00]`,
      );
    const counted = rules.filter(({ applies, counts }) => applies && counts);
    const errors = counted.filter(({ type }) => type === "Error");
    for (const { name, message } of errors) this.log(1, `Failed [Rule:${name}] [Message:${message}]`);
    for (const { name, message } of errors) {
      this.log(1, `[REQUIRED] ${message}`, `Help URL: ${helpOf(name)}`);
      this.say(`     ${message}`);
      this.say(`     For more information, visit: ${helpOf(name)}`);
      this.say();
    }
    // The logs spell it so.
    for (const { type, message } of counted) if (type === "Warning") this.log(1, `[RECOMENDED] ${message}`);
  }

  /** Why a phase failed. */
  error(message: string): void {
    this.log(1, `[ERROR] ${message}`, "Setup is stopping now because of one or more critical errors.");
    this.say(`     ${message}`);
    this.say();
  }

  /** How the run ended, on the console and in the log, which it closes. */
  end(how: "completed" | "refused" | "failed", asksForRestart: boolean): void {
    const code = how === "completed" ? 0 : 1;
    const sentence = how === "completed" ? success : failure;
    this.say();
    this.say(sentence);
    if (asksForRestart) this.say(restart);
    this.say();
    this.log(
      0,
      ...(how === "completed" ? [sentence] : []),
      ...(asksForRestart ? [restart] : []),
      ...(how === "refused"
        ? []
        : [`CurrentResult console.ProcessRunInternal:${code === 0 ? 205 : 198}: ${code}`]),
      `CurrentResult launcherbase.maincore:90: ${code}`,
      `CurrentResult console.startmain:52: ${code}`,
      `CurrentResult SetupLauncherHelper.loadassembly:452: ${code}`,
      ...(how === "completed" ? [] : [sentence]),
      `CurrentResult main.run:235: ${code}`,
      `CurrentResult setupbase.maincore:396: ${code}`,
      "End of Setup",
      stars,
    );
  }
}
