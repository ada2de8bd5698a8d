import assert from "node:assert/strict";
import { contoso, type Lab } from "../../lab";
import {
  levels,
  prepareContoso,
  results,
  roleState,
  serverVersion,
  setup,
  setupLog,
  startContoso,
} from "./setup-support";

const dc1 = "dc1.contoso.com";
const emeaDc = "emea-dc1.emea.contoso.com";
const mailbox = "mbx-lon.contoso.com";
const edge = "edge1.perimeter.contoso.com";
const tools = "tools1.contoso.com";
const prep = "CONTOSO\\prep";
const exadmin = "CONTOSO\\exadmin";

const rtm = { schema: 10637, organization: 10666, root: 10628, child: 10628 };
describe("simulated Setup", () => {
  let lab: Lab;
  afterEach(() => lab.stop());

  describe("preparations", () => {
    it("raise one level each, and print and log like 2007", async () => {
      lab = await startContoso();
      assert.deepEqual(await levels(lab), rtm);
      assert.deepEqual(await setup(lab, dc1, prep, "/PrepareSchema"), {
        stdout: [
          "",
          "Welcome to Microsoft Exchange Server 2007 Unattended Setup",
          "",
          "Preparing Exchange Setup",
          "",
          "Performing Microsoft Exchange Server Prerequisite Check",
          "",
          "    Organization Checks              ......................... COMPLETED",
          "",
          "Configuring Microsoft Exchange Server",
          "",
          "    Organization Preparation         ......................... COMPLETED",
          "",
          "The Microsoft Exchange Server setup operation completed successfully.",
          "",
          "",
        ].join("\r\n"),
        stderr: "",
        code: 0,
      });
      assert.deepEqual(await levels(lab), { ...rtm, schema: 11116 });
      assert.deepEqual(setupLog(lab, dc1), [
        "**********************************************",
        "Starting Microsoft Exchange 2007 Setup",
        "**********************************************",
        "Local Time Zone: (GMT) Coordinated Universal Time.",
        "Operating System version: Microsoft Windows NT 5.2.",
        "Setup version: 8.1.240.6.",
        "Logged on user: CONTOSO\\prep.",
        "Command Line Parameter Name='prepareschema', Value=''.",
        "Schema Update Required Status : 'True'.",
        "Organization Configuration Update Required Status : 'True'.",
        "Domain Configuration Update Required Status : 'True'.",
        "Performing Microsoft Exchange Server Prerequisite Check",
        "Organization Checks COMPLETED",
        "Configuring Microsoft Exchange Server",
        "Organization Preparation COMPLETED",
        "The Microsoft Exchange Server setup operation completed successfully.",
        "End of Setup",
        "**********************************************",
      ]);
      assert.equal((await setup(lab, dc1, prep, "/PrepareAD")).code, 0);
      assert.deepEqual(await levels(lab), { schema: 11116, organization: 11221, root: 11221, child: 10628 });
      assert.equal((await setup(lab, emeaDc, "EMEA\\emeaprep", "/PrepareDomain")).code, 0);
      assert.deepEqual(await levels(lab), { schema: 11116, organization: 11221, root: 11221, child: 11221 });
      assert.equal((await setup(lab, dc1, prep, "/PrepareSchema")).code, 0);
      assert.deepEqual(results(lab, dc1), ["completed", "completed", "completed"]);
    });

    it("imply the earlier ones: /p prepares schema, organization and its own domain", async () => {
      lab = await startContoso();
      assert.equal((await setup(lab, dc1, prep, "/p")).code, 0);
      assert.deepEqual(await levels(lab), { schema: 11116, organization: 11221, root: 11221, child: 10628 });
    });

    it("prepare a named domain, and all", async () => {
      lab = await startContoso();
      await setup(lab, dc1, prep, "/PrepareAD");
      assert.equal((await setup(lab, dc1, prep, "/pd:EMEA.contoso.com")).code, 0);
      assert.equal((await levels(lab)).child, 11221);
      assert.equal((await setup(lab, dc1, prep, "/PrepareAllDomains")).code, 0);
    });
  });

  describe("an upgrade", () => {
    it("upgrades all roles of the computer, its registry and its server object", async () => {
      lab = await startContoso({ [mailbox]: { roles: ["Mailbox", "Hub Transport", "Management Tools"] } });
      await prepareContoso(lab);
      assert.deepEqual(await serverVersion(lab, "mbx-lon"), ["Version 8.0 (Build 30685.24)", "1912636077"]);
      const { stdout, code } = await setup(lab, mailbox, exadmin, "/mode:upgrade");
      assert.equal(
        stdout.slice(stdout.indexOf("The following")),
        [
          "The following server roles will be upgraded",
          "    Hub Transport Role",
          "    Mailbox Role",
          "    Management Tools",
          "",
          "Performing Microsoft Exchange Server Prerequisite Check",
          "",
          "    Hub Transport Role Checks        ......................... COMPLETED",
          "    Mailbox Role Checks              ......................... COMPLETED",
          "",
          "Configuring Microsoft Exchange Server",
          "",
          "    Preparing Setup                  ......................... COMPLETED",
          "    Removing Exchange Files          ......................... COMPLETED",
          "    Preparing Files                  ......................... COMPLETED",
          "    Copying Exchange files           ......................... COMPLETED",
          "    Hub Transport Server Role        ......................... COMPLETED",
          "    Mailbox Server Role              ......................... COMPLETED",
          "    Exchange Management Tools        ......................... COMPLETED",
          "    Finalizing Setup                 ......................... COMPLETED",
          "",
          "The Microsoft Exchange Server setup operation completed successfully.",
          "",
          "",
        ].join("\r\n"),
      );
      assert.equal(code, 0);
      for (const key of ["MailboxRole", "HubTransportRole", "AdminTools"])
        assert.deepEqual(roleState(lab, mailbox, key), ["8.1.240.6", "8.1.240.6", false, false]);
      assert.deepEqual(await serverVersion(lab, "mbx-lon"), ["Version 8.1 (Build 30240.6)", "1912701168"]);
    });

    it("prepares what is not prepared, where place and account allow it", async () => {
      const administrators = ["CONTOSO\\Forest Preparation"];
      lab = await startContoso(
        { [mailbox]: { site: "Operations", administrators } },
        {},
        {
          ...contoso,
          groups: contoso.groups.map((group) =>
            group.name === "Forest Preparation"
              ? { ...group, memberOf: [...group.memberOf, "CONTOSO\\Exchange Organization Administrators"] }
              : group,
          ),
        },
      );
      assert.equal((await setup(lab, mailbox, prep, "/mode:upgrade")).code, 0);
      assert.deepEqual(await levels(lab), { schema: 11116, organization: 11221, root: 11221, child: 10628 });
      assert.deepEqual(roleState(lab, mailbox, "MailboxRole"), ["8.1.240.6", "8.1.240.6", false, false]);
    });

    it("of an Edge Transport server and of tools alone leaves the directory alone", async () => {
      lab = await startContoso();
      const before = lab.directory?.stats().writes;
      assert.equal((await setup(lab, edge, "Administrator", "/mode:upgrade")).code, 0);
      assert.equal((await setup(lab, tools, exadmin, "/mode:upgrade")).code, 0);
      assert.equal(lab.directory?.stats().writes, before);
      assert.deepEqual(roleState(lab, edge, "EdgeTransportRole"), ["8.1.240.6", "8.1.240.6", false, false]);
      assert.deepEqual(roleState(lab, tools, "AdminTools"), ["8.1.240.6", "8.1.240.6", false, false]);
    });

    it("of a further server is decided by the directory's access control (P3)", async () => {
      lab = await startContoso({ "mbx-dub.emea.contoso.com": { administrators: ["CONTOSO\\helpdesk"] } });
      await prepareContoso(lab);
      assert.equal((await setup(lab, mailbox, exadmin, "/mode:upgrade")).code, 0);
      const { stdout, code } = await setup(
        lab,
        "mbx-dub.emea.contoso.com",
        "CONTOSO\\helpdesk",
        "/mode:upgrade",
      );
      assert.match(
        stdout,
        /Finalizing Setup {17}\.{25} FAILED\r\n {5}Active Directory operation failed on dc1/,
      );
      assert.equal(code, 1);
      assert.deepEqual(await serverVersion(lab, "mbx-dub"), ["Version 8.0 (Build 30685.24)", "1912636077"]);
    });
  });
});
