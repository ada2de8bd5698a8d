/**
 * Runs one fixed script with Windows PowerShell on the computer. The script and its parameters are passed over standard
 * input, which has no length limit and appears in no list of processes. Only a line that reads them is on the command
 * line.
 */
import { randomBytes } from "node:crypto";
import { cutLine } from "../../text";
import { linesOf } from "../transport/decode";
import type { HostSession } from "../transport/session";

/** Reads two lines of base64, the script and its parameters as JSON, and runs the script with them. */
export const bootstrap = [
  "$ErrorActionPreference = 'Stop'",
  "$lines = @($input | ForEach-Object { ([string]$_).Trim() } | Where-Object { $_ -ne '' })",
  "$utf8 = [Text.Encoding]::UTF8",
  "$script = $utf8.GetString([Convert]::FromBase64String($lines[0]))",
  "$json = $utf8.GetString([Convert]::FromBase64String($lines[1]))",
  ". ([ScriptBlock]::Create($script))",
].join("\n");

const command = `powershell.exe -NoProfile -NonInteractive -EncodedCommand ${Buffer.from(bootstrap, "utf16le").toString("base64")}`;

/** The answer of a script, or why there is no readable one. */
export type ScriptAnswer =
  | { readonly read: true; readonly answer: unknown }
  | { readonly read: false; readonly why: string };

/**
 * Runs it and waits for its end.
 * @throws ConnectionLost, CommandTimeout, OutputTooLarge, NotWindowsShell
 */
export async function runScript(
  session: HostSession,
  script: string,
  parameters: { readonly [name: string]: unknown },
  timeoutMs: number,
): Promise<ScriptAnswer> {
  const mark = `eu.${randomBytes(8).toString("hex")}`;
  const encoded = (text: string) => Buffer.from(text, "utf8").toString("base64");
  const stdin = `${encoded(script)}\r\n${encoded(JSON.stringify({ ...parameters, mark }))}\r\n`;
  const { stdout, stderr } = await session.run(command, { stdin, timeoutMs });
  const lines = linesOf(stdout).map((line) => line.trim());
  const begin = lines.indexOf(`${mark}.b`);
  const end = lines.indexOf(`${mark}.e`, begin);
  if (begin >= 0 && end > begin) {
    try {
      return { read: true, answer: JSON.parse(lines.slice(begin + 1, end).join("")) };
    } catch {
      return { read: false, why: "PowerShell answered something that is no JSON" };
    }
  }
  const said = cutLine(linesOf(`${stdout}\n${clixmlText(stderr)}`).join(" "), 160).replace(/\.$/, "");
  return {
    read: false,
    why: said === "" ? "PowerShell printed no answer" : `PowerShell printed no answer, but: ${said}`,
  };
}

/**
 * PowerShell's error output, for people. If input and output are not a console, it writes CLIXML, in which every
 * character that XML does not allow is `_xHHHH_`.
 */
export function clixmlText(stderr: string): string {
  if (!stderr.startsWith("#< CLIXML")) return stderr;
  return [...stderr.matchAll(/<S S="Error">([^<]*)<\/S>/g)]
    .map(([, text = ""]) =>
      text
        .replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
        .replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? ""),
    )
    .join("");
}

const entities: { readonly [name: string]: string } = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
