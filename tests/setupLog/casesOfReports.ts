/** For each known failure that public reports tell of, the log of a run that failed so, written in the style of real ones, and the whole reason. */
import { failedRule, failedRun, line, type Product, type TaskError, taskError } from "./writer";

interface FailureCase {
  readonly log: string;
  readonly reason: string;
}

const run = (product: Product, error: TaskError, ...before: string[]) =>
  failedRun(
    product,
    before.map((each) => line(product, 2, each)),
    taskError(product, error),
  );

const required = (product: Product, ...texts: readonly string[]) =>
  failedRun(
    product,
    texts.map((each) => line(product, 1, `[REQUIRED] ${each}`)),
  );

const rule = (product: Product, name: string, message: string) =>
  failedRun(product, failedRule(product, name, message));

const AD = "Microsoft.Exchange.Data.Directory.";
const PS = "System.Management.Automation.";
const EXSET = "Microsoft.Exchange.Management.Deployment.ExsetdataException";
const TASK = "Microsoft.Exchange.Configuration.Tasks.TaskException";

const cases: { readonly [id: string]: FailureCase } = {
  directoryNotReached: {
    log: rule(
      "2016",
      "AdInitErrorRule",
      'Setup encountered a problem while validating the state of Active Directory: A native error 0x5B4 occurred while looking for domain controllers in domain "contoso.com": This operation returned because the timeout period expired  See the Exchange setup log for more information on this error.',
    ),
    reason:
      "no domain controller answered while Setup looked at Active Directory: contoso.com. Take domain controllers that are gone out of DNS and sites; see that those of this site answer on LDAP. Setup says: Setup encountered a problem while validating the state of Active Directory: A native error 0x5B4 occ…",
  },
  licenceTerms: {
    log: failedRun(
      "2019",
      line(
        "2019",
        0,
        "[ERROR] The parameter 'IAcceptExchangeServerLicenseTerms' isn't valid for this operation.",
      ),
    ),
    reason:
      "the command line does not accept the licence terms in the form that this Setup wants. From 2016 CU22 and 2019 CU11 on it is /IAcceptExchangeServerLicenseTerms_DiagnosticDataON or …OFF, before without a suffix. Setup says: The parameter 'IAcceptExchangeServerLicenseTerms' isn't valid for this operat…",
  },
  organizationName: {
    log: failedRun(
      "2019",
      line(
        "2019",
        0,
        "[ERROR] Exchange organization name is required for this mode. To specify an organization name, use the /organizationName parameter.",
      ),
    ),
    reason:
      "Setup sees no Exchange organization in this forest. If there is one, find out why account and domain controller do not see it; a name makes a new organization. Setup says: Exchange organization name is required for this mode. To specify an organization name, use the /organizationName parameter",
  },
  hostingMode: {
    log: failedRun(
      "2010",
      line(
        "2010",
        1,
        "[ERROR] Active Directory was prepared using the /hosting parameter. You must run the command again with the 'hosting' parameter to continue.",
      ),
    ),
    reason:
      "Active Directory was prepared for another mode (hosting) than Setup is run in. Run Setup with /hosting where it was prepared so, and without where not. Setup says: Active Directory was prepared using the /hosting parameter. You must run the command again with the 'hosting' parameter to continue",
  },
  hybridDetected: {
    log: failedRun(
      "2016",
      line(
        "2016",
        1,
        '[ERROR] HybridConfigurationDetectionException: A hybrid deployment with Office 365 has been detected. Please ensure that you are running setup with the /TenantOrganizationConfig switch. To use the TenantOrganizationConfig switch you must first connect to your Exchange Online tenant via PowerShell and execute the following command: "Get-OrganizationConfig | Export-Clixml -Path MyTenantOrganizationConfig.XML".',
      ),
    ),
    reason:
      "the directory has a hybrid configuration, and Setup was not told of Exchange Online. Export Get-OrganizationConfig of Exchange Online with Export-Clixml, and give the file as /TenantOrganizationConfig. Setup says: HybridConfigurationDetectionException: A hybrid deployment with Office 365 has been d…",
  },
  roleAlone: {
    log: failedRun(
      "2019",
      line("2019", 0, "[ERROR] Front End Transport service cannot be installed without Mailbox service."),
      line("2019", 0, "[ERROR] Client Access Front End service cannot be installed without Mailbox service."),
    ),
    reason:
      "the registry holds a part of the server's roles only, as after a removal that was not finished. Compare the role keys below HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15 with the roles, and repair or recover the server. Setup says: Front End Transport service cannot be installed without Mailbox servic…",
  },
  setupParameter: {
    log: failedRun(
      "2013",
      line("2013", 0, "[ERROR] The parameter 'roles' isn't valid for the 'Upgrade' operation."),
    ),
    reason:
      "Setup does not know a parameter of its command line, or not in this mode: roles. Compare it with Setup /? of this release. Setup says: The parameter '…' isn't valid for the 'Upgrade' operation",
  },
  roleUnfinished: {
    log: rule(
      "2019",
      "ServerRoleUnpackedPartially",
      "A Setup failure previously occurred while installing the HubTransportRole role. Either run Setup again for just this role, or remove the role using Control Panel.",
    ),
    reason:
      "an earlier run has left a role half installed: HubTransportRole. Run Setup's wizard, or Setup for this role alone, so that it resumes; delete no Watermark. Setup says: A Setup failure previously occurred while installing the … role. Either run Setup again for just this role, or remove the role usin…",
  },
  domainSignature: {
    log: required(
      "2007",
      "The Active Directory domain 'contoso.com' has an unrecognized Exchange signature. Current DomainPrep version: 12433.",
    ),
    reason:
      "a domain was prepared by another release than this Setup knows, or Setup does not find it: contoso.com. Compare the level of the domain, and run Setup /PrepareDomain of the newest release in the organization. Setup says: The Active Directory domain '…' has an unrecognized Exchange signature. Curren…",
  },
  readOnlyController: {
    log: rule("2019", "ComputerRODC", "The computer is a read-only domain controller."),
    reason:
      "this computer is a read-only domain controller. Install Exchange on a member server. Setup says: The computer is a read-only domain controller",
  },
  splitPermissions: {
    log: rule(
      "2013",
      "InstallOnDCInADSplitPermissionMode",
      "Exchange roles can't be on a domain controller in this mode.",
    ),
    reason:
      "split permissions of Active Directory and Exchange on a domain controller exclude each other. Have Exchange on member servers only, or end the split permissions with Setup /PrepareAD. Setup says: Exchange roles can't be on a domain controller in this mode",
  },
  otherExchange: {
    log: rule(
      "2016",
      "ExchangeAlreadyInstalled",
      "Microsoft Exchange is already installed on this computer.",
    ),
    reason:
      "another release of Exchange is installed on this computer. Put the new release on another server and move to it; between these two there is no upgrade in place. Setup says: Microsoft Exchange is already installed on this computer",
  },
  shortNameTaken: {
    log: rule("2013", "DuplicateShortProvisionedName", "There is another server with the short name MBX1."),
    reason:
      "two servers of the organization have the same short name. Remove the server object that is left over, or give one computer another name. Setup says: There is another server with the short name MBX1",
  },
  domainPermissions: {
    log: rule("2013", "InconsistentlyConfiguredDomain", "The domain isn't configured consistently."),
    reason:
      "the group Exchange Servers lacks its rights on the domain. Run Setup /PrepareDomain for it, and see that nothing takes the rights away again. Setup says: The domain isn't configured consistently",
  },
  folderTreeInheritance: {
    log: rule("2013", "InhBlockPublicFolderTree", "Inheritance is blocked on the public folder tree."),
    reason:
      "the public folder tree does not inherit its permissions. Let it inherit again, with ADSI Edit on the object of the tree. Setup says: Inheritance is blocked on the public folder tree",
  },
  offlineAddressBook: {
    log: rule("2013", "OffLineABServerDeleted", "The server of an offline address book was deleted."),
    reason:
      "an offline address book belongs to a server that was deleted. Give it to another server (Move-OfflineAddressBook), or remove it. Setup says: The server of an offline address book was deleted",
  },
  sendConnector: {
    log: rule("2013", "SendConnectorException", "A send connector could not be read."),
    reason:
      "Setup could not read a send connector. Look at the connectors with Get-SendConnector, and mend or remove the one that cannot be read. Setup says: A send connector could not be read",
  },
  serverNameInPolicy: {
    log: rule("2013", "ServerFQDNMatchesSMTPPolicy", "mbx1.contoso.com is a domain of a policy."),
    reason:
      "a recipient policy has the full name of a server, or an address in brackets, as a mail domain. Take that entry out of the recipient policies. Setup says: mbx1.contoso.com is a domain of a policy",
  },
  smtpService: {
    log: rule("2013", "SMTPSvcInstalled", "The SMTP service is installed."),
    reason:
      "the SMTP service of IIS is installed, and Exchange has its own. Remove that feature of Windows. Setup says: The SMTP service is installed",
  },
  iisThirtyTwoBit: {
    log: rule("2013", "Iis32BitMode", "IIS is in 32-bit mode."),
    reason:
      "IIS runs in 32 bit mode. Set Enable32BitAppOnWin64 to false, and restart IIS. Setup says: IIS is in 32-bit mode",
  },
  webServiceAgain: {
    log: rule("2016", "ShouldReRunSetupForW3SVC", "Setup must be run again because W3SVC was not running."),
    reason:
      "the World Wide Web Publishing service (W3SVC) was not ready for Setup. Start it, see that it stays, and run Setup again. Setup says: Setup must be run again because W3SVC was not running",
  },
  schemaMasterTooOld: {
    log: rule("2013", "SchemaFSMONotWin2003SPn", "The schema master runs an old Windows."),
    reason:
      "the schema master runs a Windows that is too old for this release. Move the role to a domain controller with a newer Windows. Setup says: The schema master runs an old Windows",
  },
  voiceQueue: {
    log: rule("2013", "VoiceMessagesInQueue", "There are voice messages in a queue."),
    reason:
      "voice messages still wait in a queue of Unified Messaging. Let the transport service take them, or move them away, and run Setup again. Setup says: There are voice messages in a queue",
  },
  languagePackRoom: {
    log: rule("2013", "LangPackDiskSpaceCheck", "Drive C: has too little room."),
    reason:
      "there is too little room on the drive for the language packs. Make room on the drive that Setup names. Setup says: Drive C: has too little room",
  },
  systemMailboxMoved: {
    log: run(
      "2016",
      {
        message: "ExternalEmailAddress is mandatory on MailUser.",
        type: "Microsoft.Exchange.Data.DataValidationException",
      },
      'Processing object "contoso.com/Users/SystemMailbox{1f05a927-3be2-4fb9-aa03-b59fe3b56f4c}".',
    ),
    reason:
      "the account of a system mailbox is a mail user, in whole or in part, and no mailbox: contoso.com/Users/SystemMailbox{1f05a927-3be2-4fb9-aa03-b59fe3b56f4c}. Take its mail attributes away (Disable-MailUser), keep the account, and run Setup /PrepareAD again. Setup says: ExternalEmailAddress is mandato…",
  },
  systemMailboxMissing: {
    log: run("2019", {
      message: "Cannot bind argument to parameter 'Identity' because it is null.",
      type: `${PS}ParameterBindingValidationException`,
      script:
        "\n $m = get-mailbox -arbitration -Filter {name -eq $n};\n Set-Mailbox -Identity $m -Arbitration;\n",
    }),
    reason:
      "a system mailbox that Setup wants to change is not there, or is no mailbox. Run Setup /PrepareAD again, and look for it with Get-Mailbox -Arbitration and Get-User. Setup says: Cannot bind argument to parameter 'Identity' because it is null",
  },
  groupNotResolved: {
    log: run("2013", {
      message:
        'Couldn\'t resolve the user or group "contoso.com/Microsoft Exchange Security Groups/Discovery Management." If the user or group is a foreign forest principal, you must have either a two-way trust or an outgoing trust.',
      type: "Microsoft.Exchange.Data.Common.LocalizedException",
      inner: ["The trust relationship between the primary domain and the trusted domain failed."],
    }),
    reason:
      'Windows finds no account for a group of Exchange: contoso.com/Microsoft Exchange Security Groups/Discovery Management. See that the group has its name and its place, and that no trust of the domain is broken. Setup says: Couldn\'t resolve the user or group "…." If the user or group is a foreign fore…',
  },
  nameNotUnique: {
    log: run("2013", {
      message:
        "The operation couldn't be performed because 'Organization Management' matches multiple entries.",
      type: "Microsoft.Exchange.Configuration.Tasks.ManagementObjectAmbiguousException",
    }),
    reason:
      "several objects of the directory have the name that Setup looks for: Organization Management. Rename those that are not Exchange's own, and replicate. Setup says: The operation couldn't be performed because '…' matches multiple entries",
  },
  edgeAccount: {
    log: run("2016", {
      message:
        "An Active Directory error 0x52 occurred when trying to check the suitability of server 'localhost'. Error: 'Active directory response: A local error occurred.'",
      type: `${AD}NoSuitableServerFoundException`,
      script: "\n Set-TopologyMode;\n Start-Sleep -s 5;\n",
    }),
    reason:
      "an Edge Transport server is installed with an account of another domain than the computer's. Log on with an account of the computer's own domain, and run Setup again. Setup says: An Active Directory error 0x52 occurred when trying to check the suitability of server 'localhost'. Error: 'Active direc…",
  },
  passwordPolicy: {
    log: run(
      "2013",
      {
        message:
          "Active Directory operation failed on dc1.contoso.com. This error is not retriable. Additional information: The password does not meet the password policy requirements. Check the minimum password length, password complexity and password history requirements.\nActive directory response: 0000052D: SvcErr: DSID-031A11E5, problem 5003 (WILL_NOT_PERFORM), data 0\n",
        type: `${AD}ADOperationException`,
      },
      'Processing object "contoso.com/Users/HealthMailbox1".',
    ),
    reason:
      "the domain's password policy, or a password filter, refuses the password of an account that Setup makes: contoso.com/Users/HealthMailbox1. Ease it until Setup is done, on the domain controller that Setup uses. Setup says: Active Directory operation failed on dc1.contoso.com. This error is not retri…",
  },
  directoryLimit: {
    log: run("2016", {
      message: "The administrative limit for this request was exceeded.",
      type: `${AD}AdminLimitExceededException`,
      inner: ["The administration limit on the server was exceeded."],
    }),
    reason:
      "an attribute in the directory has as many values as a domain controller lets it have. Find it in the Directory Service log of that domain controller, and take values away that are stale. Setup says: The administrative limit for this request was exceeded; The administration limit on the server was e…",
  },
  parentOfAnotherClass: {
    log: run("2019", {
      message:
        "Active Directory operation failed on dc1.contoso.com. This error is not retriable. Additional information: The object cannot be added because the parent is not on the list of possible superiors.\nActive directory response: 00002099: NameErr: DSID-0305137B, problem 2005 (NAMING_VIOLATION), data 0, best match of:\n",
      type: `${AD}ADOperationException`,
      script: "\n set-ExchangeServerRole -IsHubTransportServer:$true\n",
    }),
    reason:
      "Setup creates an object below one that is of another class than it expects, or that has lost its own. Compare the server's objects in the configuration with those of a healthy server; ask Microsoft support. Setup says: Active Directory operation failed on dc1.contoso.com. This error is not retriabl…",
  },
  exsetdataDenied: {
    log: run(
      "2019",
      {
        message: "An error occurred with error code '3221684229' and message 'Access is denied.'.",
        type: EXSET,
      },
      " ScFindFileInDirTree (k:\\x\\basemisc.cxx:112)",
      "           Error code 0XC0070005 (5): Access is denied.",
    ),
    reason:
      "Setup's program exsetdata was denied access to an object of the directory, or to a folder. Read the lines before it with \"Error code 0X\" for what; look at denies and inheritance there. Setup says: An error occurred with error code '3221684229' and message 'Access is denied.'",
  },
  exsetdata: {
    log: run("2019", {
      message:
        "An error occurred with error code '2147950602' and message 'The specified directory service attribute or value does not exist.'.",
      type: EXSET,
      script: "\n install-ExsetDataAtom -AtomName OrgLevelCt\n",
    }),
    reason:
      "Setup's program exsetdata failed on the directory. Read the lines before it with \"Error code 0X\"; see that schema and preparation have replicated here. Setup says: An error occurred with error code '2147950602' and message 'The specified directory service attribute or value does not exist.'",
  },
  directoryRefused: {
    log: run("2019", {
      message:
        "Active Directory operation failed on dc1.contoso.com. This error is not retriable. Additional information: The name reference is invalid.\nActive directory response: 00002077: SvcErr: DSID-0",
      type: `${AD}ADOperationException`,
    }),
    reason:
      'a domain controller refused what Setup wanted to write or read: code 00002077. Look up the code behind "Active directory response", and that domain controller\'s Directory Service log. Setup says: Active Directory operation failed on dc1.contoso.com. This error is not retriable. Additional informati…',
  },
  installerFolder: {
    log: run(
      "2016",
      {
        message:
          "Installing product G:\\exchangeserver.msi failed. Schwerwiegender Fehler bei der Installation. Error code is 1603. Last error reported by the MSI package is 'The installer has insufficient privileges to access this directory: C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\15.1.1913.  The installation cannot continue.  Log on as administrator or contact your system administrator.'.",
        inner: ["Schwerwiegender Fehler bei der Installation"],
        type: TASK,
        work: null,
      },
      "Installing a new product. Package: G:\\exchangeserver.msi. Property values: DISABLEERRORREPORTING=1",
    ),
    reason:
      "Windows Installer may not write to a folder of Exchange: C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\15.1.1913. Let it inherit its permissions, give SYSTEM and the local Administrators full control; start the services that were stopped. Setup says: Installing product …",
  },
  installerServiceStop: {
    log: run("2016", {
      message:
        "Installing product D:\\exchangeserver.msi failed. Fatal error during installation. Error code is 1603. Last error reported by the MSI package is 'Service 'Microsoft Exchange Search (MSExchangeFastSearch)' could not be stopped.  Verify that you have sufficient privileges to stop system services.'.",
      type: TASK,
      work: null,
    }),
    reason:
      "Windows Installer could not stop a service: Microsoft Exchange Search (MSExchangeFastSearch). Stop it by hand, end its process if it hangs, and exclude Exchange from the virus scanner. Setup says: Installing product D:\\exchangeserver.msi failed. Fatal error during installation. Error code is 1603. …",
  },
  transportNotRunning: {
    log: run(
      "2010",
      {
        message: "Service 'MSExchangeTransport' failed to reach status 'Running' on this server.",
        type: "Microsoft.Exchange.Configuration.Tasks.ServiceDidNotReachStatusException",
      },
      "Service checkpoint has progressed. Previous checkpoint='0' - Current checkpoint='1'.",
    ),
    reason:
      "the service MSExchangeTransport did not start. Read its errors in the application log; enable IPv6 everywhere, or disable it everywhere (DisabledComponents). Setup says: Service 'MSExchangeTransport' failed to reach status 'Running' on this server",
  },
  serviceTimeout: {
    log: run(
      "2016",
      {
        message: "Time out has expired and the operation has not been completed.",
        type: "System.ServiceProcess.TimeoutException",
      },
      "Beginning processing stop-SetupService -ServiceName:'MSExchangeIS'",
    ),
    reason:
      "a service did not start or stop in the time that Setup waits: MSExchangeIS. Start or stop it by hand, read its errors in the application and system logs, and run Setup again. Setup says: Time out has expired and the operation has not been completed",
  },
  serviceControl: {
    log: run("2013", {
      message:
        "Cannot open Service Control Manager on computer 'mbx1.contoso.com'. This operation might require other privileges.",
      type: "System.InvalidOperationException",
      inner: ["The RPC server is unavailable"],
    }),
    reason:
      "Setup could not ask the services of a computer: mbx1.contoso.com. See that its name resolves, that its firewall lets remote calls in, and that the account is an administrator there. Setup says: Cannot open Service Control Manager on computer '…'. This operation might require other privileges; The R…",
  },
  mediaDamaged: {
    log: run("2019", {
      message:
        "The cabinet file 'exchange.cab' required for this installation is corrupt and cannot be used.",
      type: TASK,
    }),
    reason:
      "a file of the media is damaged: exchange.cab. Copy the media again, and compare their checksum with the one that is published. Setup says: The cabinet file '…' required for this installation is corrupt and cannot be used",
  },
  installerPatch: {
    log: run("2010", {
      message:
        "Installing product D:\\SP3\\exchangeserver.msi failed. The installation package patch could not be applied. Error code is 1648. No valid sequence could be found for the set of patches.",
      type: TASK,
      work: null,
    }),
    reason:
      "an update does not fit the package that it is to be installed with. Take it out of the folder Updates of the media, run Setup, and install the update afterwards. Setup says: Installing product D:\\SP3\\exchangeserver.msi failed. The installation package patch could not be applied. Error code is 1648.…",
  },
  webServerRestart: {
    log: run(
      "2013",
      { message: "Process execution failed with exit code 1062.", type: TASK },
      "Starting: iisreset with arguments: /timeout:120",
      "Process standard output: Restart attempt failed.",
      "Process standard error: The service has not been started.",
    ),
    reason:
      "iisreset failed: a service of the web server does not start: The service has not been started. Start WAS and W3SVC by hand, read their errors in the system log, and run Setup again. Setup says: Process execution failed with exit code 1062",
  },
  contentFilter: {
    log: run(
      "2019",
      { message: "Couldn't register the content filter." },
      "Beginning processing register-ContentFilter",
    ),
    reason:
      "the content filter was not registered within a minute, as where names are looked up in all trusted domains. Set LsaLookupRestrictIsolatedNameLevel to 1 on the domain controllers (key Lsa), and run Setup again. Setup says: Couldn't register the content filter",
  },
  certificateKey: {
    log: run("2010", {
      message:
        "Could not grant Network Service access to the certificate with thumbprint 0123456789ABCDEF0123456789ABCDEF01234567 because a cryptographic exception was thrown.",
      type: "Microsoft.Exchange.Management.SystemConfigurationTasks.AddAccessRuleCryptographicException",
      inner: ["Access is denied."],
    }),
    reason:
      "Setup may not change the rights on the private key of a certificate, or the key is not there: 0123456789ABCDEF0123456789ABCDEF01234567. Mend the rights on ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys, or replace the certificate. Setup says: Could not grant Network Service access to the certificate …",
  },
  certificateUnusable: {
    log: run(
      "2016",
      {
        message:
          "The certificate with thumbprint 0123456789ABCDEF0123456789ABCDEF01234567 was found but is not valid for use with Exchange Server (reason: PrivateKeyMissing).",
        type: "System.InvalidOperationException",
      },
      "Beginning processing Enable-ExchangeCertificate",
    ),
    reason:
      "Exchange cannot use a certificate that is on the server, as when its private key is not there: 0123456789ABCDEF0123456789ABCDEF01234567, PrivateKeyMissing. Mend it (a lost key: certutil -repairstore my <serial number>), or let Exchange use another one. Setup says: The certificate with thumbprint … …",
  },
  missingRegistryKey: {
    log: run("2016", {
      message:
        "Cannot find path 'HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\MailboxRole' because it does not exist.",
      type: `${PS}ItemNotFoundException`,
    }),
    reason:
      "a key of the registry is missing that Setup reads or changes: HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\MailboxRole. Compare it with a healthy server of the same build; restore what belongs there, with support if need be. Setup says: Cannot find path '…' because it does not exist",
  },
  missingInIis: {
    log: run("2016", {
      message: "Cannot find path 'IIS:\\Sites\\Exchange Back End\\PowerShell' because it does not exist.",
      type: `${PS}ItemNotFoundException`,
    }),
    reason:
      "a site, a virtual directory or an application pool is missing in IIS that Setup changes: IIS:\\Sites\\Exchange Back End\\PowerShell. Compare IIS with the directory and with a healthy server of the same build, and make it again. Setup says: Cannot find path '…' because it does not exist",
  },
  certificateMissing: {
    log: run(
      "2016",
      {
        message:
          "The Exchange certificate with the thumbprint 0123456789ABCDEF0123456789ABCDEF01234567 wasn't found on the server.",
        type: "System.ArgumentException",
      },
      "Beginning processing Install-AuthCertificate",
    ),
    reason:
      "a certificate that Exchange is configured with is not on the server: 0123456789ABCDEF0123456789ABCDEF01234567. Make or import one, and let Set-AuthConfig or Enable-ExchangeCertificate point to it. Setup says: The Exchange certificate with the thumbprint … wasn't found on the server",
  },
  iisAccess: {
    log: run("2013", {
      message:
        "An IIS directory entry couldn't be created. The error message is Access is denied.\n. HResult = -2147024891. There are multiple causes.",
      type: "Microsoft.Exchange.Management.Metabase.IISGeneralCOMException",
    }),
    reason:
      "Setup cannot open the configuration of IIS. See that W3SVC runs, that IIS 6 Metabase Compatibility is installed, and that Exchange Trusted Subsystem is a local administrator. Setup says: An IIS directory entry couldn't be created. The error message is Access is denied. . HResult = -2147024891. Ther…",
  },
  performanceCounters: {
    log: run(
      "2010",
      {
        message: "Cannot load Counter Name data because an invalid index '' was read from the registry.",
        type: "System.InvalidOperationException",
      },
      "Beginning processing new-PerfCounters -DefinitionFileName:'InfoWorkerMultiMailboxSearchPerfCounters.xml'",
    ),
    reason:
      "the performance counters of Windows are damaged, or may not be read. Rebuild them with lodctr /R, twice, in an elevated console. Setup says: Cannot load Counter Name data because an invalid index '' was read from the registry",
  },
  registryDenied: {
    log: run("2016", {
      message: "Requested registry access is not allowed.",
      type: "System.Security.SecurityException",
    }),
    reason:
      "Setup may not change a key of the registry. Run it elevated; give Administrators and SYSTEM full control of the key. Setup says: Requested registry access is not allowed",
  },
  configurationFile: {
    log: run("2013", {
      message: "There is a duplicate 'system.web.extensions/scripting/scriptResourceHandler' section defined",
      type: "System.Configuration.ConfigurationErrorsException",
    }),
    reason:
      "a configuration file of .NET, IIS or Exchange is not valid. Mend the file and the line that the error names; compare it with the same file of a healthy server. Setup says: There is a duplicate 'system.web.extensions/scripting/scriptResourceHandler' section defined",
  },
  memory: {
    log: run("2019", {
      message: "Exception of type 'System.OutOfMemoryException' was thrown.",
      type: "System.OutOfMemoryException",
    }),
    reason:
      "Windows gave Setup no more memory. Restart the computer, see that its page file may grow, and run Setup again. Setup says: Exception of type 'System.OutOfMemoryException' was thrown",
  },
  remoteCall: {
    log: run("2016", {
      message: "The RPC server is unavailable. (Exception from HRESULT: 0x800706BA)",
      type: "System.Runtime.InteropServices.COMException",
    }),
    reason:
      "a service did not answer a remote call. See that the computer's name resolves, that the service runs, and that no firewall is between. Setup says: The RPC server is unavailable. (Exception from HRESULT: 0x800706BA)",
  },
  moduleMissing: {
    log: run("2013", {
      message:
        "The specified module 'WebAdministration' was not loaded because no valid module file was found in any module directory.",
      type: "System.IO.FileNotFoundException",
    }),
    reason:
      "a module of PowerShell is not on the computer: WebAdministration. Install the feature of Windows that brings it (WebAdministration: Web-Scripting-Tools), and run Setup again. Setup says: The specified module '…' was not loaded because no valid module file was found in any module directory",
  },
  windowsDenied: {
    log: run(
      "2016",
      {
        message: "Access is denied",
        type: "System.UnauthorizedAccessException",
        inner: ["Access is denied"],
      },
      "Beginning processing Write-ExchangeSetupLog",
    ),
    reason:
      "Windows denied Setup access to something on the computer. Run it elevated, as a local administrator; see what the lines before name, and who holds or protects it. Setup says: Access is denied",
  },
};

/** By the id of the failure. */
export const reportCases = cases;
