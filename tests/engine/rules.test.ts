/** Every rule that is judged, refused through the real engine, word for word; contoso's upgrade is the accepted run. */
import assert from "node:assert/strict";
import { contoso, type Lab, startLab } from "../../lab";
import { directoryNames } from "../../lab/directory";
import type { Organization } from "../../lab/organization";
import { describeWith } from "../skip";
import { makeProject, type Printed, type Project } from "./harness";

const exchange = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0";
const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
const windows = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const document = "How to upgrade to Exchange 2007 SP1";
const updates = "HKLM\\SOFTWARE\\Microsoft\\Updates";

const preparations = `
const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 });
const ad = new ExchangeADPrep("ad", { schema, computer: dc1 });
const emea = new ExchangeDomainPrep("emea", { ad, domain: "emea.contoso.com", computer: emeaDc });
const up = (name, fqdn, args = {}, account) =>
  new ExchangeRoleUpgrade(name, { prepared: ad, computer: computer(fqdn, account), ...args });
`;

const edge = "edge1.perimeter.contoso.com";

/** Contoso with somebody who may log on to its Edge Transport server and does not administer it. */
const withOperator: Organization = {
  ...contoso,
  computers: contoso.computers.map((each) =>
    each.name === edge
      ? { ...each, localAccounts: { ...each.localAccounts, Operator: "Lab-Operator-1" } }
      : each,
  ),
};

describeWith(["pulumi"], "engine: the rules, word for word", function () {
  this.timeout(300_000);
  let lab: Lab;
  let project: Project;

  before(async () => {
    lab = await startLab(withOperator, { setupSeconds: 0.02 });
    project = await makeProject(lab, preparations);
  });
  after(async () => {
    project?.remove();
    await lab?.stop();
  });
  afterEach(() => {
    assert.equal(Object.values(lab.computers).flatMap((c) => c.setupRuns).length, 0, "Setup was run");
  });

  const preview = (program: string) => {
    project.write(`${preparations}${program}`);
    return project.preview();
  };
  const registry = (name: string) => lab.computer(name).registry;

  it("D3: a Client Access server that does not face the Internet, before those that do", async () => {
    says(await preview('up("cas", "cas-dub.emea.contoso.com", { prepared: emea });'), false, [
      "D3 (must), server upgrade on cas-dub.emea.contoso.com: cas-lon.contoso.com and cas-nyc.contoso.com face the Internet and are not upgraded before this server, which does not face it",
      "Found:  cas-lon.contoso.com: Version 8.0 (Build 30685.24), external URL https://mail.contoso.com/owa; cas-nyc.contoso.com: Version 8.0 (Build 30685.24), external URL https://us.mail.contoso.com/owa",
      "Needed: the Client Access servers that face the Internet upgraded before those that do not",
      "Where:  in the program: the argument `after`",
      "Fix:    put cas-lon.contoso.com and cas-nyc.contoso.com in `after`, or say `internetFacing: true` if this server faces the Internet; if one of them is gone for good, remove its object (ADSI Edit, connected to Configuration), or name it in `gone`, with the reason",
      `Rule:   D3, Client Access servers come first, and of those the ones that face the Internet (${document})`,
    ]);
  });

  it("D3: waits for no server that is gone, by what the program says, and says so", async () => {
    const reason = "CHG0051: decommissioned in 2019";
    const gone = { "cas-lon.contoso.com": reason, "CAS-NYC.contoso.com": reason };
    const text = await preview(
      `up("cas", "cas-dub.emea.contoso.com", { prepared: emea, gone: ${JSON.stringify(gone)} });`,
    );
    assert.equal(text.ok, true, text.text);
    for (const server of Object.keys(gone))
      assert.ok(
        text.text.includes(`${server} is taken for gone (${reason}): no rule waits for it, or rests on it`),
        text.text,
      );
  });

  it("D3: a Client Access server before another that faces the Internet because the program says so", async () => {
    // The engine checks the two in either order; whichever is second is refused, in the same words.
    const program = (after: string) => `
const lon = up("lon", "cas-lon.contoso.com");
const dub = up("dub", "cas-dub.emea.contoso.com", { prepared: emea, internetFacing: true });
up("nyc", "cas-nyc.contoso.com", { internetFacing: false, after: [${after}] });`;
    says(await preview(program("lon")), false, [
      "D3 (must), server upgrade on cas-nyc.contoso.com: cas-dub.emea.contoso.com faces the Internet and is not upgraded before this server, which does not face it",
      "Found:  cas-dub.emea.contoso.com: Version 8.0 (Build 30685.24), the program says so (`internetFacing: true`)",
      "Needed: the Client Access servers that face the Internet upgraded before those that do not",
      "Where:  in the program: the argument `after`",
      `Fix:    put cas-dub.emea.contoso.com in \`after\`, or say \`internetFacing: true\` if this server faces the Internet; if it is gone for good, remove its object (ADSI Edit: ${directoryNames(contoso).server("cas-dub.emea.contoso.com")}), or name it in \`gone\`, with the reason`,
      `Rule:   D3, Client Access servers come first, and of those the ones that face the Internet (${document})`,
    ]);
    const { ok, text } = await preview(program("lon, dub"));
    assert.equal(ok, true, text);
  });

  it("D3: a server of another role before the Client Access servers, as a recommendation", async () => {
    says(await preview('up("mbx", "mbx-lon.contoso.com");'), true, [
      "D3 (should), server upgrade on mbx-lon.contoso.com: Client Access servers should come first, and cas-dub.emea.contoso.com, cas-lon.contoso.com and cas-nyc.contoso.com are not upgraded before this server",
      "Found:  cas-dub.emea.contoso.com: Version 8.0 (Build 30685.24); cas-lon.contoso.com: Version 8.0 (Build 30685.24); cas-nyc.contoso.com: Version 8.0 (Build 30685.24)",
      "Needed: the Client Access servers upgraded before servers of other roles",
      "Where:  in the program: the argument `after`",
      "Fix:    put cas-dub.emea.contoso.com, cas-lon.contoso.com and cas-nyc.contoso.com in `after`; if one of them is gone for good, remove its object (ADSI Edit, connected to Configuration), or name it in `gone`, with the reason",
      `Rule:   D3, Client Access servers come first, and of those the ones that face the Internet (${document})`,
    ]);
  });

  it("R12: a server with two objects, and one beside which a replication conflict has left a copy", async () => {
    const names = directoryNames(contoso);
    const guid = "6f1f1cde-3bd4-4d69-8b3c-0c0e6c6a1a11";
    const group = `CN=First Administrative Group,${names.administrativeGroups}`;
    const added: string[] = [];
    const add = (dn: string, objectClass: string, more: { readonly [name: string]: string } = {}) => {
      const attributes = Object.entries({ objectClass, ...more }).map(
        ([name, each]) => [name, [each]] as const,
      );
      lab.directory?.store.add(dn, new Map(attributes));
      added.unshift(dn);
    };
    add(group, "msExchAdminGroup");
    add(`CN=Servers,${group}`, "msExchServersContainer");
    const address = (host: string) => ({ networkAddress: `ncacn_ip_tcp:${host}.contoso.com` });
    add(`CN=UM-LON,CN=Servers,${group}`, "msExchExchangeServer", address("um-lon"));
    add(`CN=HUB-LON\\0ACNF:${guid},${names.servers}`, "msExchExchangeServer", address("hub-lon"));
    const rule = "Rule:   R12, a server has one object in the directory (how the result is proven)";
    const where = "Where:  in the configuration partition of the forest";
    says(await preview('up("um", "um-lon.contoso.com");'), false, [
      "R12 (must), server upgrade on um-lon.contoso.com: the directory shows 2 objects of it, and nothing tells which one is the server's",
      `Found:  ${names.server("um-lon.contoso.com")}, created 2007-06-01T08:00:00Z; CN=UM-LON,CN=Servers,${group}`,
      "Needed: one object of the server: Setup writes the new version to it, and the upgrade is proven by it (D13)",
      where,
      "Fix:    find out which one the server uses, and remove the other (ADSI Edit, connected to Configuration), or name its DN in `gone`, with the reason",
      rule,
    ]);
    says(await preview('up("hub", "hub-lon.contoso.com");'), true, [
      "R12 (should), server upgrade on hub-lon.contoso.com: a replication conflict has left a copy of its object, which is not judged",
      `Found:  CN=HUB-LON\\0ACNF:${guid},${names.servers}`,
      `Needed: one object of the server: ${names.server("hub-lon.contoso.com")}`,
      where,
      "Fix:    compare, and delete the copy (ADSI Edit, connected to Configuration)",
      rule,
    ]);
    for (const dn of added) lab.directory?.store.remove(dn);
  });

  it("D5: Windows that was upgraded under Exchange, if nobody can tell otherwise", async () => {
    registry("um-lon.contoso.com").set(windows, "CurrentBuildNumber", "6002");
    says(await preview('up("um", "um-lon.contoso.com");'), true, [
      "D5 (must), server upgrade on um-lon.contoso.com: not verified: it runs Windows Server 2008 or later (build 6002), and nothing is recorded of what Exchange was installed on",
      "Needed: the operating system that Exchange was installed on: Windows Server 2008 comes before Exchange or never",
      "Where:  on um-lon.contoso.com",
      "Fix:    waive D5 if this Windows was there before Exchange was; it is then recorded",
      `Rule:   D5, the operating system is not upgraded to Windows Server 2008 before or after the upgrade (${document})`,
    ]);
    registry("um-lon.contoso.com").set(windows, "CurrentBuildNumber", "3790");
  });

  it("D6: a disabled Remote Registry service, as a recommendation", async () => {
    registry("cas-lon.contoso.com").set(`${services}\\RemoteRegistry`, "Start", 4);
    says(await preview('up("cas", "cas-lon.contoso.com");'), true, [
      "D6 (should), server upgrade on cas-lon.contoso.com: the Remote Registry service is disabled",
      "Found:  start type 4, disabled, read from HKLM\\SYSTEM\\CurrentControlSet\\Services\\RemoteRegistry\\Start",
      "Needed: the Remote Registry service, which Setup uses; stopping and restarting it first is recommended",
      "Where:  on cas-lon.contoso.com",
      "Fix:    sc config RemoteRegistry start= auto, then net start RemoteRegistry",
      `Rule:   D6, the Remote Registry service can be started, and is best restarted before the upgrade (${document})`,
    ]);
    registry("cas-lon.contoso.com").set(`${services}\\RemoteRegistry`, "Start", 2);
  });

  it("D7 and D15: a clustered mailbox server, by the wizard and without", async () => {
    registry("mbx-dub.emea.contoso.com").create(`${exchange}\\CMS`);
    const manual = await preview(
      'up("mbx", "mbx-dub.emea.contoso.com", { prepared: emea, run: "manual", account: { name: "CONTOSO\\\\exadmin" } });',
    );
    says(manual, false, [
      "D7 (must), server upgrade on mbx-dub.emea.contoso.com: the wizard cannot upgrade a clustered mailbox server",
      "Found:  CMS below HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
      "Needed: a server without a clustered mailbox server (CCR or SCC)",
      "Where:  on mbx-dub.emea.contoso.com",
      "Fix:    take it out of the servers of the program, and upgrade the clustered mailbox server with all its nodes by ExchangeClusteredMailboxUpgrade, which says each step in its order",
      `Rule:   D7, the wizard cannot upgrade a clustered mailbox server (${document})`,
    ]);
    assert.doesNotMatch(manual.text, /D15 \(must\)/);
    says(await preview('up("mbx", "mbx-dub.emea.contoso.com", { prepared: emea });'), false, [
      "D15 (must), server upgrade on mbx-dub.emea.contoso.com: it is a clustered mailbox server, which has its own procedure",
      "Found:  CMS below HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
      "Needed: a server without a clustered mailbox server (CCR or SCC)",
      "Where:  on mbx-dub.emea.contoso.com",
      "Fix:    take it out of the servers of the program, and upgrade the clustered mailbox server with all its nodes by ExchangeClusteredMailboxUpgrade, which says each step in its order",
      `Rule:   D15, clustered mailbox servers have their own procedures (${document})`,
    ]);
    registry("mbx-dub.emea.contoso.com").removeKey(`${exchange}\\CMS`);
  });

  it("P1: the first server of a role by its delegated administrator", async () => {
    says(await preview('up("mbx", "mbx-lon.contoso.com", {}, "CONTOSO\\\\mbxadmin");'), false, [
      "P1 (must), server upgrade on mbx-lon.contoso.com: it is the first server with Mailbox to be upgraded, and CONTOSO\\mbxadmin is not in Exchange Organization Administrators",
      "Found:  CONTOSO\\mbxadmin (<SID>) with 4 groups, nested ones included; judged by CONTOSO\\Exchange Organization Administrators (CN=Exchange Organization Administrators,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com, <SID>)",
      "Needed: Exchange Organization Administrators, and local Administrators of mbx-lon.contoso.com, for the first server with Mailbox",
      "Where:  account CONTOSO\\mbxadmin, on mbx-lon.contoso.com",
      "Fix:    add CONTOSO\\mbxadmin to Exchange Organization Administrators and log off and on, or set `account` to one that is a member; or upgrade another server with Mailbox before it, and put that one in `after`",
      `Rule:   P1, the first server of a role needs Exchange Organization Administrators and local Administrators (${document})`,
    ]);
  });

  it("P2: an Edge Transport server by somebody who does not administer it", async () => {
    const operator = `${edge}\\\\Operator`;
    says(
      await preview(`up("edge", "${edge}", { prepared: Prepared.edge({ target }) }, "${operator}");`),
      false,
      [
        "P2 (must), server upgrade on edge1.perimeter.contoso.com: edge1\\operator is not in local Administrators",
        "Found:  edge1\\operator (<SID>) with 4 groups in its logon token",
        "Needed: local Administrators of edge1.perimeter.contoso.com",
        "Where:  account edge1\\operator, on edge1.perimeter.contoso.com",
        "Fix:    add edge1\\operator to the local group Administrators and log off and on, or connect as one that is a member",
        `Rule:   P2, an Edge Transport server needs local Administrators (${document})`,
      ],
    );
  });

  it("P3: a further server by somebody who does not control it", async () => {
    says(
      await preview(`
const first = up("nyc", "cas-nyc.contoso.com");
up("lon", "cas-lon.contoso.com", { after: [first] }, "CONTOSO\\\\helpdesk");`),
      false,
      [
        "P3 (must), server upgrade on cas-lon.contoso.com: CONTOSO\\helpdesk is neither Exchange Server Administrator for this server nor in Exchange Organization Administrators; contoso\\helpdesk is not in local Administrators",
        "Found:  CONTOSO\\helpdesk (<SID>) with 2 groups, nested ones included, without full control on the server's object (3 entries in its access control list, nTSecurityDescriptor of the servers under CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com on dc1.contoso.com); judged by CONTOSO\\Exchange Organization Administrators (CN=Exchange Organization Administrators,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com, <SID>); contoso\\helpdesk (<SID>) with 6 groups in its logon token",
        "Needed: Exchange Server Administrator for this server or Exchange Organization Administrators, and local Administrators of cas-lon.contoso.com",
        "Where:  account CONTOSO\\helpdesk, on cas-lon.contoso.com",
        "Fix:    give CONTOSO\\helpdesk the role Exchange Server Administrator for this server, or add it to Exchange Organization Administrators and log off and on, or set `account` to one that has either; add contoso\\helpdesk to the local group Administrators and log off and on, or connect as one that is a member",
        `Rule:   P3, a further server needs Exchange Server Administrator and local Administrators (${document})`,
      ],
    );
  });

  it("P4: the management tools by somebody who does not administer the computer", async () => {
    says(await preview('up("tools", "tools1.contoso.com", {}, "CONTOSO\\\\helpdesk");'), false, [
      "P4 (must), server upgrade on tools1.contoso.com: contoso\\helpdesk is not in local Administrators",
      "Found:  contoso\\helpdesk (<SID>) with 6 groups in its logon token",
      "Needed: local Administrators of tools1.contoso.com",
      "Where:  account CONTOSO\\helpdesk, on tools1.contoso.com",
      "Fix:    add contoso\\helpdesk to the local group Administrators and log off and on, or connect as one that is a member",
      `Rule:   P4, a computer with only the management tools needs local Administrators (${document})`,
    ]);
  });

  it("P5 to P9 for the first server, when it is left to prepare everything", async () => {
    const text = await preview(
      'new ExchangeRoleUpgrade("cas", { prepared: Prepared.byFirstServer({ directory, target }), computer: computer("cas-lon.contoso.com") });',
    );
    says(text, false, [
      "P5 (must), server upgrade on cas-lon.contoso.com: preparing the schema is left to this server, and CONTOSO\\exadmin is neither in Schema Admins nor in Enterprise Admins",
      "Found:  CONTOSO\\exadmin (<SID>) with 4 groups, nested ones included; judged by CONTOSO\\Schema Admins (CN=Schema Admins,CN=Users,DC=contoso,DC=com, <SID>) and CONTOSO\\Enterprise Admins (CN=Enterprise Admins,CN=Users,DC=contoso,DC=com, <SID>)",
      "Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "Where:  account CONTOSO\\exadmin, on cas-lon.contoso.com",
      "Fix:    add CONTOSO\\exadmin to Schema Admins and Enterprise Admins and log off and on, or set `account` to one that is a member; if another server prepares it, put that one in `after`",
      `Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (${document})`,
    ]);
    says(text, false, [
      "P6 (must), server upgrade on cas-lon.contoso.com: preparing the schema is left to this server, and it is not beside the schema master: site London instead of Operations",
      "Found:  domain contoso.com, site London (HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters)",
      "Needed: domain contoso.com, site Operations: those of the schema master dc1.contoso.com",
      "Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "Fix:    add an ExchangeSchemaPrep on such a computer, the schema master itself for one, and pass it as `prepared`; if another server prepares it, put that one in `after`",
      `Rule:   P6, the schema is prepared in the schema master's domain and site (${document})`,
    ]);
    says(text, false, [
      "P7 (must), server upgrade on cas-lon.contoso.com: preparing Active Directory is left to this server, and CONTOSO\\exadmin is not in Enterprise Admins",
      "Found:  CONTOSO\\exadmin (<SID>) with 4 groups, nested ones included; judged by CONTOSO\\Enterprise Admins (CN=Enterprise Admins,CN=Users,DC=contoso,DC=com, <SID>)",
      "Needed: Enterprise Admins, of the forest root domain",
      "Where:  account CONTOSO\\exadmin, on cas-lon.contoso.com",
      "Fix:    add CONTOSO\\exadmin to Enterprise Admins and log off and on, or set `account` to one that is a member; if another server prepares it, put that one in `after`",
      `Rule:   P7, preparing Active Directory needs Enterprise Admins (${document})`,
    ]);
    says(text, false, [
      "P8 (must), server upgrade on cas-lon.contoso.com: preparing Active Directory is left to this server, and it is not beside the schema master: site London instead of Operations",
      "Found:  domain contoso.com, site London (HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters)",
      "Needed: domain contoso.com, site Operations: those of the schema master dc1.contoso.com",
      "Where:  run Setup /PrepareAD on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "Fix:    add an ExchangeADPrep on such a computer, the schema master itself for one, and pass it as `prepared`; if another server prepares it, put that one in `after`",
      `Rule:   P8, Active Directory is prepared in the schema master's domain and site (${document})`,
    ]);
    says(text, false, [
      "P9 (must), server upgrade on cas-lon.contoso.com: preparing its domain is left to this server, and CONTOSO\\exadmin is neither in Domain Admins of contoso.com nor in Enterprise Admins",
      "Found:  CONTOSO\\exadmin (<SID>) with 4 groups, nested ones included; judged by CONTOSO\\Domain Admins (CN=Domain Admins,CN=Users,DC=contoso,DC=com, <SID>) and CONTOSO\\Enterprise Admins (CN=Enterprise Admins,CN=Users,DC=contoso,DC=com, <SID>)",
      "Needed: Domain Admins of contoso.com, or Enterprise Admins",
      "Where:  account CONTOSO\\exadmin, on cas-lon.contoso.com",
      "Fix:    add CONTOSO\\exadmin to Domain Admins of contoso.com and log off and on, or set `account` to one that is a member; if another server prepares it, put that one in `after`",
      `Rule:   P9, preparing a domain needs Domain Admins of that domain or Enterprise Admins; all domains, Enterprise Admins (${document})`,
    ]);
  });

  it("R7: a restart that Windows waits for", async () => {
    registry("cas-lon.contoso.com").set(updates, "UpdateExeVolatile", 1);
    says(await preview('up("cas", "cas-lon.contoso.com");'), false, [
      "R7 (must), server upgrade on cas-lon.contoso.com: Windows waits for a restart",
      "Found:  HKLM\\SOFTWARE\\Microsoft\\Updates\\UpdateExeVolatile = 1 (the removal of an update)",
      "Needed: no pending restart: Setup's prerequisite check refuses one",
      "Where:  on cas-lon.contoso.com",
      "Fix:    restart it; if it is found again after the restart, it is an orphaned value: save its key with reg export, and remove it as Microsoft's article has it (TechNet cc164360)",
      "Rule:   R7, no restart is pending (Exchange analyzer, rule RebootPending)",
    ]);
    registry("cas-lon.contoso.com").set(updates, "UpdateExeVolatile", 0);
  });

  it("R7: temporary files that are only to be deleted, which a reason may stand against", async () => {
    const manager = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager";
    const data = ["\\??\\C:\\WINDOWS\\Temp\\001\\a.tmp", "", "\\??\\C:\\Temp\\b.tmp", ""];
    registry("cas-lon.contoso.com").set(manager, "PendingFileRenameOperations", {
      type: "REG_MULTI_SZ",
      data,
    });
    says(await preview('up("cas", "cas-lon.contoso.com");'), false, [
      "R7 (must), server upgrade on cas-lon.contoso.com: Windows waits for a restart",
      `Found:  ${manager}\\PendingFileRenameOperations: C:\\WINDOWS\\Temp\\001\\a.tmp (to be deleted), C:\\Temp\\b.tmp (to be deleted)`,
      "Needed: no pending restart: Setup's prerequisite check refuses one",
      "Where:  on cas-lon.contoso.com",
      `Fix:    restart it; if it is found again after the restart, it is an orphaned value: save its key with reg export, and remove it as Microsoft's article has it (TechNet cc164360); all that waits is the removal of temporary files, so \`waive: { R7: "the reason" }\` lets Setup judge it by itself`,
      "Rule:   R7, no restart is pending (Exchange analyzer, rule RebootPending)",
    ]);
    const { ok, text } = await preview('up("cas", "cas-lon.contoso.com", { waive: { R7: "CHG0044" } });');
    assert.equal(ok, true, text);
    assert.match(text, /R7 is waived \(CHG0044\)/);
    registry("cas-lon.contoso.com").remove(manager, "PendingFileRenameOperations");
  });

  it("R13: an installation that was left unfinished", async () => {
    const key = `${exchange}\\ClientAccessRole`;
    const { registry } = lab.computer("cas-lon.contoso.com");
    registry.set(key, "Watermark", "4f2a");
    registry.set(key, "Action", "Install");
    says(await preview('up("cas", "cas-lon.contoso.com");'), false, [
      "R13 (must), server upgrade on cas-lon.contoso.com: the installation of Client Access was left unfinished, and has to be finished before an upgrade",
      `Found:  Client Access: watermark 4f2a, action Install, read from ${exchange}`,
      "Needed: no role with a watermark and the action Install: Setup's prerequisite check refuses an upgrade over one",
      "Where:  on cas-lon.contoso.com",
      "Fix:    run Setup.com /mode:install /roles:ClientAccess there, from the media of the release that is installed, or take the roles off with /mode:uninstall; do not delete the watermark",
      "Rule:   R13, no installation of a role was left unfinished (Exchange analyzer, rule InstallWatermark)",
    ]);
    registry.remove(key, "Watermark");
    registry.remove(key, "Action");
  });

  it("R8: media of another release", async () => {
    const media = `{ ...computer("cas-lon.contoso.com"), media: "D:\\\\None" }`;
    says(await preview(`up("cas", "cas-lon.contoso.com", { computer: ${media} });`), false, [
      "R8 (must), server upgrade on cas-lon.contoso.com: there is no Setup in D:\\None",
      "Found:  no such file: D:\\None\\Setup.com",
      "Needed: Setup of 2007 SP1 (8.1.240.6) in D:\\None",
      "Where:  on cas-lon.contoso.com",
      "Fix:    put the files of 2007 SP1 there, or correct `computer.media`",
      "Rule:   R8, the media hold the target's Setup (how Setup is run)",
    ]);
  });

  it("R4: a session of another account than the one that is named, which is accepted as itself", async () => {
    const schema = (name: string) =>
      `new ExchangeSchemaPrep("alone", { target, directory, computer: dc1, account: { name: "${name}" } });`;
    project.write(schema("CONTOSO\\\\exadmin"));
    says(await project.preview(), false, [
      "R4 (must), schema preparation on dc1.contoso.com: the SSH session is contoso\\prep, not CONTOSO\\exadmin",
      "Found:  contoso\\prep (<SID>); CONTOSO\\exadmin is <SID> in the directory",
      'Needed: an SSH logon as CONTOSO\\exadmin, since run: "direct" starts Setup in that session',
      "Where:  in the program: `account` and `computer.connection.user`",
      "Fix:    connect as that account, or leave `account` out to run Setup as the one that connects",
      "Rule:   R4, Setup that is started over SSH runs as the account that logged on (how Setup is run)",
    ]);
    project.write(schema("prep@contoso.com"));
    const { ok, text } = await project.preview();
    assert.equal(ok, true, text);
    assert.doesNotMatch(text, /\((must|should)\)/);
  });

  it("R5: a preparation over a connection with a key", async () => {
    project.write(`
const { password, ...connection } = dc1.connection;
new ExchangeSchemaPrep("alone", {
  target, directory, computer: { ...dc1, connection: { ...connection, privateKey: "no key" } },
});`);
    says(await project.preview(), false, [
      "R5 (must), schema preparation on dc1.contoso.com: a session that logged on with a key cannot reach the directory as its account",
      "Found:  a connection with a private key or an agent",
      "Needed: a connection with a password, so that Setup has network credentials",
      "Where:  in the program: `computer.connection`",
      'Fix:    give the connection a password instead, or use run: "task", "scheduled" or "manual"',
      "Rule:   R5, a preparation needs network credentials, which a key logon does not have (how Setup is run)",
    ]);
  });

  it("R70: Setup in a session of WinRM", async () => {
    project.write(`
const { hostKey, ...connection } = dc1.connection;
new ExchangeSchemaPrep("alone", {
  target, directory,
  computer: { ...dc1, connection: { ...connection, winrm: { kdc: ["127.0.0.1:1"] }, user: "prep@contoso.com", port: 1, dialErrorLimit: 0 } },
});`);
    says(await project.preview(), false, [
      'R70 (must), schema preparation on dc1.contoso.com: run: "direct" would start Setup in a session of WinRM, which ends what runs in it and has no network credentials',
      'Found:  a connection over WinRM, and run: "direct"',
      "Needed: a Setup that a lost connection and the quotas of WinRM's shells cannot end",
      "Where:  in the program: `run` and `computer.connection.winrm`",
      'Fix:    use run: "task" or "scheduled", or reach the computer over SSH',
      "Rule:   R70, Setup is not started in a session of WinRM (how Setup is run)",
    ]);
  });

  it("P3: a further server by its delegated administrator is accepted", async () => {
    const { ok, text } = await preview(`
const first = up("lon", "mbx-lon.contoso.com");
up("dub", "mbx-dub.emea.contoso.com", { prepared: emea, after: [first] }, "CONTOSO\\\\mbxadmin");`);
    assert.equal(ok, true, text);
    assert.doesNotMatch(text, /\(must\)/);
  });

  it("a waiver: of a recommendation, not of a must that fails", async () => {
    registry("cas-lon.contoso.com").set(`${services}\\RemoteRegistry`, "Start", 4);
    registry("cas-lon.contoso.com").set(updates, "UpdateExeVolatile", 1);
    const { ok, text } = await preview(
      'up("cas", "cas-lon.contoso.com", { waive: { D6: "CHG0042", R7: "CHG0043" } });',
    );
    registry("cas-lon.contoso.com").set(updates, "UpdateExeVolatile", 0);
    registry("cas-lon.contoso.com").set(`${services}\\RemoteRegistry`, "Start", 2);
    assert.equal(ok, false);
    assert.match(text, /cas-lon\.contoso\.com: D6 is waived \(CHG0042\): /);
    assert.match(
      text,
      /warning: cas-lon\.contoso\.com: waive\.R7 does not help: a must that fails cannot be waived/,
    );
    assert.match(text, /error: .*R7 \(must\), server upgrade on cas-lon\.contoso\.com: /);
  });
});

/** Contoso with somebody whom nobody has put into a group yet. */
const withNewcomer: Organization = {
  ...contoso,
  accounts: [
    ...contoso.accounts,
    { name: "newprep", domain: "contoso.com", password: "Lab-Newprep-1", memberOf: [] },
  ],
};

describeWith(["pulumi"], "engine: the rules on the forest, word for word", function () {
  this.timeout(120_000);
  let lab: Lab | undefined;
  let project: Project | undefined;
  afterEach(async () => {
    project?.remove();
    await lab?.stop();
  });

  it("R6: groups that the account got after it had logged on", async () => {
    lab = await startLab(withNewcomer, { setupSeconds: 0.02 });
    const dc1 = lab.computer("dc1.contoso.com");
    await dc1.holdToken("CONTOSO\\newprep");
    for (const group of ["Schema Admins", "Enterprise Admins"])
      lab.directory?.store.modify(`CN=${group},CN=Users,DC=contoso,DC=com`, [
        { operation: "add", attribute: "member", values: ["CN=newprep,CN=Users,DC=contoso,DC=com"] },
      ]);
    project = await makeProject(
      lab,
      'new ExchangeSchemaPrep("schema", { target, directory, computer: computer("dc1.contoso.com", "CONTOSO\\\\newprep") });',
    );
    says(await project.preview(), false, [
      "R6 (must), schema preparation on dc1.contoso.com: CONTOSO\\newprep is in Schema Admins and Enterprise Admins, and its logon does not show it yet",
      "Found:  contoso\\newprep (<SID>) with 6 groups in its token",
      "Needed: a logon token with the groups of the directory",
      "Where:  on dc1.contoso.com",
      "Fix:    end the SSH session, so that the next logon gets them (log off and on); then run pulumi again",
      "Rule:   R6, the logon that runs Setup has the groups that the directory shows (how Setup is run)",
    ]);
    const up = await project.up();
    assert.equal(up.ok, false);
    assert.match(up.text, /R6 \(must\), schema preparation on dc1\.contoso\.com: /);
    assert.equal(dc1.setupRuns.length, 0);
    dc1.releaseToken("CONTOSO\\newprep");
    const accepted = await project.up();
    assert.equal(accepted.ok, true, accepted.text);
    assert.deepEqual(
      dc1.setupRuns.map((run) => run.result),
      ["completed"],
    );
  });

  it("D4: a schema master on Windows Server 2003 without a service pack", async () => {
    const old: Organization = {
      ...contoso,
      domainControllers: contoso.domainControllers.map((dc) =>
        dc.name === contoso.schemaMaster
          ? { ...dc, operatingSystem: { version: "5.2 (3790)", servicePack: null } }
          : dc,
      ),
    };
    lab = await startLab(old, { setupSeconds: 0.02 });
    project = await makeProject(lab, preparations);
    says(await project.preview(), false, [
      "D4 (must), schema preparation on dc1.contoso.com: the forest is not ready for 2007 SP1: dc1.contoso.com, the schema master, runs Windows 5.2 (3790), service pack 0",
      "Found:  dc1.contoso.com, the schema master, runs Windows 5.2 (3790), service pack 0",
      "Needed: a schema master and, in each site with Exchange, a global catalog on Windows Server 2003 SP1 or later; domains that are not mixed",
      "Where:  in the forest",
      "Fix:    bring dc1.contoso.com to Windows Server 2003 SP1 or later",
      `Rule:   D4, the organization meets the system requirements (${document})`,
    ]);
  });
});

/** Asserts that a preview ended well or not, and printed this finding: six lines, which stand together. */
function says({ ok, text }: Printed, accepted: boolean, lines: readonly string[]): void {
  assert.equal(ok, accepted, text);
  const printed = text.split("\n").map((line) => line.trim().replace(/S-1-5-21-[\d-]+/g, "<SID>"));
  const [first = "", ...others] = lines;
  const found = printed.flatMap((line, i) =>
    line.endsWith(first) ? [printed.slice(i + 1, i + 1 + others.length)] : [],
  );
  assert.ok(
    found.some((each) => JSON.stringify(each) === JSON.stringify(others)),
    `${lines.join("\n")}\n\nis not among\n\n${text}`,
  );
}
