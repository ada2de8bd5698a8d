import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { contoso, type Lab, startLab } from "../../lab";
import { fabrikam } from "../../lab/fabrikam";
import type { Organization } from "../../lab/organization";
import { configurationOf } from "../../lab/windows/exchange-ground";
import { bindCertificate, webCertificates } from "../../lab/windows/web-certificates";
import { offeredText } from "../../lib/releases";
import { pathWith, pulumiCli } from "../../tools/pulumi-environment";
import { describeWith } from "../skip";
import { makeProject, type Printed, type Project, type StateResource } from "./harness";

const schemaVersion = "CN=ms-Exch-Schema-Version-Pt,CN=Schema,CN=Configuration,DC=contoso,DC=com";
const document = "How to upgrade to Exchange 2007 SP1";
const rollbackTitle = `D9, an upgrade cannot be taken back to the earlier release (${document})`;

const schemaStep = `const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 });`;
const adStep = `const ad = new ExchangeADPrep("ad", { schema, computer: dc1 });`;

const beyond = [
  "D9 (must), schema preparation on dc1.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
  `Found:  schema 14622 (2007 SP2 or 2010 RTM), read from rangeUpper of ${schemaVersion} on dc1.contoso.com`,
  "Needed: levels of 2007 SP1 or of a release before it",
  "Where:  in the program: `target`",
  "Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
  `Rule:   ${rollbackTitle}`,
];

/** Contoso with everything in its directory at which Microsoft's support has seen Setup stop. */
const neglected: Organization = {
  ...contoso,
  leftControllers: [{ name: "dc9.contoso.com", domain: "contoso.com", site: "London" }],
  unsynchronized: ["dc1.contoso.com"],
  flaws: [
    { kind: "deleted group", group: "Exchange Servers" },
    { kind: "moved unit", to: "OU=Exchange Groups,DC=contoso,DC=com" },
    { kind: "duplicate schema name" },
    { kind: "further system objects", domain: "contoso.com", level: "10628" },
    { kind: "stray read-only controller", domain: "emea.contoso.com", host: "RODC1" },
    {
      kind: "denied permissions",
      to: "CONTOSO\\Exchange Change Team",
      of: "system objects",
      domain: "contoso.com",
    },
    { kind: "hierarchies without a tree" },
    { kind: "further ActiveSync", server: "cas-lon.contoso.com" },
    { kind: "relationship without URI", name: "Fabrikam" },
  ],
};

/** Sets the schema's level, as somebody else's Setup would. */
function setSchema(lab: Lab, level: number): void {
  lab.directory?.store.modify(schemaVersion, [
    { operation: "replace", attribute: "rangeUpper", values: [String(level)] },
  ]);
}

const setupRunsOf = (lab: Lab) => Object.values(lab.computers).flatMap((c) => c.setupRuns);

describeWith(["pulumi"], "engine: what is refused, word for word", function () {
  this.timeout(240_000);
  let lab: Lab;
  let project: Project;

  beforeEach(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    project = await makeProject(lab, schemaStep);
  });
  afterEach(async () => {
    project?.remove();
    await lab?.stop();
  });

  it("a target that this version does not offer", async () => {
    project.write(schemaStep.replace("target,", 'target: "2007 RTM",'));
    refused(await project.preview(), [
      'R1 (must), schema preparation on dc1.contoso.com: "2007 RTM" is not offered as a target',
      'Found:  target "2007 RTM"',
      `Needed: one of ${offeredText}`,
      "Where:  in the program: `target`",
      "Fix:    set `target` to a release that is offered",
      "Rule:   R1, the target is a release that this version offers (supported transitions)",
    ]);
  });

  it("media of a later product, which nobody has answered, beside servers that it refuses", async () => {
    project.remove();
    await lab.stop();
    lab = await startLab(neglected, { setupSeconds: 0.02 });
    project = await makeProject(lab, schemaStep);
    lab.directory?.store.modify("CN=DC1,OU=Domain Controllers,DC=contoso,DC=com", [
      { operation: "replace", attribute: "operatingSystemVersion", values: ["10.0 (26100)"] },
    ]);
    project.write(schemaStep.replace("target,", 'target: "2016 CU23",'));
    const preview = await project.preview();
    assert.ok(!preview.ok);
    for (const line of [
      "R14 (must), schema preparation on dc1.contoso.com: Setup of 2016 CU23 asks for `setup.acceptLicenseTerms` and `setup.diagnosticData`, and the program does not answer",
      "R15 (must), schema preparation on dc1.contoso.com: Setup of 2016 CU23 refuses an organization with ",
      "R16 (must), schema preparation on dc1.contoso.com: not verified: the schema master dc1.contoso.com runs Windows build 26100, and the directory does not show with which update",
    ])
      assert.ok(preview.text.includes(line), `${line}\nin\n${preview.text}`);
    project.write(
      'new ExchangeRoleUpgrade("cas", { prepared: Prepared.byFirstServer({ directory, target: "2016 CU23" }), computer: computer("cas-lon.contoso.com") });',
    );
    const { registry, computer, files } = lab.computer("cas-lon.contoso.com");
    const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
    registry.set(`${services}\\RemoteRegistry`, "Start", 4);
    registry.set(`${services}\\EventLog\\Application`, "CustomSD", "D:(A;;0x1;;;BA)");
    registry.create(`${services}\\EventLog\\System`);
    const mailbox = "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\MailboxRole";
    for (const name of ["ConfiguredVersion", "UnpackedVersion"]) registry.set(mailbox, name, "15.1.2375.7");
    const policy = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell";
    registry.set(policy, "ExecutionPolicy", "AllSigned");
    computer.processes.start("powershell.exe");
    registry.set(`${services}\\MSExchangeServiceHost`, "Start", 4);
    registry.set(`${services}\\MSExchangeADTopology`, "DeleteFlag", 1);
    files.write("C:\\ExchangeSetupLogs\\ServiceState.xml", "");
    files.write("C:\\WINDOWS\\Installer\\other.msi", "");
    const installer = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\S-1-5-18";
    const product = `${installer}\\Products\\442189DC8B9EA5040962A6BED9EC1F1F\\InstallProperties`;
    registry.set(product, "DisplayName", "Microsoft Exchange Server 2016 Cumulative Update 22");
    computer.freeBytes = 5;
    bindCertificate(registry, webCertificates.expired);
    const setup = "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup";
    registry.set(setup, "MsiInstallPath", "D:\\SP1\\");
    registry.set(product, "LocalPackage", "C:\\WINDOWS\\Installer\\1a2b.msi");
    registry.remove("HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters", "DynamicSiteName");
    computer.languageMode = "ConstrainedLanguage";
    const config = `${computer.systemRoot}\\System32\\inetsrv\\config`;
    files.makeFolders(config);
    files.write(`${config}\\applicationHost.config`, configurationOf(["Default Web Site"], ["mapi"]));
    registry.set(`${services}\\WinDefend`, "Start", 2);
    computer.runningServices.add("windefend");
    registry.create("HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths");
    const server = await project.preview();
    assert.ok(!server.ok);
    const left = (what: string) =>
      `server upgrade on cas-lon.contoso.com: preparing ${what} is left to this server, and `;
    const leftAD = left("Active Directory");
    for (const line of [
      "R17 (must), server upgrade on cas-lon.contoso.com: 2016 CU23 does not run on Windows Server 2003",
      "R18 (must), server upgrade on cas-lon.contoso.com: there is no .NET Framework from 4.5 on, without which Setup of 2016 CU23 does not run",
      "R19 (must), server upgrade on cas-lon.contoso.com: the Remote Registry service is disabled",
      "R20 (must), server upgrade on cas-lon.contoso.com: software that Setup needs is not installed: Unified Communications Managed API 4.0 and IIS URL Rewrite Module",
      "R21 (must), server upgrade on cas-lon.contoso.com: a group policy defines PowerShell's execution policy, and Setup would stop halfway",
      "R22 (must), server upgrade on cas-lon.contoso.com: Administrators lack rights on the event log Application, and Setup would stop halfway",
      "R23 (should), server upgrade on cas-lon.contoso.com: powershell.exe (",
      `R31 (must), ${leftAD}/PrepareAD would stop halfway at a group that Exchange has registered: B:32:A7D2016C83F003458132789EEB127B84:CN=Exchange Servers\\0ADEL:`,
      `R32 (must), ${leftAD}/PrepareAD would stop halfway without the OU Microsoft Exchange Security Groups: no OU of this name`,
      `R33 (must), ${left("the schema")}a name in the schema is that of a duplicate, and Setup would stop halfway: CN=ms-Exch-Resource-Property-Schema has lDAPDisplayName DUP-msExchResourcePropertySchema-`,
      `R34 (should), ${left("the schema")}the schema master has not replicated with a partner since its start, and refuses changes of the schema: isSynchronized FALSE (isSynchronized of dc1.contoso.com)`,
      "R35 (must), server upgrade on cas-lon.contoso.com: several containers Microsoft Exchange System Objects in a domain, which Setup takes for not prepared: contoso.com: ",
      `R36 (should), ${leftAD}objects of a domain lie where some Setups of 2021 do not find them, and stop (KB 5005319): the read-only domain controller CN=RODC1,OU=Branches,DC=emea,DC=contoso,DC=com`,
      "R37 (should), server upgrade on cas-lon.contoso.com: not verified: a domain controller cannot be named: ",
      `R38 (should), ${leftAD}permissions that Setup changes cannot be changed, and it would stop halfway: CN=Microsoft Exchange System Objects,DC=contoso,DC=com denies it to S-1-5-21-`,
      `R39 (must), ${leftAD}the container of public folder hierarchies holds no tree, and /PrepareAD would stop halfway: CN=Folder Hierarchies,`,
      "R40 (should), server upgrade on cas-lon.contoso.com: not verified: no arbitration, discovery or public folder mailbox shows: ",
      "R41 (must), server upgrade on cas-lon.contoso.com: it has 2 ActiveSync virtual directories, and Setup would stop halfway: ",
      "R42 (should), server upgrade on cas-lon.contoso.com: an organization relationship has no application URI, and Setup may refuse: CN=Fabrikam,CN=Contoso,",
      "R43 (must), server upgrade on cas-lon.contoso.com: PowerShell runs in a restricted language mode, in which Setup's scripts fail",
      "R44 (must), server upgrade on cas-lon.contoso.com: IIS and the directory do not have the same virtual directories, and Setup would stop halfway: ",
      "R45 (must), server upgrade on cas-lon.contoso.com: a folder of Exchange is missing, and Setup would stop halfway: UnifiedMessaging\\Grammars and UnifiedMessaging\\Prompts",
      "R46 (should), server upgrade on cas-lon.contoso.com: the search does not run in full, and Setup may wait for it until it stops halfway",
      "R47 (should), server upgrade on cas-lon.contoso.com: the virus scanner looks into Exchange's files, and may hold them while Setup replaces them",
      "R48 (must), server upgrade on cas-lon.contoso.com: the computer belongs to no site of Active Directory, and Setup finds no domain controller of it",
      "R50 (must), server upgrade on cas-lon.contoso.com: services of Windows are not as Setup needs them: MSDTC, EventSystem, MpsSvc, WinRM, msiserver and NetTcpPortSharing",
      "R51 (should), server upgrade on cas-lon.contoso.com: services of Exchange are disabled or do not run: MSExchangeServiceHost",
      "R52 (must), server upgrade on cas-lon.contoso.com: services are marked for deletion, and Setup refuses then: MSExchangeADTopology",
      "R53 (should), server upgrade on cas-lon.contoso.com: an interrupted Setup has left start types of services, and the next one may take what is there now for them",
      "R55 (must), server upgrade on cas-lon.contoso.com: Setup would run from the folder in which Exchange is installed",
      "R56 (should), server upgrade on cas-lon.contoso.com: there is little room on the drive of Exchange",
      "R57 (should), server upgrade on cas-lon.contoso.com: a certificate of a web site has expired, and Setup stops halfway where it installs that one again",
      "R58 (should), server upgrade on cas-lon.contoso.com: Windows Remote Management has no configuration of this Windows, and Setup may ask for a restart at once",
      "R54 (must), server upgrade on cas-lon.contoso.com: Windows Installer has lost its copy of Microsoft Exchange Server 2016 Cumulative Update 22, and Setup would stop halfway",
    ])
      assert.ok(server.text.includes(line), `${line}\nin\n${server.text}`);
    assert.equal(setupRunsOf(lab).length, 0);
  });

  it("members of one database availability group of which the program does not say so, in two sites", async () => {
    project.remove();
    await lab.stop();
    lab = await startLab(fabrikam, { setupSeconds: 0.02 });
    project = await makeProject(lab, "");
    project.write(
      `const { ExchangeUpgrade } = require("pulumi-exchange-upgrade");
const server = (name, site) => ({
  computer: {
    name, media: "D:\\\\SE", connection: { ...lab.computers[name], ...lab.accounts["FABRIKAM\\\\exadmin"] },
  },
  roles: ["Client Access", "Mailbox"], site,
});
new ExchangeUpgrade("fabrikam", {
  target: "SE RTM",
  directory: { ...lab.directory, ...lab.accounts["FABRIKAM\\\\reader"] },
  preparation: "verify",
  servers: { ex1: server("ex1.fabrikam.com", "Seattle"), ex3: server("ex3.fabrikam.com", "Munich") },
});`,
    );
    const preview = await project.preview();
    assert.ok(!preview.ok);
    for (const [one, other] of [
      ["ex1.fabrikam.com", "ex3.fabrikam.com"],
      ["ex3.fabrikam.com", "ex1.fabrikam.com"],
    ])
      for (const line of [
        `R30 (must), server upgrade on ${one}: it is in the database availability group DAG1 together with ${other}, and nothing keeps Setup from running on both at once`,
        'Fix:    say in `servers` of each of its members that its dag is "DAG1": they take turns',
      ])
        assert.ok(preview.text.includes(line), `${line}\nin\n${preview.text}`);
    assert.equal(setupRunsOf(lab).length, 0);
  });

  it("a directory that is beyond the target", async () => {
    setSchema(lab, 14622);
    refused(await project.preview(), beyond);
    refused(await project.up(), beyond);
    assert.equal(setupRunsOf(lab).length, 0);
  });

  it("an import, in the program, with what takes its place", async () => {
    project.write(schemaStep.replace("});", '}, { import: "contoso.com/schema" });'));
    const { ok, text } = await project.preview();
    assert.equal(ok, false, text);
    const refusal = [
      'error: ExchangeSchemaPrep "schema" cannot be imported, only adopted',
      "  Found:  the option `import`, which Pulumi's dynamic resources do not have",
      "  Needed: the resource without it",
      "  Where:  in the program: the options of this resource",
      "  Fix:    leave `import` out: pulumi up adopts what is at its target already, and does not run Setup for it",
      "  Code:   XU-IMPORT",
    ].join("\n    ");
    assert.ok(text.includes(`    ${refusal}\n`), text);
    assert.doesNotMatch(text, /TypeError/);
  });

  it("a level from which the target is not reached", async () => {
    setSchema(lab, 6870);
    refused(await project.preview(), [
      "R2 (must), schema preparation on dc1.contoso.com: 2007 SP1 is not reached in place from what is there",
      `Found:  schema 6870 (2003 RTM to 2003 SP2), read from rangeUpper of ${schemaVersion} on dc1.contoso.com`,
      "Needed: 2007 RTM, from which 2007 SP1 is reached in place",
      "Where:  in the program: `target`",
      "Fix:    Exchange 2003 cannot be upgraded in place to 2007 SP1: install Exchange 2007 on a new server and move mailboxes and services to it; it needs Exchange 2003 SP2 on every Exchange 2003 server",
      "Rule:   R2, the target is reached in place from what is installed (supported transitions)",
    ]);
  });

  it("a server that is beyond the target", async () => {
    const key = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0\\ClientAccessRole";
    for (const version of ["ConfiguredVersion", "UnpackedVersion"])
      lab.computer("cas-lon.contoso.com").registry.set(key, version, "8.2.176.2");
    project.write(
      `${schemaStep}${adStep}new ExchangeRoleUpgrade("cas", { prepared: ad, computer: computer("cas-lon.contoso.com") });`,
    );
    refused(await project.preview(), [
      "D9 (must), server upgrade on cas-lon.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      `Found:  Client Access 8.2.176.2 (2007 SP2), read from ${key.slice(0, key.lastIndexOf("\\"))}`,
      "Needed: levels of 2007 SP1 or of a release before it",
      "Where:  in the program: `target`",
      "Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      `Rule:   ${rollbackTitle}`,
    ]);
  });

  it("AD preparation whose schema is neither planned nor done", async () => {
    project.write(
      `new ExchangeADPrep("ad", { schema: Prepared.verify({ directory, target }), computer: dc1 });`,
    );
    refused(await project.preview(), [
      "R3 (must), Active Directory preparation on dc1.contoso.com: the schema is neither planned before this step nor prepared for 2007 SP1",
      "Found:  schema 10637 (2007 RTM)",
      "Needed: the schema prepared for 2007 SP1 before the Active Directory preparation",
      "Where:  in the program: the argument that names the step before this one",
      "Fix:    let whoever prepares do it first, or add an ExchangeSchemaPrep and pass it on",
      "Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ]);
  });

  it("a role upgrade whose domain is neither planned nor done", async () => {
    project.write(
      `${schemaStep}${adStep}new ExchangeRoleUpgrade("mbx", { prepared: ad, computer: computer("mbx-dub.emea.contoso.com") });`,
    );
    refused(await project.preview(), [
      "R3 (must), server upgrade on mbx-dub.emea.contoso.com: the domain emea.contoso.com is neither planned before this step nor prepared for 2007 SP1",
      "Found:  domain emea.contoso.com 10628 (2007 RTM)",
      "Needed: the schema, the organization and the server's own domain prepared for 2007 SP1 before the server upgrade",
      "Where:  in the program: the argument that names the step before this one",
      "Fix:    add an ExchangeDomainPrep for emea.contoso.com and pass it as `prepared`",
      "Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ]);
  });

  it("an account without the groups, and a computer away from the schema master", async () => {
    project.write(
      `new ExchangeSchemaPrep("schema", { target, directory, computer: computer("cas-lon.contoso.com") });`,
    );
    const preview = await project.preview();
    refused(preview, [
      "P5 (must), schema preparation on cas-lon.contoso.com: CONTOSO\\exadmin is neither in Schema Admins nor in Enterprise Admins",
      "Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "Where:  account CONTOSO\\exadmin, on cas-lon.contoso.com",
      "Fix:    add CONTOSO\\exadmin to Schema Admins and Enterprise Admins and log off and on, or set `account` to one that is a member",
      `Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (${document})`,
    ]);
    refused(preview, [
      "P6 (must), schema preparation on cas-lon.contoso.com: it is not beside the schema master: site London instead of Operations",
      "Needed: domain contoso.com, site Operations: those of the schema master dc1.contoso.com",
      "Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "Fix:    set `computer` to such a computer; the schema master itself is one",
      `Rule:   P6, the schema is prepared in the schema master's domain and site (${document})`,
    ]);
  });

  it("a computer without Exchange (D1), and a domain without its administrators (P9)", async () => {
    project.write(`${schemaStep}${adStep}
new ExchangeDomainPrep("emea", { ad, domain: "emea.contoso.com",
  computer: { ...emeaDc, connection: { ...emeaDc.connection, ...lab.accounts["CONTOSO\\\\helpdesk"] } } });`);
    refused(await project.preview(), [
      "P9 (must), domain preparation on emea-dc1.emea.contoso.com: CONTOSO\\helpdesk is neither in Domain Admins of emea.contoso.com nor in Enterprise Admins",
      "Needed: Domain Admins of emea.contoso.com, or Enterprise Admins",
      "Where:  account CONTOSO\\helpdesk, on emea-dc1.emea.contoso.com",
      "Fix:    add CONTOSO\\helpdesk to Domain Admins of emea.contoso.com and log off and on, or set `account` to one that is a member",
      `Rule:   P9, preparing a domain needs Domain Admins of that domain or Enterprise Admins; all domains, Enterprise Admins (${document})`,
    ]);
    project.write(
      `${schemaStep}${adStep}new ExchangeRoleUpgrade("dc", { prepared: ad, computer: computer("dc1.contoso.com", prep) });`,
    );
    refused(await project.preview(), [
      "D1 (must), server upgrade on dc1.contoso.com: no Exchange role is installed there",
      "Found:  no role below HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
      "Needed: an installed Exchange 2007 with at least one role or the management tools",
      "Where:  on dc1.contoso.com",
      "Fix:    name the computer that carries Exchange, or install Exchange there first: an upgrade installs nothing new",
      `Rule:   D1, Exchange must be installed already, with one or more roles or with the management tools (${document})`,
    ]);
    assert.equal(setupRunsOf(lab).length, 0);
  });

  it("a step that is run alone, with --target, before what it rests on", async () => {
    project.write(`${schemaStep}${adStep}
const cas = new ExchangeRoleUpgrade("cas", { prepared: ad, computer: computer("cas-lon.contoso.com") });
new ExchangeRoleUpgrade("hub", { prepared: ad, after: [cas], computer: computer("hub-lon.contoso.com") });`);
    const urn = (type: string, name: string) =>
      `urn:pulumi:test::upgrade::pulumi-nodejs:dynamic/exchange:${type}::${name}`;
    const hub = await project.up({ target: [urn("ExchangeRoleUpgrade", "hub")] });
    // The engine's own refusal; the program and its check must get as far as that.
    assert.equal(hub.ok, false);
    assert.match(hub.text, /depends on '[^']*::(?:ad|cas)' which was was not specified in --target list/);
    assert.doesNotMatch(hub.text, /TypeError|unexpected unknown/);
    assert.equal(setupRunsOf(lab).length, 0);
    const schema = await project.up({ target: [urn("ExchangeSchemaPrep", "schema")] });
    assert.ok(schema.ok, schema.text);
    const ad = await project.up({ target: [urn("ExchangeADPrep", "ad")] });
    assert.ok(ad.ok, ad.text);
    assert.equal(setupRunsOf(lab).length, 2);
  });

  it("what could not be seen: a warning in preview, a refusal in create", async () => {
    lab.computer("dc1.contoso.com").transport.refuse = true;
    const quick = schemaStep.replace(
      "computer: dc1",
      "computer: { ...dc1, connection: { ...dc1.connection, dialErrorLimit: 0 } }",
    );
    project.write(quick);
    const preview = await project.preview();
    assert.ok(preview.ok, preview.text);
    assert.match(
      preview.text,
      /warning: XU-HOST-UNREACHABLE \(must\), dc1\.contoso\.com: not verified: no SSH server answers there/,
    );
    const up = await project.up();
    assert.equal(up.ok, false);
    assert.match(
      up.text,
      /error: XU-HOST-UNREACHABLE \(must\), dc1\.contoso\.com: not verified: no SSH server answers there/,
    );
    assert.deepEqual(await project.resources(), []);
    assert.equal(setupRunsOf(lab).length, 0);
    lab.computer("dc1.contoso.com").transport.refuse = false;
    const later = await project.up();
    assert.ok(later.ok, later.text);
  });

  it("the same in update, after the directory moved on unseen", async () => {
    assert.ok((await project.up()).ok);
    // As if an older target had been recorded: the step is an update now.
    await project.editState((resource) => ({
      ...resource,
      inputs: { ...resource.inputs, target: "2007 RTM" },
      outputs: { ...resource.outputs, target: "2007 RTM", levels: { schema: "10637" } },
    }));
    setSchema(lab, 14622);
    refused(await project.up(), beyond);
    lab.directory?.pause("dc1.contoso.com");
    project.write(schemaStep.replace("computer: dc1", "computer: dc1, timeouts: { facts: 2 }"));
    const up = await project.up();
    assert.equal(up.ok, false, up.text);
    assert.match(
      up.text,
      /XU-TIMEOUT \(must\), dc1\.contoso\.com: not verified: not read in time\n +Found: {2}no answer within 2 s/,
    );
    assert.equal(setupRunsOf(lab).length, 1);
  });
});

describeWith(["pulumi"], "engine: what is refused on a stack that is upgraded, word for word", function () {
  this.timeout(240_000);
  let lab: Lab;
  let project: Project;
  let upgraded: readonly StateResource[];

  before(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    project = await makeProject(lab, schemaStep);
    assert.ok((await project.up()).ok);
    upgraded = await project.resources();
  });
  beforeEach(async () => {
    project.write(schemaStep);
    setSchema(lab, 11116);
    await project.editState((each) => upgraded.find(({ urn }) => urn === each.urn) ?? each);
  });
  afterEach(() => assert.equal(setupRunsOf(lab).length, 1));
  after(async () => {
    project?.remove();
    await lab?.stop();
  });

  it("SP1 to RTM, in the program of an upgraded stack (check)", async () => {
    project.write(schemaStep.replace("target,", 'target: "2007 RTM",'));
    refused(await project.preview(), [
      "D9 (must), schema preparation on dc1.contoso.com: 2007 SP1 to 2007 RTM would be a rollback",
      'Found:  target "2007 RTM" in the program, 2007 SP1 in the state',
      "Needed: 2007 SP1 or a later release",
      "Where:  in the program: `target`",
      'Fix:    set `target` to "2007 SP1"; to leave it, remove Exchange from the server',
      `Rule:   ${rollbackTitle}`,
    ]);
    assert.equal(setupRunsOf(lab).length, 1);
  });

  it("recorded outputs that are newer than the target (diff)", async () => {
    // A state as a later version would leave it: this one can only be shown its outputs.
    await project.editState((resource) => ({
      ...resource,
      inputs: { ...resource.inputs, target: "2007 RTM" },
      outputs: { ...resource.outputs, target: "2007 RTM", levels: { schema: "14622" } },
    }));
    refused(await project.preview(), [
      "D9 (must), schema preparation on dc1.contoso.com: 2007 SP1 is below what the state has recorded, and nothing can be taken back",
      "Found:  schema 14622, recorded in the state",
      "Needed: the recorded release or a later one",
      "Where:  in the program: `target`",
      "Fix:    set `target` to the recorded release; to leave it, remove Exchange from the server",
      `Rule:   ${rollbackTitle}`,
    ]);
  });

  it("a directory that is beyond the target, with --replace, which hides the state from check and skips diff", async () => {
    setSchema(lab, 14622);
    const [schema] = await project.resources();
    refused(await project.preview({ replace: [schema?.urn ?? ""] }), beyond);
    refused(await project.up({ replace: [schema?.urn ?? ""] }), beyond);
  });

  it("a finished step in a world that moved on is drift: a warning, and no change", async () => {
    setSchema(lab, 14622);
    const preview = await project.preview();
    assert.ok(preview.ok, preview.text);
    assert.match(
      preview.text,
      /warning: dc1\.contoso\.com: drift: now schema 14622 \(2007 SP2 or 2010 RTM\), beyond the target 2007 SP1/,
    );
    const refresh = await project.refresh();
    assert.ok(refresh.ok, refresh.text);
    assert.match(refresh.text, /drift: now schema 14622/);
    const [schema] = await project.resources();
    assert.deepEqual(schema?.outputs?.levels, { schema: "14622" });
    const again = await project.preview();
    assert.ok(again.ok, again.text);
    assert.match(again.text, /2 unchanged/);
  });

  it("tells of drift under no name that a resource had before it was renamed", async () => {
    const [schema] = await project.resources();
    const { program, bin } = pulumiCli("npm test");
    execFileSync(program, ["state", "rename", schema?.urn ?? "", "forest", "--yes", "--stack", "test"], {
      cwd: project.folder,
      env: { ...process.env, ...project.env, PATH: pathWith(bin) },
    });
    setSchema(lab, 14622);
    const { ok, text } = await project.refresh();
    assert.ok(ok, text);
    assert.match(text, /warning: dc1\.contoso\.com: drift: now schema 14622 \(2007 SP2 or 2010 RTM\)/);
    assert.doesNotMatch(text, /ExchangeSchemaPrep[ (]+schema\b/);
  });
});

/**
 * Asserts that a command failed and printed these lines as one message: the first ends a line (the engine's own words
 * stand in front of it), the others follow it, "Found:" left out where it holds SIDs.
 */
function refused({ ok, text }: Printed, lines: readonly string[]): void {
  assert.equal(ok, false, `not refused:\n${text}`);
  const [first = "", ...others] = lines;
  const printed = text.split("\n").map((line) => line.trim());
  const starts = printed.flatMap((line, i) => (line.endsWith(first) ? [i] : []));
  const messages = starts.map((start) => printed.slice(start + 1, start + 6));
  const fits = messages.some((message) => {
    const compared = others[0]?.startsWith("Found:")
      ? message
      : message.filter((line) => !line.startsWith("Found:"));
    return JSON.stringify(compared) === JSON.stringify(others);
  });
  assert.ok(fits, `${lines.join("\n")}\n\nis not among\n\n${text}`);
}
