import assert from "node:assert/strict";
import { contoso, type DirectoryTarget, type Lab, startLab } from "../../lab";
import { startDirectory } from "../../lab/directory";
import { command, levels, prepareContoso, results, setup, setupLog, startContoso } from "./setup-support";

const dc1 = "dc1.contoso.com";
const emeaDc = "emea-dc1.emea.contoso.com";
const mailbox = "mbx-lon.contoso.com";
const tools = "tools1.contoso.com";
const prep = "CONTOSO\\prep";
const exadmin = "CONTOSO\\exadmin";
const helpdesk = "CONTOSO\\helpdesk";

/** The prepared or unprepared forest that a refusal needs, and what Setup says. */
interface Refusal {
  readonly title: string;
  readonly prepared: boolean;
  readonly fqdn: string;
  readonly account: string;
  readonly line: string;
  readonly reasons: readonly string[];
}

const setupCom = "D:\\SP1\\Setup.com";
const schemaGroups =
  "The Active Directory schema is not up to date, and the logged-on user is not a member of both 'Schema Admins' and 'Enterprise Admins'.";

const refusals: readonly Refusal[] = [
  {
    title: "the schema without its groups (P5)",
    prepared: false,
    fqdn: dc1,
    account: exadmin,
    line: `${setupCom} /PrepareSchema`,
    reasons: [schemaGroups],
  },
  {
    title: "the organization without Enterprise Admins (P7)",
    prepared: false,
    fqdn: dc1,
    account: exadmin,
    line: `${setupCom} /PrepareAD`,
    reasons: [
      schemaGroups,
      "The Exchange organization is not up to date, and the logged-on user is not a member of 'Enterprise Admins'.",
      "The domain contoso.com is not prepared, and the logged-on user is a member of neither its 'Domain Admins' nor 'Enterprise Admins'.",
    ],
  },
  {
    title: "the schema outside the schema master's domain and site (P6)",
    prepared: false,
    fqdn: emeaDc,
    account: prep,
    line: `${setupCom} /PrepareSchema`,
    reasons: [
      "Setup must run in the domain and the site of the schema master (contoso.com, Operations); this computer is in emea.contoso.com, Dublin.",
    ],
  },
  {
    title: "a domain before the organization",
    prepared: false,
    fqdn: emeaDc,
    account: "EMEA\\emeaprep",
    line: `${setupCom} /PrepareDomain`,
    reasons: [
      "PrepareAD has either not been run or has not replicated to the domain controller used by Setup.",
    ],
  },
  {
    title: "all domains without Enterprise Admins",
    prepared: true,
    fqdn: emeaDc,
    account: "EMEA\\emeaprep",
    line: `${setupCom} /PrepareAllDomains`,
    reasons: ["The logged-on user is not a member of 'Enterprise Admins'."],
  },
  {
    title: "a domain that is not in the forest",
    prepared: true,
    fqdn: dc1,
    account: prep,
    line: `${setupCom} /PrepareDomain:nowhere.com`,
    reasons: ["The domain nowhere.com is not in this forest."],
  },
  {
    title: "a server on which nothing is installed (D1)",
    prepared: true,
    fqdn: dc1,
    account: prep,
    line: `${setupCom} /mode:upgrade`,
    reasons: [
      "No role of the product on the media is installed below HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0.",
    ],
  },
  {
    title: "a server above the media",
    prepared: true,
    fqdn: tools,
    account: exadmin,
    line: `${setupCom} /mode:upgrade`,
    reasons: ["Management Tools is at 8.2.176.2, above the version on the media."],
  },
  {
    title: "the first server of a role for whoever is no Exchange Organization Administrator (P1)",
    prepared: true,
    fqdn: mailbox,
    account: helpdesk,
    line: `${setupCom} /mode:upgrade`,
    reasons: [
      "No Mailbox server of this organization has been upgraded yet: the logged-on user must be an Exchange Organization Administrator.",
    ],
  },
  {
    title: "media below the directory",
    prepared: true,
    fqdn: dc1,
    account: prep,
    line: "D:\\RTM\\Setup.com /PrepareSchema",
    reasons: [
      "The Active Directory schema version (11116) is higher than Setup's version (10637). Setup of this version cannot run.",
      "The Active Directory organization version (11221) is higher than Setup's version (10666). Setup of this version cannot run.",
      "The Active Directory domain contoso.com version (11221) is higher than Setup's version (10628). Setup of this version cannot run.",
    ],
  },
];

const commandLines: readonly (readonly [args: string, reason: string])[] = [
  ["/mode:prepareschema", "The mode 'prepareschema' is not a valid mode."],
  ["/mode:install", "The lab does not simulate the mode 'install'."],
  ["/PrepareSchema /PrepareAD", "Only one of the tasks on the command line can run at a time."],
  ["", "No task was given on the command line."],
  ["/nonsense", "The parameter 'nonsense' is not valid."],
  ["upgrade", "The parameter 'upgrade' is not valid."],
  [
    "/m:upgrade /IAcceptExchangeServerLicenseTerms",
    "The parameter 'iacceptexchangeserverlicenseterms' is not valid.",
  ],
];

const failure =
  "\r\nThe Exchange Server Setup operation did not complete. For more information, visit http://support.microsoft.com and enter the Error ID.\r\n" +
  "\r\nExchange Server setup encountered an error.\r\n\r\n";

/** What Setup printed after the phase that failed. */
function afterFailure(stdout: string): string {
  const mark = " FAILED\r\n";
  return stdout.slice(stdout.indexOf(mark) + mark.length);
}

describe("simulated Setup refuses", () => {
  const labs: { prepared?: Lab; unprepared?: Lab } = {};
  const lab = (prepared: boolean): Lab => {
    const found = prepared ? labs.prepared : labs.unprepared;
    assert.ok(found);
    return found;
  };
  before(async () => {
    const changes = {
      [dc1]: {
        administrators: ["CONTOSO\\Exchange Change Team", "CONTOSO\\Enterprise Admins"],
        media: { "D:\\RTM": "2007 RTM", "D:\\SP1": "2007 SP1" },
      },
      [emeaDc]: {
        administrators: [
          "CONTOSO\\Enterprise Admins",
          "CONTOSO\\Exchange Change Team",
          "EMEA\\Domain Admins",
        ],
      },
      [mailbox]: { administrators: ["CONTOSO\\helpdesk"] },
      [tools]: { release: "2007 SP2", administrators: ["CONTOSO\\Exchange Change Team"] },
    };
    labs.unprepared = await startContoso(changes);
    labs.prepared = await startContoso(changes);
    await prepareContoso(labs.prepared);
  });
  after(() => Promise.all([labs.prepared?.stop(), labs.unprepared?.stop()]));

  for (const { title, prepared, fqdn, account, line, reasons } of refusals)
    it(title, async () => {
      const here = lab(prepared);
      const before = await levels(here);
      const { stdout, stderr, code } = await command(here, fqdn, account, line);
      const lines = reasons.map((reason) => `     ${reason}\r\n`).join("");
      assert.deepEqual(
        { shown: afterFailure(stdout), stderr, code },
        { shown: lines + failure, stderr: "", code: 1 },
      );
      for (const reason of reasons) assert.ok(setupLog(here, fqdn).includes(`[REQUIRED] ${reason}`));
      assert.deepEqual(await levels(here), before);
      assert.equal(results(here, fqdn).at(-1), "refused");
    });

  for (const [args, reason] of commandLines)
    it(`the arguments "${args}"`, async () => {
      assert.deepEqual(await setup(lab(false), dc1, prep, args), {
        stdout: `[ERROR] ${reason}\r\n`,
        stderr: "",
        code: 1,
      });
    });

  it("whoever is no local administrator, without a log", async () => {
    const { stdout, code } = await setup(lab(false), "cas-nyc.contoso.com", helpdesk, "/mode:upgrade");
    assert.ok(
      stdout.startsWith(
        "The logged-on user is not a member of the local Administrators group of this computer.\r\n",
      ),
    );
    assert.equal(code, 1);
    assert.equal(lab(false).computer("cas-nyc.contoso.com").files.kind("C:\\ExchangeSetupLogs"), null);
  });

  it("a domain without its Domain Admins (P9)", async () => {
    const own = await startContoso({ [emeaDc]: { administrators: ["CONTOSO\\Exchange Change Team"] } });
    try {
      assert.equal((await setup(own, dc1, prep, "/PrepareAD")).code, 0);
      const { stdout, code } = await setup(own, emeaDc, exadmin, "/PrepareDomain");
      const reason =
        "The domain emea.contoso.com is not prepared, and the logged-on user is a member of neither its 'Domain Admins' nor 'Enterprise Admins'.";
      assert.equal(afterFailure(stdout), `     ${reason}\r\n${failure}`);
      assert.equal(code, 1);
    } finally {
      await own.stop();
    }
  });

  it("a pending restart, and a disabled Remote Registry service", async () => {
    const { registry } = lab(true).computer("hub-lon.contoso.com");
    const system = "HKLM\\SYSTEM\\CurrentControlSet";
    registry.set(`${system}\\Control\\Session Manager`, "PendingFileRenameOperations", "x");
    registry.set(`${system}\\Services\\RemoteRegistry`, "Start", 4);
    const { stdout, code } = await setup(lab(true), "hub-lon.contoso.com", exadmin, "/mode:upgrade");
    assert.equal(
      afterFailure(stdout),
      "     A restart from a previous installation is pending.\r\n" +
        `     The Remote Registry service is disabled on this computer.\r\n${failure}`,
    );
    assert.equal(code, 1);
  });
});

describe("simulated Setup and a role whose installation was left unfinished", () => {
  it("refuses an upgrade, and goes on with an upgrade that was left unfinished (InstallWatermark)", async () => {
    const own = await startContoso();
    try {
      await prepareContoso(own);
      const name = "hub-lon.contoso.com";
      const { registry } = own.computer(name);
      const key = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0\\HubTransportRole";
      registry.set(key, "Watermark", "4f2a");
      registry.set(key, "Action", "Install");
      const { stdout, code } = await setup(own, name, exadmin, "/mode:upgrade");
      const reason =
        "The installation of Hub Transport has not finished. Finish it before you upgrade this server.";
      assert.equal(afterFailure(stdout), `     ${reason}\r\n${failure}`);
      assert.equal(code, 1);
      registry.set(key, "Action", "BuildToBuildUpgrade");
      assert.equal((await setup(own, name, exadmin, "/mode:upgrade")).code, 0);
    } finally {
      await own.stop();
    }
  });
});

describe("simulated Setup and a domain that does not answer", () => {
  it("refuses what is about it, and prepares the rest", async () => {
    const directory = await startDirectory(contoso);
    const urls = directory.controllers;
    const target: DirectoryTarget = {
      ca: directory.ca,
      schemaMaster: contoso.schemaMaster,
      urlOf: (fqdn) => (fqdn === emeaDc ? "ldaps://127.0.0.1:1" : (urls[fqdn]?.url ?? "")),
      dcOfDomain: (domain) => (domain === "contoso.com" ? dc1 : emeaDc),
    };
    const own = await startLab(contoso, { target, setupSeconds: 0 });
    try {
      assert.equal((await setup(own, dc1, prep, "/PrepareSchema")).code, 0);
      const { stdout, code } = await setup(own, dc1, prep, "/PrepareAD");
      assert.match(
        afterFailure(stdout),
        /^ {5}The domain emea\.contoso\.com cannot be read: Active Directory operation failed on emea-dc1\.emea\.contoso\.com: /,
      );
      assert.equal(code, 1);
    } finally {
      await own.stop();
      await directory.stop();
    }
  });
});
