/** Rules on the computer of a step: its own name (D10), and the schema master's domain and site (P6, P8). */
import { setupOf } from "../../releases";
import { runModeTraits } from "../../runModes";
import { type Case, placeOf } from "../case";
import { ok, type Verdict } from "../finding";
import { whenPreparing } from "../organization/firstServer";
import { argument, wayToPrepareOn } from "../program/argumentTexts";
import { stepState } from "../state";
import { reachComputer } from "./reachComputer";

/** D10: the computer that answers is the one that the program names. */
export function ownName(c: Case): Verdict {
  const { identity } = c.facts.computer;
  const needed = `a connection to ${c.computer} itself`;
  const where = `in the program: ${argument(c, "computer.name")} and ${argument(c, "computer.connection.host")}`;
  if (!identity.known) {
    // A manual preparation has no connection: the operator is at the computer.
    if (!runModeTraits[c.run].needs.connection && c.step !== "server") return ok;
    // A finished step whose computer was not asked for its name passes.
    const state = stepState(c);
    if (c.recorded || (state.known && state.value.progress === "done")) return ok;
    return { verdict: "unknown", why: identity.why, needed, where, fix: reachComputer };
  }
  if (identity.value.fqdn === c.computer) return ok;
  return {
    verdict: "fails",
    problem: `the connection reaches ${identity.value.fqdn}`,
    found: `${identity.value.fqdn}, read from ${identity.source}`,
    needed,
    where,
    fix: "correct the name or the host: with another FQDN than the computer's own the installation fails",
  };
}

/** P6: the schema is prepared in the domain and in the site of the schema master. */
export function schemaPlace(c: Case): Verdict {
  return whenPreparing(
    c,
    "schema",
    () => besideSchemaMaster(c, setupOf(c.target).prepareSchema, "schema"),
    true,
  );
}

/** P8: Active Directory is prepared in the domain and in the site of the schema master. */
export function activeDirectoryPlace(c: Case): Verdict {
  return whenPreparing(
    c,
    "organization",
    () => besideSchemaMaster(c, setupOf(c.target).prepareAD, "organization"),
    true,
  );
}

function besideSchemaMaster(c: Case, switches: string, what: "schema" | "organization"): Verdict {
  const master = c.facts.forest.schemaMaster;
  const place = placeOf(c);
  const general = "a computer in the domain and in the site of the schema master";
  if (!master.known || !place.known) {
    return {
      verdict: "unknown",
      why: master.known ? (place.known ? "" : place.why) : master.why,
      needed: general,
      where: master.known ? whereToRun(switches, master.value) : `run Setup ${switches} on ${general}`,
      fix: `let \`directory\` and the connection be read, or ${
        c.step === "server"
          ? `prepare apart: ${wayToPrepareOn(c, what, "the schema master itself")}`
          : "run the step on the schema master itself"
      }`,
    };
  }
  const { domain, site, name } = master.value;
  const wrong = [
    sameName(place.value.domain, domain) ? "" : `domain ${place.value.domain} instead of ${domain}`,
    sameName(place.value.site, site) ? "" : `site ${place.value.site} instead of ${site}`,
  ].filter((w) => w !== "");
  if (wrong.length === 0) return ok;
  return {
    verdict: "fails",
    problem: `it is not beside the schema master: ${wrong.join(", ")}`,
    found: `domain ${place.value.domain}, site ${place.value.site} (${place.source})`,
    needed: `domain ${domain}, site ${site}: those of the schema master ${name}`,
    where: whereToRun(switches, master.value),
    fix:
      c.step === "server"
        ? wayToPrepareOn(c, what, "such a computer, the schema master itself for one")
        : `set ${argument(c, "computer")} to such a computer; the schema master itself is one`,
  };
}

function whereToRun(
  switches: string,
  master: { readonly name: string; readonly domain: string; readonly site: string },
) {
  return `run Setup ${switches} on a computer in domain ${master.domain} and site ${master.site}, such as ${master.name}`;
}

/** The directory compares names of domains and sites case-insensitively. */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
