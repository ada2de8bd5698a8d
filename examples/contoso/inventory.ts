/** Where contoso's directory and computers are, for the examples that upgrade it. */
import * as pulumi from "@pulumi/pulumi";
import type { NamedComputerArgs } from "pulumi-exchange-upgrade";
import { labComputer, labDirectory } from "../lab";

/** Release to upgrade to; `pulumi config set target …` shows what is refused. */
export const target = new pulumi.Config().get("target") ?? "2007 SP1";

export const directory = labDirectory("CONTOSO\\reader");

/** A computer of the lab, reached as the account that runs Setup there. */
export function computer(name: string, account = "CONTOSO\\exadmin"): NamedComputerArgs {
  return labComputer(name, account, "D:\\SP1");
}
