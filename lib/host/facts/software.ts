/** Software that Setup needs on a server, as the registry shows it. */
import { type ComputerFacts, type Fact, known, unknown } from "../../facts";
import type { Component } from "../../releases";
import { cut } from "../../text";
import { failureOf, type Parts, regQuery, regQueryEveryValue } from "../cmd/commands";
import { dataOf, findKey, parseDword, parseRegistry, textOf } from "../cmd/registry";
import { versionCommand, versionKey } from "./identity";
import type { ComputerQuestions, More, Question } from "./question";

/** Packages that 64-bit installers have installed on 64-bit Windows. */
const uninstallKey = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall";

type Sign = Component["sign"];

export const softwareQuestion: Question<"software"> = {
  commands: (asked) => Object.assign({}, ...softwareIn(asked).map(({ sign }) => commandsOf(sign))),
  keysInQuestion: (parts, asked) => [
    ...new Set(softwareIn(asked).flatMap(({ sign }) => keysInQuestion(sign, parts))),
  ],
  answer: async (parts, more) => {
    const answers = softwareIn(more.asked).map(
      async ({ name, sign }) => [name, await softwareOf(sign, parts, more)] as const,
    );
    return Object.fromEntries(await Promise.all(answers)) satisfies ComputerFacts["software"];
  },
};

function softwareIn({ components = [] }: ComputerQuestions): readonly Component[] {
  return components.filter(({ software }) => software);
}

function commandsOf(sign: Sign): { readonly [part: string]: string } {
  switch (sign.kind) {
    case "program":
      return {
        "programs-name": `${regQueryEveryValue(uninstallKey, "DisplayName")} 2>&1`,
        "programs-version": `${regQueryEveryValue(uninstallKey, "Version")} 2>&1`,
      };
    case "key":
    case "value":
      return { [`software-${sign.key}`]: `${regQuery(sign.key)} 2>&1` };
    case "windows revision":
      return { version: versionCommand };
    default:
      return {};
  }
}

function keysInQuestion(sign: Sign, parts: Parts<string>): readonly string[] {
  if (sign.kind !== "key" && sign.kind !== "value") return [];
  return parts[`software-${sign.key}`]?.ok === true ? [] : [sign.key];
}

async function softwareOf(
  sign: Sign,
  parts: Parts<string>,
  { hidden, presenceOf }: More,
): Promise<Fact<string | null>> {
  switch (sign.kind) {
    case "program": {
      const why = hidden(uninstallKey);
      return why === null ? programOf(sign, parts) : unknown(why, uninstallKey);
    }
    case "key":
    case "value": {
      const { key } = sign;
      const source = sign.kind === "key" ? key : `${key}\\${sign.value}`;
      const why = hidden(key);
      if (why !== null) return unknown(why, source);
      const part = parts[`software-${key}`];
      if (part === undefined) return unknown("it was not asked", source);
      if (!part.ok)
        return (await presenceOf(key)) === "absent" ? known(null, source) : unknown(failureOf(part), source);
      if (sign.kind === "key") return known("present", source);
      return known(textOf(findKey(parseRegistry(part.text), key), sign.value), source);
    }
    case "windows revision":
      return revisionOf(sign, parts);
    default:
      return unknown("it was not asked", sign.kind);
  }
}

/** The first program of this name with at least this version. */
function programOf(
  { displayName, version }: Sign & { readonly kind: "program" },
  parts: Parts<string>,
): Fact<string | null> {
  const { "programs-name": names, "programs-version": versions } = parts;
  if (names === undefined || versions === undefined) return unknown("it was not asked", uninstallKey);
  for (const part of [names, versions]) if (!part.ok) return unknown(failureOf(part), uninstallKey);
  const numbers = parseRegistry(versions.text);
  for (const key of parseRegistry(names.text)) {
    const name = dataOf(key, "DisplayName");
    if (name?.startsWith(displayName) !== true) continue;
    const number = parseDword(dataOf(findKey(numbers, key.path), "Version"));
    if (number !== null && number >= version) return known(name, uninstallKey);
  }
  return known(null, uninstallKey);
}

/** Another Windows needs no such update. */
function revisionOf(
  { build, revision }: Sign & { readonly kind: "windows revision" },
  { version }: Parts<string>,
): Fact<string | null> {
  const source = `${versionKey}\\UBR`;
  if (version === undefined) return unknown("it was not asked", source);
  if (!version.ok) return unknown(failureOf(version), source);
  const key = findKey(parseRegistry(version.text), versionKey);
  const windows = textOf(key, "CurrentBuildNumber");
  if (windows === null) return unknown("the registry does not say the build of Windows", source);
  if (windows !== String(build)) return known(`Windows build ${cut(windows, 20)}`, source);
  const found = parseDword(dataOf(key, "UBR"));
  if (found === null) return unknown("the registry does not say the revision of Windows", source);
  return known(found >= revision ? `Windows build ${windows}.${found}` : null, source);
}
