/**
 * cscript.exe of the simulated Windows. It interprets no VBScript: it knows one script, the product's own, by its exact
 * text, reads from standard input what that script reads, and has its effect.
 */
import { registerScript } from "../../../lib/host/launch/registerScript";
import { resolvePath } from "../files";
import { type Program, readAll } from "./program";

const wrongEngine = (path: string): string =>
  `CScript Error: Can't find script engine "VBScript" for script "${path}".\n`;

/** cscript.exe. */
export const cscript: Program = async (context) => {
  const { computer } = context;
  const path = context.args.find((arg) => !arg.startsWith("/")) ?? "";
  const full = resolvePath(context.folder, path);
  if (!computer.hasVbScript) {
    context.print(wrongEngine(full));
    return 1;
  }
  if (computer.files.kind(full) !== "file") {
    context.print(`Input Error: Can not find script file "${full}".\n`);
    return 1;
  }
  if (computer.files.read(full).toString("latin1") !== registerScript) {
    context.print("The lab simulates one script, the one that registers the task of a Setup run.\n");
    return 1;
  }
  const [word = "", ...fields] = (await readAll(context.stdin)).toString("latin1").split(/\r?\n/);
  if (word === "register" && fields[4] !== "end") return 1;
  const number = word === "register" ? await register(context, fields.slice(0, 4).map(decoded)) : 0;
  context.print(`eu1 ${word} ${number | 0}\n`);
  return number === 0 ? 0 : 1;
};

function decoded(digits: string): string {
  return (digits.match(/.{4}/g) ?? []).map((code) => String.fromCharCode(Number.parseInt(code, 16))).join("");
}

/** RegisterTaskDefinition, create or replace, with a password and the full token; 0 or the error's number. */
async function register(context: Parameters<Program>[0], fields: readonly string[]): Promise<number> {
  const [name = "", account = "", password = "", script = ""] = fields;
  if (!context.logon.administrator) return 0x80070005;
  const command = `"${script}"`;
  return context.computer.tasks.register({ name, account, password, command, highest: true });
}
