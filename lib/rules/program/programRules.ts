/** The rules that judge the program. */

import { stepKinds } from "../../model";
import { citations, setupOf } from "../../releases";
import type { RuleId } from "../ids";
import { prepared } from "../organization/prerequisites";
import {
  always,
  built,
  everyStep,
  everyStepAndUpdate,
  handled,
  inDocument,
  isModernTarget,
  judged,
  ofPreparations,
  onSteps,
  own,
  preparationTopic,
  type Rule,
  stepsTo,
} from "../rule";
import { declaredServer, declaredTitle } from "./declared";
import { answered } from "./setupAnswers";

export const programRules = {
  D11: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "program",
    title: always("with the wizard an operator logs on to the server, runs Setup and chooses Upgrade"),
    source: inDocument,
    enforced: built('run: "manual" starts nothing, says what the operator does, and verifies the result'),
  },
  D12: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "program",
    title: (target) => `from a command prompt on the server, Setup runs with ${setupOf(target).upgrade}`,
    source: inDocument,
    enforced: built("the command line of a server step is made from the release's Setup and /mode:upgrade"),
  },
  D14: {
    level: "must",
    appliesTo: onSteps("schema", "organization", "domain"),
    judges: "program",
    title: always("Active Directory and domains are prepared as their own topic describes"),
    source: ofPreparations,
    enforced: built(
      "preparations are resources of their own, in the order schema, Active Directory, domains, or left to the first server",
    ),
  },
  P10: {
    level: "must",
    appliesTo: onSteps("domain"),
    judges: "program",
    title: (target) => {
      const { prepareDomain, prepareAllDomains } = setupOf(target);
      return `domains are prepared with ${prepareDomain()} or ${prepareAllDomains} from a command prompt`;
    },
    source: ofPreparations,
    enforced: built("the command line of a domain step is made from the release's Setup and its switch"),
  },
  R1: {
    level: "must",
    appliesTo: everyStep,
    judges: "program",
    title: always("the target is a release that this version offers"),
    source: own("supported transitions"),
    enforced: handled("arguments", "the arguments are refused before anything is read"),
  },
  R3: {
    level: "must",
    appliesTo: onSteps("organization", "domain", "server"),
    judges: "program",
    title: always("what a step rests on is planned before it or done"),
    source: preparationTopic,
    enforced: judged(
      prepared,
      "what is planned before the step and, right before Setup, the levels in the directory; a computer with only the management tools, by its registry, rests on nothing",
    ),
  },
  R9: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "program",
    title: declaredTitle,
    source: own("the order of the servers"),
    enforced: judged(
      declaredServer,
      "the roles and the site in the registry of the server, and its database availability group in the directory, where the program gives `roles`, `site` or `dag`",
    ),
  },
  R10: {
    level: "must",
    appliesTo: everyStepAndUpdate,
    judges: "program",
    title: always("a step is started inside its change window, and fits into what is left of it"),
    source: own("how Setup is run"),
    enforced: handled(
      "change window",
      "`changeWindow` and the expected duration are compared with the clock right before Setup is started; what runs or is done is never refused for it",
    ),
  },
  R14: {
    level: "must",
    // Setup before 2013 has no such questions.
    appliesTo: stepsTo(stepKinds, isModernTarget),
    judges: "program",
    title: always("what the target's Setup asks is answered"),
    source: () => ({ evidence: "documented", source: citations.documentation }),
    enforced: judged(answered, "`setup` in the program, against the switches of the target's Setup"),
  },
} satisfies { readonly [Id in RuleId]?: Rule };
