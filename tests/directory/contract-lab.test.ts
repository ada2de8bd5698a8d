import { startDirectory } from "../../lab/directory";
import { directoryContract } from "./contract";

describe("directory contract: simulated lab", () => {
  directoryContract({
    startTimeout: 20_000,
    start: (organization, hidden) => startDirectory(organization, { hidden }),
  });
});
