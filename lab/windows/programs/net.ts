/** net.exe, as far as the lab simulates it: local Administrators, an account of the computer, its rules, services. */
import { netbiosName } from "../logon-service";
import type { Program, ProgramContext } from "./program";
import { controlService } from "./system";

const done = "The command completed successfully.\n\n";
const ruler = `${"-".repeat(79)}\n`;

/** Every Windows that is no domain controller has this account, in this group. */
const builtIn = "Administrator";

function isController({ computer }: ProgramContext): boolean {
  return computer.organization.domainControllers.some(({ name }) => name === computer.name);
}

/** Accounts of the computer itself; a domain controller has none. */
function localAccounts(context: ProgramContext): readonly string[] {
  if (isController(context)) return [];
  return [...new Set([builtIn, ...Object.keys(context.computer.spec.localAccounts ?? {})])];
}

/** The members as net prints them: without a domain where it is the computer, or a controller's own domain. */
function members(context: ProgramContext): readonly string[] {
  const { spec, organization } = context.computer;
  const own = isController(context)
    ? organization.domains.find(({ name }) => name === spec.domain)?.netbios
    : netbiosName(spec);
  const listed = spec.administrators.map((name) => {
    const at = name.indexOf("\\");
    return name.slice(0, at).toLowerCase() === own?.toLowerCase() ? name.slice(at + 1) : name;
  });
  return [...new Set([...(isController(context) ? [] : [builtIn]), ...listed])].sort();
}

function localGroup(context: ProgramContext, group: string): number {
  if (group.toLowerCase() !== "administrators") {
    context.printError("The specified local group does not exist.\n\nMore help is available.\n");
    return 2;
  }
  context.print(
    `Alias name     ${group}\n` +
      "Comment        Administrators have complete and unrestricted access to the computer/domain\n\n" +
      `Members\n\n${ruler}${members(context)
        .map((name) => `${name}\n`)
        .join("")}${done}`,
  );
  return 0;
}

function user(context: ProgramContext, name: string): number {
  const account = localAccounts(context).find((each) => each.toLowerCase() === name.toLowerCase());
  if (account === undefined) {
    context.printError("The user name could not be found.\n\nMore help is available.\n");
    return 2;
  }
  context.print(`User name                    ${account}\nAccount active               Yes\n\n${done}`);
  return 0;
}

/** What net says of the refusals of the service control manager, by Win32 error; the sentences are those of Windows. */
const serviceRefusals: { readonly [code: number]: string } = {
  5: "System error 5 has occurred.\n\nAccess is denied.\n\n",
  1056: "The requested service has already been started.\n\nMore help is available.\n",
  1058: "System error 1058 has occurred.\n\nThe service cannot be started because it is disabled.\n\n",
  1060: "The service name is invalid.\n\nMore help is available.\n",
  1062: "The service is not started.\n\nMore help is available.\n",
};

/** `net start` and `net stop` of one service: 0, or 2 with the reason. They come back when it is done. */
function service(context: ProgramContext, verb: "start" | "stop", name: string): number {
  const { code } = controlService(context, verb, name);
  if (code !== 0) {
    context.printError(serviceRefusals[code] ?? `System error ${code} has occurred.\n\n`);
    return 2;
  }
  context.print(`The ${name} service was ${verb === "start" ? "started" : "stopped"} successfully.\n\n`);
  return 0;
}

/** `net localgroup "Administrators"`, `net user "name"` on a computer that is no domain controller, `net accounts`, services. */
export const net: Program = async (context) => {
  const [verb = "", name, ...more] = context.args;
  if (more.length === 0) {
    if ((verb === "start" || verb === "stop") && name !== undefined) return service(context, verb, name);
    if (verb === "localgroup" && name !== undefined) return localGroup(context, name);
    if (verb === "user" && name !== undefined && !isController(context)) return user(context, name);
    if (verb === "accounts" && name === undefined) {
      context.print(`Minimum password length:                              0\n${done}`);
      return 0;
    }
  }
  context.printError(
    'The lab simulates "net localgroup <name>", "net user <name>", "net accounts", "net start <name>" and "net stop <name>".\n',
  );
  return 1;
};
