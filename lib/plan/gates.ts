/** What an organization's upgrade has beside its steps: two gates, and the waves between them. */

/** `readiness` stands before every step and `verification` after all of them; a `wave` after its servers. */
export const gateKinds = ["readiness", "wave", "verification"] as const;
export type GateKind = (typeof gateKinds)[number];

/** True for a gate or a wave. */
export function isGate(kind: string): kind is GateKind {
  return (gateKinds as readonly string[]).includes(kind);
}
