/** What is to be read of the directory's health for a step: nothing that no rule asks for it. */
import { isModern, securityGroupNames } from "../../releases";
import type { Case } from "../case";
import type { RuleId } from "../ids";
import { domainsConcerned } from "../state";
import { rules } from "../table";
import { mayPrepare } from "./firstServer";

export interface HealthAsked {
  /** Names that Setup gives to groups; null where the groups are not asked for. */
  readonly groupNames: readonly string[] | null;
  readonly schemaNames: boolean;
  /** FQDN of the schema master; null where it is not asked. */
  readonly synchronized: string | null;
  /** DNS names of the domains whose objects are asked for. */
  readonly domains: readonly string[];
  readonly organization: boolean;
  readonly systemMailboxes: "not" | "alone" | "with names";
  readonly server: boolean;
}

/** What the rules that hold for the step are judged from. */
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
    // Rules on other objects ask the schema whether there can be any.
    schemaNames: (ofSchema && holds("R33")) || organization || systemMailboxes !== "not" || server,
    synchronized: ofSchema && holds("R34") && schemaMaster.known ? schemaMaster.value.name : null,
    domains: [...new Set([...all, ...(own?.known === true ? own.value : [])])],
    organization,
    systemMailboxes,
    server,
  };
}
