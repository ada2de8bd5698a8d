/** `exchange-upgrade rules`: the rules with their titles, and one of them at length. */
import type { Command } from "commander";
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
    .summary("list the rules, or explain one")
    .description(
      "Lists the rules by which each step is judged, with their titles; or explains one: what it asks, of which steps and " +
        "releases, who keeps it and from what, its source, whether it can be waived, and what its refusals mean.",
    )
    .option("--explain <rule>", "explain this rule, e.g. D3")
    .option("--target <release>", 'only what holds for this target, in its words, e.g. "SE RTM"')
    .action(runs(rules));
  teaches(command, {
    where: "anywhere; it reads nothing",
    credentials: "none",
    codes: {
      0: "done",
      2: "the command line is wrong, or there is no such rule or release",
      3: "the rule that is to be explained does not hold for the target",
    },
    examples: ['rules --target "SE RTM"', "rules --explain D3"],
  });
}

function rules({ explain, target: name }: RulesOptions): Outcome {
  const target = name === undefined ? undefined : targetNamed(name);
  if (explain !== undefined) return explained(ruleNamed(explain), target);
  const shown = ruleIds.filter((id) => target === undefined || holdsFor(id, target));
  const described = shown.map((id) => describeRule(id, target));
  return {
    exitCode: exitCodes.ok,
    result: { target: target?.name ?? null, rules: described },
    text: `${tableText(
      [
        ["rule", "level", "steps", "title"],
        ...described.map(({ id, level, steps, title }) => [id, level, stepsText(steps, shortSteps), title]),
      ],
      { columns: columnsOfAnswers(), flexible: 3 },
    )}\nMore: exchange-upgrade rules --explain ${shown[0]}\n`,
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
};

function stepsText(steps: readonly JudgedKind[], names: Readonly<Record<JudgedKind, string>>): string {
  if (!stepKinds.every((step) => steps.includes(step))) return listed(steps.map((step) => names[step]));
  return steps.includes("securityUpdate") ? `all, ${names.securityUpdate}` : "all";
}

function ruleNamed(name: string): RuleId {
  const id = name.trim().toUpperCase();
  if (isRuleId(id)) return id;
  throw new CliError(`there is no rule "${name}": a rule is one of ${listed(ruleIds)}`, exitCodes.usage);
}

function targetNamed(name: string): Release {
  const wanted = offered.find((each) => each.toLowerCase() === name.trim().toLowerCase());
  const release = wanted === undefined ? undefined : findRelease(wanted);
  if (release !== undefined) return release;
  throw noTarget(name);
}
