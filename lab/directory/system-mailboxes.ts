/**
 * The arbitration mailbox that 2010 and later have. Name and attributes: microsoft/CSS-Exchange, Test-ArbitrationMailbox.ps1 and
 * Test-ValidMailboxProperties.ps1, with the values that these scripts look for. Where its account lies is memory, unverified.
 */
import { compareProducts } from "../../lib/releases";
import type { Organization } from "../organization";
import { object } from "./build";
import { childDn } from "./dn";
import type { Entry } from "./entry";
import type { DirectoryNames } from "./names";
import { hostName, releaseOf } from "./principals";

const arbitrationMailbox = "SystemMailbox{e0dc1c29-89c3-4034-b678-e6c29d823ed9}";

/** msExchRecipientTypeDetails of an arbitration mailbox. */
const arbitration = "8388608";

/** In the forest root domain, where the organization has a Mailbox server. */
export function systemMailboxEntries(organization: Organization, names: DirectoryNames): readonly Entry[] {
  const server = organization.computers.find(({ roles }) => roles.includes("Mailbox"));
  if (server === undefined || compareProducts(releaseOf(organization).product, "2010") < 0) return [];
  const { organizationName } = organization;
  const group = `/o=${organizationName}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)`;
  return [
    object(childDn(arbitrationMailbox, `CN=Users,${names.root}`), "user", {
      mailNickname: [arbitrationMailbox],
      userPrincipalName: [`${arbitrationMailbox}@${organization.root}`],
      msExchRecipientTypeDetails: [arbitration],
      homeMDB: [`CN=Mailbox Database,CN=Databases,${names.administrativeGroup}`],
      msExchHomeServerName: [`${group}/cn=Configuration/cn=Servers/cn=${hostName(server.name)}`],
    }),
  ];
}
