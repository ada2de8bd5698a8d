/** The description of a rule: which steps and targets it applies to, its source, and who enforces it. */
import { type JudgedKind, type StepKind, stepKinds } from "../model";
import {
  citations,
  compareProducts,
  compareReleases,
  type Evidenced,
  findRelease,
  isModern,
  type Release,
} from "../releases";
import type { Case } from "./case";
import type { Verdict } from "./finding";

/** Who enforces a rule. */
export type Enforcement =
  | {
      readonly by: "judge";
      readonly judge: (c: Case) => Verdict;
      /** The facts that the judge uses, for readers. */
      readonly facts: string;
    }
  | {
      /** The handler of a step gets the finding from handlerFindings.ts, since no fact of a case decides the rule. */
      readonly by: "handler";
      readonly where:
        | "arguments"
        | "change window"
        | "replication"
        | "proof"
        | "security update"
        | "maintenance"
        | "clustered mailbox server";
      readonly facts: string;
    }
  /** The package cannot do otherwise. */
  | { readonly by: "construction"; readonly how: string };

/**
 * What supports a rule for one target: a source about Exchange, or a property of this package that holds for every
 * target.
 */
export type Grounds = Evidenced | { readonly own: string } | "not described";

export interface Rule {
  readonly level: "must" | "should";
  /** The part of a *must* that is only a recommendation. */
  readonly recommended?: string;
  /** Whether the rule applies to a step to a target, or to a security update of it. */
  readonly appliesTo: (c: { readonly step: JudgedKind; readonly target: Release }) => boolean;
  /** Whom or what the rule judges. */
  readonly judges: "account" | "computer" | "organization" | "program";
  /** The rule in one line, for a target. */
  readonly title: (target: Release) => string;
  readonly source: (target: Release) => Grounds;
  readonly enforced: Enforcement;
  /** True if the rule also judges a finished step. */
  readonly whenDone?: boolean;
  /** When a broken *must* may be waived, as a clause that begins with "where". @default never */
  readonly waivableFailure?: string;
}

/** Applies to these steps, whatever the target. */
export function onSteps(...steps: readonly JudgedKind[]): Rule["appliesTo"] {
  return ({ step }) => steps.includes(step);
}

/** Applies to these steps to some targets. */
export function stepsTo(steps: readonly StepKind[], isHeld: (target: Release) => boolean): Rule["appliesTo"] {
  const onThese = onSteps(...steps);
  return (c) => onThese(c) && isHeld(c.target);
}

/** Whether a target is Exchange 2013 or later. */
export function isModernTarget({ product }: Release): boolean {
  return isModern(product);
}

/** Applies to every step. */
export const everyStep: Rule["appliesTo"] = onSteps(...stepKinds);

/** Applies to every step and to security updates. */
export const everyStepAndUpdate: Rule["appliesTo"] = onSteps(...stepKinds, "securityUpdate");

/** Applies to security updates only, of 2013 and later. */
export const onUpdates: Rule["appliesTo"] = ({ step, target }) =>
  step === "securityUpdate" && isModern(target.product);

/** Applies to clustered mailbox servers, which only 2007 has. */
export const onClustered: Rule["appliesTo"] = ({ step, target }) =>
  step === "clusteredMailbox" && target.product === "2007";

/** A title that is the same for every release. */
export function always(title: string): () => string {
  return () => title;
}

export function judged(judge: (c: Case) => Verdict, facts: string): Enforcement {
  return { by: "judge", judge, facts };
}

export function handled(
  where: Extract<Enforcement, { readonly by: "handler" }>["where"],
  facts: string,
): Enforcement {
  return { by: "handler", where, facts };
}

export function built(how: string): Enforcement {
  return { by: "construction", how };
}

const documentation: Evidenced = { evidence: "documented", source: "How to upgrade to Exchange 2007 SP1" };

/** The source document is about 2007 SP1, and says nothing of other releases. */
export function inDocument({ name }: Release): Grounds {
  return name === "2007 SP1" ? documentation : "not described";
}

/**
 * The source for the lack of a way back. For 2007 SP1 and older the document forbids leaving SP1; for cumulative
 * updates their own topic forbids a rollback.
 */
export function wayBackIn(target: Release): Grounds {
  const sp1 = findRelease("2007 SP1");
  if (compareProducts(target.product, "2007") < 0) return documentation;
  if (target.product === "2007" && sp1 !== undefined && compareReleases(target, sp1) <= 0)
    return documentation;
  return compareProducts(target.product, "2013") >= 0
    ? { evidence: "documented", source: citations.updateTopic }
    : "not described";
}

/** The topics on preparing Active Directory and domains; that of 2010 is not among the sources. */
export function preparationTopic({ product }: Release): Grounds {
  if (product === "2007")
    return { evidence: "documented", source: "How to Prepare Active Directory and Domains" };
  if (!isModern(product)) return "not described";
  return {
    evidence: "documented",
    source: product === "2013" ? citations.documentation : citations.prepareTopic,
  };
}

/** The document, else the topics on preparing. */
export function ofPreparations(target: Release): Grounds {
  const document = inDocument(target);
  return document === "not described" ? preparationTopic(target) : document;
}

/** The document; for other targets a source about 2010, or one about 2013 and later. */
export function inDocumentOr(sources: {
  readonly of2010?: Evidenced;
  readonly from2013?: Evidenced;
}): Rule["source"] {
  return (target) => {
    const other = isModern(target.product)
      ? sources.from2013
      : target.product === "2010"
        ? sources.of2010
        : undefined;
    return other ?? inDocument(target);
  };
}

/** A rule of Setup's own prerequisite check. */
export function checkedBySetup(rule: string): Rule["source"] {
  return ({ product }) => ({
    evidence: "documented",
    source:
      compareProducts(product, "2013") < 0
        ? `Exchange analyzer, rule ${rule}`
        : `${citations.setupLogs}, rule ${rule}`,
  });
}

/** A source that covers every release. */
export function documentedIn(source: string): Rule["source"] {
  return () => ({ evidence: "documented", source });
}

/** A property of this package, whatever the target. */
export function own(what: string): () => { readonly own: string } {
  return () => ({ own: what });
}

/**
 * A rule's source as findings and docs/rules.md print it. If no source covers the target, the text says that it is
 * unverified.
 */
export function sourceText({ source }: Pick<Rule, "source">, target: Release): string {
  const grounds = source(target);
  if (grounds === "not described") return `unverified: no source is described for ${target.name}`;
  if ("own" in grounds) return grounds.own;
  return grounds.evidence === "unverified" ? `unverified: ${grounds.source}` : grounds.source;
}
