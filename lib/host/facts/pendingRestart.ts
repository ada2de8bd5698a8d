/** Whether Windows waits for a restart: the signs of a release, read from the registry. */

import { type ComputerFacts, known, type PendingFile, unknown } from "../../facts";
import { describeSign, type RestartSign, waitingUpdates } from "../../releases";
import { cut, cutLine } from "../../text";
import { failureOf, type Part, type Parts, regQuery, regQueryValue } from "../cmd/commands";
import { dataOf, findKey, parentKey, parseDword, parseMultiString, parseRegistry } from "../cmd/registry";
import { OutputTooLarge } from "../transport/errors";
import { parsePendingFiles, pendingFilesText } from "./pendingFiles";
import type { Presence } from "./presence";
import type { ComputerQuestions, More, Question } from "./question";

/** Names of the parts that are read for the signs: listings of keys, and whether a value can be read. */
type RestartPart = `restart-${"listing" | "key" | "value"}-${number}`;

type ContentSign = RestartSign & { readonly kind: "content" };

/** Number of bytes to read of a value, enough to see that it has content. */
const enoughContent = 65_536;

/** Keys whose listings are read, each once: for a number its own key; for a sign that is a key, the key above. */
function listedKeys(signs: readonly RestartSign[]): readonly string[] {
  return [
    ...new Set(
      signs.flatMap((sign) => {
        if (sign.kind === "content") return [];
        return sign.kind === "key" ? [parentKey(sign.key) ?? sign.key] : [sign.key];
      }),
    ),
  ];
}

function contentSigns(signs: readonly RestartSign[]): readonly ContentSign[] {
  return signs.filter((sign) => sign.kind === "content");
}

/** The parts from which both facts are answered. */
const signsQuestion = {
  commands: ({ restartSigns }: ComputerQuestions) => restartCommands(restartSigns),
  keysInQuestion: (parts: Parts<RestartPart>, { restartSigns }: ComputerQuestions) =>
    restartKeysInQuestion(parts, restartSigns),
  listings: (parts: Parts<RestartPart>, { restartSigns }: ComputerQuestions) =>
    restartListings(parts, restartSigns),
};

export const pendingRestartQuestion: Question<"pendingRestart", RestartPart> = {
  ...signsQuestion,
  answer: async (parts, more) => (await pendingRestartOf(parts, more)).pendingRestart,
};

export const pendingFilesQuestion: Question<"pendingFiles", RestartPart> = {
  ...signsQuestion,
  answer: async (parts, more) => (await pendingRestartOf(parts, more)).pendingFiles,
};

/** A value may have any size, so its existence is read first, without printing it. */
function restartCommands(signs: readonly RestartSign[]): { readonly [N in RestartPart]: string } {
  const commands: { [N in RestartPart]: string } = {};
  for (const [i, key] of listedKeys(signs).entries())
    commands[`restart-listing-${i}`] = `${regQuery(key)} 2>&1`;
  for (const [i, sign] of contentSigns(signs).entries()) {
    commands[`restart-key-${i}`] = `${regQuery(sign.key)} >nul 2>nul`;
    commands[`restart-value-${i}`] = `${regQueryValue(sign.key, sign.value)} >nul 2>nul`;
  }
  return commands;
}

/** Listings of keys that were read. */
function restartListings(
  parts: Parts<RestartPart>,
  signs: readonly RestartSign[],
): readonly (readonly [key: string, listing: Part])[] {
  return listedKeys(signs).flatMap((key, i) => {
    const part = parts[`restart-listing-${i}`];
    return part === undefined ? [] : [[key, part] as const];
  });
}

/** Keys whose presence decides about a sign. */
function restartKeysInQuestion(parts: Parts<RestartPart>, signs: readonly RestartSign[]): readonly string[] {
  const listed = listedKeys(signs);
  return [
    ...signs.flatMap((sign) => (sign.kind === "key" ? [sign.key] : [])),
    ...signs.flatMap((sign) =>
      sign.kind === "number" && parts[`restart-listing-${listed.indexOf(sign.key)}`]?.ok !== true
        ? [sign.key]
        : [],
    ),
    ...contentSigns(signs).flatMap((sign, i) => (parts[`restart-key-${i}`]?.ok === true ? [] : [sign.key])),
  ];
}

/** A sign's reading: absent, present with its content, or why it could not be read. */
type Reading =
  | { readonly is: "absent" }
  | { readonly is: "there"; readonly says: string; readonly files?: readonly PendingFile[] }
  | { readonly is: "unread"; readonly why: string };

const absent: Reading = { is: "absent" };

/**
 * The signs that are present, each with its content. One present sign decides, even if others could not be read.
 * Without one, a sign that could not be read makes the fact unknown. The files are included if nothing else waits for a
 * restart.
 */
async function pendingRestartOf(
  parts: Parts<RestartPart>,
  { asked: { restartSigns: signs }, hidden, presenceOf, ask }: More,
): Promise<Pick<ComputerFacts, "pendingRestart" | "pendingFiles">> {
  const listed = listedKeys(signs);
  const contents = contentSigns(signs);
  const readings = await Promise.all(
    signs.map(async (sign): Promise<Reading> => {
      const why = hidden(sign.key);
      if (why !== null) return { is: "unread", why };
      switch (sign.kind) {
        case "key":
          return isThere(await presenceOf(sign.key));
        case "number": {
          const part = parts[`restart-listing-${listed.indexOf(sign.key)}`];
          if (part?.ok !== true)
            return isAbsent(await presenceOf(sign.key), part === undefined ? "" : failureOf(part));
          return numberOf(dataOf(findKey(parseRegistry(part.text), sign.key), sign.value), sign);
        }
        case "content": {
          const i = contents.indexOf(sign);
          if (parts[`restart-key-${i}`]?.ok !== true)
            return isAbsent(await presenceOf(sign.key), "the key cannot be read");
          return parts[`restart-value-${i}`]?.ok === true ? contentOf(ask, sign) : absent;
        }
      }
    }),
  );
  const source = signs.map(describeSign).join(", ");
  const found = signs.flatMap((sign, i) => {
    const reading = readings[i];
    return reading?.is === "there" ? [{ text: `${describeSign(sign)}${reading.says}`, ...reading }] : [];
  });
  if (found.length > 0) {
    const pendingRestart = known(
      found.map(({ text }) => text),
      source,
    );
    const [only, another] = found;
    // An unreadable sign may stand for more than files.
    const isAll = another === undefined && readings.every(({ is }) => is !== "unread");
    return isAll && only?.files !== undefined
      ? { pendingRestart, pendingFiles: only.files }
      : { pendingRestart };
  }
  for (const [i, reading] of readings.entries()) {
    const sign = signs[i];
    if (reading.is === "unread" && sign !== undefined)
      return { pendingRestart: unknown(reading.why, describeSign(sign)) };
  }
  return { pendingRestart: known([], source) };
}

function isThere(presence: Presence | undefined): Reading {
  if (presence === "absent") return absent;
  return presence === "present"
    ? { is: "there", says: "" }
    : { is: "unread", why: "whether the key is there cannot be told: no key above can be listed" };
}

/** An absent key has no value. If the key may exist, the value could not be read. */
function isAbsent(presence: Presence | undefined, why: string): Reading {
  return presence === "absent" ? absent : { is: "unread", why };
}

function numberOf(data: string | null, { value }: RestartSign & { readonly kind: "number" }): Reading {
  if (data === null) return absent;
  const number = parseDword(data);
  if (number === null)
    return { is: "unread", why: `the value ${value} is no number: ${JSON.stringify(cut(data, 60))}` };
  if (number === 0) return absent;
  const meaning = waitingUpdates[number];
  return { is: "there", says: ` = ${number}${meaning === undefined ? "" : ` (${meaning})`}` };
}

/** Reads an existing value up to a size limit; a larger value has content in any case. */
async function contentOf(ask: More["ask"], sign: ContentSign): Promise<Reading> {
  const command = `${regQueryValue(sign.key, sign.value)} 2>&1`;
  try {
    const { value } = await ask({ value: command }, { maxOutput: enoughContent });
    if (!value.ok) return { is: "unread", why: failureOf(value) };
    const data = dataOf(findKey(parseRegistry(value.text), sign.key), sign.value);
    if (data === null || parseMultiString(data.trim()).length === 0) return absent;
    const files = parsePendingFiles(data);
    if (files === null) return { is: "there", says: `: ${cutLine(data, 160)}` };
    return { is: "there", says: `: ${pendingFilesText(files)}`, files };
  } catch (error) {
    if (error instanceof OutputTooLarge) return { is: "there", says: ": more than can be shown" };
    throw error;
  }
}
