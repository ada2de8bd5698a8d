/** What the cases on who upgrades servers share: contoso's Mailbox servers, and Setup under CONTOSO\helpdesk. */
import { known } from "../../../lib/facts";
import {
  account,
  groupObjects,
  localAdministrators,
  loggedOnAs,
  serverObject,
  serversAre,
  sids,
} from "../builder";

export const self = serverObject("mbx-lon", ["Mailbox"]);
/** Another server with the Mailbox role: at RTM, and at SP1. */
export const another = serversAre(self, serverObject("mbx-ny", ["Mailbox"]));
export const upgraded = serversAre(self, serverObject("mbx-ny", ["Mailbox"], "8.1.240.6"));

/** Setup under CONTOSO\helpdesk: in no group unless said otherwise, and by default a local administrator. */
export const helpdesk = (
  groups: readonly string[] = [sids.users],
  token: readonly string[] = [...groups, localAdministrators],
) =>
  ({
    account: "CONTOSO\\helpdesk",
    found: account("helpdesk", groups),
    machine: loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk", token),
  }) as const;
export const users = [sids.users];

/** The groups of the forest without an entry for the organization's administrators. */
export const unnamedGroup = {
  groups: known(
    {
      schemaAdmins: sids.schemaAdmins,
      enterpriseAdmins: sids.enterpriseAdmins,
      domainAdmins: {},
      organizationAdministrators: null,
      delegatedSetup: null,
      objects: groupObjects,
      unread: {},
    },
    "objectSid of the domains on dc1.contoso.com",
  ),
};

/** Where a finding on the account points to. */
export const onServer = "  Where:  account CONTOSO\\helpdesk, on mbx-lon.contoso.com";
