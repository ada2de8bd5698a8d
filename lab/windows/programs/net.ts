/** net.exe, as far as the lab simulates it: members of local Administrators, an account of the computer, its rules. */
import { netbiosName } from "../logon-service";
import type { Program, ProgramContext } from "./program";

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

/** `net localgroup "Administrators"`, `net user "name"` on a computer that is no domain controller, `net accounts`. */
export const net: Program = async (context) => {
  const [verb = "", name, ...more] = context.args;
  if (more.length === 0) {
    if (verb === "localgroup" && name !== undefined) return localGroup(context, name);
    if (verb === "user" && name !== undefined && !isController(context)) return user(context, name);
    if (verb === "accounts" && name === undefined) {
      context.print(`Minimum password length:                              0\n${done}`);
      return 0;
    }
  }
  context.printError('The lab simulates "net localgroup <name>", "net user <name>" and "net accounts".\n');
  return 1;
};
