/** Settings of a server at which Setup of 2013 and later fails: execution policy, event logs, open shells. */
import { known, type Unknown, unknown } from "../../facts";
import type { Component } from "../../releases";
import { failureOf, type Part, regQuery, regQueryValue, taskList } from "../cmd/commands";
import { parseTasklist } from "../cmd/listings";
import { canonicalKey, dataOf, findKey, parentKey, parseRegistry } from "../cmd/registry";
import { linesOf } from "../transport/decode";
import type { ComputerQuestions, Question } from "./question";

type Sign<K extends Component["sign"]["kind"]> = Component["sign"] & { readonly kind: K };

/** The sign of this kind among what is asked. */
export function signOf<K extends Component["sign"]["kind"]>(
  { components = [] }: ComputerQuestions,
  kind: K,
): Sign<K> | undefined {
  return components.map(({ sign }) => sign).find((sign): sign is Sign<K> => sign.kind === kind);
}

export const notAsked = (source: string) => unknown("it was not asked", source);

/** Why a part has no answer. */
export const missing = (part: Part | undefined) =>
  part === undefined ? "it was not asked" : failureOf(part);

/**
 * An account's policy key and the keys above it may be absent. So the same round trip lists the key above the policies,
 * which decides.
 */
function policyListings(keys: readonly string[]): readonly string[] {
  const above = keys.flatMap((key) => {
    const parents: string[] = [];
    for (let parent = parentKey(key); parent !== null; parent = parentKey(parent)) parents.push(parent);
    return parents.filter((each) => canonicalKey(each).includes("\\policies"));
  });
  return [...new Set([...keys, ...above])];
}

export const executionPolicyQuestion: Question<"executionPolicy"> = {
  commands: (asked) =>
    Object.fromEntries(
      policyListings(signOf(asked, "no values")?.keys ?? []).map((key) => [
        `policy-${key}`,
        `${regQuery(key)} 2>&1`,
      ]),
    ),
  listings: (parts, asked) =>
    policyListings(signOf(asked, "no values")?.keys ?? []).flatMap((key) => {
      const part = parts[`policy-${key}`];
      return part === undefined ? [] : [[key, part] as const];
    }),
  keysInQuestion: (parts, asked) =>
    (signOf(asked, "no values")?.keys ?? []).filter((key) => parts[`policy-${key}`]?.ok !== true),
  answer: async (parts, { asked, hidden, presenceOf }) => {
    const sign = signOf(asked, "no values");
    if (sign === undefined) return notAsked("group policies");
    const found: string[] = [];
    let unread: Unknown | undefined;
    for (const key of sign.keys) {
      const why = hidden(key);
      if (why !== null) {
        unread ??= unknown(why, key);
        continue;
      }
      const part: Part | undefined = parts[`policy-${key}`];
      if (part?.ok === true) {
        const data = dataOf(findKey(parseRegistry(part.text), key), sign.value);
        if (data !== null) found.push(`${key}\\${sign.value} = ${data}`);
      } else if ((await presenceOf(key)) !== "absent") unread ??= unknown(missing(part), key);
    }
    // One existing policy decides, even if others could not be read.
    return found.length === 0 && unread !== undefined ? unread : known(found, sign.keys.join(", "));
  },
};

const logKey = (log: string) => `HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\${log}`;
const descriptor = "CustomSD";

export const eventLogsQuestion: Question<"eventLogs"> = {
  commands: (asked) =>
    Object.fromEntries(
      (signOf(asked, "log rights")?.logs ?? []).flatMap((log) => [
        [`log-key-${log}`, `${regQuery(logKey(log))} >nul 2>nul`],
        [`log-rights-${log}`, `${regQueryValue(logKey(log), descriptor)} 2>&1`],
      ]),
    ),
  answer: (parts, { asked }) => {
    const sign = signOf(asked, "log rights");
    if (sign === undefined) return notAsked("event logs");
    const own: { [log: string]: string } = {};
    for (const log of sign.logs) {
      // The key belongs to Windows. If it cannot be listed, its value cannot be told from an absent one.
      if (parts[`log-key-${log}`]?.ok !== true) return unknown("the key cannot be read", logKey(log));
      const value = parts[`log-rights-${log}`];
      const data =
        value?.ok === true ? dataOf(findKey(parseRegistry(value.text), logKey(log)), descriptor) : null;
      if (data !== null) own[log] = data.trim();
    }
    return known(own, sign.logs.map((log) => `${logKey(log)}\\${descriptor}`).join(", "));
  },
};

/** The part in which a shell of this reading says the number of its process, and PowerShell's language mode. */
export const languageModePart = "language-mode";

/** The number of the process by which the language mode was asked; null where it did not say it. */
export function startedShell(part: Part | undefined): number | null {
  const number = linesOf(part?.text ?? "").find((line) => /^\s*\d{1,10}\s*$/.test(line));
  return number === undefined ? null : Number(number);
}

export const openShellsQuestion: Question<"openShells"> = {
  commands: (asked) =>
    Object.fromEntries(
      (signOf(asked, "no process")?.images ?? []).map((image) => [
        `shells-${image}`,
        `${taskList(image)} 2>&1`,
      ]),
    ),
  answer: (parts, { asked }) => {
    const sign = signOf(asked, "no process");
    if (sign === undefined) return notAsked("tasklist");
    const found: string[] = [];
    const own = startedShell(parts[languageModePart]);
    for (const image of sign.images) {
      const part = parts[`shells-${image}`];
      if (part?.ok !== true) return unknown(missing(part), "tasklist");
      for (const { pid } of parseTasklist(part.text, image)) if (pid !== own) found.push(`${image} (${pid})`);
    }
    return known(found, "tasklist");
  },
};
