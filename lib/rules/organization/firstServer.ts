/**
 * Preparations that the program leaves to the first server: `/mode:upgrade` prepares what is not prepared, and its
 * account needs the permissions for that.
 */
import { type Fact, known, type Unknown } from "../../facts";
import { type Case, memberDomain } from "../case";
import { ok, type Verdict } from "../finding";
import { wayToPrepare } from "../program/argumentTexts";
import { organizationReading, ownDomain, type Reading, schemaReading } from "../state";
import { ifItApplies } from "../verdicts";
import { directoryServer, isEdge, isToolsOnly } from "./servers";

/** What can be left to the first server. */
export type Preparation = "schema" | "organization" | "domain";

const names: Readonly<Record<Preparation, string>> = {
  schema: "the schema",
  organization: "Active Directory",
  domain: "its domain",
};

/**
 * Applies a rule about a preparation where it belongs: to the preparation itself, and to a server's upgrade that will
 * prepare. A server prepares if the program leaves it to the first server, and neither the directory nor an earlier
 * server has the preparation. If that could not be read, a broken rule counts as not verified.
 * @param saysApart true if the judge's own fix is to prepare separately
 */
export function whenPreparing(c: Case, what: Preparation, judge: () => Verdict, saysApart = false): Verdict {
  if (c.step !== "server") return c.step === what ? judge() : ok;
  const due = isDue(c, what);
  if (!due.known)
    return ifItApplies(judge(), due, {
      fix: `let \`directory\` read its level, or ${apart(c, what)}`,
    });
  if (!due.value) return ok;
  const verdict = judge();
  if (verdict.verdict !== "fails") return verdict;
  const otherwise =
    c.place === null
      ? "; if another server prepares it, put that one in `after`"
      : saysApart
        ? ""
        : `; or ${apart(c, what)}`;
  return {
    ...verdict,
    problem: `preparing ${names[what]} is left to this server, and ${verdict.problem}`,
    fix: `${verdict.fix}${otherwise}`,
  };
}

function apart(c: Case, what: Preparation): string {
  return c.place === null
    ? `prepare ${names[what]} apart`
    : `prepare ${names[what]} apart: ${wayToPrepare(c, what)}, instead of "byFirstServer"`;
}

/** Whether this server's upgrade prepares the forest, or may have to because its state could not be read. */
export function mayPrepareForest(c: Case): boolean {
  return c.step === "server" && (mayPrepare(c, "schema") || mayPrepare(c, "organization"));
}

/** Whether the step makes this preparation, or may have to because its state could not be read. */
export function mayPrepare(c: Case, what: Preparation): boolean {
  if (c.step !== "server") return c.step === what;
  const due = isDue(c, what);
  return !due.known || due.value;
}

/** Whether this server's upgrade is to prepare. */
function isDue(c: Case, what: Preparation): Fact<boolean> {
  const no = known(false, "the program");
  // Edge Transport and the management tools prepare nothing: P2 and P4 only require local Administrators.
  if (c.planned?.byFirstServer !== true || isEdge(c) || isToolsOnly(c)) return no;
  const reading = readingOf(c, what);
  if (reading === undefined) return no;
  if (reading.known && (reading.value.verdict === "at" || reading.value.verdict === "above")) return no;
  const earlier = c.apply ? no : isPreparedBefore(c, what);
  if (!earlier.known) return notSeen(what, earlier);
  if (earlier.value) return no;
  return reading.known ? known(true, reading.source) : notSeen(what, reading);
}

/**
 * Whether a server that is planned earlier will have prepared; its Setup prepares no domain but its own. A computer
 * without a server in the directory counts as one with only the management tools.
 */
function isPreparedBefore(c: Case, what: Preparation): Fact<boolean> {
  const { forest } = c.facts;
  const others = c.after.filter((fqdn) => fqdn !== c.computer);
  if (others.length === 0) return known(false, "the program");
  if (!forest.servers.known) return forest.servers;
  const preparing = others.filter((fqdn) => {
    const server = directoryServer(c, fqdn);
    return server !== undefined && !server.objects.some(({ roles }) => roles?.includes("Edge Transport"));
  });
  if (what !== "domain") return known(preparing.length > 0, forest.servers.source);
  const own = memberDomain(c, forest);
  const isThere = (computer: string) => {
    const domain = memberDomain({ computer, computerDomain: null }, forest);
    return domain.known && own.known && own.value !== null && domain.value === own.value;
  };
  return known(preparing.some(isThere), forest.servers.source);
}

function readingOf(c: Case, what: Preparation): Fact<Reading> | undefined {
  if (what === "schema") return schemaReading(c);
  return what === "organization" ? organizationReading(c) : ownDomain(c)[0];
}

function notSeen(what: Preparation, { why, source }: Unknown): Unknown {
  return { known: false, why: `whether ${names[what]} is prepared: ${why}`, source };
}
