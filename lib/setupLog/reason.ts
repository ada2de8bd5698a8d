/** An explanation in words, short enough for one line of a finding. Pure. */
import { counted, cut, listedOf, visibleLine } from "../text";
import { type Cause, type Explanation, explain } from "./explain";
import type { FailedRule, SetupReport } from "./report";

/** UTF-16 code units that a reason has at most. */
export const longestReason = 300;
/** Of the thing, and of Setup's own words beside a cause that is known. */
const longestThing = 100;
const least = 24;
/** Of Setup's own words, where it names several errors. */
const longestOfMany = 180;
/** Of what is left out of Setup's words because it stands before them. */
const shortestPart = 4;

/**
 * One sentence or two for people on why a run failed, from what its log and its console say, without the last
 * full stop; null when neither says anything.
 */
export function failureReason(log: SetupReport | null, console: SetupReport | null): string | null {
  const explanation = explain(log, console);
  return explanation === null ? lastWords(log, console) : reasonText(explanation);
}

/** What a run that names no reason said last; null where it said nothing. */
export function lastWords(log: SetupReport | null, console: SetupReport | null): string | null {
  const last = (log ?? console)?.lastLines ?? [];
  if (last.length === 0) return null;
  const head = "its last lines are: ";
  const room = longestReason - 1 - head.length;
  // What it said last tells most.
  let told = sentence(last.at(-1) ?? "");
  for (const line of last.slice(0, -1).toReversed()) {
    const longer = `${line} / ${told}`;
    if (longer.length > room) break;
    told = longer;
  }
  return `${head}${cut(told, room)}`;
}

/** The cause, what to do, and Setup's own words, in at most {@link longestReason} characters. */
export function reasonText(explanation: Explanation): string {
  const [first, ...others] = explanation.causes;
  if (first === undefined) return "";
  if (first.failure === null) return wordsText(explanation);
  const also = others.map((cause) => causeText(cause, 0));
  return fitted(
    [
      `${rulesCount(explanation)}${causeText(first)}`,
      capital(first.failure.action),
      ...(also.length === 0 ? [] : [`Also: ${also.join("; ")}`]),
      ...(first.words.length === 0 ? [] : [`Setup says: ${besides(first)}`]),
    ].map((text, index, all) => (index === 0 ? text : `${all[index - 1]?.endsWith("…") ? "" : "."} ${text}`)),
  );
}

/** The deciding cause and what to do, apart from Setup's own words; null where only those are known. */
export function knownCause(
  explanation: Explanation,
): { readonly cause: string; readonly action: string } | null {
  const [first] = explanation.causes;
  if (first === undefined || first.failure === null) return null;
  return {
    cause: visibleLine(`${rulesCount(explanation)}${causeText(first)}`),
    action: first.failure.action,
  };
}

/** Setup's own words alone, in at most {@link longestReason} characters: for a message that tells the cause elsewhere. */
export function wordsText({ causes, inItsWake, failedRules }: Explanation): string {
  const all = causes.flatMap(({ rules, words }) => {
    if (rules.length === 0) return words.map(sentence);
    const isNamed = (rules[0]?.name ?? "") !== "";
    if (!isNamed && failedRules > 1) return words.map(sentence);
    const head =
      failedRules > 1 ? ruleNames(rules) : isNamed ? `rule ${ruleNames(rules)} failed` : "a rule failed";
    return [words[0] === undefined ? head : `${head}: ${sentence(words[0])}`];
  });
  const wake =
    inItsWake.length === 0 ? [] : [`${listedOf([inItsWake[0]?.name ?? ""], inItsWake.length)} in their wake`];
  const count = failedRules > 1 ? `${counted(failedRules, "rule")} failed: ` : "";
  const texts = [...all, ...wake];
  const each = texts.length > 1 ? longestOfMany : longestReason;
  return fitted(
    texts
      .map((text) => cut(text, each))
      .map((text, index) => (index === 0 ? `${count}${text}` : `; ${text}`)),
  );
}

function ruleNames(rules: readonly FailedRule[]): string {
  return listedOf([rules[0]?.name ?? ""], rules.length);
}

function rulesCount({ failedRules }: Explanation): string {
  return failedRules > 1 ? `${counted(failedRules, "rule")} failed: ` : "";
}

/** A cause with the thing that it is about. @param most characters of the thing; 0 for none */
export function causeText({ failure, thing, rules, words }: Cause, most = longestThing): string {
  const text = failure?.cause ?? `${rules[0]?.name ?? ""}: ${sentence(words[0] ?? "")}`.replace(/^: /, "");
  return thing === null || most === 0 ? text : `${text}: ${cut(thing, most - 1)}`;
}

/** The texts one behind the other, as long as they fit; one that does not is cut where enough of it is left. */
function fitted(parts: readonly string[]): string {
  let text = "";
  for (const part of parts.map(visibleTail)) {
    const room = longestReason - text.length;
    if (part.length <= room) text += part;
    else if (room > least) return text + cut(part, room - 1);
    else return text;
  }
  return text;
}

/** {@link visibleLine} that keeps a blank in front. */
function visibleTail(text: string): string {
  return `${text.startsWith(" ") ? " " : ""}${visibleLine(text)}`;
}

/** Setup's words, without what the thing has said. */
function besides({ thing, parts, words }: Cause): string {
  const texts = thing === null ? [] : [thing, ...parts];
  const text = texts
    .filter((each) => each.length >= shortestPart)
    .reduce((said, each) => said.replaceAll(each, "…"), words.map(sentence).join("; "));
  return sentence(text);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentence(text: string): string {
  return text.replace(/(?<!\.)\.$/, "");
}
