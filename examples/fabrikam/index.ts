/**
 * The organization "fabrikam", upgraded from Exchange 2019 CU14 to Subscription Edition (SE) as one component: five Mailbox
 * servers in two sites and two domains, an Edge Transport server, and a computer with the management tools.
 */
import * as pulumi from "@pulumi/pulumi";
import { ExchangeUpgrade, type NamedComputerArgs } from "pulumi-exchange-upgrade";
import { labComputer, labDirectory } from "../lab";

/** Release to upgrade to; `pulumi config set target …` shows what is refused. */
const target = new pulumi.Config().get("target") ?? "SE RTM";

function computer(name: string, account = "FABRIKAM\\exadmin"): NamedComputerArgs {
  return labComputer(name, account, "D:\\SE");
}

const fabrikam = new ExchangeUpgrade("fabrikam", {
  target,
  directory: labDirectory("FABRIKAM\\reader"),
  preparation: {
    // A member server beside the schema master, with the tools and the .NET Framework that Setup asks for.
    schema: { computer: computer("prep1.fabrikam.com", "FABRIKAM\\prep") },
    domains: {
      "europe.fabrikam.com": { computer: computer("europe-prep1.europe.fabrikam.com", "FABRIKAM\\prep") },
    },
  },
  servers: {
    ex1: {
      computer: computer("ex1.fabrikam.com"),
      roles: ["Client Access", "Mailbox"],
      site: "Seattle",
      internetFacing: true,
      // Its members take turns, in whatever sites they are.
      dag: "DAG1",
    },
    ex2: {
      computer: computer("ex2.fabrikam.com"),
      roles: ["Client Access", "Mailbox"],
      site: "Seattle",
      internetFacing: true,
      dag: "DAG1",
    },
    ex3: {
      computer: computer("ex3.fabrikam.com"),
      roles: ["Client Access", "Mailbox"],
      site: "Munich",
      dag: "DAG1",
    },
    ex4: {
      computer: computer("ex4.fabrikam.com"),
      roles: ["Client Access", "Mailbox"],
      site: "Munich",
      dag: "DAG1",
    },
    ex5: {
      computer: computer("ex5.europe.fabrikam.com"),
      roles: ["Client Access", "Mailbox"],
      site: "Munich",
    },
    // Outside the domain: it has its own administrator, and no directory.
    edge1: {
      computer: computer("edge1.perimeter.fabrikam.com", "edge1.perimeter.fabrikam.com\\Administrator"),
      roles: ["Edge Transport"],
    },
    tools1: { computer: computer("tools1.fabrikam.com"), roles: ["Management Tools"] },
  },
  defaults: {
    // What Setup asks, and nobody but you can answer.
    setup: { acceptLicenseTerms: true, diagnosticData: false, extendedProtection: "on" },
    // A server has to be restarted after each update, and is proven again when it has come back.
    reboot: "ifRequired",
    // The first run records the Windows of each server; nobody but you knows which was there before Exchange.
    waive: { D5: "each server was installed with its Windows, and never upgraded (asset register)" },
  },
});

/** What was proven of each step at the end. */
export const proven = fabrikam.verification.proven;
