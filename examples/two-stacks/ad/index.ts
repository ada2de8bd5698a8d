/** The directory team prepares the forest: its accounts are Schema, Enterprise and Domain Admins. */
import { ExchangeADPrep, ExchangeDomainPrep, ExchangeSchemaPrep } from "pulumi-exchange-upgrade";
import { computer, directory, target } from "../../contoso/inventory";

const dc1 = computer("dc1.contoso.com", "CONTOSO\\prep");
const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 });
const ad = new ExchangeADPrep("ad", { schema, computer: dc1 });
const emea = new ExchangeDomainPrep("emea", {
  ad,
  domain: "emea.contoso.com",
  computer: computer("emea-dc1.emea.contoso.com", "EMEA\\emeaprep"),
});

export const levels = { schema: schema.levels, organization: ad.levels, emea: emea.levels };
