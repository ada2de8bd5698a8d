/** The preparations of the forest in the file: the computer of each, and why. Pure. */
import type { Fact } from "../facts";
import { findRelease, isModern } from "../releases";
import { counted } from "../text";
import { isDomainToPrepare, isPrepared } from "./discover";
import type {
  DiscoveredDomain,
  DiscoveredLevel,
  DiscoveredOrganization,
  DiscoveredSchemaMaster,
} from "./discoveredOrganization";
import { type Code, call, type Entry, entry, object, type Placeholder, plain, string } from "./layout";

/** `"verify"` if nothing is left to prepare; else steps on the schema master, and in every other domain. */
export function preparationCode(found: DiscoveredOrganization, placeholder: Placeholder): Code {
  if (isPrepared(found) === true) return string("verify");
  const { schemaMaster, domains } = found;
  const levels = [
    `Schema: ${describeLevelFact(found.schema)}.`,
    `Organization: ${describeLevelFact(organizationLevel(found))}.`,
  ];
  const place = schemaMaster.known
    ? `The schema and Active Directory are prepared in the domain ${schemaMaster.value.domain} and the site ${schemaMaster.value.site} of the schema master, on which this is (P6, P8).`
    : `The schema and Active Directory are prepared in the domain and the site of the schema master (P6, P8). Not read: ${schemaMaster.why}`;
  const master = schemaMaster.known
    ? on(schemaMaster.value.name, schemaMaster.value.domain)
    : call(
        "computer",
        placeholder("preparation.schema: FQDN of the schema master"),
        plain("accounts.preparation"),
      );
  const others = domains.known ? otherDomains(domains.value, schemaMaster) : [];
  const domainEntries = others.map((domain) => domainEntry(domain, found.target, placeholder));
  const unknownDomains = domains.known ? [] : [`Not read: the other domains: ${domains.why}`];
  return object([
    entry("schema", object([entry("computer", master)]), ...levels, place),
    ...(domains.known
      ? domainEntries.length === 0
        ? []
        : [entry("domains", object(domainEntries))]
      : [
          entry(
            "domains",
            placeholder("preparation.domains: the other domains with Exchange, each with its computer"),
            ...unknownDomains,
          ),
        ]),
  ]);
}

/** FQDNs of the computers on which the file's preparations run. */
export function preparationComputers(found: DiscoveredOrganization): readonly string[] {
  if (isPrepared(found) === true) return [];
  const { schemaMaster, domains } = found;
  const others = domains.known
    ? otherDomains(domains.value, schemaMaster).filter(
        (domain) => isDomainToPrepare(domain) && !isDone(domain, found.target),
      )
    : [];
  return [
    ...(schemaMaster.known ? [schemaMaster.value.name] : []),
    ...others.flatMap(({ controller }) => (controller.known ? [controller.value] : [])),
  ];
}

/** The schema master's own domain is prepared with Active Directory (P8). */
function otherDomains(
  domains: readonly DiscoveredDomain[],
  schemaMaster: Fact<DiscoveredSchemaMaster>,
): readonly DiscoveredDomain[] {
  const own = schemaMaster.known ? schemaMaster.value.domain : null;
  return domains.filter(({ name }) => name !== own);
}

/**
 * From 2013 on, a level shows that nothing is left to prepare. For 2007 it does not, since several service packs share
 * one.
 */
function isDone({ level }: DiscoveredDomain, target: string): boolean {
  const release = findRelease(target);
  if (!level.known || release === undefined || !isModern(release.product)) return false;
  return level.value.standing === "at" || level.value.standing === "above";
}

function domainEntry(domain: DiscoveredDomain, target: string, placeholder: Placeholder): Entry {
  const { name, netbios, level, controller, servers } = domain;
  const count = servers.length === 0 ? "no Exchange servers" : counted(servers.length, "Exchange server");
  const about = `${netbios}: ${count}. Level: ${describeLevelFact(level)}.`;
  if (!isDomainToPrepare(domain))
    return entry(name, null, `Domain ${name}, left out: ${about} Add it if it is to hold recipients.`);
  if (isDone(domain, target)) return entry(name, null, `Domain ${name}, left out: ${about}`);
  const computer = controller.known
    ? on(controller.value, name)
    : call(
        "computer",
        placeholder(`preparation.domains: FQDN of a computer in ${name}`),
        plain("accounts.preparation"),
        string(name),
      );
  const missing = controller.known ? [] : [`Not read: a domain controller: ${controller.why}`];
  return entry(name, object([entry("computer", computer)]), `Domain ${about}`, ...missing);
}

function on(computer: string, domain: string): Code {
  return call(
    "computer",
    string(computer),
    plain("accounts.preparation"),
    ...domainArgument(computer, domain),
  );
}

/** The domain, unless it is the DNS suffix, which is the component's default. */
export function domainArgument(fqdn: string, domain: string): readonly Code[] {
  return fqdn.slice(fqdn.indexOf(".") + 1) === domain ? [] : [string(domain)];
}

function organizationLevel({ organization }: DiscoveredOrganization): Fact<DiscoveredLevel> {
  if (!organization.known) return organization;
  const level = organization.value?.level ?? { value: null, release: null, standing: "none" as const };
  return { known: true, value: level, source: organization.source };
}

/** `10637 (2007 RTM), to be prepared`. */
export function describeLevelFact(fact: Fact<DiscoveredLevel>): string {
  if (!fact.known) return `not read: ${fact.why}`;
  const { value, release, standing } = fact.value;
  if (value === null) return "none, never prepared";
  const said = `${value} (${release})`;
  if (standing === "below") return `${said}, to be prepared`;
  return standing === "at" ? `${said}, prepared` : `${said}, beyond the target`;
}
