import { type SambaForest, startSamba } from "../samba/samba";
import { describeWith } from "../skip";
import { discoveryContract, organization } from "./contract";

describeWith(["samba"], "discovery on Samba", () => {
  let forest: SambaForest;
  before(async function () {
    // The first start makes the domain controllers.
    this.timeout(300_000);
    forest = await startSamba(organization, { trusted: ["CONTOSO\\reader"] });
  });
  after(() => forest?.stop());

  discoveryContract(() => ({
    url: forest.urlOf(forest.schemaMaster),
    user: "reader@contoso.com",
    password: "Lab-Reader-1",
    ca: forest.ca,
    domainControllers: Object.fromEntries(
      Object.keys(forest.addresses).map((name) => [name, forest.urlOf(name)]),
    ),
  }));
});
