/** A forest of two domains with one computer for each step, so small that a campaign is over in seconds. */
import { contoso } from "../../lab";
import type { LabComputer, Organization } from "../../lab/organization";

/** The computers of the preparations, and a server with two roles, of which the second can fail after the first. */
export const computers = {
  root: "dc1.contoso.com",
  child: "emea-dc1.emea.contoso.com",
  server: "mbx-lon.contoso.com",
} as const;

export const controllers = ["dc1.contoso.com", "dc2.contoso.com", "emea-dc1.emea.contoso.com"] as const;

/** Somebody who may do everything and is not the product. */
export const colleague = { user: "CONTOSO\\colleague", password: "Lab-Colleague-1" } as const;

const roles = ["Hub Transport", "Mailbox", "Management Tools"] as const;

function computerOf(spec: LabComputer): LabComputer {
  return spec.name === computers.server ? { ...spec, roles } : spec;
}

export const organization: Organization = {
  ...contoso,
  domainControllers: contoso.domainControllers.filter(({ name }) =>
    (controllers as readonly string[]).includes(name),
  ),
  accounts: [
    ...contoso.accounts,
    {
      name: "colleague",
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
    .filter(({ name }) => (Object.values(computers) as readonly string[]).includes(name))
    .map(computerOf),
};

/** Name of the task that starts Setup, where campaigns have one registered. */
export const taskName = "Exchange Setup";

/** Who runs Setup on each computer. */
export const accounts: { readonly [computer: string]: string } = {
  [computers.root]: "CONTOSO\\prep",
  [computers.child]: "EMEA\\emeaprep",
  [computers.server]: "CONTOSO\\exadmin",
};
