import { type LabDirectory, startDirectory } from "../../lab/directory";
import { discoveryContract, organization } from "./contract";

describe("discovery on the lab", () => {
  let directory: LabDirectory;
  before(async () => {
    directory = await startDirectory(organization);
  });
  after(() => directory?.stop());

  discoveryContract(() => {
    const urls = Object.entries(directory.controllers).map(([name, { url }]) => [name, url] as const);
    return {
      url: directory.controllers["dc1.contoso.com"]?.url ?? "",
      user: "CONTOSO\\reader",
      password: "Lab-Reader-1",
      ca: directory.ca,
      domainControllers: Object.fromEntries(urls),
    };
  });
});
