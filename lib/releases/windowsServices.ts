/**
 * Windows services whose state matters to Setup of Exchange 2013 and later, and Exchange services that Setup itself
 * starts.
 */
import { type Role, roles } from "../facts";
import { citations, type Evidenced } from "./evidence";
import { isModern } from "./products";
import { servicesOf } from "./services";
import type { Release } from "./table";

/** How a service has to be before Setup runs. */
export interface ServiceNeed {
  /** Short name, as `sc query` takes it. */
  readonly service: string;
  /** `enabled` is any start type but disabled. */
  readonly need: "running" | "automatic" | "enabled";
  /** Servers with one of these roles need it. */
  readonly roles: readonly Role[];
}

const web: readonly Role[] = ["Mailbox", "Client Access"];
const servers: readonly Role[] = [...web, "Edge Transport"];

/**
 * Which roles need a service is unverified. The rules for the web roles are known; an Edge server is assumed to need
 * the services that have nothing to do with the web.
 */
const needs: readonly ServiceNeed[] = [
  { service: "MSDTC", need: "running", roles: web },
  { service: "EventSystem", need: "running", roles: servers },
  { service: "MpsSvc", need: "running", roles: servers },
  { service: "W3SVC", need: "enabled", roles: web },
  { service: "WinRM", need: "enabled", roles: web },
  { service: "msiserver", need: "enabled", roles: servers },
  { service: "NetTcpPortSharing", need: "automatic", roles: web },
];

/** The source of the needs. Setup only warns about MpsSvc, but then its task that adds firewall rules fails. */
export const serviceNeedsSource: Evidenced = {
  evidence: "documented",
  source: `${citations.setupLogs}, rules MSDTCStopped, MpsSvcStopped, EventSystemStopped, W3SVCDisabledOrNotInstalled, WinRMServiceDisabledOrNotInstalled, WindowsInstallerServiceDisabledOrNotInstalled, NetTcpPortSharingSvcNotAuto`,
};

/** Exchange services whose disabled state was seen to stop Setup halfway. */
export const startedBySetup: readonly string[] = ["MSExchangeADTopology", "MSExchangeServiceHost"];

/** What a server with these roles requires of the Windows services. */
export function serviceNeeds(own: readonly Role[]): readonly ServiceNeed[] {
  return needs.filter((need) => need.roles.some((role) => own.includes(role)));
}

/** All services to read before a server is upgraded to a release; none before 2013. */
export function servicesToRead({ product }: Release): readonly string[] {
  if (!isModern(product)) return [];
  return [...new Set([...needs.map(({ service }) => service), ...servicesOf(product, roles)])];
}
