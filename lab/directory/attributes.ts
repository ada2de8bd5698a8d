/** What the directory knows of attributes: syntax, number of values, and who sets them. */

/** A value: text, or octets where the attribute's syntax is octets. Integers and booleans are text. */
export type Value = string | Buffer;

interface AttributeRules {
  /** How values are compared and checked; text by default. */
  readonly syntax?: "dn" | "integer" | "octets";
  readonly single?: boolean;
  /** True for what only the directory itself sets. */
  readonly system?: boolean;
}

/** Rules by attribute. Every attribute that is not listed holds any number of texts. */
const rules: Readonly<Record<string, AttributeRules>> = {
  distinguishedName: { syntax: "dn", single: true, system: true },
  fSMORoleOwner: { syntax: "dn", single: true },
  groupType: { syntax: "integer", single: true },
  hasMasterNCs: { syntax: "dn", system: true },
  member: { syntax: "dn" },
  memberOf: { syntax: "dn", system: true },
  "msDS-Behavior-Version": { syntax: "integer", single: true },
  "msDS-HasDomainNCs": { syntax: "dn", system: true },
  "msDS-HasMasterNCs": { syntax: "dn", system: true },
  msExchClusterStorageType: { syntax: "integer", single: true },
  msExchCurrentServerRoles: { syntax: "integer", single: true },
  msExchMDBAvailabilityGroupBL: { syntax: "dn", system: true },
  msExchMDBAvailabilityGroupLink: { syntax: "dn", single: true },
  msExchMDBAvailabilityGroupName: { single: true },
  msExchProductId: { single: true },
  msExchServerSite: { syntax: "dn", single: true },
  nCName: { syntax: "dn", single: true },
  msExchExternalHostName: { single: true },
  name: { single: true, system: true },
  nTMixedDomain: { syntax: "integer", single: true },
  nTSecurityDescriptor: { syntax: "octets", single: true },
  objectCategory: { syntax: "dn", single: true },
  objectGUID: { syntax: "octets", single: true, system: true },
  objectSid: { syntax: "octets", single: true, system: true },
  objectVersion: { syntax: "integer", single: true },
  operatingSystemServicePack: { single: true },
  operatingSystemVersion: { single: true },
  options: { syntax: "integer", single: true },
  primaryGroupID: { syntax: "integer", single: true },
  rangeLower: { syntax: "integer", single: true },
  rangeUpper: { syntax: "integer", single: true },
  sAMAccountName: { single: true },
  serverReference: { syntax: "dn", single: true },
  systemFlags: { syntax: "integer", single: true },
  tokenGroups: { syntax: "octets", system: true },
  trustParent: { syntax: "dn", single: true },
  userAccountControl: { syntax: "integer", single: true },
  userPrincipalName: { single: true },
  versionNumber: { syntax: "integer", single: true },
  whenCreated: { single: true, system: true },
};

const byLowerCase = new Map(Object.entries(rules).map(([name, each]) => [name.toLowerCase(), each]));

/** The rules of an attribute, whose name is compared without regard to case. */
export function rulesOf(attribute: string): AttributeRules {
  return byLowerCase.get(attribute.toLowerCase()) ?? {};
}

/** True when the text is a value of an integer attribute (32 or 64 bits, signed). */
export function isInteger(value: Value): boolean {
  return typeof value === "string" && /^-?\d{1,19}$/.test(value);
}

/** A value as it came over the wire: text unless the attribute's syntax, or the value itself, says octets. */
export function decodeValue(attribute: string, octets: Buffer): Value {
  if (rulesOf(attribute).syntax === "octets") return octets;
  const text = octets.toString("utf8");
  return Buffer.from(text, "utf8").equals(octets) ? text : octets;
}

/** A value as it goes over the wire. */
export function octetsOf(value: Value): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value, "utf8");
}
