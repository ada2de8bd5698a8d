/**
 * The Exchange team upgrades the servers. That the directory team has prepared is looked up in the live directory by an
 * ordinary reader: no stack reference, and none of the other team's credentials.
 */
import { ExchangeRoleUpgrade, Prepared } from "pulumi-exchange-upgrade";
import { computer, directory, target } from "../../contoso/inventory";

const prepared = Prepared.verify({ directory, target });

const casLondon = new ExchangeRoleUpgrade("cas-lon", { prepared, computer: computer("cas-lon.contoso.com") });
const casNewYork = new ExchangeRoleUpgrade("cas-nyc", {
  prepared,
  computer: computer("cas-nyc.contoso.com"),
});
const casDublin = new ExchangeRoleUpgrade("cas-dub", {
  prepared,
  after: [casLondon, casNewYork],
  computer: computer("cas-dub.emea.contoso.com"),
});
const mailbox = new ExchangeRoleUpgrade("mbx-dub", {
  prepared,
  after: [casDublin],
  computer: computer("mbx-dub.emea.contoso.com"),
});

export const levels = { casDublin: casDublin.levels, mailbox: mailbox.levels };
