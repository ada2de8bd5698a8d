/**
 * Judges services before Setup of 2013 and later: those of Windows (R50), those of Exchange (R51), and deleted ones
 * (R52).
 */
import { type Fact, isServiceUp, type Role, type ServiceReading, serviceStarts } from "../../facts";
import { serviceNeeds, servicesOf, startedBySetup } from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { recommendation } from "../verdicts";
import { computerNotVerified } from "./reachComputer";

type Services = { readonly [name: string]: ServiceReading | null };

const { automatic, disabled } = serviceStarts;

const startNames: { readonly [start: number]: string } = { 2: "automatic", 3: "manual", 4: "disabled" };

/** A service with its state: `MSDTC: start type 3 (manual), stopped`. */
function described(name: string, service: ServiceReading | null): string {
  if (service === null) return `${name}: no such service`;
  const kind = startNames[service.start];
  const state = isServiceUp(service.state) ? "running" : `not running (state ${service.state})`;
  return `${name}: start type ${service.start}${kind === undefined ? "" : ` (${kind})`}, ${state}`;
}

/** The services and the installed roles; unknown, with the reason, if one of both is. */
function read(c: Case): Fact<Services> {
  const { services, roles } = c.facts.computer;
  return roles.known ? services : roles;
}

function rolesOf(c: Case): readonly Role[] {
  const { roles } = c.facts.computer;
  return roles.known ? roles.value.map(({ role }) => role) : [];
}

/**
 * Commands that bring services into the required state. A missing service gets none: it belongs to Windows or to one of
 * its features.
 */
function fixFor(names: readonly string[], services: Services, state: string): string {
  const there = names.filter((name) => services[name] != null);
  const gone = names.filter((name) => services[name] == null);
  return [
    ...(there.length > 0
      ? [`${state} ${listed(there)} (sc config NAME start= auto, then net start NAME)`]
      : []),
    ...(gone.length > 0 ? [`bring back ${listed(gone)}, which belongs to Windows`] : []),
  ].join("; ");
}

/**
 * R50: services of Windows run, or can be started, as Setup requires. Disabled services are no *must* if an earlier
 * Setup has begun: it disables them itself, and a running one is to be followed.
 */
export function windowsServices(c: Case): Verdict {
  const services = read(c);
  const needs = serviceNeeds(rolesOf(c));
  const words = { running: "running", automatic: "starting automatically", enabled: "not disabled" } as const;
  const needed =
    needs.length === 0
      ? "the services of Windows that Setup checks"
      : listed(needs.map(({ service, need }) => `${service} ${words[need]}`));
  if (c.facts.computer.roles.known && needs.length === 0) return ok;
  if (!services.known) return computerNotVerified(c, services.why, needed);
  const broken = needs.filter(({ service, need }) => {
    const found = services.value[service];
    if (found == null) return found === null;
    if (isRefusedElsewhere(found)) return false;
    if (need === "enabled") return found.start === disabled;
    return need === "automatic" ? found.start !== automatic : !isServiceUp(found.state);
  });
  const names = broken.map(({ service }) => service);
  if (names.length > 0) {
    const verdict: Verdict = {
      verdict: "fails",
      problem: `services of Windows are not as Setup needs them: ${listed(names)}`,
      found: names.map((name) => described(name, services.value[name] ?? null)).join("; "),
      needed,
      where: `on ${c.computer}`,
      fix: fixFor(names, services.value, "set to automatic and start"),
    };
    // A Setup that has begun disables services, and starts those that it needs: it has not caused a missing service, or one
    // that is merely stopped.
    const areDisabled = names.every((name) => services.value[name]?.start === disabled);
    return areDisabled && isUnderWay(c) ? recommendation(verdict) : verdict;
  }
  const unread = needs.filter(({ service }) => services.value[service] === undefined);
  return unread.length === 0
    ? ok
    : computerNotVerified(c, `${listed(unread.map(({ service }) => service))}: it was not asked`, needed);
}

/** A service that is marked for deletion (R52) can be neither set nor started until Windows has restarted. */
function isRefusedElsewhere({ deleted }: ServiceReading): boolean {
  return deleted;
}

/** True if an earlier Setup has begun, which disables services itself. */
function isUnderWay({ facts: { computer } }: Case): boolean {
  const { roles, startTypes } = computer;
  if (startTypes.known && startTypes.value.length > 0) return true;
  return roles.known && roles.value.some(({ watermark }) => watermark !== null);
}

/**
 * R51: Exchange's services run. A disabled one at which Setup was seen to fail breaks a *must*, unless an unfinished
 * Setup disabled it and will go on. Others may be stopped on purpose.
 */
export function exchangeServices(c: Case): Verdict {
  const services = read(c);
  const needed = "the services of Exchange enabled and running until Setup stops them itself";
  const own = rolesOf(c);
  const ofWindows = new Set(serviceNeeds(own).map(({ service }) => service));
  const names = servicesOf(c.target.product, own).filter((name) => !ofWindows.has(name));
  if (c.facts.computer.roles.known && names.length === 0) return ok;
  if (!services.known) return computerNotVerified(c, services.why, needed);
  const wrong = names.filter((name) => {
    const found = services.value[name];
    return (
      found != null && !isRefusedElsewhere(found) && (found.start === disabled || !isServiceUp(found.state))
    );
  });
  if (wrong.length === 0) return ok;
  const stopping = isUnderWay(c)
    ? []
    : wrong.filter((name) => startedBySetup.includes(name) && services.value[name]?.start === disabled);
  const verdict: Verdict = {
    verdict: "fails",
    problem:
      stopping.length > 0
        ? `services are disabled by which Setup would stop halfway: ${listed(stopping)}`
        : `services of Exchange are disabled or do not run: ${listed(wrong)}`,
    found: wrong.map((name) => described(name, services.value[name] ?? null)).join("; "),
    needed,
    where: `on ${c.computer}`,
    fix: `${fixFor(wrong, services.value, "set to automatic and start")}, unless it is off on purpose`,
  };
  return stopping.length > 0 ? verdict : recommendation(verdict);
}

/** R52: no service waits to be deleted. */
export function noDeletedService(c: Case): Verdict {
  const { services } = c.facts.computer;
  const needed = "no service that is marked for deletion";
  if (!services.known) return computerNotVerified(c, services.why, needed);
  const { value } = services;
  const marked = Object.keys(value).filter((name) => value[name]?.deleted === true);
  if (marked.length === 0) return ok;
  return {
    verdict: "fails",
    problem: `services are marked for deletion, and Setup refuses then: ${listed(marked)}`,
    found: marked.map((name) => `DeleteFlag 1 of ${name}`).join("; "),
    needed,
    where: `on ${c.computer}`,
    fix: "close every console that shows services (services.msc, Task Manager, mmc), and restart Windows",
  };
}
