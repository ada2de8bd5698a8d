/**
 * Services of 2007 and 2010 that start with Windows, by role. The lab's own list: Exchange's names as public scripts for 2010 have them;
 * which role has which: memory. Microsoft's topic aa998342, Services Installed by Exchange Setup, has the table, which was not to be had.
 */
import type { Role } from "../../lib/facts";

const services: { readonly [R in Role]: readonly string[] } = {
  "Client Access": ["MSExchangeADTopology", "MSExchangeFDS", "MSExchangeServiceHost", "W3SVC"],
  "Hub Transport": [
    "MSExchangeADTopology",
    "MSExchangeEdgeSync",
    "MSExchangeTransport",
    "MSExchangeTransportLogSearch",
  ],
  Mailbox: [
    "MSExchangeADTopology",
    "MSExchangeIS",
    "MSExchangeMailboxAssistants",
    "MSExchangeMailSubmission",
    "MSExchangeRepl",
    "MSExchangeSA",
    "MSExchangeSearch",
    "MSExchangeServiceHost",
    "MSExchangeTransportLogSearch",
  ],
  "Unified Messaging": ["MSExchangeADTopology", "MSExchangeFDS", "MSExchangeUM"],
  "Edge Transport": ["ADAM_MSExchange", "MSExchangeTransport", "MSExchangeTransportLogSearch"],
  "Management Tools": [],
};

/** Short names of the services of these roles, each once. */
export function classicServices(roles: readonly Role[]): readonly string[] {
  return [...new Set(roles.flatMap((role) => services[role]))];
}
