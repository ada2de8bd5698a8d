import assert from "node:assert/strict";
import { fabrikam, fabrikamAtCu15, type Lab, wingtip } from "../../lab";
import type { LabComputer, Organization } from "../../lab/organization";
import { components } from "../../lab/windows/modern-registry";
import {
  afterAnalysis,
  fqdnOf,
  lastRun,
  levelsOf,
  off,
  on,
  plain,
  refusal,
  setup,
  startChanged,
} from "./setup-modern-support";

const exadmin = "FABRIKAM\\exadmin";
const prep = "FABRIKAM\\prep";
const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
const v15 = "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15";
const se = "Exchange Server Subscription Edition";

/** One analysis that fails: where, and every rule with its whole text. */
interface Refusal {
  readonly title: string;
  readonly organization?: Organization;
  readonly changes?: { readonly [host: string]: Partial<LabComputer> };
  /** What is done to the lab before. */
  readonly given?: (lab: Lab) => void;
  readonly host: string;
  readonly account: string;
  readonly line: string;
  readonly rules: readonly (readonly [rule: string, text: string])[];
}

const upgradeToSe = `SE\\Setup.exe /m:upgrade ${off}`;

/** The registry of a computer. */
function registry(lab: Lab, host: string) {
  return lab.computer(fqdnOf(lab, host)).registry;
}

const schemaRights: readonly [string, string] = [
  "SchemaUpdateRequired",
  "The Active Directory schema isn't up-to-date, and this user account isn't a member of the 'Schema Admins' and/or 'Enterprise Admins' groups.",
];
const globalRights: readonly [string, string] = [
  "GlobalUpdateRequired",
  "Global updates need to be made to Active Directory, and this user account isn't a member of the 'Enterprise Admins' group.",
];
const domainRights: readonly [string, string] = [
  "LocalDomainPrep",
  "The local domain needs to be updated. You must be a member of the 'Domain Admins' group and 'Organization Management' role group, or 'Enterprise Admins' group to continue.",
];
const place = (domain: string, site: string): readonly [string, string] => [
  "AdInitErrorRule",
  `Setup encountered a problem while validating the state of Active Directory: Exchange organization-level objects have not been created, and setup cannot create them because the local computer is not in the same domain and site as the schema master.  Run setup with the /prepareAD parameter on a computer in the domain ${domain} and site ${site}, and wait for replication to complete.  See the Exchange setup log for more information on this error.`,
];
const older = { ...fabrikam, release: "2019 CU8" };

const refusals: readonly Refusal[] = [
  {
    title: "a .NET Framework below the least of the release",
    organization: { ...wingtip, release: "2016 CU23" },
    host: "mbx1",
    account: "WINGTIP\\exadmin",
    line: `CU23\\Setup.exe /m:upgrade ${off}`,
    rules: [
      [
        "MinimumFrameworkNotInstalled",
        "This computer requires .NET Framework 4.8 (https://support.microsoft.com/kb/4503548).",
      ],
    ],
  },
  {
    title: "such a .NET Framework in a preparation, too",
    changes: { prep1: { framework: 461814 } },
    host: "prep1",
    account: prep,
    line: `SE\\Setup.exe /PrepareSchema ${off}`,
    rules: [
      [
        "MinimumFrameworkNotInstalled",
        "This computer requires .NET Framework 4.8 (https://support.microsoft.com/kb/4503548).",
      ],
    ],
  },
  {
    title: "files that wait for a restart",
    organization: fabrikamAtCu15,
    given: (lab) =>
      registry(lab, "ex1").set(
        "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager",
        "PendingFileRenameOperations",
        { type: "REG_MULTI_SZ", data: ["\\??\\C:\\x", ""] },
      ),
    host: "ex1",
    account: exadmin,
    line: upgradeToSe,
    rules: [
      [
        "RebootPending",
        "A reboot from a previous installation is pending. Please restart the system and then rerun Setup.",
      ],
    ],
  },
  {
    title: "Windows components that wait for a restart, in a preparation",
    given: (lab) =>
      registry(lab, "prep1").create(
        "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending",
      ),
    host: "prep1",
    account: prep,
    line: `SE\\Setup.exe /PrepareSchema ${off}`,
    rules: [
      [
        "PendingRebootWindowsComponents",
        "There is a pending reboot from a previous installation of a Windows Server role or feature. Please restart the computer and then run Setup again.",
      ],
    ],
  },
  {
    title: "a Remote Registry that is disabled",
    organization: fabrikamAtCu15,
    given: (lab) => registry(lab, "ex1").set(`${services}\\RemoteRegistry`, "Start", 4),
    host: "ex1",
    account: exadmin,
    line: upgradeToSe,
    rules: [
      [
        "RemoteRegException",
        "Setup can't open the registry of this computer over the network. Verify that the Remote Registry service is running.",
      ],
    ],
  },
  {
    title: "a Remote Registry that does not run, in a preparation",
    given: (lab) => lab.computer("prep1.fabrikam.com").computer.runningServices.delete("remoteregistry"),
    host: "prep1",
    account: prep,
    line: `SE\\Setup.exe /PrepareAD ${off}`,
    rules: [
      [
        "RemoteRegException",
        "Setup can't open the registry of this computer over the network. Verify that the Remote Registry service is running.",
      ],
    ],
  },
  {
    title: "an execution policy of a Group Policy",
    organization: fabrikamAtCu15,
    given: (lab) =>
      registry(lab, "ex1").set(
        "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell",
        "ExecutionPolicy",
        "Unrestricted",
      ),
    host: "ex1",
    account: exadmin,
    line: upgradeToSe,
    rules: [
      [
        "PowerShellExecutionPolicyCheckSet",
        "The Windows PowerShell execution policy is defined by Group Policy. Setup can't continue until it is not defined.",
      ],
    ],
  },
  {
    title: "an installation that has not been finished",
    organization: fabrikamAtCu15,
    given: (lab) => {
      registry(lab, "ex1").set(`${v15}\\HubTransportRole`, "Action", "Install");
      registry(lab, "ex1").set(`${v15}\\HubTransportRole`, "Watermark", "0f6b");
    },
    host: "ex1",
    account: exadmin,
    line: upgradeToSe,
    rules: [
      [
        "InstallWatermark",
        "A Setup failure previously occurred while installing the BridgeheadRole role. Either run Setup again for just this role, or remove the role using Control Panel.",
      ],
    ],
  },
  {
    title: "components that are missing",
    organization: fabrikamAtCu15,
    given: (lab) => {
      for (const { key } of Object.values(components)) registry(lab, "ex1").removeKey(key);
    },
    host: "ex1",
    account: exadmin,
    line: upgradeToSe,
    rules: [
      [
        "VC2012RedistDependencyRequirement",
        "Visual C++ 2012 Redistributable Package is a required component. Please install the required binaries and re-run the setup.",
      ],
      [
        "VC2013RedistDependencyRequirement",
        "Visual C++ 2013 Redistributable Package is a required component. Please install the required binaries and re-run the setup.",
      ],
      [
        "UcmaRedistMsi",
        "This computer requires the Microsoft Unified Communications Managed API 4.0, Core Runtime 64-bit. Please install the software from http://go.microsoft.com/fwlink/?LinkId=260990.",
      ],
      [
        "IisUrlRewriteNotInstalled",
        "The IIS URL Rewrite Module is a required component. Please install it and re-run the setup.",
      ],
    ],
  },
  {
    title: "a forest below its level",
    organization: { ...fabrikamAtCu15, functionalLevel: 5 },
    host: "ex1",
    account: exadmin,
    line: upgradeToSe,
    rules: [
      [
        "ForestLevelNotWin2012R2",
        `The forest functional level of the current Active Directory forest is not Windows Server 2012 R2 or later. To install ${se}, the forest functional level must be at least Windows Server 2012 R2.`,
      ],
    ],
  },
  {
    title: "a delegate, who is in Delegated Setup alone",
    organization: fabrikamAtCu15,
    changes: { ex1: { administrators: ["FABRIKAM\\Delegated Setup"] } },
    host: "ex1",
    account: "FABRIKAM\\delegate",
    line: upgradeToSe,
    rules: [
      [
        "GlobalServerInstall",
        "You must be a member of the 'Organization Management' role group or a member of the 'Enterprise Admins' group to continue.",
      ],
    ],
  },
  {
    title: "the schema, the organization and the domain without their groups",
    organization: older,
    changes: { prep1: { administrators: ["FABRIKAM\\Organization Management"] } },
    host: "prep1",
    account: exadmin,
    line: `SE\\Setup.exe /PrepareAD ${off}`,
    rules: [schemaRights, globalRights, domainRights],
  },
  {
    title: "the schema and the organization elsewhere than with the schema master",
    organization: older,
    changes: { "europe-prep1": { administrators: ["FABRIKAM\\Enterprise Admins"] } },
    host: "europe-prep1",
    account: prep,
    line: `SE\\Setup.exe /PrepareAD ${off}`,
    rules: [
      [
        "NotInSchemaMasterSite",
        "Setup needs to contact the Active Directory schema master, but this computer isn't in the same Active Directory site as the schema master (Seattle).",
      ],
      [
        "NotInSchemaMasterDomain",
        "Setup needs to contact the Active Directory schema master, but this computer isn't in the same Active Directory domain as the schema master (fabrikam.com).",
      ],
      place("FABRIKAM", "Seattle"),
    ],
  },
  {
    title: "a server in another site before the organization is prepared",
    host: "ex3",
    account: exadmin,
    line: upgradeToSe,
    rules: [globalRights, place("FABRIKAM", "Seattle")],
  },
  {
    title: "a domain before the organization, and by its own administrators alone",
    organization: older,
    host: "europe-prep1",
    account: "EUROPE\\europeprep",
    line: `SE\\Setup.exe /PrepareDomain ${off}`,
    rules: [
      domainRights,
      [
        "DomainPrepWithoutADUpdate",
        "The domain can't be prepared because Active Directory hasn't been prepared with Setup /PrepareAD, or it hasn't replicated to the domain controller that Setup uses.",
      ],
    ],
  },
  {
    title: "a domain that is not in the forest",
    organization: fabrikamAtCu15,
    host: "prep1",
    account: prep,
    line: `SE\\Setup.exe /PrepareDomain:nowhere.com ${off}`,
    rules: [["PrepareDomainNotFound", "The domain nowhere.com can't be found in this forest."]],
  },
  {
    title: "all domains by somebody who is no Enterprise Admin",
    organization: fabrikamAtCu15,
    host: "europe-prep1",
    account: "EUROPE\\europeprep",
    line: `SE\\Setup.exe /PrepareAllDomains ${off}`,
    rules: [
      [
        "PrepareDomainNotAdmin",
        "You must be a member of the 'Enterprise Admins' group to prepare all domains.",
      ],
    ],
  },
  ...(["SE", "CU15"] as const).map(
    (media): Refusal => ({
      title: `a forest with 2013, for the media of ${media === "SE" ? "SE" : "2019 CU15"}`,
      organization: wingtip,
      host: "prep1",
      account: "WINGTIP\\prep",
      line: `${media}\\Setup.exe /PrepareAD ${off}`,
      rules: [
        [
          "E19E15CoexistenceRequirement",
          `The installation of ${media === "SE" ? se : "Exchange Server 2019"} can't continue because Setup found one or more Exchange 2013 servers.`,
        ],
      ],
    }),
  ),
  {
    title: "2013 below CU10 beside 2016",
    organization: { ...wingtip, release: "2016 CU23" },
    changes: { old1: { release: "2013 CU9" }, mbx1: { framework: 528049 } },
    host: "mbx1",
    account: "WINGTIP\\exadmin",
    line: `CU23\\Setup.exe /m:upgrade ${off}`,
    rules: [
      [
        "E16E15CoexistenceMinVersionRequirement",
        "The installation of Exchange Server 2016 can't continue because Setup found one or more Exchange 2013 servers that aren't running the minimum required version of Exchange 2013.",
      ],
    ],
  },
  {
    title: "a subscribed Edge Transport server of 2013, by its object",
    organization: {
      ...fabrikamAtCu15,
      edgeSubscriptions: [{ server: "edge1.perimeter.fabrikam.com", site: "Seattle", release: "2013 CU23" }],
    },
    host: "ex1",
    account: exadmin,
    line: upgradeToSe,
    rules: [
      [
        "E19E15CoexistenceRequirement",
        `The installation of ${se} can't continue because Setup found one or more Exchange 2013 servers.`,
      ],
    ],
  },
  {
    title: "2019 CU13 straight to SE",
    organization: fabrikamAtCu15,
    changes: { ex1: { release: "2019 CU13" } },
    host: "ex1",
    account: exadmin,
    line: upgradeToSe,
    rules: [
      [
        "ExchangeVersionBlock",
        `Version 15.2.1258.12 can't be upgraded to ${se}: install Exchange Server 2019 CU14 or later first.`,
      ],
    ],
  },
  {
    title: "the way back from SE",
    organization: fabrikamAtCu15,
    changes: { ex1: { release: "SE RTM" } },
    host: "ex1",
    account: exadmin,
    line: `CU15\\Setup.exe /m:upgrade ${off}`,
    rules: [
      ["ExchangeVersionBlock", "The installed version 15.2.2562.17 is higher than the version on the media."],
    ],
  },
  {
    title: "SE over 2016",
    organization: {
      ...wingtip,
      release: "2019 CU15",
      computers: wingtip.computers.filter(({ name }) => !name.startsWith("old1.")),
    },
    changes: { mbx1: { framework: 528049 } },
    host: "mbx1",
    account: "WINGTIP\\exadmin",
    line: upgradeToSe,
    rules: [
      [
        "ExchangeVersionBlock",
        `${se} can't be installed over version 15.1.1713.5: install it on another computer.`,
      ],
    ],
  },
  {
    title: "a computer without Exchange",
    organization: fabrikamAtCu15,
    changes: { prep1: { administrators: ["FABRIKAM\\Organization Management"] } },
    host: "prep1",
    account: exadmin,
    line: upgradeToSe,
    rules: [
      ["ExchangeVersionBlock", `No role of ${se} is installed on this computer.`],
      [
        "VC2012RedistDependencyRequirement",
        "Visual C++ 2012 Redistributable Package is a required component. Please install the required binaries and re-run the setup.",
      ],
    ],
  },
];

describe("simulated Setup of 2013 and later refuses", () => {
  let lab: Lab;
  afterEach(() => lab?.stop());

  for (const { title, organization = fabrikam, changes, given, host, account, line, rules } of refusals)
    it(title, async () => {
      lab = await startChanged(organization, changes);
      given?.(lab);
      const before = levelsOf(lab);
      const { stdout, stderr, code } = await setup(lab, host, account, line);
      assert.deepEqual(
        { shown: afterAnalysis(stdout), stderr, code },
        { shown: refusal(rules), stderr: "", code: 1 },
      );
      const log = lastRun(lab, host);
      assert.deepEqual(
        log.filter((each) => each.startsWith("Failed [Rule:")),
        rules.map(([rule, text]) => `Failed [Rule:${rule}] [Message:${text}]`),
      );
      for (const [rule, text] of rules) {
        assert.ok(
          log.some((each) => each.startsWith(`Evaluated [Rule:${rule}] [HasException:False] [Value:"True"]`)),
        );
        assert.ok(log.includes(`[REQUIRED] ${text}`));
      }
      assert.deepEqual(levelsOf(lab), before);
      assert.equal(lab.computer(fqdnOf(lab, host)).setupRuns.at(-1)?.result, "refused");
    });

  it("a server on which programs have Exchange's files open, and names the first", async () => {
    lab = await startChanged(fabrikamAtCu15);
    const { computer } = lab.computer("ex1.fabrikam.com");
    const { pid } = computer.processes.start("powershell.exe");
    const { stdout } = await setup(lab, "ex1", exadmin, upgradeToSe);
    assert.equal(
      afterAnalysis(stdout),
      refusal([
        [
          "ProcessNeedsToBeClosedOnUpgrade",
          `Setup can't continue with the upgrade because the powershell (${pid}) has open files. Close the process, and then restart Setup.`,
        ],
      ]),
    );
    computer.processes.kill(pid);
    assert.equal((await setup(lab, "ex1", exadmin, upgradeToSe)).code, 0);
  });

  it("nothing for files that wait for a restart in a preparation, though it sees them", async () => {
    lab = await startChanged(fabrikam);
    registry(lab, "prep1").set(
      "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager",
      "PendingFileRenameOperations",
      { type: "REG_MULTI_SZ", data: ["\\??\\C:\\x", ""] },
    );
    assert.equal((await setup(lab, "prep1", prep, `SE\\Setup.exe /PrepareAD ${off}`)).code, 0);
    assert.ok(
      lastRun(lab, "prep1").some((line) =>
        line.startsWith('Evaluated [Rule:RebootPending] [HasException:False] [Value:"True"]'),
      ),
    );
  });

  it("nothing for a Remote Registry that starts by hand, which an upgrade starts", async () => {
    lab = await startChanged(fabrikamAtCu15);
    const { computer } = lab.computer("ex1.fabrikam.com");
    computer.registry.set(`${services}\\RemoteRegistry`, "Start", 3);
    computer.runningServices.delete("remoteregistry");
    assert.equal((await setup(lab, "ex1", exadmin, upgradeToSe)).code, 0);
    assert.ok(computer.runningServices.has("remoteregistry"));
  });

  describe("command lines", () => {
    const diagnostic = `Accept the license terms with one of ${on}, ${off}.`;
    const oldForm = "The parameter 'IAcceptExchangeServerLicenseTerms' is not valid.";
    const newForm = "The parameter 'IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF' is not valid.";
    const lines: readonly (readonly [line: string, reason: string])[] = [
      ["SE\\Setup.exe /m:upgrade", diagnostic],
      [`SE\\Setup.exe /m:upgrade ${on} ${off}`, diagnostic],
      [`SE\\Setup.exe /m:upgrade ${plain}`, oldForm],
      [`CU15\\Setup.exe /m:upgrade ${plain}`, oldForm],
      [`CU23\\Setup.exe /m:upgrade ${plain}`, oldForm],
      [`CU21\\Setup.exe /m:upgrade ${off}`, newForm],
      [`2013\\Setup.exe /m:upgrade ${off}`, newForm],
      ["CU21\\Setup.exe /m:upgrade", `Accept the license terms with ${plain}.`],
      [`SE\\Setup.exe /mode:prepareschema ${off}`, "The mode 'prepareschema' is not a valid mode."],
      [`SE\\Setup.exe /mode:install ${off}`, "The lab does not simulate the mode 'install'."],
      [`SE\\Setup.exe ${off}`, "No task was given on the command line."],
      [
        `SE\\Setup.exe /PrepareSchema /PrepareAD ${off}`,
        "Only one of the tasks on the command line can run at a time.",
      ],
      [`SE\\Setup.exe /m:upgrade ${off} /nonsense`, "The parameter 'nonsense' is not valid."],
      [`CU23\\Setup.exe /m:upgrade ${off} /DoNotEnableEP`, "The parameter 'DoNotEnableEP' is not valid."],
      [
        `SE\\Setup.exe /m:upgrade ${off} /DoNotEnableEP /DoNotEnableEP_FEEWS`,
        "Only one of /DoNotEnableEP, /DoNotEnableEP_FEEWS can be given.",
      ],
      [
        `SE\\Setup.exe /PrepareAD ${off} /DoNotEnableEP`,
        "The parameter 'donotenableep' can't be used when Active Directory is prepared.",
      ],
      ...[
        "InstallWindowsComponents",
        "OrganizationName:Fabrikam",
        "TargetDir:D:\\Exchange",
        "TenantOrganizationConfig:D:\\tenant.xml",
        "DoNotStartTransport",
      ].map(
        (given) =>
          [
            `SE\\Setup.exe /m:upgrade ${off} /${given}`,
            `The parameter '${given.split(":")[0]?.toLowerCase()}' can't be used with the mode 'Upgrade'.`,
          ] as const,
      ),
    ];
    let shared: Lab;
    before(async () => {
      shared = await startChanged(wingtip);
    });
    after(() => shared.stop());

    for (const [line, reason] of lines)
      it(line, async () => {
        assert.deepEqual(await setup(shared, "mbx1", "WINGTIP\\exadmin", line), {
          stdout: `[ERROR] ${reason}\r\n`,
          stderr: "",
          code: 1,
        });
        assert.deepEqual(lastRun(shared, "mbx1").slice(-7), [
          `[ERROR] ${reason}`,
          "Setup checks failed: Invalid command line arguments.",
          "Please type 'setup.exe /help' for more information.",
          "CurrentResult main.run:185: Error",
          "CurrentResult setupbase.maincore:396: 1",
          "End of Setup",
          "*".repeat(46),
        ]);
      });
  });

  it("whoever is no local administrator, and writes no log", async () => {
    lab = await startChanged(fabrikam);
    assert.deepEqual(await setup(lab, "ex1", "FABRIKAM\\reader", upgradeToSe), {
      stdout: "You must be a member of the local Administrators group to run Setup.\r\n",
      stderr: "",
      code: 1,
    });
    assert.equal(lab.computer("ex1.fabrikam.com").files.kind("C:\\ExchangeSetupLogs"), null);
  });
});
