/**
 * Where contoso's directory and computers are. A real program names them here; this one takes them from the file that
 * a running lab writes, since the lab listens on other ports each time.
 */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { DirectoryArgs, NamedComputerArgs } from "pulumi-exchange-upgrade";

/** What `npm run lab` writes: addresses, host keys and lab passwords. */
interface Lab {
  readonly directory: {
    readonly url: string;
    readonly ca: string;
    readonly domainControllers: { readonly [fqdn: string]: string };
  };
  readonly computers: {
    readonly [fqdn: string]: { readonly host: string; readonly port: number; readonly hostKey: string };
  };
  readonly accounts: { readonly [account: string]: { readonly user: string; readonly password: string } };
}

const file = process.env.EXCHANGE_LAB ?? join(tmpdir(), "exchange-lab.json");
const lab = JSON.parse(readFileSync(file, "utf8")) as Lab;
const config = new pulumi.Config();

/** Release to upgrade to; `pulumi config set target …` shows what is refused. */
export const target = config.get("target") ?? "2007 SP1";

/** Read with an account that has no privileges; its password comes from the lab's file, as a secret. */
export const directory: DirectoryArgs = {
  url: lab.directory.url,
  ca: lab.directory.ca,
  domainControllers: lab.directory.domainControllers,
  ...accountOf("CONTOSO\\reader"),
};

/** A computer of the lab, reached as the account that runs Setup there. */
export function computer(name: string, account = "CONTOSO\\exadmin"): NamedComputerArgs {
  const at = lab.computers[name];
  if (at === undefined) throw new Error(`the lab has no computer ${name}`);
  return { name, media: "D:\\SP1", connection: { ...at, ...accountOf(account) } };
}

function accountOf(name: string): { readonly user: string; readonly password: string } {
  const account = lab.accounts[name];
  if (account === undefined) throw new Error(`the lab has no account ${name}`);
  return account;
}
