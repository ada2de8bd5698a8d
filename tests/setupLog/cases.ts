/** For each known failure the log of a run that failed so, made up in the style of real ones, and the whole reason. */
import { reportCases } from "./casesOfReports";
import { taskCases } from "./casesOfTasks";
import { failedRule, failedRun, line, type Product, taskError } from "./writer";

export interface FailureCase {
  readonly log: string;
  readonly reason: string;
}

const rule = (product: Product, name: string, message: string) =>
  failedRun(product, failedRule(product, name, message));

const before = (product: Product, ...texts: readonly string[]) => texts.map((text) => line(product, 2, text));

const group =
  "CN=Exchange Recipient Administrators\\0ADEL:1b2c3d4e-0000-4111-8222-333344445555,CN=Deleted Objects,DC=contoso,DC=com";

const ldifde = (product: Product, file: string, code: number) =>
  failedRun(
    product,
    taskError(product, {
      message:
        product === "2007"
          ? `An error occurred when executing 'ldifde.exe' to import schema file 'C:\\Temp\\${file}'. Error code: ${code}. See the error file 'C:\\Temp\\ldif.err'.`
          : `There was an error while running 'ldifde.exe' to import the schema file 'C:\\Temp\\${file}'. The error code is: ${code}. More details can be found in the error file: 'C:\\Temp\\ldif.err'`,
      work: product === "2007" ? null : "ADSchemaComponent___f0",
    }),
  );

const cases: { readonly [id: string]: FailureCase } = {
  directoryNotPrepared: {
    log: rule(
      "2016",
      "AdInitErrorRule",
      "Setup encountered a problem while validating the state of Active Directory: objects are missing. Run setup with the /prepareAD parameter on a computer in the domain emea and site London, and wait for replication to complete.",
    ),
    reason:
      "Active Directory is not prepared for this Setup, and this computer is not where that is done: domain emea, site London. Run Setup /PrepareAD in the schema master's domain and site and wait for replication; or delete a second, empty Microsoft Exchange System Objects container. Setup says: Setup enco…",
  },
  directoryNotRead: {
    log: rule("2019", "CannotAccessAD", "Either Active Directory doesn't exist, or it can't be contacted."),
    reason:
      "Setup could not read Active Directory. Check this computer's DNS and site, and that a global catalog there answers. Setup says: Either Active Directory doesn't exist, or it can't be contacted",
  },
  notAtSchemaMaster: {
    log: rule(
      "2013",
      "NotInSchemaMasterSite",
      "Setup needs the schema master, but this computer isn't in the same Active Directory site as the schema master (London).",
    ),
    reason:
      "the schema or the organization has to be prepared, and this computer is not at the schema master: London. Prepare on a computer in the schema master's domain and site. Setup says: Setup needs the schema master, but this computer isn't in the same Active Directory site as the schema master (…)",
  },
  domainControllerOutOfSite: {
    log: rule(
      "2013",
      "DomainControllerIsOutOfSite",
      "Setup can't use the domain controller 'Paris' because it belongs to Active Directory site 'London'. Setup must use a domain controller in the same site as this computer (dc7.contoso.com).",
    ),
    reason:
      "the domain controller that Setup uses is not in this computer's site: dc7.contoso.com in site London, this computer in site Paris. Bind the subnets to the right sites, or bring a domain controller into this computer's site",
  },
  noSite: {
    log: rule("2016", "InvalidADSite", "This computer belongs to no site."),
    reason:
      "this computer or its account does not belong to a domain or a site. Join the domain, bind the subnet to a site, and log on with an account of the domain. Setup says: This computer belongs to no site",
  },
  schemaRights: {
    log: rule(
      "SE",
      "SchemaUpdateRequired",
      "The Active Directory schema isn't up-to-date, and this account may not change it.",
    ),
    reason:
      "the schema is older than this Setup, and the account may not change it. Prepare the schema first, or add the account to Schema Admins and Enterprise Admins and log on again. Setup says: The Active Directory schema isn't up-to-date, and this account may not change it",
  },
  organizationRights: {
    log: rule(
      "2019",
      "GlobalUpdateRequired",
      "Global updates need to be made to Active Directory, and this account may not make them.",
    ),
    reason:
      "the organization is older than this Setup, and the account is not in Enterprise Admins. Run Setup /PrepareAD first, or add the account to Enterprise Admins and log on again. Setup says: Global updates need to be made to Active Directory, and this account may not make them",
  },
  directoryOlder: {
    log: rule("2016", "AdUpdateRequired", "An update of the directory is required."),
    reason:
      "Active Directory is older than this Setup. Run Setup /PrepareAD first, and wait for replication. Setup says: An update of the directory is required",
  },
  domainNotPrepared: {
    log: rule(
      "2019",
      "DomainPrepRequired",
      "The local domain needs to be prepared using Setup /PrepareDomain first.",
    ),
    reason:
      "the domain is not prepared, or it has a second Microsoft Exchange System Objects container. Run Setup /PrepareDomain for it; if that was done, find and delete the empty second container. Setup says: The local domain needs to be prepared using Setup /PrepareDomain first",
  },
  domainRights: {
    log: rule(
      "2016",
      "LocalDomainPrep",
      "The local domain needs to be updated. You must be a member of other groups.",
    ),
    reason:
      "the domain has to be prepared, and the account may not do it. Prepare it first, or add the account to the groups that Setup names and log on again. Setup says: The local domain needs to be updated. You must be a member of other groups",
  },
  organizationGroup: {
    log: rule(
      "2019",
      "DelegatedMailboxFirstInstall",
      "You must use an account that's a member of the Organization Management role group.",
    ),
    reason:
      "the account is not in the group that may install Exchange servers. Add it to the group that Setup names, and log on again; if there is no such group, run Setup /PrepareAD. Setup says: You must use an account that's a member of the Organization Management role group",
  },
  delegatedRights: {
    log: rule("2013", "HasServerDelegatedPermsBlocked", "The server was delegated."),
    reason:
      "the account has rights of its own on the server object, and is in no group that may upgrade it. Add it to Server Management, or take its own rights on the server object away. Setup says: The server was delegated",
  },
  noAdministrator: {
    log: rule("2016", "NotLocalAdmin", "The account is no local administrator."),
    reason:
      "the account is no administrator of this computer, or Setup was not elevated. Add it to the local Administrators, log on again, and run Setup elevated. Setup says: The account is no local administrator",
  },
  restartPending: {
    log: rule(
      "2016",
      "PendingRebootWindowsComponents",
      "There is a pending reboot of a Windows Server role.",
    ),
    reason:
      "Windows waits for a restart. Restart the computer. Setup says: There is a pending reboot of a Windows Server role",
  },
  filesInUse: {
    log: rule(
      "2019",
      "ProcessNeedsToBeClosedOnUpgrade",
      "Setup can't continue with the upgrade because the powershell (4711) has open files. Close it.",
    ),
    reason:
      "a process has files of Exchange open: powershell (4711). End it, or wait for it (mscorsvw ends by itself), and close every PowerShell and console. Setup says: Setup can't continue with the upgrade because the … has open files. Close it",
  },
  unfinishedInstallation: {
    log: rule("2019", "InstallWatermark", "A Setup failure previously occurred."),
    reason:
      "an installation on this computer was begun and not finished. Run Setup's wizard, which goes on with it; delete no watermark. Setup says: A Setup failure previously occurred",
  },
  remoteRegistry: {
    log: rule("2016", "RemoteRegException", "The registry cannot be read remotely."),
    reason:
      "Setup could not open this computer's registry by its name. Start the Remote Registry service, and see that the computer's full name resolves to itself. Setup says: The registry cannot be read remotely",
  },
  windowsService: {
    log: rule("SE", "MSDTCStopped", "The Distributed Transaction Coordinator is stopped."),
    reason:
      "a service of Windows that Setup needs is stopped or disabled. Set it to start automatically, and start it. Setup says: The Distributed Transaction Coordinator is stopped",
  },
  servicesToBeDeleted: {
    log: rule("2016", "ServicesAreMarkedForDeletion", "Services are marked for deletion."),
    reason:
      "services of Exchange wait to be deleted. Close every console of services, and restart the computer. Setup says: Services are marked for deletion",
  },
  executionPolicy: {
    log: rule("2013", "PowerShellExecutionPolicyCheckSet", "The execution policy is set by Group Policy."),
    reason:
      "a group policy sets PowerShell's execution policy. Take that setting away until Setup is done. Setup says: The execution policy is set by Group Policy",
  },
  hybridApplicationUri: {
    log: rule("2016", "DidOnPremisesSettingCreatedAnException", "The hybrid test failed."),
    reason:
      "an organization relationship has no application URI, or another one than Setup looks for. Write the URI into it that the log names as TargetApplicationUri. Setup says: The hybrid test failed",
  },
  resourceSchemaName: {
    log: rule("2013", "ResourcePropertySchemaException", "The resource schema cannot be read."),
    reason:
      "the schema attribute ms-Exch-Resource-Property-Schema has a duplicate's name. Set its lDAPDisplayName back to msExchResourcePropertySchema on the schema master, and replicate. Setup says: The resource schema cannot be read",
  },
  missingSoftware: {
    log: rule("SE", "IISURLRewriteNotInstalled", "The IIS URL Rewrite Module is required."),
    reason:
      "software that this Setup needs is missing or too old. Install what Setup names. Setup says: The IIS URL Rewrite Module is required",
  },
  missingFeature: {
    log: rule("2016", "LonghornStaticContent", "The Windows component Web-Static-Content isn't installed."),
    reason:
      "features of Windows that this Setup needs are not installed: Web-Static-Content. Install the features that Setup names, and restart if Windows asks for it. Setup says: The Windows component … isn't installed",
  },
  functionalLevel: {
    log: rule(
      "2019",
      "ForestLevelNotWin2012R2",
      "The forest functional level must be at least Windows Server 2012 R2.",
    ),
    reason:
      "the functional level of the forest or a domain is too low for this release. Raise it to the level that Setup names. Setup says: The forest functional level must be at least Windows Server 2012 R2",
  },
  olderServers: {
    log: rule("2019", "E19E14CoexistenceRequirement", "Exchange 2010 servers were detected."),
    reason:
      "the organization has a server of a release that this one does not work beside. Upgrade or remove the servers that Setup names. Setup says: Exchange 2010 servers were detected",
  },
  rolesNotFound: {
    log: rule("2016", "MailboxRoleNotInstalled", "The Mailbox server role isn't installed on this computer."),
    reason:
      "Setup did not find a role that it is to upgrade. See that directory and media can be read, and that the role is installed. Setup says: The Mailbox server role isn't installed on this computer",
  },
  schemaDuplicateName: {
    log: ldifde("2007", "PostExchange2003_schema6.ldf", 8202),
    reason:
      "the schema attribute ms-Exch-Resource-Property-Schema has a duplicate's name: C:\\Temp\\PostExchange2003_schema6.ldf. Set its lDAPDisplayName back to msExchResourcePropertySchema on the schema master, and replicate. Setup says: An error occurred when executing 'ldifde.exe' to import schema file '…'. …",
  },
  schemaNameMissing: {
    log: ldifde("2010", "PostExchange2003_schema11.ldf", 8202),
    reason:
      "the import of the schema met an attribute or a value that is not there: C:\\Temp\\PostExchange2003_schema11.ldf. Read ldif.err for its name, and look for schema attributes whose lDAPDisplayName begins with DUP-. Setup says: There was an error while running 'ldifde.exe' to import the schema file '…'. …",
  },
  schemaMasterBusy: {
    log: ldifde("2007", "PostExchange2003_schema0.ldf", 8206),
    reason:
      "the schema master has not replicated with a partner since its start, and takes no change: C:\\Temp\\PostExchange2003_schema0.ldf. Repair the replication of the schema master. Setup says: An error occurred when executing 'ldifde.exe' to import schema file '…'. Error code: 8206. See the error file 'C:\\…",
  },
  schemaLinkIdentifier: {
    log: failedRun(
      "2007",
      taskError("2007", {
        message: "An attribute with the same link identifier already exists.",
        work: null,
      }),
    ),
    reason:
      "another program's schema attribute has the link identifier that Exchange needs. Ask Microsoft support; the maker of that attribute has to change it. Setup says: An attribute with the same link identifier already exists",
  },
  schemaUnwilling: {
    log: ldifde("2016", "PostExchange2003_schema80.ldf", 8245),
    reason:
      "the schema master refused a change of the schema, as when another attribute has the same identifier (OID): C:\\Temp\\PostExchange2003_schema80.ldf. Read ldif.err for the object and the reason; a foreign definition in its place is a case for Microsoft support. Setup says: There was an error while runn…",
  },
  schemaImport: {
    log: ldifde("SE", "PostExchange2003_schema99.ldf", 8224),
    reason:
      "the import of a file into the schema failed: C:\\Temp\\PostExchange2003_schema99.ldf. Read ldif.err: it names the object and the reason. Setup says: There was an error while running 'ldifde.exe' to import the schema file '…'. The error code is: 8224. More details can be found in the error file: 'C:\\T…",
  },
  resourceSchemaConversion: {
    log: failedRun(
      "2010",
      taskError("2010", {
        message:
          "Active Directory operation failed on dc1.contoso.com. Active directory response: 00000057: LdapErr: DSID-0C090B8A, comment: Error in attribute conversion operation, data 0",
        script: "\n\tinstall-ResourceConfig -DomainController $RoleDomainController\n",
      }),
    ),
    reason:
      "the schema attribute ms-Exch-Resource-Property-Schema has a duplicate's name. Set its lDAPDisplayName back to msExchResourcePropertySchema on the schema master, and replicate. Setup says: Active Directory operation failed on dc1.contoso.com. Active directory response: 00000057: LdapErr: DSID-0C090B…",
  },
  deletedGroupOfConfiguration: {
    log: failedRun(
      "2007",
      taskError("2007", {
        message: `The well-known object entry B:32:0123456789ABCDEF0123456789ABCDEF:${group} of the otherWellKnownObjects attribute on container object CN=Configuration,DC=contoso,DC=com points to an invalid DN or a deleted object.  Please remove the entry, and then rerun the task.`,
        work: null,
      }),
    ),
    reason:
      "a group that is registered at CN=Configuration was deleted: CN=Exchange Recipient Administrators\\0ADEL:1b2c3d4e-0000-4111-8222-333344445555,CN=Deleted Objects,… Restore the group, or take exactly this value out of otherWellKnownObjects of CN=Configuration. Setup says: The well-known object entry B:…",
  },
  deletedGroup: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message: `The well-known object entry B:32:0123456789ABCDEF0123456789ABCDEF:${group} on the otherWellKnownObjects attribute in the container object CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com points to an invalid DN or a deleted object.  Remove the entry, and then rerun the task.`,
        type: "Microsoft.Exchange.Management.Tasks.InvalidWKObjectException",
        work: "443949901",
      }),
    ),
    reason:
      "a group that is registered as one of Exchange's was deleted: CN=Exchange Recipient Administrators\\0ADEL:1b2c3d4e-0000-4111-8222-333344445555,CN=Deleted Objects,… Restore the group, or take exactly this value out of otherWellKnownObjects of CN=Microsoft Exchange so that Setup makes a new one",
  },
  wrongGroupType: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          'The well-known object entry with the GUID "6c01d2a7-0000-4503-8132-789eeb127b84" refers to a group "CN=Exchange Servers,OU=Groups,DC=contoso,DC=com" of the wrong group type. Promote the target.',
        type: "Microsoft.Exchange.Management.Tasks.InvalidWKObjectTargetException",
      }),
    ),
    reason:
      'a registered group of Exchange is not a universal security group: CN=Exchange Servers,OU=Groups,DC=contoso,DC=com. Make it a universal security group without mail, or delete its entry so that Setup makes a new one. Setup says: The well-known object entry with the GUID "6c01d2a7-0000-4503-8132-789ee…',
  },
  securityGroupsUnit: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message: "Object reference not set to an instance of an object.",
        type: "System.NullReferenceException",
        frames: [
          "Microsoft.Exchange.Management.Tasks.InitializeExchangeUniversalGroups.CreateOrMoveEWPGroup(ADGroup ewp, ADOrganizationalUnit usgContainer)",
        ],
      }),
    ),
    reason:
      "the organizational unit Microsoft Exchange Security Groups is missing, renamed or moved. Create it with this name at the root of the forest's root domain. Setup says: Object reference not set to an instance of an object",
  },
  folderHierarchies: {
    log: failedRun(
      "2013",
      taskError("2013", {
        message:
          "Active Directory operation failed on dc1.contoso.com. The object 'CN=Folder Hierarchies,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Contoso,DC=contoso,DC=com' already exists.",
        inner: ["The object exists."],
        type: "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
      }),
    ),
    reason:
      "CN=Folder Hierarchies is there without a public folder tree. Create an msExchPFTree object with msExchPFTreeType 1 in it, and replicate. Setup says: Active Directory operation failed on dc1.contoso.com. The object 'CN=Folder Hierarchies,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Contoso,…",
  },
  objectNotSeen: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          "Active Directory operation failed on dc1.contoso.com. The object 'CN=Default Policy,CN=Contoso,DC=contoso,DC=com' already exists.",
        type: "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
      }),
    ),
    reason:
      "Setup wants to create an object that is there already and that it does not see: CN=Default Policy,CN=Contoso,DC=contoso,DC=com. Look at inherited permissions and denies on that object. Setup says: Active Directory operation failed on dc1.contoso.com. The object '…' already exists",
  },
  userPrincipalNameTaken: {
    log: failedRun(
      "2013",
      before(
        "2013",
        'Processing object "contoso.com/Users/SystemMailbox{e0dc1c29-89c3-4034-b678-e6c29d823ed9}".',
      ),
      taskError("2013", {
        message:
          "An Active Directory Constraint Violation error occurred on dc1.contoso.com. Additional information: The operation failed because UPN value provided for addition/modification is not unique forest-wide.",
      }),
    ),
    reason:
      "another account has the user principal name of an arbitration mailbox: contoso.com/Users/SystemMailbox{e0dc1c29-89c3-4034-b678-e6c29d823ed9}. Give the other account another name; delete no arbitration mailbox and no account of one. Setup says: An Active Directory Constraint Violation error occurred…",
  },
  accessDenied: {
    log: failedRun(
      "2016",
      before(
        "2016",
        "Used domain controller dc1.contoso.com to read object CN=Microsoft Exchange System Objects,DC=contoso,DC=com.",
      ),
      taskError("2016", {
        message:
          "Active Directory operation failed on dc1.contoso.com. Access is denied.\nActive directory response: 00000005: SecErr: DSID-03152857, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0",
      }),
    ),
    reason:
      "the account may not write to an object of the directory: CN=Microsoft Exchange System Objects,DC=contoso,DC=com. Remove the deny, or let permissions be inherited there: Enterprise Admins have the right by default. Setup says: Active Directory operation failed on dc1.contoso.com. Access is denied. A…",
  },
  mailboxDatabase: {
    log: failedRun(
      "2013",
      before("2013", 'Processing object "contoso.com/Users/DiscoverySearchMailbox".'),
      taskError("2013", { message: "Database is mandatory on UserMailbox." }),
    ),
    reason:
      "a system mailbox has no database, or one that is gone: contoso.com/Users/DiscoverySearchMailbox. Give it a database with Set-Mailbox -Database, from a plain PowerShell with the snap-in if need be. Setup says: Database is mandatory on UserMailbox",
  },
  severalActiveSync: {
    log: failedRun(
      "2019",
      taskError("2019", {
        message:
          "Cannot convert 'System.Object[]' to the type 'Microsoft.Exchange.Configuration.Tasks.VirtualDirectoryIdParameter' required by parameter 'Identity'.",
      }),
    ),
    reason:
      "the server has several ActiveSync virtual directories. Remove the additional one: Get-ActiveSyncVirtualDirectory -Server has to list one. Setup says: Cannot convert 'System.Object[]' to the type 'Microsoft.Exchange.Configuration.Tasks.VirtualDirectoryIdParameter' required by parameter 'Identity'",
  },
  virtualDirectoryMissing: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          "The operation couldn't be performed because object 'MBX1\\OWA (Exchange Back End)' couldn't be found on 'dc1.contoso.com'.",
      }),
    ),
    reason:
      "a virtual directory is in IIS and not in the directory, or only in part: MBX1\\OWA (Exchange Back End). Take its rest out of applicationHost.config, and make it again with the New-…VirtualDirectory cmdlet. Setup says: The operation couldn't be performed because object '…' couldn't be found on 'dc1.c…",
  },
  virtualDirectoryExists: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          "The virtual directory 'PushNotifications' already exists under 'mbx1.contoso.com/Exchange Back End'.\nParameter name: VirtualDirectoryName",
      }),
    ),
    reason:
      "a virtual directory is in IIS and not in the directory: PushNotifications under mbx1.contoso.com/Exchange Back End. Take it out of IIS and applicationHost.config. Setup says: The virtual directory '…' already exists under '…'. Parameter name: VirtualDirectoryName",
  },
  iisConfiguration: {
    log: failedRun(
      "2016",
      before(
        "2016",
        'Starting: C:\\Windows\\System32\\inetsrv\\appcmd.exe with arguments: set config "Default Web Site"',
        "Process standard output: ERROR",
      ),
      taskError("2016", { message: "Process execution failed with exit code 50." }),
    ),
    reason:
      "IIS does not have what Setup wants to change: its configuration and the directory do not fit: appcmd.exe ended with 50. Compare applicationHost.config with the server's virtual directories, and mend it. Setup says: Process execution failed with exit code 50",
  },
  topologyServiceStopped: {
    log: failedRun(
      "2019",
      before(
        "2019",
        "An error ocurred while setting shared config DC. Error: Topology Provider coundn't find the Microsoft Exchange Active Directory Topology service on end point 'TopologyClientTcpEndpoint (localhost)'.",
        "Waiting 30 seconds before attempting again.",
      ),
      taskError("2019", {
        message: "Unable to set shared config DC.",
        script: '\n  Write-ExchangeSetupLog -Info "No Suitable Directory Servers Found";\n',
      }),
    ),
    reason:
      "the service Microsoft Exchange Active Directory Topology is stopped or disabled. Set it to automatic and keep it started while Setup runs. Setup says: Unable to set shared config DC",
  },
  noSuitableController: {
    log: failedRun(
      "SE",
      before(
        "SE",
        "An error ocurred while setting shared config DC. Error: No Suitable Directory Servers Found in Forest contoso.com Site London and connected Sites..",
        "Waiting 30 seconds before attempting again.",
      ),
      taskError("SE", { message: "Unable to set shared config DC." }),
    ),
    reason:
      "Exchange finds no usable domain controller in its site: forest contoso.com, site London. Read MSExchange ADAccess in the application log, and let a global catalog there serve the site. Setup says: Unable to set shared config DC",
  },
  sharedConfigController: {
    log: failedRun(
      "2019",
      before("2019", "Waiting 30 seconds before attempting again."),
      taskError("2019", { message: "Unable to set shared config DC." }),
    ),
    reason:
      "Setup could not agree with Exchange on a domain controller. See that Microsoft Exchange Active Directory Topology runs, and read the application log. Setup says: Unable to set shared config DC",
  },
  serviceDisabled: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          "Service 'Microsoft Exchange Service Host (MSExchangeServiceHost)' cannot be started due to the following error: Cannot start service MSExchangeServiceHost on computer '.'.",
        inner: [
          "Cannot start service MSExchangeServiceHost on computer '.'.",
          "The service cannot be started, either because it is disabled or because it has no enabled devices associated with it",
        ],
      }),
    ),
    reason:
      "a service that Setup starts is disabled, or one that it depends on: Microsoft Exchange Service Host (MSExchangeServiceHost). Set them to automatic and start them, again while Setup runs if it disables them. Setup says: The service cannot be started, either because it is disabled or because it has n…",
  },
  serviceNotRunning: {
    log: failedRun(
      "2019",
      taskError("2019", {
        message: "Service 'MSExchangeDagMgmt' failed to reach status 'Running' on this server.",
        type: "Microsoft.Exchange.Configuration.Tasks.ServiceDidNotReachStatusException",
      }),
    ),
    reason:
      "a service did not start: MSExchangeDagMgmt. Read its errors in the application and system logs, start it by hand. Setup says: Service '…' failed to reach status 'Running' on this server",
  },
  firewallStopped: {
    log: failedRun(
      "2013",
      taskError("2013", {
        message:
          "There are no more endpoints available from the endpoint mapper. (Exception from HRESULT: 0x800706D9)",
        type: "System.Runtime.InteropServices.COMException (0x800706D9)",
      }),
    ),
    reason:
      "the Windows Firewall service (MpsSvc) does not run, and Setup adds rules to it. Start it and set it to automatic; its rules may stay off. Setup says: There are no more endpoints available from the endpoint mapper. (Exception from HRESULT: 0x800706D9)",
  },
  searchNodesLeft: {
    log: failedRun(
      "2019",
      taskError("2019", {
        message:
          "Failure configuring SearchFoundation through installconfig.ps1 - Old nodes belonging to the system 'Fsis', already exist in 'D:\\Exchange\\Bin\\Search\\Data'. Rerun.",
      }),
    ),
    reason:
      "nodes of the search foundation are left of an earlier installation: D:\\Exchange\\Bin\\Search\\Data. Stop MSExchangeFastSearch and HostControllerService, and delete the folder Nodes\\Fsis. Setup says: Failure configuring SearchFoundation through installconfig.ps1 - Old nodes belonging to the system 'Fsi…",
  },
  searchFoundation: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          "Failure configuring SearchFoundation through installconfig.ps1 - Timed out waiting for Admin node to be up and running",
      }),
    ),
    reason:
      "the search foundation did not start. See that HostControllerService is not disabled and four noderunner.exe run. Setup says: Failure configuring SearchFoundation through installconfig.ps1 - Timed out waiting for Admin node to be up and running",
  },
  databaseNotMounted: {
    log: failedRun(
      "2013",
      taskError("2013", {
        message: 'Failed to mount database "DB1". Error: An Active Manager operation failed.',
      }),
    ),
    reason:
      'a database of this server does not mount: DB1. Mount or restore it first. Setup says: Failed to mount database "DB1". Error: An Active Manager operation failed',
  },
  installedSetup: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          "The term 'D:\\Exchange\\Bin\\ManageScheduledTask.ps1' is not recognized as the name of a cmdlet.",
      }),
    ),
    reason:
      "Setup was started from the installed Bin folder, and not from the media. Start the media's Setup.exe by its full path. Setup says: The term 'D:\\Exchange\\Bin\\ManageScheduledTask.ps1' is not recognized as the name of a cmdlet",
  },
  missingFolder: {
    log: failedRun(
      "2013",
      taskError("2013", {
        message: "Cannot find path 'D:\\Exchange\\UnifiedMessaging\\grammars' because it does not exist.",
        type: "System.Management.Automation.ItemNotFoundException",
      }),
    ),
    reason:
      "a folder of Exchange is missing: D:\\Exchange\\UnifiedMessaging\\grammars. Create it, empty. Setup says: Cannot find path '…' because it does not exist",
  },
  noActiveServices: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          'Exception calling "Reverse" with "1" argument(s): "Value cannot be null.\nParameter name: array"',
        script: "\n & $RoleBinPath\\ServiceControl.ps1 Stop $roleList;\n",
      }),
    ),
    reason:
      'no service of Exchange is active, and Setup\'s ServiceControl.ps1 does not expect that. Set the Exchange services to automatic, start them. Setup says: Exception calling "Reverse" with "1" argument(s): "Value cannot be null. Parameter name: array"',
  },
  malwareConfiguration: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          'Upgrade of Configuration.xml was unsuccessful, Exception calling "Upgrade" with "0" argument(s): "Access to the path is denied."',
      }),
    ),
    reason:
      'Setup may not write FIP-FS\\Data\\Configuration.xml, or a virus scanner holds it. Give the account and SYSTEM full control of it, and exclude it from the scanner. Setup says: Upgrade of Configuration.xml was unsuccessful, Exception calling "Upgrade" with "0" argument(s): "Access to the path is denied…',
  },
  installerSource: {
    log: failedRun(
      "2013",
      taskError("2013", {
        message:
          "Couldn't remove product with code 8466eaed-0000-4aee-9d13-f3a55b98d114. The installation source for this product is not available. Error code is 1612.",
      }),
    ),
    reason:
      "Windows Installer misses a package of the installed build in its cache: 8466eaed-0000-4aee-9d13-f3a55b98d114. Copy the files from the media of the build that is installed (FixInstallerCache.ps1), not of the new one. Setup says: Couldn't remove product with code …. The installation source for this p…",
  },
  installerPackage: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          "Unable to remove product with code c3f10d8c-0000-4516-b2b4-bf6901980741. Fatal error during installation. Error code is 1603. Last error reported by the MSI package is 'Error reading from file: C:\\Windows\\Installer\\1a.tmp.'.",
      }),
    ),
    reason:
      "Windows Installer failed on a package: Error reading from file: C:\\Windows\\Installer\\1a.tmp. Read the .msilog of that package; mend the installer's cache from the media of the installed build. Setup says: Unable to remove product with code c3f10d8c-0000-4516-b2b4-bf6901980741. Fatal error during in…",
  },
  installerCache: {
    log: failedRun(
      "2016",
      before(
        "2016",
        "Installing a new product. Package: N:\\en\\ServerLanguagePack.msi. Property values: LOGVERBOSE=1",
      ),
      taskError("2016", {
        message: "Object reference not set to an instance of an object.",
        type: "System.NullReferenceException",
        work: null,
      }),
    ),
    reason:
      "Windows Installer failed on a package, most likely for its cache: N:\\en\\ServerLanguagePack.msi. Mend the installer's cache from the media of the installed build (FixInstallerCache.ps1). Setup says: Object reference not set to an instance of an object",
  },
  certificateExpired: {
    log: failedRun(
      "2019",
      before(
        "2019",
        "Installing certificate signed by 'CN=Contoso CA' for site 'Default Web Site'. Certificate is valid from 1/1/2020 to 1/1/2021.",
      ),
      taskError("2019", { message: "The certificate is expired." }),
    ),
    reason:
      "the certificate that Setup binds to a web site is expired: of CN=Contoso CA, for Default Web Site. Renew it, and restart. Setup says: The certificate is expired",
  },
  controllerName: {
    log: failedRun(
      "2019",
      taskError("2019", {
        message: "StartIndex cannot be less than zero.\nParameter name: startIndex",
        type: "System.ArgumentOutOfRangeException",
        frames: [
          "System.String.Remove(Int32 startIndex, Int32 count)",
          "Microsoft.Exchange.Management.Tasks.DirectoryCommon.IsRODCType(String DnsHostName)",
        ],
      }),
    ),
    reason:
      "a domain controller has no full DNS name in the directory. Correct dNSHostName of that domain controller, or clean up the metadata of one that is gone. Setup says: StartIndex cannot be less than zero. Parameter name: startIndex",
  },
  controllerGone: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message:
          "Active Directory server dc1.contoso.com is not available. Error message: Active directory response: The LDAP server is unavailable.",
      }),
    ),
    reason:
      "a domain controller did not answer while Setup worked: dc1.contoso.com. See that domain controllers of this site answer, then run Setup again. Setup says: Active Directory server … is not available. Error message: Active directory response: The LDAP server is unavailable",
  },
  iisMetabase: {
    log: failedRun(
      "2010",
      taskError("2010", { message: "A failure occurred while trying to update metabase properties." }),
    ),
    reason:
      "IIS does not have the virtual directory that Setup wants to change, or something holds its configuration. Remove the damaged virtual directory with its Remove-…VirtualDirectory cmdlet; stop scanner and backup. Setup says: A failure occurred while trying to update metabase properties",
  },
  alreadyInstalled: {
    log: failedRun(
      "2007",
      line(
        "2007",
        0,
        "[ERROR] The following server roles are already installed: Mailbox, Client Access, Hub Transport.",
      ),
    ),
    reason:
      "Setup takes for installed what an earlier run has begun, or left half done: Mailbox, Client Access, Hub Transport. Run Setup again so that it resumes; ask support before you delete a Watermark or an Action. Setup says: The following server roles are already installed: …",
  },
  inconsistentServer: {
    log: failedRun(
      "2010",
      line(
        "2010",
        0,
        "[ERROR] The Exchange Server is in an inconsistent state. Only disaster recovery mode is available.",
      ),
    ),
    reason:
      "the directory has this server, and nothing of Exchange is installed on the computer. Recover it with Setup /m:RecoverServer and the media of its release. Setup says: The Exchange Server is in an inconsistent state. Only disaster recovery mode is available",
  },
  languageMode: {
    log: failedRun(
      "SE",
      taskError("SE", {
        message:
          "Cannot invoke method. Method invocation is supported only on core types in this language mode.",
        type: "System.Management.Automation.RuntimeException",
      }),
    ),
    reason:
      "PowerShell runs in a restricted language mode here, in which Setup's scripts fail. Exempt the server from the script rules of AppLocker or Windows Defender Application Control. Setup says: Cannot invoke method. Method invocation is supported only on core types in this language mode",
  },
  scriptsNotAllowed: {
    log: failedRun(
      "2013",
      taskError("2013", {
        message: "File C:\\Temp\\x.ps1 cannot be loaded because running scripts is disabled on this system.",
        type: "System.Management.Automation.PSSecurityException",
      }),
    ),
    reason:
      "PowerShell's execution policy does not let Setup's scripts run: C:\\Temp\\x.ps1. Take the setting away until Setup is done, also where a group policy makes it. Setup says: File … cannot be loaded because running scripts is disabled on this system",
  },
  programNotFound: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message: "The term 'where.exe' is not recognized as the name of a cmdlet.",
        type: "System.Management.Automation.CommandNotFoundException",
      }),
    ),
    reason:
      "a program of Windows was not found that Setup starts: where.exe. See that the file is there, and that the variable Path of the system has %SystemRoot%\\System32. Setup says: The term '…' is not recognized as the name of a cmdlet",
  },
  diskFull: {
    log: failedRun(
      "2013",
      taskError("2013", {
        message: "There is not enough space on the disk.",
        type: "System.IO.IOException",
      }),
    ),
    reason:
      "a drive that Setup writes to is full. Make room on the drives of Windows and of Exchange. Setup says: There is not enough space on the disk",
  },
  fileHeld: {
    log: failedRun(
      "SE",
      taskError("SE", {
        message:
          "The process cannot access the file 'C:\\V15\\Bin\\x.dll' because it is being used by another process.",
        type: "System.IO.IOException",
      }),
    ),
    reason:
      "another process holds a file that Setup replaces: C:\\V15\\Bin\\x.dll. End it; exclude Exchange's folders from virus scanner and backup, and restart if nothing else helps. Setup says: The process cannot access the file '…' because it is being used by another process",
  },
  assemblyNotLoaded: {
    log: failedRun(
      "2016",
      taskError("2016", {
        message: "Could not load file or assembly 'Made.Up, Version=15.0.0.0' or one of its dependencies.",
        type: "System.BadImageFormatException",
      }),
    ),
    reason:
      "a file of Exchange is missing, damaged or of another build: Made.Up. Check the media's files against their source, and run Setup again from them. Setup says: Could not load file or assembly '…, Version=15.0.0.0' or one of its dependencies",
  },
  eventLogRights: {
    log: failedRun(
      "2019",
      line("2019", 0, "[WARNING] Exception has been thrown by the target of an invocation."),
      line(
        "2019",
        0,
        "[WARNING] Cannot open log for source 'MSExchangeSetup'. You may not have write access.",
      ),
      line("2019", 0, "[WARNING] Access is denied"),
    ),
    reason:
      "the administrators may not write to an event log. Give them back their right in the value CustomSD of the logs Application and System, and restart. Setup says: Cannot open log for source 'MSExchangeSetup'. You may not have write access",
  },
};

/** By the id of the failure. */
export const failureCases: typeof cases = { ...cases, ...taskCases, ...reportCases };
