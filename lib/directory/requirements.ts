/** What Exchange requires of a forest: functional levels, and Windows of the domain controllers. */
import type { Entry } from "ldapts";
import { type DomainControllerWindows, type Fact, type FunctionalLevel, known, unknown } from "../facts";
import type { Search } from "./client";
import { hasClass, integer, text } from "./entry";

/**
 * Functional level of the forest, from the container of the partitions: 0 when the attribute is absent.
 * fSMORoleOwner of the same object (the domain naming master) is always set: without it, nothing of it can be seen.
 */
export function readForestLevel(entries: readonly Entry[], source: string): Fact<number> {
  const container = entries.find((entry) => hasClass(entry, "crossRefContainer"));
  const level = container === undefined ? null : integer(container, "msDS-Behavior-Version");
  if (level !== null) {
    return known(level, source);
  }
  return container !== undefined && text(container, "fSMORoleOwner") !== null
    ? known(0, source)
    : unknown("this account cannot see msDS-Behavior-Version of the container of the partitions", source);
}

/** The head of a domain: its SID and its functional level. */
export function domainHeadSearch(dn: string): Search {
  return {
    base: dn,
    attributes: ["objectSid", "msDS-Behavior-Version", "nTMixedDomain"],
    binary: ["objectSid"],
  };
}

/** Functional level of a domain. Every domain has nTMixedDomain; msDS-Behavior-Version is absent at Windows 2000. */
export function readDomainFunctionalLevel(entry: Entry | undefined, source: string): Fact<FunctionalLevel> {
  const mixed = entry && integer(entry, "nTMixedDomain");
  if (entry === undefined || mixed === undefined || mixed === null) {
    return unknown(
      "this account cannot see nTMixedDomain of the domain, which is always set; let it read the object",
      source,
    );
  }
  return known({ level: integer(entry, "msDS-Behavior-Version") ?? 0, mixed: mixed !== 0 }, source);
}

/**
 * Computer objects of a domain's domain controllers: all bits of 8192 (SERVER_TRUST_ACCOUNT, [MS-ADTS] 2.2.16) are set
 * in userAccountControl. objectCategory is indexed, and the bits are not.
 */
export function controllerComputersSearch(domainDn: string): Search {
  return {
    base: domainDn,
    scope: "sub",
    filter: "(&(objectCategory=computer)(userAccountControl:1.2.840.113556.1.4.803:=8192))",
    attributes: ["dNSHostName", "operatingSystemVersion", "operatingSystemServicePack"],
  };
}

/**
 * Windows of one domain controller, from the computer objects of its domain; null when its object does not say.
 * @param name FQDN in lower case.
 */
export function readWindows(
  computers: readonly Entry[],
  name: string,
  source: string,
): Fact<DomainControllerWindows | null> {
  const computer = computers.find((entry) => text(entry, "dNSHostName")?.toLowerCase() === name);
  if (computer === undefined) {
    return unknown(`this account cannot see the computer object of ${name}`, source);
  }
  const version = text(computer, "operatingSystemVersion");
  if (version === null) {
    return known(null, source);
  }
  // Windows writes "5.2 (3790)", in every language.
  const [, major, minor, build] = /^(\d+)\.(\d+) \((\d+)\)$/.exec(version.trim()) ?? [];
  const servicePack = readServicePack(text(computer, "operatingSystemServicePack"));
  if (major === undefined || servicePack === null) {
    const attribute = major === undefined ? "operatingSystemVersion" : "operatingSystemServicePack";
    return unknown(
      `${attribute} of ${computer.dn} is "${text(computer, attribute)}", which is no form that Windows writes`,
      source,
    );
  }
  return known({ major: Number(major), minor: Number(minor), build: Number(build), servicePack }, source);
}

/** The number in "Service Pack 2", whose words are in the language of Windows; 0 without a service pack. */
function readServicePack(value: string | null): number | null {
  if (value === null) {
    return 0;
  }
  const number = /\d+/.exec(value)?.[0];
  return number === undefined ? null : Number(number);
}
