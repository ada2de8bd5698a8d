/** Preparations that are left to the first server: `/mode:upgrade` prepares what is not prepared, with its own rights. */
import { type Fact, known, type Unknown } from "../facts";
import { type Case, domainOf, memberDomain } from "./case";
import { ok, type Verdict } from "./finding";
import { isEdge, isToolsOnly, serverObject } from "./servers";
import { organizationReading, ownDomain, type Reading, schemaReading } from "./state";
import { ifItApplies } from "./verdicts";

/** What can be left to the first server. */
export type Preparation = "schema" | "organization" | "domain";

const names: Readonly<Record<Preparation, string>> = {
  schema: "the schema",
  organization: "Active Directory",
  domain: "its domain",
};

/**
 * Judges a rule on a preparation where it holds: for that preparation, and for a server's upgrade that will do it because
 * the program leaves it to the first server, and neither the directory nor an earlier server has it. Where it could not
 * be seen whether that is so, what is missing is not verified.
 */
export function whenPreparing(c: Case, what: Preparation, judge: () => Verdict): Verdict {
  if (c.step !== "server") return c.step === what ? judge() : ok;
  const due = isDue(c, what);
  if (!due.known)
    return ifItApplies(judge(), due, {
      fix: `let \`directory\` read its level, or prepare ${names[what]} apart`,
    });
  if (!due.value) return ok;
  const verdict = judge();
  if (verdict.verdict !== "fails") return verdict;
  return {
    ...verdict,
    problem: `preparing ${names[what]} is left to this server, and ${verdict.problem}`,
    fix: `${verdict.fix}; if another server prepares it, put that one in \`after\``,
  };
}

/** Whether this server's upgrade is to prepare. */
function isDue(c: Case, what: Preparation): Fact<boolean> {
  const no = known(false, "the program");
  // Edge Transport and the tools alone prepare nothing: P2 and P4 ask no more than local Administrators.
  if (c.planned?.byFirstServer !== true || isEdge(c) || isToolsOnly(c)) return no;
  if (!c.apply && isPreparedBefore(c, what)) return no;
  const reading = readingOf(c, what);
  if (reading === undefined) return no;
  if (!reading.known) return notSeen(what, reading);
  return known(reading.value.verdict !== "at" && reading.value.verdict !== "above", reading.source);
}

/** Whether a server that is planned before this one will have prepared; its Setup prepares no domain but its own. */
function isPreparedBefore(c: Case, what: Preparation): boolean {
  const { domains } = c.facts.forest;
  const preparing = c.after.filter(
    (fqdn) => fqdn !== c.computer && serverObject(c, fqdn)?.roles?.includes("Edge Transport") !== true,
  );
  if (what !== "domain") return preparing.length > 0;
  const all = domains.known ? domains.value.map((d) => d.name) : [];
  const own = memberDomain(c, c.facts.forest);
  return own.known && own.value !== null && preparing.some((fqdn) => domainOf(fqdn, all) === own.value);
}

function readingOf(c: Case, what: Preparation): Fact<Reading> | undefined {
  if (what === "schema") return schemaReading(c);
  return what === "organization" ? organizationReading(c) : ownDomain(c)[0];
}

function notSeen(what: Preparation, { why, source }: Unknown): Unknown {
  return { known: false, why: `whether ${names[what]} is prepared: ${why}`, source };
}
