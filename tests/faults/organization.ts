/** A forest of two domains with one computer for each step, so small that a campaign is over in seconds. */
import { contoso } from "../../lab";
import type { LabComputer, Organization } from "../../lab/organization";
import type { StepKind } from "../../lib/model";
import type { Campaign } from "./campaign";

export const controllers = ["dc1.contoso.com", "dc2.contoso.com", "emea-dc1.emea.contoso.com"] as const;

/** Names of the two servers: one with two roles, of which the second can fail after the first, and one outside the forest. */
const servers = { mailbox: "mbx-lon.contoso.com", edge: "edge1.perimeter.contoso.com" } as const;

/** The computer of each step. */
export function placesOf({ server }: Pick<Campaign, "server">): Readonly<Record<StepKind, string>> {
  return {
    schema: "dc1.contoso.com",
    organization: "dc1.contoso.com",
    domain: "emea-dc1.emea.contoso.com",
    server: servers[server],
  };
}

/** The computers of a campaign, each once. */
export function computersOf(campaign: Pick<Campaign, "server">): readonly string[] {
  return [...new Set(Object.values(placesOf(campaign)))];
}

/** Somebody who may do everything and is not the product; on the Edge Transport server by an account of its own. */
export const colleague = { name: "colleague", password: "Lab-Colleague-1" } as const;

/** As whom the colleague logs on to a computer. */
export function colleagueOn(computer: string): { readonly user: string; readonly password: string } {
  const user = computer === servers.edge ? colleague.name : `CONTOSO\\${colleague.name}`;
  return { user, password: colleague.password };
}

function computerOf(spec: LabComputer, windows: LabComputer["windows"]): LabComputer {
  if (spec.name === servers.mailbox)
    return { ...spec, windows, roles: ["Hub Transport", "Mailbox", "Management Tools"] };
  if (spec.name !== servers.edge) return { ...spec, windows };
  return {
    ...spec,
    windows,
    administrators: [...spec.administrators, colleague.name],
    localAccounts: { ...spec.localAccounts, [colleague.name]: colleague.password },
  };
}

/** Only from Windows Server 2008 on is a task registered for one run, and does WinRM come with Windows. */
export function windowsOf({ run, over }: Pick<Campaign, "run" | "over">): "2003" | "2008 R2" {
  return run === "scheduled" || over === "WinRM" ? "2008 R2" : "2003";
}

export function organizationOf(campaign: Pick<Campaign, "server" | "run" | "over">): Organization {
  const windows = windowsOf(campaign);
  return {
    ...contoso,
    domainControllers: contoso.domainControllers.filter(({ name }) =>
      (controllers as readonly string[]).includes(name),
    ),
    accounts: [
      ...contoso.accounts,
      {
        name: colleague.name,
        domain: contoso.root,
        password: colleague.password,
        memberOf: [
          "CONTOSO\\Forest Preparation",
          "CONTOSO\\Domain Admins",
          "CONTOSO\\Exchange Organization Administrators",
        ],
      },
    ],
    computers: contoso.computers
      .filter(({ name }) => computersOf(campaign).includes(name))
      .map((spec) => computerOf(spec, windows)),
  };
}

/** Name of the task that starts Setup, where campaigns have one registered. */
export const taskName = "Exchange Setup";

/** Who runs Setup on each computer: as the lab's coordinates name the account, and as Windows does. */
export const accounts: { readonly [computer: string]: { readonly known: string; readonly name: string } } = {
  "dc1.contoso.com": { known: "CONTOSO\\prep", name: "CONTOSO\\prep" },
  "emea-dc1.emea.contoso.com": { known: "EMEA\\emeaprep", name: "EMEA\\emeaprep" },
  [servers.mailbox]: { known: "CONTOSO\\exadmin", name: "CONTOSO\\exadmin" },
  [servers.edge]: { known: `${servers.edge}\\Administrator`, name: "EDGE1\\Administrator" },
};
