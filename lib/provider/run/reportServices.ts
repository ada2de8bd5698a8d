/** After a server's upgrade: do the services of its roles run? A warning, and no more than that. */
import { type Fact, serviceStarts } from "../../facts";
import { type HostSession, openSession, readServices, type ServiceFacts } from "../../host";
import type { Logons } from "../../logons";
import { roleServicesOf, servicesOf } from "../../releases";
import { renderProblem, withCode } from "../../text";
import { messageOf } from "../../wire/answers";
import type { Call } from "../call";
import { now } from "../memory/clock";
import { connectionOptions } from "../step/connectionOptions";
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
 * Warns of services that start automatically and do not run, and of required ones that are disabled. They are no proof for or
 * against the upgrade (D13): that is the directory's and the registry's. One may be stopped on purpose or wait for a restart, Setup
 * run again would not start it, and a step that failed for it could never be finished.
 * @param patienceMs for services that have not come up yet, of a computer that has just been restarted
 */
export async function reportServices(
  step: Step,
  proven: Proven,
  { run, log, signal }: Call,
  patienceMs: number,
): Promise<void> {
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
    const services = await servicesOn(step, names, run.logons);
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

/** Services by name, as they were read. */
export type Services = { readonly [name: string]: Fact<ServiceFacts | null> };

/** The services, or why they could not be asked for. */
export async function servicesOn(
  step: Step,
  names: readonly string[],
  logons: Logons,
): Promise<Services | string> {
  let session: HostSession | undefined;
  try {
    session = await openSession(connectionOptions(step), logons);
    return await readServices(session, names);
  } catch (error) {
    return messageOf(error);
  } finally {
    session?.close();
  }
}

/** Services that are not as they should be, each with its state. */
interface Sorted {
  readonly stopped: readonly string[];
  readonly disabled: readonly string[];
  readonly unread: readonly string[];
}

/** @param required whether a service that is disabled counts */
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
