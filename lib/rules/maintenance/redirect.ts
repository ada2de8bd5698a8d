/** Chooses the server that takes over the messages of a server that is taken out of service. Pure. */
import type { MaintenanceFacts } from "../../facts";
import type { RedirectTargetReading } from "../../facts/maintenance";

/** Whether a server can take over messages. One of 2010 has no component states. */
export function takesMessages({ hubTransport, activationPolicy, unread }: RedirectTargetReading): boolean {
  return unread === null && hubTransport === "Active" && activationPolicy !== "Blocked";
}

/**
 * The server that messages are redirected to; null if they are not redirected.
 * @param given the server that the program names; absent to choose one
 */
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
