/** Run mode `direct`: the script runs in the SSH session itself. */
import { quotePath } from "../cmd/quote";
import { pause } from "../site/link";
import { HostError } from "../transport/errors";
import { type Launcher, type LaunchSite, maxLaunches } from "./launcher";

/** Milliseconds to wait for the first sign of a started script. */
const startMs = 15_000;

/** Makes the launcher. */
export function directLauncher(site: LaunchSite): Launcher {
  const { link, lock, folder, pollMs } = site;
  return {
    check: async () => undefined,
    begin: async (attempt) => {
      const script = folder.scriptOf(attempt);
      for (let launches = 0; launches < maxLaunches && lock.held; ) {
        const launch = await lock.launch(quotePath(script));
        if (launch.outcome === "begun") launches++;
        else {
          site.requireTime("Setup could not be started");
          await pause(pollMs, link.signal);
        }
        // The command lasts as long as the script.
        const ended = launch.outcome === "begun" ? launch.ended : undefined;
        if (await hasBegun(site, attempt, ended)) return { outcome: "begun", ended };
      }
      if (!lock.held) return { outcome: "lost the lock" };
      const error = new HostError(
        `${script} was started several times and did not begin: look at what keeps the computer from running it (software ` +
          "restriction policy, virus scanner, full disk)",
      );
      return { outcome: "not begun", error };
    },
    clear: async () => undefined,
  };
}

/**
 * Whether an attempt's script has begun. A script that is known to run is awaited until its channel ends. Starting
 * another one once more does no harm.
 */
async function hasBegun(
  { folder, link, pollMs }: LaunchSite,
  attempt: number,
  ended: Promise<unknown> | undefined,
): Promise<boolean> {
  const giveUp = performance.now() + (ended === undefined ? 0 : startMs);
  for (let over = false; ; ) {
    const { state } = await folder.probe(attempt);
    if (state.kind !== "prepared") return true;
    if (over || performance.now() > giveUp) return false;
    // Once its channel has ended, the script has begun or never will: one more look tells.
    over = await Promise.race([
      pause(Math.min(pollMs, 250), link.signal).then(() => false),
      ...(ended === undefined ? [] : [ended.then(() => true)]),
    ]);
  }
}
