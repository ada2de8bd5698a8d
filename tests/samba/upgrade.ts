/** The upgrade of contoso on Samba: its organization, who is trusted across its domains, and programs. */
import { contoso } from "../../lab";
import { directoryNames, type HiddenRule } from "../../lab/directory";
import type { LabComputer, Organization } from "../../lab/organization";
import { schemaStep as ofContoso, stepsAfterSchema } from "../engine/contoso-program";

/** A second Mailbox server, outside the programs: the further server of rule P3, for an account without any rights. */
export const furtherServer = "mbx-two.contoso.com";

function further(): LabComputer {
  const model = contoso.computers.find(({ name }) => name === "mbx-lon.contoso.com");
  if (model === undefined) throw new Error("contoso has no mbx-lon");
  return { ...model, name: furtherServer, administrators: ["CONTOSO\\helpdesk"] };
}

/** Contoso, and an Enterprise Admin by way of two groups who is no Schema Admin. */
export const organization: Organization = {
  ...contoso,
  groups: [
    ...contoso.groups,
    { name: "Directory Team", domain: contoso.root, memberOf: ["CONTOSO\\Enterprise Admins"] },
    { name: "Directory Operators", domain: contoso.root, memberOf: ["CONTOSO\\Directory Team"] },
  ],
  accounts: [
    ...contoso.accounts,
    {
      name: "dirops",
      domain: contoso.root,
      password: "Lab-Dirops-1",
      memberOf: ["CONTOSO\\Directory Operators"],
    },
  ],
  computers: [...contoso.computers, further()],
};

const names = directoryNames(organization);

/** What CONTOSO\\helpdesk may not see, where it reads the directory. */
export const hidden: readonly HiddenRule[] = (
  [
    [names.server("cas-lon.contoso.com"), "msExchCurrentServerRoles"],
    [names.server("mbx-dub.emea.contoso.com"), "nTSecurityDescriptor"],
    [names.systemObjects("contoso.com"), "objectVersion"],
    [`CN=prep,CN=Users,${names.root}`, "tokenGroups"],
  ] as const
).map(([dn, attribute]) => ({ dn, attribute, from: "CONTOSO\\helpdesk" }));

/** Every account is known in the other domain, as the trust between the domains would have it. */
export const trusted = organization.accounts.map(({ name, domain }) => {
  const netbios = organization.domains.find((each) => each.name === domain)?.netbios;
  return `${netbios}\\${name}`;
});

/** The reader's name as Samba takes it in every domain. */
export const reader = 'directory.user = "reader@contoso.com";';

/** Each domain controller has a copy of its own, and no replication between them: nobody else's is waited for. */
const alone = (program: string) =>
  program.replaceAll(
    "computer: dc1",
    'computer: dc1, replication: { domainControllers: ["dc1.contoso.com"] }',
  );

export const schemaStep = `${reader}\n${alone(ofContoso)}`;

/** All of contoso, in the order of the document. */
export const program = `${schemaStep}${alone(stepsAfterSchema(", timeouts: { facts: 3 }"))}`;
