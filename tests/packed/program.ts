/** A user's whole program: the schema, Active Directory and one server, on the lab that EXCHANGE_LAB describes. */
export const program = `import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
  type ComputerArgs,
  type DirectoryArgs,
  ExchangeADPrep,
  ExchangeRoleUpgrade,
  ExchangeSchemaPrep,
} from "pulumi-exchange-upgrade";

const lab = JSON.parse(readFileSync(process.env.EXCHANGE_LAB ?? "", "utf8"));
const config = new pulumi.Config();
const directory: DirectoryArgs = { ...lab.directory, ...lab.accounts["CONTOSO\\\\reader"] };
const computer = (name: string, account: string): ComputerArgs => ({
  name,
  media: "D:\\\\SP1",
  connection: { ...lab.computers[name], ...lab.accounts[account] },
});
const dc1 = computer("dc1.contoso.com", "CONTOSO\\\\prep");

const target = config.get("target") ?? "2007 SP1";
const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 });
const ad = new ExchangeADPrep("ad", { schema, computer: dc1 });
const cas = new ExchangeRoleUpgrade("cas-lon", {
  prepared: ad,
  computer: computer("cas-lon.contoso.com", "CONTOSO\\\\exadmin"),
});

export const levels = pulumi.all([schema.levels, ad.levels, cas.levels]).apply((all) => Object.assign({}, ...all));
export const versions = { node: process.version, sdk: require("@pulumi/pulumi/package.json").version };
`;
