/** Where Setup speaks: the console, and ExchangeSetup.log, which every run appends to. */
import { heedlessly } from "../windows/files";
import type { ProgramContext } from "../windows/programs/program";
import { type Dialect, headings } from "./dialect";
import type { Problem } from "./prerequisites";

const logFile = "C:\\ExchangeSetupLogs\\ExchangeSetup.log";
const stars = "*".repeat(46);

/** Writes for one run. */
export class Report {
  constructor(
    private readonly context: ProgramContext,
    private readonly dialect: Dialect,
  ) {}

  /** Prints a line on the console. */
  say(text = ""): void {
    this.context.print(`${text}\n`);
  }

  /** Appends lines to the log; on a full disk they are lost. */
  log(level: number, ...texts: readonly string[]): void {
    const { computer, process } = this.context;
    process.check();
    const lines = texts.map((text) => `${this.dialect.logLine(computer.now(), level, text)}\r\n`);
    heedlessly(() => computer.files.append(logFile, lines.join("")));
  }

  /** The head of a run in the log. */
  start(version: string, parameters: readonly (readonly [string, string])[]): void {
    const { computer, logon } = this.context;
    this.log(
      0,
      stars,
      this.dialect.logStart,
      stars,
      "Local Time Zone: (GMT) Coordinated Universal Time.",
      `Operating System version: Microsoft Windows NT ${computer.registry.text("HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", "CurrentVersion")}.`,
      `Setup version: ${version}.`,
      `Logged on user: ${logon.authority}\\${logon.account}.`,
      ...parameters.map(([name, value]) => `Command Line Parameter Name='${name}', Value='${value}'.`),
    );
    this.say();
    this.say(this.dialect.welcome);
    this.say();
    this.say(this.dialect.preparing);
    this.say();
  }

  /** Prints one of Setup's headings. */
  heading(heading: keyof typeof headings): void {
    this.log(0, headings[heading]);
    this.say(headings[heading]);
    this.say();
  }

  /** Tells the end of a phase. */
  phase(phase: string, outcome: "COMPLETED" | "FAILED"): void {
    this.log(1, `${phase} ${outcome}`);
    this.say(this.dialect.line(phase, outcome));
  }

  /** Prints the reason of a failed phase, and logs it as an error. */
  error(message: string): void {
    this.say(`     ${message}`);
    this.log(2, `[ERROR] ${message}`);
  }

  /** Prints and logs what the prerequisite check found. */
  problems(problems: readonly Problem[]): void {
    for (const { rule, message } of problems) {
      this.say(`     ${message}`);
      this.log(1, `Failed [Rule:${rule}] [Message:${message}]`);
      this.log(0, `[REQUIRED] ${message}`);
    }
  }

  /** Says how the run ended, on the console and in the log, which it closes. */
  end(good: boolean): void {
    const sentences = good ? [this.dialect.success] : this.dialect.failure;
    this.say();
    for (const sentence of sentences) this.say(`${sentence}\n`);
    this.log(0, ...sentences, "End of Setup", stars);
  }
}
