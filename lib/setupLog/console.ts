/** What Setup prints while it runs: for progress, and for failures without a log. Pure. */
import { consolePhases, setupSentences } from "../releases";
import { cutLine } from "../text";
import { warningRules } from "./failures/warningRules";
import type { FailedRule, Phase, SetupReport } from "./report";
import { nothingSaid, RunReader, says } from "./runReader";

/** Characters of what stands beneath a phase that are kept; a script that failed may stand there. */
const longestSaid = 20_000;
/** Characters of a status: what is longer is no status. */
const longestStatus = 31;

/** Reads the console output of one run. */
export function parseConsole(text: string): SetupReport {
  // Progress may be redrawn in place, with carriage returns and backspaces.
  const lines = text.replaceAll("\b", "").split(/\r*\n|\r/);
  const reader = new RunReader();
  for (const line of lines) if (line.trim() !== "") reader.takeMessage(line.trim());
  const report = { ...(reader.end() ?? nothingSaid), phases: phasesOf(lines) };
  return { ...report, failedRules: [...report.failedRules, ...rulesBeneath(report)] };
}

/** Setup's web address of a rule, with its name, stands behind the rule's text. */
const address = /For more information, visit: \S{0,200}setupreadiness[.-]([A-Za-z0-9]{3,80})\S*/;

/** The rules whose texts stand beneath a phase that failed; those that only warn stand there, too. */
function rulesBeneath(report: SetupReport): readonly FailedRule[] {
  return failedPhases(report).flatMap(({ said }) => {
    const pieces = said.split(address);
    // Text and name take turns.
    const rules = pieces.flatMap((name, index) =>
      index % 2 === 1 ? [{ name, message: (pieces[index - 1] ?? "").trim() }] : [],
    );
    return rules.filter(({ name }) => !warningRules.has(name.toLowerCase()));
  });
}

/** The phases, each with the lines beneath it: those that are indented deeper, and those that go on with them. */
function phasesOf(lines: readonly string[]): readonly Phase[] {
  const phases: Phase[] = [];
  let indent = 0;
  let isBeneath = false;
  let afterBlank = false;
  for (const line of lines) {
    const last = phases.at(-1);
    const own = line.search(/\S/);
    const deeper = last !== undefined && last.status !== "" && own > indent;
    const phase = phaseOf(line, deeper);
    if (phase !== null) {
      if (last?.name === phase.name && last.status === "") phases[phases.length - 1] = phase;
      else phases.push(phase);
      indent = own;
      isBeneath = phase.status !== "";
    } else if (last !== undefined && own >= 0 && isBeneath) {
      // A sentence at the left margin is Setup's own again, unless a text of several lines goes on with it.
      isBeneath = deeper || (last.said !== "" && !afterBlank && !isSetups(line));
      if (isBeneath) phases[phases.length - 1] = { ...last, said: join(last.said, line) };
    }
    afterBlank = own < 0;
  }
  return phases;
}

function join(before: string, line: string): string {
  return before.length >= longestSaid ? before : cutLine(`${before} ${line}`, longestSaid);
}

/** A heading, or how the run ended. */
function isSetups(line: string): boolean {
  return [consolePhases.headings, setupSentences.success, setupSentences.failure].some((all) =>
    says(line, all),
  );
}

/**
 * A name, and behind dots (2007, 2010) or behind blanks (2013 and later) perhaps a status. A line that stands deeper than the
 * phase before it is a text beneath that, in which a path or a sentence may be shortened by three dots.
 */
function phaseOf(line: string, deeper: boolean): Phase | null {
  const text = line.trim();
  const dots = text.search(deeper ? /(?<!^)\.{4}/ : /(?<!^)\.{3}/);
  const end = dots >= 0 ? dots : /^\s/.test(line) ? text.search(/\s{8}/) : -1;
  if (end < 0) return null;
  const status = text.slice(end).replace(/^[\s.\d%]+/, "");
  if (status.length > longestStatus) return null;
  return { name: text.slice(0, end).trimEnd(), status, said: "" };
}

/**
 * The phases that failed, by their status. Where none is in English, the last one counts, if something stands beneath it and
 * Setup does not say that it succeeded: what failed was the end of the run.
 */
export function failedPhases({ phases, succeeded }: SetupReport): readonly Phase[] {
  const failed = phases.filter(({ status }) => /^FAILED$/i.test(status));
  if (failed.length > 0 || succeeded === true) return failed;
  const last = phases.at(-1);
  return last === undefined || last.said === "" || /^COMPLETED$/i.test(last.status) ? [] : [last];
}
