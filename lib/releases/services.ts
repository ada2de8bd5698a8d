/** Windows services of the Exchange roles, which are checked on an upgraded server. */
import type { Role } from "../facts";
import type { Described } from "./described";
import { citations, type Evidenced } from "./evidence";
import type { Product } from "./products";

/** Service names of a product's roles. */
export interface RoleServices extends Evidenced {
  /** Short names, as `sc query` takes them; the services of a role without an entry are not checked. */
  readonly names: { readonly [R in Role]?: readonly string[] };
  /** Whether the source calls each service required. If so, a disabled service was probably not disabled on purpose. */
  readonly required: boolean;
}

/**
 * Services only cause warnings. A service that exists, starts automatically and does not run is worth one; a missing
 * service is not. None is described for Edge Transport of 2007.
 */
const classic: RoleServices = {
  names: {
    "Client Access": ["MSExchangeADTopology", "MSExchangeFDS", "MSExchangeServiceHost", "W3SVC"],
    "Hub Transport": [
      "MSExchangeADTopology",
      "MSExchangeTransport",
      "MSExchangeTransportLogSearch",
      "MSExchangeEdgeSync",
    ],
    Mailbox: [
      "MSExchangeADTopology",
      "MSExchangeIS",
      "MSExchangeSA",
      "MSExchangeMailboxAssistants",
      "MSExchangeMailSubmission",
      "MSExchangeRepl",
      "MSExchangeSearch",
    ],
    "Unified Messaging": ["MSExchangeADTopology", "MSExchangeFDS", "MSExchangeUM"],
  },
  required: false,
  evidence: "unverified",
  source:
    "the names: public scripts for 2010 and Exchange's own; which role has which in 2007: general knowledge. Microsoft's topic aa998342, Services Installed by Exchange Setup, is said to list them, and its table was not to be had",
};

/**
 * The services that Microsoft's overviews list as automatic and required. A release may lack some of them, which causes
 * no warning.
 */
const everyServer = ["MSExchangeDiagnostics", "MSExchangeHM", "MSExchangeServiceHost"];
const front = [
  "MSExchangeADTopology",
  ...everyServer,
  "HostControllerService",
  "MSExchangeFrontEndTransport",
  "W3SVC",
];
const modern: RoleServices = {
  names: {
    Mailbox: [
      "MSExchangeADTopology",
      ...everyServer,
      "HostControllerService",
      "MSExchangeDagMgmt",
      "MSExchangeDelivery",
      "MSExchangeFastSearch",
      "MSExchangeIS",
      "MSExchangeMailboxAssistants",
      "MSExchangeMailboxReplication",
      "MSExchangeRepl",
      "MSExchangeRPC",
      "MSExchangeSubmission",
      "MSExchangeThrottling",
      "MSExchangeTransport",
      "W3SVC",
    ],
    "Client Access": front,
    "Edge Transport": ["ADAM_MSExchange", ...everyServer, "MSExchangeEdgeCredential", "MSExchangeTransport"],
  },
  required: true,
  evidence: "documented",
  source: `${citations.documentation}, overviews of Exchange services of 2013, and of 2016 and 2019; W3SVC: public logs of what updates disable`,
};

const services: Readonly<Record<Product, Described<RoleServices>>> = {
  "2000": "not described",
  "2003": "not described",
  "2007": classic,
  "2010": "not described",
  "2013": modern,
  "2016": modern,
  "2019": modern,
  SE: modern,
};

/** Services of a product's roles; if they are not described, nothing can be verified. */
export function roleServicesOf(product: Product): Described<RoleServices> {
  return services[product];
}

/** Names of the services of these roles, each once; empty for roles that are not looked at. */
export function servicesOf(product: Product, roles: readonly Role[]): readonly string[] {
  const described = services[product];
  if (typeof described === "string") return [];
  const lists = roles.map((role) => described.names[role] ?? []);
  return lists.length === 1 ? (lists[0] ?? []) : [...new Set(lists.flat())];
}
