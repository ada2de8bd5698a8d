/** Warns after a server's upgrade if services of its roles do not run. */
import { type Fact, serviceStarts } from "../../facts";
import { readServices, type ServiceFacts } from "../../host";
import { roleServicesOf, servicesOf } from "../../releases";
import { renderProblem, withCode } from "../../text";
import { messageOf } from "../../wire/answers";
import type { Call } from "../call";
import { readOver } from "../facts/readOver";
import { now } from "../memory/clock";
import { sessionsOf } from "../sessions";
import type { Step } from "../step/step";
import type { Proven } from "./perform";
import { looksMs } from "./restarted";

const { automatic, disabled } = serviceStarts;
const stateNames: { readonly [state: number]: string } = {
  1: "stopped",
  3: "stopping",
  6: "being paused",
  7: "paused",
};

/**
 * Warns of services that start automatically and do not run, and of required services that are disabled. Services prove
 * nothing for or against the upgrade (D13); the directory and the registry do. A service may be stopped on purpose or
 * wait for a restart, and another Setup would not start it, so a step that failed because of it could never finish.
 * @param patienceMs time for services that have not come up yet after a restart
 */
export async function reportServices(
  step: Step,
  proven: Proven,
  call: Call,
  patienceMs: number,
): Promise<void> {
  const { log, signal } = call;
  const { roles } = proven.now.facts.computer;
  if (!roles.known || step.inputs.computer.connection === undefined) return;
  const { product, name } = step.target;
  const described = roleServicesOf(product);
  if (described === "not described") {
    await log.info(`${step.computer}: services not verified: those of ${name} are not described here`);
    return;
  }
  const names = servicesOf(
    product,
    roles.value.map(({ role }) => role),
  );
  if (names.length === 0 || typeof described === "string") return;
  const until = now() + patienceMs;
  for (let wait = looksMs.first; ; wait = Math.min(2 * wait, looksMs.most)) {
    const services = await servicesOn(step, names, call);
    if (typeof services === "string") {
      await log.warn(withCode(`${step.computer}: services not verified: ${services}`, "XU-SERVICES"));
      return;
    }
    const { stopped, disabled, unread } = sorted(services, described.required);
    if (stopped.length > 0 && now() < until && !signal.aborted) {
      await log.progress(`${step.computer}: restarted, and not yet running: ${stopped.join(", ")}`);
      await new Promise((resolve) => setTimeout(resolve, wait));
      continue;
    }
    if (stopped.length + disabled.length + unread.length > 0)
      await log.warn(servicesText(step, [...stopped, ...disabled, ...unread], disabled.length > 0));
    return;
  }
}

/** Services by name. */
export type Services = { readonly [name: string]: Fact<ServiceFacts | null> };

/** The services, or why they could not be read. */
export async function servicesOn(
  step: Step,
  names: readonly string[],
  call: Call,
): Promise<Services | string> {
  try {
    return await readOver(sessionsOf(step, call), (session) => readServices(session, names));
  } catch (error) {
    return messageOf(error);
  }
}

/** Services in a wrong state, each with its state. */
interface Sorted {
  readonly stopped: readonly string[];
  readonly disabled: readonly string[];
  readonly unread: readonly string[];
}

/** @param required true if a disabled service counts */
function sorted(services: Services, required: boolean): Sorted {
  const found: { readonly [S in keyof Sorted]: string[] } = { stopped: [], disabled: [], unread: [] };
  for (const [name, service] of Object.entries(services)) {
    if (!service.known) found.unread.push(`${name} not read: ${service.why}`);
    else if (service.value?.start === disabled) {
      if (required) found.disabled.push(`${name} disabled`);
    } else if (service.value?.start === automatic) {
      const state = stateNames[service.value.state];
      if (state !== undefined) found.stopped.push(`${name} ${state}`);
    }
  }
  return found;
}

function servicesText(step: Step, found: readonly string[], someDisabled: boolean): string {
  const enable =
    "Setup disables services while it works, and enables them at its end: set those that are disabled to the start type that " +
    "they had (ServiceStartupMode.xml beside Setup's log may have it), then ";
  return renderProblem({
    summary: `server upgrade on ${step.computer}: not every service of its roles runs after the upgrade`,
    found: found.join(", "),
    needed: someDisabled
      ? "required services that are not disabled, and services that start automatically run"
      : "services that start automatically run",
    where: `on ${step.computer}`,
    fix: `${someDisabled ? enable : ""}start them, or look in the event log why they stopped; a restart that is pending may do it. The upgrade stands: it is proven in the directory and the registry (D13)`,
    code: "XU-SERVICES",
  });
}
