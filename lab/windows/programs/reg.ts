/** reg.exe of the simulated Windows: `reg query`, in the layout of Windows Server 2003 and in the later one. */
import { formatData, fullKeyPath, type RegistryValue, type WindowsRegistry } from "../registry";
import { windowsVersions } from "../versions";
import type { Program, ProgramContext } from "./program";

interface Query {
  readonly key: string;
  /** Name of the one value that is asked for; "" is the default value, null all values. */
  readonly value: string | null;
  readonly deep: boolean;
}

const syntax = 'ERROR: Invalid syntax.\nType "REG QUERY /?" for usage.\n';
const absent = "ERROR: The system was unable to find the specified registry key or value.\n";
const absentOld = "\nError:  The system was unable to find the specified registry key or value\n";

const denied = "ERROR: Access is denied.\n";
const deniedOld = "\nError:  Access is denied.\n";

function readQuery(args: readonly string[]): Query | null {
  const [verb = "", key = "", ...rest] = args;
  if (verb.toLowerCase() !== "query" || key === "") return null;
  let value: string | null = null;
  let deep = false;
  for (let index = 0; index < rest.length; index++) {
    const option = (rest[index] ?? "").toLowerCase();
    if (option === "/ve") value = "";
    else if (option === "/s") deep = true;
    else if (option === "/v" && rest[index + 1] !== undefined) {
      index += 1;
      value = rest[index] ?? "";
    } else return null;
  }
  return { key, value, deep };
}

/** A tree is refused as a whole when a key in it is: what reg.exe prints before that is not simulated. */
function isRefused(registry: WindowsRegistry, key: string, deep: boolean): boolean {
  if (registry.has(key) && registry.refuses(key)) return true;
  return deep && registry.keys(key).some((name) => isRefused(registry, `${key}\\${name}`, true));
}

/** A default value that is not set is shown as such in the later layout, with exit code 0. */
const unset: RegistryValue = { type: "REG_SZ", data: "(value not set)" };

interface Section {
  readonly key: string;
  readonly rows: readonly { readonly name: string; readonly value: RegistryValue }[];
  readonly subkeys: readonly string[];
}

function section(context: ProgramContext, key: string, query: Query): Section {
  const { registry } = context.computer;
  const rows = registry
    .values(key)
    .filter(({ name }) => query.value === null || name.toLowerCase() === query.value.toLowerCase());
  const subkeys = registry.keys(key).map((name) => `${registry.spelling(key)}\\${name}`);
  return { key: registry.spelling(key), rows, subkeys };
}

function sections(context: ProgramContext, key: string, query: Query): readonly Section[] {
  const own = section(context, key, query);
  if (!query.deep) return [own];
  return [own, ...own.subkeys.flatMap((subkey) => sections(context, subkey, query))];
}

/**
 * A key without values is not shown where it was asked for; below that, with /s, it is (Wine, programs/reg/tests/query.c, on Windows, of
 * keys without subkeys).
 */
function formatSection({ key, rows, subkeys }: Section, query: Query, old: boolean, below: boolean): string {
  const gap = old ? "\t" : "    ";
  const nameless = old ? "<NO NAME>" : "(Default)";
  const lines = rows.map(
    ({ name, value }) =>
      `    ${name === "" ? nameless : name}${gap}${value.type}${gap}${formatData(value)}\n`,
  );
  const listed = query.value === null && !query.deep ? subkeys.map((subkey) => `${subkey}\n`).join("") : "";
  if (old) return `${key}\n${lines.join("")}\n${listed}`;
  return (rows.length > 0 || below ? `\n${key}\n${lines.join("")}` : "") + (listed && `\n${listed}`);
}

/** reg.exe. Exit code 0, or 1 when the key or value is absent or the arguments are wrong. */
export const reg: Program = async (context) => {
  const old = windowsVersions[context.computer.windows].oldReg;
  const query = readQuery(context.args);
  const key = query && fullKeyPath(query.key);
  if (!query || !key) {
    context.printError(syntax);
    return 1;
  }
  const { registry } = context.computer;
  if (isRefused(registry, key, query.deep)) {
    context.printError(old ? deniedOld : denied);
    return 1;
  }
  const found = registry.has(key) ? sections(context, key, query) : [];
  const filled = query.value === null ? found : found.filter(({ rows }) => rows.length > 0);
  if (filled.length === 0 && query.value === "" && !old && found[0]) {
    context.print(`\n${found[0].key}\n    (Default)    ${unset.type}    ${formatData(unset)}\n\n`);
    return 0;
  }
  if (filled.length === 0) {
    context.printError(old ? absentOld : absent);
    return 1;
  }
  const header = old ? "\n! REG.EXE VERSION 3.0\n\n" : "";
  context.print(
    `${header}${filled.map((each, at) => formatSection(each, query, old, at > 0)).join("")}${old ? "" : "\n"}`,
  );
  return 0;
};
