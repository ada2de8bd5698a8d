/** R12: the server has one object in the directory, and no second one that a reader could mistake for it. */
import type { SetAsideFacts } from "../../facts";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { describeObject } from "./serverObjects";
import { directoryServer, isEdge, isToolsOnly } from "./servers";

const needed =
  "one object of the server: Setup writes the new version to it, and the upgrade is proven by it (D13)";
const where = "in the configuration partition of the forest";

/**
 * R12: the server has one object. Copies from replication conflicts are set aside, and reported as a recommendation.
 */
export function oneObject(c: Case): Verdict {
  // The directory's data of Edge Transport are stale by design, and it contains none of the management tools.
  if (isEdge(c) || isToolsOnly(c)) return ok;
  const { servers } = c.facts.forest;
  if (!servers.known)
    return {
      verdict: "unknown",
      why: servers.why,
      needed,
      where,
      fix: "let `directory` read the servers, with an account that sees them",
    };
  const objects = directoryServer(c, c.computer)?.objects ?? [];
  if (objects.length > 1)
    return {
      verdict: "fails",
      problem: `the directory shows ${objects.length} objects of it, and nothing tells which one is the server's`,
      found: objects.map(describeObject).join("; "),
      needed,
      where,
      fix: "find out which one the server uses, and remove the other (ADSI Edit, connected to Configuration), or name its DN in `gone`, with the reason",
    };
  const taken = c.gone.find(({ objects: its }) => its.some(({ fqdn }) => fqdn === c.computer));
  if (objects.length === 0 && taken !== undefined)
    return {
      verdict: "fails",
      problem: "the program says that its only object in the directory is that of a server that is gone",
      found: `gone: ${taken.server} (${taken.reason})`,
      needed,
      where: "in the program: `gone`",
      fix: "leave it out there: this program upgrades the server",
    };
  const copies = conflictCopies(c);
  if (copies.length === 0) return ok;
  const found = copies.map(describeObject).join("; ");
  const [own] = objects;
  if (own === undefined)
    return {
      verdict: "fails",
      problem: "the directory shows nothing of it but what a replication conflict has left",
      found,
      needed,
      where,
      fix: `rename it to ${copies[0]?.name} (ADSI Edit, connected to Configuration) if it is the server's only object; else let \`directory\` read the other one, with an account that sees it`,
    };
  return {
    verdict: "fails",
    level: "should",
    problem: `a replication conflict has left ${copies.length === 1 ? "a copy" : "copies"} of its object, which ${copies.length === 1 ? "is" : "are"} not judged`,
    found,
    needed: `one object of the server: ${own.dn}`,
    where,
    fix: `compare, and delete the ${copies.length === 1 ? "copy" : "copies"} (ADSI Edit, connected to Configuration)`,
  };
}

/** Conflict copies of the server's object: those with its FQDN, and those without an FQDN but with its host name. */
function conflictCopies({ computer, facts: { forest } }: Case): readonly SetAsideFacts[] {
  if (!forest.setAside.known) return [];
  const host = computer.split(".")[0];
  return forest.setAside.value.filter(
    ({ kind, fqdn, name }) =>
      kind === "conflict copy" && (fqdn === null ? name.toLowerCase() === host : fqdn === computer),
  );
}
