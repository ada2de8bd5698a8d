/** Who may do what with the server objects of the Exchange organization. */
import type { LabComputer, Organization } from "../organization";
import { exchangeGroupsOf, organizationAdministratorsGuid } from "./exchange-groups";
import { principalsOf, releaseOf } from "./principals";
import { type AccessControl, accessRights, aceFlags, securityDescriptor } from "./security-descriptor";
import { domainSid, wellKnownRids } from "./sid";

const authenticatedUsers = "S-1-5-11";

/**
 * The security descriptors of an organization's servers, like those of real server objects. They contain the class's
 * default entry, and full control for whom the server was delegated to (Add-ExchangeAdministrator -Role ServerAdmin).
 * They inherit full control for Exchange Organization Administrators and Enterprise Admins.
 *
 * @throws Error if a server is delegated to somebody whom the organization does not have.
 */
export function serverDescriptors(organization: Organization): (computer: LabComputer) => Buffer {
  const sids = new Map(principalsOf(organization).map(({ name, sid }) => [name.toLowerCase(), sid]));
  const enterpriseAdmins = `${domainSid(organization.root)}-${wellKnownRids["Enterprise Admins"]}`;
  const root = organization.domains.find(({ name }) => name === organization.root);
  const administrators = exchangeGroupsOf(releaseOf(organization))
    .filter(({ guid }) => guid === organizationAdministratorsGuid)
    .flatMap(({ name }) => sids.get(`${root?.netbios}\\${name}`.toLowerCase()) ?? []);
  const inherited = [...administrators, enterpriseAdmins].map((trustee) =>
    fullControl(trustee, aceFlags.containerInherit | aceFlags.inherited),
  );
  return ({ name, serverAdministrators = [] }) => {
    const delegates = serverAdministrators.map((delegate) => {
      const sid = sids.get(delegate.toLowerCase());
      if (sid === undefined) {
        throw new Error(
          `${name} is to be administered by ${delegate}, which is no account or group of the organization; add it`,
        );
      }
      return fullControl(sid, aceFlags.containerInherit);
    });
    return securityDescriptor(enterpriseAdmins, [
      { trustee: authenticatedUsers, allow: true, mask: accessRights.readProperty, flags: 0 },
      ...delegates,
      ...inherited,
    ]);
  };
}

function fullControl(trustee: string, flags: number): AccessControl {
  return { trustee, allow: true, mask: accessRights.full, flags };
}
