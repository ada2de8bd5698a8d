/** The identity of a computer, and the account of the SSH session. */
import { type Fact, type IdentityFacts, known, type LogonFacts, unknown } from "../../facts";
import { reasonOf } from "../../text";
import { failureOf, type Part, regQuery, regQueryValue } from "../cmd/commands";
import { parseWhoami } from "../cmd/listings";
import { findKey, parseRegistry, textOf } from "../cmd/registry";
import { isLossy } from "../transport/decode";
import type { Question } from "./question";

const tcpipKey = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";
const netlogonKey = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters";
/** Where Group Policy puts parameters of Netlogon, which override those above. */
const netlogonPolicyKey = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Netlogon\\Parameters";
/** Registry key with the version of Windows. */
export const versionKey = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const productKey = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions";
const whoamiSource = "whoami";

/** The part `version`: every question that needs it uses this command. */
export const versionCommand = `${regQuery(versionKey)} 2>&1`;

export const identityQuestion: Question<"identity", "tcpip" | "netlogon" | "version" | "product"> = {
  commands: () => ({
    tcpip: `${regQuery(tcpipKey)} 2>&1`,
    // The policy's key is seldom there: the end of the command is that of the query behind it.
    netlogon: `${regQueryValue(netlogonPolicyKey, "SiteName")} 2>nul& ${regQuery(netlogonKey)} 2>&1`,
    version: versionCommand,
    product: `${regQuery(productKey)} 2>&1`,
  }),
  answer: identityOf,
};

/** The groups of the session's account. */
export const groupsCommand = "whoami /groups /fo csv /nh 2>&1";

export const logonQuestion: Question<"logon", "user" | "groups"> = {
  commands: () => ({ user: "whoami /user /fo csv /nh 2>&1", groups: groupsCommand }),
  answer: ({ user, groups }) => logonOf(user, groups),
};

/** Name, site and Windows release of a computer. */
export function identityOf(
  parts: {
    readonly [N in "tcpip" | "netlogon" | "version" | "product"]: Part;
  },
): Fact<IdentityFacts> {
  const failed = (
    [
      [parts.tcpip, tcpipKey],
      [parts.netlogon, netlogonKey],
      [parts.version, versionKey],
      [parts.product, productKey],
    ] as const
  ).find(([part]) => !part.ok);
  if (failed !== undefined) return unknown(failureOf(failed[0]), failed[1]);

  const value = (part: Part, key: string, name: string) =>
    textOf(findKey(parseRegistry(part.text), key), name);
  const host = value(parts.tcpip, tcpipKey, "Hostname");
  const domain = value(parts.tcpip, tcpipKey, "Domain");
  if (host === null) return unknown("the value Hostname is not there", tcpipKey);
  const productType = value(parts.product, productKey, "ProductType");
  // A domain controller's site is that of its server object in the directory, not the one that Netlogon once recorded.
  const site =
    productType === "LanmanNT"
      ? null
      : (value(parts.netlogon, netlogonPolicyKey, "SiteName") ??
        value(parts.netlogon, netlogonKey, "SiteName") ??
        value(parts.netlogon, netlogonKey, "DynamicSiteName"));
  const isWithoutSite = site === null && productType === "ServerNT";
  const unreadable = [host, domain].find((name) => name !== null && isLossy(name));
  if (unreadable !== undefined && unreadable !== null) {
    return unknown(
      `the name ${JSON.stringify(unreadable)} has characters outside ASCII, which the console code page hides`,
      tcpipKey,
    );
  }
  const build = value(parts.version, versionKey, "CurrentBuildNumber");
  return known(
    {
      fqdn: (domain === null ? host : `${host}.${domain}`).toLowerCase(),
      // Only the rules of place need the site, and they treat null as unknown.
      site: site !== null && isLossy(site) ? null : site,
      ...(isWithoutSite ? { withoutSite: true } : {}),
      windowsBuild: build !== null && /^\d+$/.test(build) ? Number(build) : null,
      productType,
    },
    tcpipKey,
  );
}

/** The account of the session. */
export function logonOf(user: Part, groups: Part): Fact<LogonFacts> {
  const failed = [user, groups].find((part) => !part.ok);
  if (failed !== undefined) return unknown(failureOf(failed), whoamiSource);
  try {
    return known(parseWhoami(user.text, groups.text), whoamiSource);
  } catch (error) {
    return unknown(reasonOf(error), whoamiSource);
  }
}
