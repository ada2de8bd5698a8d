/** After a server's upgrade: do the services of its roles run? A warning, and no more than that. */
import type { Fact } from "../../facts";
import { HostSession, readServices, type ServiceFacts } from "../../host";
import type { Logons } from "../../logons";
import { roleServicesOf, servicesOf } from "../../releases";
import { renderProblem } from "../../text";
import { messageOf } from "../../wire/answers";
import type { Call } from "../call";
import { connectionOptions } from "../step/connectionOptions";
import type { Step } from "../step/step";
import type { Proven } from "./perform";

/** Numbers of Windows' service control manager. */
const automatic = 2;
const stateNames: { readonly [state: number]: string } = {
  1: "stopped",
  3: "stopping",
  6: "being paused",
  7: "paused",
};

/**
 * Warns of services that start automatically and do not run. They are no proof for or against the upgrade (D13): that is the
 * directory's and the registry's. One may be stopped on purpose or wait for a restart, Setup run again would not start it,
 * and a step that failed for it could never be finished.
 */
export async function reportServices(step: Step, proven: Proven, { run, log }: Call): Promise<void> {
  if (step.prepared?.edge === true) return;
  const { roles } = proven.now.facts.computer;
  if (!roles.known || step.inputs.computer.connection === undefined) return;
  const { product, name } = step.target;
  if (roleServicesOf(product) === "not described") {
    await log.info(`${step.computer}: services not verified: those of ${name} are not described here`);
    return;
  }
  const names = servicesOf(
    product,
    roles.value.map(({ role }) => role),
  );
  if (names.length === 0) return;
  const services = await servicesOn(step, names, run.logons);
  if (typeof services === "string") {
    await log.warn(`${step.computer}: services not verified: ${services}`);
    return;
  }
  const text = stoppedText(step, services);
  if (text !== null) await log.warn(text);
}

/** The services, or why they could not be asked for. */
async function servicesOn(
  step: Step,
  names: readonly string[],
  logons: Logons,
): Promise<{ readonly [name: string]: Fact<ServiceFacts | null> } | string> {
  let session: HostSession | undefined;
  try {
    session = await HostSession.open(connectionOptions(step), logons);
    return await readServices(session, names);
  } catch (error) {
    return messageOf(error);
  } finally {
    session?.close();
  }
}

/** The warning; null when everything that starts automatically runs, or is about to. */
function stoppedText(
  step: Step,
  services: { readonly [name: string]: Fact<ServiceFacts | null> },
): string | null {
  const found = Object.entries(services).flatMap(([name, service]) => {
    if (!service.known) return [`${name} not read: ${service.why}`];
    if (service.value === null || service.value.start !== automatic) return [];
    const state = stateNames[service.value.state];
    return state === undefined ? [] : [`${name} ${state}`];
  });
  if (found.length === 0) return null;
  return renderProblem({
    summary: `server upgrade on ${step.computer}: not every service of its roles runs after the upgrade`,
    found: found.join(", "),
    needed: "services that start automatically run",
    where: `on ${step.computer}`,
    fix: "start them, or look in the event log why they stopped; a restart that is pending may do it. The upgrade stands: it is proven in the directory and the registry (D13)",
  });
}
