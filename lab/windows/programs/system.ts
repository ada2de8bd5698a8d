/** Programs of the simulated Windows that tell about the system: whoami, tasklist, sc, hostname, ping, chcp. */
import type { Program, ProgramContext } from "./program";

function hasOption(context: ProgramContext, name: string, value?: string): boolean {
  const args = context.args.map((arg) => arg.toLowerCase());
  const index = args.indexOf(name);
  return index >= 0 && (value === undefined || args[index + 1] === value);
}

function csv(...fields: readonly string[]): string {
  return `${fields.map((field) => `"${field}"`).join(",")}\n`;
}

/** whoami.exe: plain, and `/user` and `/groups` with `/fo csv /nh`. */
export const whoami: Program = async (context) => {
  const { logon } = context;
  if (context.args.length === 0) {
    context.print(`${logon.name}\n`);
    return 0;
  }
  const asked = ["/user", "/groups"].filter((name) => hasOption(context, name));
  if (asked.length !== 1 || !hasOption(context, "/fo", "csv") || !hasOption(context, "/nh")) {
    context.printError(
      'The lab simulates "whoami", "whoami /user /fo csv /nh" and "whoami /groups /fo csv /nh".\n',
    );
    return 1;
  }
  if (asked[0] === "/user") context.print(csv(logon.name, logon.sid));
  else
    for (const { name, type, sid, attributes } of logon.groups)
      context.print(csv(name, type, sid, attributes));
  return 0;
};

/** tasklist.exe with `/fo csv /nh` and an optional `/fi "imagename eq X"`. */
export const tasklist: Program = async (context) => {
  const at = context.args.findIndex((arg) => arg.toLowerCase() === "/fi");
  const filter = at < 0 ? null : /^(imagename|pid) eq (.+)$/i.exec(context.args[at + 1] ?? "");
  if (!hasOption(context, "/fo", "csv") || !hasOption(context, "/nh") || (at >= 0 && !filter)) {
    context.printError(
      'The lab simulates "tasklist /fo csv /nh", with /fi for "imagename eq" and "pid eq".\n',
    );
    return 1;
  }
  const wanted = filter?.[2]?.trim().toLowerCase();
  const rows = context.computer.processes
    .list()
    .filter(({ image, pid }) => {
      if (wanted === undefined) return true;
      return filter?.[1]?.toLowerCase() === "pid" ? String(pid) === wanted : image.toLowerCase() === wanted;
    })
    .map(({ image, pid }) => csv(image, String(pid), "Services", "0", "12,340 K"));
  context.print(
    rows.length > 0 ? rows.join("") : "INFO: No tasks are running which match the specified criteria.\n",
  );
  return 0;
};

/** taskkill.exe with `/f /pid N`. */
export const taskkill: Program = async (context) => {
  const at = context.args.findIndex((arg) => arg.toLowerCase() === "/pid");
  const pid = context.args[at + 1] ?? "";
  if (at < 0 || !hasOption(context, "/f")) {
    context.printError('The lab simulates "taskkill /f /pid N".\n');
    return 1;
  }
  if (!context.logon.administrator) {
    context.printError(
      `ERROR: The process with PID ${pid} could not be terminated.\nReason: Access is denied.\n`,
    );
    return 1;
  }
  if (!context.computer.processes.kill(Number(pid))) {
    context.printError(`ERROR: The process "${pid}" not found.\n`);
    return 128;
  }
  context.print(`SUCCESS: The process with PID ${pid} has been terminated.\n`);
  return 0;
};

const serviceAbsent = 1060;
const serviceRunning = 1056;
const serviceStopped = 1062;
const serviceDisabled = 1058;
const disabledStart = 4;

function serviceState(name: string, running: boolean): string {
  const state = running
    ? "4  RUNNING \n                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)"
    : "1  STOPPED ";
  return (
    `\nSERVICE_NAME: ${name} \n        TYPE               : 20  WIN32_SHARE_PROCESS  \n` +
    `        STATE              : ${state}\n        WIN32_EXIT_CODE    : 0  (0x0)\n` +
    "        SERVICE_EXIT_CODE  : 0  (0x0)\n        CHECKPOINT         : 0x0\n        WAIT_HINT          : 0x0\n"
  );
}

function serviceRefusal(call: string, code: number, text: string): { code: number; text: string } {
  return { code, text: `[SC] ${call} FAILED ${code}:\n\n${text}\n\n` };
}

/** Asks for, starts or stops a service; `code` is the Win32 error, and `text` what sc prints. */
export function controlService(
  context: ProgramContext,
  verb: string,
  name: string,
): { code: number; text: string } {
  const { computer } = context;
  const { registry, runningServices } = computer;
  const start = registry.get(`HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`, "Start");
  const key = name.toLowerCase();
  const running = runningServices.has(key);
  if (!start) {
    const call = verb === "query" ? "EnumQueryServicesStatus:OpenService" : "OpenService";
    return serviceRefusal(
      call,
      serviceAbsent,
      "The specified service does not exist as an installed service.",
    );
  }
  if (verb === "query") return { code: 0, text: serviceState(name, running) };
  if (!context.logon.administrator) return serviceRefusal("OpenService", 5, "Access is denied.");
  if (verb === "start") {
    if (running)
      return serviceRefusal("StartService", serviceRunning, "An instance of the service is already running.");
    if (start.data === disabledStart)
      return serviceRefusal(
        "StartService",
        serviceDisabled,
        "The service cannot be started because it is disabled.",
      );
    runningServices.add(key);
    computer.serviceLog.push(`start ${name}`);
    return { code: 0, text: serviceState(name, true) };
  }
  if (!running) return serviceRefusal("ControlService", serviceStopped, "The service has not been started.");
  runningServices.delete(key);
  computer.serviceLog.push(`stop ${name}`);
  return { code: 0, text: serviceState(name, false) };
}

/** sc.exe: `query`, `start` and `stop` of one service; the exit code is the Win32 error. */
export const sc: Program = async (context) => {
  const [verb = "", name = ""] = context.args;
  if (!["query", "start", "stop"].includes(verb.toLowerCase()) || name === "") {
    context.printError('The lab simulates "sc query", "sc start" and "sc stop" with a service name.\n');
    return 1;
  }
  const { code, text } = controlService(context, verb.toLowerCase(), name);
  context.print(text);
  return code;
};

/** hostname.exe. */
export const hostname: Program = async (context) => {
  context.print(`${context.computer.name.split(".")[0] ?? ""}\n`);
  return 0;
};

/** chcp.com: tells the code page; changing it is not simulated. */
export const chcp: Program = async (context) => {
  if (context.args.length > 0) {
    context.printError("The lab does not change the code page; it is an option of the computer.\n");
    return 1;
  }
  context.print(`Active code page: ${context.process.codePage.number}\n`);
  return 0;
};

/** ping.exe of the loopback address, which scripts use to wait: N echoes take N-1 seconds. */
export const ping: Program = async (context) => {
  const at = context.args.findIndex((arg) => arg.toLowerCase() === "-n");
  const count = at < 0 ? 4 : Number.parseInt(context.args[at + 1] ?? "", 10);
  const address = context.args.filter((_arg, index) => at < 0 || (index !== at && index !== at + 1))[0];
  if (address !== "127.0.0.1" || !(count >= 1)) {
    context.printError('The lab simulates "ping -n N 127.0.0.1".\n');
    return 1;
  }
  context.print(`\nPinging ${address} with 32 bytes of data:\n\n`);
  for (let sent = 0; sent < count; sent++) {
    if (sent > 0) await context.process.sleep(1000);
    context.print(`Reply from ${address}: bytes=32 time<1ms TTL=128\n`);
  }
  context.print(
    `\nPing statistics for ${address}:\n    Packets: Sent = ${count}, Received = ${count}, Lost = 0 (0% loss),\n`,
  );
  return 0;
};
