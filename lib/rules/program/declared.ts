/** The program's declarations about a server (R9): the order of an organization's steps was made from them. */
import type { Role } from "../../facts";
import { compareProducts, type Release } from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";
import { computerNotVerified } from "../computer/reachComputer";
import { ok, type Verdict } from "../finding";
import { groupOf } from "../organization/availabilityGroup";
import { allOf } from "../verdicts";
import { argument } from "./argumentTexts";

/** R9: the declared roles, site and group are the server's own. */
export function declaredServer(c: Case): Verdict {
  return allOf([declaredRoles(c), declaredSite(c), declaredGroup(c)]);
}

/** R9 in one line: Exchange 2007 has no database availability groups. */
export function declaredTitle({ product }: Release): string {
  return product === "2007"
    ? "the roles and the site that the program gives are the server's own"
    : "the roles, the site and the database availability group that the program gives are the server's own";
}

function declaredRoles(c: Case): Verdict {
  const { roles } = c.declared;
  if (roles === null) return ok;
  const needed = `the roles that the program gives: ${textOf(roles)}`;
  const read = c.facts.computer.roles;
  if (!read.known) return computerNotVerified(c, read.why, needed);
  const installed = read.value.map(({ role }) => role);
  // D1 reports a computer without Exchange.
  if (installed.length === 0 || sameRoles(c.target, installed, roles)) return ok;
  return {
    verdict: "fails",
    problem: `it carries ${textOf(installed)}, and the program takes it for ${textOf(roles)}`,
    found: `${textOf(installed)} below ${read.source}`,
    needed,
    where: `in the program: ${argument(c, "roles")}`,
    fix: `correct ${argument(c, "roles")}: the order of the servers is made from them`,
  };
}

function declaredSite(c: Case): Verdict {
  const { site } = c.declared;
  if (site === null) return ok;
  const needed = `the site that the program gives: ${site}`;
  const { identity } = c.facts.computer;
  if (!identity.known) return computerNotVerified(c, identity.why, needed);
  const found = identity.value.site;
  // A domain controller does not report a site. P6 and P8 read it from its own object.
  if (found === null || found.toLowerCase() === site.toLowerCase()) return ok;
  return {
    verdict: "fails",
    problem: `it is in site ${found}, and the program takes it to be in ${site}`,
    found: `site ${found}, as the computer reports it`,
    needed,
    where: `in the program: ${argument(c, "site")}`,
    fix: `correct ${argument(c, "site")}; it decides which servers are upgraded one after another`,
  };
}

/** From 2016 on, Setup knows no Client Access role: its services are part of Mailbox, and a program may omit it. */
function sameRoles({ product }: Release, installed: readonly Role[], declared: readonly Role[]): boolean {
  const own = (roles: readonly Role[]) =>
    compareProducts(product, "2016") >= 0 && roles.includes("Mailbox")
      ? roles.filter((role) => role !== "Client Access")
      : roles;
  return textOf(own(installed)) === textOf(own(declared));
}

function declaredGroup(c: Case): Verdict {
  const { dag } = c.declared;
  if (dag === null) return ok;
  const { availabilityGroups, servers } = c.facts.forest;
  const needed = `the database availability group that the program gives: ${dag}`;
  const unseen = (why: string): Verdict => ({
    verdict: "unknown",
    why,
    needed,
    where: "in the configuration partition of the forest",
    fix: "let `directory` read the servers and their database availability groups, with an account that sees them",
  });
  if (!servers.known) return unseen(servers.why);
  if (!availabilityGroups.known) return unseen(availabilityGroups.why);
  const group = groupOf(c.facts.forest, c.computer);
  if (group?.name.toLowerCase() === dag.toLowerCase()) return ok;
  const open = availabilityGroups.value.find((each) => each.unseen !== null);
  if (group === undefined && open !== undefined) return unseen(open.unseen ?? "");
  const found =
    group === undefined ? "no database availability group" : `the database availability group ${group.name}`;
  return {
    verdict: "fails",
    problem: `it is in ${found}, and the program takes it to be in ${dag}`,
    found: `${found}, as the directory shows it`,
    needed,
    where: `in the program: ${argument(c, "dag")}`,
    fix: `correct ${argument(c, "dag")}; it decides which servers are upgraded one after another`,
  };
}

/** Roles in a fixed order. The management tools, which every role includes, only appear if there is nothing else. */
function textOf(roles: readonly Role[]): string {
  const own = roles.filter((role) => role !== "Management Tools");
  return listed([...new Set(own.length === 0 ? roles : own)].sort());
}
