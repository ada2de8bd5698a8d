// One ExchangeRoleUpgrade for each server of the lab that EXCHANGE_LAB names; somebody else has prepared the forest.
const { readFileSync } = require("node:fs");
const { ExchangeRoleUpgrade, Prepared } = require("pulumi-exchange-upgrade");

const lab = JSON.parse(readFileSync(process.env.EXCHANGE_LAB, "utf8"));
const directory = { ...lab.directory, ...lab.accounts["CONTOSO\\reader"] };
const prepared = Prepared.verify({ directory, target: "2007 SP1" });

for (const [name, at] of Object.entries(lab.computers)) {
  const connection = { ...at, ...lab.accounts["CONTOSO\\exadmin"] };
  new ExchangeRoleUpgrade(name.split(".")[0], { prepared, computer: { name, media: "D:\\SP1", connection } });
}
