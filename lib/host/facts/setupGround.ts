/** What Setup of 2013 and later works with on a server beside its own files: PowerShell, IIS, folders, the search, a virus scanner. */
import { known, unknown } from "../../facts";
import { failureOf, type Part, regQuery, taskList } from "../cmd/commands";
import { parseTasklist } from "../cmd/listings";
import { findKey, parseRegistry } from "../cmd/registry";
import { linesOf } from "../transport/decode";
import type { ComputerQuestions, Question } from "./question";
import { parseServiceState, serviceAbsent } from "./services";
import { languageModePart, missing, notAsked, signOf, startedShell } from "./settings";

type Commands = { readonly [part: string]: string };

export const languageModeQuestion: Question<"languageMode"> = {
  commands: (asked): Commands =>
    signOf(asked, "language mode") === undefined
      ? {}
      : {
          // The number of its process tells this shell from others.
          [languageModePart]:
            'powershell.exe -NoProfile -NonInteractive -Command "$PID; $ExecutionContext.SessionState.LanguageMode" <nul 2>&1',
        },
  answer: (parts, { asked }) => {
    const source = "PowerShell, $ExecutionContext.SessionState.LanguageMode";
    if (signOf(asked, "language mode") === undefined) return notAsked(source);
    const part = parts[languageModePart];
    if (part?.ok !== true) return unknown(missing(part), source);
    const mode = linesOf(part.text)
      .map((line) => line.trim())
      .find((line) => /^[A-Z][A-Za-z]*Language$/.test(line));
    return startedShell(part) === null || mode === undefined
      ? unknown("PowerShell printed no language mode", source)
      : known(mode, source);
  },
};

const configuration = "%windir%\\System32\\inetsrv\\config\\applicationHost.config";

export const webApplicationsQuestion: Question<"webApplications"> = {
  commands: (asked): Commands =>
    signOf(asked, "web applications") === undefined
      ? {}
      : { web: `findstr /i /c:"<site name=" /c:"<application path=" "${configuration}" 2>&1` },
  answer: (parts, { asked, hidden }) => {
    if (signOf(asked, "web applications") === undefined) return notAsked("IIS");
    // Windows shows a 32-bit program another folder of the same name.
    const why = hidden("HKLM\\SOFTWARE\\Microsoft");
    if (why !== null) return unknown(why, configuration);
    const part = parts.web;
    if (part?.ok !== true) return unknown(missing(part), configuration);
    const found = parseApplications(part.text);
    return found === null
      ? unknown("the file names an application of no site", configuration)
      : known(found, configuration);
  },
};

/** Applications in the lines of applicationHost.config that name sites and applications; null where one is of no site. */
export function parseApplications(text: string): readonly string[] | null {
  const found: string[] = [];
  let site: string | null = null;
  for (const line of linesOf(text)) {
    const named = /<site name="([^"]{1,260})"/i.exec(line)?.[1];
    if (named !== undefined) site = named;
    const path = /<application path="([^"]{1,1000})"/i.exec(line)?.[1];
    if (path === undefined) continue;
    if (site === null) return null;
    found.push(`${site}/${path.replace(/^\/+|\/+$/g, "")}`);
  }
  return found;
}

export const foldersQuestion: Question<"folders"> = {
  commands: (asked): Commands => {
    const names = signOf(asked, "folders")?.names ?? [];
    if (names.length === 0) return {};
    const each = names.map(
      (name) => `if exist "%ExchangeInstallPath%${name}\\" (echo there ${name}) else (echo absent ${name})`,
    );
    // Without the variable, or where the account does not see Exchange's folder, nothing is said.
    return {
      folders: `if exist "%ExchangeInstallPath%" (${each.map((line) => `(${line})`).join("& ")})`,
    };
  },
  answer: (parts, { asked }) => {
    const source = "%ExchangeInstallPath%";
    const names = signOf(asked, "folders")?.names ?? [];
    if (names.length === 0) return notAsked(source);
    const part = parts.folders;
    if (part?.ok !== true) return unknown(missing(part), source);
    const lines = linesOf(part.text).map((line) => line.trim());
    const found: { [name: string]: boolean } = {};
    for (const name of names) {
      const isThere = lines.includes(`there ${name}`);
      if (!isThere && !lines.includes(`absent ${name}`))
        return unknown("Windows does not show the folder in which Exchange is installed", source);
      found[name] = isThere;
    }
    return known(found, source);
  },
};

export const searchProcessesQuestion: Question<"searchProcesses"> = {
  commands: (asked): Commands => {
    const sign = signOf(asked, "processes");
    return sign === undefined ? {} : { "search-processes": `${taskList(sign.image)} 2>&1` };
  },
  answer: (parts, { asked }) => {
    const sign = signOf(asked, "processes");
    if (sign === undefined) return notAsked("tasklist");
    const part = parts["search-processes"];
    if (part?.ok !== true) return unknown(missing(part), "tasklist");
    return known(parseTasklist(part.text, sign.image).length, "tasklist");
  },
};

const own = "HKLM\\SOFTWARE\\Microsoft\\Windows Defender";
const policy = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender";
/** What is listed of each place. Whether the policies' key is there is seen in the listing above it, which is read anyway. */
const places = { "scanner-own": `${own}\\Exclusions`, "scanner-policy": policy } as const;
const scanner = "WinDefend";

/** Whether the scanner runs; why that cannot be told. */
function runs(part: Part | undefined): boolean | string {
  if (part === undefined) return "it was not asked";
  if (serviceAbsent.test(part.text)) return false;
  const state = parseServiceState(part.text);
  return state === null ? failureOf(part) : state !== 1;
}

const isAsked = (asked: ComputerQuestions) => signOf(asked, "virus scanner") !== undefined;

export const scannerExclusionsQuestion: Question<"scannerExclusions"> = {
  commands: (asked): Commands =>
    isAsked(asked)
      ? {
          scanner: `sc query ${scanner} 2>&1`,
          ...Object.fromEntries(
            Object.entries(places).map(([part, key]) => [part, `${regQuery(key, "tree")} 2>&1`]),
          ),
        }
      : {},
  keysInQuestion: (parts, asked) =>
    isAsked(asked) && runs(parts.scanner) === true
      ? Object.entries(places).flatMap(([part, key]) => (parts[part]?.ok === true ? [] : [key]))
      : [],
  answer: async (parts, { asked, hidden, presenceOf }) => {
    if (!isAsked(asked)) return notAsked(own);
    const isRunning = runs(parts.scanner);
    if (typeof isRunning === "string") return unknown(isRunning, `the service ${scanner}`);
    if (!isRunning) return known(null, `the service ${scanner}`);
    const why = hidden(own);
    if (why !== null) return unknown(why, own);
    const found: string[] = [];
    for (const [name, key] of Object.entries(places)) {
      const part = parts[name];
      if (part?.ok !== true) {
        if ((await presenceOf(key)) === "absent") continue;
        return unknown(missing(part), key);
      }
      const above = key === policy ? `${policy}\\Exclusions` : key;
      const paths = findKey(parseRegistry(part.text), `${above}\\Paths`);
      found.push(...(paths?.values ?? []).map((value) => value.name));
    }
    return known(found, Object.values(places).join(", "));
  },
};
