/** What is said of a rule: for what it holds, what it rests on, and who keeps it. */
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

/** Who sees to it that a rule is kept. */
export type Enforcement =
  | {
      readonly by: "judge";
      readonly judge: (c: Case) => Verdict;
      /** The facts that it is judged from, for readers. */
      readonly facts: string;
    }
  | {
      /** Whoever runs the step asks for what no case holds, and has the finding made of it (handlerFindings.ts). */
      readonly by: "handler";
      readonly where:
        | "arguments"
        | "change window"
        | "replication"
        | "proof"
        | "security update"
        | "maintenance";
      readonly facts: string;
    }
  /** The product cannot do otherwise. */
  | { readonly by: "construction"; readonly how: string };

/** What a rule rests on for one target: a source about Exchange, or how this package works, whatever the target is. */
export type Grounds = Evidenced | { readonly own: string } | "not described";

export interface Rule {
  readonly level: "must" | "should";
  /** Of a *must*, the part that is only a recommendation. */
  readonly recommended?: string;
  /** Whether the rule holds for a step to a target, or for a security update of it. */
  readonly appliesTo: (c: { readonly step: JudgedKind; readonly target: Release }) => boolean;
  /** Whom or what the rule judges. */
  readonly judges: "account" | "computer" | "organization" | "program";
  /** The rule in one line, in the words of the target. */
  readonly title: (target: Release) => string;
  readonly source: (target: Release) => Grounds;
  readonly enforced: Enforcement;
  /** True when it is judged although the step has nothing left to do. */
  readonly whenDone?: boolean;
  /** When a *must* may be waived although it fails, as a clause that begins with "where". @default never */
  readonly waivableFailure?: string;
}

/** A rule that holds for these steps, whatever the target. */
export function onSteps(...steps: readonly JudgedKind[]): Rule["appliesTo"] {
  return ({ step }) => steps.includes(step);
}

/** A rule that holds for these steps to some targets. */
export function stepsTo(steps: readonly StepKind[], isHeld: (target: Release) => boolean): Rule["appliesTo"] {
  const onThese = onSteps(...steps);
  return (c) => onThese(c) && isHeld(c.target);
}

/** Whether a target is Exchange 2013 or later. */
export function isModernTarget({ product }: Release): boolean {
  return isModern(product);
}

/** A rule that holds for every step. */
export const everyStep: Rule["appliesTo"] = onSteps(...stepKinds);

/** A rule that holds for every step, and for a security update. */
export const everyStepAndUpdate: Rule["appliesTo"] = () => true;

/** A rule that holds for security updates alone: of 2013 and later. */
export const onUpdates: Rule["appliesTo"] = ({ step, target }) =>
  step === "securityUpdate" && isModern(target.product);

/** A title without a word that differs between releases. */
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

/** The source document is about 2007 SP1; of other releases it says nothing. */
export function inDocument({ name }: Release): Grounds {
  return name === "2007 SP1" ? documentation : "not described";
}

/**
 * That nothing is taken back. A target that is 2007 SP1 or older is refused for what the document says of leaving SP1; for
 * cumulative updates their own topic says it.
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

/** What the topics on preparing Active Directory and domains say; that of 2010 is not among the sources. */
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

/** The document, else what a source says of 2010, and one of 2013 and later. */
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

/** A source that says it of every release. */
export function documentedIn(source: string): Rule["source"] {
  return () => ({ evidence: "documented", source });
}

/** How this package works, whatever the target. */
export function own(what: string): () => { readonly own: string } {
  return () => ({ own: what });
}

/** A rule's source as findings and docs/rules.md print it: what no source says of the target is seen to be unverified. */
export function sourceText({ source }: Pick<Rule, "source">, target: Release): string {
  const grounds = source(target);
  if (grounds === "not described") return `unverified: no source is described for ${target.name}`;
  if ("own" in grounds) return grounds.own;
  return grounds.evidence === "unverified" ? `unverified: ${grounds.source}` : grounds.source;
}
