// Every server of the lab that EXCHANGE_LAB names in one ExchangeUpgrade; somebody else has prepared the forest.
const { readFileSync } = require("node:fs");
const { ExchangeUpgrade } = require("pulumi-exchange-upgrade");

const lab = JSON.parse(readFileSync(process.env.EXCHANGE_LAB, "utf8"));
const directory = { ...lab.directory, ...lab.accounts["CONTOSO\\reader"] };
const kinds = [
  { roles: ["Client Access"], site: "Dublin" },
  { roles: ["Hub Transport"], site: "London" },
  { roles: ["Mailbox"], site: "NewYork" },
];

const servers = Object.fromEntries(
  Object.entries(lab.computers).map(([name, at], i) => [
    name.split(".")[0],
    {
      ...kinds[i % kinds.length],
      computer: { name, media: "D:\\SP1", connection: { ...at, ...lab.accounts["CONTOSO\\exadmin"] } },
    },
  ]),
);
new ExchangeUpgrade("contoso", { target: "2007 SP1", directory, preparation: "verify", servers });
