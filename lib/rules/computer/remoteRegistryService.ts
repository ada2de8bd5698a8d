/** Judges the Remote Registry service of a server (D6). */
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";

/** D6: the Remote Registry service can be started; stopped is normal where it starts on demand. */
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
    fix:
      start.value === null
        ? "bring the service RemoteRegistry back, which belongs to Windows"
        : "sc config RemoteRegistry start= auto, then net start RemoteRegistry",
  };
}
