/**
 * An upgrade that somebody began: the forest was prepared long ago, the Client Access servers are done, and Setup failed
 * on the Hub Transport server. What is done is adopted without running Setup; what failed is run again (D2).
 */
import { ExchangeUpgrade } from "pulumi-exchange-upgrade";
import { computer, directory, target } from "../contoso/inventory";

const contoso = new ExchangeUpgrade("contoso", {
  target,
  directory,
  preparation: "verify",
  servers: {
    "cas-lon": {
      computer: computer("cas-lon.contoso.com"),
      roles: ["Client Access"],
      site: "London",
      internetFacing: true,
    },
    "cas-nyc": {
      computer: computer("cas-nyc.contoso.com"),
      roles: ["Client Access"],
      site: "NewYork",
      internetFacing: true,
    },
    "cas-dub": { computer: computer("cas-dub.emea.contoso.com"), roles: ["Client Access"], site: "Dublin" },
    "hub-lon": { computer: computer("hub-lon.contoso.com"), roles: ["Hub Transport"], site: "London" },
    "mbx-lon": { computer: computer("mbx-lon.contoso.com"), roles: ["Mailbox"], site: "London" },
  },
});

/** Which servers were found at the target, and not upgraded by this stack. */
export const adopted = Object.fromEntries(
  Object.entries(contoso.servers).map(([name, server]) => [name, server.adopted]),
);
