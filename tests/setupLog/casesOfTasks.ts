/** For each known failure of a task of Setup the log of a run that failed so, made up in the style of real ones, and the whole reason. */
import { failedRule, failedRun, line, type Product, type TaskError, taskError } from "./writer";

interface FailureCase {
  readonly log: string;
  readonly reason: string;
}

const run = (product: Product, error: TaskError, ...before: readonly string[]) =>
  failedRun(
    product,
    before.map((each) => line(product, 2, each)),
    taskError(product, error),
  );

const rule = (product: Product, name: string, message: string) =>
  failedRun(product, failedRule(product, name, message));

/** A package on which Windows Installer gave up with an error of its own. */
const ofPackage = (code: number, says: string) =>
  run(
    "2019",
    {
      message: `Couldn't open package 'D:\\mailbox.msi'. ${says}. Error code is ${code}.`,
      type: "Microsoft.Exchange.Configuration.Tasks.TaskException",
      inner: [says],
      work: null,
    },
    "Installing a new product. Package: D:\\mailbox.msi. Property values: DISABLEERRORREPORTING=1",
  );

const cases: { readonly [id: string]: FailureCase } = {
  installerBusy: {
    log: ofPackage(1618, "Another installation is already in progress"),
    reason:
      "another installation is under way on the computer. Let it finish, or restart the computer; then run Setup again. Setup says: Couldn't open package 'D:\\mailbox.msi'. Another installation is already in progress. Error code is 1618",
  },
  installerFile: {
    log: ofPackage(1619, "This installation package could not be opened"),
    reason:
      "Windows Installer cannot open a package: D:\\mailbox.msi. Copy the media again, to a drive of the computer, and see that the account and SYSTEM may read them. Setup says: Couldn't open package '…'. This installation package could not be opened. Error code is 1619",
  },
  installerForbidden: {
    log: ofPackage(1625, "This installation is forbidden by system policy"),
    reason:
      "a policy of the computer forbids the installation: D:\\mailbox.msi. Allow it until Setup is done (Windows Installer, AppLocker and Software Restriction Policies). Setup says: Couldn't open package '…'. This installation is forbidden by system policy. Error code is 1625",
  },
  installerCancelled: {
    log: ofPackage(1602, "User cancelled installation"),
    reason:
      "the installation was cancelled on the computer. Find out who cancelled it, and run Setup again. Setup says: Couldn't open package 'D:\\mailbox.msi'. User cancelled installation. Error code is 1602",
  },
  installerService: {
    log: ofPackage(1601, "The Windows Installer Service could not be accessed"),
    reason:
      "the service Windows Installer (msiserver) cannot be reached. See that it is not disabled and starts. Setup says: Couldn't open package 'D:\\mailbox.msi'. The Windows Installer Service could not be accessed. Error code is 1601",
  },
  installerOtherBuild: {
    log: ofPackage(1638, "Another version of this product is already installed"),
    reason:
      "another build of a package is installed already: D:\\mailbox.msi. See in Programs and Features which build it is, and take media that are newer. Setup says: Couldn't open package '…'. Another version of this product is already installed. Error code is 1638",
  },
  serviceNotStopped: {
    log: run("2013", {
      message: "Service 'MSExchangeTransport' failed to reach status 'Stopped' on this server.",
      type: "Microsoft.Exchange.Configuration.Tasks.ServiceDidNotReachStatusException",
    }),
    reason:
      "a service did not stop: MSExchangeTransport. Stop it, and end its process if it hangs; then run Setup again. Setup says: Service '…' failed to reach status 'Stopped' on this server",
  },
  valueNotSeen: {
    log: run("2016", {
      message:
        "Active Directory operation failed on dc1.contoso.com. One or more attribute entries of the object 'CN=Organization Management,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com' already exists.",
      type: "Microsoft.Exchange.Data.Directory.ADObjectEntryAlreadyExistsException",
    }),
    reason:
      "Setup wants to add a value to an object that has it already, and does not see it: CN=Organization Management,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com. See that the account may read all of that object, and that the domain controllers agree on it. Setup says: Active Directory operation…",
  },
  replicationLatency: {
    log: run("2010", {
      message:
        "Active Directory operation failed on dc1.contoso.com. This error is not retriable. Additional information: The name reference is invalid.\nThis may be caused by replication latency between Active Directory domain controllers.\nActive directory response: 000020B5: AtrErr: DSID-03152392, #1:",
    }),
    reason:
      "a domain controller does not have yet what Setup has written on another one: dc1.contoso.com. Wait for replication, and run Setup again; its switch /DomainController keeps it to one of them. Setup says: Active Directory operation failed on …. This error is not retriable. Additional information: The…",
  },
  virtualDirectoryInDirectory: {
    log: run("2016", {
      message:
        "The AD configuration for virtual directory 'OAB' already exists in 'CN=OAB (Default Web Site),CN=HTTP,CN=Protocols,CN=MBX1,CN=Servers', please remove this AD configuration manually.\nParameter name: VirtualDirectoryName",
      type: "System.ArgumentException",
    }),
    reason:
      "a virtual directory is in the directory and not in IIS: OAB (Default Web Site). Remove it with its Remove-…VirtualDirectory cmdlet, else this object alone with ADSI Edit. Setup says: The AD configuration for virtual directory 'OAB' already exists in 'CN=…,CN=HTTP,CN=Protocols,CN=MBX1,CN=Servers', p…",
  },
  virtualDirectoryNotFound: {
    log: run("2019", {
      message: "Cannot bind argument to parameter 'RequireSSL' because it is null.",
      type: "System.Management.Automation.ParameterBindingException",
      script:
        "\n          $config = Get-OabVirtualDirectory -server $RoleFqdnOrName;\n          New-OabVirtualDirectory -RequireSSL $config.RequireSSL;\n        ",
    }),
    reason:
      "a virtual directory that Setup wants to change is not there. Compare IIS with the directory, and make it again with the New-…VirtualDirectory cmdlet. Setup says: Cannot bind argument to parameter 'RequireSSL' because it is null",
  },
  visualCplusplus: {
    log: run("2016", {
      message: "Process execution failed with exit code 3.",
      script:
        '\n          $dll = join-path $RoleInstallPath "bin\\ExSMIME.dll";\n          Start-It -Args:"/s $dll";\n        ',
    }),
    reason:
      "a component of Exchange could not be registered, as Visual C++ 2012 is missing. Install the Visual C++ 2012 Redistributable (x64). Setup says: Process execution failed with exit code 3",
  },
  assemblyGenerator: {
    log: run("2019", {
      message: "Process is terminated due to StackOverflowException.",
      type: "System.Management.Automation.RemoteException",
      script:
        '\n          $tool = join-path $bin "DependentAssemblyGenerator.exe";\n          & $tool;\n        ',
    }),
    reason:
      "DependentAssemblyGenerator.exe failed, which writes SharedWebConfig.config. Run it by hand as Setup's script does, and read what it prints. Setup says: Process is terminated due to StackOverflowException",
  },
  programFailed: {
    log: run(
      "2016",
      { message: "Process execution failed with exit code 1." },
      'Starting: C:\\Windows\\system32\\reg.exe with arguments: add "HKCR\\CLSID" /f',
    ),
    reason:
      "a program that Setup starts failed: C:\\Windows\\system32\\reg.exe. Run it by hand as the log shows it, and mend what it complains of. Setup says: Process execution failed with exit code 1",
  },
  edgeInDomain: {
    log: run("2016", {
      message: "Value cannot be null.\nParameter name: Cannot get child of ADObjectId: it has only a GUID.",
      type: "System.ArgumentNullException",
    }),
    reason:
      "Setup's command line does not install an Edge Transport server that belongs to a domain. Run Setup's wizard, or take the computer out of the domain until Setup is done. Setup says: Value cannot be null. Parameter name: Cannot get child of ADObjectId: it has only a GUID",
  },
  addressPolicy: {
    log: run(
      "2010",
      {
        message:
          'The e-mail address policy object must have exactly one primary e-mail address with the prefix "FAX".',
        type: "Microsoft.Exchange.Data.DataValidationException",
      },
      'Processing object "Sales".',
    ),
    reason:
      'an e-mail address policy, or a recipient, has several primary addresses of a kind, or none: Sales. Leave it one primary address of each kind. Setup says: The e-mail address policy object must have exactly one primary e-mail address with the prefix "FAX"',
  },
  otherAction: {
    log: failedRun(
      "2007",
      line(
        "2007",
        0,
        '[ERROR] Setup previously failed while performing the action "Install". You cannot resume setup by performing another one.',
      ),
    ),
    reason:
      'an earlier run did another thing and has not finished: "Install". Run Setup again with the action that it names, so that it resumes; ask support before you delete a Watermark. Setup says: Setup previously failed while performing the action …. You cannot resume setup by performing another one',
  },
  languagePackBundle: {
    log: rule("2013", "LangPackBundleCheck", "The bundle of language packs is not there."),
    reason:
      "an earlier run has left a note of language packs that Setup does not find. Save and delete the key Language Packs below HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15, run Setup again. Setup says: The bundle of language packs is not there",
  },
  languagePackOfVoice: {
    log: rule("2016", "AdditionalUMLangPackExists", "Remove the language packs de-DE and fr-FR."),
    reason:
      "further language packs of Unified Messaging are installed. Remove them first (Setup /RemoveUMLanguagePack), and install those of the new build afterwards. Setup says: Remove the language packs de-DE and fr-FR",
  },
  buildNotUpgraded: {
    log: rule("2013", "MailboxUpgradeMinVersionBlock", "The installed build is too old."),
    reason:
      "this Setup does not upgrade the build that is installed. Upgrade to a build first from which it does. Setup says: The installed build is too old",
  },
  newerServers: {
    log: rule("SE", "AllServersOfHigherVersionRule", "MBX7 has a higher build."),
    reason:
      "the organization has servers of a newer build than this Setup. Take media of the newest build in the organization. Setup says: MBX7 has a higher build",
  },
  wrongWindows: {
    log: rule("2019", "ValidOSVersion", "Windows is too old."),
    reason:
      "this Windows does not carry this release of Exchange. Use a Windows that it supports; Windows is not upgraded beneath Exchange. Setup says: Windows is too old",
  },
  namesDiffer: {
    log: rule("2016", "ComputerNameDiscrepancy", "The name of the computer is another one."),
    reason:
      "a name of the computer, its domain or a domain controller is not valid, or names do not agree. Compare host name and DNS suffix with the names that Setup quotes, and correct them. Setup says: The name of the computer is another one",
  },
  objectNotFound: {
    log: run("2016", {
      message:
        "The operation couldn't be performed because object 'mbx1.contoso.com' couldn't be found on 'dc1.contoso.com'.",
      type: "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
    }),
    reason:
      "Setup does not find an object in the directory: mbx1.contoso.com on dc1.contoso.com. See that it is there and has replicated to that domain controller, then run Setup again. Setup says: The operation couldn't be performed because object '…' couldn't be found on '…'",
  },
  pathDenied: {
    log: run("2016", {
      message:
        'Failure cleaning up the data folder. - D:\\Exchange\\Data - Exception calling "Delete" with "2" argument(s): "Access to the path \'Made.Up.dll\' is denied."',
    }),
    reason:
      'Setup may not change a file or a folder, or something holds it: Made.Up.dll. Give Administrators and SYSTEM full control of it, and exclude Exchange\'s folders from the virus scanner. Setup says: Failure cleaning up the data folder. - D:\\Exchange\\Data - Exception calling "Delete" with "2" argument(s…',
  },
};

/** By the id of the failure. */
export const taskCases = cases;
