/** The groups that /PrepareAD creates in the forest root domain, and how Setup finds them again. */
import { compareProducts, type Product } from "./products";

/** The OU of the groups, directly below the forest root domain. */
export const securityGroupsUnit = "Microsoft Exchange Security Groups";

/** RDN of the administrative group of Exchange 2007 and later. */
export const administrativeGroup = "Exchange Administrative Group (FYDIBOHF23SPDLT)";

/**
 * Names since 2010, by the GUIDs of otherWellKnownObjects (microsoft/CSS-Exchange,
 * Get-ExchangeOtherWellKnownObjects.ps1). A renamed group stays registered.
 */
export const registeredGuids: { readonly [guid: string]: string } = {
  C262A929D691B74A9E068728F8F842EA: "Organization Management",
  DB72C41D49580A4DB304FE6981E56297: "Recipient Management",
  "1A9E39D35ABE5747B979FFC0C6E5EA26": "View-Only Organization Management",
  "45FA417B3574DC4E929BC4B059699792": "Public Folder Management",
  E80CDFB75697934981C898B4DBC5A0C6: "UM Management",
  B3DDC6BE2A3BE84B97EB2DCE9477E389: "Help Desk",
  BEA432C94E1D254EAF99B40573360D5B: "Records Management",
  C67FDE2E8339674490FBAFDCA3DFDC95: "Discovery Management",
  "4DB8E7754EB6C1439565612E69A80A4F": "Server Management",
  D1281926D1F55B44866D1D6B5BD87A09: "Delegated Setup",
  "03B709F451F3BF4388E33495369B6771": "Hygiene Management",
  B30A449BA9B420458C4BB22F33C52766: "Compliance Management",
  A7D2016C83F003458132789EEB127B84: "Exchange Servers",
  EA876A58DB6DD04C9006939818F800EB: "Exchange Trusted Subsystem",
  "02522ECF9985984A9232056FC704CC8B": "Managed Availability Servers",
  "4C17D0117EBE6642AFAEE03BC66D381F": "Exchange Windows Permissions",
  "9C5B963F67F14A4B936CB8EFB19C4784": "ExchangeLegacyInterop",
  "776B176BD3CB2A4DA7829EA963693013": "Security Reader",
  "03D7F0316EF4B3498AC434B6E16F09D9": "Security Administrator",
};

/** GUID of a registered object that is not a group: PublicFolderMailboxes (the same script). */
export const publicFolderMailboxesGuid = "A2A4102E6F676141A2C4AB50F3C102D5";

/** GUID of Server Management. Its members may install servers whose objects exist already (KB 2961741). */
export const serverManagementGuid = "4DB8E7754EB6C1439565612E69A80A4F";

/** Names of 2007: TechNet bb288907 and aa997459. */
const names2007 = [
  "Exchange Organization Administrators",
  "Exchange Recipient Administrators",
  "Exchange View-Only Administrators",
  "Exchange Public Folder Administrators",
  "Exchange Servers",
  "ExchangeLegacyInterop",
] as const;

/** Names that Setup of a product gives to the groups that it registers. */
export function securityGroupNames(product: Product): readonly string[] {
  return compareProducts(product, "2007") <= 0 ? names2007 : Object.values(registeredGuids);
}
