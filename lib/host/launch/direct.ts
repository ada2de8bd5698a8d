/** Run mode `direct`: the script runs in the SSH session itself. */
import { quotePath } from "../cmd/quote";
import { HostError } from "../transport/errors";
import type { Launcher, LaunchSite } from "./launcher";

/** Makes the launcher. */
export function directLauncher({ folder }: LaunchSite): Launcher {
  return {
    check: async () => undefined,
    start: (attempt) => ({ command: quotePath(folder.scriptOf(attempt)) }),
    lasts: true,
    notStarted: async (attempt) =>
      new HostError(
        `${folder.scriptOf(attempt)} was started several times and did not begin: look at what keeps the computer from ` +
          `running it (software restriction policy, virus scanner, full disk)`,
      ),
    clear: async () => undefined,
  };
}
