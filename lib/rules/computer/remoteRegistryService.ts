/**
 * Judges the Remote Registry service: before an upgrade to 2007 or 2010 (D6), and before Setup of 2013 and later (R19).
 */
import { runModeTraits } from "../../runModes";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";

const startIt = "sc config RemoteRegistry start= auto, then net start RemoteRegistry";

/** D6: the Remote Registry service can be started. A stopped service is normal if it starts on demand. */
export function remoteRegistry(c: Case): Verdict {
  const { remoteRegistry: start } = c.facts.computer;
  const needed =
    "the Remote Registry service, which Setup uses; stopping and restarting it first is recommended";
  const where = `on ${c.computer}`;
  if (!start.known) {
    const fix = "let the connection read the service's registry key";
    return { verdict: "unknown", why: start.why, needed, where, fix };
  }
  if (start.value !== null && start.value !== 4) return ok;
  const found = start.value === null ? "no such service" : "start type 4, disabled";
  return {
    verdict: "fails",
    problem: `the Remote Registry service ${start.value === null ? "is not there" : "is disabled"}`,
    found: `${found}, read from ${start.source}`,
    needed,
    where,
    fix: start.value === null ? "bring the service RemoteRegistry back, which belongs to Windows" : startIt,
  };
}

/** R19: Setup opens the registry of its own computer through this service. Only before an upgrade it starts it itself. */
export function openRegistry(c: Case): Verdict {
  const { remoteRegistry: start } = c.facts.computer;
  const needed = "the Remote Registry service, set to start automatically and running";
  const where = `on ${c.computer}`;
  if (!start.known) {
    // A manual preparation has no connection to the computer: Setup tells the operator.
    if (!runModeTraits[c.run].needs.connection && c.step !== "server") return ok;
    const fix = "let the connection read the service's registry key";
    return { verdict: "unknown", why: start.why, needed, where, fix };
  }
  const starts = start.value === 2 || (start.value === 3 && c.step === "server");
  if (starts) return ok;
  const fails = { verdict: "fails", needed, where, fix: startIt } as const;
  const source = `read from ${start.source}`;
  if (start.value === null)
    return {
      ...fails,
      problem: "the Remote Registry service is not there",
      found: `no such service, ${source}`,
      fix: "bring the service RemoteRegistry back, which belongs to Windows",
    };
  const found = `start type ${start.value}, ${source}`;
  if (start.value === 3)
    return {
      ...fails,
      level: "should",
      problem: "the Remote Registry service starts on demand, and a preparation does not start it",
      found,
    };
  return { ...fails, problem: "the Remote Registry service is disabled", found };
}
