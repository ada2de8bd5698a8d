// One ExchangeRoleUpgrade for each server of the lab that EXCHANGE_LAB names; somebody else has prepared the forest.
const { readFileSync } = require("node:fs");
const { ExchangeRoleUpgrade, Prepared } = require("pulumi-exchange-upgrade");

const lab = JSON.parse(readFileSync(process.env.EXCHANGE_LAB, "utf8"));
const isModern = lab.accounts["FABRIKAM\\reader"] !== undefined;
const [forest, target, media] = isModern
  ? ["FABRIKAM", "SE RTM", "D:\\SE"]
  : ["CONTOSO", "2007 SP1", "D:\\SP1"];
const directory = { ...lab.directory, ...lab.accounts[`${forest}\\reader`] };
const prepared = Prepared.verify({ directory, target });
// What Setup of Subscription Edition asks; of 2007 it asks nothing.
const setup = { acceptLicenseTerms: true, diagnosticData: false, extendedProtection: "on" };
const modern = isModern ? { setup, maintenance: "none" } : {};

for (const [name, at] of Object.entries(lab.computers)) {
  const connection = { ...at, ...lab.accounts[`${forest}\\exadmin`] };
  new ExchangeRoleUpgrade(name.split(".")[0], { prepared, computer: { name, media, connection }, ...modern });
}
