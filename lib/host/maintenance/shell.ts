/** The look and the acts of maintenance, each by its one script. */
import { z } from "zod";
import { actScript, acts, movesDatabases } from "./actScripts";
import type { PerformAct, ReadMaintenance } from "./contract";
import { maintenanceFacts, shellError, unreadMaintenance } from "./reading";
import { readScript } from "./readScript";
import { runScript } from "./runScript";

const defaultMs = 10 * 60_000;
const movingMs = 60 * 60_000;

export const readMaintenance: ReadMaintenance = async (session, questions) => {
  const { timeoutMs = defaultMs, services = [], registryKey, componentStates, unifiedMessaging } = questions;
  const parameters = { registryKey, componentStates, unifiedMessaging, services };
  const answer = await runScript(session, readScript, parameters, timeoutMs);
  return answer.read ? maintenanceFacts(answer.answer) : unreadMaintenance(answer.why);
};

const outcome = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: shellError }),
]);

export const performAct: PerformAct = async (session, options, { act, ...parameters }) => {
  if (!acts.includes(act)) throw new Error(`there is no script for ${act}`);
  const timeoutMs = options.timeoutMs ?? (movesDatabases.has(act) ? movingMs : defaultMs);
  const script = actScript(act);
  const given = { ...parameters, registryKey: options.registryKey };
  const answer = await runScript(session, script, given, timeoutMs);
  if (!answer.read) return { outcome: "unknown", why: answer.why };
  const parsed = outcome.safeParse(answer.answer);
  if (!parsed.success)
    return { outcome: "unknown", why: "PowerShell answered something that is not as it is described" };
  return parsed.data.ok ? { outcome: "done" } : { outcome: "failed", error: parsed.data.error };
};
