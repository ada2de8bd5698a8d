// What `record.ts` records: every kind of resource, each credential as the state can hold it, and an order among servers.
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const {
  ExchangeADPrep,
  ExchangeDomainPrep,
  ExchangeRoleUpgrade,
  ExchangeSchemaPrep,
  Prepared,
} = require("pulumi-exchange-upgrade");

const lab = JSON.parse(readFileSync(process.env.EXCHANGE_LAB, "utf8"));
const target = new pulumi.Config().get("target") ?? "2007 SP1";
const directory = { ...lab.directory, user: "CONTOSO\\reader", password: { env: "READER_PASSWORD" } };
const computer = (name, account) => ({
  name,
  media: "D:\\SP1",
  connection: { ...lab.computers[name], ...lab.accounts[account] },
});
const dc1 = computer("dc1.contoso.com", "CONTOSO\\prep");

const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 });
const ad = new ExchangeADPrep("ad", { schema, computer: dc1, timeouts: { setup: 60, facts: 30 } });
const contoso = new ExchangeDomainPrep("contoso", { ad, domain: "contoso.com", computer: dc1 });
const cas = new ExchangeRoleUpgrade("cas-lon", {
  prepared: ad,
  computer: computer("cas-lon.contoso.com", "CONTOSO\\exadmin"),
});
const hub = new ExchangeRoleUpgrade("hub-lon", {
  prepared: contoso,
  after: [cas],
  computer: computer("hub-lon.contoso.com", "CONTOSO\\exadmin"),
});
const edge = new ExchangeRoleUpgrade("edge1", {
  prepared: Prepared.edge({ target }),
  after: [hub],
  computer: computer("edge1.perimeter.contoso.com", "edge1.perimeter.contoso.com\\Administrator"),
});

exports.levels = pulumi
  .all([schema, ad, contoso, cas, hub, edge].map(({ levels }) => levels))
  .apply((all) => Object.assign({}, ...all));
