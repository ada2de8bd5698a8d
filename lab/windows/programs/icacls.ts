/** icacls.exe and cacls.exe of the simulated Windows, as far as the product and its registration use them. */
import { baseName, FileError, fileErrorNumbers, resolvePath } from "../files";
import { windowsVersions } from "../versions";
import type { Program, ProgramContext } from "./program";

/** Administrators and the system, and nobody else. */
const administratorsOnly = "D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)";

/** What a folder below that of Windows inherits (memory): on 2003 Power Users and Server Operators may write. */
function inherited(context: ProgramContext): string {
  const common = "(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;OICIIOID;GA;;;CO)";
  const old = !windowsVersions[context.computer.windows].integrity;
  return `D:AI${common}${old ? "(A;OICIID;0x1301bf;;;PU)" : ""}`;
}

function folderOf(context: ProgramContext): string | null {
  const full = resolvePath(context.folder, context.args[0] ?? "");
  if (context.computer.files.kind(full) === "folder") return full;
  context.printError(`${full}: The system cannot find the file specified.\n`);
  return null;
}

/** icacls.exe: `/save file`, and the one grant that the registration of a task makes. */
export const icacls: Program = async (context) => {
  const folder = folderOf(context);
  if (folder === null) return 2;
  const { files, accessLists } = context.computer;
  const [, verb = "", ...rest] = context.args;
  if (verb.toLowerCase() === "/save" && rest[0] !== undefined) {
    const list = accessLists.get(folder.toLowerCase()) ?? inherited(context);
    const text = `${baseName(folder)}\r\n${list}\r\n`;
    try {
      files.write(resolvePath(context.folder, rest[0]), Buffer.from(text, "utf16le"));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      context.printError(`${rest[0]}: ${error.message}\n`);
      return fileErrorNumbers[error.code];
    }
    context.print("Successfully processed 1 files; Failed processing 0 files\n");
    return 0;
  }
  const grants = ["/grant:r", "*S-1-5-32-544:(OI)(CI)F", "*S-1-5-18:(OI)(CI)F"];
  if (verb.toLowerCase() === "/inheritance:r" && rest.join(" ") === grants.join(" ")) {
    accessLists.set(folder.toLowerCase(), administratorsOnly);
    return 0;
  }
  context.printError("The lab simulates /save, and the grant to administrators and the system alone.\n");
  return 87;
};

/** cacls.exe: `/g Administrators:F SYSTEM:F`, which asks whether one is sure. */
export const cacls: Program = async (context) => {
  const folder = folderOf(context);
  if (folder === null) return 2;
  if (context.args.slice(1).join(" ") !== "/g Administrators:F SYSTEM:F") {
    context.printError("The lab simulates the grant to administrators and the system alone.\n");
    return 87;
  }
  context.print("Are you sure (Y/N)?");
  const answer = (await context.stdin.read())?.toString("latin1") ?? "";
  if (!/^y/i.test(answer)) return 1;
  context.computer.accessLists.set(folder.toLowerCase(), administratorsOnly);
  return 0;
};
