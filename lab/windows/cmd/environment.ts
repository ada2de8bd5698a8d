/** cmd.exe's environment variables and its percent expansion (the first phase of reading a line). */
import { baseName, parentOf } from "../files";

/** Environment variables: names without case, spelling kept. */
export class Environment {
  readonly #variables = new Map<string, { name: string; value: string }>();

  constructor(variables: Iterable<readonly [string, string]> = []) {
    for (const [name, value] of variables) this.set(name, value);
  }

  get(name: string): string | undefined {
    return this.#variables.get(name.toLowerCase())?.value;
  }

  /** Sets a variable; an empty value removes it. */
  set(name: string, value: string): void {
    if (value === "") this.#variables.delete(name.toLowerCase());
    else this.#variables.set(name.toLowerCase(), { name, value });
  }

  entries(): readonly (readonly [string, string])[] {
    return [...this.#variables.values()]
      .map(({ name, value }) => [name, value] as const)
      .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  }

  copy(): Environment {
    return new Environment(this.entries());
  }
}

/** What percent expansion looks at. */
export interface ExpansionScope {
  /** A variable's value, dynamic ones (`errorlevel`, `cd`) included; undefined when it is not defined. */
  variable(name: string): string | undefined;
  /** Arguments of the batch file, `%0` first; null on a command line, where other rules hold. */
  readonly batchArguments: readonly string[] | null;
  /** Full path of the batch file: what `%~f0` and its like mean, also in a subroutine, where `%0` is the label. */
  readonly batchFile: string;
  /** Absolute form of a path. */
  resolve(path: string): string;
  /** Bytes of the file at an absolute path; null when there is none. */
  sizeOf(path: string): number | null;
}

/** `%~<modifiers>N`: drive, path, name, extension, full path and size of an argument. */
function modified(argument: string, modifiers: string, scope: ExpansionScope): string {
  const bare = argument.replaceAll('"', "");
  const wanted = modifiers.toLowerCase();
  if (wanted === "" || bare === "") return bare;
  const full = scope.resolve(bare);
  if (wanted.includes("f")) return full;
  if (wanted === "z") return String(scope.sizeOf(full) ?? "");
  const base = baseName(full);
  const dot = base.lastIndexOf(".");
  const parent = parentOf(full).slice(2);
  return [
    wanted.includes("d") ? full.slice(0, 2) : "",
    wanted.includes("p") ? (parent.endsWith("\\") ? parent : `${parent}\\`) : "",
    wanted.includes("n") ? (dot < 0 ? base : base.slice(0, dot)) : "",
    wanted.includes("x") && dot >= 0 ? base.slice(dot) : "",
  ].join("");
}

/** Applies `:~start,length` or `:search=replacement` to a value. */
function substitute(value: string, modifier: string): string {
  const slice = /^~(-?\d*)(?:,(-?\d+))?$/.exec(modifier);
  if (slice) {
    const start = Number(slice[1] ?? 0);
    const from = start < 0 ? Math.max(0, value.length + start) : start;
    if (slice[2] === undefined) return value.slice(from);
    const length = Number(slice[2]);
    return value.slice(from, length < 0 ? value.length + length : from + length);
  }
  const cut = modifier.indexOf("=", 1);
  if (cut < 0) return value;
  const search = modifier.slice(0, cut);
  const replacement = modifier.slice(cut + 1);
  if (search.startsWith("*")) {
    const found = value.toLowerCase().indexOf(search.slice(1).toLowerCase());
    return found < 0 ? value : replacement + value.slice(found + search.length - 1);
  }
  const escaped = search.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return value.replace(new RegExp(escaped, "gi"), () => replacement);
}

/**
 * Expands the percent signs of one line. In a batch file `%%` is a percent sign, `%1` an argument, and an
 * undefined variable is empty; on a command line none of these hold, and an undefined variable stays as it
 * stands (windows-facts.md, section 4).
 */
export function expandPercent(line: string, scope: ExpansionScope): string {
  const batch = scope.batchArguments !== null;
  let out = "";
  let rest = line;
  for (let at = rest.indexOf("%"); at >= 0; at = rest.indexOf("%")) {
    out += rest.slice(0, at);
    rest = rest.slice(at + 1);
    if (scope.batchArguments) {
      const special = /^(?:(%)|(\*)|~([fdpnxz]*)(\d)|(\d))/i.exec(rest);
      if (special) {
        const [matched, percent, all, modifiers, modifiedIndex, index] = special;
        if (percent) out += "%";
        else if (all) out += scope.batchArguments.slice(1).join(" ");
        else if (modifiedIndex === "0" && modifiers) out += modified(scope.batchFile, modifiers, scope);
        else if (modifiedIndex)
          out += modified(scope.batchArguments[Number(modifiedIndex)] ?? "", modifiers ?? "", scope);
        else out += scope.batchArguments[Number(index)] ?? "";
        rest = rest.slice(matched.length);
        continue;
      }
    }
    const variable = /^([^%:]+)(?:%|:([^%]*)%)/.exec(rest);
    const value = variable ? scope.variable(variable[1] ?? "") : undefined;
    if (variable && value !== undefined) {
      out += variable[2] === undefined ? value : substitute(value, variable[2]);
      rest = rest.slice(variable[0].length);
    } else if (batch) {
      // An undefined name vanishes up to its percent sign, or up to and with the colon of its modifier.
      const undefinedName = /^[^%:]+[%:]/.exec(rest)?.[0] ?? "";
      rest = variable ? rest.slice(undefinedName.length) : rest;
    } else out += "%";
  }
  return out + rest;
}
