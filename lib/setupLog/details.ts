/** Files on the computer that say more of an error than Setup's log: which they are, and what of them is told. Pure. */
import { cutLine } from "../text";
import { partsOf } from "./message";
import type { SetupError, SetupReport } from "./report";

/** A file with details, by its full path on the computer. */
export interface DetailFile {
  /** `ldif`: what ldifde could not import, and why. `installer`: the log of Windows Installer for one package. */
  readonly kind: "ldif" | "installer";
  readonly path: string;
}

/** A path on a drive of the computer itself: what a log names is not trusted to be one. */
const ldifFile = /['"]([A-Za-z]:\\[^'"<>|?*%!^&]{1,240}\\ldif\.err)['"]/i;
const installerLog = /-LogFile:'([A-Za-z]:\\[^'"<>|?*%!^&]{1,240}\.msilog)'/i;
/** An error of Windows Installer, by the name that its package has for the log or by its code. */
const ofInstaller = /\b16(?:03|12)\b|\.msi\b|Object reference not set/i;

/** The file that says more of the errors that ended a run; null where Setup names none. */
export function detailFileOf({ deciding }: SetupReport): DetailFile | null {
  for (const { message } of deciding) {
    const path = ldifFile.exec(message)?.[1];
    if (path !== undefined) return { kind: "ldif", path };
  }
  for (const { message, before } of deciding) {
    if (!ofInstaller.test(message)) continue;
    const path = before.findLast((line) => installerLog.test(line));
    const found = path === undefined ? undefined : installerLog.exec(path)?.[1];
    if (found !== undefined) return { kind: "installer", path: found };
  }
  return null;
}

/** Characters of a detail. */
const longest = 160;

/** What a file with details says, on one line; null where it says nothing that is known. */
export function detailIn(kind: DetailFile["kind"], text: string): string | null {
  return kind === "ldif" ? ldifDetail(text) : installerDetail(text);
}

/**
 * The object that was imported last, and the server's error. The words are translated, the names and numbers are not:
 * `Entry DN: CN=ms-Exch-X,CN=Schema,…`, `The server side error is: 0x20bb Schema update failed`, `000020BB: SvcErr: …`.
 */
function ldifDetail(text: string): string | null {
  const lines = text.split("\n");
  const name = lines.findLast((line) => /[:\uff1a] ?CN=/i.test(line));
  const object = name === undefined ? undefined : /[:\uff1a] ?CN=([^,=]{1,120})/i.exec(name)?.[1]?.trim();
  const error = lines.findLast((line) => /\b0x[0-9a-f]{1,8}\b/i.test(line));
  const code = error === undefined ? undefined : /\b0x[0-9a-f]{1,8}\b.{0,200}/i.exec(error)?.[0];
  const said = [object, code].filter((part) => part !== undefined);
  return said.length === 0 ? null : cutLine(said.join(": ").replace(/\.?\s*$/, ""), longest);
}

/** The last error with a number, `Product: … -- Error 1706. …`; else the action that failed. */
function installerDetail(text: string): string | null {
  const lines = text.split("\n");
  const numbered = lines.findLast((line) => / -- \S{1,20} \d{4}\./.test(line));
  if (numbered !== undefined) return cutLine(numbered.slice(numbered.indexOf(" -- ") + 4), longest);
  const action = lines.find((line) => /\breturned actual error code\b/.test(line));
  const named = action === undefined ? undefined : /CustomAction (\S{1,100}) returned/.exec(action)?.[1];
  return named === undefined ? null : `action ${named}`;
}

/** The report, with what a file says of the errors that ended the run. */
export function withDetail(report: SetupReport, detail: string): SetupReport {
  const clean = partsOf(detail).message;
  return { ...report, deciding: report.deciding.map((error): SetupError => ({ ...error, detail: clean })) };
}
