/** Builds access tokens: who may log on to a simulated computer, and as what. */
import { createHash } from "node:crypto";
import type { LabComputer, Organization } from "../organization";
import { type DirectoryTarget, type DomainAccount, logOnToDomain } from "./domain";
import { administratorsSid, type Logon, type TokenGroup } from "./logon";
import { windowsVersions } from "./versions";

const enabled = "Mandatory group, Enabled by default, Enabled group";
const owner = `${enabled}, Group owner`;
const denyOnly = "Group used for deny only";

/** How the account proved who it is. A key leaves no credentials to pass on, and a ticket for this computer neither. */
export type Proof =
  | { readonly kind: "password"; readonly password: string }
  | { readonly kind: "key" | "ticket" };

/** What a logon needs to know besides the account. */
export interface LogonPolicy {
  readonly organization: Organization;
  /** Null where no directory is reached: only local accounts log on then. */
  readonly directory: DirectoryTarget | null;
  /** Tokens of administrators are filtered, as for an interactive logon without elevation. */
  readonly filtered: boolean;
}

interface AccountName {
  readonly authority: string;
  readonly account: string;
}

/** SID of a workgroup computer's accounts: made of the name, so that it is the same in every run. */
export function machineSid(computer: LabComputer): string {
  const digest = createHash("sha256").update(computer.name.toLowerCase()).digest();
  return `S-1-5-21-${[0, 4, 8].map((offset) => digest.readUInt32BE(offset)).join("-")}`;
}

/** NetBIOS name of a computer. */
export function netbiosName(computer: LabComputer): string {
  return (computer.name.split(".")[0] ?? computer.name).toUpperCase().slice(0, 15);
}

/** Reads `DOMAIN\name`, `name@dns.domain` or `name`. */
function parseName(user: string, computer: LabComputer, organization: Organization): AccountName {
  const slash = user.indexOf("\\");
  if (slash >= 0) {
    const authority = user.slice(0, slash);
    return {
      authority: authority === "." ? netbiosName(computer) : authority,
      account: user.slice(slash + 1),
    };
  }
  const at = user.lastIndexOf("@");
  if (at >= 0) return { authority: user.slice(at + 1), account: user.slice(0, at) };
  const isController = organization.domainControllers.some(({ name }) => same(name, computer.name));
  const domain = organization.domains.find(({ name }) => name === computer.domain);
  return { authority: isController && domain ? domain.netbios : netbiosName(computer), account: user };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/**
 * Logs `user` on; null when the name or the proof is wrong. Throws when the directory that would decide cannot
 * be asked.
 */
export async function logOn(
  computer: LabComputer,
  user: string,
  proof: Proof,
  policy: LogonPolicy,
): Promise<Logon | null> {
  const { organization } = policy;
  const { authority, account } = parseName(user, computer, organization);
  if (same(authority, netbiosName(computer)) && proof.kind !== "ticket")
    return logOnLocally(computer, account, proof, policy);
  const domain = organization.domains.find(
    ({ name, netbios }) => same(name, authority) || same(netbios, authority),
  );
  if (!domain || computer.domain === null || !policy.directory) return null;
  const password =
    proof.kind === "password"
      ? proof.password
      : // What a real computer would ask over its own secure channel is asked with the account's own password.
        organization.accounts.find((each) => same(each.name, account) && each.domain === domain.name)
          ?.password;
  if (password === undefined || password === "") return null;
  // The form of the name that a domain controller of another domain takes too: Samba refuses NETBIOS\name there.
  const credentials = { user: `${account}@${domain.name}`, password };
  const found = await logOnToDomain(
    policy.directory,
    organization.domains,
    domain.name,
    account,
    credentials,
  );
  if (!found) return null;
  const name = `${domain.netbios}\\${account}`;
  const groups = domainGroups(computer, organization, found);
  const member = isAdministrator(computer, [name, ...groups.map((group) => group.name)], groups);
  return {
    name: name.toLowerCase(),
    sid: found.sid,
    account,
    authority: domain.netbios,
    domain: domain.name,
    ...token(computer, groups, member, policy.filtered, true),
    credentials: proof.kind === "password" ? credentials : null,
  };
}

function logOnLocally(
  computer: LabComputer,
  account: string,
  proof: Proof,
  policy: LogonPolicy,
): Logon | null {
  const names = Object.keys(computer.localAccounts ?? {});
  const index = names.findIndex((name) => same(name, account));
  const name = names[index];
  if (name === undefined) return null;
  if (proof.kind === "password" && computer.localAccounts?.[name] !== proof.password) return null;
  const authority = netbiosName(computer);
  const member = isAdministrator(computer, [name, `${authority}\\${name}`], []);
  const rid = same(name, "Administrator") ? 500 : 1000 + index;
  return {
    name: `${authority}\\${name}`.toLowerCase(),
    sid: `${machineSid(computer)}-${rid}`,
    account: name,
    authority,
    domain: null,
    ...token(computer, [], member, policy.filtered, false),
    credentials: null,
  };
}

/** The domain's built-in groups count on its controllers only; elsewhere the computer has its own. */
function domainGroups(
  computer: LabComputer,
  organization: Organization,
  account: DomainAccount,
): readonly TokenGroup[] {
  const controller = organization.domainControllers.some(({ name }) => same(name, computer.name));
  return account.groups
    .filter(({ sid }) => controller || !sid.startsWith("S-1-5-32-"))
    .map(({ sid, name, local }) => ({ name, sid, type: local ? "Alias" : "Group", attributes: enabled }));
}

function isAdministrator(
  computer: LabComputer,
  names: readonly string[],
  groups: readonly TokenGroup[],
): boolean {
  return (
    groups.some(({ sid }) => sid === administratorsSid) ||
    computer.administrators.some((member) => names.some((name) => same(name, member)))
  );
}

function token(
  computer: LabComputer,
  groups: readonly TokenGroup[],
  member: boolean,
  filtered: boolean,
  domainAccount: boolean,
): Pick<Logon, "groups" | "administrator"> {
  const { integrity } = windowsVersions[computer.windows];
  const limited = filtered && integrity;
  const administrator = member && !limited;
  const row = (name: string, type: TokenGroup["type"], sid: string, attributes = enabled): TokenGroup => ({
    name,
    type,
    sid,
    attributes,
  });
  const label = administrator
    ? row("Mandatory Label\\High Mandatory Level", "Label", "S-1-16-12288", "")
    : row("Mandatory Label\\Medium Mandatory Level", "Label", "S-1-16-8192", "");
  return {
    administrator,
    groups: [
      row("Everyone", "Well-known group", "S-1-1-0"),
      ...(member
        ? [row("BUILTIN\\Administrators", "Alias", administratorsSid, administrator ? owner : denyOnly)]
        : []),
      row("BUILTIN\\Users", "Alias", "S-1-5-32-545"),
      row("NT AUTHORITY\\NETWORK", "Well-known group", "S-1-5-2"),
      row("NT AUTHORITY\\Authenticated Users", "Well-known group", "S-1-5-11"),
      ...(domainAccount ? [row("NT AUTHORITY\\This Organization", "Well-known group", "S-1-5-15")] : []),
      ...groups.filter(({ sid }) => sid !== administratorsSid && sid !== "S-1-5-32-545"),
      ...(integrity ? [label] : []),
    ],
  };
}
