/** What an upgrade has beside its steps: two gates of an organization, the waves between them, a gate before commands. */

/**
 * `readiness` stands before every step and `verification` after all of them; a `wave` after its servers; `commands` before the
 * commands that a program runs ahead of a server's upgrade.
 */
export const gateKinds = ["readiness", "wave", "verification", "commands"] as const;
export type GateKind = (typeof gateKinds)[number];

/** True for a gate or a wave. */
export function isGate(kind: string): kind is GateKind {
  return (gateKinds as readonly string[]).includes(kind);
}
