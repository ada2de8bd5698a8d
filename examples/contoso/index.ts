/**
 * The organization "contoso", upgraded from Exchange 2007 RTM to SP1, every step written out: the schema, Active
 * Directory, the child domain, and then the servers, those that face the Internet first.
 */
import {
  ExchangeADPrep,
  ExchangeDomainPrep,
  ExchangeRoleUpgrade,
  ExchangeSchemaPrep,
  Prepared,
} from "pulumi-exchange-upgrade";
import { computer, directory, target } from "./inventory";

const schema = new ExchangeSchemaPrep("schema", {
  target,
  directory,
  computer: computer("dc1.contoso.com", "CONTOSO\\prep"),
});

const ad = new ExchangeADPrep("ad", { schema, computer: computer("dc1.contoso.com", "CONTOSO\\prep") });

const emea = new ExchangeDomainPrep("emea", {
  ad,
  domain: "emea.contoso.com",
  computer: computer("emea-dc1.emea.contoso.com", "EMEA\\emeaprep"),
});

/** Client Access servers that face the Internet. */
const casLondon = new ExchangeRoleUpgrade("cas-lon", {
  prepared: ad,
  computer: computer("cas-lon.contoso.com"),
});
const casNewYork = new ExchangeRoleUpgrade("cas-nyc", {
  prepared: ad,
  computer: computer("cas-nyc.contoso.com"),
});

/** The Client Access server that they proxy to. */
const casDublin = new ExchangeRoleUpgrade("cas-dub", {
  prepared: emea,
  after: [casLondon, casNewYork],
  computer: computer("cas-dub.emea.contoso.com"),
});
const clientAccess = [casLondon, casNewYork, casDublin];

const hub = new ExchangeRoleUpgrade("hub-lon", {
  prepared: ad,
  after: clientAccess,
  computer: computer("hub-lon.contoso.com"),
});
const um = new ExchangeRoleUpgrade("um-lon", {
  prepared: ad,
  after: clientAccess,
  computer: computer("um-lon.contoso.com"),
});

const mailboxLondon = new ExchangeRoleUpgrade("mbx-lon", {
  prepared: ad,
  after: [hub, um],
  computer: computer("mbx-lon.contoso.com"),
});
const mailboxDublin = new ExchangeRoleUpgrade("mbx-dub", {
  prepared: emea,
  after: [hub, um],
  computer: computer("mbx-dub.emea.contoso.com"),
});

/** Outside the domain: it has its own administrator, and no directory. */
new ExchangeRoleUpgrade("edge1", {
  prepared: Prepared.edge({ target }),
  after: [mailboxLondon, mailboxDublin],
  computer: computer("edge1.perimeter.contoso.com", "edge1.perimeter.contoso.com\\Administrator"),
});

/** A computer with nothing but the management tools. */
new ExchangeRoleUpgrade("tools1", {
  prepared: ad,
  after: [mailboxLondon, mailboxDublin],
  computer: computer("tools1.contoso.com"),
});

/** What a reviewer wants to see at the end. */
export const forest = schema.forest;
export const levels = { schema: schema.levels, organization: ad.levels, emea: emea.levels };
