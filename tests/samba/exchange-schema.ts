/**
 * As much of the Exchange 2007 schema as the organization's objects need. Object identifiers, GUIDs, superclasses and
 * default security descriptors of the classes are those of the Exchange 2003 SDK's schema reference, which 2007 keeps
 * (learn.microsoft.com, previous-versions/office/developer/exchange-server-2003; the container of public folder trees: ms985687).
 * GUIDs of attributes are those that public lists of Exchange's property sets give; that
 * Microsoft gives the same was not checked. The identifiers of homeMDB, mailNickname and msExchHomeServerName are memory. The other attributes of 2007, the virtual directory classes and what came after 2007 carry identifiers of our own, under the arc that
 * Microsoft gives for identifiers made from a GUID (…1.8000.2554), and syntaxes that follow from their values: unverified, and nothing reads them but this lab.
 */
import type { Entry } from "../../lab/directory/entry";

interface SchemaClass {
  readonly cn: string;
  readonly name: string;
  readonly governsId: string;
  readonly guid: string | null;
  readonly subClassOf: string;
  readonly below: readonly string[];
  readonly mayContain: readonly string[];
  /** SDDL that new objects get; D:S: is empty, so that objects show what their parents let them inherit. */
  readonly security: string;
}

interface SchemaAttribute {
  readonly cn: string;
  readonly name: string;
  readonly attributeId: string;
  readonly guid: string | null;
  /** attributeSyntax and oMSyntax. */
  readonly syntax: readonly [string, string];
  readonly single: boolean;
  /** Even for a forward link, and the odd number after it for its back link ([MS-ADTS] 3.1.1.1.6). */
  readonly linkId?: number;
  readonly range?: readonly [number, number];
}

const exchangeClass = "1.2.840.113556.1.5.7000.62";
const exchangeAttribute = "1.2.840.113556.1.4.7000.102";
const own = "1.2.840.113556.1.8000.2554.51203.8812.40127.17340.39921.9042217.11530864";

const integer = ["2.5.5.9", "2"] as const;
const text = ["2.5.5.12", "64"] as const;
const distinguishedName = ["2.5.5.1", "127"] as const;
const largeInteger = ["2.5.5.16", "65"] as const;

const attributes: readonly SchemaAttribute[] = [
  {
    cn: "ms-Exch-Current-Server-Roles",
    name: "msExchCurrentServerRoles",
    attributeId: `${own}.1`,
    guid: null,
    syntax: integer,
    single: true,
  },
  {
    cn: "ms-Exch-Server-Site",
    name: "msExchServerSite",
    attributeId: `${own}.2`,
    guid: null,
    syntax: distinguishedName,
    single: true,
  },
  ...["Internal-Host-Name", "External-Host-Name", "Metabase-Path"].map(
    (part, index): SchemaAttribute => ({
      cn: `ms-Exch-${part}`,
      name: `msExch${part.replaceAll("-", "")}`,
      attributeId: `${own}.${3 + index}`,
      guid: null,
      syntax: text,
      single: true,
    }),
  ),
];

/** The attribute that Microsoft KB 948214 is about, by the name that it has, or that replication has given it. */
function resourceProperty(name: string): SchemaAttribute {
  return {
    cn: "ms-Exch-Resource-Property-Schema",
    name,
    attributeId: `${own}.50`,
    guid: "746197c7-970e-40d2-b193-32baa006005d",
    syntax: text,
    single: false,
  };
}

/** What recipients have. */
const recipientAttributes: readonly SchemaAttribute[] = [
  {
    cn: "ms-Exch-Mail-Nickname",
    name: "mailNickname",
    attributeId: "1.2.840.113556.1.2.447",
    guid: null,
    syntax: text,
    single: true,
  },
  {
    cn: "ms-Exch-Home-MDB",
    name: "homeMDB",
    attributeId: "1.2.840.113556.1.2.244",
    guid: null,
    syntax: distinguishedName,
    single: true,
  },
  {
    cn: "ms-Exch-Home-Server-Name",
    name: "msExchHomeServerName",
    attributeId: `${exchangeAttribute}.47`,
    guid: null,
    syntax: text,
    single: true,
  },
  {
    cn: "ms-Exch-Recipient-Type-Details",
    name: "msExchRecipientTypeDetails",
    attributeId: `${own}.51`,
    guid: "069ba1f8-540a-42a9-bf26-a7dd35475346",
    syntax: largeInteger,
    single: true,
  },
];

/** Schema level of 2010 RTM, the first release with database availability groups. */
const level2010 = 14622;

/** Numbers of our own: nothing of the base schema has them. */
const groupLink = { forward: 31500, back: 31501 } as const;

function laterAttribute(
  number: number,
  cn: string,
  name: string,
  more: Partial<SchemaAttribute>,
): SchemaAttribute {
  return { cn, name, attributeId: `${own}.${number}`, guid: null, syntax: text, single: true, ...more };
}

const laterAttributes: readonly SchemaAttribute[] = [
  laterAttribute(30, "ms-Exch-Product-Id", "msExchProductId", {}),
  laterAttribute(31, "ms-Exch-MDB-Availability-Group-Name", "msExchMDBAvailabilityGroupName", {}),
  laterAttribute(32, "ms-Exch-MDB-Availability-Group-Link", "msExchMDBAvailabilityGroupLink", {
    syntax: distinguishedName,
    linkId: groupLink.forward,
  }),
  laterAttribute(34, "ms-Exch-Fed-Target-Application-URI", "msExchFedTargetApplicationURI", {}),
  laterAttribute(33, "ms-Exch-MDB-Availability-Group-BL", "msExchMDBAvailabilityGroupBL", {
    syntax: distinguishedName,
    single: false,
    linkId: groupLink.back,
  }),
];

const classes: readonly SchemaClass[] = [
  {
    cn: "ms-Exch-Organization-Container",
    name: "msExchOrganizationContainer",
    governsId: `${exchangeClass}.50020`,
    guid: "366a319c-a982-11d2-a9ff-00c04f8eedd8",
    subClassOf: "container",
    below: ["msExchConfigurationContainer"],
    mayContain: ["objectVersion", "legacyExchangeDN"],
    security: "D:S:",
  },
  {
    cn: "ms-Exch-Admin-Group-Container",
    name: "msExchAdminGroupContainer",
    governsId: `${exchangeClass}.50019`,
    guid: "e7a44058-a980-11d2-a9ff-00c04f8eedd8",
    subClassOf: "container",
    below: ["msExchOrganizationContainer"],
    mayContain: [],
    security: "D:S:",
  },
  {
    cn: "ms-Exch-Admin-Group",
    name: "msExchAdminGroup",
    governsId: `${exchangeClass}.50011`,
    guid: "e768a58e-a980-11d2-a9ff-00c04f8eedd8",
    subClassOf: "top",
    below: ["msExchAdminGroupContainer"],
    mayContain: ["legacyExchangeDN"],
    security: "D:S:",
  },
  {
    cn: "ms-Exch-Servers-Container",
    name: "msExchServersContainer",
    governsId: `${exchangeClass}.50013`,
    guid: "346e5cba-a982-11d2-a9ff-00c04f8eedd8",
    subClassOf: "container",
    below: ["msExchAdminGroup"],
    mayContain: [],
    security: "D:(A;;LC;;;AU)",
  },
  {
    cn: "ms-Exch-Exchange-Server",
    name: "msExchExchangeServer",
    governsId: `${exchangeClass}.50009`,
    guid: "01a9aa9c-a981-11d2-a9ff-00c04f8eedd8",
    subClassOf: "server",
    below: ["msExchServersContainer"],
    mayContain: [
      "serialNumber",
      "versionNumber",
      "networkAddress",
      "legacyExchangeDN",
      "msExchCurrentServerRoles",
      "msExchServerSite",
    ],
    security: "D:(A;;RP;;;AU)",
  },
  {
    cn: "ms-Exch-System-Objects-Container",
    name: "msExchSystemObjectsContainer",
    governsId: `${exchangeClass}.50034`,
    guid: "0bffa04c-7d8e-44cd-968a-b2cac11d17e1",
    subClassOf: "container",
    below: ["domainDNS"],
    mayContain: ["objectVersion"],
    security: "D:(A;;RPLCLORC;;;AU)",
  },
  ownClass(11, "ms-Exch-Protocols-Container", "msExchProtocolsContainer", "container", [
    "msExchExchangeServer",
  ]),
  ownClass(12, "ms-Exch-Protocol-Cfg-HTTP-Container", "msExchProtocolCfgHTTPContainer", "container", [
    "msExchProtocolsContainer",
  ]),
  {
    ...ownClass(13, "ms-Exch-Virtual-Directory", "msExchVirtualDirectory", "top", [
      "msExchProtocolCfgHTTPContainer",
    ]),
    mayContain: ["msExchInternalHostName", "msExchExternalHostName", "msExchMetabasePath"],
  },
  ownClass(14, "ms-Exch-OWA-Virtual-Directory", "msExchOWAVirtualDirectory", "msExchVirtualDirectory", [
    "msExchProtocolCfgHTTPContainer",
  ]),
  ownClass(16, "ms-Exch-Mobile-Virtual-Directory", "msExchMobileVirtualDirectory", "msExchVirtualDirectory", [
    "msExchProtocolCfgHTTPContainer",
  ]),
  {
    cn: "ms-Exch-Public-Folder-Tree-Container",
    name: "msExchPublicFolderTreeContainer",
    governsId: `${exchangeClass}.50015`,
    guid: "3582ed82-a982-11d2-a9ff-00c04f8eedd8",
    subClassOf: "container",
    below: ["msExchAdminGroup"],
    mayContain: [],
    security: "D:S:",
  },
  ownClass(17, "ms-Exch-PF-Tree", "msExchPFTree", "top", ["msExchPublicFolderTreeContainer"]),
  // Of 2013 and later: their name and place are known, the rest of the class is unverified.
  {
    ...ownClass(
      15,
      "ms-Exch-Exchange-Transport-Server",
      "msExchExchangeTransportServer",
      "msExchExchangeServer",
      ["msExchExchangeServer"],
    ),
    security: "D:(A;;RP;;;AU)",
  },
];

/** What the forest of a release after 2007 has besides; the names and places of these classes are known, the rest is unverified. */
const laterClasses: readonly SchemaClass[] = [
  ownClass(40, "ms-Exch-Container", "msExchContainer", "container", ["msExchExchangeServer"]),
  ownClass(41, "ms-Exch-MDB-Availability-Group-Container", "msExchMDBAvailabilityGroupContainer", "top", [
    "msExchAdminGroup",
  ]),
  {
    ...ownClass(42, "ms-Exch-MDB-Availability-Group", "msExchMDBAvailabilityGroup", "top", [
      "msExchMDBAvailabilityGroupContainer",
    ]),
    mayContain: ["msExchMDBAvailabilityGroupName", "msExchMDBAvailabilityGroupBL"],
  },
  {
    ...ownClass(45, "ms-Exch-Fed-Sharing-Relationship", "msExchFedSharingRelationship", "top", [
      "msExchOrganizationContainer",
    ]),
    mayContain: ["msExchFedTargetApplicationURI"],
  },
  ...(["ECP", "Web-Services"] as const).map((part, index) =>
    ownClass(
      43 + index,
      `ms-Exch-${part}-Virtual-Directory`,
      `msExch${part.replaceAll("-", "")}VirtualDirectory`,
      "msExchVirtualDirectory",
      ["msExchProtocolCfgHTTPContainer"],
    ),
  ),
];

/** Attributes that classes of 2007 gained later, and the places that they did. */
function grown(each: SchemaClass): SchemaClass {
  switch (each.name) {
    case "msExchOrganizationContainer":
      return { ...each, mayContain: [...each.mayContain, "msExchProductId"] };
    case "msExchExchangeServer":
      return { ...each, mayContain: [...each.mayContain, "msExchMDBAvailabilityGroupLink"] };
    case "msExchExchangeTransportServer":
      return { ...each, below: [...each.below, "msExchContainer"] };
    default:
      return each;
  }
}

/**
 * Batches of schema entries, each of which only refers to earlier ones: the version attribute and the attributes, then
 * the classes, superclasses and parents first.
 * @param level rangeUpper of ms-Exch-Schema-Version-Pt; null leaves Exchange out of the schema altogether.
 * @param propertyName lDAPDisplayName of ms-Exch-Resource-Property-Schema
 */
export function exchangeSchema(
  schemaDn: string,
  level: number | null,
  propertyName = "msExchResourcePropertySchema",
): readonly (readonly Entry[])[] {
  if (level === null) return [];
  const version: SchemaAttribute = {
    cn: "ms-Exch-Schema-Version-Pt",
    name: "msExchSchemaVersionPt",
    attributeId: `${exchangeAttribute}.97`,
    guid: "5f8198d5-e7c9-4560-b166-08dc7cfc17c1",
    syntax: integer,
    single: true,
    range: [1, level],
  };
  const isLater = level >= level2010;
  const transport = classes.filter(({ name }) => name === "msExchExchangeTransportServer");
  const all = isLater
    ? [...classes.filter((each) => !transport.includes(each)), ...laterClasses, ...transport].map(grown)
    : classes;
  return [
    [
      version,
      ...attributes,
      resourceProperty(propertyName),
      ...recipientAttributes,
      ...(isLater ? laterAttributes : []),
    ].map((attribute) => attributeEntry(schemaDn, attribute)),
    // Users and groups are mail recipients (MS-ADSC, auxiliary class mailRecipient).
    [
      {
        dn: `CN=Mail-Recipient,${schemaDn}`,
        attributes: { mayContain: recipientAttributes.map(({ name }) => name) },
      },
    ],
    ...[...all, resourceClass(propertyName)].map((each) => [classEntry(schemaDn, each)]),
  ];
}

function resourceClass(propertyName: string): SchemaClass {
  return {
    ...ownClass(18, "ms-Exch-Resource-Schema", "msExchResourceSchema", "top", [
      "msExchOrganizationContainer",
    ]),
    guid: "ad49d311-957c-43cd-b7cd-d005a868abee",
    mayContain: [propertyName],
  };
}

function ownClass(
  number: number,
  cn: string,
  name: string,
  subClassOf: string,
  below: readonly string[],
): SchemaClass {
  const governsId = `${own}.${number}`;
  return { cn, name, governsId, guid: null, subClassOf, below, mayContain: [], security: "D:S:" };
}

function attributeEntry(schemaDn: string, attribute: SchemaAttribute): Entry {
  return {
    dn: `CN=${attribute.cn},${schemaDn}`,
    attributes: {
      objectClass: ["top", "attributeSchema"],
      cn: [attribute.cn],
      lDAPDisplayName: [attribute.name],
      attributeID: [attribute.attributeId],
      attributeSyntax: [attribute.syntax[0]],
      oMSyntax: [attribute.syntax[1]],
      ...(attribute.syntax === distinguishedName
        ? { oMObjectClass: [Buffer.from("2b0c0287731c00854a", "hex")] }
        : {}),
      isSingleValued: [attribute.single ? "TRUE" : "FALSE"],
      searchFlags: ["0"],
      ...(attribute.linkId === undefined ? {} : { linkID: [String(attribute.linkId)] }),
      ...schemaIdGuid(attribute.guid),
      ...(attribute.range === undefined
        ? {}
        : { rangeLower: [String(attribute.range[0])], rangeUpper: [String(attribute.range[1])] }),
    },
  };
}

function classEntry(schemaDn: string, each: SchemaClass): Entry {
  return {
    dn: `CN=${each.cn},${schemaDn}`,
    attributes: {
      objectClass: ["top", "classSchema"],
      cn: [each.cn],
      lDAPDisplayName: [each.name],
      governsID: [each.governsId],
      objectClassCategory: ["1"],
      rDNAttID: ["cn"],
      subClassOf: [each.subClassOf],
      possSuperiors: each.below,
      ...(each.mayContain.length === 0 ? {} : { mayContain: each.mayContain }),
      defaultSecurityDescriptor: [each.security],
      defaultHidingValue: ["TRUE"],
      defaultObjectCategory: [`CN=${each.cn},${schemaDn}`],
      ...schemaIdGuid(each.guid),
    },
  };
}

/** A GUID as its octets: the first three parts are little-endian. Samba makes one where none is given. */
function schemaIdGuid(guid: string | null): { readonly schemaIDGUID?: readonly Buffer[] } {
  if (guid === null) return {};
  const bytes = Buffer.from(guid.replaceAll("-", ""), "hex");
  const octets = Buffer.concat([
    bytes.subarray(0, 4).reverse(),
    bytes.subarray(4, 6).reverse(),
    bytes.subarray(6, 8).reverse(),
    bytes.subarray(8),
  ]);
  return { schemaIDGUID: [octets] };
}
