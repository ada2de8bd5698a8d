/** schtasks.exe of the simulated Windows: /create, /query /fo csv /v /nh, /run, /end and /delete, as 2003 and 2008 have them. */
import { type ScheduledTask, type TaskLanguage, taskResults } from "../tasks";
import { windowsVersions } from "../versions";
import type { Program, ProgramContext } from "./program";

/** What the command line says: options with their values, in lower case. */
type Options = ReadonlyMap<string, string>;

/** Options that take no value. */
const flags = new Set([
  "/create",
  "/query",
  "/run",
  "/end",
  "/delete",
  "/f",
  "/v",
  "/nh",
  "/np",
  "/z",
  "/it",
  "/v1",
]);
/** Options that came with Windows Server 2008. /f is left out: whether 2003 has it is disputed. */
const later = new Set(["/rl", "/np", "/v1", "/xml"]);

/** Words of the list in the languages that the lab has (those of German and Japanese: unverified). */
const words = {
  en: {
    none: "N/A",
    never: "Never",
    ready: "Ready",
    running: "Running",
    disabled: "Disabled",
    mode: "Interactive/Background",
  },
  de: {
    none: "Nicht zutreffend",
    never: "Nie",
    ready: "Bereit",
    running: "Wird ausgeführt",
    disabled: "Deaktiviert",
    mode: "Interaktiv/Hintergrund",
  },
  ja: {
    none: "N/A",
    never: "N/A",
    ready: "準備完了",
    running: "実行中",
    disabled: "無効",
    mode: "対話型/バックグラウンド",
  },
} as const satisfies { readonly [language in TaskLanguage]: object };

function isOld(context: ProgramContext): boolean {
  return !windowsVersions[context.computer.windows].integrity;
}

function fail(context: ProgramContext, text: string): number {
  context.printError(`ERROR: ${text}\n`);
  return 1;
}

function readOptions(context: ProgramContext): Options | string {
  const options = new Map<string, string>();
  for (let at = 0; at < context.args.length; at++) {
    const name = (context.args[at] ?? "").toLowerCase();
    if (!name.startsWith("/")) return `Invalid argument/option - '${name}'.`;
    if (isOld(context) && later.has(name)) return `Invalid argument/option - '${name}'.`;
    if (flags.has(name)) options.set(name, "");
    else options.set(name, context.args[++at] ?? "");
  }
  if (isOld(context) && options.has("/query") && options.has("/tn"))
    return "Invalid argument/option - '/tn'.";
  return options;
}

/** schtasks.exe. */
export const schtasks: Program = async (context) => {
  const options = readOptions(context);
  if (typeof options === "string") return fail(context, options);
  if (context.computer.tasks.faults.stopped === true)
    return fail(context, "The service cannot be contacted.");
  if (!context.logon.administrator && !options.has("/query")) return fail(context, "Access is denied.");
  if (options.has("/create")) return create(context, options);
  if (options.has("/query")) return query(context, options);
  const name = options.get("/tn") ?? "";
  const { tasks } = context.computer;
  if (tasks.find(name) === undefined) return fail(context, "The system cannot find the file specified.");
  if (options.has("/run")) {
    if (!tasks.run(name)) return fail(context, "The scheduled task is disabled.");
    context.print(`SUCCESS: Attempted to run the scheduled task "${name}".\n`);
    return 0;
  }
  if (options.has("/end")) {
    tasks.end(name);
    context.print(`SUCCESS: The scheduled task "${name}" has been terminated successfully.\n`);
    return 0;
  }
  if (options.has("/delete")) {
    if (!options.has("/f"))
      return fail(context, 'The lab removes tasks with "/f" only: it has nobody to ask.');
    if (!tasks.remove(name)) return fail(context, "Access is denied.");
    context.print(`SUCCESS: The scheduled task "${name}" was successfully deleted.\n`);
    return 0;
  }
  return fail(context, "The lab simulates /create, /query, /run, /end and /delete.");
};

/** `/create`, with a command line or an XML file; without /rp, and with `/rp *`, the password is asked for. */
async function create(context: ProgramContext, options: Options): Promise<number> {
  const name = options.get("/tn") ?? "";
  const file = options.get("/xml");
  const account = options.get("/ru");
  const definition = file === undefined ? fromOptions(options) : fromXml(context, file);
  if (typeof definition === "string") return fail(context, definition);
  if (account === undefined) return fail(context, "The lab registers tasks with /ru only.");
  const given = options.get("/rp") ?? "*";
  if (given === "*") context.print(`Please enter the run as password for ${account}: `);
  const password = given === "*" ? await typed(context) : given;
  if (context.computer.tasks.find(name) !== undefined && !options.has("/f"))
    return fail(context, `The task "${name}" exists already, and the lab has nobody to ask.`);
  const code = await context.computer.tasks.register({ name, account, password, ...definition });
  if (code === taskResults.passwordsForbidden)
    return fail(context, "A specified logon session does not exist. It may already have been terminated.");
  if (code !== 0) return fail(context, "The user name or password is incorrect.");
  context.print(`SUCCESS: The scheduled task "${name}" has successfully been created.\n`);
  return 0;
}

function fromOptions(options: Options): { command: string; highest: boolean } | string {
  const command = options.get("/tr") ?? "";
  if (command.length > 261) return "The value for /TR option should not be more than 261 character(s).";
  if (options.get("/sc")?.toLowerCase() !== "once" || !/^\d\d:\d\d$/.test(options.get("/st") ?? ""))
    return 'The lab registers tasks with "/sc once /st HH:mm" only.';
  return { command: `"${command}"`, highest: options.get("/rl")?.toLowerCase() === "highest" };
}

function fromXml(context: ProgramContext, path: string): { command: string; highest: boolean } | string {
  const { computer } = context;
  if (computer.files.kind(path) !== "file") return "The system cannot find the file specified.";
  const text = computer.files.read(path).toString("latin1");
  if (/^<\?xml[^>]*encoding=/i.test(text)) return "(1,40)::ERROR: unable to switch the encoding";
  const command = /<Command>([^<]*)<\/Command>/.exec(text)?.[1];
  if (command === undefined) return "The task XML is malformed.";
  const expanded = command.replace(/%SystemRoot%/gi, computer.systemRoot);
  return { command: `"${expanded}"`, highest: text.includes("<RunLevel>HighestAvailable</RunLevel>") };
}

/** One line of input. Without any the program waits for ever, as the real one does on a hidden console. */
async function typed(context: ProgramContext): Promise<string> {
  let text = "";
  while (!/[\r\n]/.test(text)) {
    const part = await context.stdin.read();
    if (part === null) await new Promise<never>(() => undefined);
    text += part?.toString("latin1") ?? "";
  }
  return text.split(/\r?\n/)[0] ?? "";
}

function query(context: ProgramContext, options: Options): number {
  if (options.get("/fo")?.toLowerCase() !== "csv" || !options.has("/v") || !options.has("/nh"))
    return fail(context, 'The lab simulates "schtasks /query /fo csv /v /nh".');
  const { tasks } = context.computer;
  const name = options.get("/tn");
  const wanted = name === undefined ? undefined : tasks.find(name);
  if (name !== undefined && wanted === undefined)
    return fail(context, "The system cannot find the file specified.");
  const rows = (wanted === undefined ? tasks.list() : [wanted]).map((task) => rowOf(context, task));
  if (rows.length === 0) context.print("INFO: There are no scheduled tasks present in the system.\n");
  for (const row of rows) context.print(`${row.map((field) => `"${field}"`).join(",")}\n`);
  return 0;
}

/**
 * What the columns of the last run show of a task that never ran, by release (public captures: 2003 R2; Windows 7, 2008 R2, 2012 R2
 * and 2016; Windows 10 and 11).
 */
function neverRan(context: ProgramContext, none: string): readonly [lastRun: string, result: number] {
  const { build } = windowsVersions[context.computer.windows];
  if (build < 6000) return [words[context.computer.taskLanguage].never, 0];
  return build < 17763 ? [none, 1] : ["11/30/1999 12:00:00 AM", taskResults.neverRun];
}

/** Columns of both layouts: 2003 has no column for the logon mode in front of the last run. */
function rowOf(context: ProgramContext, task: ScheduledTask): readonly string[] {
  const { computer } = context;
  const said = words[computer.taskLanguage];
  const running = computer.tasks.isRunning(task.name) && task.lastResult === taskResults.running;
  const status = !task.enabled ? said.disabled : running ? said.running : said.ready;
  const [lastRun, code] =
    task.lastRun === null ? neverRan(context, said.none) : ["07:15:02, 23.11.2026", task.lastResult];
  const result = String(code | 0);
  const rest = Array.from({ length: 12 }, () => said.none);
  return isOld(context)
    ? [
        computer.netbios,
        task.name,
        said.none,
        status,
        lastRun,
        result,
        "lab",
        said.none,
        task.command,
        said.none,
        ...rest,
      ]
    : [
        computer.netbios,
        `\\${task.name}`,
        said.none,
        status,
        said.mode,
        lastRun,
        result,
        "lab",
        task.command,
        said.none,
        ...rest,
      ];
}
