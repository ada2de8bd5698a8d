/** The identity of a step: the server that it upgrades, or the domains that it prepares. */
import type { StepKind } from "../../model";
import { isRecord, type Props, sameJson } from "../../wire/values";
import { planDomain } from "./step";

/** Inputs whose change makes it another step, so that the engine replaces the resource. */
export function replacedBy(kind: StepKind, olds: Props, news: Props): readonly string[] {
  if (kind === "server") return nameOf(olds.computer) === nameOf(news.computer) ? [] : ["computer"];
  if (kind !== "domain" || domainIn(olds) === domainIn(news)) return [];
  const changed = ["domain", "allDomains"].filter((key) => !sameJson(olds[key], news[key]));
  return changed.length > 0 ? changed : ["computer"];
}

/** Whether the state of the step with `olds` is valid for the step with `news`. */
export function isSameStep(kind: StepKind, olds: Props, news: Props): boolean {
  if (replacedBy(kind, olds, news).length > 0) return false;
  // /PrepareAD also prepares the computer's own domain: on a computer in another domain there is something to do.
  return kind !== "organization" || ownDomainIn(olds) === ownDomainIn(news);
}

/** The computer's name in lower case, or words for an unknown one. */
export function nameOf(computer: unknown): string {
  return isRecord(computer) && typeof computer.name === "string"
    ? computer.name.toLowerCase()
    : "its computer";
}

/** What a domain step prepares: one domain, or `*`. */
function domainIn(props: Props): string {
  if (props.allDomains === true) return "*";
  return typeof props.domain === "string" ? props.domain.toLowerCase() : ownDomainIn(props);
}

function ownDomainIn({ computer }: Props): string {
  const domain = isRecord(computer) && typeof computer.domain === "string" ? computer.domain : undefined;
  return planDomain({ name: nameOf(computer), domain: domain?.toLowerCase() });
}
