/** The clustered mailbox server of the organization "adatum", guided: each `pulumi up` says the next step, until it can prove the end. */
import { ExchangeClusteredMailboxUpgrade, Prepared } from "pulumi-exchange-upgrade";
import { labComputer, labDirectory } from "../lab";

const node = (host: string) => labComputer(`${host}.adatum.com`, "ADATUM\\exadmin", "D:\\SP1");

// Somebody else has prepared the forest, and upgraded the Client Access and Hub Transport servers.
new ExchangeClusteredMailboxUpgrade("mbx1", {
  prepared: Prepared.verify({ directory: labDirectory("ADATUM\\reader"), target: "2007 SP1" }),
  name: "mbx1.adatum.com",
  account: { name: "ADATUM\\exadmin" },
  nodes: { node1: node("node1"), node2: node("node2") },
});
