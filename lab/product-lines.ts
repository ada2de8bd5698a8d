/**
 * What Setup of Exchange 2013 and later leaves on a computer and in the directory, role by role and product by product. The
 * lab says it for itself, from logs and captures of real servers, so that lib's tables are held against something else than themselves.
 */
import type { Build, Role } from "../lib/facts";
import type { LabRelease } from "./release-table";

/** A line of products whose Setups speak and leave things behind in the same way. */
export type ModernLine = "2013" | "2016" | "2019" | "SE";

/** One part that Setup installs: the names that it has in different places. */
export interface SetupPart {
  /** Key below {@link modernKey}. */
  readonly key: string;
  /** Setup's own name, in its log. */
  readonly name: string;
  /** The part as Setup lists it, and as the phase in which it works at it. */
  readonly phase: string;
  /** Its bits of msExchCurrentServerRoles. */
  readonly bits: number;
}

/** Below it lie the keys of the parts, and `Setup`. */
export const modernKey = "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15";

function part(key: string, name: string, phase: string, bits: number): SetupPart {
  return { key, name, phase, bits };
}

/*
 * The names are from Setup logs of 2013 CU23, 2016 CU18 and 2019 CU8 ("The following roles are installed:
 * BridgeheadRole …", "Mailbox role: Transport service") in the tests of microsoft/CSS-Exchange. The keys are from
 * dsccommunity/ExchangeDsc, and the bits up to 64 from TechNet bb123496. The two bits of the front end are 1 and 16384:
 * a Client Access server has 16385, and a server of 2013 with both roles 16439 (msexchangeteam.in, Changes in
 * msExchCurrentServerRoles in Exchange 2013). Which of the two is which is unverified.
 */
const transport = part("HubTransportRole", "BridgeheadRole", "Mailbox role: Transport service", 32);
const clientAccess = part("ClientAccessRole", "ClientAccessRole", "Mailbox role: Client Access service", 4);
const unifiedMessaging = part(
  "UnifiedMessagingRole",
  "UnifiedMessagingRole",
  "Mailbox role: Unified Messaging service",
  16,
);
const mailbox = part("MailboxRole", "MailboxRole", "Mailbox role: Mailbox service", 2);

/** The front end: the Client Access role of 2013, and a part of the Mailbox role since 2016. */
function frontEnd(role: "Mailbox" | "Client Access"): readonly [SetupPart, SetupPart] {
  return [
    part("FrontendTransportRole", "FrontendTransportRole", `${role} role: Front End Transport service`, 1),
    part("CafeRole", "CafeRole", `${role} role: Client Access Front End service`, 16384),
  ];
}

const tools = part("AdminTools", "AdminToolsRole", "Management tools", 0);
/** How Setup calls it is unverified: no public run was found. */
const edge = part("EdgeTransportRole", "GatewayRole", "Edge Transport role", 64);

const [frontend2013, cafe2013] = frontEnd("Client Access");
const [frontend, cafe] = frontEnd("Mailbox");

/** The parts of each role; a role without parts is none that the line has. */
type LineRoles = { readonly [R in Role]: readonly SetupPart[] };

const since2019: LineRoles = {
  // 2019 has no Unified Messaging: IsUnifiedMessagingServer is false in CSS-Exchange's capture of a 2019 server.
  Mailbox: [transport, clientAccess, mailbox, frontend, cafe],
  "Client Access": [],
  "Hub Transport": [],
  "Unified Messaging": [],
  "Edge Transport": [edge],
  "Management Tools": [tools],
};

const lines: { readonly [L in ModernLine]: LineRoles } = {
  "2013": {
    ...since2019,
    Mailbox: [transport, clientAccess, unifiedMessaging, mailbox],
    "Client Access": [frontend2013, cafe2013],
  },
  "2016": { ...since2019, Mailbox: [transport, clientAccess, unifiedMessaging, mailbox, frontend, cafe] },
  "2019": since2019,
  SE: since2019,
};

/** The line that a release belongs to; null for a product before 2013. */
export function modernLineOf({ product }: Pick<LabRelease, "product">): ModernLine | null {
  return product === "2013" || product === "2016" || product === "2019" || product === "SE" ? product : null;
}

/** The parts of a line's roles, in the order in which Setup lists them: the tools first. */
export function partsOf(line: ModernLine, roles: readonly Role[]): readonly SetupPart[] {
  for (const role of roles)
    if (lines[line][role].length === 0)
      throw new Error(
        `Setup of Exchange ${line} installs no role "${role}"; give "Mailbox", "Edge Transport" or "Management Tools"${line === "2013" ? ', or "Client Access"' : ""}`,
      );
  const ordered: readonly Role[] = ["Management Tools", "Mailbox", "Client Access", "Edge Transport"];
  return ordered.filter((role) => roles.includes(role)).flatMap((role) => lines[line][role]);
}

/** Every part that may be on a computer of the line, in the order in which Setup lists them. */
export function allPartsOf(line: ModernLine): readonly SetupPart[] {
  return [...since2019["Management Tools"], ...lines[line].Mailbox, ...lines[line]["Client Access"], edge];
}

/** msExchCurrentServerRoles of a server with these roles. */
export function modernRoleBits(line: ModernLine, roles: readonly Role[]): number {
  return partsOf(line, roles).reduce((bits, each) => bits | each.bits, 0);
}

/**
 * Services of a role that start with Windows. Of the Mailbox role: those that CSS-Exchange's HealthChecker looks for; of
 * the tools none. Which of them an Edge Transport server has: Microsoft, Exchange services on Edge Transport servers.
 */
export function modernServices(line: ModernLine, roles: readonly Role[]): readonly string[] {
  const front = ["MSExchangeADTopology", "MSExchangeFrontEndTransport", "MSExchangeServiceHost", "W3SVC"];
  const back = [
    "MSExchangeADTopology",
    "MSExchangeDagMgmt",
    "MSExchangeDelivery",
    "MSExchangeEdgeSync",
    "MSExchangeHM",
    "MSExchangeIS",
    "MSExchangeMailboxAssistants",
    "MSExchangeMailboxReplication",
    "MSExchangeRepl",
    "MSExchangeRPC",
    "MSExchangeServiceHost",
    "MSExchangeSubmission",
    "MSExchangeThrottling",
    "MSExchangeTransport",
    "MSExchangeTransportLogSearch",
    "W3SVC",
  ];
  const messaging = line === "2013" || line === "2016" ? ["MSExchangeUM"] : [];
  const byRole: { readonly [R in Role]?: readonly string[] } = {
    Mailbox: [...back, ...messaging, ...(line === "2013" ? [] : front)],
    "Client Access": front,
    "Edge Transport": ["ADAM_MSExchange", "MSExchangeServiceHost", "MSExchangeTransport"],
  };
  return [...new Set(roles.flatMap((role) => byRole[role] ?? []))];
}

/** `15.02.1544.004`: the form of msExchProductId on the organization (a Microsoft Q&A thread, question 5611221). */
export function productId({ major, minor, build, revision }: Build): string {
  const padded = (value: number, length: number): string => String(value).padStart(length, "0");
  return [padded(major, 2), padded(minor, 2), padded(build, 4), padded(revision, 3)].join(".");
}
