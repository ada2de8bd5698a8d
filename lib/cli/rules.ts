/** `exchange-upgrade rules`: the rules with their titles, and one of them at length. */
import type { Command } from "commander";
import { type Code, causeCodes, codeMeanings, messageCodes } from "../cause";
import { type JudgedKind, stepKinds } from "../model";
import { findRelease, listReleases, offered, type Release } from "../releases";
import { describeRule, holdsFor, type RuleDescription } from "../rules/describe";
import { stepNames } from "../rules/finding";
import { isRuleId, type RuleId, ruleIds } from "../rules/ids";
import { listed } from "../text";
import { labelled, tableText } from "./columns";
import { type GlobalOptions, type Outcome, runs, teaches } from "./command";
import { CliError, exitCodes } from "./exit";
import { guideSection, guideText } from "./guide";
import { noTarget } from "./target";
import { columnsOfAnswers } from "./terminal";

interface RulesOptions extends GlobalOptions {
  readonly explain?: string;
  readonly target?: string;
}

export function register(program: Command): void {
  const command = program
    .command("rules")
    .summary("list the rules and codes, or explain one")
    .description(
      "Lists the rules by which each step is judged, with their titles, and the codes of all other messages. Or explains a " +
        "rule: what it asks, of which steps and releases, who keeps it and from what, its source, whether it can be waived, and " +
        "what its refusals mean. Or explains a code: what its messages mean, and what to do.",
    )
    .option("--explain <rule or code>", "explain this rule, e.g. D3, or this code, e.g. XU-LOGON")
    .option("--target <release>", 'only what holds for this target, in its words, e.g. "SE RTM"')
    .action(runs(rules));
  teaches(command, {
    where: "anywhere; it reads nothing",
    credentials: "none",
    codes: {
      0: "done",
      2: "the command line is wrong, or there is no such rule, code or release",
      3: "the rule that is to be explained does not hold for the target",
    },
    examples: ['rules --target "SE RTM"', "rules --explain D3", "rules --explain XU-LOGON"],
  });
}

function rules({ explain, target: name }: RulesOptions): Outcome {
  const target = name === undefined ? undefined : targetNamed(name);
  if (explain !== undefined) {
    const code = codeNamed(explain);
    return code === undefined ? explained(ruleNamed(explain), target) : explainedCode(code);
  }
  const shown = ruleIds.filter((id) => target === undefined || holdsFor(id, target));
  const described = shown.map((id) => describeRule(id, target));
  return {
    exitCode: exitCodes.ok,
    result: { target: target?.name ?? null, rules: described, codes: codeMeanings },
    text: `${tableText(
      [
        ["rule", "level", "steps", "title"],
        ...described.map(({ id, level, steps, title }) => [id, level, stepsText(steps, shortSteps), title]),
      ],
      { columns: columnsOfAnswers(), flexible: 3 },
    )}\n${tableText([["code", "what it says"], ...Object.entries(codeMeanings)], {
      columns: columnsOfAnswers(),
      flexible: 1,
    })}\nMore: exchange-upgrade rules --explain ${shown[0]}\n`,
  };
}

/** The code by its name, with or without its prefix: `logon` for `XU-LOGON`. */
function codeNamed(name: string): Code | undefined {
  const wanted = name.trim().toUpperCase();
  return [...causeCodes, ...messageCodes].find((code) => code === wanted || code === `XU-${wanted}`);
}

function explainedCode(code: Code): Outcome {
  const columns = columnsOfAnswers();
  const guide = guideSection(code);
  const meaning = labelled("Says:", codeMeanings[code], 9, columns - 2).replaceAll("\n", "\n  ");
  return {
    exitCode: exitCodes.ok,
    result: { code, meaning: codeMeanings[code], guide: guide.join("\n") },
    text: [code, `  ${meaning}`, "", "Its messages:", guideText(guide, columns), ""].join("\n"),
  };
}

function explained(id: RuleId, target: Release | undefined): Outcome {
  const holds = target === undefined || holdsFor(id, target);
  const rule = describeRule(id, holds ? target : undefined);
  const guide = guideSection(id);
  return {
    exitCode: holds ? exitCodes.ok : exitCodes.no,
    result: { target: target?.name ?? null, holds, rule, guide: guide.join("\n") },
    text: explainedText(rule, guide, holds ? undefined : target),
  };
}

function explainedText(
  rule: RuleDescription,
  guide: readonly string[],
  without: Release | undefined,
): string {
  const columns = columnsOfAnswers();
  const { id, level, recommended, steps, targets, judges, title, keptBy, source, waiver } = rule;
  const lines = [
    ["Rule:", title],
    ["Level:", recommended === null ? level : `${level}; should: ${recommended}`],
    ["Steps:", stepsText(steps, stepNames)],
    ["Targets:", listReleases(targets.flatMap((name) => findRelease(name) ?? []))],
    ["Judges:", judges],
    ["Kept:", keptBy],
    ["Waiver:", waiver],
    ["Source:", source],
  ] as const;
  return [
    ...(without === undefined ? [] : [`${id} does not hold for ${without.name}.`]),
    id,
    ...lines.map(([label, text]) => `  ${labelled(label, text, 9, columns - 2)}`.replaceAll("\n", "\n  ")),
    ...(guide.length === 0 ? [] : ["", "Its messages:", guideText(guide, columns)]),
    "",
  ].join("\n");
}

const shortSteps: Readonly<Record<JudgedKind, string>> = {
  schema: "schema",
  organization: "AD",
  domain: "domain",
  server: "server",
  securityUpdate: "SU",
  clusteredMailbox: "CMS",
};

function stepsText(steps: readonly JudgedKind[], names: Readonly<Record<JudgedKind, string>>): string {
  if (!stepKinds.every((step) => steps.includes(step))) return listed(steps.map((step) => names[step]));
  return steps.includes("securityUpdate") ? `all, ${names.securityUpdate}` : "all";
}

function ruleNamed(name: string): RuleId {
  const id = name.trim().toUpperCase();
  if (isRuleId(id)) return id;
  throw new CliError(
    "XU-USAGE",
    `there is no rule or code "${name}": a rule is one of ${listed(ruleIds)}; exchange-upgrade rules lists the codes`,
    exitCodes.usage,
  );
}

function targetNamed(name: string): Release {
  const wanted = offered.find((each) => each.toLowerCase() === name.trim().toLowerCase());
  const release = wanted === undefined ? undefined : findRelease(wanted);
  if (release !== undefined) return release;
  throw noTarget(name);
}
