/** Errors of Setup whose cause is in the directory: schema, organization, domains. What is particular stands before what is general. */
import { citations } from "../../releases";
import { inError, inPlace, type KnownFailure, type Thing, wholeDetail } from "./knownFailure";

const { cssExchange, setupLogs } = citations;

/** What ldif.err says, else the file of the schema that was imported. */
const schemaFile: readonly Thing[] = [
  wholeDetail,
  { in: "error", marks: ["import the schema file '", "'"] },
  { in: "error", marks: ["import schema file '", "'"] },
];

/** Setup names what it works on before it fails. */
const processed: Thing = { in: "before", marks: ['Processing object "', '"'] };

/** Errors while Setup changes the directory. */
export const directoryFailures: readonly KnownFailure[] = [
  {
    id: "schemaDuplicateName",
    anyOf: [inError("'ldifde.exe'", "_schema6.ldf", " 8202")],
    things: schemaFile,
    cause: "the schema attribute ms-Exch-Resource-Property-Schema has a duplicate's name",
    action:
      "set its lDAPDisplayName back to msExchResourcePropertySchema on the schema master, and replicate",
    releases: "2007 SP1",
    source: "Microsoft KB 948214",
    certainty: "documented",
  },
  {
    id: "schemaNameMissing",
    anyOf: [inError("'ldifde.exe'", " 8202")],
    things: schemaFile,
    cause: "the import of the schema met an attribute or a value that is not there",
    action:
      "read ldif.err for its name, and look for schema attributes whose lDAPDisplayName begins with DUP-",
    releases: "2007 SP1",
    source: "Microsoft KB 948214",
    certainty: "practice",
  },
  {
    id: "schemaMasterBusy",
    anyOf: [inError("'ldifde.exe'", " 8206"), [...inError("'ldifde.exe'"), inPlace("detail", "0x21a2")]],
    things: schemaFile,
    cause: "the schema master has not replicated with a partner since its start, and takes no change",
    action: "repair the replication of the schema master",
    releases: "2007 SP1, SP2",
    source: "practical365.com, Exchange 2007 ADPrep error",
    certainty: "practice",
  },
  {
    id: "schemaLinkIdentifier",
    anyOf: [inError("An attribute with the same link identifier already exists")],
    cause: "another program's schema attribute has the link identifier that Exchange needs",
    action: "ask Microsoft support; the maker of that attribute has to change it",
    releases: "2007",
    source: "Microsoft support article (copy at ossmall.info)",
    certainty: "practice",
  },
  {
    id: "schemaUnwilling",
    anyOf: [inError("'ldifde.exe'", " 8245"), [...inError("'ldifde.exe'"), inPlace("detail", "0x20bb")]],
    things: schemaFile,
    cause:
      "the schema master refused a change of the schema, as when another attribute has the same identifier (OID)",
    action:
      "read ldif.err for the object and the reason; a foreign definition in its place is a case for Microsoft support",
    releases: "2016 CU19",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "schemaImport",
    anyOf: [inError("'ldifde.exe'", "schema file"), inError("'ldifde.exe'", "ldif.err")],
    things: schemaFile,
    cause: "the import of a file into the schema failed",
    action: "read ldif.err: it names the object and the reason",
    releases: "2007 and later",
    source: cssExchange,
    certainty: "documented",
  },
  {
    id: "resourceSchemaConversion",
    anyOf: [[...inError("00000057: LdapErr"), inPlace("script", "install-ResourceConfig")]],
    cause: "the schema attribute ms-Exch-Resource-Property-Schema has a duplicate's name",
    action:
      "set its lDAPDisplayName back to msExchResourcePropertySchema on the schema master, and replicate",
    releases: "2007, 2010",
    source: "Microsoft KB 2872882",
    certainty: "documented",
  },
  {
    id: "deletedGroupOfConfiguration",
    anyOf: [
      inError("of the otherWellKnownObjects attribute on container object CN=Configuration"),
      inError("on the otherWellKnownObjects attribute in the container object CN=Configuration"),
    ],
    things: [
      { in: "error", marks: ["object entry B:32:", ":", " of the otherWellKnownObjects"], words: "{2}" },
      { in: "error", marks: ["object entry B:32:", ":", " on the otherWellKnownObjects"], words: "{2}" },
    ],
    cause: "a group that is registered at CN=Configuration was deleted",
    action: "restore the group, or take exactly this value out of otherWellKnownObjects of CN=Configuration",
    releases: "2007",
    source: "messagingserversupport.com, 2012-01-15",
    certainty: "practice",
  },
  {
    id: "deletedGroup",
    anyOf: [
      inError("points to an invalid DN or a deleted object"),
      inError("otherWellKnownObjects", "\\0ADEL:"),
      [inPlace("stack", "InvalidWKObjectException")],
    ],
    things: [
      { in: "error", marks: ["object entry B:32:", ":", " on the otherWellKnownObjects"], words: "{2}" },
      { in: "error", marks: ["object entry B:32:", ":", " of the otherWellKnownObjects"], words: "{2}" },
      { in: "error", marks: ["object entry ", " on the otherWellKnownObjects"] },
    ],
    cause: "a group that is registered as one of Exchange's was deleted",
    action:
      "restore the group, or take exactly this value out of otherWellKnownObjects of CN=Microsoft Exchange so that Setup makes a new one",
    releases: "2007, 2010, 2016",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "wrongGroupType",
    anyOf: [inError("of the wrong group type"), [inPlace("stack", "InvalidWKObjectTargetException")]],
    things: [{ in: "error", marks: ['refers to a group "', '"'] }],
    cause: "a registered group of Exchange is not a universal security group",
    action:
      "make it a universal security group without mail, or delete its entry so that Setup makes a new one",
    releases: "2016 CU17",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "securityGroupsUnit",
    anyOf: [
      [...inError("Object reference not set"), inPlace("stack", "CreateOrMoveEWPGroup(")],
      [inPlace("stack", "NullReferenceException"), inPlace("stack", "CreateOrMoveEWPGroup(")],
    ],
    cause: "the organizational unit Microsoft Exchange Security Groups is missing, renamed or moved",
    action: "create it with this name at the root of the forest's root domain",
    releases: "2016 CU17",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "folderHierarchies",
    anyOf: [
      inError("'CN=Folder Hierarchies,CN=Exchange Administrative Group", "already exists"),
      [
        ...inError("'CN=Folder Hierarchies,CN=Exchange Administrative Group"),
        inPlace("stack", "ADObjectAlreadyExistsException"),
      ],
    ],
    cause: "CN=Folder Hierarchies is there without a public folder tree",
    action: "create an msExchPFTree object with msExchPFTreeType 1 in it, and replicate",
    releases: "2013 CU23",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "valueNotSeen",
    anyOf: [
      inError("attribute entries of the object '", "' already exists"),
      [inPlace("stack", "ADObjectEntryAlreadyExistsException")],
    ],
    things: [{ in: "error", marks: ["attribute entries of the object '", "'"] }],
    cause: "Setup wants to add a value to an object that has it already, and does not see it",
    action: "see that the account may read all of that object, and that the domain controllers agree on it",
    releases: "2016 (2021-03)",
    source: "Microsoft Q&A, Exchange setup /PrepareAD, 2021-03-06",
    certainty: "practice",
  },
  {
    id: "objectNotSeen",
    anyOf: [
      inError("Active Directory operation failed", "The object '", "' already exists"),
      [inPlace("stack", "ADObjectAlreadyExistsException")],
    ],
    things: [{ in: "error", marks: ["The object '", "'"] }],
    cause: "Setup wants to create an object that is there already and that it does not see",
    action: "look at inherited permissions and denies on that object",
    releases: "2013 CU23",
    source: cssExchange,
    certainty: "documented",
  },
  {
    id: "userPrincipalNameTaken",
    anyOf: [
      inError("UPN value provided for addition/modification is not unique"),
      inError("CONSTRAINT_ATT_TYPE", "(userPrincipalName)"),
    ],
    things: [processed],
    cause: "another account has the user principal name of an arbitration mailbox",
    action: "give the other account another name; delete no arbitration mailbox and no account of one",
    releases: "2013 CU23",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "accessDenied",
    anyOf: [inError("INSUFF_ACCESS_RIGHTS")],
    things: [{ in: "before", marks: ["to read object ", ""] }],
    cause: "the account may not write to an object of the directory",
    action:
      "remove the deny, or let permissions be inherited there: Enterprise Admins have the right by default",
    releases: "2016 CU19",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "controllerName",
    anyOf: [[inPlace("stack", "DirectoryCommon.IsRODCType(")]],
    cause: "a domain controller has no full DNS name in the directory",
    action: "correct dNSHostName of that domain controller, or clean up the metadata of one that is gone",
    releases: "2016 or 2019 (2023-09)",
    source: "microsoft/CSS-Exchange, issue 1826",
    certainty: "practice",
  },
  {
    id: "replicationLatency",
    anyOf: [inError("may be caused by replication latency"), inError("000020B5:")],
    things: [{ in: "error", marks: ["Active Directory operation failed on ", ". This"] }],
    cause: "a domain controller does not have yet what Setup has written on another one",
    action: "wait for replication, and run Setup again; its switch /DomainController keeps it to one of them",
    releases: "2010 (2012-04)",
    source: "eightwone.com, 2012-04-24 (Exchange Setup and AD replication latency)",
    certainty: "practice",
  },
  {
    id: "controllerGone",
    anyOf: [
      inError("Active Directory server ", " is not available"),
      inError("The LDAP server is unavailable"),
    ],
    things: [
      { in: "error", marks: ["Active Directory server ", " is not available"] },
      { in: "error", marks: ["the suitability of server '", "'"] },
    ],
    cause: "a domain controller did not answer while Setup worked",
    action: "see that domain controllers of this site answer, then run Setup again",
    releases: "2013 and later",
    source: "Microsoft Q&A 2337120",
    certainty: "practice",
  },
  {
    id: "edgeAccount",
    anyOf: [[...inError("Active Directory error 0x52 ", "'localhost'")]],
    cause: "an Edge Transport server is installed with an account of another domain than the computer's",
    action: "log on with an account of the computer's own domain, and run Setup again",
    releases: "2016 CU7 and later, 2019, SE",
    source: "Microsoft KB 4093253",
    certainty: "documented",
  },
  {
    id: "passwordPolicy",
    anyOf: [inError("0000052D:"), inError("does not meet the password policy requirements")],
    things: [processed],
    cause:
      "the domain's password policy, or a password filter, refuses the password of an account that Setup makes",
    action: "ease it until Setup is done, on the domain controller that Setup uses",
    releases: "all (Windows error 1325)",
    source: "Microsoft Learn, system error codes",
    certainty: "documented",
  },
  {
    id: "directoryLimit",
    anyOf: [inError("00002024:"), [inPlace("stack", "AdminLimitExceededException")]],
    things: [processed],
    cause: "an attribute in the directory has as many values as a domain controller lets it have",
    action:
      "find it in the Directory Service log of that domain controller, and take values away that are stale",
    releases: "2016 CU18",
    source: "Microsoft Q&A 121834",
    certainty: "practice",
  },
  {
    id: "parentOfAnotherClass",
    anyOf: [inError("NAMING_VIOLATION"), inError("not on the list of possible superiors")],
    things: [processed],
    cause:
      "Setup creates an object below one that is of another class than it expects, or that has lost its own",
    action:
      "compare the server's objects in the configuration with those of a healthy server; ask Microsoft support",
    releases: "2019",
    source: "Microsoft Learn, system error codes (8345 naming violation)",
    certainty: "unverified",
  },
  {
    id: "exsetdataDenied",
    anyOf: [
      [...inError("error code '2147942405'"), inPlace("stack", "ExsetdataException")],
      [...inError("error code '3221684229'"), inPlace("stack", "ExsetdataException")],
    ],
    cause: "Setup's program exsetdata was denied access to an object of the directory, or to a folder",
    action: 'read the lines before it with "Error code 0X" for what; look at denies and inheritance there',
    releases: "2016 CU19, 2019",
    source: "Microsoft Q&A 320551 and 1429219",
    certainty: "practice",
  },
  {
    id: "exsetdata",
    anyOf: [[inPlace("stack", "ExsetdataException")]],
    cause: "Setup's program exsetdata failed on the directory",
    action:
      'read the lines before it with "Error code 0X"; see that schema and preparation have replicated here',
    releases: "2016, 2019",
    source: "Microsoft Q&A 1219404",
    certainty: "practice",
  },
  {
    id: "directoryRefused",
    anyOf: [inError("Active Directory operation failed on "), [inPlace("stack", "ADOperationException")]],
    things: [
      { in: "error", marks: ["Active directory response: ", ":"], words: "code {1}" },
      { in: "error", marks: ["Active Directory operation failed on ", ". This"], words: "on {1}" },
      { in: "error", marks: ["Active Directory operation failed on ", ". "], words: "on {1}" },
    ],
    cause: "a domain controller refused what Setup wanted to write or read",
    action:
      'look up the code behind "Active directory response", and that domain controller\'s Directory Service log',
    releases: "2010 and later",
    source: "Microsoft Learn, system error codes",
    certainty: "documented",
  },
];
