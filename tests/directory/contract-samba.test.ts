import { startSamba } from "../samba/samba";
import { describeWith } from "../skip";
import { directoryContract } from "./contract";
import { trusted } from "./organization";

describeWith(["samba"], "directory contract: Samba", () => {
  directoryContract({
    // The first start makes the domain controllers.
    startTimeout: 300_000,
    start: async (organization, hidden) => {
      const forest = await startSamba(organization, { hidden, trusted });
      const running = Object.keys(forest.addresses);
      return {
        ca: forest.ca,
        controllers: Object.fromEntries(
          running.map((name) => [name, { url: forest.urlOf(name), plainUrl: forest.plainUrlOf(name) }]),
        ),
        pause: (name) => forest.signal(name, "SIGSTOP"),
        resume: (name) => forest.signal(name, "SIGCONT"),
        stop: () => forest.stop(),
      };
    },
  });
});
