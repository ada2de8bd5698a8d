/**
 * The organization "contoso" as one component: the order, the waves and the gates are its business. What a preview with
 * ten faults looks like stands in docs/whole-organization.md.
 */
import { ExchangeUpgrade } from "pulumi-exchange-upgrade";
import { computer, directory, target } from "../contoso/inventory";

const contoso = new ExchangeUpgrade("contoso", {
  target,
  directory,
  preparation: {
    schema: { computer: computer("dc1.contoso.com", "CONTOSO\\prep") },
    domains: {
      "emea.contoso.com": { computer: computer("emea-dc1.emea.contoso.com", "EMEA\\emeaprep") },
    },
  },
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
    "um-lon": { computer: computer("um-lon.contoso.com"), roles: ["Unified Messaging"], site: "London" },
    "mbx-lon": { computer: computer("mbx-lon.contoso.com"), roles: ["Mailbox"], site: "London" },
    "mbx-dub": { computer: computer("mbx-dub.emea.contoso.com"), roles: ["Mailbox"], site: "Dublin" },
    edge1: {
      computer: computer("edge1.perimeter.contoso.com", "edge1.perimeter.contoso.com\\Administrator"),
      roles: ["Edge Transport"],
    },
    tools1: { computer: computer("tools1.contoso.com"), roles: ["Management Tools"] },
  },
});

/** What was proven of each step at the end. */
export const proven = contoso.verification.proven;
