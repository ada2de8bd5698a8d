/** The universal security groups of Exchange, and how the directory lets programs find them. */
import { compareProducts } from "../../lib/releases";
import type { LabRelease } from "../release-table";

/** One group that Setup /PrepareAD makes in the OU Microsoft Exchange Security Groups of the forest root domain. */
export interface ExchangeGroup {
  readonly name: string;
  /** The GUID of its entry in otherWellKnownObjects, as 32 hexadecimal digits in the order of the octets. */
  readonly guid: string;
}

interface Known {
  readonly guid: string;
  /** Name that 2007 gives it; null where 2007 has no such group. */
  readonly name2007: string | null;
  /** Name since 2010; null where the group is gone. */
  readonly name2010: string | null;
  /** The first release of 2007 that makes it, when that is not RTM. */
  readonly since?: string;
}

/** GUID of Exchange Organization Administrators (since 2010 Organization Management) in otherWellKnownObjects. */
export const organizationAdministratorsGuid = "C262A929D691B74A9E068728F8F842EA";

/**
 * GUIDs: microsoft/CSS-Exchange, Get-ExchangeOtherWellKnownObjects.ps1. Names of 2007: TechNet bb288907 and aa997459,
 * the public folder administrators from Exchange 2007 help. That the groups of 2007 carry the GUIDs of their
 * successors in 2010 is unverified.
 */
const known: readonly Known[] = [
  {
    guid: organizationAdministratorsGuid,
    name2007: "Exchange Organization Administrators",
    name2010: "Organization Management",
  },
  {
    guid: "DB72C41D49580A4DB304FE6981E56297",
    name2007: "Exchange Recipient Administrators",
    name2010: "Recipient Management",
  },
  {
    guid: "1A9E39D35ABE5747B979FFC0C6E5EA26",
    name2007: "Exchange View-Only Administrators",
    name2010: "View-Only Organization Management",
  },
  {
    guid: "45FA417B3574DC4E929BC4B059699792",
    name2007: "Exchange Public Folder Administrators",
    name2010: "Public Folder Management",
    since: "2007 SP1",
  },
  { guid: "D1281926D1F55B44866D1D6B5BD87A09", name2007: null, name2010: "Delegated Setup" },
  { guid: "A7D2016C83F003458132789EEB127B84", name2007: "Exchange Servers", name2010: "Exchange Servers" },
  { guid: "EA876A58DB6DD04C9006939818F800EB", name2007: null, name2010: "Exchange Trusted Subsystem" },
  { guid: "4C17D0117EBE6642AFAEE03BC66D381F", name2007: null, name2010: "Exchange Windows Permissions" },
  {
    guid: "9C5B963F67F14A4B936CB8EFB19C4784",
    name2007: "ExchangeLegacyInterop",
    name2010: "ExchangeLegacyInterop",
  },
];

/** The OU of the groups, in the forest root domain. */
export const exchangeGroupsOu = "Microsoft Exchange Security Groups";

/** The groups that a forest has which was prepared for a release of 2007 or later; none before 2007. */
export function exchangeGroupsOf(release: LabRelease): readonly ExchangeGroup[] {
  if (compareProducts(release.product, "2007") < 0) return [];
  const is2007 = release.product === "2007";
  return known.flatMap(({ guid, name2007, name2010, since }) => {
    const name = is2007 ? name2007 : name2010;
    const missing = name === null || (since !== undefined && release.name === "2007 RTM");
    return missing ? [] : [{ name, guid }];
  });
}
