/** Rules on what must exist before a step: an Exchange installation (D1) and the preparations (R3). */
import type { Fact } from "../../facts";
import { compareProducts, startsFrom } from "../../releases";
import { listed } from "../../text";
import { type Case, memberDomain } from "../case";
import { computerNotVerified } from "../computer/reachComputer";
import { ok, stepNames, type Verdict } from "../finding";
import { argument, edgeText, preparationsText, wayToPrepare } from "../program/argumentTexts";
import { domainReading, organizationReading, otherProduct, type Reading, schemaReading } from "../state";
import { isToolsOnly } from "./servers";

/** D1: Exchange is installed: on the server, or for a preparation in the forest. */
export function installed(c: Case): Verdict {
  return c.step === "server" ? installedOnServer(c) : installedInForest(c);
}

function installedOnServer(c: Case): Verdict {
  const { roles } = c.facts.computer;
  const needed = `an installed Exchange ${productsUpgraded(c)} with at least one role or the management tools`;
  const where = `on ${c.computer}`;
  if (!roles.known) return computerNotVerified(c, roles.why, needed);
  // R2 and D9 judge a server of another product.
  if (roles.value.length > 0 || otherProduct(c) !== undefined) return ok;
  return {
    verdict: "fails",
    problem: "no Exchange role is installed there",
    found: `no role below ${roles.source}`,
    needed,
    where,
    fix: "name the computer that carries Exchange, or install Exchange there first: an upgrade installs nothing new",
  };
}

/** The products whose servers can be upgraded to the target, oldest first: `2019 or SE`. */
function productsUpgraded({ target, catalogue }: Case): string {
  const starts = startsFrom(target, catalogue).map(({ product }) => product);
  return [...new Set([...starts, target.product])].sort(compareProducts).join(" or ");
}

function installedInForest(c: Case): Verdict {
  const { organization } = c.facts.forest;
  // From 2013 on, media may prepare an organization without any server of their product.
  const product = c.target.product === "2007" || c.target.product === "2010" ? ` ${c.target.product}` : "";
  const needed = `an Exchange${product} organization in the forest`;
  const where = "in the configuration partition of the forest";
  if (!organization.known) {
    const fix =
      "let `directory` reach a domain controller with an account that may read the configuration partition";
    return { verdict: "unknown", why: organization.why, needed, where, fix };
  }
  if (organization.value !== null) return ok;
  return {
    verdict: "fails",
    problem: "the forest holds no Exchange organization",
    found: `no organization container below ${organization.source}`,
    needed,
    where,
    fix: "point `directory` at the forest that holds the organization; this product upgrades, it does not install",
  };
}

/** A prerequisite of a step: whether it is planned earlier, and what the directory shows of it. */
interface Prerequisite {
  readonly what: string;
  readonly planned: boolean;
  readonly live: Fact<Reading>;
  readonly how: string;
}

/** R3: each prerequisite is done or planned earlier. Right before Setup only done ones count. */
export function prepared(c: Case): Verdict {
  // The management tools need nothing in the directory: P4 only requires local Administrators.
  if (c.step === "server" && isToolsOnly(c)) return ok;
  const needed = prerequisiteText(c);
  const where = `in the program: ${preparationsText(c)}`;
  if (c.planned === null && !c.apply) {
    const fix = "nothing, when the step before this one is part of the same preview";
    return {
      verdict: "unknown",
      why: "what is planned before this step is not known yet",
      needed,
      where,
      fix,
    };
  }
  if (c.planned?.edge === true) return edgeAlone(c);
  const prerequisites = prerequisitesOf(c);
  if (!prerequisites.known) {
    return {
      verdict: "unknown",
      needed,
      where: "in the directory",
      why: prerequisites.why,
      fix: prerequisites.fix,
    };
  }
  const missing: Prerequisite[] = [];
  let unread: Prerequisite["live"] | undefined;
  for (const p of prerequisites.value) {
    // What this server's own Setup prepares need not exist before it.
    if (c.planned?.byFirstServer === true || (p.planned && !c.apply)) continue;
    if (!p.live.known) unread ??= p.live;
    else if (p.live.value.verdict !== "at" && p.live.value.verdict !== "above") missing.push(p);
  }
  // Known gaps are reported first: they remain, whatever the unreadable rest would show.
  if (missing.length === 0) {
    if (unread === undefined || unread.known) return ok;
    const fix = `let \`directory\` read it, with an account that sees it (${unread.source})`;
    return { verdict: "unknown", why: unread.why, needed, where: "in the directory", fix };
  }
  const names = `${listed(missing.map((p) => p.what))} ${missing.length === 1 ? "is" : "are"}`;
  return {
    verdict: "fails",
    problem: c.apply
      ? `${names} not prepared for ${c.target.name} in the directory`
      : `${names} neither planned before this step nor prepared for ${c.target.name}`,
    found: missing.map((p) => (p.live.known ? p.live.value.text : p.what)).join(", "),
    needed,
    where: c.apply ? "in the directory" : where,
    fix: wayTo(c, missing),
  };
}

/**
 * If a planned prerequisite is missing right before Setup, the program is right: the preparation has to be done and
 * seen first.
 */
function wayTo(c: Case, missing: readonly Prerequisite[]): string {
  const ways = missing.filter(({ planned }) => !planned).map(({ how }) => how);
  const wait =
    "let the preparations that are planned before this step be done first, and wait until `directory` shows them";
  const others = c.planned?.verify === true ? "let whoever prepares do it first, or " : "";
  return [
    ...(ways.length < missing.length ? [wait] : []),
    ...(ways.length > 0 ? [`${others}${ways.join("; ")}`] : []),
  ].join("; ");
}

function prerequisiteText(c: Case): string {
  const rests: Readonly<Record<Case["step"], string>> = {
    schema: "nothing",
    organization: "the schema",
    domain: "the schema and the organization",
    server: "the schema, the organization and the server's own domain",
  };
  return `${rests[c.step]} prepared for ${c.target.name} before the ${stepNames[c.step]}`;
}

function prerequisitesOf(
  c: Case,
): { readonly known: true; readonly value: readonly Prerequisite[] } | NotKnown {
  const schema: Prerequisite = {
    what: "the schema",
    planned: c.planned?.schema === true,
    live: schemaReading(c),
    how: wayToPrepare(c, "schema"),
  };
  if (c.step === "organization") return { known: true, value: [schema] };
  const organization: Prerequisite = {
    what: "Active Directory",
    planned: c.planned?.organization === true,
    live: organizationReading(c),
    how: wayToPrepare(c, "organization"),
  };
  if (c.step === "domain") return { known: true, value: [schema, organization] };
  const own = ownDomain(c);
  if (!own.known) return own;
  const domain: Prerequisite = {
    what: `the domain ${own.value}`,
    planned: c.planned?.domains.includes(own.value) === true || c.planned?.domains.includes("*") === true,
    live: domainReading(c, own.value),
    how: wayToPrepare(c, "domain", own.value),
  };
  return { known: true, value: [schema, organization, domain] };
}

type NotKnown = { readonly known: false; readonly why: string; readonly fix: string };

/** The domain of the forest that the server belongs to. */
function ownDomain(c: Case): { readonly known: true; readonly value: string } | NotKnown {
  const own = memberDomain(c, c.facts.forest);
  if (!own.known)
    return {
      known: false,
      why: own.why,
      fix: "let `directory` reach a domain controller that shows the domains of the forest",
    };
  if (own.value !== null) return { known: true, value: own.value };
  const { domains } = c.facts.forest;
  const names = domains.known ? domains.value.map((d) => d.name) : [];
  return {
    known: false,
    why: `${c.computer} is in no domain of the forest (${names.join(", ")})`,
    fix: `say its domain as ${argument(c, "computer.domain")} where its DNS suffix is another; ${edgeText(c).how}`,
  };
}

/** An Edge Transport server needs no directory; every other step does. */
function edgeAlone(c: Case): Verdict {
  const { roles } = c.facts.computer;
  const needed = `Edge Transport as the only server role, ${edgeText(c).where}`;
  const where = `on ${c.computer}`;
  if (!roles.known) return computerNotVerified(c, roles.why, needed);
  const names = roles.value.map((r) => r.role);
  if (names.every((role) => role === "Edge Transport" || role === "Management Tools")) return ok;
  return {
    verdict: "fails",
    problem: "it carries roles that need a prepared directory",
    found: names.join(", "),
    needed,
    where,
    fix:
      c.place === null
        ? "pass the ExchangeADPrep or ExchangeDomainPrep of the server's domain as `prepared`"
        : `correct ${argument(c, "roles")}: every other server rests on \`preparation\``,
  };
}
