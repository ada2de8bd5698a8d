/**
 * The organization "fabrikam", upgraded from Exchange 2019 CU14 to SE over WinRM: no computer of the domain fabrikam.com needs an SSH server. One SSH server,
 * the jump host, connects to port 5985 of each and to port 88 of the domain controllers. It sees no password, and nothing of what is sent.
 */
import { ExchangeUpgrade, type UpgradeServerArgs } from "pulumi-exchange-upgrade";
import { labComputer, labComputerOverWinRm, labDirectory, labPassword } from "../lab";

/** A Mailbox server: the account of the connection runs Setup, too, in a task that is registered for it (`run: "scheduled"`). */
function mailbox(name: string, site: string) {
  return { ...asExadmin(name), roles: ["Client Access", "Mailbox"], site } satisfies UpgradeServerArgs;
}

function asExadmin(name: string): Pick<UpgradeServerArgs, "computer" | "account"> {
  return {
    computer: labComputerOverWinRm(name, "exadmin@fabrikam.com", "D:\\SE"),
    account: { name: "FABRIKAM\\exadmin", password: labPassword("FABRIKAM\\exadmin") },
  };
}

const prep = { name: "FABRIKAM\\prep", password: labPassword("FABRIKAM\\prep") };
const answers = { acceptLicenseTerms: true, diagnosticData: false } as const;

const fabrikam = new ExchangeUpgrade("fabrikam", {
  target: "SE RTM",
  directory: labDirectory("FABRIKAM\\reader"),
  preparation: {
    schema: {
      computer: labComputerOverWinRm("prep1.fabrikam.com", "prep@fabrikam.com", "D:\\SE"),
      account: prep,
    },
    domains: {
      "europe.fabrikam.com": {
        computer: labComputer("europe-prep1.europe.fabrikam.com", "FABRIKAM\\prep", "D:\\SE"),
        account: prep,
      },
    },
  },
  servers: {
    ex1: { ...mailbox("ex1.fabrikam.com", "Seattle"), internetFacing: true, dag: "DAG1" },
    ex2: { ...mailbox("ex2.fabrikam.com", "Seattle"), internetFacing: true, dag: "DAG1" },
    ex3: { ...mailbox("ex3.fabrikam.com", "Munich"), dag: "DAG1" },
    ex4: { ...mailbox("ex4.fabrikam.com", "Munich"), dag: "DAG1" },
    // Of another domain than the account: Kerberos would look for its controllers in DNS, which the lab has not. Over SSH, then.
    ex5: {
      ...mailbox("ex5.europe.fabrikam.com", "Munich"),
      computer: labComputer("ex5.europe.fabrikam.com", "FABRIKAM\\exadmin", "D:\\SE"),
    },
    // Outside the domain, where Kerberos knows nobody: over SSH, in whose session Setup is started.
    edge1: {
      computer: labComputer(
        "edge1.perimeter.fabrikam.com",
        "edge1.perimeter.fabrikam.com\\Administrator",
        "D:\\SE",
      ),
      roles: ["Edge Transport"],
      run: "direct",
    },
    tools1: { ...asExadmin("tools1.fabrikam.com"), roles: ["Management Tools"] },
  },
  defaults: {
    run: "scheduled",
    setup: { ...answers, extendedProtection: "on" },
    reboot: "ifRequired",
    waive: { D5: "each server was installed with its Windows, and never upgraded (asset register)" },
  },
});

/** What was proven of each step at the end. */
export const proven = fabrikam.verification.proven;
