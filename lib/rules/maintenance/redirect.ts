/** Where the messages of a server go that is taken out of service. Pure. */
import type { MaintenanceFacts } from "../../facts";
import type { RedirectTargetReading } from "../../facts/maintenance";

/** Whether a server takes the messages of another. One of 2010 has no component states. */
export function takesMessages({ hubTransport, activationPolicy, unread }: RedirectTargetReading): boolean {
  return unread === null && hubTransport === "Active" && activationPolicy !== "Blocked";
}

/** The server that messages are redirected to; null where they are not. @param given as the program says; absent to choose one */
export function redirectTarget(
  { redirectTargets }: Pick<MaintenanceFacts, "redirectTargets">,
  given: string | undefined,
): string | null {
  if (given === "none") return null;
  if (given !== undefined) return given;
  if (!redirectTargets.known) return null;
  const ready = redirectTargets.value.filter(takesMessages);
  return (ready.find(({ sameGroup }) => sameGroup) ?? ready[0])?.fqdn ?? null;
}
