/** Services of Windows that Setup of Exchange 2013 and later wants in some state, and those of Exchange that it starts itself. */
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

/** Which roles ask for it is unverified: of the web roles the rules are known, and of an Edge server what has no part in the web is left. */
const needs: readonly ServiceNeed[] = [
  { service: "MSDTC", need: "running", roles: web },
  { service: "EventSystem", need: "running", roles: servers },
  { service: "MpsSvc", need: "running", roles: servers },
  { service: "W3SVC", need: "enabled", roles: web },
  { service: "WinRM", need: "enabled", roles: web },
  { service: "msiserver", need: "enabled", roles: servers },
  { service: "NetTcpPortSharing", need: "automatic", roles: web },
];

/** What the needs rest on: MpsSvc only warns, and then a task of Setup that adds rules to the firewall fails. */
export const serviceNeedsSource: Evidenced = {
  evidence: "documented",
  source: `${citations.setupLogs}, rules MSDTCStopped, MpsSvcStopped, EventSystemStopped, W3SVCDisabledOrNotInstalled, WinRMServiceDisabledOrNotInstalled, WindowsInstallerServiceDisabledOrNotInstalled, NetTcpPortSharingSvcNotAuto`,
};

/** Services of Exchange that Setup was seen to stop halfway for when they were disabled. */
export const startedBySetup: readonly string[] = ["MSExchangeADTopology", "MSExchangeServiceHost"];

/** What a server with these roles needs of Windows' services. */
export function serviceNeeds(own: readonly Role[]): readonly ServiceNeed[] {
  return needs.filter((need) => need.roles.some((role) => own.includes(role)));
}

/** All services to read before a server is upgraded to a release; none before 2013. */
export function servicesToRead({ product }: Release): readonly string[] {
  if (!isModern(product)) return [];
  return [...new Set([...needs.map(({ service }) => service), ...servicesOf(product, roles)])];
}
