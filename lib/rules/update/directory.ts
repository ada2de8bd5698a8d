/** R84: the directory work that an update requires is done. */
import { type DirectoryWork, directoryWorkOf } from "../../releases";
import { memberDomain } from "../case";
import { ok, type Verdict } from "../finding";
import { recommendation } from "../verdicts";
import type { UpdateCase } from "./updateCase";

/**
 * R84: the first work that is not known to be done. A recommendation: the update can be applied anyway, and protects
 * once the work is done.
 */
export function directoryIsReady(u: UpdateCase): Verdict {
  const verdicts = directoryWorkOf(u.step.target, u.build).map((work) => judged(u, work));
  const verdict =
    verdicts.find((each) => each.verdict === "fails") ?? verdicts.find((each) => each.verdict === "unknown");
  return verdict === undefined ? ok : recommendation(verdict);
}

function judged({ step }: UpdateCase, work: DirectoryWork): Verdict {
  const { command, domainLevel, update } = work;
  const preparation =
    command === "/PrepareSchema"
      ? "ExchangeSchemaPrep, or Setup /PrepareSchema"
      : "ExchangeDomainPrep with `allDomains: true`, or Setup /PrepareAllDomains";
  const where = "in the directory, once for the whole forest";
  const fix = `run it with the newest media (${preparation}), before or after the update; where it is done, waive the rule for that reason`;
  if (domainLevel === null)
    return {
      verdict: "unknown",
      why: `${update} asks for Setup ${command}, and no number shows whether that was run`,
      needed: `Setup ${command} of that update or a later cumulative update`,
      where,
      fix,
    };
  const needed = `objectVersion ${domainLevel} or above of CN=Microsoft Exchange System Objects in every domain`;
  const unseen = (why: string): Verdict => ({
    verdict: "unknown",
    why,
    needed,
    where,
    fix: `let \`directory\` be read. Otherwise ${fix}`,
  });
  const domain = memberDomain(step, step.facts.forest);
  if (!domain.known) return unseen(domain.why);
  if (domain.value === null) return unseen(`${step.computer} is in no domain of the forest`);
  const level = step.facts.domainLevels[domain.value];
  if (level === undefined) return unseen(`the level of ${domain.value} was not read`);
  if (!level.known) return unseen(level.why);
  if (level.value !== null && level.value >= domainLevel) return ok;
  return {
    verdict: "fails",
    problem: `${update} asks for Setup ${command}, and ${domain.value} does not show it`,
    found: `objectVersion ${level.value ?? "absent"} in ${domain.value} (${level.source})`,
    needed,
    where,
    fix,
  };
}
