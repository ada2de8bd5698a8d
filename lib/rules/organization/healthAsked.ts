/** Which conditions of the directory to read for a step: only those that a rule needs. */
import { isModern, securityGroupNames } from "../../releases";
import type { Case } from "../case";
import type { RuleId } from "../ids";
import { domainsConcerned } from "../state";
import { rules } from "../table";
import { mayPrepare } from "./firstServer";

export interface HealthAsked {
  /** Names that Setup gives to groups; null if no rule needs the groups. */
  readonly groupNames: readonly string[] | null;
  readonly schemaNames: boolean;
  /** FQDN of the schema master; null if no rule needs its replication state. */
  readonly synchronized: string | null;
  /** DNS names of the domains whose objects a rule needs. */
  readonly domains: readonly string[];
  readonly organization: boolean;
  readonly systemMailboxes: "not" | "alone" | "with names";
  readonly server: boolean;
}

/** Collects what the rules that apply to the step need. */
export function healthAsked(c: Case): HealthAsked {
  const holds = (id: RuleId): boolean => rules[id].appliesTo(c);
  const prepares = (...what: readonly Parameters<typeof mayPrepare>[1][]): boolean =>
    what.some((each) => mayPrepare(c, each));
  const { schemaMaster, domains } = c.facts.forest;
  const ofSchema = prepares("schema", "organization");
  const ofDirectory = prepares("organization");
  const isServer = c.step === "server";
  const all = ofDirectory && holds("R36") && domains.known ? domains.value.map(({ name }) => name) : [];
  const asksOwn =
    (holds("R35") && (prepares("domain") || (isServer && isModern(c.target.product)))) ||
    (holds("R38") && prepares("organization", "domain"));
  const own = asksOwn ? domainsConcerned(c) : undefined;
  const organization = ofDirectory && holds("R39");
  const systemMailboxes = !holds("R40") ? "not" : ofDirectory ? "with names" : isServer ? "alone" : "not";
  const server = isServer && holds("R41");
  return {
    groupNames: ofDirectory && holds("R31") ? securityGroupNames(c.target.product) : null,
    // Other rules first need to know whether the schema allows such objects at all.
    schemaNames: (ofSchema && holds("R33")) || organization || systemMailboxes !== "not" || server,
    synchronized: ofSchema && holds("R34") && schemaMaster.known ? schemaMaster.value.name : null,
    domains: [...new Set([...all, ...(own?.known === true ? own.value : [])])],
    organization,
    systemMailboxes,
    server,
  };
}
